//! A stack that somebody printed (`debug.Stack()`, `debug.PrintStack()`). In: the lines from `goroutine N [running]:` on, the
//! log record they came with. Out: the panic that was recovered there, or the failure that was logged with the stack.
//!
//! A stack alone is no failure: programs print them to see where they are. It is one if the panic stands in it, or if a
//! log record speaks of it.

use super::reported::{self, Words};
use super::stack::{self, Build, Call, Stack};
use super::{crash, line, value};
use crate::assemble::Record;
use crate::language::{Exception, Thread, Trace};
use crate::level::Level;

/// Reads the stack; empty where it tells of no failure.
pub(super) fn read(lines: &[&str], record: &Record, preamble: &[&str]) -> Trace {
    if preamble.iter().any(|text| line::is_dump(text)) {
        return Trace::default();
    }
    let stacks = stack::read(lines);
    let Some(first) = stacks.first().filter(|s| !s.calls.is_empty()) else {
        return Trace::default();
    };
    let build = Build::of(&stacks);
    let words = reported::words(record, preamble);
    let thrown = first.calls.iter().position(Call::is_panic);
    let mut trace = match thrown {
        Some(at) => {
            let calls = first.calls.get(at + 1..).unwrap_or_default();
            recovered(runtime_left_out(calls), &words, &build)
        }
        None => logged(first, &words, &build),
    };
    if trace.is_empty() {
        return trace;
    }
    let own = trace.threads.pop().map(|thread| thread.frames);
    trace.threads = stack::threads(&stacks, 0, own.unwrap_or_default(), &build);
    trace
}

fn runtime_left_out<'c, 'a>(calls: &'c [Call<'a>]) -> &'c [Call<'a>] {
    let own = calls
        .iter()
        .take_while(|c| stack::split(c.name).0 == "runtime")
        .count();
    calls.get(own..).unwrap_or_default()
}

fn recovered(calls: &[Call<'_>], words: &Words, build: &Build<'_>) -> Trace {
    let frames = stack::frames(calls, build);
    let text = words.value();
    let mut trace = if text.is_empty() {
        // Whoever printed the stack did not say what was recovered, or the line is gone.
        Trace {
            exceptions: vec![Exception {
                frames,
                ..Exception::default()
            }],
            ..Trace::default()
        }
    } else {
        crash::thrown(&text, calls, build, frames)
    };
    if let (Some(said), Some(_)) = (&words.said, trace.exceptions.first()) {
        trace.message = Some(said.clone());
    }
    trace.handled = Some(true);
    trace.level = Some(Level::Fatal);
    trace
}

/// A logger was given the stack beside its message.
fn logged(first: &Stack<'_>, words: &Words, build: &Build<'_>) -> Trace {
    let own = |call: &&Call<'_>| stack::split(call.name).0 == "runtime/debug";
    let printers = first.calls.iter().take_while(own).count();
    let calls = first.calls.get(printers..).unwrap_or_default();
    let profile = |call: &Call<'_>| call.name.contains("pprof.");
    let (Some(said), true) = (&words.said, first.complete) else {
        return Trace::default();
    };
    if calls.iter().any(profile) {
        return Trace::default();
    }
    let frames = stack::frames(calls, build);
    let mut trace = Trace {
        handled: Some(true),
        message: Some(said.clone()),
        ..Trace::default()
    };
    if let Some(error) = &words.error {
        trace.exceptions = vec![Exception {
            ty: value::ERROR.to_owned(),
            value: Some(error.clone()),
            frames,
            ..Exception::default()
        }];
    } else {
        trace.threads = vec![Thread {
            crashed: true,
            frames,
            ..Thread::default()
        }];
    }
    trace
}
