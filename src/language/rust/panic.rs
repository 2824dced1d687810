//! Panics. In: the lines from `thread 'main' panicked at …` on, what color-eyre prints of one, or the runtime's last words. Out:
//! the exception that sentry-panic sends.

use super::line::{self, Place, Told};
use super::stack::{self, Taken};
use crate::language::seek::Seek as _;
use crate::language::{Exception, Trace};
use crate::level::Level;

/// Reads a panic. One whose quoted message has no end is none.
pub(super) fn read(lines: &[&str]) -> Trace {
    let Some((first, rest)) = lines.split_first() else {
        return Trace::default();
    };
    let Some(head) = line::head(line::bare(first)) else {
        return Trace::default();
    };
    let end = ends(rest);
    let said = rest.get(..end).unwrap_or_default();
    let told = match head.told {
        Told::Below(place) => Some((said.join("\n"), place)),
        Told::Quoted(message, place) => Some((message.to_owned(), place)),
        Told::Begun(begin) => quoted(begin, said),
    };
    let Some((value, place)) = told else {
        return Trace::default();
    };
    let behind = rest.get(end..).unwrap_or_default();
    trace("panic", value, Some(place), head.thread, behind)
}

/// What color-eyre prints of one.
pub(super) fn crashed(lines: &[&str]) -> Trace {
    let end = lines.iter().position(|text| located(text).is_some());
    let said = lines.get(1..end.unwrap_or(lines.len())).unwrap_or_default();
    let value = said.join("\n");
    let value = value.strip_prefix("Message:").unwrap_or(&value).trim();
    let behind = lines.get(end.unwrap_or(lines.len())..).unwrap_or_default();
    let place = behind.first().and_then(|text| located(text));
    trace("panic", value.to_owned(), place, None, behind)
}

/// `Location: src/main.rs:5`.
fn located(text: &str) -> Option<Place<'_>> {
    text.strip_prefix(line::LOCATION).and_then(line::source)
}

/// `panic.payload="…" panic.location="src/main.rs:3:5" panic.backtrace=   0: …`: the value, and what stands behind it.
pub(super) fn payload(text: &str) -> Option<(String, &str)> {
    let quoted = line::PAYLOAD.parts(text)?.1.strip_prefix('"')?;
    let mut value = String::new();
    let mut signs = quoted.char_indices();
    loop {
        match signs.next()? {
            (at, '"') => return Some((value, quoted.get(at + 1..)?)),
            (_, '\\') => value.push(match signs.next()?.1 {
                'n' => '\n',
                't' => '\t',
                sign => sign,
            }),
            (_, sign) => value.push(sign),
        }
    }
}

/// What tracing-panic logs of one.
pub(super) fn logged(lines: &[&str]) -> Trace {
    let Some((first, rest)) = lines.split_first() else {
        return Trace::default();
    };
    let Some((value, behind)) = payload(first) else {
        return Trace::default();
    };
    let field = |name: &str| behind.split_once(name).map(|(_, value)| value);
    let place = field("panic.location=\"").and_then(|text| text.split_once('"'));
    let place = place.and_then(|(place, _)| line::source(place));
    let mut calls = vec![field("panic.backtrace=").unwrap_or_default()];
    calls.extend(rest);
    let mut trace = trace("panic", value, place, None, &calls);
    trace.message = Some(String::new());
    trace
}

/// The runtime gives up.
pub(super) fn fatal(lines: &[&str]) -> Trace {
    let words = lines.iter().find_map(|text| line::fatal(text));
    let thread = lines.iter().find_map(|text| line::overflowed(text));
    let value = words
        .or(thread.map(|_| "stack overflow"))
        .unwrap_or_default();
    trace("fatal runtime error", value.to_owned(), None, thread, lines)
}

fn trace(
    ty: &str,
    value: String,
    place: Option<Place<'_>>,
    thread: Option<&str>,
    behind: &[&str],
) -> Trace {
    let is_stack = |text: &&str| line::is_banner(text) || text.trimmed_end() == line::STACK;
    // log-panics prints the calls alone.
    let first = behind
        .first()
        .is_some_and(|text| line::call(text).is_some());
    let begins = behind.iter().position(is_stack).map(|at| at + 1);
    let begins = begins.or(first.then_some(0));
    let calls = begins.and_then(|at| behind.get(at..)).map(stack::calls);
    let mut frames = stack::frames(&calls.unwrap_or_default(), Taken::Itself);
    if frames.is_empty() {
        frames.extend(place.map(stack::only));
    }
    Trace {
        exceptions: vec![Exception {
            ty: ty.to_owned(),
            value: Some(value),
            frames,
            ..Exception::default()
        }],
        thread: thread.map(str::to_owned),
        handled: Some(false),
        level: Some(Level::Fatal),
        ..Trace::default()
    }
}

/// How many lines are the message's: up to the backtrace, or the note that there is none. The message may show others of both.
fn ends(lines: &[&str]) -> usize {
    let is_call = |at: usize| lines.get(at).is_some_and(|text| line::call(text).is_some());
    let is_stack = |at: usize| is_call(at + 1) || is_call(at + 2);
    let mut stack = None;
    let mut note = None;
    for (at, text) in lines.iter().enumerate() {
        let bare = text.trimmed_end();
        if bare == line::STACK && is_stack(at) {
            (stack, note) = (Some(at), None);
        } else if line::is_note(bare) || line::is_abort(bare) {
            // Right behind the calls of a backtrace, it is theirs.
            if stack.is_some() && note.is_none() {
                note = stack;
            } else {
                (stack, note) = (None, Some(at));
            }
        }
    }
    match stack.or(note) {
        Some(end) => end,
        None if is_call(0) => 0,
        None => lines.len(),
    }
}

/// A quoted message of several lines, and what stands behind its end.
fn quoted<'a>(begin: &str, lines: &[&'a str]) -> Option<(String, Place<'a>)> {
    let mut message = begin.to_owned();
    for text in lines {
        message.push('\n');
        if let Some((last, place)) = line::closed(text) {
            message.push_str(last);
            return Some((message, place));
        }
        message.push_str(text);
    }
    None
}
