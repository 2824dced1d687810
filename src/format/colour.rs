//! Terminal escapes. In: text as a program coloured it for a terminal. Out: the text alone.

use crate::bounds::ESCAPE_BYTES_MAX;
use std::borrow::Cow;

const ESC: u8 = 0x1b;
const BEL: u8 = 0x07;

/// The text without escape sequences (CSI, OSC, and the two-byte ones). Borrowed where there are none.
#[must_use]
pub fn strip(text: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(ESC, text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(ESC, rest) {
        let (before, escape) = rest.split_at(at);
        plain.extend_from_slice(before);
        rest = escape.get(sequence_len(escape)..).unwrap_or_default();
    }
    plain.extend_from_slice(rest);
    Cow::Owned(plain)
}

/// The same for a text that is not needed with them.
#[must_use]
pub fn stripped(text: Vec<u8>) -> Vec<u8> {
    match strip(&text) {
        Cow::Owned(plain) => plain,
        Cow::Borrowed(_) => text,
    }
}

/// Length of the sequence that begins here with ESC (ECMA-48 5.3 to 5.6). An unfinished one is only its ESC: what
/// follows may be text.
fn sequence_len(escape: &[u8]) -> usize {
    match escape.get(1) {
        Some(b'[') => csi_len(escape),
        Some(b']' | b'P' | b'X' | b'^' | b'_') => string_len(escape),
        Some(b'(' | b')' | b'*' | b'+' | b'#' | b'%') => 3,
        Some(0x40..=0x7e) => 2,
        _ => 1,
    }
}

fn csi_len(escape: &[u8]) -> usize {
    let parameters = escape
        .iter()
        .skip(2)
        .take_while(|b| (0x20..=0x3f).contains(*b))
        .count();
    match escape.get(2 + parameters) {
        Some(0x40..=0x7e) => 3 + parameters,
        _ => 1,
    }
}

fn string_len(escape: &[u8]) -> usize {
    for (at, &byte) in escape.iter().enumerate().skip(2).take(ESCAPE_BYTES_MAX) {
        if byte == BEL {
            return at + 1;
        }
        if byte == ESC {
            return if escape.get(at + 1) == Some(&b'\\') {
                at + 2
            } else {
                1
            };
        }
    }
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_titles_and_links_go_and_text_stays() {
        for (with, without) in [
            ("\x1b[31mred\x1b[0m", "red"),
            ("\x1b[38;5;196;1mx\x1b[K", "x"),
            ("\x1b]0;title\x07y", "y"),
            ("\x1b]8;;http://a\x1b\\z", "z"),
            ("\x1b(Bplain", "plain"),
            ("\x1bMup", "up"),
            ("plain", "plain"),
            ("cut\x1b[31", "cut[31"),
            ("cut\x1b", "cut"),
            ("\x1b]never ends", "]never ends"),
        ] {
            assert_eq!(strip(with.as_bytes()), without.as_bytes(), "{with:?}");
        }
    }

    #[test]
    fn plain_text_is_borrowed() {
        assert!(matches!(strip(b"plain"), Cow::Borrowed(_)));
    }
}
