//! Which four bytes of an opening are looked for. In: openings. Out: groups of them that have rare bytes in common.
//!
//! A text is looked through once for every few literals, so openings share them: where `tack` stands, `Stack trace:`,
//! `stacktrace` or `has overflowed its stack` may, and which of them does is compared there.

use std::collections::{BTreeMap, BTreeSet};

/// Bytes of an opening that are looked at, at most.
pub(super) const SEEN: usize = 4;
/// Bytes that are not more common than this in logs, as a part of all places, may be shared by openings.
const RARE: f32 = 5e-6;
/// What is added for bytes that stand in ordinary lines: so common are they at least.
const IN_ORDINARY: f32 = 1e-4;
/// So many of a group's rarest literals are tried in each bucket.
const TRIED: usize = 4;

/// Bytes to look for, and the openings that may stand around them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Literal {
    pub(super) bytes: Vec<u8>,
    pub(super) openings: Vec<Opening>,
}

/// An opening, and how far behind its beginning the literal stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Opening {
    pub(super) text: Vec<u8>,
    pub(super) from: usize,
}

impl Literal {
    /// Does one of its openings stand around `found`, where the literal does, beginning at `floor` or behind it?
    pub(super) fn opens(&self, bytes: &[u8], floor: usize, found: usize) -> bool {
        self.openings.iter().any(|opening| {
            found
                .checked_sub(opening.from)
                .filter(|begin| *begin >= floor)
                .and_then(|begin| bytes.get(begin..))
                .is_some_and(|rest| rest.starts_with(&opening.text))
        })
    }
}

/// Each group's literals, the rarest first: any of them finds all openings of the group. An opening that holds another is in
/// none: the other finds its line. The group first whose rarest is the most common: it has the least choice.
pub(super) fn groups(openings: &[&[u8]]) -> Vec<Vec<Literal>> {
    let holds = |one: &[u8], other: &[u8]| {
        one.len() > other.len() && memchr::memmem::find(one, other).is_some()
    };
    let needed: Vec<&[u8]> = openings
        .iter()
        .filter(|one| !openings.iter().any(|other| holds(one, other)))
        .copied()
        .collect();
    let mut groups: Vec<(f32, Vec<Literal>)> = Grams::of(&needed).parted();
    groups.sort_by(|a, b| b.0.total_cmp(&a.0));
    groups.into_iter().map(|(_, literals)| literals).collect()
}

/// All bytes that may be looked for.
struct Grams<'a> {
    openings: &'a [&'a [u8]],
    /// The rarest first.
    all: Vec<Gram<'a>>,
}

/// Bytes that stand in openings.
struct Gram<'a> {
    bytes: &'a [u8],
    /// How often they stand in logs, as a part of all places, roughly.
    commonness: f32,
    /// Where they first stand in each of these openings.
    places: BTreeMap<usize, usize>,
}

impl<'a> Grams<'a> {
    /// Those of these openings.
    fn of(openings: &'a [&'a [u8]]) -> Self {
        let shortest = openings.iter().map(|opening| opening.len()).min();
        let len = shortest.unwrap_or(SEEN).clamp(1, SEEN);
        let mut places: BTreeMap<&[u8], BTreeMap<usize, usize>> = BTreeMap::new();
        for (nth, opening) in openings.iter().enumerate() {
            for (from, gram) in opening.windows(len).enumerate() {
                let of_gram = places.entry(gram).or_default();
                of_gram.entry(nth).or_insert(from);
            }
        }
        let ordinary: BTreeSet<&[u8]> = ORDINARY.as_bytes().windows(len).collect();
        let common = |gram: &[u8]| {
            if ordinary.contains(gram) {
                IN_ORDINARY
            } else {
                0.0
            }
        };
        let gram = |(bytes, places)| Gram {
            bytes,
            commonness: by_bytes(bytes) + common(bytes),
            places,
        };
        let mut all: Vec<Gram<'_>> = places.into_iter().map(gram).collect();
        all.sort_by(|a, b| a.commonness.total_cmp(&b.commonness));
        Self { openings, all }
    }

    /// Groups, each with how rare its rarest literal is: always the one that takes in the most of what is left.
    fn parted(&self) -> Vec<(f32, Vec<Literal>)> {
        let mut left: BTreeSet<usize> = (0..self.openings.len()).collect();
        let mut groups = Vec::new();
        while let Some(first) = left.first().copied() {
            let mut members = BTreeSet::from([first]);
            for gram in self.all.iter().take_while(|gram| gram.commonness <= RARE) {
                let more = gram.places.keys().filter(|nth| left.contains(nth));
                if more.clone().count() > members.len() {
                    members = more.copied().collect();
                }
            }
            left.retain(|nth| !members.contains(nth));
            groups.extend(self.group(&members));
        }
        groups
    }

    /// The literals that stand in all of these openings.
    fn group(&self, members: &BTreeSet<usize>) -> Option<(f32, Vec<Literal>)> {
        let within = |gram: &&Gram<'_>| members.iter().all(|nth| gram.places.contains_key(nth));
        let fit = self.all.iter().filter(within);
        let literal = |gram: &Gram<'_>| Literal {
            bytes: gram.bytes.to_vec(),
            openings: members
                .iter()
                .filter_map(|nth| self.opening(*nth, gram))
                .collect(),
        };
        let rarest = fit.clone().next()?.commonness;
        let rare = fit.take_while(|gram| gram.commonness <= rarest.max(RARE));
        Some((rarest, rare.take(TRIED).map(literal).collect()))
    }

    fn opening(&self, nth: usize, gram: &Gram<'_>) -> Option<Opening> {
        let text = self.openings.get(nth)?.to_vec();
        let from = *gram.places.get(&nth)?;
        Some(Opening { text, from })
    }
}

/// How often these bytes would stand in logs, were bytes in no order.
fn by_bytes(gram: &[u8]) -> f32 {
    gram.iter().map(|byte| commonness(*byte)).product()
}

/// How often a byte stands in logs, as a part of all, roughly: times, levels and English words.
pub(super) fn commonness(byte: u8) -> f32 {
    match byte {
        b' ' => 0.1,
        b'e' => 0.05,
        b't' | b'a' | b'o' | b'r' | b'i' | b'n' | b's' => 0.035,
        b'd' | b'c' | b'l' | b'u' | b'p' | b'm' | b'h' | b'0'..=b'9' | b':' | b'-' | b'.' => 0.025,
        b'a'..=b'z' | b',' | b'/' | b'"' | b'=' => 0.012,
        b'_' | b'[' | b']' => 0.006,
        b'A'..=b'Z' => 0.004,
        b'(' | b')' | b'{' | b'}' => 0.003,
        _ => 0.001,
    }
}

/// Lines as services write them, and their common words: what stands in them is common, whatever its bytes are.
pub(super) const ORDINARY: &str = include_str!("ordinary.log");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openings_share_rare_bytes() {
        let openings: [&[u8]; 5] = [
            b"Stack trace:",
            b"goroutine ",
            b"stack_trace",
            b"runtime: goroutine stack",
            b"on file ",
        ];
        let groups = groups(&openings);
        let of = |text: &[u8]| {
            let is_of = |literal: &&Literal| literal.openings.iter().any(|o| o.text == text);
            groups.iter().map(|literals| &literals[0]).find(is_of)
        };
        assert_eq!(groups.len(), 3);
        let shared = of(b"Stack trace:").unwrap();
        assert_eq!(shared, of(b"stack_trace").unwrap());
        assert_eq!(shared.openings.len(), 2);
        assert_ne!(shared, of(b"goroutine ").unwrap());
        // What holds another opening need not be looked for.
        assert!(of(b"runtime: goroutine stack").is_none());
        // The most common comes first.
        assert_eq!(groups[0][0], *of(b"on file ").unwrap());
    }

    #[test]
    fn each_literal_stands_where_it_says() {
        let texts: [&[u8]; 4] = [b"panic: ", b"panicked at ", b"Kernel panic - not", b"xy"];
        for literal in groups(&texts).iter().flatten() {
            assert_eq!(literal.bytes.len(), 2);
            for opening in &literal.openings {
                let behind = &opening.text[opening.from..];
                assert!(behind.starts_with(&literal.bytes));
                assert!(literal.opens(&opening.text, 0, opening.from));
                // It begins before where was read to.
                assert!(!literal.opens(&opening.text, 1, opening.from));
                assert!(!literal.opens(&literal.bytes, 0, opening.from + 1));
            }
        }
    }

    #[test]
    fn what_stands_in_ordinary_lines_is_common() {
        let groups = groups(&[b"INFO: task "]);
        assert!(!ORDINARY.contains(std::str::from_utf8(&groups[0][0].bytes).unwrap()));
    }

    #[test]
    fn the_rarest_bytes_are_looked_for() {
        let groups = groups(&[b"    at the (*Conn).serve"]);
        assert_eq!(groups[0][0].bytes, b"(*Co");
        assert_eq!(groups[0].len(), TRIED);
    }
}
