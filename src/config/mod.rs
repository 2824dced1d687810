//! Configuration. In: TOML files. Out: a checked [`Config`], or every error of every file at once.
//!
//! Never puts a secret into a log line: a DSN's `Debug` and `Display` hide its key.

use std::path::PathBuf;

use crate::limit::Limit;

mod app;
mod check;
pub mod condition;
mod contexts;
mod doubts;
mod dsn;
mod environment;
mod fault;
mod given;
mod globs;
mod host;
mod journal;
mod key;
pub mod keys;
mod labels;
pub mod layout;
mod lists;
mod load;
mod made;
mod meant;
mod patterns;
mod places;
mod problem;
mod routes;
pub mod rules;
mod sample;
mod scalars;
pub mod schema;
mod sentry;
mod setting;
mod spotlight;
mod strays;
mod transport;
mod units;
mod written;

pub use dsn::{Dsn, DsnError};
pub use given::plain;
pub use globs::folder as glob_folder;
pub use journal::Journal;
pub use load::{Loaded, Reading, load, load_app, read};
pub use made::{Made, Part, Role};
pub use problem::{Place, Problem, Severity};
pub use routes::Route;
pub use sample::{Expected, Sample};
pub use sentry::named as receiver;
pub use spotlight::Spotlight;
pub use transport::{HTTP_KEYS, Identity, Pem, Proxy, Transport};

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
    /// Where the agent can be asked how it is doing.
    pub admin: Admin,
    /// How receivers are reached.
    pub http: Transport,
    /// Files that no app has to itself.
    pub files: Vec<Files>,
    /// Entries of the journal that no app has to itself.
    pub journals: Vec<Journal>,
    /// Which app what is found there belongs to: the first that fits.
    pub routes: Vec<Route>,
}

/// Where the admin socket is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Admin {
    /// Nothing is said of it.
    #[default]
    Usual,
    /// Nowhere.
    Off,
    /// There.
    At(PathBuf),
}

impl Admin {
    /// Its path; `runtime`: the unit's `RuntimeDirectory=`, as systemd tells it (the first of several).
    #[must_use]
    pub fn path(&self, state_dir: &std::path::Path, runtime: Option<&str>) -> Option<PathBuf> {
        match self {
            Self::Off => None,
            Self::At(path) => Some(path.clone()),
            Self::Usual => {
                let first = runtime.and_then(|folders| folders.split(':').next());
                let folder = first.filter(|folder| folder.starts_with('/'));
                let folder = folder.map_or(state_dir, std::path::Path::new);
                Some(folder.join("admin.sock"))
            }
        }
    }
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
    /// What it writes into the journal.
    pub journals: Vec<Journal>,
    /// Where source lines may be read.
    pub source_context: SourceContext,
    /// Put on every event, and what the record itself tells of them.
    pub labels: Labels,
    /// Asked before all filters, in this order.
    pub rules: Vec<rules::Rule>,
    /// What of it is sent at all.
    pub filters: Filters,
    /// Records without a trace become message events from this level up; `None`: off.
    pub messages: Option<crate::level::Level>,
    /// Message events get the place that logged them as a stack.
    pub attach_stacktrace: bool,
    /// What is taken out of texts.
    pub scrubbing: Scrubbing,
    /// What `stacktail test` runs.
    pub samples: Vec<Sample>,
}

impl App {
    /// The app as the agent runs it: its `[[tests]]` are `check`'s.
    pub(crate) fn without_samples(self) -> Self {
        Self {
            samples: Vec::new(),
            ..self
        }
    }

    /// An app about which nothing was said: it sends everything to the terminal, and nothing is thinned.
    #[must_use]
    pub fn unsaid(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            receiver: Receiver::Console,
            environment: "production".to_owned(),
            release: None,
            tags: Vec::new(),
            project_root: None,
            in_app_include: Vec::new(),
            in_app_exclude: Vec::new(),
            min_level: crate::level::Level::Debug,
            sample_rate: 1.0,
            dedup_window: None,
            rate_per_issue: Limit::Off,
            rate: Limit::Off,
            files: Vec::new(),
            journals: Vec::new(),
            source_context: SourceContext::default(),
            labels: Labels::default(),
            rules: Vec::new(),
            filters: Filters::default(),
            messages: None,
            attach_stacktrace: false,
            scrubbing: Scrubbing::default(),
            samples: Vec::new(),
        }
    }
}

/// What an event is labelled with beyond release, environment and tags. Names of fields are paths with dots into the
/// record (`user.id`); a field that is called so literally comes first.
#[derive(Debug, Clone, Default)]
pub struct Labels {
    /// Sentry's `dist`.
    pub dist: Option<String>,
    /// `server_name` of this app; `None`: the host's.
    pub server_name: Option<String>,
    /// The logger of records that name none.
    pub logger: Option<String>,
    /// The field that holds the version; it comes before `release`.
    pub release_field: Option<String>,
    /// Contexts on every event: name → object.
    pub contexts: Vec<(String, serde_json::Map<String, serde_json::Value>)>,
    /// Field of Sentry's user (`id`, `email`, `username`, `ip_address`) → field of the record.
    pub user: Vec<(String, String)>,
    /// Tag → field of the record.
    pub tag_fields: Vec<(String, String)>,
    /// Key in `extra` → field of the record.
    pub extra_fields: Vec<(String, String)>,
}

/// What of an app's events is sent at all, before anything is counted against a limit.
#[derive(Debug, Clone, Default)]
pub struct Filters {
    /// Environments that send; empty: all of them.
    pub send_in: Vec<String>,
    /// Errors that are dropped, by type or message.
    pub ignore_errors: Vec<TextPattern>,
    /// Only errors with a frame whose file or module matches; empty: all.
    pub allow_paths: Vec<regex::Regex>,
    /// No errors whose place (the last in-app frame's file or module) matches.
    pub deny_paths: Vec<regex::Regex>,
    /// The app reports through an SDK already: only what an SDK cannot see is sent.
    pub sdk: bool,
    /// Nothing is sent, everything is shown.
    pub debug: bool,
}

/// What is looked for in a text: `text`, or `/regex/`.
#[derive(Debug, Clone)]
pub enum TextPattern {
    /// The text stands somewhere in it.
    Text(String),
    /// The regex matches somewhere in it.
    Regex(regex::Regex),
}

impl TextPattern {
    /// Is it in `text`?
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Text(part) => text.contains(part.as_str()),
            Self::Regex(regex) => regex.is_match(text),
        }
    }
}

/// `[scrub]`: what is taken out of texts beyond what always is.
#[derive(Debug, Clone, Default)]
pub struct Scrubbing {
    /// E-mail addresses too.
    pub emails: bool,
    /// IP addresses too.
    pub ip_addresses: bool,
    /// What these match.
    pub patterns: Vec<regex::Regex>,
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
    /// How their lines are written.
    pub writing: Writing,
    /// The app's word that links may be followed whoever made them.
    pub follow_symlinks: bool,
    /// No inotify (network file systems).
    pub poll: bool,
}

/// How lines are written, as far as an app says so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Writing {
    /// IANA name, for timestamps that carry no zone; `None`: the host's.
    pub timezone: Option<String>,
    /// What lines are wrapped in and what header they have.
    pub layout: Option<std::sync::Arc<layout::Layout>>,
}

impl Writing {
    /// The first time zone and the first layout that the files name.
    pub fn of<'a>(files: impl Iterator<Item = &'a Files>) -> Self {
        files.fold(Self::default(), |known, files| known.or(&files.writing))
    }

    /// What this does not say, `other` may.
    #[must_use]
    pub fn or(self, other: &Self) -> Self {
        Self {
            timezone: self.timezone.or_else(|| other.timezone.clone()),
            layout: self.layout.or_else(|| other.layout.clone()),
        }
    }
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
    /// Spotlight, the debugger that runs beside an app in development.
    Spotlight(Spotlight),
    /// A file, one event a line.
    File(PathBuf),
    /// The terminal.
    Console,
}

impl Receiver {
    /// The name under which the store keeps what waits for this receiver: stable, and no secret in it.
    #[must_use]
    pub fn store_key(&self) -> String {
        match self {
            Self::Dsn(dsn) => dsn.store_key(),
            Self::Spotlight(spotlight) => spotlight.store_key(),
            Self::File(path) => format!("file:{}", path.display()),
            Self::Console => "console".to_owned(),
        }
    }
}

/// For people; a DSN's key is masked.
impl std::fmt::Display for Receiver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Dsn(dsn) => dsn.fmt(f),
            Self::Spotlight(spotlight) => write!(f, "spotlight at {}", spotlight.url),
            Self::File(path) => write!(f, "the file {}", path.display()),
            Self::Console => f.write_str("the terminal"),
        }
    }
}

#[cfg(test)]
#[path = "load_tests.rs"]
mod tests;
