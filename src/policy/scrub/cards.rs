//! Numbers of payment cards. In: a text. Out: the places of runs of digits that have an issuer's prefix and length, stand
//! alone as a word, and pass Luhn's check.
//!
//! Digits stand together, or in the groups in which cards print them (4-4-4-4, American Express 4-6-5), with one blank or
//! dash between them. A run that goes on with digits, letters, or a decimal point is something else.

use std::ops::Range;

/// The shortest and the longest number.
const DIGITS: std::ops::RangeInclusive<usize> = 13..=19;

/// Issuers: first digits from … to, lengths.
const ISSUERS: &[(u64, u64, &[usize])] = &[
    // Visa.
    (4, 4, &[13, 16, 19]),
    // Mastercard.
    (51, 55, &[16]),
    (2221, 2720, &[16]),
    // American Express.
    (34, 34, &[15]),
    (37, 37, &[15]),
    // Discover.
    (6011, 6011, &[16, 19]),
    (644, 649, &[16, 19]),
    (65, 65, &[16, 19]),
    // Diners Club.
    (300, 305, &[14]),
    (36, 36, &[14]),
    (38, 39, &[14]),
    // JCB.
    (3528, 3589, &[16]),
    // UnionPay.
    (62, 62, &[16, 17, 18, 19]),
    // Maestro.
    (5018, 5018, &[16, 18, 19]),
    (5020, 5020, &[16, 18, 19]),
    (5038, 5038, &[16, 18, 19]),
    (5893, 5893, &[16, 18, 19]),
    (6304, 6304, &[16, 18, 19]),
    (6759, 6759, &[16, 18, 19]),
    (6761, 6763, &[16, 18, 19]),
];

/// The places of all card numbers.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    // A number has at least 13 bytes of this class: every 13th byte tells whether one may stand around it.
    while let Some(byte) = bytes.get(at) {
        if !is_part(*byte) {
            at += *DIGITS.start();
            continue;
        }
        let run = run_around(bytes, at);
        at = run.end.max(at + 1);
        if run.len() >= *DIGITS.start() {
            find_in(bytes, &run, &mut found);
        }
    }
    found
}

/// Digits, and what may stand between groups of them.
fn is_part(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b' ' || byte == b'-'
}

fn run_around(bytes: &[u8], at: usize) -> Range<usize> {
    let before = bytes.iter().take(at).rev();
    let behind = bytes.iter().skip(at);
    let start = at - before.take_while(|byte| is_part(**byte)).count();
    start..at + behind.take_while(|byte| is_part(**byte)).count()
}

/// Card numbers in a run of digits, blanks and dashes.
fn find_in(bytes: &[u8], run: &Range<usize>, found: &mut Vec<Range<usize>>) {
    let mut at = run.start;
    while at < run.end {
        match number(bytes, at, run.end) {
            Some(end) => {
                found.push(at..end);
                at = end;
            }
            None => at += 1,
        }
    }
}

/// The end of the card number that begins at `at`.
fn number(bytes: &[u8], at: usize, end: usize) -> Option<usize> {
    if !bytes.get(at)?.is_ascii_digit() || !begins_word(bytes, at) {
        return None;
    }
    let rest = bytes.get(at..end)?;
    let together = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let length = if DIGITS.contains(&together) {
        together
    } else {
        grouped(rest, together)?
    };
    let digits: Vec<u8> = rest
        .iter()
        .take(length)
        .filter(|b| b.is_ascii_digit())
        .map(|b| b - b'0')
        .collect();
    let is_card = ends_word(bytes, at + length) && has_issuer(&digits) && luhn(&digits);
    is_card.then_some(at + length)
}

/// The length of a number in groups: 4-4-4-4, 4-6-5, 4-6-4, the same blank or dash between them.
fn grouped(rest: &[u8], first: usize) -> Option<usize> {
    let sign = *rest.get(first)?;
    [&[4_usize, 4, 4, 4][..], &[4, 6, 5], &[4, 6, 4]]
        .into_iter()
        .find_map(|groups| {
            let mut at = 0;
            for (nth, group) in groups.iter().enumerate() {
                if nth > 0 {
                    if rest.get(at) != Some(&sign) {
                        return None;
                    }
                    at += 1;
                }
                let digits = rest.get(at..at + group)?;
                if !digits.iter().all(u8::is_ascii_digit) {
                    return None;
                }
                at += group;
            }
            let more = rest.get(at).is_some_and(u8::is_ascii_digit)
                || (rest.get(at) == Some(&sign)
                    && rest.get(at + 1).is_some_and(u8::is_ascii_digit)
                    && sign == b'-');
            (!more).then_some(at)
        })
}

/// Nothing of a longer word or number stands before it.
fn begins_word(bytes: &[u8], at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).and_then(|at| bytes.get(at)).copied();
    match before(1) {
        None => true,
        Some(b'-') => !before(2).is_some_and(|byte| byte.is_ascii_alphanumeric()),
        Some(b'.') => !before(2).is_some_and(|byte| byte.is_ascii_digit()),
        Some(byte) => !(byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80),
    }
}

/// Nothing of a longer word or number stands behind it.
fn ends_word(bytes: &[u8], at: usize) -> bool {
    let next = bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
    match bytes.get(at) {
        None => true,
        Some(b'-') => !next,
        Some(b'.') => !bytes.get(at + 1).is_some_and(u8::is_ascii_digit),
        Some(byte) => !(byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80),
    }
}

fn has_issuer(digits: &[u8]) -> bool {
    let prefix = |length: usize| {
        digits
            .iter()
            .take(length)
            .fold(0_u64, |number, digit| number * 10 + u64::from(*digit))
    };
    ISSUERS.iter().any(|(from, to, lengths)| {
        let wide = from.to_string().len();
        lengths.contains(&digits.len()) && (*from..=*to).contains(&prefix(wide))
    })
}

/// Luhn's check: every second digit from the right doubled, digits summed.
fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(nth, digit)| match (nth % 2, u32::from(*digit) * 2) {
            (0, doubled) => doubled / 2,
            (_, doubled) if doubled > 9 => doubled - 9,
            (_, doubled) => doubled,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Vec<&str> {
        find(text)
            .into_iter()
            .map(|at| text.get(at).unwrap())
            .collect()
    }

    #[test]
    fn numbers_of_cards_are_found_as_they_are_written() {
        for (text, number) in [
            ("4111111111111111", "4111111111111111"),
            ("card 4111 1111 1111 1111 declined", "4111 1111 1111 1111"),
            ("card=5500-0055-5555-5559;", "5500-0055-5555-5559"),
            ("3782 822463 10005", "3782 822463 10005"),
            ("(378282246310005)", "378282246310005"),
            ("pan:6011000990139424.", "6011000990139424"),
            ("3056 930902 5904 x", "3056 930902 5904"),
            ("at 12 4111111111111111 x", "4111111111111111"),
        ] {
            assert_eq!(seen(text), [number], "{text}");
        }
        let two = "4111111111111111,5500005555555559";
        assert_eq!(seen(two), ["4111111111111111", "5500005555555559"]);
    }

    #[test]
    fn other_numbers_are_not() {
        for text in [
            "4111111111111112",
            "1111111111111117",
            "x4111111111111111",
            "4111111111111111x",
            "_4111111111111111",
            "0.4111111111111111",
            "4111111111111111.5",
            "94111111111111111",
            "0-4111-1111-1111-1111",
            "4111-1111-1111-1111-1",
            "4111 1111-1111 1111",
            "411111111111",
            "2026-11-21 17:18:20 1700000000000",
            "123e4567-e89b-12d3-a456-426614174000",
            "",
        ] {
            assert!(seen(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn it_is_found_wherever_it_stands() {
        for before in 0..40 {
            let text = format!(
                "{}4111111111111111{}",
                "x ".repeat(before),
                " y".repeat(before)
            );
            assert_eq!(seen(&text).len(), 1, "{text}");
            let words = format!(
                "{}, 4111 1111 1111 1111, {}",
                "w".repeat(before),
                "w".repeat(before)
            );
            assert_eq!(seen(&words).len(), 1, "{words}");
        }
    }
}
