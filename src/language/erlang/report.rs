//! Erlang's crashes. In: a record. Out: the exception: its type is the reason's own name (`badarith`, `out_of_stock`), its
//! value the reason as printed.

use super::line::{self, Printed};
use super::term::{self, Call};
use super::words;
use crate::assemble::Record;
use crate::bounds::RECORD_FRAMES_MAX;
use crate::language::{Exception, Frame, Trace};

/// How far before a stack the tuple that holds it may begin: a reason may be any term.
const TUPLES: usize = 64;

/// Reads the record.
pub(super) fn read(record: &Record) -> Trace {
    let own: Vec<_> = record.lines.iter().map(|l| line::text(l)).collect();
    let above = record.message.iter().chain(&record.preamble);
    let mut lines: Vec<_> = above.map(|l| line::text(l)).collect();
    // The head's own message is the first line where the report stands behind it.
    lines.retain(|line| own.first() != Some(line));
    // A stack above is another's; a reason may begin above its stack.
    let above: usize = lines.iter().map(|line| line.len() + 1).sum();
    lines.extend(own);
    let lines: Vec<&str> = lines.iter().map(AsRef::as_ref).collect();
    let text = lines.join("\n");
    let Some((reason, frames)) = in_terms(&text, above).or_else(|| formatted(&lines)) else {
        return Trace::default();
    };
    let value = words::term(&reason.split_whitespace().collect::<Vec<_>>().join(" "));
    let died = [
        "Error in process ",
        "Generic server ",
        "State machine ",
        "crasher:",
        "initial call: ",
        "gen_event handler ",
        "errorContext: ",
        "Context: ",
        "init terminating",
        "escript: ",
        "Supervisor: ",
    ];
    Trace {
        exceptions: vec![Exception {
            ty: name(&value),
            value: Some(value),
            frames,
            ..Exception::default()
        }],
        handled: Some(!died.iter().any(|words| text.contains(words))),
        message: Some(String::new()),
        ..Trace::default()
    }
}

/// The first stack in the text from here on, and the reason beside it.
fn in_terms(text: &str, from: usize) -> Option<(&str, Vec<Frame>)> {
    let mut from = from;
    for _ in 0..TUPLES {
        let at = from + text.get(from..)?.find("[{")?;
        let list = text.get(at..).and_then(term::first);
        if let Some(calls) = list.and_then(term::stack) {
            let mut frames: Vec<Frame> =
                calls.iter().take(RECORD_FRAMES_MAX).map(of_call).collect();
            frames.reverse();
            return Some((reason(text, at)?, frames));
        }
        from = at + 2;
    }
    None
}

/// The reason that stands beside a stack: the other part of its tuple, or what follows its class.
fn reason(text: &str, at: usize) -> Option<&str> {
    let before = text.get(..at)?;
    let tuples: Vec<usize> = before
        .rmatch_indices('{')
        .map(|(at, _)| at)
        .take(TUPLES)
        .collect();
    for start in tuples {
        let Some(tuple) = text.get(start..).and_then(term::first) else {
            continue;
        };
        if start + tuple.len() <= at {
            continue;
        }
        let parts = term::parts(tuple).unwrap_or_default();
        let holds = parts.len() == 2
            && parts
                .last()
                .is_some_and(|p| text.get(at..).is_some_and(|t| t.starts_with(p)));
        return holds.then(|| parts.first().copied()).flatten();
    }
    let classes = ["error:", "exit:", "throw:"];
    let (class, words) = classes
        .iter()
        .filter_map(|c| Some((before.rfind(c)?, c)))
        .max()?;
    let behind = before.get(class + words.len()..)?.trim_start();
    let line = behind.lines().next().unwrap_or(behind).trim();
    Some(term::first(behind).unwrap_or(line)).filter(|reason| !reason.is_empty())
}

/// `exception error: …` and its frames.
fn formatted<'a>(lines: &[&'a str]) -> Option<(&'a str, Vec<Frame>)> {
    let at = lines.iter().position(|l| line::formatted(l).is_some())?;
    let (_, words) = line::formatted(lines.get(at)?)?;
    let rest = lines.get(at + 1..)?;
    let called = line::failed(&whole(lines.get(at)?, words, rest)).map(|call| of_printed(&call));
    let callers = rest
        .iter()
        .take_while(|l| l.starts_with([' ', '\t']) && line::head(l).is_none())
        .filter_map(|l| line::frame(l))
        .map(|printed| of_printed(&printed));
    let all = called.into_iter().chain(callers);
    let mut frames: Vec<Frame> = all.take(RECORD_FRAMES_MAX).collect();
    frames.reverse();
    Some((words, frames))
}

/// The words with the lines below that go on with them: those are set in further and are no frames.
fn whole(first: &str, words: &str, below: &[&str]) -> String {
    let base = line::indent(first);
    let more = below
        .iter()
        .take_while(|l| line::indent(l) > base && line::frame(l).is_none());
    let all = std::iter::once(words).chain(more.map(|l| l.trim()));
    all.map(str::trim_end).collect::<Vec<_>>().join(" ")
}

/// The reason's name: an atom, or the first part of a tuple.
fn name(reason: &str) -> String {
    let mut inner = reason;
    while let Some(parts) = Some(inner)
        .filter(|t| t.starts_with('{'))
        .and_then(term::parts)
    {
        let Some(first) = parts.first() else { break };
        inner = first;
    }
    let atom = inner.trim_matches('\'');
    let named = atom.starts_with(|c: char| c.is_ascii_lowercase())
        && atom
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'@' | b'.'));
    if named {
        atom.to_owned()
    } else {
        "error".to_owned()
    }
}

fn of_call(call: &Call) -> Frame {
    made(
        &call.module,
        &format!("{}/{}", call.function, call.arity),
        call.file.as_deref(),
        call.line,
    )
}

fn of_printed(printed: &Printed<'_>) -> Frame {
    let place = printed.place;
    made(
        printed.module,
        &printed.function,
        place.map(|p| p.0),
        place.map(|p| p.1),
    )
}

/// A frame as sentry-elixir names one of an Erlang module; Elixir's own keep their names.
fn made(module: &str, function: &str, file: Option<&str>, line: Option<u32>) -> Frame {
    let name = match module.strip_prefix("Elixir.") {
        Some(alias) => format!("{alias}.{function}"),
        None => format!(":{module}.{function}"),
    };
    Frame {
        function: Some(name),
        module: Some(module.to_owned()),
        filename: file.map(str::to_owned),
        lineno: line,
        in_app: Some(file.is_some() && !is_library(module)),
        ..Frame::default()
    }
}

/// How modules of OTP, and of libraries that most depend on, begin.
const BEGINS: &[&str] = &[
    "gen_",
    "erl_",
    "io_",
    "ssl_",
    "tls_",
    "inet_",
    "httpc",
    "mnesia",
    "cowboy_",
    "ranch_",
    "eunit_",
    "supervisor_",
    "application_",
    "prim_",
    "logger_",
    "disk_log",
    "code_",
    "file_",
    "error_",
    "Elixir.Enum",
    "Elixir.GenServer",
    "Elixir.Task",
    "Elixir.Plug.",
    "Elixir.Phoenix.",
    "Elixir.Ecto.",
];

/// Modules of OTP, and of such libraries, by their whole name.
const NAMES: &[&str] = &[
    "application",
    "array",
    "binary",
    "code",
    "cowboy",
    "crypto",
    "dets",
    "dict",
    "erlang",
    "erpc",
    "escript",
    "ets",
    "eunit",
    "file",
    "gen",
    "gb_trees",
    "httpd",
    "inet",
    "init",
    "io",
    "lists",
    "logger",
    "maps",
    "orddict",
    "os",
    "proc_lib",
    "proplists",
    "queue",
    "ranch",
    "re",
    "rpc",
    "sets",
    "shell",
    "ssl",
    "string",
    "supervisor",
    "sys",
    "timer",
    "unicode",
    "user",
];

/// Is it a module that comes with OTP, or of a library that most depend on?
fn is_library(module: &str) -> bool {
    NAMES.contains(&module) || BEGINS.iter().any(|begin| module.starts_with(begin))
}
