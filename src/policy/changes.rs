//! What thinning leaves to the store: changes on the way in, what was stored on the way back.
//!
//! Inside a run apps go by index; what is stored names them, so that a changed configuration finds its state again.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{DedupKey, IssueKey};
use crate::limit::Bucket;
use crate::source::AppIx;

/// How an app and its receiver are named in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppName {
    /// The app's name.
    pub app: Arc<str>,
    /// Where its events go.
    pub receiver: Arc<str>,
}

/// Names by [`AppIx`].
pub type Names = Arc<[AppName]>;

/// Changes since the last commit. Each row stands here once, in its last state.
#[derive(Debug, Default)]
pub struct PolicyChanges {
    /// What the indexes below mean.
    pub names: Names,
    /// First repeats, to be stored; before everything else.
    pub carriers: Vec<NewCarrier>,
    /// Carriers to be moved into the outbox.
    pub released: Vec<Released>,
    /// Carriers to be deleted; their counts are among the drops.
    pub discarded: Vec<u64>,
    /// Issues by app and key; `None`: gone.
    pub issues: BTreeMap<(AppIx, IssueKey), Option<IssueRow>>,
    /// Windows by app, issue and key; `None`: gone.
    pub windows: BTreeMap<(AppIx, IssueKey, DedupKey), Option<WindowRow>>,
    /// Limiters.
    pub limiters: BTreeMap<LimiterName, Bucket>,
}

impl PolicyChanges {
    /// Nothing to store.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.carriers.is_empty()
            && self.released.is_empty()
            && self.discarded.is_empty()
            && self.issues.is_empty()
            && self.windows.is_empty()
            && self.limiters.is_empty()
    }

    /// Adds later changes of the same apps.
    pub fn extend(&mut self, later: Self) {
        if !later.names.is_empty() {
            self.names = later.names;
        }
        self.carriers.extend(later.carriers);
        self.released.extend(later.released);
        self.discarded.extend(later.discarded);
        self.issues.extend(later.issues);
        self.windows.extend(later.windows);
        self.limiters.extend(later.limiters);
    }
}

/// A window's first repeat: a whole event that waits for the window's end.
#[derive(Debug, Clone, PartialEq)]
pub struct NewCarrier {
    /// Its number in the store.
    pub id: u64,
    /// Whose.
    pub app: AppIx,
    /// Its own event id.
    pub event_id: [u8; 16],
    /// Record time, microseconds since 1970.
    pub time_us: i64,
    /// `error` or `default`.
    pub category: &'static str,
    /// JSON, scrubbed.
    pub payload: Vec<u8>,
}

/// A carrier that goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Released {
    /// Its number in the store.
    pub id: u64,
    /// Whose.
    pub app: AppIx,
    /// Occurrences it stands for, itself among them: its `suppressed` is one less.
    pub count: u64,
    /// Record time of the first.
    pub first_us: i64,
    /// Record time of the last.
    pub last_us: i64,
}

/// An issue's own state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IssueRow {
    /// `rate_per_issue`.
    pub bucket: Bucket,
    /// Rises with each use: the lowest goes first.
    pub used: u64,
}

/// One window: a dedup key's, or the issue's budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowRow {
    /// Record time of the event that opened it.
    pub opened_us: i64,
    /// The latest record time it has seen.
    pub clock_us: i64,
    /// What it carries.
    pub carrier: Option<CarrierRow>,
}

/// What a window carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CarrierRow {
    /// Its number in the store.
    pub id: u64,
    /// Occurrences counted, the carrier itself among them.
    pub count: u64,
    /// Record time of the first.
    pub first_us: i64,
    /// Record time of the last.
    pub last_us: i64,
    /// Length of its payload.
    pub bytes: u64,
    /// `error` or `default`.
    pub category: &'static str,
}

/// Which limiter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LimiterName {
    /// `host_rate` as a whole.
    Host,
    /// An app's guaranteed part of `host_rate`.
    Share(AppIx),
    /// An app's `rate`.
    App(AppIx),
}

/// What a start begins from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StoredPolicy {
    /// Limiters.
    pub limiters: Vec<StoredLimiter>,
    /// Issues.
    pub issues: Vec<StoredIssue>,
    /// Higher than the number of every stored carrier.
    pub next_carrier: u64,
}

/// A limiter as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredLimiter {
    /// `host`, `share` or `app`.
    pub kind: String,
    /// The app's name; empty for the host's.
    pub app: String,
    /// Its state.
    pub bucket: Bucket,
}

/// An issue as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredIssue {
    /// The app's name.
    pub app: String,
    /// Its key.
    pub key: IssueKey,
    /// Its state.
    pub row: IssueRow,
    /// Its windows.
    pub windows: Vec<StoredWindow>,
}

/// A window as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredWindow {
    /// Its key.
    pub key: DedupKey,
    /// Its state.
    pub row: WindowRow,
}
