//! R. In: what R prints of an error, with the calls it names, `traceback()`'s or rlang's; shiny's warning of one. Out: the
//! error; there is no SDK whose event it could equal. Warnings are not errors.
//!
//! `line` knows lines by themselves, `tracker` which of them belong together, `report` what they say.

mod line;
mod report;
mod tracker;

use super::{Language, Project, Trace};
use crate::assemble::{Grammar, Record, Tracker};

/// R 4, with or without rlang.
pub struct R;

/// Functions of R's own packages that are often called on the way; of others' the text tells the package, or nothing.
const BASE: &[&str] = &[
    "stop",
    "stopifnot",
    "abort",
    "print",
    "eval",
    "source",
    "withVisible",
    "sapply",
    "lapply",
    "vapply",
    "mapply",
    "Map",
    "Reduce",
    "Filter",
    "FUN",
    "do.call",
    "tryCatch",
    "tryCatchList",
    "tryCatchOne",
    "doTryCatch",
    "try",
    "withCallingHandlers",
    "match.arg",
    "library",
    "loadNamespace",
    "file",
    "readLines",
    "new",
    "initialize",
    "validObject",
    "<Anonymous>",
    "standardGeneric",
    "UseMethod",
    "NextMethod",
];

impl Grammar for R {
    fn open(&self, text: &[u8]) -> Option<Box<dyn Tracker>> {
        let follower = tracker::Follower::open(&line::text(text))?;
        Some(Box::new(follower))
    }

    /// An error at top level names no call, and only R's last words prove it.
    fn begins(&self, text: &[u8]) -> bool {
        line::bare(&line::text(text)).is_some()
    }
}

impl Language for R {
    fn name(&self) -> &'static str {
        "r"
    }

    fn platform(&self) -> &'static str {
        "other"
    }

    fn openings(&self) -> &'static [&'static str] {
        &[line::ERROR_IN, line::HALTED]
    }

    fn parse(&self, record: &Record) -> Trace {
        report::read(record)
    }

    fn source_extensions(&self) -> &'static [&'static str] {
        &["R", "r", "Rmd"]
    }

    /// What has a place in a file, or is the script's own, is the app's; a package's is not.
    fn resolve(&self, trace: &mut Trace, project: &Project<'_>) {
        let root = project.root.filter(|root| !root.is_empty());
        for frame in trace.frames_mut() {
            let name = frame.function.as_deref().unwrap_or_default();
            let own = match frame.module.as_deref() {
                Some(owner) => owner == "global",
                None => frame.filename.is_some() || !BASE.contains(&name),
            };
            frame.in_app = frame.in_app.or(Some(own));
            let Some(path) = frame.filename.take() else {
                continue;
            };
            let below = root.and_then(|root| path.strip_prefix(root)?.strip_prefix('/'));
            frame.filename = Some(below.unwrap_or(&path).to_owned());
            frame.abs_path = path.starts_with('/').then_some(path);
        }
    }
}
