//! Records as loggers write them. In: lines. Out: what must be read in them.

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
