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

/// Which lines are gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The first.
    Beginning,
    /// The last.
    End,
}

/// Is `part` nothing but what `whole` tells, less what was cut off? An exception of it has the type (or none) and the beginning
/// of the value of one of the whole's, or neither where the line that says them is gone, and no frame that the whole does
/// not have as often. What a value of the whole's quotes may stand by itself.
pub(crate) fn is_part(part: &[Told], whole: &[Told], cut: Cut) -> Result<(), String> {
    if part.len() > whole.len() {
        return Err(format!("{} records of {}", part.len(), whole.len()));
    }
    let all: Vec<&Exception> = whole.iter().flat_map(|told| &told.exceptions).collect();
    let quoted: Vec<&str> = all.iter().flat_map(|e| quoted(e)).collect();
    for exception in part.iter().flat_map(|told| &told.exceptions) {
        let begins = all.iter().any(|whole| begins(exception, whole));
        let ends = || cut == Cut::Beginning && ends(exception, &all);
        if !begins && !is_quoted(exception, &all) && !ends() {
            let (ty, value) = (&exception.ty, value(exception));
            return Err(format!("the whole has no {ty}: {value:?}"));
        }
    }
    let mut known: Vec<&Frame> = all.iter().flat_map(|e| &e.frames).collect();
    let mut frames: Vec<&Frame> = part
        .iter()
        .flat_map(|told| &told.exceptions)
        .flat_map(|e| &e.frames)
        .collect();
    // One without a name takes what those with one leave.
    frames.sort_by_key(|frame| frame.function.is_none());
    for frame in frames {
        let exact = known.iter().position(|known| place(known) == place(frame));
        if let Some(at) = exact.or_else(|| known.iter().position(|known| same(frame, known))) {
            known.swap_remove(at);
        } else if !is_printed(frame, &quoted) {
            return Err(format!("the whole has no {}", place(frame)));
        }
    }
    Ok(())
}

/// What the exception says.
pub(crate) fn value(exception: &Exception) -> &str {
    exception.value.as_deref().unwrap_or_default()
}

/// Is it the whole's, or what is left of it?
fn begins(part: &Exception, whole: &Exception) -> bool {
    let unsaid = part.ty.is_empty() && value(part).is_empty();
    // What is left may tell the words and not that they are an error's.
    let typed = part.ty.is_empty() || whole.ty == part.ty;
    unsaid || (typed && value(whole).starts_with(value(part).trim_end()))
}

/// Without the lines above, is it what is left of the whole's: the last lines of its value, or a wrap's own words without
/// what it wraps?
fn ends(part: &Exception, whole: &[&Exception]) -> bool {
    let is_wrap = |e: &&Exception| {
        let wrapped = value(e)
            .strip_prefix(value(part))
            .and_then(|rest| rest.strip_prefix(": "));
        wrapped.is_some_and(|wrapped| whole.iter().any(|e| value(e) == wrapped))
    };
    let last = format!("\n{}", value(part));
    let is_last = |e: &&Exception| e.ty == part.ty && value(e).ends_with(&last);
    !value(part).is_empty() && whole.iter().any(|e| is_last(e) || is_wrap(e))
}

/// Does it stand in a value, as it would be printed?
fn is_quoted(part: &Exception, whole: &[&Exception]) -> bool {
    let says = value(part).trim_end();
    let printed = format!("{}: {says}", part.ty);
    let prints = |text: &str| match says.is_empty() {
        true => text.lines().any(|line| line.ends_with(&part.ty)),
        false => text.contains(&printed),
    };
    !part.ty.is_empty() && whole.iter().any(|e| prints(value(e)))
}

/// The lines of its value behind the first.
fn quoted(whole: &Exception) -> impl Iterator<Item = &str> {
    value(whole).lines().skip(1)
}

/// Does a line of a value print the frame, its function and its line? As often as it is told: the quoted says `... 2 more`.
fn is_printed(frame: &Frame, quoted: &[&str]) -> bool {
    let (Some(function), Some(number)) = (&frame.function, frame.lineno) else {
        return false;
    };
    let place = format!(":{number}");
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_digit());
    let placed = |line: &str| line.split(&place).skip(1).any(ends);
    let prints = |line: &&str| line.contains(function) && placed(line);
    quoted.iter().any(prints)
}

/// Is it the whole's, as far as its name is told? The place alone may be told where the function's name was cut off, and a
/// longer name where what shortens it was.
fn same(part: &Frame, whole: &Frame) -> bool {
    let at = |frame: &Frame| (frame.abs_path.clone(), frame.lineno, frame.colno);
    let named = match (&part.function, &whole.function) {
        (Some(part), Some(whole)) => part.ends_with(&format!(".{whole}")),
        (None, _) => true,
        (Some(_), None) => false,
    };
    named && at(part) == at(whole)
}

fn place(frame: &Frame) -> String {
    format!(
        "{:?} {:?}:{:?}:{:?}",
        frame.function, frame.abs_path, frame.lineno, frame.colno
    )
}
