//! Lines before a place, as a source gives them. In: a place. Out: what stands before it, newest first.

use std::borrow::Cow;

use crate::format::{self, Meta, TimeContext, Unwrapped};
use crate::source::Origin;

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
    pub fn stream(&self, context: &TimeContext) -> u64 {
        match self {
            Self::Bytes(line) => format::stream_of(line, context.format()),
            Self::Entry(_, meta) | Self::Part(_, meta) => meta.stream,
        }
    }

    /// Its text, if no wrapper has to be taken off. `stream`: what [`Raw::stream`] said of it.
    #[must_use]
    pub fn text(&self, stream: u64) -> Option<Cow<'a, [u8]>> {
        match self {
            Self::Bytes(line) => format::text_of(line, stream),
            Self::Entry(text, _) => Some(format::colour::strip(text)),
            Self::Part(..) => None,
        }
    }

    /// Its text, freed of its wrapper. `stream`: what [`Raw::stream`] said of it.
    #[must_use]
    pub fn unwrap(&self, stream: u64, context: &TimeContext) -> Unwrapped<'a> {
        match self {
            Self::Bytes(line) => format::unwrap_of(line, stream, context),
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

/// How far back is looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Floor {
    /// A line begins here.
    Line(u64),
    /// Anything may be here: a line that begins right here is not known to be whole, and not given.
    Anywhere(u64),
}

impl Floor {
    /// The offset.
    #[must_use]
    pub fn at(self) -> u64 {
        let (Self::Line(at) | Self::Anywhere(at)) = self;
        at
    }

    /// May a line be given that begins at `start`?
    #[must_use]
    pub fn allows(self, start: u64) -> bool {
        match self {
            Self::Line(at) => start >= at,
            Self::Anywhere(at) => start > at,
        }
    }
}

/// Lines before a place, newest first.
pub trait Back {
    /// Goes to the lines of `origin` before `before`; only those that begin at the floor or behind it are given.
    fn seek(&mut self, origin: Origin, before: u64, floor: Floor);
    /// The place is one in an entry, at `to`: what stands before it there is given as well, but for what begins before
    /// `from`.
    fn within(&mut self, from: usize, to: usize) {
        let _ = (from, to);
    }
    /// The next line further back.
    fn line(&mut self) -> Option<Raw<'_>>;
}
