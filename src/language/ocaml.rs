//! OCaml. In: what the runtime prints of an exception that nobody caught, `Printexc.print_backtrace` below an exception's text.
//! Out: the exception; there is no SDK whose event it could equal.

use std::borrow::Cow;

use super::seek::{self, Seek as _, Word};
use super::{Exception, Frame, Language, Project, Trace};
use crate::assemble::{Breadcrumb, Grammar, Record, Step, Tracker};
use crate::bounds::{FOREIGN_BEHIND_MAX, RECORD_FRAMES_MAX, TYPE_NAME_BYTES_MAX};
use crate::level::Level;

/// OCaml, native and as bytecode.
pub struct Ocaml;

/// Before an exception that nobody caught.
const FATAL: &str = "Fatal error: exception ";
/// What begins a frame's line.
const STARTS: &[&str] = &[
    "Raised at ",
    "Raised by primitive operation at ",
    "Re-raised at ",
    "Called from ",
];
const LINE: Word = Word::new(", line", 0);
/// Lines above that may be the exception's where each line has a header.
const LINES_ABOVE: usize = 8;
/// Modules that come with the compiler.
const LIBRARIES: &[&str] = &[
    "Stdlib",
    "Camlinternal",
    "Std_exit",
    "Lwt",
    "Unix",
    "Thread",
];

/// One frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FrameLine<'a> {
    name: &'a str,
    file: &'a str,
    line: u32,
    column: Option<u32>,
}

/// `Called from Shop.place in file "shop.ml" (inlined), line 12, characters 70-82`; before 4.11 without a name.
fn frame(text: &str) -> Option<FrameLine<'_>> {
    let body = text.trimmed();
    let rest = STARTS.iter().find_map(|start| body.strip_prefix(start))?;
    let (name, rest) = match rest.strip_prefix("file \"") {
        Some(file) => ("", file),
        None => rest.split_once(" in file \"")?,
    };
    let (file, place) = rest.parted(b'"')?;
    let numbers = place.get(LINE.find(place)? + 6..)?;
    let numbers = numbers.strip_prefix('s').unwrap_or(numbers).trim_start();
    let digits = |text: &str| -> Option<u32> {
        let len = text.bytes().take_while(u8::is_ascii_digit).count();
        text.get(..len)?.parse().ok()
    };
    let column = numbers
        .split_once("characters ")
        .and_then(|(_, c)| digits(c));
    (!name.contains(' ')).then_some(FrameLine {
        name,
        file,
        line: digits(numbers)?,
        column: column.and_then(|c| c.checked_add(1)),
    })
}

fn raised(text: &str) -> bool {
    text.trimmed().starts_with("Raised ") && frame(text).is_some()
}

/// Follows one trace.
#[derive(Debug, Default)]
struct Follower {
    fatal: bool,
    frames: usize,
    prefixed: bool,
    foreign: u32,
}

impl Tracker for Follower {
    fn step(&mut self, text: &[u8], header: bool) -> Step {
        let text = seek::text(text);
        let own = frame(&text).is_some() || text.trimmed() == "Called from unknown location";
        let another = self.frames > 0 && raised(&text);
        if own && !another {
            self.frames += 1;
            self.prefixed |= header;
            return Step::Belongs;
        }
        if header && !self.prefixed && !another && self.foreign < FOREIGN_BEHIND_MAX {
            let opens = text.contains(FATAL) || error(&text).is_some();
            self.foreign += 1;
            return if opens { Step::Ended } else { Step::Foreign };
        }
        Step::Ended
    }

    /// A message's line ends are printed as escapes: what is read of its one line is not all.
    fn unfinished(&self) -> bool {
        self.frames == 0
    }

    fn uncaught(&self) -> Option<bool> {
        self.fatal.then_some(true)
    }
}

impl Grammar for Ocaml {
    fn open(&self, text: &[u8]) -> Option<Box<dyn Tracker>> {
        let text = seek::text(text);
        let fatal = text.trimmed().starts_with(FATAL);
        let frames = usize::from(raised(&text));
        (fatal || frames > 0).then(|| -> Box<dyn Tracker> {
            Box::new(Follower {
                fatal,
                frames,
                ..Follower::default()
            })
        })
    }

    fn introduces(&self, text: &[u8]) -> bool {
        seek::text(text).trimmed().starts_with(FATAL)
    }
}

/// Type and value of an exception's text.
fn read(text: &str) -> (String, Option<String>) {
    let text = text.trimmed();
    for (end, ty) in [
        (": Assertion failed", "Assert_failure"),
        (": Pattern matching failed", "Match_failure"),
    ] {
        if text.ends_with(end) {
            return (ty.to_owned(), Some(text.to_owned()));
        }
    }
    if matches!(text, "Stack overflow" | "Out of memory") {
        return (text.replace(' ', "_"), None);
    }
    let len = constructor(text);
    let (name, rest) = text.split_at_checked(len).unwrap_or(("", text));
    if name.is_empty() {
        return ("Exception".to_owned(), Some(text.to_owned()));
    }
    let value = match rest.strip_prefix('(').and_then(|r| r.strip_suffix(')')) {
        Some(inner) => {
            let quoted = inner.strip_prefix('"').and_then(|i| i.strip_suffix('"'));
            Some(
                quoted
                    .filter(|q| !q.contains('"'))
                    .unwrap_or(inner)
                    .to_owned(),
            )
        }
        None => {
            let words = rest.strip_prefix(": ").unwrap_or(rest);
            Some(words.to_owned()).filter(|words| !words.is_empty())
        }
    };
    (name.to_owned(), value)
}

/// How long the name of an exception is with which the text begins; none where something else follows it.
fn constructor(text: &str) -> usize {
    let sign = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'\'');
    let len = text
        .bytes()
        .take(TYPE_NAME_BYTES_MAX)
        .take_while(sign)
        .count();
    let (name, rest) = text.split_at_checked(len).unwrap_or_default();
    let last = name.rsplit('.').next().unwrap_or_default();
    let named = name.starts_with(|c: char| c.is_ascii_uppercase())
        && last.starts_with(|c: char| c.is_ascii_uppercase());
    let ends =
        rest.is_empty() || (rest.starts_with('(') && rest.ends_with(')')) || rest.starts_with(": ");
    if named && ends { len } else { 0 }
}

/// An exception's text at the end of a line: `caught Failure("bottom")`.
fn error(text: &str) -> Option<&str> {
    let text = text.trimmed();
    let text = text.split_once(FATAL).map_or(text, |(_, rest)| rest);
    let begins = text
        .bytes()
        .enumerate()
        .filter(|(_, b)| *b == b' ')
        .map(|(at, _)| at + 1);
    let mut ends = std::iter::once(0)
        .chain(begins)
        .filter_map(|at| text.get(at..));
    ends.find(|rest| {
        let len = constructor(rest);
        let whole = rest.get(len..).is_some_and(|more| !more.starts_with(": "));
        // A capital alone begins many a sentence's last word.
        let sure = rest.contains('(') || rest.contains('_') || rest.contains('.');
        len > 0 && whole && (sure || rest.len() == text.len())
    })
}

/// The exception's text, and whether nobody caught it.
fn words(record: &Record) -> Option<(String, bool)> {
    let first = record.lines.first().map(seek::text).unwrap_or_default();
    if let Some(rest) = first.trimmed().strip_prefix(FATAL) {
        return Some((rest.to_owned(), true));
    }
    let above: Vec<Cow<'_, str>> = record.preamble.iter().map(|l| seek::text(l)).collect();
    let nearest = above.iter().rev().find(|text| !seek::is_blank(text));
    if let Some(text) = nearest {
        return error(text).map(|words| (words.to_owned(), false));
    }
    let own = record.message.as_deref().map(<[u8]>::trim_ascii)
        == record.lines.first().map(<[u8]>::trim_ascii);
    if let Some(message) = record.message.as_deref().filter(|_| !own) {
        return error(&seek::text(message)).map(|words| (words.to_owned(), false));
    }
    let same = |crumb: &&Breadcrumb| {
        crumb.level == record.meta.level && crumb.logger == record.meta.logger
    };
    let near = record
        .breadcrumbs
        .iter()
        .rev()
        .take(LINES_ABOVE)
        .take_while(same);
    let nearest = near.map(|crumb| seek::text(&crumb.message)).next()?;
    error(&nearest).map(|words| (words.to_owned(), false))
}

fn sent(line: &FrameLine<'_>) -> Frame {
    let (module, function) = match line.name.parted_last(b'.') {
        Some((module, last)) if !last.starts_with(|c: char| c.is_ascii_uppercase()) => {
            (module, Some(last))
        }
        _ => (line.name, None),
    };
    Frame {
        module: Some(module.to_owned()).filter(|m| !m.is_empty()),
        function: function.map(str::to_owned),
        filename: Some(line.file.to_owned()),
        lineno: Some(line.line),
        colno: line.column,
        in_app: Some(!LIBRARIES.iter().any(|library| module.starts_with(library))),
        ..Frame::default()
    }
}

impl Language for Ocaml {
    fn name(&self) -> &'static str {
        "ocaml"
    }

    fn platform(&self) -> &'static str {
        "other"
    }

    fn openings(&self) -> &'static [&'static str] {
        &[
            "error: exception ",
            "Raised at ",
            "Raised by primitive operation at ",
        ]
    }

    fn parse(&self, record: &Record) -> Trace {
        let Some((words, uncaught)) = words(record) else {
            return Trace::default();
        };
        let (ty, value) = read(&words);
        let texts = record.lines.texts();
        let frames = texts.iter().filter_map(|text| frame(text));
        let mut frames: Vec<Frame> = frames.take(RECORD_FRAMES_MAX).map(|f| sent(&f)).collect();
        frames.reverse();
        Trace {
            handled: uncaught.then_some(false),
            level: uncaught.then_some(Level::Fatal),
            exceptions: vec![Exception {
                ty,
                value,
                frames,
                ..Exception::default()
            }],
            ..Trace::default()
        }
    }

    fn source_extensions(&self) -> &'static [&'static str] {
        &["ml", "mli", "re"]
    }

    fn resolve(&self, _trace: &mut Trace, _project: &Project<'_>) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_name_function_and_place() {
        let line =
            "Called from Shop.Store.find in file \"shop.ml\" (inlined), line 7, characters 16-30";
        let found = frame(line).unwrap();
        assert_eq!(
            (found.name, found.file, found.line, found.column),
            ("Shop.Store.find", "shop.ml", 7, Some(17))
        );
        assert!(raised(
            "Raised at file \"map.ml\", line 137, characters 10-25"
        ));
        for no in [
            "Raised at the depot",
            "Called from home in file \"x\" on line",
        ] {
            assert_eq!(frame(no), None, "{no}");
        }
    }

    #[test]
    fn exceptions_have_type_and_value() {
        let told = |text| read(text);
        let some = |ty: &str, value: &str| (ty.to_owned(), Some(value.to_owned()));
        assert_eq!(told("Failure(\"bottom\")"), some("Failure", "bottom"));
        assert_eq!(
            told("Shop.Declined(\"a\", 20)"),
            some("Shop.Declined", "\"a\", 20")
        );
        assert_eq!(told("Not_found"), ("Not_found".to_owned(), None));
        assert_eq!(told("Stack overflow"), ("Stack_overflow".to_owned(), None));
        assert_eq!(
            told("settlement failed: Failure(\"x\")"),
            some("Exception", "settlement failed: Failure(\"x\")")
        );
        assert_eq!(
            told("File \"s.ml\", line 3, characters 1-2: Assertion failed").0,
            "Assert_failure"
        );
        assert_eq!(
            error("caught Failure(\"bottom\")"),
            Some("Failure(\"bottom\")")
        );
        assert_eq!(error("looking around Turin"), None);
    }
}
