//! What goes along with an event beside what the SDK sends. In: a record, its trace. Out: `extra`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::clean;
use crate::assemble::Record;
use crate::bounds::LAST_LINE_CHARS_MAX;
use crate::language::{Frame, Trace};

/// Where it was read, what was odd, and the record's further fields.
pub(super) fn extra(
    record: &Record,
    trace: &Trace,
    seen_at: &str,
    original: Option<Timestamp>,
) -> BTreeMap<String, Value> {
    let mut extra: BTreeMap<String, Value> = record.meta.fields.iter().cloned().collect();
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
    if let Some(last) = last_line(record, trace) {
        extra.insert("log_last_line".to_owned(), json!(last));
    }
    if !trace.notes.is_empty() {
        extra.insert("log_notes".to_owned(), json!(trace.notes));
    }
    extra
}

/// The text's last line, where neither a frame nor a message shows it: where a goroutine was created, frames beyond what the
/// SDK keeps, the runtime's version.
fn last_line(record: &Record, trace: &Trace) -> Option<String> {
    let texts = record.lines.iter().rev();
    let last = texts
        .map(|line| line.trim_ascii())
        .find(|l| !l.is_empty())?;
    let last = String::from_utf8_lossy(last);
    let tells = last.len() > 3 && !last.starts_with("... ");
    let said = trace.exceptions.iter().filter_map(|e| e.value.as_deref());
    let mut said = said.chain(trace.message.as_deref());
    let shown = trace.frames().any(|frame| shows(frame, &last))
        || said.any(|text| {
            text.lines()
                .any(|line| !line.is_empty() && last.contains(line))
        })
        || trace
            .exceptions
            .iter()
            .any(|e| last.ends_with(e.ty.as_str()));
    (tells && !shown).then(|| clean::line(&last, LAST_LINE_CHARS_MAX))?
}

fn shows(frame: &Frame, line: &str) -> bool {
    let path = frame.abs_path.as_deref().or(frame.filename.as_deref());
    let name = path.and_then(|p| p.rsplit(['/', '\\']).next());
    let context = frame.context_line.as_deref().map(str::trim);
    name.is_some_and(|name| line.contains(name))
        || context.is_some_and(|source| !source.is_empty() && source == line)
}
