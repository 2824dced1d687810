//! Python: what its texts cannot tell.

use super::Allowed;

const TWO_EVENTS: &str = "one text; the SDK's optional asyncio integration and its logging integration each send an event";
const NO_TRACE: &str = "an error record without a trace";
const WRONG_LINES: &str = "the SDK reads lines of the main script for code that came from a string";
const NOT_CAUGHT: &str = "the SDK has no hook there by default; the trace is reported all the same";
const NO_MODULE: &str = "structlog prints the class without its module";

pub(super) const ALLOWED: &[Allowed] = &[
    ("python/asyncio_task_never_retrieved", "events", TWO_EVENTS),
    ("python/asyncio_task_never_retrieved#1", "*", TWO_EVENTS),
    (
        "python/asyncio_task_never_retrieved#2",
        "message",
        "the text without the SDK is of a second run, in which the task has another name",
    ),
    ("python/logging_default_format", "events", NO_TRACE),
    ("python/logging_default_format#2", "*", NO_TRACE),
    (
        "python/loguru_plain",
        "message",
        "loguru hands the SDK its fully formatted text with all variables; the text has the message alone",
    ),
    (
        "python/celery_worker",
        "fr.module",
        "the worker was started by the script itself; a worker's frames otherwise stand for an imported module",
    ),
    ("python/celery_worker", "group", "follows from the module"),
    ("python/dataclass", "fr.around", WRONG_LINES),
    ("python/dataclass_module", "fr.around", WRONG_LINES),
    ("python/exec_plain", "fr.context_line(src)", WRONG_LINES),
    ("python/exec_plain", "fr.context_line(exact)", WRONG_LINES),
    ("python/exec_plain", "fr.around", WRONG_LINES),
    (
        "python/exec_named",
        "fr.module",
        "code run by exec in globals that were given a name; a name is not printed",
    ),
    ("python/exec_named", "group", "follows from the module"),
    ("python/ignored_del", "events", NOT_CAUGHT),
    ("python/ignored_del_py38", "events", NOT_CAUGHT),
    ("python/logged_many", "events", NO_TRACE),
    ("python/process_child", "events", NOT_CAUGHT),
    ("python/logged_many#4", "*", NO_TRACE),
    ("python/logged_many_py311", "events", NO_TRACE),
    ("python/logged_many_py311#4", "*", NO_TRACE),
    (
        "python/message_control",
        "exc.value",
        "colour codes are taken off every line; whose they were is not told",
    ),
    (
        "python/message_trail",
        "exc.value",
        "blank lines at the end of a text cannot be told from what comes behind it",
    ),
    ("python/structlog_json_tracebacks", "exc.module", NO_MODULE),
    (
        "python/structlog_json_tracebacks",
        "message",
        "the program called capture_exception beside its logger; the text has the logger's record",
    ),
];
