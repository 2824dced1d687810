//! Ruby. In: what the runtime prints of a crash, `full_message`, and the backtraces that Rails and the loggers print. Out: the
//! exceptions as sentry-ruby sends them.
//!
//! `line` knows lines by themselves, `tracker` which of them belong together, `calls` what tells a cause, `crash` and `listed` read the two kinds of
//! traces, `spoken` how loggers name a listed one, `value` an exception's words, `version` whether they hold the class, `listing` what is a suite's list of failed tests, `stack` makes frames, `resolve` asks the app.

mod calls;
mod crash;
mod line;
mod listed;
mod listing;
mod resolve;
mod spoken;
mod stack;
mod tracker;
mod value;
mod version;

use std::borrow::Cow;

use super::{Frame, Language, Project, SourceLines, Trace};
use crate::assemble::{Grammar, Record, Tracker};
use tracker::Kind;

/// Ruby.
pub struct Ruby;

impl Grammar for Ruby {
    fn open(&self, text: &[u8]) -> Option<Box<dyn Tracker>> {
        let follower = tracker::Follower::open(&line::text(text))?;
        Some(Box::new(follower))
    }

    fn introduces(&self, text: &[u8]) -> bool {
        line::is_thread_death(&line::text(text))
    }

    fn announces(&self, text: &[u8]) -> bool {
        let text = line::text(text);
        line::is_thread_death(&text) || line::head(&text).is_some()
    }
}

const OPENINGS: &[&str] = &[
    line::IN_OLD,
    line::IN,
    line::THREAD_DIED.text(),
    line::RACK,
    line::SYNTAX,
    line::SYNTAX_CLASS,
];

impl Language for Ruby {
    fn name(&self) -> &'static str {
        "ruby"
    }

    fn platform(&self) -> &'static str {
        "ruby"
    }

    fn openings(&self) -> &'static [&'static str] {
        OPENINGS
    }

    fn parse(&self, record: &Record) -> Trace {
        parse(record)
    }

    fn may_be_own(&self, path: &str) -> bool {
        resolve::may_be_own(path)
    }

    fn source_extensions(&self) -> &'static [&'static str] {
        &["rb", "rake", "ru", "erb", "haml", "slim"]
    }

    fn source_lines(&self) -> SourceLines {
        SourceLines {
            empty_end: false,
            around: 3,
            printed_everywhere: false,
            readable: |frame: &Frame| frame.abs_path.is_some(),
            cut: |line| Cow::Owned(format!("{line}\n")),
        }
    }

    fn resolve(&self, trace: &mut Trace, project: &Project<'_>) {
        resolve::resolve(trace, project);
    }
}

fn parse(record: &Record) -> Trace {
    let own: Vec<Cow<'_, str>> = record.lines.iter().map(|l| line::text(l)).collect();
    let Some(first) = own.first() else {
        return Trace::default();
    };
    let Some(kind) = tracker::kind(first) else {
        return Trace::default();
    };
    // Callers are set in by themselves.
    let outer = own
        .iter()
        .find(|text| kind != Kind::Reversed || line::head(text).is_some());
    let margin = outer.map_or(0, |text| line::indent(text));
    let lines: Vec<&str> = own.iter().map(|l| line::dedent(l, margin)).collect();
    if listing::is(record) {
        return Trace::default();
    }
    let nameless = kind == Kind::Crash && line::head(first).is_none();
    if nameless && !lines.iter().any(|text| line::from(text).is_some()) {
        return Trace::default();
    }
    if !matches!(kind, Kind::Listed | Kind::Rack) {
        let mut trace = crash::read(kind, &lines);
        let said = record.message.as_deref().map(line::text);
        if said.is_some_and(|said| line::head(&said).is_some()) {
            // Loggers that are given the crash alone have no words of their own.
            trace.message = Some(String::new());
        }
        return trace;
    }
    let preamble: Vec<Cow<'_, str>> = record.preamble.iter().map(|l| line::text(l)).collect();
    let preamble: Vec<&str> = preamble.iter().map(|l| line::dedent(l, margin)).collect();
    listed::read(record, &lines, &preamble)
}
