//! How the agent is doing, as one document. In: nothing but what the agent puts in. Out: JSON, the same on both sides of the
//! admin socket. No secret is in it: receivers are masked, texts of strangers scrubbed by who puts them in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// All of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// The process.
    pub agent: AgentStatus,
    /// In the order of the configuration.
    pub apps: Vec<AppStatus>,
    /// What the host file reads for no app in particular; absent where it reads nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routed: Option<Sources>,
    /// Each receiver once.
    pub receivers: Vec<ReceiverStatus>,
    /// What is wrong with the configuration, as it was last read.
    pub problems: Vec<Said>,
}

/// The process.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentStatus {
    /// Of the binary that runs.
    pub version: String,
    /// Its process.
    pub pid: u32,
    /// When it was started.
    pub started: String,
    /// For how long it runs, in seconds.
    pub uptime_s: u64,
    /// The host file.
    pub host_file: String,
    /// The folder of its state.
    pub state_dir: String,
    /// When everything that was there was read last; `None`: not yet.
    pub last_pass: Option<String>,
    /// The state file cannot be written: nothing is read on.
    pub state_fails: bool,
    /// When the configuration was last read.
    pub configured: String,
}

/// One app.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AppStatus {
    /// Its name.
    pub name: String,
    /// Its environment.
    pub environment: String,
    /// Where it sends, masked.
    pub receiver: String,
    /// Its part of the outbox is full: its files wait.
    pub paused: bool,
    /// What it reads.
    #[serde(flatten)]
    pub sources: Sources,
    /// Since the agent was started.
    pub counts: Counts,
    /// Since the state file was made.
    pub ever: Ever,
    /// What waits to be sent.
    pub outbox: Outbox,
    /// Events that go out when their window ends, and how many occurrences they stand for.
    pub open_windows: Windows,
}

/// Files and journals.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sources {
    /// Every file that is read, and every match that is not.
    pub files: Vec<FileStatus>,
    /// Bytes that are there and not read.
    pub lag_bytes: u64,
    /// Entries that its `[[journal]]` picked since the agent was started; absent where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub journal_entries: Option<u64>,
}

/// One path.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileStatus {
    /// Where it is.
    pub path: String,
    /// `read`, `rotated` (read to its end under another name), `deleted` (the same, held open), `not_read`.
    pub state: String,
    /// Bytes read of it.
    pub position: u64,
    /// Bytes in it.
    pub size: u64,
    /// Bytes of it not read.
    pub lag_bytes: u64,
    /// Why it is not read, or what is wrong with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What an app's input came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Lines of its files.
    pub lines: u64,
    /// Traces and messages that became events.
    pub events: u64,
    /// Of them, put into the outbox as events of their own.
    pub kept: u64,
    /// Of them, counted into another event: repeats, and what is over an issue's budget.
    pub thinned: u64,
    /// Of them, dropped, by reason.
    pub dropped: BTreeMap<String, u64>,
}

/// What the state file knows of an app.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ever {
    /// Events that receivers took.
    pub delivered_events: u64,
    /// Occurrences that those stand for.
    pub delivered_occurrences: u64,
    /// When the last was taken.
    pub last_delivered: Option<String>,
    /// The ledger: what was not sent or not read, by reason.
    pub ledger: BTreeMap<String, u64>,
}

/// What waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outbox {
    /// Events.
    pub events: u64,
    /// Bytes on disk.
    pub bytes: u64,
}

/// Open windows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Windows {
    /// Events that wait for their window's end.
    pub events: u64,
    /// The occurrences counted into them so far.
    pub occurrences: u64,
}

/// One receiver.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiverStatus {
    /// Masked.
    pub receiver: String,
    /// Who sends there; empty: nobody any more, but something waits.
    pub apps: Vec<String>,
    /// `ok`, `rate_limited`, `backed_off`, `dead`, `paced`, `stopped` or `unreachable`.
    pub standing: String,
    /// Why it is not `ok`, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Seconds until the next attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_in_s: Option<u64>,
    /// What waits.
    pub outbox: Outbox,
}

/// One problem, in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// `error` or `warning`.
    pub severity: String,
    /// With its place.
    pub text: String,
}

/// What the admin socket answers to `status`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The thread that reads answered in time.
    pub answers: bool,
    /// How old this is, in seconds.
    pub age_s: u64,
    /// `None`: it has not answered yet at all.
    #[serde(flatten)]
    pub status: Option<Status>,
}

/// What came of a reload.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reloaded {
    /// Why not; `None`: it was taken over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// What is different.
    pub changes: String,
    /// What is wrong with the configuration all the same.
    pub problems: Vec<Said>,
}
