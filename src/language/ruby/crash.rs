//! What the runtime prints of a crash. In: its lines, from the opening on. Out: the chain.

use super::line::{self, Head, Place};
use super::stack;
use super::tracker::Kind;
use super::value::{self, Said};
use super::version::Version;
use crate::bounds::{EXCEPTIONS_MAX, FRAMES_MAX, RECORD_FRAMES_MAX};
use crate::language::{Exception, Frame, Trace};

/// One exception as printed.
#[derive(Debug)]
struct Block<'a> {
    head: Head<'a>,
    /// Lines of the message behind the first.
    more: Vec<&'a str>,
    /// Newest call first.
    callers: Vec<Place<'a>>,
    /// Callers were left out which those around do not show.
    elided: bool,
}

/// Functions that call each other in turn are known for such up to this number.
const PERIOD: usize = 4;

impl<'a> Block<'a> {
    fn new(head: Head<'a>, callers: Vec<Place<'a>>) -> Self {
        Self {
            head,
            more: Vec::new(),
            callers,
            elided: false,
        }
    }

    /// All that was said.
    fn words(&self) -> String {
        let lines = std::iter::once(&self.head.said).chain(&self.more);
        lines.copied().collect::<Vec<_>>().join("\n")
    }

    /// A caller; behind `... N levels...` the first that is printed again.
    fn caller(&mut self, place: Place<'a>, levels: Option<usize>) {
        if let Some(levels) = levels {
            let turn = (1..=PERIOD).find_map(|period| self.turn(period, levels, &place));
            self.elided |= turn.is_none();
            let shown: Vec<Place<'a>> = turn.unwrap_or_default();
            // An event has no more frames.
            let count = levels.min(FRAMES_MAX);
            // As far as they are left out, the last ones come in the same order before what is printed.
            let skipped = levels - count;
            self.callers
                .extend(shown.iter().cycle().skip(skipped % PERIODS).take(count));
        }
        self.callers.push(place);
    }

    /// The callers that come in turn, the next one first, if those printed last did and `next` goes on behind the levels.
    fn turn(&self, period: usize, levels: usize, next: &Place<'a>) -> Option<Vec<Place<'a>>> {
        let (rest, last) = self
            .callers
            .split_at_checked(self.callers.len().checked_sub(period)?)?;
        let before = rest.get(rest.len().checked_sub(period)?..)?;
        let goes_on = last.get(levels % period) == Some(next);
        (before == last && goes_on).then(|| last.to_vec())
    }
}

/// A number that every period divides.
const PERIODS: usize = 12;

/// What an exception is called whose class has no name.
pub(super) const UNNAMED: &str = "StandardError";

/// Reads the lines.
pub(super) fn read(kind: Kind, lines: &[&str]) -> Trace {
    let mut trace = Trace {
        handled: Some(true),
        ..Trace::default()
    };
    let mut blocks = match kind {
        Kind::Reversed => reversed(lines),
        _ => blocks(lines),
    };
    let announcement = lines.first().filter(|_| kind == Kind::Thread);
    if let Some(announcement) = announcement {
        trace.thread = line::thread_name(announcement).map(str::to_owned);
    }
    if blocks.iter().any(|block| block.elided) {
        trace
            .notes
            .push("callers were left out of the text".to_owned());
    }
    if blocks.len() > EXCEPTIONS_MAX {
        blocks.truncate(EXCEPTIONS_MAX);
        trace.notes.push("further causes were left out".to_owned());
    }
    let mut version = Version::default();
    for block in &blocks {
        version.place(&block.head.place);
        block.callers.iter().for_each(|place| version.place(place));
        version.words(block.head.said);
    }
    trace.exceptions = blocks
        .iter()
        .map(|block| exception(block, version))
        .collect();
    if kind != Kind::Reversed {
        trace.exceptions.reverse();
    }
    share_backtraces(&mut trace.exceptions);
    trace
}

/// An exception that was raised with its cause's backtrace is sent without.
fn share_backtraces(exceptions: &mut [Exception]) {
    let mut rest = exceptions;
    while let Some((cause, outer)) = rest.split_first_mut() {
        for exception in outer.iter_mut().filter(|e| e.frames == cause.frames) {
            exception.frames.clear();
        }
        rest = outer;
    }
}

/// The reported exception first; a repetition of it, by the main thread, is left out.
fn blocks<'a>(lines: &[&'a str]) -> Vec<Block<'a>> {
    let mut blocks: Vec<Block<'a>> = Vec::new();
    let mut first = None;
    let mut levels = None;
    for text in lines {
        if let Some(place) = line::from(text) {
            if let Some(block) = blocks.last_mut() {
                block.caller(place, levels.take());
            }
            continue;
        }
        levels = line::elided(text);
        let last = blocks.last();
        let next = |head: &Head<'_>| {
            // More errors of the same file are the same exception's.
            let unread = last.is_some_and(|block| {
                block.callers.is_empty() && block.head.said.contains("syntax error")
            });
            head.place.label.is_some() || !unread
        };
        let nameless = || line::nameless(text).filter(|_| blocks.is_empty());
        if let Some(head) = line::head(text).filter(next).or_else(nameless) {
            if first == Some(text.trim()) {
                break;
            }
            first = first.or(Some(text.trim()));
            blocks.push(Block::new(head, Vec::new()));
        } else if let Some(block) = blocks.last_mut()
            && block.callers.is_empty()
        {
            block.more.push(text);
        }
    }
    blocks
}

/// Oldest call first, the cause first; callers stand above what they called.
fn reversed<'a>(lines: &[&'a str]) -> Vec<Block<'a>> {
    let mut blocks: Vec<Block<'a>> = Vec::new();
    let mut callers: Vec<Place<'a>> = Vec::new();
    for text in lines {
        if let Some(place) = line::counted(text) {
            callers.push(place);
        } else if let Some(head) = line::head(text) {
            callers.reverse();
            blocks.push(Block::new(head, std::mem::take(&mut callers)));
        } else if let Some(block) = blocks.last_mut() {
            block.more.push(text);
        }
    }
    blocks
}

fn exception(block: &Block<'_>, version: Version) -> Exception {
    let nameless = !line::tells_class(block.head.said);
    let said = if nameless {
        Said::new(UNNAMED, &block.words())
    } else {
        Said::printed(block.head.said, &block.more)
    };
    let mut frames = frames(
        block.head.place.label.map(|_| &block.head.place),
        &block.callers,
    );
    if block.head.place.label.is_none() && block.callers.is_empty() {
        // A file that cannot be read is its own place.
        frames.extend(stack::frame(&block.head.place));
    }
    Exception {
        module: Some(value::module(&said.class)),
        value: Some(said.value(version)),
        synthetic: nameless,
        ty: said.class,
        frames,
        ..Exception::default()
    }
}

/// Oldest call first; of very many, the newest.
pub(super) fn frames(newest: Option<&Place<'_>>, callers: &[Place<'_>]) -> Vec<Frame> {
    let all = newest.into_iter().chain(callers);
    let mut frames: Vec<Frame> = all
        .filter_map(stack::frame)
        .take(RECORD_FRAMES_MAX)
        .collect();
    frames.reverse();
    frames
}
