//! A process that dies, or a handler that panicked. In: the lines from `panic: ` on. Out: what was thrown, where, and every
//! goroutine that was printed.

use super::line::{self, FATAL, FAULT, OVERFLOW, PANIC, SIGNAL};
use super::stack::{self, Build, Call, Stack};
use super::value::{self, Thrown};
use crate::language::seek::Seek as _;
use crate::language::{Exception, Frame, Trace};
use crate::level::Level;

/// What the lines before the first stack say.
#[derive(Debug, Default)]
struct Said {
    /// Values of `panic:`, the last thrown last.
    panics: Vec<String>,
    /// Behind `fatal error: `.
    fatal: Option<String>,
    /// `SIGSEGV: segmentation violation code=… addr=… pc=…`.
    signal: Option<String>,
    /// `unexpected fault address 0x…`.
    fault: bool,
    serving: bool,
}

/// Reads a crash; empty where the text turns out to be none.
pub(super) fn read(lines: &[&str]) -> Trace {
    let first = lines.iter().enumerate().position(|(nth, text)| {
        // Behind a goroutine's head stands a call; another head, if a value ends in what looks like one.
        let value = || lines.get(nth + 1).is_some_and(|t| line::head(t).is_some());
        (line::head(text).is_some() && !value()) || text.starts_with("runtime stack:")
    });
    let (words, printed) = lines.split_at(first.unwrap_or(lines.len()));
    let said = said(words);
    let stacks = stack::read(printed);
    let signal = words.first().and_then(|text| line::signal(text));
    if !is_crash(&said, &stacks, signal) {
        return Trace::default();
    }
    let build = Build::of(&stacks);
    let crashed = crashed(&stacks);
    let calls = crashed
        .and_then(|at| stacks.get(at))
        .map_or(&[][..], |s| &s.calls[..]);
    let calls = beneath(calls, &said);
    let frames = stack::frames(calls, &build);
    let at = crashed.unwrap_or(0);
    let mut trace = match (&said.fatal, said.panics.last(), signal) {
        (Some(words), _, _) => exception("fatal error", words, frames),
        (None, Some(text), _) => thrown(text, calls, &build, frames),
        (None, None, Some((name, words))) => exception(name, words, frames),
        (None, None, None) => exception("runtime.errorString", NIL, frames),
    };
    finish(&mut trace, &said, &stacks, at, &build);
    trace
}

/// Is there proof that a process, or a handler, died?
fn is_crash(said: &Said, stacks: &[Stack<'_>], signal: Option<(&str, &str)>) -> bool {
    // A stack that was printed for other reasons may follow words that look like a crash.
    let mere = |s: &Stack<'_>| is_printed(&s.calls) && !s.calls.iter().any(Call::is_panic);
    let framed = stacks.iter().any(|s| !s.calls.is_empty()) && !stacks.first().is_some_and(mere);
    let told = said.panics.last().is_some_and(|text| {
        // With GOTRACEBACK=none, or where the text is cut, the words alone are left.
        said.signal.is_some() || text.starts_with("runtime error: ")
    });
    // Where the words were cut off, a signal at a low address has one meaning.
    let died = |s: &Stack<'_>| s.calls.iter().any(|c| c.name == "runtime.throw");
    let nil = said.signal.as_deref().is_some_and(is_nil) && !stacks.iter().any(died);
    let known = !said.panics.is_empty() || said.fatal.is_some() || nil;
    ((known || signal.is_some()) && framed) || told
}

/// What the runtime says of a read or write below 4096.
const NIL: &str = "runtime error: invalid memory address or nil pointer dereference";

fn is_nil(signal: &str) -> bool {
    let address = signal.split_once(" addr=0x").map(|(_, behind)| behind);
    let digits = address.map(|a| a.split(' ').next().unwrap_or_default());
    signal.starts_with("SIGSEGV") && digits.is_some_and(|digits| digits.len() <= 3)
}

fn said(words: &[&str]) -> Said {
    let mut said = Said::default();
    let mut open = false;
    for (nth, text) in words.iter().enumerate() {
        let body = text.trimmed_start();
        if said.serving {
            // The server prints a value and a stack, and nothing between them.
            further(&mut said, text);
        } else if let Some(rest) = body.strip_prefix(PANIC)
            && (nth == 0 || line::indent(text) <= 1)
        {
            said.panics.push(rest.to_owned());
            open = true;
        } else if let Some(value) = line::serving(body).filter(|_| nth == 0) {
            said.panics.push(value.to_owned());
            said.serving = true;
            open = true;
        } else if let Some(rest) = text.strip_prefix(FATAL) {
            said.fatal = Some(rest.trimmed_end().to_owned());
            open = false;
        } else if let Some(rest) = body.strip_prefix(SIGNAL) {
            said.signal = Some(format!("SIG{}", rest.trimmed_end().trim_end_matches(']')));
            open = false;
        } else if body.starts_with(FAULT) {
            said.fault = true;
        } else if open {
            further(&mut said, text);
        } else if !body.starts_with(OVERFLOW) && line::is_exit(text) {
            break;
        }
    }
    for value in &mut said.panics {
        let bare = marks(value.trim_end_matches(['\n', '\t', ' ']));
        *value = outdented(bare);
    }
    said
}

/// Another line of the last value.
fn further(said: &mut Said, text: &str) {
    if let Some(value) = said.panics.last_mut() {
        value.push('\n');
        value.push_str(text);
    }
}

/// Go sets a tab before each further line of a value; up to 1.20 it did not.
fn outdented(value: &str) -> String {
    let mut further = value.split('\n').skip(1);
    if further.all(|line| line.starts_with('\t')) {
        value.replace("\n\t", "\n")
    } else {
        value.to_owned()
    }
}

/// The value without what the runtime adds to it.
fn marks(value: &str) -> &str {
    const MARKS: &[&str] = &["[recovered, repanicked]", "[recovered]", "[goexit]"];
    let mut value = value;
    while let Some(rest) = MARKS.iter().find_map(|mark| value.strip_suffix(mark)) {
        value = rest.trim_end_matches([' ', '\t']);
    }
    value
}

/// The goroutine that died: the first that was printed; of one that died in the runtime, the one behind `runtime stack:`.
fn crashed(stacks: &[Stack<'_>]) -> Option<usize> {
    let at = |wanted: &dyn Fn(&Stack<'_>) -> bool| stacks.iter().position(wanted);
    let alive = |stack: &Stack<'_>| stack.head.is_some_and(|h| h.id != "0");
    at(&|s| alive(s) && !s.calls.is_empty()).or_else(|| at(&alive))
}

/// `debug.Stack()` and its kin stand on top.
fn is_printed(calls: &[Call<'_>]) -> bool {
    calls
        .first()
        .is_some_and(|call| stack::split(call.name).0 == "runtime/debug")
}

/// The calls from the one that failed on.
fn beneath<'c, 'a>(calls: &'c [Call<'a>], said: &Said) -> &'c [Call<'a>] {
    let skipped = if said.serving || is_printed(calls) {
        // What stands above is the handler of the panic.
        let thrown = calls.iter().position(Call::is_panic);
        thrown.map_or(calls.len(), |at| at + 1)
    } else {
        0
    };
    let rest = calls.get(skipped..).unwrap_or_default();
    if said.fatal.is_some() {
        let own = rest.iter().take_while(|c| c.is_runtime()).count();
        return rest.get(own..).unwrap_or_default();
    }
    let runtime = rest
        .iter()
        .take_while(|c| c.is_panic() || stack::split(c.name).0 == "runtime")
        .count();
    rest.get(runtime..).unwrap_or_default()
}

/// The event of a value that was thrown: an exception for an error, a message for anything else.
pub(super) fn thrown(
    text: &str,
    calls: &[Call<'_>],
    build: &Build<'_>,
    frames: Vec<Frame>,
) -> Trace {
    match value::thrown(text, calls, build) {
        Thrown::Error(ty) => exception(ty, text, frames),
        Thrown::ErrorMaybe => exception(value::UNKNOWN, text, frames),
        Thrown::TextMaybe => message(text, frames),
        Thrown::Value => message(&value::written(text), frames),
    }
}

fn exception(ty: &str, value: &str, frames: Vec<Frame>) -> Trace {
    Trace {
        exceptions: vec![Exception {
            ty: ty.to_owned(),
            value: Some(value.to_owned()),
            frames,
            ..Exception::default()
        }],
        ..Trace::default()
    }
}

fn message(text: &str, frames: Vec<Frame>) -> Trace {
    Trace {
        message: Some(text.to_owned()),
        threads: vec![crate::language::Thread {
            frames,
            crashed: true,
            ..crate::language::Thread::default()
        }],
        ..Trace::default()
    }
}

fn finish(trace: &mut Trace, said: &Said, stacks: &[Stack<'_>], at: usize, build: &Build<'_>) {
    let own = trace.threads.pop().map(|thread| thread.frames);
    trace.threads = stack::threads(stacks, at, own.unwrap_or_default(), build);
    if trace.threads.is_empty() && trace.message.is_some() {
        trace.threads.push(crate::language::Thread {
            id: "0".to_owned(),
            crashed: true,
            ..crate::language::Thread::default()
        });
    }
    trace.handled = Some(false);
    trace.level = Some(Level::Fatal);
    let earlier = said.panics.len().saturating_sub(1);
    for value in said.panics.iter().take(earlier) {
        trace.notes.push(format!("panicked before with: {value}"));
    }
    if let Some(signal) = &said.signal {
        trace.notes.push(signal.clone());
    }
}
