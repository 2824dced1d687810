//! What a crash says. In: a record. Out: the error.

use super::line;
use crate::assemble::Record;
use crate::bounds::RECORD_FRAMES_MAX;
use crate::language::{Exception, Frame, Signal, Trace, above};
use crate::level::Level;

/// What the runtime calls a signal: its number, its name.
const SIGNALS: &[(&str, u32, &str)] = &[
    ("Quit", 3, "SIGQUIT"),
    ("Illegal instruction", 4, "SIGILL"),
    ("System trap", 5, "SIGTRAP"),
    ("Aborted", 6, "SIGABRT"),
    ("Bus error", 7, "SIGBUS"),
    ("Floating point exception", 8, "SIGFPE"),
    ("Bad pointer dereference", 11, "SIGSEGV"),
    ("Segmentation fault", 11, "SIGSEGV"),
];

/// Reads the record.
pub(super) fn read(record: &Record) -> Trace {
    let texts = record.lines.texts();
    let own = texts.first().is_some_and(|text| line::head(text).is_some());
    let above = (!own).then(|| above::words(record, &|text| line::head(text).is_some()));
    let above = above
        .flatten()
        .filter(|words| words.begun)
        .map(|words| words.lines);
    let mut reader = Reader::default();
    for text in above.iter().flatten() {
        reader.line(text);
    }
    let base = texts.first().map_or(0, |text| line::indent(text));
    for text in texts.iter().take(RECORD_FRAMES_MAX) {
        reader.line(line::dedent(text, base));
    }
    reader.finish()
}

#[derive(Debug, Default)]
struct Reader {
    kind: Option<String>,
    words: String,
    place: Option<(String, u32)>,
    crash: Option<String>,
    thread: Option<String>,
    /// The calls are another thread's.
    other: bool,
    listed: bool,
    /// Newest first.
    frames: Vec<Frame>,
}

impl Reader {
    fn line(&mut self, text: &str) {
        if let Some(head) = line::head(text) {
            self.kind = Some(head.kind.to_owned());
            head.words.clone_into(&mut self.words);
            self.place = head.place.map(|(file, line)| (file.to_owned(), line));
        } else if let Some(what) = line::crash(text) {
            self.listed = true;
            self.crash = Some(what.to_owned());
        } else if let Some((number, name, crashed)) = line::thread(text) {
            self.other = !crashed;
            if crashed {
                self.thread = Some(name.map_or_else(|| number.to_string(), str::to_owned));
            }
        } else if let Some(call) = line::call(text) {
            self.listed = true;
            if !self.other {
                self.frames.push(frame(&call));
            }
        } else if line::is_current(text) || text.trim().starts_with("*** Signal ") {
            self.listed = true;
        } else if !self.listed {
            self.words.push('\n');
            self.words.push_str(text);
        }
    }

    fn finish(mut self) -> Trace {
        self.frames.reverse();
        let what = self
            .crash
            .as_deref()
            .map(|crash| crash.split(" at 0x").next().unwrap_or(crash));
        let signal = what.and_then(|what| SIGNALS.iter().find(|(words, ..)| *words == what));
        let ty = match (self.kind, signal) {
            (Some(kind), _) => kind,
            (None, Some((_, _, name))) => (*name).to_owned(),
            (None, None) => "Crash".to_owned(),
        };
        let words = self.words.trim();
        let value = if words.is_empty() {
            self.crash.unwrap_or_default()
        } else {
            words.to_owned()
        };
        // Without calls the place is all that is known.
        if self.frames.is_empty() {
            self.frames.extend(self.place.map(|(file, line)| Frame {
                filename: Some(file),
                lineno: Some(line),
                ..Frame::default()
            }));
        }
        Trace {
            thread: self.thread,
            handled: Some(false),
            level: Some(Level::Fatal),
            exceptions: vec![Exception {
                ty,
                value: Some(value),
                frames: self.frames,
                signal: signal.map(|(_, number, name)| Signal {
                    number: *number,
                    name: (*name).to_owned(),
                }),
                ..Exception::default()
            }],
            ..Trace::default()
        }
    }
}

fn frame(call: &line::Call<'_>) -> Frame {
    Frame {
        function: call.function.map(str::to_owned),
        filename: call.file.map(str::to_owned),
        lineno: call.line.filter(|line| *line > 0),
        colno: call.column,
        package: call.image.map(str::to_owned),
        in_app: call.system.then_some(false),
        ..Frame::default()
    }
}
