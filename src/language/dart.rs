//! Dart and Flutter. In: what the virtual machine prints of an exception that nobody caught, Flutter's box around one, a stack
//! below a logger's line. Out: the exception as `sentry_dart` sends it.
//!
//! The text of an exception is its `toString()`, which is its value; its type is told by the words with which the core
//! library's begin.

use super::above::{self, Follower, Shape, Words};
use super::seek::{self, Seek as _};
use super::{Exception, Frame, Language, Project, Trace};
use crate::assemble::{Grammar, Record, Tracker};
use crate::bounds::{RECORD_FRAMES_MAX, TYPE_NAME_BYTES_MAX};
use crate::level::Level;

/// Dart, on its virtual machine.
pub struct Dart;

/// The first call of every list.
const OPENING: &str = "#0      ";
/// Above the words.
const UNHANDLED: &str = "Unhandled exception:";
/// Before the words, in Flutter's log.
const UNHANDLED_LOGGED: &str = "Unhandled Exception: ";
/// In the head of Flutter's box.
const CAUGHT: &str = " EXCEPTION CAUGHT BY ";
/// Between a call and the one that waits for it.
const GAP: &str = "<asynchronous suspension>";
/// In Flutter's box, above the calls.
const STACK: &str = "When the exception was thrown, this was the stack";
const CLOSURE: &str = "<anonymous closure>";

static SHAPE: Shape = Shape {
    listed: |text| {
        let body = text.trimmed();
        call(text).is_some() || body == GAP || is_left_out(body)
    },
    opens: is_first,
    begins: |text| head(text).is_some(),
    once: true,
};

/// `(elided 3 frames from class _RawReceivePort and dart:async)`, `...     Normal element mounting (24 frames)`.
fn is_left_out(body: &str) -> bool {
    let elided = body.starts_with("(elided ") && body.ends_with(')');
    elided || body == "..." || (body.starts_with("...  ") && body.ends_with("frames)"))
}

/// One call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Call<'a> {
    number: u32,
    member: &'a str,
    uri: &'a str,
    line: Option<u32>,
    column: Option<u32>,
}

/// `#1      Shop.charge.<anonymous closure> (package:shop/shop.dart:12:7)`.
fn call(text: &str) -> Option<Call<'_>> {
    let rest = text.trimmed().strip_prefix('#')?;
    let (number, rest) = rest.parted(b' ')?;
    let (member, place) = rest.trim_start().strip_suffix(')')?.rsplit_once(" (")?;
    let digits = |text: &str| text.parse::<u32>().ok();
    let mut parts = place.rsplit(':');
    let (last, before) = (parts.next().and_then(digits), parts.next().and_then(digits));
    let (line, column) = match (before, last) {
        (Some(line), column) => (Some(line), column),
        (None, line) => (line, None),
    };
    let numbers = [line, column].iter().flatten().count();
    let uri = place.rsplitn(numbers + 1, ':').last().unwrap_or(place);
    let known = [
        "package:",
        "dart:",
        "file:",
        "http:",
        "https:",
        "org-dartlang",
    ];
    let known =
        known.iter().any(|scheme| uri.starts_with(scheme)) || uri.strip_suffix(".dart").is_some();
    (known && !member.is_empty()).then_some(Call {
        number: digits(number)?,
        member,
        uri,
        line,
        column,
    })
}

fn is_first(text: &str) -> bool {
    call(text).is_some_and(|call| call.number == 0)
}

/// Who speaks above the calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Head<'a> {
    /// The virtual machine: the words are on the lines below.
    Unhandled,
    /// Flutter's log: they are here.
    Logged(&'a str),
    /// Flutter's box.
    Caught,
}

fn head(text: &str) -> Option<Head<'_>> {
    let body = text.trimmed();
    if body == UNHANDLED {
        return Some(Head::Unhandled);
    }
    if let Some(at) = body
        .find(UNHANDLED_LOGGED)
        .filter(|_| body.contains("[ERROR:flutter"))
    {
        let words = body.get(at + UNHANDLED_LOGGED.len()..)?;
        return Some(Head::Logged(words));
    }
    (body.contains(CAUGHT) && body.contains('╞')).then_some(Head::Caught)
}

impl Grammar for Dart {
    fn open(&self, text: &[u8]) -> Option<Box<dyn Tracker>> {
        let opens = is_first(&seek::text(text));
        opens.then(|| Box::new(Follower::new(&SHAPE)) as Box<dyn Tracker>)
    }

    fn begins(&self, text: &[u8]) -> bool {
        head(&seek::text(text)).is_some()
    }
}

/// Type and value; whether nobody caught it.
struct Thrown {
    ty: String,
    value: String,
    uncaught: bool,
}

fn thrown(words: &Words) -> Option<Thrown> {
    let first = words.lines.first()?;
    let below = || words.lines.iter().skip(1).map(String::as_str);
    let mut lines: Vec<&str> = match head(first) {
        Some(Head::Caught) => return boxed(below()),
        Some(Head::Unhandled) => below().collect(),
        Some(Head::Logged(words)) => std::iter::once(words).chain(below()).collect(),
        None => words.lines.iter().map(String::as_str).collect(),
    };
    while lines.last().is_some_and(|line| seek::is_blank(line)) {
        lines.pop();
    }
    let value = lines.join("\n").trim().to_owned();
    let ty = type_of(&value).unwrap_or("String").to_owned();
    Some(Thrown {
        ty,
        value,
        uncaught: words.begun,
    })
}

/// `The following _TypeError was thrown building Shop(dirty):`, then the words up to a blank line.
fn boxed<'t>(lines: impl Iterator<Item = &'t str>) -> Option<Thrown> {
    let mut lines = lines.skip_while(|line| !line.trimmed().starts_with("The following "));
    let said = lines.next()?.trimmed().strip_prefix("The following ")?;
    // The sentence may go on on the next line.
    let mut sentence = said.to_owned();
    while !sentence.ends_with(':') {
        sentence.push_str(lines.next()?);
    }
    let (kind, _) = said.split_once(" was thrown")?;
    let body = lines.take_while(|line| {
        let body = line.trimmed();
        !body.is_empty()
            && !body.starts_with(STACK)
            && !body.starts_with("The relevant error-causing")
    });
    let value = body.collect::<Vec<&str>>().join("\n").trim().to_owned();
    let ty = match kind {
        "assertion" if value.contains("Failed assertion") => "_AssertionError",
        "assertion" => "FlutterError",
        "message" => "String",
        kind => kind.strip_suffix(" object").unwrap_or(kind),
    };
    Some(Thrown {
        ty: ty.to_owned(),
        value,
        uncaught: false,
    })
}

/// How the texts of the core library's begin, whose words do not begin with their type.
const BEGINNINGS: &[(&str, &str)] = &[
    ("Exception: ", "_Exception"),
    ("Bad state: ", "StateError"),
    ("Invalid argument", "ArgumentError"),
    ("type '", "_TypeError"),
    ("Null check operator used on a null value", "_TypeError"),
    ("Unsupported operation: ", "UnsupportedError"),
    (
        "Concurrent modification during iteration",
        "ConcurrentModificationError",
    ),
    ("Stack Overflow", "StackOverflowError"),
    ("Out of Memory", "OutOfMemoryError"),
    ("LateInitializationError: ", "LateError"),
    ("Assertion failed", "_AssertionError"),
    ("Reading static variable '", "CyclicInitializationError"),
];

/// The type by the words.
fn type_of(value: &str) -> Option<&str> {
    if let Some((_, ty)) = BEGINNINGS
        .iter()
        .find(|(words, _)| value.starts_with(words))
    {
        return Some(ty);
    }
    if let Some(rest) = value.strip_prefix("Instance of '") {
        return rest.parted(b'\'').map(|(ty, _)| ty);
    }
    if value.contains(": Failed assertion: ") {
        return Some("_AssertionError");
    }
    let sign = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$');
    let len = value
        .bytes()
        .take(TYPE_NAME_BYTES_MAX)
        .take_while(sign)
        .count();
    let (name, rest) = value.split_at_checked(len)?;
    let known = name.ends_with("Error") || name.ends_with("Exception") || name.ends_with("Failure");
    let ends = rest.is_empty()
        || rest.starts_with([':', '(', '\n'])
        || rest.starts_with(" (")
        || rest.starts_with(" [");
    (known && ends && name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_'))
        .then_some(name)
}

/// The words: from the runtime's head on, a logger's, or the nearest line that reads like an exception's text.
fn words(record: &Record) -> Option<Words> {
    let found = above::words(record, &|line| head(line).is_some());
    if found.as_ref().is_some_and(|words| words.begun) {
        return found;
    }
    // A logger's words may stand before those of the exception.
    if let Some(mut words) = found {
        if let Some(at) = words
            .lines
            .iter()
            .position(|line| type_of(line.trimmed()).is_some())
        {
            words.lines.drain(..at);
        }
        return Some(words);
    }
    let nearest = above::nearest(record)?;
    let reads = nearest
        .lines
        .first()
        .is_some_and(|line| type_of(line.trimmed()).is_some());
    reads.then_some(nearest)
}

fn sent(call: &Call<'_>) -> Frame {
    let short = call.uri.rsplit(['/', ':']).next().unwrap_or(call.uri);
    let package = call
        .uri
        .strip_prefix("package:")
        .and_then(|rest| rest.parted(b'/'));
    let shared = call.uri.starts_with("package:") || call.uri.starts_with("dart:");
    let path = if shared { call.uri } else { short };
    Frame {
        function: Some(member(call.member)),
        filename: Some(short.to_owned()),
        abs_path: Some(path.to_owned()),
        lineno: call.line,
        colno: call.column,
        package: package.map(|(package, _)| package.to_owned()),
        ..Frame::default()
    }
}

/// As the package `stack_trace` names it.
fn member(name: &str) -> String {
    name.replace("<<anonymous closure>_async_body>", "<async>")
        .replace(CLOSURE, "<fn>")
}

/// Newest first, with a frame for each gap between two.
fn frames(record: &Record) -> Vec<Frame> {
    let mut frames: Vec<Frame> = Vec::new();
    let mut gap = false;
    for text in record.lines.texts().iter().take(RECORD_FRAMES_MAX) {
        if text.trimmed() == GAP {
            gap = !frames.is_empty();
        } else if let Some(call) = call(text) {
            if std::mem::take(&mut gap) {
                frames.push(Frame {
                    abs_path: Some(GAP.to_owned()),
                    ..Frame::default()
                });
            }
            frames.push(sent(&call));
        }
    }
    frames
}

impl Language for Dart {
    fn name(&self) -> &'static str {
        "dart"
    }

    fn platform(&self) -> &'static str {
        "other"
    }

    fn openings(&self) -> &'static [&'static str] {
        &[OPENING]
    }

    /// A stack below words that tell of no exception was printed for its own sake.
    fn parse(&self, record: &Record) -> Trace {
        let Some(thrown) = words(record).and_then(|words| thrown(&words)) else {
            return Trace::default();
        };
        let mut frames = frames(record);
        frames.reverse();
        let (handled, level) = if thrown.uncaught {
            (Some(false), Level::Fatal)
        } else {
            (None, Level::Error)
        };
        Trace {
            handled,
            level: Some(level),
            exceptions: vec![Exception {
                ty: thrown.ty,
                value: Some(thrown.value),
                frames,
                ..Exception::default()
            }],
            ..Trace::default()
        }
    }

    fn may_be_own(&self, path: &str) -> bool {
        !path.starts_with("dart:") && !path.starts_with("package:flutter/")
    }

    fn source_extensions(&self) -> &'static [&'static str] {
        &["dart"]
    }

    /// Dart's own and Flutter's are not the app's; all else is, packages too, as the SDK has it.
    fn resolve(&self, trace: &mut Trace, _project: &Project<'_>) {
        for frame in trace.frames_mut() {
            let path = frame.abs_path.as_deref().unwrap_or_default();
            frame.in_app = (path != GAP).then(|| self.may_be_own(path));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::steps::steps;

    #[test]
    fn calls_have_member_and_place() {
        let read =
            |text| call(text).map(|c: Call<'_>| (c.number, c.member, c.uri, c.line, c.column));
        assert_eq!(
            read("#1      Shop.charge.<anonymous closure> (package:shop/shop.dart:12:7)"),
            Some((
                1,
                "Shop.charge.<anonymous closure>",
                "package:shop/shop.dart",
                Some(12),
                Some(7)
            ))
        );
        assert_eq!(
            read("#0      main (file:///srv/app/dart/shop.dart:3)"),
            Some((0, "main", "file:///srv/app/dart/shop.dart", Some(3), None))
        );
        assert_eq!(
            read("#2 _rootRun (dart:async)"),
            Some((2, "_rootRun", "dart:async", None, None))
        );
        for no in [
            "#0      main",
            "#0 0x55 in f (/x.c:1)",
            "#0      {main} (x)",
            "#x f (dart:a)",
        ] {
            assert_eq!(read(no), None, "{no}");
        }
    }

    #[test]
    fn words_tell_the_type() {
        let some = |text, ty| assert_eq!(type_of(text), Some(ty), "{text}");
        some("Exception: no", "_Exception");
        some(
            "FormatException: Invalid radix-10 number (at character 1)",
            "FormatException",
        );
        some("RangeError (index): Invalid value", "RangeError");
        some("Instance of 'Declined'", "Declined");
        some(
            "'package:a/b.dart': Failed assertion: line 3 pos 4: 'x': is not true.",
            "_AssertionError",
        );
        for no in ["order 17 failed", "Errors: 3", ""] {
            assert_eq!(type_of(no), None, "{no}");
        }
    }

    #[test]
    fn a_list_ends_where_another_begins() {
        let lines = [
            "##1      main (package:a/b.dart:1:2)",
            "<asynchronous suspension>",
            "#INFO up",
            "##0      f (dart:core:1:2)",
        ];
        assert_eq!(steps(&mut Follower::new(&SHAPE), &lines), "++f.");
    }
}
