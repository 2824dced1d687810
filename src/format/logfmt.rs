//! logfmt: `time=2026-11-20T15:49:24Z level=error msg="ship failed" err="…"` (logrus, slog, go-kit). In: a text. Out: its pairs.
//!
//! Strict, because prose and command lines hold `key=value` too: the first key must be one with which such loggers begin, all
//! of the text must be pairs, and a level or a message must be among them.

use serde_json::{Map, Value};

use crate::bounds::LOGFMT_PAIRS_MAX;

const FIRST: &[&str] = &[
    "time",
    "ts",
    "t",
    "timestamp",
    "level",
    "lvl",
    "severity",
    "msg",
    "logger",
    "caller",
];
const TELLING: &[&str] = &["level", "lvl", "severity", "msg", "message"];

/// May the text be such a line? Told by its first key.
pub(super) fn begins(text: &[u8]) -> bool {
    let Some(first) = text
        .first()
        .filter(|b| matches!(b, b't' | b'l' | b's' | b'm' | b'c'))
    else {
        return false;
    };
    FIRST.iter().any(|key| {
        key.as_bytes().first() == Some(first)
            && text
                .strip_prefix(key.as_bytes())
                .is_some_and(|b| b.first() == Some(&b'='))
    })
}

/// The pairs of the line, if it is one.
pub(super) fn object(text: &[u8]) -> Option<Map<String, Value>> {
    let mut rest = begins(text).then_some(text)?.trim_ascii_end();
    let mut object = Map::new();
    for _ in 0..LOGFMT_PAIRS_MAX {
        let len = rest.iter().take_while(|b| is_key(**b)).count();
        let key = std::str::from_utf8(rest.get(..len)?)
            .ok()
            .filter(|k| !k.is_empty())?;
        let (value, behind) = value(rest.get(len..)?.strip_prefix(b"=")?)?;
        object.insert(key.to_owned(), Value::String(value));
        rest = behind.trim_ascii_start();
        if rest.is_empty() {
            let tells = TELLING.iter().any(|key| object.contains_key(*key));
            return tells.then_some(object);
        }
        if rest.len() == behind.len() {
            return None;
        }
    }
    None
}

fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'/' | b'@')
}

/// A value and what follows it.
fn value(text: &[u8]) -> Option<(String, &[u8])> {
    let Some(inside) = text.strip_prefix(b"\"") else {
        let end = memchr::memchr(b' ', text).unwrap_or(text.len());
        let bare = text.get(..end).filter(|v| !v.contains(&b'"'))?;
        return Some((String::from_utf8_lossy(bare).into_owned(), text.get(end..)?));
    };
    let mut plain = Vec::new();
    let mut rest = inside;
    loop {
        let at = memchr::memchr2(b'"', b'\\', rest)?;
        plain.extend_from_slice(rest.get(..at)?);
        if rest.get(at) == Some(&b'"') {
            let text = String::from_utf8_lossy(&plain).into_owned();
            return Some((text, rest.get(at + 1..)?));
        }
        rest = unescape(rest.get(at + 1..)?, &mut plain)?;
    }
}

/// What stands behind a backslash, as Go's `strconv.Quote` writes it.
fn unescape<'a>(text: &'a [u8], plain: &mut Vec<u8>) -> Option<&'a [u8]> {
    let (&letter, behind) = text.split_first()?;
    let digits = match letter {
        b'x' => 2,
        b'u' => 4,
        b'U' => 8,
        _ => 0,
    };
    if digits == 0 {
        plain.push(super::escape::named(letter));
        return Some(behind);
    }
    let number = std::str::from_utf8(behind.get(..digits)?).ok()?;
    let number = u32::from_str_radix(number, 16).ok()?;
    if digits == 2 {
        plain.push(number as u8);
    } else {
        let char = char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER);
        plain.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
    }
    behind.get(digits..)
}

#[cfg(test)]
mod tests {
    use super::super::json;
    use super::super::tests::utc;
    use super::*;
    use crate::level::Level;

    #[test]
    fn lines_of_real_loggers_are_read() {
        // logrus 1.9.0.
        let line = r#"time="2026-11-20T15:49:24Z" level=error msg="ship failed" error="boom\nmain.run\n\t/srv/main.go:12" n=1"#;
        let found = json::record(line.as_bytes(), &utc()).unwrap();
        assert_eq!(found.message.as_deref(), Some("ship failed"));
        assert_eq!(found.meta.level, Some(Level::Error));
        assert_eq!(found.meta.time.unwrap().to_string(), "2026-11-20T15:49:24Z");
        assert_eq!(
            found.texts,
            ["boom\nmain.run\n\t/srv/main.go:12", "ship failed"]
        );
    }

    #[test]
    fn what_is_not_all_pairs_is_text() {
        for text in [
            "",
            "level",
            "level=",
            "time=1 x=2",
            "level=error msg=two words",
            "level=error msg=\"open",
            "level=error msg=\"a\"b=c",
            "level=error msg=a\"b\"",
            "msg: x",
            "user=1 level=error msg=x",
            "level=error msg=\"\\x\"",
            "time=1 level",
        ] {
            assert_eq!(
                object(text.as_bytes()).filter(|_| text != "level="),
                None,
                "{text}"
            );
        }
        let many = "level=error ".repeat(LOGFMT_PAIRS_MAX + 1);
        assert_eq!(object(many.as_bytes()), None);
    }
}
