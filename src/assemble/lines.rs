//! The lines of a record, one behind the other in one piece of memory. In: line after line. Out: each, or all as text.

use std::borrow::Cow;
use std::ops::Range;

/// Lines without their line ends.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Lines {
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
}

/// What has a second line has many: so much is set aside at once, and not in a dozen steps.
const COMMON_BYTES: usize = 4_096;
const COMMON_LINES: usize = 64;

impl Lines {
    /// Adds a line.
    pub fn push(&mut self, line: &[u8]) {
        if self.len() == 1 {
            self.bytes.reserve(COMMON_BYTES);
            self.ends.reserve(COMMON_LINES);
        }
        self.bytes.extend_from_slice(line);
        self.ends.push(self.bytes.len());
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Is there none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The line of this number, from 0.
    #[must_use]
    pub fn get(&self, nth: usize) -> Option<&[u8]> {
        self.bytes.get(self.place(nth)?)
    }

    /// The first line.
    #[must_use]
    pub fn first(&self) -> Option<&[u8]> {
        self.get(0)
    }

    /// The last line.
    #[must_use]
    pub fn last(&self) -> Option<&[u8]> {
        self.get(self.len().checked_sub(1)?)
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &[u8]> + ExactSizeIterator + Clone {
        (0..self.len()).map(|nth| self.get(nth).unwrap_or_default())
    }

    /// All of them as text; what is no UTF-8 becomes U+FFFD. Nearly always everything is, and is looked at once.
    #[must_use]
    pub fn texts(&self) -> Vec<Cow<'_, str>> {
        let Ok(whole) = std::str::from_utf8(&self.bytes) else {
            return self.iter().map(String::from_utf8_lossy).collect();
        };
        let text = |nth| whole.get(self.place(nth)?);
        // A character may only lie across two lines where neither is UTF-8 by itself.
        let texts = (0..self.len()).map(|nth| match text(nth) {
            Some(text) => Cow::Borrowed(text),
            None => String::from_utf8_lossy(self.get(nth).unwrap_or_default()),
        });
        texts.collect()
    }

    /// Forgets them.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    fn place(&self, nth: usize) -> Option<Range<usize>> {
        let end = *self.ends.get(nth)?;
        let before = nth.checked_sub(1).and_then(|nth| self.ends.get(nth));
        Some(before.copied().unwrap_or(0)..end)
    }
}

impl<L: AsRef<[u8]>> FromIterator<L> for Lines {
    fn from_iter<I: IntoIterator<Item = L>>(lines: I) -> Self {
        let mut all = Self::default();
        for line in lines {
            all.push(line.as_ref());
        }
        all
    }
}

impl std::fmt::Debug for Lines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.texts()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_back_as_they_were_given() {
        let given: [&[u8]; 5] = [b"one", b"", "zw\u{f6}lf".as_bytes(), b"\xff", b""];
        let lines: Lines = given.iter().collect();
        assert_eq!(lines.iter().collect::<Vec<_>>(), given);
        assert_eq!(lines.iter().rev().len(), 5);
        assert_eq!(
            (lines.first(), lines.last()),
            (Some(given[0]), Some(given[4]))
        );
        assert_eq!(lines.texts(), ["one", "", "zw\u{f6}lf", "\u{fffd}", ""]);
        assert_eq!(lines.get(5), None);
        assert!(Lines::default().is_empty() && Lines::default().last().is_none());
    }

    #[test]
    fn a_character_across_two_lines_is_neithers() {
        let lines: Lines = [&b"a\xc3"[..], b"\xa4b"].iter().collect();
        assert_eq!(lines.texts(), ["a\u{fffd}", "\u{fffd}b"]);
    }
}
