//! A source of entries, as the journal will be: numbered, several processes between one another, a cursor in the store.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use stacktail::config::Writing;
use stacktail::os::Now;
use stacktail::source::{
    AppIx, Entry, FileCheckpoint, FileState, Hold, Input, Lane, LaneId, Loss, Origin, Piece, Source,
};

/// Where the checkpoint of a journal says that it belongs.
pub(crate) const PATH: &str = "journal:";
const LANE: LaneId = LaneId(0);
const ENTRIES_AT_ONCE: usize = 7;

/// What was written, shared with the test that writes it; it outlives every reader.
pub(crate) type Journal = Rc<RefCell<Vec<Entry>>>;

/// Reads a [`Journal`] from its stored cursor on.
pub(crate) struct Entries {
    journal: Journal,
    lane: Lane,
    origin: Origin,
    stored: Option<FileCheckpoint>,
    written: Option<FileCheckpoint>,
    next: u64,
    /// What was given, or stands before it.
    before: Vec<Entry>,
    poked: bool,
    at_end: bool,
}

impl Entries {
    /// For the app `app`, behind what `stored` covers.
    pub(crate) fn new(journal: &Journal, app: AppIx, stored: &[FileCheckpoint]) -> Self {
        let stored = stored
            .iter()
            .find(|row| row.path == Path::new(PATH))
            .cloned();
        let lane = Lane {
            path: Path::new(PATH).into(),
            apps: vec![app],
            writing: Writing::default(),
        };
        let next = stored.as_ref().map_or(0, |row| row.position);
        let covered = usize::try_from(next).unwrap();
        Self {
            before: journal.borrow()[..covered].to_vec(),
            journal: Rc::clone(journal),
            lane,
            origin: Origin {
                uid: *b"a journal's uid.",
                generation: 0,
            },
            next,
            stored,
            written: None,
            poked: false,
            at_end: false,
        }
    }

    fn checkpoint_at(&self, position: u64, hold: Hold) -> FileCheckpoint {
        FileCheckpoint {
            origin: self.origin,
            path: Path::new(PATH).into(),
            device: 0,
            inode: 0,
            birth: None,
            prefix_len: 0,
            prefix_hash: [0; 16],
            position,
            tail_len: 0,
            tail_hash: [0; 16],
            mid_line: false,
            state: FileState::Live,
            decided: hold.decided,
            ends: hold.ends,
        }
    }
}

impl Source for Entries {
    fn next(
        &mut self,
        now: Now,
        paused: &dyn Fn(AppIx) -> bool,
        input: &mut Input,
    ) -> Option<Piece> {
        if self.lane.apps.iter().all(|app| paused(*app)) {
            return None;
        }
        let journal = self.journal.borrow();
        let from = usize::try_from(self.next).unwrap();
        let to = journal.len().min(from + ENTRIES_AT_ONCE);
        if from < to {
            input.entries.clear();
            input.entries.extend_from_slice(&journal[from..to]);
            self.next = to as u64;
            self.before.truncate(from);
            self.before.extend_from_slice(&journal[from..to]);
            self.at_end = false;
            return Some(Piece::Entries {
                lane: LANE,
                origin: self.origin,
            });
        }
        if std::mem::take(&mut self.poked) || !self.at_end {
            self.at_end = true;
            let modified = journal
                .last()
                .and_then(|entry| entry.time)
                .unwrap_or(now.wall);
            return Some(Piece::AtEnd {
                lane: LANE,
                modified,
            });
        }
        None
    }

    fn due(&self, _now: Now) -> Option<Duration> {
        None
    }

    fn poke(&mut self, _lane: LaneId) {
        self.poked = true;
    }

    fn lane(&self, _lane: LaneId) -> Option<&Lane> {
        Some(&self.lane)
    }

    fn read_back(&mut self, _origin: Origin, _before: u64, _max: usize, bytes: &mut Vec<u8>) {
        bytes.clear();
    }

    fn entry_back(&self, _origin: Origin, number: u64, nth: usize) -> Option<&Entry> {
        let to = usize::try_from(number).unwrap().min(self.before.len());
        self.before.get(to.checked_sub(nth + 1)?)
    }

    fn stored_hold(&self, _origin: Origin) -> Hold {
        FileCheckpoint::hold_behind(self.stored.as_ref(), 0)
    }

    fn checkpoint(&mut self, hold: &dyn Fn(Origin) -> Option<Hold>) -> Vec<FileCheckpoint> {
        let held = hold(self.origin)
            .unwrap_or_else(|| FileCheckpoint::hold_behind(self.stored.as_ref(), self.next));
        let position = held.oldest_open.unwrap_or(self.next).min(self.next);
        let row = self.checkpoint_at(position, held);
        self.written = Some(row.clone());
        if self.stored.as_ref() == Some(&row) {
            Vec::new()
        } else {
            vec![row]
        }
    }

    fn forgotten(&mut self) -> Vec<Origin> {
        Vec::new()
    }

    fn committed(&mut self) {
        if let Some(row) = self.written.take() {
            self.stored = Some(row);
        }
    }

    fn rewind(&mut self) {
        self.written = None;
        self.at_end = false;
        self.next = self.stored.as_ref().map_or(0, |row| row.position);
    }

    fn losses(&mut self) -> Vec<Loss> {
        Vec::new()
    }

    fn changed(&self) -> bool {
        self.stored
            .as_ref()
            .is_none_or(|row| row.position != self.next)
    }
}
