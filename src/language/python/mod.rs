//! Python. In: what CPython, `logging`, loguru, structlog and asyncio print of an exception. Out: the exceptions as
//! sentry-sdk sends them.
//!
//! `line` knows lines by themselves, `tracker` which of them belong together, `tree` what they print, `value`, `names` and
//! `order` how the SDK says it, `report` who reported it, `resolve` what only the running interpreter knew.

mod boxed;
mod fatal;
mod line;
mod main_script;
mod names;
mod order;
mod report;
mod resolve;
mod structured;
mod tracker;
mod tree;
mod value;

use std::borrow::Cow;

use super::{Language, Project, Trace};
use crate::assemble::{Grammar, Record, Tracker};

/// The key under which ecs-logging writes frames without the words that open a traceback; the reader of JSON adds them.
const ECS_STACK: &str = "stack_trace";

/// CPython.
pub struct Python;

impl Grammar for Python {
    fn open(&self, text: &[u8]) -> Option<Box<dyn Tracker>> {
        let follower = tracker::Follower::open(&line::text(text))?;
        Some(Box::new(follower))
    }

    fn introduces(&self, text: &[u8]) -> bool {
        report::introduces(&line::text(text))
    }

    fn announces(&self, text: &[u8]) -> bool {
        let text = line::text(text);
        line::is_opening(&text) || report::introduces(&text)
    }

    fn claims(&self, structured: &serde_json::Value) -> bool {
        structured::read(structured).is_some()
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
        &[line::OPENING, line::FATAL, structured::OPENING, ECS_STACK]
    }

    fn parse(&self, record: &Record) -> Trace {
        parse(record)
    }

    fn may_be_own(&self, path: &str) -> bool {
        !path.starts_with('<')
            && resolve::beneath_packages(path).is_none()
            && resolve::beneath_library(path).is_none()
    }

    fn source_extensions(&self) -> &'static [&'static str] {
        &["py", "pyw", "pyi"]
    }

    fn resolve(&self, trace: &mut Trace, project: &Project<'_>) {
        resolve::resolve(trace, project);
    }
}

fn parse(record: &Record) -> Trace {
    let lines = record.lines.texts();
    let lines: Vec<&str> = lines.iter().map(AsRef::as_ref).collect();
    let base = lines.first().map_or(0, |first| line::indent(first));
    if lines
        .first()
        .is_some_and(|l| line::dedent(l, base).starts_with(line::FATAL))
    {
        return fatal::read(&dedented(&lines, base));
    }
    let preamble: Vec<Cow<'_, str>> = record.preamble.iter().map(|l| line::text(l)).collect();
    let preamble: Vec<&str> = preamble.iter().map(AsRef::as_ref).collect();
    let (before, printed) = preamble.split_at(chain_start(&preamble));
    let mut all = Vec::with_capacity(printed.len() + lines.len());
    all.extend_from_slice(printed);
    all.extend(lines);
    let structure = record.structured.as_ref().and_then(structured::read);
    let mut chain = structure.unwrap_or_else(|| printed_chain(&all));
    chain.retain(|node| !node.ty.is_empty() || !node.frames.is_empty());
    let mut trace = Trace::default();
    complete(&mut chain, record, before, &mut trace);
    trace.exceptions = order::list(chain);
    report::tell(record, before, &mut trace);
    trace
}

fn printed_chain(lines: &[&str]) -> tree::Chain {
    if !lines.iter().any(|text| boxed::is_top(text)) {
        return tree::read(lines);
    }
    let base = lines.first().map_or(0, |first| line::indent(first));
    let lines = dedented(lines, base);
    let plain = boxed::unbox(&lines);
    let plain: Vec<&str> = plain.iter().map(AsRef::as_ref).collect();
    let mut chain = tree::read(&plain);
    for node in &mut chain {
        node.without_module = !node.ty.contains('.') && !names::is_builtin(&node.ty);
    }
    chain
}

/// The lines without the indentation of the whole.
fn dedented<'a>(lines: &[&'a str], base: usize) -> Vec<&'a str> {
    lines.iter().map(|text| line::dedent(text, base)).collect()
}

/// Where in the preamble the chain begins: an exception that was never raised has no traceback of its own and is printed
/// bare before the joiner; a remote traceback quotes the one that opens the record.
fn chain_start(preamble: &[&str]) -> usize {
    let mut start = preamble.len();
    loop {
        let above = preamble.get(..start).unwrap_or_default();
        let filled = above.iter().rposition(|l| !line::is_blank(l));
        let Some(at) = filled else {
            return start;
        };
        let last = above.get(at).copied().unwrap_or_default();
        let quotes =
            start == preamble.len() && at + 1 == above.len() && last.trim_end() == "\"\"\"";
        if !quotes && line::joiner(last).is_none() {
            return start;
        }
        let earlier = above.get(..at).unwrap_or_default();
        let Some(found) = earlier.iter().rposition(|l| line::exception(l).is_some()) else {
            return start;
        };
        start = found;
    }
}

/// A trace whose exception line is missing: AWS Lambda prints it before the traceback; else the text ends too early.
fn complete(chain: &mut tree::Chain, record: &Record, before: &[&str], trace: &mut Trace) {
    let Some(last) = chain.last_mut().filter(|node| node.ty.is_empty()) else {
        return;
    };
    let header = record.message.as_deref().map(String::from_utf8_lossy);
    let printed = before.last().copied().or(header.as_deref());
    if let Some((ty, message)) = printed.and_then(line::exception) {
        ty.clone_into(&mut last.ty);
        last.message = message.map(|m| vec![m.to_owned()]);
    } else {
        trace
            .notes
            .push("the text ends before the exception's line".to_owned());
    }
}
