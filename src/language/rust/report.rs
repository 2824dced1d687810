//! Reports of anyhow and eyre. In: their chain, place and backtrace, and what stands above. Out: the exceptions as
//! `sentry-anyhow` sends them: each error by itself, the innermost first, the backtrace at the outermost.
//!
//! The types of errors are not printed: the SDK reads them from their `Debug`, and calls what it cannot read `Error`.

use super::line::{self, CAUSES, LOCATION, REPORT_STACK};
use super::stack::{self, Taken};
use crate::assemble::Record;
use crate::bounds::EXCEPTIONS_MAX;
use crate::language::seek::Seek as _;
use crate::language::{Exception, Frame, TellsHandled, Thread, Trace};

/// What `main` prints before an error that it returns.
const ERROR: &str = "Error:";
/// Where color-eyre's panic came from: what stands above is no error.
const PANIC_PLACE: &str = "Location: ";

/// Reads a report.
pub(super) fn read(record: &Record, lines: &[&str], preamble: &[&str]) -> Trace {
    let message = record.message.as_deref().map(line::text);
    let listed = lines
        .first()
        .is_some_and(|text| text.trimmed_end() == LOCATION);
    let told = said(message.as_deref(), preamble, listed);
    let sections = Sections::of(lines);
    let mut values = told.values;
    let bare = sections.place.is_none() && sections.calls.is_empty();
    if values.is_empty() || (bare && sections.causes.is_empty()) {
        return Trace::default();
    }
    values.extend(sections.causes);
    let mut trace = chain(&values);
    let own = sections.place.is_none() && !sections.ruled;
    let taken = if own { Taken::FromText } else { Taken::Printed };
    let mut frames = stack::frames(&sections.calls, taken);
    if own {
        if let Some(outermost) = trace.exceptions.last_mut() {
            outermost.frames = frames;
        }
    } else {
        if frames.is_empty() {
            let place = sections.place.map(stack::located);
            frames.extend(place.map(|frame| Frame {
                in_app: Some(true),
                ..frame
            }));
        }
        trace.threads = attached(frames);
    }
    trace.message = told.message;
    trace
}

/// A backtrace that somebody printed behind words.
pub(super) fn listed(record: &Record, lines: &[&str], preamble: &[&str]) -> Trace {
    let all: Vec<&str> = preamble.iter().chain(lines).copied().collect();
    let first = |text: &&str| line::call(text).is_some_and(|call| call.number == Some(0));
    let Some(begins) = all.iter().rposition(first) else {
        return Trace::default();
    };
    let above = all.get(..begins).unwrap_or_default();
    let message = record.message.as_deref().map(line::text);
    let told = said(message.as_deref(), above, false);
    let Some(value) = told.values.first() else {
        return Trace::default();
    };
    let calls = stack::calls(all.get(begins..).unwrap_or_default());
    let mut trace = chain(std::slice::from_ref(value));
    if let Some(only) = trace.exceptions.last_mut() {
        only.frames = stack::frames(&calls, Taken::Printed);
    }
    trace.message = told.message;
    trace
}

/// eyre's errors carry no stack for the SDK, which then attaches that of the thread.
fn attached(frames: Vec<Frame>) -> Vec<Thread> {
    let thread = Thread {
        id: "0".to_owned(),
        crashed: true,
        frames,
        ..Thread::default()
    };
    Some(thread)
        .filter(|t| !t.frames.is_empty())
        .into_iter()
        .collect()
}

/// The outermost first.
fn chain(values: &[String]) -> Trace {
    let count = values.len().min(EXCEPTIONS_MAX);
    let mut exceptions: Vec<Exception> = values
        .iter()
        .take(count)
        .enumerate()
        .map(|(nth, value)| exception(value, nth == 0))
        .collect();
    exceptions.reverse();
    Trace {
        exceptions,
        tells_handled: TellsHandled::Never,
        ..Trace::default()
    }
}

/// Texts of the standard library's errors, and what their `Debug` begins with.
const KNOWN: &[(&str, &str)] = &[
    ("invalid digit found in string", "ParseIntError"),
    ("cannot parse integer from empty string", "ParseIntError"),
    ("number too large to fit in target type", "ParseIntError"),
    ("number too small to fit in target type", "ParseIntError"),
    ("invalid float literal", "ParseFloatError"),
    ("cannot parse float from empty string", "ParseFloatError"),
    (
        "provided string was not `true` or `false`",
        "ParseBoolError",
    ),
    ("deadline has elapsed", "Elapsed"),
];

/// An error of the chain.
pub(super) fn exception(value: &str, outermost: bool) -> Exception {
    let known = KNOWN.iter().find(|(text, _)| *text == value);
    let system = value.contains(" (os error ") && value.ends_with(')');
    let ty = match known {
        Some((_, ty)) if !outermost => ty,
        _ if system && !outermost => "Os",
        _ => "Error",
    };
    Exception {
        ty: ty.to_owned(),
        value: Some(value.to_owned()),
        ..Exception::default()
    }
}

/// What stands above the chain.
#[derive(Debug, Default)]
struct Said {
    /// The outermost error, or, as color-eyre prints them, the whole chain.
    values: Vec<String>,
    /// What was logged with it.
    message: Option<String>,
}

/// `listed`: it may be color-eyre's list.
fn said(message: Option<&str>, preamble: &[&str], listed: bool) -> Said {
    let blank = |text: &&&str| line::is_blank(text);
    let end = preamble.len() - preamble.iter().rev().take_while(blank).count();
    let above = preamble.get(..end).unwrap_or_default();
    let Some(message) = message else {
        return unheaded(above, listed);
    };
    // A field has a line of its own; a message goes on set in.
    let own = above
        .first()
        .is_some_and(|first| line::indent(first) == 0 && !line::is_blank(first));
    if own {
        return Said {
            values: values(above),
            message: Some(message.to_owned()),
        };
    }
    let (logged, head) = apart(message);
    let mut lines = vec![head];
    lines.extend(above.iter().copied());
    Said {
        values: values(&lines),
        message: Some(logged.to_owned()),
    }
}

/// The block of lines right above.
fn unheaded(above: &[&str], listed: bool) -> Said {
    let begins = above.iter().rposition(|text| text.starts_with(ERROR));
    let gap = above
        .iter()
        .rposition(|text| line::is_blank(text))
        .map(|at| at + 1);
    let begins = begins.max(gap).unwrap_or(0);
    let mut lines = above.get(begins..).unwrap_or_default().to_vec();
    let Some(first) = lines.first_mut() else {
        return Said::default();
    };
    if above.iter().any(|text| text.starts_with(PANIC_PLACE)) {
        return Said::default();
    }
    if line::indent(first) > 0 {
        // Among causes: nothing tells what they are the causes of, unless they are color-eyre's list.
        let whole = line::numbered(first).is_some_and(|(number, _)| number == 0);
        let values = Some(lines).filter(|_| whole && listed);
        return Said {
            values: values.map(|lines| causes(&lines)).unwrap_or_default(),
            message: None,
        };
    }
    let (logged, head) = apart(first);
    *first = head;
    Said {
        values: values(&lines),
        message: Some(logged.to_owned()).filter(|m| !m.is_empty()),
    }
}

/// What was logged, and the error behind it: `cannot start: reading x`, `settling failed error=settling order 17`.
fn apart(text: &str) -> (&str, &str) {
    const FIELDS: &[&str] = &[" error=", " err=", " e=", " cause=", " reason="];
    if text.starts_with(ERROR) {
        return ("", text);
    }
    let field = FIELDS.iter().find_map(|field| text.split_once(field));
    field
        .or_else(|| text.split_once(": "))
        .unwrap_or(("", text))
}

/// One error, or color-eyre's list of them.
fn values(lines: &[&str]) -> Vec<String> {
    let Some((first, rest)) = lines.split_first() else {
        return Vec::new();
    };
    let first = first.strip_prefix(ERROR).map_or(*first, str::trim_start);
    let listed = first.trimmed().is_empty()
        && rest
            .first()
            .is_some_and(|text| line::numbered(text).is_some());
    if listed {
        return causes(rest);
    }
    let mut value = vec![first];
    value.extend(rest);
    let value = value.join("\n").trim().to_owned();
    Some(value).filter(|v| !v.is_empty()).into_iter().collect()
}

/// Numbered errors, or a single one that is not. Further lines are set in as far as the value, if they are no deeper.
fn causes(lines: &[&str]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let listed = lines
        .first()
        .is_some_and(|text| line::numbered(text).is_some_and(|(number, _)| number == 0));
    let mut column = 0;
    for text in lines {
        let next = line::numbered(text)
            .filter(|(number, _)| listed && usize::try_from(*number) == Ok(found.len()))
            .map(|(_, value)| value);
        let alone = found.is_empty().then(|| text.trimmed());
        if let Some(value) = next.or(alone) {
            column = text.trimmed_end().len() - value.len();
            found.push(value.to_owned());
        } else if let Some(last) = found.last_mut() {
            last.push('\n');
            last.push_str(line::dedent(text, column));
        }
    }
    for value in &mut found {
        value.truncate(value.trim_end().len());
    }
    found
}

/// The parts of a report.
#[derive(Debug, Default)]
struct Sections<'a> {
    causes: Vec<String>,
    place: Option<line::Place<'a>>,
    calls: Vec<(line::Call<'a>, Option<line::Place<'a>>)>,
    /// color-eyre's form.
    ruled: bool,
}

impl<'a> Sections<'a> {
    fn of(lines: &[&'a str]) -> Self {
        let mut sections = Self::default();
        let begins = |text: &str| {
            let bare = text.trimmed_end();
            [CAUSES, LOCATION, REPORT_STACK].contains(&bare)
                || line::is_banner(text)
                || line::is_hint(text)
        };
        let mut rest = lines;
        while let Some((head, behind)) = rest.split_first() {
            let end = behind
                .iter()
                .position(|text| begins(text))
                .unwrap_or(behind.len());
            let body = behind.get(..end).unwrap_or_default();
            match head.trimmed_end() {
                CAUSES => {
                    let end = body.iter().position(|text| line::is_blank(text));
                    let own = body.get(..end.unwrap_or(body.len())).unwrap_or_default();
                    sections.causes = causes(own);
                }
                LOCATION => sections.place = body.first().and_then(|text| line::source(text)),
                REPORT_STACK => sections.calls = stack::calls(body),
                _ if line::is_banner(head) => {
                    sections.ruled = true;
                    sections.calls = stack::calls(body);
                }
                _ => {}
            }
            rest = behind.get(end..).unwrap_or_default();
        }
        sections
    }
}
