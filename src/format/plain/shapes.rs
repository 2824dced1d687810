//! The shapes of a header's words. In: a word, and what follows it. Out: what it can be.

use crate::bounds::HEADER_WORD_BYTES_MAX;
use crate::format::words;

/// The level that a word names, if what follows it allows that it is one: words in capitals before anything that parts
/// words, others (`error`) only before what a header goes on with.
pub(super) fn level_before(word: &[u8], behind: &[u8]) -> Option<crate::level::Level> {
    let parted = matches!(behind.first(), None | Some(b' ' | b':' | b'|' | b'\t'));
    let sure = behind.starts_with(b":") || behind.starts_with(b" (") || behind.starts_with(b" [");
    // `panic: ` is what Go's runtime says.
    let spoken = word == b"panic";
    words::upper_level(word)
        .filter(|_| parted)
        .or_else(|| words::level(word).filter(|_| sure && !spoken))
}

pub(super) fn split_name(text: &[u8]) -> (&[u8], &[u8]) {
    let len = text
        .iter()
        .take(2 * HEADER_WORD_BYTES_MAX)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-' | b'$' | b'/'))
        .count();
    text.split_at_checked(len).unwrap_or((text, b""))
}

/// A module, class or thread name.
pub(super) fn is_name(word: &[u8]) -> bool {
    split_name(word).1.is_empty()
        && word
            .first()
            .is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_')
}

/// `app.db.pool`: names joined by dots.
pub(super) fn is_dotted(word: &[u8]) -> bool {
    word.contains(&b'.')
        && word.split(|b| *b == b'.').all(|part| {
            part.first()
                .is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_')
                && part
                    .iter()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$'))
        })
}

/// A logger before a colon: dotted, or beginning in lower case (`ValueError: …` is not one).
pub(super) fn is_logger(word: &[u8]) -> bool {
    is_dotted(word)
        || (is_name(word)
            && word
                .first()
                .is_some_and(|b| b.is_ascii_lowercase() || *b == b'_'))
}

pub(super) fn text(word: &[u8]) -> Option<String> {
    std::str::from_utf8(word).ok().map(str::to_owned)
}

pub(super) fn number(digits: &[u8]) -> Option<u32> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}
