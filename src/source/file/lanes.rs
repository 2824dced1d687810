//! Lineages of paths. In: tails that come and go. Out: who may be read before whom, and when a lineage is at its end.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::settings::Wanted;
use super::siblings::Since;
use super::tail::{Tail, TailId};
use crate::source::{AppIx, Lane, LaneId};

/// All lanes.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    by_id: BTreeMap<LaneId, Box<LaneState>>,
    by_path: BTreeMap<Arc<Path>, LaneId>,
    made: u32,
}

/// One lane.
#[derive(Debug)]
pub(super) struct LaneState {
    pub(super) lane: Lane,
    /// Its tails, oldest first; each is read when those before it are at their end.
    pub(super) queue: Vec<TailId>,
    /// Someone asked for a read.
    pub(super) poked: bool,
    /// That it is at its end was said, and nothing was given since.
    pub(super) told_end: bool,
    /// That it is over was said.
    pub(super) finished: bool,
    /// The newest modification seen.
    pub(super) modified: Timestamp,
    /// Its files of the last run were nowhere then: what is rotated later was never read.
    pub(super) bare_since: Option<Since>,
}

impl Lanes {
    pub(super) fn get(&self, id: LaneId) -> Option<&LaneState> {
        self.by_id.get(&id).map(Box::as_ref)
    }

    pub(super) fn get_mut(&mut self, id: LaneId) -> Option<&mut LaneState> {
        self.by_id.get_mut(&id).map(Box::as_mut)
    }

    pub(super) fn at_path(&self, path: &Path) -> Option<LaneId> {
        self.by_path.get(path).copied()
    }

    pub(super) fn apps(&self, id: LaneId) -> Vec<AppIx> {
        self.get(id)
            .map(|state| state.lane.apps.clone())
            .unwrap_or_default()
    }

    /// The path of the log that a tail is part of.
    pub(super) fn log_of<'a>(&'a self, tail: &'a Tail) -> &'a Arc<Path> {
        self.get(tail.lane)
            .map_or(&tail.path, |state| &state.lane.path)
    }

    /// The lane of a path, made if it is new.
    pub(super) fn of(&mut self, path: Arc<Path>, wanted: &Wanted) -> LaneId {
        if let Some(id) = self.by_path.get(&path) {
            return *id;
        }
        let id = LaneId(self.made);
        self.made = self.made.wrapping_add(1);
        self.by_path.insert(path.clone(), id);
        let lane = Lane {
            path,
            apps: wanted.apps.clone(),
            writing: wanted.writing.clone(),
        };
        let state = LaneState {
            lane,
            queue: Vec::new(),
            poked: false,
            told_end: false,
            finished: false,
            modified: Timestamp::UNIX_EPOCH,
            bare_since: None,
        };
        self.by_id.insert(id, Box::new(state));
        id
    }

    /// Apps that want the same file under another path get this lane too.
    pub(super) fn share(&mut self, id: LaneId, apps: &[AppIx]) {
        if let Some(state) = self.get_mut(id) {
            for app in apps {
                if !state.lane.apps.contains(app) {
                    state.lane.apps.push(*app);
                }
            }
        }
    }

    /// Puts a tail behind all others of its lane.
    pub(super) fn enqueue(&mut self, id: LaneId, tail: TailId) {
        if let Some(state) = self.get_mut(id) {
            state.queue.reserve_exact(1);
            state.queue.push(tail);
            state.finished = false;
            state.told_end = false;
            state.bare_since = None;
        }
    }

    /// Puts tails of the lane behind all others, in this order.
    pub(super) fn last(&mut self, id: LaneId, tails: &[TailId]) {
        if let Some(state) = self.get_mut(id) {
            state.queue.retain(|each| !tails.contains(each));
            state.queue.extend_from_slice(tails);
        }
    }

    /// The tails that follow one in its lane.
    pub(super) fn after(&self, id: LaneId, tail: TailId) -> Vec<TailId> {
        let queue = self.get(id).map(|state| state.queue.iter());
        let after = queue
            .into_iter()
            .flatten()
            .skip_while(|each| **each != tail);
        after.skip(1).copied().collect()
    }

    /// Takes a tail out of its lane, for good.
    pub(super) fn dequeue(&mut self, id: LaneId, tail: TailId) {
        if let Some(state) = self.get_mut(id) {
            state.queue.retain(|each| *each != tail);
        }
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = LaneId> + '_ {
        self.by_id.keys().copied()
    }

    /// Lanes that are over and have no tail leave memory.
    pub(super) fn forget_finished(&mut self) {
        let over: Vec<LaneId> = self
            .by_id
            .iter()
            .filter(|(_, state)| state.finished && state.queue.is_empty())
            .map(|(id, _)| *id)
            .collect();
        for id in over {
            if let Some(state) = self.by_id.remove(&id) {
                self.by_path.remove(&state.lane.path);
            }
        }
    }
}
