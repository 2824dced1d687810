//! Secrets in one text. A cheap search for key words first: only a text that has one is looked at with expressions.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::expressions::EXPRESSIONS;
use super::{cards, hints};
use crate::bounds::SCRUB_PASSES_MAX;

/// What stands for a secret, as Sentry's SDKs write it.
pub(super) const FILTERED: &str = "[Filtered]";

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Something that was printed.
    Text,
    /// A source line: only literals are secrets.
    Code,
}

static PRIVATE_KEY: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("PRIVATE KEY"));

/// Replaces every secret in the text.
pub(super) fn scrub(text: &mut String, mode: Mode) {
    if hints::wanted(text).is_empty() && cards::find(text).is_empty() {
        return;
    }
    let Some(expressions) = EXPRESSIONS.as_ref() else {
        return FILTERED.clone_into(text);
    };
    for _ in 0..SCRUB_PASSES_MAX {
        let new = match expressions.pass(text, hints::wanted(text), mode) {
            Cow::Borrowed(_) => return,
            Cow::Owned(new) => new,
        };
        *text = new;
    }
    FILTERED.clone_into(text);
}

/// Whether a private key begins, and whether one ends, in the text.
pub(super) fn key_markers(text: &str) -> (bool, bool) {
    if PRIVATE_KEY.find(text.as_bytes()).is_none() {
        return (false, false);
    }
    let marked = |word: &str| {
        text.split(word).skip(1).any(|rest| {
            rest.split("-----")
                .next()
                .is_some_and(|kind| kind.contains("PRIVATE KEY"))
        })
    };
    (marked("-----BEGIN "), marked("-----END "))
}

/// Base64 as it stands between the markers of a key, in a literal or not.
pub(super) fn is_key_material(text: &str) -> bool {
    let text = text.trim_matches(|c: char| c.is_whitespace() || "\"'+,".contains(c));
    let text = text.strip_suffix("\\n").unwrap_or(text);
    let base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
    text == FILTERED || (text.len() >= 16 && text.bytes().all(base64))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scrubbed(text: &str, mode: Mode) -> String {
        let mut text = text.to_owned();
        scrub(&mut text, mode);
        text
    }

    // Written in two halves, so that no scanner takes these for secrets of ours.
    #[test]
    fn tokens_are_known_by_their_form() {
        for (first, second) in [
            ("AKIA", "IOSFODNN7EXAMPLE"),
            ("ghp_", "16C7e42F292c6912E7710c838347Ae178B4a"),
            ("github_pat_", "11ABCDEFG0abcdefghijkl_mnopqrst"),
            ("glpat-", "abcdefghijklmnopqrst"),
            ("xoxb-", "123456789012-abcdefGHIJ"),
            ("sk_live_", "4eC39HqLyjWDarjtT1zdp7dc"),
            (
                "eyJhbGciOiJIUzI1NiJ9.",
                "eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N",
            ),
            ("AIza", "SyA1234567890abcdefghijklmnopqrstuv"),
        ] {
            for mode in [Mode::Text, Mode::Code] {
                let text = format!("call({first}{second}) failed");
                assert_eq!(scrubbed(&text, mode), "call([Filtered]) failed");
            }
        }
    }

    #[test]
    fn what_is_assigned_to_a_secret_name_goes() {
        for (text, expected) in [
            ("password=hunter2 for x", "password=[Filtered] for x"),
            ("DB_PASSWORD: hunter2", "DB_PASSWORD: [Filtered]"),
            (
                r#"{"password": "a\"b", "n": 1}"#,
                r#"{"password": "[Filtered]", "n": 1}"#,
            ),
            (
                r"{'apiKey': 'x y', 'n': 1}",
                r"{'apiKey': '[Filtered]', 'n': 1}",
            ),
            (
                r#"{\"secret\":\"abc\",\"n\":1}"#,
                r#"{\"secret\":\"[Filtered]\",\"n\":1}"#,
            ),
            ("/cb?token=abcdefgh123&x=1", "/cb?token=[Filtered]&x=1"),
            ("secret=>'x'", "secret=>'[Filtered]'"),
            ("passwd='cut off", "passwd='[Filtered]"),
            ("postgres://u:p%40ss@db/x", "postgres://u:[Filtered]@db/x"),
            ("redis://:pw@cache:6379", "redis://:[Filtered]@cache:6379"),
            (
                "Authorization: Bearer abc.def-123",
                "Authorization: Bearer [Filtered]",
            ),
            (
                "Authorization: Basic dXNlcjpwYXNz",
                "Authorization: Basic [Filtered]",
            ),
            (
                "'Authorization': 'Token abcdef'",
                "'Authorization': '[Filtered]'",
            ),
            ("got Bearer abcDEF123 there", "got Bearer [Filtered] there"),
            ("session_id=0123456789abcdef", "session_id=[Filtered]"),
        ] {
            assert_eq!(scrubbed(text, Mode::Text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_secret_stays() {
        for text in [
            "SyntaxError: Unexpected token: x",
            "Unexpected token < in JSON at position 0",
            "max_tokens: 4096",
            "password=None, token=null",
            "PWD=/srv/app",
            "Basic authentication failed",
            "bearer of bad news",
            "https://example.org/a:b@c",
            "KeyError: 'token'",
            "password: ********",
        ] {
            assert_eq!(scrubbed(text, Mode::Text), text);
        }
    }

    #[test]
    fn code_stays_but_for_literals() {
        for text in [
            "    password = request.form[\"password\"]",
            "    token = self.get_token(user, secret=key)",
            "    return f\"token={token}\"",
            "    getpass(\"Password: \")",
            "    url = f\"postgres://{user}/x\"",
            "    password: str = os.environ[\"DB_PASSWORD\"]",
        ] {
            assert_eq!(scrubbed(text, Mode::Code), text);
        }
        for (text, expected) in [
            ("PASSWORD = \"hunter2\"", "PASSWORD = \"[Filtered]\""),
            (
                "connect(password='hunter2', n=1)",
                "connect(password='[Filtered]', n=1)",
            ),
            (
                "h[\"X-Api-Key\"] = \"abcdef\"",
                "h[\"X-Api-Key\"] = \"[Filtered]\"",
            ),
        ] {
            assert_eq!(scrubbed(text, Mode::Code), expected);
        }
    }

    #[test]
    fn a_private_key_goes_whole() {
        let key = "x -----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY----- y";
        assert_eq!(scrubbed(key, Mode::Text), "x [Filtered] y");
        let cut = "x -----BEGIN PRIVATE KEY-----\nMHcCAQ";
        assert_eq!(scrubbed(cut, Mode::Text), "x [Filtered]");
        assert_eq!(key_markers("-----BEGIN PUBLIC KEY-----"), (false, false));
    }

    proptest! {
        #[test]
        fn scrubbing_twice_changes_nothing(
            parts in proptest::collection::vec(prop_oneof![
                Just("password".to_owned()), Just("token".to_owned()), Just("secret".to_owned()),
                Just("authorization".to_owned()), Just("bearer ".to_owned()), Just("://".to_owned()),
                Just("[Filtered]".to_owned()), Just("-----BEGIN PRIVATE KEY-----".to_owned()),
                Just("-----END PRIVATE KEY-----".to_owned()), Just("eyJhbGciOi.eyJzdWIi.x".to_owned()),
                "[ =:'\"\\\\,;&@/\\[\\](){}<>*\n]{1,3}", "[a-zA-Z0-9]{1,12}", "\\PC{0,4}",
            ], 0..14),
            code in any::<bool>(),
        ) {
            let mode = if code { Mode::Code } else { Mode::Text };
            let once = scrubbed(&parts.concat(), mode);
            prop_assert_eq!(&scrubbed(&once, mode), &once);
        }
    }
}
