//! In which pass and bucket a literal is looked for. In: openings. Out: their literals, by pass and bucket.
//!
//! What a pass costs is its length and its candidates. So openings share literals, of those that a group of openings has in
//! common the one is taken that lets the least through in the bucket that it comes into, and what stands around it is compared
//! on a hit.

use super::bucket::{Bucket, Ordinary};
use super::grams::{Literal, groups};

/// Literals of one pass; above it the library takes a searcher of half the speed or none.
const PASS: usize = 32;
/// The buckets of a searcher. Its library puts the literal of place `n` into the bucket `n % 8` from behind, so literals are
/// given to it bucket by bucket in turn.
const BUCKETS: usize = 8;

/// The passes over a text that find these openings, each in the order in which its searcher is to get them.
pub(super) fn passes(openings: &[&[u8]]) -> Vec<Vec<Literal>> {
    let groups = groups(openings);
    let count = groups.len().div_ceil(PASS).max(1);
    let room = groups.len().div_ceil(count * BUCKETS);
    let ordinary = Ordinary::new();
    let mut buckets = vec![Bucket::new(&ordinary); count * BUCKETS];
    let mut placed: Vec<Vec<Literal>> = vec![Vec::new(); buckets.len()];
    for literals in groups {
        let open = buckets
            .iter()
            .enumerate()
            .filter(|(at, _)| placed.get(*at).is_some_and(|l| l.len() < room));
        let tried = open.flat_map(|(at, bucket)| {
            literals
                .iter()
                .map(move |literal| (at, literal, bucket.dearer_by(&literal.bytes)))
        });
        let Some((at, literal, _)) = tried.min_by(|a, b| a.2.total_cmp(&b.2)) else {
            continue;
        };
        if let (Some(bucket), Some(placed)) = (buckets.get_mut(at), placed.get_mut(at)) {
            bucket.add(&literal.bytes);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_opening_is_in_one_pass() {
        let texts: Vec<String> = (0..75).map(|n| format!("{n:02}{n:02}")).collect();
        let openings: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
        let passes = passes(&openings);
        assert_eq!(passes.len(), 3);
        let mut found: Vec<&Literal> = passes.iter().flatten().collect();
        assert!(passes.iter().all(|pass| pass.len() <= PASS));
        found.sort_by_key(|literal| literal.bytes.clone());
        found.dedup();
        let all = found.iter().flat_map(|literal| &literal.openings);
        let all: Vec<&[u8]> = all.map(|opening| opening.text.as_slice()).collect();
        assert_eq!(all, openings);
    }

    #[test]
    fn literals_come_back_into_their_buckets() {
        let literal = |bucket: u8, nth: u8| Literal {
            bytes: vec![bucket, nth],
            openings: Vec::new(),
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
            let bucket = together.next().unwrap().bytes[0];
            assert!(together.all(|literal| literal.bytes[0] == bucket));
        }
        let all = buckets.iter().flatten();
        assert!(all.clone().count() == 23 && { all }.all(|literal| dealt.contains(literal)));
    }

    #[test]
    fn nothing_makes_no_pass() {
        assert!(passes(&[]).is_empty());
    }
}
