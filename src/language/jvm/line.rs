//! The shapes of a trace's lines. In: one line. Out: what it is by itself, without regard to the lines around it.
//!
//! Never allocates and never looks further than the line.

use crate::bounds::TYPE_NAME_BYTES_MAX;
use crate::language::seek::{Bytes, Seek as _};
pub(super) use crate::language::seek::{dedent, indent, is_blank, text};

/// `at [loader/][module[@version]/]pkg.Class.method(location)`, the packaging behind it left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FrameLine<'a> {
    /// With its package; loader and module are cut.
    pub(super) class: &'a str,
    /// Without the class.
    pub(super) method: &'a str,
    /// Where.
    pub(super) location: Location<'a>,
}

/// What stands in a frame's parentheses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Location<'a> {
    /// `(Native Method)`.
    Native,
    /// `(Unknown Source)`, and Android's `(Unknown Source:12)`.
    Unknown(Option<u32>),
    /// `(File.java:12)`, `(File.java)`, `(<generated>)`.
    File(&'a str, Option<u32>),
}

/// How an exception hangs on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    /// `Caused by: `.
    Cause,
    /// `Wrapped by: `, in traces that begin with the root cause.
    Wrapper,
    /// `Suppressed: `.
    Suppressed,
}

const LINKS: &[(&str, Link)] = &[
    ("Caused by: ", Link::Cause),
    ("Wrapped by: ", Link::Wrapper),
    ("Suppressed: ", Link::Suppressed),
];

/// A frame's line, strict enough to open a record: no blank in any name.
pub(super) fn strict_frame(text: &str) -> Option<FrameLine<'_>> {
    let frame = frame(text)?;
    let certain = match frame.location {
        Location::File(file, line) => (line.is_some() || is_source(file)) && is_one_word(file),
        Location::Native | Location::Unknown(_) => true,
    };
    (certain && is_name(frame.method)).then_some(frame)
}

/// A frame's line inside a trace: a method's name may hold blanks (Kotlin's and Spock's tests), a file's nearly anything.
pub(super) fn frame(text: &str) -> Option<FrameLine<'_>> {
    let body = text.trimmed().strip_prefix("at ")?;
    let body = without_packaging(body);
    let inner = body.strip_suffix(')')?;
    let (name, location) = inner.parted_last(b'(')?;
    let name = without_module(name);
    let (class, method) = name.parted_last(b'.')?;
    let boundary = class.ends_with("(Coroutine boundary");
    if !boundary && (!is_name(class) || !is_method(method)) {
        return None;
    }
    Some(FrameLine {
        class,
        method,
        location: self::location(location)?,
    })
}

/// `~[lib.jar:1.2]`, `[classes/:na]`, `[3 skipped]` behind a frame.
fn without_packaging(body: &str) -> &str {
    let mut body = body;
    for _ in 0..3 {
        let Some(before) = body
            .strip_suffix(']')
            .and_then(|inner| inner.last_of(b'[').and_then(|at| inner.get(..at)))
        else {
            break;
        };
        let Some(before) = before.strip_suffix('~').unwrap_or(before).strip_suffix(' ') else {
            break;
        };
        body = before.trimmed_end();
    }
    body
}

/// Loader, module and version end in a slash; so does what stands before a hidden class's address, which belongs to it.
fn without_module(name: &str) -> &str {
    let mut end = name.len();
    loop {
        let Some(slash) = name.get(..end).and_then(|n| n.last_of(b'/')) else {
            return name;
        };
        let behind = name.get(slash + 1..).unwrap_or_default();
        if behind.starts_with(|c: char| c.is_ascii_digit()) {
            end = slash;
        } else {
            return behind;
        }
    }
}

fn location(text: &str) -> Option<Location<'_>> {
    if text == "Native Method" {
        return Some(Location::Native);
    }
    let (file, line) = match text.parted_last(b':') {
        Some((file, digits)) => (file, Some(digits.parse().ok()?)),
        None => (text, None),
    };
    if file.is_empty() {
        return None;
    }
    if file == "Unknown Source" {
        return Some(Location::Unknown(line));
    }
    // Without a line only what names a file: `at A.b(String)` is .NET's.
    let named = line.is_some() || file.contains('.') || file.starts_with('<') || file == "\u{8}";
    let plain = named && !NO_FILE.hold_any(file);
    (plain || is_source(file)).then_some(Location::File(file, line))
}

/// Is there no white space in it?
fn is_one_word(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic()) || !text.contains(char::is_whitespace)
}

fn is_source(file: &str) -> bool {
    [".java", ".kt", ".scala", ".clj", ".groovy"]
        .iter()
        .any(|extension| file.ends_with(extension))
        || file == "SourceFile"
        || file == "<generated>"
}

/// Names of the JVM: nearly every sign is allowed; these are what compilers make of identifiers.
fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= TYPE_NAME_BYTES_MAX
        && !matches!(name.as_bytes().first(), Some(b'.' | b'-' | b'/'))
        && !name.ends_with('/')
        && has_name_chars(name)
}

/// No sign that no name has, no two dots in a row.
fn has_name_chars(name: &str) -> bool {
    let (mut known, mut doubled, mut before) = (true, false, 0);
    for byte in name.bytes() {
        known &= NAME.holds(byte);
        doubled |= byte == b'.' && before == b'.';
        before = byte;
    }
    !doubled && (known || (!name.is_ascii() && name.chars().all(is_name_char)))
}

/// What identifiers and their compounds are made of.
const NAME: Bytes = Bytes::and_alphanumeric("_$-<>./@+");
/// What no file's name has, unless its extension is one of source files.
const NO_FILE: Bytes = Bytes::of(",\"()");
/// What no method's name has.
const NO_METHOD: Bytes = Bytes::of("\"\t;[");

fn is_name_char(c: char) -> bool {
    u8::try_from(c).is_ok_and(|b| NAME.holds(b))
        || (!c.is_ascii() && !c.is_whitespace() && !c.is_control())
}

fn is_method(method: &str) -> bool {
    !method.is_empty()
        && method.len() <= TYPE_NAME_BYTES_MAX
        && !method.starts_with(char::is_whitespace)
        && !method.ends_with(char::is_whitespace)
        && !NO_METHOD.hold_any(method)
}

/// The first frame behind a message: the message's own lines may begin with `at`.
pub(super) fn first_frame(text: &str) -> Option<FrameLine<'_>> {
    strict_frame(text).or_else(|| frame(text).filter(|_| indent(text) > 0))
}

/// `Caused by: `, `Wrapped by: `, `Suppressed: ` and what stands behind it.
pub(super) fn link(text: &str) -> Option<(Link, &str)> {
    let text = text.trimmed_start();
    LINKS
        .iter()
        .find_map(|(words, link)| Some((*link, text.strip_prefix(words)?)))
}

/// `[CIRCULAR REFERENCE: …]`: an exception that was printed before.
pub(super) fn is_circular(text: &str) -> bool {
    text.trimmed_start().starts_with("[CIRCULAR REFERENCE:")
}

/// What a line says of frames that are not printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Elided {
    /// As many frames as in the enclosing trace: `... 3 more`, `... 3 common frames omitted`.
    Common(usize),
    /// Frames that are nowhere printed: `... 3 frames truncated`.
    Lost,
}

/// `... N more` and its kin.
pub(super) fn elided(text: &str) -> Option<Elided> {
    let words = text.trimmed().strip_prefix("... ")?;
    let words = words.strip_prefix("suppressed ").unwrap_or(words);
    let (number, rest) = words.parted(b' ')?;
    let number: usize = number.parse().ok()?;
    match rest {
        "more" | "common frames omitted" | "common frame omitted" => Some(Elided::Common(number)),
        "frames truncated" | "frame truncated" | "frames excluded" | "frame excluded" | "lines"
        | "line" => Some(Elided::Lost),
        _ => None,
    }
}

/// `Driver stacktrace:`, the end of a message behind what it quotes.
pub(super) fn announces_stack(text: &str) -> bool {
    let text = text.trimmed_end();
    let ends = ["stacktrace:", "stack trace:"];
    ends.iter().any(|end| text.ends_with(end))
}

/// What only a thread dump prints: locks, and a thread's state.
pub(super) fn is_dump(text: &str) -> bool {
    let text = text.trimmed_start();
    [
        "- locked <",
        "- waiting on <",
        "- waiting to lock <",
        "- waiting to re-lock in wait() <",
        "- parking to wait for  <",
        "- eliminated <",
        "-  locked ",
        "-  blocked on ",
        "-  waiting on ",
        "- None",
        "java.lang.Thread.State: ",
        "Locked ownable synchronizers:",
    ]
    .iter()
    .any(|words| text.starts_with(words))
}

/// The head of one thread in a dump: `"main" #1 prio=5 os_prio=0 …`, `"Thread-1":`.
pub(super) fn is_dumped_thread(text: &str) -> bool {
    let text = text.trimmed();
    text.starts_with('"')
        && (text.ends_with("\":")
            || ["\" #", "\" prio=", "\" Id=", "\" daemon ", "\" os_prio="]
                .iter()
                .any(|words| text.contains(words)))
}

#[cfg(test)]
#[path = "line_tests.rs"]
mod tests;
