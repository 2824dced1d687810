//! What a log line says of itself. In: its header and message. Out: whether it is a record, all of one, or the first line of a
//! header of two.

use crate::format::{Meta, escape, plain, words};

/// A log line's account of itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    pub(super) meta: Meta,
    pub(super) message: Vec<u8>,
    /// A whole record in one line: what follows it in plain text is not its trace.
    pub(super) json: bool,
    /// Level and message stand on the next line.
    pub(super) goes_on: bool,
}

impl Said {
    /// `error: message`, which alone would be too little to be called a header.
    pub(super) fn leveled(text: &[u8]) -> Self {
        let colon = memchr::memmem::find(text.get(..16).unwrap_or(text), b": ");
        let level = colon.and_then(|at| words::level(text.get(..at)?));
        let at = colon.filter(|_| level.is_some()).map_or(0, |at| at + 2);
        let mut said = Self {
            message: text.get(at..).unwrap_or_default().to_vec(),
            ..Self::default()
        };
        said.meta.level = level;
        said
    }

    /// A logger tells at least one of these; any other object may stand in a message.
    pub(super) fn is_of_a_logger(&self) -> bool {
        let meta = &self.meta;
        let named = meta.level.is_some() || meta.logger.is_some();
        named || meta.time.is_some() || !self.message.is_empty()
    }

    /// Is the line all of its record?
    pub(super) fn is_all(&self) -> bool {
        let message = &self.message;
        self.json || (escape::is_octal(message) && escape::unescape(message).is_some())
    }

    /// Takes over what the second line of the header says, if it is one.
    pub(super) fn continue_with(&mut self, line: &[u8]) -> bool {
        // Where the first line has the level, the second is the message, set in.
        if self.meta.level.is_some() {
            self.message = line.trim_ascii().to_vec();
            return line.first().is_some_and(u8::is_ascii_whitespace);
        }
        let Some((level, at)) = plain::second_line(line) else {
            return false;
        };
        self.meta.level = level;
        self.message = line.get(at..).unwrap_or_default().to_vec();
        true
    }
}
