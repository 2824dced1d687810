//! The words of an exception, and of the runtime that announces one. In: a line. Out: type and message; what hangs on an arrow.

use crate::bounds::TYPE_NAME_BYTES_MAX;
use crate::language::seek::{Bytes, Seek as _, Word};

/// Since .NET Core 3.0, before an exception that nobody caught.
pub(super) const UNHANDLED: &str = "Unhandled exception. ";
/// Before 3.0 and by Mono.
pub(super) const UNHANDLED_OLD: &str = "Unhandled Exception:";
/// Mono prints the same a second time, behind these.
pub(super) const FATAL: &str = "FATAL UNHANDLED EXCEPTION:";
/// Before what a program says that ends itself (`Environment.FailFast`, assertions).
pub(super) const TERMINATED: &str = "Process terminated. ";
/// All that is said of an endless recursion; since .NET 5 the frames follow.
pub(super) const OVERFLOW: &str = "Stack overflow.";
/// The same before .NET Core 3.0.
pub(super) const OVERFLOW_OLD: &str = "Process is terminating due to StackOverflowException.";

const ARROW: Word = Word::new(" ---> ", 4);
const INNER: &str = "(Inner Exception #";

/// `---> (Inner Exception #1) Type: message`: the number and what follows.
pub(super) fn inner_of_group(text: &str) -> Option<(u32, &str)> {
    let rest = text.trimmed().strip_prefix("---> ")?.strip_prefix(INNER)?;
    let (number, rest) = rest.split_once(") ")?;
    Some((number.parse().ok()?, rest))
}

/// ` ---> Type: message`: what stands before the arrow and behind it, if an exception does.
pub(super) fn arrow(text: &str) -> Option<(&str, &str)> {
    if let Some(inner) = text.trimmed().strip_prefix("---> ")
        && head(inner).is_some()
    {
        return Some(("", inner));
    }
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| ARROW.find(rest)) {
        let (before, rest) = (text.get(..from + at)?, text.get(from + at + 6..)?);
        if head(rest).is_some() {
            return Some((before, rest));
        }
        from += at + 6;
    }
    None
}

/// An exception's first line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head<'a> {
    /// As printed.
    pub(super) ty: &'a str,
    /// The message's first line.
    pub(super) words: &'a str,
    /// Its name says that it is an exception.
    pub(super) certain: bool,
}

/// Reads `Ns.Type: message`, `Ns.Type (0x80004005): message`, `Ns.Type`.
pub(super) fn head(text: &str) -> Option<Head<'_>> {
    let end = type_end(text);
    let (ty, rest) = text.split_at_checked(end)?;
    let ty = ty.strip_suffix(':').unwrap_or(ty);
    let rest = text.get(ty.len()..).unwrap_or(rest);
    if !is_type(ty) {
        return None;
    }
    let words = behind_type(rest)?;
    let class = ty.split(['[', '`']).next().unwrap_or(ty);
    let word = class.rsplit(['.', '+']).next().unwrap_or(class);
    let failure = ["Exception", "Error", "Fault", "Failure", "Aborted"];
    let named = failure.iter().any(|end| word.ends_with(end));
    let certain = named && (class.contains(['.', '+']) || word.len() > 9);
    let pascal = word.starts_with(char::is_uppercase) && class.starts_with(char::is_uppercase);
    let likely = class.contains('.') && pascal && word.len() > 2;
    (certain || likely).then_some(Head { ty, words, certain })
}

/// What stands behind a type's name: the message, or nothing.
fn behind_type(rest: &str) -> Option<&str> {
    if rest.trimmed().is_empty() || rest == ":" {
        return Some("");
    }
    if let Some(message) = rest.strip_prefix(": ") {
        return Some(message);
    }
    if rest.starts_with(" ---> ") {
        return Some(rest);
    }
    let code = rest.strip_prefix(" (")?;
    let (code, message) = code.split_once(')')?;
    let digits = code
        .strip_prefix("0x")
        .unwrap_or(code)
        .trim_start_matches('-');
    let numbered = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
    let message = message.strip_prefix(':').unwrap_or(message);
    numbered.then(|| message.strip_prefix(' ').unwrap_or(message))
}

/// Where the name of a type ends: at a blank or a colon outside of its brackets.
fn type_end(text: &str) -> usize {
    let mut depth = 0_u32;
    for (at, byte) in text.bytes().enumerate().take(TYPE_NAME_BYTES_MAX) {
        match byte {
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            b' ' | b':' if depth == 0 => return at,
            _ => {}
        }
    }
    text.len()
}

const TYPE: Bytes = Bytes::and_alphanumeric("_.`[],+<>=&* ");

fn is_type(ty: &str) -> bool {
    let plain = ty
        .chars()
        .all(|c| u8::try_from(c).map_or(c.is_alphanumeric(), |b| TYPE.holds(b)));
    let class = ty.split('[').next().unwrap_or(ty);
    let doubled = class.contains("..") || class.ends_with('.') || class.contains(' ');
    let begins = ty.starts_with(|c: char| c.is_alphabetic() || c == '_');
    plain && begins && !doubled && ty.len() <= TYPE_NAME_BYTES_MAX
}

/// Where an exception begins behind other words: `route 7 failed: Fleet.Errors.RouteException: level 1`.
pub(super) fn embedded(text: &str) -> Option<usize> {
    let ends = text.bytes().enumerate();
    let begins = ends.filter(|(_, byte)| matches!(byte, b' ' | b'|' | b'(' | b'\t'));
    begins.map(|(at, _)| at + 1).find(|at| {
        let here = text.get(*at..).and_then(head);
        here.is_some_and(|head| head.certain && head.ty.contains('.'))
    })
}

/// How the runtime announces what it prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Announced<'a> {
    /// An exception that nobody caught; what stands behind it on the line, which may be nothing.
    Unhandled(&'a str),
    /// Mono's second printing of the same.
    Again(&'a str),
    /// The program ended itself and said this.
    Terminated(&'a str),
    /// An endless recursion.
    Overflow,
}

/// The announcement with which the line begins.
pub(super) fn announced(text: &str) -> Option<Announced<'_>> {
    let body = text.trimmed();
    if let Some(rest) = body.strip_prefix(UNHANDLED) {
        return head(rest).map(|_| Announced::Unhandled(rest));
    }
    if let Some(rest) = body.strip_prefix(UNHANDLED_OLD) {
        let rest = rest.trim_start();
        return (rest.is_empty() || head(rest).is_some()).then_some(Announced::Unhandled(rest));
    }
    let again = body
        .strip_prefix("[ERROR] ")
        .unwrap_or(body)
        .strip_prefix(FATAL);
    if let Some(rest) = again {
        // A class may have a text of its own: nobody else uses these words.
        let rest = rest.trim_start();
        return (!rest.is_empty()).then_some(Announced::Again(rest));
    }
    if let Some(rest) = body.strip_prefix(TERMINATED) {
        return Some(Announced::Terminated(rest));
    }
    matches!(body, OVERFLOW | OVERFLOW_OLD).then_some(Announced::Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_have_a_type_and_words() {
        let read = |text| head(text).map(|h: Head<'_>| (h.ty, h.words, h.certain));
        assert_eq!(
            read("System.Exception"),
            Some(("System.Exception", "", true))
        );
        assert_eq!(
            read("A.B+Closed: x: y"),
            Some(("A.B+Closed", "x: y", false))
        );
        let socket = "System.Net.X+ExtendedSocketException (111): Connection refused";
        assert_eq!(read(socket).unwrap().1, "Connection refused");
        assert_eq!(
            read("E.Missing`1[S.D`2[S.A,S.B[]]]: no").unwrap().0,
            "E.Missing`1[S.D`2[S.A,S.B[]]]"
        );
        for no in [
            "hint: at (place)",
            "Note: x",
            "a b: c",
            "12.3: x",
            "",
            "ab.cd: x",
        ] {
            assert_eq!(read(no), None, "{no}");
        }
        assert_eq!(
            arrow("a ---> hint: b ---> A.BException: c"),
            Some(("a ---> hint: b", "A.BException: c"))
        );
        assert_eq!(
            inner_of_group(" ---> (Inner Exception #1) A.B: c"),
            Some((1, "A.B: c"))
        );
        assert_eq!(embedded("route 7 failed: A.BException: c"), Some(16));
    }
}
