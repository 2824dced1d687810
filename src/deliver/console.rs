//! The terminal as a receiver. In: the outbox. Out: each event as text.
//!
//! The text of a log never reaches a terminal raw: control and direction characters in it are shown, not obeyed.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::bounds::{DELIVERY_TURN_EVENTS_MAX, RETRY_MS_MAX, RETRY_MS_MIN};
use crate::event::protocol::Event;
use crate::store::{Outcome, Settlement, Waiting};

use super::backoff::Backoff;
use super::queue::Queue;
use super::standing::{Line, Order, Standing, Why};
use super::{Machine, Render};

/// The terminal or the store.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Prints what waits for the terminal.
pub(super) struct Console {
    queue: Queue,
    machine: Machine,
    line: Arc<Line>,
    render: Render,
    backoff: Backoff,
}

impl Console {
    pub(super) fn new(receiver: String, machine: Machine, line: Arc<Line>, render: Render) -> Self {
        let ms = Duration::from_millis;
        Self {
            queue: Queue::new(receiver),
            machine,
            line,
            render,
            backoff: Backoff::new(ms(RETRY_MS_MIN), ms(RETRY_MS_MAX)),
        }
    }

    /// Until it is told to stop.
    pub(super) async fn run(mut self) {
        loop {
            let order = self.line.order();
            if order == Order::Stop {
                break;
            }
            match self.print_some().await {
                Ok(0) => {
                    self.backoff.reset();
                    self.line.stand(order, Standing::Idle);
                    self.line.woken().await;
                    self.queue.woken();
                }
                Ok(_) => {
                    self.backoff.reset();
                    // What came in meanwhile must be seen before it says under a newer order that nothing waits.
                    self.queue.woken();
                }
                Err(error) => self.pause(order, &error).await,
            }
        }
        self.line.stand(Order::Stop, Standing::Idle);
    }

    async fn pause(&mut self, order: Order, error: &Failure) {
        if self.backoff.failures() == 0 {
            tracing::warn!(%error, "events cannot be printed; they wait in the outbox");
        }
        self.queue.rewind();
        let pause = self.backoff.failed_steadily(&*self.machine.chance);
        let standing = Standing::Waiting {
            until: self.machine.clock.now().mono + pause,
            why: Why::Outage,
        };
        self.line.stand(order, standing);
        tokio::select! {
            () = self.line.woken() => self.queue.woken(),
            () = tokio::time::sleep(pause) => {}
        }
    }

    /// Prints, then settles; how many.
    async fn print_some(&mut self) -> Result<usize, Failure> {
        let mut events = Vec::new();
        while events.len() < DELIVERY_TURN_EVENTS_MAX {
            match self.queue.next(&*self.machine.outbox, false)? {
                Some(item) => events.push(item.waiting),
                None => break,
            }
        }
        if events.is_empty() {
            return Ok(0);
        }
        let rows: Vec<i64> = events.iter().map(|event| event.row).collect();
        let render = self.render;
        // A pager that is not read blocks the write: elsewhere than where receivers are served.
        let printed = tokio::task::spawn_blocking(move || print(&events, render)).await;
        for row in &rows {
            self.queue.done(*row);
        }
        printed??;
        let ends: Vec<Settlement> = rows
            .into_iter()
            .map(|row| Settlement {
                row,
                outcome: Outcome::Delivered,
            })
            .collect();
        let now = self.machine.clock.now().wall;
        self.machine.outbox.settle(&ends, now)?;
        Ok(ends.len())
    }
}

fn print(events: &[Waiting], render: Render) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for event in events {
        // A blank line parts one issue from the next.
        let text = text_of(&event.json(), render);
        writeln!(out, "{}\n", text.trim_end_matches('\n'))?;
    }
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
