//! Cells of the matrix that cannot hold, each with its reason. One that is not needed fails.

/// Fixture (a `*` at the end stands for anything), dress (in one table alone: behind its title), why.
pub(crate) const EXCUSED: &[(&str, &str, &str)] = &[
    // Core dumps.
    ("coredump/info_252", "beginning cut off", SIGNAL_ABOVE),
    ("coredump/info_252", "in every dress: headed", SIGNAL_ABOVE),
    (
        "coredump/info_252",
        "in every dress: headed logback",
        SIGNAL_ABOVE,
    ),
    (
        "coredump/info_252",
        "in every dress: headed go",
        SIGNAL_ABOVE,
    ),
    (
        "coredump/info_252",
        "in every dress: json lines",
        SIGNAL_ABOVE,
    ),
    // The kernel.
    ("kernel/bug_panic_x86", "beginning cut off", PANIC_ALONE),
    ("kernel/hung_task_618", "headed go", MARK_OF_HEADER),
    ("kernel/warning_x86", "headed go", MARK_OF_HEADER),
    // Haskell.
    ("haskell/logged_90", "escaped", FIRST_LINE),
    ("haskell/logged_90", "escaped crlf", FIRST_LINE),
    ("haskell/thread_90", "escaped", FIRST_LINE),
    ("haskell/thread_90", "escaped crlf", FIRST_LINE),
    // PHP.
    ("php/spoken_82", "beginning cut off", READS_LIKE_FIRST),
    ("php/written_82", "escaped", FIRST_LINE),
    ("php/written_82", "escaped crlf", FIRST_LINE),
    // Dart.
    ("dart/not_traces", IN_ONE_LINE, SAYS_FAILED),
    // Swift.
    ("swift/*", "end cut off", CALLS_BELOW),
    ("swift/*", "beginning cut off", WORDS_ABOVE),
    ("swift/try_59", "in every dress: headed", WORDS_APART),
    (
        "swift/try_59",
        "in every dress: headed logback",
        WORDS_APART,
    ),
    ("swift/try_59", "headed go", WORDS_APART),
    ("swift/try_59", "in every dress: json lines", WORDS_APART),
    // Julia.
    ("julia/*", "headed go", MARK_OF_HEADER),
    // R.
    ("r/abort_source_42", "end cut off", PLACES_BELOW),
    ("r/traced_source_42", "end cut off", PLACES_BELOW),
    ("r/source_42", "in every dress: headed", WORDS_APART),
    ("r/source_42", "in every dress: headed logback", WORDS_APART),
    ("r/source_42", "headed go", WORDS_APART),
    ("r/source_42", "in every dress: json lines", WORDS_APART),
    // Rust.
    ("rust/env_logger", IN_ONE_LINE, FIELD_WHOLE),
    ("rust/tracing", IN_ONE_LINE, FIELD_WHOLE),
    ("rust/tracing_colour", IN_ONE_LINE, FIELD_WHOLE),
    ("rust/trace_195", IN_ONE_LINE, FIELD_WHOLE),
    ("rust/eyre_lines_bare", IN_ONE_LINE, FIELD_WHOLE),
    ("rust/env_logger", "in every dress: syslog 5424", ONE_SPACE),
    ("rust/hook_170", "escaped", TWO_ESCAPES),
    ("rust/hook_170", "escaped crlf", TWO_ESCAPES),
    ("rust/hook_195", "escaped", TWO_ESCAPES),
    ("rust/hook_195", "escaped crlf", TWO_ESCAPES),
    ("rust/result_195", "escaped", TWO_ESCAPES),
    ("rust/result_195", "escaped crlf", TWO_ESCAPES),
    ("rust/tracing_panic", "escaped", PAIRS),
    ("rust/tracing_panic", "escaped crlf", PAIRS),
    ("rust/foreign_bare_182", "end cut off", OTHER_PATH),
    ("rust/unwrapped", "beginning cut off", QUOTED_ALONE),
    ("rust/quotes_*", "beginning cut off", QUOTED_ALONE),
    ("rust/quotes_*", "end cut off", QUOTED_ALONE),
    // .NET.
    ("dotnet/aggregate_*", "end cut off", AGGREGATE),
    (
        "dotnet/mel_31",
        "in every dress: syslog 5424",
        BLANK_OF_WRAPPER,
    ),
    // Lua.
    ("lua/multiline_54", "beginning cut off", READS_LIKE_FIRST),
    ("lua/require_54", "in every dress: headed", LONG_ABOVE),
    ("lua/require_54", "in every dress: headed go", LONG_ABOVE),
    (
        "lua/require_54",
        "in every dress: headed logback",
        LONG_ABOVE,
    ),
    ("lua/require_54", "in every dress: json lines", LONG_ABOVE),
    ("lua/traceback_54", IN_ONE_LINE, SAYS_FAILED),
    // PHP.
    ("php/lines_82", "headed go", MARK_OF_HEADER),
    ("php/monolog_laravel_82", "headed go", MARK_OF_HEADER),
    ("php/monolog_stacks_82", "headed go", MARK_OF_HEADER),
    (
        "php/fpm_pool_82",
        "in every dress: cri in parts",
        FIRST_PART,
    ),
    (
        "php/fpm_pool_82",
        "in every dress: docker in parts",
        FIRST_PART,
    ),
    // PHP.
    ("php/spoken_82", "end cut off", SPOKEN_BELOW),
    ("php/page_82", "beginning cut off", ANNOUNCED_ABOVE),
    ("php/written_82", "headed go", WORDS_APART),
    // .NET.
    // Ruby.
    ("ruby/broken_31", "beginning cut off", NOT_FIRST_ERROR),
    ("ruby/requires_31", "beginning cut off", NOT_FIRST_ERROR),
    ("ruby/threads_31", "beginning cut off", DIES_TWICE),
    ("ruby/logger_31", "escaped", FIRST_LINE),
    ("ruby/logger_31", "escaped crlf", FIRST_LINE),
    ("ruby/logger_named_31", "escaped", FIRST_LINE),
    ("ruby/logger_named_31", "escaped crlf", FIRST_LINE),
    ("ruby/logger_31", "in every dress: headed", ONE_PLACE),
    (
        "ruby/logger_31",
        "in every dress: headed logback",
        ONE_PLACE,
    ),
    ("ruby/logger_31", "headed go", ONE_PLACE),
    ("ruby/logger_31", "in every dress: json lines", ONE_PLACE),
    ("ruby/logger_named_31", "in every dress: headed", ONE_PLACE),
    (
        "ruby/logger_named_31",
        "in every dress: headed logback",
        ONE_PLACE,
    ),
    ("ruby/logger_named_31", "headed go", ONE_PLACE),
    (
        "ruby/logger_named_31",
        "in every dress: json lines",
        ONE_PLACE,
    ),
    ("ruby/logger_pairs_31", IN_ONE_LINE, CLASS_APART),
    ("ruby/sidekiq_31", IN_ONE_LINE, CLASS_APART),
    ("ruby/logger_pairs_31", "headed go", LEVEL_HIDDEN_APART),
    ("ruby/sidekiq_31", "headed go", LEVEL_HIDDEN_APART),
    ("ruby/guesses_34", "twice in a row", RESTARTED),
    ("ruby/guesses_*", "headed go", MARK_OF_HEADER),
    ("ruby/rails_production_31", "headed go", MARK_OF_HEADER),
    (
        "ruby/not_traces_minitest_31",
        "beginning cut off",
        LIST_ABOVE,
    ),
    (
        "ruby/not_traces_minitest_31",
        "in every dress: headed",
        LIST_ABOVE,
    ),
    (
        "ruby/not_traces_minitest_31",
        "in every dress: headed logback",
        LIST_ABOVE,
    ),
    ("ruby/not_traces_minitest_31", "headed go", LIST_ABOVE),
    (
        "ruby/not_traces_minitest_31",
        "in every dress: json lines",
        LIST_ABOVE,
    ),
    ("ruby/not_traces_unit_31", "beginning cut off", LIST_ABOVE),
    (
        "ruby/not_traces_unit_31",
        "in every dress: headed",
        LIST_ABOVE,
    ),
    (
        "ruby/not_traces_unit_31",
        "in every dress: headed logback",
        LIST_ABOVE,
    ),
    ("ruby/not_traces_unit_31", "headed go", LIST_ABOVE),
    (
        "ruby/not_traces_unit_31",
        "in every dress: json lines",
        LIST_ABOVE,
    ),
    ("ruby/sinatra_31", IN_ONE_LINE, CLASS_APART),
    ("ruby/circular_*", "twice in a row", RESTARTED),
    ("ruby/objects_*", "twice in a row", RESTARTED),
    ("ruby/highlighted_31", "beginning cut off", CALLERS_ABOVE),
    ("ruby/highlighted_31", "indented", CALLERS_ABOVE),
    ("ruby/highlighted_31", "tabbed", CALLERS_ABOVE),
    ("ruby/loads_31", "beginning cut off", NOT_FIRST_ERROR),
    ("ruby/stdlib_31", "twice in a row", RESTARTED),
    ("ruby/stdlib_31", "end cut off", SHARED),
    ("ruby/objects_33", "end cut off", CALLERS_CUT),
    // Elixir.
    ("elixir/messages_114", "in every dress: headed", SAID_FRAME),
    (
        "elixir/messages_114",
        "in every dress: headed logback",
        SAID_FRAME,
    ),
    ("elixir/messages_114", "headed go", SAID_FRAME),
    (
        "elixir/messages_114",
        "in every dress: json lines",
        SAID_FRAME,
    ),
    ("elixir/messages_114", "beginning cut off", SAID_BANNER),
    (
        "elixir/genserver_exits_114",
        "beginning cut off",
        REPORT_BEGUN,
    ),
    // Erlang.
    ("erlang/single_line_25", "beginning cut off", SERVER_GONE),
    // C and C++.
    ("native/gdb_assert", "escaped", TWO_ESCAPES),
    ("native/gdb_assert", "escaped crlf", TWO_ESCAPES),
    ("native/ubsan", "end cut off", PLACE_SHORT),
    ("native/ubsan_null", "end cut off", PLACE_SHORT),
    // Perl.
    ("perl/begin_536", "beginning cut off", MESSAGE_BEGUN),
    ("perl/multiline_536", "beginning cut off", MESSAGE_BEGUN),
    (
        "perl/shop_multiline_536",
        "beginning cut off",
        MESSAGE_BEGUN,
    ),
    (
        "perl/shop_syntax_error_536",
        "beginning cut off",
        MESSAGE_BEGUN,
    ),
    ("perl/syntax_536", "beginning cut off", MESSAGE_BEGUN),
    ("perl/multiline_536", "end cut off", READS_LIKE_LAST),
    ("perl/shop_multiline_536", "end cut off", READS_LIKE_LAST),
    ("perl/croak_newline_536", "json message", FIRST_LINE),
    ("perl/multiline_536", "json message", FIRST_LINE),
    ("perl/shop_multiline_536", "json message", FIRST_LINE),
    ("perl/multiline_536", "in every dress: headed", LINES_APART),
    (
        "perl/multiline_536",
        "in every dress: headed logback",
        LINES_APART,
    ),
    ("perl/multiline_536", "headed go", LINES_APART),
    (
        "perl/multiline_536",
        "in every dress: json lines",
        LINES_APART,
    ),
    (
        "perl/shop_multiline_536",
        "in every dress: headed",
        LINES_APART,
    ),
    (
        "perl/shop_multiline_536",
        "in every dress: headed logback",
        LINES_APART,
    ),
    ("perl/shop_multiline_536", "headed go", LINES_APART),
    (
        "perl/shop_multiline_536",
        "in every dress: json lines",
        LINES_APART,
    ),
];

const PLACE_SHORT: &str =
    "the first line names the place by a shorter path than the stack, cut off here";
const READS_LIKE_LAST: &str =
    "a line of the message reads like its last, and what follows is cut off";
const LINES_APART: &str =
    "each line of the message has a header, and no sign tells where the message begins";
const PANIC_ALONE: &str = "what an oops comes to is a panic of its own where the oops is cut off";
const SIGNAL_ABOVE: &str =
    "the signal stands above the message, where a header of each line, or the cut, parts the two";
const SAID_FRAME: &str = "what looks like a frame in a message is known for words by the frames behind the message, cut off here or behind headers of their own";
const SAID_BANNER: &str =
    "what looks like a banner in a message is known for words by the banner above, cut off here";
const REPORT_BEGUN: &str = "an exit is reported as a message, whose first lines are cut off";
const SERVER_GONE: &str =
    "the crash report has calls that the server's, cut off here, does not have";
const NOT_FIRST_ERROR: &str =
    "a file's second error reads like its first, and no sign tells that a line above is gone";
const RESTARTED: &str = "a crash behind another that came from an earlier line of the same function, which was called from the same place, reads like its cause";
const CALLERS_CUT: &str =
    "whether a crash behind another is its cause is shown by its outer callers, cut off here";
const LIST_ABOVE: &str = "only the lines above show that a suite lists its failed tests; they are cut off here, or records by themselves";
const SHARED: &str = "that an exception was raised with its cause's calls, and is sent without, only the cause's show, cut off here";
const CALLERS_ABOVE: &str = "printed oldest call first, callers stand above what they called: what is set in or cut off there shows no order";
const DIES_TWICE: &str = "without the thread's announcement its crash and the program's, which are printed alike, are two";
const MESSAGE_BEGUN: &str = "the first line of the message is cut off with its header";
const ONE_PLACE: &str = "a single place with a header on its own line does not show that the lines above are the same record's";
const CLASS_APART: &str = "the class stands in a record of its own; the text of the places, which alone is worn here, does not have it";
const LEVEL_HIDDEN_APART: &str =
    "the record above is known for the failure's by its level, and this wrapper hides it";
const FIELD_WHOLE: &str = "the words before the error's are cut off its message where the two were logged in one; a field that holds an error holds nothing else";
const ONE_SPACE: &str = "one space before the text is taken for the one that rsyslog adds";
const PAIRS: &str = "behind a header its fields are read as pairs, of which the last has no end";
const OTHER_PATH: &str = "the panic names the library's file by another path than its backtrace";

const READS_LIKE_FIRST: &str =
    "a line of the message reads like an error's first, and that one is cut off";
const LONG_ABOVE: &str =
    "each line has a header, and the message has more lines than are kept of what stands above";
const AGGREGATE: &str = "an aggregate's message ends with those of its inner exceptions; how much of it that is, only their own lines tell";
const QUOTED_ALONE: &str =
    "what a message quotes is read as what it was, where the quoting trace's own end is cut off";
const BLANK_OF_WRAPPER: &str = "one blank with which a message begins is the wrapper's, and a line of this message begins with one";
const FIRST_PART: &str =
    "who wrote a line is read from its first part, and the worker's number stands in the second";

const TWO_ESCAPES: &str = "the text holds `\\n` of its own, which is read before `#012`";
const MARK_OF_HEADER: &str = "behind a date, a word in brackets or a dash with which a line begins, `Warning:` too, is the header's";

/// Stands for every dress that puts all of the text in one line.
pub(crate) const IN_ONE_LINE: &str = "in one line";

const CALLS_BELOW: &str =
    "the words name a place, which stands for the calls where these, printed below, are cut off";
const SPOKEN_BELOW: &str =
    "that a class speaks for itself is told by what the engine adds, cut off here";
const WORDS_ABOVE: &str =
    "the runtime's words stand above what crashed; without them the signal is all that is known";
const PLACES_BELOW: &str =
    "where a function goes on is told by the line of what it called, cut off here";
const WORDS_APART: &str = "further lines of an error's words read like records of others where each has a header of its own";
const ANNOUNCED_ABOVE: &str =
    "the runtime's own words above say what the text below is; they are cut off here";
const SAYS_FAILED: &str = "the stack itself tells of no failure, or not of what; the words of the record that it is put into do";
const FIRST_LINE: &str =
    "the first line of a message is the record's, and no sign parts it from an error's first line";

/// Languages that are judged; the others' cells are printed.
const SETTLED: &[&str] = &[
    "coredump",
    "dart",
    "dotnet",
    "elixir",
    "erlang",
    "go",
    "haskell",
    "javascript",
    "julia",
    "jvm",
    "kernel",
    "lua",
    "native",
    "ocaml",
    "perl",
    "php",
    "python",
    "r",
    "ruby",
    "rust",
    "swift",
    "systemd",
];

/// Is this language judged? With `STACKTAIL_ALL` set, all are.
pub(crate) fn is_settled(language: &str) -> bool {
    SETTLED.contains(&language) || std::env::var_os("STACKTAIL_ALL").is_some()
}
