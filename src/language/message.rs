//! Records without a trace. In: what a logger printed at the level that the app asks for. Out: a message, as SDKs send it:
//! without an exception.

mod servers;

use super::{Language, Project, TellsHandled, Trace};
use crate::assemble::{Grammar, MESSAGE, Record, Tracker};

/// No language: words alone.
pub(super) struct Message;

impl Grammar for Message {
    fn open(&self, _text: &[u8]) -> Option<Box<dyn Tracker>> {
        None
    }
}

impl Language for Message {
    fn name(&self) -> &'static str {
        "message"
    }

    fn platform(&self) -> &'static str {
        "other"
    }

    fn openings(&self) -> &'static [&'static str] {
        &[]
    }

    fn parse(&self, record: &Record) -> Trace {
        // A record that an opening began has its header's message, and what stood between the two, for itself.
        let own = record.language == MESSAGE;
        let above = record.message.iter().chain(&record.preamble);
        let above = above.filter(|_| !own).map(|l| String::from_utf8_lossy(l));
        let lines: Vec<_> = above.chain(record.lines.texts()).collect();
        let (message, contexts) = servers::told(lines.join("\n").trim());
        Trace {
            message: Some(message),
            tells_handled: TellsHandled::Never,
            contexts,
            ..Trace::default()
        }
    }

    fn source_extensions(&self) -> &'static [&'static str] {
        &[]
    }

    fn resolve(&self, _trace: &mut Trace, _project: &Project<'_>) {}
}
