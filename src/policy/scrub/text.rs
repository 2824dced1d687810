//! Secrets in one text. A cheap search for key words first: only a text that has one is looked at with expressions, all of
//! them linear.

use std::borrow::Cow;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use memchr::memmem::Finder;
use regex::{Captures, Regex};

use crate::bounds::SCRUB_PASSES_MAX;

/// What stands for a secret, as Sentry's SDKs write it.
pub(super) const FILTERED: &str = "[Filtered]";
/// An unquoted token is at least this long: `Unexpected token: x` is no secret.
const TOKEN_CHARS_MIN: usize = 8;

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Something that was printed.
    Text,
    /// A source line: only literals are secrets.
    Code,
}

/// Without one of these in it, in any case, a text holds nothing that an expression below could find.
const HINTS: &[&str] = &[
    "passw",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "api_key",
    "api-key",
    "apikey",
    "access_key",
    "access-key",
    "accesskey",
    "private_key",
    "private-key",
    "privatekey",
    "private key",
    "credential",
    "sessionid",
    "session_id",
    "session-id",
    "cookie",
    "authorization",
    "bearer",
    "basic ",
    "://",
    "akia",
    "asia",
    "aroa",
    "aida",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "gldt-",
    "glrt-",
    "xox",
    "xapp-",
    "_live_",
    "_test_",
    "whsec_",
    "eyj",
    "aiza",
    "npm_",
    "pypi-",
    "sg.",
    "sk-",
];

/// Names that mean a secret, as part of a longer name too (`DB_PASSWORD`, `x-api-key`).
const NAMES: &str = r"password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?|session[_-]?id|cookie|authorization";

/// Tokens that are known by their form.
const TOKENS: &str = r"(?x)
    (?-u:\b)(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}(?-u:\b)            # AWS
  | (?-u:\b)gh[pousr]_[A-Za-z0-9]{20,}                             # GitHub
  | (?-u:\b)github_pat_[A-Za-z0-9_]{20,}
  | (?-u:\b)gl(?:pat|dt|rt)-[A-Za-z0-9_-]{16,}                     # GitLab
  | (?-u:\b)xox[a-z]-[A-Za-z0-9-]{8,}                              # Slack
  | (?-u:\b)xapp-[A-Za-z0-9-]{8,}
  | hooks\.slack\.com/services/[A-Za-z0-9/]+
  | (?-u:\b)[srp]k_(?:live|test)_[A-Za-z0-9]{8,}                   # Stripe
  | (?-u:\b)whsec_[A-Za-z0-9+/=]{8,}
  | (?-u:\b)eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)?   # JWT
  | (?-u:\b)AIza[A-Za-z0-9_-]{35}                                  # Google
  | (?-u:\b)npm_[A-Za-z0-9]{30,}
  | (?-u:\b)pypi-[A-Za-z0-9_-]{40,}
  | (?-u:\b)SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}             # SendGrid
  | (?-u:\b)sk-[A-Za-z0-9_-]{20,}                                  # OpenAI, Anthropic
";

/// A private key in one text; one that is cut off goes to its end.
const KEY_BLOCK: &str = r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----(?s:.*?)(?:-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|\z)";

/// `scheme://user:password@`.
const URL: &str = r#"(?i)([a-z][a-z0-9+.-]*://[^\s/:@"'<>]*:)([^\s/@"'<>]+)(@)"#;

/// `Bearer …`, `Basic …`, wherever it stands.
const SCHEME: &str = r"(?i)(?-u:\b)((?:bearer|basic)\s+)([a-z0-9._~+/-]{6,}=*)";

/// The header with a scheme of any kind: all of its value.
const HEADER: &str = r#"(?i)(authorization\\?["']?\]?\s*(?:=>|:=|={1,3}|:)\s*\\?["']?)((?:bearer|basic|digest|token|negotiate|apikey|aws4-hmac-sha256)\s+)([^"'\r\n\\]+)"#;

struct Expressions {
    hints: AhoCorasick,
    names: Regex,
    tokens: Regex,
    key_block: Regex,
    url: Regex,
    scheme: Regex,
    header: Regex,
    pair: Regex,
    literal: Regex,
}

static PRIVATE_KEY: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("PRIVATE KEY"));

static EXPRESSIONS: LazyLock<Option<Expressions>> = LazyLock::new(|| Expressions::new().ok());

impl Expressions {
    fn new() -> Result<Self, regex::Error> {
        let hints = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .build(HINTS)
            .map_err(|error| regex::Error::Syntax(error.to_string()))?;
        // A name (in quotes or brackets or not), what assigns, and a value in quotes (escaped ones too) or without.
        let assigned = format!(
            r#"(?i)([a-z0-9_.-]*(?:{NAMES})[a-z0-9_.-]*)(\\?["']?\]?\s*(?:=>|:=|={{1,3}}|:)\s*)"#
        );
        let pair = format!(
            r#"{assigned}([bru]?"(?:[^"\\]|\\.)*(?:"|\\?\z)|[bru]?'(?:[^'\\]|\\.)*(?:'|\\?\z)|\\"[^"\\]*(?:\\"|\z)|\\'[^'\\]*(?:\\'|\z)|[^\s"'&,;)\]}}<>]+)"#
        );
        // In code a literal of one word that is no template.
        let literal = format!(
            r#"{assigned}([bru]?"[^\s"'(){{}}<>%$\\]{{3,}}"|[bru]?'[^\s"'(){{}}<>%$\\]{{3,}}'|\\"[^\s"'(){{}}<>%$\\]{{3,}}\\")"#
        );
        Ok(Self {
            hints,
            names: Regex::new(&format!("(?i){NAMES}"))?,
            tokens: Regex::new(TOKENS)?,
            key_block: Regex::new(KEY_BLOCK)?,
            url: Regex::new(URL)?,
            scheme: Regex::new(SCHEME)?,
            header: Regex::new(HEADER)?,
            pair: Regex::new(&pair)?,
            literal: Regex::new(&literal)?,
        })
    }

    /// One pass of all expressions; borrowed if nothing was found.
    fn pass<'a>(&self, text: &'a str, mode: Mode) -> Cow<'a, str> {
        let text = replace(&self.key_block, text.into(), |_| FILTERED.to_owned());
        let text = replace(&self.tokens, text, |_| FILTERED.to_owned());
        let text = replace(&self.url, text, |found| {
            format!("{}{FILTERED}{}", part(found, 1), part(found, 3))
        });
        let text = replace(&self.header, text, |found| {
            format!("{}{}{FILTERED}", part(found, 1), part(found, 2))
        });
        let text = replace(&self.scheme, text, |found| {
            let keep = !looks_random(part(found, 2));
            let value = if keep { part(found, 2) } else { FILTERED };
            format!("{}{value}", part(found, 1))
        });
        let pair = match mode {
            Mode::Text => &self.pair,
            Mode::Code => &self.literal,
        };
        replace(pair, text, |found| {
            let (name, sign, value) = (part(found, 1), part(found, 2), part(found, 3));
            if is_secret(name, value) {
                let (before, after) = quotes(value);
                format!("{name}{sign}{before}{FILTERED}{after}")
            } else {
                part(found, 0).to_owned()
            }
        })
    }
}

fn replace<'a>(
    expression: &Regex,
    text: Cow<'a, str>,
    with: impl Fn(&Captures<'_>) -> String,
) -> Cow<'a, str> {
    let found = match expression.replace_all(&text, with) {
        Cow::Borrowed(_) => None,
        Cow::Owned(new) => (new != *text).then_some(new),
    };
    found.map_or(text, Cow::Owned)
}

fn part<'a>(found: &Captures<'a>, group: usize) -> &'a str {
    found.get(group).map_or("", |part| part.as_str())
}

/// Replaces every secret in the text.
pub(super) fn scrub(text: &mut String, mode: Mode) {
    let Some(expressions) = EXPRESSIONS.as_ref() else {
        return FILTERED.clone_into(text);
    };
    if !expressions.hints.is_match(text.as_str()) {
        return;
    }
    for _ in 0..SCRUB_PASSES_MAX {
        let new = match expressions.pass(text, mode) {
            Cow::Borrowed(_) => return,
            Cow::Owned(new) => new,
        };
        *text = new;
    }
    FILTERED.clone_into(text);
}

/// Whether a field of this name holds a secret.
pub(super) fn names_a_secret(name: &str) -> bool {
    EXPRESSIONS
        .as_ref()
        .is_none_or(|expressions| expressions.names.is_match(name))
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

/// Words after `Basic` and `Bearer` that are no credentials.
fn looks_random(text: &str) -> bool {
    let mut letters = text.chars().skip(1);
    text.ends_with('=')
        || text.bytes().any(|byte| byte.is_ascii_digit())
        || letters.any(|letter| letter.is_ascii_uppercase())
}

/// What stands around a value: its quotes, and what marks them.
fn quotes(value: &str) -> (&str, &str) {
    let inner = value.trim_start_matches(['b', 'r', 'u', 'B', 'R', 'U']);
    if !inner.starts_with(['"', '\'', '\\']) {
        return ("", "");
    }
    let inner = inner.trim_start_matches(['"', '\'', '\\']);
    let end = inner.trim_end_matches(['"', '\'', '\\']);
    let split = value.len() - inner.len();
    let before = value.get(..split).unwrap_or_default();
    (before, inner.get(end.len()..).unwrap_or_default())
}

fn is_secret(name: &str, value: &str) -> bool {
    let bare = value.trim_matches(|c: char| "\\\"'".contains(c));
    let nothing = ["none", "null", "nil", "true", "false", "undefined", ""];
    if value.starts_with(FILTERED.trim_end_matches(']'))
        || bare == FILTERED
        || bare.bytes().all(|byte| byte == b'*')
        || nothing.iter().any(|word| bare.eq_ignore_ascii_case(word))
    {
        return false;
    }
    let quoted = bare.len() < value.len();
    let name = name.to_ascii_lowercase();
    let sure = ["passw", "passphrase", "secret", "credential"];
    if quoted || sure.iter().any(|part| name.contains(part)) {
        return true;
    }
    if name.contains("pwd") {
        return !bare.starts_with('/');
    }
    bare.len() >= TOKEN_CHARS_MIN
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

    #[test]
    fn each_form_has_its_hint() {
        let expressions = Expressions::new().unwrap();
        for name in [
            "password",
            "Passwd",
            "PASSPHRASE",
            "pwd",
            "secret",
            "token",
            "api-key",
            "accessKey",
        ] {
            assert!(expressions.hints.is_match(name), "{name}");
            assert!(names_a_secret(name), "{name}");
        }
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
