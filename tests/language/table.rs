//! A table of cells: which language holds in which dress, what does not and is excused, what does not and is not.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::dress::{DRESSES, Dress, Wear};
use crate::excused::{EXCUSED, IN_ONE_LINE, is_settled};
use crate::fixtures::{is_whole, only};

/// Counts per dress and language.
#[derive(Default)]
pub(crate) struct Table {
    title: &'static str,
    cells: BTreeMap<(usize, &'static str), BTreeMap<&'static str, [usize; 3]>>,
    order: Vec<&'static str>,
    broken: Vec<String>,
    used: Vec<bool>,
}

impl Table {
    /// An empty one.
    pub(crate) fn new(title: &'static str) -> Self {
        Self {
            title,
            ..Self::default()
        }
    }

    /// Notes that a fixture was tried in a dress, and what came of it.
    pub(crate) fn note(
        &mut self,
        (language, fixture): (&'static str, &str),
        dress: &'static str,
        outcome: Result<(), String>,
    ) {
        self.used.resize(EXCUSED.len(), false);
        let place = self.order.iter().position(|known| *known == dress);
        let place = place.unwrap_or_else(|| {
            self.order.push(dress);
            self.order.len() - 1
        });
        let row = self.cells.entry((place, dress)).or_default();
        let [good, excused, all] = row.entry(language).or_default();
        *all += 1;
        let Err(why) = outcome else {
            *good += 1;
            return;
        };
        let excuse = EXCUSED
            .iter()
            .position(|(name, worn, _)| covers(name, fixture) && is_worn(worn, self.title, dress));
        if !is_settled(language) {
            println!("not judged yet: {fixture}, {dress}: {why}");
            return;
        }
        if let Some(at) = excuse {
            self.used[at] = true;
            *excused += 1;
        } else {
            self.broken.push(format!("{fixture}, {dress}: {why}"));
        }
    }

    /// Prints the table; fails where a cell is broken, or, where all cells were tried, an excuse for these dresses was not needed.
    pub(crate) fn verdict(self) {
        let title = self.title;
        let mut languages: Vec<&str> = self
            .cells
            .values()
            .flat_map(BTreeMap::keys)
            .copied()
            .collect();
        languages.sort_unstable();
        languages.dedup();
        let mut text = format!("{title:24}");
        for language in &languages {
            write!(text, "{language:>22}").unwrap();
        }
        for ((_, dress), row) in &self.cells {
            write!(text, "\n  {dress:22}").unwrap();
            for language in &languages {
                let [good, excused, all] = row.get(language).copied().unwrap_or_default();
                let held = match excused {
                    0 => format!("{good}/{all}"),
                    _ => format!("{good}/{all} ({excused} excused)"),
                };
                write!(text, "{held:>22}").unwrap();
            }
        }
        println!("{text}");
        let needless: Vec<String> = EXCUSED
            .iter()
            .zip(&self.used)
            .filter(|((_, worn, _), used)| {
                let here = self.order.iter().any(|dress| is_worn(worn, title, dress));
                !**used && here
            })
            .map(|((fixture, dress, reason), _)| format!("{fixture}, {dress}: {reason}"))
            .collect();
        assert!(
            self.broken.is_empty(),
            "{title}: {} cells do not hold:\n{}",
            self.broken.len(),
            self.broken.join("\n")
        );
        assert!(
            needless.is_empty() || !is_whole() || only().is_some(),
            "{title}: not needed: {needless:#?}"
        );
    }
}

/// Is this cell of the matrix tried? All are behind the feature `e2e`, optimised; unoptimised, each fixture is put into a sixth
/// of the dresses, and each dress on a sixth of the fixtures.
pub(crate) fn is_tried(fixture: usize, dress: usize) -> bool {
    is_whole() || (fixture + dress).is_multiple_of(6)
}

/// `headed` in any table that has it, or `in every dress: headed` in that one.
fn is_worn(worn: &str, title: &str, dress: &str) -> bool {
    let here = worn.strip_prefix(title).and_then(|w| w.strip_prefix(": "));
    let named = here.unwrap_or(worn);
    let whole = |d: &Dress| d.name == dress && matches!(d.wear, Wear::Whole(_));
    named == dress || (named == IN_ONE_LINE && DRESSES.iter().any(whole))
}

/// `python/old_27`, or all of `python/old_*`.
fn covers(name: &str, fixture: &str) -> bool {
    name.strip_suffix('*')
        .map_or(name == fixture, |begin| fixture.starts_with(begin))
}
