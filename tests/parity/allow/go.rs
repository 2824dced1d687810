//! Go: what its texts cannot tell.

use super::Allowed;

const GUARD: &str = "the SDK's stack ends with the deferred function that recovered and called it; the runtime prints the \
     stack of the call that panicked";
const TYPE: &str = "the runtime prints an error's text without its type";
const VALUE: &str =
    "a value that is no string is printed as type and address, the SDK formats it with %#v";
const NO_TRACE: &str = "the error's text on one line, without a stack";

pub(super) const ALLOWED: &[Allowed] = &[
    ("go", "fr.present", GUARD),
    ("go", "fr.function", GUARD),
    ("go", "fr.module", GUARD),
    ("go", "fr.abs_path", GUARD),
    ("go", "fr.filename", GUARD),
    ("go", "fr.lineno", GUARD),
    ("go", "fr.in_app", GUARD),
    ("go", "fr.in_app(exact)", GUARD),
    ("go", "frame_count(all)", GUARD),
    ("go", "group", GUARD),
    ("go", "exc.type", TYPE),
    ("go", "chain", TYPE),
    ("go/panic_struct", "message", VALUE),
    ("go/log_wrapped", "events", NO_TRACE),
    ("go/log_wrapped#1", "*", NO_TRACE),
    ("go/slog_text_join", "events", NO_TRACE),
    ("go/slog_text_join#1", "*", NO_TRACE),
];
