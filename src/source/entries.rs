//! A test double of a source of entries, as the journal is one: it gives what was put in, remembers what was committed,
//! and gives the rest again after a rewind. It never touches the machine.

use std::collections::VecDeque;
use std::path::Path;
use std::time::Duration;

use super::{AppIx, Entry, FileCheckpoint, Hold, Input, Lane, LaneId, Loss, Origin, Piece, Source};
use crate::config::Writing;
use crate::os::Now;

/// Entries given in one piece.
const ENTRIES_PER_PIECE: usize = 64;

/// The double. It has one lane, `LaneId(0)`, and one origin.
#[derive(Debug)]
pub struct FakeEntries {
    lane: Lane,
    origin: Origin,
    entries: Vec<Entry>,
    given: usize,
    committed: usize,
    said: VecDeque<Piece>,
}

impl FakeEntries {
    /// An empty one for these apps.
    #[must_use]
    pub fn new(origin: Origin, apps: Vec<AppIx>) -> Self {
        Self {
            lane: Lane {
                path: Path::new("entries").into(),
                apps,
                writing: Writing::default(),
            },
            origin,
            entries: Vec::new(),
            given: 0,
            committed: 0,
            said: VecDeque::new(),
        }
    }

    /// Puts an entry behind all others; its number is its place.
    pub fn put(&mut self, mut entry: Entry) {
        entry.number = self.entries.len() as u64;
        self.entries.push(entry);
    }
}

impl Source for FakeEntries {
    fn next(
        &mut self,
        now: Now,
        paused: &dyn Fn(AppIx) -> bool,
        input: &mut Input,
    ) -> Option<Piece> {
        if self.lane.apps.iter().all(|app| paused(*app)) {
            return None;
        }
        let rest = self.entries.get(self.given..).unwrap_or_default();
        if rest.is_empty() {
            return self.said.pop_front().map(|_| Piece::AtEnd {
                lane: LaneId(0),
                modified: now.wall,
            });
        }
        let len = rest.len().min(ENTRIES_PER_PIECE);
        input.entries = rest.get(..len).unwrap_or_default().to_vec();
        self.given += len;
        self.poke(LaneId(0));
        Some(Piece::Entries {
            lane: LaneId(0),
            origin: self.origin,
        })
    }

    fn due(&self, now: Now) -> Option<Duration> {
        let something = self.given < self.entries.len() || !self.said.is_empty();
        something.then_some(now.mono)
    }

    fn poke(&mut self, lane: LaneId) {
        if self.said.is_empty() {
            let modified = jiff::Timestamp::UNIX_EPOCH;
            self.said.push_back(Piece::AtEnd { lane, modified });
        }
    }

    fn lane(&self, lane: LaneId) -> Option<&Lane> {
        (lane == LaneId(0)).then_some(&self.lane)
    }

    fn read_back(&mut self, _: Origin, _: u64, _: usize, bytes: &mut Vec<u8>) {
        bytes.clear();
    }

    fn entry_back(&self, origin: Origin, number: u64, nth: usize) -> Option<&Entry> {
        let before = self.entries.iter().rev();
        let mut before = before.filter(|entry| entry.number < number && origin == self.origin);
        before.nth(nth)
    }

    fn stored_hold(&self, _: Origin) -> Hold {
        Hold::default()
    }

    fn checkpoint(&mut self, _: &dyn Fn(Origin) -> Option<Hold>) -> Vec<FileCheckpoint> {
        Vec::new()
    }

    fn forgotten(&mut self) -> Vec<Origin> {
        Vec::new()
    }

    fn committed(&mut self) {
        self.committed = self.given;
    }

    fn rewind(&mut self) {
        self.given = self.committed;
    }

    fn losses(&mut self) -> Vec<Loss> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_committed_is_given_again() {
        let origin = Origin {
            uid: [1; 16],
            generation: 0,
        };
        let now = Now {
            wall: jiff::Timestamp::UNIX_EPOCH,
            mono: Duration::ZERO,
        };
        let mut source = FakeEntries::new(origin, vec![0]);
        let mut input = Input::default();
        source.put(Entry::default());
        assert!(matches!(
            source.next(now, &|_| false, &mut input),
            Some(Piece::Entries { .. })
        ));
        source.committed();
        source.put(Entry::default());
        source.next(now, &|_| false, &mut input);
        source.rewind();
        source.next(now, &|_| false, &mut input);
        assert_eq!(input.entries.len(), 1);
        assert_eq!(input.entries[0].number, 1);
        assert!(source.entry_back(origin, 1, 0).is_some());
        assert_eq!(source.entry_back(origin, 1, 1), None);
        assert!(matches!(
            source.next(now, &|_| false, &mut input),
            Some(Piece::AtEnd { .. })
        ));
        assert_eq!(source.next(now, &|_| true, &mut input), None);
    }
}
