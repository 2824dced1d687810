//! The shapes of a traceback's lines. In: one line. Out: what it is by itself, without regard to the lines around it.
//!
//! Never allocates and never looks further than the line.

use crate::bounds::TYPE_NAME_BYTES_MAX;
use crate::language::seek::{Seek as _, Word};
pub(super) use crate::language::seek::{dedent, indent, is_blank, text};

/// The words that open a traceback, whatever stands before them on the line.
pub(super) const OPENING: &str = "Traceback (most recent call last)";
pub(super) const OPENS: Word = Word::new(OPENING, 10);
/// The words that open an exception group's traceback.
pub(super) const GROUP_OPENING: &str = "Exception Group Traceback (most recent call last)";
/// The words that open the report of a dying interpreter.
pub(super) const FATAL: &str = "Fatal Python error: ";

const CAUSE: &str = "The above exception was the direct cause of the following exception:";
const CONTEXT: &str = "During handling of the above exception, another exception occurred:";

/// How an exception hangs on the one printed before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    /// `raise … from …`.
    Cause,
    /// Raised while the other was handled.
    Context,
}

impl Link {
    /// The SDK's `mechanism.source`.
    pub(super) fn source(self) -> &'static str {
        match self {
            Self::Cause => "__cause__",
            Self::Context => "__context__",
        }
    }
}

/// `File "F", line N[, in FN]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FrameLine<'a> {
    /// As printed.
    pub(super) file: &'a str,
    /// From 1; 0 is printed for frames without one.
    pub(super) lineno: u32,
    /// Absent in the block of a `SyntaxError`.
    pub(super) function: Option<&'a str>,
    /// loguru's mark: it caught the exception; frames above it are not the traceback's.
    pub(super) caught: bool,
}

/// Does the text open a traceback? It may stand behind other words (`failed: Traceback …:`) but ends the line; loggers
/// that know no line ends go on with `\n` written out.
pub(super) fn opens(text: &str) -> bool {
    let Some((before, behind)) = OPENS.parts(text) else {
        return false;
    };
    match behind.strip_prefix(':') {
        Some(rest) => rest.trimmed().is_empty() && !before.contains(['"', '\'']),
        None => false,
    }
}

/// Does the text consist of an opening and nothing else?
pub(super) fn is_opening(text: &str) -> bool {
    let text = text.trimmed();
    let text = text.strip_prefix("+ ").unwrap_or(text);
    text.strip_suffix(':')
        .is_some_and(|text| text == OPENING || text == GROUP_OPENING)
}

/// Does the text open an exception group (`+ Exception Group Traceback …`)?
pub(super) fn is_group_opening(text: &str) -> bool {
    text.trimmed_end()
        .strip_suffix(':')
        .is_some_and(|text| text.ends_with(GROUP_OPENING))
}

/// The sentence between two tracebacks of a chain.
pub(super) fn joiner(text: &str) -> Option<Link> {
    match text.trimmed() {
        CAUSE => Some(Link::Cause),
        CONTEXT => Some(Link::Context),
        _ => None,
    }
}

/// A frame's line. `> File` is loguru's mark for the frame that caught it.
pub(super) fn frame(text: &str) -> Option<FrameLine<'_>> {
    let text = text.trimmed();
    let (text, caught) = match text.strip_prefix("> ") {
        Some(text) => (text, true),
        None => (text, false),
    };
    let body = text.strip_prefix("File \"")?;
    memchr::memchr_iter(b'"', body.as_bytes()).find_map(|at| {
        let (file, rest) = body.split_at_checked(at)?;
        let rest = rest.strip_prefix("\", line ")?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = rest.split_at_checked(digits)?;
        let lineno = number.parse().ok()?;
        let function = match rest.strip_prefix(", in ").or(rest.strip_prefix(" in ")) {
            Some(name) => Some(name),
            None if rest.is_empty() => None,
            None => return None,
        };
        Some(FrameLine {
            file,
            lineno,
            function,
            caught,
        })
    })
}

/// `[Previous line repeated N more times]`.
pub(super) fn repeated(text: &str) -> Option<u64> {
    let text = text.trimmed().strip_prefix("[Previous line repeated ")?;
    let number = text
        .strip_suffix(" more times]")
        .or(text.strip_suffix(" more time]"))?;
    number.parse().ok()
}

/// Only marks beneath a source line: `~~~^^^^`.
pub(super) fn is_carets(text: &str) -> bool {
    let text = text.trimmed();
    !text.is_empty() && text.bytes().all(|b| matches!(b, b'^' | b'~' | b' '))
}

/// `[mod.]Type[: message]` at the line's very beginning: the type as printed, and the message (`None`: no colon).
pub(super) fn exception(text: &str) -> Option<(&str, Option<&str>)> {
    let text = text.trim_end_matches(['\r', '\n']);
    let end = type_end(text)?;
    let (ty, rest) = text.split_at_checked(end)?;
    let rest_trimmed = rest.trimmed_end();
    if rest_trimmed.is_empty() {
        return Some((ty, None));
    }
    let message = rest.strip_prefix(':')?;
    if message.is_empty() {
        return Some((ty, Some("")));
    }
    Some((ty, Some(message.strip_prefix(' ')?)))
}

/// Where a dotted type name ends: identifiers, `<locals>`, and the brackets of made-up subclasses (`RayTaskError(ValueError)`).
fn type_end(text: &str) -> Option<usize> {
    let mut start_of_part = true;
    let mut closing = None;
    for (at, c) in text.char_indices() {
        if at > TYPE_NAME_BYTES_MAX {
            return None;
        }
        match (c, closing) {
            (_, Some(close)) if c == close => closing = None,
            (_, Some('>')) if c.is_alphanumeric() => {}
            (_, Some(')' | ']')) if c.is_alphanumeric() || "_., ".contains(c) => {}
            (_, Some(_)) => return None,
            ('<', None) if start_of_part => (closing, start_of_part) = (Some('>'), false),
            ('(', None) if !start_of_part => closing = Some(')'),
            ('[', None) if !start_of_part => closing = Some(']'),
            ('.', None) if !start_of_part => start_of_part = true,
            (c, None) if c == '_' || c.is_alphabetic() => start_of_part = false,
            (c, None) if !start_of_part && (c.is_numeric() || is_joining(c)) => {}
            _ if at == 0 || start_of_part => return None,
            (':' | ' ' | '\t', None) => return Some(at),
            _ => return None,
        }
    }
    (!start_of_part && closing.is_none()).then_some(text.len())
}

/// Marks that continue an identifier in scripts that need them (combining marks, joiners).
fn is_joining(c: char) -> bool {
    !c.is_ascii() && !c.is_whitespace() && !c.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_in_every_dress() {
        let full = frame("  File \"/srv/a b.py\", line 12, in <lambda>").unwrap();
        assert_eq!(
            (full.file, full.lineno, full.function),
            ("/srv/a b.py", 12, Some("<lambda>"))
        );
        assert_eq!(frame("> File \"x\", line 1, in f").unwrap().file, "x");
        assert_eq!(frame("  File \"x.py\", line 6").unwrap().function, None);
        assert_eq!(
            frame("  File \"x.py\", line 6 in g").unwrap().function,
            Some("g")
        );
        assert_eq!(
            frame("File \"a\", line b\", line 3").unwrap().file,
            "a\", line b"
        );
        assert_eq!(
            frame("  File \"x.py\", line 99999999999999999999, in f"),
            None
        );
        assert_eq!(frame("  File \"x.py\", line 6 of 7"), None);
    }

    #[test]
    fn exception_lines() {
        assert_eq!(exception("KeyError: 20"), Some(("KeyError", Some("20"))));
        assert_eq!(exception("a.b.C"), Some(("a.b.C", None)));
        assert_eq!(
            exception("make.<locals>.E: x: y"),
            Some(("make.<locals>.E", Some("x: y")))
        );
        assert_eq!(exception("E:"), Some(("E", Some(""))));
        assert_eq!(
            exception("ЗаказОшибка: 3"),
            Some(("ЗаказОшибка", Some("3")))
        );
        assert_eq!(
            exception("ray.exceptions.RayTaskError(ZeroDivisionError): x"),
            Some(("ray.exceptions.RayTaskError(ZeroDivisionError)", Some("x")))
        );
        for no in [
            "",
            "two words",
            "a..b",
            ".x",
            "x.",
            "http://x",
            "[a]",
            "a:b",
            "1x: y",
            "x, y",
            " E: x",
        ] {
            assert_eq!(exception(no), None, "{no}");
        }
    }

    #[test]
    fn openings_end_their_line() {
        assert!(opens("Traceback (most recent call last):"));
        assert!(opens("failed: Traceback (most recent call last): "));
        assert!(opens(
            "  + Exception Group Traceback (most recent call last):"
        ));
        assert!(!opens("print(\"Traceback (most recent call last):\")"));
        assert!(!opens("Traceback (most recent call last): was seen"));
        assert!(!opens("Traceback (most recent call last)"));
    }
}
