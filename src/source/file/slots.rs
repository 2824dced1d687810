//! Wanted paths. In: globs, and looks at the machine. Out: which file each path names now, and every change of that.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::FileSource;
use super::settings::{self, Wanted, WatchSettings};
use super::tail::{Key, Standing, TailId};
use super::trouble::{FileProblem, Trouble};
use crate::bounds;
use crate::config::StartAt;
use crate::os::Now;
use crate::os::files::{self, Facts, Kind, Refused};
use crate::source::FileCheckpoint;

/// A path that is wanted and was there at the last look.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) wanted: Wanted,
    /// What is read there.
    pub(super) tail: Option<TailId>,
    /// Why nothing is.
    pub(super) refused: Option<Trouble>,
    /// It was there when its glob was first seen.
    pub(super) first: Option<StartAt>,
    /// The name was made or unlinked since the last look.
    pub(super) fresh: bool,
}

impl Slot {
    pub(super) fn problem(&self, path: &Path) -> Option<FileProblem> {
        let what = self.refused.clone()?;
        Some(FileProblem {
            path: path.to_path_buf(),
            what: Some(what),
        })
    }
}

impl FileSource {
    /// Looks for new paths everywhere. At the start the rows of the last run are taken up before anything new is.
    pub(super) fn look_for_all(&mut self, stored: Option<Vec<FileCheckpoint>>, now: Now) {
        let found = settings::find(&self.settings);
        if found.too_many {
            self.say(Path::new("/"), Trouble::TooMany);
        }
        self.watch_folders(&found.folders);
        let new: Vec<PathBuf> = found
            .paths
            .into_iter()
            .filter(|path| !self.slots.contains_key(path.as_path()))
            .collect();
        for path in &new {
            self.make_slot(path);
        }
        for pattern in self.settings.iter().flat_map(WatchSettings::patterns) {
            if self.globs_known.insert(pattern.text.clone()) {
                self.globs_new.push(pattern.text.clone());
            }
        }
        if let Some(rows) = stored {
            self.resume(rows, now);
        }
        for path in new {
            self.look(&path, now);
        }
    }

    /// A slot for a path that is wanted; does nothing for others.
    pub(super) fn make_slot(&mut self, path: &Path) {
        let wanted = settings::wanted(&self.settings, path);
        if wanted.apps.is_empty()
            || self.slots.contains_key(path)
            || self.slots.len() >= bounds::FILES_MAX
        {
            return;
        }
        let slot = Slot {
            wanted,
            tail: None,
            refused: None,
            first: self.first_sight(path),
            fresh: false,
        };
        let path: Arc<Path> = path.into();
        self.slots.insert(path.clone(), slot);
        self.stems.insert(path);
    }

    /// The path as it is kept in memory once, if it is wanted.
    pub(super) fn shared(&self, path: &Path) -> Arc<Path> {
        let known = self.slots.get_key_value(path);
        known.map_or_else(|| path.into(), |(known, _)| known.clone())
    }

    fn drop_slot(&mut self, path: &Path) {
        if let Some((path, _)) = self.slots.remove_entry(path) {
            self.stems.remove(&path);
        }
        self.waiting.remove(path);
    }

    /// Where reading begins if every glob that matches is seen for the first time: of several, the one that reads most.
    fn first_sight(&self, path: &Path) -> Option<StartAt> {
        let mut first: Option<StartAt> = None;
        for each in &self.settings {
            for pattern in each.matching(path) {
                if self.globs_known.contains(&pattern.text) {
                    return None;
                }
                first = Some(match (first, each.start_at) {
                    (None | Some(StartAt::End), start) => start,
                    (Some(StartAt::Age(one)), StartAt::Age(other)) => StartAt::Age(one.max(other)),
                    (Some(_), StartAt::Beginning) => StartAt::Beginning,
                    (Some(start), _) => start,
                });
            }
        }
        first
    }

    /// What does the path name now?
    pub(super) fn look(&mut self, path: &Path, now: Now) {
        let Some(slot) = self.slots.get(path) else {
            return;
        };
        let current = slot.tail;
        match files::facts(path) {
            Ok(facts) if facts.kind == Kind::Regular => {
                let same = current
                    .and_then(|id| self.tails.get(&id))
                    .is_some_and(|tail| tail.is(&facts));
                match current {
                    Some(id) if same => self.seen_again(id, &facts, now),
                    _ => self.changed(path, &facts, now),
                }
            }
            Ok(_) => {
                self.vacate(path, now);
                self.refuse(path, Trouble::NotTailed(Refused::NotRegular.to_string()));
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let left = slot.fresh || current.is_some();
                self.vacate(path, now);
                if left {
                    self.read_between(path, None, now);
                }
                // A link that leads nowhere is still there.
                if files::link_facts(path).is_err() {
                    self.over(path);
                    self.drop_slot(path);
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                self.refuse(path, Trouble::NotTailed(Refused::Permission.to_string()));
            }
            Err(error) => self.refuse(path, Trouble::Unreadable(error.to_string())),
        }
        if let Some(slot) = self.slots.get_mut(path) {
            slot.fresh = false;
        }
    }

    fn seen_again(&mut self, id: TailId, facts: &Facts, now: Now) {
        let Some(tail) = self.tails.get_mut(&id) else {
            return;
        };
        let changed = tail.size != facts.size || tail.modified != facts.modified;
        if tail.size > 0 {
            tail.size = facts.size;
        }
        if tail.standing == Standing::Copy {
            if changed && facts.size != tail.cursor.position {
                self.copy_grows(id, now);
            }
            return;
        }
        if changed || tail.cursor.half > 0 {
            self.read_soon(id, now.mono);
        }
    }

    fn changed(&mut self, path: &Path, facts: &Facts, now: Now) {
        let known = self.by_key.get(&Key::of(facts)).copied().filter(|id| {
            self.tails
                .get(id)
                .is_some_and(|tail| tail.is(facts) && tail.standing != Standing::Gone)
        });
        let old = self.slots.get(path).and_then(|slot| slot.tail);
        self.vacate(path, now);
        match known {
            Some(id) => {
                self.waiting.remove(path);
                self.attach(path, id, now);
            }
            None => self.arrive(path, old, now),
        }
    }

    /// The path does not name its tail any more.
    pub(super) fn vacate(&mut self, path: &Path, now: Now) {
        let Some(id) = self.slots.get_mut(path).and_then(|slot| slot.tail.take()) else {
            return;
        };
        let Some(tail) = self.tails.get_mut(&id) else {
            return;
        };
        tail.named_by.remove(path);
        if !tail.named_by.is_empty() {
            return;
        }
        if tail.standing == Standing::Copy {
            // Its new name is not known, and nothing is to be read of it: it is known again by its row.
            return;
        }
        let links = tail.handle.as_ref().and_then(|handle| handle.facts().ok());
        tail.standing = match links {
            Some(facts) if facts.links == 0 => Standing::Deleted {
                held: std::time::Duration::ZERO,
            },
            _ => Standing::Moved,
        };
        tail.at_end = false;
        self.read_soon(id, now.mono);
    }

    /// The path names a tail that is known already: it was renamed, or has two names.
    pub(super) fn attach(&mut self, path: &Path, id: TailId, now: Now) {
        let path = &self.shared(path);
        let others: Vec<Arc<Path>> = self
            .tails
            .get(&id)
            .map(|tail| tail.named_by.iter().cloned().collect())
            .unwrap_or_default();
        for other in others {
            let still = files::facts(&other)
                .is_ok_and(|facts| self.tails.get(&id).is_some_and(|tail| tail.is(&facts)));
            if !still {
                self.vacate(&other, now);
            }
        }
        let Some(tail) = self.tails.get_mut(&id) else {
            return;
        };
        let lane = tail.lane;
        let shared = !tail.named_by.is_empty();
        tail.named_by.insert(path.clone());
        tail.path = path.clone();
        let copy = tail.standing == Standing::Copy;
        if !copy {
            tail.standing = Standing::Named;
            self.over(path);
        }
        let Some(slot) = self.slots.get_mut(path) else {
            return;
        };
        slot.tail = Some(id);
        // What comes to this name later was not there at first sight.
        slot.first = None;
        if shared {
            let apps = slot.wanted.apps.clone();
            self.lanes.share(lane, &apps);
        }
        if copy {
            self.refuse(path, Trouble::Copy);
        } else {
            self.read_soon(id, now.mono);
        }
    }

    /// It stands under this name, which may be a wanted path or not.
    pub(super) fn stands(&mut self, id: TailId, path: &Path, now: Now) {
        if self.slots.contains_key(path) {
            self.vacate(path, now);
            self.attach(path, id, now);
        } else if let Some(tail) = self.tails.get_mut(&id) {
            tail.standing = Standing::Moved;
            self.read_soon(id, now.mono);
        }
    }

    /// Nothing is read there, for this reason; said when it is new.
    pub(super) fn refuse(&mut self, path: &Path, why: Trouble) {
        let Some(slot) = self.slots.get_mut(path) else {
            return;
        };
        self.waiting.remove(path);
        if slot.refused.as_ref() != Some(&why) {
            slot.refused = Some(why.clone());
            self.say(path, why);
        }
    }

    /// What was wrong there is over.
    pub(super) fn over(&mut self, path: &Path) {
        let was = self
            .slots
            .get_mut(path)
            .and_then(|slot| slot.refused.take());
        if was.is_some() {
            self.problems.push(FileProblem {
                path: path.to_path_buf(),
                what: None,
            });
        }
    }
}
