//! The shapes of a stack's lines. In: one line. Out: what it is by itself, without regard to the lines around it.
//!
//! Never allocates and never looks further than the line.

use crate::bounds::FRAME_PATH_BYTES_MAX;
use crate::language::seek::Seek as _;
pub(super) use crate::language::seek::{indent, is_blank, text};

/// V8's frames (Bun prints its own so too), SpiderMonkey's, an error without frames, a thrown value that is no error.
pub(super) const OPENINGS: &[&str] = &["    at ", PLACE, "Uncaught ", UNCAUGHT_VALUE, FAREWELL];
/// SpiderMonkey's frames: `fn@file:///srv/x.js:1:2`.
pub(super) const PLACE: &str = "@file:";
/// What Node prints behind a thrown value that has no stack.
pub(super) const UNCAUGHT_VALUE: &str = "(Use `node --trace-uncaught ...`";

/// Node's last words. Where an error has no frames, nothing else tells of it.
pub(super) const FAREWELL: &str = "Node.js v";

/// Extensions of languages whose traces also say `at path:line:column`.
const OTHERS: &[&str] = &[
    "rs", "java", "kt", "cs", "go", "py", "rb", "php", "swift", "ex", "exs", "erl", "hs", "jl",
    "c", "cc", "cpp", "h", "hpp", "pl", "pm", "dart", "zig", "scala", "clj", "cr", "lua", "vb",
];

/// What stands behind a frame on its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tail {
    /// Nothing.
    None,
    /// ` {`: the error's own properties follow.
    Opens,
    /// `,`: another element follows.
    More,
}

/// A frame's line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FrameLine<'a> {
    /// From `at ` on, without the tail.
    pub(super) body: &'a str,
    pub(super) tail: Tail,
}

/// A V8 frame, strictly: prose with "at" is none, nor is another language's frame.
pub(super) fn frame(text: &str) -> Option<FrameLine<'_>> {
    let body = text.get(indent(text)..)?;
    if !body.starts_with("at ") || body.len() > FRAME_PATH_BYTES_MAX {
        return None;
    }
    let body = body.trimmed_end();
    let (body, tail) = if let Some(body) = body.strip_suffix(" {") {
        (body, Tail::Opens)
    } else if let Some(body) = body.strip_suffix(',') {
        (body, Tail::More)
    } else {
        (body, Tail::None)
    };
    let rest = body.strip_prefix("at ")?;
    let rest = rest.strip_prefix("async ").unwrap_or(rest);
    let named =
        before_bracket(rest).and_then(|(name, behind)| Some((name, behind.strip_suffix(')')?)));
    let is_one = match named {
        Some((name, location)) => is_function(name) && is_location(location),
        None => is_bare_location(rest),
    };
    is_one.then_some(FrameLine { body, tail })
}

/// Splits at the first ` (`.
fn before_bracket(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let at = memchr::memchr_iter(b'(', bytes)
        .find(|at| at.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&b' '))?;
    Some((text.get(..at - 1)?, text.get(at + 1..)?))
}

/// Function names hold few words: `new Foo`, `Timeout.tick [as _onTimeout]`, `Object.<computed> [as on:order]`.
fn is_function(name: &str) -> bool {
    !name.is_empty() && name.bytes().filter(|byte| *byte == b' ').count() < 6
}

fn is_location(location: &str) -> bool {
    matches!(
        location,
        "<anonymous>" | "native" | "unknown" | "unknown location" | "native code" | "[native code]"
    ) || location
        .strip_prefix("index ")
        .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
        || is_wasm(location)
        || is_builtin_place(location)
        || placed(location).is_some_and(is_ours)
}

fn is_wasm(location: &str) -> bool {
    memchr::memchr(b'[', location.as_bytes()).is_some() && location.contains(":wasm-function[")
}

/// `1:11`: Bun's own code.
fn is_builtin_place(location: &str) -> bool {
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let first = location.as_bytes().first();
    if !first.is_some_and(u8::is_ascii_digit) {
        return false;
    }
    location
        .parted(b':')
        .is_some_and(|(line, column)| digits(line) && digits(column))
}

fn is_bare_location(location: &str) -> bool {
    if location == "<anonymous>" || is_wasm(location) {
        return true;
    }
    let Some(path) = placed(location) else {
        return false;
    };
    let rooted = path.starts_with(['/', '.', '[', '<'])
        || path.contains("://")
        || path.starts_with("eval at ")
        || drive(path);
    let named = path.bytes().any(|b| b.is_ascii_alphabetic());
    is_ours(path) && named && (rooted || !path.contains(' '))
}

fn drive(path: &str) -> bool {
    let bytes = path.as_bytes();
    bytes.first().is_some_and(u8::is_ascii_alphabetic) && bytes.get(1) == Some(&b':')
}

/// The path of `path:LINE:COLUMN`.
pub(super) fn placed(location: &str) -> Option<&str> {
    let (rest, column) = location.numbered()?;
    let (path, line) = rest.numbered()?;
    (line.len() < 10 && column.len() < 10 && !path.is_empty()).then_some(path)
}

/// Is the path no other language's?
fn is_ours(path: &str) -> bool {
    let Some((_, extension)) = path.parted_last(b'.') else {
        return true;
    };
    if matches!(extension, "js" | "mjs" | "cjs" | "ts" | "tsx" | "jsx") {
        return true;
    }
    let in_folder = memchr::memchr2(b'/', b'\\', extension.as_bytes()).is_some();
    in_folder || !OTHERS.contains(&extension)
}

/// Firefox's and Safari's frame: `fn@url:LINE:COLUMN`, alone on its line.
pub(super) fn browser_frame(text: &str) -> Option<(&str, &str)> {
    let text = text.trimmed();
    if text.len() > FRAME_PATH_BYTES_MAX || text.contains(' ') {
        return None;
    }
    let (function, location) = text.parted(b'@')?;
    let url = [
        "http://",
        "https://",
        "file:///",
        "webpack://",
        "moz-extension://",
    ];
    let path = placed(location)?;
    (url.iter().any(|u| path.starts_with(u)) && is_ours(path)).then_some((function, location))
}

/// A frame of whichever kind.
pub(super) fn is_frame(text: &str) -> bool {
    frame(text).is_some() || browser_frame(text).is_some()
}

/// `... 4 lines matching cause stack trace ...`: how many.
pub(super) fn elided(text: &str) -> Option<usize> {
    let count = text.trimmed().strip_prefix("... ")?;
    let count = count.strip_suffix(" lines matching cause stack trace ...")?;
    count.parse().ok()
}

/// `[... lines matching original stack trace ...]`, among frames of another place.
pub(super) fn is_as_above(text: &str) -> bool {
    text.trimmed() == "[... lines matching original stack trace ...]"
}

/// `... collapsed 30 duplicate lines matching above 2 lines 15 times...`: how many lines, how often.
pub(super) fn collapsed(text: &str) -> Option<(usize, usize)> {
    let rest = text.trimmed().strip_prefix("... collapsed ")?;
    let (_, rest) = rest.split_once(" duplicate lines matching above ")?;
    let (lines, rest) = rest.split_once(" lines ")?;
    let times = rest.strip_suffix(" times...")?;
    Some((lines.parse().ok()?, times.parse().ok()?))
}

/// Does the line stand for frames that are not printed?
pub(super) fn is_mark(text: &str) -> bool {
    elided(text).is_some() || collapsed(text).is_some()
}

/// `/srv/app/x.js:15`, alone: where Node says the throw is, before the source line.
pub(super) fn is_throw_site(text: &str) -> bool {
    let text = text.trimmed_end();
    let Some((path, line)) = throw_site(text) else {
        return false;
    };
    let rooted = path.starts_with('/')
        || path.starts_with("file:///")
        || path.starts_with("node:")
        || path.starts_with("webpack")
        || drive(path)
        || matches!(
            path,
            "<anonymous_script>" | "[eval]" | "[worker eval]" | "evalmachine.<anonymous>"
        );
    let script = [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx", ".jsx"];
    line > 0
        && is_ours(path)
        && ((rooted && !path.ends_with(':'))
            || (!path.contains(' ') && script.iter().any(|e| path.ends_with(e))))
}

/// Path and line of `path:LINE`.
pub(super) fn throw_site(text: &str) -> Option<(&str, u32)> {
    let (path, line) = text.numbered()?;
    if line.len() >= 8 || path.is_empty() || path.len() >= FRAME_PATH_BYTES_MAX {
        return None;
    }
    Some((path, line.parse().ok()?))
}

/// The line of carets beneath a source line.
pub(super) fn is_carets(text: &str) -> bool {
    let marks = text.trimmed();
    !marks.is_empty() && marks.bytes().all(|b| b == b'^')
}

/// The words of a runtime that dies: `Node.js v20.20.2`, `Bun v1.4.5 (Linux x64)`.
pub(super) fn is_farewell(text: &str) -> bool {
    let version = text
        .strip_prefix(FAREWELL)
        .or_else(|| text.strip_prefix("Bun v"));
    version.is_some_and(|v| v.starts_with(|c: char| c.is_ascii_digit()) && v.len() < 60)
}

/// Lines that introduce frames which are not the error's own.
pub(super) fn is_aside(text: &str) -> bool {
    text.starts_with("Emitted 'error' event ") || text.trimmed_end() == "Thrown at:"
}

/// The rest behind `Caused by: ` (Deno, pino).
pub(super) fn caused_by(text: &str) -> Option<&str> {
    let body = text.trimmed_start();
    body.strip_prefix("caused by: ")
        .or_else(|| body.strip_prefix("Caused by: "))
}

/// A line that only closes what was opened: `}`, `]`, `},`, `],`, `})`.
pub(super) fn is_closer(text: &str) -> bool {
    let body = text.trimmed();
    body.starts_with(['}', ']'])
        && body
            .bytes()
            .all(|b| matches!(b, b'}' | b']' | b')' | b',' | b';'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_every_kind() {
        for yes in [
            "    at main (/srv/app/x.js:6:11)",
            "    at /srv/app/a b/x.js:11:37",
            "    at Array.map (<anonymous>)",
            "    at async Promise.all (index 1)",
            "    at new Foo (file:///srv/x.mjs:1:2) {",
            "    at Timeout.tick [as _onTimeout] (/srv/x.js:5:22),",
            "    at eval (eval at apply (/srv/evaled.js:5:10), <anonymous>:3:19)",
            "    at [eval]:1:82",
            "    at REPL2:1:20",
            "    at node:internal/main/run_main_module:28:49",
            "    at Object.f (C:\\shop\\x.js:1:2)",
            "    at C:\\shop\\x.js:1:2",
            "    at webpack://shop/./src/x.js?:1:2",
            "    at <anonymous>",
            "    at https://cdn.example.com/app.min.js:1:20331",
            "    at fib (wasm://wasm/0a1b:wasm-function[12]:0x1d4)",
            "    at #emit (/srv/x.js:11:32)",
        ] {
            assert!(frame(yes).is_some(), "{yes}");
        }
    }

    #[test]
    fn other_languages_and_prose_are_no_frames() {
        for no in [
            "    at com.acme.Shop.ship(Shop.java:12)",
            "    at java.base/java.lang.Thread.run(Thread.java:840)",
            "    at com.acme.Shop.ship(Unknown Source)",
            "    at Shop.Orders.Ship(Int32 id) in /srv/Shop.cs:line 12",
            "    at Shop.Orders.Ship (System.Int32 id) [0x0002a] in /srv/Shop.cs:21 ",
            "             at /rustc/9fc6b431/library/std/src/panicking.rs:597:5",
            "             at ./src/main.rs:3:5",
            "    at the database",
            "    at 10:30:12",
            "    at least 3 (of 4) failed",
            "    at line 3",
            "    at",
        ] {
            assert!(frame(no).is_none(), "{no}");
        }
    }

    #[test]
    fn throw_sites() {
        for yes in [
            "/srv/app/x.js:15",
            "file:///srv/x.mjs:3",
            "node:events:502",
            "<anonymous_script>:1",
            "C:\\shop\\x.js:3",
            "rules/discount.js:3",
            "[eval]:1",
        ] {
            assert!(is_throw_site(yes), "{yes}");
        }
        for no in [
            "10:30:12",
            "x: 3",
            "note:3",
            "/srv/x.py:3",
            "listening on :8080",
            "localhost:8080",
        ] {
            assert!(!is_throw_site(no), "{no}");
        }
    }

    #[test]
    fn browsers_frames() {
        assert_eq!(
            browser_frame("charge@https://shop.example/app.js:3:9"),
            Some(("charge", "https://shop.example/app.js:3:9"))
        );
        assert!(browser_frame("@file:///srv/x.html:1:2").is_some());
        assert!(browser_frame("mail bob@http://x:1:2").is_none());
        assert!(browser_frame("https://u:p@http.example/x").is_none());
    }

    #[test]
    fn long_lines_are_no_frames() {
        let long = format!("    at f ({}:1:2)", "x".repeat(1 << 20));
        assert!(frame(&long).is_none());
    }
}
