//! Where loggers put a trace. In: an object. Out: the strings that may hold one, the likeliest first, each made whole.
//!
//! A stack that stands apart from its type and message (ECS, zap) gets them back: as the line before the frames, or, for
//! Python's bare frames, as the lines around them.

use serde_json::{Map, Value};

use super::{keys, stacks};
use crate::bounds::{FIELD_DEPTH_MAX, FIELD_TRACES_MAX};

/// Keys of a trace, alone or as the last part of one (`stack`, `err.stack`, `exception.stacktrace`).
const TRACE: &[&str] = &[
    // Where the error was made; zap's own `stacktrace` says where it was logged.
    "errorVerbose",
    "exception",
    "exc_info",
    "stack",
    "stack_trace",
    "stacktrace",
    "stackTrace",
    "StackTrace",
    "traceback",
    "backtrace",
    "exc_text",
    "@exception",
    "@x",
    "Exception",
    "extendedStackTrace",
    "full_message",
];

/// A list of objects under one of the trace keys: an account that a language may know to read.
pub(super) fn take_structured(object: &mut Map<String, Value>) -> Option<Value> {
    let is_list = |value: &Value| {
        let first = value.as_array().and_then(|list| list.first());
        first.is_some_and(Value::is_object)
    };
    let key = TRACE
        .iter()
        .find(|key| object.get(**key).is_some_and(is_list))?;
    object.remove(*key)
}

/// Takes the strings that a key announces as traces; any other string of several lines may hold one as well, and stays.
pub(super) fn take(
    object: &mut Map<String, Value>,
    structured: Option<&Value>,
    message: Option<&str>,
) -> Vec<String> {
    let mut texts = Vec::new();
    if let Some(calls) = structured {
        let error = object.get("error").and_then(Value::as_str);
        texts.extend(stacks::of_calls(calls, error.or(message)));
    }
    let beside = Beside::flat(object);
    announced(object, &beside, 0, &mut texts);
    others(object, 0, &mut texts);
    single(object, 0, &mut texts);
    texts
}

/// A trace may be one line: without frames, or with signs between its lines that only its language knows.
fn single(object: &Map<String, Value>, depth: usize, texts: &mut Vec<String>) {
    for (key, value) in object {
        match value {
            Value::String(text)
                if rank(key).is_some() && !has_lines(text) && texts.len() < FIELD_TRACES_MAX =>
            {
                texts.push(text.clone());
            }
            Value::Object(inner) if depth < FIELD_DEPTH_MAX => single(inner, depth + 1, texts),
            _ => {}
        }
    }
}

fn announced(
    object: &mut Map<String, Value>,
    beside: &Beside,
    depth: usize,
    texts: &mut Vec<String>,
) {
    join_lists(object);
    let mut keys: Vec<(usize, String)> = object
        .iter()
        .filter(|(_, value)| value.as_str().is_some_and(has_lines))
        .filter_map(|(key, _)| Some((rank(key)?, key.clone())))
        .collect();
    keys.sort_unstable();
    for (_, key) in keys {
        if let Some(Value::String(stack)) = object.remove(&key)
            && texts.len() < FIELD_TRACES_MAX
        {
            texts.push(beside.complete(stack));
        }
    }
    if depth == FIELD_DEPTH_MAX {
        return;
    }
    for inner in object.values_mut() {
        let Value::Object(inner) = inner else {
            continue;
        };
        let text = stacks::of_throwable(inner).or_else(|| stacks::of_monolog(inner));
        if let Some(text) = text {
            texts.push(text);
            inner.clear();
        }
        let beside = Beside::within(inner);
        announced(inner, &beside, depth + 1, texts);
    }
}

/// A stack as a list of its lines (Ruby's `backtrace`) becomes the text of them.
fn join_lists(object: &mut Map<String, Value>) {
    for (key, value) in object.iter_mut() {
        let list = value.as_array().filter(|_| rank(key).is_some());
        let lines: Option<Vec<&str>> =
            list.and_then(|list| list.iter().map(Value::as_str).collect());
        if let Some(lines) = lines.filter(|lines| lines.len() > 1) {
            *value = Value::String(lines.join("\n"));
        }
    }
}

/// What no key announces.
fn others(object: &Map<String, Value>, depth: usize, texts: &mut Vec<String>) {
    for value in object.values() {
        match value {
            Value::String(text) if has_lines(text) && texts.len() < FIELD_TRACES_MAX => {
                texts.push(text.clone());
            }
            Value::Object(inner) if depth < FIELD_DEPTH_MAX => others(inner, depth + 1, texts),
            _ => {}
        }
    }
}

/// Has the text several lines, their ends real or written out?
fn has_lines(text: &str) -> bool {
    text.contains('\n') || text.contains("\\n")
}

fn rank(key: &str) -> Option<usize> {
    let last = key.rsplit('.').next().unwrap_or(key);
    TRACE.iter().position(|known| *known == last)
}

/// What stands beside a stack.
#[derive(Debug, Default)]
struct Beside {
    ty: Option<String>,
    message: Option<String>,
}

impl Beside {
    /// At the top of a record; `error` alone is the message of Go's loggers.
    fn flat(object: &Map<String, Value>) -> Self {
        Self::of(
            object,
            &[
                "error.type",
                "error.kind",
                "error.class",
                "exception.type",
                "exception.class",
                "exc_type",
            ],
            &["error.message", "exception.message", "error"],
        )
    }

    /// In an object of its own.
    fn within(object: &Map<String, Value>) -> Self {
        Self::of(
            object,
            &["type", "kind", "name", "class", "exception_class"],
            &["message", "msg", "exception_message"],
        )
    }

    fn of(object: &Map<String, Value>, types: &[&str], messages: &[&str]) -> Self {
        let text = |keys: &[&str]| {
            let mut found = keys
                .iter()
                .filter_map(|key| keys::find(object, key)?.as_str());
            found.next().map(str::to_owned)
        };
        Self {
            ty: text(types),
            message: text(messages),
        }
    }

    /// The stack with the line that it lacks.
    fn complete(&self, stack: String) -> String {
        let line = match (&self.ty, &self.message) {
            (Some(ty), Some(message)) if !message.is_empty() => format!("{ty}: {message}"),
            (Some(line), _) | (None, Some(line)) => line.clone(),
            (None, None) => return stack,
        };
        let mut lines = stack.lines();
        let first = lines.next().unwrap_or_default().trim_start();
        let second = lines.next().unwrap_or_default();
        if first.starts_with("File \"") {
            let frames = stack.trim_end_matches('\n');
            return format!("Traceback (most recent call last):\n{frames}\n{line}");
        }
        let bare = first.starts_with("at ")
            || (second.starts_with([' ', '\t']) && second.contains(".go:"))
            || (first.contains(".rb:") && first.ends_with('\''));
        if bare {
            format!("{line}\n{stack}")
        } else {
            stack
        }
    }
}
