//! Checks of single values. In: a TOML value and its kind. Out: a [`Setting`], or a [`Fault`] that says what was expected.

use std::path::{Component, Path, PathBuf};

use toml::de::DeValue;

use super::check::Checker;
use super::condition::Condition;
use super::fault::{Fault, not, one_line};
use super::keys::Kind;
use super::sentry::{dist, environment, receiver, release};
use super::setting::Setting;
use super::units::{DURATION_EXPECTED, SIZE_EXPECTED, parse_duration, parse_size};
use super::{StartAt, layout, meant};
use crate::level::Level;
use crate::limit::{LIMIT_COUNT_MAX, Limit, LimitError};

/// Checks a value that is neither list nor table.
pub(super) fn check(
    file: &Checker<'_>,
    key: &str,
    kind: Kind,
    value: &DeValue<'_>,
) -> Result<Setting, Fault> {
    match (kind, value) {
        (Kind::Flag, DeValue::Boolean(flag)) => Ok(Setting::Flag(*flag)),
        (Kind::Flag, other) => Err(Fault::of_type(key, "true or false", other)),
        (Kind::Fraction, other) => fraction(key, other),
        (Kind::Count, other) => count(key, other),
        (Kind::Lines, DeValue::String(text)) => Ok(Setting::Text(text.to_string())),
        (_, DeValue::String(text)) => {
            one_line(key, text)?;
            text_of_kind(file, key, kind, text)
        }
        (_, other) => {
            let fault = Fault::of_type(key, "a text", other);
            Err(match wanted(kind) {
                Some(words) => Fault {
                    expected: format!("expected {words}"),
                    ..fault
                },
                None => fault.or_quotes(other),
            })
        }
    }
}

fn count(key: &str, value: &DeValue<'_>) -> Result<Setting, Fault> {
    let expected = "expected a whole number from 1 on";
    let DeValue::Integer(number) = value else {
        let fault = Fault::of_type(key, "a whole number", value);
        return Err(Fault {
            expected: expected.to_owned(),
            ..fault
        });
    };
    match u64::from_str_radix(number.as_str(), number.radix()) {
        Ok(count) if count > 0 => Ok(Setting::Count(count)),
        _ => {
            let message = format!("`{key}` is not a count: {}", number.as_str());
            Err(Fault::new(message, expected))
        }
    }
}

/// What the text of this kind looks like, where not any text will do.
fn wanted(kind: Kind) -> Option<String> {
    Some(match kind {
        Kind::Level => one_of_words(&LEVELS.map(Level::as_str)),
        Kind::LevelOrOff => "a level such as \"error\", or \"off\"".to_owned(),
        Kind::Rate => RATE_EXPECTED.to_owned(),
        Kind::Window => format!("{DURATION_EXPECTED}, or \"off\""),
        Kind::Duration => DURATION_EXPECTED.to_owned(),
        Kind::Size => SIZE_EXPECTED.to_owned(),
        _ => return None,
    })
}

/// What a limit looks like, for error messages.
const RATE_EXPECTED: &str = "\"N/unit\" as in \"300/min\" (s, min, h), or \"off\"";
/// The words for durations, for people who wrote others.
const UNITS: &str = "the units are ms, s, m, h and d";

fn text_of_kind(file: &Checker<'_>, key: &str, kind: Kind, text: &str) -> Result<Setting, Fault> {
    match kind {
        Kind::Release => release(text).map(|()| Setting::Text(text.trim().to_owned())),
        Kind::Environment => environment(text).map(|()| Setting::Text(text.trim().to_owned())),
        Kind::Receiver => receiver(text).map(Setting::Receiver),
        Kind::Dist => dist(text).map(|()| Setting::Text(text.trim().to_owned())),
        Kind::Name(chars) => name(key, text, chars).map(Setting::Text),
        Kind::Field => field(key, text).map(Setting::Text),
        Kind::Variable => variable(key, text).map(|()| Setting::Text(text.to_owned())),
        Kind::Credential => credential(key, text).map(|()| Setting::Text(text.to_owned())),
        Kind::App => app(key, text).map(|()| Setting::Text(text.to_owned())),
        Kind::Path => Ok(Setting::Path(resolve(file.folder, text))),
        Kind::PathOrOff => Ok(Setting::PathOrOff(
            (text.trim() != "off").then(|| resolve(file.folder, text)),
        )),
        Kind::Level => level(key, text).map(Setting::Level),
        Kind::LevelOrOff => level_or_off(key, text).map(Setting::LevelOrOff),
        Kind::Rate => rate(key, text).map(Setting::Rate),
        Kind::Window => window(key, text),
        Kind::Duration => parse_duration(text)
            .map(|duration| Setting::Window(Some(duration)))
            .ok_or_else(|| {
                let fault = not(key, "a duration", text, DURATION_EXPECTED);
                fault.help(if text.trim() == "off" {
                    "it cannot be off"
                } else {
                    UNITS
                })
            }),
        Kind::Size => parse_size(text)
            .map(Setting::Bytes)
            .ok_or_else(|| not(key, "a size", text, SIZE_EXPECTED)),
        Kind::StartAt => start_at(key, text).map(Setting::StartAt),
        Kind::Zone => zone(file, key, text),
        Kind::Header => layout::header(key, text).map(Setting::Header),
        Kind::Condition => Condition::compile(key, text).map(Setting::Condition),
        Kind::Choice(words) => choice(key, words, text).map(|word| Setting::Text(word.to_owned())),
        _ => Ok(Setting::Text(text.to_owned())),
    }
}

fn fraction(key: &str, value: &DeValue<'_>) -> Result<Setting, Fault> {
    let number = match value {
        DeValue::Float(float) => float.as_str().replace('_', "").parse::<f64>().ok(),
        DeValue::Integer(integer) if integer.radix() == 10 => {
            integer.as_str().replace('_', "").parse().ok()
        }
        other => return Err(Fault::of_type(key, "a number from 0.0 to 1.0", other)),
    };
    let number = number.filter(|number| (0.0..=1.0).contains(number));
    number.map(Setting::Fraction).ok_or_else(|| {
        Fault::new(
            format!("`{key}` is out of range"),
            "expected a number from 0.0 to 1.0",
        )
        .help("0.1 keeps a tenth")
    })
}

fn app(key: &str, text: &str) -> Result<(), Fault> {
    if super::app::name_is_valid(text) {
        return Ok(());
    }
    let fault = not(
        key,
        "an app's name",
        text,
        "1 to 64 of a-z, 0-9, `_` and `-`",
    );
    Err(fault.help("the name of its file, without .toml"))
}

fn variable(key: &str, text: &str) -> Result<(), Fault> {
    let valid = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && !text.starts_with(|c: char| c.is_ascii_digit());
    if valid {
        return Ok(());
    }
    let fault = not(
        key,
        "the name of a variable",
        text,
        "a name such as \"CHECKOUT_DSN\"",
    );
    Err(fault.help("it takes the variable's name, not its value, and no `$`"))
}

/// systemd: a file's name, printable ASCII, without `:` (systemd/src/shared/creds-util.c, `credential_name_valid`).
fn credential(key: &str, text: &str) -> Result<(), Fault> {
    let allowed = |b: u8| (b'!'..=b'~').contains(&b) && b != b'/' && b != b':';
    if text.len() <= 255 && text.bytes().all(allowed) && !matches!(text, "." | "..") {
        return Ok(());
    }
    let fault = not(
        key,
        "the name of a credential",
        text,
        "a name such as \"checkout-dsn\"",
    );
    Err(fault.help("the name alone, as before the colon in `LoadCredential=NAME:PATH`"))
}

fn name(key: &str, text: &str, chars: usize) -> Result<String, Fault> {
    let text = text.trim();
    if text.chars().count() <= chars {
        return Ok(text.to_owned());
    }
    Err(Fault::new(
        format!("`{key}` is too long"),
        format!("at most {chars} characters"),
    ))
}

/// A field of the record: a name, or a path with dots.
pub(super) fn field(key: &str, text: &str) -> Result<String, Fault> {
    let text = text.trim();
    if text.split('.').all(|part| !part.trim().is_empty()) {
        return Ok(text.to_owned());
    }
    let fault = not(
        key,
        "a field",
        text,
        "a name, or a path with dots as in \"user.id\"",
    );
    Err(fault.help("before, between and behind dots there must be a name"))
}

/// The five, least severe first.
const LEVELS: [Level; 5] = [
    Level::Debug,
    Level::Info,
    Level::Warning,
    Level::Error,
    Level::Fatal,
];

fn level(key: &str, text: &str) -> Result<Level, Fault> {
    let name =
        choice(key, &LEVELS.map(Level::as_str), text).map_err(|fault| meant_level(fault, text))?;
    Ok(level_named(name).unwrap_or(Level::Error))
}

fn level_or_off(key: &str, text: &str) -> Result<Option<Level>, Fault> {
    let [debug, info, warning, error, fatal] = LEVELS.map(Level::as_str);
    let words = ["off", debug, info, warning, error, fatal];
    choice(key, &words, text)
        .map(level_named)
        .map_err(|fault| meant_level(fault, text))
}

fn level_named(name: &str) -> Option<Level> {
    LEVELS.into_iter().find(|level| level.as_str() == name)
}

/// What the logging libraries call Sentry's five.
const OTHER_NAMES: [(&str, Level); 10] = [
    ("trace", Level::Debug),
    ("verbose", Level::Debug),
    ("notice", Level::Info),
    ("warn", Level::Warning),
    ("err", Level::Error),
    ("severe", Level::Error),
    ("critical", Level::Fatal),
    ("crit", Level::Fatal),
    ("alert", Level::Fatal),
    ("panic", Level::Fatal),
];

fn meant_level(fault: Fault, text: &str) -> Fault {
    let same = |(name, _): &&(&str, Level)| name.eq_ignore_ascii_case(text.trim());
    match OTHER_NAMES.iter().find(same) {
        Some((_, level)) => fault.help(format!("did you mean \"{}\"?", level.as_str())),
        None => fault,
    }
}

fn choice<'a>(key: &str, words: &[&'a str], text: &str) -> Result<&'a str, Fault> {
    if let Some(word) = words.iter().find(|word| **word == text) {
        return Ok(word);
    }
    let fault = not(key, "one of its words", text, &one_of_words(words));
    Err(match meant::closest(text, words.iter().copied()) {
        Some(word) => fault.help(format!("did you mean \"{word}\"?")),
        None if words.len() == 1 => fault.help("leave the key out"),
        None => fault,
    })
}

fn one_of_words(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
    match quoted.as_slice() {
        [word] => format!("only {word} yet"),
        words => format!("one of {}", words.join(", ")),
    }
}

fn rate(key: &str, text: &str) -> Result<Limit, Fault> {
    let text = text.trim();
    Limit::parse(text).map_err(|error| {
        let fault = not(key, "a limit", text, RATE_EXPECTED);
        match error {
            LimitError::Zero(_) => fault.help("nothing would pass; for no limit: \"off\""),
            LimitError::Unit { .. } => fault.help("the units are s, min and h"),
            LimitError::Number { .. } => {
                fault.help(format!("N is a whole number from 1 to {LIMIT_COUNT_MAX}"))
            }
            LimitError::Form(_) if matches!(text, "0" | "none" | "unlimited") => {
                fault.help("for no limit: \"off\"")
            }
            LimitError::Form(_) => {
                let digits: String = text
                    .chars()
                    .take_while(char::is_ascii_digit)
                    .take(7)
                    .collect();
                if digits.is_empty() {
                    fault
                } else {
                    fault.help(format!("as in \"{digits}/min\""))
                }
            }
        }
    })
}

fn window(key: &str, text: &str) -> Result<Setting, Fault> {
    if text.trim() == "off" {
        return Ok(Setting::Window(None));
    }
    let expected = format!("{DURATION_EXPECTED}, or \"off\"");
    let duration = parse_duration(text).ok_or_else(|| {
        let fault = not(key, "a duration", text, &expected);
        let nothing = text.trim_start().starts_with('0') || matches!(text.trim(), "none" | "never");
        fault.help(if nothing { "for none: \"off\"" } else { UNITS })
    })?;
    Ok(Setting::Window(Some(duration)))
}

fn start_at(key: &str, text: &str) -> Result<StartAt, Fault> {
    match text.trim() {
        "end" => Ok(StartAt::End),
        "beginning" => Ok(StartAt::Beginning),
        age => parse_duration(age).map(StartAt::Age).ok_or_else(|| {
            let fault = not(
                key,
                "a place to start",
                text,
                "\"end\", \"beginning\", or an age such as \"24h\"",
            );
            match meant::closest(age, ["end", "beginning"].into_iter()) {
                Some(word) => fault.help(format!("did you mean \"{word}\"?")),
                None => fault,
            }
        }),
    }
}

fn zone(file: &Checker<'_>, key: &str, text: &str) -> Result<Setting, Fault> {
    let zones = file.host.time_zones();
    if zones.iter().any(|zone| zone == text) {
        return Ok(Setting::Text(text.to_owned()));
    }
    let fault = not(
        key,
        "a time zone of this host",
        text,
        "an IANA name such as \"Europe/Berlin\"",
    );
    Err(
        match meant::closest(text, zones.iter().map(String::as_str)) {
            Some(zone) => fault.help(format!("did you mean \"{zone}\"?")),
            None if zones.is_empty() => {
                fault.help("this host has no time zone data: install the package tzdata")
            }
            None if text.chars().all(|c| c.is_ascii_uppercase()) => {
                fault.help("an abbreviation may stand for several zones: name a place in it")
            }
            None => fault,
        },
    )
}

/// A path with `.` and `..` taken out by their letters alone; a relative one begins in `folder`.
pub(super) fn resolve(folder: &Path, text: &str) -> PathBuf {
    let mut path = PathBuf::new();
    for part in folder.join(text).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                path.pop();
            }
            part => path.push(part),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_resolved_by_their_letters() {
        for (text, path) in [
            ("../logs/a.log", "/srv/logs/a.log"),
            ("./a", "/srv/conf/a"),
            ("/var/log/x", "/var/log/x"),
            ("../../../..", "/"),
        ] {
            assert_eq!(resolve(Path::new("/srv/conf"), text), Path::new(path));
        }
    }
}
