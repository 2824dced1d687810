//! Checks of single values. In: a TOML value and its kind. Out: a [`Setting`], or a [`Fault`] that says what was expected.

use std::path::{Component, Path, PathBuf};

use toml::de::DeValue;

use super::check::Checker;
use super::fault::{Fault, not, one_line};
use super::keys::Kind;
use super::sentry::{environment, receiver, release};
use super::setting::Setting;
use super::units::{DURATION_EXPECTED, SIZE_EXPECTED, parse_duration, parse_size};
use super::{StartAt, meant};
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
        (_, DeValue::String(text)) => {
            one_line(key, text)?;
            text_of_kind(file, key, kind, text)
        }
        (_, other) => Err(Fault::of_type(key, "a text", other)),
    }
}

fn text_of_kind(file: &Checker<'_>, key: &str, kind: Kind, text: &str) -> Result<Setting, Fault> {
    match kind {
        Kind::Release => release(text).map(|()| Setting::Text(text.trim().to_owned())),
        Kind::Environment => environment(text).map(|()| Setting::Text(text.trim().to_owned())),
        Kind::Receiver => receiver(text).map(Setting::Receiver),
        Kind::Variable => variable(key, text).map(|()| Setting::Text(text.to_owned())),
        Kind::Path => Ok(Setting::Path(resolve(file.folder, text))),
        Kind::Level => level(key, text).map(Setting::Level),
        Kind::Rate => rate(key, text).map(Setting::Rate),
        Kind::Window => window(key, text),
        Kind::Duration => parse_duration(text)
            .map(|duration| Setting::Window(Some(duration)))
            .ok_or_else(|| not(key, "a duration", text, DURATION_EXPECTED)),
        Kind::Size => parse_size(text)
            .map(Setting::Bytes)
            .ok_or_else(|| not(key, "a size", text, SIZE_EXPECTED)),
        Kind::StartAt => start_at(key, text).map(Setting::StartAt),
        Kind::Zone => zone(file, key, text),
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

fn level(key: &str, text: &str) -> Result<Level, Fault> {
    let levels = [
        Level::Debug,
        Level::Info,
        Level::Warning,
        Level::Error,
        Level::Fatal,
    ];
    let names = levels.map(Level::as_str);
    let name = choice(key, &names, text)?;
    Ok(levels
        .into_iter()
        .find(|level| level.as_str() == name)
        .unwrap_or(Level::Error))
}

fn choice<'a>(key: &str, words: &[&'a str], text: &str) -> Result<&'a str, Fault> {
    if let Some(word) = words.iter().find(|word| **word == text) {
        return Ok(word);
    }
    let list = words
        .iter()
        .map(|word| format!("\"{word}\""))
        .collect::<Vec<_>>()
        .join(", ");
    let expected = if words.len() == 1 {
        format!("only {list} yet")
    } else {
        format!("one of {list}")
    };
    let fault = not(key, "one of its words", text, &expected);
    Err(match meant::closest(text, words.iter().copied()) {
        Some(word) => fault.help(format!("did you mean \"{word}\"?")),
        None => fault,
    })
}

fn rate(key: &str, text: &str) -> Result<Limit, Fault> {
    let text = text.trim();
    Limit::parse(text).map_err(|error| {
        let expected = "\"N/unit\" as in \"300/min\" (s, min, h), or \"off\"";
        let fault = not(key, "a limit", text, expected);
        match error {
            LimitError::Zero(_) => fault.help("nothing would pass; for no limit: \"off\""),
            LimitError::Unit { .. } => fault.help("the units are s, min and h"),
            LimitError::Number { .. } => {
                fault.help(format!("N is a whole number from 1 to {LIMIT_COUNT_MAX}"))
            }
            LimitError::Form(_) if matches!(text, "0" | "none" | "unlimited") => {
                fault.help("for no limit: \"off\"")
            }
            LimitError::Form(_) => fault,
        }
    })
}

fn window(key: &str, text: &str) -> Result<Setting, Fault> {
    if text.trim() == "off" {
        return Ok(Setting::Window(None));
    }
    let expected = format!("{DURATION_EXPECTED}, or \"off\"");
    let duration = parse_duration(text).ok_or_else(|| not(key, "a duration", text, &expected))?;
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

/// A regex, its size bounded.
pub(super) fn pattern(key: &str, text: &str) -> Result<regex::Regex, Fault> {
    let built = regex::RegexBuilder::new(text)
        .size_limit(crate::bounds::PATTERN_BYTES_MAX)
        .build();
    built.map_err(|error| {
        let fault = |why: String| {
            Fault::new(
                format!("`{key}` holds a pattern that is not a regex: {why}"),
                why,
            )
        };
        match regex_syntax::Parser::new().parse(text) {
            Err(regex_syntax::Error::Parse(error)) => {
                fault(error.kind().to_string())
                    .at(error.span().start.offset..error.span().end.offset)
            }
            Err(regex_syntax::Error::Translate(error)) => {
                fault(error.kind().to_string())
                    .at(error.span().start.offset..error.span().end.offset)
            }
            _ if matches!(error, regex::Error::CompiledTooBig(_)) => Fault::new(
                format!("`{key}` holds a pattern that is too large when compiled"),
                "make it simpler",
            ),
            _ => fault("it does not compile".to_owned()),
        }
    })
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

    #[test]
    fn patterns_say_where_they_break() {
        let fault = pattern("in_app_include", "^com(\\.acme").unwrap_err();
        assert_eq!(fault.within, Some(4..5));
        let fault = pattern("in_app_include", "(?:a{1000}){1000}").unwrap_err();
        assert!(fault.message.contains("too large"), "{fault:?}");
    }
}
