//! A file: occurrences of shapes among ordinary lines, and how many of them are read exactly.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::dice::Dice;
use crate::seen::{self, Seen};

/// One occurrence in the file.
struct Occurrence {
    row: String,
    place: Range<usize>,
    truth: Vec<Seen>,
}

/// A text being put together.
#[derive(Default)]
pub(crate) struct Corpus {
    text: String,
    occurrences: Vec<Occurrence>,
}

/// Exact, all; the first that was not.
pub(crate) type Rows = BTreeMap<String, (usize, usize, String)>;

impl Corpus {
    /// Adds ordinary lines, at least one of each of two services that take turns.
    pub(crate) fn ordinary(&mut self, dice: &mut Dice, lines: &mut dyn Iterator<Item = String>) {
        for line in lines.take(dice.within(2, 7) as usize) {
            self.text.push_str(&line);
        }
    }

    /// Adds an occurrence for this row of the table.
    pub(crate) fn occurrence(&mut self, row: &str, text: &str, truth: Vec<Seen>) {
        let from = self.text.len();
        self.text.push_str(text);
        self.occurrences.push(Occurrence {
            row: row.to_owned(),
            place: from..self.text.len(),
            truth,
        });
    }

    /// Reads the file; every trace outside of an occurrence is told, too.
    pub(crate) fn judge(&self, rows: &mut Rows) {
        let mut found = seen::read(&self.text).into_iter().peekable();
        let mut behind = "nothing";
        for occurrence in &self.occurrences {
            let mut own = Vec::new();
            let mut strays = 0;
            while let Some((head, seen)) =
                found.next_if(|(head, _)| (*head as usize) < occurrence.place.end)
            {
                if (head as usize) < occurrence.place.start {
                    strays += 1;
                } else {
                    own.push(seen);
                }
            }
            let (exact, all, first) = rows.entry(occurrence.row.clone()).or_default();
            *all += 1;
            if strays == 0 && same(&own, &occurrence.truth) {
                *exact += 1;
            } else if first.is_empty() {
                let text = &self.text[occurrence.place.clone()];
                *first = format!(
                    "behind {behind}:\n{text}\nread, with {strays} before it:\n{}not\n{}",
                    lines(&own),
                    lines(&occurrence.truth)
                );
            }
            behind = &occurrence.row;
        }
        assert!(found.next().is_none(), "a trace behind the last");
    }
}

/// The same traces, in whatever order they began.
fn same(own: &[Seen], truth: &[Seen]) -> bool {
    own.len() == truth.len() && truth.iter().all(|seen| own.contains(seen))
}

fn lines(of: &[Seen]) -> String {
    of.iter().map(Seen::line).collect()
}
