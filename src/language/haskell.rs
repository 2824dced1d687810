//! Haskell (GHC). In: what the runtime prints of an exception that carries the places of its calls. Out: the exception; there
//! is no SDK whose event it could equal.
//!
//! Only what was thrown by a function with `HasCallStack` has a stack (`error`, `undefined`, since 9.10 whatever is thrown):
//! `Prelude.head: empty list` alone is a line like any other.

use super::above::{self, Follower, Shape};
use super::seek::{self, Seek as _, Word};
use super::{Exception, Frame, Language, Project, Trace};
use crate::assemble::{Grammar, Record, Tracker};
use crate::bounds::{RECORD_FRAMES_MAX, TYPE_NAME_BYTES_MAX};
use crate::level::Level;

/// Programs that GHC compiled.
pub struct Haskell;

/// In every line above a list of calls.
const OPENING: &str = "CallStack ";
/// Before 9.10, and of `error` since.
const STACK: &str = "CallStack (from HasCallStack):";
/// What a profiled program knows besides.
const PROFILED: &str = "CallStack (from -prof):";
/// Since 9.10.
const BACKTRACE: &str = "HasCallStack backtrace:";
/// Before the type, since 9.12.
const UNCAUGHT: &str = "Uncaught exception ";
const CALLED: Word = Word::new(", called at ", 0);
const IN: Word = Word::new(" in ", 1);

/// Called, something was thrown of a type that is known.
const THROWERS: &[&str] = &["error", "undefined", "assert"];

static SHAPE: Shape = Shape {
    listed: |text| frame(text).is_some() || profiled(text) || heads_list(text),
    opens: heads_list,
    once: false,
    begins: |text| program(text).is_some(),
};

/// One call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FrameLine<'a> {
    name: &'a str,
    file: &'a str,
    line: u32,
    column: Option<u32>,
    package: &'a str,
    module: &'a str,
}

fn heads_list(text: &str) -> bool {
    matches!(text.trimmed(), STACK | PROFILED | BACKTRACE)
}

/// `  charge, called at Shop.hs:21:29 in main:Main`.
fn frame(text: &str) -> Option<FrameLine<'_>> {
    let (name, rest) = CALLED.parts(text.trimmed())?;
    let (place, owner) = IN.parts(rest)?;
    let (rest, column) = place.parted_last(b':')?;
    let (file, line) = rest.parted_last(b':')?;
    let (package, module) = owner.parted_last(b':')?;
    (!name.contains(' ') && !file.is_empty()).then_some(FrameLine {
        name,
        file,
        line: line.parse().ok()?,
        column: column.parse().ok(),
        package,
        module,
    })
}

/// `  Main.deep (Shop.hs:(23,1)-(24,25))`, a cost centre.
fn profiled(text: &str) -> bool {
    let set_in = text.starts_with([' ', '\t']);
    let body = text.trimmed().strip_suffix(')').filter(|_| set_in);
    let named = body.and_then(|body| body.split_once(" ("));
    named.is_some_and(|(name, place)| {
        let begins = name.starts_with(|c: char| c.is_ascii_uppercase());
        begins && !name.contains(' ') && (place.contains(':') || place.starts_with('<'))
    })
}

/// Words behind the program's name: `shop: bottom`.
fn program(text: &str) -> Option<&str> {
    let (name, rest) = text.parted(b':')?;
    let sign = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'/' | b'+');
    let plain = !name.is_empty() && name.bytes().all(sign);
    (plain && (rest.is_empty() || rest.starts_with(' '))).then(|| rest.trim_start())
}

impl Grammar for Haskell {
    fn open(&self, text: &[u8]) -> Option<Box<dyn Tracker>> {
        let text = seek::text(text);
        let opens = matches!(text.trimmed(), STACK | BACKTRACE);
        opens.then(|| Box::new(Follower::new(&SHAPE)) as Box<dyn Tracker>)
    }
}

/// Type, its module, value.
struct Thrown {
    ty: String,
    module: Option<String>,
    value: String,
}

/// `shop: Uncaught exception ghc-internal:GHC.Internal.Exception.ErrorCall:` above a blank line and the words.
fn typed(first: &str) -> Option<(&str, Option<&str>)> {
    let name = first.strip_prefix(UNCAUGHT)?.trimmed().strip_suffix(':')?;
    let name = name.parted_last(b':').map_or(name, |(_, name)| name);
    let plain = name.len() <= TYPE_NAME_BYTES_MAX && !name.contains(' ');
    plain.then(|| match name.parted_last(b'.') {
        Some((module, ty)) => (ty, Some(module)),
        None => (name, None),
    })
}

/// The type by what threw it, where the text does not name it.
fn type_of(thrower: Option<&FrameLine<'_>>) -> &'static str {
    match thrower.map(|frame| frame.name) {
        Some("error" | "undefined") => "ErrorCall",
        Some("assert") => "AssertionFailed",
        _ => "Exception",
    }
}

fn thrown(words: &above::Words, thrower: Option<&FrameLine<'_>>) -> Thrown {
    let mut lines: Vec<&str> = words.lines.iter().map(String::as_str).collect();
    let first = lines.first().copied().unwrap_or_default();
    let first = if words.begun {
        program(first).unwrap_or(first)
    } else {
        first
    };
    if let Some((ty, module)) = typed(first) {
        let words: Vec<&str> = lines.drain(..).skip(1).collect();
        return Thrown {
            ty: ty.to_owned(),
            module: module.map(str::to_owned),
            value: words.join("\n").trim().to_owned(),
        };
    }
    if let Some(place) = lines.first_mut() {
        *place = first;
    }
    Thrown {
        ty: type_of(thrower).to_owned(),
        module: None,
        value: lines.join("\n").trim().to_owned(),
    }
}

/// The calls of the first list: those of further ones are the same, as profiled, or where it was thrown again.
fn calls<'t>(texts: &'t [std::borrow::Cow<'_, str>]) -> (Vec<FrameLine<'t>>, bool) {
    let mut lists = texts.iter().skip(1).filter(|text| heads_list(text));
    let again = lists.any(|text| text.trimmed() == STACK);
    let first = texts.iter().skip(1).take_while(|text| !heads_list(text));
    let frames = first.filter_map(|text| frame(text)).take(RECORD_FRAMES_MAX);
    (frames.collect(), again)
}

/// A line names what was called and where: the function that stands there is the next line's.
fn sent(line: &FrameLine<'_>, caller: Option<&FrameLine<'_>>) -> Frame {
    Frame {
        function: caller.map(|caller| caller.name.to_owned()),
        module: Some(line.module.to_owned()),
        filename: Some(line.file.to_owned()),
        lineno: Some(line.line),
        colno: line.column,
        package: Some(line.package.to_owned()),
        ..Frame::default()
    }
}

impl Language for Haskell {
    fn name(&self) -> &'static str {
        "haskell"
    }

    fn platform(&self) -> &'static str {
        "haskell"
    }

    fn openings(&self) -> &'static [&'static str] {
        &[OPENING]
    }

    /// A stack below words that nobody reports as an error was printed for its own sake.
    fn parse(&self, record: &Record) -> Trace {
        let texts = record.lines.texts();
        let (calls, again) = calls(&texts);
        let words = above::words(record, &|line| program(line).is_some()).or_else(|| {
            let thrown = calls
                .first()
                .is_some_and(|call| THROWERS.contains(&call.name));
            let words = above::nearest(record).filter(|_| thrown)?;
            (!words.lines.iter().any(|line| (SHAPE.listed)(line))).then_some(words)
        });
        let (Some(words), false) = (words, calls.is_empty()) else {
            return Trace::default();
        };
        let thrown = thrown(&words, calls.first());
        let callers = calls.iter().skip(1).map(Some).chain([None]);
        let frames = calls.iter().zip(callers);
        let mut frames: Vec<Frame> = frames.map(|(call, caller)| sent(call, caller)).collect();
        frames.reverse();
        let rethrown = again.then(|| "thrown again: the places of that are left out".to_owned());
        Trace {
            handled: words.begun.then_some(false),
            level: Some(if words.begun {
                Level::Fatal
            } else {
                Level::Error
            }),
            exceptions: vec![Exception {
                ty: thrown.ty,
                module: thrown.module,
                value: Some(thrown.value),
                frames,
                ..Exception::default()
            }],
            notes: rethrown.into_iter().collect(),
            ..Trace::default()
        }
    }

    fn may_be_own(&self, path: &str) -> bool {
        !path.starts_with("libraries/")
    }

    fn source_extensions(&self) -> &'static [&'static str] {
        &["hs", "lhs"]
    }

    /// The program's own package is `main`, or one that is built in place; any other's code is the app's if it stands there.
    fn resolve(&self, trace: &mut Trace, project: &Project<'_>) {
        for frame in trace.frames_mut() {
            let package = frame.package.as_deref().unwrap_or_default();
            let path = frame.filename.as_deref().unwrap_or_default();
            let own = package == "main" || package.ends_with("-inplace");
            let here = || self.may_be_own(path) && (project.file_exists)(path);
            frame.in_app = Some(own || here());
            let short = path.strip_prefix("./").unwrap_or(path).to_owned();
            frame.filename = Some(short);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::steps::steps;

    #[test]
    fn frames_name_function_place_and_package() {
        let found = frame("  find, called at ./Store.hs:7:10 in shop-0.1-inplace:Store").unwrap();
        assert_eq!(
            (found.name, found.file, found.line, found.column),
            ("find", "./Store.hs", 7, Some(10))
        );
        assert_eq!((found.package, found.module), ("shop-0.1-inplace", "Store"));
        for no in ["he, called at home", "x, called at a:b:c in d:e", ""] {
            assert_eq!(frame(no), None, "{no}");
        }
        assert!(profiled("  Main.deep (Shop.hs:(23,1)-(24,25))"));
        assert!(profiled("  Data.Map.CAF (<entire-module>)") && !profiled("Main (shop: a)"));
    }

    #[test]
    fn words_stand_behind_the_program() {
        assert_eq!(program("shop: bottom"), Some("bottom"));
        assert_eq!(program("./shop-exe:"), Some(""));
        assert_eq!(program("no such table: roads"), None);
        assert_eq!(
            typed("Uncaught exception ghc-internal:GHC.Internal.IO.IOException:"),
            Some(("IOException", Some("GHC.Internal.IO")))
        );
        assert_eq!(typed("Uncaught exceptions: 3"), None);
    }

    #[test]
    fn lists_follow_each_other() {
        let lines = [
            "  f, called at A.hs:1:2 in main:Main",
            "#INFO up",
            "CallStack (from -prof):",
            "  Main.f (A.hs:1:2-3)",
            "done",
        ];
        // Behind a line of another, a list is another's.
        assert_eq!(steps(&mut Follower::new(&SHAPE), &lines), "+f.+.");
    }
}
