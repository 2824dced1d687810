//! Patterns. In: text. Out: a compiled regex of bounded size, or where it breaks and why.

use super::TextPattern;
use super::fault::{Fault, brief};
use crate::bounds::PATTERN_BYTES_MAX;

/// A regex, its size bounded.
pub(super) fn pattern(key: &str, text: &str) -> Result<regex::Regex, Fault> {
    let built = regex::RegexBuilder::new(text)
        .size_limit(PATTERN_BYTES_MAX)
        .build();
    built.map_err(|error| {
        let fault = |why: String| {
            let unsupported = why.contains("not supported");
            let message = format!("`{key}` holds a pattern that is not a regex: {why}");
            if unsupported {
                Fault::new(message, "cannot be matched in linear time")
                    .help("there is no look-around and no back-reference: say it with two patterns")
            } else if why.starts_with("unclosed") || why.starts_with("unopened") {
                Fault::new(message, why).help(
                    "where the bracket itself is meant, a backslash before it (within double quotes two)",
                )
            } else {
                Fault::new(message, why)
            }
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

/// A regex that takes something out of texts: one that matches nothing at all would match between all characters.
pub(super) fn removal(key: &str, text: &str) -> Result<regex::Regex, Fault> {
    let regex = pattern(key, text)?;
    if regex.is_match("") {
        let message = format!(
            "`{key}` holds a pattern that matches the empty text: \"{}\"",
            brief(text)
        );
        return Err(Fault::new(message, "must match at least one character")
            .help("`+` in the place of `*`?"));
    }
    Ok(regex)
}

/// `text`, or `/regex/`.
pub(super) fn text_pattern(key: &str, text: &str) -> Result<TextPattern, Fault> {
    let Some(behind) = text.strip_prefix('/') else {
        return Ok(TextPattern::Text(text.to_owned()));
    };
    if let Some(inner) = behind.strip_suffix('/') {
        if inner.is_empty() {
            return Err(Fault::new(
                format!("`{key}` holds an empty regex, which matches everything"),
                "expected a text, or /regex/",
            ));
        }
        return pattern(key, inner)
            .map(TextPattern::Regex)
            .map_err(one_further);
    }
    match flags(behind) {
        Some((inner, flags)) => Err(Fault::new(
            format!(
                "`{key}` holds a regex with flags behind it: \"{}\"",
                brief(text)
            ),
            "flags stand within the slashes",
        )
        .help(format!("\"/(?{flags}){inner}/\""))),
        None => Ok(TextPattern::Text(text.to_owned())),
    }
}

/// The regex and the flags of `regex/i`; a path has longer names.
fn flags(text: &str) -> Option<(&str, &str)> {
    let (inner, flags) = text.rsplit_once('/')?;
    let known = matches!(
        flags,
        "i" | "g" | "gi" | "ig" | "m" | "im" | "mi" | "s" | "is" | "u"
    );
    (known && !inner.is_empty()).then_some((inner, flags))
}

/// The same fault, of a text that begins with a slash.
fn one_further(fault: Fault) -> Fault {
    let within = fault.within.map(|within| within.start + 1..within.end + 1);
    Fault { within, ..fault }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_say_where_they_break() {
        let fault = pattern("in_app_include", "^com(\\.acme").unwrap_err();
        assert_eq!(fault.within, Some(4..5));
        let fault = pattern("in_app_include", "(?:a{1000}){1000}").unwrap_err();
        assert!(fault.message.contains("too large"), "{fault:?}");
    }

    #[test]
    fn texts_and_regexes_are_told_apart_by_slashes() {
        let is_in =
            |pattern: &str, text: &str| text_pattern("ignore_errors", pattern).unwrap().is_in(text);
        assert!(is_in("a.c", "xa.cx") && !is_in("a.c", "abc"));
        assert!(is_in("/a.c/", "abc") && is_in("/(?i)a/", "A"));
        assert!(is_in("/usr/bin", "in /usr/bin") && is_in("/", "a/b"));
        for (text, word) in [
            ("//", "everything"),
            ("/a(/", "unclosed"),
            ("/a/i", "flags"),
        ] {
            let fault = text_pattern("ignore_errors", text).unwrap_err();
            assert!(fault.message.contains(word), "{fault:?}");
        }
        assert_eq!(text_pattern("x", "/a(/").unwrap_err().within, Some(2..3));
        assert!(removal("x", "a*").is_err() && removal("x", "a+").is_ok());
    }
}
