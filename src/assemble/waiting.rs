//! Lines that wait for a later one. In: lines of an open record that nothing yet tells to be its own. Out: those that are, or all
//! of them, to be looked at again.

use super::Place;
use super::stepped::{Stepped, stepped};
use crate::bounds::{RECORD_BYTES_MAX, RECORD_LINES_MAX};
use crate::format::{Meta, TimeContext};

/// What a line costs in memory beside its text.
const LINE_BYTES: usize = 24;

/// A line that belongs only if a later one does, or a line to be read again.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) place: Place,
    pub(super) text: Vec<u8>,
    pub(super) hit: bool,
    pub(super) meta: Meta,
}

impl Pending {
    /// The text behind its header. `set_in`: how far its log's headers are.
    pub(super) fn into_text(self, set_in: usize, context: &TimeContext) -> Vec<u8> {
        stepped(&self.text, set_in, context).into_text(self.text)
    }
}

/// Why a line waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Waits {
    /// It belongs if a later line does.
    Perhaps,
    /// It belongs unless another's trace turns out to have begun before it.
    Belongs,
    /// It is another's, and stands between lines that may be looked at again.
    Between,
}

/// The lines that wait, oldest first.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    lines: Vec<(Waits, Pending)>,
    bytes: usize,
    /// Another's record stands behind the last line that belongs.
    parted: bool,
}

impl Waiting {
    /// What they cost in memory.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Does none wait, and came no other's record behind the last line that belongs?
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty() && !self.parted
    }

    /// May no more of them wait?
    pub(super) fn is_full(&self) -> bool {
        self.lines.len() >= RECORD_LINES_MAX || self.bytes >= RECORD_BYTES_MAX / 2
    }

    /// Are they parted by another's record from this line, which nothing tells to be the record's? Then it is another's as well.
    pub(super) fn are_parted_from(&self, told: &Stepped, line: &[u8]) -> bool {
        self.parted && !told.header && !told.of(line).trim_ascii().is_empty()
    }

    /// The line, whose text is taken, waits for a later one.
    pub(super) fn wait(&mut self, waits: Waits, line: &mut Pending) {
        // It may have to be looked at again: all of it is kept, its header too.
        let whole = Pending {
            place: line.place,
            text: std::mem::take(&mut line.text),
            hit: line.hit,
            meta: std::mem::take(&mut line.meta),
        };
        self.keep(waits, whole);
    }

    fn keep(&mut self, waits: Waits, line: Pending) {
        self.bytes += line.text.len() + LINE_BYTES;
        self.lines.push((waits, line));
    }

    /// Another's line: what is looked at again behind a hit must meet it again.
    pub(super) fn keep_between(&mut self, line: &Pending) {
        self.parted = true;
        let again = self.lines.iter().any(|(_, line)| line.hit);
        if !again || self.is_full() {
            return;
        }
        let between = Pending {
            place: line.place,
            text: line.text.clone(),
            hit: false,
            meta: line.meta.clone(),
        };
        self.keep(Waits::Between, between);
    }

    /// The line that came last is looked at again by itself: it does not wait between the others as well.
    pub(super) fn forget_between(&mut self, line: &Pending) {
        let own = |(_, kept): &mut (Waits, Pending)| kept.place == line.place;
        if let Some((_, kept)) = self.lines.pop_if(own) {
            self.bytes = self.bytes.saturating_sub(kept.text.len() + LINE_BYTES);
        }
    }

    /// A later line belongs: so do all that waited for it.
    pub(super) fn all(&mut self) -> impl Iterator<Item = Pending> {
        (self.bytes, self.parted) = (0, false);
        own(self.lines.drain(..))
    }

    /// No later line decides: those that belong anyway, and what stands before the last of them; all, if that is presumed.
    pub(super) fn settled(&mut self, presumed: bool) -> impl Iterator<Item = Pending> {
        let belongs = |(waits, _): &(Waits, Pending)| presumed || *waits == Waits::Belongs;
        let count = self.lines.iter().rposition(belongs).map_or(0, |at| at + 1);
        own(self.lines.drain(..count))
    }

    /// All that still wait, to be looked at again.
    pub(super) fn into_lines(self) -> Vec<Pending> {
        self.lines.into_iter().map(|(_, line)| line).collect()
    }
}

/// Those that are not another's.
fn own(lines: impl Iterator<Item = (Waits, Pending)>) -> impl Iterator<Item = Pending> {
    lines.filter_map(|(waits, line)| (waits != Waits::Between).then_some(line))
}
