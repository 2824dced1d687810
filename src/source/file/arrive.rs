//! A file that no path named before. In: the path. Out: the tail that reads it: one of the last run's, or a new one.

use std::path::Path;

use super::FileSource;
use super::cursor::Cursor;
use super::name;
use super::tail::{Key, Opened, Tail, TailId, age, hash};
use super::trouble::Trouble;
use crate::bounds::{CHUNK_BYTES, LINE_BYTES_MAX};
use crate::config::StartAt;
use crate::os::Now;
use crate::os::files::{self, Handle, Refused};
use crate::source::{FileCheckpoint, LaneId, Origin};

impl FileSource {
    /// Opens what the path names. `_old` was there before.
    pub(super) fn arrive(&mut self, path: &Path, _old: Option<TailId>, now: Now) {
        let Some(slot) = self.slots.get(path) else {
            return;
        };
        let any_link = slot.wanted.any_link;
        let opened = match open(path, any_link) {
            Ok(opened) => opened,
            Err(Refused::Missing) => return,
            Err(error) => return self.refuse(path, Trouble::NotTailed(told(&error))),
        };
        if name::is_compressed(&opened.prefix) {
            return self.refuse(path, Trouble::Compressed);
        }
        self.over(path);
        let known = self.commit.lost.iter().position(|row| is_of(row, &opened));
        match known {
            Some(at) => {
                let row = self.commit.lost.remove(at);
                self.resume_tail(path, opened, row, now);
            }
            None => self.start_tail(path, opened, now),
        }
    }

    /// A file that is new to us.
    pub(super) fn start_tail(&mut self, path: &Path, opened: Opened, now: Now) {
        let Some(slot) = self.slots.get(path) else {
            return;
        };
        let start = match slot.first {
            Some(_) if self.once => 0,
            Some(StartAt::End) => last_line_end(&opened),
            Some(StartAt::Age(most)) if age(opened.facts.modified, now) > most => {
                last_line_end(&opened)
            }
            _ => 0,
        };
        let origin = Origin {
            uid: self.chance.bytes16(),
            generation: 0,
        };
        let lane = self.lanes.of(path, &slot.wanted);
        let id = self.add_tail(origin, lane, path, opened, now);
        if let Some(tail) = self.tails.get_mut(&id) {
            tail.start = start;
            if let Some(handle) = &tail.handle
                && let Ok(cursor) = Cursor::at(handle, start, false, tail.cursor.wide)
            {
                tail.cursor = cursor;
            }
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
        let wanted = super::settings::wanted(&self.settings, &row.path);
        let lane = if wanted.apps.is_empty() {
            let wanted = super::settings::wanted(&self.settings, path);
            self.lanes.of(path, &wanted)
        } else {
            self.lanes.of(&row.path, &wanted)
        };
        let id = self.add_tail(row.origin, lane, path, opened, now);
        if let Some(tail) = self.tails.get_mut(&id) {
            if let Some(handle) = &tail.handle
                && let Ok(cursor) = Cursor::at(handle, row.position, row.mid_line, tail.cursor.wide)
            {
                tail.cursor = cursor;
            }
            tail.start = row.position;
            tail.stored = Some(row);
        }
        self.attach(path, id, now);
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
        let mut tail = Tail::new(origin, lane, path.to_path_buf(), opened, now.mono);
        if let Some(slot) = self.slots.get(path) {
            tail.any_link = slot.wanted.any_link;
            tail.poll = slot.wanted.poll;
        }
        if tail.cursor.wide {
            self.say(path, Trouble::Wide);
        }
        self.tails.insert(id, tail);
        self.by_key.insert(key, id);
        self.by_origin.insert(origin, id);
        self.lanes.enqueue(lane, id);
        self.commit.touched.insert(id);
        self.opened(id);
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

/// Does the file hold what the row says was read, and is it the row's by inode?
fn is_of(row: &FileCheckpoint, opened: &Opened) -> bool {
    row.inode == opened.facts.inode && holds(row, &opened.handle, opened.facts.size)
}

/// Does the file begin as the row says, and stand the same bytes before the row's position?
pub(super) fn holds(row: &FileCheckpoint, handle: &Handle, size: u64) -> bool {
    size >= row.position
        && hashes_to(handle, 0, row.prefix_len, row.prefix_hash)
        && row
            .position
            .checked_sub(row.tail_len.into())
            .is_some_and(|from| hashes_to(handle, from, row.tail_len, row.tail_hash))
}

fn hashes_to(handle: &Handle, from: u64, len: u32, expected: [u8; 16]) -> bool {
    if len == 0 {
        return true;
    }
    // Bounded whatever the store holds: the lengths we write are at most PREFIX_BYTES_MAX.
    let mut bytes = vec![0; (len as usize).min(CHUNK_BYTES)];
    let count = handle.read_at(&mut bytes, from).unwrap_or(0);
    count == bytes.len() && hash(&bytes) == expected
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
