//! The line that names the error. In: one line. Out: type and message as `util.inspect` and `stack` print them, and the
//! words before them.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::bounds::TYPE_NAME_BYTES_MAX;
use crate::format::words;
use crate::language::seek::Seek as _;

/// How far into a line a name is looked for.
const LOOK_BYTES: usize = 2_048;
/// Endings of the names that errors have by custom.
const ENDINGS: &[&str] = &["Error", "Exception", "Rejection", "Fault", "Warning"];

/// What a line says was thrown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Thrown<'a> {
    /// What stands before the name: a logger's words, a key.
    pub(super) lead: &'a str,
    /// The error's `name`.
    pub(super) ty: &'a str,
    /// Behind the colon; empty where there is none.
    pub(super) message: &'a str,
    /// `<ref *1>`: what is nested in it refers to it by this number.
    pub(super) reference: Option<u32>,
    /// The whole stood in brackets: an error without frames.
    pub(super) bracketed: bool,
    /// ` {` at the end: properties follow at once.
    pub(super) opens: bool,
}

/// Does a line begin an error whose message may take many lines?
pub(super) fn begins(text: &str) -> bool {
    let body = bare(text.trim_start());
    named(body).is_some_and(|name| name.strong)
}

/// Reads a line that surely names an error.
pub(super) fn strong(text: &str) -> Option<Thrown<'_>> {
    let mut at = 0;
    let end = floor(text, LOOK_BYTES);
    let looked = text.get(..end)?;
    if !may_be_strong(text) {
        return None;
    }
    loop {
        let rest = text.get(at..)?;
        if let Some(found) = at_start(rest, true) {
            return Some(Thrown {
                lead: text.get(..at).unwrap_or_default(),
                ..found
            });
        }
        // The next word.
        at += looked.get(at..)?.find([' ', '\t'])? + 1;
    }
}

/// Has the line what a sure name has: an ending, or something in brackets? Ordinary lines have not.
fn may_be_strong(text: &str) -> bool {
    let bytes = text.as_bytes();
    let bracket =
        memchr::memchr_iter(b'[', bytes).any(|at| at == 0 || bytes.get(at - 1) == Some(&b' '));
    bracket || MARKS.iter().any(|mark| mark.find(bytes).is_some())
}

/// The endings without their first letter, which may be any.
static MARKS: LazyLock<[Finder<'static>; 5]> =
    LazyLock::new(|| ["rror", "xception", "ejection", "ault", "arning"].map(Finder::new));

/// Reads a line that may name an error: its first word is a name, or a later one looks like a class and has a colon.
pub(super) fn weak(text: &str) -> Option<Thrown<'_>> {
    let body = text.trim_start();
    if let Some(found) = at_start(body, false) {
        return Some(found);
    }
    let looked = body.get(..floor(body, LOOK_BYTES))?;
    let mut at = 0;
    loop {
        at += looked.get(at..)?.find([' ', '\t'])? + 1;
        let rest = body.get(at..)?;
        let found = at_start(rest, false).filter(|t| is_class(t.ty) && rest.contains(':'));
        if let Some(found) = found.filter(|t| !t.message.is_empty()) {
            let lead = body.get(..at).unwrap_or_default();
            return Some(Thrown { lead, ..found });
        }
    }
}

/// Does a name stand in it, surely or maybe?
pub(super) fn names(text: &str) -> bool {
    strong(text).is_some() || weak(text).is_some()
}

/// The first line of an error; one with frames behind it may have any name.
pub(super) fn first(text: &str, framed: bool) -> Option<Thrown<'_>> {
    at_start(text, false).or_else(|| any_name(text).filter(|_| framed))
}

/// `out_of_stock: need 20 more`: a name in whatever case, and words. Only frames behind it make it one.
pub(super) fn any_name(text: &str) -> Option<Thrown<'_>> {
    let (ty, message) = text.split_once(": ")?;
    let sign = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | '#');
    let first = ty.chars().next()?;
    let fits = (first.is_alphabetic() || matches!(first, '_' | '$'))
        && ty.len() < TYPE_NAME_BYTES_MAX
        && ty.chars().all(sign)
        && words::level(ty.as_bytes()).is_none();
    fits.then_some(Thrown {
        lead: "",
        ty,
        message,
        reference: None,
        bracketed: false,
        opens: false,
    })
}

/// `CardDeclined`: two humps, nothing else.
fn is_class(name: &str) -> bool {
    let humps = name.chars().filter(char::is_ascii_uppercase).count();
    humps >= 2
        && name.bytes().all(|b| b.is_ascii_alphanumeric())
        && name.bytes().any(|b| b.is_ascii_lowercase())
}

/// A property's value, if it is an error.
pub(super) fn value(text: &str) -> Option<Thrown<'_>> {
    let text = text.strip_suffix(',').unwrap_or(text);
    if text.starts_with(['\'', '"', '{', '`']) {
        return None;
    }
    let thrown = at_start(text, false)?;
    let sure = thrown.bracketed && thrown.message.is_empty();
    if sure && at_start(text, true).is_none() {
        return None;
    }
    Some(thrown)
}

/// The name right at the text's beginning.
pub(super) fn at_start(text: &str, only_strong: bool) -> Option<Thrown<'_>> {
    let plain = bare(text);
    let (inner, bracketed, opens) = unbracket(plain);
    let name = named(inner)?;
    if only_strong && !name.strong {
        return None;
    }
    Some(Thrown {
        lead: "",
        ty: name.ty,
        message: name.message,
        reference: reference(text),
        bracketed,
        opens,
    })
}

/// Without what stands before a name and is no lead: `<ref *1> `, `Uncaught `, `(in promise) `.
fn bare(text: &str) -> &str {
    let mut text = text;
    loop {
        let rest = [
            "Uncaught ",
            "(in promise) ",
            "> ",
            "... ",
            "error: Uncaught ",
        ]
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))
        .or_else(|| {
            text.strip_prefix("<ref *")?
                .split_once("> ")
                .map(|(_, rest)| rest)
        });
        match rest {
            Some(rest) => text = rest,
            None => return text,
        }
    }
}

/// The number of `<ref *1> `.
fn reference(text: &str) -> Option<u32> {
    let (number, _) = text.strip_prefix("<ref *")?.split_once("> ")?;
    number.parse().ok()
}

/// The number of `[Circular *1]`.
pub(super) fn circular(text: &str) -> Option<u32> {
    text.strip_prefix("[Circular *")?
        .trim_end_matches([']', ','])
        .parse()
        .ok()
}

/// `[Error: x]`, `[Error: x] {`: what is inside.
fn unbracket(text: &str) -> (&str, bool, bool) {
    let body = text.trimmed_end();
    let Some(inner) = body.strip_prefix('[') else {
        return (text, false, false);
    };
    let (inner, opens) = match inner.strip_suffix(" {") {
        Some(inner) => (inner, true),
        None => (inner.strip_suffix(',').unwrap_or(inner), false),
    };
    match inner.strip_suffix(']') {
        Some(inner) => (inner, true, opens),
        None => (text, false, false),
    }
}

struct Name<'a> {
    ty: &'a str,
    message: &'a str,
    strong: bool,
}

/// `Type`, `Type: msg`, `Type [CODE]: msg`, `Class [Name]: msg`, `Class [Name] [CODE]: msg`.
fn named(text: &str) -> Option<Name<'_>> {
    let len = text
        .char_indices()
        .find(|(_, c)| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | '#')))
        .map_or(text.len(), |(at, _)| at);
    let (class, mut rest) = text.split_at_checked(len)?;
    let first = class.chars().next()?;
    if !(first.is_alphabetic() || matches!(first, '_' | '$'))
        || class.len() > TYPE_NAME_BYTES_MAX
        || class.ends_with('.')
    {
        return None;
    }
    let mut ty = class;
    let mut marked = false;
    while let Some((inside, behind)) = bracket(rest) {
        if !is_code(inside) {
            ty = inside;
        }
        marked = true;
        rest = behind;
    }
    let message = if rest.trimmed_end().is_empty() {
        ""
    } else {
        let behind = rest.strip_prefix(':')?;
        match behind.strip_prefix(' ') {
            Some(message) => message,
            None if behind.trimmed().is_empty() => "",
            None => return None,
        }
    };
    let custom = |name: &str| ENDINGS.iter().any(|e| name.ends_with(e));
    let strong = custom(class) || custom(ty) || (marked && first.is_uppercase());
    let upper = first.is_uppercase() || !first.is_ascii();
    (strong || upper).then_some(Name {
        ty,
        message,
        strong,
    })
}

/// ` [inside]` and what stands behind it.
fn bracket(text: &str) -> Option<(&str, &str)> {
    let (inside, behind) = text.strip_prefix(" [")?.parted(b']')?;
    let fits = behind.is_empty() || behind.starts_with([':', ' ', '\r']);
    (fits && !inside.is_empty() && inside.len() < 200).then_some((inside, behind))
}

/// `ERR_ASSERTION`: Node's codes, not names.
fn is_code(inside: &str) -> bool {
    inside.contains('_')
        && inside
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

/// The last character border at or before a place.
fn floor(text: &str, at: usize) -> usize {
    if at >= text.len() {
        return text.len();
    }
    (0..=at)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strong_parts(text: &str) -> Option<(&str, &str, &str)> {
        strong(text).map(|t| (t.lead, t.ty, t.message))
    }

    #[test]
    fn names_in_every_form() {
        assert_eq!(
            strong_parts("TypeError: x: y"),
            Some(("", "TypeError", "x: y"))
        );
        assert_eq!(strong_parts("Error"), Some(("", "Error", "")));
        assert_eq!(
            strong_parts("AssertionError [ERR_ASSERTION]: no"),
            Some(("", "AssertionError", "no"))
        );
        assert_eq!(
            strong_parts("GatewayTimeout [Error]: x"),
            Some(("", "Error", "x"))
        );
        assert_eq!(
            strong_parts("InvoiceError [Billing.InvoiceError]: x"),
            Some(("", "Billing.InvoiceError", "x"))
        );
        assert_eq!(
            strong_parts("error: Payment failed: Error: x"),
            Some(("error: Payment failed: ", "Error", "x"))
        );
        assert_eq!(
            strong_parts("<ref *1> Error: cyc"),
            Some(("", "Error", "cyc"))
        );
        assert_eq!(
            strong_parts("Uncaught (in promise) Error: x"),
            Some(("", "Error", "x"))
        );
        assert_eq!(strong_parts("nothing here"), None);
        assert_eq!(strong_parts("an Error happened"), None);
    }

    #[test]
    fn brackets_around_the_whole() {
        let found = strong("[AggregateError: All promises were rejected] {").unwrap();
        assert!(found.bracketed && found.opens);
        assert_eq!(found.message, "All promises were rejected");
    }

    #[test]
    fn names_by_custom_only() {
        let found = weak("CardDeclined: need 20 more").unwrap();
        assert_eq!((found.ty, found.message), ("CardDeclined", "need 20 more"));
        let found = weak("failed: CardDeclined: need 20 more").unwrap();
        assert_eq!((found.lead, found.ty), ("failed: ", "CardDeclined"));
        let found = weak("[reprice] PriceMissing: no price").unwrap();
        assert_eq!((found.lead, found.ty), ("[reprice] ", "PriceMissing"));
        assert_eq!(weak("hint: check the index"), None);
        assert_eq!(weak("http://x"), None);
    }

    #[test]
    fn hostile_lines_are_read_in_linear_time() {
        let long = "Error ".repeat(200_000);
        assert_eq!(strong(&long), None);
        let long = format!("Error{}", " [x]".repeat(200_000));
        assert!(strong(&long).is_some());
    }
}
