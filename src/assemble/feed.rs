//! A line's way to its stream. In: a line, where it stands. Out: the stream that it concerns has had its turn.

use super::assembler::{Around, Assembler, Place};
use super::back::Raw;
use super::lane::Lane;
use super::limits::bytes;
use super::margin::flush;
use super::stepped::Known;
use super::texts::Grammars;
use super::turn::{Span, Turn};
use super::writers::writer;
use super::{Closed, Found, Step};
use crate::bounds::STREAM_BEHIND_BYTES_MAX;
use crate::source::LaneId;

/// What the short way came to.
enum Short {
    /// The line is the record's.
    Taken,
    /// It is not, or not yet: the long way has to take care of it, knowing this.
    Long(Known),
}

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

    /// Takes a line on which an opening stands (`hit`, asked only where it matters), or that follows one while the lane is
    /// busy. What was decided before a restart is passed over.
    pub fn line(
        &mut self,
        place: Place,
        raw: &Raw<'_>,
        hit: &mut dyn FnMut() -> bool,
        around: &mut Around<'_>,
        out: &mut Found,
    ) {
        let base = raw.stream(around.context);
        let Some(lane) = self.lanes.get(&place.lane) else {
            return;
        };
        let concerned = lane.concerns(base);
        if !concerned && !hit() && around.messages.is_none() {
            return;
        }
        let (mut known, mut line) = (Known::Nothing, None);
        if concerned {
            let short = match raw.text(base) {
                Some(text) => self.goes_on(place, base, &text, around),
                None => {
                    let line = line.insert(raw.unwrap(base, around.context));
                    if line.partial || line.meta.spaced == Some(true) {
                        None
                    } else {
                        self.goes_on(place, base, &line.text, around)
                    }
                }
            };
            match short {
                Some(Short::Taken) => return self.keep_open_bytes(around, out),
                Some(Short::Long(found)) => known = found,
                None => {}
            }
        }
        let line = line.unwrap_or_else(|| raw.unwrap(base, around.context));
        let hit = hit();
        let Some(lane) = self.lanes.get_mut(&place.lane) else {
            return;
        };
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
            turn.known = known;
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

    /// The short way of nearly every line while a record is open: one without a header, in a lane whose writers are not told
    /// apart, is the record's. `None`: nothing was found out.
    fn goes_on(
        &mut self,
        place: Place,
        base: u64,
        text: &[u8],
        around: &Around<'_>,
    ) -> Option<Short> {
        let lane = self.lanes.get_mut(&place.lane)?;
        let is_new = lane.decided(place, base).is_none();
        if !is_new || !lane.writers.is_empty() {
            return None;
        }
        let progress = lane.progress_at(place.head);
        let stream = lane.streams.get_mut(&base)?;
        if stream.joining.is_some() {
            return None;
        }
        let open = stream.open.as_deref_mut()?;
        let behind = progress.saturating_sub(open.progress) > STREAM_BEHIND_BYTES_MAX;
        if behind || open.is_message() {
            return None;
        }
        if let Some(known) = Known::header(text, open.set_in, around.context) {
            return Some(Short::Long(known));
        }
        let before = open.bytes();
        let step = open.goes_on(
            place,
            flush(text, open.set_in),
            &self.grammars,
            around.context,
        )?;
        if step == Step::Belongs && !open.waits() {
            (open.last, open.progress) = (around.now.mono, progress);
            self.tick += 1;
            stream.used = self.tick;
            self.open_bytes = self.open_bytes + open.bytes() - before;
            return Some(Short::Taken);
        }
        Some(Short::Long(Known::Step(step)))
    }

    /// Lets a stream have its turn. Gives whether it has a record open.
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
        let progress = lane.progress_at(at);
        let known = lane.streams.len();
        let stream = lane.streams.entry(key).or_default();
        stream.base = base;
        lane.busy -= usize::from(stream.busy());
        self.open_bytes -= bytes(stream);
        self.tick += 1;
        let grammars: &Grammars = &self.grammars;
        let mut turn = Turn::new(
            grammars,
            (self.belief, self.breadcrumbs),
            around,
            out,
            stream,
            (progress, self.tick),
        );
        act(&mut turn);
        let Turn {
            stream,
            spans,
            ended_bare,
            ..
        } = turn;
        stream.used = self.tick;
        let (busy, open) = (stream.busy(), stream.open.is_some());
        let is_over = !busy && stream.end.is_none();
        lane.busy += usize::from(busy);
        self.open_bytes += bytes(stream);
        if is_over {
            lane.streams.remove(&key);
        }
        if let Some(end) = ended_bare.filter(|_| key != base) {
            lane.ends((base, base), end);
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
