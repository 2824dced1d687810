//! What tools put before each line when they show several programs in one stream. In: a text. Out: its prefix.
//!
//! `web-1  | ` (docker compose), `web.1.x7k@node    | ` (docker service), `0|api  | ` (pm2), `[pod/web-5d/app] ` (kubectl). A
//! lone `foo | bar` is somebody's text: a name must look like a container's, or stand two spaces from its bar as compose
//! pads it.

use super::Prefix;
use crate::bounds::PREFIX_NAME_BYTES_MAX;
use crate::format::stream_key;

/// `web-1  | text`.
pub(super) fn compose(text: &[u8]) -> Option<Prefix<'_>> {
    let (name, at) = name_and_bar(text)?;
    let padded = at - name.len() >= 2;
    if !(is_replica(name) || (padded && is_service(name))) {
        return None;
    }
    behind_bar(text, name, at)
}

/// The same where the app says that it is there: any name of a service is one.
pub(super) fn named(text: &[u8]) -> Option<Prefix<'_>> {
    let (name, at) = name_and_bar(text)?;
    is_service(name).then(|| behind_bar(text, name, at))?
}

/// `0|api  | text`, with a timestamp before the text where pm2 is told to write one.
pub(super) fn pm2(text: &[u8]) -> Option<Prefix<'_>> {
    let digits = text
        .iter()
        .take(5)
        .take_while(|b| b.is_ascii_digit())
        .count();
    if digits == 0 || text.get(digits) != Some(&b'|') {
        return None;
    }
    let (name, bar) = name_and_bar(text.get(digits + 1..)?)?;
    if name.is_empty() {
        return None;
    }
    let name_end = digits + 1 + name.len();
    let mut found = behind_bar(text, text.get(..name_end)?, digits + 1 + bar)?;
    found.pid = &[];
    timed(text, found)
}

/// A timestamp and a colon, as pm2 writes them.
fn timed<'a>(text: &'a [u8], mut found: Prefix<'a>) -> Option<Prefix<'a>> {
    let rest = text.get(found.len..)?;
    let head = rest.get(..32).unwrap_or(rest);
    if head.get(4) != Some(&b'-') || head.get(13) != Some(&b':') {
        return Some(found);
    }
    if let Some(end) = memchr::memmem::find(head, b": ")
        && head.iter().take(end).all(|b| {
            b.is_ascii_digit() || matches!(b, b'-' | b':' | b'T' | b'Z' | b' ' | b'.' | b'+')
        })
    {
        found.time = rest.get(..end)?;
        found.len += end + 2;
    }
    Some(found)
}

/// `[pod/web-5d/app] text`.
pub(super) fn kubectl(text: &[u8]) -> Option<Prefix<'_>> {
    let inner = text.strip_prefix(b"[pod/")?;
    let inner = inner.get(..2 * PREFIX_NAME_BYTES_MAX).unwrap_or(inner);
    let end = memchr::memchr(b']', inner)?;
    let name = inner.get(..end)?;
    if !name
        .iter()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'/'))
    {
        return None;
    }
    let at = end + 6;
    let space = usize::from(text.get(at) == Some(&b' '));
    (space == 1 || text.len() == at).then(|| Prefix {
        len: at + space,
        key: stream_key(name),
        ..Prefix::default()
    })
}

/// Any of these in colour; where a tool colours a name and its bar, any name is one.
pub(super) fn coloured(text: &[u8]) -> Option<Prefix<'_>> {
    let start = colour_len(text);
    let rest = text.get(start..)?;
    let mut found = match rest.first()? {
        b'0'..=b'9' => pm2(rest),
        b'[' => kubectl(rest),
        b'A'..=b'Z' | b'a'..=b'z' => {
            let (name, at) = name_and_bar(rest)?;
            is_service(name)
                .then(|| behind_bar(rest, name, at))
                .flatten()
        }
        _ => None,
    }?;
    found.len += start;
    Some(found)
}

/// The name at the start, and where the bar stands behind it.
fn name_and_bar(text: &[u8]) -> Option<(&[u8], usize)> {
    let head = text.get(..PREFIX_NAME_BYTES_MAX).unwrap_or(text);
    let bar = memchr::memchr(b'|', head)?;
    let before = head.get(..bar)?;
    let spaces = before.iter().rev().take_while(|b| **b == b' ').count();
    let name = before.get(..bar - spaces)?;
    (spaces > 0).then_some((name, bar))
}

/// The text begins behind the bar, the colour that ends there, and one space.
fn behind_bar<'a>(text: &[u8], name: &[u8], bar: usize) -> Option<Prefix<'a>> {
    let mut at = bar + 1;
    at += colour_len(text.get(at..)?);
    if text.len() > at {
        (text.get(at)? == &b' ').then_some(())?;
        at += 1;
    }
    at += colour_len(text.get(at..)?);
    Some(Prefix {
        len: at,
        key: stream_key(name),
        ..Prefix::default()
    })
}

/// Length of the colour codes at the start.
fn colour_len(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(rest) = text.get(at..).and_then(|t| t.strip_prefix(b"\x1b[")) {
        let digits = rest
            .iter()
            .take(16)
            .take_while(|b| b.is_ascii_digit() || **b == b';')
            .count();
        if rest.get(digits) != Some(&b'm') {
            break;
        }
        at += digits + 3;
    }
    at
}

/// `web-1`, `shop_web_1`, `web.1.x7k@node`.
fn is_replica(name: &[u8]) -> bool {
    let digits = name.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let numbered = digits > 0
        && matches!(
            name.len()
                .checked_sub(digits + 1)
                .and_then(|at| name.get(at)),
            Some(b'-' | b'_')
        );
    let task = memchr::memchr(b'@', name).is_some() && memchr::memchr(b'.', name).is_some();
    (numbered || task) && name.iter().all(|b| is_name_byte(*b) || *b == b'@')
}

/// A service's own name, in lower case.
fn is_service(name: &[u8]) -> bool {
    !name.is_empty()
        && name
            .iter()
            .all(|b| is_name_byte(*b) && !b.is_ascii_uppercase())
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}
