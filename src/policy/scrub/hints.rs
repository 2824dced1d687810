//! The prefilter. In: a text. Out: which expressions could find anything in it; nearly always none. One pass of one automaton.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::forms::FORMS;

/// A set of expressions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Wanted(u8);

impl Wanted {
    /// Private keys.
    pub(super) const KEY: Self = Self(1);
    /// Tokens by their form.
    pub(super) const FORM: Self = Self(1 << 1);
    /// URLs with a password.
    pub(super) const URL: Self = Self(1 << 2);
    /// `Authorization` and what stands in it.
    pub(super) const HEADER: Self = Self(1 << 3);
    /// Cookies and sessions.
    pub(super) const SESSION: Self = Self(1 << 4);
    /// A name and its value.
    pub(super) const PAIR: Self = Self(1 << 5);
    /// Signatures of URLs, and curl's `-u`.
    pub(super) const REST: Self = Self(1 << 6);
    const ALL: Self = Self((1 << 7) - 1);

    const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// Without one of these in it, in any case, a text holds nothing that the expression could find.
const WORDS: &[(&str, Wanted)] = &[
    ("passw", Wanted::PAIR),
    ("passphrase", Wanted::PAIR),
    ("pass=", Wanted::PAIR),
    ("pass:", Wanted::PAIR),
    ("pass\"", Wanted::PAIR),
    ("pass'", Wanted::PAIR),
    ("pwd", Wanted::PAIR),
    ("secret", Wanted::PAIR),
    ("token", Wanted::PAIR),
    ("api_key", Wanted::PAIR),
    ("api-key", Wanted::PAIR),
    ("apikey", Wanted::PAIR),
    ("access_key", Wanted::PAIR),
    ("access-key", Wanted::PAIR),
    ("accesskey", Wanted::PAIR),
    ("account_key", Wanted::PAIR),
    ("account-key", Wanted::PAIR),
    ("accountkey", Wanted::PAIR),
    ("private_key", Wanted::PAIR),
    ("private-key", Wanted::PAIR),
    ("privatekey", Wanted::PAIR),
    ("encryption_key", Wanted::PAIR),
    ("encryption-key", Wanted::PAIR),
    ("encryptionkey", Wanted::PAIR),
    ("signing_key", Wanted::PAIR),
    ("signing-key", Wanted::PAIR),
    ("signingkey", Wanted::PAIR),
    ("credential", Wanted::PAIR),
    ("identified by", Wanted::PAIR),
    ("private key", Wanted::KEY),
    ("sess", Wanted::SESSION.and(Wanted::PAIR)),
    ("sid", Wanted::SESSION),
    ("cookie", Wanted::SESSION.and(Wanted::PAIR)),
    ("authorization", Wanted::HEADER.and(Wanted::PAIR)),
    ("bearer", Wanted::HEADER),
    ("basic ", Wanted::HEADER),
    ("://", Wanted::URL),
    ("?sig", Wanted::REST),
    ("&sig", Wanted::REST),
    ("signature=", Wanted::REST),
    ("-u ", Wanted::REST),
    ("--user", Wanted::REST),
];

/// The automaton, and what each of its words wants.
struct Hints {
    words: AhoCorasick,
    wanted: Vec<Wanted>,
}

static HINTS: LazyLock<Option<Hints>> = LazyLock::new(|| {
    let of_forms = FORMS.iter().flat_map(|form| form.hints);
    let all: Vec<(&str, Wanted)> = WORDS
        .iter()
        .copied()
        .chain(of_forms.map(|hint| (*hint, Wanted::FORM)))
        .collect();
    let words = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .build(all.iter().map(|(word, _)| word))
        .ok()?;
    let wanted = all.into_iter().map(|(_, wanted)| wanted).collect();
    Some(Hints { words, wanted })
});

/// What could be found in the text.
pub(super) fn wanted(text: &str) -> Wanted {
    let Some(hints) = HINTS.as_ref() else {
        return Wanted::ALL;
    };
    let mut wanted = Wanted::default();
    for found in hints.words.find_overlapping_iter(text) {
        let of_word = hints.wanted.get(found.pattern().as_usize());
        let mut of_word = of_word.copied().unwrap_or(Wanted::ALL);
        if of_word.has(Wanted::PAIR) && !may_assign(text.as_bytes(), found.end()) {
            of_word = of_word.without(Wanted::PAIR);
        }
        wanted = wanted.and(of_word);
        if wanted == Wanted::ALL {
            break;
        }
    }
    wanted
}

/// May the name that a word ending at `end` stands in be given a value? Behind a name stand a sign, a quote, or what closes
/// it; behind a blank a sign or a quote; behind a flag anything.
fn may_assign(text: &[u8], end: usize) -> bool {
    let named = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
    let (before, rest) = text.split_at_checked(end).unwrap_or((text, b""));
    let own = before.iter().rev().take_while(|b| named(b)).count();
    let name = before.get(before.len() - own..).unwrap_or_default();
    // The word may end in the sign itself.
    if name.is_empty() || name.first() == Some(&b'-') {
        return true;
    }
    let behind = rest.iter().position(|b| !named(b)).unwrap_or(rest.len());
    let behind = rest.get(behind..).unwrap_or_default();
    match behind.first() {
        Some(b' ' | b'\t') => {
            let mut next = behind.iter().skip_while(|b| matches!(b, b' ' | b'\t'));
            next.next()
                .is_some_and(|b| matches!(b, b'=' | b':' | b'"' | b'\''))
        }
        // Anything else that is no name's sign may be one that assigns, or close what quotes the name.
        Some(b',' | b'.' | b';' | b'(' | b')' | b'!' | b'?' | b'\n' | b'\r') | None => false,
        Some(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_want_their_expressions_in_any_case_and_inside_of_others() {
        assert!(wanted("nothing to see, user 42, at line 3").is_empty());
        assert!(wanted("DB_PASSWORD=").has(Wanted::PAIR));
        for none in [
            "token refresh",
            "the token.",
            "DB_PASSWORD",
            "secrets, and more",
        ] {
            assert!(!wanted(none).has(Wanted::PAIR), "{none}");
        }
        for may in [
            "token = x",
            "token\": x",
            "--password x",
            "password 'x'",
            "pass=x",
            "<token>x</token>",
            "token%3Dx",
            "secret_of_x: y",
        ] {
            assert!(wanted(may).has(Wanted::PAIR), "{may}");
        }
        assert!(wanted("postgres://x").has(Wanted::URL));
        let both = wanted("npm_token=");
        assert!(both.has(Wanted::FORM) && both.has(Wanted::PAIR));
        let private = wanted("-----BEGIN PRIVATE KEY-----");
        assert!(private.has(Wanted::KEY) && !private.has(Wanted::URL));
    }
}
