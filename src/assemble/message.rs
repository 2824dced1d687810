//! Records without a trace, for apps that ask for them (`messages`). In: a line of a stream without an open record. Out: a
//! record of the level asked for or worse, open until the stream's next header: if a trace follows in it, it is the trace's
//! header and no record of its own.

use super::margin::margin;
use super::said::Said;
use super::texts::{Opening, Whole, describe, opening, said};
use super::turn::{Fresh, Turn};
use super::{Closed, MESSAGE, Step, Tracker};
use crate::format::plain;

/// Takes everything up to the next header.
struct Follower;

impl Tracker for Follower {
    fn step(&mut self, text: &[u8], header: bool) -> Step {
        if header && continues(text) {
            Step::Belongs
        } else if header || plain::begins_like_apache(text) {
            Step::Ended
        } else if text.trim_ascii().is_empty() {
            Step::Perhaps
        } else {
            Step::Belongs
        }
    }

    fn unfinished(&self) -> bool {
        false
    }
}

/// PostgreSQL's further words on what it said in the line before, each with a header of its own.
fn continues(text: &[u8]) -> bool {
    let word = memchr::memmem::find(text.get(..12).unwrap_or(text), b":  ");
    matches!(
        word.and_then(|end| text.get(..end)),
        Some(
            b"DETAIL" | b"HINT" | b"QUERY" | b"CONTEXT" | b"LOCATION" | b"STATEMENT" | b"BACKTRACE"
        )
    )
}

impl Turn<'_, '_> {
    /// Opens a record if the line is one of the level asked for. A JSON line is all of it.
    pub(super) fn message(&mut self, mut line: Fresh) {
        let Some(least) = self.around.messages else {
            return;
        };
        let (text, context) = (&line.line.text, self.around.context);
        let apache = || plain::apache(text, context).map(|header| said(header, text));
        // A line that is set in goes on with what another record says.
        let flush = margin(text) == 0;
        let own = flush.then(|| describe(text, context)).flatten();
        let own = own.or_else(apache);
        let said = own.unwrap_or_else(|| Said {
            message: line.line.text.clone(),
            ..Said::default()
        });
        let level = said.meta.level.or(line.line.meta.level);
        if level.is_none_or(|level| level < least) || said.message.trim_ascii().is_empty() {
            return;
        }
        if line.before.is_none() {
            self.read_before(&mut line, true);
        }
        let before = line.before.take().map(|before| *before).unwrap_or_default();
        if said.json {
            let whole = Whole {
                language: MESSAGE,
                lines: [&said.message].into_iter().collect(),
                said: Some(said),
                ..Whole::default()
            };
            return self.wholes(vec![whole], &line.line, before);
        }
        let text = said.message.clone();
        self.begin(
            line.line,
            before,
            (MESSAGE, Box::new(Follower)),
            (text, Some(said)),
        );
    }

    /// A line on which an opening stands, while a message is open. Gives the line back if no trace opens on it.
    pub(super) fn trace_in_message(&mut self, line: Fresh) -> Option<Fresh> {
        let Some(found) = opening(self.grammars, &line.line.text, self.around.context) else {
            return Some(line);
        };
        if !matches!(found, Opening::Here { said: None, .. }) {
            self.close(Closed::NextLine);
            self.again(line);
            return None;
        }
        // Until its end is written down, what is read back goes over the message.
        let message = self.stream.open.take();
        self.out.counts.hits += 1;
        self.opened(line, found);
        let headed = self
            .stream
            .open
            .as_ref()
            .is_some_and(|open| open.is_headed());
        if !headed {
            let trace = std::mem::replace(&mut self.stream.open, message);
            self.close(Closed::NextLine);
            self.stream.open = trace;
        }
        None
    }
}
