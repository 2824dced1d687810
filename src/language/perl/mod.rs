//! Perl. In: what `die`, `warn` and Carp print, Devel::StackTrace as text, what frameworks log of them. Out: the exception; there
//! is no SDK whose event it could equal.
//!
//! `line` knows lines by themselves, `tracker` which of them belong together, `report` what they say.

mod line;
mod report;
mod tracker;

use super::{Language, Project, Trace};
use crate::assemble::{Grammar, Record, Tracker};

/// Perl 5.
pub struct Perl;

/// Parts of paths under which no app's code stands.
const LIBRARIES: &[&str] = &[
    "/usr/share/perl",
    "/usr/lib/",
    "/usr/local/share/perl",
    "/usr/local/lib/",
    "/site_perl/",
    "/vendor_perl/",
    "/lib/perl5/",
];

impl Grammar for Perl {
    fn open(&self, text: &[u8]) -> Option<Box<dyn Tracker>> {
        let text = line::text(text);
        let follower = tracker::Follower::open(&text)?;
        // Elsewhere the prefilter does not look.
        let seen = line::OPENINGS.iter().any(|opening| text.contains(opening));
        seen.then(|| -> Box<dyn Tracker> { Box::new(follower) })
    }
}

impl Language for Perl {
    fn name(&self) -> &'static str {
        "perl"
    }

    fn platform(&self) -> &'static str {
        "perl"
    }

    fn openings(&self) -> &'static [&'static str] {
        line::OPENINGS
    }

    fn parse(&self, record: &Record) -> Trace {
        report::read(record)
    }

    fn may_be_own(&self, path: &str) -> bool {
        !LIBRARIES.iter().any(|part| path.contains(part))
    }

    fn source_extensions(&self) -> &'static [&'static str] {
        &["pl", "pm", "t", "cgi", "psgi"]
    }

    /// A file below the project's folder is named by its path there; what is neither a library's nor given as text is the app's.
    fn resolve(&self, trace: &mut Trace, project: &Project<'_>) {
        let root = project.root.filter(|root| !root.is_empty());
        for frame in trace.frames_mut() {
            let Some(path) = frame.filename.take() else {
                continue;
            };
            frame.in_app = Some(self.may_be_own(&path) && !path.starts_with('('));
            let below = root.and_then(|root| path.strip_prefix(root)?.strip_prefix('/'));
            frame.filename = Some(below.unwrap_or(&path).to_owned());
            frame.abs_path = path.starts_with('/').then_some(path);
        }
    }
}
