//! Elixir's traces. In: a record. Out: what sentry-elixir sends: an exception, or, where a process ended by an exit that is
//! none, the whole report as a message with the stack beside it.

use super::call;
use super::line::{self, Banner, Kind, Printed, STEP};
use crate::assemble::Record;
use crate::bounds::FRAMES_MAX;
use crate::language::seek::Seek as _;
use crate::language::{Exception, Frame, TellsHandled, Thread, Trace};

/// Reads the record.
pub(super) fn read(record: &Record) -> Trace {
    let own: Vec<_> = record.lines.iter().map(|l| line::text(l)).collect();
    let above: Vec<_> = record.preamble.iter().map(|l| line::text(l)).collect();
    let base = own.first().map_or(0, |first| line::indent(first));
    let lines: Vec<&str> = own.iter().map(|l| line::dedent(l, base)).collect();
    let Some(block) = Block::read(&lines, 0) else {
        return Trace::default();
    };
    if is_listing(&lines, &above) {
        return Trace::default();
    }
    let words = said(record, &lines);
    let report = words.as_deref().is_some_and(is_report);
    let raised = if block.banner.wraps() {
        block.inner(&lines)
    } else {
        None
    };
    let raised = raised.unwrap_or(block);
    match raised.banner.kind {
        Kind::Exception(ty) => {
            let sure = !raised.frames.is_empty() || record.message.is_some() || is_error(ty);
            if !sure {
                return Trace::default();
            }
            exception(&raised, ty, record, words, report)
        }
        Kind::Exit => {
            let known = !raised.frames.is_empty() || record.message.is_some();
            let from = lines
                .first()
                .is_some_and(|l| l.starts_with("** (EXIT from "));
            if !known && !from {
                return Trace::default();
            }
            message(&raised, words.as_deref(), &above, &lines)
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
    words: Option<String>,
    report: bool,
) -> Trace {
    // A logger that is handed an exception names nothing else; words of its own are a program's that caught it.
    let caught = match (&words, &record.message) {
        (Some(_), _) => !report,
        (None, Some(_)) => false,
        (None, None) => !raised.scripted(),
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

fn message<S: AsRef<str>>(
    raised: &Block<'_>,
    words: Option<&str>,
    above: &[S],
    lines: &[&str],
) -> Trace {
    let pid = words.and_then(pid);
    let mut text: Vec<&str> = words.into_iter().collect();
    if words.is_some() {
        text.extend(above.iter().map(AsRef::as_ref));
    }
    text.extend(lines);
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
            frames: frames.take(FRAMES_MAX).collect(),
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

    /// Did it run to the end of a script?
    fn scripted(&self) -> bool {
        self.frames
            .last()
            .is_some_and(|f| f.call == "(file)" || f.app == Some("mix"))
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
    let listed = lines
        .iter()
        .skip(1)
        .any(|l| l.trimmed_end() == "stacktrace:");
    listed || above.iter().rev().take(2).any(|l| numbered(l.as_ref()))
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
