//! A line's way to its stream. In: a line, where it stands. Out: the stream that it concerns has had its turn.

use super::assembler::{Around, Assembler, Place};
use super::lane::Lane;
use super::limits::bytes;
use super::raw::Raw;
use super::texts::Grammars;
use super::turn::{Span, Turn};
use super::writers::writer;
use super::{Closed, Found};
use crate::source::LaneId;

impl Assembler {
    /// Was what stands at `place` in this stream decided before a restart?
    pub fn is_decided(&mut self, place: Place, key: u64, out: &mut Found) -> bool {
        self.was_decided(place, (key, key), false, out)
    }

    /// The same, of one writer's stream within another. A line without a header (`bare`) could be taken for another's.
    fn was_decided(
        &mut self,
        place: Place,
        (base, key): (u64, u64),
        bare: bool,
        out: &mut Found,
    ) -> bool {
        let Some(lane) = self.lanes.get_mut(&place.lane) else {
            return false;
        };
        let Some(end) = lane.decided(place, key) else {
            return false;
        };
        let known = lane.streams.len();
        lane.ends((base, key), (place.origin, end));
        if bare {
            lane.ends((base, base), (place.origin, end));
        }
        self.streams += lane.streams.len() - known;
        out.counts.decided_again += 1;
        true
    }

    /// Takes a line on which an opening stands (`hit`), or that follows one while the lane is busy. What was decided before
    /// a restart is passed over.
    pub fn line(
        &mut self,
        place: Place,
        raw: &Raw<'_>,
        hit: bool,
        around: &mut Around<'_>,
        out: &mut Found,
    ) {
        let base = raw.stream();
        let Some(lane) = self.lanes.get_mut(&place.lane) else {
            return;
        };
        if !hit && !lane.concerns(base) {
            return;
        }
        let line = raw.unwrap(around.context);
        let (mut key, mut named) = (base, None);
        if hit || lane.is_split(base) {
            named = writer(raw, &line, around.context);
            key = lane.route(place, base, named, hit);
        }
        let of_file = matches!(raw, Raw::Bytes(_));
        if of_file && self.was_decided(place, (base, key), named.is_none(), out) {
            return;
        }
        let text = (key != base && !hit).then(|| line.clone());
        let open = self.turn((place.lane, base, key), place.head, around, out, |turn| {
            if let Some(writer) = named.filter(|_| key != base) {
                turn.stream.writer = writer;
            }
            turn.line(place, line, hit);
        });
        // A line that ended one writer's record may belong to what is open beside it.
        if let Some(line) = text.filter(|_| !open) {
            self.turn((place.lane, base, base), place.head, around, out, |turn| {
                turn.line(place, line, hit);
            });
        }
        self.keep_bounds(place, around, out);
    }

    /// Takes a stream out of its lane, lets it have its turn, and puts it back. Gives whether it has a record open.
    pub(super) fn turn(
        &mut self,
        (id, base, key): (LaneId, u64, u64),
        at: u64,
        around: &mut Around<'_>,
        out: &mut Found,
        act: impl FnOnce(&mut Turn<'_, '_>),
    ) -> bool {
        let Some(lane) = self.lanes.get_mut(&id) else {
            return false;
        };
        let known = lane.streams.len();
        let mut stream = std::mem::take(lane.streams.entry(key).or_default());
        stream.base = base;
        lane.busy -= usize::from(stream.busy());
        self.open_bytes -= bytes(&stream);
        self.tick += 1;
        let progress = lane.progress + at.saturating_sub(lane.piece_at);
        let grammars: &Grammars = &self.grammars;
        let mut turn = Turn::new(
            grammars,
            self.belief,
            around,
            out,
            stream,
            (progress, self.tick),
        );
        act(&mut turn);
        let Turn {
            mut stream,
            spans,
            ended_bare,
            ..
        } = turn;
        stream.used = self.tick;
        let (busy, open) = (stream.busy(), stream.open.is_some());
        lane.busy += usize::from(busy);
        self.open_bytes += bytes(&stream);
        if let Some(end) = ended_bare.filter(|_| key != base) {
            lane.ends((base, base), end);
        }
        if busy || stream.end.is_some() {
            lane.streams.insert(key, stream);
        } else {
            lane.streams.remove(&key);
        }
        self.streams = self.streams + lane.streams.len() - known;
        add_spans(lane, key, spans);
        open
    }

    /// An entry's last line was given: a second trace that began in it is over, because nothing could tell a re-read apart
    /// from the first. So is a whole one if the entry has several lines (`is_record`): who sends these sends records.
    pub fn entry_ends(
        &mut self,
        (place, key): (Place, u64),
        is_record: bool,
        around: &mut Around<'_>,
        out: &mut Found,
    ) {
        let lane = self.lanes.get(&place.lane);
        let open = lane
            .and_then(|l| l.streams.get(&key))
            .filter(|s| s.joining.is_none())
            .and_then(|s| s.open.as_ref())
            .filter(|o| o.place.head == place.head);
        let closed = match open {
            Some(open) if is_record && !open.tracker.unfinished() => Closed::NextLine,
            Some(open) if open.ordinal > 0 => Closed::Bound,
            _ => return,
        };
        self.turn((place.lane, key, key), place.head, around, out, |turn| {
            turn.end(closed);
        });
    }
}

/// Decided spans matter only while another record holds the position behind them; `tidy` forgets the rest.
fn add_spans(lane: &mut Lane, key: u64, spans: Vec<Span>) {
    for (origin, head, end) in spans {
        if let Some(progress) = lane.progress_of(origin) {
            let end = end.unwrap_or(progress.read_to);
            progress.add(key, head, end);
        }
    }
}
