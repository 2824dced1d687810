//! Elixir's traces. In: a record. Out: what sentry-elixir sends: an exception, or, where a process ended by an exit that is
//! none, the whole report as a message with the stack beside it.

use super::call;
use super::line::{self, Banner, Kind, Printed, STEP};
use crate::assemble::Record;
use crate::bounds::RECORD_FRAMES_MAX;
use crate::language::seek::Seek as _;
use crate::language::{Exception, Frame, TellsHandled, Thread, Trace};

/// Reads the record.
pub(super) fn read(record: &Record) -> Trace {
    let own: Vec<_> = record.lines.iter().map(|l| line::text(l)).collect();
    let above: Vec<_> = record.preamble.iter().map(|l| line::text(l)).collect();
    let base = own.first().map_or(0, |first| line::indent(first));
    let mut lines: Vec<&str> = own.iter().map(|l| line::dedent(l, base)).collect();
    // What is told of the same process again says no more.
    let again = lines.windows(2).position(|pair| {
        let [words, next] = pair else { return false };
        line::rank(words).is_some() && next.starts_with(line::OPENING)
    });
    lines.truncate(again.map_or(lines.len(), |at| at.max(1)));
    let Some(block) = Block::read(&lines, 0) else {
        return Trace::default();
    };
    if is_listing(&lines, &above) {
        return Trace::default();
    }
    let words = said(record, &lines);
    let report = reported(words.as_deref(), &above);
    let raised = if block.banner.wraps() {
        let Some(inner) = block.inner(&lines) else {
            return Trace::default();
        };
        inner
    } else {
        block
    };
    let known = !raised.frames.is_empty() || record.message.is_some() || report.is_some();
    match raised.banner.kind {
        Kind::Exception(ty) => {
            if !known && !is_error(ty) {
                return Trace::default();
            }
            let linked = lines.first().is_some_and(|l| is_from(l));
            exception(
                &raised,
                ty,
                record,
                words.as_deref(),
                (report.is_some(), linked),
            )
        }
        Kind::Exit => {
            let from = lines
                .first()
                .is_some_and(|l| l.starts_with("** (EXIT from "));
            if !known && !from {
                return Trace::default();
            }
            message(&raised, &report.unwrap_or_default(), &lines)
        }
    }
}

/// What the header's line says, if the banner does not stand on it.
fn said(record: &Record, lines: &[&str]) -> Option<String> {
    let message = record.message.as_deref()?;
    let message = line::text(message);
    let message = message.trim();
    let apart = lines.first().is_none_or(|first| first.trim() != message);
    apart.then(|| message.to_owned())
}

fn exception(
    raised: &Block<'_>,
    ty: &str,
    record: &Record,
    words: Option<&str>,
    (report, linked): (bool, bool),
) -> Trace {
    // A logger that is handed an exception names nothing else; words of its own are a program's that caught it.
    let caught = match (&words, &record.message) {
        _ if report => false,
        (Some(_), _) => true,
        (None, Some(_)) => false,
        (None, None) => !raised.scripted() && !linked,
    };
    let notes = words
        .filter(|_| !report)
        .map(|words| format!("logged as: {words}"));
    Trace {
        exceptions: vec![Exception {
            ty: if ty == "Mix" { "Mix.Error" } else { ty }.to_owned(),
            value: Some(raised.value.join("\n")),
            frames: raised.frames(),
            ..Exception::default()
        }],
        handled: Some(caught),
        tells_handled: TellsHandled::Always,
        // The SDK sends no message beside an exception.
        message: Some(String::new()),
        notes: notes.into_iter().collect(),
        ..Trace::default()
    }
}

fn message(raised: &Block<'_>, report: &[&str], lines: &[&str]) -> Trace {
    let pid = report.first().and_then(|words| pid(words));
    let text: Vec<&str> = report.iter().chain(lines).copied().collect();
    Trace {
        message: Some(text.join("\n").trimmed_end().to_owned()),
        threads: vec![Thread {
            id: pid.unwrap_or("0").to_owned(),
            crashed: true,
            frames: raised.frames(),
            ..Thread::default()
        }],
        ..Trace::default()
    }
}

/// The lines of `Logger`'s report above the banner, from the one on that says which process ended.
fn reported<'a, S: AsRef<str>>(words: Option<&'a str>, above: &'a [S]) -> Option<Vec<&'a str>> {
    let mut all: Vec<&str> = words.into_iter().collect();
    all.extend(above.iter().map(AsRef::as_ref));
    let at = all.iter().rposition(|line| report_in(line).is_some())?;
    let mut lines = all.split_off(at);
    if let Some(first) = lines.first_mut() {
        *first = report_in(first).unwrap_or(first);
    }
    Some(lines)
}

/// What the line says of a process that ended, behind whatever stands before it.
fn report_in(line: &str) -> Option<&str> {
    let line = line.trimmed();
    let behind = || line.split_once("] ").map(|(_, words)| words);
    is_report(line)
        .then_some(line)
        .or_else(|| behind().filter(|words| is_report(words)))
}

/// The first process that the words name.
fn pid(words: &str) -> Option<&str> {
    let at = words.find("#PID<")?;
    let inner = words.get(at + 5..)?;
    inner.split('>').next()
}

/// A banner with its message and frames.
struct Block<'a> {
    banner: Banner<'a>,
    /// Where its lines begin, and how far they are set in.
    at: usize,
    margin: usize,
    value: Vec<&'a str>,
    /// The crash first.
    frames: Vec<Printed<'a>>,
}

impl<'a> Block<'a> {
    /// The block whose banner stands at `at`.
    fn read(lines: &[&'a str], at: usize) -> Option<Self> {
        let first = lines.get(at)?;
        let margin = line::indent(first);
        let banner = line::banner(first.get(margin..)?)?;
        let rest = lines.get(at + 1..).unwrap_or_default();
        let own = rest.iter().take_while(|l| !is_outside(l, margin)).count();
        let rest = rest.get(..own).unwrap_or_default();
        let (start, end) = stack(rest, margin).unwrap_or_else(|| {
            let end = rest.iter().position(|l| line::is_behind(l));
            let end = end.unwrap_or(rest.len());
            (end, end)
        });
        let frames = rest.get(start..end).unwrap_or_default();
        let mut value = vec![banner.words];
        value.extend(rest.get(..start).unwrap_or_default());
        if frames.is_empty() {
            while value.len() > 1 && value.last().is_some_and(|l| line::is_blank(l)) {
                value.pop();
            }
        }
        let frames = frames.iter().filter_map(|l| line::frame(l.trim_start()));
        Some(Self {
            banner,
            at,
            margin,
            value,
            frames: frames.take(RECORD_FRAMES_MAX).collect(),
        })
    }

    /// The exception that an exit wraps.
    fn inner(&self, lines: &[&'a str]) -> Option<Self> {
        let inner = Self::read(lines, self.at + 1)?;
        (inner.margin == self.margin + STEP).then_some(inner)
    }

    fn frames(&self) -> Vec<Frame> {
        self.frames.iter().rev().map(frame).collect()
    }

    /// Did nothing stand between it and the end of a script? A program that prints what it caught has frames of its own.
    fn scripted(&self) -> bool {
        let is_library = |f: &Printed<'_>| f.app.is_some_and(|app| !call::is_own(app));
        self.frames.iter().any(|f| call::is_compiled(f.call)) || self.frames.iter().all(is_library)
    }
}

/// Does the line belong to what stands around a block that is set in? Lines of its message may stand at the margin of the
/// whole, frames may not.
fn is_outside(text: &str, margin: usize) -> bool {
    let depth = line::indent(text);
    margin > 0
        && ((depth <= margin && depth > 0 && line::frame(text.trim_start()).is_some())
            || line::is_behind(text))
}

/// The lines in which the frames stand: the first row of them that the message does not go on behind, or the last.
fn stack(lines: &[&str], margin: usize) -> Option<(usize, usize)> {
    let is_frame = |text: &&str| {
        line::indent(text) == margin + STEP && line::frame(text.trim_start()).is_some()
    };
    let mut last = None;
    let mut at = 0;
    while let Some(found) = lines.get(at..)?.iter().position(is_frame) {
        let start = at + found;
        let row = lines
            .get(start..)?
            .iter()
            .take_while(|l| is_frame(l))
            .count();
        let end = start + row;
        let next = lines.get(end);
        if next.is_none_or(|next| line::is_blank(next) || line::is_behind(next)) {
            return Some((start, end));
        }
        last = Some((start, end));
        at = end;
    }
    last
}

fn frame(printed: &Printed<'_>) -> Frame {
    let own = printed.app.is_some_and(call::is_own);
    Frame {
        function: Some(call::function(printed.call).into_owned()),
        module: call::module(printed.call),
        filename: printed.file.map(str::to_owned),
        lineno: printed.line,
        package: printed.app.map(str::to_owned),
        in_app: Some(own),
        ..Frame::default()
    }
}

/// The list that `ExUnit` prints of tests that failed.
fn is_listing<S: AsRef<str>>(lines: &[&str], above: &[S]) -> bool {
    let numbered = |text: &str| {
        let (number, name) = text.trim_start().split_once(") ").unwrap_or_default();
        !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) && name.ends_with(')')
    };
    let listed = lines.iter().skip(1).any(|l| l.trimmed() == "stacktrace:");
    listed || above.iter().rev().take(2).any(|l| numbered(l.as_ref()))
}

/// `** (EXIT from #PID<0.95.0>) …`: the main process ended by another's exit.
fn is_from(first: &str) -> bool {
    first.starts_with("** (EXIT from ")
}

/// Would a type be called like this?
fn is_error(ty: &str) -> bool {
    ty == "Mix" || ty.ends_with("Error") || ty.ends_with("Exception")
}

/// Is it what `Logger` says of a process that ended?
fn is_report(words: &str) -> bool {
    const ENDS: &[&str] = &[
        " terminating",
        " terminated",
        " raised an exception",
        " crashed",
    ];
    const BEGINS: &[&str] = &[
        "GenServer ",
        "Task ",
        "Process ",
        "Child ",
        "Children ",
        ":gen_event ",
        ":gen_statem ",
        ":gen_fsm ",
        "State machine ",
        "Ranch ",
        "#PID<",
        "Error in process ",
        "an exception was raised",
    ];
    let words = words.trimmed_end().trim_end_matches(':');
    let ended = ENDS.iter().any(|end| words.ends_with(end));
    let began = BEGINS.iter().any(|begin| words.starts_with(begin));
    began && (ended || words.contains(" terminat") || words.contains("exit"))
}
