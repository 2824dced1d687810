//! What a trace says. In: a record. Out: the exception, its frames paired as Perl means them: the function of a line of the
//! stack runs at the place one line up.

use std::borrow::Cow;

use super::line::{self, Place};
use crate::assemble::Record;
use crate::bounds::{RECORD_FRAMES_MAX, TYPE_NAME_BYTES_MAX};
use crate::language::seek::{Seek as _, dedent};
use crate::language::{Exception, Frame, Trace};
use crate::level::Level;

/// The type of what is no object.
const DIE: &str = "die";

/// Reads the record; nothing where no message stands above the stack.
pub(super) fn read(record: &Record) -> Trace {
    let above: Vec<Cow<'_, str>> = record.preamble.iter().map(|l| line::text(l)).collect();
    let own = record.lines.first().map(<[u8]>::trim_ascii);
    let own_header = own.is_some() && record.message.as_deref().map(<[u8]>::trim_ascii) == own;
    let message = record
        .message
        .as_deref()
        .filter(|_| !own_header)
        .map(line::text);
    let lines = record.lines.texts();
    let Some((words, place, stack)) = begin(&above, message.as_deref(), &lines) else {
        return Trace::default();
    };
    let told = |text: &&Cow<'_, str>| line::again(text).is_none();
    let mut at = place;
    let mut stack = stack.into_iter();
    // Where the message has no stack of its own, the second telling has it.
    let first = stack.clone().find(|text| !line::is_blank(text));
    if let Some(again) = first.and_then(|text| line::again(text)) {
        at = again;
        stack.by_ref().find(|text| !told(text));
    } else if let Some(begun) = first.and_then(|text| line::begun(text)) {
        at = begun;
    }
    let calls = stack
        .filter(|text| line::begun(text).is_none())
        .take_while(told)
        .filter_map(|text| line::call_within(line::without_header(text)));
    let mut frames = Vec::new();
    for call in calls.take(RECORD_FRAMES_MAX) {
        frames.push(frame(Some(call.what), at));
        at = call.place;
    }
    frames.push(frame(None, at));
    frames.reverse();
    let words = match above_alone(record).filter(|_| words.is_empty() && own_header) {
        Some(crumb) => crumb,
        None if words.is_empty() => return Trace::default(),
        None => words,
    };
    let (ty, value) = typed(line::without_date(
        line::without_header(&words).trim_start(),
    ));
    let compiled = value.lines().skip(1).any(line::is_compiling);
    let warning = line::is_warning(value) && !compiled;
    Trace {
        level: Some(if warning {
            Level::Warning
        } else {
            Level::Error
        }),
        exceptions: vec![Exception {
            ty: ty.to_owned(),
            value: Some(value.to_owned()),
            frames,
            ..Exception::default()
        }],
        ..Trace::default()
    }
}

/// The nearest line of the same logger: where each has a header, nothing tells how many of them the message had.
fn above_alone(record: &Record) -> Option<String> {
    let crumb = record.breadcrumbs.last()?;
    let same = crumb.level == record.meta.level && crumb.logger == record.meta.logger;
    let words = line::text(&crumb.message);
    (same && line::certain(&words).is_none()).then(|| words.trim().to_owned())
}

/// The message, where it was said, the lines of the stack.
fn begin<'a>(
    above: &'a [Cow<'a, str>],
    message: Option<&'a str>,
    lines: &'a [Cow<'a, str>],
) -> Option<(String, Place<'a>, Vec<&'a Cow<'a, str>>)> {
    let first = lines.first()?;
    let rest = lines.get(1..).unwrap_or_default();
    // The message's lines, where it ended with a line's end; a logger's own words stand above them.
    let headed = |words: &str| {
        let alone = above.iter().all(|text| line::is_blank(text));
        let mut all: Vec<&str> = message.filter(|_| alone).into_iter().collect();
        let base = line::indent(first).saturating_sub(1);
        all.extend(above.iter().map(|text| dedent(text, base)));
        all.push(words);
        all.join("\n").trim().to_owned()
    };
    if let Some(place) = line::begun(first) {
        let said = above.iter().rev().find(|text| !line::is_blank(text));
        let words = said.map(AsRef::as_ref).or(message)?;
        return Some((words.trim().to_owned(), place, rest.iter().collect()));
    }
    if line::call(first).is_some() {
        // Lines of the stack that open nothing may stand above it.
        let calls = |text: &&Cow<'_, str>| {
            line::indent(text) >= line::indent(first) && line::call_within(text).is_some()
        };
        let more = above.iter().rev().take_while(calls).count();
        let (over, stack) = above.split_at_checked(above.len() - more)?;
        let nearest = over.iter().rev().find(|text| !line::is_blank(text));
        let said = nearest.map(AsRef::as_ref).or(message)?;
        let (words, place) = line::said(said).filter(|_| line::call(said).is_none())?;
        let stack = stack.iter().chain(lines).collect();
        return Some((words.trim().to_owned(), place, stack));
    }
    let (words, place) = line::certain(first)?;
    let goes_on = rest
        .first()
        .filter(|text| line::call_within(text).is_none());
    let more = goes_on.and_then(|text| Some((text, line::certain(text)?)));
    match more {
        // The message had several lines, of which one ended like this.
        Some((_, (last, end))) if words.trim().is_empty() => {
            let base = line::indent(first).saturating_sub(1);
            // A log header may have taken the blank before it.
            let blank = if first.starts_with("at ") { " " } else { "" };
            let text = format!("{blank}{}\n{}", dedent(first, base), dedent(last, base));
            let behind = rest.get(1..).unwrap_or_default();
            let words = argument_of(behind, last.trim_end()).unwrap_or_else(|| headed(&text));
            Some((words, end, behind.iter().collect()))
        }
        _ if words.trim().is_empty() => Some((headed(""), place, rest.iter().collect())),
        _ if line::is_compiling(first) => {
            let told = |text: &&Cow<'_, str>| line::call(text).is_none();
            let base = line::indent(first);
            let all = lines.iter().take_while(told);
            let all: Vec<Cow<'_, str>> = all.map(|text| compiled(text, base)).collect();
            let stack = lines.iter().skip(all.len()).collect();
            Some((all.join("\n").trim().to_owned(), place, stack))
        }
        _ => {
            let words = words.trim();
            let words = argument_of(rest, words).unwrap_or_else(|| words.to_owned());
            Some((words, place, rest.iter().collect()))
        }
    }
}

/// The message as the first call behind it was given it, if Carp shows all of it: it ends with the last line that was printed.
fn argument_of(rest: &[Cow<'_, str>], last: &str) -> Option<String> {
    let call = rest.iter().find_map(|text| line::call(text))?;
    let (_, given) = call.what.split_once("(\"")?;
    let given = given.strip_suffix("\\x{a}\")")?;
    let plain = given.replace("\\x{a}", "\n").replace("\\\"", "\"");
    let (_, end) = plain.rsplit_once('\n')?;
    let (words, _) = line::said(end)?;
    let whole = words.trim() == last;
    let words = plain.len() - end.len() + words.len();
    whole.then(|| plain.get(..words).unwrap_or(&plain).to_owned())
}

/// A line of what the compiler says; a log header may have taken the tab before its guess.
fn compiled(text: &str, base: usize) -> Cow<'_, str> {
    match line::guess(text) {
        Some(guess) => Cow::Owned(format!("\t{guess}")),
        None => Cow::Borrowed(dedent(text, base)),
    }
}

/// `Shop::Error: message`: an object that prints its class.
fn typed(words: &str) -> (&str, &str) {
    let (name, value) = words.split_once(": ").unwrap_or(("", words));
    let signs = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':');
    let class = name.contains("::") && name.len() <= TYPE_NAME_BYTES_MAX && name.bytes().all(signs);
    if class { (name, value) } else { (DIE, words) }
}

/// A frame before the app's settings are known.
fn frame(what: Option<&str>, place: Place<'_>) -> Frame {
    let (module, function) = what.map(named).unwrap_or_default();
    Frame {
        module,
        function,
        filename: Some(place.file.to_owned()),
        lineno: Some(place.line),
        ..Frame::default()
    }
}

/// Package and name of what was called.
fn named(what: &str) -> (Option<String>, Option<String>) {
    if what.starts_with("eval '") || what.starts_with("eval \"") {
        return (None, Some("eval".to_owned()));
    }
    let end = memchr::memchr(b'(', what.as_bytes()).unwrap_or(what.len());
    let name = what.get(..end).unwrap_or(what).trimmed_end();
    match name.rsplit_once("::") {
        Some((package, function)) => (Some(package.to_owned()), Some(function.to_owned())),
        None => (None, Some(name.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handler_s_argument_tells_all_lines_of_the_message() {
        let call = "\tmain::__ANON__(\"no fuel\\x{a}since dawn\\x{a}fill up at depot.pl line 51.\\x{a}\") called at depot.pl line 51";
        let rest = [Cow::Borrowed(" at depot.pl line 51."), Cow::Borrowed(call)];
        let told = argument_of(&rest, "fill up");
        assert_eq!(told.as_deref(), Some("no fuel\nsince dawn\nfill up"));
        assert_eq!(argument_of(&rest, "another"), None);
        let cut = [Cow::Borrowed(
            "\tmain::f(\"no fuel\\x{a}si\"...) called at depot.pl line 51",
        )];
        assert_eq!(argument_of(&cut, "fill up"), None);
    }
}
