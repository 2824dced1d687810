//! The log and its truth.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::dice::Dice;
use crate::dress::{DRESSES, Dress, Line, Wear, Written, put_on};
use crate::excused::{EXCUSED, IN_ONE_LINE, is_settled};
use crate::fixtures::{Fixture, all};
use crate::told::{self, Told};
use crate::written::written;

/// An ordinary line, which no trace takes in.
const ORDINARY: &str =
    "2026-11-20 15:49:23,377 INFO [101] shop.http: request handled bytes=17 latency=3";

/// One fixture in one dress.
pub(crate) struct Text {
    fixture: usize,
    dress: &'static str,
    place: Range<usize>,
}

/// A log being put together.
#[derive(Default)]
pub(crate) struct Log {
    pub(crate) text: String,
    pub(crate) texts: Vec<Text>,
    /// Of each fixture, what is read of it alone.
    alone: Vec<Vec<Told>>,
}

impl Log {
    /// Fixtures in random order, each round in another dress, until there are so many bytes.
    pub(crate) fn fill(&mut self, dice: &mut Dice, bytes: usize) {
        self.alone = all().iter().map(|f| told::of(&f.text)).collect();
        let written: Vec<Written> = all().iter().map(|f| written(&f.text)).collect();
        while self.text.len() < bytes {
            let mut order: Vec<usize> = (0..all().len()).collect();
            dice.shuffle(&mut order);
            for nth in order {
                let dress = &DRESSES[dice.within(0, DRESSES.len() as u64) as usize];
                let fixture = &all()[nth];
                if self.text.len() < bytes
                    && is_settled(fixture.language())
                    && !is_excused(&fixture.name, dress)
                {
                    self.ordinary(dress);
                    let from = self.text.len();
                    self.text.push_str(&put_on(dress, &written[nth]));
                    self.texts.push(Text {
                        fixture: nth,
                        dress: dress.name,
                        place: from..self.text.len(),
                    });
                    self.ordinary(dress);
                }
            }
        }
    }

    /// A line of the same stream, and one of none.
    fn ordinary(&mut self, dress: &Dress) {
        if let Wear::Lines(wear) = dress.wear {
            self.text.push_str(&wear(Line {
                text: ORDINARY,
                stream: 0,
                number: 0,
                calm: true,
            }));
        }
        self.text.push_str(ORDINARY);
        self.text.push('\n');
    }

    /// How many fixtures were put in at least once.
    pub(crate) fn fixtures(&self) -> usize {
        let seen: BTreeSet<usize> = self.texts.iter().map(|text| text.fixture).collect();
        seen.len()
    }

    /// How many traces were put in.
    pub(crate) fn traces(&self) -> u64 {
        let of = |text: &Text| self.alone[text.fixture].len() as u64;
        self.texts.iter().map(of).sum()
    }

    /// A line for each text: where it stands, what it is, its dress, the types of its traces.
    pub(crate) fn truth(&self) -> String {
        self.texts.iter().fold(String::new(), |mut truth, text| {
            let traces = &self.alone[text.fixture];
            let types: Vec<_> = traces
                .iter()
                .map(|t| t.exceptions.last().map_or("", |e| e.ty.as_str()))
                .collect();
            let name = &all()[text.fixture].name;
            writeln!(truth, "{:?}\t{name}\t{}\t{types:?}", text.place, text.dress).unwrap();
            truth
        })
    }

    /// The fixtures by themselves, each as often as it was put in.
    pub(crate) fn plain(&self, folder: &Path) -> Vec<PathBuf> {
        let path = |fixture: &Fixture| folder.join(fixture.name.replace('/', "_"));
        for fixture in all() {
            std::fs::write(path(fixture), &fixture.text).unwrap();
        }
        let texts = self.texts.iter();
        texts.map(|text| path(&all()[text.fixture])).collect()
    }

    /// How many traces are found where they were put, each as it is alone; the texts of which this is not so, and strays.
    pub(crate) fn judge(&self) -> (usize, Vec<String>) {
        let mut records = crate::memory::records(self.text.as_bytes());
        records.sort_by_key(|record| (record.head, record.ordinal));
        let found = records
            .iter()
            .filter_map(|record| Some((record.head as usize, told::one(record)?)));
        let mut found = found.peekable();
        let (mut right, mut lost) = (0, Vec::new());
        for (nth, text) in self.texts.iter().enumerate() {
            let (mut own, mut strays) = (Vec::new(), 0);
            while let Some((head, told)) = found.next_if(|(head, _)| *head < text.place.end) {
                if head < text.place.start {
                    strays += 1;
                } else {
                    own.push(told);
                }
            }
            let truth = &self.alone[text.fixture];
            if strays == 0 && same(&own, truth) {
                right += own.len();
            } else {
                let name = &all()[text.fixture].name;
                let (is, must) = (own.len(), truth.len());
                let differs = own.iter().zip(truth).find(|(is, must)| is != must);
                let before = nth.checked_sub(1).and_then(|nth| self.texts.get(nth));
                let before = before.map(|text| (&all()[text.fixture].name, text.dress));
                lost.push(format!(
                    "{name}, {} at {}, behind {before:?}: {is} traces, not {must}, {strays} before it: {differs:?}",
                    text.dress, text.place.start
                ));
            }
        }
        let behind = found.count();
        if behind > 0 {
            lost.push(format!("{behind} traces behind the last text"));
        }
        (right, lost)
    }
}

/// The same traces, in whatever order they began.
fn same(own: &[Told], truth: &[Told]) -> bool {
    own.len() == truth.len() && truth.iter().all(|told| own.contains(told))
}

/// Is the cell excused in the matrix, in this dress or among ordinary lines?
fn is_excused(fixture: &str, dress: &Dress) -> bool {
    let covers = |name: &str| {
        let begin = name.strip_suffix('*');
        begin.map_or(name == fixture, |begin| fixture.starts_with(begin))
    };
    let whole = matches!(dress.wear, Wear::Whole(_));
    let worn = |worn: &str| {
        let named = worn.rsplit(": ").next().unwrap_or(worn);
        named == dress.name || named == "between" || (named == IN_ONE_LINE && whole)
    };
    EXCUSED
        .iter()
        .any(|(name, dress, _)| covers(name) && worn(dress))
}
