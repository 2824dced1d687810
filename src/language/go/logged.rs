//! The stack that an error or a logger carries. In: `pkg.Fn` and `<TAB>file:line` pairs without a goroutine's head, as zap's
//! `stacktrace` and `%+v` of github.com/pkg/errors print them. Out: the error, or the chain of its wraps.
//!
//! `%+v` prints the innermost error first, then each wrap's words and stack. What wraps is two errors in one: `withMessage`,
//! which has the words, in a `withStack`, which has the stack.

use std::borrow::Cow;

use super::reported::{self, Words};
use super::stack::{self, Build, Call, Stack};
use super::{line, value};
use crate::assemble::Record;
use crate::bounds::EXCEPTIONS_MAX;
use crate::language::{Exception, Frame, Thread, Trace};

/// github.com/pkg/errors: an error of its own, with its stack.
pub(super) const FUNDAMENTAL: &str = "*errors.fundamental";
/// Words around an error.
pub(super) const WITH_MESSAGE: &str = "*errors.withMessage";
/// A stack around an error.
pub(super) const WITH_STACK: &str = "*errors.withStack";

/// With which programs print an error.
const SPOKEN: &str = "error: ";

/// Words, then a stack.
#[derive(Debug, Default)]
struct Block<'a> {
    words: Vec<&'a str>,
    calls: Vec<Call<'a>>,
}

pub(super) fn read(lines: &[&str], record: &Record, preamble: &[&str]) -> Trace {
    let mut words = reported::words(record, &[]);
    let verbose = words.verbose.take().unwrap_or_default();
    let mut all: Vec<&str> = verbose.lines().collect();
    let spoken = spoken(record, preamble);
    if all.is_empty() {
        all.extend(spoken.as_deref());
        all.extend_from_slice(preamble);
        all.extend_from_slice(lines);
    }
    let mut blocks = blocks(&all);
    blocks.truncate(EXCEPTIONS_MAX / 2);
    // Without the place of any call it was no stack.
    if blocks.iter().all(|b| b.calls.is_empty()) {
        return Trace::default();
    }
    let stacks: Vec<Stack<'_>> = blocks
        .iter()
        .map(|b| Stack {
            head: None,
            calls: b.calls.clone(),
            complete: true,
        })
        .collect();
    let build = Build::of(&stacks);
    let frames: Vec<Vec<Frame>> = blocks
        .iter()
        .map(|b| stack::frames(&b.calls, &build))
        .collect();
    // zap leaves the outermost call out, an error's stack has it.
    let whole = |b: &Block<'_>| b.calls.last().is_some_and(|c| c.name == "runtime.goexit");
    // Nor does it print words above it that are no record.
    let bare = |b: &Block<'_>| words.said.is_none() && !b.words.is_empty();
    let own = |b: &Block<'_>| whole(b) || bare(b);
    let errors = blocks.len() > 1 || blocks.first().is_some_and(own);
    let mut trace = if errors {
        chain(&blocks, frames, words)
    } else {
        let text = blocks.first().map(|b| b.words.join("\n"));
        let text = text.filter(|text| !text.is_empty() && words.said.as_ref() != Some(text));
        words.error = words.error.or(text);
        beside(words, frames.into_iter().next().unwrap_or_default())
    };
    trace.handled = Some(true);
    trace
}

/// `error: %+v`: the record's own line, if the message of the error goes on behind it.
fn spoken<'a>(record: &'a Record, preamble: &[&str]) -> Option<Cow<'a, str>> {
    let said = record.message.as_deref().map(line::text);
    let goes_on = !record.apart && preamble.iter().any(|text| !line::is_blank(text));
    said.filter(|text| goes_on && text.starts_with(SPOKEN))
}

/// A logger's stack beside its message.
pub(super) fn beside(words: Words, frames: Vec<Frame>) -> Trace {
    let Some(error) = words.error else {
        let thread = Thread {
            id: "0".to_owned(),
            crashed: true,
            frames,
            ..Thread::default()
        };
        // A stack of which nobody says anything is no failure.
        let threads = words.said.is_some().then_some(thread).into_iter().collect();
        return Trace {
            message: words.said,
            threads,
            handled: Some(true),
            ..Trace::default()
        };
    };
    Trace {
        exceptions: vec![Exception {
            ty: value::ERROR.to_owned(),
            value: Some(error),
            frames,
            ..Exception::default()
        }],
        message: words.said,
        handled: Some(true),
        ..Trace::default()
    }
}

/// The chain of an error that was wrapped with stacks.
fn chain(blocks: &[Block<'_>], frames: Vec<Vec<Frame>>, words: Words) -> Trace {
    let mut exceptions: Vec<Exception> = Vec::new();
    let mut whole = String::new();
    let mut entry = |ty: &str, value: &str, frames: Vec<Frame>| {
        exceptions.push(Exception {
            ty: ty.to_owned(),
            value: Some(value.to_owned()),
            frames,
            ..Exception::default()
        });
    };
    for (nth, (block, frames)) in blocks.iter().zip(frames).enumerate() {
        let text = block.words.join("\n");
        if nth == 0 {
            whole = if text.is_empty() { words.value() } else { text };
            entry(FUNDAMENTAL, &whole, frames);
            continue;
        }
        if !text.is_empty() {
            whole = format!("{text}: {whole}");
            entry(WITH_MESSAGE, &whole, Vec::new());
        }
        if !frames.is_empty() {
            entry(WITH_STACK, &whole, frames);
        }
    }
    number(&mut exceptions);
    Trace {
        exceptions,
        message: words.said,
        ..Trace::default()
    }
}

/// Ids as the SDK gives them where there is more than one: the outermost is 0.
pub(super) fn number(exceptions: &mut [Exception]) {
    if exceptions.len() < 2 {
        return;
    }
    for (id, exception) in (0u32..).zip(exceptions.iter_mut().rev()) {
        exception.exception_id = Some(id);
        exception.parent_id = id.checked_sub(1);
        exception.source = (id > 0).then(|| "unwrap".to_owned());
        let kind = if id > 0 { "chained" } else { "generic" };
        exception.mechanism_type = Some(kind.to_owned());
    }
}

/// Splits the lines: a call's name and its place belong together, everything else is words.
fn blocks<'a>(lines: &[&'a str]) -> Vec<Block<'a>> {
    let mut blocks: Vec<Block<'a>> = Vec::new();
    let mut block = Block::default();
    let mut at = 0;
    while let Some(text) = lines.get(at).copied() {
        let place = lines.get(at + 1).and_then(|next| line::location(next));
        let name = text.trim();
        let name = line::call(name).unwrap_or(name);
        if let (true, Some(place)) = (line::is_name(name), place) {
            block.calls.push(Call {
                name,
                path: place.path,
                lineno: place.lineno,
            });
            at += 2;
            continue;
        }
        // A call at the end whose place was cut off.
        let cut = at + 1 == lines.len() && !block.calls.is_empty() && line::is_name(name);
        if !block.calls.is_empty() {
            blocks.push(std::mem::take(&mut block));
        }
        if !cut && !line::is_blank(text) && line::location(text).is_none() {
            block.words.push(text);
        }
        at += 1;
    }
    blocks.push(block);
    blocks.retain(|b| !b.calls.is_empty() || !b.words.is_empty());
    blocks
}
