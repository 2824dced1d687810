//! When to read. In: changes that the kernel tells, and the clock. Out: which tails are due.
//!
//! A hot file has no watch: it is read every 20 ms until it was silent for a second. A quiet one has a watch for one
//! write; after it is armed the file is read once more, so that nothing falls between. Folders are watched for names
//! only. All of that is a hint: paths of hot files are looked at every second, all others every 30 s, globs every 60 s.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::FileSource;
use super::tail::{Standing, TailId};
use super::trouble::Trouble;
use crate::bounds;
use crate::os::Now;
use crate::os::wake::Wake;
use crate::os::watch::{self, Change, WatchId, Watcher};

/// Above this many hot files each is read less often, so that their ticks cost no more together.
const HOT_FILES_FULL_PACE: u32 = 256;
/// While lanes are paused they are looked at again this often, should nobody wake us.
const PARKED_MS: u64 = 1_000;

/// The agenda.
#[derive(Debug)]
pub(super) struct Quiet {
    watcher: Option<Watcher>,
    folders: BTreeMap<WatchId, PathBuf>,
    folder_ids: BTreeMap<PathBuf, WatchId>,
    files: BTreeMap<WatchId, TailId>,
    told: bool,
    last_drain: Duration,
    no_watch_said: bool,
    /// Tails by when they are read.
    pub(super) reads: BTreeSet<(Duration, TailId)>,
    /// Read every tick.
    pub(super) hot: BTreeSet<TailId>,
    /// Quiet, but the kernel does not tell of their writes.
    pub(super) unwatched: BTreeSet<TailId>,
    /// Due, but all apps of their lane are paused.
    pub(super) parked: BTreeSet<TailId>,
    /// Tails with an open handle, longest first.
    pub(super) opened: VecDeque<TailId>,
    pub(super) next_hot_look: Duration,
    pub(super) next_waiting: Duration,
    pub(super) next_unwatched: Duration,
    pub(super) next_reconcile: Duration,
    pub(super) next_globs: Duration,
    pub(super) reconcile_from: Option<Arc<Path>>,
    pub(super) swept: Duration,
}

impl Quiet {
    pub(super) fn new(now: Now) -> Self {
        let after = |ms| now.mono + Duration::from_millis(ms);
        Self {
            watcher: None,
            folders: BTreeMap::new(),
            folder_ids: BTreeMap::new(),
            files: BTreeMap::new(),
            told: false,
            last_drain: now.mono,
            no_watch_said: false,
            reads: BTreeSet::new(),
            hot: BTreeSet::new(),
            unwatched: BTreeSet::new(),
            parked: BTreeSet::new(),
            opened: VecDeque::new(),
            next_hot_look: after(bounds::RECONCILE_HOT_MS),
            next_waiting: now.mono,
            next_unwatched: after(bounds::RECONCILE_HOT_MS),
            next_reconcile: after(bounds::RECONCILE_MS),
            next_globs: after(bounds::RECONCILE_GLOBS_MS),
            reconcile_from: None,
            swept: now.mono,
        }
    }

    pub(super) fn wait(&mut self, timeout: Option<Duration>, wake: &Wake) {
        self.told |= watch::wait(self.watcher.as_ref(), wake, timeout);
    }

    /// How long a hot file waits for its next read.
    fn tick(&self) -> Duration {
        let crowd = u32::try_from(self.hot.len()).unwrap_or(u32::MAX) / HOT_FILES_FULL_PACE;
        Duration::from_millis(bounds::HOT_READ_MS) * (crowd + 1)
    }
}

impl FileSource {
    pub(super) fn start_watching(&mut self, watcher: std::io::Result<Watcher>) {
        match watcher {
            Ok(watcher) => self.quiet.watcher = Some(watcher),
            Err(error) => self.no_watch(Path::new("/"), &error),
        }
    }

    fn no_watch(&mut self, path: &Path, error: &std::io::Error) {
        if !self.quiet.no_watch_said {
            self.quiet.no_watch_said = true;
            self.say(path, Trouble::NoWatch(error.to_string()));
        }
    }

    /// Watches the folders in which names matter.
    pub(super) fn watch_folders(&mut self, folders: &BTreeSet<PathBuf>) {
        for folder in folders {
            if self.quiet.folder_ids.contains_key(folder) {
                continue;
            }
            let Some(watcher) = &self.quiet.watcher else {
                return;
            };
            match watcher.folder(folder) {
                Ok(id) => {
                    self.quiet.folders.insert(id, folder.clone());
                    self.quiet.folder_ids.insert(folder.clone(), id);
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => self.no_watch(folder, &error),
            }
        }
    }

    /// Puts a tail on the agenda, unless it is due earlier.
    pub(super) fn read_at(&mut self, id: TailId, at: Duration) {
        let Some(tail) = self.tails.get_mut(&id) else {
            return;
        };
        if let Some(next) = tail.next_read {
            if next <= at {
                return;
            }
            self.quiet.reads.remove(&(next, id));
        }
        tail.next_read = Some(at);
        self.quiet.reads.insert((at, id));
    }

    /// Something happened to it: it is read now, and at least once more after its watch is armed.
    pub(super) fn read_soon(&mut self, id: TailId, at: Duration) {
        self.quiet.unwatched.remove(&id);
        if let Some(tail) = self.tails.get_mut(&id) {
            tail.armed = false;
        }
        self.read_at(id, at);
    }

    /// Read every tick from now on.
    pub(super) fn read_hot(&mut self, id: TailId, now: Duration) {
        self.quiet.hot.insert(id);
        if let Some(tail) = self.tails.get_mut(&id) {
            tail.armed = false;
        }
        let tick = self.quiet.tick();
        self.read_at(id, now + tick);
    }

    /// It was silent long enough: it is watched from now on, and read once more.
    pub(super) fn read_when_told(&mut self, id: TailId, now: Duration) {
        self.quiet.hot.remove(&id);
        let Some(tail) = self.tails.get_mut(&id) else {
            return;
        };
        if tail.armed {
            return;
        }
        tail.armed = true;
        let watch = match (&self.quiet.watcher, &tail.handle) {
            (Some(watcher), Some(handle)) if !tail.poll => watcher.next_write(handle),
            _ => {
                self.quiet.unwatched.insert(id);
                return;
            }
        };
        let path = tail.path.clone();
        match watch {
            Ok(watch) => {
                self.quiet.files.insert(watch, id);
                self.read_at(id, now);
            }
            Err(error) => {
                self.quiet.unwatched.insert(id);
                self.no_watch(&path, &error);
            }
        }
    }

    /// Takes what the kernel has to tell: at once when nothing else is to do, else now and then.
    pub(super) fn hear(&mut self, now: Now, idle: bool) {
        let lately = now.mono.saturating_sub(self.quiet.last_drain)
            < Duration::from_millis(bounds::HOT_READ_MS);
        if !self.quiet.told && !idle && lately {
            return;
        }
        self.quiet.told = false;
        self.quiet.last_drain = now.mono;
        let changes = self.quiet.watcher.as_ref().map(Watcher::drain);
        for change in changes.unwrap_or_default() {
            self.hear_one(change, now);
        }
    }

    fn hear_one(&mut self, change: Change, now: Now) {
        match change {
            Change::Written(id) => {
                if let Some(tail) = self.quiet.files.remove(&id) {
                    self.read_soon(tail, now.mono);
                }
            }
            Change::Ended(id) => {
                self.quiet.files.remove(&id);
                if let Some(folder) = self.quiet.folders.remove(&id) {
                    self.quiet.folder_ids.remove(&folder);
                    self.quiet.next_globs = now.mono;
                }
            }
            Change::Name {
                folder,
                name,
                is_folder,
                fresh,
            } => {
                let Some(folder) = self.quiet.folders.get(&folder) else {
                    return;
                };
                let path = folder.join(name);
                if is_folder {
                    self.quiet.next_globs = now.mono;
                } else if fresh {
                    self.hold_copy(&path, now);
                }
                self.make_slot(&path);
                if let Some(slot) = self.slots.get_mut(path.as_path()) {
                    slot.fresh |= fresh;
                    if fresh {
                        slot.first = None;
                    }
                }
                self.look(&path, now);
            }
            Change::Overflow => {
                self.say(Path::new("/"), Trouble::Overflow);
                self.quiet.next_globs = now.mono;
                self.quiet.next_reconcile = now.mono;
            }
        }
    }

    /// Its handle was opened: beyond the bound the one opened longest ago is closed, unless the file has no name.
    pub(super) fn opened(&mut self, id: TailId) {
        self.quiet.opened.push_back(id);
        let mut tries = self.quiet.opened.len();
        while self.quiet.opened.len() > bounds::HANDLES_OPEN_MAX && tries > 0 {
            tries -= 1;
            let Some(oldest) = self.quiet.opened.pop_front() else {
                return;
            };
            match self.tails.get_mut(&oldest) {
                Some(tail) if matches!(tail.standing, Standing::Named) && oldest != id => {
                    tail.handle = None;
                }
                Some(tail) if tail.handle.is_some() => self.quiet.opened.push_back(oldest),
                _ => {}
            }
        }
    }

    /// When something is to be done next.
    pub(super) fn next_due(&self, now: Now) -> Duration {
        if !self.ready.is_empty() || !self.said.is_empty() {
            return now.mono;
        }
        let quiet = &self.quiet;
        let mut due = quiet.next_reconcile.min(quiet.next_globs);
        if let Some((at, _)) = quiet.reads.first() {
            due = due.min(*at);
        }
        if !quiet.hot.is_empty() {
            due = due.min(quiet.next_hot_look);
        }
        if !self.waiting.is_empty() {
            due = due.min(quiet.next_waiting);
        }
        if !quiet.unwatched.is_empty() {
            due = due.min(quiet.next_unwatched);
        }
        if !quiet.parked.is_empty() {
            due = due.min(now.mono + Duration::from_millis(PARKED_MS));
        }
        due
    }
}
