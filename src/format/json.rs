//! JSON lines. In: a text that is one JSON object. Out: what its well-known keys say, and the strings that may hold a
//! trace.
//!
//! Thin on purpose: keys are looked up by name at the top and one level down, nothing is guessed from values. What does
//! not parse (nested 10,000 deep, cut, not UTF-8) is a plain text.

use crate::bounds::{FIELD_BYTES_MAX, FIELDS_MAX};
use serde_json::{Map, Value};

use super::time::{self, TimeContext};
use super::{Meta, words};

/// One JSON object as a log record.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct JsonRecord {
    /// Time, level, logger, thread, pid, and the fields that are none of these.
    pub meta: Meta,
    /// The message.
    pub message: Option<String>,
    /// Strings in which a trace may stand, the likeliest first; the message is the last.
    pub texts: Vec<String>,
    /// A trace as structure: an array of objects where a traceback is expected.
    pub structured: Option<Value>,
}

const LEVEL: &[&str] = &[
    "level",
    "severity",
    "levelname",
    "lvl",
    "log.level",
    "@level",
    "loglevel",
];
const LOGGER: &[&str] = &[
    "logger",
    "logger_name",
    "log.logger",
    "loggerName",
    "name",
    "channel",
];
const TIME: &[&str] = &[
    "timestamp",
    "time",
    "ts",
    "@timestamp",
    "asctime",
    "datetime",
    "date",
];
const MESSAGE: &[&str] = &["message", "msg", "event", "@message", "text", "log"];
const THREAD: &[&str] = &["thread", "threadName", "thread_name"];
const PID: &[&str] = &["pid", "process"];
/// Where loggers put a trace (zap's `%+v` of an error, structlog, python-json-logger, ECS, logstash,
/// bunyan, pino).
const TRACE: &[&str] = &[
    "errorVerbose",
    "exception",
    "exc_info",
    "stack",
    "stack_trace",
    "stacktrace",
    "traceback",
    "exc_text",
    "@exception",
];
/// Objects that hold a trace one level down.
const HOLDERS: &[&str] = &["error", "err", "exc", "exception", "record"];

/// Reads the text as a JSON object.
#[must_use]
pub fn record(text: &[u8], context: &TimeContext) -> Option<JsonRecord> {
    if text.first() != Some(&b'{') {
        return None;
    }
    let Ok(Value::Object(mut object)) = serde_json::from_slice(text) else {
        return None;
    };
    let message = take_text(&mut object, MESSAGE);
    let structured = take_structured(&mut object);
    let mut texts = take_traces(&mut object);
    texts.extend(message.clone());
    let meta = Meta {
        stream: 0,
        time: take(&mut object, TIME).and_then(|v| moment(&v, context)),
        level: take_level(&mut object),
        logger: take_text(&mut object, LOGGER),
        thread: take_text(&mut object, THREAD),
        pid: take(&mut object, PID).and_then(|v| u32::try_from(v.as_u64()?).ok()),
        fields: fields(object),
    };
    Some(JsonRecord {
        meta,
        message,
        texts,
        structured,
    })
}

/// Takes the first of these keys whose value is a scalar.
fn take(object: &mut Map<String, Value>, keys: &[&str]) -> Option<Value> {
    let key = keys.iter().find(|k| {
        object
            .get(**k)
            .is_some_and(|v| v.is_string() || v.is_number())
    })?;
    object.remove(*key)
}

fn take_text(object: &mut Map<String, Value>, keys: &[&str]) -> Option<String> {
    let key = keys
        .iter()
        .find(|k| object.get(**k).is_some_and(Value::is_string))?;
    match object.remove(*key) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}

fn take_level(object: &mut Map<String, Value>) -> Option<crate::level::Level> {
    match take(object, LEVEL)? {
        Value::String(word) => words::level(word.trim().as_bytes()),
        Value::Number(number) => words::numbered_level(number.as_i64()?),
        _ => None,
    }
}

fn moment(value: &Value, context: &TimeContext) -> Option<jiff::Timestamp> {
    match value {
        Value::String(text) => time::stamp(text.as_bytes(), context).map(|s| s.time),
        Value::Number(number) => time::epoch(number.as_f64()?),
        _ => None,
    }
}

/// A list of objects under one of the trace keys, or a list of objects that calls itself a traceback.
fn take_structured(object: &mut Map<String, Value>) -> Option<Value> {
    let key = TRACE.iter().find(|k| {
        object
            .get(**k)
            .and_then(Value::as_array)
            .is_some_and(|list| list.first().is_some_and(Value::is_object))
    })?;
    object.remove(*key)
}

fn take_traces(object: &mut Map<String, Value>) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    while let Some(text) = take_text(object, TRACE) {
        texts.push(text);
    }
    for holder in HOLDERS {
        if let Some(Value::Object(inner)) = object.get_mut(*holder) {
            while let Some(text) = take_text(inner, TRACE) {
                texts.push(text);
            }
        }
    }
    // What no key announces: any other string may hold one.
    let others = object.values().filter_map(Value::as_str);
    texts.extend(others.filter(|s| s.contains('\n')).map(str::to_owned));
    texts
}

fn fields(object: Map<String, Value>) -> Vec<(String, Value)> {
    object
        .into_iter()
        .filter(|(_, value)| !value.is_null() && value.to_string().len() <= FIELD_BYTES_MAX)
        .take(FIELDS_MAX)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::utc;
    use super::*;
    use crate::level::Level;

    fn read(text: &str) -> JsonRecord {
        record(text.as_bytes(), &utc()).unwrap()
    }

    #[test]
    fn known_keys_are_read_and_the_rest_are_fields() {
        let found = read(
            r#"{"customer":18,"event":"ship failed","level":"error","timestamp":"2026-11-20T15:49:27Z","logger":"shop","exc_info":"Traceback\n x"}"#,
        );
        assert_eq!(found.message.as_deref(), Some("ship failed"));
        assert_eq!(found.meta.level, Some(Level::Error));
        assert_eq!(found.meta.logger.as_deref(), Some("shop"));
        assert_eq!(found.meta.time.unwrap().to_string(), "2026-11-20T15:49:27Z");
        assert_eq!(found.texts, ["Traceback\n x", "ship failed"]);
        assert_eq!(found.meta.fields, [("customer".into(), 18.into())]);
    }

    #[test]
    fn numbers_nested_traces_and_lists_are_understood() {
        let found =
            read(r#"{"level":50,"time":1763653767000,"msg":"m","pid":7,"err":{"stack":"S\nat"}}"#);
        assert_eq!(
            (found.meta.level, found.meta.pid),
            (Some(Level::Error), Some(7))
        );
        assert_eq!(found.texts, ["S\nat", "m"]);
        let found = read(r#"{"event":"e","exception":[{"exc_type":"T"}]}"#);
        assert!(found.structured.unwrap().is_array());
    }

    #[test]
    fn what_is_no_object_is_no_record() {
        let deep = "{\"a\":".repeat(10_000);
        for text in ["", "[1]", "{", "{\"a\":1} x", "text", &deep] {
            assert!(record(text.as_bytes(), &utc()).is_none());
        }
    }
}
