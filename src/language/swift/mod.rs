//! Swift. In: what the runtime prints of a program that it ends, since 5.9 with its calls, before with or without. Out: the
//! error, or the signal where the runtime gave no words.
//!
//! `line` knows lines by themselves, `tracker` which of them belong together, `report` what they say.

mod line;
mod report;
mod tracker;

use super::{Language, Project, Trace};
use crate::assemble::{Grammar, Record, Tracker};

/// Swift 5 and 6 where it runs on a server.
pub struct Swift;

impl Grammar for Swift {
    fn open(&self, text: &[u8]) -> Option<Box<dyn Tracker>> {
        let follower = tracker::Follower::open(&line::text(text))?;
        Some(Box::new(follower))
    }

    /// `Fatal error: ` is an opening by PHP's; `Precondition failed: ` is none.
    fn begins(&self, text: &[u8]) -> bool {
        line::head(&line::text(text)).is_some()
    }

    fn announces(&self, text: &[u8]) -> bool {
        line::head(&line::text(text)).is_some()
    }
}

impl Language for Swift {
    fn name(&self) -> &'static str {
        "swift"
    }

    fn platform(&self) -> &'static str {
        "native"
    }

    fn openings(&self) -> &'static [&'static str] {
        &[line::CRASHED]
    }

    fn parse(&self, record: &Record) -> Trace {
        report::read(record)
    }

    fn source_extensions(&self) -> &'static [&'static str] {
        &["swift"]
    }

    /// A shared library is not the app, the program is; of what packages it was linked with, the text does not tell but by
    /// the place of their checkouts.
    fn resolve(&self, trace: &mut Trace, project: &Project<'_>) {
        let root = project.root.filter(|root| !root.is_empty());
        for frame in trace.frames_mut() {
            let image = frame.package.as_deref().unwrap_or_default();
            let path = frame.filename.take();
            let linked = path
                .as_deref()
                .is_some_and(|path| path.contains("/.build/checkouts/") || path.starts_with('<'));
            let library = image.contains(".so") || image.strip_suffix(".dylib").is_some();
            frame.in_app = frame.in_app.or(Some(!library && !linked));
            let below = |path: &str| Some(path.strip_prefix(root?)?.strip_prefix('/')?.to_owned());
            let Some(path) = path else { continue };
            frame.filename = Some(below(&path).unwrap_or_else(|| path.clone()));
            frame.abs_path = path.starts_with('/').then_some(path);
        }
    }
}
