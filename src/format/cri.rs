//! CRI, as kubelet's container logs: `2026-11-20T15:49:24.580123456Z stdout F text`.
//!
//! `P` marks a part of a line that the runtime cut: the parts are joined without a newline.
//! <https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md>

use crate::bounds::{CRI_TAGS_BYTES_MAX, CRI_TIME_BYTES_MAX};
use crate::config::layout::Format;
use std::borrow::Cow;

use super::time::{self, TimeContext};
use super::{Meta, Unwrapped, prefix, stream_key};

/// A line's parts, found without reading its timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Parts<'a> {
    time: &'a [u8],
    stream: &'a [u8],
    partial: bool,
    text: &'a [u8],
}

fn parts(line: &[u8]) -> Option<Parts<'_>> {
    // `2026-11-20T15:49:24` and at least a zone.
    if line.get(4) != Some(&b'-') || line.get(10) != Some(&b'T') {
        return None;
    }
    if !line.iter().take(4).all(u8::is_ascii_digit) {
        return None;
    }
    let space = line
        .iter()
        .take(CRI_TIME_BYTES_MAX)
        .position(|b| *b == b' ')?;
    let (time, rest) = line.split_at_checked(space)?;
    let rest = rest.get(1..)?;
    let stream = rest.get(..6)?;
    if stream != b"stdout" && stream != b"stderr" {
        return None;
    }
    let rest = rest.strip_prefix(stream)?.strip_prefix(b" ")?;
    // Tags are separated by colons; the first is `P` or `F`.
    let partial = match rest.first()? {
        b'P' => true,
        b'F' => false,
        _ => return None,
    };
    if !matches!(rest.get(1), None | Some(b' ' | b':')) {
        return None;
    }
    let tags = rest
        .iter()
        .take(CRI_TAGS_BYTES_MAX)
        .position(|b| *b == b' ');
    let text = match tags {
        Some(end) => rest.get(end + 1..)?,
        None if rest.len() == 1 => &[],
        None => return None,
    };
    Some(Parts {
        time,
        stream,
        partial,
        text,
    })
}

/// The stream, if the line is of this format.
#[must_use]
pub(super) fn stream(line: &[u8]) -> Option<u64> {
    let parts = parts(line)?;
    let inner = if parts.partial {
        0
    } else {
        prefix::key(parts.text, Format::Auto)
    };
    Some(prefix::within(stream_key(parts.stream), inner))
}

/// The line without its wrapper, if it is of this format.
#[must_use]
pub(super) fn unwrap<'a>(line: &'a [u8], context: &TimeContext) -> Option<Unwrapped<'a>> {
    let parts = parts(line)?;
    Some(Unwrapped {
        text: Cow::Borrowed(parts.text),
        meta: Meta {
            stream: stream_key(parts.stream),
            time: time::stamp(parts.time, context).map(|s| s.time),
            ..Meta::default()
        },
        partial: parts.partial,
        wrapped: true,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::utc;
    use super::*;

    #[test]
    fn whole_partial_and_empty_lines() {
        for (line, text, partial) in [
            (
                "2026-11-20T15:49:24.580123456Z stdout F hello",
                "hello",
                false,
            ),
            (
                "2026-11-20T15:49:24.5+01:00 stderr P   half ",
                "  half ",
                true,
            ),
            ("2026-11-20T15:49:24.5Z stderr F", "", false),
            ("2026-11-20T15:49:24.5Z stderr F:x tagged", "tagged", false),
        ] {
            let found = unwrap(line.as_bytes(), &utc()).unwrap();
            assert_eq!(
                (found.text.as_ref(), found.partial),
                (text.as_bytes(), partial),
                "{line}"
            );
            assert_eq!(stream(line.as_bytes()), Some(found.meta.stream), "{line}");
        }
    }

    #[test]
    fn others_are_not_claimed() {
        for line in [
            "",
            "2026-11-20T15:49:24.5Z",
            "2026-11-20T15:49:24.5Z stdout",
            "2026-11-20T15:49:24.5Z stdlog F x",
            "2026-11-20T15:49:24.5Z stdout Full text",
            "2026-11-20T15:49:24.5Z stdout X x",
        ] {
            assert!(unwrap(line.as_bytes(), &utc()).is_none(), "{line}");
        }
    }

    #[test]
    fn the_two_streams_differ() {
        let out = stream(b"2026-11-20T15:49:24.5Z stdout F x");
        assert_ne!(out, stream(b"2026-11-20T15:49:24.5Z stderr F x"));
    }
}
