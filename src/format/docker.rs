//! docker's json-file: `{"log":"text\n","stream":"stdout","time":"2026-11-20T15:49:24.580123456Z"}`.
//!
//! A `log` that does not end in a newline is a part of a line (docker cuts at 16 KiB): the parts are joined.
//! <https://docs.docker.com/engine/logging/drivers/json-file/>

use std::borrow::Cow;

use memchr::memmem;
use serde::Deserialize;

use super::time::{self, TimeContext};
use super::{Meta, Unwrapped, escape, prefix, stream_key};
use crate::bounds::PREFIX_TEXT_BYTES_MAX;
use crate::config::layout::Format;

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    log: Cow<'a, str>,
    #[serde(borrow)]
    stream: Cow<'a, str>,
    #[serde(borrow)]
    time: Cow<'a, str>,
}

/// docker writes the keys in this order.
const START: &[u8] = b"{\"log\":\"";
/// Cannot stand inside the text: its quotes would be escaped.
const STREAM: &[u8] = b"\",\"stream\":\"";

/// The stream, if the line is of this format.
#[must_use]
pub(super) fn stream(line: &[u8]) -> Option<u64> {
    if !line.starts_with(START) {
        return None;
    }
    let at = memmem::rfind(line, STREAM)? + STREAM.len();
    let name = line.get(at..)?;
    let end = memchr::memchr(b'"', name)?;
    let outer = stream_key(name.get(..end)?);
    let log = line.get(START.len()..at - STREAM.len())?;
    Some(if log.ends_with(b"\\n") {
        prefix::within(outer, inner(log))
    } else {
        outer
    })
}

/// The key of the prefixes of the text, which is escaped as JSON. Undone is only as much as prefixes may take, and only if
/// one may begin here: with a letter, a digit, a bracket, `<` or a colour.
fn inner(log: &[u8]) -> u64 {
    if !matches!(log.first(), Some(b) if b.is_ascii_alphanumeric() || matches!(b, b'<' | b'[' | b'\\'))
    {
        return 0;
    }
    let mut text = [0_u8; PREFIX_TEXT_BYTES_MAX];
    let len = escape::json_start(log, &mut text);
    // The newline is no part of the text.
    let text = text.get(..len).unwrap_or_default();
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    prefix::key(text, Format::Auto)
}

/// The line without its wrapper, if it is of this format.
#[must_use]
pub(super) fn unwrap<'a>(line: &'a [u8], context: &TimeContext) -> Option<Unwrapped<'a>> {
    if !line.starts_with(START) {
        return None;
    }
    let found: Line<'a> = serde_json::from_slice(line).ok()?;
    let (text, partial) = match found.log {
        Cow::Borrowed(text) => (Cow::Borrowed(text.as_bytes()), true),
        Cow::Owned(text) => whole(text.into_bytes()),
    };
    Some(Unwrapped {
        text,
        meta: Meta {
            stream: stream_key(found.stream.as_bytes()),
            time: time::stamp(found.time.as_bytes(), context).map(|s| s.time),
            ..Meta::default()
        },
        partial,
        wrapped: true,
    })
}

/// The text without its newline, and whether it had none. (A newline is always escaped: a borrowed text has none.)
fn whole<'a>(mut text: Vec<u8>) -> (Cow<'a, [u8]>, bool) {
    let partial = text.last() != Some(&b'\n');
    if !partial {
        text.pop();
    }
    if text.last() == Some(&b'\r') {
        text.pop();
    }
    (Cow::Owned(text), partial)
}

#[cfg(test)]
mod tests {
    use super::super::tests::utc;
    use super::*;

    #[test]
    fn whole_partial_and_escaped_texts() {
        for (line, text, partial) in [
            (
                r#"{"log":"hello\n","stream":"stdout","time":"2026-11-20T15:49:24.58Z"}"#,
                "hello",
                false,
            ),
            (
                r#"{"log":"half","stream":"stderr","time":"2026-11-20T15:49:24.58Z"}"#,
                "half",
                true,
            ),
            (
                r#"{"log":"a \"q\"\t\u00fc\r\n","stream":"stderr","attrs":{"a":"b"},"time":"2026-11-20T15:49:24Z"}"#,
                "a \"q\"\tü",
                false,
            ),
            (
                r#"{"log":"\",\"stream\":\"x\n","stream":"stderr","time":"2026-11-20T15:49:24Z"}"#,
                "\",\"stream\":\"x",
                false,
            ),
        ] {
            let found = unwrap(line.as_bytes(), &utc()).unwrap();
            assert_eq!(
                (found.text.as_ref(), found.partial),
                (text.as_bytes(), partial),
                "{line}"
            );
            assert_eq!(stream(line.as_bytes()), Some(found.meta.stream), "{line}");
            assert!(found.meta.time.is_some());
        }
    }

    #[test]
    fn others_are_not_claimed() {
        let deep = format!(
            r#"{{"log":"x\n","stream":"stdout","a":{}1,"time":"t"}}"#,
            "[".repeat(10_000)
        );
        for line in [
            r#"{"log":"x\n"}"#,
            r#"{"msg":"x","stream":"stdout"}"#,
            "{",
            "",
            r#"{"log":"x"#,
            &deep,
        ] {
            assert!(unwrap(line.as_bytes(), &utc()).is_none(), "{line}");
        }
    }
}
