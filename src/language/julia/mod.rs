//! Julia. In: what Julia prints of an error that nobody caught, of a task's, of one that was logged with its calls. Out: the
//! errors; there is no SDK whose event they could equal.
//!
//! `line` knows lines by themselves, `tracker` which of them belong together, `report` what they say.

mod line;
mod report;
mod tracker;

use super::{Language, Project, Trace};
use crate::assemble::{Grammar, Record, Tracker};

/// Julia 1.
pub struct Julia;

/// Parts of paths under which no app's code stands.
const LIBRARIES: &[&str] = &["/.julia/packages/", "/share/julia/", "/julia/stdlib/"];

impl Grammar for Julia {
    fn open(&self, text: &[u8]) -> Option<Box<dyn Tracker>> {
        let follower = tracker::Follower::open(&line::text(text))?;
        Some(Box::new(follower))
    }

    /// The words may have several lines.
    fn begins(&self, text: &[u8]) -> bool {
        line::head(&line::text(text)).is_some()
    }
}

impl Language for Julia {
    fn name(&self) -> &'static str {
        "julia"
    }

    fn platform(&self) -> &'static str {
        "other"
    }

    fn openings(&self) -> &'static [&'static str] {
        &[line::OPENING]
    }

    fn parse(&self, record: &Record) -> Trace {
        report::read(record)
    }

    /// Julia's own files have no folder: `./error.jl`.
    fn may_be_own(&self, path: &str) -> bool {
        let own = !path.starts_with("./") || path.starts_with("./REPL[");
        own && !LIBRARIES.iter().any(|part| path.contains(part))
    }

    fn source_extensions(&self) -> &'static [&'static str] {
        &["jl"]
    }

    /// A file below the project's folder is named by its path there.
    fn resolve(&self, trace: &mut Trace, project: &Project<'_>) {
        let root = project.root.filter(|root| !root.is_empty());
        for frame in trace.frames_mut() {
            let Some(path) = frame.filename.take() else {
                frame.in_app = Some(false);
                continue;
            };
            frame.in_app = Some(self.may_be_own(&path));
            let below = root.and_then(|root| path.strip_prefix(root)?.strip_prefix('/'));
            frame.filename = Some(below.unwrap_or(&path).to_owned());
            frame.abs_path = path.starts_with('/').then_some(path);
        }
    }
}
