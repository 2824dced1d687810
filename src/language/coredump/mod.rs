//! Core dumps. In: the entry in which systemd-coredump tells of a process that a signal ended, with its fields where it comes
//! from the journal. Out: the exception that sentry-native would have sent: the signal, the frames of the thread that
//! crashed, the other threads, what is known of the process.
//!
//! `line` knows lines by themselves, `tracker` which of them belong together, `symbol` reads the linker's names, `report`
//! reads them all.

mod line;
mod report;
mod signal;
mod symbol;
mod tracker;

use super::{Language, Project, Trace};
use crate::assemble::{Grammar, Record, Tracker};

/// What systemd-coredump tells.
pub struct Coredump;

impl Grammar for Coredump {
    fn open(&self, text: &[u8]) -> Option<Box<dyn Tracker>> {
        line::head(&line::text(text))?;
        Some(Box::new(tracker::Follower::default()))
    }

    fn begins(&self, text: &[u8]) -> bool {
        line::begins_info(&line::text(text))
    }
}

impl Language for Coredump {
    fn name(&self) -> &'static str {
        "coredump"
    }

    fn platform(&self) -> &'static str {
        "native"
    }

    fn openings(&self) -> &'static [&'static str] {
        line::OPENINGS
    }

    fn parse(&self, record: &Record) -> Trace {
        report::read(record)
    }

    fn source_extensions(&self) -> &'static [&'static str] {
        &[]
    }

    /// Nothing: whether a frame is the app's own is decided by its package's path, on the server, as for sentry-native.
    fn resolve(&self, _trace: &mut Trace, _project: &Project<'_>) {}
}
