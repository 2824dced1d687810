//! Elixir: what its texts cannot tell.

use super::Allowed;

const CUT: &str =
    "the logger cut the text within the message: the rest and the frames are not there";
const NO_MODULE: &str = "the SDK asks which application a module is of, and this one does not exist; the app's setting, given to both, \
     names its modules by their beginning";

pub(super) const ALLOWED: &[Allowed] = &[
    ("elixir/long_message#1 exc[-1]", "exc.value", CUT),
    ("elixir", "frame_count(all)", CUT),
    ("elixir", "fr.present", CUT),
    ("elixir", "fr.function", CUT),
    ("elixir", "fr.filename", CUT),
    ("elixir", "fr.module", CUT),
    ("elixir", "fr.lineno", CUT),
    ("elixir", "fr.in_app", CUT),
    ("elixir", "fr.in_app(exact)", CUT),
    ("elixir", "fr.context_line(src)", CUT),
    ("elixir", "group", CUT),
    ("elixir/undefined_function", "fr.in_app", NO_MODULE),
    ("elixir/undefined_function", "fr.in_app(exact)", NO_MODULE),
];
