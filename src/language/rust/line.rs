//! Lines by themselves. In: a line without its header. Out: what Rust's runtime, anyhow, eyre and their loggers mean by it.

use crate::language::seek::{self, Seek as _, Word};

/// A panic's first line, whoever prints it.
pub(super) const PANICKED: &str = "panicked at ";
const PANICS: Word = Word::new(PANICKED, 5);
/// What a header that nobody knows ends in before a panic.
const BARE: [Word; 2] = [Word::new("] thread '", 0), Word::new("] panicked at ", 0)];
/// What the runtime prints when it gives up without a panic.
pub(super) const FATAL: &str = "fatal runtime error: ";
/// Comes before it.
pub(super) const OVERFLOWED: &str = "has overflowed its stack";
/// The allocator's end.
pub(super) const MEMORY: &str = "memory allocation of ";
/// color-eyre's panics.
pub(super) const CRASHED: &str = "The application panicked (crashed).";
/// The chain of an anyhow or eyre report.
pub(super) const CAUSES: &str = "Caused by:";
/// The backtrace of one.
pub(super) const REPORT_STACK: &str = "Stack backtrace:";
/// The backtrace of a panic.
pub(super) const STACK: &str = "stack backtrace:";
/// Where eyre's report was made.
pub(super) const LOCATION: &str = "Location:";
/// color-eyre's backtrace.
pub(super) const BANNER: &str = " BACKTRACE ";
/// An error's sources, as tracing prints them.
pub(super) const SOURCES: Word = Word::new(".sources=[", 9);
/// What tracing-panic logs.
pub(super) const PAYLOAD: Word = Word::new("panic.payload=", 13);
/// In each backtrace that was captured whole.
pub(super) const BEGUN: &str = "__rust_begin_short_backtrace";

pub(super) use seek::{dedent, indent, is_blank, text};

/// `src/main.rs:3:5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place<'a> {
    pub(super) path: &'a str,
    pub(super) lineno: Option<u32>,
    pub(super) colno: Option<u32>,
}

/// Reads a path with the numbers behind it, as many as there are.
pub(super) fn place(text: &str) -> Option<Place<'_>> {
    let text = text.trimmed();
    let number = |text: &'_ str| -> Option<(usize, u32)> {
        let (path, number) = text.parted_last(b':')?;
        Some((path.len(), number.parse().ok()?))
    };
    let (mut path, mut numbers) = (text, [None; 2]);
    for slot in &mut numbers {
        let Some((end, found)) = number(path) else {
            break;
        };
        *slot = Some(found);
        path = path.get(..end)?;
    }
    let (lineno, colno) = match numbers {
        [Some(colno), Some(lineno)] => (Some(lineno), Some(colno)),
        [lineno, _] => (lineno, None),
    };
    let known = !path.is_empty() && !path.contains(['\t', '"', '\'', '`']);
    known.then_some(Place {
        path,
        lineno,
        colno,
    })
}

/// Is it a file of Rust?
pub(super) fn is_rust(path: &str) -> bool {
    path.strip_suffix(".rs").is_some()
}

/// A place in a source file, with its line.
pub(super) fn source(text: &str) -> Option<Place<'_>> {
    let place = place(text)?;
    let named = is_rust(place.path) || place.path.ends_with('>');
    (named && place.lineno.is_some()).then_some(place)
}

/// What a panic's first line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told<'a> {
    /// `src/main.rs:3:5:`; the message follows on lines of its own.
    Below(Place<'a>),
    /// `'message', src/main.rs:3:5`.
    Quoted(&'a str, Place<'a>),
    /// `'message`, which goes on.
    Begun(&'a str),
}

/// A panic's first line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head<'a> {
    /// The thread's name, if it is told.
    pub(super) thread: Option<&'a str>,
    pub(super) told: Told<'a>,
}

/// Reads `thread 'main' (17) panicked at …`, or what a hook prints of it, `panicked at …`.
pub(super) fn head(text: &str) -> Option<Head<'_>> {
    let (thread, rest) = match text.strip_prefix(PANICKED) {
        Some(rest) => (None, rest),
        None => {
            let (before, rest) = PANICS.parts(text)?;
            (Some(thread(before.strip_suffix(' ')?)?), rest)
        }
    };
    let rest = rest.trimmed_end();
    let told = if let Some(quoted) = rest.strip_prefix('\'') {
        closed(quoted).map_or(Told::Begun(quoted), |(message, place)| {
            Told::Quoted(message, place)
        })
    } else if let Some(below) = rest.strip_suffix(':').and_then(source) {
        Told::Below(below)
    } else {
        Told::Quoted("", source(rest).filter(|place| !place.path.contains(' '))?)
    };
    Some(Head { thread, told })
}

/// A panic's first line behind a header that nobody knows, `… [shop] thread 'main' panicked at …`, without it.
pub(super) fn bare(text: &str) -> &str {
    let behind = BARE
        .iter()
        .find_map(|mark| text.get(mark.find(text)? + 2..));
    behind.unwrap_or(text)
}

/// `thread 'main'`, maybe with a number: the name.
fn thread(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("thread '")?;
    let named = match rest.strip_suffix(')').and_then(|r| r.rsplit_once(" (")) {
        Some((named, number)) if number.bytes().all(|b| b.is_ascii_digit()) => named,
        _ => rest,
    };
    named.strip_suffix('\'')
}

/// The end of a quoted message, `…', src/main.rs:3:5`, or log-panics' `…': src/main.rs:3`: the message, the place.
pub(super) fn closed(text: &str) -> Option<(&str, Place<'_>)> {
    let text = text.trimmed_end();
    let at = memchr::memmem::rfind_iter(text.as_bytes(), b"'").next()?;
    let behind = text.get(at + 1..)?;
    let behind = behind
        .strip_prefix(", ")
        .or_else(|| behind.strip_prefix(": "))?;
    Some((text.get(..at)?, source(behind)?))
}

/// The runtime ends the process: what it says of it.
pub(super) fn fatal(text: &str) -> Option<&str> {
    let text = text.trimmed_end();
    if let Some(words) = text.strip_prefix(FATAL) {
        return Some(words.strip_suffix(", aborting").unwrap_or(words));
    }
    let bytes = text.strip_prefix(MEMORY)?.strip_suffix(" bytes failed")?;
    bytes.bytes().all(|b| b.is_ascii_digit()).then_some(text)
}

/// `thread 'main' has overflowed its stack`: the thread.
pub(super) fn overflowed(text: &str) -> Option<&str> {
    thread(
        text.trimmed_end()
            .strip_suffix(OVERFLOWED)?
            .strip_suffix(' ')?,
    )
}

/// What the runtime says behind a panic that it cannot go on from.
pub(super) fn is_abort(text: &str) -> bool {
    let text = text.trimmed_end();
    text.starts_with("thread ") && text.ends_with(". aborting.")
}

/// What stands behind a panic without a backtrace, or behind a short one.
pub(super) fn is_note(text: &str) -> bool {
    let Some(note) = text.strip_prefix("note: ") else {
        return false;
    };
    ["run with `RUST_BACKTRACE", "Run with `RUST_BACKTRACE"]
        .iter()
        .any(|begin| note.starts_with(begin))
        || note.starts_with("Some details are omitted, ")
        || note.starts_with("some details are omitted, ")
}

/// color-eyre's last words.
pub(super) fn is_hint(text: &str) -> bool {
    text.starts_with("Run with COLORBT_SHOW_HIDDEN=")
        || text.starts_with("Run with RUST_BACKTRACE=")
        || text.starts_with("Run with RUST_LIB_BACKTRACE=")
        || text.starts_with("Backtrace omitted.")
}

/// What was added to a color-eyre report.
pub(super) fn is_section(text: &str) -> bool {
    ["Note: ", "Suggestion: ", "Warning: "]
        .iter()
        .any(|begin| text.starts_with(begin))
}

/// `━━━ BACKTRACE ━━━`.
pub(super) fn is_banner(text: &str) -> bool {
    text.contains(BANNER) && is_ruled(text)
}

/// `━━━ SPANTRACE ━━━`.
pub(super) fn is_spans(text: &str) -> bool {
    text.contains(" SPANTRACE ") && is_ruled(text)
}

fn is_ruled(text: &str) -> bool {
    let body = text.trimmed();
    body.starts_with('\u{2501}') && body.ends_with('\u{2501}')
}

/// One call of a backtrace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Call<'a> {
    /// `None`: inlined into the one above.
    pub(super) number: Option<u32>,
    pub(super) symbol: &'a str,
}

/// `  12: symbol` or `  12:     0x55d0 - symbol`.
pub(super) fn call(text: &str) -> Option<Call<'_>> {
    let (number, rest) = numbered(text)?;
    let symbol = match rest.strip_prefix("0x").and_then(|r| r.split_once(" - ")) {
        Some((_, symbol)) => symbol.trimmed(),
        None => rest,
    };
    is_symbol(symbol).then_some(Call {
        number: Some(number),
        symbol,
    })
}

/// `  12: words`.
pub(super) fn numbered(text: &str) -> Option<(u32, &str)> {
    let body = text.trim_start();
    let digits = body.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = body.split_at_checked(digits)?;
    let rest = rest.strip_prefix(": ")?.trimmed();
    let number = (digits <= 5).then(|| number.parse().ok()).flatten()?;
    (!rest.is_empty()).then_some((number, rest))
}

/// A symbol alone, set in: inlined into the call above.
pub(super) fn inlined(text: &str) -> Option<Call<'_>> {
    let symbol = text.trimmed();
    let path = symbol.contains("::") || symbol.starts_with('<') || symbol == "main";
    (indent(text) >= 4 && path && is_symbol(symbol)).then_some(Call {
        number: None,
        symbol,
    })
}

/// Blanks stand in a symbol within brackets alone, but for a few words of C++.
fn is_symbol(text: &str) -> bool {
    let begins = text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '<' | '$'));
    let text = ["operator ", "non-virtual thunk to ", "virtual thunk to "]
        .iter()
        .find_map(|words| text.strip_prefix(words))
        .unwrap_or(text);
    let end = text.find(" (.llvm.").or_else(|| text.find(" [clone "));
    let text = end.and_then(|end| text.get(..end)).unwrap_or(text);
    let (mut depth, mut before) = (0_i32, 0_u8);
    for byte in text.bytes() {
        match byte {
            b'<' | b'(' | b'[' | b'{' => depth += 1,
            b'>' if before == b'-' => {}
            b'>' | b')' | b']' | b'}' => depth -= 1,
            b' ' | b'\t' if depth <= 0 => return false,
            _ => {}
        }
        before = byte;
    }
    begins && !text.is_empty()
}

/// `             at ./src/main.rs:3:5`.
pub(super) fn at(text: &str) -> Option<Place<'_>> {
    // `at Orders.place(Orders.java:12)` is another runtime's.
    place(text.trimmed().strip_prefix("at ")?).filter(|place| !place.path.contains('('))
}

/// Lines among calls that are none: what was left out, and the source as color-eyre shows it.
pub(super) fn is_aside(text: &str) -> bool {
    let body = text.trimmed();
    let omitted = body.starts_with("[... omitted ") && body.ends_with(" ...]");
    let hidden = body.starts_with('\u{22ee}') && body.ends_with('\u{22ee}');
    let digits = body.bytes().take_while(u8::is_ascii_digit).count();
    let source = body.get(digits..).unwrap_or_default();
    let source = source.starts_with(" \u{2502}") || source.starts_with(" > ");
    omitted || hidden || (digits > 0 && source)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_place(path: &str, lineno: u32, colno: Option<u32>) -> Place<'_> {
        Place {
            path,
            lineno: Some(lineno),
            colno,
        }
    }

    #[test]
    fn places() {
        assert_eq!(
            place("./a b/c.rs:3:5"),
            Some(at_place("./a b/c.rs", 3, Some(5)))
        );
        assert_eq!(
            place("old/till.rs:71"),
            Some(at_place("old/till.rs", 71, None))
        );
        assert_eq!(place("main.c").unwrap().lineno, None);
        assert!(source("main.c:3").is_none() && source("main.rs").is_none());
    }

    #[test]
    fn heads() {
        let told = |text| head(text).map(|h| (h.thread, h.told));
        let below = Told::Below(at_place("src/m.rs", 3, Some(5)));
        assert_eq!(
            told("thread 'a 'b'' (17) panicked at src/m.rs:3:5:"),
            Some((Some("a 'b'"), below))
        );
        assert_eq!(
            told("thread '<unnamed>' panicked at src/m.rs:3:5:"),
            Some((Some("<unnamed>"), below))
        );
        assert_eq!(told("panicked at src/m.rs:3:5:"), Some((None, below)));
        let quoted = Told::Quoted("it's a', b", at_place("m.rs", 3, Some(5)));
        assert_eq!(
            told("thread 'main' panicked at 'it's a', b', m.rs:3:5"),
            Some((Some("main"), quoted))
        );
        let logged = Told::Quoted("x", at_place("m.rs", 3, None));
        assert_eq!(
            told("thread 'main' panicked at 'x': m.rs:3"),
            Some((Some("main"), logged))
        );
        assert_eq!(
            told("thread 'main' panicked at 'x"),
            Some((Some("main"), Told::Begun("x")))
        );
        for no in [
            "the worker panicked at src/m.rs:3:5:",
            "panicked at the sight of it",
            "thread 'main' panicked at noon",
            "test main panicked at src/m.rs:3:5:",
        ] {
            assert_eq!(told(no), None, "{no}");
        }
    }

    #[test]
    fn calls() {
        for (text, symbol) in [
            ("   0: rust_begin_unwind", "rust_begin_unwind"),
            (
                "  11:     0x55d0 - a::b::h0123456789abcdef",
                "a::b::h0123456789abcdef",
            ),
            ("  36:                0x0 - <unknown>", "<unknown>"),
            ("   7: <fn() -> T as a::B<(C, D)>>::call {{x}}", ""),
            (
                "   7: <fn() -> T as a::B<(C, D)>>::call",
                "<fn() -> T as a::B<(C, D)>>::call",
            ),
            (
                "   1: operator new(unsigned long)",
                "operator new(unsigned long)",
            ),
            ("   1: not a frame", ""),
            ("   1: 17", ""),
            ("123456: a::b", ""),
            ("15:49:23 a", ""),
        ] {
            assert_eq!(call(text).map_or("", |c| c.symbol), symbol, "{text}");
        }
        assert_eq!(
            inlined("          core::f::<A, B>").unwrap().symbol,
            "core::f::<A, B>"
        );
        assert!(inlined("core::f").is_none() && inlined("          two words").is_none());
        assert_eq!(
            at("             at ./x.rs:1:2"),
            Some(at_place("./x.rs", 1, Some(2)))
        );
    }

    #[test]
    fn asides() {
        for yes in [
            "      [... omitted 12 frames ...]",
            "        \u{22ee} 4 frames hidden \u{22ee}   ",
            "        21 \u{2502}         D: Display",
            "        23 >         Report::from_msg(msg, self)",
        ] {
            assert!(is_aside(yes), "{yes}");
        }
        assert!(!is_aside("21 bottles") && !is_aside("  > 7"));
        assert!(is_note(
            "note: run with `RUST_BACKTRACE=1` environment variable"
        ));
        assert!(!is_note("note: the bank is closed"));
        assert!(is_abort("thread caused non-unwinding panic. aborting."));
        assert!(is_banner("  \u{2501}\u{2501} BACKTRACE \u{2501}\u{2501}"));
        assert_eq!(
            fatal("fatal runtime error: stack overflow, aborting"),
            Some("stack overflow")
        );
        assert_eq!(fatal("memory allocation of many bytes failed"), None);
        assert_eq!(
            overflowed("thread 'main' (7) has overflowed its stack"),
            Some("main")
        );
    }
}
