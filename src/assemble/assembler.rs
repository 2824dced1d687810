//! All lanes' streams. In: raw lines on or behind a hit. Out: records, and how far each origin is decided.
//!
//! State is kept of streams with an open record, and, bounded, of where the last record of each ended. Every line that
//! does not concern those is passed over by the caller without being looked at.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use jiff::Timestamp;

use super::back::Back;
use super::lane::{JOIN_WAIT, Lane, Progress, Stream};
use super::{Closed, Found, Grammar, LanguageIx};
use crate::bounds::{AGE_STEP_MS_MAX, AHEAD_MS_MAX, RECORD_OPEN_MS_MAX, STREAM_BEHIND_BYTES_MAX};
use crate::format::TimeContext;
use crate::level::Level;
use crate::os::Now;
use crate::source::{Hold, LaneId, Origin};

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its lane.
    pub lane: LaneId,
    /// The origin of its first byte.
    pub origin: Origin,
    /// Its first byte.
    pub head: u64,
    /// The origin of its last byte: another where a line's parts span a rotation.
    pub ends_in: Origin,
    /// Behind its last byte.
    pub end: u64,
    /// Where it begins in its entry, if that has several lines.
    pub within: usize,
}

impl Place {
    /// A line of one origin.
    #[must_use]
    pub fn new(lane: LaneId, origin: Origin, head: u64, end: u64) -> Self {
        Self {
            lane,
            origin,
            head,
            ends_in: origin,
            end,
            within: 0,
        }
    }

    /// Its entry, and where in it the lines behind it begin at the earliest.
    pub(super) fn behind_line(&self) -> (Origin, u64, usize) {
        (self.origin, self.head, self.within + 1)
    }

    /// The line of an entry that begins at `within` there.
    #[must_use]
    pub fn line_at(self, within: usize) -> Self {
        Self { within, ..self }
    }
}

/// Which timestamps are believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belief {
    /// All: old logs are read on purpose.
    All,
    /// Those no older than this at the read, and at most a minute ahead of it.
    Within(Duration),
}

impl Belief {
    /// Is this timestamp believed?
    #[must_use]
    pub fn holds(self, time: Timestamp, now: Now) -> bool {
        let Self::Within(age_max) = self else {
            return true;
        };
        let ahead = Duration::from_millis(AHEAD_MS_MAX);
        let earliest = now.wall.checked_sub(age_max).unwrap_or(Timestamp::MIN);
        let latest = now.wall.checked_add(ahead).unwrap_or(Timestamp::MAX);
        (earliest..=latest).contains(&time)
    }
}

/// What surrounds the line at hand.
pub struct Around<'a> {
    /// Zone, and the file's modification time.
    pub context: &'a TimeContext,
    /// The time of the read.
    pub now: Now,
    /// The lines before it.
    pub back: &'a mut dyn Back,
    /// Records without a trace are records too, from this level on.
    pub messages: Option<Level>,
}

/// The streams of all lanes.
pub struct Assembler {
    pub(super) grammars: Vec<(LanguageIx, &'static dyn Grammar)>,
    pub(super) belief: Belief,
    /// Records come with the log lines before them.
    pub(super) breadcrumbs: bool,
    /// Asked several times a line: a few comparisons of numbers cost less than a hash.
    pub(super) lanes: BTreeMap<LaneId, Lane>,
    pub(super) of_origin: HashMap<Origin, LaneId>,
    pub(super) streams: usize,
    pub(super) open_bytes: usize,
    pub(super) tick: u64,
}

impl Assembler {
    /// An assembler without state.
    #[must_use]
    pub fn new(
        grammars: Vec<(LanguageIx, &'static dyn Grammar)>,
        belief: Belief,
        breadcrumbs: bool,
    ) -> Self {
        Self {
            grammars,
            belief,
            breadcrumbs,
            lanes: BTreeMap::new(),
            of_origin: HashMap::new(),
            streams: 0,
            open_bytes: 0,
            tick: 0,
        }
    }

    /// Forgets everything: reading begins again where the last commit stands.
    pub fn reset(&mut self) {
        self.lanes.clear();
        self.of_origin.clear();
        self.streams = 0;
        self.open_bytes = 0;
    }

    /// A piece of `origin` begins at `offset`. `stored` is asked at the first piece of an origin.
    pub fn begin(
        &mut self,
        lane: LaneId,
        origin: Origin,
        offset: u64,
        now: Now,
        stored: &dyn Fn() -> Hold,
    ) {
        let state = self
            .lanes
            .entry(lane)
            .or_insert_with(|| Lane::new(now.mono));
        let aged = now
            .mono
            .saturating_sub(state.fed)
            .min(Duration::from_millis(AGE_STEP_MS_MAX));
        state.fed = now.mono;
        state.piece_at = offset;
        if state.busy > 0 {
            for open in state.streams.values_mut().filter_map(|s| s.open.as_mut()) {
                open.age += aged;
            }
        }
        if state.origins.last().is_some_and(|(o, _)| *o == origin) {
            return;
        }
        let hold = stored();
        for stream in state.streams.values_mut() {
            stream.goes_on_in(origin, offset);
        }
        for end in &hold.ends {
            let stream = state.streams.entry(end.stream).or_default();
            stream.base = end.stream;
            if stream.end.is_none_or(|(o, _)| o != origin) {
                stream.end = Some((origin, end.end));
            }
        }
        state.origins.retain(|(o, _)| *o != origin);
        // Two or more only while a rotation is under way.
        state.origins.reserve_exact(1);
        state.origins.push((origin, Progress::from_stored(&hold)));
        self.of_origin.insert(origin, lane);
        self.recount();
    }

    /// Must this lane's lines be given one by one?
    #[must_use]
    pub fn busy(&self, lane: LaneId) -> bool {
        self.lanes.get(&lane).is_some_and(|l| l.busy > 0)
    }

    /// Can a line of this stream, on which no opening stands, concern anything that is open?
    #[must_use]
    pub fn concerns(&self, lane: LaneId, stream: u64) -> bool {
        self.lanes.get(&lane).is_some_and(|l| l.concerns(stream))
    }

    /// The piece that began last has been fed up to `to`.
    pub fn fed(&mut self, id: LaneId, to: u64, around: &mut Around<'_>, out: &mut Found) {
        let Some(lane) = self.lanes.get_mut(&id) else {
            return;
        };
        lane.progress += to.saturating_sub(lane.piece_at);
        lane.piece_at = to;
        if let Some((_, progress)) = lane.origins.last_mut() {
            progress.read_to = progress.read_to.max(to);
        }
        if lane.busy > 0 {
            let (progress, age_max) = (lane.progress, Duration::from_millis(RECORD_OPEN_MS_MAX));
            self.close_where(id, Closed::Bound, around, out, |stream| {
                stream.open.as_ref().is_some_and(|open| {
                    open.age >= age_max
                        || progress.saturating_sub(open.progress) > STREAM_BEHIND_BYTES_MAX
                })
            });
            self.drop_late(id);
        }
        if let Some(lane) = self.lanes.get_mut(&id).filter(|l| l.busy == 0) {
            lane.writers.clear();
        }
        self.tidy(id);
    }

    /// The lane was read to its end: who has been silent long enough is over.
    pub fn at_end(&mut self, id: LaneId, around: &mut Around<'_>, out: &mut Found) {
        let now = around.now;
        let untouched = now.wall.duration_since(around.context.near);
        let untouched = Duration::try_from(untouched).unwrap_or_default();
        let over =
            |last: Duration, wait: Duration| now.mono.saturating_sub(last).max(untouched) >= wait;
        self.close_where(id, Closed::Silence, around, out, |stream| {
            match (&stream.open, &stream.joining) {
                (Some(open), None) => over(open.last, open.silence()),
                (open, Some(joining)) => {
                    let last = open
                        .as_ref()
                        .map_or(joining.last, |o| o.last.max(joining.last));
                    over(last, JOIN_WAIT)
                }
                (None, None) => false,
            }
        });
        if let Some(lane) = self.lanes.get_mut(&id) {
            lane.fed = now.mono;
        }
        self.tidy(id);
    }

    /// Nothing more comes on this lane.
    pub fn finished(&mut self, id: LaneId, around: &mut Around<'_>, out: &mut Found) {
        self.close_where(id, Closed::InputEnded, around, out, Stream::busy);
        self.lanes.remove(&id);
        self.of_origin.retain(|_, lane| *lane != id);
        self.recount();
    }

    fn close_where(
        &mut self,
        id: LaneId,
        closed: Closed,
        around: &mut Around<'_>,
        out: &mut Found,
        which: impl Fn(&Stream) -> bool,
    ) {
        let Some(lane) = self.lanes.get(&id).filter(|l| l.busy > 0) else {
            return;
        };
        let mut keys: Vec<(u64, u64, u64)> = lane
            .streams
            .iter()
            .filter(|(_, s)| s.busy() && which(s))
            .map(|(key, s)| (s.used, s.base, *key))
            .collect();
        keys.sort_unstable();
        for (_, base, key) in keys {
            let at = self.lanes.get(&id).map_or(0, |l| l.piece_at);
            self.turn((id, base, key), at, around, out, |turn| turn.end(closed));
        }
    }

    /// How far `origin` is covered by decisions; `None` where nothing of it was fed, or all that was is decided and
    /// forgotten.
    #[must_use]
    pub fn hold(&self, origin: Origin) -> Option<Hold> {
        let id = self.of_origin.get(&origin)?;
        self.lanes.get(id)?.hold(origin)
    }

    /// When each lane with something open must be looked at, if nothing comes.
    pub fn deadlines(&self) -> impl Iterator<Item = (LaneId, Duration)> + '_ {
        self.lanes
            .iter()
            .filter(|(_, lane)| lane.busy > 0)
            .filter_map(|(id, lane)| {
                let due = |stream: &Stream| {
                    let open = stream.open.as_ref().map(|o| o.last + o.silence());
                    let joining = stream.joining.as_ref().map(|j| j.last + JOIN_WAIT);
                    [open, joining].into_iter().flatten().min()
                };
                Some((*id, lane.streams.values().filter_map(due).min()?))
            })
    }
}
