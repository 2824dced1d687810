//! A file that no path named before. In: the path. Out: the tail that reads it: one of the last run's, or a new one.

use std::path::Path;

use super::FileSource;
use super::name;
use super::resume::Gap;
use super::settings;
use super::siblings::{self, Marks, Since};
use super::tail::{Key, Opened, Standing, Tail, TailId, age};
use super::trouble::Trouble;
use crate::bounds::LINE_BYTES_MAX;
use crate::config::StartAt;
use crate::os::Now;
use crate::os::files::{self, Handle, Refused};
use crate::source::{FileCheckpoint, LaneId, Origin};

impl FileSource {
    /// Opens what the path names. `old` was there before.
    pub(super) fn arrive(&mut self, path: &Path, old: Option<TailId>, now: Now) {
        self.look_beside(path, now);
        // That may have told what it is.
        let Some(slot) = self.slots.get(path).filter(|slot| slot.tail.is_none()) else {
            return;
        };
        let opened = match open(path, slot.wanted.any_link) {
            Ok(opened) => opened,
            Err(Refused::Missing) => return,
            Err(error) => return self.refuse(path, Trouble::NotTailed(told(&error))),
        };
        if name::is_compressed(&opened.prefix) {
            return self.refuse(path, Trouble::Compressed);
        }
        if let Some(id) = self.goes_on_in(path, old, &opened) {
            self.rebase(id, path, opened, now);
            return self.attach(path, id, now);
        }
        let known = self.commit.lost.iter().position(|row| {
            row.inode == opened.facts.inode
                && Marks::of_row(row).held_by(&opened.handle, opened.facts.size)
        });
        if let Some(at) = known {
            let row = self.commit.lost.swap_remove(at);
            self.over(path);
            return self.resume_tail(path, opened, row, now);
        }
        let like = if self.reads_from_end(path, &opened, now) {
            Vec::new()
        } else {
            self.like_others(path, &opened, now)
        };
        if like.is_empty() {
            self.waiting.remove(path);
            self.over(path);
            self.read_between(path, Some(&opened.handle), now);
            return self.start_tail(path, opened, now);
        }
        if self.waited_enough(path, &opened, now) {
            self.waiting.remove(path);
            return match opened.facts.size {
                0 => self.start_tail(path, opened, now),
                _ => self.is_copy(path, opened, now),
            };
        }
        self.wait_for(path, &opened, like, now);
    }

    /// It was there at first sight and only what comes later is wanted.
    fn reads_from_end(&self, path: &Path, opened: &Opened, now: Now) -> bool {
        let first = self.slots.get(path).and_then(|slot| slot.first);
        match first {
            _ if self.once => false,
            Some(StartAt::End) => true,
            Some(StartAt::Age(most)) => age(opened.facts.modified, now) > most,
            _ => false,
        }
    }

    /// What was rotated after the newest file of the lane, and never seen, comes before what has the name now.
    pub(super) fn read_between(&mut self, path: &Path, current: Option<&Handle>, now: Now) {
        let Some(lane) = self.lanes.at_path(path) else {
            return;
        };
        let Some(since) = self.newest_of(lane) else {
            return;
        };
        let siblings = siblings::of(path);
        let claimed = self.commit.done_key(lane).into_iter().collect();
        let gap = Gap {
            lane,
            log: path,
            current,
            siblings: &siblings,
            since,
            claimed: &claimed,
        };
        self.read_newer(&gap, now);
    }

    /// When the newest file of the lane was changed; of one whose files were nowhere at the start, when that was.
    fn newest_of(&self, lane: LaneId) -> Option<Since> {
        let state = self.lanes.get(lane)?;
        let Some(tail) = state.queue.last().and_then(|id| self.tails.get(id)) else {
            return state.bare_since;
        };
        let facts = tail.handle.as_ref().and_then(|handle| handle.facts().ok());
        Some(Since {
            modified: facts.map_or(tail.modified, |facts| facts.modified),
            birth: tail.birth,
            key: tail.key,
        })
    }

    /// A file that was empty has changed: its first bytes may have been moved to a copy before they were read.
    pub(super) fn read_missed(&mut self, id: TailId, now: Now) {
        let Some(tail) = self.tails.get_mut(&id) else {
            return;
        };
        let facts = tail.handle.as_ref().and_then(|handle| handle.facts().ok());
        let Some(facts) = facts.filter(|facts| facts.modified != tail.modified) else {
            return;
        };
        let since = Since {
            modified: tail.modified,
            birth: tail.birth,
            key: tail.key,
        };
        tail.size = facts.size;
        tail.modified = facts.modified;
        let lane = tail.lane;
        let current = tail.handle.take();
        let log = self.lanes.log_of(tail).clone();
        let siblings = siblings::of(&log);
        let claimed = self.commit.done_key(lane).into_iter().collect();
        let made = self.tails_made;
        let gap = Gap {
            lane,
            log: &log,
            current: current.as_ref(),
            siblings: &siblings,
            since,
            claimed: &claimed,
        };
        self.read_newer(&gap, now);
        if let Some(tail) = self.tails.get_mut(&id) {
            tail.handle = current;
        }
        if self.tails_made > made {
            self.lanes.last(lane, &[id]);
        }
    }

    /// A file that is new to us.
    pub(super) fn start_tail(&mut self, path: &Path, opened: Opened, now: Now) {
        let Some(slot) = self.slots.get(path) else {
            return;
        };
        let start = if self.reads_from_end(path, &opened, now) {
            last_line_end(&opened)
        } else {
            0
        };
        let origin = match self.successions.remove(path) {
            Some(before) => Origin {
                uid: before.uid,
                generation: self.next_generation(before),
            },
            None => Origin {
                uid: self.chance.bytes16(),
                generation: 0,
            },
        };
        let lane = self.lanes.of(self.shared(path), &slot.wanted);
        let id = self.add_tail(origin, lane, path, opened, now);
        if let Some(tail) = self.tails.get_mut(&id) {
            tail.start = start;
            tail.go_to(start, false);
        }
        self.attach(path, id, now);
    }

    /// A file of the last run.
    pub(super) fn resume_tail(
        &mut self,
        path: &Path,
        opened: Opened,
        row: FileCheckpoint,
        now: Now,
    ) {
        let wanted = settings::wanted(&self.settings, &row.path);
        let lane = if wanted.apps.is_empty() {
            let wanted = settings::wanted(&self.settings, path);
            self.lanes.of(self.shared(path), &wanted)
        } else {
            self.lanes.of(self.shared(&row.path), &wanted)
        };
        let size = opened.facts.size;
        let id = self.add_tail(row.origin, lane, path, opened, now);
        if let Some(tail) = self.tails.get_mut(&id) {
            // A copy may have missed the last bytes that were read.
            tail.go_to(row.position.min(size), row.mid_line);
            tail.start = row.position;
            tail.stored = Some(Box::new(row));
        }
        self.stands(id, path, now);
    }

    /// A copy of the last run: still one, or written to since.
    pub(super) fn resume_copy(
        &mut self,
        path: &Path,
        opened: Opened,
        row: FileCheckpoint,
        now: Now,
    ) {
        let grown = opened.facts.size != row.position;
        let lane = self
            .lanes
            .of(self.shared(path), &settings::wanted(&self.settings, path));
        let id = self.add_tail(row.origin, lane, path, opened, now);
        let Some(tail) = self.tails.get_mut(&id) else {
            return;
        };
        tail.go_to(row.position, false);
        tail.start = row.position;
        tail.stored = Some(Box::new(row));
        if !grown {
            tail.standing = Standing::Copy;
            tail.handle = None;
            self.lanes.dequeue(lane, id);
        }
        self.attach(path, id, now);
    }

    /// The tail's bytes are in this file now: it reads on there.
    pub(super) fn rebase(&mut self, id: TailId, path: &Path, opened: Opened, now: Now) {
        let Some(tail) = self.tails.get_mut(&id) else {
            return;
        };
        if self.by_key.get(&tail.key) == Some(&id) {
            self.by_key.remove(&tail.key);
        }
        tail.key = Key::of(&opened.facts);
        tail.birth = opened.facts.birth;
        tail.path = path.into();
        tail.size = opened.facts.size;
        tail.modified = opened.facts.modified;
        tail.handle = Some(opened.handle);
        tail.at_end = false;
        let position = tail.cursor.position.min(tail.size);
        tail.go_to(position, tail.cursor.mid_line);
        tail.unsure = None;
        self.by_key.insert(tail.key, id);
        self.commit.touched.insert(id);
        self.opened(id);
        self.read_soon(id, now.mono);
    }

    pub(super) fn add_tail(
        &mut self,
        origin: Origin,
        lane: LaneId,
        path: &Path,
        opened: Opened,
        now: Now,
    ) -> TailId {
        let id = self.tails_made;
        self.tails_made += 1;
        let key = Key::of(&opened.facts);
        let mut tail = Tail::new(origin, lane, self.shared(path), opened, now.mono);
        if let Some(slot) = self.slots.get(path) {
            tail.any_link = slot.wanted.any_link;
            tail.poll = slot.wanted.poll;
        }
        if tail.cursor.wide {
            self.say(path, Trouble::Wide);
        }
        self.tails.insert(id, Box::new(tail));
        self.by_key.insert(key, id);
        self.by_origin.insert(origin, id);
        self.lanes.enqueue(lane, id);
        self.commit.touched.insert(id);
        self.opened(id);
        // Those before it are read once more, to see whether they are at their end.
        self.wake_lane(lane, now.mono);
        id
    }
}

pub(super) fn open(path: &Path, any_link: bool) -> Result<Opened, Refused> {
    let (handle, facts) = files::open(path, any_link)?;
    Opened::new(handle, facts).map_err(Refused::Machine)
}

fn told(error: &Refused) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

/// The offset behind the last newline, so that a line being written is read whole. Looks back over one line at most.
fn last_line_end(opened: &Opened) -> u64 {
    let size = opened.facts.size;
    let most = size.min(LINE_BYTES_MAX as u64);
    let mut back = 0;
    let mut bytes = Vec::new();
    while back < most {
        back = (back + 4_096).min(most);
        bytes.resize(4_096.min(back as usize), 0);
        let from = size - back;
        let count = opened.handle.read_at(&mut bytes, from).unwrap_or(0);
        if let Some(at) = memchr::memrchr(b'\n', bytes.get(..count).unwrap_or_default()) {
            return from + at as u64 + 1;
        }
    }
    size - most
}
