//! An error printed further in. In: the lines before the first frame and the record's. Out: the white space that stands
//! before each of its lines and is not its own.
//!
//! `console.group`, a logger, or whoever copied a log puts the same white space before every line.

use std::borrow::Cow;

use super::{line, thrown};
use crate::language::seek::Seek as _;

/// The white space before every line of the error.
pub(super) fn of<'a>(preamble: &'a [String], first: &'a str) -> &'a str {
    if !line::is_frame(first) {
        return white(first);
    }
    let own = line::indent(first).saturating_sub(4);
    if own == 0 && line::frame(first).is_some() {
        return "";
    }
    let mut margin: Option<&str> = None;
    for text in preamble.iter().rev().filter(|text| !line::is_blank(text)) {
        let before = white(text);
        let encloses = text.trimmed_end().ends_with(['{', '[']);
        if before.is_empty() {
            // What encloses the error stands at no margin, and so is the error's.
            return if encloses {
                ""
            } else {
                margin.unwrap_or_default()
            };
        }
        let named = || thrown::begins(text) || thrown::weak(text).is_some() || is_placed(text);
        let least = margin.is_none_or(|margin| before.len() < margin.len());
        if least && (encloses || named()) && (before.len() <= own || line::frame(first).is_none()) {
            margin = Some(before);
        }
    }
    margin.unwrap_or_default()
}

/// Bun's numbers, Node's place of the throw.
fn is_placed(text: &str) -> bool {
    let body = text.trim_start();
    body.starts_with("error: ") || line::is_throw_site(body)
}

/// The lines without it.
pub(super) fn without<'a>(margin: &str, text: Cow<'a, str>) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.strip_prefix(margin).unwrap_or(text)),
        Cow::Owned(mut text) => {
            if text.starts_with(margin) {
                text.drain(..margin.len());
            }
            Cow::Owned(text)
        }
    }
}

fn white(text: &str) -> &str {
    text.get(..line::indent(text)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn margin(text: &str) -> String {
        let lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
        let (first, before) = lines.split_last().unwrap();
        of(before, first).to_owned()
    }

    #[test]
    fn the_errors_own_columns_are_no_margin() {
        for text in [
            "Error: a\n    at f (/x.js:1:2)",
            "Error: a\n  detail: b\n    at f (/x.js:1:2)",
            "error: Uncaught Error: x\n    throw new Error(1);\n          ^\n    at f (/x.js:1:2)",
            "[AggregateError: a] {\n  [errors]: [\n    Error: x\n        at f (/x.js:1:2)",
            "TypeError: a\n      at f (/x.ts:1:2)",
        ] {
            assert_eq!(margin(text), "", "{text}");
        }
    }

    #[test]
    fn a_margin_of_any_white_space() {
        assert_eq!(margin("go\n  Error: a\n      at f (/x.js:1:2)"), "  ");
        assert_eq!(margin("\tError: a\n\n\t  b\n\t    at f (/x.js:1:2)"), "\t");
        assert_eq!(
            margin(
                "\t[AggregateError: a] {\n\t  [errors]: [\n\t    Error: x\n\t        at f (/x.js:1:2)"
            ),
            "\t"
        );
        assert_eq!(
            margin("    (Use `node --trace-uncaught ...` to show"),
            "    "
        );
        assert_eq!(margin("  Error: a\n  f@file:///srv/x.js:1:2"), "  ");
    }
}
