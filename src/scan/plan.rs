//! Which four bytes of each opening are looked for, and in which pass. In: openings. Out: literals, by pass and bucket.
//!
//! A packed searcher looks at the first four bytes of its literals, in eight buckets: a place is a candidate where each of
//! its four bytes has half-bytes of some literal of one bucket. What a pass costs is its candidates. So of each opening the
//! four bytes are taken that are rarest in logs beside those of the bucket that it comes into, not its beginning, which is
//! often a word like any other; what stands before them is compared on a hit. Measured on 64 MiB of mixed log: 113 openings
//! in four such passes take 0.4 of the time that seven passes of whole openings took.

/// Literals of one pass; above it the library takes a searcher of half the speed or none.
const PASS: usize = 32;
/// The buckets of a searcher. Its library puts the literal of place `n` into the bucket `n % 8` from behind, so literals are
/// given to it bucket by bucket in turn.
const BUCKETS: usize = 8;
/// Bytes of a literal that are looked at.
const SEEN: usize = 4;
/// So many of an opening's rarest places are tried in each bucket.
const TRIED: usize = 4;

/// An opening, and where in it the literal begins that is looked for: it goes to the opening's end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Literal {
    pub(super) opening: Vec<u8>,
    pub(super) from: usize,
}

impl Literal {
    /// What is looked for.
    pub(super) fn bytes(&self) -> &[u8] {
        self.opening.get(self.from..).unwrap_or_default()
    }
}

/// The passes over a text that find these openings, each in the order in which its searcher is to get them.
pub(super) fn passes(openings: &[&[u8]]) -> Vec<Vec<Literal>> {
    let count = openings.len().div_ceil(PASS).max(1);
    let room = openings.len().div_ceil(count * BUCKETS);
    let mut buckets = vec![Bucket::default(); count * BUCKETS];
    let mut placed: Vec<Vec<Literal>> = vec![Vec::new(); buckets.len()];
    for literals in in_order(openings) {
        let open = buckets
            .iter()
            .enumerate()
            .filter(|(at, _)| placed.get(*at).is_some_and(|l| l.len() < room));
        let tried = open.flat_map(|(at, bucket)| {
            literals
                .iter()
                .map(move |literal| (at, literal, bucket.dearer_by(literal.bytes())))
        });
        let Some((at, literal, _)) = tried.min_by(|a, b| a.2.total_cmp(&b.2)) else {
            continue;
        };
        if let (Some(bucket), Some(placed)) = (buckets.get_mut(at), placed.get_mut(at)) {
            bucket.add(literal.bytes());
            placed.push(literal.clone());
        }
    }
    let dealt = (0..count).map(|pass| {
        let mine: Vec<&Vec<Literal>> = placed.iter().skip(pass).step_by(count).collect();
        dealt(&mine)
    });
    dealt.filter(|pass| !pass.is_empty()).collect()
}

/// The literals of one pass's buckets in the order in which the searcher puts each into its bucket again. A bucket with less than
/// the fullest repeats its first, which lets nothing more through: a hole would move all that stands behind it into another's.
fn dealt(buckets: &[&Vec<Literal>]) -> Vec<Literal> {
    let fullest = buckets.iter().map(|bucket| bucket.len()).max();
    let row = |row| {
        let of = move |bucket: &&Vec<Literal>| bucket.get(row).or(bucket.first()).cloned();
        buckets.iter().filter_map(of)
    };
    (0..fullest.unwrap_or(0)).flat_map(row).collect()
}

/// The rarest literals of each opening; the opening first whose rarest is the most common: it has the least choice.
fn in_order(openings: &[&[u8]]) -> Vec<Vec<Literal>> {
    let rarity = |literal: &Literal| {
        let seen = literal.bytes().iter().take(SEEN);
        seen.map(|byte| commonness(*byte)).product::<f32>()
    };
    let mut all: Vec<(f32, Vec<Literal>)> = openings
        .iter()
        .map(|opening| {
            let last = opening.len().saturating_sub(SEEN);
            let literal = |from| Literal {
                opening: opening.to_vec(),
                from,
            };
            let mut literals: Vec<Literal> = (0..=last).map(literal).collect();
            literals.sort_by(|a, b| rarity(a).total_cmp(&rarity(b)));
            literals.truncate(TRIED);
            (literals.first().map_or(0.0, rarity), literals)
        })
        .collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    all.into_iter().map(|(_, literals)| literals).collect()
}

/// What a bucket lets through: half-bytes, for each of the bytes that are looked at.
#[derive(Debug, Clone, Copy, Default)]
struct Bucket {
    low: [u16; SEEN],
    high: [u16; SEEN],
}

impl Bucket {
    fn add(&mut self, literal: &[u8]) {
        for ((low, high), byte) in self.low.iter_mut().zip(&mut self.high).zip(literal) {
            *low |= 1 << (byte & 15);
            *high |= 1 << (byte >> 4);
        }
    }

    /// How many more places of a text are candidates with this literal in it.
    fn dearer_by(&self, literal: &[u8]) -> f32 {
        let mut with = *self;
        with.add(literal);
        with.candidates() - self.candidates()
    }

    /// How many places of a text are candidates, as a part of all, were its bytes in no order.
    fn candidates(&self) -> f32 {
        self.low
            .iter()
            .zip(&self.high)
            .map(|(low, high)| {
                bits(*high)
                    .flat_map(|high| bits(*low).map(move |low| commonness(high << 4 | low)))
                    .sum::<f32>()
            })
            .product()
    }
}

/// The numbers of the bits that are set.
fn bits(mut set: u16) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        let lowest = set.trailing_zeros() as u8;
        set &= set.wrapping_sub(1);
        (lowest < 16).then_some(lowest)
    })
}

/// How often a byte stands in logs, as a part of all, roughly: times, levels and English words.
fn commonness(byte: u8) -> f32 {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_opening_is_in_one_pass_by_its_end() {
        let texts: Vec<String> = (0..75).map(|n| format!("Opening {n:02} of all")).collect();
        let openings: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
        let passes = passes(&openings);
        assert_eq!(passes.len(), 3);
        let mut found: Vec<&Literal> = passes.iter().flatten().collect();
        assert!(passes.iter().all(|pass| pass.len() <= PASS));
        found.sort_by_key(|literal| literal.opening.clone());
        found.dedup();
        let all: Vec<&[u8]> = found.iter().map(|l| l.opening.as_slice()).collect();
        assert_eq!(all, openings);
        for literal in found {
            assert!(literal.opening.ends_with(literal.bytes()) && literal.bytes().len() >= SEEN);
        }
    }

    #[test]
    fn literals_come_back_into_their_buckets() {
        let literal = |bucket: u8, nth: u8| Literal {
            opening: vec![bucket, nth],
            from: 0,
        };
        let lens = [2_u8, 4, 1, 3, 4, 2, 3, 4];
        let buckets: Vec<Vec<Literal>> = (0..)
            .zip(lens)
            .map(|(bucket, len)| (0..len).map(|nth| literal(bucket, nth)).collect())
            .collect();
        let dealt = dealt(&buckets.iter().collect::<Vec<_>>());
        assert_eq!(dealt.len(), 4 * BUCKETS);
        for place in 0..BUCKETS {
            let mut together = dealt.iter().skip(place).step_by(BUCKETS);
            let bucket = together.next().unwrap().opening[0];
            assert!(together.all(|literal| literal.opening[0] == bucket));
        }
        let all = buckets.iter().flatten();
        assert!(all.clone().count() == 23 && { all }.all(|literal| dealt.contains(literal)));
    }

    #[test]
    fn the_rarest_bytes_are_looked_for() {
        let passes = passes(&[b"    at the (*Conn).serve"]);
        assert_eq!(passes[0][0].bytes(), b"(*Conn).serve");
    }

    #[test]
    fn a_bucket_costs_what_it_lets_through() {
        let mut bucket = Bucket::default();
        assert!(bucket.candidates() < 1e-9);
        bucket.add(b"    ");
        assert!((bucket.candidates() - 0.0001).abs() < 1e-6);
        // Half-bytes cross: `A` and `R` let `B` and `Q` through.
        let mut crossed = Bucket::default();
        crossed.add(b"AAAA");
        let alone = crossed.dearer_by(b"RRRR");
        assert!(alone > Bucket::default().dearer_by(b"RRRR") * 2.0);
    }

    #[test]
    fn nothing_makes_no_pass() {
        assert!(passes(&[]).is_empty());
    }
}
