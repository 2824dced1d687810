//! Which keys say what, in the order in which they are believed. In: an object. Out: values, taken out of it.
//!
//! A dot is part of a key's name (ECS, flat) or leads into an object (ECS, loguru, Datadog): both are looked for.

use serde_json::{Map, Value};

/// logstash-encoder, ECS, pino, bunyan, winston, zap, zerolog, slog, logrus, structlog, python-json-logger, log4j2, logback,
/// loguru, Google Cloud, OpenTelemetry, Serilog, GELF.
pub(super) const LEVEL: &[&str] = &[
    // Monolog has a number as well, on a scale of its own.
    "level_name",
    "level",
    "severity",
    "levelname",
    "lvl",
    "log.level",
    "@level",
    "loglevel",
    "logLevel",
    "LogLevel",
    "log_level",
    "Level",
    "@l",
    "severityText",
    "severity_text",
    "level.name",
    "record.level.name",
    "jsonPayload.level",
];
/// Python's own number.
pub(super) const LEVEL_NUMBER: &[&str] = &["levelno", "record.level.no"];
pub(super) const LOGGER: &[&str] = &[
    "logger",
    "logger_name",
    "log.logger",
    "loggerName",
    "name",
    "channel",
    "category",
    "Category",
    "SourceContext",
    "logger.name",
    "record.name",
    // Rust's tracing.
    "target",
];
pub(super) const TIME: &[&str] = &[
    "timestamp",
    "time",
    "ts",
    "@timestamp",
    "asctime",
    "datetime",
    "date",
    "instant",
    "timeMillis",
    "@t",
    "Timestamp",
    "t",
    "eventTime",
    "timestampSeconds",
    "record.time.timestamp",
];
pub(super) const MESSAGE: &[&str] = &[
    "formattedMessage",
    "message",
    "msg",
    "event",
    "@message",
    "short_message",
    "@m",
    "@mt",
    "Message",
    "MESSAGE",
    "text",
    "log",
    "body",
    "record.message",
    "textPayload",
    "jsonPayload.message",
];
pub(super) const THREAD: &[&str] = &[
    "thread",
    "threadName",
    "thread_name",
    "process.thread.name",
    "thread.name",
    "record.thread.name",
    "process.thread.id",
    "threadId",
    "thread_id",
];
pub(super) const PID: &[&str] = &[
    "pid",
    "process",
    "process.pid",
    "process_id",
    "processId",
    "process.id",
    "record.process.id",
    "PID",
];

/// Names under which the same id is written, by the name under which it is handed on.
const IDS: &[(&str, &[&str])] = &[
    (
        "trace_id",
        &[
            "trace_id",
            "traceId",
            "trace.id",
            "otelTraceID",
            "dd.trace_id",
            "traceID",
            "TraceId",
            "logging.googleapis.com/trace",
            "X-B3-TraceId",
            "contextMap.trace_id",
            "contextMap.traceId",
            "mdc.trace_id",
            "mdc.traceId",
        ],
    ),
    (
        "span_id",
        &[
            "span_id",
            "spanId",
            "span.id",
            "otelSpanID",
            "dd.span_id",
            "spanID",
            "SpanId",
            "logging.googleapis.com/spanId",
            "X-B3-SpanId",
            "contextMap.span_id",
            "contextMap.spanId",
            "mdc.span_id",
            "mdc.spanId",
        ],
    ),
    (
        "request_id",
        &[
            "request_id",
            "requestId",
            "requestID",
            "req_id",
            "reqId",
            "req.id",
            "request.id",
            "http.request.id",
            "x-request-id",
            "X-Request-Id",
            "contextMap.request_id",
            "mdc.request_id",
            "mdc.requestId",
        ],
    ),
    (
        "user_id",
        &["user_id", "userId", "user.id", "usr.id", "enduser.id"],
    ),
];

/// Takes the value of the first of these keys that has one of the kind.
pub(super) fn take(
    object: &mut Map<String, Value>,
    keys: &[&str],
    kind: fn(&Value) -> bool,
) -> Option<Value> {
    let key = keys
        .iter()
        .find(|key| find(object, key).is_some_and(kind))?;
    remove(object, key)
}

/// The value at a key, flat or within objects.
pub(super) fn find<'o>(object: &'o Map<String, Value>, key: &str) -> Option<&'o Value> {
    if let Some(value) = object.get(key) {
        return Some(value);
    }
    let (outer, inner) = key.split_once('.')?;
    find(object.get(outer)?.as_object()?, inner)
}

fn remove(object: &mut Map<String, Value>, key: &str) -> Option<Value> {
    if let Some(value) = object.remove(key) {
        return Some(value);
    }
    let (outer, inner) = key.split_once('.')?;
    remove(object.get_mut(outer)?.as_object_mut()?, inner)
}

/// Ids under their canonical names. Those within an object stay there as well: it is a field of its own.
pub(super) fn ids(object: &mut Map<String, Value>) -> Vec<(String, Value)> {
    let mut ids = Vec::new();
    for (name, keys) in IDS {
        let found = keys.iter().find_map(|key| {
            let value = find(object, key).filter(|v| v.is_string() || v.is_number())?;
            Some((*key, value.clone()))
        });
        if let Some((key, value)) = found {
            object.remove(key);
            ids.push(((*name).to_owned(), bare(value)));
        }
    }
    if !ids.iter().any(|(name, _)| name == "trace_id") {
        ids.extend(traceparent(object));
    }
    ids
}

/// Google writes `projects/shop/traces/0af7…`.
fn bare(value: Value) -> Value {
    match value.as_str().and_then(|text| text.split_once("/traces/")) {
        Some((_, id)) => id.into(),
        None => value,
    }
}

/// `00-<trace>-<span>-01` (W3C Trace Context 3.2).
fn traceparent(object: &Map<String, Value>) -> Vec<(String, Value)> {
    let header = object.get("traceparent").and_then(Value::as_str);
    let mut parts = header.unwrap_or_default().split('-').skip(1);
    match (parts.next(), parts.next()) {
        (Some(trace), Some(span)) => vec![
            ("trace_id".to_owned(), trace.into()),
            ("span_id".to_owned(), span.into()),
        ],
        _ => Vec::new(),
    }
}
