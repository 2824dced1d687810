//! PHP: what its texts cannot tell.

use super::Allowed;

const ONE_LINE: &str =
    "an error, warning or notice is printed as one line, the SDK sends the stack";
const NUL: &str =
    "the log ends at the NUL in an anonymous class's name: message and stack are lost";
const VENDOR: &str = "the library's source is not among the programs";
const MESSAGE: &str =
    "the program gave the SDK the exception alone, the record has a message and a channel";

pub(super) const ALLOWED: &[Allowed] = &[
    ("php", "fr.present", ONE_LINE),
    ("php", "fr.function", ONE_LINE),
    ("php", "fr.abs_path", ONE_LINE),
    ("php", "fr.filename", ONE_LINE),
    ("php", "fr.lineno", ONE_LINE),
    ("php", "fr.in_app", ONE_LINE),
    ("php", "fr.in_app(exact)", ONE_LINE),
    ("php", "fr.context_line(src)", ONE_LINE),
    ("php", "fr.context_line(exact)", ONE_LINE),
    ("php", "fr.around", ONE_LINE),
    ("php", "frame_count(all)", ONE_LINE),
    ("php", "group", ONE_LINE),
    ("php", "chain", NUL),
    ("php", "exc.type", NUL),
    ("php", "exc.value", NUL),
    ("php/library_guzzle", "fr.context_line(src)", VENDOR),
    ("php/library_guzzle", "fr.context_line(exact)", VENDOR),
    ("php/library_guzzle", "fr.around", VENDOR),
    ("php/monolog_line_stacktraces", "message", MESSAGE),
    ("php/monolog_line_stacktraces", "logger", MESSAGE),
];
