//! Reports. In: their lines. Out: the exception, as sentry-native would send it: a signal or a type, and its frames.

use super::line::{self, Call};
use super::tracker::Kind;
use crate::assemble::Record;
use crate::bounds::RECORD_FRAMES_MAX;
use crate::language::seek::Seek as _;
use crate::language::{Exception, Frame, Trace};
use crate::level::Level;

/// Reads a report.
pub(super) fn read(kind: Kind, record: &Record, lines: &[&str], preamble: &[&str]) -> Trace {
    let first = lines.first().copied().unwrap_or_default();
    match kind {
        Kind::Sanitizer => sanitizer(first, lines),
        Kind::Undefined => undefined(first, lines),
        Kind::Terminate => terminate(first, lines),
        Kind::Library => library(first),
        Kind::Debugger => debugger(first, lines),
        Kind::Check => check(record, lines, preamble),
        Kind::Received => received(first, lines),
    }
}

/// Its frames, oldest first.
fn frames<'a>(calls: impl Iterator<Item = Call<'a>>) -> Vec<Frame> {
    // Nothing but an address, which another run has elsewhere, tells nothing.
    let told =
        |call: &Call<'_>| call.function.is_some() || call.path.is_some() || call.image.is_some();
    let calls = calls.filter(told).take(RECORD_FRAMES_MAX);
    let mut frames: Vec<Frame> = calls.map(|call| frame(&call)).collect();
    frames.reverse();
    frames
}

fn frame(call: &Call<'_>) -> Frame {
    let name = |path: &str| path.rsplit('/').next().map(str::to_owned);
    Frame {
        function: call.function.map(str::to_owned),
        package: call.image.map(str::to_owned),
        filename: call.path.and_then(name),
        abs_path: call.path.map(str::to_owned),
        lineno: call.lineno,
        colno: call.colno,
        in_app: Some(super::is_own(call.path, call.image, call.function)),
        ..Frame::default()
    }
}

fn trace(ty: &str, value: &str, frames: Vec<Frame>) -> Trace {
    Trace {
        exceptions: vec![Exception {
            ty: ty.to_owned(),
            value: Some(value.to_owned()),
            frames,
            ..Exception::default()
        }],
        handled: Some(false),
        level: Some(Level::Fatal),
        ..Trace::default()
    }
}

/// The first stack is the crash; later ones tell who freed or allocated.
fn sanitizer(first: &str, lines: &[&str]) -> Trace {
    let Some((name, words)) = line::found(first) else {
        return Trace::default();
    };
    let call = |text: &&&str| line::sanitizer(text).is_some();
    let begins = lines
        .iter()
        .position(|text| line::sanitizer(text).is_some());
    let stack = lines
        .get(begins.unwrap_or(lines.len())..)
        .unwrap_or_default();
    let own = stack.iter().take_while(call);
    let frames = frames(own.filter_map(|text| line::sanitizer(text)));
    let what = words
        .find(" on ")
        .or_else(|| words.find(" (pid="))
        .and_then(|at| words.get(..at))
        .unwrap_or(words);
    let mut trace = trace(&format!("{name}: {what}"), words, frames);
    if !matches!(name, "AddressSanitizer" | "HWAddressSanitizer") {
        trace.level = Some(Level::Error);
    }
    trace
}

fn undefined(first: &str, lines: &[&str]) -> Trace {
    let Some((place, words)) = line::undefined(first) else {
        return Trace::default();
    };
    let mut found = frames(lines.iter().filter_map(|text| line::sanitizer(text)));
    if found.is_empty() {
        found = vec![frame(&place)];
    }
    let mut trace = trace("UndefinedBehaviorSanitizer", words, found);
    trace.level = Some(Level::Error);
    trace
}

fn terminate(first: &str, lines: &[&str]) -> Trace {
    let ty = line::thrown(first).filter(|ty| !ty.is_empty());
    let what = lines
        .get(1)
        .and_then(|text| text.trim_start().strip_prefix("what():"));
    let words = what.map_or(first, str::trim);
    let value = if ty.is_some() && what.is_none() {
        ""
    } else {
        words
    };
    trace(ty.unwrap_or("std::terminate"), value, Vec::new())
}

fn library(first: &str) -> Trace {
    if let Some(assertion) = line::assertion(first) {
        let call = Call {
            function: Some(assertion.function),
            path: Some(assertion.path),
            lineno: Some(assertion.lineno),
            ..Call::default()
        };
        return trace("Assertion failed", assertion.words, vec![frame(&call)]);
    }
    let words = line::glibc(first).unwrap_or_default();
    trace("SIGABRT", words, Vec::new())
}

fn debugger(first: &str, lines: &[&str]) -> Trace {
    let Some((thread, name, words)) = line::signal(first) else {
        return Trace::default();
    };
    let mut whole: Vec<String> = Vec::new();
    for text in lines.iter().skip(1) {
        if line::gdb_begins(text).is_some() || line::gdb(text).is_some() {
            whole.push((*text).to_owned());
        } else if line::indent(text) > 0
            && let Some(last) = whole.last_mut()
        {
            // A call that was wrapped.
            last.push(' ');
            last.push_str(text.trimmed());
        }
    }
    let found = frames(whole.iter().filter_map(|text| line::gdb(text)));
    Trace {
        thread: thread.map(str::to_owned),
        ..trace(name, words, found)
    }
}

/// The message stands above, in the record of level `F`.
fn check(record: &Record, lines: &[&str], preamble: &[&str]) -> Trace {
    let message = record.message.as_deref().map(line::text);
    let mut words: Vec<&str> = message.as_deref().into_iter().collect();
    words.extend(preamble);
    let found = frames(lines.iter().filter_map(|text| line::glog(text)));
    let begins = words.iter().rposition(|text| line::fatal(text).is_some());
    let mut words = words
        .get(begins.unwrap_or(0)..)
        .unwrap_or_default()
        .to_vec();
    if let Some(first) = words.first_mut() {
        *first = line::fatal(first).unwrap_or(first);
    }
    let value = words.join("\n");
    let value = value.trim();
    if value.is_empty() {
        return Trace::default();
    }
    let ty = if value.starts_with("Check failed") {
        "Check failed"
    } else {
        "LOG(FATAL)"
    };
    let mut trace = trace(ty, value, found);
    trace.message = Some(String::new());
    trace
}

fn received(first: &str, lines: &[&str]) -> Trace {
    let name = line::received(first).unwrap_or_default();
    let words = match name {
        "SIGSEGV" => "Segfault",
        "SIGABRT" => "Abort",
        "SIGBUS" => "BusError",
        "SIGFPE" => "FloatingPointException",
        "SIGILL" => "IllegalInstruction",
        "SIGTRAP" => "Trap",
        _ => name,
    };
    let found = frames(lines.iter().filter_map(|text| line::glog(text)));
    trace(name, words, found)
}
