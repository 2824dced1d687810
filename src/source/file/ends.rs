//! The order within a lane, and its end. In: tails that were read to their end. Out: whose turn it is, and what is said of
//! the lane.

use std::time::Duration;

use super::FileSource;
use super::arrive;
use super::tail::{Standing, TailId};
use crate::bounds;
use crate::os::Now;
use crate::source::{LaneId, Origin, Piece};

impl FileSource {
    /// A predecessor in its lane is not at its end yet.
    pub(super) fn is_blocked(&self, id: TailId) -> bool {
        let Some(before) = self.predecessors(id) else {
            return true;
        };
        let mut before = before.iter().filter_map(|each| self.tails.get(each));
        before.any(|tail| !tail.ended)
    }

    /// The tails before it in its lane; `None` where it, or its lane, is gone.
    pub(super) fn predecessors(&self, id: TailId) -> Option<&[TailId]> {
        let lane = self.tails.get(&id)?.lane;
        let mut parts = self.lanes.get(lane)?.queue.split(|each| *each == id);
        parts.next()
    }

    /// A predecessor that was at its end has more by now: its writer had not moved on yet. That comes first.
    ///
    /// Asked after a successor was read: what stands there was written after all that its predecessors hold by now.
    pub(super) fn predecessor_goes_on(&mut self, id: TailId, now: Now) -> bool {
        let before = self.predecessors(id).unwrap_or_default().to_vec();
        let mut goes_on = false;
        for each in before {
            if let Some(tail) = self.tails.get_mut(&each).filter(|tail| tail.goes_on()) {
                tail.ended = false;
                goes_on = true;
                self.read_soon(each, now.mono);
            }
        }
        goes_on
    }

    /// It is at its end: whoever follows it in its lane may be read.
    pub(super) fn end_for_successors(&mut self, id: TailId, now: Now) {
        let Some(tail) = self.tails.get_mut(&id) else {
            return;
        };
        let Some(state) = self.lanes.get(tail.lane) else {
            return;
        };
        if tail.ended || state.queue.last() == Some(&id) {
            return;
        }
        tail.ended = true;
        let lane = tail.lane;
        self.wake_lane(lane, now.mono);
    }

    pub(super) fn wake_lane(&mut self, lane: LaneId, at: Duration) {
        let queue = self.lanes.get(lane).map(|state| state.queue.clone());
        for each in queue.unwrap_or_default() {
            if self
                .tails
                .get(&each)
                .is_some_and(|tail| tail.standing != Standing::Gone)
            {
                self.read_soon(each, at);
            }
        }
    }

    /// Says that the lane is at its end, if all of it is and nobody heard so yet.
    pub(super) fn lane_end(&mut self, lane: LaneId, now: Now) {
        let Some(state) = self.lanes.get_mut(lane) else {
            return;
        };
        let mut quiet = true;
        let mut over = true;
        for tail in state.queue.iter().filter_map(|id| self.tails.get(id)) {
            state.modified = state.modified.max(tail.modified);
            if tail.standing == Standing::Gone {
                continue;
            }
            over = false;
            if !tail.at_end {
                return;
            }
            quiet &= tail.silence(now) >= Duration::from_millis(bounds::FLUSH_WAIT_MS);
        }
        if !state.told_end || state.poked {
            state.told_end = true;
            state.poked = false;
            self.said.push_back(Piece::AtEnd {
                lane,
                modified: state.modified,
            });
        }
        if !state.finished && (over || (self.once && quiet)) {
            state.finished = true;
            self.said.push_back(Piece::Finished { lane });
        }
    }

    pub(super) fn answer_poke(&mut self, lane: LaneId) {
        if let Some(state) = self.lanes.get_mut(lane)
            && state.poked
        {
            state.poked = false;
            self.said.push_back(Piece::AtEnd {
                lane,
                modified: state.modified,
            });
        }
    }

    pub(super) fn poke_lane(&mut self, lane: LaneId) {
        let Some(state) = self.lanes.get_mut(lane) else {
            return;
        };
        state.poked = true;
        let alive = state.queue.iter().any(|id| {
            self.tails
                .get(id)
                .is_some_and(|tail| tail.standing != Standing::Gone)
        });
        if alive {
            self.wake_lane(lane, Duration::ZERO);
        } else {
            self.answer_poke(lane);
        }
    }

    pub(super) fn all_finished(&self) -> bool {
        self.waiting.is_empty()
            && self
                .lanes
                .ids()
                .filter_map(|id| self.lanes.get(id))
                .all(|state| state.finished || state.queue.is_empty())
    }

    pub(super) fn read_before(
        &mut self,
        origin: Origin,
        before: u64,
        max: usize,
        bytes: &mut Vec<u8>,
    ) {
        bytes.clear();
        let Some(id) = self.by_origin.get(&origin).copied() else {
            return;
        };
        let Some(tail) = self.tails.get_mut(&id) else {
            return;
        };
        if tail.handle.is_none() {
            let opened = arrive::open(&tail.path, tail.any_link).ok();
            let Some(opened) = opened.filter(|opened| tail.is(&opened.facts)) else {
                return;
            };
            tail.handle = Some(opened.handle);
            self.opened(id);
        }
        let Some(handle) = self.tails.get(&id).and_then(|tail| tail.handle.as_ref()) else {
            return;
        };
        let len = before.min(max as u64);
        bytes.resize(len as usize, 0);
        let count = handle.read_at(bytes, before - len).unwrap_or(0);
        if count < bytes.len() {
            bytes.clear();
        }
        // What lies before a hole was given, but not as bytes that run on.
        if let Some(nul) = memchr::memrchr(0, bytes) {
            bytes.drain(..=nul);
        }
    }
}
