//! Configuration. In: TOML files. Out: a checked [`Config`], or every error of every file at once.
//!
//! Never puts a secret into a log line: a DSN's `Debug` and `Display` hide its key.

use std::path::PathBuf;

use crate::limit::Limit;

mod app;
mod check;
mod dsn;
mod fault;
mod given;
mod globs;
mod host;
mod key;
pub mod keys;
mod lists;
mod load;
mod meant;
mod problem;
mod scalars;
mod sentry;
mod setting;
mod units;

pub use dsn::{Dsn, DsnError};
pub use given::plain;
pub use globs::folder as glob_folder;
pub use load::{Loaded, Reading, load, load_app, read};
pub use problem::{Place, Problem, Severity};

/// The host and its apps, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The host file.
    pub host: Host,
    /// One per file in `apps.d`, sorted by name. Disabled ones (bad files at start) are not here.
    pub apps: Vec<App>,
}

/// `stacktail.toml`.
#[derive(Debug, Clone)]
pub struct Host {
    /// Where the state file lives.
    pub state_dir: PathBuf,
    /// Folder of app files.
    pub apps_dir: PathBuf,
    /// Sent as `server_name`; `None`: the host's name.
    pub server_name: Option<String>,
    /// All apps together.
    pub host_rate: Limit,
    /// Towards one receiver, wall clock; delays, never drops.
    pub send_rate: Limit,
    /// Bytes of the outbox for one DSN.
    pub outbox_dsn_bytes: u64,
    /// Bytes of the outbox for all.
    pub outbox_host_bytes: u64,
    /// How long an event may wait for a receiver's limit.
    pub hold_max: std::time::Duration,
    /// Nothing older is sent; older timestamps are not believed.
    pub age_max: std::time::Duration,
}

/// One app: where it logs, which project it belongs to, what is thinned.
#[derive(Debug, Clone)]
pub struct App {
    /// The file's name without `.toml`: `[a-z0-9_-]`, 64 at most.
    pub name: String,
    /// Where its events go.
    pub receiver: Receiver,
    /// `production` where nothing is said, as the SDKs do.
    pub environment: String,
    /// Version.
    pub release: Option<String>,
    /// Put on every event.
    pub tags: Vec<(String, String)>,
    /// What module names and `in_app` are relative to.
    pub project_root: Option<String>,
    /// Regexes over module, path and package.
    pub in_app_include: Vec<regex::Regex>,
    /// Regexes over module, path and package.
    pub in_app_exclude: Vec<regex::Regex>,
    /// Less severe records are dropped; a trace without a level counts as error.
    pub min_level: crate::level::Level,
    /// 0.0 to 1.0.
    pub sample_rate: f64,
    /// `None`: off.
    pub dedup_window: Option<std::time::Duration>,
    /// Events of one issue.
    pub rate_per_issue: Limit,
    /// Events of this app.
    pub rate: Limit,
    /// What it logs into.
    pub files: Vec<Files>,
    /// Where source lines may be read.
    pub source_context: SourceContext,
}

/// `[[files]]`.
#[derive(Debug, Clone)]
pub struct Files {
    /// Globs, absolute.
    pub paths: Vec<String>,
    /// Globs, over the name or the whole path.
    pub exclude: Vec<String>,
    /// For files there at first sight.
    pub start_at: StartAt,
    /// IANA name, for timestamps that carry no zone.
    pub timezone: Option<String>,
    /// The app's word that links may be followed whoever made them.
    pub follow_symlinks: bool,
    /// No inotify (network file systems).
    pub poll: bool,
}

/// Where reading begins in files that are there when a glob is first seen. Later files are read from their start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartAt {
    /// Behind the last line.
    End,
    /// At the first byte.
    Beginning,
    /// At the first byte if the file was changed within this age, else at the end.
    Age(std::time::Duration),
}

/// `[source_context]`.
#[derive(Debug, Clone, Default)]
pub struct SourceContext {
    /// Folders beneath which files may be read.
    pub roots: Vec<PathBuf>,
    /// Prefix in the trace → folder on this host.
    pub map: Vec<(String, PathBuf)>,
}

/// Where events go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receiver {
    /// A Sentry-compatible server.
    Dsn(Dsn),
    /// The terminal.
    Console,
}

impl Receiver {
    /// The name under which the store keeps what waits for this receiver: stable, and no secret in it.
    #[must_use]
    pub fn store_key(&self) -> String {
        match self {
            Self::Dsn(dsn) => dsn.store_key(),
            Self::Console => "console".to_owned(),
        }
    }
}

#[cfg(test)]
#[path = "load_tests.rs"]
mod tests;
