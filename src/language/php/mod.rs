//! PHP. In: what the engine prints of an uncaught exception, a fatal error, a warning or a notice, an exception turned into a
//! string, what Monolog writes of one. Out: the exceptions as sentry-php sends them.
//!
//! `line` knows lines by themselves, `tracker` which of them belong together, `stack` the frames, `printed` what the engine
//! prints, `called` what programs write themselves, `logged` what Monolog does, `resolve` asks the app's folder and
//! sources, `enclosing` in which function a line stands.

mod called;
mod enclosing;
mod line;
mod logged;
mod printed;
mod resolve;
mod stack;
mod tracker;

use super::{Language, Project, SourceLines, Trace};
use crate::assemble::{Grammar, Lines, Record, Tracker};

/// PHP.
pub struct Php;

impl Grammar for Php {
    fn open(&self, text: &[u8]) -> Option<Box<dyn Tracker>> {
        let follower = tracker::Follower::open(&line::text(text))?;
        Some(Box::new(follower))
    }

    fn introduces(&self, text: &[u8]) -> bool {
        let text = line::text(text);
        line::is_page(&text) || line::said(line::bare(&text)).is_some_and(|said| said.named)
    }
}

impl Language for Php {
    fn name(&self) -> &'static str {
        "php"
    }

    fn platform(&self) -> &'static str {
        "php"
    }

    fn openings(&self) -> &'static [&'static str] {
        line::OPENINGS
    }

    fn parse(&self, record: &Record) -> Trace {
        let margin = record.lines.first().map_or(0, line::margin);
        let texts = |lines: &Lines| -> Vec<String> {
            let text = |line: &[u8]| {
                let inner = line.get(margin.min(line::margin(line))..);
                line::bare(&line::text(inner.unwrap_or_default())).to_owned()
            };
            lines.iter().map(text).collect()
        };
        let mut lines = texts(&record.lines);
        if let [only] = &lines[..]
            && let Some(written) = line::written_out(only)
        {
            let begins = written.iter().position(|text| line::kind(text).is_some());
            lines = written.into_iter().skip(begins.unwrap_or(0)).collect();
        }
        let Some(kind) = lines.first().and_then(|first| line::kind(first)) else {
            return Trace::default();
        };
        let preamble = texts(&record.preamble.iter().collect());
        if lines.first().is_some_and(|first| line::is_page_end(first)) {
            // Where each line has its header, what stands above are records by themselves.
            let crumbs = record.breadcrumbs.iter();
            let crumbs = crumbs.map(|crumb| line::text(&crumb.message).into_owned());
            let above: Vec<String> = crumbs.chain(preamble.iter().cloned()).collect();
            let begins = above.iter().rposition(|text| line::is_page(text));
            let more = begins.and_then(|at| above.get(at..));
            lines.splice(0..0, more.unwrap_or_default().iter().cloned());
        }
        if lines.first().is_some_and(|first| line::is_page(first)) {
            for text in &mut lines {
                *text = line::unmarked(text);
            }
        }
        match kind {
            line::Kind::Engine => printed::engine(&lines),
            line::Kind::Listed => {
                let message = record.message.as_deref().map(|m| line::text(m));
                printed::text(message.as_deref().map(line::bare), &preamble, &lines)
            }
            line::Kind::Calls => called::read(called::words(record, &preamble), &lines),
            line::Kind::Logged => logged::read(&lines),
            line::Kind::Told => logged::told(&lines),
        }
    }

    fn source_extensions(&self) -> &'static [&'static str] {
        &["php", "phtml", "inc", "module", "install", "theme", "twig"]
    }

    fn source_lines(&self) -> SourceLines {
        SourceLines {
            empty_end: true,
            ..SourceLines::default()
        }
    }

    fn resolve(&self, trace: &mut Trace, project: &Project<'_>) {
        resolve::resolve(trace, project);
    }
}
