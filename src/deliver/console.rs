//! The terminal as a receiver. In: the outbox. Out: each event as text.
//!
//! The text of a log never reaches a terminal raw: control and direction characters in it are shown, not obeyed.

use std::io::Write;

use serde_json::Value;

use crate::event::protocol::Event;
use crate::store::Waiting;

use super::Render;

/// Prints them, one after the other.
pub(super) fn print(events: &[Waiting], render: Render) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for event in events {
        // A blank line parts one issue from the next.
        let text = text_of(&event.json(), render);
        writeln!(out, "{}\n", text.trim_end_matches('\n'))?;
    }
    out.flush()
}

/// Prints one.
pub(super) fn print_one(payload: &[u8], render: Render) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let text = text_of(payload, render);
    writeln!(out, "{}\n", text.trim_end_matches('\n'))?;
    out.flush()
}

/// The event as text, everything in it harmless to a terminal.
fn text_of(payload: &[u8], render: Render) -> String {
    let Ok(mut json) = serde_json::from_slice::<Value>(payload) else {
        return harmless(&String::from_utf8_lossy(payload));
    };
    make_harmless(&mut json);
    match serde_json::from_value::<Event>(json) {
        Ok(event) => render(&event),
        Err(_) => harmless(&String::from_utf8_lossy(payload)),
    }
}

fn make_harmless(json: &mut Value) {
    match json {
        Value::String(text) if text.chars().any(is_harmful) => *text = harmless(text),
        Value::Array(values) => values.iter_mut().for_each(make_harmless),
        Value::Object(fields) => {
            if fields.keys().any(|key| key.chars().any(is_harmful)) {
                *fields = std::mem::take(fields)
                    .into_iter()
                    .map(|(key, value)| (harmless(&key), value))
                    .collect();
            }
            fields.values_mut().for_each(make_harmless);
        }
        _ => {}
    }
}

/// Shows what a terminal would obey.
fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_harmful(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// Control characters but for tab and line feed; what changes the direction of text or hides in it.
fn is_harmful(c: char) -> bool {
    (c.is_control() && c != '\t' && c != '\n')
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value_of(event: &Event) -> String {
        let exception = event.exception.as_ref().unwrap();
        exception.values[0].value.clone().unwrap()
    }

    #[test]
    fn escapes_are_shown_not_obeyed() {
        let payload = br#"{"exception":{"values":[{"value":"a\u001b[2Jb\u009bc\u202ed\te\nf\r"}]},
                           "tags":{"\u001b]0;x\u0007":"y"}}"#;
        assert_eq!(
            text_of(payload, value_of),
            "a\\u{1b}[2Jb\\u{9b}c\\u{202e}d\te\nf\\r"
        );
        let tags = text_of(payload, |event| event.tags.keys().cloned().collect());
        assert_eq!(tags, "\\u{1b}]0;x\\u{7}");
    }

    #[test]
    fn what_is_no_event_is_shown_as_it_is() {
        assert_eq!(
            text_of(b"not json \x1b[1m", value_of),
            "not json \\u{1b}[1m"
        );
        assert_eq!(text_of(br#"{"tags":7}"#, value_of), r#"{"tags":7}"#);
    }
}
