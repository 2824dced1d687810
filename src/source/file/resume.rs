//! After a restart. In: the rows of the last run. Out: their files, wherever they are now, in the order in which they were
//! written; and what is lost if they are nowhere.
//!
//! A row's file is told by its inode and its bytes; by its bytes alone where the inode is another's (a copy, a device
//! number that changed, a backup put back). Whatever was rotated between it and the file that has its name now was never
//! read: each such sibling is read whole, in order of change.
//!
//! What is lost with a row whose file is nowhere is said but not counted: a row holds how far the file was read, and how
//! long it was then, or grew to be while nobody looked, died with it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::FileSource;
use super::arrive::open;
use super::packed;
use super::settings;
use super::siblings::{self, Marks, Sibling, Since};
use super::tail::{Key, Opened};
use super::trouble::Trouble;
use crate::os::Now;
use crate::os::files::{self, Facts, Handle};
use crate::source::{FileCheckpoint, FileState, LaneId, LossReason, Origin};

/// What is known of the rows' folders, so that each is looked at once.
#[derive(Debug, Default)]
struct Surroundings {
    siblings: BTreeMap<PathBuf, Vec<Sibling>>,
    by_inode: BTreeMap<u64, Vec<PathBuf>>,
}

/// Where files may have been rotated to without having been seen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gap<'a> {
    pub(super) lane: LaneId,
    /// The path whose lineage it is.
    pub(super) log: &'a Path,
    /// The file in hand: a copy of it, or what becomes one, is none of those that are looked for.
    pub(super) current: Option<&'a Handle>,
    pub(super) siblings: &'a [Sibling],
    /// Only what was written after it.
    pub(super) since: Since,
    /// Known already.
    pub(super) claimed: &'a BTreeSet<Key>,
}

/// A lane whose rows were looked for.
#[derive(Debug, Default)]
struct Lineage {
    /// When the newest file that was found was changed: what was rotated later was never read.
    known_until: Option<Since>,
    /// The file that has the name now is none that was found.
    moved_on: bool,
    /// One that was found has the name: nothing was rotated since.
    in_place: bool,
    /// A row was not found anywhere.
    missing: Vec<FileCheckpoint>,
}

impl FileSource {
    /// Takes up the rows of the last run. Slots are there, and empty.
    pub(super) fn resume(&mut self, mut rows: Vec<FileCheckpoint>, now: Now) {
        rows.sort_by(|a, b| (&a.path, a.origin.generation).cmp(&(&b.path, b.origin.generation)));
        let around = self.surroundings(&rows);
        let mut lineages: BTreeMap<PathBuf, Lineage> = BTreeMap::new();
        let mut claimed: BTreeSet<Key> = BTreeSet::new();
        let mut found: Vec<(Since, PathBuf, FileCheckpoint)> = Vec::new();
        let mut rest = Vec::new();
        for row in rows {
            if settings::wanted(&self.settings, &row.path).apps.is_empty() {
                self.commit.lost.push(row);
            } else if let Some((path, facts)) = self.by_inode(&row, &around, &claimed) {
                claimed.insert(Key::of(&facts));
                found.push((Since::of(&facts), path, row));
            } else {
                rest.push(row);
            }
        }
        // By its bytes alone only what is still to be read is looked for, and only where no inode speaks for another.
        for row in rest {
            let live = row.state == FileState::Live;
            let other = live.then(|| self.by_bytes(&row, &around, &claimed));
            if let Some((path, facts)) = other.flatten() {
                claimed.insert(Key::of(&facts));
                found.push((Since::of(&facts), path, row));
            } else {
                let lineage = lineages.entry(row.path.clone()).or_default();
                lineage.missing.push(row);
            }
        }
        found.sort_by_key(|(since, ..)| *since);
        for (since, path, row) in found {
            let lineage = lineages.entry(row.path.clone()).or_default();
            self.note(lineage, since, &path, &row);
            if let Ok(opened) = self.open_wanted(&path) {
                self.take_up(&path, opened, row, now);
            } else {
                self.commit.lost.push(row);
            }
        }
        for (path, lineage) in lineages {
            self.close_gap(&path, lineage, &around, &claimed, now);
        }
    }

    /// What finding this row's file says of its lane.
    fn note(&mut self, lineage: &mut Lineage, since: Since, path: &Path, row: &FileCheckpoint) {
        if knows_nothing(row) {
            // What was written since may have been rotated away whole.
            lineage.moved_on = true;
        } else {
            lineage.known_until = lineage.known_until.max(Some(since));
            lineage.in_place |= path == row.path;
        }
        if path != row.path && row.state == FileState::Live {
            lineage.moved_on = true;
            // Truncated: the file is the next generation of the same.
            if files::facts(&row.path).is_ok_and(|facts| same_file(row, &facts)) {
                self.successions.insert(row.path.clone(), row.origin);
            }
        }
    }

    fn surroundings(&self, rows: &[FileCheckpoint]) -> Surroundings {
        let mut around = Surroundings::default();
        for path in self.slots.keys() {
            if let Ok(facts) = files::facts(path) {
                let same = around.by_inode.entry(facts.inode).or_default();
                same.push(path.to_path_buf());
            }
        }
        for row in rows {
            let in_place = !knows_nothing(row) && self.is_in_place(row);
            if in_place || around.siblings.contains_key(&row.path) {
                continue;
            }
            let siblings = siblings::of(&row.path);
            for sibling in &siblings {
                let same = around.by_inode.entry(sibling.facts.inode).or_default();
                if !same.contains(&sibling.path) {
                    same.push(sibling.path.clone());
                }
            }
            around.siblings.insert(row.path.clone(), siblings);
        }
        around
    }

    /// Its file has its name still, and holds what was read.
    fn is_in_place(&self, row: &FileCheckpoint) -> bool {
        let opened = self.open_wanted(&row.path);
        opened.is_ok_and(|opened| {
            same_file(row, &opened.facts)
                && Marks::of_row(row).held_by(&opened.handle, opened.facts.size)
        })
    }

    /// Opens a path as its settings say.
    fn open_wanted(&self, path: &Path) -> Result<Opened, files::Refused> {
        let slot = self.slots.get(path);
        open(path, slot.is_some_and(|slot| slot.wanted.any_link))
    }

    /// Where the row's file is now: it has the inode still, and holds what was read.
    fn by_inode(
        &self,
        row: &FileCheckpoint,
        around: &Surroundings,
        claimed: &BTreeSet<Key>,
    ) -> Option<(PathBuf, Facts)> {
        let marks = Marks::of_row(row);
        let others = around.by_inode.get(&row.inode).into_iter().flatten();
        std::iter::once(&row.path).chain(others).find_map(|path| {
            files::facts(path)
                .ok()
                .filter(|facts| same_file(row, facts))?;
            let Opened { handle, facts, .. } = self.open_wanted(path).ok()?;
            let ours = !claimed.contains(&Key::of(&facts)) && marks.held_by(&handle, facts.size);
            ours.then(|| (path.clone(), facts))
        })
    }

    /// Where the row's bytes are now, in a file with another inode.
    fn by_bytes(
        &self,
        row: &FileCheckpoint,
        around: &Surroundings,
        claimed: &BTreeSet<Key>,
    ) -> Option<(PathBuf, Facts)> {
        let marks = Marks::of_row(row);
        let free = |key: Key| !claimed.contains(&key);
        if let Ok(Opened { handle, facts, .. }) = self.open_wanted(&row.path)
            && free(Key::of(&facts))
            && marks.prove()
            && marks.held_by(&handle, facts.size)
        {
            return Some((row.path.clone(), facts));
        }
        let siblings = around.siblings.get(&row.path)?;
        let (path, opened) = siblings::holder(siblings, &marks, None, &free)?;
        Some((path, opened.facts))
    }

    fn take_up(&mut self, path: &Path, opened: Opened, row: FileCheckpoint, now: Now) {
        match row.state {
            FileState::Done if !self.slots.contains_key(path) => {
                let wanted = settings::wanted(&self.settings, &row.path);
                let lane = self.lanes.of(self.shared(&row.path), &wanted);
                self.commit.done_before(lane, row);
            }
            FileState::Copy if self.slots.contains_key(path) => {
                self.resume_copy(path, opened, row, now);
            }
            FileState::Copy => self.commit.forgotten.push(row.origin),
            _ => self.resume_tail(path, opened, row, now),
        }
    }

    /// What was rotated since the last run, and what is lost.
    fn close_gap(
        &mut self,
        path: &Path,
        mut lineage: Lineage,
        around: &Surroundings,
        claimed: &BTreeSet<Key>,
        now: Now,
    ) {
        let wanted = settings::wanted(&self.settings, path);
        let lane = self.lanes.of(self.shared(path), &wanted);
        let empty = Vec::new();
        let siblings = around.siblings.get(path).unwrap_or(&empty);
        for row in std::mem::take(&mut lineage.missing) {
            let there = files::facts(path);
            let same = there.as_ref().is_ok_and(|facts| same_file(&row, facts));
            let hidden = there.is_err_and(|error| error.kind() == ErrorKind::PermissionDenied);
            if hidden || same && self.open_wanted(path).is_err() {
                // It may be read again some day.
                self.commit.lost.push(row);
                continue;
            }
            if same && row.state == FileState::Live {
                self.successions.insert(path.to_path_buf(), row.origin);
            }
            self.commit.forgotten.push(row.origin);
            if row.state == FileState::Live {
                let marks = Marks::of_row(&row);
                let until = self.account_for(lane, path, &marks, None, siblings);
                lineage.known_until = lineage.known_until.max(until);
                lineage.moved_on = true;
            }
        }
        if let Some(since) = lineage
            .known_until
            .filter(|_| lineage.moved_on && !lineage.in_place)
        {
            let current = self.open_wanted(path).ok().map(|opened| opened.handle);
            let gap = Gap {
                lane,
                log: path,
                current: current.as_ref(),
                siblings,
                since,
                claimed,
            };
            self.read_newer(&gap, now);
        }
        if let Some(state) = self.lanes.get_mut(lane)
            && lineage.moved_on
            && state.queue.is_empty()
        {
            state.bare_since = Some(Since::all_of(siblings, now));
        }
    }

    /// Reads what was rotated into the gap, and counts what exists only compressed.
    pub(super) fn read_newer(&mut self, gap: &Gap<'_>, now: Now) {
        let Gap {
            lane,
            log: path,
            current,
            siblings,
            since,
            claimed,
        } = *gap;
        let named = self.open_wanted(path).ok();
        let own = files::facts(path).ok().map(|facts| Key::of(&facts));
        let may = |key: Key| {
            !claimed.contains(&key) && !self.by_key.contains_key(&key) && Some(key) != own
        };
        let newer: Vec<Sibling> = siblings::newer(siblings, since, &may);
        let packed: u64 = packed::among(&newer).iter().map(|each| each.bytes).sum();
        self.lose(lane, LossReason::CompressedBytes, packed, false);
        for sibling in newer.into_iter().filter(|each| !each.packed) {
            let Ok(opened) = open(&sibling.path, false) else {
                continue;
            };
            let named = named.as_ref().map(|named| &named.handle);
            let copy = [current, named]
                .into_iter()
                .flatten()
                .any(|current| siblings::is_beginning_of(&opened, current));
            if copy || super::name::is_compressed(&opened.prefix) {
                continue;
            }
            let origin = Origin {
                uid: self.chance.bytes16(),
                generation: 0,
            };
            let id = self.add_tail(origin, lane, &sibling.path, opened, now);
            self.stands(id, &sibling.path, now);
        }
    }

    /// A file of ours is nowhere: counts what lies in a compressed one, and says what is lost. Gives when the compressed
    /// one was changed, so that those after it can be told.
    pub(super) fn account_for(
        &mut self,
        lane: LaneId,
        path: &Path,
        marks: &Marks,
        size: Option<u64>,
        siblings: &[Sibling],
    ) -> Option<Since> {
        let packed = packed::among(siblings);
        let holder = packed
            .iter()
            .find(|each| each.bytes >= marks.position && packed::begins_with(each, marks));
        if let Some(holder) = holder {
            let rest = holder.bytes.saturating_sub(marks.position);
            self.lose(lane, LossReason::CompressedBytes, rest, false);
            return Some(Since::of_packed(&holder.sibling.facts));
        }
        let known = size.map_or(0, |size| size.saturating_sub(marks.position));
        self.lose(lane, LossReason::RotatedAwayBytes, known, false);
        if known > 0 || size.is_none() {
            self.say(path, Trouble::RotatedAway { known });
        }
        None
    }
}

/// The file was empty when the row was stored.
fn knows_nothing(row: &FileCheckpoint) -> bool {
    row.position == 0 && row.prefix_len == 0
}

/// Is it the row's file, as far as the file system can tell? Devices are renumbered at a reboot, so only a birth time
/// that differs speaks against an inode.
fn same_file(row: &FileCheckpoint, facts: &Facts) -> bool {
    let born_apart = matches!((row.birth, facts.birth), (Some(a), Some(b)) if a != b);
    row.inode == facts.inode && !born_apart
}
