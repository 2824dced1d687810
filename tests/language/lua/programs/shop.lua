local store = require "store"
local order = {}
local function charge(o) return o.total.amount + 1 end
function order.place(id) local o = store.find(id); return charge(o) end
function order:ship() return self.address.city end
local function deep(n) if n == 0 then error("bottom") end return (deep(n - 1)) end
local function endless(n) return 1 + endless(n + 1) end
local do_ = {
  index = function() return order.place(17) + 0 end,
  method = function() return (order:ship()) end,
  call = function() order.none(1) end,
  global = function() undefined_fn() end,
  error_string = function() error("road is closed") end,
  error_level = function() store.check(3) end,
  error_bare = function() error("no place", 0) end,
  error_table = function() error({ code = 7 }) end,
  error_object = function() error(setmetatable({ code = 7 }, { __tostring = function(e) return "Closed: road " .. e.code end })) end,
  error_nil = function() error() end,
  multiline = function() error("query failed:\nSELECT *\n  FROM roads\nshop.lua:3: not here") end,
  arithmetic = function() return 1 + {} end,
  concat = function() return "x" .. nil end,
  compare = function() return 1 < "x" end,
  recursion = function() return (deep(40)) end,
  overflow = function() return endless(0) end,
  pcalled = function() local ok, e = pcall(charge, nil); error("wrapped: " .. e, 0) end,
  xpcalled = function() print(select(2, xpcall(function() return order.place(99) end, debug.traceback))) print("done") end,
  traceback = function() io.stderr:write(debug.traceback("just looking", 1), "\n") io.stderr:write("done\n") end,
  coroutine = function() local co = coroutine.create(function() deep(2) end) local ok, e = coroutine.resume(co) io.stderr:write(debug.traceback(co, e), "\n") end,
  wrap = function() coroutine.wrap(function() deep(1) end)() end,
  syntax = function() dofile("broken.lua") end,
  load = function() assert((loadstring or load)("return nil + 1", "=inline"))() end,
  load_string = function() assert((loadstring or load)("local x = nil\nreturn x.y"))() end,
  require = function() require "nowhere.at_all" end,
  assert = function() assert(false, "stock is negative") end,
  assert_plain = function() assert(nil) end,
  native = function() string.rep() end,
  sort = function() local t = { 3, 1, 2 } table.sort(t, function(a, b) return a.x < b end) end,
  gsub = function() ("a"):gsub(".", function() error("in gsub") end) end,
  meta = function() local t = setmetatable({}, { __index = function(_, k) error("no field " .. k) end }) return t.road end,
  logged = function() local ok, e = xpcall(deep, debug.traceback, 1) io.stderr:write("2026-11-20 15:49:23 INFO shop up\n2026-11-20 15:49:24 ERROR order 17 failed: ", tostring(e), "\n2026-11-20 15:49:25 INFO done\n") end,
  unicode = function() error("Größe ungültig — 無効 ☕") end,
  exit = function() os.exit(1) end,
}
do_[arg[1]]()
