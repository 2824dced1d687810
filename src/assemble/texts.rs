//! What a text holds. In: a line freed of its wrapper. Out: its own header and message, the trace that opens in it, or the
//! traces that stand in it as a whole (a JSON field, escaped newlines).

use serde_json::Value;

use super::{Grammar, LanguageIx, Step, Tracker};
use crate::bounds::RECORD_LINES_MAX;
use crate::format::{Meta, TimeContext, escape, json, plain};

/// A log line's account of itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    pub(super) meta: Meta,
    pub(super) message: Vec<u8>,
    /// A whole record in one line: what follows it in plain text is not its trace.
    pub(super) json: bool,
}

/// Reads a line's JSON or header, if it has one.
pub(super) fn describe(text: &[u8], context: &TimeContext) -> Option<Said> {
    if let Some(record) = json::record(text, context) {
        return Some(Said {
            meta: record.meta,
            message: record.message.unwrap_or_default().into_bytes(),
            json: true,
        });
    }
    let header = plain::header(text, context)?;
    Some(Said {
        message: text.get(header.message_at..).unwrap_or_default().to_vec(),
        meta: header.meta,
        json: false,
    })
}

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

/// The text behind a line's header, and whether it has one.
pub(super) fn stepped(text: &[u8], context: &TimeContext) -> Stepped {
    if json::begins(text)
        && let Some(said) = describe(text, context)
    {
        return Stepped {
            header: true,
            message: Message::Said(said.message),
        };
    }
    let header = plain::header(text, context);
    Stepped {
        header: header.is_some(),
        message: Message::From(header.map_or(0, |header| header.message_at)),
    }
}

/// Which languages read here.
pub(super) type Grammars = [(LanguageIx, &'static dyn Grammar)];

/// What opens on a line.
pub(super) enum Opening {
    /// A trace that goes on in the stream's next lines.
    Here {
        language: LanguageIx,
        tracker: Box<dyn Tracker>,
        text: Vec<u8>,
        /// The header in front of it on the same line.
        said: Option<Said>,
    },
    /// Traces that begin and end in this line.
    Whole(Vec<Whole>),
}

/// A trace within one line.
#[derive(Debug, Default)]
pub(super) struct Whole {
    pub(super) language: LanguageIx,
    pub(super) lines: Vec<Vec<u8>>,
    pub(super) preamble: Vec<Vec<u8>>,
    pub(super) said: Option<Said>,
    pub(super) structured: Option<Value>,
}

/// What opens on this text, if anything does.
pub(super) fn opening(grammars: &Grammars, text: &[u8], context: &TimeContext) -> Option<Opening> {
    if let Some(record) = json::record(text, context) {
        return in_json(grammars, record);
    }
    if let Some(lines) = escape::unescape(text) {
        let found = in_lines(grammars, &lines, context);
        if !found.is_empty() {
            return Some(Opening::Whole(found));
        }
    }
    let said = describe(text, context);
    let behind = said.as_ref().map_or(text, |s| &s.message);
    let (language, tracker) = first_open(grammars, behind)?;
    Some(Opening::Here {
        language,
        tracker,
        text: behind.to_vec(),
        said,
    })
}

pub(super) fn first_open(
    grammars: &Grammars,
    text: &[u8],
) -> Option<(LanguageIx, Box<dyn Tracker>)> {
    grammars
        .iter()
        .find_map(|(language, grammar)| Some((*language, grammar.open(text)?)))
}

fn in_json(grammars: &Grammars, record: json::JsonRecord) -> Option<Opening> {
    let message = record.message.unwrap_or_default();
    let said = Said {
        meta: record.meta,
        message: message.clone().into_bytes(),
        json: true,
    };
    if let Some(structured) = record.structured
        && let Some((language, _)) = grammars.iter().find(|(_, g)| g.claims(&structured))
    {
        return Some(Opening::Whole(vec![Whole {
            language: *language,
            said: Some(said),
            structured: Some(structured),
            ..Whole::default()
        }]));
    }
    // A message that is nothing but an opening: each line of the trace is a JSON line of its own.
    if !message.contains('\n')
        && let Some((language, tracker)) = first_open(grammars, message.as_bytes())
    {
        return Some(Opening::Here {
            language,
            tracker,
            text: message.into_bytes(),
            said: Some(said),
        });
    }
    for text in &record.texts {
        let mut found = split(grammars, &plain_lines(text.as_bytes()));
        if found.is_empty() {
            continue;
        }
        for (nth, whole) in found.iter_mut().enumerate() {
            whole.said = Some(said.clone());
            if *text == message {
                message_before(whole, nth == 0);
            }
        }
        return Some(Opening::Whole(found));
    }
    None
}

/// The trace stands in the message itself: what is left of the message is the line before the trace.
fn message_before(whole: &mut Whole, first: bool) {
    let Some(said) = whole.said.as_mut() else {
        return;
    };
    said.message = if first && !whole.preamble.is_empty() {
        whole.preamble.remove(0)
    } else {
        Vec::new()
    };
}

/// The traces in the lines of a text whose first line may have a header.
fn in_lines(grammars: &Grammars, text: &[u8], context: &TimeContext) -> Vec<Whole> {
    let mut lines = plain_lines(text);
    let said = lines.first().and_then(|first| describe(first, context));
    if let (Some(said), Some(first)) = (&said, lines.first_mut()) {
        first.clone_from(&said.message);
    }
    let mut found = split(grammars, &lines);
    for (nth, whole) in found.iter_mut().enumerate() {
        whole.said.clone_from(&said);
        if said.is_some() {
            message_before(whole, nth == 0);
        }
    }
    found
}

fn plain_lines(text: &[u8]) -> Vec<Vec<u8>> {
    let stripped = crate::format::colour::strip(text);
    stripped
        .split(|b| *b == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line).to_vec())
        .collect()
}

/// Splits lines into traces, each with the lines before it since the one before.
fn split(grammars: &Grammars, lines: &[Vec<u8>]) -> Vec<Whole> {
    let mut found: Vec<Whole> = Vec::new();
    let mut preamble: Vec<Vec<u8>> = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        if let Some((language, mut tracker)) = first_open(grammars, line) {
            // A field, or a line with its newlines written out, holds nothing else.
            tracker.headed();
            let rest = lines.get(at + 1..).unwrap_or_default();
            let len = 1 + follow(tracker.as_mut(), rest);
            let mut kept = super::kept::Kept::default();
            for line in lines.iter().skip(at).take(len) {
                kept.push(line.clone());
            }
            found.push(Whole {
                language,
                lines: kept.into_lines().0,
                preamble: std::mem::take(&mut preamble),
                ..Whole::default()
            });
            at += len;
        } else {
            if preamble.len() < RECORD_LINES_MAX && !line.is_empty() {
                preamble.push(line.clone());
            }
            at += 1;
        }
    }
    found
}

/// How many of these lines belong to the trace.
fn follow(tracker: &mut dyn Tracker, lines: &[Vec<u8>]) -> usize {
    let mut belong = 0;
    for (nth, line) in lines.iter().enumerate() {
        match tracker.step(line, false) {
            Step::Belongs => belong = nth + 1,
            Step::Perhaps | Step::Foreign => {}
            Step::Ended => break,
        }
    }
    belong
}
