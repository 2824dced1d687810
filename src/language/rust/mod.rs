//! Rust. In: what the runtime prints of a panic, in its old and its new form, what anyhow, eyre and color-eyre print of an
//! error, backtraces that were printed by hand, tracing's errors with their sources. Out: the exceptions as sentry-rust sends
//! them.
//!
//! `line` knows lines by themselves, `kind` which open a trace, `tracker` and `causes` which belong together, `panic`, `report`
//! and `sources` read the kinds of traces, `stack` makes frames, `symbol` names their functions, `resolve` asks the app's folder.

mod causes;
mod kind;
mod line;
mod panic;
mod report;
mod resolve;
mod sources;
mod stack;
mod symbol;
mod tracker;

use std::borrow::Cow;

use super::{Language, Project, SourceLines, Trace};
use crate::assemble::{Grammar, Record, Tracker};
use kind::Kind;

/// Rust.
pub struct Rust;

impl Grammar for Rust {
    fn open(&self, text: &[u8]) -> Option<Box<dyn Tracker>> {
        let follower = tracker::Follower::open(&line::text(text))?;
        Some(Box::new(follower))
    }

    fn introduces(&self, text: &[u8]) -> bool {
        let kind = kind::kind(&line::text(text));
        matches!(kind, Some(Kind::Panic | Kind::Crashed | Kind::Fatal))
    }

    fn begins(&self, text: &[u8]) -> bool {
        line::call(&line::text(text)).is_some_and(|call| call.number == Some(0))
    }
}

const OPENINGS: &[&str] = &[
    line::PANICKED,
    line::CRASHED,
    line::FATAL,
    line::OVERFLOWED,
    line::MEMORY,
    line::CAUSES,
    line::REPORT_STACK,
    line::LOCATION,
    line::BANNER,
    line::SOURCES.text(),
    line::BEGUN,
    line::PAYLOAD.text(),
];

impl Language for Rust {
    fn name(&self) -> &'static str {
        "rust"
    }

    fn platform(&self) -> &'static str {
        "native"
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
        &["rs"]
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
    let own: Vec<Cow<'_, str>> = record.lines.iter().map(line::text).collect();
    let Some(kind) = own.first().and_then(|first| kind::kind(first)) else {
        return Trace::default();
    };
    let base = own.first().map_or(0, |first| line::indent(first));
    // A call is set in by itself, and so is color-eyre's ruled line.
    let base = match kind {
        Kind::Listed => 0,
        Kind::Report if own.first().is_some_and(|first| line::is_banner(first)) => 0,
        _ => base,
    };
    let lines: Vec<&str> = own.iter().map(|text| line::dedent(text, base)).collect();
    let above: Vec<Cow<'_, str>> = record.preamble.iter().map(|l| line::text(l)).collect();
    let above: Vec<&str> = above.iter().map(|text| line::dedent(text, base)).collect();
    match kind {
        Kind::Panic => panic::read(&lines),
        Kind::Crashed => panic::crashed(&lines),
        Kind::Fatal => panic::fatal(&lines),
        Kind::Logged => panic::logged(&lines),
        Kind::Report => report::read(record, &lines, &above),
        Kind::Listed => report::listed(record, &lines, &above),
        Kind::Sources => {
            let first = lines.first().copied().unwrap_or_default();
            sources::trace(first, record.meta.level, record.meta.logger.as_deref())
        }
    }
}
