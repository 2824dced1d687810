//! Go. In: what the runtime prints of a panic or a fatal error, what `net/http` and recovering handlers print of one, the
//! stacks that errors and loggers carry. Out: the exceptions, or the message, as sentry-go sends them.
//!
//! `line` knows lines by themselves, `tracker` which of them belong together, `stack` what the frames become, `value` what
//! was thrown, `reported` the log record around it; `crash`, `printed`, `logged`, `gin` and `zerolog` read the kinds of traces,
//! `resolve` asks the source.

mod crash;
mod gin;
mod line;
mod logged;
mod printed;
mod reported;
mod resolve;
mod stack;
mod tracker;
mod value;
mod zerolog;

use std::borrow::Cow;

use super::{Language, Project, SourceLines, TellsHandled, Trace};
use crate::assemble::{Grammar, Record, Tracker};
use tracker::Kind;

/// Go.
pub struct Go;

impl Grammar for Go {
    fn open(&self, text: &[u8]) -> Option<Box<dyn Tracker>> {
        let follower = tracker::Follower::open(&line::text(text))?;
        Some(Box::new(follower))
    }

    fn introduces(&self, text: &[u8]) -> bool {
        tracker::is_crash(&line::text(text))
    }

    fn claims(&self, structured: &serde_json::Value) -> bool {
        zerolog::read(structured).is_some()
    }
}

impl Language for Go {
    fn name(&self) -> &'static str {
        "go"
    }

    fn platform(&self) -> &'static str {
        "go"
    }

    fn openings(&self) -> &'static [&'static str] {
        &[
            line::PANIC,
            line::FATAL,
            line::GOROUTINE,
            // Not `http: panic serving`: many lines begin like its beginning.
            "panic serving ",
            line::SIGNAL,
            line::FAULT,
            line::OVERFLOW,
            line::ABORT,
            "runtime.main",
            "goexit",
            gin::OPENING,
            "(*conn).serve",
            "stacktrace",
        ]
    }

    fn parse(&self, record: &Record) -> Trace {
        parse(record)
    }

    fn source_extensions(&self) -> &'static [&'static str] {
        &["go"]
    }

    fn source_lines(&self) -> SourceLines {
        SourceLines {
            readable: |_| false,
            ..SourceLines::default()
        }
    }

    fn resolve(&self, trace: &mut Trace, project: &Project<'_>) {
        resolve::resolve(trace, project);
    }
}

fn parse(record: &Record) -> Trace {
    let structured = record.structured.as_ref().and_then(zerolog::read);
    let trace = match structured {
        Some(frames) => logged::beside(reported::words(record, &[]), frames),
        None => printed_trace(record),
    };
    Trace {
        tells_handled: TellsHandled::Never,
        ..trace
    }
}

fn printed_trace(record: &Record) -> Trace {
    let own = record.lines.texts();
    let Some(first) = own.first() else {
        return Trace::default();
    };
    let kind = tracker::kind(first);
    let base = match kind {
        // Its first line may be a place, which is set in by itself.
        Some(Kind::Logged) => own.iter().map(|l| line::indent(l)).min().unwrap_or(0),
        Some(_) => line::indent(first),
        None => 0,
    };
    let mut lines: Vec<&str> = own.iter().map(|l| line::dedent(l, base)).collect();
    let preamble: Vec<Cow<'_, str>> = record.preamble.iter().map(|l| line::text(l)).collect();
    let mut preamble: Vec<&str> = preamble.iter().map(|l| line::dedent(l, base)).collect();
    if let Some(first) = lines.first_mut()
        && let Some((words, head)) = line::head_behind(first)
    {
        preamble.push(words);
        *first = head;
    }
    match kind {
        Some(Kind::Crash | Kind::Serving) => crash::read(&lines),
        Some(Kind::Goroutine) => printed::read(&lines, record, &preamble),
        Some(Kind::Gin) => gin::read(&lines),
        Some(Kind::Logged) => logged::read(&lines, record, &preamble),
        None => Trace::default(),
    }
}
