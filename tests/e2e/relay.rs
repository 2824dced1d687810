//! Relay's own normaliser as a judge: a payload it accepts unchanged is one that Sentry stores as it was sent.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::venv;

const NORMALIZE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/e2e/normalize.py");

/// How many payloads were read, and what was found wrong, one line each.
pub(crate) fn judge<'a>(events: impl IntoIterator<Item = &'a Value>) -> (usize, Vec<String>) {
    let python = venv::with("sentry-relay==0.10.1").join("python");
    let mut child = Command::new(python)
        .arg(NORMALIZE)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let lines: Vec<u8> = events
        .into_iter()
        .flat_map(|event| format!("{event}\n").into_bytes())
        .collect();
    let writer = std::thread::spawn(move || stdin.write_all(&lines));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let mut said = said.lines();
    let read = said
        .next()
        .and_then(|count| count.parse().ok())
        .unwrap_or(0);
    (read, said.map(str::to_owned).collect())
}

/// Every payload passes with no `errors` and no `_meta`.
pub(crate) fn accepts<'a>(suite: &str, events: impl IntoIterator<Item = &'a Value>) {
    let events: Vec<&Value> = events.into_iter().collect();
    let (read, faults) = judge(events.iter().copied());
    assert_eq!(
        read,
        events.len(),
        "{suite}: the normaliser did not read them all"
    );
    assert!(
        faults.is_empty(),
        "{suite}: {} of {read}: {:#?}",
        faults.len(),
        &faults[..faults.len().min(5)]
    );
    println!("StoreNormalizer, {suite}: {read} events, no errors, no _meta");
}

#[test]
fn the_judge_sees_what_is_wrong() {
    let good = json!({"event_id": "9ec79c33ec9942ab8353589fcb2e04dc", "platform": "python", "level": "error",
        "exception": {"values": [{"type": "E", "value": "v", "stacktrace": {"frames": [{"function": "f", "lineno": 1}]}}]}});
    let mut text_line = good.clone();
    text_line["exception"]["values"][0]["stacktrace"]["frames"][0]["lineno"] = json!("12");
    let mut too_long = good.clone();
    too_long["exception"]["values"][0]["value"] = json!("x".repeat(9_000));
    let (read, faults) = judge([&good, &text_line, &too_long]);
    assert_eq!((read, faults.len()), (3, 2));
    assert!(faults[0].contains("expected an unsigned integer") && faults[1].contains("!limit"));
}
