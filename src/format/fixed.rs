//! A header that the app laid out itself. In: a text, the app's pattern. Out: the header that it finds at the text's start.

use super::time::{self, TimeContext};
use super::{Header, Meta, words};
use crate::bounds::{FIELD_BYTES_MAX, HEADER_TEXT_BYTES_MAX};
use crate::config::layout::HeaderPattern;
use crate::level::Level;

/// The header at the start of a text. What a group holds that cannot be read is not said.
pub(super) fn header(
    text: &[u8],
    pattern: &HeaderPattern,
    context: &TimeContext,
) -> Option<Header> {
    let head = text.get(..HEADER_TEXT_BYTES_MAX).unwrap_or(text);
    let found = pattern.regex.captures(head)?;
    let whole = found.get(0).filter(|m| m.start() == 0)?;
    let group = |name: &str| found.name(name).map(|m| m.as_bytes().trim_ascii());
    let word = |name: &str| {
        let bytes = group(name).filter(|b| !b.is_empty() && b.len() <= FIELD_BYTES_MAX)?;
        std::str::from_utf8(bytes).ok().map(str::to_owned)
    };
    let field = |name: &&str| Some(((*name).to_owned(), word(name)?.into()));
    let meta = Meta {
        time: group("time").and_then(|bytes| moment(bytes, context)),
        level: group("level").and_then(level),
        logger: word("logger"),
        thread: word("thread"),
        pid: word("pid").and_then(|digits| digits.parse().ok()),
        fields: FIELDS.iter().filter_map(field).collect(),
        ..Meta::default()
    };
    let message_at = found.name("message").map_or(whole.end(), |m| m.start());
    Some(Header {
        meta,
        message_at,
        goes_on: false,
    })
}

/// Groups that are fields of the record.
const FIELDS: &[&str] = &["host", "process", "request_id", "trace_id", "span_id"];

/// A timestamp of any layout that is known, or seconds since 1970.
fn moment(bytes: &[u8], context: &TimeContext) -> Option<jiff::Timestamp> {
    let known = time::stamp(bytes, context).map(|stamp| stamp.time);
    known.or_else(|| time::epoch(std::str::from_utf8(bytes).ok()?.parse().ok()?))
}

/// A word in any of its forms, or a number on the scale of pino.
fn level(bytes: &[u8]) -> Option<Level> {
    let number = || words::numbered_level(std::str::from_utf8(bytes).ok()?.parse().ok()?);
    let letter = || match bytes {
        b"F" | b"C" => Some(Level::Fatal),
        b"E" => Some(Level::Error),
        b"W" => Some(Level::Warning),
        b"I" | b"N" => Some(Level::Info),
        b"D" | b"T" | b"V" => Some(Level::Debug),
        _ => None,
    };
    words::level(bytes)
        .or_else(|| words::java_level(bytes))
        .or_else(number)
        .or_else(letter)
}

#[cfg(test)]
mod tests {
    use super::super::plain;
    use super::super::tests::utc;
    use super::*;
    use crate::config::layout::{Format, Layout, header_of};

    fn laid_out(pattern: &str) -> TimeContext {
        TimeContext {
            layout: Layout::of(Format::Auto, Some(header_of(pattern).unwrap())),
            ..utc()
        }
    }

    #[test]
    fn groups_say_what_they_are_named_for() {
        let context = laid_out(
            r"#(?<pid>\d+) <(?<time>[^>]+)> (?<level>\w+)/(?<thread>\S+) (?<host>\S+) (?<logger>[^|]+) \| (?<message>.*)",
        );
        let text = b"#812 <2026-11-20 15:49:24,580> E/worker-3 web-2 shop orders | failed: x";
        let header = plain::header(text, &context).unwrap();
        assert_eq!(&text[header.message_at..], b"failed: x");
        let meta = header.meta;
        assert_eq!(meta.time.unwrap().to_string(), "2026-11-20T15:49:24.58Z");
        assert_eq!((meta.level, meta.pid), (Some(Level::Error), Some(812)));
        assert_eq!(meta.logger.as_deref(), Some("shop orders"));
        assert_eq!(meta.thread.as_deref(), Some("worker-3"));
        assert_eq!(meta.fields, [("host".to_owned(), "web-2".into())]);
    }

    #[test]
    fn a_line_of_another_layout_is_read_as_ever() {
        let context = laid_out(r"~(?<level>\w+)~ (?<logger>\w+)");
        let header = plain::header(b"~50~ shop", &context).unwrap();
        assert_eq!(
            (header.meta.level, header.message_at),
            (Some(Level::Error), 9)
        );
        let known = b"2026-11-20 15:49:24,580 ERROR shop: x";
        assert_eq!(plain::header(known, &context), plain::header(known, &utc()));
        assert!(plain::header(b"x ~ERROR~ shop", &context).is_none());
    }
}
