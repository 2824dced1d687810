//! Lines as sources give them. In: a line of a file, or of an entry. Out: its stream, and its text freed of its wrapper.

use std::borrow::Cow;

use crate::format::{self, Meta, TimeContext, Unwrapped};

/// One line or entry as a source gives it.
#[derive(Debug, Clone, Copy)]
pub enum Raw<'a> {
    /// A line of a file.
    Bytes(&'a [u8]),
    /// A line of an entry, with what the entry says.
    Entry(&'a [u8], &'a Meta),
    /// The last line of an entry, that goes on in the stream's next one.
    Part(&'a [u8], &'a Meta),
}

impl<'a> Raw<'a> {
    /// The key of its stream.
    #[must_use]
    pub fn stream(&self) -> u64 {
        match self {
            Self::Bytes(line) => format::stream_of(line),
            Self::Entry(_, meta) | Self::Part(_, meta) => meta.stream,
        }
    }

    /// Its text, freed of its wrapper.
    #[must_use]
    pub fn unwrap(&self, context: &TimeContext) -> Unwrapped<'a> {
        match self {
            Self::Bytes(line) => format::unwrap(line, context),
            Self::Entry(text, meta) => Unwrapped {
                text: format::colour::strip(text),
                meta: (*meta).clone(),
                partial: false,
                wrapped: true,
            },
            // It may end within an escape.
            Self::Part(text, meta) => Unwrapped {
                text: Cow::Borrowed(*text),
                meta: (*meta).clone(),
                partial: true,
                wrapped: true,
            },
        }
    }
}
