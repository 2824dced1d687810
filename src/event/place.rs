//! Where a message was logged (`attach_stacktrace`). In: a record's fields. Out: the frame that they name.
//!
//! An SDK attaches the whole stack of the call that captured the message. A log tells at most its last frame: file, line and
//! function of the call to the logger, under the names that loggers give them. Nothing is made up where they do not.

use serde_json::Value;

use super::labels::{Fields, field};
use crate::language::Frame;

/// Names of file, line and function (two of them), in the order in which they are asked; a path is better than a bare name.
const NAMES: &[[&str; 4]] = &[
    // The journal.
    ["code_file", "code_line", "code_func", "code_function"],
    // python-json-logger, structlog.
    ["pathname", "lineno", "funcName", "func_name"],
    ["filename", "lineno", "funcName", "func_name"],
    // Elastic Common Schema.
    [
        "log.origin.file.name",
        "log.origin.file.line",
        "log.origin.function",
        "log.origin.function.name",
    ],
    // logstash-encoder.
    [
        "caller_file_name",
        "caller_line_number",
        "caller_method_name",
        "caller_method",
    ],
    // log4j2 and slog.
    [
        "source.file",
        "source.line",
        "source.method",
        "source.function",
    ],
    // OpenTelemetry, now and before.
    [
        "code.file.path",
        "code.line.number",
        "code.function.name",
        "code.function",
    ],
    [
        "code.filepath",
        "code.lineno",
        "code.function",
        "code.function.name",
    ],
    // Google Cloud.
    [
        "logging.googleapis.com/sourceLocation.file",
        "logging.googleapis.com/sourceLocation.line",
        "logging.googleapis.com/sourceLocation.function",
        "sourceLocation.function",
    ],
];
/// `shop/cart.go:31`, as zap and zerolog have it.
const CALLER: &str = "caller";
/// A path that is longer is none.
const PATH_CHARS: usize = 512;

/// The frame of the call, if the record names a file and a line.
pub(super) fn of(fields: &Fields) -> Option<Frame> {
    let named = NAMES.iter().find_map(|[file, line, functions @ ..]| {
        let path = text(fields, file)?;
        let function = functions.iter().find_map(|name| text(fields, name));
        Some((path, number(fields, line)?, function))
    });
    let (path, line, function) = named.or_else(|| {
        let (path, line) = field(fields, CALLER)?.as_str()?.rsplit_once(':')?;
        Some((path, line.parse().ok().filter(|line| *line > 0)?, None))
    })?;
    let path = Some(path).filter(|path| !path.is_empty() && path.len() <= PATH_CHARS)?;
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    Some(Frame {
        function: function.map(str::to_owned),
        filename: Some(name.to_owned()),
        abs_path: (name != path).then(|| path.to_owned()),
        lineno: Some(line),
        ..Frame::default()
    })
}

fn text<'f>(fields: &'f Fields, name: &str) -> Option<&'f str> {
    field(fields, name)?
        .as_str()
        .filter(|text| !text.is_empty())
}

fn number(fields: &Fields, name: &str) -> Option<u32> {
    let line = match field(fields, name)? {
        Value::String(text) => text.parse().ok()?,
        value => u32::try_from(value.as_u64()?).ok()?,
    };
    (line > 0).then_some(line)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn place(record: &Value) -> Option<(String, u32, Option<String>)> {
        let fields: Vec<_> = record.as_object().unwrap().clone().into_iter().collect();
        let frame = of(&fields)?;
        let path = frame.path().unwrap().to_owned();
        Some((path, frame.lineno.unwrap(), frame.function))
    }

    #[test]
    fn file_line_and_function_as_loggers_name_them() {
        let cart = |path: &str| Some((path.to_owned(), 31, Some("add".to_owned())));
        for record in [
            json!({"code_file": "shop/cart.py", "code_line": "31", "code_func": "add"}),
            json!({"pathname": "shop/cart.py", "filename": "cart.py", "lineno": 31, "funcName": "add"}),
            json!({"log.origin.file.name": "shop/cart.py", "log.origin.file.line": 31, "log.origin.function": "add"}),
            json!({"log": {"origin": {"file": {"name": "shop/cart.py", "line": 31}, "function": "add"}}}),
            json!({"source": {"file": "shop/cart.py", "line": 31, "function": "add"}}),
            json!({"code.filepath": "shop/cart.py", "code.lineno": 31, "code.function": "add"}),
        ] {
            assert_eq!(place(&record), cart("shop/cart.py"), "{record}");
        }
        let caller = place(&json!({"caller": "C:/shop/cart.go:31"}));
        assert_eq!(caller, Some(("C:/shop/cart.go".to_owned(), 31, None)));
    }

    #[test]
    fn without_a_file_and_a_line_there_is_no_frame() {
        for record in [
            json!({}),
            json!({"pathname": "cart.py"}),
            json!({"pathname": "cart.py", "lineno": 0}),
            json!({"pathname": 3, "lineno": 3}),
            json!({"caller": "cart.go"}),
            json!({"caller": "cart.go:x"}),
            json!({"caller": ":3"}),
            json!({"caller": {"file": "x"}}),
        ] {
            assert_eq!(place(&record), None, "{record}");
        }
    }
}
