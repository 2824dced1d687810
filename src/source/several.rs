//! Several sources as one. In: files, a journal, whatever else. Out: their pieces in turn, lanes kept apart.
//!
//! A lane's number carries its source in its upper bits; an origin is remembered with the source that named it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use super::{
    AppIx, Entry, FileCheckpoint, FileNow, Hold, Input, JournalCursor, Lane, LaneId, Loss,
    Nameless, Origin, Piece, Source,
};
use crate::os::Now;
use crate::os::wake::Wake;

/// Lanes that one source may have.
const LANE_BITS: u32 = 28;

/// All sources of a host. The first is the one that is waited on; the others end its wait.
pub struct Several {
    sources: Vec<Box<dyn Source>>,
    owners: HashMap<Origin, usize>,
    turn: usize,
}

impl Several {
    /// Asked in turn, so that none starves.
    #[must_use]
    pub fn new(sources: Vec<Box<dyn Source>>) -> Self {
        Self {
            sources,
            owners: HashMap::new(),
            turn: 0,
        }
    }

    fn owner(&self, origin: Origin) -> Option<&dyn Source> {
        let index = self.owners.get(&origin)?;
        self.sources.get(*index).map(|source| &**source)
    }

    fn owner_mut(&mut self, origin: Origin) -> Option<&mut Box<dyn Source>> {
        let index = self.owners.get(&origin)?;
        self.sources.get_mut(*index)
    }
}

fn outer(index: usize, lane: LaneId) -> LaneId {
    LaneId((index as u32) << LANE_BITS | lane.0)
}

fn inner(lane: LaneId) -> (usize, LaneId) {
    (
        (lane.0 >> LANE_BITS) as usize,
        LaneId(lane.0 & ((1 << LANE_BITS) - 1)),
    )
}

fn moved(index: usize, piece: &Piece) -> Piece {
    match *piece {
        Piece::Bytes {
            lane,
            origin,
            offset,
            last,
            modified,
        } => Piece::Bytes {
            lane: outer(index, lane),
            origin,
            offset,
            last,
            modified,
        },
        Piece::Entries { lane, origin } => Piece::Entries {
            lane: outer(index, lane),
            origin,
        },
        Piece::AtEnd { lane, modified } => Piece::AtEnd {
            lane: outer(index, lane),
            modified,
        },
        Piece::Finished { lane } => Piece::Finished {
            lane: outer(index, lane),
        },
    }
}

impl Source for Several {
    fn next(
        &mut self,
        now: Now,
        paused: &dyn Fn(AppIx) -> bool,
        input: &mut Input,
    ) -> Option<Piece> {
        let count = self.sources.len();
        for step in 0..count {
            let index = (self.turn + step) % count;
            let Some(piece) = self
                .sources
                .get_mut(index)
                .and_then(|source| source.next(now, paused, input))
            else {
                continue;
            };
            if let Piece::Bytes { origin, .. } | Piece::Entries { origin, .. } = &piece {
                self.owners.insert(*origin, index);
            }
            self.turn = index + 1;
            return Some(moved(index, &piece));
        }
        None
    }

    fn due(&self, now: Now) -> Option<Duration> {
        self.sources
            .iter()
            .filter_map(|source| source.due(now))
            .min()
    }

    fn wait(&mut self, timeout: Option<Duration>, wake: &Wake) {
        let mut sources = self.sources.iter_mut();
        let first = sources.next();
        sources.for_each(|source| source.arm(wake));
        match first {
            Some(first) => first.wait(timeout, wake),
            None => wake.wait(timeout),
        }
    }

    fn poke(&mut self, lane: LaneId) {
        let (index, lane) = inner(lane);
        if let Some(source) = self.sources.get_mut(index) {
            source.poke(lane);
        }
    }

    fn at_end(&self, lane: LaneId) -> bool {
        let (index, lane) = inner(lane);
        let source = self.sources.get(index);
        source.is_some_and(|source| source.at_end(lane))
    }

    fn lane(&self, lane: LaneId) -> Option<&Lane> {
        let (index, lane) = inner(lane);
        self.sources.get(index)?.lane(lane)
    }

    fn read_back(&mut self, origin: Origin, before: u64, max: usize, bytes: &mut Vec<u8>) {
        if let Some(source) = self.owner_mut(origin) {
            source.read_back(origin, before, max, bytes);
        } else {
            bytes.clear();
        }
    }

    fn entry_back(&self, origin: Origin, number: u64, nth: usize) -> Option<&Entry> {
        self.owner(origin)?.entry_back(origin, number, nth)
    }

    fn routed(&self, lane: LaneId, route: u16) -> &[AppIx] {
        let (index, lane) = inner(lane);
        let source = self.sources.get(index);
        source.map_or(&[], |source| source.routed(lane, route))
    }

    fn arm(&mut self, wake: &Wake) {
        self.sources.iter_mut().for_each(|source| source.arm(wake));
    }

    fn cursors(&mut self) -> Vec<JournalCursor> {
        self.sources
            .iter_mut()
            .flat_map(|source| source.cursors())
            .collect()
    }

    fn stored_hold(&self, origin: Origin) -> Hold {
        self.owner(origin)
            .map(|source| source.stored_hold(origin))
            .unwrap_or_default()
    }

    fn checkpoint(&mut self, hold: &dyn Fn(Origin) -> Option<Hold>) -> Vec<FileCheckpoint> {
        self.sources
            .iter_mut()
            .flat_map(|source| source.checkpoint(hold))
            .collect()
    }

    fn forgotten(&mut self) -> Vec<Origin> {
        let forgotten: Vec<Origin> = self
            .sources
            .iter_mut()
            .flat_map(|source| source.forgotten())
            .collect();
        for origin in &forgotten {
            self.owners.remove(origin);
        }
        forgotten
    }

    fn committed(&mut self) {
        self.sources
            .iter_mut()
            .for_each(|source| source.committed());
    }

    fn rewind(&mut self) {
        self.sources.iter_mut().for_each(|source| source.rewind());
    }

    fn losses(&mut self) -> Vec<Loss> {
        self.sources
            .iter_mut()
            .flat_map(|source| source.losses())
            .collect()
    }

    fn done(&self) -> bool {
        self.sources.iter().all(|source| source.done())
    }

    fn globs_seen(&mut self) -> Vec<Vec<u8>> {
        self.sources
            .iter_mut()
            .flat_map(|source| source.globs_seen())
            .collect()
    }

    fn picked(&self) -> Vec<(AppIx, u64)> {
        let sources = self.sources.iter();
        sources.flat_map(|source| source.picked()).collect()
    }

    fn lag(&mut self) -> Vec<(PathBuf, u64)> {
        self.sources
            .iter_mut()
            .flat_map(|source| source.lag())
            .collect()
    }

    fn files(&mut self) -> Vec<FileNow> {
        let sources = self.sources.iter_mut();
        sources.flat_map(|source| source.files()).collect()
    }

    fn file_count(&self) -> usize {
        self.sources.iter().map(|source| source.file_count()).sum()
    }

    fn problems(&mut self) -> Vec<String> {
        self.sources
            .iter_mut()
            .flat_map(|source| source.problems())
            .collect()
    }

    fn nameless(&self) -> Vec<Nameless> {
        self.sources
            .iter()
            .flat_map(|source| source.nameless())
            .collect()
    }

    fn changed(&self) -> bool {
        self.sources.iter().any(|source| source.changed())
    }

    fn unstored(&self) -> bool {
        self.sources.iter().any(|source| source.unstored())
    }
}
