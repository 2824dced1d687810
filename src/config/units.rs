//! Durations (`5m`, `1h30m`), sizes (`64 MiB`) and their words. In: text. Out: a value, or what was expected.

use std::time::Duration;

/// What a duration looks like, for error messages.
pub(super) const DURATION_EXPECTED: &str =
    "a duration such as \"500ms\", \"30s\", \"5m\", \"24h\" or \"7d\"";
/// What a size looks like, for error messages.
pub(super) const SIZE_EXPECTED: &str = "a size such as \"512 KiB\", \"64 MiB\" or \"1 GiB\"";

/// Units of time in milliseconds.
const TIMES: [(&str, u64); 5] = [
    ("ms", 1),
    ("s", 1_000),
    ("m", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
];

/// Units of size in bytes.
const SIZES: [(&str, u64); 7] = [
    ("B", 1),
    ("kB", 1_000),
    ("KiB", 1 << 10),
    ("MB", 1_000_000),
    ("MiB", 1 << 20),
    ("GB", 1_000_000_000),
    ("GiB", 1 << 30),
];

/// One or more of `NUMBER UNIT`, the units getting smaller: `1h30m`. Never zero.
pub(super) fn parse_duration(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    let mut sum = 0_u64;
    let mut last_unit = u64::MAX;
    while !rest.is_empty() {
        let (number, unit, tail) = number_and_unit(rest)?;
        let (_, millis) = TIMES.iter().find(|(name, _)| *name == unit)?;
        if *millis >= last_unit {
            return None;
        }
        last_unit = *millis;
        sum = sum.checked_add(number.checked_mul(*millis)?)?;
        rest = tail;
    }
    // A thousand years are more than jiff's time stamps can be moved by without care.
    (1..=TIMES.last()?.1 * 365_000)
        .contains(&sum)
        .then(|| Duration::from_millis(sum))
}

/// `NUMBER UNIT`. Never zero.
pub(super) fn parse_size(text: &str) -> Option<u64> {
    let (number, unit, rest) = number_and_unit(text.trim())?;
    let (_, bytes) = SIZES
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(unit))?;
    let sum = number.checked_mul(*bytes)?;
    (rest.is_empty() && sum > 0 && i64::try_from(sum).is_ok()).then_some(sum)
}

/// Digits, blanks, letters, and what follows.
fn number_and_unit(text: &str) -> Option<(u64, &str, &str)> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, rest) = text.split_at_checked(digits)?;
    let rest = rest.trim_start();
    let letters = rest
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(rest.len());
    let (unit, rest) = rest.split_at_checked(letters)?;
    Some((number.parse().ok()?, unit, rest.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, millis) in [
            ("500ms", 500),
            ("5m", 300_000),
            ("24h", 86_400_000),
            ("1h30m", 5_400_000),
            ("1h 30m", 5_400_000),
            ("7 d", 604_800_000),
        ] {
            assert_eq!(
                parse_duration(text),
                Some(Duration::from_millis(millis)),
                "{text}"
            );
        }
        for text in [
            "",
            "5",
            "m",
            "5x",
            "0s",
            "-1s",
            "1.5h",
            "30m1h",
            "1m1m",
            "99999999999999d",
            "400000000d",
        ] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }

    #[test]
    fn sizes() {
        for (text, bytes) in [
            ("64 MiB", 64 << 20),
            ("64MiB", 64 << 20),
            ("1 gib", 1 << 30),
            ("10 B", 10),
            ("1 MB", 1_000_000),
        ] {
            assert_eq!(parse_size(text), Some(bytes), "{text}");
        }
        for text in [
            "",
            "64",
            "MiB",
            "0 MiB",
            "1 MiB x",
            "99999999999 GiB",
            "-1 MiB",
            "1 M",
        ] {
            assert_eq!(parse_size(text), None, "{text}");
        }
    }
}
