//! The prefilter. In: a chunk of bytes. Out: where an opening stands, and how many lines were passed over.
//!
//! Allocates nothing for a line that starts nothing. Knows openings as bytes, not what they mean.

use crate::bounds::OPENING_BYTES_MAX;
use aho_corasick::packed;
use memchr::memmem;

/// One search for all openings of all enabled languages.
#[derive(Debug)]
pub struct Scanner {
    searchers: Vec<Searcher>,
}

/// One pass over the bytes.
#[derive(Debug)]
enum Searcher {
    One(Box<memmem::Finder<'static>>),
    Packed(Box<packed::Searcher>),
    /// Where the machine has no vectors.
    Slow(Box<aho_corasick::AhoCorasick>),
}

/// Up to this many openings each have a searcher of their own: a single-needle search is the fastest there is.
const SINGLES: usize = 2;
/// Literals of one packed searcher: above it, false candidates cost more than a second pass.
const PACKED: usize = 20;

impl Scanner {
    /// A scanner for these byte strings; empty ones and repeats are left out.
    #[must_use]
    pub fn new(openings: &[&str]) -> Self {
        let mut literals: Vec<&[u8]> = openings.iter().map(|o| o.as_bytes()).collect();
        literals.retain(|l| !l.is_empty());
        // By their ends: that spreads alike beginnings over the searchers, and each has fewer false candidates.
        literals.sort_unstable_by(|a, b| a.iter().rev().cmp(b.iter().rev()));
        literals.dedup();
        let searchers = if literals.len() <= SINGLES {
            literals.into_iter().map(Searcher::one).collect()
        } else {
            let evenly = literals.len().div_ceil(literals.len().div_ceil(PACKED));
            literals.chunks(evenly).map(Searcher::many).collect()
        };
        Self { searchers }
    }

    /// A search through these bytes.
    #[must_use]
    pub fn over<'s, 'b>(&'s self, bytes: &'b [u8]) -> Scan<'s, 'b> {
        Scan {
            searchers: &self.searchers,
            bytes,
            next: vec![None; self.searchers.len()],
        }
    }

    /// Offset of the first opening at or behind `from`.
    #[must_use]
    pub fn find(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let mut rest = bytes.get(from..)?;
        let mut first: Option<usize> = None;
        for searcher in &self.searchers {
            let found = searcher.find(rest);
            if let Some(at) = found.filter(|at| first.is_none_or(|f| *at < f)) {
                first = Some(at);
                // The next searcher need not look further than an opening that begins before this one.
                rest = rest
                    .get(..at.saturating_add(OPENING_BYTES_MAX))
                    .unwrap_or(rest);
            }
        }
        first.map(|at| from + at)
    }
}

/// One search through some bytes, from front to back. Each searcher's next find is kept: one that finds nothing looks at
/// all of the bytes once, not once for every find of another's.
pub struct Scan<'s, 'b> {
    searchers: &'s [Searcher],
    bytes: &'b [u8],
    /// Where each finds something next; `None`: not looked for yet.
    next: Vec<Option<usize>>,
}

/// Nothing is found any more.
const NOWHERE: usize = usize::MAX;

impl Scan<'_, '_> {
    /// The first opening at `from` or behind it; `from` never goes back.
    pub fn next(&mut self, from: usize) -> Option<usize> {
        let rest = self.bytes.get(from..)?;
        let mut first = NOWHERE;
        for (searcher, next) in self.searchers.iter().zip(&mut self.next) {
            let at = match *next {
                Some(at) if at >= from => at,
                _ => searcher.find(rest).map_or(NOWHERE, |at| from + at),
            };
            *next = Some(at);
            first = first.min(at);
        }
        (first != NOWHERE).then_some(first)
    }
}

impl Searcher {
    fn one(literal: &[u8]) -> Self {
        Self::One(Box::new(memmem::Finder::new(literal).into_owned()))
    }

    fn many(literals: &[&[u8]]) -> Self {
        #[cfg(feature = "narrow")]
        let packed = narrow(literals);
        #[cfg(not(feature = "narrow"))]
        let packed = packed::Searcher::new(literals);
        if let Some(found) = packed {
            return Self::Packed(Box::new(found));
        }
        match aho_corasick::AhoCorasick::new(literals) {
            Ok(found) => Self::Slow(Box::new(found)),
            // Only more than 2^31 states fail to build; a search for the first literal is better than none.
            Err(_) => Self::one(literals.first().copied().unwrap_or_default()),
        }
    }

    fn find(&self, bytes: &[u8]) -> Option<usize> {
        match self {
            Self::One(finder) => finder.find(bytes),
            Self::Packed(searcher) => searcher.find(bytes).map(|m| m.start()),
            Self::Slow(automaton) => automaton.find(bytes).map(|m| m.start()),
        }
    }
}

/// A searcher with vectors of 128 bits, as where there is no AVX2: the benchmark asks for it. The library's own switch for
/// benchmarks is no part of its promised interface, so nothing that is shipped calls it.
#[cfg(any(test, feature = "narrow"))]
fn narrow(literals: &[&[u8]]) -> Option<packed::Searcher> {
    let mut settings = packed::Config::new();
    settings.only_teddy_256bit(Some(false));
    settings.builder().extend(literals).build()
}

/// Line ends in `bytes`.
#[must_use]
pub fn count_lines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// Where the line begins that holds offset `at`, looking no further back than `floor`.
#[must_use]
pub fn line_start(bytes: &[u8], floor: usize, at: usize) -> usize {
    bytes
        .get(floor..at)
        .and_then(|before| memchr::memrchr(b'\n', before))
        .map_or(floor, |nl| floor + nl + 1)
}

/// The first offset behind the line that begins at `at`, its newline included.
#[must_use]
pub fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes
        .get(at..)
        .and_then(|rest| memchr::memchr(b'\n', rest))
        .map_or(bytes.len(), |nl| at + nl + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `find` must equal: the naive search.
    fn naive(openings: &[&str], bytes: &[u8], from: usize) -> Option<usize> {
        (from..bytes.len()).find(|&at| {
            openings
                .iter()
                .any(|o| bytes[at..].starts_with(o.as_bytes()))
        })
    }

    #[test]
    fn every_hit_is_found_in_order_by_one_two_and_many_openings() {
        let text =
            b"x panic: y\nTraceback (most\n  Exception in thread\ngoroutine 7\npanic: Traceback (";
        let many: Vec<String> = (0..30).map(|n| format!("nothing-{n:02}")).collect();
        let mut sets = vec![vec!["Traceback ("], vec!["Traceback (", "panic: "]];
        let mut large: Vec<&str> = many.iter().map(String::as_str).collect();
        large.extend(["Traceback (", "panic: ", "goroutine ", "Exception in"]);
        sets.push(large);
        for set in sets {
            let scanner = Scanner::new(&set);
            for from in 0..=text.len() {
                assert_eq!(
                    scanner.find(text, from),
                    naive(&set, text, from),
                    "{set:?} from {from}"
                );
            }
            for step in [1, 2, 7, 30] {
                let mut scan = scanner.over(text);
                for from in (0..=text.len()).step_by(step) {
                    let found = scan.next(from);
                    assert_eq!(found, naive(&set, text, from), "{set:?} from {from}");
                }
            }
        }
    }

    #[test]
    fn narrow_vectors_find_the_same() {
        let literals: [&[u8]; 3] = [b"Traceback (", b"panic: ", b"goroutine "];
        let text = b"x panic: y\nTraceback (most\n and thirty-two bytes more, and then goroutine 7";
        let narrow = narrow(&literals).unwrap();
        for from in 0..=text.len() {
            let found = narrow.find(&text[from..]).map(|hit| hit.start());
            let any = Searcher::many(&literals).find(&text[from..]);
            assert_eq!(found, any, "from {from}");
        }
    }

    #[test]
    fn nothing_to_find_finds_nothing() {
        assert_eq!(Scanner::new(&[]).find(b"Traceback", 0), None);
        assert_eq!(Scanner::new(&["", "abcd"]).find(b"xyz", 9), None);
    }

    #[test]
    fn lines_have_their_newline_and_know_their_start() {
        let text = b"one\ntwo\nthree";
        assert_eq!(count_lines(text), 2);
        assert_eq!(line_start(text, 0, 6), 4);
        assert_eq!(line_start(text, 5, 6), 5);
        assert_eq!(line_end(text, 4), 8);
        assert_eq!(line_end(text, 8), 13);
    }
}
