//! Texts that give an event and should not, each with its reason. One that is not needed fails.

/// Name (a `*` stands for anything: every mutation, or every fixture that begins so), why.
pub(crate) const KNOWN: &[(&str, &str)] = &[
    ("markup: man page", SET_IN),
    ("prose: ocaml and haskell", PRINTER),
    ("source: php", BEHIND_WORDS),
    ("in another script: elixir/*", MARKS),
    ("*: jvm/one_line_17", IN_ONE_LINE),
    ("shaken: jvm/quoted_below_17", IN_ONE_LINE),
    ("*: go/echo_119", BEHIND_WORDS),
    ("*: go/http_panic_*", BEHIND_WORDS),
    ("*: go/loggers_119", IN_ONE_LINE),
    ("*: go/slog_stack_125", IN_ONE_LINE),
    ("*: go/zap_*", IN_ONE_LINE),
    ("*: erlang/eval_25", IN_ONE_LINE),
    ("*: erlang/kinds_25", IN_ONE_LINE),
    ("*: erlang/logged_25", IN_ONE_LINE),
    ("*: erlang/run_25", IN_ONE_LINE),
    ("*: erlang/single_line_25", IN_ONE_LINE),
    ("*: erlang/words_spawned_binary_25", IN_ONE_LINE),
    ("*: erlang/new_header_25", IN_ONE_LINE),
    ("*: kernel/others", BEHIND_WORDS),
    ("*: rust/tracing*", IN_ONE_LINE),
    ("*: dotnet/mel_single_31", IN_ONE_LINE),
    ("*: dotnet/mel_systemd_31", IN_ONE_LINE),
    ("*: native/ubsan*", BEHIND_WORDS),
    ("*: systemd/failures_252", BEHIND_WORDS),
    ("*: php/*", BEHIND_WORDS),
    ("*: swift/*", BEHIND_WORDS),
    ("*: perl/*", BEHIND_WORDS),
    ("quoted: jvm/log4j_*", BEHIND_WORDS),
    ("quoted: ruby/*", BEHIND_WORDS),
    ("quoted: rust/hook_*", BEHIND_WORDS),
    ("quoted: rust/log_panics", BEHIND_WORDS),
    ("quoted: dotnet/serilog_compact_31", BEHIND_WORDS),
    ("quoted: dotnet/mel_json_31", BEHIND_WORDS),
    ("quoted: javascript/spread_20", BEHIND_WORDS),
    ("quoted: native/gdb_assert", BEHIND_WORDS),
    ("quoted: native/plain_assert", BEHIND_WORDS),
];

const PRINTER: &str =
    "a program may register a printer for its exceptions, which begin with whatever it likes";
const SET_IN: &str =
    "glibc's line as it prints it, set in as a trace may be: nothing else tells it from one";
const BEHIND_WORDS: &str = "a log may put any words of its own before what the runtime prints: marks of quotation are such";
const IN_ONE_LINE: &str = "one line holds all of the trace, wherever in a text it stands";
const MARKS: &str = "the trace is told by its marks, `** (Name.Of) text` and indented places: its words are the app's";
