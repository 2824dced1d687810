//! The Linux kernel. In: what it prints of a fault of its own (oops, `BUG`, `WARNING`, a hung task, a lockup, a panic) and of a
//! process that it killed for want of memory, from the journal, from `dmesg` or from a syslog file. Out: the exception, with
//! the frames of the call trace; of a killed process, which one, and of which unit.
//!
//! `line` knows lines by themselves, `tracker` which of them belong together, `fault` reads the first, `report` them all.

mod fault;
mod line;
mod report;
mod tracker;

use super::{Language, Project, Trace};
use crate::assemble::{Grammar, Record, Tracker};

/// The kernel.
pub struct Kernel;

impl Grammar for Kernel {
    fn open(&self, text: &[u8]) -> Option<Box<dyn Tracker>> {
        let follower = tracker::Follower::open(&line::text(text))?;
        Some(Box::new(follower))
    }
}

impl Language for Kernel {
    fn name(&self) -> &'static str {
        "kernel"
    }

    fn platform(&self) -> &'static str {
        "native"
    }

    fn openings(&self) -> &'static [&'static str] {
        fault::OPENINGS
    }

    fn parse(&self, record: &Record) -> Trace {
        report::read(record)
    }

    fn source_extensions(&self) -> &'static [&'static str] {
        &[]
    }

    fn resolve(&self, _trace: &mut Trace, _project: &Project<'_>) {}
}
