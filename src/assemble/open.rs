//! One open record. In: its stream's lines. Out: a [`Record`] when it ends.

use std::time::Duration;

use jiff::Timestamp;

use super::before::Before;
use super::kept::Kept;
use super::margin::{self, margin};
use super::record::record;
use super::rival::{self, Claim, Rival};
use super::said::Said;
use super::stepped::Stepped;
use super::texts::{Grammars, Whole};
use super::waiting::{Pending, Waiting, Waits};
use super::{Closed, LanguageIx, MESSAGE, Place, Record, Step, Tracker};
use crate::bounds::{FLUSH_UNFINISHED_WAIT_MS, FLUSH_WAIT_MS};
use crate::format::{Meta, TimeContext, plain};
use crate::source::Origin;

/// A record that may still grow.
pub(super) struct Open {
    pub(super) place: Place,
    pub(super) ordinal: u32,
    pub(super) tracker: Box<dyn Tracker>,
    pub(super) waiting: Waiting,
    /// Behind its last line.
    pub(super) end: (Origin, u64),
    /// Behind its last line in the entry of that.
    pub(super) last_line: (Origin, u64, usize),
    /// The first byte that may be its own in each origin that followed its own.
    pub(super) later: Vec<(Origin, u64)>,
    /// How long it has been open, as far as its lane was read.
    pub(super) age: Duration,
    /// When its stream's last line came.
    pub(super) last: Duration,
    /// The lane's progress at that line.
    pub(super) progress: u64,
    /// When it was opened, as a number that rises.
    pub(super) opened: u64,
    /// A line behind its first came without a header.
    bare: bool,
    /// A line behind its first came with one.
    prefixed: bool,
    language: LanguageIx,
    lines: Kept,
    /// Another's trace that may have begun among the lines that wait.
    rival: Option<Rival>,
    /// How far its log's headers are set in.
    pub(super) set_in: usize,
    /// How far its first line is set in.
    margin: usize,
    /// Its last line ends in a colon.
    quotes: bool,
    said: Option<Said>,
    wrapper: Meta,
    before: Before,
    before_bytes: usize,
    modified: Timestamp,
}

/// What a record is begun with.
pub(super) struct Beginning {
    pub(super) place: Place,
    pub(super) ordinal: u32,
    pub(super) language: LanguageIx,
    pub(super) tracker: Box<dyn Tracker>,
    pub(super) text: Vec<u8>,
    pub(super) said: Option<Said>,
    /// How far the header on its own line is set in.
    pub(super) set_in: usize,
    pub(super) wrapper: Meta,
    pub(super) before: Before,
    pub(super) modified: Timestamp,
    pub(super) last: Duration,
    pub(super) progress: u64,
    pub(super) opened: u64,
}

impl Open {
    pub(super) fn new(mut from: Beginning) -> Self {
        if from.said.is_none() && from.tracker.uncaught() == Some(true) {
            // What the runtime prints by itself has no header above it.
            from.before.header_is_another();
        }
        if from.said.is_some() || from.before.is_headed(None) {
            from.tracker.headed();
        }
        let (margin, quotes) = (margin(&from.text), rival::ends_in_colon(&from.text));
        let mut lines = Kept::default();
        lines.push(&from.text);
        Self {
            place: from.place,
            ordinal: from.ordinal,
            tracker: from.tracker,
            waiting: Waiting::default(),
            end: (from.place.ends_in, from.place.end),
            last_line: from.place.behind_line(),
            later: Vec::new(),
            age: Duration::ZERO,
            last: from.last,
            progress: from.progress,
            opened: from.opened,
            bare: from.said.is_none(),
            prefixed: false,
            language: from.language,
            lines,
            rival: None,
            set_in: from.set_in.max(from.before.set_in),
            margin,
            quotes,
            said: from.said,
            wrapper: from.wrapper,
            before_bytes: from.before.bytes(),
            before: from.before,
            modified: from.modified,
        }
    }

    /// What the stream's next line is to the record. If it belongs or may belong, its text is taken out of it.
    pub(super) fn step(
        &mut self,
        told: &Stepped,
        line: &mut Pending,
        grammars: &Grammars,
        context: &TimeContext,
    ) -> Step {
        let text = told.of(&line.text);
        if self.is_over(text, told.header, context) {
            return Step::Ended;
        }
        let step = self.tracker.step(text, told.header);
        self.stepped(step, told, line, grammars, context)
    }

    /// Gives a line the blank back that was taken for its wrapper's: where the first had none, it is the line's own.
    pub(super) fn give_blank(&self, line: &mut Pending) {
        if line.meta.spaced == Some(true) && self.wrapper.spaced == Some(false) {
            line.text.insert(0, b' ');
            line.meta.spaced = None;
        }
    }

    /// The short way of a line without a header; one that does not go on in the trace has to go the long way with the answer.
    pub(super) fn goes_on(
        &mut self,
        place: Place,
        text: &[u8],
        grammars: &Grammars,
        context: &TimeContext,
    ) -> Option<Step> {
        if self.rival.is_some() || self.is_dated(text, context) {
            return None;
        }
        let step = self.tracker.step(text, false);
        if step == Step::Belongs {
            self.listen(text, false, grammars);
            if self.rival.is_none() {
                self.bare = true;
                self.push(place, text, context);
            }
        }
        Some(step)
    }

    /// Is it a record without a trace?
    pub(super) fn is_message(&self) -> bool {
        self.language == MESSAGE
    }

    /// Has its trace a header?
    pub(super) fn is_headed(&self) -> bool {
        self.said.is_some() || self.before.is_headed(self.tracker.uncaught())
    }

    /// Did the short way not take the last line?
    pub(super) fn waits(&self) -> bool {
        self.rival.is_some()
    }

    /// What is done with a line of which the tracker has said what it is.
    pub(super) fn stepped(
        &mut self,
        step: Step,
        told: &Stepped,
        line: &mut Pending,
        grammars: &Grammars,
        context: &TimeContext,
    ) -> Step {
        let waits = match step {
            Step::Belongs => Waits::Belongs,
            Step::Perhaps if self.waiting.are_parted_from(told, &line.text) => {
                return Step::Ended;
            }
            Step::Perhaps => Waits::Perhaps,
            Step::Foreign => {
                self.waiting.keep_between(line);
                return step;
            }
            Step::Ended => return step,
        };
        self.listen(told.of(&line.text), told.header, grammars);
        let full = self.waiting.is_full();
        if waits == Waits::Belongs && (self.rival.is_none() || full) {
            self.bare |= !told.header;
            self.prefixed |= told.header;
            self.push(line.place, told.of(&line.text), context);
        } else if full {
            return Step::Ended;
        } else {
            self.waiting.wait(waits, line);
        }
        step
    }

    /// Does the line prove that another's trace began behind the record's last words?
    fn is_over(&mut self, text: &[u8], header: bool, context: &TimeContext) -> bool {
        if self.is_dated(text, context) || (header && self.is_log_line(text, context)) {
            return true;
        }
        match self.rival.as_mut().map(|rival| rival.step(text, header)) {
            Some(Claim::Proven) => true,
            Some(Claim::Refuted) => {
                self.settle(Closed::NextLine, context);
                false
            }
            Some(Claim::Open) | None => false,
        }
    }

    /// Each line has a header: does a log's own line with its time stand behind this one's, where an exception that nobody
    /// caught may go on with any words?
    fn is_log_line(&self, text: &[u8], context: &TimeContext) -> bool {
        let timed = text.first().is_some_and(u8::is_ascii_digit);
        let ends = self.tracker.uncaught() == Some(true);
        timed && ends && plain::header(text, context).is_some()
    }

    /// Does a log's line stand as far in as an exception that nobody caught, whose message may be anything?
    fn is_dated(&self, text: &[u8], context: &TimeContext) -> bool {
        let ends = self.tracker.speaks() && self.tracker.uncaught() == Some(true);
        ends && margin::is_dated(text, self.margin, context)
    }

    /// Does another's trace begin with this line, if it is free text?
    fn listen(&mut self, text: &[u8], header: bool, grammars: &Grammars) {
        if !self.tracker.speaks() {
            self.rival = None;
        } else if self.rival.is_none() && !header {
            let quoted = self.quotes || margin(text) > self.margin;
            self.rival = (!quoted)
                .then(|| Rival::announced(grammars, self.language, text))
                .flatten();
        }
        self.quotes = rival::ends_in_colon(text);
    }

    /// The line is the record's, and so are those that waited for it.
    fn push(&mut self, place: Place, text: &[u8], context: &TimeContext) {
        if !self.waiting.is_empty() {
            for earlier in self.waiting.all() {
                self.lines.push(&earlier.into_text(self.set_in, context));
            }
        }
        self.rival = None;
        self.lines.push(text);
        self.end = (place.ends_in, place.end);
        self.last_line = place.behind_line();
    }

    /// What waits is the record's, unless another's trace is proven; so is what the tracker presumes when no line comes any more.
    pub(super) fn settle(&mut self, closed: Closed, context: &TimeContext) {
        let rival = self.rival.take();
        let presumed = closed != Closed::NextLine && rival.is_none() && self.tracker.presumes();
        if !presumed && rival.is_none_or(|rival| rival.is_proven()) {
            return;
        }
        for line in self.waiting.settled(presumed) {
            self.end = (line.place.ends_in, line.place.end);
            self.last_line = line.place.behind_line();
            self.lines.push(&line.into_text(self.set_in, context));
        }
    }

    /// Do its lines come without a header? Then a header ends it, or is another's.
    pub(super) fn is_headerless(&self) -> bool {
        self.bare && !self.prefixed
    }

    /// What it costs in memory.
    pub(super) fn bytes(&self) -> usize {
        self.lines.bytes() + self.waiting.bytes() + self.before_bytes
    }

    /// How long silence must last to end it.
    pub(super) fn silence(&self) -> Duration {
        Duration::from_millis(if self.tracker.unfinished() {
            FLUSH_UNFINISHED_WAIT_MS
        } else {
            FLUSH_WAIT_MS
        })
    }

    /// The record, what is left for those who come later, and the lines given back.
    pub(super) fn close(
        mut self,
        closed: Closed,
        believed: &dyn Fn(Timestamp) -> bool,
        context: &TimeContext,
    ) -> (Record, Box<dyn Tracker>, Vec<Pending>) {
        let said = match self.said.take() {
            Some(said) => {
                // The header stands on the opening's own line: what stands above is another's.
                self.before.header_is_another();
                let between = !std::mem::take(&mut self.before.preamble).is_empty();
                // A line that is set in goes on with one above, behind whatever header.
                let prefixed = self.prefixed || self.margin > 0;
                let above = (prefixed && !self.bare && !between)
                    .then(|| self.before.behind_headers(&said.meta, context));
                Some(above.flatten().unwrap_or(said))
            }
            None => self.before.settle(self.tracker.uncaught()),
        };
        let (lines, lines_dropped) = self.lines.into_lines();
        let whole = Whole {
            language: self.language,
            lines,
            preamble: std::mem::take(&mut self.before.preamble),
            said,
            ..Whole::default()
        };
        let mut record = record(
            whole,
            self.place,
            self.wrapper,
            self.before,
            believed,
            self.modified,
        );
        record.end = self.end.1;
        record.ordinal = self.ordinal;
        record.closed = closed;
        record.lines_dropped = lines_dropped;
        (record, self.tracker, self.waiting.into_lines())
    }
}
