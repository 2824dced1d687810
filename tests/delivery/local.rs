//! Receivers that are no Sentry: Spotlight, and a file.

use std::time::Duration;

use serde_json::Value;
use stacktail::config::Receiver as Address;

use crate::plain::accepted;
use crate::receiver::Receiver;
use crate::rig::{Rig, event, ids, settings, system_clock};

#[test]
fn spotlight_gets_envelopes_without_a_dsn() {
    let receiver = Receiver::start();
    let text = format!("spotlight:http://{}/api/x/stream/", receiver.address());
    let address = stacktail::config::receiver(&text).unwrap();
    let rig = Rig::to([("x", address)], settings(), system_clock());
    rig.store("x", (0..3).map(event));
    rig.wait_settled(3);
    let came = receiver.received();
    assert_eq!(accepted(&came), ids(0..3));
    assert_eq!(came[0].path, "/api/x/stream/");
    assert!(!came[0].headers.contains_key("x-sentry-auth"));
    assert_eq!(
        came[0].headers["content-type"],
        "application/x-sentry-envelope"
    );
    assert_eq!(came[0].envelope.header.get("dsn"), None);
}

fn lines(path: &std::path::Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.ends_with('\n'));
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn a_file_has_one_event_a_line_and_is_begun_again_when_it_is_rotated() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("events.ndjson");
    let rig = Rig::to(
        [("f", Address::File(path.clone()))],
        settings(),
        system_clock(),
    );
    rig.store("f", (0..150).map(event));
    rig.wait_settled(150);
    let ids_of = |lines: &[Value]| -> Vec<String> {
        let ids = lines
            .iter()
            .map(|line| line["event_id"].as_str().unwrap().to_owned());
        ids.collect()
    };
    assert_eq!(ids_of(&lines(&path)), ids(0..150), "in order, each once");
    std::fs::rename(&path, dir.path().join("events.ndjson.1")).unwrap();
    rig.store("f", [event(150)]);
    rig.wait_settled(151);
    assert_eq!(ids_of(&lines(&path)), ids([150]));
}

#[test]
fn a_file_that_cannot_be_written_keeps_its_events_waiting() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("later").join("events.ndjson");
    let rig = Rig::to(
        [("f", Address::File(path.clone()))],
        settings(),
        system_clock(),
    );
    rig.store("f", (0..3).map(event));
    let left = rig.drain(Duration::from_millis(200));
    assert_eq!(left.first().map(|left| left.events), Some(3));
    std::fs::create_dir(path.parent().unwrap()).unwrap();
    rig.wake("f");
    rig.wait_settled(3);
    assert_eq!(lines(&path).len(), 3);
}
