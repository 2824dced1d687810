//! The event payload, as `develop.sentry.dev/sdk/data-model/event-payloads/` has it, in our own structs: those of
//! `sentry-types` have no `exception_id`, `parent_id`, `source`, `is_exception_group` and `formatted`, and those decide
//! grouping. Absent fields are left out of the JSON. Limits are applied in `event::limits`, not here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One event.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Event {
    /// 32 lower-case hex digits.
    pub event_id: String,
    /// Seconds since 1970, with a fraction.
    pub timestamp: f64,
    /// One of Sentry's platforms.
    pub platform: String,
    /// `debug`, `info`, `warning`, `error`, `fatal`.
    pub level: String,
    /// 64 characters, no line ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logger: Option<String>,
    /// Name of the host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_name: Option<String>,
    /// Version of the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// Which build of the release; never without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dist: Option<String>,
    /// Where it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// The culprit, where the log names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transaction: Option<String>,
    /// The log message that goes with the exception.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logentry: Option<LogEntry>,
    /// The chain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exception: Option<Values<Exception>>,
    /// Threads, where the text names them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threads: Option<Values<Thread>>,
    /// Log lines before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub breadcrumbs: Option<Values<Breadcrumb>>,
    /// The user's own grouping.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<Vec<String>>,
    /// Searchable.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// Shown.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub extra: BTreeMap<String, Value>,
    /// Named objects (`os`, `trace`).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub contexts: BTreeMap<String, Value>,
    /// Whom it happened to, where the app says which fields tell. Never empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<User>,
    /// Who sends: `stacktail` and its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sdk: Option<Sdk>,
}

impl Event {
    /// The stacks of its exceptions, then those of its threads.
    pub fn stacktraces(&self) -> impl Iterator<Item = &Stacktrace> {
        let exceptions = self.exception.iter().flat_map(|list| &list.values);
        let threads = self.threads.iter().flat_map(|list| &list.values);
        exceptions
            .filter_map(|e| e.stacktrace.as_ref())
            .chain(threads.filter_map(|t| t.stacktrace.as_ref()))
    }

    /// The same, to be changed.
    pub fn stacktraces_mut(&mut self) -> impl Iterator<Item = &mut Stacktrace> {
        let exceptions = self.exception.iter_mut().flat_map(|list| &mut list.values);
        let threads = self.threads.iter_mut().flat_map(|list| &mut list.values);
        exceptions
            .filter_map(|e| e.stacktrace.as_mut())
            .chain(threads.filter_map(|t| t.stacktrace.as_mut()))
    }
}

/// `{"values": […]}`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Values<T> {
    /// The list.
    pub values: Vec<T>,
}

/// `logentry`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LogEntry {
    /// The template, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
}

/// `exception.values[]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Exception {
    /// The class.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub ty: Option<String>,
    /// The message; empty where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The class's module.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    /// Id of the thread it died in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread_id: Option<Value>,
    /// How it was caught.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mechanism: Option<Mechanism>,
    /// Never present with no frames.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stacktrace: Option<Stacktrace>,
}

/// `mechanism`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mechanism {
    /// Not empty.
    #[serde(rename = "type")]
    pub ty: String,
    /// Did the program go on?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handled: Option<bool>,
    /// The type was made up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub synthetic: Option<bool>,
    /// Where in its parent it hangs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Number in the chain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exception_id: Option<u32>,
    /// Number of the one that holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<u32>,
    /// It only holds others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_exception_group: Option<bool>,
    /// `{"signal": {"number": 11, "name": "SIGSEGV"}}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta: Option<Value>,
}

/// `stacktrace`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Stacktrace {
    /// Oldest call first.
    pub frames: Vec<Frame>,
}

/// `stacktrace.frames[]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names are the protocol's")]
pub struct Frame {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abs_path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lineno: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub colno: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pre_context: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_line: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub post_context: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_app: Option<bool>,
}

/// `threads.values[]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Thread {
    /// Number or text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Value>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it was doing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// It died.
    pub crashed: bool,
    /// It was running.
    pub current: bool,
    /// Its frames; absent where they stand with its exception.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stacktrace: Option<Stacktrace>,
}

/// `breadcrumbs.values[]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Breadcrumb {
    /// Seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<f64>,
    /// `default`.
    #[serde(rename = "type")]
    pub ty: String,
    /// The logger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// As the event's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// The line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// `user`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct User {
    /// 128 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// 75 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// 128 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// An address, and nothing else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
}

/// `sdk`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Sdk {
    /// `stacktail`.
    pub name: String,
    /// Never a Python SDK's 3.x (Sentry would exempt the event from its chain filter).
    pub version: String,
}
