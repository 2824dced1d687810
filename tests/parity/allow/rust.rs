//! Rust: what its texts cannot tell.

use super::Allowed;

const SHORT: &str = "a short backtrace leaves out what called `main` and the hook, and Debug's output names no type";
const OUTSIDE: &str =
    "outside of the short backtrace: the judge finds the same place, or the word, at another call";
const ALTERNATE: &str = "the error's whole chain was logged in one line, behind a colon each";
const LOGGED: &str = "the program gave the SDK the error alone, the record has words and a target";
const MESSAGE: &str = "a message without an error, which is read only if the app asks for messages";
const ADDRESS: &str = "an address of another run";
const NO_STACK: &str = "only the place of the panic is printed, not its function";
const UNPRINTED: &str = "the backtrace names no file at this call";
const OTHER_HOOK: &str = "the hook that prints is called at another line than the SDK's";
const COUNTED: &str = "the frames above count as the text's";

pub(super) const ALLOWED: &[Allowed] = &[
    ("rust/arithmetic#1 exc[-1] frame[-45]", "*", OUTSIDE),
    ("rust/assertion#1 exc[-1] frame[-30]", "*", OUTSIDE),
    ("rust/assertion#1 exc[-1] frame[-31]", "*", OUTSIDE),
    ("rust/assertion#1 exc[-1] frame[-32]", "*", OUTSIDE),
    ("rust/assertion#1 exc[-1] frame[-34]", "*", OUTSIDE),
    ("rust/assertion#1 exc[-1] frame[-35]", "*", OUTSIDE),
    ("rust/assertion#1 exc[-1] frame[-36]", "*", OUTSIDE),
    ("rust/assertion#1 exc[-1] frame[-39]", "*", OUTSIDE),
    ("rust/assertion#2 exc[-1] frame[-24]", "*", OUTSIDE),
    ("rust/assertion#2 exc[-1] frame[-25]", "*", OUTSIDE),
    ("rust/assertion#2 exc[-1] frame[-26]", "*", OUTSIDE),
    ("rust/assertion#2 exc[-1] frame[-28]", "*", OUTSIDE),
    ("rust/assertion#2 exc[-1] frame[-29]", "*", OUTSIDE),
    ("rust/assertion#2 exc[-1] frame[-30]", "*", OUTSIDE),
    ("rust/assertion#2 exc[-1] frame[-33]", "*", OUTSIDE),
    (
        "rust/assertion_nobacktrace#1 exc[-1] frame[-39]",
        "*",
        OUTSIDE,
    ),
    (
        "rust/assertion_nobacktrace#2 exc[-1] frame[-33]",
        "*",
        OUTSIDE,
    ),
    ("rust/long_message#1 exc[-1] frame[-31]", "*", OUTSIDE),
    ("rust/multiline#1 exc[-1] frame[-32]", "*", OUTSIDE),
    ("rust/slice_lib#1 exc[-1] frame[-31]", "*", OUTSIDE),
    ("rust/slice_lib#1 exc[-1] frame[-32]", "*", OUTSIDE),
    ("rust/slice_lib#1 exc[-1] frame[-33]", "*", OUTSIDE),
    ("rust/slice_lib#1 exc[-1] frame[-35]", "*", OUTSIDE),
    ("rust/slice_lib#1 exc[-1] frame[-36]", "*", OUTSIDE),
    ("rust/slice_lib#1 exc[-1] frame[-37]", "*", OUTSIDE),
    ("rust/slice_lib#1 exc[-1] frame[-40]", "*", OUTSIDE),
    ("rust/slice_lib#2 exc[-1] frame[-30]", "*", OUTSIDE),
    ("rust/slice_lib#2 exc[-1] frame[-31]", "*", OUTSIDE),
    ("rust/slice_lib#2 exc[-1] frame[-32]", "*", OUTSIDE),
    ("rust/slice_lib#2 exc[-1] frame[-34]", "*", OUTSIDE),
    ("rust/slice_lib#2 exc[-1] frame[-35]", "*", OUTSIDE),
    ("rust/slice_lib#2 exc[-1] frame[-36]", "*", OUTSIDE),
    ("rust/slice_lib#2 exc[-1] frame[-39]", "*", OUTSIDE),
    ("rust/unwrap_none#1 exc[-1] frame[-35]", "*", OUTSIDE),
    ("rust/unwrap_none_full#1 exc[-1] frame[-11]", "*", OUTSIDE),
    (
        "rust/unwrap_none_nobacktrace#1 exc[-1] frame[-35]",
        "*",
        OUTSIDE,
    ),
    (
        "rust/unwrap_none_release#1 exc[-1] frame[-34]",
        "*",
        OUTSIDE,
    ),
    ("rust/arithmetic#1", "frame_count", COUNTED),
    ("rust/assertion#1", "frame_count", COUNTED),
    ("rust/assertion#2", "frame_count", COUNTED),
    ("rust/assertion_nobacktrace#1", "frame_count", COUNTED),
    ("rust/assertion_nobacktrace#2", "frame_count", COUNTED),
    ("rust/long_message#1", "frame_count", COUNTED),
    ("rust/multiline#1", "frame_count", COUNTED),
    ("rust/slice_lib#1", "frame_count", COUNTED),
    ("rust/slice_lib#2", "frame_count", COUNTED),
    ("rust/unwrap_none#1", "frame_count", COUNTED),
    ("rust/unwrap_none_full#1", "frame_count", COUNTED),
    ("rust/unwrap_none_nobacktrace#1", "frame_count", COUNTED),
    ("rust/unwrap_none_release#1", "frame_count", COUNTED),
    ("rust/assertion#2", "exc.value?", ADDRESS),
    ("rust/assertion_nobacktrace#2", "exc.value?", ADDRESS),
    ("rust/assertion_nobacktrace", "fr.function", NO_STACK),
    ("rust/unwrap_none_nobacktrace", "fr.function", NO_STACK),
    (
        "rust/slice_lib#1 exc[-1] frame[-17]",
        "fr.filename",
        UNPRINTED,
    ),
    (
        "rust/slice_lib#1 exc[-1] frame[-17]",
        "fr.abs_path",
        UNPRINTED,
    ),
    ("rust/unwrap_none_full", "fr.lineno", OTHER_HOOK),
    ("rust/tracing_text", "events", MESSAGE),
    ("rust/tracing_text#2", "*", MESSAGE),
    ("rust/anyhow_logged", "events", ALTERNATE),
    ("rust/anyhow_logged#2", "*", ALTERNATE),
    ("rust/anyhow_logged", "message", LOGGED),
    ("rust/anyhow_logged", "logger", LOGGED),
    ("rust/anyhow_logged_nobacktrace", "events", ALTERNATE),
    ("rust/anyhow_logged_nobacktrace#2", "*", ALTERNATE),
    ("rust/anyhow_logged_nobacktrace", "message", LOGGED),
    ("rust/anyhow_logged_nobacktrace", "logger", LOGGED),
    ("rust", "fr.present", SHORT),
    ("rust", "fr.function", SHORT),
    ("rust", "fr.filename", SHORT),
    ("rust", "fr.abs_path", SHORT),
    ("rust", "fr.lineno", SHORT),
    ("rust", "fr.colno", SHORT),
    ("rust", "fr.in_app", SHORT),
    ("rust", "fr.in_app(exact)", SHORT),
    ("rust", "frame_count(all)", SHORT),
    ("rust", "group", SHORT),
    ("rust", "chain", SHORT),
    ("rust", "exc.type", SHORT),
];
