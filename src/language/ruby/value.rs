//! What an exception says. In: class and message as printed. Out: type, module and value as the SDK sends them.

use super::line;
use super::version::Version;

/// The SDK sends no more bytes of a message.
const SENT_BYTES: usize = 8_193;
/// The class of `raise "words"`.
const RUNTIME_ERROR: &str = "RuntimeError";
/// The class where a file cannot be read.
const SYNTAX_ERROR: &str = "SyntaxError";

/// Class and message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// With its namespace.
    pub(super) class: String,
    /// Without the class.
    pub(super) message: String,
}

impl Said {
    /// As a logger names them.
    pub(super) fn new(class: &str, message: &str) -> Self {
        Self {
            class: class.to_owned(),
            message: message.trim_end().to_owned(),
        }
    }

    /// As the runtime prints them: the class behind the message's first line.
    pub(super) fn printed(first: &str, more: &[&str]) -> Self {
        let mut lines = more;
        while let Some((last, rest)) = lines.split_last()
            && line::is_blank(last)
        {
            lines = rest;
        }
        let with = |first: &str| {
            let mut message = first.to_owned();
            for line in lines {
                message.push('\n');
                message.push_str(line);
            }
            message
        };
        if let Some((message, class)) = line::class_behind(first) {
            return Self {
                class: class.to_owned(),
                message: with(message),
            };
        }
        if first == line::UNHANDLED {
            return Self::new(RUNTIME_ERROR, "");
        }
        if line::is_class(first) {
            return Self::new(first, "");
        }
        Self::new(SYNTAX_ERROR, &with(first))
    }

    /// The value: since 3.2 with the class behind the first line.
    pub(super) fn value(&self, version: Version) -> String {
        let mut value = self.message.clone();
        if version.is_detailed() {
            let behind = format!(" ({})", self.class);
            let end = value.find('\n').unwrap_or(value.len());
            let first = value.get(..end).unwrap_or_default();
            if value.is_empty() {
                let plain = if self.class == RUNTIME_ERROR {
                    line::UNHANDLED
                } else {
                    &self.class
                };
                plain.clone_into(&mut value);
            } else if !first.ends_with(&behind) {
                value.insert_str(end, &behind);
            }
        }
        let mut cut = SENT_BYTES.min(value.len());
        while !value.is_char_boundary(cut) {
            cut -= 1;
        }
        value.truncate(cut);
        value
    }
}

/// The namespace; empty where there is none.
pub(super) fn module(class: &str) -> String {
    class
        .rsplit_once("::")
        .map(|(module, _)| module.to_owned())
        .unwrap_or_default()
}
