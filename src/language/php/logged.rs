//! What loggers write of an exception. In: the lines from Monolog's `[object] (…` or Symfony's `Uncaught PHP Exception` on.
//! Out: the exceptions.

use super::line::{self, OBJECT, PREVIOUS, STACK_LOGGED};
use super::stack::{Place, Stack};
use crate::bounds::EXCEPTIONS_MAX;
use crate::language::seek::Seek as _;
use crate::language::{Exception, Trace};

/// Monolog's text: the exception, then its causes.
pub(super) fn read(lines: &[String]) -> Trace {
    let written = lines.first().filter(|_| lines.len() == 1);
    let decoded = written.and_then(|only| decoded(only));
    let texts: Vec<&str> = match &decoded {
        Some(text) => text.split('\n').collect(),
        None => lines.iter().map(String::as_str).collect(),
    };
    let mut exceptions = Vec::new();
    let mut words: Option<String> = None;
    let mut stack = None;
    for text in texts {
        let body = text.trim_start();
        let begins = words.is_none() || body.starts_with(PREVIOUS);
        if begins && let Some(inner) = line::object(body) {
            if let Some(words) = words.replace(inner.to_owned()) {
                exceptions.extend(exceptions_of(&words, stack.take(), true));
            }
            if exceptions.len() >= EXCEPTIONS_MAX {
                break;
            }
        } else if body.trimmed() == STACK_LOGGED {
            stack = Some(Stack::default());
        } else if let Some(stack) = stack.as_mut() {
            stack.take(body);
        } else if let Some(words) = words.as_mut() {
            words.push('\n');
            words.push_str(text);
        }
    }
    if let Some(words) = words {
        // A field of its own holds nothing else.
        let alone = lines.first().is_some_and(|first| first.starts_with(OBJECT));
        exceptions.extend(exceptions_of(&words, stack, alone));
    }
    exceptions.reverse();
    Trace {
        exceptions,
        handled: Some(true),
        message: lines.first().and_then(|first| message(first)),
        ..Trace::default()
    }
}

/// The JSON string that holds the text, where all of it stands on this line, its escapes undone.
fn decoded(text: &str) -> Option<String> {
    let at = text.find(OBJECT)?;
    let (before, inner) = text.split_at_checked(at)?;
    if !before.ends_with('"') || !inner.contains("\\n") {
        return None;
    }
    let mut end = inner.len();
    for at in memchr::memchr_iter(b'"', inner.as_bytes()) {
        let slashes = inner.get(..at)?.bytes().rev().take_while(|b| *b == b'\\');
        if slashes.count().is_multiple_of(2) {
            end = at;
            break;
        }
    }
    let mut plain = line::unescaped(inner.get(..end)?);
    plain.push('"');
    Some(plain)
}

/// What the record says before its context: `message {"exception":"[object] (`.
fn message(first: &str) -> Option<String> {
    let (before, _) = first.split_once(OBJECT)?;
    let said = before.split_once(" {\"").map_or("", |(said, _)| said);
    (!said.is_empty()).then(|| said.to_owned())
}

/// `T(code: 7): m at F:61)` and its stack; Monolog 1 writes the causes behind it, in the same parentheses.
fn exceptions_of(words: &str, stack: Option<Stack>, followed: bool) -> Vec<Exception> {
    let Some((entry, closed)) = entry(words) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut stack = stack;
    let mut rest = Some(entry);
    while let Some(text) = rest {
        let (one, next) = parted(text);
        let listed = stack.take().or_else(|| {
            (closed || followed).then(|| {
                let mut none = Stack::default();
                none.close();
                none
            })
        });
        found.extend(exception(one, listed));
        rest = next;
    }
    found
}

/// Up to the closing parenthesis, and whether the record goes on, or ends, behind it.
fn entry(words: &str) -> Option<(&str, bool)> {
    for at in memchr::memchr_iter(b')', words.as_bytes()) {
        let (before, behind) = words.split_at_checked(at)?;
        let behind = behind.get(1..)?;
        let over = behind.is_empty() || behind.starts_with(['"', '\n', '\r']);
        if over && line::place(before).is_some() {
            return Some((before, behind.starts_with('"')));
        }
    }
    Some((words, false))
}

/// `T(code: 7): m at F:61, T2(code: 0): m2 at F2:3`: the first, and what follows it.
fn parted(text: &str) -> (&str, Option<&str>) {
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(", ")) {
        let (before, behind) = text.split_at_checked(from + at).unwrap_or((text, ""));
        let behind = behind.get(2..).unwrap_or_default();
        let named = behind.split_once("(code: ").map(|(name, _)| name);
        if named.is_some_and(line::is_class) && line::place(before).is_some() {
            return (before, Some(behind));
        }
        from += at + 2;
    }
    (text, None)
}

fn exception(text: &str, stack: Option<Stack>) -> Option<Exception> {
    let (ty, rest) = text.split_once("(code: ")?;
    let (_, rest) = rest.split_once(')')?;
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    let placed = line::place(rest).and_then(|(before, line)| {
        let (value, file) = before.rsplit_once(" at ").or_else(|| {
            let file = before.strip_prefix("at ")?;
            Some(("", file))
        })?;
        Some((value, Place::of(&plain(file), line)))
    });
    let (value, place) = placed.map_or((rest, None), |(value, place)| (value, Some(place)));
    let mut frames = stack.map_or_else(Vec::new, |stack| stack.frames(place));
    for function in frames.iter_mut().filter_map(|f| f.function.as_mut()) {
        *function = plain(function);
    }
    Some(Exception {
        ty: plain(ty),
        value: Some(plain(value)),
        frames,
        ..Exception::default()
    })
}

/// Without the backslashes of the JSON that the text stands in, where they were left.
fn plain(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    text.replace("\\\\", "\\")
        .replace("\\\"", "\"")
        .replace("\\/", "/")
}

/// `T: "m" at F line N`, Symfony's words where the record has no exception in its context.
pub(super) fn told(lines: &[String]) -> Trace {
    let read = |first: &String| {
        let words = line::told(first)?;
        let (ty, rest) = words.split_once(": \"")?;
        let (value, place) = rest.rsplit_once("\" at ")?;
        let (file, behind) = place.split_once(" line ")?;
        let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
        let line = behind.get(..digits)?.parse().ok()?;
        let mut stack = Stack::default();
        stack.close();
        line::is_class(ty).then(|| Exception {
            ty: plain(ty),
            value: Some(value.to_owned()),
            frames: stack.frames(Some(Place::of(file, line))),
            ..Exception::default()
        })
    };
    Trace {
        exceptions: lines.first().and_then(read).into_iter().collect(),
        handled: Some(false),
        ..Trace::default()
    }
}
