//! How far a journal is read. In: numbers of entries, and what the pipeline holds. Out: the rows and the cursor that a restart
//! begins from.
//!
//! Entries are numbered within sequences: journald begins a new one when its file was damaged (it was killed) or is another
//! machine's. A sequence that follows another one continues its lane, so that a trace may span the two; one that is met again
//! after another has followed it has a lane of its own from then on, so that lanes never go back and forth.

use std::collections::{BTreeSet, VecDeque};
use std::path::PathBuf;

use crate::bounds::{MARKS_MAX, SEQUENCES_MAX};
use crate::source::{FileCheckpoint, FileState, Hold, JournalCursor, Origin};

/// One sequence of entries.
#[derive(Debug, Clone)]
struct Sequence {
    origin: Origin,
    /// Its lane in this run.
    lane: Option<u32>,
    /// All entries before this number were given or passed over.
    next: u64,
    /// What the store holds of it.
    stored: Option<FileCheckpoint>,
}

/// A place from which reading may begin again: nothing behind it was given before it was taken.
#[derive(Debug, Clone)]
struct Mark {
    origin: Option<Origin>,
    number: u64,
    cursor: String,
}

/// What an entry's number says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Met {
    /// It was given before.
    Covered,
    /// It is the next one of its sequence, or the sequence is new.
    Next,
    /// So many before it are missing.
    Behind(u64),
}

/// All sequences of one journal.
#[derive(Debug, Default)]
pub(super) struct Places {
    name: String,
    /// The last used is the last.
    sequences: Vec<Sequence>,
    /// The sequence that each lane is at.
    lanes: Vec<Option<Origin>>,
    marks: VecDeque<Mark>,
    /// The cursor in the store.
    stored_cursor: Option<String>,
    staged: Vec<FileCheckpoint>,
    staged_cursor: Option<String>,
    forgotten: Vec<Origin>,
    dirty: bool,
}

impl Places {
    /// As the store has them.
    pub(super) fn new(
        name: String,
        cursor: Option<String>,
        rows: impl Iterator<Item = FileCheckpoint>,
    ) -> Self {
        let path = PathBuf::from(&name);
        let rows = rows.filter(|row| row.state == FileState::Journal && row.path == path);
        let mut places = Self {
            name,
            stored_cursor: cursor,
            sequences: rows.map(Sequence::of).collect(),
            ..Self::default()
        };
        places.rewind();
        places
    }

    /// Where reading begins: `None` where nothing is known, an empty cursor before the first entry.
    pub(super) fn cursor(&self) -> Option<&str> {
        self.marks.back().map(|mark| mark.cursor.as_str())
    }

    /// What an entry is, by its number.
    pub(super) fn met(&self, origin: Origin, number: u64) -> Met {
        match self.find(origin) {
            Some(sequence) if number < sequence.next => Met::Covered,
            Some(sequence) if number > sequence.next => Met::Behind(number - sequence.next),
            _ => Met::Next,
        }
    }

    /// Is every entry up to this one known?
    pub(super) fn covers(&self, origin: Origin, number: u64) -> bool {
        self.met(origin, number) == Met::Covered
    }

    fn find(&self, origin: Origin) -> Option<&Sequence> {
        self.sequences.iter().rev().find(|s| s.origin == origin)
    }

    /// The lane of an entry's sequence.
    pub(super) fn lane(&mut self, origin: Origin) -> u32 {
        let last = self.sequences.last().filter(|s| s.origin == origin);
        if let Some(lane) = last.and_then(|s| s.lane)
            && self.at_lane(lane) == Some(origin)
        {
            return lane;
        }
        let at = self.sequences.iter().position(|s| s.origin == origin);
        let mut sequence = match at {
            Some(at) => self.sequences.remove(at),
            None => Sequence {
                origin,
                lane: None,
                next: 0,
                stored: None,
            },
        };
        let lane = match sequence.lane {
            // Another has followed it.
            Some(lane) if self.at_lane(lane) != Some(origin) => self.own_lane(),
            Some(lane) => lane,
            None => 0,
        };
        let place = lane as usize;
        if self.lanes.len() <= place {
            self.lanes.resize(place + 1, None);
        }
        if let Some(at) = self.lanes.get_mut(place) {
            *at = Some(origin);
        }
        sequence.lane = Some(lane);
        self.sequences.push(sequence);
        lane
    }

    fn at_lane(&self, lane: u32) -> Option<Origin> {
        self.lanes.get(lane as usize).copied().flatten()
    }

    fn own_lane(&self) -> u32 {
        let free = self.lanes.len().min(SEQUENCES_MAX - 1);
        u32::try_from(free).unwrap_or(0)
    }

    /// Lanes that were used.
    pub(super) fn lanes(&self) -> u32 {
        u32::try_from(self.lanes.len()).unwrap_or(u32::MAX)
    }

    /// The entry was given, or is nobody's. [`Places::lane`] was asked for it.
    pub(super) fn passed(&mut self, origin: Origin, number: u64) {
        self.dirty = true;
        match self.sequences.last_mut() {
            Some(last) if last.origin == origin => last.next = number + 1,
            _ => {
                if let Some(s) = self.sequences.iter_mut().find(|s| s.origin == origin) {
                    s.next = number + 1;
                }
            }
        }
    }

    /// Reading stands at the entry of this cursor, which is passed.
    pub(super) fn mark(&mut self, at: Option<(Origin, u64)>, cursor: String) {
        self.dirty = true;
        if self.marks.len() >= MARKS_MAX {
            let mut nth = 0;
            self.marks.retain(|_| {
                nth += 1;
                nth % 2 == 1
            });
        }
        self.marks.push_back(Mark {
            origin: at.map(|(origin, _)| origin),
            number: at.map_or(0, |(_, number)| number),
            cursor,
        });
    }

    /// Would a commit store something?
    pub(super) fn changed(&self) -> bool {
        self.dirty
    }

    /// The rows that differ from what is stored.
    pub(super) fn checkpoint(
        &mut self,
        hold: &dyn Fn(Origin) -> Option<Hold>,
    ) -> Vec<FileCheckpoint> {
        self.dirty = false;
        self.staged.clear();
        let mut from = self.marks.len().saturating_sub(1);
        let mut held = BTreeSet::new();
        for sequence in self.sequences.iter().filter(|s| s.lane.is_some()) {
            let hold = hold(sequence.origin);
            let hold = hold.unwrap_or_else(|| {
                FileCheckpoint::hold_behind(sequence.stored.as_ref(), sequence.next)
            });
            if let Some(open) = hold.oldest_open {
                held.insert(sequence.origin);
                from = from.min(self.before(sequence.origin, open));
            }
            let row = sequence.row(&self.name, hold);
            if sequence.stored.as_ref() != Some(&row) {
                self.staged.push(row);
            }
        }
        self.marks.drain(..from);
        let cursor = self.marks.front().map(|mark| mark.cursor.clone());
        self.staged_cursor = cursor.filter(|cursor| Some(cursor) != self.stored_cursor.as_ref());
        self.forget(&held);
        self.staged.clone()
    }

    /// The last mark that surely stands before this entry.
    fn before(&self, origin: Origin, number: u64) -> usize {
        let stands_before = |mark: &Mark| mark.origin == Some(origin) && mark.number <= number;
        self.marks.iter().rposition(stands_before).unwrap_or(0)
    }

    /// Sequences beyond the bound go, those longest not met first.
    fn forget(&mut self, held: &BTreeSet<Origin>) {
        while self.sequences.len() > SEQUENCES_MAX {
            let free = |s: &Sequence| !held.contains(&s.origin);
            let Some(at) = self.sequences.iter().position(free) else {
                return;
            };
            let gone = self.sequences.remove(at).origin;
            self.staged.retain(|row| row.origin != gone);
            self.forgotten.push(gone);
        }
    }

    /// The cursor that goes with the rows asked for last.
    pub(super) fn staged_cursor(&self) -> Option<JournalCursor> {
        let cursor = self.staged_cursor.clone()?;
        Some(JournalCursor {
            journal: self.name.clone(),
            cursor,
        })
    }

    /// The sequences whose rows may go.
    pub(super) fn forgotten(&mut self) -> Vec<Origin> {
        std::mem::take(&mut self.forgotten)
    }

    /// What was staged is stored.
    pub(super) fn committed(&mut self) {
        for row in self.staged.drain(..) {
            if let Some(s) = self.sequences.iter_mut().find(|s| s.origin == row.origin) {
                s.stored = Some(row);
            }
        }
        if let Some(cursor) = self.staged_cursor.take() {
            self.stored_cursor = Some(cursor);
        }
    }

    /// Back to what is stored.
    pub(super) fn rewind(&mut self) {
        self.staged.clear();
        self.staged_cursor = None;
        self.lanes.clear();
        self.marks.clear();
        self.dirty = false;
        self.sequences.retain_mut(|sequence| {
            sequence.lane = None;
            sequence.next = sequence.stored.as_ref().map_or(0, |row| row.position);
            sequence.stored.is_some()
        });
        if let Some(cursor) = self.stored_cursor.clone() {
            self.mark(None, cursor);
            self.dirty = false;
        }
    }

    /// What was stored of a sequence.
    pub(super) fn stored_hold(&self, origin: Origin) -> Hold {
        let stored = self.find(origin).and_then(|s| s.stored.as_ref());
        FileCheckpoint::hold_behind(stored, 0)
    }
}

impl Sequence {
    fn of(row: FileCheckpoint) -> Self {
        Self {
            origin: row.origin,
            lane: None,
            next: row.position,
            stored: Some(row),
        }
    }

    fn row(&self, name: &str, hold: Hold) -> FileCheckpoint {
        FileCheckpoint {
            origin: self.origin,
            path: PathBuf::from(name),
            device: 0,
            inode: 0,
            birth: None,
            prefix_len: 0,
            prefix_hash: [0; 16],
            position: hold.oldest_open.unwrap_or(self.next).min(self.next),
            tail_len: 0,
            tail_hash: [0; 16],
            mid_line: false,
            state: FileState::Journal,
            decided: hold.decided,
            ends: hold.ends,
        }
    }
}
