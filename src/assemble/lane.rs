//! What is known of one lane. In: streams as they open and end. Out: how far its origins are decided. Reads nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use super::before::Before;
use super::open::Open;
use super::{Place, Tracker};
use crate::bounds::{DECIDED_SPANS_MAX, LOOK_BACK_BYTES_MAX};
use crate::format::Meta;
use crate::source::{Decided, Hold, Origin, StreamEnd};

/// One stream of a lane.
#[derive(Default)]
pub(super) struct Stream {
    /// The key that the wrapper told; another than its own where it is one writer's.
    pub(super) base: u64,
    /// Who writes it; 0 where that is not told.
    pub(super) writer: u64,
    /// Behind its last decided record.
    pub(super) end: Option<(Origin, u64)>,
    pub(super) open: Option<Box<Open>>,
    pub(super) joining: Option<Box<Joining>>,
    pub(super) late: Option<Late>,
    /// The last record's head, and how many began there.
    pub(super) last_head: Option<(Origin, u64, u32)>,
    /// Behind the last line of the last record in its entry: lines of an entry share their place.
    pub(super) end_within: Option<(Origin, u64, usize)>,
    /// When it was last used, as a number that rises.
    pub(super) used: u64,
}

/// A line whose later parts have not come yet.
pub(super) struct Joining {
    pub(super) place: Place,
    pub(super) text: Vec<u8>,
    pub(super) meta: Meta,
    pub(super) wrapped: bool,
    pub(super) hit: bool,
    /// Read at the hit.
    pub(super) before: Option<Box<Before>>,
    /// The first byte that may be its own in each origin that followed its own.
    pub(super) later: Vec<(Origin, u64)>,
    pub(super) last: Duration,
}

/// How long the missing parts of a line are waited for.
pub(super) const JOIN_WAIT: Duration =
    Duration::from_millis(crate::bounds::FLUSH_UNFINISHED_WAIT_MS);

/// Counts the lines that come too late for a record closed by silence or a bound.
pub(super) struct Late {
    pub(super) tracker: Box<dyn Tracker>,
    /// The lane's progress at which it is given up.
    pub(super) until: u64,
}

impl Stream {
    /// Must its lines be looked at one by one?
    pub(super) fn busy(&self) -> bool {
        self.open.is_some() || self.joining.is_some() || self.late.is_some()
    }

    /// The first byte of `origin` that it has not decided.
    pub(super) fn held(&self, origin: Origin) -> Option<u64> {
        let open = self
            .open
            .as_ref()
            .and_then(|o| held(o.place, &o.later, origin));
        let joining = self
            .joining
            .as_ref()
            .and_then(|j| held(j.place, &j.later, origin));
        [open, joining].into_iter().flatten().min()
    }

    /// The lane goes on in another origin.
    pub(super) fn goes_on_in(&mut self, origin: Origin, offset: u64) {
        if let Some(open) = self.open.as_mut() {
            open.later.push((origin, offset));
        }
        if let Some(joining) = self.joining.as_mut() {
            joining.later.push((origin, offset));
        }
    }
}

fn held(place: Place, later: &[(Origin, u64)], origin: Origin) -> Option<u64> {
    if place.origin == origin {
        return Some(place.head);
    }
    later.iter().find(|(o, _)| *o == origin).map(|(_, at)| *at)
}

/// How far one origin is decided.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// Behind the last byte fed.
    pub(super) read_to: u64,
    /// (stream, head) → end of the records decided behind an open one.
    spans: BTreeMap<(u64, u64), u64>,
    /// Behind the last span that was stored before this run: what is read further on was decided by nobody.
    stored_to: u64,
}

impl Progress {
    pub(super) fn from_stored(hold: &Hold) -> Self {
        let spans = hold.decided.iter();
        Self {
            read_to: 0,
            spans: spans.map(|d| ((d.stream, d.head), d.end)).collect(),
            stored_to: hold.decided.iter().map(|d| d.end).max().unwrap_or(0),
        }
    }

    /// Where the span ends that was decided before this run and holds this byte of this stream.
    pub(super) fn decided(&self, stream: u64, at: u64) -> Option<u64> {
        if at >= self.stored_to {
            return None;
        }
        let (_, end) = self.spans.range((stream, 0)..=(stream, at)).next_back()?;
        (*end > at).then_some(*end)
    }

    pub(super) fn add(&mut self, stream: u64, head: u64, end: u64) {
        let place = self.spans.entry((stream, head)).or_insert(end);
        *place = end.max(*place);
    }

    /// Forgets the spans before `position`.
    pub(super) fn passed(&mut self, position: u64) {
        if !self.spans.is_empty() {
            self.spans.retain(|_, end| *end > position);
        }
    }
}

/// A lane.
pub(super) struct Lane {
    pub(super) streams: BTreeMap<u64, Stream>,
    /// Of streams whose writers are told apart: the stream of the writer whose header was read last.
    pub(super) writers: BTreeMap<u64, u64>,
    /// The origin last fed is the last one.
    pub(super) origins: Vec<(Origin, Progress)>,
    /// Streams that are busy.
    pub(super) busy: usize,
    /// Bytes fed before the piece at hand, all origins together, and where that piece begins.
    pub(super) progress: u64,
    pub(super) piece_at: u64,
    /// Its progress when streams were last tidied.
    tidied: u64,
    /// When it was last fed.
    pub(super) fed: Duration,
}

impl Lane {
    pub(super) fn new(fed: Duration) -> Self {
        Self {
            streams: BTreeMap::new(),
            writers: BTreeMap::new(),
            origins: Vec::new(),
            busy: 0,
            progress: 0,
            piece_at: 0,
            tidied: 0,
            fed,
        }
    }

    pub(super) fn progress_of(&mut self, origin: Origin) -> Option<&mut Progress> {
        self.origins
            .iter_mut()
            .find(|(o, _)| *o == origin)
            .map(|(_, p)| p)
    }

    /// Bytes fed before the byte at `at` of the piece at hand.
    pub(super) fn progress_at(&self, at: u64) -> u64 {
        self.progress + at.saturating_sub(self.piece_at)
    }

    pub(super) fn has_too_many_spans(&self, origin: Origin) -> bool {
        let mut origins = self.origins.iter();
        let progress = origins.find(|(o, _)| *o == origin);
        progress.is_some_and(|(_, p)| p.spans.len() > DECIDED_SPANS_MAX)
    }

    pub(super) fn is_busy(&self, key: u64) -> bool {
        self.streams.get(&key).is_some_and(Stream::busy)
    }

    pub(super) fn is_joining(&self, key: u64) -> bool {
        self.streams.get(&key).is_some_and(|s| s.joining.is_some())
    }

    /// Where the record ends that was decided before a restart and holds this line.
    pub(super) fn decided(&self, place: Place, key: u64) -> Option<u64> {
        let mut origins = self.origins.iter();
        let (_, progress) = origins.find(|(origin, _)| *origin == place.origin)?;
        progress.decided(key, place.head)
    }

    /// Nothing before `end` is looked at again for what belongs to a record of this stream.
    pub(super) fn ends(&mut self, (base, key): (u64, u64), end: (Origin, u64)) {
        let stream = self.streams.entry(key).or_default();
        stream.base = base;
        match &mut stream.end {
            Some((origin, at)) if *origin == end.0 => *at = end.1.max(*at),
            place => *place = Some(end),
        }
    }

    /// The first byte of `origin` that an open record holds.
    pub(super) fn held(&self, origin: Origin) -> Option<u64> {
        if self.busy == 0 {
            return None;
        }
        self.streams.values().filter_map(|s| s.held(origin)).min()
    }

    pub(super) fn hold(&self, origin: Origin) -> Option<Hold> {
        let (_, progress) = self.origins.iter().find(|(o, _)| *o == origin)?;
        let oldest_open = self.held(origin);
        let position = oldest_open.unwrap_or(progress.read_to);
        let mut decided: Vec<Decided> = progress
            .spans
            .iter()
            .filter(|(_, end)| **end > position)
            .map(|(&(stream, head), &end)| Decided { head, end, stream })
            .collect();
        decided.sort_unstable();
        let near = position.saturating_sub(LOOK_BACK_BYTES_MAX as u64);
        let mut ends: Vec<StreamEnd> = self
            .streams
            .iter()
            .filter_map(|(stream, state)| Some((*stream, state.end?)))
            .filter(|(_, (o, end))| *o == origin && *end >= near)
            .map(|(stream, (_, end))| StreamEnd { stream, end })
            .collect();
        ends.sort_unstable_by_key(|e| (e.end, e.stream));
        Some(Hold {
            oldest_open,
            decided,
            ends,
        })
    }

    /// Forgets what nothing can ask for any more: spans that the position has passed, ends out of the look-back's reach,
    /// origins that neither are current nor hold an open record.
    pub(super) fn tidy(&mut self) {
        let several = self.origins.len() > 1;
        if several || self.origins.iter().any(|(_, p)| !p.spans.is_empty()) {
            let mut origins = std::mem::take(&mut self.origins);
            let current = origins.last().map(|(origin, _)| *origin);
            origins.retain_mut(|(origin, progress)| {
                let held = self.held(*origin);
                progress.passed(held.unwrap_or(progress.read_to));
                held.is_some() || Some(*origin) == current
            });
            self.origins = origins;
        }
        let Some((origin, progress)) = self.origins.last() else {
            return;
        };
        let look_back = LOOK_BACK_BYTES_MAX as u64;
        if !several && self.progress - self.tidied < look_back {
            return;
        }
        self.tidied = self.progress;
        let (origin, near) = (*origin, progress.read_to.saturating_sub(look_back));
        self.streams
            .retain(|_, s| s.busy() || s.end.is_some_and(|(o, end)| o == origin && end >= near));
    }
}
