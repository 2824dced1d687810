//! Messages without what varies. In: a message. Out: the same with an address, a number, an id as its kind, as Sentry's grouping
//! has it. For keys alone: never what is sent.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::bounds::HEX_DIGITS_MAX;

/// Kinds in the order in which they are tried at each place; linear, and without look-around: where Sentry looks behind
/// for `=`, it is part of the match and put back.
const KINDS: &[(&str, &str)] = &[
    (
        "email",
        r"[a-zA-Z0-9.!\#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*",
    ),
    ("url", r"\b(?:wss?|https?|ftp)://[^\s/$.?\#]\S*"),
    (
        "hostname",
        r"\b(?:[a-zA-Z0-9-]{1,63}\.)+(?:(?i:com|net|org|edu|gov|io|dev|app|info|biz|cloud|local|internal|de|uk|fr|br|it|ru|es|me|pl|ca|au|co|in|ir|nl|eu|ch|se|no|jp|cn|us))\b",
    ),
    (
        "ip",
        r"\b(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}\b|\b(?:[0-9a-fA-F]{1,4}:){1,6}(?::[0-9a-fA-F]{1,4}){1,6}\b|::(?:[0-9a-fA-F]{1,4}:){0,5}[0-9a-fA-F]{1,4}\b|\b(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\b",
    ),
    (
        "traceparent",
        r"\b00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]\b|\b[0-9a-f]{32}-[0-9a-f]{16}-[01]\b",
    ),
    (
        "uuid",
        r"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b",
    ),
    ("sha1", r"\b[0-9a-fA-F]{40}\b"),
    ("md5", r"\b[0-9a-fA-F]{32}\b"),
    (
        "date",
        r"\b\d{4}-[01]\d-[0-3]\d(?:[T\ ][0-2]\d:[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?(?:Z|\ ?[+-][0-2]\d:?[0-5]\d)?)?\b|\b\d{4}/[01]\d/[0-3]\d\b|\b[0-2]?\d:[0-5]\d:[0-5]\d(?:[.,]\d+)?\b|\b(?:(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat)[a-z]*,?\s+)?(?:\d{1,2}\s+(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\s+\d{1,2})(?:,?\s+\d{4})?\b",
    ),
    ("duration", r"\b\d+ms\b|\b\d+(?:\.\d+)?s\b"),
    (
        "hex",
        r"\b0[xX][0-9a-fA-F]+\b|\b[0-9]*[a-f][0-9a-f]*[0-9][0-9a-f]*\b|\b[0-9]+[a-f][0-9a-f]*\b|\b[0-9]*[A-F][0-9A-F]*[0-9][0-9A-F]*\b|\b[0-9]+[A-F][0-9A-F]*\b",
    ),
    ("float", r"-?\b\d+\.\d+\b"),
    ("int", r"-?\b\d+\b"),
    ("quoted_str", r#"=(?:'[^']+'|"[^"]+")"#),
    ("bool", r"=(?:[Tt]rue|[Ff]alse)\b"),
];

/// Shortest run of hex digits without `0x` that is taken for a number; seven are a git commit.
const HEX_DIGITS_MIN: usize = 7;

static ALL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let alternatives: Vec<String> = KINDS
        .iter()
        .map(|(name, pattern)| format!("(?P<{name}>{pattern})"))
        .collect();
    Regex::new(&alternatives.join("|")).ok()
});

/// The text with every variable part replaced by `<kind>`.
pub(super) fn parameterise(text: &str) -> String {
    let Some(all) = ALL.as_ref() else {
        return text.to_owned();
    };
    all.replace_all(text, |found: &Captures<'_>| {
        let whole = found.get(0).map_or("", |found| found.as_str());
        let kind = KINDS
            .iter()
            .find(|(name, _)| found.name(name).is_some())
            .map_or("", |(name, _)| name);
        match kind {
            "hex" => hex(whole),
            "quoted_str" | "bool" => format!("=<{kind}>"),
            _ => format!("<{kind}>"),
        }
    })
    .into_owned()
}

/// Short runs of hex digits are words (`a1`, `5d`).
fn hex(text: &str) -> String {
    let prefixed = text.starts_with("0x") || text.starts_with("0X");
    match text.len() {
        _ if prefixed => "<hex>".to_owned(),
        HEX_DIGITS_MIN => "<git_sha>".to_owned(),
        length if (HEX_DIGITS_MIN..=HEX_DIGITS_MAX).contains(&length) => "<hex>".to_owned(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_varies_becomes_its_kind() {
        for (text, expected) in [
            ("user 42 gone", "user <int> gone"),
            ("took 3.5s of 20ms", "took <duration> of <duration>"),
            ("at -3.25 and -7", "at <float> and <int>"),
            ("mail a.b+c@example.org", "mail <email>"),
            ("get https://x.example/a?b=1 now", "get <url> now"),
            ("no route to db7.internal", "no route to <hostname>"),
            ("from 10.0.0.1:5432", "from <ip>:<int>"),
            ("from fe80:0:0:0:1:2:3:4", "from <ip>"),
            ("id 123e4567-e89b-12d3-a456-426614174000", "id <uuid>"),
            ("object at 0x7f3a91", "object at <hex>"),
            ("commit 1a2b3c4 of 1a2b3c4d5e", "commit <git_sha> of <hex>"),
            ("sum d41d8cd98f00b204e9800998ecf8427e", "sum <md5>"),
            ("on 2026-01-02T03:04:05.678Z", "on <date>"),
            ("name='x y' on=true", "name=<quoted_str> on=<bool>"),
            ("plain words stay, a1 too", "plain words stay, a1 too"),
            ("", ""),
        ] {
            assert_eq!(parameterise(text), expected, "{text}");
        }
    }
}
