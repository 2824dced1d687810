//! Names that mean a secret, and values that are one. In: a name, what assigns, a value. Out: is it to go?

use std::sync::LazyLock;

use regex::Regex;

use super::text::FILTERED;

/// Names that mean a secret, as part of a longer name too (`DB_PASSWORD`, `x-api-key`).
pub(super) const NAMES: &str = r"password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|account[_-]?key|private[_-]?key|encryption[_-]?key|signing[_-]?key|credentials?|session[_-]?id|cookie|authorization";

/// An unquoted token is at least this long: `Unexpected token: x` is no secret.
const TOKEN_CHARS_MIN: usize = 8;
/// A session's id is at least this long.
const SESSION_CHARS_MIN: usize = 12;

/// What a name that holds such a name is about if it ends so: a property of the secret (`token_type`, `passwordFile`).
const PROPERTIES: &[&str] = &[
    "type",
    "types",
    "count",
    "counts",
    "name",
    "names",
    "url",
    "uri",
    "endpoint",
    "expires",
    "expiresin",
    "expiresat",
    "expiry",
    "expiration",
    "ttl",
    "length",
    "len",
    "size",
    "limit",
    "file",
    "path",
    "dir",
    "field",
    "policy",
    "timeout",
    "class",
    "provider",
    "manager",
    "store",
    "service",
    "required",
    "enabled",
    "version",
    "index",
    "usage",
    "error",
    "errors",
    "format",
    "position",
    "issuer",
    "scope",
    "status",
    "algorithm",
    "strength",
    // `tokenizer`, `secretary`.
    "izer",
    "izers",
    "ization",
    "ize",
    "ary",
];

/// Words of prose behind `password:`.
const PROSE: &[&str] = &[
    "must",
    "should",
    "required",
    "is",
    "not",
    "cannot",
    "invalid",
    "missing",
    "incorrect",
    "wrong",
    "expired",
    "expected",
    "mismatch",
    "the",
    "has",
    "was",
    "too",
    "may",
    "does",
    "no",
    "yes",
    "unknown",
    "empty",
    "blank",
    "optional",
    "string",
    "str",
    "failed",
    "ok",
    "set",
    "unset",
    "disabled",
    "enabled",
    "hidden",
    "redacted",
    "masked",
    "filtered",
    "object",
];

/// Values that say that there is none.
const NOTHING: &[&str] = &["none", "null", "nil", "true", "false", "undefined", ""];

static NAMED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!("(?i)(?:{NAMES})")).ok());

/// Whether a field of this name holds a secret.
pub(super) fn names_a_secret(name: &str) -> bool {
    let Some(named) = NAMED.as_ref() else {
        return true;
    };
    named
        .find_iter(name)
        .last()
        .is_some_and(|last| !is_property(name.get(last.end()..).unwrap_or_default()))
}

/// Is what follows the name a property of it?
fn is_property(rest: &str) -> bool {
    let rest: String = rest
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let of_one = |rest: &str| PROPERTIES.contains(&rest);
    // `secrets_manager`, `tokens_count`.
    of_one(&rest) || rest.strip_prefix('s').is_some_and(of_one)
}

/// What a usage text has in the place of a value: `PASSWORD-FILE`.
fn is_placeholder(bare: &str) -> bool {
    let capital = |byte: u8| byte.is_ascii_uppercase() || byte == b'-' || byte == b'_';
    bare.bytes().all(capital) && NAMED.as_ref().is_some_and(|named| named.is_match(bare))
}

/// An assignment that was found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Assigned<'a> {
    pub(super) name: &'a str,
    /// What stands between the two, its blanks included.
    pub(super) sign: &'a str,
    /// As written, with its quotes.
    pub(super) value: &'a str,
}

impl Assigned<'_> {
    /// Is the value a secret?
    pub(super) fn is_secret(&self) -> bool {
        let bare = bare(self.value);
        if is_nothing(self.value, bare)
            || is_placeholder(bare)
            || !names_a_secret_or_pass(self.name)
        {
            return false;
        }
        let quoted = bare.len() < self.value.len();
        let name = self.name.to_ascii_lowercase();
        let spaced = self.sign.ends_with([' ', '\t']);
        if spaced && !quoted && PROSE.iter().any(|word| bare.eq_ignore_ascii_case(word)) {
            return false;
        }
        let sure = ["passw", "passphrase", "secret", "credential"];
        if sure.iter().any(|part| name.contains(part)) {
            return true;
        }
        if name.ends_with("pass") {
            return if name == "pass" {
                bare.len() >= 6 && mixed(bare)
            } else {
                bare.len() >= 4
            };
        }
        if quoted {
            return true;
        }
        if name.contains("pwd") {
            return !bare.starts_with('/');
        }
        let digits = bare.bytes().all(|byte| byte.is_ascii_digit());
        bare.len() >= TOKEN_CHARS_MIN && !digits && (!spaced || looks_random(bare))
    }

    /// Is the value the id of a session? Short words and small numbers are not.
    pub(super) fn is_session(&self) -> bool {
        let bare = bare(self.value);
        !is_nothing(self.value, bare) && bare.len() >= SESSION_CHARS_MIN && looks_random(bare)
    }
}

fn names_a_secret_or_pass(name: &str) -> bool {
    names_a_secret(name) || name.to_ascii_lowercase().ends_with("pass")
}

fn bare(value: &str) -> &str {
    value.trim_matches(|c: char| "\\\"'".contains(c))
}

/// Filtered already, masked, or no value at all.
fn is_nothing(value: &str, bare: &str) -> bool {
    value.starts_with(FILTERED.trim_end_matches(']'))
        || bare.starts_with(FILTERED)
        || bare.bytes().all(|byte| byte == b'*')
        || NOTHING.iter().any(|word| bare.eq_ignore_ascii_case(word))
}

fn mixed(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit()) && text.bytes().any(|b| b.is_ascii_alphabetic())
}

/// No word: a digit in it, a capital behind its first letter, or the end of Base64.
pub(super) fn looks_random(text: &str) -> bool {
    let mut letters = text.chars().skip(1);
    text.ends_with('=')
        || text.bytes().any(|byte| byte.is_ascii_digit())
        || letters.any(|letter| letter.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_and_of_their_properties() {
        for name in [
            "password",
            "Passwd",
            "PASSPHRASE",
            "pwd",
            "secret",
            "token",
            "api-key",
            "accessKey",
            "AccountKey",
            "clientSecret",
            "refresh_token",
            "aws_secret_access_key",
            "X-Api-Key",
            "tokens",
            "token_secret",
        ] {
            assert!(names_a_secret(name), "{name}");
        }
        for name in [
            "token_type",
            "tokenType",
            "password_file",
            "secretName",
            "access_key_count",
            "tokens_count",
            "password_policy",
            "key",
            "author",
            "compass",
            "secrets_manager",
        ] {
            assert!(!names_a_secret(name), "{name}");
        }
    }
}
