//! Node: what its texts cannot tell.

use super::Allowed;

const OWN_FRAMES: &str = "what was thrown is no error: the SDK sends the frames of its own handler, which are not printed; the place of the throw is";
const NOT_PRINTED: &str = "Express prints nothing where NODE_ENV is test or the SDK is off";
const RACE: &str = "the text is of a second run, in which other timers fired together; Node prints the frames of that run";
const HOST: &str =
    "a Windows stack read by an SDK on Linux; on Windows it cuts the drive as is done here";
const SECOND: &str = "the text is of a run without the SDK, whose own hooks put frames between";
const LOGGER: &str =
    "the program called captureException beside its logger; the text has the logger's record";
const NO_MAIN: &str = "the stack does not reach down to the main script, whose folder the SDK cuts; the project's root is taken";
const LIBRARY: &str = "the library's sources are not on this disk";
const BOTH_ELIDED: &str =
    "each of two errors is the other's cause: the frames that both share are printed with neither";
const MAPPED: &str = "with source maps on, Node marks throw and rejection alike";

pub(super) const ALLOWED: &[Allowed] = &[
    ("node/express_route", "events", NOT_PRINTED),
    ("node/express_route#1", "*", NOT_PRINTED),
    ("node/rejection_non_error", "*", OWN_FRAMES),
    ("node/throw_string", "*", OWN_FRAMES),
    ("node/throw_string_node24", "*", OWN_FRAMES),
    ("node/x_any", "*", RACE),
    ("node/x_any_node24", "*", RACE),
    ("node/x_reject_string", "*", OWN_FRAMES),
    ("node/x_throw_null", "*", OWN_FRAMES),
    ("node/x_throw_object", "*", OWN_FRAMES),
    ("node/x_windows", "fr.module", HOST),
    ("node/x_windows", "group", HOST),
    ("node/x_bunyan", "message", LOGGER),
    ("node/x_bunyan", "logger", LOGGER),
    ("node/x_circular", "*", BOTH_ELIDED),
    ("node/x_express_log", "fr.context_line(src)", LIBRARY),
    ("node/x_http", "*", SECOND),
    ("node/x_logs", "message", LOGGER),
    ("node/x_logs", "logger", LOGGER),
    ("node/x_logs_node24", "message", LOGGER),
    ("node/x_logs_node24", "logger", LOGGER),
    ("node/x_pino_cause", "message", LOGGER),
    ("node/x_pino_cause", "logger", LOGGER),
    ("node/x_pino_cause", "level", LOGGER),
    ("node/x_maps_main", "level", MAPPED),
    ("node/x_nested_dirs", "fr.module", NO_MAIN),
    ("node/x_nested_dirs", "group", NO_MAIN),
    ("node/x_pino", "message", LOGGER),
    ("node/x_pino", "logger", LOGGER),
    ("node/x_stack_text", "message", LOGGER),
    ("node/x_stack_text", "logger", LOGGER),
    ("node/x_trace_uncaught", "*", OWN_FRAMES),
    ("node/x_tsx_props", "fr.module", NO_MAIN),
    ("node/x_tsx_props", "group", NO_MAIN),
    ("node/ts_tsx_chained", "level", MAPPED),
];
