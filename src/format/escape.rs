//! Traces on one line. In: a line whose newlines were written as `\n` or `#012`. Out: the text with real ones.

/// Fewer escaped newlines than this are a `\n` in somebody's message, unless an indented line follows.
const NEWLINES_MIN: usize = 2;

/// The text with its escapes undone, or `None` if it holds no escaped lines. `\n`, `\r\n`, `\t`, `\\`, `\"` and `\'` as most
/// loggers write them, `#012` and `#011` as rsyslog does, `^J` and `^I` as terminals and syslog-ng do.
#[must_use]
pub fn unescape(text: &[u8]) -> Option<Vec<u8>> {
    undone(text, |newline| has_lines(text, newline))
}

/// The same where one newline is all there is: only what stands behind it can tell whether it is one.
#[must_use]
pub fn unescape_one(text: &[u8]) -> Option<Vec<u8>> {
    undone(text, |newline| holds(text, newline))
}

/// Undoes the escapes of which this newline is one.
fn undone(text: &[u8], is_escaped: impl Fn(&[u8]) -> bool) -> Option<Vec<u8>> {
    // What rsyslog escaped had real newlines: any other is the text's own.
    if is_escaped(b"#012") {
        return Some(replaced(text, b'#', &OCTALS));
    }
    if is_escaped(b"\\n") {
        return Some(backslashes(text));
    }
    is_escaped(b"^J").then(|| replaced(text, b'^', &CARETS))
}

fn holds(text: &[u8], newline: &[u8]) -> bool {
    memchr::memmem::find(text, newline).is_some()
}

/// Are the ends of the text's lines written as rsyslog does?
#[must_use]
pub fn is_octal(text: &[u8]) -> bool {
    holds(text, b"#012") && (has_lines(text, b"#012") || !has_lines(text, b"\\n"))
}

/// How a line may be indented behind an escaped newline.
const INDENTS: [&[u8]; 5] = [b"\t", b"  ", b"\\t", b"#011", b"^I"];

fn has_lines(text: &[u8], newline: &[u8]) -> bool {
    let mut found = 0;
    memchr::memmem::find_iter(text, newline).any(|at| {
        found += 1;
        let behind = text.get(at + newline.len()..).unwrap_or_default();
        found >= NEWLINES_MIN || INDENTS.iter().any(|indent| behind.starts_with(indent))
    })
}

const OCTALS: [(&[u8], u8); 3] = [(b"#012", b'\n'), (b"#011", b'\t'), (b"#015", b'\r')];
const CARETS: [(&[u8], u8); 3] = [(b"^J", b'\n'), (b"^I", b'\t'), (b"^M", b'\r')];

fn backslashes(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let (before, escape) = rest.split_at(at);
        plain.extend_from_slice(before);
        let (byte, len) = match escape.get(1) {
            Some(b'n') => (b'\n', 2),
            Some(b'r') => (b'\r', 2),
            Some(b't') => (b'\t', 2),
            Some(quoted @ (b'\\' | b'"' | b'\'')) => (*quoted, 2),
            _ => (b'\\', 1),
        };
        plain.push(byte);
        rest = escape.get(len..).unwrap_or_default();
    }
    plain.extend_from_slice(rest);
    plain
}

/// The text with each of these names, which all begin with `mark`, replaced by its byte.
fn replaced(text: &[u8], mark: u8, names: &[(&[u8], u8)]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(mark, rest) {
        let (before, escape) = rest.split_at(at);
        plain.extend_from_slice(before);
        let known = names.iter().find(|(name, _)| escape.starts_with(name));
        let (byte, len) = known.map_or((mark, 1), |(name, byte)| (*byte, name.len()));
        plain.push(byte);
        rest = escape.get(len..).unwrap_or_default();
    }
    plain.extend_from_slice(rest);
    plain
}

/// Undoes the escapes of a JSON string's inside into `plain`, as far as it reaches: how many bytes were written.
pub(super) fn json_start(text: &[u8], plain: &mut [u8]) -> usize {
    let mut places = plain.iter_mut();
    let mut written = 0;
    let mut rest = text;
    while let Some((&byte, behind)) = rest.split_first() {
        let mut buffer = [byte, 0, 0, 0];
        let (count, len) = match (byte, behind.first()) {
            (b'\\', Some(b'u')) => {
                let char = hex(behind.get(1..5)).unwrap_or(char::REPLACEMENT_CHARACTER);
                (char.encode_utf8(&mut buffer).len(), 6)
            }
            (b'\\', Some(&escaped)) => {
                buffer = [named(escaped), 0, 0, 0];
                (1, 2)
            }
            _ => (1, 1),
        };
        for byte in buffer.iter().take(count) {
            let Some(place) = places.next() else {
                return written;
            };
            *place = *byte;
            written += 1;
        }
        rest = rest.get(len..).unwrap_or_default();
    }
    written
}

/// What JSON means by a letter behind a backslash.
pub(super) fn named(letter: u8) -> u8 {
    match letter {
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'b' => 8,
        b'f' => 12,
        other => other,
    }
}

/// The character of four hex digits.
fn hex(digits: Option<&[u8]>) -> Option<char> {
    let digits = std::str::from_utf8(digits?).ok()?;
    char::from_u32(u32::from_str_radix(digits, 16).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_newline_is_undone_where_it_is_asked_for() {
        for (line, text) in [
            (r"a\nb", Some("a\nb")),
            ("a#012b", Some("a\nb")),
            ("a^Jb", Some("a\nb")),
            ("plain", None),
        ] {
            assert_eq!(unescape(line.as_bytes()), None, "{line}");
            let one = unescape_one(line.as_bytes());
            assert_eq!(one.as_deref(), text.map(str::as_bytes), "{line}");
        }
    }

    #[test]
    fn what_rsyslog_escaped_has_no_other_ends_of_lines() {
        for (line, text) in [
            (r"a \n b#012\tc#012d", Some("a \\n b\n\\tc\nd")),
            (r"a\nb\nc, #012", Some("a\nb\nc, #012")),
        ] {
            let found = unescape(line.as_bytes());
            assert_eq!(found.as_deref(), text.map(str::as_bytes), "{line}");
        }
        for (line, octal) in [
            ("a#012b", true),
            (r"a\nb#012c", true),
            (r"a\nb\nc, #012", false),
            (r"a\nb", false),
        ] {
            assert_eq!(is_octal(line.as_bytes()), octal, "{line}");
        }
    }

    #[test]
    fn escaped_lines_become_lines() {
        for (line, text) in [
            (r"a\n  b\n\tc \\ \x", Some("a\n  b\n\tc \\ \\x")),
            (r"a#012b#012#011c #1", Some("a\nb\n\tc #1")),
            (r"a^J^Ib^Jc ^", Some("a\n\tb\nc ^")),
            (
                r"java.lang.X: m\n\tat a.B",
                Some("java.lang.X: m\n\tat a.B"),
            ),
            (r"Error: m\n    at f", Some("Error: m\n    at f")),
            (r"only one\n here", None),
            (r"only one #012abc colour", None),
            ("plain", None),
        ] {
            assert_eq!(
                unescape(line.as_bytes()).as_deref(),
                text.map(str::as_bytes),
                "{line}"
            );
        }
    }
}
