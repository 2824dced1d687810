//! Bounds of an event. In: any event. Out: the same within what every receiver takes unchanged, so that Relay's normaliser
//! (`relay-event-normalization`, `relay-event-schema`) finds nothing to cut and nothing to correct.
//!
//! An event that is still too large gives up, in this order: threads that did not crash, breadcrumbs, the lines around frames, extra, the source lines
//! of frames that are not the app's, middle frames, long texts.

use serde_json::Value;

use super::clean::cut;
use super::protocol::{Event, Exception, Frame, Stacktrace};
use crate::bounds::{
    BREADCRUMBS_MAX, EVENT_BYTES_MAX, EXCEPTIONS_MAX, EXTRA_KEYS_MAX, EXTRA_VALUE_BYTES_MAX,
    FRAMES_MAX, SENT_EXTRA_DEPTH_MAX, SOURCE_LINE_CHARS_MAX, TAGS_MAX, VALUE_CHARS_MAX,
    VALUE_SPARE_CHARS_MAX,
};

/// Relay keeps this many of the oldest frames, and as many of the newest as fit.
const OLDEST_FRAMES: usize = 50;
/// Frames beyond this number lose the lines around them, middle ones first.
const FRAMES_WITH_CONTEXT: usize = 50;

/// Applies all bounds.
pub(super) fn apply(event: &mut Event) {
    texts(event);
    for exception in exceptions(event) {
        exception_texts(exception);
    }
    event.stacktraces_mut().for_each(frames);
    if let Some(chain) = &mut event.exception {
        let left_out = chain.values.len().saturating_sub(EXCEPTIONS_MAX);
        chain.values.drain(..left_out);
    }
    extra(event);
    shrink(event);
}

fn texts(event: &mut Event) {
    if let Some(entry) = &mut event.logentry {
        for text in [&mut entry.message, &mut entry.formatted]
            .into_iter()
            .flatten()
        {
            cut_value(text);
        }
    }
    if let Some(transaction) = &mut event.transaction {
        cut(transaction, 200);
    }
    if let Some(crumbs) = &mut event.breadcrumbs {
        let left_out = crumbs.values.len().saturating_sub(BREADCRUMBS_MAX);
        crumbs.values.drain(..left_out);
        for message in crumbs.values.iter_mut().filter_map(|c| c.message.as_mut()) {
            cut(message, VALUE_CHARS_MAX);
        }
    }
    while event.tags.len() > TAGS_MAX {
        event.tags.pop_last();
    }
}

fn exceptions(event: &mut Event) -> impl Iterator<Item = &mut Exception> {
    event
        .exception
        .iter_mut()
        .flat_map(|chain| chain.values.iter_mut())
}

fn exception_texts(exception: &mut Exception) {
    let names = [&mut exception.ty, &mut exception.module];
    for name in names.into_iter().flatten() {
        cut(name, 256);
    }
    if let Some(value) = &mut exception.value {
        cut_value(value);
    }
}

/// Relay cuts what is longer by more than an allowance, and then to the bound.
fn cut_value(text: &mut String) {
    let hard = VALUE_CHARS_MAX + VALUE_SPARE_CHARS_MAX;
    if text.len() > hard && text.chars().nth(hard).is_some() {
        cut(text, VALUE_CHARS_MAX);
    }
}

fn frames(stack: &mut Stacktrace) {
    let over = stack.frames.len().saturating_sub(FRAMES_MAX);
    if over > 0 {
        stack.frames.drain(OLDEST_FRAMES..OLDEST_FRAMES + over);
    }
    for frame in &mut stack.frames {
        frame_texts(frame);
    }
    let count = stack.frames.len();
    if count > FRAMES_WITH_CONTEXT {
        let half = FRAMES_WITH_CONTEXT / 2;
        for frame in stack.frames.iter_mut().take(count - half).skip(half) {
            bare(frame);
        }
    }
}

fn frame_texts(frame: &mut Frame) {
    let names = [&mut frame.function, &mut frame.module, &mut frame.package];
    for text in names.into_iter().flatten() {
        cut(text, 256);
    }
    for text in [&mut frame.filename, &mut frame.abs_path]
        .into_iter()
        .flatten()
    {
        cut(text, 256);
    }
    let around = frame.pre_context.iter_mut().chain(&mut frame.post_context);
    for line in around.chain(&mut frame.context_line) {
        cut(line, SOURCE_LINE_CHARS_MAX);
    }
}

fn bare(frame: &mut Frame) {
    frame.pre_context.clear();
    frame.post_context.clear();
}

fn extra(event: &mut Event) {
    while event.extra.len() > EXTRA_KEYS_MAX {
        event.extra.pop_last();
    }
    for value in event.extra.values_mut() {
        if depth(value, 0) > SENT_EXTRA_DEPTH_MAX || rough_bytes(value) > EXTRA_VALUE_BYTES_MAX {
            let mut text = match value.take() {
                Value::String(text) => text,
                other => other.to_string(),
            };
            cut(&mut text, EXTRA_VALUE_BYTES_MAX / 4);
            *value = Value::String(text);
        }
    }
}

/// How deep a value nests, looked at no deeper than the bound.
fn depth(value: &Value, level: usize) -> usize {
    if level > SENT_EXTRA_DEPTH_MAX {
        return level;
    }
    match value {
        Value::Array(list) => list
            .iter()
            .map(|v| depth(v, level + 1))
            .max()
            .unwrap_or(level + 1),
        Value::Object(map) => map
            .values()
            .map(|v| depth(v, level + 1))
            .max()
            .unwrap_or(level + 1),
        _ => level,
    }
}

/// Bytes of a value that is known not to nest deeper than the bound.
fn rough_bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 2,
        Value::Array(list) => list.iter().map(|v| rough_bytes(v) + 1).sum(),
        Value::Object(map) => map.iter().map(|(k, v)| k.len() + rough_bytes(v) + 4).sum(),
        _ => 8,
    }
}

fn shrink(event: &mut Event) {
    let steps: [fn(&mut Event); 7] = [
        |event| {
            if let Some(threads) = &mut event.threads {
                threads.values.retain(|thread| thread.crashed);
            }
        },
        |event| event.breadcrumbs = None,
        |event| each_frame(event, bare),
        |event| event.extra.retain(|name, _| name.starts_with("log_")),
        |event| {
            each_frame(event, |frame| {
                if frame.in_app != Some(true) {
                    frame.context_line = None;
                }
            });
        },
        |event| {
            for stack in event.stacktraces_mut() {
                let over = stack.frames.len().saturating_sub(OLDEST_FRAMES);
                stack
                    .frames
                    .drain(OLDEST_FRAMES / 2..OLDEST_FRAMES / 2 + over);
            }
        },
        |event| {
            for exception in exceptions(event) {
                if let Some(value) = &mut exception.value {
                    cut(value, 512);
                }
            }
            each_frame(event, |frame| frame.context_line = None);
        },
    ];
    if bytes_at_most(event) <= EVENT_BYTES_MAX {
        return;
    }
    for step in steps {
        if bytes(event) <= EVENT_BYTES_MAX {
            return;
        }
        step(event);
    }
}

/// An upper bound of [`bytes`] from the lengths of what may be long; the rest of an event is bounded by itself.
fn bytes_at_most(event: &Event) -> usize {
    /// A sign may become `\u001f`.
    const ESCAPED: usize = 6;
    /// Names, quotes, numbers, and the short texts of one part of an event.
    const PART: usize = 1_024;
    /// Tags, contexts, what the app's settings and the host say.
    const REST: usize = 64 << 10;
    let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    let texts = |lines: &[String]| lines.iter().map(|line| line.len() + 4).sum::<usize>();
    let exceptions = event.exception.iter().flat_map(|chain| &chain.values);
    let frame = |frame: &Frame| {
        let around = texts(&frame.pre_context) + texts(&frame.post_context);
        let names = text(&frame.function) + text(&frame.module) + text(&frame.package);
        let paths = text(&frame.filename) + text(&frame.abs_path);
        names + paths + text(&frame.context_line) + around + PART / ESCAPED
    };
    let exception = |exception: &Exception| {
        let names = text(&exception.ty) + text(&exception.module);
        names + text(&exception.value) + PART
    };
    let stack = |stack: &Stacktrace| stack.frames.iter().map(frame).sum::<usize>() + PART;
    let crumbs = event.breadcrumbs.iter().flat_map(|crumbs| &crumbs.values);
    let extra = event
        .extra
        .iter()
        .map(|(key, value)| key.len() + rough_bytes(value) + PART);
    let entry = event.logentry.as_ref();
    let said = entry.map_or(0, |entry| text(&entry.message) + text(&entry.formatted));
    let tags = event
        .tags
        .iter()
        .map(|(key, value)| key.len() + value.len() + 8);
    let sum = exceptions.map(exception).sum::<usize>()
        + event.stacktraces().map(stack).sum::<usize>()
        + crumbs
            .map(|crumb| text(&crumb.message) + PART)
            .sum::<usize>()
        + extra.sum::<usize>()
        + tags.sum::<usize>()
        + said
        + text(&event.transaction);
    sum * ESCAPED + REST
}

fn each_frame(event: &mut Event, change: impl Fn(&mut Frame)) {
    for frame in event.stacktraces_mut().flat_map(|s| s.frames.iter_mut()) {
        change(frame);
    }
}

/// Bytes of the JSON, counted, not kept.
fn bytes(event: &Event) -> usize {
    struct Counter(usize);
    impl std::io::Write for Counter {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut counter = Counter(0);
    match serde_json::to_writer(&mut counter, event) {
        Ok(()) => counter.0,
        Err(_) => usize::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::super::protocol::{Breadcrumb, Stacktrace, Values};
    use super::*;

    fn event(frames: usize, value: &str, line: &str) -> Event {
        let frame = |n: usize| Frame {
            lineno: Some(n as u32),
            context_line: Some(line.to_owned()),
            pre_context: vec![line.to_owned(); 5],
            post_context: vec![line.to_owned(); 5],
            ..Frame::default()
        };
        let exception = Exception {
            ty: Some("E".to_owned()),
            value: Some(value.to_owned()),
            stacktrace: Some(Stacktrace {
                frames: (0..frames).map(frame).collect(),
            }),
            ..Exception::default()
        };
        Event {
            exception: Some(Values {
                values: vec![exception],
            }),
            ..Event::default()
        }
    }

    fn stack(event: &Event) -> &[Frame] {
        &event.exception.as_ref().unwrap().values[0]
            .stacktrace
            .as_ref()
            .unwrap()
            .frames
    }

    #[test]
    fn frames_keep_both_ends() {
        let mut event = event(1_000, "v", "x");
        apply(&mut event);
        let lines: Vec<u32> = stack(&event).iter().filter_map(|f| f.lineno).collect();
        assert_eq!(lines.len(), 250);
        assert_eq!(
            (lines[0], lines[49], lines[50], lines[249]),
            (0, 49, 800, 999)
        );
        assert!(stack(&event)[100].pre_context.is_empty());
        assert_eq!(stack(&event)[0].pre_context.len(), 5);
    }

    #[test]
    fn a_value_is_cut_to_relays_length() {
        let mut event = event(1, &"é".repeat(20_000), "x");
        apply(&mut event);
        let value = event.exception.unwrap().values[0].value.clone().unwrap();
        assert_eq!(value.chars().count(), 8_192);
        assert!(value.ends_with("é..."));
        let little_more = "é".repeat(8_392);
        let mut event = self::event(1, &little_more, "x");
        apply(&mut event);
        let value = event.exception.unwrap().values[0].value.clone().unwrap();
        assert_eq!(value, little_more);
    }

    #[test]
    fn a_large_event_gives_up_the_least_first() {
        let mut event = event(250, "v", &"x".repeat(1_000));
        event.breadcrumbs = Some(Values {
            values: vec![Breadcrumb::default()],
        });
        apply(&mut event);
        assert!(bytes(&event) <= EVENT_BYTES_MAX);
        assert!(event.breadcrumbs.is_some());
        let chain = event.exception.clone().unwrap().values;
        event.exception.as_mut().unwrap().values = vec![chain[0].clone(); 50];
        apply(&mut event);
        assert!(bytes(&event) <= EVENT_BYTES_MAX);
        assert!(event.breadcrumbs.is_none());
        assert_eq!(event.exception.unwrap().values.len(), 50);
    }

    #[test]
    fn deep_and_long_extra_becomes_text() {
        let mut deep = Value::Null;
        for _ in 0..50 {
            deep = Value::Array(vec![deep]);
        }
        let mut event = Event::default();
        event.extra.insert("deep".to_owned(), deep);
        event
            .extra
            .insert("long".to_owned(), Value::String("x".repeat(100_000)));
        event
            .extra
            .insert("fine".to_owned(), serde_json::json!({"a": [1, 2]}));
        apply(&mut event);
        assert!(event.extra["deep"].is_string());
        assert_eq!(
            event.extra["long"].as_str().unwrap().len(),
            EXTRA_VALUE_BYTES_MAX / 4
        );
        assert_eq!(event.extra["fine"], serde_json::json!({"a": [1, 2]}));
    }
}
