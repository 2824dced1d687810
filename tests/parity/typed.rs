//! Every payload of the cases read back with `sentry-types`, whose structs are the ecosystem's own: what it knows of an
//! event it finds under the names, and of the types, that it expects.

use sentry_types::protocol::v7;
use serde_json::{Map, Value};

/// Fields of an exception that `sentry-types` knows and gives back unchanged.
const EXCEPTION: [&str; 5] = ["type", "value", "module", "stacktrace", "thread_id"];
/// The same of the event; `level` and `platform` are given back where they are not its defaults.
const EVENT: [&str; 8] = [
    "logger",
    "server_name",
    "release",
    "environment",
    "tags",
    "extra",
    "fingerprint",
    "modules",
];

/// Panics where a payload and what was read of it differ.
pub(crate) fn check(place: &str, payload: &Value) {
    let read = serde_json::from_str(&with_template(payload).to_string());
    assert!(read.is_ok(), "{place}: {read:?}");
    let event: v7::Event<'static> = read.unwrap();
    assert_eq!(
        event.event_id.simple().to_string(),
        payload["event_id"],
        "{place}"
    );
    assert_eq!(event.level.to_string(), payload["level"], "{place}");
    assert_eq!(event.platform.as_ref(), payload["platform"], "{place}");
    let back = serde_json::to_value(&event).unwrap();
    assert_eq!(part(&back, &EVENT), part(payload, &EVENT), "{place}");
    let (ours, read) = (exceptions(payload), exceptions(&back));
    assert_eq!(ours.len(), read.len(), "{place}");
    for (ours, read) in ours.iter().zip(&read) {
        assert_eq!(part(read, &EXCEPTION), part(ours, &EXCEPTION), "{place}");
        let kind = |exception: &Value| exception["mechanism"]["type"].clone();
        assert_eq!(kind(read), kind(ours), "{place}");
    }
    let crumbs = |event: &Value| {
        event["breadcrumbs"]["values"]
            .as_array()
            .map_or(0, Vec::len)
    };
    assert_eq!(crumbs(&back), crumbs(payload), "{place}");
}

/// Where a `logentry` holds `formatted` alone, `sentry-types` misses a `message`, which the protocol does not ask for.
fn with_template(payload: &Value) -> Value {
    let mut payload = payload.clone();
    if let Some(entry) = payload.get_mut("logentry").and_then(Value::as_object_mut)
        && let Some(formatted) = entry.get("formatted").cloned()
    {
        entry.entry("message").or_insert(formatted);
    }
    payload
}

fn exceptions(event: &Value) -> Vec<Value> {
    let values = event["exception"]["values"].as_array();
    values.cloned().unwrap_or_default()
}

fn part(of: &Value, names: &[&str]) -> Map<String, Value> {
    let fields = of.as_object().into_iter().flatten();
    fields
        .filter(|(name, _)| names.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
