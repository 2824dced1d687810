//! syslog as it stands in files and on the wire. In: a text. Out: its prefix.
//!
//! `Nov 20 15:49:24 host ident[pid]: text` (RFC 3164 4.1) and the same with an ISO timestamp (rsyslog's `FileFormat`), each
//! with or without `<PRI>`; `<PRI>1 TIME HOST APP PROCID MSGID [DATA] text` (RFC 5424 6), with or without its length before
//! it (RFC 6587 3.4.1). rsyslog writes such a line with a second space before a text that came without structured data.

use serde_json::Value;

use super::Prefix;
use crate::bounds::{FIELD_BYTES_MAX, FIELDS_MAX, SYSLOG_NAME_BYTES_MAX};
use crate::format::{calendar, stream_key, words};

/// `<11>1 2026-…`, `<11>Nov 20 15:49:24 host ident[pid]: …`, `<11>ident: …`.
pub(super) fn with_priority(text: &[u8]) -> Option<Prefix<'_>> {
    let digits = text
        .get(1..)?
        .iter()
        .take(4)
        .take_while(|b| b.is_ascii_digit())
        .count();
    let number = text
        .get(1..=digits)
        .filter(|n| (1..=3).contains(&n.len()))?;
    let number = number
        .iter()
        .fold(0_u16, |n, b| n * 10 + u16::from(b - b'0'));
    if text.get(digits + 1) != Some(&b'>') || number > 191 {
        return None;
    }
    let at = digits + 2;
    let rest = text.get(at..)?;
    let mut found = match rest.first()? {
        b'1' if rest.get(1) == Some(&b' ') => structured(rest, 2)?,
        b'0'..=b'9' => iso(rest, true)?,
        _ => month_first(rest).or_else(|| tagged(rest, Prefix::default(), 0))?,
    };
    found.len += at;
    found.level = words::priority_level((number % 8) as u8).or(found.level);
    Some(found)
}

/// `2026-11-20T15:49:24.123456+01:00 host ident[pid]: …`, `123 <11>1 2026-…`.
pub(super) fn numbered(text: &[u8]) -> Option<Prefix<'_>> {
    if text.get(10) == Some(&b'T') {
        return iso(text, false);
    }
    let digits = text
        .iter()
        .take(7)
        .take_while(|b| b.is_ascii_digit())
        .count();
    let rest = text.get(digits..)?.strip_prefix(b" ")?;
    if digits > 6 || rest.first() != Some(&b'<') {
        return None;
    }
    let mut found = with_priority(rest).filter(|f| !f.data.is_empty())?;
    found.len += digits + 1;
    Some(found)
}

/// `Nov 20 15:49:24 host ident[pid]: …`.
pub(super) fn month_first(text: &[u8]) -> Option<Prefix<'_>> {
    let len = calendar::syslog_len(text)?;
    let found = Prefix {
        time: text.get(..len)?,
        ..Prefix::default()
    };
    hosted(text, found, len + 1, true)
}

/// An ISO timestamp with a zone, then the same. Without `<PRI>` it must be as precise as rsyslog writes it, or the process
/// id must be there: a service's own lines may look alike.
fn iso(text: &[u8], sure: bool) -> Option<Prefix<'_>> {
    let len = memchr::memchr(b' ', text.get(..40).unwrap_or(text))?;
    let time = text.get(..len)?;
    let clock = (time.get(4)?, time.get(10)?, time.get(13)?, time.get(16)?);
    if clock != (&b'-', &b'T', &b':', &b':') {
        return None;
    }
    let micros = time.get(19) == Some(&b'.') && matches!(time.get(26), Some(b'+' | b'-'));
    let found = Prefix {
        time,
        ..Prefix::default()
    };
    hosted(text, found, len + 1, sure || micros).filter(|f| sure || micros || !f.pid.is_empty())
}

/// Host and tag, or the tag alone (as on the machine's own socket).
fn hosted<'a>(text: &'a [u8], found: Prefix<'a>, at: usize, local: bool) -> Option<Prefix<'a>> {
    let rest = text.get(at..)?;
    let host = word(rest);
    let behind = rest.get(host.len()..)?;
    if !behind.starts_with(b" ") || !is_host(host) {
        return local
            .then(|| tagged(text, found, at))
            .flatten()
            .filter(|f| !f.pid.is_empty());
    }
    let at = at + host.len() + 1;
    let found = Prefix { host, ..found };
    tagged(text, found, at)
        .or_else(|| embedded(text, found, at))
        .or_else(|| facility(text, found, at))
}

/// RFC 5424 as text of the older format: what a daemon makes of a sender that it does not understand.
fn embedded<'a>(text: &'a [u8], outer: Prefix<'a>, at: usize) -> Option<Prefix<'a>> {
    let rest = text.get(at..)?.strip_prefix(b"1 ")?;
    let mut found = structured(rest, 0)?;
    found.len += at + 2;
    found.time = if found.time.is_empty() {
        outer.time
    } else {
        found.time
    };
    Some(found)
}

/// busybox: `host daemon.err ident[pid]: `.
fn facility<'a>(text: &'a [u8], found: Prefix<'a>, at: usize) -> Option<Prefix<'a>> {
    let rest = text.get(at..)?;
    let name = word(rest);
    let dot = memchr::memchr(b'.', name)?;
    let severity = name.get(dot + 1..)?;
    let severity = SEVERITIES.iter().position(|s| s.as_bytes() == severity)?;
    let level = words::priority_level(severity as u8);
    tagged(text, Prefix { level, ..found }, at + name.len() + 1)
}

/// By their numbers.
const SEVERITIES: [&str; 8] = [
    "emerg", "alert", "crit", "err", "warn", "notice", "info", "debug",
];

/// `ident[pid]: `, `ident: `; the text begins behind one space.
fn tagged<'a>(text: &'a [u8], found: Prefix<'a>, at: usize) -> Option<Prefix<'a>> {
    let rest = text.get(at..)?;
    let len = rest
        .iter()
        .take(SYSLOG_NAME_BYTES_MAX)
        .take_while(|b| {
            b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-' | b'/' | b'@' | b'(' | b')')
        })
        .count();
    let ident = rest
        .get(..len)
        .filter(|i| i.iter().any(u8::is_ascii_alphanumeric))?;
    let mut behind = rest.get(len..)?;
    let mut pid: &[u8] = &[];
    if let Some(number) = behind.strip_prefix(b"[") {
        let digits = number
            .iter()
            .take(11)
            .take_while(|b| b.is_ascii_digit())
            .count();
        pid = number.get(..digits).filter(|d| !d.is_empty())?;
        behind = number.get(digits..)?.strip_prefix(b"]")?;
    } else if words::level(ident).is_some() {
        // `ERROR: …` is a program's word, not its name.
        return None;
    }
    let behind = behind.strip_prefix(b":")?;
    let behind = match behind.first() {
        None => behind,
        Some(b' ') => behind.get(1..)?,
        // Without a space only if the process id shows that this is a tag.
        Some(_) if !pid.is_empty() => behind,
        Some(_) => return None,
    };
    Some(Prefix {
        len: text.len() - behind.len(),
        key: key(found.host, ident, pid),
        ident,
        pid,
        escaped: true,
        ..found
    })
}

/// `TIME HOST APP PROCID MSGID [DATA] text` from `at` on.
fn structured(text: &[u8], at: usize) -> Option<Prefix<'_>> {
    let mut at = at;
    let mut fields: [&[u8]; 5] = [&[]; 5];
    for field in &mut fields {
        let found = word(text.get(at..)?);
        if found.is_empty() || text.get(at + found.len()) != Some(&b' ') {
            return None;
        }
        at += found.len() + 1;
        *field = if found == b"-" { &[] } else { found };
    }
    let [time, host, ident, process, id] = fields;
    if !time.is_empty() && (time.get(4) != Some(&b'-') || time.get(10) != Some(&b'T')) {
        return None;
    }
    let data_len = data_len(text.get(at..)?)?;
    let data = text.get(at..at + data_len)?;
    let behind = text.get(at + data_len..)?;
    let message = message(behind, data == b"-")?;
    let numeric = process.iter().all(u8::is_ascii_digit);
    Some(Prefix {
        len: text.len() - message.len(),
        key: key(host, ident, process),
        time,
        pid: if numeric { process } else { &[] },
        thread: if numeric { &[] } else { process },
        logger: id,
        host,
        ident,
        data,
        escaped: true,
        spaced: match behind.get(1) {
            Some(b' ') => (message.len() + 2 == behind.len()).then_some(true),
            _ => Some(false),
        },
        ..Prefix::default()
    })
}

/// The text behind the structured data: one space stands before it, and two where rsyslog passes on what came without such
/// data. An odd indentation is then not the program's, unless it puts marks beneath a piece of source.
fn message(behind: &[u8], no_data: bool) -> Option<&[u8]> {
    let Some(message) = behind.strip_prefix(b" ") else {
        return behind.is_empty().then_some(behind);
    };
    let message = message.strip_prefix(b"\xef\xbb\xbf").unwrap_or(message);
    let spaces = message.iter().take_while(|b| **b == b' ').count();
    Some(match message.strip_prefix(b" ") {
        Some(odd) if no_data && spaces % 2 == 1 && !is_marks(odd) => odd,
        _ => message,
    })
}

/// `    ^^^~~~`.
fn is_marks(text: &[u8]) -> bool {
    let marks = text.trim_ascii();
    !marks.is_empty() && marks.iter().all(|b| matches!(b, b'^' | b'~'))
}

/// Length of `-` or of `[id name="value" …][…]`.
fn data_len(text: &[u8]) -> Option<usize> {
    if text.first() == Some(&b'-') {
        return Some(1);
    }
    let mut at = 0;
    while text.get(at) == Some(&b'[') {
        at = element_end(text, at)?;
    }
    (at > 0).then_some(at)
}

fn element_end(text: &[u8], from: usize) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, byte) in text.iter().enumerate().skip(from) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b']' if !quoted => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The parameters of structured data as fields.
pub(super) fn data_fields(data: &[u8]) -> Vec<(String, Value)> {
    let mut fields = Vec::new();
    let mut rest = data;
    while fields.len() < FIELDS_MAX
        && let Some(equals) = memchr::memmem::find(rest, b"=\"")
    {
        let name = rest.get(..equals).unwrap_or_default();
        let name = name.rsplit(|b| *b == b' ').next().unwrap_or_default();
        let value = rest.get(equals + 2..).unwrap_or_default();
        let (value, behind) = quoted(value);
        if let (Ok(name), true) = (std::str::from_utf8(name), value.len() <= FIELD_BYTES_MAX) {
            let value = String::from_utf8_lossy(&value).into_owned();
            fields.push((name.to_owned(), value.into()));
        }
        rest = behind;
    }
    fields
}

/// A value up to its closing quote, its escapes (RFC 5424 6.3.3) undone, and what follows.
fn quoted(text: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut value = Vec::new();
    let mut bytes = text.iter().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => return (value, text.get(at + 1..).unwrap_or_default()),
            b'\\' if matches!(text.get(at + 1), Some(b'"' | b'\\' | b']')) => {
                value.extend(bytes.next().map(|(_, b)| *b));
            }
            _ => value.push(*byte),
        }
    }
    (value, &[])
}

/// Up to the next space.
fn word(text: &[u8]) -> &[u8] {
    let text = text.get(..SYSLOG_NAME_BYTES_MAX).unwrap_or(text);
    let end = memchr::memchr(b' ', text).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// A host's name or address: neither a year nor a level.
fn is_host(word: &[u8]) -> bool {
    !word.is_empty()
        && word
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':'))
        && !word.iter().all(u8::is_ascii_digit)
        && word.last() != Some(&b':')
        && words::level(word).is_none()
}

fn key(host: &[u8], ident: &[u8], process: &[u8]) -> u64 {
    stream_key([host, b" ", ident, b" ", process].into_iter().flatten())
}
