//! Strings as receivers take them. In: any text. Out: text that no receiver changes or refuses.
//!
//! The numbers and forbidden signs are those of Relay (`relay-event-normalization`, `relay-event-schema`).

/// Cuts to at most `chars_max` characters, the way Relay does: what is cut ends in `...`.
pub(super) fn cut(text: &mut String, chars_max: usize) {
    if text.len() <= chars_max {
        return;
    }
    let mut starts = text.char_indices().map(|(at, _)| at);
    let keep = starts.nth(chars_max.saturating_sub(3));
    let over = starts.nth(2).is_some();
    if let Some(at) = keep.filter(|_| over) {
        text.truncate(at);
        text.push_str("...");
    }
}

/// One line, at most `chars_max` characters: a logger, a name.
pub(super) fn line(text: &str, chars_max: usize) -> Option<String> {
    let mut line = if text.bytes().all(|b| (b' '..0x7f).contains(&b)) {
        text.to_owned()
    } else {
        let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
        plain.collect()
    };
    cut(&mut line, chars_max);
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

/// A release, or `None` where no receiver would take it.
pub(super) fn release(text: &str) -> Option<String> {
    named(text, 200, &["latest"])
}

/// An environment, or `None` where no receiver would take it.
pub(super) fn environment(text: &str) -> Option<String> {
    named(text, 64, &["none"])
}

fn named(text: &str, bytes_max: usize, forbidden: &[&str]) -> Option<String> {
    let mut name: String = text
        .trim()
        .chars()
        .map(|c| {
            if c.is_control() || c == '/' || c == '\\' {
                '-'
            } else {
                c
            }
        })
        .collect();
    while name.len() > bytes_max {
        name.pop();
    }
    let name = name.trim();
    let taken = name.is_empty()
        || name == "."
        || name == ".."
        || forbidden.iter().any(|f| name.eq_ignore_ascii_case(f));
    (!taken).then(|| name.to_owned())
}

/// A tag's key and value, or `None` where no receiver would keep it.
pub(super) fn tag(key: &str, value: &str) -> Option<(String, String)> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_.:-".contains(c);
    let key: String = key
        .trim()
        .chars()
        .map(|c| if allowed(c) { c } else { '-' })
        .take(200)
        .collect();
    let reserved = [
        "release",
        "dist",
        "user",
        "filename",
        "function",
        "environment",
    ];
    if key.is_empty() || reserved.contains(&key.as_str()) {
        return None;
    }
    Some((key, line(value, 200)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_as_relay_does() {
        let cut_to = |text: &str, max| {
            let mut text = text.to_owned();
            cut(&mut text, max);
            text
        };
        assert_eq!(cut_to("abcdef", 6), "abcdef");
        assert_eq!(cut_to("abcdefg", 6), "abc...");
        assert_eq!(cut_to("äöüäöü", 6), "äöüäöü");
        assert_eq!(cut_to("äöüäöüä", 6), "äöü...");
    }

    #[test]
    fn names_that_receivers_refuse() {
        assert_eq!(release(" 1.2/3\n"), Some("1.2-3".to_owned()));
        assert_eq!(release("Latest"), None);
        assert_eq!(environment(".."), None);
        assert_eq!(environment(&"ä".repeat(40)).map(|e| e.len()), Some(64));
        assert_eq!(
            tag("a b", "x\ny"),
            Some(("a-b".to_owned(), "x y".to_owned()))
        );
        assert_eq!(tag("release", "1"), None);
        assert_eq!(tag("a", " "), None);
    }
}
