charge <- function(total) {
  if (total > 100) stop("insufficient funds: short by ", total - 100)
  total
}
place <- function(order, total) order + charge(total)
deep <- function(n) if (n == 0) stop("bottom") else 1 + deep(n - 1)
traced <- function() {
  options(error = function() {
    traceback(2, max.lines = 3)
    quit(status = 1)
  })
}
now <- function(level, ...) cat("2026-11-20 15:49:24 ", level, " ", ..., "\n", sep = "")
args <- commandArgs(trailingOnly = TRUE)
switch(args[[1]],
  stop = print(place(17, 120)),
  top = stop("shop is closed"),
  nocall = (function() stop("no call wanted", call. = FALSE))(),
  deep = deep(3),
  long = place(17, (function(a_name_that_is_long, another_name_that_is_long) stop("the words of this error are so long that the call stands alone"))(1, 2)),
  multiline = stop("query failed:\n  SELECT *\n    FROM roads\nno such table: roads"),
  unicode = stop("Größe ungültig — 無効 ☕"),
  missing = print(nowhere),
  call = nowhere(1),
  type = 1 + "a",
  subscript = list(a = 1)[["b"]][["c"]],
  file = readLines("/nowhere/at/all"),
  condition = stop(structure(class = c("declined", "error", "condition"), list(message = "declined by the bank", call = sys.call(-1)))),
  traced = { traced(); place(17, 120) },
  tracedtop = { traced(); stop("shop is closed") },
  warning = { f <- function(x) { warning("running low"); stop("ran out") }; f(1) },
  warnings = { f <- function(x) { as.integer("a") }; f(1); cat("done\n") },
  logged = {
    now("INFO", "shop up")
    tryCatch(place(17, 120), error = function(e) now("ERROR", "order 17 failed: ", conditionMessage(e)))
    now("INFO", "done")
  },
  loggedcall = {
    now("INFO", "shop up")
    tryCatch(place(17, 120), error = function(e) { now("ERROR", "order 17 failed"); print(e) })
    now("INFO", "done")
  },
  try = { try(place(17, 120)); cat("going on\n") },
  abort = { f <- function(x) rlang::abort("order was not placed", class = "declined"); g <- function() f(1); g() },
  chained = { f <- function() rlang::abort("the bank says no"); g <- function() tryCatch(f(), error = function(e) rlang::abort("order was not placed", parent = e)); g() },
  bullets = rlang::abort(c("order was not placed", x = "no funds", i = "add some")),
  calling = { f <- function() stop("base error"); g <- function() withCallingHandlers(f(), error = function(e) rlang::abort("wrapped", parent = e)); g() },
  globalentrace = { rlang::global_entrace(); place(17, 120) },
  trace = { f <- function() print(rlang::trace_back()); f(); cat("done\n") },
  source = source("broken.R"),
  stopifnot = { f <- function(x) stopifnot("x must be positive" = x > 0); f(-1) },
  matcharg = { f <- function(kind = c("truck", "van")) match.arg(kind); f("bus") },
  s4 = { setClass("Truck", representation(load = "numeric")); new("Truck", load = "a") },
  apply = sapply(1:3, function(n) if (n > 2) stop("third is bad") else n),
  docall = do.call("charge", list(120)),
  library = library(nowhereatall),
  parallel = { r <- parallel::mclapply(1:2, function(n) stop("worker ", n, " failed"), mc.cores = 2); cat("done\n") },
  overflow = { options(expressions = 500); f <- function(n) f(n + 1); f(1) }
)
