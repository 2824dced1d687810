//! The prefilter. In: a chunk of bytes. Out: where an opening stands, and how many lines were passed over.
//!
//! Allocates nothing for a line that starts nothing. Knows openings as bytes, not what they mean.

mod bucket;
mod grams;
mod plan;

use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind, packed};
use grams::{Literal, Opening};
use memchr::memmem;

/// One search for all openings of all enabled languages. Making one takes about a millisecond, a copy nothing.
#[derive(Debug, Clone)]
pub struct Scanner {
    passes: Arc<[Pass]>,
}

/// One pass over the bytes.
#[derive(Debug)]
struct Pass {
    searcher: Searcher,
    literals: Vec<Literal>,
}

#[derive(Debug)]
enum Searcher {
    One(Box<memmem::Finder<'static>>),
    Packed(Box<packed::Searcher>),
    /// Where the machine has no vectors.
    Slow(Box<AhoCorasick>),
}

/// Up to this many openings each have a searcher of their own: a single-needle search is the fastest there is.
const SINGLES: usize = 2;

impl Scanner {
    /// A scanner for these byte strings; empty ones and repeats are left out. None has a line's end in it.
    #[must_use]
    pub fn new(openings: &[&str]) -> Self {
        let mut openings: Vec<&[u8]> = openings.iter().map(|o| o.as_bytes()).collect();
        openings.retain(|l| !l.is_empty());
        openings.sort_unstable();
        openings.dedup();
        let passes = if openings.len() <= SINGLES {
            openings.into_iter().map(Pass::one).collect()
        } else {
            let passes = plan::passes(&openings);
            passes.into_iter().map(Pass::many).collect()
        };
        Self { passes }
    }

    /// A search through these bytes.
    #[must_use]
    pub fn over<'s, 'b>(&'s self, bytes: &'b [u8]) -> Scan<'s, 'b> {
        Scan {
            passes: &self.passes,
            bytes,
            next: vec![None; self.passes.len()],
        }
    }

    /// Does an opening stand in `bytes`?
    #[must_use]
    pub fn opens(&self, bytes: &[u8]) -> bool {
        self.passes.iter().any(|pass| pass.find(bytes, 0).is_some())
    }
}

/// One search through some bytes, from front to back. Each pass's next find is kept: one that finds nothing looks at all of
/// the bytes once, not once for every find of another's.
pub struct Scan<'s, 'b> {
    passes: &'s [Pass],
    bytes: &'b [u8],
    /// Where each finds something next; `None`: not looked for yet.
    next: Vec<Option<usize>>,
}

/// Nothing is found any more.
const NOWHERE: usize = usize::MAX;

impl Scan<'_, '_> {
    /// A place in the first line at `from` or behind it that has an opening; `from` is where a line begins, and never goes
    /// back.
    pub fn next(&mut self, from: usize) -> Option<usize> {
        let mut first = NOWHERE;
        for (pass, next) in self.passes.iter().zip(&mut self.next) {
            let at = match *next {
                Some(at) if at >= from => at,
                _ => pass.find(self.bytes, from).unwrap_or(NOWHERE),
            };
            *next = Some(at);
            first = first.min(at);
        }
        (first != NOWHERE).then_some(first)
    }
}

impl Pass {
    fn one(opening: &[u8]) -> Self {
        let text = opening.to_vec();
        Self {
            searcher: Searcher::One(Box::new(memmem::Finder::new(&text).into_owned())),
            literals: vec![Literal {
                bytes: text.clone(),
                openings: vec![Opening { text, from: 0 }],
            }],
        }
    }

    fn many(literals: Vec<Literal>) -> Self {
        let bytes: Vec<&[u8]> = literals.iter().map(|l| l.bytes.as_slice()).collect();
        let searcher = Searcher::many(&bytes);
        Self { searcher, literals }
    }

    /// A place inside the first opening that lies at `from` or behind it.
    fn find(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            let (found, literal) = self.searcher.find(bytes.get(at..)?)?;
            let found = at + found;
            if self.literals.get(literal)?.opens(bytes, from, found) {
                return Some(found);
            }
            at = found + 1;
        }
    }
}

impl Searcher {
    fn many(literals: &[&[u8]]) -> Self {
        #[cfg(feature = "narrow")]
        let packed = narrow(literals);
        #[cfg(not(feature = "narrow"))]
        let packed = packed::Searcher::new(literals);
        if let Some(found) = packed {
            return Self::Packed(Box::new(found));
        }
        let mut slow = AhoCorasick::builder();
        match slow.match_kind(MatchKind::LeftmostFirst).build(literals) {
            Ok(found) => Self::Slow(Box::new(found)),
            // Only more than 2^31 states fail to build; a search for the first literal is better than none.
            Err(_) => {
                let first = literals.first().copied().unwrap_or_default();
                Self::One(Box::new(memmem::Finder::new(first).into_owned()))
            }
        }
    }

    /// Where something is found first, and which literal it is.
    fn find(&self, bytes: &[u8]) -> Option<(usize, usize)> {
        let found = match self {
            Self::One(finder) => return finder.find(bytes).map(|at| (at, 0)),
            Self::Packed(searcher) => searcher.find(bytes),
            Self::Slow(automaton) => automaton.find(bytes),
        };
        found.map(|found| (found.start(), found.pattern().as_usize()))
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

    /// Where the first line begins, from `from` on, that has an opening: what the line of a find must equal.
    fn naive(openings: &[&str], text: &[u8], from: usize) -> Option<usize> {
        let opens = |at: &usize| {
            let here = &text[*at..];
            openings.iter().any(|o| here.starts_with(o.as_bytes()))
        };
        (from..text.len())
            .find(opens)
            .map(|at| line_start(text, from, at))
    }

    #[test]
    fn every_line_with_an_opening_is_found_by_one_two_and_many() {
        let text = b"x panic: y\nTraceback (most\n  Exception in thread\nic: ption in\n\ngoroutine 7\npanic: Traceback (";
        let many: Vec<String> = (0..90).map(|n| format!("nothing-{n:02}")).collect();
        let mut sets = vec![vec!["Traceback ("], vec!["Traceback (", "panic: "]];
        let mut large: Vec<&str> = many.iter().map(String::as_str).collect();
        large.extend(["Traceback (", "panic: ", "goroutine ", "Exception in"]);
        sets.push(large);
        let ends = memchr::memchr_iter(b'\n', text).map(|at| at + 1);
        let begins: Vec<usize> = std::iter::once(0).chain(ends).collect();
        for set in sets {
            let scanner = Scanner::new(&set);
            for step in [1, 2, 3] {
                let mut scan = scanner.over(text);
                for from in begins.iter().copied().step_by(step) {
                    let found = scan.next(from).map(|at| line_start(text, from, at));
                    let right = naive(&set, text, from);
                    assert_eq!(found, right, "{set:?} from {from}");
                    assert_eq!(scanner.opens(&text[from..]), right.is_some());
                }
            }
        }
    }

    #[test]
    fn the_end_of_an_opening_alone_is_none() {
        let text = b"serve\n(*conn).serve\n";
        let scanner = Scanner::new(&["(*conn).serve", "conn: serve", "goroutine "]);
        let mut scan = scanner.over(text);
        assert!(scan.next(0).is_some_and(|at| at >= 6));
        // An opening that begins before `from` is behind the reader.
        assert_eq!(scan.next(12), None);
    }

    #[test]
    fn narrow_vectors_find_the_same() {
        let literals: [&[u8]; 3] = [b"Traceback (", b"panic: ", b"goroutine "];
        let text = b"x panic: y\nTraceback (most\n and thirty-two bytes more, and then goroutine 7";
        let narrow = narrow(&literals).unwrap();
        for from in 0..=text.len() {
            let found = narrow.find(&text[from..]).map(|hit| hit.start());
            let any = packed::Searcher::new(literals).unwrap().find(&text[from..]);
            let any = any.map(|hit| hit.start());
            assert_eq!(found, any, "from {from}");
        }
    }

    #[test]
    fn nothing_to_find_finds_nothing() {
        assert!(!Scanner::new(&[]).opens(b"Traceback"));
        assert_eq!(Scanner::new(&["", "abcd"]).over(b"xyz").next(9), None);
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
