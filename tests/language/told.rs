//! What a text tells: its exceptions, without what a wrapper may add or take (level, time, message, who caught it).

use stacktail::assemble::{Found, Record};
use stacktail::language::{Exception, Frame, LANGUAGES, Project, Trace};
use stacktail::source::Entry;

use crate::memory::{Memory, Run, records_cut};

/// One record, as far as every dress must leave it alone.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Told {
    /// Who claimed it.
    pub(crate) language: usize,
    /// The chain, in the event's order; what carries the frames where a message is reported.
    pub(crate) exceptions: Vec<Exception>,
}

/// What is read of these bytes at once.
pub(crate) fn of(text: &str) -> Vec<Told> {
    in_pieces(text, &[])
}

/// What is read of these bytes in pieces that end at `cuts`, which are line ends.
pub(crate) fn in_pieces(text: &str, cuts: &[usize]) -> Vec<Told> {
    told(&records_cut(text.as_bytes(), cuts))
}

/// What is read of these entries.
pub(crate) fn of_entries(entries: Vec<Entry>) -> Vec<Told> {
    let mut run = Run::of(Memory::new());
    run.entries(entries);
    told(&run.finish())
}

fn told(found: &Found) -> Vec<Told> {
    let mut records: Vec<&Record> = found.records.iter().collect();
    // Records of several streams end in another order than they begin.
    records.sort_by_key(|record| (record.head, record.ordinal));
    records.into_iter().filter_map(one).collect()
}

/// The text of each trace by itself, as a logger would put it into a field; the whole text where there is no trace.
pub(crate) fn texts(text: &str) -> Vec<String> {
    let records = records_cut(text.as_bytes(), &[]).records;
    let mut texts: Vec<String> = records.iter().filter_map(text_of).collect();
    if texts.is_empty() {
        texts.push(text.to_owned());
    }
    texts
}

/// The lines of the record; the message of its header, too, where the trace begins on that line.
fn text_of(record: &Record) -> Option<String> {
    let told = one(record)?;
    let preamble = record.preamble.iter().map(Vec::as_slice);
    let lines = preamble.chain(record.lines.iter());
    let alone = joined(lines.clone());
    if of(&alone) == [told] {
        return Some(alone);
    }
    Some(joined(record.message.as_deref().into_iter().chain(lines)))
}

fn joined<'a>(lines: impl Iterator<Item = &'a [u8]>) -> String {
    let lines: Vec<_> = lines.map(|line| String::from_utf8_lossy(line)).collect();
    lines.join("\n")
}

/// `None` where the record holds nothing to report.
pub(crate) fn one(record: &Record) -> Option<Told> {
    let ix = usize::from(record.language);
    let language = LANGUAGES[ix];
    let mut trace = language.parse(record);
    if trace.is_empty() {
        return None;
    }
    let root = format!("/srv/app/{}", language.name());
    let project = Project {
        root: Some(&root),
        file_exists: &|_| false,
        line: &|_, _| None,
    };
    language.resolve(&mut trace, &project);
    Some(Told {
        language: ix,
        exceptions: bare(trace),
    })
}

fn bare(trace: Trace) -> Vec<Exception> {
    if trace.is_message() {
        let crashed = trace.threads.into_iter().find(|thread| thread.crashed);
        return vec![Exception {
            value: trace.message,
            frames: crashed.map(|thread| thread.frames).unwrap_or_default(),
            ..Exception::default()
        }];
    }
    let mut exceptions = trace.exceptions;
    for exception in &mut exceptions {
        exception.handled = None;
    }
    exceptions
}

/// Is `part` nothing but what `whole` tells, less what was cut off? An exception of it has the type (or none) and the beginning
/// of the value of one of the whole's, or neither where the line that says them is gone, and no frame that the whole does
/// not have as often.
pub(crate) fn is_part(part: &[Told], whole: &[Told]) -> Result<(), String> {
    if part.len() > whole.len() {
        return Err(format!("{} records of {}", part.len(), whole.len()));
    }
    let all: Vec<&Exception> = whole.iter().flat_map(|told| &told.exceptions).collect();
    for exception in part.iter().flat_map(|told| &told.exceptions) {
        let value = |e: &Exception| e.value.clone().unwrap_or_default();
        let begun = value(exception);
        let unsaid = exception.ty.is_empty() && begun.is_empty();
        // What is left may tell the words and not that they are an error's.
        let typed = |whole: &Exception| exception.ty.is_empty() || whole.ty == exception.ty;
        let begins =
            |whole: &&Exception| typed(whole) && value(whole).starts_with(begun.trim_end());
        if !unsaid && !all.iter().any(begins) {
            return Err(format!("the whole has no {}: {begun:?}", exception.ty));
        }
    }
    let mut known: Vec<String> = all.iter().flat_map(|e| &e.frames).map(place).collect();
    let mut frames: Vec<&Frame> = part
        .iter()
        .flat_map(|told| &told.exceptions)
        .flat_map(|e| &e.frames)
        .collect();
    // One without a name takes what those with one leave.
    frames.sort_by_key(|frame| frame.function.is_none());
    for frame in frames {
        let here = place(frame);
        // The place alone may be told where the function's name was cut off.
        let same = |known: &String| match here.strip_prefix("None ") {
            Some(unnamed) => known.ends_with(&format!(" {unnamed}")),
            None => *known == here,
        };
        let exact = known.iter().position(|known| *known == here);
        let Some(at) = exact.or_else(|| known.iter().position(same)) else {
            return Err(format!("the whole has no {here}"));
        };
        known.swap_remove(at);
    }
    Ok(())
}

fn place(frame: &Frame) -> String {
    format!(
        "{:?} {:?}:{:?}:{:?}",
        frame.function, frame.abs_path, frame.lineno, frame.colno
    )
}
