//! The expressions that find secrets, all linear. In: a text and what could be in it. Out: the text with what was found
//! replaced.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::hints::Wanted;
use super::names::{Assigned, NAMES, looks_random};
use super::text::{FILTERED, Mode};
use super::{cards, forms};

/// A private key in one text; one that is cut off goes to its end.
const KEY_BLOCK: &str = r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----(?s:.*?)(?:-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|\z)";

/// `scheme://user:password@`; the password may hold an `@` that nobody has encoded.
const URL: &str = r#"(?i)([a-z][a-z0-9+.-]*://[^\s/:@"'<>]*:)([^\s/"'<>]+)(@)"#;

/// `scheme://key@`: a token in the place of the user, as in a DSN.
const URL_KEY: &str = r"(?i)([a-z][a-z0-9+.-]*://)([a-z0-9_-]{20,})(@)";

/// `Bearer …`, `Basic …`, wherever it stands.
const SCHEME: &str = r"(?i)(?-u:\b)((?:bearer|basic)[ \t]+)([a-z0-9._~+/-]{6,}=*)";

/// The header with a scheme of any kind: all of its value.
const HEADER: &str = r#"(?i)(authorization\\?["']?\]?\s*(?:=>|:=|={1,3}|:)\s*\\?["']?)((?:bearer|basic|digest|token|negotiate|apikey|aws4-hmac-sha256)\s+)([^"'\r\n\\]+)"#;

/// The headers with pairs in them: all of their value.
const COOKIE: &str =
    r#"(?i)(cookie\\?["']?\]?[ \t]*(?:=>|:=|={1,3}|:)[ \t]*\\?["']?)([^"'\r\n\\]*=[^"'\r\n\\]+)"#;

/// `<password>…</`.
const TAG: &str = r"(?i)(<([a-z0-9_:.-]+)(?:\s[^<>]*)?>)([^<>]+)(</)";

/// `PASSWORD '…'`, as SQL has it.
const QUOTED: &str = r#"(?i)((?-u:\b)(?:password|passwd|passphrase|identified[ \t]+by)[ \t]+)('[^'\r\n]+'|"[^"\r\n]+")"#;

/// `-u user:password`.
const USER: &str =
    r#"(?i)((?:^|\s)(?:-u[ \t]+|--(?:proxy-)?user[= \t]+)["']?[^\s:"']+:)([^\s"']+)"#;

/// The signature of a URL.
const SIGNATURE: &str =
    r#"(?i)([?&;](?:sig|signature|x-amz-signature|x-goog-signature)=)([^&\s"'<>;]{8,})"#;

/// A name, what assigns, and a value in quotes (escaped ones too) or without.
const VALUE: &str = r#"([bru]?"(?:[^"\\]|\\.)*(?:"|\\?\z)|[bru]?'(?:[^'\\]|\\.)*(?:'|\\?\z)|\\"[^"\\]*(?:\\"|\z)|\\'[^'\\]*(?:\\'|\z)|[^\s"'&,;)\]}<>]+)"#;

/// In code a literal of one word that is no template.
const LITERAL: &str =
    r#"([bru]?"[^\s"'(){}<>%$\\]{3,}"|[bru]?'[^\s"'(){}<>%$\\]{3,}'|\\"[^\s"'(){}<>%$\\]{3,}\\")"#;

/// Signs that assign, plain and in a URL's encoding.
const SIGN: &str =
    r#"(\\?["']?\]?[ \t]*(?:=>|:=|={1,3}|:)[ \t]*|(?:%22|%27)?(?:%3a|%3d)(?:%20|%22|%27)*)"#;

/// Names of sessions.
const SESSIONS: &str = r"connect\.sid|[a-z0-9_.-]*(?:sess(?:ion)?[_-]?id|sess|session|sid)";

pub(super) struct Expressions {
    key_block: Regex,
    forms: Regex,
    url: Regex,
    url_key: Regex,
    header: Regex,
    scheme: Regex,
    cookie: Regex,
    session: Regex,
    tag: Regex,
    quoted: Regex,
    flag: Regex,
    user: Regex,
    signature: Regex,
    pair: Regex,
    literal: Regex,
}

pub(super) static EXPRESSIONS: LazyLock<Option<Expressions>> =
    LazyLock::new(|| Expressions::new().ok());

impl Expressions {
    fn new() -> Result<Self, regex::Error> {
        let names =
            format!(r"([a-z0-9_.-]*(?:{NAMES})[a-z0-9_.-]*|(?-u:\b)(?:[a-z0-9_.-]*[_.-])?pass)");
        let flag = format!(
            r#"(?i)(?:^|\s)(--?[a-z0-9-]*(?:{NAMES})[a-z0-9-]*)([ \t]+)("[^"\r\n]+"|'[^'\r\n]+'|[^\s"'-][^\s"']*)"#
        );
        Ok(Self {
            key_block: Regex::new(KEY_BLOCK)?,
            forms: Regex::new(&forms::pattern())?,
            url: Regex::new(URL)?,
            url_key: Regex::new(URL_KEY)?,
            header: Regex::new(HEADER)?,
            scheme: Regex::new(SCHEME)?,
            cookie: Regex::new(COOKIE)?,
            session: Regex::new(&format!(r"(?i)(?-u:\b)({SESSIONS}){SIGN}{VALUE}"))?,
            tag: Regex::new(TAG)?,
            quoted: Regex::new(QUOTED)?,
            flag: Regex::new(&flag)?,
            user: Regex::new(USER)?,
            signature: Regex::new(SIGNATURE)?,
            pair: Regex::new(&format!("(?i){names}{SIGN}{VALUE}"))?,
            literal: Regex::new(&format!("(?i){names}{SIGN}{LITERAL}"))?,
        })
    }

    /// One pass of the expressions that are wanted; borrowed if nothing was found.
    pub(super) fn pass<'a>(&self, text: &'a str, wanted: Wanted, mode: Mode) -> Cow<'a, str> {
        let mut text = Cow::Borrowed(text);
        if wanted.has(Wanted::KEY) {
            text = replace(&self.key_block, text, |_| Some(FILTERED.to_owned()));
        }
        if wanted.has(Wanted::FORM) {
            text = replace(&self.forms, text, |found| {
                forms::is_token(part(found, 0)).then(|| FILTERED.to_owned())
            });
        }
        text = cards_out(text);
        if wanted.has(Wanted::URL) {
            text = replace(&self.url, text, within(1, 3));
            text = replace(&self.url_key, text, |found| {
                let random = looks_random(part(found, 2));
                random.then(|| within(1, 3)(found))?
            });
        }
        if wanted.has(Wanted::HEADER) {
            text = replace(&self.header, text, |found| {
                Some(format!("{}{}{FILTERED}", part(found, 1), part(found, 2)))
            });
            text = replace(&self.scheme, text, |found| {
                let random = looks_random(part(found, 2));
                random.then(|| format!("{}{FILTERED}", part(found, 1)))
            });
        }
        match mode {
            Mode::Text => self.printed(text, wanted),
            Mode::Code if wanted.has(Wanted::PAIR) => {
                replace(&self.literal, text, assigned(secret))
            }
            Mode::Code => text,
        }
    }

    /// What stands in printed text alone.
    fn printed<'a>(&self, mut text: Cow<'a, str>, wanted: Wanted) -> Cow<'a, str> {
        if wanted.has(Wanted::SESSION) {
            text = replace(&self.cookie, text, |found| {
                Some(format!("{}{FILTERED}", part(found, 1)))
            });
            text = replace(&self.session, text, assigned(session));
        }
        if wanted.has(Wanted::REST) {
            let behind = |found: &Captures<'_>| Some(format!("{}{FILTERED}", part(found, 1)));
            text = replace(&self.user, text, behind);
            text = replace(&self.signature, text, behind);
        }
        if wanted.has(Wanted::PAIR) {
            text = replace(&self.tag, text, |found| {
                let value = format!("\"{}\"", part(found, 3));
                let found_here = Assigned {
                    name: part(found, 2),
                    sign: "=",
                    value: &value,
                };
                found_here
                    .is_secret()
                    .then(|| format!("{}{FILTERED}{}", part(found, 1), part(found, 4)))
            });
            text = replace(&self.quoted, text, |found| {
                let (before, after) = quotes(part(found, 2));
                Some(format!("{}{before}{FILTERED}{after}", part(found, 1)))
            });
            text = replace(&self.flag, text, |found| {
                let whole = part(found, 0);
                let new = assigned(secret)(found)?;
                let blank = whole.starts_with(char::is_whitespace);
                let before: String = whole.chars().take(usize::from(blank)).collect();
                Some(before + &new)
            });
            text = replace(&self.pair, text, assigned(secret));
        }
        text
    }
}

/// The first group, the mark, the last group.
fn within(first: usize, last: usize) -> impl Fn(&Captures<'_>) -> Option<String> {
    move |found| {
        Some(format!(
            "{}{FILTERED}{}",
            part(found, first),
            part(found, last)
        ))
    }
}

/// Name, sign, and the value if it is one.
fn assigned(is_one: impl Fn(&Assigned<'_>) -> bool) -> impl Fn(&Captures<'_>) -> Option<String> {
    move |found| {
        let (name, sign, value) = (part(found, 1), part(found, 2), part(found, 3));
        is_one(&Assigned { name, sign, value }).then(|| {
            let (before, after) = quotes(value);
            format!("{name}{sign}{before}{FILTERED}{after}")
        })
    }
}

fn secret(found: &Assigned<'_>) -> bool {
    found.is_secret()
}

fn session(found: &Assigned<'_>) -> bool {
    found.is_session()
}

fn cards_out(text: Cow<'_, str>) -> Cow<'_, str> {
    let found = cards::find(&text);
    if found.is_empty() {
        return text;
    }
    let mut new = String::with_capacity(text.len());
    let mut from = 0;
    for at in found {
        new.push_str(text.get(from..at.start).unwrap_or_default());
        new.push_str(FILTERED);
        from = at.end;
    }
    new.push_str(text.get(from..).unwrap_or_default());
    new.into()
}

/// Replaces what `with` has an answer for.
fn replace<'a>(
    expression: &Regex,
    text: Cow<'a, str>,
    with: impl Fn(&Captures<'_>) -> Option<String>,
) -> Cow<'a, str> {
    let found = match expression.replace_all(&text, |found: &Captures<'_>| {
        with(found).unwrap_or_else(|| part(found, 0).to_owned())
    }) {
        Cow::Borrowed(_) => None,
        Cow::Owned(new) => (new != *text).then_some(new),
    };
    found.map_or(text, Cow::Owned)
}

fn part<'a>(found: &Captures<'a>, group: usize) -> &'a str {
    found.get(group).map_or("", |part| part.as_str())
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
