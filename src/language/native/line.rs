//! Lines by themselves. In: a line without its header. Out: what sanitizers, gdb, glog, Abseil, Boost, glibc and the C++ runtime
//! mean by it.

use crate::language::seek::Seek as _;

pub(super) use crate::language::seek::{dedent, indent, is_blank, text};

/// One call of a stack.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Call<'a> {
    pub(super) number: Option<u32>,
    pub(super) address: Option<&'a str>,
    pub(super) function: Option<&'a str>,
    pub(super) path: Option<&'a str>,
    pub(super) lineno: Option<u32>,
    pub(super) colno: Option<u32>,
    /// The binary or library.
    pub(super) image: Option<&'a str>,
}

fn hex(text: &str) -> bool {
    let digits = text.strip_prefix("0x").unwrap_or_default();
    (1..=16).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit())
}

/// `#12 rest`.
fn numbered(text: &str) -> Option<(u32, &str)> {
    let rest = text.strip_prefix('#')?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = rest.split_at_checked(digits)?;
    let rest = rest.strip_prefix(' ')?.trim_start();
    let number = (digits <= 5).then(|| number.parse().ok()).flatten()?;
    Some((number, rest))
}

/// A path with its line, maybe its column: `till.cpp:28:65`.
fn place<'a>(call: &mut Call<'a>, text: &'a str) -> bool {
    let mut numbers = [None; 2];
    let mut path = text;
    for slot in &mut numbers {
        let Some((before, Ok(number))) = path.parted_last(b':').map(|(p, n)| (p, n.parse())) else {
            break;
        };
        *slot = Some(number);
        path = before;
    }
    let (lineno, colno) = match numbers {
        [Some(colno), Some(lineno)] => (Some(lineno), Some(colno)),
        [lineno, _] => (lineno, None),
    };
    if lineno.is_none() || path.is_empty() {
        return false;
    }
    (call.path, call.lineno, call.colno) = (Some(path), lineno, colno);
    true
}

/// A sanitizer's: `    #0 0x5555 in f(int) till.cpp:28:65`, `    #0 f(int) till.cpp:28 (till+0x5)`, `    #1 0x7f  (/lib/libc.so+0x2)`.
pub(super) fn sanitizer(text: &str) -> Option<Call<'_>> {
    let body = text.trimmed();
    let (number, rest) = numbered(body).filter(|_| indent(text) > 0)?;
    let mut call = Call {
        number: Some(number),
        ..Call::default()
    };
    let mut rest = rest;
    if let Some((address, behind)) = rest.parted(b' ').filter(|(address, _)| hex(address)) {
        call.address = Some(address);
        let behind = behind.trim_start();
        rest = behind.strip_prefix("in ").unwrap_or(behind);
    }
    if let Some((before, _)) = rest.split_once(" (BuildId: ") {
        rest = before;
    }
    if let Some((before, image)) = image(rest) {
        call.image = Some(image);
        rest = before.trimmed_end();
    }
    let rest = rest.strip_suffix(" <null>").unwrap_or(rest);
    let (mut function, mut behind) = (rest, "");
    if let Some((before, last)) = rest.parted_last(b' ') {
        (function, behind) = (before, last);
    }
    if !place(&mut call, behind) {
        // No place, or a path without a line.
        call.path = Some(behind).filter(|path| path.starts_with('/') && !function.is_empty());
        if call.path.is_none() {
            function = rest;
        }
    }
    call.function = Some(function).filter(|f| !f.is_empty() && *f != "<null>");
    let known = call.function.is_some() || call.image.is_some();
    known.then_some(call)
}

/// `f (/bin/till+0x234)`: what stands before, the image.
fn image(text: &str) -> Option<(&str, &str)> {
    let inner = text.trimmed_end().strip_suffix(')')?;
    let (before, inside) = inner.parted_last(b'(')?;
    let (image, offset) = inside.split_once("+0x")?;
    offset
        .bytes()
        .all(|b| b.is_ascii_hexdigit())
        .then_some((before, image))
}

/// gdb's: `#1  0x0000 in f (a=1) at till.cpp:28`, `#4  0x0000 in ?? () from /lib/libstdc++.so.6`.
pub(super) fn gdb(text: &str) -> Option<Call<'_>> {
    let (number, rest) = numbered(text)?;
    let mut call = Call {
        number: Some(number),
        ..Call::default()
    };
    let mut rest = rest.trimmed_end();
    if let Some((address, behind)) = rest.split_once(" in ").filter(|(address, _)| hex(address)) {
        (call.address, rest) = (Some(address), behind);
    }
    if rest == "<signal handler called>" {
        call.function = Some(rest);
        return Some(call);
    }
    if let Some((before, at)) = rest.rsplit_once(" at ").filter(|(b, _)| b.ends_with(')')) {
        if !place(&mut call, at) {
            return None;
        }
        rest = before;
    } else if let Some((before, from)) = rest.rsplit_once(" from ") {
        call.image = Some(from);
        rest = before;
    }
    let name = rest.strip_suffix(')').and_then(arguments)?;
    call.function = Some(name).filter(|name| *name != "??");
    Some(call)
}

/// The number of gdb's call that begins on this line; it may go on on the next.
pub(super) fn gdb_begins(text: &str) -> Option<u32> {
    let (number, rest) = numbered(text)?;
    rest.contains(" (").then_some(number)
}

/// Does one of gdb's calls, which began above, end on this line with its place?
pub(super) fn gdb_ends(text: &str) -> bool {
    let body = text.trimmed();
    [") at ", ") from "].iter().any(|end| body.contains(end))
        || body.starts_with("at ")
        || body.starts_with("from ")
}

/// Does the line begin at the report's own margin?
pub(super) fn head_of(text: &str) -> bool {
    indent(text) == 0
}

/// The name before a list of arguments: ` (` that closes at the end.
fn arguments(text: &str) -> Option<&str> {
    let mut depth = 1_i32;
    for (at, byte) in text.bytes().enumerate().rev() {
        match byte {
            b')' => depth += 1,
            b'(' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return text.get(..at)?.strip_suffix(' ');
        }
    }
    None
}

/// glog's and Abseil's: `    @     0x5555  f()`, `    @     0x5555      128  f()`.
pub(super) fn glog(text: &str) -> Option<Call<'_>> {
    let rest = text
        .trimmed()
        .strip_prefix("PC: ")
        .unwrap_or(text.trimmed());
    let rest = rest.strip_prefix('@')?.trim_start();
    let (address, name) = rest.parted(b' ').unwrap_or((rest, ""));
    let name = name.trim_start();
    // Abseil prints the size of the frame.
    let size = |word: &str| word == "(unknown)" || word.bytes().all(|b| b.is_ascii_digit());
    let name = match name.split_once("  ") {
        Some((word, name)) if size(word) => name.trim_start(),
        _ => name,
    };
    let known = Some(name).filter(|n| !n.is_empty() && *n != "(unknown)");
    hex(address).then(|| Call {
        address: Some(address),
        function: known,
        ..Call::default()
    })
}

/// A sanitizer's first line: its name, what it found.
pub(super) fn found(text: &str) -> Option<(&str, &str)> {
    let body = text.trim_start();
    let rest = match body.strip_prefix("==") {
        // Those of 2012 put a blank behind it.
        Some(rest) => rest.split_once("==")?.1.trim_start(),
        None => body,
    };
    let level = rest
        .strip_prefix("ERROR: ")
        .or_else(|| rest.strip_prefix("WARNING: "));
    // A log header may have taken the level, which is all that ThreadSanitizer prints before its name.
    let rest = level.or_else(|| {
        rest.ends_with(')')
            .then_some(rest)
            .filter(|r| r.contains(" (pid="))
    })?;
    let (name, words) = rest.split_once(": ")?;
    let known = name.ends_with("Sanitizer") && !name.contains(' ');
    known.then_some((name, words.trimmed_end()))
}

/// UBSan's: `till.cpp:58:55: runtime error: words`: the place and the words.
pub(super) fn undefined(text: &str) -> Option<(Call<'_>, &str)> {
    let (at, words) = text.split_once(UNDEFINED)?;
    let mut call = Call::default();
    let placed = place(&mut call, at) && call.colno.is_some() && !at.contains([' ', '\t']);
    placed.then_some((call, words.trimmed_end()))
}

/// What stands between UBSan's place and its words.
pub(super) const UNDEFINED: &str = ": runtime error: ";
/// The end of a sanitizer's report.
pub(super) const SUMMARY: &str = "SUMMARY: ";
/// The C++ runtime's last words.
pub(super) const TERMINATE: &str = "terminate called ";
/// Of glog's checks.
pub(super) const CHECK: &str = "*** Check failure stack trace: ***";

/// `terminate called after throwing an instance of 'shop::OutOfStock'`: the type, which is empty where nothing was thrown.
pub(super) fn thrown(text: &str) -> Option<&str> {
    let rest = text.trimmed_end().strip_prefix(TERMINATE)?;
    if rest == "without an active exception" || rest == "recursively" {
        return Some("");
    }
    let quoted = rest.strip_prefix("after throwing an instance of '")?;
    quoted.strip_suffix('\'')
}

/// gdb's `Program received signal SIGSEGV, Segmentation fault.`, `Thread 2 "till" received signal …`, `Program terminated with
/// signal …`: thread, signal, words.
pub(super) fn signal(text: &str) -> Option<(Option<&str>, &str, &str)> {
    let (who, rest) = text
        .trimmed_end()
        .split_once(" received signal ")
        .or_else(|| text.trimmed_end().split_once(" terminated with signal "))?;
    let (name, words) = rest.split_once(", ")?;
    let thread = match who.strip_prefix("Thread ") {
        Some(named) => Some(named.split_once('"')?.1.strip_suffix('"')?),
        None if who == "Program" => None,
        None => return None,
    };
    is_signal(name).then_some((thread, name, words.trim_end_matches('.')))
}

fn is_signal(name: &str) -> bool {
    name.starts_with("SIG") && name.len() <= 12 && name.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// glog's and Abseil's `*** SIGSEGV (@0xc) received by PID 17 …; stack trace: ***`, `*** SIGABRT received at time=… ***`.
pub(super) fn received(text: &str) -> Option<&str> {
    let rest = text
        .trimmed_end()
        .strip_prefix("*** ")?
        .strip_suffix(" ***")?;
    let (name, behind) = rest.split_once(' ')?;
    let told = behind.contains("received by PID ") || behind.starts_with("received at time=");
    (is_signal(name) && told).then_some(name)
}

/// glog's fatal line with a year, whose header is none: `F20261121 21:39:30.027392 21273 till.cpp:7] words`.
pub(super) fn fatal(text: &str) -> Option<&str> {
    let digits = text.strip_prefix('F')?;
    let dated = digits.bytes().take_while(u8::is_ascii_digit).count() == 8;
    let (_, words) = text.split_once("] ").filter(|_| dated)?;
    Some(words)
}

/// Texts with which glibc ends a process.
const GLIBC: &[&str] = &[
    "double free or corruption",
    "free(): ",
    "malloc(): ",
    "realloc(): ",
    "calloc(): ",
    "malloc_consolidate(): ",
    "munmap_chunk(): ",
    "corrupted size vs. prev_size",
    "corrupted double-linked list",
    "*** stack smashing detected ***: ",
    "*** buffer overflow detected ***: ",
    "Fatal glibc error: ",
];
/// Words of which one stands in each of them.
const GLIBC_WORDS: &[&str] = &[
    "invalid ",
    "corrupted",
    "corruption",
    "double free",
    "detected ***",
    "glibc",
];

/// glibc's last words.
pub(super) fn glibc(text: &str) -> Option<&str> {
    let text = text.trimmed_end();
    let known = GLIBC.iter().any(|begin| text.starts_with(begin))
        && GLIBC_WORDS.iter().any(|word| text.contains(word));
    known.then_some(text)
}

/// What an assertion that fails says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Assertion<'a> {
    pub(super) words: &'a str,
    pub(super) function: &'a str,
    pub(super) path: &'a str,
    pub(super) lineno: u32,
}

/// ``till: till.cpp:64: int main(int, char**): Assertion `n < 3' failed.``
pub(super) fn assertion(text: &str) -> Option<Assertion<'_>> {
    let (before, words) = text.trimmed_end().split_once(": Assertion `")?;
    words.strip_suffix("' failed.")?;
    let (_, place) = before.split_once(": ")?;
    let (path, rest) = place.split_once(':')?;
    let (lineno, function) = rest.split_once(": ")?;
    Some(Assertion {
        words: text.trimmed_end().get(before.len() + 2..)?,
        function,
        path,
        lineno: lineno.parse().ok()?,
    })
}

/// A row of shadow bytes, `  0x0c047fff8000: fa fa[fd]fd`, or of their legend, `  Heap left redzone:       fa`.
pub(super) fn is_shadow(text: &str) -> bool {
    let text = text.trim();
    let hex = |word: &str| word.len() == 2 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let legend = text.split_once(": ").is_some_and(|(_, bytes)| {
        let mut words = bytes.split_ascii_whitespace();
        words.all(hex)
    });
    text.starts_with("0x") || legend
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_shadow_bytes() {
        let rows = [
            "  0x0c047fff7fb0: 00 00 00 00 fa fa[fd]fd",
            "  Addressable:           00",
            "  Partially addressable: 01 02 03 04 05 06 07 ",
            "  Heap left redzone:       fa",
        ];
        assert!(rows.iter().all(|row| is_shadow(row)));
        let others = [
            "  |   File: x",
            "  at f (a.js:1:2)",
            "    #0 0x55 in f a.c:1",
        ];
        assert!(!others.iter().any(|row| is_shadow(row)));
    }
}
