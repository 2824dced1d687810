//! What programs write of an exception they caught: its words as they like them, then `getTraceAsString()`. In: the words
//! above, and the lines from `#0 …` on. Out: the exception.

use super::line;
use super::printed;
use super::stack::{self, Place, Stack};
use crate::assemble::Record;
use crate::language::seek::Seek as _;
use crate::language::{Exception, Trace};

/// What an exception is called where its class is not told.
const UNKNOWN: &str = "Exception";

/// The words above the calls: a header's message and what stands below it, or the line right above.
pub(super) fn words(record: &Record, preamble: &[String]) -> Option<String> {
    // Monolog's own list, whose beginning is not there.
    let listed = |text: &str| text.trimmed() == line::STACK_LOGGED;
    let other = preamble
        .iter()
        .rposition(|text| stack::call(text).is_some() || listed(text));
    let own = preamble.get(other.map_or(0, |at| at + 1)..)?;
    let own: Vec<&str> = own
        .iter()
        .map(String::as_str)
        .filter(|text| says(text))
        .collect();
    let header = record.message.as_deref().map(line::text);
    let opening = record.lines.first().map(line::text).unwrap_or_default();
    let on_header = |header: &str| header.trimmed() == opening.trimmed();
    let free = other.is_none() && (!record.apart || own.is_empty());
    let header = header.filter(|header| free && !on_header(header));
    if let Some(header) = header.filter(|header| says(header)) {
        let all: Vec<&str> = std::iter::once(line::bare(&header)).chain(own).collect();
        return Some(all.join("\n"));
    }
    if let Some(last) = own.last() {
        let begins = own.iter().rposition(|text| printed::is_head(text));
        let from = begins.filter(|_| place(last).is_some());
        let all = own.get(from.unwrap_or(own.len() - 1)..)?;
        return Some(all.join("\n"));
    }
    if other.is_some() {
        return None;
    }
    // `error_log` tells no level, and others begin each line with a header: the record above may be ours.
    let near = record.breadcrumbs.iter().rev().take(2);
    let mut near = near.map(|crumb| (crumb, line::text(&crumb.message)));
    let (crumb, text) = near.find(|(_, text)| says(text))?;
    let same = crumb.level == record.meta.level && crumb.logger == record.meta.logger;
    let ours = same && stack::call(&text).is_none();
    ours.then(|| line::bare(&text).to_owned())
}

/// Is it more than a blank line or the title of the list?
fn says(text: &str) -> bool {
    !text.trimmed().is_empty() && !line::is_label(text)
}

/// The exception, if all of its calls are there and something is said of it.
pub(super) fn read(words: Option<String>, lines: &[String]) -> Trace {
    let mut stack = Stack::default();
    for text in lines {
        stack.take(line::unlabelled(text.trim_start()));
    }
    let Some(words) = words.filter(|_| stack.is_whole()) else {
        return Trace::default();
    };
    let (said, place) = match place(&words) {
        Some((said, file, line)) => (said, Some(Place::of(file, line))),
        None => (words.as_str(), None),
    };
    let (ty, value) = typed(said);
    let frames = match place {
        Some(place) => stack.frames(Some(place)),
        None => stack.frames_unplaced(),
    };
    Trace {
        exceptions: vec![Exception {
            synthetic: ty.is_none(),
            ty: ty.unwrap_or_else(|| UNKNOWN.to_owned()),
            value: Some(value),
            frames,
            ..Exception::default()
        }],
        handled: Some(true),
        message: Some(String::new()),
        ..Trace::default()
    }
}

/// `m in F:N`, `m in F on line N`, `m (F:N)`, `m at F:N`: words, file, line.
fn place(text: &str) -> Option<(&str, &str, u32)> {
    let text = text.trimmed_end();
    let enclosed = || {
        let (before, inner) = text.strip_suffix(')')?.parted_last(b'(')?;
        let (file, line) = line::place(inner)?;
        Some((before.trimmed_end(), file, line))
    };
    let at = || {
        let (before, line) = line::place(text)?;
        let (before, file) = before.rsplit_once(" at ")?;
        file.starts_with('/').then_some((before, file, line))
    };
    line::on_line(text)
        .or_else(|| printed::placed(text))
        .or_else(enclosed)
        .or_else(at)
        .filter(|(_, file, _)| file.contains('.') && !file.contains('\n'))
}

/// Class and message, where the words begin with a class, or have one behind a colon, or quote the message behind it.
fn typed(words: &str) -> (Option<String>, String) {
    let quoted = words.split_once(" with message '").and_then(|(before, m)| {
        let class = before.rsplit([' ', '\'']).find(|word| !word.is_empty())?;
        Some((class, m.strip_suffix('\'')?))
    });
    if let Some((class, message)) = quoted.filter(|(class, _)| line::is_class(class)) {
        return (Some(class.to_owned()), message.to_owned());
    }
    let mut rest = words.trim_start();
    loop {
        let (ty, value) = printed::typed(rest);
        let last = ty.rsplit('\\').next().unwrap_or(&ty);
        let named = ty.contains('\\') || last.ends_with("Exception") || last.ends_with("Error");
        if named {
            return (Some(ty), value);
        }
        match rest.split_once(": ") {
            Some((before, behind)) if !before.contains('\n') => rest = behind,
            _ => return (None, words.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    fn read(words: &str) -> (String, String, Option<u32>) {
        let lines = ["#0 /a.php(7): A\\B->f(1)", "#1 {main}"].map(str::to_owned);
        let mut trace = super::read(Some(words.to_owned()), &lines);
        let found = trace.exceptions.pop().unwrap();
        let line = found.frames.last().unwrap().lineno;
        (found.ty, found.value.unwrap(), line)
    }

    #[test]
    fn words_tell_class_and_place_if_they_do() {
        let told = |ty: &str, value: &str, line| (ty.to_owned(), value.to_owned(), line);
        assert_eq!(read("declined"), told("Exception", "declined", None));
        assert_eq!(read("A\\E: m"), told("A\\E", "m", None));
        assert_eq!(read("A\\E: m in /b.php:3"), told("A\\E", "m", Some(3)));
        let worded = read("Order failed: m in /b.php on line 4");
        assert_eq!(worded, told("Exception", "Order failed: m", Some(4)));
        let logged = read("Order failed: LogicException: m (/b.php:5)");
        assert_eq!(logged, told("LogicException", "m", Some(5)));
        let quoted = read("Caught A\\E with message 'm' in /b.php:6");
        assert_eq!(quoted, told("A\\E", "m", Some(6)));
    }

    #[test]
    fn calls_without_words_or_without_their_end_are_nothing() {
        let lines = ["#0 /a.php(7): f()", "#1 {main}"].map(str::to_owned);
        assert!(super::read(None, &lines).is_empty());
        assert!(super::read(Some("m".to_owned()), &lines[..1]).is_empty());
    }
}
