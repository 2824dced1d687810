//! Reading events, ours and the SDK's, as plain JSON.

use serde_json::Value;

/// A text, unless it is empty.
pub(crate) fn text_of(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty())
}

/// The chain.
pub(crate) fn exceptions(event: &Value) -> Vec<Value> {
    let list = event["exception"]["values"]
        .as_array()
        .or(event["exception"].as_array());
    list.cloned().unwrap_or_default()
}

/// Frames of an exception; the SDK's own are nobody's business.
pub(crate) fn frames(exception: &Value) -> Vec<Value> {
    let frames = exception["stacktrace"]["frames"].as_array();
    let frames = frames.into_iter().flatten();
    frames.filter(|f| !of_sdk(f)).cloned().collect()
}

/// Paths of the SDKs' packages.
const SDK_PATHS: &[&str] = &[
    "/sentry_sdk/",
    "node_modules/@sentry/",
    "node_modules/@sentry-internal/",
    "node_modules/@opentelemetry/",
    "node_modules/require-in-the-middle/",
    "node_modules/import-in-the-middle/",
    "/sentry-go/",
    "/sentry-go@",
];

fn of_sdk(frame: &Value) -> bool {
    let path = text_of(&frame["abs_path"]).or(text_of(&frame["filename"]));
    let module = frame["module"].as_str().unwrap_or_default();
    module.starts_with("io.sentry.")
        || path.is_some_and(|path| SDK_PATHS.iter().any(|own| path.contains(own)))
}

/// What carries frames: the exceptions; of a message, the stack of the thread that it came from.
pub(crate) fn units(event: &Value) -> Vec<Value> {
    let exceptions = exceptions(event);
    if !exceptions.is_empty() {
        return exceptions;
    }
    let threads = event["threads"]["values"].as_array();
    let threads = threads.or(event["threads"].as_array());
    let alone = threads.is_some_and(|list| list.len() == 1);
    let its = threads.into_iter().flatten().find(|thread| {
        alone
            || ["crashed", "current"]
                .iter()
                .any(|is| thread[is] == Value::Bool(true))
    });
    let stack = its.map(|thread| serde_json::json!({"stacktrace": thread["stacktrace"]}));
    stack
        .into_iter()
        .filter(|unit| !frames(unit).is_empty())
        .collect()
}

/// The log message.
pub(crate) fn message(event: &Value) -> Option<&str> {
    let entry = &event["logentry"];
    text_of(&entry["formatted"])
        .or(text_of(&entry["message"]))
        .or(text_of(&event["message"]))
}

/// Name of a frame's file.
pub(crate) fn basename(frame: &Value) -> String {
    let path = text_of(&frame["abs_path"])
        .or(text_of(&frame["filename"]))
        .unwrap_or_default();
    path.replace('\\', "/")
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// Was any exception unhandled?
pub(crate) fn handled(exceptions: &[Value]) -> Value {
    let all: Vec<&Value> = exceptions
        .iter()
        .map(|e| &e["mechanism"]["handled"])
        .collect();
    if all.iter().any(|h| h.as_bool() == Some(false)) {
        Value::Bool(false)
    } else if all.iter().any(|h| h.as_bool() == Some(true)) {
        Value::Bool(true)
    } else {
        Value::Null
    }
}

/// What decides Sentry's group: per exception its type and the frames of the app (all where none is).
pub(crate) fn group_key(event: &Value) -> Value {
    let units = units(event);
    if units.is_empty() {
        return message(event).map_or(Value::Null, Value::from);
    }
    let parts = units.iter().map(|exception| {
        let frames = frames(exception);
        let app: Vec<&Value> = frames
            .iter()
            .filter(|f| f["in_app"].as_bool() == Some(true))
            .collect();
        let used = if app.is_empty() {
            frames.iter().collect()
        } else {
            app
        };
        let mut key: Vec<Value> = used
            .iter()
            .map(|f| {
                let place = text_of(&f["module"])
                    .or(text_of(&f["filename"]))
                    .or(text_of(&f["abs_path"]));
                serde_json::json!([place, f["function"]])
            })
            .collect();
        key.dedup();
        let value = text_of(&exception["value"]).unwrap_or_default();
        let value: String = value
            .chars()
            .map(|c| if c.is_ascii_digit() { 'N' } else { c })
            .collect();
        serde_json::json!([
            exception["type"],
            if key.is_empty() {
                Value::from(value)
            } else {
                Value::from(key)
            }
        ])
    });
    parts.collect()
}
