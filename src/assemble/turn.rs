//! One stream's turn. In: its next line. Out: its state after it, and the records that ended.

use std::collections::VecDeque;

use super::assembler::{Around, Belief, Place};
use super::back::Floor;
use super::before::{self, Before};
use super::lane::{Late, Stream};
use super::margin::{flush, margin};
use super::open::{Beginning, Open};
use super::said::Said;
use super::stepped::{Known, Stepped, stepped};
use super::texts::{Grammars, Opening, opening};
use super::waiting::Pending;
use super::{Closed, Found, LanguageIx, Step, Tracker};
use crate::bounds::{LINES_AGAIN_MAX, LOOK_BACK_BYTES_MAX, STREAM_BEHIND_BYTES_MAX};
use crate::format::{Unwrapped, colour};
use crate::source::Origin;

/// A decided span; without an end it goes to what was read of its origin.
pub(super) type Span = (Origin, u64, Option<u64>);

/// One stream of a lane, for as long as its line is looked at.
pub(super) struct Turn<'t, 'a> {
    pub(super) grammars: &'t Grammars,
    pub(super) belief: Belief,
    /// The record is to come with the log lines before it.
    breadcrumbs: bool,
    pub(super) around: &'t mut Around<'a>,
    pub(super) out: &'t mut Found,
    pub(super) stream: &'t mut Stream,
    /// The lane's progress at the line.
    pub(super) progress: u64,
    pub(super) tick: u64,
    pub(super) spans: Vec<Span>,
    /// Where a record ended whose lines came without a header: no other writer's trace reaches back over it.
    pub(super) ended_bare: Option<(Origin, u64)>,
    /// What was found out of the line at hand.
    pub(super) known: Known,
    queue: VecDeque<Fresh>,
    steps: usize,
}

/// A whole line, its parts joined.
pub(super) struct Fresh {
    pub(super) line: Pending,
    pub(super) wrapped: bool,
    pub(super) before: Option<Box<Before>>,
}

impl<'t, 'a> Turn<'t, 'a> {
    pub(super) fn new(
        grammars: &'t Grammars,
        (belief, breadcrumbs): (Belief, bool),
        around: &'t mut Around<'a>,
        out: &'t mut Found,
        stream: &'t mut Stream,
        (progress, tick): (u64, u64),
    ) -> Self {
        Self {
            grammars,
            belief,
            breadcrumbs,
            around,
            out,
            stream,
            progress,
            tick,
            spans: Vec::new(),
            ended_bare: None,
            known: Known::Nothing,
            queue: VecDeque::new(),
            steps: 0,
        }
    }

    /// Takes the stream's next line.
    pub(super) fn line(&mut self, place: Place, line: Unwrapped<'_>, hit: bool) {
        let behind = |open: &Open| self.progress.saturating_sub(open.progress);
        if self
            .stream
            .open
            .as_deref()
            .is_some_and(|o| behind(o) > STREAM_BEHIND_BYTES_MAX)
        {
            self.close(Closed::Bound);
        }
        if self
            .stream
            .late
            .as_ref()
            .is_some_and(|l| self.progress > l.until)
        {
            self.stream.late = None;
        }
        let partial = line.partial;
        let part = Fresh {
            wrapped: line.wrapped,
            before: None,
            line: Pending {
                place,
                text: line.text.into_owned(),
                hit,
                meta: line.meta,
            },
        };
        let whole = self.join(part, partial);
        // Nearly always nothing else waits: then it need not either.
        self.run();
        if let Some(whole) = whole.filter(|_| self.steps <= LINES_AGAIN_MAX) {
            self.steps += 1;
            self.whole_line(whole);
            self.run();
        }
    }

    /// Looks at every line that waits.
    fn run(&mut self) {
        while let Some(line) = self.queue.pop_front() {
            self.steps += 1;
            if self.steps > LINES_AGAIN_MAX {
                self.queue.clear();
                return;
            }
            self.whole_line(line);
        }
    }

    /// Reads back from a hit; earlier parts of its line are put in front of its text.
    pub(super) fn read_before(&mut self, hit: &mut Fresh, all: bool) {
        let place = hit.line.place;
        let look_back = place.head.saturating_sub(LOOK_BACK_BYTES_MAX as u64);
        let floor = match self.stream.end {
            Some((origin, end)) if origin == place.origin && end >= look_back => Floor::Line(end),
            _ if look_back == 0 => Floor::Line(0),
            _ => Floor::Anywhere(look_back),
        };
        self.around.back.seek(place.origin, place.head, floor);
        let decided = self.stream.end_within;
        let decided =
            decided.filter(|(origin, head, _)| (*origin, *head) == (place.origin, place.head));
        self.around
            .back
            .within(decided.map_or(0, |(_, _, at)| at), place.within);
        let (belief, now) = (self.belief, self.around.now);
        let mut before = before::read(
            self.around.back,
            (self.stream.base, self.stream.writer),
            (
                all,
                margin(&hit.line.text),
                hit.line.meta.spaced == Some(false),
            ),
            self.grammars,
            self.around.context,
            &|t| belief.holds(t, now),
        );
        if !before.parts.is_empty() {
            let mut text = std::mem::take(&mut before.parts);
            text.append(&mut hit.line.text);
            hit.line.text = colour::stripped(text);
        }
        hit.before = Some(Box::new(before));
    }

    fn whole_line(&mut self, mut line: Fresh) {
        let in_message = line.line.hit && !matches!(self.known, Known::Step(_));
        if in_message
            && self
                .stream
                .open
                .as_ref()
                .is_some_and(|open| open.is_message())
        {
            match self.trace_in_message(line) {
                Some(back) => line = back,
                None => return,
            }
        }
        match self.step(&mut line) {
            Some(Step::Ended) => {
                self.queue.push_front(line);
                self.close(Closed::NextLine);
            }
            Some(Step::Foreign) => {
                self.out.counts.foreign += 1;
                if line.line.hit {
                    self.foreign_hit(line);
                }
            }
            Some(Step::Belongs | Step::Perhaps) => {}
            None if line.line.hit => self.hit(line),
            None => {
                self.late(&line.line.text);
                self.message(line);
            }
        }
    }

    /// What the line is to the open record, if there is one. A line that is taken in is emptied.
    fn step(&mut self, line: &mut Fresh) -> Option<Step> {
        let open = self.stream.open.as_mut()?;
        let context = self.around.context;
        let line = &mut line.line;
        open.give_blank(line);
        let step = match std::mem::take(&mut self.known) {
            Known::Step(step) => {
                let told = Stepped::bare(&line.text, open.set_in);
                open.stepped(step, &told, line, self.grammars, context)
            }
            Known::Header(told) => open.step(&told, line, self.grammars, context),
            Known::Nothing => {
                let told = stepped(&line.text, open.set_in, context);
                open.step(&told, line, self.grammars, context)
            }
        };
        if step != Step::Ended {
            open.last = self.around.now.mono;
            open.progress = self.progress;
        }
        Some(step)
    }

    /// A foreign record that holds a trace: if it holds all of it, it is a record beside the open one.
    fn foreign_hit(&mut self, line: Fresh) {
        match opening(self.grammars, &line.line.text, self.around.context) {
            Some(Opening::Whole(found)) => self.wholes(found, &line.line, Before::default()),
            Some(Opening::Here { .. }) => {
                if let Some(open) = self.stream.open.as_mut() {
                    open.waiting.forget_between(&line.line);
                }
                self.queue.push_front(line);
                self.close(Closed::NextLine);
            }
            None => {}
        }
    }

    /// An opening stands on the line, and no record is open.
    fn hit(&mut self, line: Fresh) {
        self.out.counts.hits += 1;
        let place = line.line.place;
        let Some(found) = opening(self.grammars, &line.line.text, self.around.context) else {
            if self.stream.end == Some((place.origin, place.head)) {
                self.out.counts.late_continuations += 1;
            }
            return self.message(line);
        };
        self.opened(line, found);
    }

    /// Looks at the line again, before any other.
    pub(super) fn again(&mut self, line: Fresh) {
        self.queue.push_front(line);
    }

    /// A trace opens on the line.
    pub(super) fn opened(&mut self, mut line: Fresh, found: Opening) {
        self.stream.late = None;
        if line.before.is_none() {
            // What stands above a header may be more of its trace.
            let all = self.breadcrumbs || found.has_header();
            self.read_before(&mut line, all);
        }
        let before = line.before.take().map(|before| *before).unwrap_or_default();
        match self.without_margin(&line.line.text, before.set_in, found) {
            Opening::Whole(found) => self.wholes(found, &line.line, before),
            Opening::Here {
                language,
                tracker,
                text,
                said,
            } => {
                self.begin(line.line, before, (language, tracker), (text, said));
            }
        }
    }

    /// The opening without what its log is set in by, as its record's further lines are read.
    fn without_margin(&self, text: &[u8], set_in: usize, found: Opening) -> Opening {
        let own = flush(text, set_in);
        if own.len() == text.len() || found.has_header() {
            return found;
        }
        opening(self.grammars, own, self.around.context).unwrap_or(found)
    }

    /// A record is open from this line on.
    pub(super) fn begin(
        &mut self,
        line: Pending,
        before: Before,
        (language, tracker): (LanguageIx, Box<dyn Tracker>),
        (text, said): (Vec<u8>, Option<Said>),
    ) {
        let beginning = Beginning {
            set_in: said.as_ref().map_or(0, |_| margin(&line.text)),
            before,
            place: line.place,
            ordinal: self.ordinal(line.place),
            language,
            tracker,
            text,
            said,
            wrapper: line.meta,
            modified: self.around.context.near,
            last: self.around.now.mono,
            progress: self.progress,
            opened: self.tick,
        };
        self.stream.open = Some(Box::new(Open::new(beginning)));
    }

    /// A line of a stream without an open record: does it continue one that was closed too early?
    fn late(&mut self, text: &[u8]) {
        let Some(late) = self.stream.late.as_mut() else {
            return;
        };
        let stepped = stepped(text, 0, self.around.context);
        match late.tracker.step(stepped.of(text), stepped.header) {
            Step::Belongs => self.out.counts.late_continuations += 1,
            Step::Ended => self.stream.late = None,
            Step::Perhaps | Step::Foreign => {}
        }
    }

    /// Ends the open record. Lines given back wait to be looked at again if an opening stands among them.
    pub(super) fn close(&mut self, closed: Closed) {
        let Some(mut open) = self.stream.open.take() else {
            return;
        };
        open.settle(closed, self.around.context);
        let (place, end, later) = (open.place, open.end, open.later.clone());
        self.stream.end_within = Some(open.last_line);
        if open.is_headerless() {
            self.ended_bare = Some(end);
        }
        let (belief, now) = (self.belief, self.around.now);
        let (record, tracker, pending) =
            open.close(closed, &|t| belief.holds(t, now), self.around.context);
        self.give(record);
        self.decided(place, &later, end);
        if matches!(closed, Closed::Silence | Closed::Bound) {
            self.stream.late = Some(Late {
                tracker,
                until: self.progress + LOOK_BACK_BYTES_MAX as u64,
            });
        }
        if pending.iter().any(|p| p.hit) {
            for line in pending.into_iter().rev() {
                self.queue.push_front(Fresh {
                    wrapped: false,
                    before: None,
                    line,
                });
            }
        }
    }

    /// Ends whatever is not whole yet: nothing more comes, or not for too long.
    pub(super) fn end(&mut self, closed: Closed) {
        if let Some(joining) = self.stream.joining.take() {
            self.queue.push_back(Fresh::from(*joining));
            self.run();
        }
        self.close(closed);
        self.run();
        // Lines given back may have opened another, which is over as well.
        while self.stream.open.is_some() && self.steps <= LINES_AGAIN_MAX {
            self.steps += 1;
            self.close(closed);
            self.run();
        }
    }
}
