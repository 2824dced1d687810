//! What an app has chosen to have taken out beyond secrets: e-mail addresses, IP addresses, own expressions. In: a text. Out:
//! the same without them.

use std::borrow::Cow;
use std::net::Ipv6Addr;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::text::FILTERED;
use crate::config::Scrubbing;

static EMAIL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}").ok()
});

/// Four numbers with dots; the parser says whether they are octets.
static FOUR: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?-u:\b)[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?-u:\b)").ok());

/// Words with colons; the parser says which of them are addresses. A colon behind one is prose.
static SIX: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[0-9A-Za-z_]*:[0-9A-Za-z_:]*[0-9A-Za-z_]").ok());

/// Takes out what was chosen.
pub(super) fn scrub(text: &mut String, chosen: &Scrubbing) {
    if chosen.emails && text.contains('@') {
        put(text, EMAIL.as_ref(), |_| true);
    }
    if chosen.ip_addresses && text.contains(['.', ':']) {
        put(text, FOUR.as_ref(), |found| {
            found.split('.').all(|octet| octet.parse::<u8>().is_ok())
        });
        put(text, SIX.as_ref(), |found| {
            found.parse::<Ipv6Addr>().is_ok()
        });
    }
    for pattern in &chosen.patterns {
        put(text, Some(pattern), |found| !found.is_empty());
    }
}

/// Replaces what matches in the parts of the text that are not filtered already.
fn put(text: &mut String, pattern: Option<&Regex>, is_one: impl Fn(&str) -> bool) {
    let Some(pattern) = pattern else {
        return FILTERED.clone_into(text);
    };
    let with = |found: &Captures<'_>| {
        let found = found.get(0).map_or("", |found| found.as_str());
        if is_one(found) {
            FILTERED.to_owned()
        } else {
            found.to_owned()
        }
    };
    let parts: Vec<Cow<'_, str>> = text
        .split(FILTERED)
        .map(|part| pattern.replace_all(part, with))
        .collect();
    if parts.iter().any(|part| matches!(part, Cow::Owned(_))) {
        *text = parts.join(FILTERED);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scrubbed(text: &str, chosen: &Scrubbing) -> String {
        let mut text = text.to_owned();
        scrub(&mut text, chosen);
        let once = text.clone();
        scrub(&mut text, chosen);
        assert_eq!(text, once);
        text
    }

    #[test]
    fn nothing_chosen_leaves_all() {
        let text = "ann@example.org from 10.0.0.1";
        assert_eq!(scrubbed(text, &Scrubbing::default()), text);
    }

    #[test]
    fn addresses_of_mail() {
        let chosen = Scrubbing {
            emails: true,
            ..Scrubbing::default()
        };
        for (text, expected) in [
            ("to a.b+c@mail.example.org, x", "to [Filtered], x"),
            ("<ann@example.co.uk>", "<[Filtered]>"),
            ("user@localhost stays", "user@localhost stays"),
            ("@decorator and a @ b", "@decorator and a @ b"),
        ] {
            assert_eq!(scrubbed(text, &chosen), expected);
        }
    }

    #[test]
    fn addresses_of_hosts() {
        let chosen = Scrubbing {
            ip_addresses: true,
            ..Scrubbing::default()
        };
        for (text, expected) in [
            ("from 192.168.1.20:5432", "from [Filtered]:5432"),
            ("[fe80::1%eth0] x", "[[Filtered]%eth0] x"),
            (
                "to 2001:db8::8a2e:370:7334: refused",
                "to [Filtered]: refused",
            ),
            (
                "::ffff:10.1.2.3 and ::1",
                "[Filtered]:[Filtered] and [Filtered]",
            ),
            ("at 12:30:45.123", "at 12:30:45.123"),
            ("version 1.2.3", "version 1.2.3"),
            ("999.1.1.1 std::vec::Vec", "999.1.1.1 std::vec::Vec"),
        ] {
            assert_eq!(scrubbed(text, &chosen), expected);
        }
    }

    #[test]
    fn own_expressions_never_eat_the_mark() {
        let chosen = Scrubbing {
            patterns: vec![Regex::new("[Ff]il|CUST-[0-9]+|x*").unwrap()],
            ..Scrubbing::default()
        };
        assert_eq!(
            scrubbed("CUST-17 [Filtered] fil", &chosen),
            "[Filtered] [Filtered] [Filtered]"
        );
    }
}
