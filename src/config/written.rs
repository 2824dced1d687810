//! Where a part of a text stands as the file writes it. In: a TOML string with its quotes and escapes, a part of the text that it
//! means. Out: the same part of what is written.

use std::ops::Range;

/// The bytes of `raw` that mean `within`; `None` for strings over several lines, or where it is not all there.
pub(super) fn part(raw: &str, within: &Range<usize>) -> Option<Range<usize>> {
    let quote = raw.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    if raw.starts_with("\"\"\"") || raw.starts_with("'''") {
        return None;
    }
    let (mut meant, mut written) = (0, quote.len_utf8());
    let mut start = None;
    loop {
        if meant == within.start {
            start.get_or_insert(written);
        }
        if meant >= within.end {
            return Some(start?..written);
        }
        let (bytes, length) = one(raw.get(written..)?, quote == '"')?;
        meant += bytes;
        written += length;
    }
}

/// The first character: bytes that it means, bytes that it is written with.
fn one(text: &str, escapes: bool) -> Option<(usize, usize)> {
    let mut chars = text.chars();
    let first = chars.next()?;
    if first != '\\' || !escapes {
        return Some((first.len_utf8(), first.len_utf8()));
    }
    let digits = match chars.next()? {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        other => return Some((1, 1 + other.len_utf8())),
    };
    let hex = text.get(2..2 + digits)?;
    let meant = char::from_u32(u32::from_str_radix(hex, 16).ok()?)?;
    Some((meant.len_utf8(), 2 + digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_behind_escapes() {
        for (raw, within, part_of) in [
            (r#""^com\\.acme(""#, 10..11, "("),
            (r#""^com\\.acme(""#, 4..5, r"\\"),
            (r#""a\u00e9b""#, 3..4, "b"),
            (r#""a\u00e9b""#, 1..3, r"\u00e9"),
            (r#""\x41\tb" # c"#, 2..3, "b"),
            (r"'^com\.acme('", 10..11, "("),
            (r#""é(""#, 2..3, "("),
        ] {
            let found = part(raw, &within).and_then(|found| raw.get(found));
            assert_eq!(found, Some(part_of), "{raw}");
        }
        for (raw, within) in [
            ("\"\"\"\na(\"\"\"", 1..2),
            ("\"ab\"", 7..9),
            ("ab", 0..1),
            ("\"\\", 0..2),
        ] {
            assert_eq!(part(raw, &within), None, "{raw}");
        }
    }
}
