//! Erlang. In: the reports that `logger`, `error_logger` and SASL print of processes that crash, terms with a stack trace,
//! what `erl_error` formats. Out: the exception, named as Erlang does, with frames as sentry-elixir names them.
//!
//! `term` reads printed terms, `line` knows lines by themselves, `tracker` which of them belong together, `report` reads them,
//! `words` knows what `erl_error` makes of reasons.

mod line;
mod report;
mod term;
mod tracker;
mod words;

use super::{Language, Project, Trace};
use crate::assemble::{Grammar, Record, Tracker};

/// Erlang.
pub struct Erlang;

impl Grammar for Erlang {
    fn open(&self, text: &[u8]) -> Option<Box<dyn Tracker>> {
        let follower = tracker::Follower::open(&line::text(text))?;
        Some(Box::new(follower))
    }
}

impl Language for Erlang {
    fn name(&self) -> &'static str {
        "erlang"
    }

    fn platform(&self) -> &'static str {
        "elixir"
    }

    fn openings(&self) -> &'static [&'static str] {
        line::OPENINGS
    }

    fn parse(&self, record: &Record) -> Trace {
        report::read(record)
    }

    fn source_extensions(&self) -> &'static [&'static str] {
        &["erl"]
    }

    fn resolve(&self, _trace: &mut Trace, _project: &Project<'_>) {}
}
