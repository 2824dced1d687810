//! A text as its programs wrote it. In: what a file holds. Out: which of its lines tell of no failure, and each trace with what
//! its record says beside it, as a logger is given the two.

use std::ops::Range;

use stacktail::assemble::Record;
use stacktail::format::colour;
use stacktail::language::Exception;

use crate::dress::{Logged, Written};
use crate::memory::{line_ends, records_cut};
use crate::told::{self, Told, value};

/// The text as its programs wrote it.
pub(crate) fn written(text: &str) -> Written {
    let mut records = records_cut(text.as_bytes(), &[]).records;
    records.sort_by_key(|record| (record.head, record.ordinal));
    let told = |record: &Record| told::one(record);
    let told: Vec<_> = records.iter().filter_map(|r| Some((r, told(r)?))).collect();
    let (lines, ends): (Vec<&str>, _) = (text.lines().collect(), line_ends(text.as_bytes()));
    let mut traces: Vec<Logged> = Vec::new();
    let (mut head, mut taken) = (None, Vec::new());
    for (record, told) in &told {
        let extent = extent(record, &lines, &ends);
        let logged = logged(record, told, lines[extent.clone()].join("\n"));
        taken.push(extent);
        // A record may hold several.
        let again = head.replace(record.head) == Some(record.head);
        if !(again && logged.has_field) {
            traces.push(logged);
        }
    }
    if traces.is_empty() {
        traces.push(untold(text));
    }
    let told: Vec<&Told> = told.iter().map(|(_, told)| told).collect();
    Written {
        text: text.to_owned(),
        calm: calm(&lines, &told, &taken),
        traces,
    }
}

/// A text without a trace is logged as one, and nothing is said of it.
fn untold(text: &str) -> Logged {
    Logged {
        said: Some(String::new()),
        stack: text.to_owned(),
        printed: text.strip_suffix('\n').unwrap_or(text).to_owned(),
        has_field: false,
    }
}

/// In a text that has traces, a line that is none's, and does not say what one of them says, is logged as what tells of no
/// failure.
fn calm(lines: &[&str], told: &[&Told], taken: &[Range<usize>]) -> Vec<bool> {
    let exceptions = told.iter().flat_map(|told| &told.exceptions);
    let words = exceptions.filter_map(|e| value(e).lines().next());
    let words: Vec<&str> = words.filter(|words| !words.is_empty()).collect();
    let is_told = |nth: usize, line: &str| {
        let is_taken = taken.iter().any(|lines| lines.contains(&nth));
        is_taken || words.iter().any(|words| line.contains(words))
    };
    let lines = lines.iter().enumerate();
    lines
        .map(|(nth, line)| !told.is_empty() && !is_told(nth, line))
        .collect()
}

/// Which lines are the record's: from its header, or the first of those above its opening that are its, to its last.
fn extent(record: &Record, lines: &[&str], ends: &[usize]) -> Range<usize> {
    let opens = ends.partition_point(|end| *end as u64 <= record.head);
    let end = ends.partition_point(|end| (*end as u64) < record.end) + 1;
    let end = end.min(lines.len());
    if has_field(record) {
        return opens..end;
    }
    let holds = |at: usize, text: &[u8]| {
        let line = colour::stripped(lines[at].into());
        String::from_utf8_lossy(&line).contains(&*String::from_utf8_lossy(text))
    };
    let above = record.preamble.iter().rev().fold(opens, |at, line| {
        at.saturating_sub(usize::from(at > 0 && holds(at - 1, line)))
    });
    let header = record.message.as_deref();
    let header = header.and_then(|message| (0..=above).rev().find(|at| holds(*at, message)));
    header.unwrap_or(above)..end
}

fn has_field(record: &Record) -> bool {
    record.apart || record.structured.is_some()
}

/// The trace and what its record says.
fn logged(record: &Record, told: &Told, printed: String) -> Logged {
    let lines = record.preamble.iter().map(Vec::as_slice);
    let lines = joined(lines.chain(record.lines.iter()));
    let (said, stack) = parted(record, told, &lines);
    let logged = Logged {
        said,
        stack,
        printed,
        has_field: has_field(record),
    };
    let text = colour::stripped(logged.printed.clone().into_bytes());
    let printed = if logged.has_field {
        logged.printed
    } else if !text.ends_with(lines.as_bytes()) || !text.contains(&b'\n') {
        // Lines with headers of their own are several messages; one of one line has no ends of lines to be written out.
        format!("{}\n{}", logged.words(), logged.stack)
    } else if record.message.is_none() {
        logged.stack.trim_start_matches('\n').to_owned()
    } else {
        logged.printed
    };
    Logged { printed, ..logged }
}

/// What the record says, and the trace. The header's message is the trace's first line where the trace begins on that line.
fn parted(record: &Record, told: &Told, lines: &str) -> (Option<String>, String) {
    let is_told = |text: &str| told::of(text) == [told.clone()];
    let message = record.message.as_deref();
    let said = message.map(|message| String::from_utf8_lossy(message).into_owned());
    let Some(said) = said else {
        // A stack of no error, beside which nothing is said, stays one.
        let says_nothing = told.exceptions.iter().all(is_speechless);
        return (says_nothing.then(String::new), lines.to_owned());
    };
    let with = format!("{said}\n{lines}");
    let goes_on = |e: &Exception| value(e).starts_with(&format!("{said}\n"));
    if is_told(lines) {
        let is_first = lines.lines().next() == Some(&said);
        return ((!is_first).then_some(said), lines.to_owned());
    }
    if told.exceptions.iter().any(goes_on) || is_told(&with) {
        return (None, with);
    }
    (Some(said), lines.to_owned())
}

fn is_speechless(exception: &Exception) -> bool {
    exception.ty.is_empty() && value(exception).is_empty()
}

fn joined<'a>(lines: impl Iterator<Item = &'a [u8]>) -> String {
    let lines: Vec<_> = lines.map(|line| String::from_utf8_lossy(line)).collect();
    lines.join("\n")
}
