//! Python.

use super::{Language, Project, Trace};
use crate::assemble::{Grammar, Record, Tracker};

/// CPython.
pub struct Python;

impl Grammar for Python {
    fn open(&self, _text: &[u8]) -> Option<Box<dyn Tracker>> {
        None
    }
}

impl Language for Python {
    fn name(&self) -> &'static str {
        "python"
    }
    fn platform(&self) -> &'static str {
        "python"
    }
    fn openings(&self) -> &'static [&'static str] {
        &["Traceback (most recent call last)"]
    }
    fn parse(&self, _record: &Record) -> Trace {
        Trace::default()
    }
    fn source_extensions(&self) -> &'static [&'static str] {
        &["py", "pyw", "pyi"]
    }
    fn resolve(&self, _trace: &mut Trace, _project: &Project<'_>) {}
}
