//! Stacks as objects. In: what log4j2, logback, zerolog or Monolog write for a stack. Out: the text that the runtime would have printed.

use std::fmt::Write;

use serde_json::{Map, Value};

use crate::bounds::{EXCEPTIONS_MAX, RECORD_LINES_MAX};

/// zerolog with `pkgerrors`: `[{"func":"main.run","line":"12","source":"main.go"}]`, the crash first.
pub(super) fn of_calls(list: &Value, message: Option<&str>) -> Option<String> {
    let mut text = message.unwrap_or_default().to_owned();
    for call in list.as_array()?.iter().take(RECORD_LINES_MAX) {
        let part = |name: &str| call.get(name).map(plain).filter(|p| !p.is_empty());
        let (function, file, line) = (part("func")?, part("source")?, part("line")?);
        let _ = write!(text, "\n{function}\n\t{file}:{line}");
    }
    Some(text)
}

/// How the two loggers of the JVM name the parts of a throwable.
struct Names {
    class: &'static str,
    frames: &'static str,
    common: &'static str,
    frame: [&'static str; 4],
}

const LOG4J: Names = Names {
    class: "name",
    frames: "extendedStackTrace",
    common: "commonElementCount",
    frame: ["class", "method", "file", "line"],
};
const LOGBACK: Names = Names {
    class: "className",
    frames: "stepArray",
    common: "commonFramesCount",
    frame: ["className", "methodName", "fileName", "lineNumber"],
};

/// log4j2's `JsonLayout` (`thrown`) and logback's `JsonEncoder` (`throwable`).
pub(super) fn of_throwable(object: &Map<String, Value>) -> Option<String> {
    let names = [LOG4J, LOGBACK]
        .into_iter()
        .find(|names| object.get(names.frames).is_some_and(Value::is_array))?;
    let mut text = String::new();
    let mut budget = EXCEPTIONS_MAX;
    throwable(object, &names, "", "", &mut budget, &mut text);
    Some(text)
}

fn throwable(
    object: &Map<String, Value>,
    names: &Names,
    indent: &str,
    label: &str,
    budget: &mut usize,
    text: &mut String,
) {
    let Some(left) = budget.checked_sub(1) else {
        return;
    };
    *budget = left;
    let part = |name: &str| object.get(name).map(plain).filter(|p| !p.is_empty());
    let class = part(names.class).unwrap_or_default();
    let _ = write!(text, "{indent}{label}{class}");
    if let Some(message) = part("message") {
        let _ = write!(text, ": {message}");
    }
    text.push('\n');
    let list = |name: &str| object.get(name).and_then(Value::as_array);
    for frame in list(names.frames)
        .into_iter()
        .flatten()
        .take(RECORD_LINES_MAX)
    {
        frame_line(frame, names, indent, text);
    }
    if let Some(common) = part(names.common).filter(|n| n != "0") {
        let _ = writeln!(text, "{indent}\t... {common} more");
    }
    let deeper = format!("{indent}\t");
    for inner in list("suppressed").into_iter().flatten() {
        if let Value::Object(inner) = inner {
            throwable(inner, names, &deeper, "Suppressed: ", budget, text);
        }
    }
    if let Some(Value::Object(cause)) = object.get("cause") {
        throwable(cause, names, indent, "Caused by: ", budget, text);
    }
}

fn frame_line(frame: &Value, names: &Names, indent: &str, text: &mut String) {
    let part = |name: &str| frame.get(name).map(plain).filter(|p| !p.is_empty());
    let [class, method, file, line] = names.frame.map(part);
    let (Some(class), Some(method)) = (class, method) else {
        return;
    };
    let _ = write!(text, "{indent}\tat {class}.{method}(");
    let _ = match (file, line) {
        (_, Some(line)) if line == "-2" => write!(text, "Native Method)"),
        (Some(file), Some(line)) if !line.starts_with('-') => write!(text, "{file}:{line})"),
        (Some(file), _) => write!(text, "{file})"),
        (None, _) => write!(text, "Unknown Source)"),
    };
    if let (Some(place), Some(version)) = (part("location"), part("version")) {
        let _ = write!(text, " ~[{place}:{version}]");
    }
    text.push('\n');
}

/// Monolog's `JsonFormatter`: class, message, code, file with line, maybe the places of the calls, maybe a cause.
pub(super) fn of_monolog(object: &Map<String, Value>) -> Option<String> {
    let mut text = String::new();
    let mut next = Some(object);
    for nth in 0..EXCEPTIONS_MAX {
        let Some(object) = next.take() else {
            break;
        };
        let part = |name: &str| object.get(name).map(plain);
        let (class, file) = (part("class")?, part("file")?);
        let (message, code) = (part("message")?, part("code")?);
        file.rsplit_once(':')?.1.parse::<u32>().ok()?;
        let lead = if nth > 0 {
            "\n[previous exception] "
        } else {
            ""
        };
        let _ = write!(
            text,
            "{lead}[object] ({class}(code: {code}): {message} at {file})"
        );
        if let Some(calls) = object.get("trace").and_then(Value::as_array) {
            text.push_str("\n[stacktrace]\n");
            for (nth, call) in calls.iter().take(RECORD_LINES_MAX).enumerate() {
                if let Some((file, line)) = call.as_str().and_then(|c| c.rsplit_once(':')) {
                    let _ = writeln!(text, "#{nth} {file}({line})");
                }
            }
            let _ = writeln!(text, "#{} {{main}}", calls.len());
        }
        next = object.get("previous").and_then(Value::as_object);
    }
    text.push('"');
    Some(text)
}

/// A string or a number, as text.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}
