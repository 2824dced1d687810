//! What the engine prints. In: the lines from `PHP Fatal error:  …` or `Stack trace:` on. Out: the exceptions.

use super::line::{self, NEXT, STACK, Said, Severity, UNCAUGHT};
use super::stack::{self, Place, Stack};
use crate::bounds::EXCEPTIONS_MAX;
use crate::language::seek::Seek as _;
use crate::language::{Exception, Trace};
use crate::level::Level;

/// How the SDK calls what the engine reports and PHP code cannot catch.
pub(super) const FATAL: &str = "Sentry\\Exception\\FatalErrorException";
/// How the SDK calls what the engine reports and PHP code can handle.
pub(super) const ERROR: &str = "ErrorException";

/// Reads what the engine says.
pub(super) fn engine(lines: &[String]) -> Trace {
    let Some(said) = lines.first().and_then(|first| line::said(first)) else {
        return Trace::default();
    };
    let rest = lines.get(1..).unwrap_or_default();
    let mut trace = match said.words.strip_prefix(UNCAUGHT) {
        Some(words) => Trace {
            exceptions: uncaught(words, rest),
            ..Trace::default()
        },
        None => reported(&said, rest),
    };
    trace.handled = Some(false);
    trace
}

/// An exception's text, whose first lines stand before `Stack trace:`.
pub(super) fn text(message: Option<&str>, preamble: &[String], lines: &[String]) -> Trace {
    // What another trace left there is none of this one's words.
    let other = preamble
        .iter()
        .rposition(|text| stack::call(text).is_some());
    let own = preamble.get(other.map_or(0, |at| at + 1)..);
    let above: Vec<&str> = message
        .into_iter()
        .chain(own.unwrap_or_default().iter().map(AsRef::as_ref))
        .collect();
    // The message may have several lines: it begins where a type is named.
    let begins = above.iter().rposition(|text| head(text).is_some());
    let located = above.last().is_some_and(|text| line::place(text).is_some());
    let first = begins.filter(|_| located).unwrap_or(above.len());
    let words = above.get(first..).unwrap_or_default();
    let begun = words.first().map_or("", |text| head(text).unwrap_or(text));
    let mut all: Vec<&str> = words.iter().skip(1).copied().collect();
    all.extend(lines.iter().map(String::as_str));
    let exceptions = chain(begun, &all);
    let told = exceptions.iter().any(|e| !e.frames.is_empty());
    let uncaught = words.first().is_some_and(|text| text.contains(UNCAUGHT));
    // What stands before the exception's text on its line is what was logged.
    let logged = message.map(|text| match (words.first(), head(text)) {
        (Some(first), Some(head)) if *first == text => {
            let before = text.strip_suffix(head).unwrap_or_default();
            // Monolog's context begins so.
            let said = before.split_once(" {\"").map_or(before, |(said, _)| said);
            said.trim_end_matches([' ', ':']).to_owned()
        }
        _ => text.to_owned(),
    });
    Trace {
        exceptions: if told { exceptions } else { Vec::new() },
        handled: Some(!uncaught),
        message: logged.filter(|_| told),
        ..Trace::default()
    }
}

/// Where in a line an exception's text begins: at the line's start, or behind `Uncaught `, or behind a log's own words, or in
/// the string that holds it.
fn head(text: &str) -> Option<&str> {
    let body = text.trim_start();
    let body = body.strip_prefix(NEXT).unwrap_or(body);
    let mut rest = body;
    loop {
        if is_head(rest) {
            return Some(rest);
        }
        let end = rest.find([' ', '"'])?;
        rest = rest.get(end + 1..)?;
    }
}

pub(super) fn is_head(text: &str) -> bool {
    if old(text).is_some() || bracketed(text).is_some() {
        return true;
    }
    // Without a message the place follows, and nothing else.
    let placed = |at: &usize| text.get(*at..).is_some_and(|rest| !rest.contains(": "));
    let end = text
        .find(": ")
        .into_iter()
        .chain(text.find(" in ").filter(placed))
        .min()
        .unwrap_or(text.len());
    let name = text.get(..end).unwrap_or_default();
    let last = name.rsplit('\\').next().unwrap_or(name);
    let capital = last.starts_with(|c: char| c.is_uppercase()) || name.contains('\\');
    end < text.len() && capital && line::is_class(name)
}

/// `exception 'T' …` of PHP 5: the type and what follows.
fn old(text: &str) -> Option<(&str, &str)> {
    let named = text.strip_prefix("exception '")?;
    named.parted(b'\'')
}

/// `[T] m`, as programs like to write it; a level stands in brackets as well.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.strip_prefix('[')?.split_once("] ")?;
    let ends = name.ends_with("Exception") || name.ends_with("Error");
    let named = (ends && name != "Error") || name.contains('\\');
    (named && line::is_class(name)).then_some((name, rest))
}

fn uncaught(words: &str, rest: &[String]) -> Vec<Exception> {
    let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
    let listed_below = rest.iter().any(|text| text.trimmed() == STACK);
    if !listed_below && let Some(thrown) = rest.iter().position(|text| line::is_thrown(text)) {
        return vec![spoken(words, &rest, thrown)];
    }
    // A class may put its own words before those that the engine makes of it.
    let words = match head(words) {
        Some(text) if listed_below && !is_head(words) => text,
        _ => words,
    };
    let single = rest.first().is_none_or(|next| line::is_xdebug(next));
    if single && let Some((words, file, number)) = line::on_line(words) {
        let place = Place::of(file, number);
        let (ty, value) = typed(words);
        return vec![exception(ty, value, listed(&rest, place))];
    }
    chain(words, &rest)
}

/// What a class's own `__toString` says; the engine adds no more than the place, in the line at `thrown`.
fn spoken(words: &str, rest: &[&str], thrown: usize) -> Exception {
    let said = rest.get(..thrown).unwrap_or_default();
    let calls = said.iter().position(|text| stack::call(text).is_some());
    let (more, listed) = said
        .split_at_checked(calls.unwrap_or(thrown))
        .unwrap_or_default();
    let text: Vec<&str> = std::iter::once(words).chain(more.iter().copied()).collect();
    let text = text.join("\n");
    let text = text.trimmed_end();
    let mut stack = Stack::default();
    for call in listed {
        stack.take(call);
    }
    if listed.is_empty() {
        stack.close();
    }
    let body = rest.get(thrown).map_or("", |text| text.trim_start());
    let place = line::on_line(body.strip_prefix("thrown ").unwrap_or(body));
    let told = place.and_then(|(_, file, line)| {
        let ends = [format!(" in {file}({line})"), format!(" in {file}:{line}")];
        ends.iter().find_map(|end| text.strip_suffix(end.as_str()))
    });
    let text = told.unwrap_or(text);
    let place = place.map(|(_, file, line)| Place::of(file, line));
    let (ty, value) = typed(text);
    let (ty, value) = if ty.is_empty() {
        loosely_typed(text)
    } else {
        (ty, value)
    };
    let value = uncoded(&value);
    let quoted = value.strip_prefix('\'').and_then(|v| v.strip_suffix('\''));
    exception(ty, quoted.unwrap_or(value).to_owned(), stack.frames(place))
}

/// `T[7]: m`, `T 'm' …`: a class's name, then signs that no name has.
fn loosely_typed(text: &str) -> (String, String) {
    let end = text.find(['[', '(', ' ']).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    let rest = rest.trim_start();
    let last = name.rsplit('\\').next().unwrap_or(name);
    let capital = last.starts_with(char::is_uppercase) && line::is_class(name);
    if !capital || !rest.starts_with(['[', '(', '\'', '"']) {
        return (String::new(), text.to_owned());
    }
    (name.to_owned(), rest.to_owned())
}

/// Without the code that the manual's example puts before the message: `[7]: m`.
fn uncoded(value: &str) -> &str {
    let coded = |text: &'_ str| -> Option<usize> {
        let inner = text.strip_prefix(['[', '('])?;
        let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
        let behind = inner.get(digits..)?;
        let behind = behind
            .strip_prefix("]: ")
            .or_else(|| behind.strip_prefix("): "))?;
        (digits > 0).then_some(text.len() - behind.len())
    };
    coded(value).and_then(|at| value.get(at..)).unwrap_or(value)
}

/// One exception after the other, the first cause first, as printed.
fn chain(first: &str, rest: &[&str]) -> Vec<Exception> {
    let mut found = Vec::new();
    let mut words = vec![first];
    let mut stack: Option<Stack> = None;
    for text in rest {
        let body = text.trim_start();
        if let Some(open) = stack.as_mut() {
            if open.take(body) {
                continue;
            }
            if let Some(next) = body.strip_prefix(NEXT).filter(|n| is_head(n)) {
                let whole = finish(&words, stack.take());
                found.push(whole);
                words = vec![next];
            } else if line::is_thrown(body) {
                break;
            }
        } else if body.trimmed() == STACK {
            stack = Some(Stack::default());
        } else {
            words.push(text);
        }
        if found.len() >= EXCEPTIONS_MAX {
            return found;
        }
    }
    found.push(finish(&words, stack));
    found
}

/// The exception that these lines and this stack tell of.
fn finish(words: &[&str], stack: Option<Stack>) -> Exception {
    let text = words.join("\n");
    let placed = placed(&text);
    let (words, place) = match placed {
        Some((words, file, line)) => (words, Some(Place::of(file, line))),
        None => (text.as_str(), None),
    };
    let (ty, value) = typed(words);
    let frames = stack.map_or_else(Vec::new, |stack| stack.frames(place));
    exception(ty, value, frames)
}

/// `m in F:N`.
pub(super) fn placed(text: &str) -> Option<(&str, &str, u32)> {
    let (before, line) = line::place(text)?;
    let (words, file) = line::split_in(before)?;
    Some((words, file, line))
}

/// `T: m`, `T`, `exception 'T' with message 'm'`.
pub(super) fn typed(words: &str) -> (String, String) {
    if let Some((ty, rest)) = old(words) {
        let value = rest.strip_prefix(" with message '").unwrap_or_default();
        let value = value.strip_suffix('\'').unwrap_or(value);
        return (ty.to_owned(), value.to_owned());
    }
    if let Some((ty, value)) = bracketed(words) {
        return (ty.to_owned(), value.to_owned());
    }
    let (ty, value) = match words.split_once(": ") {
        Some((ty, value)) if line::is_class(ty) => (ty, value),
        _ if line::is_class(words.trimmed()) => (words.trimmed(), ""),
        _ => ("", words),
    };
    // The engine adds where the function stands to what it says of its arguments.
    let defined = value
        .strip_suffix(" and defined")
        .filter(|v| v.contains(", called in "));
    (ty.to_owned(), defined.unwrap_or(value).to_owned())
}

fn exception(ty: String, value: String, frames: Vec<crate::language::Frame>) -> Exception {
    Exception {
        ty,
        value: Some(value),
        frames,
        ..Exception::default()
    }
}

/// An error, warning or notice.
fn reported(said: &Said<'_>, rest: &[String]) -> Trace {
    let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
    let own = rest
        .iter()
        .take_while(|text| !line::is_xdebug(text))
        .count();
    let (more, behind) = rest.split_at_checked(own).unwrap_or_default();
    let mut text = said.words.to_owned();
    for line in more {
        text.push('\n');
        text.push_str(line);
    }
    let placed = line::on_line(&text);
    let words = placed.map_or(text.as_str(), |(words, _, _)| words);
    let frames = placed.map_or_else(Vec::new, |(_, file, line)| {
        listed(behind, Place::of(file, line))
    });
    let (ty, value, level) = called(said.severity, words);
    Trace {
        exceptions: vec![exception(ty.to_owned(), value, frames)],
        level,
        ..Trace::default()
    }
}

/// The frames of Xdebug's list, oldest first there too; where there is none, the place alone.
fn listed(lines: &[&str], place: Place) -> Vec<crate::language::Frame> {
    let mut calls: Vec<(String, Place)> = Vec::new();
    calls.extend(lines.iter().filter_map(|text| stack::xdebug(text)));
    calls.reverse();
    let mut stack = Stack::default();
    for (nth, (function, called)) in calls.into_iter().enumerate() {
        // What the engine's own function warns of arose where it was called.
        let own = nth == 0 && called == place;
        if function != "{main}" && !own {
            stack.push(function, called);
        }
    }
    stack.close();
    stack.frames(Some(place))
}

/// Errors of the compiler are told from those of the run by their words alone.
const COMPILER: &[&str] = &[
    "Cannot redeclare ",
    "Cannot declare ",
    "Cannot use ",
    "Cannot re-assign ",
    "Cannot make ",
    "Cannot override ",
    "Cannot inherit ",
    "Class ",
    "Interface ",
    "Trait ",
    "Enum ",
    "Declaration of ",
    "Access level to ",
    "Access type for ",
    "Abstract function ",
    "Non-abstract method ",
    "Redefinition of ",
    "Constant expression ",
    "Namespace declaration ",
    "Type of ",
];

/// What the SDK makes of it: type, value, level.
fn called(severity: Severity, words: &str) -> (&'static str, String, Option<Level>) {
    let compiler = COMPILER.iter().any(|begin| words.starts_with(begin))
        || words.contains("(): Failed opening required ");
    let (ty, name, level) = match severity {
        Severity::Parse => return ("ParseError", words.to_owned(), None),
        Severity::Fatal if compiler => (FATAL, "Compile Error", Level::Fatal),
        Severity::Fatal => (FATAL, "Error", Level::Fatal),
        Severity::Recoverable => (ERROR, "Catchable Fatal Error", Level::Error),
        Severity::Warning => (ERROR, "Warning", Level::Warning),
        Severity::Notice => (ERROR, "Notice", Level::Info),
        Severity::Strict => (ERROR, "Runtime Notice", Level::Info),
        Severity::Deprecated => (ERROR, "Deprecated", Level::Warning),
    };
    (ty, format!("{name}: {words}"), Some(level))
}
