//! What keeps the assembler within its bounds. In: its state. Out: less of it: records closed, streams given up, spans that
//! nobody can ask for any more forgotten.

use super::assembler::{Around, Assembler, Place};
use super::lane::Stream;
use super::{Closed, Found};
use crate::bounds::{OPEN_RECORDS_BYTES_MAX, STREAMS_MAX};
use crate::source::{LaneId, Origin};

impl Assembler {
    pub(super) fn drop_late(&mut self, id: LaneId) {
        let Some(lane) = self.lanes.get_mut(&id) else {
            return;
        };
        for stream in lane.streams.values_mut() {
            if stream
                .late
                .as_ref()
                .is_some_and(|l| lane.progress > l.until)
            {
                let before = stream.busy();
                stream.late = None;
                lane.busy -= usize::from(before && !stream.busy());
            }
        }
    }

    pub(super) fn keep_bounds(&mut self, place: Place, around: &mut Around<'_>, out: &mut Found) {
        self.keep_open_bytes(around, out);
        while self.has_too_many_spans(place) && self.close_oldest(Some(place), around, out) {}
        if self.streams > STREAMS_MAX {
            self.evict(out);
        }
    }

    /// Closes the oldest records while all open ones together are too large.
    pub(super) fn keep_open_bytes(&mut self, around: &mut Around<'_>, out: &mut Found) {
        while self.open_bytes > OPEN_RECORDS_BYTES_MAX && self.close_oldest(None, around, out) {}
    }

    /// Are too many spans decided behind what somebody still holds? Those that lie before it are forgotten first.
    fn has_too_many_spans(&mut self, place: Place) -> bool {
        let lane = self.lanes.get_mut(&place.lane);
        let Some(lane) = lane.filter(|lane| lane.has_too_many_spans(place.origin)) else {
            return false;
        };
        let position = lane.held(place.origin).unwrap_or(place.head);
        if let Some(progress) = lane.progress_of(place.origin) {
            progress.passed(position);
        }
        lane.has_too_many_spans(place.origin)
    }

    /// Closes the record that was opened first; with a place, the one that holds the most of its origin.
    pub(super) fn close_oldest(
        &mut self,
        holding: Option<Place>,
        around: &mut Around<'_>,
        out: &mut Found,
    ) -> bool {
        let lanes = self
            .lanes
            .iter()
            .filter(|(id, l)| l.busy > 0 && holding.is_none_or(|p| p.lane == **id));
        let oldest = lanes
            .flat_map(|(id, lane)| {
                lane.streams
                    .iter()
                    .map(move |(key, stream)| ((*id, stream.base, *key), stream))
            })
            .filter_map(|(stream_at, stream)| {
                let opened = stream.open.as_ref()?.opened;
                let order = match holding {
                    Some(place) => stream.held(place.origin)?,
                    None => opened,
                };
                Some((order, stream_at))
            })
            .min();
        let Some((_, stream)) = oldest else {
            return false;
        };
        let at = self.lanes.get(&stream.0).map_or(0, |l| l.piece_at);
        self.turn(stream, at, around, out, |turn| turn.end(Closed::Bound));
        true
    }

    /// Gives up the state of the streams that were used least lately and hold nothing open.
    pub(super) fn evict(&mut self, out: &mut Found) {
        let mut idle: Vec<(u64, LaneId, u64)> = self
            .lanes
            .iter()
            .flat_map(|(id, lane)| lane.streams.iter().map(move |(key, s)| (*id, *key, s)))
            .filter(|(_, _, stream)| stream.open.is_none() && stream.joining.is_none())
            .map(|(id, key, stream)| (stream.used, id, key))
            .collect();
        idle.sort_unstable();
        for (_, id, key) in idle.into_iter().take(STREAMS_MAX / 16) {
            if let Some(lane) = self.lanes.get_mut(&id)
                && let Some(stream) = lane.streams.remove(&key)
            {
                lane.busy -= usize::from(stream.busy());
                out.counts.streams_evicted += 1;
            }
        }
        self.recount();
    }

    pub(super) fn tidy(&mut self, id: LaneId) {
        let Some(lane) = self.lanes.get_mut(&id) else {
            return;
        };
        let (streams, origins) = (lane.streams.len(), lane.origins.len());
        lane.tidy();
        self.streams -= streams - lane.streams.len();
        if lane.origins.len() != origins {
            let kept: Vec<Origin> = lane.origins.iter().map(|(o, _)| *o).collect();
            self.of_origin
                .retain(|origin, of| *of != id || kept.contains(origin));
        }
    }

    pub(super) fn recount(&mut self) {
        self.streams = self.lanes.values().map(|l| l.streams.len()).sum();
        self.open_bytes = self
            .lanes
            .values()
            .flat_map(|l| l.streams.values())
            .map(bytes)
            .sum();
    }
}

/// What a stream's state costs in memory.
pub(super) fn bytes(stream: &Stream) -> usize {
    stream.open.as_ref().map_or(0, |o| o.bytes())
        + stream.joining.as_ref().map_or(0, |j| j.text.len())
}
