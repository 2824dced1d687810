//! One generation of one file. In: an open file. Out: what tells it from others, and how far it was read.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::cursor::{self, Cursor};
use super::few::Few;
use super::siblings::Marks;
use crate::bounds::PREFIX_BYTES_MAX;
use crate::os::files::{Facts, Handle};
use crate::source::{FileCheckpoint, LaneId, Origin};

/// Names a tail within this run; rises.
pub(super) type TailId = u64;

/// Names a file while it is open or unchanged: device and inode.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) device: u64,
    pub(super) inode: u64,
}

impl Key {
    pub(super) fn of(facts: &Facts) -> Self {
        Self {
            device: facts.device,
            inode: facts.inode,
        }
    }
}

/// Where the file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// A wanted path names it.
    Named,
    /// No wanted path names it any more.
    Moved,
    /// No path names it any more. Held open for this long so far.
    Deleted { held: Duration },
    /// A copy of another's bytes: not read.
    Copy,
    /// Nothing of it is left to read.
    Gone,
}

/// A file being read.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own; no two of them make a state"
)]
pub(super) struct Tail {
    pub(super) origin: Origin,
    pub(super) lane: LaneId,
    /// Where it can be opened.
    pub(super) path: Arc<Path>,
    pub(super) any_link: bool,
    pub(super) poll: bool,
    pub(super) key: Key,
    pub(super) birth: Option<i64>,
    pub(super) handle: Option<Handle>,
    /// Its first bytes.
    pub(super) prefix: Vec<u8>,
    pub(super) cursor: Cursor,
    /// After a failed commit: what must stand before the position, looked at before the next read.
    pub(super) unsure: Option<Marks>,
    /// Where reading began, if nothing was ever stored.
    pub(super) start: u64,
    pub(super) size: u64,
    pub(super) modified: Timestamp,
    /// When its last bytes were found.
    pub(super) last_bytes: Duration,
    /// When it was last read to its end.
    pub(super) behind_since: Duration,
    /// The last read found no whole line.
    pub(super) at_end: bool,
    /// Successors may be read: it was at its end after it was moved.
    pub(super) ended: bool,
    /// Its watch is armed, or nobody tells of its writes; one read has to follow.
    pub(super) armed: bool,
    /// When its last line without an end was first seen.
    pub(super) half_since: Duration,
    /// Its last read failed, and that was said.
    pub(super) failing: bool,
    /// It had no name when it was let go.
    pub(super) was_deleted: bool,
    /// When it is read next, as in the agenda.
    pub(super) next_read: Option<Duration>,
    pub(super) standing: Standing,
    /// The wanted paths that name it.
    pub(super) named_by: Few,
    pub(super) stored: Option<Box<FileCheckpoint>>,
    pub(super) pending: Option<Box<FileCheckpoint>>,
}

impl Tail {
    pub(super) fn new(
        origin: Origin,
        lane: LaneId,
        path: Arc<Path>,
        file: Opened,
        now: Duration,
    ) -> Self {
        let Opened {
            handle,
            facts,
            prefix,
        } = file;
        Self {
            origin,
            lane,
            path,
            any_link: false,
            poll: false,
            key: Key::of(&facts),
            birth: facts.birth,
            handle: Some(handle),
            cursor: Cursor {
                wide: cursor::is_wide(&prefix),
                ..Cursor::default()
            },
            prefix,
            unsure: None,
            start: 0,
            size: facts.size,
            modified: facts.modified,
            last_bytes: Duration::ZERO,
            behind_since: now,
            at_end: false,
            ended: false,
            armed: false,
            half_since: now,
            failing: false,
            was_deleted: false,
            next_read: None,
            standing: Standing::Named,
            named_by: Few::default(),
            stored: None,
            pending: None,
        }
    }

    /// Is all that was given stored? Until then its file may have to be read again.
    pub(super) fn is_stored(&self) -> bool {
        let stored = self.stored.as_ref();
        stored.is_some_and(|row| row.position == self.cursor.position)
    }

    /// Bytes known to be there and not given.
    pub(super) fn unread(&self) -> u64 {
        self.size.saturating_sub(self.cursor.position)
    }

    /// Has it more than its last read looked at?
    pub(super) fn goes_on(&self) -> bool {
        let facts = self.handle.as_ref().map(Handle::facts);
        self.standing != Standing::Copy
            && matches!(facts, Some(Ok(facts)) if facts.size > self.cursor.seen)
    }

    /// Is this the same file, as far as the file system can tell?
    pub(super) fn is(&self, facts: &Facts) -> bool {
        let same_birth = match (self.birth, facts.birth) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => true,
        };
        self.key == Key::of(facts) && same_birth
    }

    /// Reads the first bytes again while there were less than wanted.
    pub(super) fn grow_prefix(&mut self) {
        if self.prefix.len() >= PREFIX_BYTES_MAX {
            return;
        }
        let longer = self.handle.as_ref().map(read_prefix);
        if let Some(Ok(longer)) = longer
            && longer.starts_with(&self.prefix)
        {
            self.prefix = longer;
            self.cursor.wide = cursor::is_wide(&self.prefix);
        }
    }

    /// The file does not hold any more what was read, where the cursor alone cannot tell: nothing was read yet, or it was
    /// put back after a failed commit.
    pub(super) fn begins_otherwise(&mut self) -> bool {
        if let (Some(marks), Some(handle)) = (self.unsure, &self.handle) {
            let size = handle.facts().map_or(0, |facts| facts.size);
            if !marks.held_by(handle, size) {
                return true;
            }
            self.unsure = None;
            self.go_to(self.cursor.position, self.cursor.mid_line);
        }
        if self.cursor.position > 0 || self.prefix.is_empty() {
            return false;
        }
        let now = self.handle.as_ref().map(read_prefix);
        matches!(now, Some(Ok(now)) if !now.starts_with(&self.prefix))
    }

    /// Reads on from `position`, if the file is that long.
    pub(super) fn go_to(&mut self, position: u64, mid_line: bool) {
        let wide = self.cursor.wide;
        if let Some(handle) = &self.handle
            && let Ok(cursor) = Cursor::at(handle, position, mid_line, wide)
        {
            self.cursor = cursor;
        }
    }

    /// There was nothing in it so far.
    pub(super) fn is_untouched(&self) -> bool {
        self.cursor.position == 0 && self.size == 0 && self.start == 0
    }

    /// For how long nothing has come, by the clock that says more.
    pub(super) fn silence(&self, now: crate::os::Now) -> Duration {
        let read = now.mono.saturating_sub(self.last_bytes);
        read.max(age(self.modified, now))
    }
}

/// How old a modification is; zero for one in the future.
pub(super) fn age(modified: Timestamp, now: crate::os::Now) -> Duration {
    Duration::try_from(now.wall.duration_since(modified)).unwrap_or_default()
}

/// A file just opened.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) handle: Handle,
    pub(super) facts: Facts,
    pub(super) prefix: Vec<u8>,
}

impl Opened {
    pub(super) fn new(handle: Handle, facts: Facts) -> io::Result<Self> {
        let prefix = read_prefix(&handle)?;
        Ok(Self {
            handle,
            facts,
            prefix,
        })
    }
}

fn read_prefix(handle: &Handle) -> io::Result<Vec<u8>> {
    let mut prefix = vec![0; PREFIX_BYTES_MAX];
    let count = handle.read_at(&mut prefix, 0)?;
    prefix.truncate(count);
    prefix.shrink_to_fit();
    Ok(prefix)
}

/// The first 16 bytes of the SHA-256.
pub(super) fn hash(bytes: &[u8]) -> [u8; 16] {
    let digest = Sha256::digest(bytes);
    let mut cut = [0; 16];
    for (to, from) in cut.iter_mut().zip(digest) {
        *to = from;
    }
    cut
}
