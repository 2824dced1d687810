//! What a text holds. In: a line freed of its wrapper. Out: its own header and message, the trace that opens in it, or the
//! traces that stand in it as a whole (a JSON field, escaped newlines).

use serde_json::Value;

use super::said::Said;
use super::{Grammar, LanguageIx, Lines, Step, Tracker, margin};
use crate::bounds::RECORD_LINES_MAX;
use crate::format::{Header, TimeContext, colour, escape, json, plain};

/// What a line says of itself.
pub(super) enum Told {
    /// It is a record: JSON, or pairs, alone or behind a header.
    Record(json::JsonRecord),
    /// It has a header.
    Header(Header),
    /// Nothing.
    Nothing,
}

/// Reads a line's JSON or header. What a header before JSON says is the outer account.
fn told(text: &[u8], context: &TimeContext) -> Told {
    match text.first() {
        Some(b' ' | b'\t') => margin::told(text, context),
        _ => told_flush(text, context),
    }
}

/// The same of a line that is not set in.
pub(super) fn told_flush(text: &[u8], context: &TimeContext) -> Told {
    if json::begins_in(text, context)
        && let Some(record) = json::record(text, context)
    {
        return Told::Record(record);
    }
    let Some(header) = plain::header(text, context) else {
        return Told::Nothing;
    };
    let inner = text.get(header.message_at..).unwrap_or_default();
    let record = json::begins_in(inner, context).then(|| json::record(inner, context));
    match record.flatten() {
        Some(record) => Told::Record(json::JsonRecord {
            meta: record.meta.over(header.meta),
            ..record
        }),
        None => Told::Header(header),
    }
}

/// Reads a line's JSON or header, if it has one.
pub(super) fn describe(text: &[u8], context: &TimeContext) -> Option<Said> {
    match told(text, context) {
        Told::Record(record) => Some(Said {
            meta: record.meta,
            message: colour::stripped(record.message.unwrap_or_default().into_bytes()),
            json: true,
            goes_on: false,
        }),
        Told::Header(header) => Some(said(header, text)),
        Told::Nothing => None,
    }
}

pub(super) fn said(header: Header, text: &[u8]) -> Said {
    Said {
        message: text.get(header.message_at..).unwrap_or_default().to_vec(),
        meta: header.meta,
        json: false,
        goes_on: header.goes_on,
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

impl Opening {
    /// Does the opening stand behind a header on its own line?
    pub(super) fn has_header(&self) -> bool {
        matches!(self, Self::Here { said: Some(_), .. })
    }
}

/// A trace within one line.
#[derive(Debug, Default)]
pub(super) struct Whole {
    pub(super) language: LanguageIx,
    pub(super) lines: Lines,
    pub(super) preamble: Vec<Vec<u8>>,
    pub(super) said: Option<Said>,
    pub(super) structured: Option<Value>,
    /// It stands in a field by itself.
    pub(super) apart: bool,
    /// It breaks off where its language would go on.
    pub(super) unfinished: bool,
}

impl Whole {
    /// Does it tell that the one escape in its text is the end of a line? rsyslog's has no other meaning: then its own
    /// lines may be the two.
    fn proves_an_end(&self, text: &[u8]) -> bool {
        let several = self.lines.len() > 1 && escape::is_octal(text);
        several || self.is_behind_another_line()
    }

    /// Stands another line before it in its text?
    fn is_behind_another_line(&self) -> bool {
        let message = |said: &Said| !said.message.is_empty();
        !self.preamble.is_empty() || self.said.as_ref().is_some_and(message)
    }
}

/// What opens on this text, if anything does.
pub(super) fn opening(grammars: &Grammars, text: &[u8], context: &TimeContext) -> Option<Opening> {
    let said = match told(text, context) {
        Told::Record(record) => return in_json(grammars, record, context),
        Told::Header(header) => Some(said(header, text)),
        Told::Nothing => None,
    };
    if let Some((at, record)) = json::trailing(text, context) {
        let found = behind_message(grammars, text.get(..at)?, record, context);
        if !found.is_empty() {
            return Some(Opening::Whole(found));
        }
    }
    let whole = match escape::unescape(text) {
        Some(lines) => in_lines(grammars, &lines, context),
        None => escape::unescape_one(text)
            .map(|lines| in_lines(grammars, &lines, context))
            .filter(|found| found.first().is_some_and(|first| first.proves_an_end(text)))
            .unwrap_or_default(),
    };
    let whole = Some(whole).filter(|found| !found.is_empty());
    // A message may hold escaped lines, and its trace follow on lines of its own. rsyslog escapes all or nothing.
    let sure = |found: &Vec<Whole>| found.iter().all(|w| !w.unfinished) || escape::is_octal(text);
    if whole.as_ref().is_some_and(sure) {
        return whole.map(Opening::Whole);
    }
    here(grammars, text, said, context).or_else(|| whole.map(Opening::Whole))
}

/// A trace that begins with this text, or behind another logger's header in it.
fn here(
    grammars: &Grammars,
    text: &[u8],
    said: Option<Said>,
    context: &TimeContext,
) -> Option<Opening> {
    let behind = said.as_ref().map_or(text, |s| &s.message);
    let Some((language, tracker)) = first_open(grammars, behind) else {
        let outer = said?;
        let inner = plain::header(&outer.message, context)?;
        let mut inner = self::said(inner, &outer.message);
        // What stands above is known by the outer one's time.
        inner.meta.time = outer.meta.time.or(inner.meta.time);
        inner.meta = inner.meta.over(outer.meta);
        let (language, tracker) = first_open(grammars, &inner.message)?;
        return Some(Opening::Here {
            language,
            tracker,
            text: inner.message.clone(),
            said: Some(inner),
        });
    };
    Some(Opening::Here {
        language,
        tracker,
        text: behind.to_vec(),
        said,
    })
}

/// The traces of a record that stands behind its message on the line.
fn behind_message(
    grammars: &Grammars,
    message: &[u8],
    mut record: json::JsonRecord,
    context: &TimeContext,
) -> Vec<Whole> {
    record.message = None;
    let message = message.trim_ascii_end();
    let said = describe(message, context).unwrap_or_else(|| Said::leveled(message));
    let Some(Opening::Whole(mut found)) = in_json(grammars, record, context) else {
        return Vec::new();
    };
    for whole in &mut found {
        let inner = whole.said.take().unwrap_or_default();
        let mut said = said.clone();
        said.meta = said.meta.over(inner.meta);
        whole.said = Some(said);
    }
    found
}

pub(super) fn first_open(
    grammars: &Grammars,
    text: &[u8],
) -> Option<(LanguageIx, Box<dyn Tracker>)> {
    grammars
        .iter()
        .find_map(|(language, grammar)| Some((*language, grammar.open(text)?)))
}

fn in_json(
    grammars: &Grammars,
    record: json::JsonRecord,
    context: &TimeContext,
) -> Option<Opening> {
    let message = record.message.unwrap_or_default();
    let said = Said {
        meta: record.meta,
        message: colour::stripped(message.clone().into_bytes()),
        json: true,
        goes_on: false,
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
        && let Some(found) = here(grammars, message.as_bytes(), Some(said.clone()), context)
    {
        return Some(found);
    }
    for text in &record.texts {
        let mut found = split(grammars, &lines_of(text.as_bytes()));
        if found.is_empty() {
            continue;
        }
        for (nth, whole) in found.iter_mut().enumerate() {
            whole.said = Some(said.clone());
            whole.apart = *text != message;
            if !whole.apart {
                message_before(whole, nth == 0, grammars);
            }
        }
        return Some(Opening::Whole(found));
    }
    None
}

/// The trace stands in the message itself: what is left of the message is the line before the trace, unless that is the
/// runtime's own.
fn message_before(whole: &mut Whole, first: bool, grammars: &Grammars) {
    let Some(said) = whole.said.as_mut() else {
        return;
    };
    let introduces = |line: &Vec<u8>| grammars.iter().any(|(_, g)| g.introduces(line));
    let words = whole.preamble.first().filter(|line| !introduces(line));
    said.message = if first && words.is_some() {
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
            message_before(whole, nth == 0, grammars);
        }
    }
    found
}

/// The lines of a string that may have been escaped twice.
fn lines_of(text: &[u8]) -> Vec<Vec<u8>> {
    let twice = (memchr::memchr(b'\n', text).is_none()).then(|| escape::unescape(text));
    plain_lines(twice.flatten().as_deref().unwrap_or(text))
}

fn plain_lines(text: &[u8]) -> Vec<Vec<u8>> {
    let stripped = colour::strip(text);
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
                kept.push(line);
            }
            found.push(Whole {
                language,
                lines: kept.into_lines().0,
                preamble: std::mem::take(&mut preamble),
                unfinished: tracker.unfinished(),
                ..Whole::default()
            });
            at += len;
        } else {
            let leads = preamble.is_empty() && line.is_empty();
            if preamble.len() < RECORD_LINES_MAX && !leads {
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
