//! .NET: CoreCLR and Mono. In: what the runtime prints of an exception that nobody caught, what `Exception.ToString` and the
//! loggers print. Out: the exceptions as sentry-dotnet sends them (with `StackTraceMode.Original`: its other mode signs each
//! function with types that no text has).
//!
//! `line` knows lines by themselves, `head` an exception's first, `tracker` which of them belong together, `flat` a trace
//! squeezed into one line, `report` where in a record the trace begins, `tree` what it prints, `names` the SDK's names of
//! methods and types.

mod flat;
mod head;
mod line;
mod names;
mod report;
mod tracker;
mod tree;

use super::{Language, Project, Trace};
use crate::assemble::{Grammar, Record, Tracker};

/// Whatever runs on the common language runtime.
pub struct Dotnet;

impl Grammar for Dotnet {
    fn open(&self, text: &[u8]) -> Option<Box<dyn Tracker>> {
        let text = line::text(text);
        let follower = tracker::Follower::open(&text)?;
        // Elsewhere the prefilter does not look.
        let seen = line::OPENINGS.iter().any(|opening| text.contains(opening));
        seen.then(|| -> Box<dyn Tracker> { Box::new(follower) })
    }

    fn introduces(&self, text: &[u8]) -> bool {
        line::announced(&line::text(text)).is_some()
    }

    /// A type in a namespace, as .NET spells both: a chain of any length may stand before the first frame.
    fn begins(&self, text: &[u8]) -> bool {
        let text = line::text(text);
        let head = line::head(&text);
        head.is_some_and(|h| {
            h.certain && h.ty.contains('.') && h.ty.starts_with(char::is_uppercase)
        })
    }
}

impl Language for Dotnet {
    fn name(&self) -> &'static str {
        "dotnet"
    }

    fn platform(&self) -> &'static str {
        "csharp"
    }

    fn openings(&self) -> &'static [&'static str] {
        line::OPENINGS
    }

    fn parse(&self, record: &Record) -> Trace {
        report::read(record)
    }

    fn source_extensions(&self) -> &'static [&'static str] {
        &["cs", "fs", "vb", "cshtml", "razor"]
    }

    /// A file below the project's folder is named by its path there.
    fn resolve(&self, trace: &mut Trace, project: &Project<'_>) {
        let Some(root) = project.root.filter(|root| !root.is_empty()) else {
            return;
        };
        for frame in trace.frames_mut() {
            let Some(path) = frame.filename.take() else {
                continue;
            };
            let below = path
                .strip_prefix(root)
                .and_then(|rest| rest.strip_prefix(['/', '\\']));
            match below.map(str::to_owned) {
                Some(below) => {
                    frame.filename = Some(below);
                    frame.abs_path = Some(path);
                }
                None => frame.filename = Some(path),
            }
        }
    }
}
