//! What a bucket of a packed searcher lets through. In: literals. Out: how many places of a log are candidates.
//!
//! A place is a candidate of a bucket where each of its first four bytes has the lower half of some literal's byte there and
//! the upper half of some literal's: the halves of different literals cross. How many such places there are is counted in
//! ordinary lines, and reckoned for others from how common bytes are.

use super::grams::{ORDINARY, SEEN, commonness};

/// Places of a text, a bit for each.
type Places = Vec<u64>;

/// Where in ordinary lines which half-byte stands: for each byte that is looked at the lower halves, then the upper ones.
#[derive(Debug)]
pub(super) struct Ordinary(Vec<[Places; 16]>);

impl Ordinary {
    pub(super) fn new() -> Self {
        let text = ORDINARY.as_bytes();
        let none = vec![0; text.len().div_ceil(64)];
        let mut halves = vec![std::array::from_fn(|_| none.clone()); 2 * SEEN];
        for (at, window) in text.windows(SEEN).enumerate() {
            for (places, half) in halves.iter_mut().zip(halves_of(window)) {
                let places: Option<&mut Places> = places.get_mut(half);
                if let Some(word) = places.and_then(|places| places.get_mut(at / 64)) {
                    *word |= 1 << (at % 64);
                }
            }
        }
        Self(halves)
    }

    /// Where the half-bytes of a literal stand.
    fn of<'a>(&'a self, literal: &'a [u8]) -> impl Iterator<Item = &'a Places> {
        let each = self.0.iter().zip(halves_of(literal));
        each.filter_map(|(places, half)| places.get(half))
    }
}

fn halves_of(literal: &[u8]) -> impl Iterator<Item = usize> {
    let seen = literal.iter().take(SEEN);
    seen.flat_map(|byte| [usize::from(byte & 15), usize::from(byte >> 4)])
}

/// One bucket.
#[derive(Debug, Clone)]
pub(super) struct Bucket<'a> {
    ordinary: &'a Ordinary,
    low: [u16; SEEN],
    high: [u16; SEEN],
    /// Where in ordinary lines its half-bytes stand, in the order of [`Ordinary`].
    places: Vec<Places>,
    /// Its candidates there.
    counted: u32,
}

impl<'a> Bucket<'a> {
    pub(super) fn new(ordinary: &'a Ordinary) -> Self {
        let none = |halves: &[Places; 16]| vec![0; halves.first().map_or(0, Vec::len)];
        Self {
            ordinary,
            low: [0; SEEN],
            high: [0; SEEN],
            places: ordinary.0.iter().map(none).collect(),
            counted: 0,
        }
    }

    pub(super) fn add(&mut self, literal: &[u8]) {
        self.counted = self.counted_with(literal);
        (self.low, self.high) = self.halves_with(literal);
        for (mine, own) in self.places.iter_mut().zip(self.ordinary.of(literal)) {
            for (mine, own) in mine.iter_mut().zip(own) {
                *mine |= own;
            }
        }
    }

    /// How many more places of a log are candidates with this literal in it, as a part of all.
    pub(super) fn dearer_by(&self, literal: &[u8]) -> f32 {
        let counted = self.counted_with(literal) - self.counted;
        let reckoned = reckoned(&self.halves_with(literal)) - reckoned(&(self.low, self.high));
        counted as f32 / ORDINARY.len() as f32 + reckoned
    }

    /// How many places of ordinary lines are candidates with this literal in it.
    fn counted_with(&self, literal: &[u8]) -> u32 {
        let mut all = vec![u64::MAX; self.places.first().map_or(0, Vec::len)];
        for (mine, own) in self.places.iter().zip(self.ordinary.of(literal)) {
            for ((all, mine), own) in all.iter_mut().zip(mine).zip(own) {
                *all &= mine | own;
            }
        }
        all.iter().map(|places| places.count_ones()).sum()
    }

    fn halves_with(&self, literal: &[u8]) -> Halves {
        let (mut low, mut high) = (self.low, self.high);
        for ((low, high), byte) in low.iter_mut().zip(&mut high).zip(literal) {
            *low |= 1 << (byte & 15);
            *high |= 1 << (byte >> 4);
        }
        (low, high)
    }
}

/// Which lower and upper halves each byte may have.
type Halves = ([u16; SEEN], [u16; SEEN]);

/// How many places of a text are candidates, as a part of all, were its bytes in no order.
fn reckoned((low, high): &Halves) -> f32 {
    low.iter()
        .zip(high)
        .map(|(low, high)| {
            bits(*high)
                .flat_map(|high| bits(*low).map(move |low| commonness(high << 4 | low)))
                .sum::<f32>()
        })
        .product()
}

/// The numbers of the bits that are set.
fn bits(mut set: u16) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        let lowest = set.trailing_zeros() as u8;
        set &= set.wrapping_sub(1);
        (lowest < 16).then_some(lowest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_costs_what_it_lets_through() {
        let ordinary = Ordinary::new();
        let mut bucket = Bucket::new(&ordinary);
        assert!(reckoned(&(bucket.low, bucket.high)) < 1e-9);
        bucket.add(b"    ");
        assert!((reckoned(&(bucket.low, bucket.high)) - 0.0001).abs() < 1e-6);
        // Half-bytes cross: `A` and `R` let `B` and `Q` through.
        let empty = Bucket::new(&ordinary);
        let mut crossed = empty.clone();
        crossed.add(b"AAAA");
        assert!(crossed.dearer_by(b"RRRR") > empty.dearer_by(b"RRRR") * 2.0);
    }

    #[test]
    fn candidates_are_counted_in_ordinary_lines() {
        let ordinary = Ordinary::new();
        let mut bucket = Bucket::new(&ordinary);
        let stand = |word: &str| ORDINARY.matches(word).count() as u32;
        bucket.add(b"INFO");
        assert_eq!(bucket.counted, stand("INFO"));
        assert!(stand("INFO") > 2 && bucket.dearer_by(b"WARN") > bucket.dearer_by(b"#0 {"));
        let naive = |bucket: &Bucket<'_>| {
            let is = |window: &&[u8]| {
                let halves = bucket.low.iter().zip(&bucket.high).zip(*window);
                halves
                    .clone()
                    .all(|((low, high), byte)| low >> (byte & 15) & high >> (byte >> 4) & 1 == 1)
            };
            ORDINARY.as_bytes().windows(SEEN).filter(is).count() as u32
        };
        for literal in ["est ", "8080", "time", "n of"] {
            bucket.add(literal.as_bytes());
            assert_eq!(bucket.counted, naive(&bucket));
        }
    }
}
