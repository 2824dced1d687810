//! Logs that are set in as a whole (a log within another's output, or pasted). In: a line that begins with white space. Out:
//! how far it is set in, and whether a log header stands there.
//!
//! A line that is set in continues what stands above it; so a header in it counts only on a trace's own line, and above a
//! trace whose lines are set in as far: anything else may be quoted in a message. From there on the record is read without
//! what its log is set in by.

use super::texts::{Told, told_flush};
use crate::format::{Header, TimeContext, plain};

/// How far the text is set in.
pub(super) fn margin(text: &[u8]) -> usize {
    text.iter()
        .take_while(|b| matches!(b, b' ' | b'\t'))
        .count()
}

/// The text without `by` blanks before it, if it is set in so far.
pub(super) fn flush(text: &[u8], by: usize) -> &[u8] {
    let set_in = by > 0 && margin(text) >= by;
    text.get(by..).filter(|_| set_in).unwrap_or(text)
}

/// The log header that stands `by` blanks from the line's beginning.
pub(super) fn header(text: &[u8], by: usize, context: &TimeContext) -> Option<Header> {
    if by == 0 || margin(text) != by {
        return None;
    }
    let mut header = plain::header(text.get(by..)?, context)?;
    header.message_at += by;
    Some(header)
}

/// Does a log header with a time stand `by` blanks from the line's beginning?
pub(super) fn is_dated(text: &[u8], by: usize, context: &TimeContext) -> bool {
    header(text, by, context).is_some_and(|header| header.meta.time.is_some())
}

/// What a line that is set in says of itself. Data that is printed over several lines tells no time.
pub(super) fn told(text: &[u8], context: &TimeContext) -> Told {
    let margin = margin(text);
    let told = told_flush(text.get(margin..).unwrap_or_default(), context);
    match told {
        Told::Header(mut header) => {
            header.message_at += margin;
            Told::Header(header)
        }
        Told::Record(record) if record.meta.time.is_some() => Told::Record(record),
        _ => Told::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_s_line_is_told_where_the_trace_is_set_in() {
        let context = crate::format::tests::utc();
        let line = b"    2026-11-20 15:49:23,377 INFO shop.http: handled";
        let message = header(line, 4, &context).and_then(|h| line.get(h.message_at..));
        assert_eq!(message, Some(&b"handled"[..]));
        assert!(is_dated(line, 4, &context));
        for margin in [0, 2, 6] {
            assert_eq!(header(line, margin, &context), None, "{margin}");
        }
        assert!(!is_dated(b"    INFO shop.http: handled", 4, &context));
        assert!(!is_dated(b"    2026-11-20 was a Friday", 4, &context));
    }

    #[test]
    fn a_log_s_line_is_one_though_it_is_set_in() {
        let context = crate::format::tests::utc();
        let told = |text: &str| told(text.as_bytes(), &context);
        let header = "\t2026-11-20 15:49:23,377 INFO shop.http: handled";
        let message = |h: &Header| header.get(h.message_at..) == Some("handled");
        assert!(matches!(told(header), Told::Header(h) if message(&h)));
        let dateless = told("  [main] ERROR shop.Till - refused");
        assert!(matches!(dateless, Told::Header(_)));
        let json = r#"  {"time": "2026-11-20T15:49:23Z", "msg": "handled"}"#;
        assert!(matches!(told(json), Told::Record(_)));
        assert!(matches!(told(r#"  {"msg": "handled"}"#), Told::Nothing));
        assert!(matches!(told("  handled"), Told::Nothing));
    }
}
