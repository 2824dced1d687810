//! Where a trace begins, and who reported it. In: a record. Out: the exceptions, the log message, whether somebody caught it.
//!
//! The runtime announces what nobody caught; else the exception's line stands before the first frame, or before the first
//! arrow: at the end of what was read back, or on the log header's own line.

use std::borrow::Cow;

use super::flat;
use super::line::{self, Announced};
use super::tree::Tree;
use crate::assemble::Record;
use crate::language::above;
use crate::language::seek::{Seek as _, dedent};
use crate::language::{Exception, Trace};
use crate::level::Level;

/// What the runtime calls an endless recursion.
const OVERFLOW: &str = "System.StackOverflowException";
/// What ends a program at its own wish; there is no exception.
const FAIL_FAST: &str = "System.Environment.FailFast: ";
/// Lines above that may be this trace's where each line has a header.
const LINES_ABOVE: usize = 12;

/// The lines of a record, in the order in which they were printed.
struct Lines<'a> {
    all: Vec<Cow<'a, str>>,
    /// The line on which the record opened.
    opening: usize,
    /// The log header's message, where the header stands above them.
    message: Option<Cow<'a, str>>,
    /// The header stood on the opening's own line.
    own_header: bool,
}

/// Where the exception's text begins.
enum Begin {
    /// At this line, behind so many bytes of it.
    Line(usize, usize),
    /// In the log header's message, from this byte on.
    Message(usize),
}

/// Reads the record; nothing where it holds no trace that is certain.
pub(super) fn read(record: &Record) -> Trace {
    let mut lines = Lines::of(record);
    if let Some(announced) = line::announced(lines.get(lines.opening)) {
        return uncaught(&lines, announced);
    }
    // Mono's first printing has lost its beginning; the second is whole.
    if let Some(again) = lines.all.iter().position(|text| is_again(text)) {
        lines.opening = again;
        let announced = line::announced(lines.get(again));
        return announced.map_or_else(Trace::default, |announced| uncaught(&lines, announced));
    }
    let Some(first_frame) = lines.first_frame() else {
        return Trace::default();
    };
    if lines.own_header && first_frame == 0 {
        return prefixed(record, lines).unwrap_or_default();
    }
    let begin = begin(&lines, first_frame).or_else(|| unknown(&lines, first_frame, record));
    let mut trace = begin.map_or_else(Trace::default, |begin| told(&lines, &begin));
    if taken_type(record).is_some() {
        trace.logger = Some(String::new());
        trace.message.get_or_insert_default();
    }
    trace
}

impl<'a> Lines<'a> {
    fn of(record: &'a Record) -> Self {
        let mut all: Vec<Cow<'a, str>> = record.preamble.iter().map(|l| line::text(l)).collect();
        let opening = all.len();
        let own = record.lines.first().map(<[u8]>::trim_ascii);
        let own_header = own.is_some() && record.message.as_deref().map(<[u8]>::trim_ascii) == own;
        for (nth, text) in record.lines.texts().into_iter().enumerate() {
            let pieces = if nth == 0 { flat::split(&text) } else { None };
            match pieces {
                Some(pieces) => all.extend(pieces.iter().map(|p| Cow::Owned((*p).to_owned()))),
                None => all.push(text),
            }
        }
        let message = record.message.as_deref().filter(|_| !own_header);
        let message = message.map(line::text);
        let message = match (taken_type(record), message) {
            (Some(ty), Some(words)) => Some(Cow::Owned(format!("{ty}: {words}"))),
            (_, message) => message,
        };
        Self {
            all,
            opening,
            message,
            own_header,
        }
    }

    fn get(&self, at: usize) -> &str {
        self.all.get(at).map_or("", AsRef::as_ref)
    }

    fn first_frame(&self) -> Option<usize> {
        let mut texts = self.all.iter().skip(self.opening);
        let at = texts.position(|text| line::strict_frame(text).is_some())?;
        let mut first = self.opening + at;
        while first > 0 && line::frame(self.get(first - 1)).is_some() {
            first -= 1;
        }
        Some(first)
    }

    fn behind(&self, at: usize) -> impl Iterator<Item = &str> {
        let base = self.base();
        self.all.iter().skip(at).map(move |text| dedent(text, base))
    }

    /// How far the whole is set in: a frame has three blanks before it, Mono's two.
    fn base(&self) -> usize {
        let mut texts = self.all.iter().skip(self.opening);
        let frame = texts.find(|text| line::frame(text).is_some());
        let blanks = |text: &str| if text.contains(" [0x") { 2 } else { 3 };
        frame.map_or(0, |text| line::indent(text).saturating_sub(blanks(text)))
    }
}

/// The exception's type, where the log header took it for the logger's name.
fn taken_type(record: &Record) -> Option<&str> {
    let name = record.meta.logger.as_deref()?;
    let head = line::head(name).filter(|head| head.certain && head.ty == name)?;
    name.contains('.').then_some(head.ty)
}

/// What the runtime itself announced.
fn uncaught(lines: &Lines<'_>, announced: Announced<'_>) -> Trace {
    let next = lines.opening + 1;
    let own = |text: &&str| !is_again(text);
    // Frames show by themselves how far all is set in.
    let margin = match lines.first_frame() {
        Some(_) => 0,
        None => line::indent(lines.get(lines.opening)),
    };
    let flush = |text| dedent(text, margin);
    let tree = match announced {
        Announced::Unhandled("") => {
            let rest = lines.behind(next + 1).take_while(own).map(flush);
            of_class(lines.get(next).trim_start(), rest)
        }
        Announced::Unhandled(first) | Announced::Again(first) => {
            of_class(first, lines.behind(next).take_while(own).map(flush))
        }
        Announced::Terminated(words) => terminated(lines, words),
        Announced::Overflow => Tree::read(OVERFLOW, lines.behind(next)),
    };
    let mut trace = trace(&tree);
    let made_up = matches!(announced, Announced::Terminated(_) | Announced::Overflow);
    if let Some(reported) = trace.exceptions.last_mut() {
        reported.synthetic = made_up;
    }
    trace.handled = Some(false);
    trace.level = Some(Level::Fatal);
    trace
}

/// An exception as its class prints it, which may put words of its own before what the runtime makes of it.
fn of_class<'a>(first: &str, rest: impl Iterator<Item = &'a str>) -> Tree {
    let own = line::head(first).is_none().then(|| line::embedded(first));
    let begins = own.flatten().and_then(|at| first.get(at..));
    Tree::read(begins.unwrap_or(first), rest)
}

/// Does Mono begin to print the same again?
fn is_again(text: &str) -> bool {
    matches!(line::announced(text), Some(Announced::Again(_)))
}

fn terminated(lines: &Lines<'_>, words: &str) -> Tree {
    let next = lines.opening + 1;
    let framed = lines
        .behind(next)
        .position(|text| line::frame(text).is_some());
    let framed = framed.unwrap_or_default();
    let reason = lines
        .behind(next)
        .skip(framed)
        .position(|text| line::head(text).is_some());
    let end = reason.map_or(usize::MAX, |at| framed + at);
    let first = format!("{FAIL_FAST}{words}");
    let mut tree = Tree::read(&first, lines.behind(next).take(end));
    if reason.is_some() {
        tree.reason(
            lines.get(next + end).trim_start(),
            lines.behind(next + end + 1),
        );
    }
    tree
}

/// The exception's line, where one can be told.
fn begin(lines: &Lines<'_>, first_frame: usize) -> Option<Begin> {
    let before = lines.all.get(..first_frame).unwrap_or_default();
    let arrow = before
        .iter()
        .position(|text| line::arrow(text).is_some_and(|(words, _)| words.trim().is_empty()));
    let region = arrow.and_then(|at| before.get(..at)).unwrap_or(before);
    let certain = |text: &Cow<'_, str>| line::head(text.trim_start()).is_some_and(|h| h.certain);
    let inside = |text: &Cow<'_, str>| line::embedded(text);
    let at = match lines.message {
        Some(_) => region.iter().position(certain),
        None => region.iter().rposition(certain),
    };
    if let Some(at) = at {
        return Some(Begin::Line(at, 0));
    }
    let message = lines.message.as_deref();
    if let Some(at) = message.and_then(in_message) {
        return Some(Begin::Message(at));
    }
    let mut texts = region.iter().enumerate().rev();
    if let Some((at, from)) = texts.find_map(|(at, text)| Some((at, inside(text)?))) {
        return Some(Begin::Line(at, from));
    }
    let likely = |text: &Cow<'_, str>| line::head(text.trim_start()).is_some();
    if let Some(at) = region.iter().rposition(likely) {
        return Some(Begin::Line(at, 0));
    }
    message
        .filter(|text| line::head(text).is_some())
        .map(|_| Begin::Message(0))
}

fn in_message(message: &str) -> Option<usize> {
    if line::head(message).is_some_and(|h| h.certain) {
        return Some(0);
    }
    line::embedded(message)
}

/// Frames alone: where a logger reports an error right above them, its words are all there is of the exception.
fn unknown(lines: &Lines<'_>, first_frame: usize, record: &Record) -> Option<Begin> {
    record.meta.level.filter(|level| *level >= Level::Error)?;
    let message = lines.message.as_deref().filter(|_| first_frame == 0)?;
    (!message.is_empty() && !message.trimmed_end().ends_with(':')).then_some(Begin::Message(0))
}

fn told(lines: &Lines<'_>, begin: &Begin) -> Trace {
    let (text, next, from) = match begin {
        Begin::Line(at, from) => (lines.get(*at), at + 1, *from),
        Begin::Message(from) => (lines.message.as_deref().unwrap_or_default(), 0, *from),
    };
    let (words, first) = text.split_at_checked(from).unwrap_or(("", text));
    let tree = Tree::read(first.trim_start(), lines.behind(next));
    let mut trace = trace(&tree);
    trace.handled = Some(true);
    trace.message = match (begin, &lines.message) {
        (Begin::Message(_), _) => Some(own_words(words).to_owned()),
        (Begin::Line(at, _), Some(message)) => {
            let between = lines.all.iter().take(*at).map(|text| text.trimmed());
            let mut all = message.to_string();
            for text in between.chain([own_words(words)]) {
                all.push('\n');
                all.push_str(text);
            }
            Some(all.trimmed_end().to_owned())
        }
        (Begin::Line(_, from), None) if lines.own_header || *from > 0 => {
            Some(own_words(words).to_owned())
        }
        _ => None,
    };
    trace.message = trace.message.filter(|message| !message.is_empty());
    trace
}

/// A log message before an exception on the same line, without what joins the two.
fn own_words(words: &str) -> &str {
    let joins = [':', '-', '|', ' '];
    words.trimmed().trim_end_matches(joins)
}

/// Each line of the trace has the log header; the exception's line is a log line before it.
fn prefixed(record: &Record, lines: Lines<'_>) -> Option<Trace> {
    let near = above::near(record, LINES_ABOVE).into_iter();
    let mut above: Vec<Cow<'_, str>> = near.map(|crumb| line::text(&crumb.message)).collect();
    let of_arrow = |text: &str| line::arrow(text).is_some_and(|(words, _)| words.trim().is_empty());
    let certain = |text: &Cow<'_, str>| line::head(text.trim_start()).is_some_and(|h| h.certain);
    let any = |text: &Cow<'_, str>| line::head(text.trim_start()).is_some();
    let inside = |text: &Cow<'_, str>| line::embedded(text).is_some() && !of_arrow(text);
    let at = above
        .iter()
        .position(certain)
        .or_else(|| above.iter().position(inside))
        .or_else(|| above.iter().position(any))?;
    above.truncate(at + 1);
    above.reverse();
    let first = above.first()?;
    let whole = line::head(first.trim_start()).is_some();
    let from = if whole { 0 } else { line::embedded(first)? };
    above.extend(lines.all);
    let lines = Lines {
        all: above,
        opening: 0,
        message: None,
        own_header: true,
    };
    Some(told(&lines, &Begin::Line(0, from)))
}

fn trace(tree: &Tree) -> Trace {
    let exceptions: Vec<Exception> = tree.exceptions();
    let notes = if tree.lost {
        vec!["more inner exceptions than are kept".to_owned()]
    } else {
        Vec::new()
    };
    Trace {
        exceptions,
        notes,
        ..Trace::default()
    }
}
