//! Files that begin like one we read. In: a new name beside a log. Out: a copy that is never read by itself, or a log of
//! its own.
//!
//! While `copytruncate` copies, its copy is a beginning of the log. A file that is one waits until it differs, is longer,
//! or was quiet for 5 s; it is then the copy. What is written to a copy later is read.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::FileSource;
use super::arrive::open;
use super::cursor::Cursor;
use super::siblings::{self, Marks};
use super::tail::{Opened, Standing, Tail, TailId, age};
use crate::bounds::COPY_QUIET_MS;
use crate::os::Now;
use crate::source::Origin;

/// How often a waiting file is looked at.
pub(super) const WAITING_LOOK_MS: u64 = 250;

/// A file that waits.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    size: u64,
    since: Duration,
    /// The tails that it may be a copy of; they may have lost their name since.
    of: Vec<TailId>,
}

/// What a new file is to one that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Likeness {
    Differs,
    Same,
    /// The other one was just truncated: ask again when that was seen.
    Unclear,
}

impl FileSource {
    /// The tails of which the file is a beginning; it has to wait if there are any.
    pub(super) fn like_others(&mut self, path: &Path, opened: &Opened, now: Now) -> Vec<TailId> {
        let mut ids: Vec<TailId> = self.originals(path);
        if let Some(waiting) = self.waiting.get(path) {
            ids.extend(waiting.of.iter().filter(|id| {
                self.tails
                    .get(id)
                    .is_some_and(|tail| tail.standing != Standing::Gone)
            }));
            ids.sort_unstable();
            ids.dedup();
        }
        ids.retain(|id| {
            let likeness = self.tails.get(id).map(|tail| likeness(tail, opened));
            if likeness == Some(Likeness::Unclear) {
                self.read_soon(*id, now.mono);
            }
            likeness.is_some_and(|likeness| likeness != Likeness::Differs)
        });
        ids
    }

    /// Looks at the logs of which the path may name a copy, so that it is not compared with what they were before.
    pub(super) fn look_beside(&mut self, path: &Path, now: Now) {
        if self.looking_beside {
            return;
        }
        self.looking_beside = true;
        for other in self.beside(path) {
            self.look(&other, now);
        }
        self.looking_beside = false;
    }

    /// Wanted paths whose copy this one may be by its name: one whose stem begins it.
    fn beside(&self, path: &Path) -> Vec<Arc<Path>> {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Vec::new();
        };
        let name = name.as_bytes();
        let stems = (1..=name.len()).filter_map(|len| name.get(..len));
        let beside = stems
            .flat_map(|stem| self.stems.of(folder, stem))
            // `app.log` is no copy of `app.log.1`.
            .filter(|other| {
                let other = other.file_name().unwrap_or_default();
                !other.as_bytes().starts_with(name)
            });
        beside.cloned().collect()
    }

    /// Tails whose copy the path may be by its name.
    fn originals(&self, path: &Path) -> Vec<TailId> {
        let beside = self.beside(path);
        let tails = beside
            .iter()
            .filter_map(|other| self.slots.get(other))
            .filter_map(|slot| slot.tail);
        tails
            .filter(|id| {
                self.tails
                    .get(id)
                    .is_some_and(|tail| tail.standing == Standing::Named)
            })
            .collect()
    }

    /// May the path, by its name, be that of a copy of a log that is read?
    pub(super) fn may_be_copy(&self, path: &Path) -> bool {
        !self.originals(path).is_empty()
    }

    pub(super) fn wait_for(&mut self, path: &Path, opened: &Opened, of: Vec<TailId>, now: Now) {
        let size = opened.facts.size;
        let before = self
            .waiting
            .get(path)
            .filter(|waiting| waiting.size == size);
        let since = before.map_or(now.mono, |waiting| waiting.since);
        let waiting = Waiting { size, since, of };
        self.waiting.insert(path.to_path_buf(), waiting);
    }

    /// Has the waiting file been quiet long enough?
    pub(super) fn waited_enough(&self, path: &Path, opened: &Opened, now: Now) -> bool {
        let quiet = Duration::from_millis(COPY_QUIET_MS);
        let Some(waiting) = self.waiting.get(path) else {
            return false;
        };
        let unchanged = waiting.size == opened.facts.size;
        let since = now.mono.saturating_sub(waiting.since);
        opened.facts.size > 0 && unchanged && since.max(age(opened.facts.modified, now)) >= quiet
    }

    /// It is the copy: known from now on, and read from where it ends today.
    pub(super) fn is_copy(&mut self, path: &Path, opened: Opened, now: Now) {
        let Some(slot) = self.slots.get(path) else {
            return;
        };
        let size = opened.facts.size;
        let lane = self.lanes.of(self.shared(path), &slot.wanted);
        let origin = Origin {
            uid: self.chance.bytes16(),
            generation: 0,
        };
        let id = self.add_tail(origin, lane, path, opened, now);
        let shared = self.shared(path);
        self.lanes.dequeue(lane, id);
        let Some(tail) = self.tails.get_mut(&id) else {
            return;
        };
        let cursor = tail
            .handle
            .as_ref()
            .map(|handle| Cursor::at(handle, size, false, false));
        if let Some(Ok(cursor)) = cursor {
            tail.cursor = cursor;
        }
        tail.start = size;
        tail.standing = Standing::Copy;
        tail.named_by.insert(shared);
        tail.handle = None;
        if let Some(slot) = self.slots.get_mut(path) {
            slot.tail = Some(id);
        }
        self.refuse(path, super::Trouble::Copy);
    }

    /// Someone writes to a copy: it is a log of its own from where it was a copy.
    pub(super) fn copy_grows(&mut self, id: TailId, now: Now) {
        let Some(tail) = self.tails.get_mut(&id) else {
            return;
        };
        tail.standing = Standing::Named;
        let (lane, named_by) = (tail.lane, tail.named_by.clone());
        self.lanes.enqueue(lane, id);
        for path in named_by {
            self.over(&path);
        }
        self.read_soon(id, now.mono);
    }

    pub(super) fn look_at_waiting(&mut self, now: Now) {
        let paths: Vec<PathBuf> = self.waiting.keys().cloned().collect();
        for path in paths {
            if !self.slots.contains_key(path.as_path()) {
                self.waiting.remove(&path);
            }
            self.look(&path, now);
        }
    }
}

fn likeness(tail: &Tail, new: &Opened) -> Likeness {
    let shorter = tail.prefix.len().min(new.prefix.len());
    if tail.prefix.get(..shorter) != new.prefix.get(..shorter) {
        return Likeness::Differs;
    }
    if new.facts.size == 0 {
        let known = !tail.prefix.is_empty();
        return if known {
            Likeness::Same
        } else {
            Likeness::Differs
        };
    }
    let again;
    let handle = if let Some(handle) = &tail.handle {
        handle
    } else {
        let opened = open(&tail.path, tail.any_link);
        let Some(opened) = opened.ok().filter(|opened| tail.is(&opened.facts)) else {
            return Likeness::Differs;
        };
        again = opened.handle;
        &again
    };
    let intact = Cursor::at(handle, tail.cursor.position, false, false)
        .is_ok_and(|cursor| cursor.tail == tail.cursor.tail);
    if !intact {
        return Likeness::Unclear;
    }
    let size = handle.facts().map_or(0, |facts| facts.size);
    if new.facts.size > size {
        return Likeness::Differs;
    }
    if siblings::is_beginning_of(new, handle) {
        Likeness::Same
    } else {
        Likeness::Differs
    }
}

impl FileSource {
    /// The path's file was replaced by one that holds all that was read of it, in one go: the same log, with another
    /// inode (an editor, `sed -i`, a backup put back).
    pub(super) fn goes_on_in(
        &self,
        path: &Path,
        old: Option<TailId>,
        opened: &Opened,
    ) -> Option<TailId> {
        let id = old?;
        let tail = self.tails.get(&id)?;
        let fresh = self.slots.get(path).is_some_and(|slot| slot.fresh);
        let marks = Marks::of_tail(tail);
        let replaced = matches!(tail.standing, Standing::Deleted { .. }) && !fresh;
        (replaced && marks.prove() && marks.held_by(&opened.handle, opened.facts.size))
            .then_some(id)
    }
}
