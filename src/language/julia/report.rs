//! What a trace says. In: a record. Out: the errors, a cause before what it led to.

use super::line;
use crate::assemble::Record;
use crate::bounds::{EXCEPTIONS_MAX, RECORD_FRAMES_MAX, TYPE_NAME_BYTES_MAX};
use crate::language::seek::Seek as _;
use crate::language::{Exception, Frame, Trace, above};
use crate::level::Level;

/// The type of what `error` throws, whose words stand alone.
const TYPE: &str = "ErrorException";
/// Errors that carry another, printed before it.
const WRAPPERS: &[&str] = &["LoadError: ", "InitError: "];

/// Reads the record; nothing where no error is told above the calls.
pub(super) fn read(record: &Record) -> Trace {
    let Some(words) = above::words(record, &|text| line::head(text).is_some()) else {
        return Trace::default();
    };
    let texts = record.lines.texts();
    let head = words.lines.first().and_then(|text| line::head(text));
    let mut reader = Reader::default();
    reader.open(
        0,
        head.map_or_else(
            || words.lines.first().map_or("", String::as_str),
            |head| head.words,
        ),
    );
    let barred = head.is_some_and(|head| head.logged);
    for text in words.lines.iter().skip(1) {
        reader.word(text, barred);
    }
    for text in texts.iter().take(RECORD_FRAMES_MAX) {
        reader.line(text);
    }
    // A logger's level was the runtime's `ERROR: `.
    let died = head.map_or(words.begun, |head| head.died);
    let message = head
        .filter(|head| head.logged)
        .map(|head| head.words.to_owned());
    let exceptions = reader.finish();
    if exceptions.iter().all(|e| e.frames.is_empty()) {
        return Trace::default();
    }
    Trace {
        handled: (died || barred).then_some(!died),
        level: Some(if died { Level::Fatal } else { Level::Error }),
        message,
        exceptions,
        ..Trace::default()
    }
}

/// One error while it is read.
#[derive(Debug)]
struct Error {
    /// How far its list is set in.
    indent: usize,
    words: String,
    /// Newest call first.
    frames: Vec<Frame>,
    /// Its words are over.
    listed: bool,
    /// It led to the one before it, and was printed within that one's words.
    nested: bool,
}

#[derive(Debug, Default)]
struct Reader {
    /// As printed.
    errors: Vec<Error>,
    /// Which of them is being read.
    at: usize,
}

impl Reader {
    fn open(&mut self, indent: usize, words: &str) {
        if self.errors.len() < EXCEPTIONS_MAX {
            self.at = self.errors.len();
            self.errors.push(Error {
                indent,
                words: words.to_owned(),
                frames: Vec::new(),
                listed: false,
                nested: false,
            });
        }
    }

    /// A line of the words above the first list.
    fn word(&mut self, text: &str, barred: bool) {
        let bare = line::without_bar(text);
        if barred && bare.len() < text.len() && bare.trimmed() == "exception =" {
            // What was logged above is the logger's.
            if let Some(error) = self.errors.last_mut() {
                error.words.clear();
            }
        } else if let Some(words) = line::nested(text) {
            self.nest(text, words);
        } else {
            self.more(bare, barred);
        }
    }

    fn more(&mut self, text: &str, barred: bool) {
        if let Some(error) = self.errors.get_mut(self.at).filter(|error| !error.listed) {
            let text = if barred || error.nested {
                text.trim()
            } else {
                text
            };
            if !error.words.is_empty() {
                error.words.push('\n');
            }
            error.words.push_str(text);
        }
    }

    fn nest(&mut self, text: &str, words: &str) {
        self.open(line::indent(text), words);
        if let Some(error) = self.errors.last_mut() {
            error.nested = true;
        }
    }

    fn line(&mut self, text: &str) {
        if line::opens(text) {
            let indent = line::indent(text);
            let open = |error: &Error| error.indent <= indent && !error.listed;
            if let Some(at) = self.errors.iter().rposition(open) {
                self.at = at;
            }
            if let Some(error) = self.errors.get_mut(self.at) {
                error.listed = true;
            }
        } else if let Some(words) = line::cause(text) {
            self.open(line::indent(text), words);
        } else if let Some(words) = line::nested(text) {
            self.nest(text, words);
        } else if let Some(call) = line::call(text) {
            self.call(&call);
        } else if let Some(place) = line::place(text) {
            let last = self
                .errors
                .get_mut(self.at)
                .and_then(|error| error.frames.last_mut());
            if let Some(frame) = last.filter(|frame| frame.lineno.is_none()) {
                placed(frame, &place);
            }
        } else if !line::is_trailer(text) && !line::is_barred(text) {
            self.more(text, false);
        }
    }

    fn call(&mut self, call: &line::Call<'_>) {
        let mut frame = Frame {
            function: Some(call.name.to_owned()),
            ..Frame::default()
        };
        if let Some(place) = &call.place {
            placed(&mut frame, place);
        }
        if let Some(error) = self.errors.get_mut(self.at) {
            error.frames.push(frame);
        }
    }

    /// The innermost cause first.
    fn finish(self) -> Vec<Exception> {
        self.errors.into_iter().rev().map(exception).collect()
    }
}

fn placed(frame: &mut Frame, place: &line::Place<'_>) {
    frame.filename = Some(place.file.to_owned());
    frame.lineno = Some(place.line);
    frame.module = place.module.map(str::to_owned);
}

fn exception(error: Error) -> Exception {
    let mut frames = error.frames;
    // The line with its place was cut off.
    frames.retain(|frame| frame.lineno.is_some());
    frames.reverse();
    let (ty, value) = typed(error.words.trim());
    Exception {
        ty: ty.to_owned(),
        value: Some(value.to_owned()),
        frames,
        ..Exception::default()
    }
}

/// `KeyError: key 99 not found`, `DomainError with -1.0:`, `Declined("insufficient funds", 20)`; else all are words.
fn typed(words: &str) -> (&str, &str) {
    let mut words = words;
    while let Some(rest) = WRAPPERS
        .iter()
        .find_map(|wrapper| words.strip_prefix(wrapper))
    {
        words = rest;
    }
    let sign = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'!');
    let len = words
        .bytes()
        .take(TYPE_NAME_BYTES_MAX)
        .take_while(sign)
        .count();
    let (name, rest) = words.split_at_checked(len).unwrap_or(("", words));
    let last = name.parted_last(b'.').map_or(name, |(_, last)| last);
    if !last.starts_with(|c: char| c.is_ascii_uppercase()) {
        return (TYPE, words);
    }
    let known = last.ends_with("Error") || last.ends_with("Exception");
    if let Some(value) = rest.strip_prefix(':').filter(|_| known) {
        return (name, value.trim());
    }
    if known && (rest.is_empty() || rest.starts_with([' ', '\n'])) {
        return (name, rest.trim());
    }
    match rest
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
    {
        Some(inner) => (name, inner),
        None => (TYPE, words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_begin_with_the_type() {
        assert_eq!(
            typed("LoadError: KeyError: key 99 not found"),
            ("KeyError", "key 99 not found")
        );
        assert_eq!(
            typed("DomainError with -1.0:\nsqrt"),
            ("DomainError", "with -1.0:\nsqrt")
        );
        assert_eq!(
            typed("Shop.Declined(\"funds\", 20)"),
            ("Shop.Declined", "\"funds\", 20")
        );
        assert_eq!(typed("TaskFailedException"), ("TaskFailedException", ""));
        assert_eq!(typed("StackOverflowError:"), ("StackOverflowError", ""));
        for plain in ["no such: table", "Orders: none", "Order (17) lost"] {
            assert_eq!(typed(plain), (TYPE, plain));
        }
    }
}
