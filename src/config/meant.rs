//! Which word was meant. In: a word and the possible ones. Out: the closest, if it is close enough.

/// Longer words are not compared: the cost grows with the square.
const WORD_CHARS: usize = 64;

/// The candidate that begins with `word`, or differs least from it, in at most a third of its letters; letter case does not
/// count.
pub(super) fn closest<'a>(
    word: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let chars = word.chars().count();
    if chars > WORD_CHARS {
        return None;
    }
    let word = word.to_lowercase().replace('-', "_");
    let distance = |candidate: &str| {
        let begins = chars >= 3 && candidate.starts_with(&word);
        if begins || (chars >= 4 && candidate.ends_with(&word)) {
            return 1;
        }
        strsim::damerau_levenshtein(&word, &candidate.to_lowercase().replace('-', "_"))
    };
    candidates
        .filter(|candidate| candidate.chars().count() <= WORD_CHARS)
        .map(|candidate| (distance(candidate), candidate))
        .filter(|(distance, _)| *distance <= (chars / 3).max(1))
        .min_by_key(|(distance, candidate)| (*distance, candidate.len().abs_diff(word.len())))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_words_are_found_and_far_ones_not() {
        let words = ["environment", "rate", "release", "rate_per_issue"];
        let meant = |word| closest(word, words.into_iter());
        assert_eq!(meant("enviroment"), Some("environment"));
        assert_eq!(meant("Rate"), Some("rate"));
        assert_eq!(meant("rate-per-issue"), Some("rate_per_issue"));
        assert_eq!(meant("env"), Some("environment"));
        assert_eq!(meant("rat"), Some("rate"));
        assert_eq!(meant("issue"), Some("rate_per_issue"));
        assert_eq!(meant("colour"), None);
        assert_eq!(meant(&"r".repeat(100_000)), None);
    }
}
