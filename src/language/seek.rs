//! Reading one line of a trace. In: a line. Out: its text, how far it is set in, where something stands in it.
//!
//! Traces are read line by line, and lines are short: what `str`'s searches set up for a text costs more than the search.
//! These say the same, by bytes. What is looked for is ASCII, so every place is a character's.

use std::borrow::Cow;

/// A line as text. (`from_utf8_lossy` looks at each byte by itself; nearly every line is UTF-8.)
pub(super) fn text(line: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(line).map_or_else(|_| String::from_utf8_lossy(line), Cow::Borrowed)
}

/// Is nothing on the line?
pub(super) fn is_blank(text: &str) -> bool {
    text.trimmed().is_empty()
}

/// How many blanks and tabs a line begins with.
pub(super) fn indent(text: &str) -> usize {
    text.bytes()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count()
}

/// The line without at most `base` blanks and tabs at its beginning.
pub(super) fn dedent(text: &str, base: usize) -> &str {
    text.get(base.min(indent(text))..).unwrap_or(text)
}

/// Bytes of white space of any kind before the line's first sign.
pub(super) fn white(text: &str) -> usize {
    text.len() - text.trimmed_start().len()
}

/// The line without at most `base` bytes of white space at its beginning.
pub(super) fn without_white(text: &str, base: usize) -> &str {
    text.get(base.min(white(text))..).unwrap_or(text)
}

/// Searches of `str` that set nothing up.
pub(super) trait Seek {
    /// As `trim`.
    fn trimmed(&self) -> &str;
    /// As `trim_start`.
    fn trimmed_start(&self) -> &str;
    /// As `trim_end`.
    fn trimmed_end(&self) -> &str;
    /// As `rfind` of an ASCII character.
    fn last_of(&self, byte: u8) -> Option<usize>;
    /// As `split_once` of an ASCII character.
    fn parted(&self, byte: u8) -> Option<(&str, &str)>;
    /// As `rsplit_once` of an ASCII character.
    fn parted_last(&self, byte: u8) -> Option<(&str, &str)>;
    /// As `rsplit_once` of a colon behind which stand one digit or more, and nothing else.
    fn numbered(&self) -> Option<(&str, &str)>;
}

impl Seek for str {
    fn trimmed(&self) -> &str {
        self.trimmed_start().trimmed_end()
    }

    fn trimmed_start(&self) -> &str {
        match self.get(indent(self)..) {
            Some(rest) if is_plain(rest.as_bytes().first()) => rest,
            _ => self.trim_start(),
        }
    }

    fn trimmed_end(&self) -> &str {
        if is_plain(self.as_bytes().last()) {
            return self;
        }
        self.trim_end()
    }

    fn last_of(&self, byte: u8) -> Option<usize> {
        memchr::memrchr(byte, self.as_bytes())
    }

    fn parted(&self, byte: u8) -> Option<(&str, &str)> {
        around(self, memchr::memchr(byte, self.as_bytes())?)
    }

    fn parted_last(&self, byte: u8) -> Option<(&str, &str)> {
        around(self, memchr::memrchr(byte, self.as_bytes())?)
    }

    fn numbered(&self) -> Option<(&str, &str)> {
        let bytes = self.as_bytes();
        let digits = bytes.iter().rev().take_while(|b| b.is_ascii_digit());
        let colon = bytes.len().checked_sub(digits.count() + 1)?;
        let is_one = bytes.get(colon) == Some(&b':') && colon + 1 < bytes.len();
        is_one.then(|| around(self, colon)).flatten()
    }
}

/// Is it a visible ASCII character, so surely none that `trim` takes away? Nothing is there to take from nothing.
fn is_plain(byte: Option<&u8>) -> bool {
    byte.is_none_or(u8::is_ascii_graphic)
}

fn around(text: &str, at: usize) -> Option<(&str, &str)> {
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// A set of ASCII characters.
pub(super) struct Bytes([bool; 256]);

impl Bytes {
    /// These alone.
    pub(super) const fn of(these: &str) -> Self {
        Self::made(these, false, false)
    }

    /// These, and the letters and digits.
    pub(super) const fn and_alphanumeric(these: &str) -> Self {
        Self::made(these, true, false)
    }

    /// These, and blanks and control characters.
    pub(super) const fn and_blanks(these: &str) -> Self {
        Self::made(these, false, true)
    }

    const fn made(these: &str, alphanumeric: bool, blanks: bool) -> Self {
        let mut set = [false; 256];
        let mut left: &mut [bool] = &mut set;
        let mut byte = 0_u8;
        while let Some((place, rest)) = left.split_first_mut() {
            *place = holds(these.as_bytes(), byte)
                || (alphanumeric && byte.is_ascii_alphanumeric())
                || (blanks && byte <= b' ');
            left = rest;
            byte = byte.wrapping_add(1);
        }
        Self(set)
    }

    /// Is this one of them?
    pub(super) fn holds(&self, byte: u8) -> bool {
        self.0.get(usize::from(byte)).is_some_and(|held| *held)
    }

    /// Are all of the text's bytes of them?
    pub(super) fn hold_all(&self, text: &str) -> bool {
        text.bytes().all(|byte| self.holds(byte))
    }

    /// Is any of the text's bytes of them?
    pub(super) fn hold_any(&self, text: &str) -> bool {
        text.bytes().any(|byte| self.holds(byte))
    }
}

const fn holds(mut these: &[u8], byte: u8) -> bool {
    while let Some((first, rest)) = these.split_first() {
        if *first == byte {
            return true;
        }
        these = rest;
    }
    false
}

/// A word to look for by its rarest byte.
pub(super) struct Word {
    text: &'static str,
    rare: usize,
    byte: u8,
}

impl Word {
    /// `rare`: which of its bytes is seldom in lines of traces.
    pub(super) const fn new(text: &'static str, rare: usize) -> Self {
        assert!(text.is_ascii() && rare < text.len());
        // Within the bounds that were just asserted: what has none does not compile.
        let byte = text.as_bytes().split_at(rare).1.first();
        let byte = match byte {
            Some(byte) => *byte,
            None => 0,
        };
        Self { text, rare, byte }
    }

    /// The word.
    pub(super) const fn text(&self) -> &'static str {
        self.text
    }

    /// Where it first stands.
    pub(super) fn find(&self, text: &str) -> Option<usize> {
        memchr::memchr_iter(self.byte, text.as_bytes()).find_map(|at| self.around(text, at))
    }

    /// Where it last stands.
    pub(super) fn find_last(&self, text: &str) -> Option<usize> {
        memchr::memrchr_iter(self.byte, text.as_bytes()).find_map(|at| self.around(text, at))
    }

    /// Where it begins if its rarest byte stands at `rare`.
    fn around(&self, text: &str, rare: usize) -> Option<usize> {
        let at = rare.checked_sub(self.rare)?;
        let here = text.as_bytes().get(at..)?;
        here.starts_with(self.text.as_bytes()).then_some(at)
    }

    /// Does it stand anywhere?
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.find(text).is_some()
    }

    /// What stands before and behind it where it first stands.
    pub(super) fn parts<'a>(&self, text: &'a str) -> Option<(&'a str, &'a str)> {
        let at = self.find(text)?;
        Some((text.get(..at)?, text.get(at + self.text.len()..)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: &[&str] = &[
        "",
        " ",
        "at f (/x.js:1:2)",
        "\u{a0}ä:b:ö\u{2003}",
        " \t\u{2003}x \r",
        ":x:",
        "://a://b",
        "node_modules node_modules/ x",
    ];

    #[test]
    fn lines_are_read_with_and_without_their_margin() {
        assert_eq!((indent(" \t x"), dedent(" \t x", 2)), (3, " x"));
        assert_eq!((indent("\u{a0}x"), dedent("\u{a0}x", 9)), (0, "\u{a0}x"));
        assert_eq!((white("\u{a0} x"), without_white("\u{a0} x", 9)), (3, "x"));
        // Within a character nothing is cut.
        assert_eq!(without_white("\u{a0}x", 1), "\u{a0}x");
        assert!(is_blank(" \t\u{a0}") && !is_blank(" x"));
        assert_eq!(text(b"a\xff"), "a\u{fffd}");
    }

    #[test]
    fn the_same_as_by_str() {
        for text in TEXTS {
            assert_eq!(text.trimmed(), text.trim());
            assert_eq!(text.trimmed_start(), text.trim_start());
            assert_eq!(text.trimmed_end(), text.trim_end());
            for byte in [b':', b' ', b'x', b'('] {
                let c = char::from(byte);
                assert_eq!(text.last_of(byte), text.rfind(c));
                assert_eq!(text.parted(byte), text.split_once(c));
                assert_eq!(text.parted_last(byte), text.rsplit_once(c));
            }
        }
    }

    #[test]
    fn a_number_behind_the_last_colon() {
        let texts = ["x:1:23", "x:", ":7", "7", "", "x:1a", "ä:1ö", "x:-1", "ä:4"];
        for text in texts.iter().chain(TEXTS) {
            let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
            let parted = text.rsplit_once(':').filter(|(_, number)| digits(number));
            assert_eq!(text.numbered(), parted, "{text}");
        }
    }

    #[test]
    fn sets_hold_what_they_were_made_of() {
        let (some, names) = (Bytes::and_blanks("="), Bytes::and_alphanumeric("_."));
        for byte in 0..=u8::MAX {
            assert_eq!(some.holds(byte), byte <= b' ' || byte == b'=');
            let named = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
            assert_eq!(names.holds(byte), named);
        }
        assert!(names.hold_all("a.b_1") && !names.hold_all("a b"));
        assert!(some.hold_any("a=b") && !some.hold_any("\u{e4}"));
    }

    #[test]
    fn words_are_found_by_any_of_their_bytes() {
        for word in ["://", "node_modules/", "x", ":x"] {
            for rare in 0..word.len() {
                for text in TEXTS {
                    let seek = Word::new(word, rare);
                    assert_eq!(seek.find(text), text.find(word), "{word} in {text}");
                    assert_eq!(seek.find_last(text), text.rfind(word), "{word} in {text}");
                    assert_eq!(seek.parts(text), text.split_once(word), "{word} in {text}");
                    assert_eq!(seek.is_in(text), text.contains(word), "{word} in {text}");
                }
            }
        }
    }
}
