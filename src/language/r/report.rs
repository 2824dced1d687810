//! What an error says. In: a record. Out: the error, rlang's with its causes.

use super::line;
use crate::assemble::Record;
use crate::bounds::{EXCEPTIONS_MAX, RECORD_FRAMES_MAX};
use crate::language::{Exception, Frame, Trace, above};
use crate::level::Level;

/// The class of what `stop` makes.
const TYPE: &str = "simpleError";
/// The class of what rlang's `abort` makes.
const RLANG: &str = "rlang_error";
/// The class that all errors have; of a cause nothing tells another.
const CAUSE: &str = "error";

/// Reads the record.
pub(super) fn read(record: &Record) -> Trace {
    let Some(body) = body(record) else {
        return Trace::default();
    };
    let mut reader = Reader::default();
    for line in body.iter().take(RECORD_FRAMES_MAX) {
        reader.line(line);
    }
    let halted = body.iter().any(|line| line.trim() == line::HALTED);
    let exceptions = reader.finish();
    Trace {
        handled: halted.then_some(false),
        level: Some(if halted { Level::Fatal } else { Level::Error }),
        exceptions,
        ..Trace::default()
    }
}

/// The error's lines, its first one first.
fn body(record: &Record) -> Option<Vec<String>> {
    let texts = record.lines.texts();
    let first = texts.first()?;
    let base = line::indent(first);
    let own = texts.iter().map(|text| line::dedent(text, base).to_owned());
    if line::head(first).is_some() {
        return Some(own.collect());
    }
    let begins = |text: &str| line::bare(text).is_some() || line::head(text).is_some();
    let words = above::words(record, &begins)?;
    let mut lines = words.lines;
    // A logger's `Error: ` is read as the level.
    if let Some(place) = lines.first_mut().filter(|_| !words.begun) {
        place.insert_str(0, "Error: ");
    }
    lines.extend(own);
    Some(lines)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Part {
    #[default]
    Words,
    /// Something else stands below them.
    Rest,
}

/// Reads line by line.
#[derive(Debug, Default)]
struct Reader {
    /// As printed: an error above its cause.
    errors: Vec<Exception>,
    part: Part,
    /// Outermost call first.
    calls: Vec<Frame>,
    /// As `traceback()` prints them.
    newest_first: bool,
    /// The places are those of the calls.
    outside: bool,
    /// What was called, if no calls are told.
    code: Option<String>,
}

impl Reader {
    fn line(&mut self, text: &str) {
        if self.errors.is_empty() {
            self.first(text);
        } else if line::is_cause(text) {
            self.part = Part::Words;
            self.error(CAUSE, "");
        } else if let Some(calls) = line::calls(text) {
            self.part = Part::Rest;
            self.calls = calls.filter_map(line::called).map(|c| frame(&c)).collect();
        } else if let Some(call) = line::branch(text) {
            self.part = Part::Rest;
            self.call(&call);
            if let Some(frame) = self.calls.last_mut().filter(|_| call.owner.is_none()) {
                frame.in_app = Some(false);
            }
        } else if let Some(call) = line::numbered(text) {
            self.part = Part::Rest;
            if !self.newest_first {
                // `Calls:` above told the same.
                self.calls.clear();
            }
            self.newest_first = true;
            if !call.name.is_empty() {
                self.call(&call);
            }
        } else if line::is_mark(text) || text.trim() == line::HALTED {
            self.part = Part::Rest;
        } else if self.part == Part::Words {
            self.words(text);
        }
    }

    fn call(&mut self, call: &line::Call<'_>) {
        self.outside |= call.place.is_some() && !call.within;
        self.calls.push(frame(call));
    }

    fn first(&mut self, text: &str) {
        if let Some(head) = line::head(text) {
            let class = if head.quoted { RLANG } else { TYPE };
            self.error(head.class.unwrap_or(class), head.words);
            self.code = Some(head.call.to_owned());
        } else {
            self.error(TYPE, line::bare(text).unwrap_or(text));
        }
    }

    fn error(&mut self, class: &str, words: &str) {
        if self.errors.len() < EXCEPTIONS_MAX {
            self.errors.push(Exception {
                ty: class.to_owned(),
                value: Some(words.to_owned()),
                ..Exception::default()
            });
        }
    }

    fn words(&mut self, text: &str) {
        let Some(error) = self.errors.last_mut() else {
            return;
        };
        let value = error.value.get_or_insert_default();
        if !value.is_empty() {
            value.push('\n');
            value.push_str(text);
        } else if let Some(words) = text.strip_prefix(line::BANG) {
            if error.ty == TYPE {
                RLANG.clone_into(&mut error.ty);
            }
            words.clone_into(value);
        } else {
            text.strip_prefix("  ").unwrap_or(text).clone_into(value);
        }
    }

    /// The innermost cause first; the calls are those of the error that was reported.
    fn finish(mut self) -> Vec<Exception> {
        if self.newest_first {
            self.calls.reverse();
        }
        if self.calls.is_empty() {
            let code = self.code.as_deref().filter(|code| code.contains('('));
            let call = code.and_then(line::called);
            self.calls.extend(call.map(|call| frame(&call)));
        }
        if self.outside {
            self.shift();
        }
        if let Some(error) = self.errors.first_mut() {
            error.frames = self.calls;
        }
        for error in &mut self.errors {
            let value = error.value.get_or_insert_default();
            value.truncate(value.trim_end().len());
        }
        self.errors.reverse();
        self.errors
    }
}

impl Reader {
    /// A place is where the function was called: the caller, which stands before it, is what runs there.
    fn shift(&mut self) {
        let mut caller = Frame::default();
        let mut shifted = Vec::with_capacity(self.calls.len() + 1);
        for mut call in self.calls.drain(..) {
            caller.filename = call.filename.take();
            caller.lineno = call.lineno.take();
            shifted.push(std::mem::replace(&mut caller, call));
        }
        shifted.push(caller);
        if shifted
            .first()
            .is_some_and(|frame| frame.filename.is_none())
        {
            shifted.remove(0);
        }
        self.calls = shifted;
    }
}

fn frame(call: &line::Call<'_>) -> Frame {
    Frame {
        function: Some(call.name.to_owned()),
        module: call.owner.map(str::to_owned),
        filename: call.place.map(|(file, _)| file.to_owned()),
        lineno: call.place.map(|(_, line)| line),
        ..Frame::default()
    }
}
