//! One line of `error.stack` as `@sentry/node` reads it. In: a line. Out: a frame.
//!
//! The SDK reads every line of the stack but the first with one expression, also the lines of a message:
//! `at (?:async )?(?:(.+?)\s+\()?(?:(.+):(\d+):(\d+)?|([^)]+))\)?` (`core/src/utils/node-stack-trace.ts`, 10.78). It is
//! done by hand here, with the same outcome.

use crate::language::Frame;
use crate::language::seek::{Seek as _, Word};

/// The SDK reads so much of a line.
const LINE_CHARS: usize = 1_024;
/// What the SDK names a function without a name.
pub(super) const UNKNOWN: &str = "?";

const ERROR: Word = Word::new("Error: ", 0);
const DATA: Word = Word::new(" (data:", 1);
const MODULE: Word = Word::new(".Module", 1);
const ADDRESS: Word = Word::new("://", 0);
const PACKAGES: Word = Word::new("node_modules/", 4);

/// The frame in the line, if the SDK sees one.
pub(super) fn frame(line: &str) -> Option<Frame> {
    let line = cut(line);
    if ERROR.is_in(line) {
        return None;
    }
    let mut from = 0;
    while let Some(found) = at(line.get(from..)?) {
        let behind = line.get(from + found + 3..)?;
        let plain = behind.strip_prefix("async ");
        if let Some(frame) = plain.and_then(matched).or_else(|| matched(behind)) {
            return Some(frame);
        }
        from += found + 3;
    }
    None
}

/// What the SDK reads of a line.
fn cut(line: &str) -> &str {
    if line.len() <= LINE_CHARS {
        return line;
    }
    let end = line.char_indices().nth(LINE_CHARS);
    end.and_then(|(at, _)| line.get(..at)).unwrap_or(line)
}

/// Where the next `at ` stands; nearly always at the beginning.
fn at(text: &str) -> Option<usize> {
    if text.starts_with("at ") {
        return Some(0);
    }
    text.find("at ")
}

/// A frame that stands as `function@location`.
pub(super) fn browser_frame(function: &str, location: &str) -> Frame {
    let (path, line, column) = split_place(location).unwrap_or((location, None, None));
    Frame {
        function: Some(
            if function.is_empty() {
                UNKNOWN
            } else {
                function
            }
            .to_owned(),
        ),
        filename: Some(path.to_owned()),
        lineno: line,
        colno: column,
        in_app: Some(true),
        ..Frame::default()
    }
}

/// What stands behind `at [async ]`.
fn matched(text: &str) -> Option<Frame> {
    if let Some((function, data)) = DATA.parts(text)
        && let Some((kind, _)) = data.parted(b',')
        && !function.is_empty()
    {
        return Some(Frame {
            function: Some(function.to_owned()),
            filename: Some(format!("<data:{kind}>")),
            ..Frame::default()
        });
    }
    let mut from = 0;
    while let Some((name_end, location_at)) = next_parenthesis(text, from) {
        if let Some(place) = text.get(location_at..).and_then(Place::read) {
            return Some(place.frame(text.get(..name_end)));
        }
        from = location_at;
    }
    Some(Place::read(text)?.frame(None))
}

/// Where the next `\s+\(` begins behind at least one character, and where what follows it begins.
fn next_parenthesis(text: &str, from: usize) -> Option<(usize, usize)> {
    let mut from = from;
    loop {
        let at = from + memchr::memchr(b'(', text.as_bytes().get(from..)?)?;
        let before = text.get(..at)?;
        let name = before.trimmed_end();
        if name.len() < before.len() && !name.is_empty() {
            return Some((name.len(), at + 1));
        }
        from = at + 1;
    }
}

/// What stands where the location is expected.
struct Place<'a> {
    path: &'a str,
    line: Option<u32>,
    column: Option<u32>,
    native: bool,
}

impl<'a> Place<'a> {
    fn read(text: &'a str) -> Option<Self> {
        if let Some((path, line, column)) = split_place(text) {
            return Some(Self {
                path: without_scheme(path),
                line,
                column,
                native: false,
            });
        }
        let inside = text.split(')').next().filter(|inside| !inside.is_empty())?;
        Some(Self {
            path: inside,
            line: None,
            column: None,
            native: inside == "native",
        })
    }

    fn frame(&self, function: Option<&str>) -> Frame {
        let filename = decoded(self.path).unwrap_or_else(|| self.path.to_owned());
        Frame {
            function: Some(function_name(function)),
            filename: Some(filename).filter(|_| !self.native),
            lineno: self.line.filter(|n| *n > 0),
            colno: self.column.filter(|n| *n > 0),
            in_app: Some(!self.native && is_in_app(self.path)),
            ..Frame::default()
        }
    }
}

/// `(.+):(\d+):(\d+)?`: the last such place in the text.
fn split_place(text: &str) -> Option<(&str, Option<u32>, Option<u32>)> {
    let mut end = text.len();
    loop {
        let (before, _) = text.get(..end)?.parted_last(b':')?;
        if let Some((path, line)) = before.numbered().filter(|(path, _)| !path.is_empty()) {
            let behind = text.get(before.len() + 1..)?;
            let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
            return Some((path, line.parse().ok(), behind.get(..digits)?.parse().ok()));
        }
        end = before.len();
    }
}

fn without_scheme(path: &str) -> &str {
    let path = path.strip_prefix("file://").unwrap_or(path);
    let bytes = path.as_bytes();
    let drive = memchr::memchr_iter(b':', bytes).any(|colon| {
        let before = colon.checked_sub(2).and_then(|at| bytes.get(at..colon));
        matches!(before, Some([b'/', letter]) if letter.is_ascii_uppercase())
    });
    if drive {
        path.get(1..).unwrap_or(path)
    } else {
        path
    }
}

/// The SDK's name of a function: an anonymous one is `?`, its object stays.
fn function_name(printed: Option<&str>) -> String {
    let Some(name) = printed else {
        return UNKNOWN.to_owned();
    };
    let Some(mut dot) = name.last_of(b'.') else {
        return name.to_owned();
    };
    if dot > 0 && name.as_bytes().get(dot - 1) == Some(&b'.') {
        dot -= 1;
    }
    let (Some(mut object), Some(method)) = (name.get(..dot), name.get(dot + 1..)) else {
        return name.to_owned();
    };
    if object.is_empty() {
        return name.to_owned();
    }
    let mut whole = name;
    if let Some(end) = MODULE.find(object).filter(|end| *end > 0) {
        whole = name.get(end + 1..).unwrap_or(name);
        object = object.get(..end).unwrap_or(object);
    }
    if method == "<anonymous>" {
        return format!("{object}.{UNKNOWN}");
    }
    whole.to_owned()
}

/// The SDK's rule: a path or an address, and not beneath `node_modules`.
pub(super) fn is_in_app(path: &str) -> bool {
    let bytes = path.as_bytes();
    let drive = bytes.first().is_some_and(u8::is_ascii_uppercase) && bytes.get(1) == Some(&b':');
    let address = ADDRESS.parts(path).is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'+'))
    });
    (path.starts_with(['/', '.']) || drive || address) && !PACKAGES.is_in(path)
}

/// `decodeURI`: `None` where it would throw.
fn decoded(path: &str) -> Option<String> {
    decode(path, b";/?:@&=+$,#")
}

/// `decodeURIComponent`.
pub(super) fn decoded_part(part: &str) -> Option<String> {
    decode(part, b"")
}

fn decode(text: &str, kept: &[u8]) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if *first != b'%' {
            out.push(*first);
            continue;
        }
        let digits = std::str::from_utf8(behind.get(..2)?).ok()?;
        let byte = u8::from_str_radix(digits, 16).ok()?;
        if kept.contains(&byte) {
            out.push(b'%');
            out.extend_from_slice(digits.as_bytes());
        } else {
            out.push(byte);
        }
        rest = behind.get(2..)?;
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Parts = (String, String, Option<u32>, Option<u32>, bool);

    fn parts(line: &str) -> Option<Parts> {
        let f = frame(line)?;
        Some((
            f.function?,
            f.filename.unwrap_or_default(),
            f.lineno,
            f.colno,
            f.in_app.unwrap_or_default(),
        ))
    }

    /// Line, function, file, place, whether it is the app's.
    type Case = (
        &'static str,
        &'static str,
        &'static str,
        Option<(u32, u32)>,
        bool,
    );

    const CASES: &[Case] = &[
        (
            "    at Object.<anonymous> (/srv/x.js:6:11)",
            "Object.?",
            "/srv/x.js",
            Some((6, 11)),
            true,
        ),
        (
            "    at async main (file:///srv/a%20b.mjs:6:11)",
            "main",
            "/srv/a b.mjs",
            Some((6, 11)),
            true,
        ),
        (
            "    at /srv/x.js:6:11",
            "?",
            "/srv/x.js",
            Some((6, 11)),
            true,
        ),
        (
            "    at Array.map (<anonymous>)",
            "Array.map",
            "<anonymous>",
            None,
            false,
        ),
        (
            "    at async Promise.all (index 1)",
            "Promise.all",
            "index 1",
            None,
            false,
        ),
        (
            "    at Object..js (node:internal/x:1:2)",
            "Object..js",
            "node:internal/x",
            Some((1, 2)),
            false,
        ),
        (
            "    at q (/srv/node_modules/pg/c.js:1:2)",
            "q",
            "/srv/node_modules/pg/c.js",
            Some((1, 2)),
            false,
        ),
        (
            "    at C:\\shop\\x.js:1:2",
            "?",
            "C:\\shop\\x.js",
            Some((1, 2)),
            true,
        ),
        (
            "    at file:///C:/shop/x.mjs:1:2",
            "?",
            "C:/shop/x.mjs",
            Some((1, 2)),
            true,
        ),
        (
            "    at <anonymous> (/srv/x.ts:1:2)",
            "<anonymous>",
            "/srv/x.ts",
            Some((1, 2)),
            true,
        ),
        (
            "    at eval (eval at apply (/srv/e.js:5:10), <anonymous>:3:19)",
            "eval",
            "eval at apply (/srv/e.js:5:10), <anonymous>",
            Some((3, 19)),
            false,
        ),
        ("    at the database", "?", "the database", None, false),
        (
            "that failed at step (3)",
            "failed at step",
            "3",
            None,
            false,
        ),
        ("    at Array.sort (native)", "Array.sort", "", None, false),
    ];

    #[test]
    fn as_the_sdk_reads_them() {
        for (line, function, file, place, app) in CASES {
            let wanted = (
                (*function).to_owned(),
                (*file).to_owned(),
                place.map(|p| p.0),
                place.map(|p| p.1),
                *app,
            );
            assert_eq!(parts(line), Some(wanted), "{line}");
        }
        assert_eq!(parts("cause: TypeError: at (/x.js:1:2)"), None);
        assert_eq!(parts("nothing here"), None);
    }

    #[test]
    fn hostile_lines_end() {
        let long = "at (".repeat(100_000);
        frame(&long);
        frame(&"at ((((((:1:".repeat(100_000));
        assert_eq!(decoded("%zz"), None);
        assert_eq!(decoded("%2Fa%20b"), Some("%2Fa b".to_owned()));
    }
}
