//! The log record around a stack. In: its header's message, its fields, the lines before the stack. Out: what it says of the
//! failure.

use serde_json::Value;

use crate::assemble::Record;

/// What a log record says.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// Its message.
    pub(super) said: Option<String>,
    /// The error in its fields.
    pub(super) error: Option<String>,
    /// The line above the stack, where there is no record.
    above: Option<String>,
}

/// Fields in which loggers put the error, or what was recovered.
const ERRORS: &[&str] = &[
    "error",
    "err",
    "panic",
    "recovered",
    "recover",
    "reason",
    "cause",
    "exception",
];

pub(super) fn words(record: &Record, preamble: &[&str]) -> Words {
    let header = record.message.as_deref().map(String::from_utf8_lossy);
    let filled = || {
        preamble
            .iter()
            .map(|l| l.trim_end())
            .filter(|l| !l.is_empty())
    };
    let said = header.map(|header| {
        let mut text = header.into_owned();
        for line in filled() {
            text.push('\n');
            text.push_str(line);
        }
        text
    });
    Words {
        above: filled().next_back().map(str::to_owned),
        error: error(record),
        said,
    }
}

/// The error's text among the record's fields.
pub(super) fn error(record: &Record) -> Option<String> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(map) => map
            .get("message")
            .or(map.get("msg"))?
            .as_str()
            .map(str::to_owned),
        _ => None,
    };
    ERRORS.iter().find_map(|name| {
        let field = record.meta.fields.iter().find(|(key, _)| key == name);
        field
            .and_then(|(_, value)| text(value))
            .filter(|t| !t.is_empty())
    })
}

impl Words {
    /// What was recovered, as the words before the stack give it.
    pub(super) fn value(&self) -> String {
        if let Some(error) = &self.error {
            return error.clone();
        }
        let text = self.said.as_ref().or(self.above.as_ref());
        text.map(|text| behind_panic(text.trim_end()))
            .unwrap_or_default()
            .to_owned()
    }
}

/// `recovered from panic: boom`, `http: panic: boom [recovered]`: what stands behind the word.
fn behind_panic(text: &str) -> &str {
    let lower = text.to_ascii_lowercase();
    let spoken = ["panic", "recover"]
        .iter()
        .filter_map(|word| lower.find(word))
        .min();
    let Some(word) = spoken else {
        return text;
    };
    let marks = [": ", ":\n", "=", " - "];
    let behind = text.get(word..).unwrap_or_default();
    let cut = marks
        .iter()
        .filter_map(|mark| Some((behind.find(mark)?, mark.len())))
        .min();
    let value = cut
        .and_then(|(at, len)| behind.get(at + len..))
        .map(str::trim);
    value.filter(|v| !v.is_empty()).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_behind_the_word() {
        for (text, value) in [
            ("recovered from panic: boom", "boom"),
            ("Panic recovered:\nboom", "boom"),
            ("request panic=boom: x", "boom: x"),
            ("handler failed: boom", "handler failed: boom"),
            ("panic in handler", "panic in handler"),
            ("gin: panic - a: b", "a: b"),
        ] {
            assert_eq!(behind_panic(text), value, "{text}");
        }
    }
}
