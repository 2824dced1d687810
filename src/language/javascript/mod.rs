//! JavaScript. In: what Node, Deno, Bun and browsers print of an error, and what loggers put into a field. Out: the
//! exceptions as `@sentry/node` sends them.
//!
//! `line` knows lines by themselves, `thrown` the line that names the error, `tracker` which lines belong together, `head`
//! where in front of the frames the error begins, `tree` what is nested in what (a `node` for each error), `chain` how the SDK orders it, `stack` one
//! frame as the SDK reads it, `report` who reported it, `resolve` what only the running process knew.

mod chain;
mod head;
mod line;
mod margin;
mod node;
mod report;
mod resolve;
mod site;
mod stack;
mod thrown;
mod tracker;
mod tree;
mod value;

use std::borrow::Cow;

use super::{Language, Project, SourceLines, Trace, above};
use crate::assemble::{Breadcrumb, Grammar, Record, Tracker};
use crate::bounds::BREADCRUMBS_MAX;
use crate::level::Level;

/// Node, Deno, Bun, browsers.
pub struct JavaScript;

impl Grammar for JavaScript {
    fn open(&self, text: &[u8]) -> Option<Box<dyn Tracker>> {
        let follower = tracker::Follower::open(&line::text(text))?;
        Some(Box::new(follower))
    }

    fn introduces(&self, text: &[u8]) -> bool {
        line::is_throw_site(&line::text(text))
    }

    fn announces(&self, text: &[u8]) -> bool {
        let text = line::text(text);
        line::is_throw_site(&text) || tracker::is_uncaught(&text)
    }

    fn begins(&self, text: &[u8]) -> bool {
        thrown::begins(&line::text(text))
    }
}

impl Language for JavaScript {
    fn name(&self) -> &'static str {
        "javascript"
    }

    fn platform(&self) -> &'static str {
        "node"
    }

    fn openings(&self) -> &'static [&'static str] {
        line::OPENINGS
    }

    fn parse(&self, record: &Record) -> Trace {
        parse(record)
    }

    fn may_be_own(&self, path: &str) -> bool {
        stack::is_in_app(path)
    }

    fn source_extensions(&self) -> &'static [&'static str] {
        &[
            "js", "mjs", "cjs", "ts", "mts", "cts", "tsx", "jsx", "vue", "svelte", "astro",
        ]
    }

    fn source_lines(&self) -> SourceLines {
        SourceLines {
            around: 7,
            printed_everywhere: false,
            empty_end: false,
            readable: resolve::is_readable,
            cut: resolve::snip,
        }
    }

    fn resolve(&self, trace: &mut Trace, project: &Project<'_>) {
        resolve::resolve(trace, project);
    }
}

/// What a log record says. Of `Error: x` behind nothing but a time, the type was taken for a level that the frames' lines
/// have not; so was what `console.trace` begins with.
fn said(crumb: &Breadcrumb, record: &Record) -> String {
    let text = line::text(&crumb.message);
    let alone = record.meta.level.is_none() && crumb.logger.is_none();
    match crumb.level.filter(|_| alone) {
        Some(Level::Error) if !thrown::names(&text) => {
            // Bun's word.
            format!("Error: {}", text.strip_prefix("error: ").unwrap_or(&text))
        }
        Some(Level::Debug) => format!("Trace: {text}"),
        _ => text.into_owned(),
    }
}

fn parse(record: &Record) -> Trace {
    let texts = |lines: &[Vec<u8>]| -> Vec<String> {
        let text = |line: &Vec<u8>| line::text(line).into_owned();
        lines.iter().map(text).collect()
    };
    let preamble = texts(&record.preamble);
    let lines = record.lines.texts();
    let first = lines.first().map_or("", AsRef::as_ref);
    let margin = margin::of(&preamble, first).to_owned();
    let own = |text| margin::without(&margin, text);
    let lines: Vec<Cow<'_, str>> = lines.into_iter().map(own).collect();
    let lines: Vec<&str> = lines.iter().map(AsRef::as_ref).collect();
    let before = head::Before {
        preamble: preamble
            .iter()
            .map(|text| own(Cow::Borrowed(text)).into_owned())
            .collect(),
        message: record
            .message
            .as_deref()
            .map(|m| line::text(m).into_owned()),
        crumbs: above::near(record, BREADCRUMBS_MAX)
            .into_iter()
            .rev()
            .map(|crumb| said(crumb, record))
            .collect(),
    };
    let head = head::find(&before, &lines);
    if head.kind == head::Kind::Nothing || head.is_console_trace() {
        return Trace::default();
    }
    let mut tree = tree::read(&head, &lines);
    let mut trace = Trace::default();
    report::tell(record, &head, &lines, &mut tree, &mut trace);
    let printed = tree.source.take();
    trace.exceptions = chain::list(tree, trace.handled);
    site::place(&head, printed, &mut trace);
    trace
}
