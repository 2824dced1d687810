//! The agent: wires the rooms. In: a checked configuration. Out: events in the outbox, each trace once.
//!
//! One thread reads, recognises, decides and commits ([`Agent::turn`]); delivery has its own thread and meets it in the
//! store alone. What one stretch of turns decides is one [`Batch`], one transaction; if that fails, everything in memory
//! goes back to what the store holds and the source rewinds. Memory is never ahead of the disk.

pub mod change;
mod counting;
pub mod courier;
mod crashes;
mod full;
mod gather;
mod journals;
pub mod live;
pub mod observed;
mod pace;
mod pending;
mod publish;
pub mod reload;
mod shown;
pub mod start;
mod tally;
mod upkeep;

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::bounds;
use crate::event::Builder;
use crate::os::wake::Wake;
use crate::os::{Clock, Now};
use crate::pipeline::{Found, Pipeline};
use crate::policy::{self, Policy};
use crate::route::{Choice, Routes};
use crate::source::{AppIx, Input, Nameless, Origin, Piece, Source};
use crate::store::packed::Packer;
use crate::store::{Batch, Store, StoreError};

use pending::{Around, Pending};
pub use tally::{AppTally, Outcome, Tally};
pub use upkeep::Upkeep;

/// Told which receivers have something new.
pub type OnCommit = Box<dyn FnMut(&BTreeSet<String>)>;

/// What an agent is made of; all of it checked and opened before.
pub struct Parts {
    /// Where text comes from.
    pub source: Box<dyn Source>,
    /// From bytes to records.
    pub pipeline: Pipeline,
    /// From traces to events: one per app, in the order of the routes.
    pub builders: Vec<Builder>,
    /// What thins.
    pub policy: Policy,
    /// Which app belongs to which receiver.
    pub routes: Routes,
    /// Whose a trace is that no app has to itself.
    pub shared: Shared,
    /// The state file.
    pub store: Arc<Store>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Bounds of the outbox, in bytes.
    pub outbox: OutboxBounds,
    /// What the state file needs now and then.
    pub upkeep: Upkeep,
    /// Told which receivers have something new in the store.
    pub on_commit: OnCommit,
}

/// What the host's own files and journals need.
pub struct Shared {
    /// Finds the app.
    pub choice: Choice,
    /// From a trace to an event of no app.
    pub builder: Builder,
}

/// Bounds of the outbox; when an app's share is full its files wait.
#[derive(Debug, Clone, Copy)]
pub struct OutboxBounds {
    /// For one receiver.
    pub receiver_bytes: u64,
    /// For all together.
    pub host_bytes: u64,
}

/// What a turn came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// More input is due now.
    Busy,
    /// Nothing is due before this monotonic time (`None`: until woken).
    Idle(Option<Duration>),
    /// `--once`: all is read, decided and committed.
    Done,
}

/// The running agent, without its threads.
pub struct Agent {
    parts: Parts,
    pending: Pending,
    input: Input,
    found: Found,
    paused: Vec<bool>,
    synced: HashSet<Origin>,
    positions_due: Option<Duration>,
    finished: bool,
    tally: Tally,
    packer: Packer,
    showing: shown::Showing,
    crashes: crashes::Crashes,
}

impl Agent {
    /// An agent that has read nothing yet.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        // The last is of what no app has to itself.
        let paused = vec![false; parts.builders.len() + 1];
        Self {
            parts,
            pending: Pending::default(),
            input: Input::default(),
            found: Found::default(),
            paused,
            synced: HashSet::new(),
            positions_due: None,
            finished: false,
            tally: Tally::default(),
            packer: Packer::default(),
            showing: shown::Showing::default(),
            crashes: crashes::Crashes::default(),
        }
    }

    /// What was done so far.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Waits until something is due or `wake` is nudged.
    pub fn wait(&mut self, until: Option<Duration>, wake: &Wake) {
        let now = self.parts.clock.now();
        self.parts
            .source
            .wait(until.map(|until| until.saturating_sub(now.mono)), wake);
    }

    /// Bytes that are there and not read yet, by path.
    pub fn lag(&mut self) -> Vec<(PathBuf, u64)> {
        self.parts.source.lag()
    }

    /// How many files are read.
    #[must_use]
    pub fn file_count(&self) -> usize {
        self.parts.source.file_count()
    }

    /// Files that nobody could open again, for the agent that takes over.
    #[must_use]
    pub fn nameless(&self) -> Vec<Nameless> {
        self.parts.source.nameless()
    }

    /// Entries of journals that each app got.
    #[must_use]
    pub fn picked(&self) -> Vec<(AppIx, u64)> {
        self.parts.source.picked()
    }

    /// Reads what is due, decides it, commits it. Returns after at most one batch.
    ///
    /// # Errors
    /// The commit failed: nothing of it happened, everything will be read again, after [`Agent::turn`] is called again.
    pub fn turn(&mut self) -> Result<Turn, StoreError> {
        let now = self.parts.clock.now();
        self.pause_full_apps();
        let mut begun = now.mono;
        while let Some(piece) = self.next_piece(now) {
            self.take(&piece, now);
            let mono = self.parts.clock.now().mono;
            pace::settle(&mut self.input, &piece, mono.saturating_sub(begun));
            begun = mono;
            if self.pending.is_full(mono) {
                self.commit(now)?;
                return Ok(Turn::Busy);
            }
        }
        self.stand_at_end(now)?;
        for problem in self.parts.source.problems() {
            tracing::warn!("{}", policy::shown(&problem));
        }
        if self.finished {
            return Ok(Turn::Done);
        }
        self.parts.upkeep.when_idle(&self.parts.store, now);
        Ok(Turn::Idle(self.due(now)))
    }

    /// Commits what is decided, before an end. What is open stays before the stored position and is read again.
    ///
    /// # Errors
    /// The commit failed: the next start reads it again.
    pub fn stop(&mut self) -> Result<(), StoreError> {
        let now = self.parts.clock.now();
        if self.parts.source.changed() || !self.pending.is_empty() {
            self.commit(now)?;
        }
        Ok(())
    }

    /// Nothing more is due: close what silence has ended, what windows have ended, and commit.
    fn stand_at_end(&mut self, now: Now) -> Result<(), StoreError> {
        for lane in self.parts.pipeline.overdue(now) {
            self.parts.source.poke(lane);
        }
        if self.parts.source.done() && !self.finished {
            self.parts.policy.close_all(&mut self.pending.decisions);
            self.pending.touched(now.mono);
            self.finished = true;
        } else {
            self.close_windows(now);
        }
        if self.parts.source.changed() {
            // A new file is stored at once: rotated away while nobody looks, it would be nobody's.
            let known = !self.parts.source.unstored();
            let wait = Duration::from_millis(if known { bounds::POSITIONS_WAIT_MS } else { 0 });
            let due = now.mono + wait;
            self.positions_due = Some(self.positions_due.map_or(due, |before| before.min(due)));
        }
        let positions = self.positions_due.is_some_and(|due| now.mono >= due);
        if !self.pending.is_empty() || positions || self.finished {
            self.commit(now)?;
        }
        Ok(())
    }

    /// Windows close by record time; a source at its end stands at now, so the wall clock may close them.
    fn close_windows(&mut self, now: Now) {
        if self
            .parts
            .policy
            .next_close()
            .is_some_and(|at| at <= now.wall)
        {
            self.parts
                .policy
                .close_due(now.wall, &mut self.pending.decisions);
            self.pending.touched(now.mono);
        }
    }

    /// When something is due that nothing else wakes us for.
    fn due(&self, now: Now) -> Option<Duration> {
        let positions = self.positions_due;
        let window = self.parts.policy.next_close().map(|at| {
            let wait = Duration::try_from(at.duration_since(now.wall)).unwrap_or_default();
            now.mono + wait.max(Duration::from_millis(bounds::WINDOW_LOOK_MS))
        });
        let paused = self
            .paused
            .contains(&true)
            .then(|| now.mono + Duration::from_millis(bounds::PAUSED_LOOK_MS));
        [
            self.parts.source.due(now),
            self.parts.pipeline.next_deadline(),
            positions,
            window,
            paused,
        ]
        .into_iter()
        .flatten()
        .min()
    }

    fn next_piece(&mut self, now: Now) -> Option<Piece> {
        let paused = &self.paused;
        let is_paused = |app: u16| paused.get(usize::from(app)).copied().unwrap_or(false);
        self.parts.source.next(now, &is_paused, &mut self.input)
    }

    /// One piece: from bytes to decisions.
    fn take(&mut self, piece: &Piece, now: Now) {
        let Parts {
            pipeline, source, ..
        } = &mut self.parts;
        pipeline.feed(piece, &self.input, &mut **source, now, &mut self.found);
        let records = std::mem::take(&mut self.found.records);
        for record in &records {
            self.publish(record, now);
            self.pending.touched(now.mono);
            if self.parts.source.at_end(record.lane) {
                self.pending.calm();
            }
        }
        let lane = match piece {
            Piece::Bytes { lane, .. } => Some(*lane),
            _ => None,
        };
        self.count(lane);
    }

    /// One transaction: positions, events, policy's changes, counts. Either all of it or nothing.
    fn commit(&mut self, now: Now) -> Result<(), StoreError> {
        let mut pending = std::mem::take(&mut self.pending);
        let shown = std::mem::take(&mut pending.decisions.shown);
        let failures = std::mem::take(&mut pending.decisions.failures);
        shown::count(&failures, &self.parts.routes, &mut pending);
        let Parts {
            source,
            pipeline,
            store,
            upkeep,
            on_commit,
            routes,
            ..
        } = &mut self.parts;
        let checkpoints = source.checkpoint(&|origin| pipeline.hold(origin));
        let origins: Vec<Origin> = checkpoints
            .iter()
            .map(|checkpoint| checkpoint.origin)
            .collect();
        let around = Around {
            durable: origins.iter().any(|origin| !self.synced.contains(origin)),
            checkpoints,
            forgotten: source.forgotten(),
            globs_seen: source.globs_seen(),
            cursors: source.cursors(),
        };
        let (batch, grown) = pending.into_batch(around, now.wall, routes, &mut self.packer);
        let receivers = receivers(&batch);
        let crowded = full::crowded(&batch, routes, &self.paused);
        if let Err(error) = store.commit(&batch) {
            self.finished = false;
            self.go_back()?;
            return Err(error);
        }
        source.committed();
        upkeep.committed();
        self.synced.extend(origins);
        self.positions_due = None;
        self.tally.add(&grown);
        self.showing.show(shown, routes, now.mono);
        self.showing.tell(failures, routes);
        on_commit(&receivers);
        self.make_room(&crowded);
        Ok(())
    }

    /// Memory goes back to what the store holds, and the source to where the last commit stands.
    fn go_back(&mut self) -> Result<(), StoreError> {
        self.positions_due = None;
        self.parts.source.rewind();
        self.parts.pipeline.reset();
        let stored = self.parts.store.load()?;
        self.parts.policy.reload(stored.policy);
        Ok(())
    }
}

/// The receivers that have something new, an event or a drop to be told of, once this is committed.
fn receivers(batch: &Batch) -> BTreeSet<String> {
    let events = batch.events.iter().map(|event| &event.receiver);
    let reports = batch.reports.iter().map(|report| &report.receiver);
    let released = batch.policy.released.iter().filter_map(|released| {
        let name = batch.policy.names.get(usize::from(released.app))?;
        Some(name.receiver.to_string())
    });
    events.chain(reports).cloned().chain(released).collect()
}
