//! What is wrong with the configuration, and where. In: a file's text and a span of it. Out: a [`Problem`] that prints in
//! rustc's manner. What could be a key of a DSN is masked, what could drive a terminal is taken out.

use std::fmt::{self, Display, Formatter};
use std::ops::Range;
use std::path::PathBuf;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The file that holds it is not used.
    Error,
    /// It is used, but somebody should look.
    Warning,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// The file of the configuration.
    pub file: PathBuf,
    /// Where in the file; `None`: the file as a whole.
    pub place: Option<Place>,
    /// The key with its tables, as `outbox.dsn_bytes`; empty where there is none.
    pub key: String,
    /// What is wrong.
    pub message: String,
    /// What was expected, short: it stands behind the caret.
    pub expected: String,
    /// What to do, which key or value was meant.
    pub help: Option<String>,
}

/// A place in a file, and the line to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// From 1; 0: not in a file, but in the environment variable that `file` names.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// The line, masked, cut around the place.
    pub text: String,
    /// Characters before the caret in `text`.
    pub indent: usize,
    /// How many carets.
    pub width: usize,
}

/// Characters of a line that are shown.
const SHOWN_CHARS: usize = 140;
/// A run of hexadecimal digits this long may be a key.
const KEY_DIGITS: usize = 16;

impl Place {
    /// The place of `span` in `text`.
    pub(super) fn of(text: &str, span: &Range<usize>) -> Self {
        let start = floor_char(text, span.start);
        let before = text.get(..start).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let rest = text.get(line_start..).unwrap_or_default();
        let whole = rest
            .split('\n')
            .next()
            .unwrap_or_default()
            .trim_end_matches('\r');
        let column = before.get(line_start..).unwrap_or_default().chars().count();
        let end = floor_char(text, span.end.min(line_start + whole.len()));
        let width = text
            .get(start..end)
            .unwrap_or_default()
            .chars()
            .count()
            .max(1);

        let shown = printable(&mask(whole));
        let skip = if column + width > SHOWN_CHARS {
            column.saturating_sub(40)
        } else {
            0
        };
        Self {
            line,
            column: column + 1,
            text: shown.chars().skip(skip).take(SHOWN_CHARS).collect(),
            indent: column - skip,
            width: width.min(SHOWN_CHARS.saturating_sub(column - skip)).max(1),
        }
    }
}

/// The character boundary at or before `at`.
fn floor_char(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

/// One character for one: tabs become blanks, control characters (they drive terminals) a mark.
fn printable(text: &str) -> String {
    let one = |c: char| match c {
        '\t' => ' ',
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    text.chars().map(one).collect()
}

/// Stars in place of what may be a DSN's key, one for one: all of a `dsn = …` up to its last `@`, what stands right before
/// any other `@`, and long runs of hexadecimal digits.
pub(super) fn mask(line: &str) -> String {
    let mut chars: Vec<char> = line.chars().collect();
    if let Some(value) = dsn_value_at(&chars) {
        let end = chars
            .iter()
            .rposition(|c| *c == '@')
            .filter(|at| *at > value);
        star(&mut chars, value, end.unwrap_or(usize::MAX));
    }
    let at_signs: Vec<usize> = (0..chars.len())
        .filter(|i| chars.get(*i) == Some(&'@'))
        .collect();
    for at in at_signs {
        let stop = |c: &char| matches!(c, '/' | '"' | '\'' | '=' | ',' | ' ' | '\t' | '`');
        let start = chars.iter().take(at).rposition(stop).map_or(0, |i| i + 1);
        star(&mut chars, start, at);
    }
    let mut run = 0;
    for i in 0..=chars.len() {
        if chars.get(i).is_some_and(char::is_ascii_hexdigit) {
            run += 1;
        } else {
            if run >= KEY_DIGITS {
                star(&mut chars, i - run, i);
            }
            run = 0;
        }
    }
    chars.into_iter().collect()
}

/// Where the value of a `dsn = …` begins in this line.
fn dsn_value_at(chars: &[char]) -> Option<usize> {
    let is_dsn = |word: &[char]| {
        word.iter()
            .zip("dsn".chars())
            .all(|(c, d)| c.eq_ignore_ascii_case(&d))
    };
    let starts = (0..chars.len()).filter(|i| chars.get(*i..*i + 3).is_some_and(is_dsn));
    starts.map(|i| i + 3).find_map(|behind| {
        let blank = |c: &&char| matches!(**c, ' ' | '\t' | '"' | '\'');
        let equals = behind + chars.iter().skip(behind).take_while(blank).count();
        (chars.get(equals) == Some(&'=')).then_some(equals + 1)
    })
}

/// Letters and digits of the range become stars; the scheme stays.
fn star(chars: &mut [char], start: usize, end: usize) {
    let text: String = chars.iter().skip(start).collect();
    let quote = text
        .chars()
        .take_while(|c| matches!(c, ' ' | '\t' | '"' | '\''))
        .count();
    let bare = text.trim_start_matches([' ', '\t', '"', '\'']);
    let scheme = ["https://", "http://"]
        .iter()
        .find(|scheme| bare.starts_with(**scheme));
    let start = start + scheme.map_or(0, |scheme| quote + scheme.len());
    for c in chars.iter_mut().take(end).skip(start) {
        if c.is_alphanumeric() {
            *c = '*';
        }
    }
}

impl Problem {
    /// An error of a file as a whole.
    pub(super) fn of_file(file: PathBuf, message: String, help: &str) -> Self {
        Self {
            severity: Severity::Error,
            file,
            place: None,
            key: String::new(),
            message,
            expected: String::new(),
            help: (!help.is_empty()).then(|| help.to_owned()),
        }
    }
}

impl Display for Severity {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

impl Display for Problem {
    /// In rustc's manner, over several lines, no newline at the end.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let clean = |text: &str| printable(&mask(text));
        write!(f, "{}: {}", self.severity, clean(&self.message))?;
        let file = printable(&self.file.to_string_lossy());
        let Some(place) = &self.place else {
            write!(f, "\n --> {file}")?;
            return match &self.help {
                Some(help) => write!(f, "\n  = help: {}", clean(help)),
                None => Ok(()),
            };
        };
        let number = match place.line {
            0 => " ".to_owned(),
            line => line.to_string(),
        };
        let gutter = " ".repeat(number.len());
        match place.line {
            0 => write!(f, "\n{gutter}--> environment variable {file}")?,
            line => write!(f, "\n{gutter}--> {file}:{line}:{}", place.column)?,
        }
        write!(f, "\n{gutter} |\n{number} | {}", place.text)?;
        let (indent, carets) = (" ".repeat(place.indent), "^".repeat(place.width));
        write!(f, "\n{gutter} | {indent}{carets}")?;
        if !self.expected.is_empty() {
            // Our own words; the `KEY` in them is none.
            write!(f, " {}", printable(&self.expected))?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n{gutter} |\n{gutter} = help: {}", clean(help))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_like_rustc() {
        let text = "environment = \"production\"\nrat\u{e9} = \"1/min\" # x\r\n";
        let problem = Problem {
            severity: Severity::Error,
            file: PathBuf::from("/etc/a.toml"),
            place: Some(Place::of(text, &(27..32))),
            key: "rat\u{e9}".into(),
            message: "unknown key `rat\u{e9}`".into(),
            expected: "not a key of an app".into(),
            help: Some("did you mean `rate`?".into()),
        };
        assert_eq!(
            problem.to_string(),
            "error: unknown key `rat\u{e9}`\n --> /etc/a.toml:2:1\n  |\n2 | rat\u{e9} = \"1/min\" # x\n  | ^^^^ not a key of an app\n  |\n  = help: did you mean `rate`?"
        );
    }

    #[test]
    fn no_key_gets_through() {
        for (line, shown) in [
            (
                "dsn = \"https://abcdef@h/1\"",
                "dsn = \"https://******@h/1\"",
            ),
            ("dsn = \"https:/abcdef.h/1", "dsn = \"*****:/******.*/*"),
            ("'dsn'=\"https://ab/cd@h/1\"", "'dsn'=\"https://**/**@h/1\""),
            ("dns = \"https:/abc:de@h/1\"", "dns = \"https:/***:**@h/1\""),
            ("x = 0123456789abcdef0123", "x = ********************"),
            (
                "defaults = { dsn = \"k.h/1\" }",
                "defaults = { dsn = \"*.*/*\" }",
            ),
            ("dsn_file = \"/etc/a.dsn\"", "dsn_file = \"/etc/a.dsn\""),
        ] {
            assert_eq!(mask(line), shown);
        }
    }

    #[test]
    fn long_lines_and_odd_spans_are_cut() {
        let text = format!("a = \"{}\" \u{1b}[31m", "é".repeat(5_000));
        for span in [0..1, 5..9_000, 6..7, 9_999..10_020, 20_000..30_000] {
            let place = Place::of(&text, &span);
            assert!(place.text.chars().count() <= SHOWN_CHARS);
            assert!(place.indent <= SHOWN_CHARS && place.width <= SHOWN_CHARS);
            assert!(!place.text.contains('\u{1b}'));
        }
    }
}
