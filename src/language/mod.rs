//! Languages. In: a record. Out: a [`Trace`]: exceptions with frames, as that language's SDK sees them.
//!
//! One file a language, with its openings, its tracker, its parser, its `in_app` rule. No I/O; never fails: whatever the
//! text holds, a trace and notes come out.

use std::borrow::Cow;

use crate::assemble::{Grammar, Record};
use crate::level::Level;

mod above;
pub mod coredump;
pub mod dart;
pub mod dotnet;
pub mod elixir;
pub mod erlang;
pub mod go;
pub mod haskell;
pub mod javascript;
pub mod julia;
pub mod jvm;
pub mod kernel;
pub mod lua;
mod message;
pub mod native;
pub mod ocaml;
pub mod perl;
pub mod php;
pub mod python;
pub mod r;
pub mod ruby;
pub mod rust;
mod seek;
#[cfg(test)]
mod steps;
pub mod swift;
pub mod systemd;

/// A language: one file, one entry in [`LANGUAGES`], one folder of fixtures.
pub trait Language: Grammar {
    /// Lower case, unique; the folder of its fixtures.
    fn name(&self) -> &'static str;

    /// Sentry's `platform`.
    fn platform(&self) -> &'static str;

    /// Bytes that start a trace; at least 4, surviving every wrapper (no `< > & / "` or backslash).
    fn openings(&self) -> &'static [&'static str];

    /// Reads the record. Never fails.
    fn parse(&self, record: &Record) -> Trace;

    /// May code at this path be the app's own, neither the runtime's nor a package's?
    fn may_be_own(&self, path: &str) -> bool {
        let _ = path;
        true
    }

    /// Source files that may be read for context, by extension without the dot.
    fn source_extensions(&self) -> &'static [&'static str];

    /// How the language's SDK sends source lines.
    fn source_lines(&self) -> SourceLines {
        SourceLines::default()
    }

    /// Fills in what needs the app's settings and not the text: `module`, `filename`, `in_app`, as the SDK derives them.
    /// `path_exists` answers whether a file stands beneath the app's source roots (Python walks up `__init__.py`).
    fn resolve(&self, trace: &mut Trace, project: &Project<'_>);
}

/// How a language's SDK sends source lines, and what its text prints of them.
#[derive(Debug, Clone, Copy)]
pub struct SourceLines {
    /// Lines before and behind.
    pub around: usize,
    /// Where the text prints source lines, each frame that has one shows it: one without has none.
    pub printed_everywhere: bool,
    /// Behind the end of a file's last line the SDK sees another, empty one.
    pub empty_end: bool,
    /// Does the SDK read this frame's source?
    pub readable: fn(&Frame) -> bool,
    /// A line as the SDK sends it.
    pub cut: fn(&str) -> Cow<'_, str>,
}

impl Default for SourceLines {
    fn default() -> Self {
        Self {
            around: 5,
            printed_everywhere: true,
            empty_end: false,
            readable: |_| true,
            cut: |line| Cow::Borrowed(line),
        }
    }
}

/// What `resolve` may know of the app.
pub struct Project<'a> {
    /// The folder that module names and `in_app` are relative to, as an SDK's working directory; no trailing slash.
    pub root: Option<&'a str>,
    /// Whether a file stands at this path, asked beneath the allowed roots only.
    pub file_exists: &'a dyn Fn(&str) -> bool,
    /// The line of a source file by its number from 1, read beneath the allowed roots only.
    pub line: &'a dyn Fn(&str, u32) -> Option<String>,
}

/// All languages. The order is the order in which they are asked.
pub static LANGUAGES: &[&dyn Language] = &[
    &python::Python,
    &jvm::Jvm,
    &php::Php,
    &javascript::JavaScript,
    &go::Go,
    &ruby::Ruby,
    &elixir::Elixir,
    &erlang::Erlang,
    &coredump::Coredump,
    &kernel::Kernel,
    &systemd::Systemd,
    &rust::Rust,
    &dotnet::Dotnet,
    &native::Native,
    &perl::Perl,
    &lua::Lua,
    &ocaml::Ocaml,
    &haskell::Haskell,
    &r::R,
    &julia::Julia,
    &dart::Dart,
    &swift::Swift,
];

/// What a record holds, read by the language that claimed it. Where there is no trace in it after all, the whole of it is a
/// message, if it is of a level that is asked for. `None`: there is nothing to report.
#[must_use]
pub fn read(record: &Record, messages: Option<Level>) -> Option<(Trace, &'static dyn Language)> {
    if let Some(language) = LANGUAGES.get(usize::from(record.language)) {
        let trace = language.parse(record);
        if !trace.is_empty() {
            return Some((trace, *language));
        }
    }
    read_words(record, messages)
}

/// The whole of a record as a message, if it is of a level that is asked for.
#[must_use]
pub fn read_words(
    record: &Record,
    messages: Option<Level>,
) -> Option<(Trace, &'static dyn Language)> {
    let asked = messages.zip(record.meta.level);
    asked.filter(|(least, level)| level >= least)?;
    Some((message::Message.parse(record), &message::Message))
}

/// What a language read in a record.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trace {
    /// In the event's order: innermost cause first, the one that was reported last.
    pub exceptions: Vec<Exception>,
    /// The thread that died, if the text names it.
    pub thread: Option<String>,
    /// Nobody caught it (`mechanism.handled` false), or a logger reported it (true); `None`: the text does not tell.
    pub handled: Option<bool>,
    /// When the SDK says so.
    pub tells_handled: TellsHandled,
    /// The level the language's SDK gives such an event where the record carries none.
    pub level: Option<Level>,
    /// The level that the SDK sends whatever the record carries (Rails logs as fatal what sentry-rails sends as an error).
    pub sent_level: Option<Level>,
    /// Sentry's `platform`, where the text tells it apart from the language's (JavaScript of a browser).
    pub platform: Option<&'static str>,
    /// The logger that the SDK names, where it differs from the record's.
    pub logger: Option<String>,
    /// The message that goes with it, where the language knows better than the record's header.
    pub message: Option<String>,
    /// Further threads of the process, where the runtime prints them (Go's other goroutines). Where nothing but a message
    /// is reported (Go's `panic("text")`), the crashed one carries the frames.
    pub threads: Vec<Thread>,
    /// What else is known of the process: objects by their name.
    pub contexts: Vec<(&'static str, serde_json::Map<String, serde_json::Value>)>,
    /// The same, to search by; the app's own come before them.
    pub tags: Vec<(&'static str, String)>,
    /// The service manager tells of a unit that failed: for apps that ask for it (`unit_failures`).
    pub unit_failure: bool,
    /// What was odd: lines not understood, bounds reached.
    pub notes: Vec<String>,
}

/// When a language's SDK sends `mechanism.handled`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TellsHandled {
    /// Always.
    #[default]
    Always,
    /// Only `false`.
    Unhandled,
    /// Never.
    Never,
}

impl TellsHandled {
    /// What is sent.
    #[must_use]
    pub fn of(self, handled: bool) -> Option<bool> {
        let told = match self {
            Self::Always => true,
            Self::Unhandled => !handled,
            Self::Never => false,
        };
        told.then_some(handled)
    }
}

impl Trace {
    /// Is there nothing to report?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.exceptions.is_empty() && !self.is_message()
    }

    /// Nothing but a message: there is no trace.
    #[must_use]
    pub fn is_words(&self) -> bool {
        self.exceptions.is_empty() && self.threads.is_empty()
    }

    /// A stack with a message and no exception, as SDKs send it where what was thrown is no error.
    #[must_use]
    pub fn is_message(&self) -> bool {
        self.exceptions.is_empty()
            && self.message.is_some()
            && self.threads.iter().any(|t| t.crashed)
    }
}

impl Trace {
    /// Every frame, of exceptions and threads.
    pub fn frames(&self) -> impl Iterator<Item = &Frame> {
        let exceptions = self.exceptions.iter().map(|e| &e.frames);
        exceptions
            .chain(self.threads.iter().map(|t| &t.frames))
            .flatten()
    }

    /// The same, to be changed.
    pub fn frames_mut(&mut self) -> impl Iterator<Item = &mut Frame> {
        let exceptions = self.exceptions.iter_mut().map(|e| &mut e.frames);
        exceptions
            .chain(self.threads.iter_mut().map(|t| &mut t.frames))
            .flatten()
    }
}

/// One thread of the process.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Thread {
    /// As the runtime numbers it.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// What it was doing (`running`, `chan receive`).
    pub state: Option<String>,
    /// It is the one that died.
    pub crashed: bool,
    /// Oldest call first; empty where its exception carries them.
    pub frames: Vec<Frame>,
}

/// One exception of a chain.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Exception {
    /// The type as the SDK names it.
    pub ty: String,
    /// Its module as the SDK names it.
    pub module: Option<String>,
    /// The message; empty where there is none; `None` where the SDK sends null.
    pub value: Option<String>,
    /// Oldest call first, crash last.
    pub frames: Vec<Frame>,
    /// `mechanism.exception_id`, where the SDK sends ids.
    pub exception_id: Option<u32>,
    /// `mechanism.parent_id`.
    pub parent_id: Option<u32>,
    /// `mechanism.source`: `__cause__`, `exceptions[0]`, `cause`.
    pub source: Option<String>,
    /// `mechanism.is_exception_group`.
    pub is_exception_group: Option<bool>,
    /// `mechanism.type`, where the SDK's name depends on the place in the chain (`chained`).
    pub mechanism_type: Option<String>,
    /// The type was made up by the reader of the trace.
    pub synthetic: bool,
    /// `mechanism.handled`, where the SDK tells it of this entry otherwise than of the trace.
    pub handled: Option<bool>,
    /// `mechanism.meta.signal`: the signal that ended the process.
    pub signal: Option<Signal>,
}

/// A signal as sentry-native names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// As the machine numbers it.
    pub number: u32,
    /// `SIGSEGV`.
    pub name: String,
}

/// One frame. Absent is absent: no field is guessed where the SDK leaves it out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Frame {
    /// As the SDK names it.
    pub function: Option<String>,
    /// As the SDK names it.
    pub module: Option<String>,
    /// Short path.
    pub filename: Option<String>,
    /// Path as printed.
    pub abs_path: Option<String>,
    /// Line, from 1.
    pub lineno: Option<u32>,
    /// Column, from 1.
    pub colno: Option<u32>,
    /// The source line, as printed (the indentation may be gone).
    pub context_line: Option<String>,
    /// Before `context_line`, oldest first.
    pub pre_context: Vec<String>,
    /// Behind `context_line`.
    pub post_context: Vec<String>,
    /// Image, crate or package.
    pub package: Option<String>,
    /// The app's own code; `None` where the SDK leaves it open.
    pub in_app: Option<bool>,
}

impl Frame {
    /// The path as printed: some SDKs send it as `abs_path`, some as `filename` alone.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.abs_path.as_deref().or(self.filename.as_deref())
    }
}
