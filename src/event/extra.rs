//! What goes along with an event beside what the SDK sends. In: a record, its trace. Out: `extra`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{clean, labels};
use crate::assemble::Record;
use crate::bounds::{LAST_LINE_CHARS_MAX, LAST_LINES_MAX};
use crate::config::Labels;
use crate::language::{Frame, Trace};

/// Where it was read, what was odd, and the record's further fields.
pub(super) fn extra(
    record: &Record,
    trace: &Trace,
    asked: &Labels,
    seen_at: &str,
    original: Option<Timestamp>,
) -> BTreeMap<String, Value> {
    let mut extra = labels::extra(asked, &record.meta.fields);
    extra.insert("log_source".to_owned(), json!(seen_at));
    extra.insert("log_offset".to_owned(), json!(record.head));
    if let Some(time) = original {
        extra.insert("log_timestamp".to_owned(), json!(time.to_string()));
    }
    if let Some(pid) = record.meta.pid {
        extra.insert("log_pid".to_owned(), json!(pid));
    }
    if let Some(thread) = &record.meta.thread {
        extra.insert("log_thread".to_owned(), json!(thread));
    }
    if record.lines_dropped > 0 {
        extra.insert("log_lines_dropped".to_owned(), json!(record.lines_dropped));
    }
    let last = last_lines(record, trace);
    if !last.is_empty() {
        extra.insert("log_last_lines".to_owned(), json!(last));
    }
    if !trace.notes.is_empty() {
        extra.insert("log_notes".to_owned(), json!(trace.notes));
    }
    extra
}

/// The text's last lines, as far as neither a frame nor a message shows them: where a goroutine was created, frames beyond
/// what the SDK keeps, the runtime's version.
fn last_lines(record: &Record, trace: &Trace) -> Vec<String> {
    let texts = record.lines.iter().rev().map(<[u8]>::trim_ascii);
    let texts = texts.filter(|line| line.len() > 3 && !line.starts_with(b"... "));
    let mut last: Vec<String> = texts
        .map(String::from_utf8_lossy)
        .take_while(|line| !is_shown(line, trace))
        .take(LAST_LINES_MAX)
        .filter_map(|line| clean::line(&line, LAST_LINE_CHARS_MAX))
        .collect();
    last.reverse();
    last
}

fn is_shown(line: &str, trace: &Trace) -> bool {
    let values = trace.exceptions.iter().filter_map(|e| e.value.as_deref());
    let mut said = values.chain(trace.message.as_deref());
    let types = || trace.exceptions.iter().map(|e| e.ty.as_str());
    said.any(|text| {
        text.lines()
            .any(|part| !part.is_empty() && line.contains(part))
    }) || types().any(|ty| line.ends_with(ty))
        || trace.frames().any(|frame| shows(frame, line))
}

fn shows(frame: &Frame, line: &str) -> bool {
    let path = frame.abs_path.as_deref().or(frame.filename.as_deref());
    let name = path.and_then(|p| p.rsplit(['/', '\\']).next());
    let number = || frame.lineno.is_none_or(|n| line.contains(&n.to_string()));
    let context = frame.context_line.as_deref().map(str::trim);
    let named = |name: &str| memchr::memmem::find(line.as_bytes(), name.as_bytes()).is_some();
    name.is_some_and(|name| named(name) && number())
        || context.is_some_and(|source| !source.is_empty() && source == line)
}
