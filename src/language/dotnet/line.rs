//! The shapes of lines that .NET and Mono print. In: one line. Out: what it is by itself, without regard to the lines around it.

pub(super) use super::head::{Announced, announced, arrow, embedded, head, inner_of_group};
use super::head::{FATAL, OVERFLOW, OVERFLOW_OLD, TERMINATED, UNHANDLED, UNHANDLED_OLD};
use crate::bounds::TYPE_NAME_BYTES_MAX;
use crate::language::seek::{Bytes, Seek as _, Word};
pub(super) use crate::language::seek::{indent, is_blank, text};

/// One stands in every trace: a frame's first word, a place in a source file, Mono's offsets, the runtime's own words.
pub(super) const OPENINGS: &[&str] = &[
    "   at ",
    ".cs:",
    "[0x0",
    UNHANDLED,
    UNHANDLED_OLD,
    FATAL,
    TERMINATED,
    OVERFLOW,
    OVERFLOW_OLD,
];

/// Behind the last line of an exception that an aggregate lists.
pub(super) const CLOSES: &str = "<---";

const IN: Word = Word::new(" in ", 1);

/// `at` in the languages that the .NET Framework speaks.
const AT: &[&str] = &[
    "at ", "bei ", "à ", "en ", "in ", "em ", "в ", "w ", "v ", "場所 ", "위치: ", "在 ", "於 ",
];

/// One frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FrameLine<'a> {
    /// Type and method.
    pub(super) name: &'a str,
    /// The source file.
    pub(super) file: Option<&'a str>,
    /// The line in it.
    pub(super) line: Option<u32>,
    /// It can be nothing but a frame of .NET.
    certain: bool,
}

/// A frame's line, strict enough to open a record.
pub(super) fn strict_frame(text: &str) -> Option<FrameLine<'_>> {
    frame(text).filter(|frame| frame.certain)
}

/// A frame's line inside a trace.
pub(super) fn frame(text: &str) -> Option<FrameLine<'_>> {
    let body = text.trimmed();
    let word = AT.iter().find(|word| body.starts_with(**word))?;
    let body = body.strip_prefix(word)?;
    let wrapped = body
        .strip_prefix("(wrapper ")
        .and_then(|b| b.split_once(") "));
    let call = wrapped.map_or(body, |(_, call)| call);
    let open = name_end(call)?;
    let (name, rest) = call.split_at_checked(open)?;
    let close = closing(rest)?;
    let (arguments, tail) = rest.split_at_checked(close + 1)?;
    let mono = name.ends_with(' ');
    let name = name.trim_end();
    let tail = without_closes(tail);
    let place = place(tail, mono)?;
    let named = is_name(name);
    if !named || (mono && !place.given && wrapped.is_none()) {
        return None;
    }
    let dotted = name.contains('.');
    let pascal = name.starts_with(|c: char| c.is_uppercase() || c == '<');
    let english = *word == "at ";
    Some(FrameLine {
        name,
        file: place.file,
        line: place.line,
        certain: dotted && is_arguments(arguments) && (place.given || (pascal && english)),
    })
}

/// Where the arguments begin: the first parenthesis that does not stand in angle brackets.
fn name_end(call: &str) -> Option<usize> {
    let mut depth = 0_u32;
    for (at, byte) in call.bytes().enumerate().take(TYPE_NAME_BYTES_MAX) {
        match byte {
            b'<' => depth += 1,
            b'>' => depth = depth.saturating_sub(1),
            b'(' if depth == 0 => return (at > 0).then_some(at),
            _ => {}
        }
    }
    None
}

/// The parenthesis that closes the first.
fn closing(rest: &str) -> Option<usize> {
    let mut depth = 0_u32;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// What stands behind a frame's arguments.
#[derive(Debug, Clone, Copy, Default)]
struct Place<'a> {
    file: Option<&'a str>,
    line: Option<u32>,
    /// Something stands there.
    given: bool,
}

/// File and line behind the arguments; `None`: that is no frame's end.
fn place(tail: &str, mono: bool) -> Option<Place<'_>> {
    // An iterator's method: `Stops(Int32 n)+MoveNext()`.
    let tail = match tail.strip_prefix('+') {
        Some(more) => more.strip_prefix("MoveNext()")?,
        None => tail,
    };
    if tail.is_empty() {
        return Some(Place::default());
    }
    let offset = tail
        .strip_prefix(" + 0x")
        .or_else(|| tail.strip_prefix(" [0x"));
    let tail = match offset {
        Some(rest) => {
            let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
            let rest = rest.get(digits..).filter(|_| digits > 0)?;
            rest.strip_prefix(']').unwrap_or(rest)
        }
        None if mono => return None,
        None => tail,
    };
    if tail.is_empty() {
        return Some(Place {
            given: true,
            ..Place::default()
        });
    }
    let words = [
        " in ", " dans ", " en ", " в ", " na ", " 場所 ", " 位置 ", " 於 ",
    ];
    let site = words.iter().find_map(|word| tail.strip_prefix(word))?;
    let (file, line) = site.trim_end_matches('.').parted_last(b':')?;
    let digits = line.rsplit(' ').next().unwrap_or(line);
    let number: u32 = digits.parse().ok()?;
    // Mono names the module's hash where it knows no file.
    let unknown = file.starts_with('<') || file.is_empty();
    let file = Some(file).filter(|_| !unknown);
    Some(Place {
        file,
        line: Some(number).filter(|n| *n > 0 && !unknown),
        given: true,
    })
}

const NAME: Bytes = Bytes::and_alphanumeric("_.`[],<>+@|$-=*&!{}~#?:");

fn is_name(name: &str) -> bool {
    let plain = name.chars().all(|c| {
        u8::try_from(c).map_or(!c.is_whitespace() && !c.is_control(), |b| NAME.holds(b))
            || (!c.is_ascii() && c.is_alphanumeric())
    });
    plain && !name.is_empty() && !name.starts_with(['.', '-', '/', ':', '#'])
}

/// `(Int32 n, String[] args)`, `(Closure , String )`, `(System.String, System.Exception)`, `()`.
fn is_arguments(text: &str) -> bool {
    let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')'));
    let Some(inner) = inner.filter(|i| !matches!(*i, "Native Method" | "Unknown Source")) else {
        return false;
    };
    if inner.is_empty() || inner == "..." {
        return true;
    }
    let mut depth = 0_u32;
    let parted = |c: char| {
        match c {
            '[' | '<' => depth += 1,
            ']' | '>' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    };
    inner.split(parted).all(is_argument)
}

fn is_argument(text: &str) -> bool {
    let text = text.strip_prefix(' ').unwrap_or(text);
    match text.split_once(' ') {
        Some((ty, name)) => is_type_like(ty) && !name.contains([' ', ':', '/', '\\', '.']),
        None => {
            is_type_like(text)
                && (text.starts_with("System.")
                    || text.starts_with(char::is_uppercase) && text.contains('.') && !is_jvm(text))
        }
    }
}

fn is_type_like(text: &str) -> bool {
    !text.is_empty()
        && !text.contains(['/', '\\', '(', '"'])
        && !text.ends_with(':')
        && is_name(text)
}

/// What the JVM writes in a frame's parentheses.
fn is_jvm(text: &str) -> bool {
    [".java", ".kt", ".scala", ".clj", ".groovy"]
        .iter()
        .any(|end| text.ends_with(end))
}

/// A line that parts the frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// The innermost exception that is still open is told.
    InnerEnds,
    /// The same exception, caught and thrown again.
    Previous,
    /// The last of an aggregate's exceptions is told.
    Closes,
}

/// The line without what closes exceptions at its end.
fn without_closes(text: &str) -> &str {
    let mut rest = text.trimmed_end();
    while let Some(before) = rest.strip_suffix(CLOSES) {
        rest = before.trimmed_end();
    }
    rest
}

/// The mark that the line is.
pub(super) fn mark(text: &str) -> Option<Mark> {
    let body = without_closes(text);
    if body.is_empty() && !is_blank(text) {
        return Some(Mark::Closes);
    }
    let inner = body
        .trim_start()
        .strip_prefix("--- ")?
        .strip_suffix(" ---")?;
    let known: &[(&str, Mark)] = &[
        ("End of inner ", Mark::InnerEnds),
        ("End of stack trace from previous", Mark::Previous),
        ("End of stack trace", Mark::Previous),
        ("Ende der internen", Mark::InnerEnds),
        ("Ende der Stapel", Mark::Previous),
        (
            "Fin de la trace de la pile d'exception interne",
            Mark::InnerEnds,
        ),
        ("Fin de la trace", Mark::Previous),
        ("Fin del seguimiento de la pila de la exc", Mark::InnerEnds),
        ("Fin del seguimiento", Mark::Previous),
    ];
    known
        .iter()
        .find_map(|(words, mark)| inner.starts_with(words).then_some(*mark))
}

/// What stands between the frames of an endless recursion.
pub(super) fn is_repeat(text: &str) -> bool {
    let body = text.trimmed();
    let repeat = body
        .strip_prefix("Repeat ")
        .and_then(|b| b.strip_suffix(" times:"));
    let dashes = body.len() > 8 && body.bytes().all(|b| b == b'-');
    dashes || repeat.is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()))
}

/// May frames be among the words of the line?
pub(super) fn may_hold_frames(text: &str) -> bool {
    text.contains(" at ") || IN.is_in(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_name_method_and_place() {
        let line = "   at Fleet.Depots.Depot`2.Shelf`1.Take[TWanted](TItem[] items, Func`2 by) in /srv/a b/x.cs:line 64";
        let found = strict_frame(line).unwrap();
        assert_eq!(found.name, "Fleet.Depots.Depot`2.Shelf`1.Take[TWanted]");
        assert_eq!((found.file, found.line), (Some("/srv/a b/x.cs"), Some(64)));
        let mono =
            "  at Fleet.Truck..ctor (System.Int32 wheels) [0x00024] in /srv/crashes.cs:89 <---";
        let found = strict_frame(mono).unwrap();
        assert_eq!((found.name, found.line), ("Fleet.Truck..ctor", Some(89)));
        let german = strict_frame("   bei A.B.C(Int32 n) in C:\\x\\y.cs:Zeile 12.").unwrap();
        assert_eq!((german.file, german.line), (Some("C:\\x\\y.cs"), Some(12)));
        for yes in [
            "   at System.Environment.FailFast(System.String, System.Exception)",
            "   at A.Program.Stops(Int32 n)+MoveNext() in /a.cs:line 3",
            "   at A.Program.<>c__DisplayClass4_0.<Open>g__Check|1()",
            "   at A.Depot`2.Load(Int32& count, Nullable`1 limit, Int32[,] grid)<---",
            "  at X.Y.Z () [0x00000] in <12b418a7818c4ca0893feeaaf67f1e7f>:0 ",
            "   at App.Main(String[] args) + 0x1c",
        ] {
            assert!(strict_frame(yes).is_some(), "{yes}");
        }
        assert!(frame("   at lambda_method(Closure , String )").is_some());
        assert!(
            frame("  at (wrapper managed-to-native) System.X.Invoke(object,object[])").is_some()
        );
    }

    #[test]
    fn frames_of_others_are_none() {
        for no in [
            "\tat com.acme.Orders.place(Orders.java:12)",
            "   at sun.misc.Unsafe.park(Native Method)",
            "   at Foo.Bar(Unknown Source)",
            "   at Foo.Bar(SourceFile)",
            "    at Object.<anonymous> (/srv/app.js:1:2)",
            "    at async Promise.all (index 0)",
            "    at Array.map (<anonymous>)",
            "    at /srv/app.js:3:4",
            "   at the depot (in town) we met",
            "   at noon.",
            "    at Foo.bar(/srv/x.js:1:2)",
        ] {
            assert_eq!(strict_frame(no), None, "{no}");
        }
    }
}
