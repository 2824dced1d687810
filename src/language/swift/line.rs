//! The shapes of lines that Swift prints. In: one line. Out: what it is by itself, without regard to the lines around it.

use crate::language::seek::{Seek as _, Word};
pub(super) use crate::language::seek::{dedent, indent, is_blank, text};

/// Above the calls, since 5.9.
pub(super) const CRASHED: &str = "Program crashed: ";
/// Above the calls, before 5.9.
const CURRENT: &str = "Current stack trace:";
/// Printed last.
const TOOK: &str = "Backtrace took ";
/// What the runtime says of itself, before its words.
const KINDS: [Word; 3] = [
    Word::new("Fatal error", 0),
    Word::new("Precondition failed", 0),
    Word::new("Assertion failed", 0),
];

/// By which the runtime ends a program: `shop/Orders.swift:21: Fatal error: words`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head<'a> {
    /// `Fatal error`.
    pub(super) kind: &'a str,
    /// What was wrong.
    pub(super) words: &'a str,
    /// Where it was said.
    pub(super) place: Option<(&'a str, u32)>,
}

/// The runtime's words, if they name a place in Swift's code.
pub(super) fn head(text: &str) -> Option<Head<'_>> {
    let body = text.trimmed();
    let (before, kind, words) = KINDS.iter().find_map(|kind| {
        let (before, behind) = kind.parts(body)?;
        Some((before, kind.text(), behind.strip_prefix(':')?))
    })?;
    if let Some(place) = before.strip_suffix(": ") {
        let place = numbered(place).filter(|(file, _)| file.strip_suffix(".swift").is_some())?;
        let words = words.trim();
        return Some(Head {
            kind,
            words,
            place: Some(place),
        });
    }
    // Before 5.3.
    let (words, place) = words.rsplit_once(": file ")?;
    let (file, line) = place.split_once(", line ")?;
    let line = line.trim().parse().ok()?;
    (before.is_empty() && file.strip_suffix(".swift").is_some()).then_some(Head {
        kind,
        words: words.trim(),
        place: Some((file, line)),
    })
}

/// `Sources/shop/Orders.swift:21`.
fn numbered(place: &str) -> Option<(&str, u32)> {
    let (file, line) = place.parted_last(b':')?;
    let file = file.rsplit(' ').next().unwrap_or(file);
    // Line ends that are written out: another text is to be read first.
    let plain = !file.contains(['\\', '#']);
    plain.then_some((file, line.parse().ok()?))
}

/// What ended the program: `*** Program crashed: Illegal instruction at 0x00007f2a ***`.
pub(super) fn crash(text: &str) -> Option<&str> {
    let (before, rest) = text.split_once(CRASHED)?;
    let mark = before.trim();
    let rest = rest.trim();
    let what = rest.strip_suffix("***").unwrap_or(rest).trim();
    let told = !what.is_empty() && !what.starts_with("Signal ");
    (matches!(mark, "" | "***" | "💣") && told).then_some(what)
}

/// Did the program reach for what is not its own? The runtime, which says why it ends a program, does not end it so.
pub(super) fn is_bad_access(text: &str) -> bool {
    let signal = text.trimmed().starts_with("*** Signal 11:");
    signal || crash(text).is_some_and(|what| what.starts_with("Bad pointer dereference"))
}

/// Above the calls, before 5.9.
pub(super) fn is_current(text: &str) -> bool {
    let body = text.trimmed();
    let received = body.starts_with("Received signal ") && body.ends_with(". Backtrace:");
    body == CURRENT || received
}

/// The last line.
pub(super) fn is_last(text: &str) -> bool {
    text.trimmed().starts_with(TOOK)
}

/// A thread's line: its number, its name, whether it crashed.
pub(super) fn thread(text: &str) -> Option<(u32, Option<&str>, bool)> {
    let rest = text.trimmed().strip_prefix("Thread ")?.strip_suffix(':')?;
    let (rest, crashed) = match rest.strip_suffix(" crashed") {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let (number, name) = match rest.parted(b' ') {
        Some((number, name)) => (number, name.strip_prefix('"')?.strip_suffix('"')),
        None => (rest, None),
    };
    Some((number.parse().ok()?, name, crashed))
}

/// What stands between and behind the calls: source lines, registers, images.
pub(super) fn is_detail(text: &str) -> bool {
    let body = text.trimmed();
    let heads = [
        "Registers:",
        "Images",
        "Platform: ",
        "*** Signal ",
        "Crash took ",
        "...",
    ];
    let register = || {
        let mut words = body.split_ascii_whitespace();
        words.next().is_some() && words.next().is_some_and(|word| word.starts_with("0x"))
    };
    heads.iter().any(|head| body.starts_with(head))
        || body.contains('│')
        || body.starts_with("0x")
        || register()
}

/// One call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Call<'a> {
    pub(super) function: Option<&'a str>,
    pub(super) image: Option<&'a str>,
    pub(super) file: Option<&'a str>,
    pub(super) line: Option<u32>,
    pub(super) column: Option<u32>,
    /// Swift's own.
    pub(super) system: bool,
}

/// Words in brackets that stand before a call.
const FLAGS: &[&str] = &[
    "[ra]",
    "[async]",
    "[inlined]",
    "[system]",
    "[thunk]",
    "[pc]",
];

/// `1 [ra] 0x000055d3 charge(_:) + 123 in shop at /srv/Orders.swift:21:9`, or as before 5.9.
pub(super) fn call(text: &str) -> Option<Call<'_>> {
    let body = text.trimmed();
    if let Some(found) = package(body) {
        return Some(found);
    }
    let (number, mut rest) = body.split_once(char::is_whitespace)?;
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    rest = rest.trim_start();
    let mut system = false;
    while let Some(flag) = FLAGS.iter().find(|flag| rest.starts_with(**flag)) {
        system |= *flag == "[system]";
        rest = rest.strip_prefix(flag).unwrap_or(rest).trim_start();
    }
    if let Some((image, behind)) = rest
        .split_once(" 0x")
        .filter(|(image, _)| !image.contains('+'))
    {
        return old(image.trim(), behind);
    }
    if rest.starts_with("0x") {
        rest = rest.split_once(' ')?.1.trim_start();
    }
    let (code, place) = match rest.rsplit_once(" at ") {
        Some((code, place)) if located(place).is_some() => (code, located(place)),
        _ => (rest, None),
    };
    let (function, image) = match code.strip_prefix("in ") {
        Some(image) => ("", image),
        None => code.rsplit_once(" in ")?,
    };
    let function = without_offset(function);
    let named = !function.is_empty() && function != "<unknown>";
    Some(Call {
        function: named.then_some(function),
        image: Some(image.trim()),
        file: place.map(|(file, _, _)| file),
        line: place.map(|(_, line, _)| line),
        column: place.and_then(|(_, _, column)| column),
        system,
    })
}

/// `0    libswiftCore.so    0x00007fcc7bd96750 _swift_stdlib_reportFatalError + 171`.
fn old<'a>(image: &'a str, behind: &'a str) -> Option<Call<'a>> {
    let (address, function) = behind.split_once(' ')?;
    if !address.bytes().all(|b| b.is_ascii_hexdigit()) || image.is_empty() {
        return None;
    }
    let function = without_offset(function.trim());
    Some(Call {
        function: (function != "<unavailable>").then_some(function),
        image: Some(image),
        file: None,
        line: None,
        column: None,
        system: false,
    })
}

/// The package swift-backtrace's: `0x55d3, charge at /srv/Orders.swift:21`.
fn package(body: &str) -> Option<Call<'_>> {
    let (address, rest) = body.strip_prefix("0x")?.split_once(", ")?;
    let (function, place) = rest.rsplit_once(" at ")?;
    let place = numbered(place)?;
    address
        .bytes()
        .all(|b| b.is_ascii_hexdigit())
        .then_some(Call {
            function: Some(function),
            image: None,
            file: Some(place.0),
            line: Some(place.1),
            column: None,
            system: function.starts_with("Swift."),
        })
}

fn without_offset(function: &str) -> &str {
    match function.rsplit_once(" + ") {
        Some((name, offset)) if offset.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => function,
    }
}

fn located(place: &str) -> Option<(&str, u32, Option<u32>)> {
    let (rest, last) = place.parted_last(b':')?;
    let last: u32 = last.parse().ok()?;
    match rest.parted_last(b':') {
        Some((file, line)) if line.parse::<u32>().is_ok() => {
            Some((file, line.parse().ok()?, Some(last)))
        }
        _ => Some((rest, last, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_name_a_place() {
        let read = |text| head(text).map(|h: Head<'_>| (h.kind, h.words, h.place));
        assert_eq!(
            read("shop/Orders.swift:21: Fatal error: no: funds"),
            Some(("Fatal error", "no: funds", Some(("shop/Orders.swift", 21))))
        );
        assert_eq!(
            read("Fatal error: no funds: file /srv/Orders.swift, line 3"),
            Some(("Fatal error", "no funds", Some(("/srv/Orders.swift", 3))))
        );
        for no in [
            "PHP Fatal error:  Uncaught x",
            "Fatal error: x",
            "a.php:3: Fatal error: x",
        ] {
            assert_eq!(read(no), None, "{no}");
        }
        assert_eq!(
            crash("*** Program crashed: Illegal instruction at 0x7f ***"),
            Some("Illegal instruction at 0x7f")
        );
        assert_eq!(
            crash("💣 Program crashed: Aborted at 0x7f"),
            Some("Aborted at 0x7f")
        );
        assert_eq!(crash("the Program crashed: twice"), None);
        assert_eq!(
            thread("Thread 1 \"shop\" crashed:"),
            Some((1, Some("shop"), true))
        );
        assert_eq!(thread("Thread 2:"), Some((2, None, false)));
    }

    #[test]
    fn calls_have_function_image_and_place() {
        let read =
            |text| call(text).map(|c: Call<'_>| (c.function, c.image, c.file, c.line, c.column));
        assert_eq!(
            read("1 [ra] 0x000055d3 charge(_:) + 123 in shop at /srv/Orders.swift:21:9"),
            Some((
                Some("charge(_:)"),
                Some("shop"),
                Some("/srv/Orders.swift"),
                Some(21),
                Some(9)
            ))
        );
        assert_eq!(
            read("0    libswiftCore.so                    0x00007fcc7bd96750 _report(_:) + 171"),
            Some((
                Some("_report(_:)"),
                Some("libswiftCore.so"),
                None,
                None,
                None
            ))
        );
        assert_eq!(
            read("2 [inlined] [system] main() in shop at <compiler-generated>:0"),
            Some((
                Some("main()"),
                Some("shop"),
                Some("<compiler-generated>"),
                Some(0),
                None
            ))
        );
        assert_eq!(
            read("0x55d3, charge at /srv/Orders.swift:21"),
            Some((
                Some("charge"),
                None,
                Some("/srv/Orders.swift"),
                Some(21),
                None
            ))
        );
        for no in ["12 orders", "1 in town"] {
            assert!(read(no).is_none_or(|c| c.0.is_none()), "{no}");
        }
    }
}
