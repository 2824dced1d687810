//! Commits. In: how far what was given is covered. Out: the rows that have changed; and the way back when they could not
//! be stored.

use std::collections::{BTreeMap, BTreeSet};

use super::FileSource;
use super::cursor::Cursor;
use super::siblings::Marks;
use super::tail::{Key, Standing, Tail, TailId, hash};
use super::trouble::Trouble;
use crate::source::{FileCheckpoint, FileState, Hold, LaneId, LossReason, Origin};

/// What stands between memory and the store.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Rows of the last run whose files were not found yet.
    pub(super) lost: Vec<FileCheckpoint>,
    /// Tails that changed since the last commit.
    pub(super) touched: BTreeSet<TailId>,
    /// Tails whose last row was held back by an open record.
    held: BTreeSet<TailId>,
    /// Tails whose rows go with the commit that is under way.
    asked: BTreeSet<TailId>,
    /// Origins whose rows may leave the store.
    pub(super) forgotten: Vec<Origin>,
    /// Globs that the last checkpoints go with.
    globs: usize,
    /// The last generation of each lane that was read to its end.
    done: BTreeMap<LaneId, FileCheckpoint>,
}

impl State {
    /// The last generation of the lane that was read; the one before it need not be known any more.
    pub(super) fn done_before(&mut self, lane: LaneId, row: FileCheckpoint) {
        if let Some(before) = self.done.insert(lane, row) {
            self.forgotten.push(before.origin);
        }
    }

    /// The file of that generation.
    pub(super) fn done_key(&self, lane: LaneId) -> Option<Key> {
        self.done.get(&lane).map(|row| Key {
            device: row.device,
            inode: row.inode,
        })
    }
}

impl FileSource {
    pub(super) fn checkpoints(
        &mut self,
        covered: &dyn Fn(Origin) -> Option<Hold>,
    ) -> Vec<FileCheckpoint> {
        let held = std::mem::take(&mut self.commit.held);
        let ids: BTreeSet<TailId> = self.commit.touched.union(&held).copied().collect();
        let mut rows = Vec::new();
        self.commit.asked.clone_from(&ids);
        for id in ids {
            let Some(tail) = self.tails.get_mut(&id) else {
                continue;
            };
            let held = covered(tail.origin);
            let held = held.unwrap_or_else(|| {
                FileCheckpoint::hold_behind(tail.stored.as_deref(), tail.cursor.position)
            });
            let open = held
                .oldest_open
                .is_some_and(|head| head < tail.cursor.position);
            if open || !held.decided.is_empty() {
                self.commit.held.insert(id);
            }
            let row = row(tail, held, self.lanes.log_of(tail).to_path_buf());
            if tail.stored.as_deref() != Some(&row) {
                rows.push(row.clone());
                tail.pending = Some(Box::new(row));
            }
        }
        self.commit.globs = self.globs_new.len();
        rows
    }

    pub(super) fn commit_done(&mut self) {
        self.commit.touched.clear();
        let ids = std::mem::take(&mut self.commit.asked);
        self.globs_new
            .drain(..self.commit.globs.min(self.globs_new.len()));
        self.commit.globs = 0;
        self.commit.forgotten.clear();
        self.ledger.told.clear();
        for id in ids {
            let Some(tail) = self.tails.get_mut(&id) else {
                continue;
            };
            if let Some(row) = tail.pending.take() {
                tail.stored = Some(row);
            }
            let done = tail
                .stored
                .as_ref()
                .is_some_and(|row| row.state == FileState::Done);
            if done && tail.standing == Standing::Gone {
                self.remove(id);
            } else if tail.standing == Standing::Gone {
                self.commit.touched.insert(id);
            }
        }
        self.lanes.forget_finished();
    }

    /// A tail of which all is stored leaves memory.
    fn remove(&mut self, id: TailId) {
        let Some(tail) = self.tails.remove(&id) else {
            return;
        };
        self.by_origin.remove(&tail.origin);
        self.lanes.dequeue(tail.lane, id);
        self.commit.held.remove(&id);
        if tail.was_deleted {
            self.commit.forgotten.push(tail.origin);
        } else if let Some(row) = tail.stored {
            self.commit.done_before(tail.lane, *row);
        }
    }

    pub(super) fn hold_stored(&self, origin: Origin) -> Hold {
        let tail = self
            .by_origin
            .get(&origin)
            .and_then(|id| self.tails.get(id));
        FileCheckpoint::hold_behind(tail.and_then(|tail| tail.stored.as_deref()), 0)
    }

    /// Everything since the last commit is read again.
    pub(super) fn go_back(&mut self) {
        self.said.clear();
        self.ready.clear();
        self.ledger.new.clear();
        self.ledger.new.append(&mut self.ledger.told.clone());
        let ids: Vec<TailId> = self.tails.keys().copied().collect();
        for id in ids {
            self.go_back_one(id);
        }
        let lanes: Vec<LaneId> = self.lanes.ids().collect();
        for lane in lanes {
            if let Some(state) = self.lanes.get_mut(lane) {
                state.finished = false;
                state.told_end = false;
            }
            self.wake_lane(lane, std::time::Duration::ZERO);
        }
    }

    fn go_back_one(&mut self, id: TailId) {
        let Some(tail) = self.tails.get_mut(&id) else {
            return;
        };
        tail.pending = None;
        let (position, mid_line) = tail
            .stored
            .as_ref()
            .map_or((tail.start, false), |row| (row.position, row.mid_line));
        if tail.cursor.position == position {
            return;
        }
        self.commit.touched.insert(id);
        tail.at_end = false;
        tail.ended = tail.standing == Standing::Gone;
        tail.unsure = tail.stored.as_deref().map(Marks::of_row);
        let wide = tail.cursor.wide;
        let back = tail
            .handle
            .as_ref()
            .map(|handle| Cursor::at(handle, position, mid_line, wide));
        match back {
            Some(Ok(cursor)) => tail.cursor = cursor,
            _ if tail.standing == Standing::Gone => {
                let known = tail.cursor.position.saturating_sub(position);
                let (lane, path) = (tail.lane, tail.path.clone());
                self.lose(lane, LossReason::RotatedAwayBytes, known, false);
                self.say(&path, Trouble::RotatedAway { known });
            }
            // Closed, or truncated and not yet seen to be: told at the next read.
            _ => {
                tail.cursor = Cursor {
                    position,
                    mid_line,
                    wide,
                    ..Cursor::default()
                };
            }
        }
    }
}

fn row(tail: &Tail, held: Hold, path: std::path::PathBuf) -> FileCheckpoint {
    let read = tail.cursor.position;
    let position = held.oldest_open.unwrap_or(read).min(read);
    let (before, mid_line) = if position == read {
        (tail.cursor.tail.clone(), tail.cursor.mid_line)
    } else {
        let handle = tail.handle.as_ref();
        let there = handle.and_then(|handle| Cursor::at(handle, position, false, false).ok());
        (there.map(|cursor| cursor.tail).unwrap_or_default(), false)
    };
    let state = match tail.standing {
        Standing::Gone if position == read => FileState::Done,
        Standing::Copy => FileState::Copy,
        _ => FileState::Live,
    };
    FileCheckpoint {
        origin: tail.origin,
        path,
        device: tail.key.device,
        inode: tail.key.inode,
        birth: tail.birth,
        prefix_len: tail.prefix.len() as u32,
        prefix_hash: hash(&tail.prefix),
        position,
        tail_len: before.len() as u32,
        tail_hash: hash(&before),
        mid_line,
        state,
        decided: held.decided,
        ends: held.ends,
    }
}
