//! Elixir. In: what `Logger` prints of processes that end in an exception or an exit, what scripts, mix and `iex` print.
//! Out: the exception, or the message with its stack, as sentry-elixir sends them.
//!
//! `line` knows lines by themselves, `call` what a frame calls, `tracker` which lines belong together, `report` reads them,
//! `resolve` asks the source.

pub(super) mod call;
mod line;
mod report;
mod resolve;
mod tracker;

use super::{Language, Project, SourceLines, Trace};
use crate::assemble::{Grammar, Record, Tracker};

/// Elixir.
pub struct Elixir;

impl Grammar for Elixir {
    fn open(&self, text: &[u8]) -> Option<Box<dyn Tracker>> {
        let follower = tracker::Follower::open(&line::text(text))?;
        Some(Box::new(follower))
    }
}

impl Language for Elixir {
    fn name(&self) -> &'static str {
        "elixir"
    }

    fn platform(&self) -> &'static str {
        "elixir"
    }

    fn openings(&self) -> &'static [&'static str] {
        &[line::OPENING]
    }

    fn parse(&self, record: &Record) -> Trace {
        report::read(record)
    }

    fn source_extensions(&self) -> &'static [&'static str] {
        &["ex", "exs", "erl"]
    }

    fn source_lines(&self) -> SourceLines {
        SourceLines {
            // Paths are relative to an application: `resolve` reads.
            readable: |_| false,
            ..SourceLines::default()
        }
    }

    fn resolve(&self, trace: &mut Trace, project: &Project<'_>) {
        resolve::resolve(trace, project);
    }
}
