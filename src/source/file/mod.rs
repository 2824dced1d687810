//! Log files. In: which paths are wanted, and what the store knows. Out: whole lines with their position, each once.
//!
//! A [`Slot`](slots::Slot) is a path that is wanted; a [`Tail`](tail::Tail) is one generation of one file that is read; a
//! lane is the lineage of a path. Rotation moves a tail out of its slot and puts another in; both stay in the lane, and
//! the successor is read when the predecessor is at its end.
//!
//! | file | does |
//! |---|---|
//! | `settings`, `pattern`, `name` | what is wanted |
//! | `slots` | which file each wanted path names now |
//! | `arrive`, `copies` | which of the files known this one is |
//! | `held` | copies that lose their name before they are needed |
//! | `replaced` | truncation, and the copy that holds the old bytes |
//! | `siblings`, `packed` | other files of the folder: copies, rotated and compressed ones |
//! | `cursor`, `turn` | reading on, one chunk of one file at a time |
//! | `ends` | the order within a lane, and its end |
//! | `quiet`, `reconcile` | when to read: hot files by the clock, quiet ones when told; what is true in any case |
//! | `commit` | positions out, back after a failed commit |
//! | `nameless` | deleted files, from one source to the next |
//! | `now` | how each file stands, for people |
//! | `resume` | finding the files of the last run |
//!
//! Never parses, never reads a clock, never fails on what a file holds: what cannot be given is a loss, with its reason.

mod arrive;
mod commit;
mod copies;
mod cursor;
mod ends;
mod few;
mod held;
mod lanes;
mod look;
mod name;
mod nameless;
mod now;
mod packed;
mod pattern;
mod quiet;
mod reconcile;
mod replaced;
mod resume;
mod settings;
mod siblings;
mod slots;
mod stems;
mod tail;
mod trouble;
mod turn;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub use look::{Look, Match, look};
pub use settings::WatchSettings;
pub use trouble::{FileProblem, SourceError, Trouble};

use self::lanes::Lanes;
use self::quiet::Quiet;
use self::slots::Slot;
use self::stems::Stems;
use self::tail::{Key, Tail, TailId};
use crate::os::Now;
use crate::os::chance::Chance;
use crate::os::wake::Wake;
use crate::os::watch::Watcher;
use crate::source::{
    AppIx, FileCheckpoint, FileNow, Hold, Input, Lane, LaneId, Loss, LossReason, Nameless, Origin,
    Piece, Source,
};

/// The files of all apps.
pub struct FileSource {
    settings: Vec<WatchSettings>,
    once: bool,
    chance: Arc<dyn Chance>,
    slots: BTreeMap<Arc<Path>, Slot>,
    stems: Stems,
    lanes: Lanes,
    tails: BTreeMap<TailId, Box<Tail>>,
    by_key: BTreeMap<Key, TailId>,
    by_origin: BTreeMap<Origin, TailId>,
    tails_made: TailId,
    /// Files that begin like another and are not yet told from it.
    waiting: BTreeMap<PathBuf, copies::Waiting>,
    /// The logs beside a new file are being looked at: not those beside them in turn.
    looking_beside: bool,
    /// Paths whose file was truncated since the last run, and the generation it had then.
    successions: BTreeMap<PathBuf, Origin>,
    quiet: Quiet,
    ready: VecDeque<TailId>,
    said: VecDeque<Piece>,
    buffer: Vec<u8>,
    held_copies: Vec<held::HeldCopy>,
    ledger: Ledger,
    problems: Vec<FileProblem>,
    commit: commit::State,
    globs_new: Vec<Vec<u8>>,
    globs_known: BTreeSet<Vec<u8>>,
}

/// What could not be given.
#[derive(Debug, Default)]
struct Ledger {
    /// Not yet told.
    new: Vec<Loss>,
    /// Told since the last commit and not met again when the same bytes are read again.
    told: Vec<Loss>,
}

impl FileSource {
    /// Finds the files of the last run and those that are there now. `stored` and `globs_seen` come from the store.
    ///
    /// # Errors
    /// None today: what cannot be read or watched is among [`FileSource::problems`]. The type leaves room.
    pub fn new(
        settings: Vec<WatchSettings>,
        stored: Vec<FileCheckpoint>,
        globs_seen: Vec<Vec<u8>>,
        once: bool,
        chance: Arc<dyn Chance>,
        now: Now,
    ) -> Result<Self, SourceError> {
        let watcher = Watcher::new();
        Self::watched_by(watcher, settings, stored, globs_seen, once, chance, now)
    }

    /// As [`FileSource::new`], with what tells of changes; without it everything is looked at every second.
    ///
    /// # Errors
    /// As [`FileSource::new`].
    pub fn watched_by(
        watcher: std::io::Result<Watcher>,
        settings: Vec<WatchSettings>,
        stored: Vec<FileCheckpoint>,
        globs_seen: Vec<Vec<u8>>,
        once: bool,
        chance: Arc<dyn Chance>,
        now: Now,
    ) -> Result<Self, SourceError> {
        let mut source = Self {
            quiet: Quiet::new(now),
            settings,
            once,
            chance,
            slots: BTreeMap::new(),
            stems: Stems::default(),
            lanes: Lanes::default(),
            tails: BTreeMap::new(),
            by_key: BTreeMap::new(),
            by_origin: BTreeMap::new(),
            tails_made: 0,
            waiting: BTreeMap::new(),
            successions: BTreeMap::new(),
            looking_beside: false,
            ready: VecDeque::new(),
            said: VecDeque::new(),
            buffer: Vec::new(),
            held_copies: Vec::new(),
            ledger: Ledger::default(),
            problems: Vec::new(),
            commit: commit::State::default(),
            globs_new: Vec::new(),
            globs_known: globs_seen.into_iter().collect(),
        };
        source.start_watching(watcher);
        source.look_for_all(Some(stored), now);
        Ok(source)
    }

    /// Globs seen for the first time and not yet committed; to be stored with the checkpoints.
    #[must_use]
    pub fn globs_seen(&self) -> Vec<Vec<u8>> {
        self.globs_new.clone()
    }

    /// What has begun or ceased to be wrong since the last call, each once.
    pub fn problems(&mut self) -> Vec<FileProblem> {
        std::mem::take(&mut self.problems)
    }

    /// Every match that is not tailed now, and why.
    #[must_use]
    pub fn refused(&self) -> Vec<FileProblem> {
        self.slots
            .iter()
            .filter_map(|(path, slot)| slot.problem(path))
            .collect()
    }

    /// Sleeps until a file may have changed, `wake` is nudged or `timeout` is over.
    pub fn wait(&mut self, timeout: Option<Duration>, wake: &Wake) {
        self.quiet.wait(timeout, wake);
    }

    /// With `once`: has everything been read to its end?
    #[must_use]
    pub fn done(&self) -> bool {
        self.once && self.said.is_empty() && self.all_finished()
    }

    fn lose(&mut self, lane: LaneId, reason: LossReason, quantity: u64, met_again: bool) {
        if quantity == 0 {
            return;
        }
        let apps = self.lanes.apps(lane);
        let each = |app| Loss {
            app,
            reason,
            quantity,
        };
        let losses: Vec<Loss> = if apps.is_empty() {
            vec![each(None)]
        } else {
            apps.iter().map(|app| each(Some(*app))).collect()
        };
        if !met_again {
            self.ledger.told.extend_from_slice(&losses);
        }
        self.ledger.new.extend(losses);
    }

    fn say(&mut self, path: &Path, what: Trouble) {
        self.problems.push(FileProblem {
            path: path.to_path_buf(),
            what: Some(what),
        });
    }
}

impl Source for FileSource {
    fn next(
        &mut self,
        now: Now,
        paused: &dyn Fn(AppIx) -> bool,
        input: &mut Input,
    ) -> Option<Piece> {
        self.next_piece(now, paused, input)
    }

    fn due(&self, now: Now) -> Option<Duration> {
        Some(self.next_due(now))
    }

    fn poke(&mut self, lane: LaneId) {
        self.poke_lane(lane);
    }

    fn at_end(&self, lane: LaneId) -> bool {
        let queue = self.lanes.get(lane).map(|state| state.queue.iter());
        let mut tails = queue
            .into_iter()
            .flatten()
            .filter_map(|id| self.tails.get(id));
        tails.all(|tail| tail.unread() == 0)
    }

    fn lane(&self, lane: LaneId) -> Option<&Lane> {
        self.lanes.get(lane).map(|state| &state.lane)
    }

    fn read_back(&mut self, origin: Origin, before: u64, max: usize, bytes: &mut Vec<u8>) {
        self.read_before(origin, before, max, bytes);
    }

    fn stored_hold(&self, origin: Origin) -> Hold {
        self.hold_stored(origin)
    }

    fn checkpoint(&mut self, hold: &dyn Fn(Origin) -> Option<Hold>) -> Vec<FileCheckpoint> {
        self.checkpoints(hold)
    }

    fn forgotten(&mut self) -> Vec<Origin> {
        self.commit.forgotten.clone()
    }

    fn committed(&mut self) {
        self.commit_done();
    }

    fn rewind(&mut self) {
        self.go_back();
    }

    fn losses(&mut self) -> Vec<Loss> {
        std::mem::take(&mut self.ledger.new)
    }

    fn wait(&mut self, timeout: Option<Duration>, wake: &Wake) {
        self.quiet.wait(timeout, wake);
    }

    fn done(&self) -> bool {
        Self::done(self)
    }

    fn globs_seen(&mut self) -> Vec<Vec<u8>> {
        Self::globs_seen(self)
    }

    fn lag(&mut self) -> Vec<(PathBuf, u64)> {
        self.unread()
    }

    fn files(&mut self) -> Vec<FileNow> {
        self.files_now()
    }

    fn file_count(&self) -> usize {
        self.tails.len()
    }

    fn problems(&mut self) -> Vec<String> {
        let told = Self::problems(self).into_iter();
        told.map(|problem| problem.to_string()).collect()
    }

    fn nameless(&self) -> Vec<Nameless> {
        self.held_without_name()
    }

    fn changed(&self) -> bool {
        !self.commit.touched.is_empty() || !self.globs_new.is_empty()
    }

    fn unstored(&self) -> bool {
        let touched = self.commit.touched.iter();
        let mut tails = touched.filter_map(|id| self.tails.get(id));
        tails.any(|tail| tail.stored.is_none())
    }
}
