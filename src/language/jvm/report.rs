//! Where a trace begins, and who reported it. In: a record. Out: the lines from the exception's own on; thread, message,
//! handled or not.
//!
//! The exception's line stands before the first frame: at the end of what was read back from it, or on the log header's own
//! line. Which line it is, the class's full name tells; a class that prints itself otherwise is taken where a logger or the
//! runtime says that an exception must stand here.

use std::borrow::Cow;

use super::{flat, head, line};
use crate::assemble::Record;
use crate::language::above;
use crate::language::seek::Seek as _;
use crate::level::Level;

/// What Android's runtime prints above the trace of an app that dies.
const ANDROID: &str = "FATAL EXCEPTION: ";

/// A trace found in a record.
#[derive(Debug, Default)]
pub(super) struct Report<'a> {
    /// The exception's text on its first line; the thread's announcement is cut.
    pub(super) first: String,
    /// Blanks before it.
    pub(super) indent: usize,
    /// An exception must stand there.
    pub(super) sure: bool,
    /// The lines behind it.
    pub(super) rest: Vec<Cow<'a, str>>,
    /// The log message.
    pub(super) message: Option<String>,
    /// The thread that died of it.
    pub(super) thread: Option<String>,
    /// Nobody caught it.
    pub(super) uncaught: bool,
}

/// The lines of a record, in the order in which they were printed.
struct Lines<'a> {
    all: Vec<Cow<'a, str>>,
    /// How many of them stand before the line on which the record opened.
    before: usize,
    /// The log header's message, where the header stands above them.
    message: Option<Cow<'a, str>>,
    /// The header stood on the opening's own line.
    own_header: bool,
    /// The trace stood in one line.
    flat: bool,
}

/// Where the exception's text begins.
enum Begin {
    /// At this line, behind so many bytes of it.
    Line(usize, usize),
    /// In the log header's message, from this byte on.
    Message(usize),
}

/// Finds the trace; `None` where the record holds none that is certain.
pub(super) fn find(record: &Record) -> Option<Report<'_>> {
    let lines = Lines::of(record);
    let first_frame = lines.first_frame();
    let region = lines.region(first_frame);
    let above = region.iter().rev().find(|text| !line::is_blank(text));
    if above.is_some_and(|text| is_dump(text)) {
        return None;
    }
    if lines.own_header && first_frame == Some(0) {
        return prefixed(record, &lines);
    }
    let begin = begin(&lines, region).or_else(|| unknown(&lines, region, record))?;
    Some(report(&lines, &begin))
}

impl<'a> Lines<'a> {
    fn of(record: &'a Record) -> Self {
        let mut all: Vec<Cow<'a, str>> = record.preamble.iter().map(|l| line::text(l)).collect();
        let before = all.len();
        let own = record.lines.first().map(<[u8]>::trim_ascii);
        let own_header = own.is_some() && record.message.as_deref() == own;
        let mut flat = false;
        for (nth, text) in record.lines.texts().into_iter().enumerate() {
            let pieces = if nth == 0 { flat::split(&text) } else { None };
            match pieces.map(|p| {
                p.iter()
                    .map(|p| Cow::Owned((*p).to_owned()))
                    .collect::<Vec<_>>()
            }) {
                Some(pieces) => {
                    flat = true;
                    all.extend(pieces);
                }
                None => all.push(text),
            }
        }
        let message = record.message.as_deref().filter(|_| !own_header);
        Self {
            all,
            before,
            message: message.map(line::text),
            own_header,
            flat,
        }
    }

    fn get(&self, at: usize) -> &str {
        self.all.get(at).map_or("", AsRef::as_ref)
    }

    /// Is the line printed again behind the first frame? No exception's own line is, bare: it was a message's, and who wraps
    /// an exception repeats its message.
    fn is_in_a_message(&self, text: &str) -> bool {
        let mut behind = self.all.iter().skip(self.before);
        behind.any(|line| line == text)
    }

    /// The first frame, or what stands for the frames: the record opened at one, or behind one that opens nothing.
    fn first_frame(&self) -> Option<usize> {
        let opening = self.before;
        if line::frame(self.get(opening)).is_none() {
            let mut behind = self.all.iter().enumerate().skip(opening);
            return behind
                .find(|(_, text)| line::first_frame(text).is_some())
                .map(|(at, _)| at);
        }
        let mut first = opening;
        while first > 0 && line::first_frame(self.get(first - 1)).is_some() {
            first -= 1;
        }
        Some(first)
    }

    /// Did a program print the frames under words of its own, which end in a colon? The runtime sets them in by a tab, and
    /// loggers by four spaces. What stands above the words, like an exception's line too, is something else.
    fn is_by_hand(&self, region: &[Cow<'a, str>], at: usize) -> bool {
        let frame = self.first_frame().map_or("", |first| self.get(first));
        let set_in = frame.starts_with(' ') && line::indent(frame) < 4;
        let words = region.last().is_some_and(|text| text.ends_with(':'));
        set_in && words && at + 1 < region.len()
    }

    /// What stands before the first frame, and before the first line that hangs on an exception above it.
    fn region(&self, first_frame: Option<usize>) -> &[Cow<'a, str>] {
        let end = first_frame.unwrap_or(self.all.len());
        let before = self.all.get(..end).unwrap_or_default();
        let linked = before
            .iter()
            .position(|text| line::link(text).is_some_and(|(_, rest)| head::is_certain(rest)));
        linked.and_then(|at| before.get(..at)).unwrap_or(before)
    }
}

/// The exception's line, where one can be told.
fn begin(lines: &Lines<'_>, region: &[Cow<'_, str>]) -> Option<Begin> {
    if let Some(at) = region.iter().rposition(|text| head::announces(text)) {
        return Some(Begin::Line(at, 0));
    }
    let base = lines
        .first_frame()
        .map_or(usize::MAX, |at| line::indent(lines.get(at)));
    let stands = |text: &str| lines.flat || base == 0 || line::indent(text) < base;
    let certain = |text: &Cow<'_, str>| stands(text) && head::is_certain(text.trim_start());
    let headed = lines.message.is_some();
    if lines.message.as_deref().is_some_and(head::announces) {
        return Some(Begin::Message(0));
    }
    let line = if headed {
        region.iter().position(certain)
    } else {
        let quoted = |text: &Cow<'_, str>| lines.is_in_a_message(text);
        let own = |text: &Cow<'_, str>| certain(text) && !quoted(text);
        region
            .iter()
            .rposition(own)
            .or_else(|| region.iter().rposition(certain))
    };
    if let Some(mut at) = line {
        if !headed && lines.is_by_hand(region, at) {
            return None;
        }
        // Its message quotes the one below.
        let quotes = |text: &str| stands(text) && head::is_failure_that_says(text.trim_start());
        while at > 0 && region.get(at - 1).is_some_and(|text| quotes(text)) {
            at -= 1;
        }
        let said = lines.message.as_deref().filter(|_| at == 0);
        if said.is_some_and(head::is_failure_that_says) {
            return Some(Begin::Message(0));
        }
        return Some(Begin::Line(at, 0));
    }
    if let Some(at) = lines.message.as_deref().and_then(in_message) {
        return Some(Begin::Message(at));
    }
    // Without a header, an exception that was told further above need not be this trace's.
    let near = if headed { region.len() } else { 1 };
    let inside = |(at, text): (usize, &Cow<'_, str>)| {
        stands(text).then_some(())?;
        Some(Begin::Line(at, head::embedded(text)?))
    };
    if let Some(begin) = region.iter().enumerate().rev().take(near).find_map(inside) {
        return Some(begin);
    }
    let likely = |text: &Cow<'_, str>| stands(text) && head::is_likely(text.trim_start());
    let at = region.iter().rposition(likely)?;
    Some(Begin::Line(at, 0))
}

fn in_message(message: &str) -> Option<usize> {
    if head::is_certain(message) {
        return Some(0);
    }
    head::embedded(message)
}

/// A line right before the frames whose words tell nothing: a logger that reports an error says that an exception must be
/// there. Anywhere else it may as well be prose above a stack that was printed for its own sake, as is what ends in a colon.
fn unknown(lines: &Lines<'_>, region: &[Cow<'_, str>], record: &Record) -> Option<Begin> {
    record.meta.level.filter(|level| *level >= Level::Error)?;
    if let Some(at) = region.len().checked_sub(1) {
        let at = opens_bracket(region, at);
        let first = region.get(at)?;
        return tells_an_exception(first).then_some(Begin::Line(at, 0));
    }
    let message = lines.message.as_deref()?;
    (!message.is_empty() && !message.ends_with(':')).then_some(Begin::Message(0))
}

/// The line that opens what this one closes, `Declined {` above `}`; this one where it closes nothing.
fn opens_bracket(region: &[Cow<'_, str>], at: usize) -> usize {
    let mut open = 0_usize;
    for (nth, text) in region.iter().enumerate().take(at + 1).rev() {
        for byte in text.bytes().rev() {
            match byte {
                b')' | b']' | b'}' => open += 1,
                b'(' | b'[' | b'{' => open = open.saturating_sub(1),
                _ => {}
            }
        }
        if open == 0 {
            return nth;
        }
    }
    at
}

/// The same where each line has its header.
fn unknown_above(record: &Record, text: &str) -> bool {
    record.meta.level >= Some(Level::Error) && tells_an_exception(text) && !is_dump(text)
}

fn tells_an_exception(text: &str) -> bool {
    let words = !line::is_blank(text) && line::indent(text) == 0;
    words && line::link(text).is_none() && !text.trimmed_end().ends_with(':')
}

/// Does the line stand above the frames of a thread or coroutine that was dumped?
fn is_dump(text: &str) -> bool {
    line::is_dump(text) || line::is_dumped_thread(text) || text.starts_with("Coroutine \"")
}

fn report<'a>(lines: &Lines<'a>, begin: &Begin) -> Report<'a> {
    let (text, indent, words, next) = match begin {
        Begin::Line(at, from) => {
            let text = lines.get(*at);
            let (before, first) = text.split_at_checked(*from).unwrap_or(("", text));
            let indent = if *from == 0 { line::indent(text) } else { 0 };
            (first, indent, before, at + 1)
        }
        Begin::Message(from) => {
            let message = lines.message.as_deref().unwrap_or_default();
            let (before, first) = message.split_at_checked(*from).unwrap_or(("", message));
            (first, 0, before, 0)
        }
    };
    let mut found = Report {
        first: text.trim_start().to_owned(),
        indent,
        rest: lines.all.iter().skip(next).cloned().collect(),
        ..Report::default()
    };
    match begin {
        Begin::Line(at, _) => found.tell(lines, *at, words),
        Begin::Message(_) => found.message = Some(own_words(words).to_owned()),
    }
    found.announce();
    found
}

impl Report<'_> {
    /// The log message: the header's, and the lines between it and the exception.
    fn tell(&mut self, lines: &Lines<'_>, at: usize, words: &str) {
        let between = lines.all.iter().take(at);
        if let Some(thread) = between
            .clone()
            .rev()
            .find_map(|text| text.trim_start().strip_prefix(ANDROID))
        {
            self.thread = Some(thread.trimmed_end().to_owned());
            self.uncaught = true;
            return;
        }
        if let Some(message) = &lines.message {
            let mut text = message.to_string();
            for line in between.map(AsRef::as_ref).chain([own_words(words)]) {
                text.push('\n');
                text.push_str(line);
            }
            self.message = Some(text.trimmed_end().to_owned());
        } else if lines.own_header {
            self.message = Some(own_words(words).to_owned());
        }
    }

    /// Takes `Exception in thread "T" ` off.
    fn announce(&mut self) {
        if !head::announces(&self.first) {
            return;
        }
        // A thread's name may span lines.
        let mut text = std::mem::take(&mut self.first);
        let mut taken = 0;
        for more in self.rest.iter().take(8) {
            if head::announced(&text).is_some() {
                break;
            }
            text.push('\n');
            text.push_str(more);
            taken += 1;
        }
        let Some((thread, first)) = head::announced(&text) else {
            self.first = text.lines().next().unwrap_or_default().to_owned();
            return;
        };
        self.thread = Some(thread.to_owned());
        self.first = first.to_owned();
        self.rest.drain(..taken);
        (self.uncaught, self.sure, self.message) = (true, true, None);
    }
}

/// A log message before an exception on the same line, without what joins the two.
fn own_words(words: &str) -> &str {
    words.trimmed().trim_end_matches([':', '-']).trimmed_end()
}

/// Lines above that may be this trace's where each line has a header.
const LINES_ABOVE: usize = 8;

/// Each line of the trace has the log header; the exception's line is the log line before it.
fn prefixed<'a>(record: &'a Record, lines: &Lines<'a>) -> Option<Report<'a>> {
    let near = above::near(record, LINES_ABOVE).into_iter();
    let texts: Vec<Cow<'_, str>> = near.map(|crumb| line::text(&crumb.message)).collect();
    let position = |is: &dyn Fn(&str) -> bool| texts.iter().position(|text| is(text.trim_start()));
    let nearest = || {
        texts
            .first()
            .map(|text| head::is_likely(text.trim_start()) && !is_dump(text))
    };
    let at = position(&head::announces)
        .or_else(|| position(&|text| head::is_certain(text) && !lines.is_in_a_message(text)))
        .or_else(|| position(&head::is_certain))
        .or_else(|| position(&|text| head::embedded(text).is_some()))
        .or_else(|| nearest()?.then_some(0))
        .or_else(|| unknown_above(record, texts.first()?).then_some(0))?;
    let first = texts.get(at)?;
    let whole = head::announces(first) || head::is_certain(first.trim_start());
    let inside = head::embedded(first).filter(|_| !whole);
    let from = inside.unwrap_or_default();
    let (words, text) = first.split_at_checked(from)?;
    let between = texts.iter().take(at).rev().cloned();
    let mut found = Report {
        first: text.trim_start().to_owned(),
        rest: between.chain(lines.all.iter().cloned()).collect(),
        message: Some(own_words(words).to_owned()),
        ..Report::default()
    };
    let mut above = texts.iter().skip(at + 1);
    if let Some(thread) = above.find_map(|text| text.trim_start().strip_prefix(ANDROID)) {
        found.thread = Some(thread.trimmed_end().to_owned());
        (found.uncaught, found.message) = (true, None);
    }
    found.announce();
    Some(found)
}
