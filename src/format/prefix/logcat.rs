//! Android's logcat. In: a text. Out: its prefix: level, tag, ids of process and thread.
//!
//! `11-20 15:49:24.580  1234  1260 E AndroidRuntime: text` (threadtime, the default), `E/AndroidRuntime( 1234): text` (brief)
//! and the same behind a time. <https://developer.android.com/tools/logcat#outputFormat>

use super::Prefix;
use crate::bounds::PREFIX_NAME_BYTES_MAX;
use crate::format::stream_key;
use crate::level::Level;

/// With a date, which may have a year.
pub(super) fn dated(text: &[u8]) -> Option<Prefix<'_>> {
    let date = match (text.get(2)?, text.get(4)?) {
        (b'-', _) => 5,
        (_, b'-') => 10,
        _ => return None,
    };
    // ` 15:49:24.580 `
    let clock = (
        text.get(date)?,
        text.get(date + 3)?,
        text.get(date + 9)?,
        text.get(date + 13)?,
    );
    if clock != (&b' ', &b':', &b'.', &b' ') {
        return None;
    }
    let time = text.get(..date + 13)?;
    let at = date + 14;
    let rest = text.get(at..)?;
    let mut found = ids(rest).or_else(|| brief(rest))?;
    found.len += at;
    found.time = time;
    Some(found)
}

/// ` 1234  1260 E tag: `
fn ids(text: &[u8]) -> Option<Prefix<'_>> {
    let (pid, at) = number(text, 0)?;
    let (tid, at) = number(text, at)?;
    let level = level(*text.get(at)?).filter(|_| text.get(at + 1) == Some(&b' '))?;
    let rest = text.get(at + 2..)?;
    let head = rest.get(..PREFIX_NAME_BYTES_MAX).unwrap_or(rest);
    let colon = memchr::memmem::find(head, b": ")
        .or_else(|| head.ends_with(b":").then(|| head.len() - 1))?;
    let tag = rest.get(..colon)?.trim_ascii_end();
    let len = (at + 2 + colon + 2).min(text.len());
    Some(prefix(len, level, tag, pid, tid))
}

/// `E/tag( 1234): `
pub(super) fn brief(text: &[u8]) -> Option<Prefix<'_>> {
    let level = level(*text.first()?)?;
    let rest = text.get(1..)?.strip_prefix(b"/")?;
    let head = rest.get(..PREFIX_NAME_BYTES_MAX).unwrap_or(rest);
    let open = memchr::memchr(b'(', head)?;
    let tag = rest.get(..open)?.trim_ascii_end();
    let (pid, at) = digits(rest, open + 1)?;
    if !rest.get(at..)?.starts_with(b"):") {
        return None;
    }
    let space = usize::from(rest.get(at + 2) == Some(&b' '));
    Some(prefix(2 + at + 2 + space, level, tag, pid, &[]))
}

fn prefix<'a>(
    len: usize,
    level: Level,
    tag: &'a [u8],
    pid: &'a [u8],
    thread: &'a [u8],
) -> Prefix<'a> {
    Prefix {
        len,
        key: stream_key([tag, b" ", pid, b" ", thread].into_iter().flatten()),
        level: Some(level),
        logger: tag,
        pid,
        thread,
        ..Prefix::default()
    }
}

/// A number padded with spaces, and where what follows its space begins.
fn number(text: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let (digits, end) = digits(text, at)?;
    (text.get(end)? == &b' ').then_some((digits, end + 1))
}

fn digits(text: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let rest = text.get(at..)?;
    let spaces = rest.iter().take(8).take_while(|b| **b == b' ').count();
    let len = rest
        .iter()
        .skip(spaces)
        .take(10)
        .take_while(|b| b.is_ascii_digit())
        .count();
    let end = at + spaces + len;
    text.get(at + spaces..end)
        .filter(|d| !d.is_empty())
        .map(|d| (d, end))
}

fn level(letter: u8) -> Option<Level> {
    match letter {
        b'V' | b'D' => Some(Level::Debug),
        b'I' => Some(Level::Info),
        b'W' => Some(Level::Warning),
        b'E' => Some(Level::Error),
        b'F' | b'A' => Some(Level::Fatal),
        _ => None,
    }
}
