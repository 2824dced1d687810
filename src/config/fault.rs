//! What is wrong with a value. In: the value. Out: a [`Fault`] in words; the place comes from who walks the file.

use std::ops::Range;

use toml::de::DeValue;

use crate::bounds::CONFIG_TEXT_CHARS_MAX;

/// What is wrong with a value; the place comes from the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// What is wrong.
    pub(super) message: String,
    /// What was expected.
    pub(super) expected: String,
    /// What to do.
    pub(super) help: Option<String>,
    /// The bytes of the text that it is about; `None`: all of it.
    pub(super) within: Option<Range<usize>>,
    /// The value has another TOML type: the key's example helps.
    pub(super) of_type: bool,
}

impl Fault {
    pub(super) fn new(message: impl Into<String>, expected: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            expected: expected.into(),
            help: None,
            within: None,
            of_type: false,
        }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn at(mut self, within: Range<usize>) -> Self {
        self.within = Some(within);
        self
    }

    /// A value of the wrong TOML type.
    pub(super) fn of_type(name: &str, expected: &str, value: &DeValue<'_>) -> Self {
        let found = type_name(value);
        let mut fault = Self::new(
            format!("`{name}` must be {expected}, found {found}"),
            format!("expected {expected}"),
        );
        fault.of_type = true;
        match (expected, value) {
            ("a list", DeValue::String(_)) => fault.help("put it in brackets: `[\"…\"]`"),
            ("true or false", DeValue::String(text)) => match text.trim().to_lowercase().as_str() {
                "true" | "yes" | "on" | "1" => fault.help("write true, without quotes"),
                "false" | "no" | "off" | "0" => fault.help("write false, without quotes"),
                _ => fault,
            },
            ("a number from 0.0 to 1.0", DeValue::String(_)) => fault.help("without quotes"),
            _ => fault,
        }
    }

    /// For texts that may be anything: a number only lacks its quotes.
    pub(super) fn or_quotes(self, value: &DeValue<'_>) -> Self {
        match value {
            DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) => {
                self.help("put it in quotes")
            }
            _ => self,
        }
    }
}

/// A value's TOML type, for people.
fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(true) => "true",
        DeValue::Boolean(false) => "false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// A text for a message: its start alone if it is long.
pub(super) fn brief(text: &str) -> String {
    let start: String = text.chars().take(60).collect();
    if start.len() < text.len() {
        start + "…"
    } else {
        start
    }
}

/// Every text: not empty, not too long, one line.
pub(super) fn one_line(key: &str, text: &str) -> Result<(), Fault> {
    if text.trim().is_empty() {
        return Err(Fault::new(format!("`{key}` is empty"), "expected a text")
            .help("leave the key out instead"));
    }
    if text.chars().count() > CONFIG_TEXT_CHARS_MAX {
        return Err(Fault::new(
            format!("`{key}` is too long"),
            format!("at most {CONFIG_TEXT_CHARS_MAX} characters"),
        ));
    }
    if text.chars().any(char::is_control) {
        return Err(Fault::new(
            format!("`{key}` has a control character in it"),
            "expected one line of text",
        ));
    }
    Ok(())
}

/// "`rate` is not a limit: "x"", expected …
pub(super) fn not(key: &str, what: &str, text: &str, expected: &str) -> Fault {
    Fault::new(
        format!("`{key}` is not {what}: \"{}\"", brief(text)),
        format!("expected {expected}"),
    )
}
