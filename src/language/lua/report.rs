//! What a trace says. In: a record. Out: the error and its frames.
//!
//! The message stands above `stack traceback:`, where the interpreter's name or a place in a file begins it. A list of frames
//! below other words was printed for its own sake, unless a logger reports an error there.

use std::borrow::Cow;

use super::line;
use crate::assemble::Record;
use crate::bounds::RECORD_FRAMES_MAX;
use crate::language::above;
use crate::language::seek::{dedent, indent};
use crate::language::{Exception, Frame, Trace};
use crate::level::Level;

/// An error of Lua is any value: it has no type.
const TYPE: &str = "LuaError";
/// Lines above that may be the message where each line has a header.
const LINES_ABOVE: usize = 8;

/// Reads the record; nothing where no error is told above the frames.
pub(super) fn read(record: &Record) -> Trace {
    let Some((words, uncaught)) = message(record) else {
        return Trace::default();
    };
    let texts = record.lines.texts();
    let inner = texts.iter().skip(1).take_while(|text| !line::opens(text));
    let frames = inner.filter_map(|text| line::frame(text));
    let mut frames: Vec<Frame> = frames.take(RECORD_FRAMES_MAX).map(|f| frame(&f)).collect();
    if frames.is_empty() {
        return Trace::default();
    }
    frames.reverse();
    Trace {
        handled: uncaught.then_some(false),
        level: Some(if uncaught { Level::Fatal } else { Level::Error }),
        exceptions: vec![Exception {
            ty: TYPE.to_owned(),
            value: Some(words),
            frames,
            ..Exception::default()
        }],
        ..Trace::default()
    }
}

/// The error's message, and whether nobody caught it.
fn message(record: &Record) -> Option<(String, bool)> {
    let own = record.lines.first().map(<[u8]>::trim_ascii);
    let own_header = own.is_some() && record.message.as_deref().map(<[u8]>::trim_ascii) == own;
    if own_header && record.preamble.is_empty() {
        return above(record);
    }
    let opening = record.lines.first().map(line::text).unwrap_or_default();
    let base = indent(&opening);
    let text = |l: &Vec<u8>| Cow::Owned(dedent(&line::text(l), base).to_owned());
    let preamble: Vec<Cow<'_, str>> = record.preamble.iter().map(text).collect();
    if let Some(message) = record.message.as_deref().filter(|_| !own_header) {
        let message = line::text(message);
        let error = record.meta.level >= Some(Level::Error);
        let all = || std::iter::once(&message).chain(&preamble);
        // A logger's words, and the error on lines of its own.
        let at = all().position(|text| line::head(text).is_some());
        return match at {
            Some(at) => joined(all().skip(at)),
            None if error => joined(all()),
            None => None,
        };
    }
    let uncaught = |text: &Cow<'_, str>| line::head(text).is_some_and(|head| head.uncaught);
    let placed = |text: &Cow<'_, str>| line::head(text).is_some();
    let at = preamble
        .iter()
        .rposition(uncaught)
        .or_else(|| preamble.iter().rposition(placed))?;
    joined(preamble.iter().skip(at))
}

/// The message where each line has its header: a log line above.
fn above(record: &Record) -> Option<(String, bool)> {
    let near = above::near(record, LINES_ABOVE).into_iter();
    let mut texts: Vec<Cow<'_, str>> = near.map(|crumb| line::text(&crumb.message)).collect();
    let uncaught = |text: &Cow<'_, str>| line::head(text).is_some_and(|head| head.uncaught);
    let placed = |text: &Cow<'_, str>| line::head(text).is_some();
    let at = texts
        .iter()
        .position(uncaught)
        .or_else(|| texts.iter().position(placed))?;
    texts.truncate(at + 1);
    texts.reverse();
    joined(texts.iter())
}

fn joined<'t>(mut texts: impl Iterator<Item = &'t Cow<'t, str>>) -> Option<(String, bool)> {
    let first = line::without_request(texts.next()?).trim_end();
    let head = line::head(first);
    let mut words = head.map_or(first, |head| head.words).to_owned();
    for text in texts {
        words.push('\n');
        words.push_str(text);
    }
    let uncaught = head.is_some_and(|head| head.uncaught);
    Some((words.trim_end().to_owned(), uncaught))
}

/// A frame before the app's settings are known.
fn frame(line: &line::FrameLine<'_>) -> Frame {
    Frame {
        function: line.name.map(str::to_owned),
        filename: Some(line.file.to_owned()),
        lineno: line.line,
        ..Frame::default()
    }
}
