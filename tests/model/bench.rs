//! A folder, a clock that is moved by hand, and a tailer whose deliveries are kept.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use stacktail::config::{Files, StartAt, Writing};
use stacktail::os::chance::SeededChance;
use stacktail::os::clock::ManualClock;
use stacktail::os::wake::Wake;
use stacktail::os::watch::Watcher;
use stacktail::os::{Clock, Now};
use stacktail::source::file::{FileProblem, FileSource, WatchSettings};
use stacktail::source::{
    AppIx, FileCheckpoint, Hold, Input, LaneId, LastLine, Loss, LossReason, Origin, Piece, Source,
};

/// One delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) lane: LaneId,
    pub(crate) origin: Origin,
    pub(crate) offset: u64,
    pub(crate) bytes: Vec<u8>,
    pub(crate) last: LastLine,
}

/// The stand-in for the store.
#[derive(Debug, Default, Clone)]
pub(crate) struct Stored {
    pub(crate) rows: BTreeMap<Origin, FileCheckpoint>,
    pub(crate) globs: Vec<Vec<u8>>,
}

pub(crate) struct Bench {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) clock: ManualClock,
    pub(crate) settings: Vec<(AppIx, Files)>,
    pub(crate) once: bool,
    pub(crate) source: Option<FileSource>,
    pub(crate) stored: Stored,
    pub(crate) given: Vec<Given>,
    pub(crate) ends: Vec<LaneId>,
    pub(crate) finished: Vec<LaneId>,
    pub(crate) losses: Vec<Loss>,
    pub(crate) problems: Vec<FileProblem>,
    pub(crate) holds: BTreeMap<Origin, Hold>,
    pub(crate) paused: Vec<AppIx>,
    seed: u64,
    wake: Wake,
}

/// Settings for these globs below the bench's folder.
pub(crate) fn files(paths: &[&str]) -> Files {
    Files {
        paths: paths.iter().map(ToString::to_string).collect(),
        exclude: Vec::new(),
        start_at: StartAt::End,
        writing: Writing::default(),
        follow_symlinks: false,
        poll: false,
    }
}

impl Bench {
    /// App 0 tails `paths`; nothing runs yet.
    pub(crate) fn new(paths: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        // The machine's time without asking a clock: of a file just made.
        let start = dir.path().metadata().unwrap().modified().unwrap();
        let mut bench = Self {
            clock: ManualClock::at(start.try_into().unwrap()),
            settings: Vec::new(),
            once: false,
            source: None,
            stored: Stored::default(),
            given: Vec::new(),
            ends: Vec::new(),
            finished: Vec::new(),
            losses: Vec::new(),
            problems: Vec::new(),
            holds: BTreeMap::new(),
            paused: Vec::new(),
            seed: 1,
            wake: Wake::new().unwrap(),
            dir,
        };
        bench.app(0, files(paths));
        bench
    }

    pub(crate) fn app(&mut self, app: AppIx, mut files: Files) {
        let root = self.dir.path().to_str().unwrap().to_string();
        for path in &mut files.paths {
            *path = format!("{root}/{path}");
        }
        self.settings.push((app, files));
    }

    pub(crate) fn now(&self) -> Now {
        self.clock.now()
    }

    /// Starts (again) from what is stored. What was not committed is forgotten, as after `kill -9`.
    pub(crate) fn start(&mut self) {
        self.start_watched_by(Watcher::new());
    }

    pub(crate) fn start_watched_by(&mut self, watcher: std::io::Result<Watcher>) {
        self.source = None;
        self.seed += 1;
        let settings = self
            .settings
            .iter()
            .map(|(app, files)| WatchSettings::new(*app, files))
            .collect();
        let source = FileSource::watched_by(
            watcher,
            settings,
            self.stored.rows.values().cloned().collect(),
            self.stored.globs.clone(),
            self.once,
            Arc::new(SeededChance::new(self.seed)),
            self.now(),
        );
        self.source = Some(source.unwrap());
    }

    pub(crate) fn source(&mut self) -> &mut FileSource {
        self.source.as_mut().unwrap()
    }

    /// Takes all that is due now.
    pub(crate) fn take(&mut self) {
        let now = self.now();
        let mut input = Input::default();
        for _ in 0..100_000 {
            let paused = self.paused.clone();
            let is_paused = |app: AppIx| paused.contains(&app);
            let source = self.source.as_mut().unwrap();
            let piece = source.next(now, &is_paused, &mut input);
            self.losses.extend(source.losses());
            self.problems.extend(source.problems());
            match piece {
                Some(Piece::Bytes {
                    lane,
                    origin,
                    offset,
                    last,
                    ..
                }) => self.given.push(Given {
                    lane,
                    origin,
                    offset,
                    bytes: input.bytes.clone(),
                    last,
                }),
                Some(Piece::AtEnd { lane, .. }) => self.ends.push(lane),
                Some(Piece::Finished { lane }) => self.finished.push(lane),
                Some(Piece::Entries { .. }) => unreachable!("files have no entries"),
                None if self.source().due(now).is_some_and(|due| due <= now.mono) => {}
                None => return,
            }
        }
        panic!("the source never comes to rest");
    }

    /// Lets time pass, as the agent would: waking when something is due.
    pub(crate) fn pass(&mut self, time: Duration) {
        let end = self.now().mono + time;
        self.take();
        loop {
            let at = self.now();
            let now = at.mono;
            let due = self.source().due(at).unwrap_or(end).min(end);
            if now >= end {
                return;
            }
            self.clock
                .advance(due.saturating_sub(now).max(Duration::from_millis(1)));
            let wake = self.wake.clone();
            self.source().wait(Some(Duration::ZERO), &wake);
            self.take();
        }
    }

    pub(crate) fn pass_ms(&mut self, ms: u64) {
        self.pass(Duration::from_millis(ms));
    }

    /// Stores what is to be stored, and says so.
    pub(crate) fn commit(&mut self) -> Vec<FileCheckpoint> {
        let holds = self.holds.clone();
        let source = self.source.as_mut().unwrap();
        let rows = source.checkpoint(&|origin| holds.get(&origin).cloned());
        let forgotten = source.forgotten();
        let globs = source.globs_seen();
        source.committed();
        for row in &rows {
            self.stored.rows.insert(row.origin, row.clone());
        }
        for origin in forgotten {
            self.stored.rows.remove(&origin);
        }
        self.stored.globs.extend(globs);
        rows
    }

    /// Asks for what is to be stored and fails to store it.
    pub(crate) fn fail_commit(&mut self) {
        let holds = self.holds.clone();
        let source = self.source.as_mut().unwrap();
        let _lost = source.checkpoint(&|origin| holds.get(&origin).cloned());
        let _lost = source.forgotten();
        source.rewind();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn append(&self, name: &str, text: impl AsRef<[u8]>) {
        append(&self.path(name), text.as_ref());
    }

    pub(crate) fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).unwrap();
    }

    pub(crate) fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).unwrap();
    }

    /// As logrotate's `copytruncate`.
    pub(crate) fn copy_truncate(&self, from: &str, to: &str) {
        fs::write(self.path(to), fs::read(self.path(from)).unwrap()).unwrap();
        truncate(&self.path(from));
    }

    /// All bytes given so far, in order, and forgets them.
    pub(crate) fn text(&mut self) -> String {
        let given = std::mem::take(&mut self.given);
        let bytes: Vec<u8> = given.into_iter().flat_map(|given| given.bytes).collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// What was said, of paths by their last name.
    pub(crate) fn said(&mut self) -> Vec<String> {
        let root = format!("{}/", self.dir.path().display());
        let told = std::mem::take(&mut self.problems).into_iter();
        told.map(|each| each.to_string().replace(&root, ""))
            .collect()
    }

    pub(crate) fn lost(&self, reason: LossReason) -> u64 {
        let of_reason = self.losses.iter().filter(|loss| loss.reason == reason);
        of_reason.map(|loss| loss.quantity).sum()
    }
}

pub(crate) fn append(path: &Path, text: &[u8]) {
    let mut file = fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .unwrap();
    file.write_all(text).unwrap();
}

pub(crate) fn truncate(path: &Path) {
    let file = fs::OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(0).unwrap();
}
