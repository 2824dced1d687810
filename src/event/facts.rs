//! What conditions of rules may ask of a record. In: a record and its trace. Out: a copy of its facts, built only for apps
//! that have rules.

use serde_json::Value;

use crate::assemble::Record;
use crate::language::Trace;

/// Facts of the record that an event was made of.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RecordFacts {
    /// The message of the header, or the record's field.
    pub message: String,
    /// The logger that the record names.
    pub logger: String,
    /// The level that the record names, as an event's; empty where it names none.
    pub level: String,
    /// Record time, RFC 3339.
    pub time: String,
    /// The thread that the record names, or the trace.
    pub thread: String,
    /// Further fields of the record, by name.
    pub fields: Vec<(String, Value)>,
}

impl RecordFacts {
    pub(super) fn of(record: &Record, trace: &Trace) -> Self {
        let message = record.message.as_deref().map(String::from_utf8_lossy);
        let text = |text: Option<&String>| text.cloned().unwrap_or_default();
        Self {
            message: message.map(String::from).unwrap_or_default(),
            logger: text(record.meta.logger.as_ref()),
            level: record
                .meta
                .level
                .map(|level| level.as_str().to_owned())
                .unwrap_or_default(),
            time: record.time.to_string(),
            thread: text(record.meta.thread.as_ref().or(trace.thread.as_ref())),
            fields: record.meta.fields.clone(),
        }
    }
}
