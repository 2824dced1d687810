//! Other files of a log's folder. In: what a file of ours looked like. Out: the one that holds its bytes now, and those
//! that were written after it.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::arrive::open;
use super::name;
use super::tail::{Key, Opened, Tail, hash};
use crate::bounds::{CHUNK_BYTES, PREFIX_BYTES_MAX, SIBLINGS_MAX, TAIL_BYTES_MAX};
use crate::os::Now;
use crate::os::files::{self, Facts, Handle, Kind};
use crate::source::FileCheckpoint;

/// With fewer bytes in common, another inode is another file: many logs begin with the same short line.
const PROOF_BYTES_MIN: u64 = 32;

/// What tells a file by its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Marks {
    pub(super) prefix_len: u32,
    pub(super) prefix_hash: [u8; 16],
    pub(super) position: u64,
    pub(super) tail_len: u32,
    pub(super) tail_hash: [u8; 16],
}

impl Marks {
    pub(super) fn of_row(row: &FileCheckpoint) -> Self {
        Self {
            prefix_len: row.prefix_len,
            prefix_hash: row.prefix_hash,
            position: row.position,
            tail_len: row.tail_len,
            tail_hash: row.tail_hash,
        }
    }

    pub(super) fn of_tail(tail: &Tail) -> Self {
        Self {
            prefix_len: tail.prefix.len() as u32,
            prefix_hash: hash(&tail.prefix),
            position: tail.cursor.position,
            tail_len: tail.cursor.tail.len() as u32,
            tail_hash: hash(&tail.cursor.tail),
        }
    }

    /// Are they enough to tell a file by, whatever its inode?
    pub(super) fn prove(&self) -> bool {
        self.position >= PROOF_BYTES_MIN && self.tail_len > 0
    }

    /// Does the file begin with the prefix, and stand the same bytes before the position?
    pub(super) fn held_by(&self, handle: &Handle, size: u64) -> bool {
        let from = self.position.checked_sub(self.tail_len.into());
        size >= self.position
            && self.begun_by(handle)
            && from.is_some_and(|from| hashes_to(handle, from, self.tail_len, self.tail_hash))
    }

    /// Does the file begin with the prefix?
    pub(super) fn begun_by(&self, handle: &Handle) -> bool {
        hashes_to(handle, 0, self.prefix_len, self.prefix_hash)
    }
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

/// When a file of ours was changed last, and made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Since {
    pub(super) modified: Timestamp,
    pub(super) birth: Option<i64>,
    pub(super) key: Key,
}

impl Since {
    pub(super) fn of(facts: &Facts) -> Self {
        Self {
            modified: facts.modified,
            birth: facts.birth,
            key: Key::of(facts),
        }
    }

    /// Of a compressed file: it keeps the time of change of what is in it, but was made later.
    pub(super) fn of_packed(facts: &Facts) -> Self {
        Self {
            birth: None,
            ..Self::of(facts)
        }
    }

    /// Of no file: after all siblings, and after `now`.
    pub(super) fn all_of(siblings: &[Sibling], now: Now) -> Self {
        let newest = siblings.iter().map(|each| each.facts.modified).max();
        Self {
            modified: newest.map_or(now.wall, |newest| newest.max(now.wall)),
            birth: siblings.iter().filter_map(|each| each.facts.birth).max(),
            key: Key::default(),
        }
    }

    /// Was the other file written after this one? Clocks of file systems stand for milliseconds, so of two that were
    /// changed at the same time the one made later is the later one.
    fn is_before(self, other: &Facts) -> bool {
        Key::of(other) != self.key
            && (other.modified > self.modified
                || (other.modified == self.modified && other.birth > self.birth))
    }
}

/// A file of the same folder whose name begins like the log's.
#[derive(Debug, Clone)]
pub(super) struct Sibling {
    pub(super) path: PathBuf,
    pub(super) facts: Facts,
    /// Its name is one that a rotation gives.
    pub(super) rotated: bool,
    /// Its name says that it is compressed.
    pub(super) packed: bool,
}

/// The siblings of a log, most recently changed first.
pub(super) fn of(log: &Path) -> Vec<Sibling> {
    let (Some(folder), Some(log)) = (log.parent(), log.file_name()) else {
        return Vec::new();
    };
    let log = log.as_bytes();
    let listed = files::list(folder).unwrap_or_default().into_iter();
    let siblings = listed
        .filter(|entry| entry.kind == Kind::Regular && name::is_sibling(log, entry.name.as_bytes()))
        .take(SIBLINGS_MAX)
        .filter_map(|entry| {
            let path = folder.join(&entry.name);
            let facts = files::link_facts(&path).ok()?;
            let plain = name::uncompressed(entry.name.as_bytes());
            Some(Sibling {
                path,
                facts,
                rotated: name::is_rotation(log, plain.unwrap_or(entry.name.as_bytes())),
                packed: plain.is_some(),
            })
        });
    let mut siblings: Vec<Sibling> = siblings.collect();
    siblings.sort_by_key(|each| std::cmp::Reverse(each.facts.modified));
    siblings
}

/// The one that holds what was read, of those that `may` be it. With the raw `prefix`, else one that holds only its
/// beginning, as a copy made before the last bytes were written does.
pub(super) fn holder(
    siblings: &[Sibling],
    marks: &Marks,
    prefix: Option<&[u8]>,
    may: &dyn Fn(Key) -> bool,
) -> Option<(PathBuf, Opened)> {
    let mut shorter = None;
    for sibling in siblings {
        if sibling.packed || !may(Key::of(&sibling.facts)) {
            continue;
        }
        let Ok(opened) = open(&sibling.path, false) else {
            continue;
        };
        // Where nothing was read yet, the beginning has to do, for names that a rotation gives.
        let enough = u64::from(marks.prefix_len) >= PROOF_BYTES_MIN && sibling.rotated;
        let proof = marks.prove() || enough || prefix.is_some() && marks.prefix_len > 0;
        if proof && marks.held_by(&opened.handle, opened.facts.size) {
            return Some((sibling.path.clone(), opened));
        }
        let begins = prefix.is_some_and(|prefix| begins(prefix, &opened, marks.position));
        if begins && shorter.is_none() {
            shorter = Some((sibling.path.clone(), opened));
        }
    }
    shorter
}

/// Is the file a beginning of what was read? Up to the length of the prefix all of it is compared.
fn begins(prefix: &[u8], file: &Opened, position: u64) -> bool {
    let whole = file.facts.size <= prefix.len() as u64 || prefix.len() >= PREFIX_BYTES_MAX;
    let same = prefix
        .iter()
        .zip(&file.prefix)
        .all(|(ours, theirs)| ours == theirs);
    file.facts.size > 0 && file.facts.size < position && whole && same
}

/// Does the current file begin with all of this one? It is then a copy being made.
pub(super) fn is_beginning_of(copy: &Opened, current: &Handle) -> bool {
    let size = copy.facts.size;
    let len = size.min(TAIL_BYTES_MAX as u64);
    let same = |from: u64, len: usize| {
        let (mut ours, mut theirs) = (vec![0; len], vec![0; len]);
        let read = (
            current.read_at(&mut ours, from),
            copy.handle.read_at(&mut theirs, from),
        );
        matches!(read, (Ok(a), Ok(b)) if a == len && b == len) && ours == theirs
    };
    size > 0 && same(0, copy.prefix.len()) && same(size - len, len as usize)
}

/// Those that a rotation named, changed after `since`, oldest change first, of those that `may` be read.
pub(super) fn newer(siblings: &[Sibling], since: Since, may: &dyn Fn(Key) -> bool) -> Vec<Sibling> {
    let newer = siblings
        .iter()
        .rev()
        .filter(|each| each.rotated && since.is_before(&each.facts) && may(Key::of(&each.facts)));
    newer.cloned().collect()
}
