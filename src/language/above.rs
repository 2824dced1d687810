//! What languages share whose runtimes print an error's words above the list of its calls. In: a record, or the lines behind
//! its opening. Out: the words; which lines belong to the list.

use std::borrow::Cow;

use super::seek::{self, Seek as _, dedent, indent};
use crate::assemble::{Breadcrumb, Record, Step, Tracker};
use crate::bounds::FOREIGN_BEHIND_MAX;
use crate::level::Level;

/// Lines above that may be the error's where each line has a header.
const LINES_ABOVE: usize = 16;

/// The lines of an error's words, the first one first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    /// Without line ends.
    pub(super) lines: Vec<String>,
    /// The first is one by which the runtime begins; else a logger's words, or whatever stands above.
    pub(super) begun: bool,
}

/// The words above the opening: from the line on that `head` takes for the first, else a logger's record of an error.
pub(super) fn words(record: &Record, head: &dyn Fn(&str) -> bool) -> Option<Words> {
    let own = record.lines.first().map(<[u8]>::trim_ascii);
    let on_header = own.is_some() && record.message.as_deref().map(<[u8]>::trim_ascii) == own;
    if on_header && record.preamble.is_empty() {
        return before(record, head);
    }
    let opening = record.lines.first().map(seek::text).unwrap_or_default();
    let base = indent(&opening);
    let preamble = record.preamble.iter();
    let mut all: Vec<String> = preamble
        .map(|line| dedent(&seek::text(line), base).to_owned())
        .collect();
    let message = record.message.as_deref().filter(|_| !on_header);
    if let Some(message) = message.filter(|_| !record.apart || all.is_empty()) {
        all.insert(0, seek::text(message).into_owned());
        let error = record.meta.level >= Some(Level::Error);
        let at = all.iter().position(|line| head(line));
        return begun(all, at).or_else_all(error);
    }
    let at = all.iter().rposition(|line| head(line));
    begun(all, at).or_else_all(record.apart)
}

/// The nearest line above that says something, where nothing tells which one begins the words.
pub(super) fn nearest(record: &Record) -> Option<Words> {
    let above = record.preamble.iter().rev().map(|line| seek::text(line));
    let line = above
        .into_iter()
        .find(|line| !seek::is_blank(line))
        .map(|line| line.trimmed_end().to_owned());
    let crumb = || {
        let crumb = record.breadcrumbs.last()?;
        let same = crumb.level == record.meta.level && crumb.logger == record.meta.logger;
        same.then(|| seek::text(&crumb.message).into_owned())
    };
    let own = record.lines.first().map(<[u8]>::trim_ascii);
    let on_header = own.is_some() && record.message.as_deref().map(<[u8]>::trim_ascii) == own;
    let line = line.or_else(|| on_header.then(crumb).flatten())?;
    Some(Words {
        lines: vec![line],
        begun: false,
    })
}

/// The words from a place on, or all of them.
struct Found {
    all: Vec<String>,
    at: Option<usize>,
}

fn begun(all: Vec<String>, at: Option<usize>) -> Found {
    Found { all, at }
}

impl Found {
    /// From the line that begins; where there is none, all if that is asked for.
    fn or_else_all(self, all: bool) -> Option<Words> {
        let begun = self.at.is_some();
        let mut lines = self.all;
        if !begun && (!all || lines.iter().all(|line| seek::is_blank(line))) {
            return None;
        }
        lines.drain(..self.at.unwrap_or(0));
        Some(Words { lines, begun })
    }
}

/// Where each line has its header: the log lines above that have the record's own, at `most` so many, the nearest first.
/// `ERROR: words` behind a date is read as a level and words.
pub(super) fn near(record: &Record, most: usize) -> Vec<&Breadcrumb> {
    let same = |crumb: &&Breadcrumb| {
        let level = crumb.level == record.meta.level || is_levelled(crumb, record);
        level && crumb.logger == record.meta.logger
    };
    let near = record.breadcrumbs.iter().rev().take(most);
    near.take_while(same).collect()
}

/// Has the line a level, and the record none?
fn is_levelled(crumb: &Breadcrumb, record: &Record) -> bool {
    record.meta.level.is_none() && crumb.level.is_some()
}

/// The words, where each line has its header.
fn before(record: &Record, head: &dyn Fn(&str) -> bool) -> Option<Words> {
    let near = near(record, LINES_ABOVE);
    let begins = |crumb: &&Breadcrumb| {
        let error = is_levelled(crumb, record) && crumb.level >= Some(Level::Error);
        error || head(&seek::text(&crumb.message))
    };
    let at = near.iter().position(begins)?;
    let lines = near.iter().take(at + 1).rev();
    let lines = lines.map(|crumb| seek::text(&crumb.message).into_owned());
    Some(Words {
        lines: lines.collect(),
        begun: true,
    })
}

/// How the lines of a list of calls look.
#[derive(Debug)]
pub(super) struct Shape {
    /// It belongs to the list.
    pub(super) listed: fn(&str) -> bool,
    /// It stands above a list: behind another's lines, above another's.
    pub(super) opens: fn(&str) -> bool,
    /// Behind lines of its own list, too, it stands above another's.
    pub(super) once: bool,
    /// It begins another trace.
    pub(super) begins: fn(&str) -> bool,
}

/// Follows one list.
#[derive(Debug)]
pub(super) struct Follower {
    shape: &'static Shape,
    listed: usize,
    /// Lines of the list have headers.
    prefixed: bool,
    foreign: u32,
}

impl Follower {
    /// Behind the line that opens the list.
    pub(super) fn new(shape: &'static Shape) -> Self {
        Self {
            shape,
            listed: 0,
            prefixed: false,
            foreign: 0,
        }
    }
}

impl Tracker for Follower {
    fn step(&mut self, text: &[u8], header: bool) -> Step {
        let text: Cow<'_, str> = seek::text(text);
        let another = (self.foreign > 0 || self.shape.once) && (self.shape.opens)(&text);
        if (self.shape.listed)(&text) && !another {
            self.listed += 1;
            self.prefixed |= header;
            self.foreign = 0;
            return Step::Belongs;
        }
        if seek::is_blank(&text) && !header {
            return Step::Perhaps;
        }
        if header && !another && self.foreign < FOREIGN_BEHIND_MAX && !(self.shape.begins)(&text) {
            self.foreign += 1;
            return Step::Foreign;
        }
        Step::Ended
    }

    fn unfinished(&self) -> bool {
        self.listed == 0
    }
}
