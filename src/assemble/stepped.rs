//! What a tracker is given of a line. In: a line freed of its wrapper. Out: its text behind its header, if it has one.

use super::Step;
use super::margin::{self, flush};
use super::said::Said;
use super::texts::describe;
use crate::format::{TimeContext, json, plain};

/// What a tracker is given of a line.
pub(super) struct Stepped {
    /// The line has a header.
    pub(super) header: bool,
    message: Message,
}

enum Message {
    /// The line's text from here on.
    From(usize),
    /// What a JSON line says.
    Said(Vec<u8>),
}

impl Stepped {
    /// Of a line that has a plain header, in a log whose headers are set in so far.
    fn headed(text: &[u8], set_in: usize, context: &TimeContext) -> Option<Self> {
        let header = plain::header(text, context);
        let header = header.or_else(|| margin::header(text, set_in, context))?;
        Some(Self {
            header: true,
            message: Message::From(header.message_at),
        })
    }

    /// Of a line that has none.
    pub(super) fn bare(text: &[u8], set_in: usize) -> Self {
        Self {
            header: false,
            message: Message::From(text.len() - flush(text, set_in).len()),
        }
    }

    /// The text behind the header of `line`, the line that was looked at.
    pub(super) fn of<'a>(&'a self, line: &'a [u8]) -> &'a [u8] {
        match &self.message {
            Message::From(at) => line.get(*at..).unwrap_or_default(),
            Message::Said(said) => said,
        }
    }

    /// The same for keeps; not copied where the line is nothing else.
    pub(super) fn into_text(self, mut line: Vec<u8>) -> Vec<u8> {
        match self.message {
            Message::From(at) => {
                line.drain(..at.min(line.len()));
                line
            }
            Message::Said(said) => said,
        }
    }
}

/// The text behind a line's header, and whether it has one. `set_in`: how far the log's headers are.
pub(super) fn stepped(text: &[u8], set_in: usize, context: &TimeContext) -> Stepped {
    if json::begins_in(text, context)
        && let Some(said) = describe(text, context).filter(Said::is_of_a_logger)
    {
        return Stepped {
            header: true,
            message: Message::Said(said.message),
        };
    }
    Stepped::headed(text, set_in, context).unwrap_or_else(|| Stepped::bare(text, set_in))
}

/// What was found out of a line before its stream has its turn.
#[derive(Default)]
pub(super) enum Known {
    #[default]
    Nothing,
    /// It has this header.
    Header(Stepped),
    /// It has none, and the tracker said this of it.
    Step(Step),
}

impl Known {
    /// Of a line that begins with a header, or like a JSON record; `None`: of any other.
    pub(super) fn header(text: &[u8], set_in: usize, context: &TimeContext) -> Option<Self> {
        if json::begins_in(text, context) {
            return Some(Self::Nothing);
        }
        Stepped::headed(text, set_in, context).map(Self::Header)
    }
}
