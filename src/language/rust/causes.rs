//! The list of causes that anyhow and eyre print. In: the lines behind `Caused by:`. Out: which of them are the list's.
//!
//! `    0: words`, further lines of them as far in as the words; a single cause has no number and stands as far in as the words of
//! others do.

use super::line;

/// `0: `.
const NUMBER: usize = 3;
/// How far a cause is set in, at least.
const COLUMN: usize = 3;
/// How far one is set in that has no number.
const ONLY_COLUMN: usize = 4;

/// What a line behind the list's beginning is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// A cause, or more of its words.
    Listed,
    /// Of the record that came between.
    Foreign,
    /// Of neither: the list has ended.
    Other,
}

/// Follows one list.
#[derive(Debug, Default)]
pub(super) struct Causes {
    begun: Option<Begun>,
    /// A record of its own stood right above.
    interrupted: bool,
}

/// How the list began.
#[derive(Debug, Clone, Copy)]
struct Begun {
    /// How far its first is set in.
    column: usize,
    /// The next number, of numbered ones.
    next: Option<u32>,
    /// Where words and their further lines stand.
    words: usize,
}

impl Causes {
    /// Another's record stands between the lines.
    pub(super) fn interrupt(&mut self) {
        self.interrupted = true;
    }

    /// What the next line is. What may be of the record that came between is that one's.
    pub(super) fn next(&mut self, text: &str) -> Line {
        let column = line::indent(text);
        let number = line::numbered(text).map(|(number, _)| number);
        let (listed, worded) = match self.begun {
            // A number may be a digit longer.
            Some(begun) => (
                number.is_some() && number == begun.next && column + 1 >= begun.column,
                column >= begun.words,
            ),
            None if self.interrupted => (number.is_some(), column == ONLY_COLUMN),
            None => (number.is_some() && column > 0, column >= COLUMN),
        };
        if !listed && !worded {
            return Line::Other;
        }
        if !listed && self.interrupted && self.begun.is_some() {
            return Line::Foreign;
        }
        let next = number
            .filter(|_| listed)
            .map(|number| number.saturating_add(1));
        let begun = self.begun.get_or_insert(Begun {
            column,
            next,
            words: if listed { column + NUMBER } else { column },
        });
        begun.next = next.or(begun.next);
        self.interrupted = false;
        Line::Listed
    }
}
