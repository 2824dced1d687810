//! The shapes of lines that Perl prints. In: one line. Out: what it is by itself, without regard to the lines around it.
//!
//! `die` and `warn` put ` at FILE line N.` behind what they are given, and nothing tells that it was them: a line alone is
//! believed only where the file's name ends as Perl's do.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::format::{TimeContext, plain};
use crate::language::seek::{Seek as _, Word};
pub(super) use crate::language::seek::{indent, is_blank, text};

/// One stands in every trace.
pub(super) const OPENINGS: &[&str] = &[
    ".pm line ",
    ".pl line ",
    ".cgi line ",
    ".psgi line ",
    "(eval ",
    " called at ",
    BEGUN,
];

/// Devel::StackTrace's first words.
const BEGUN: &str = "Trace begun at ";
const CALLED: &str = " called at ";
const AT: &str = " at ";
const LINE: Word = Word::new(" line ", 1);

/// Where something was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place<'a> {
    /// As printed.
    pub(super) file: &'a str,
    /// In it.
    pub(super) line: u32,
}

impl Place<'_> {
    /// Does the file's name end as those of Perl's programs, or was the code given as text?
    fn is_certain(&self) -> bool {
        let known = [".pm", ".pl", ".cgi", ".psgi"];
        let ends = known.iter().any(|end| self.file.ends_with(end));
        let named = !self.file.contains(['"', '<', '>', '\t']) && !self.file.contains("  ");
        let evaluated = self
            .file
            .strip_prefix("(eval ")
            .and_then(|f| f.strip_suffix(')'));
        let number = |n: &str| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit());
        (ends && named && !self.file.starts_with(' ')) || evaluated.is_some_and(number)
    }
}

/// A line of the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Call<'a> {
    /// What was called, arguments included.
    pub(super) what: &'a str,
    /// Where.
    pub(super) place: Place<'a>,
}

/// `words at FILE line N.`: the words and the place. What may follow: the last line that was read, the thread, Dancer's own
/// place, the text near a syntax error.
pub(super) fn said(text: &str) -> Option<(&str, Place<'_>)> {
    let body = text.trimmed_end();
    let (head, number) = located(body)?;
    // A log header may have taken the blank before it.
    let (words, file) = match head.rfind(AT) {
        Some(at) => (head.get(..at)?, head.get(at + AT.len()..)?),
        None => ("", head.strip_prefix("at ")?),
    };
    let place = Place { file, line: number };
    let quoted = file.is_empty() || file.len() > 1_024;
    (!quoted).then_some((words, place))
}

/// A line that by itself is certain to be said by `die`, `warn` or `croak`.
pub(super) fn certain(text: &str) -> Option<(&str, Place<'_>)> {
    let (words, place) = said(text)?;
    let body = text.trim_start();
    // Test::More tells where a test failed.
    let test = body.starts_with('#') || body.starts_with("ok ") || body.starts_with("not ok ");
    (place.is_certain() && !test && (closed(text) || call(text).is_some()))
        .then_some((words, place))
}

/// Does it end as a message does? The point is `die`'s own.
fn closed(text: &str) -> bool {
    let body = without_dancer(text.trimmed_end());
    body.ends_with('.') || body.contains(", near \"") || body.ends_with(", at EOF")
}

/// `…/App.pm l. 1516`, which Dancer puts behind what it logs.
fn without_dancer(text: &str) -> &str {
    let place = text
        .rfind(" in ")
        .and_then(|at| Some((text.get(..at)?, text.get(at..)?)));
    match place {
        Some((before, place)) if place.contains(" l. ") => before,
        _ => text,
    }
}

/// What stands before ` line N` and the number, where nothing but known words follows.
fn located(text: &str) -> Option<(&str, u32)> {
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| LINE.find(rest)) {
        let at = from + at;
        let rest = text.get(at + 6..)?;
        let len = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, tail) = rest.split_at_checked(len)?;
        if let Ok(number) = digits.parse()
            && is_tail(tail)
        {
            return Some((text.get(..at)?, number));
        }
        from = at + 6;
    }
    None
}

fn is_tail(tail: &str) -> bool {
    let tail = without_dancer(tail);
    if matches!(tail, "" | ".") || tail.starts_with(", near \"") || tail == ", at EOF" {
        return true;
    }
    let read = tail.strip_prefix(", <").and_then(|t| t.split_once("> "));
    if let Some((_, rest)) = read {
        let number = rest
            .strip_prefix("line ")
            .or_else(|| rest.strip_prefix("chunk "));
        return number.is_some_and(|n| {
            let digits = n.strip_suffix('.').unwrap_or(n);
            let digits = digits
                .strip_suffix(" during global destruction")
                .unwrap_or(digits);
            !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
        });
    }
    tail == " during global destruction."
        || tail
            .strip_prefix(" thread ")
            .is_some_and(|n| n.ends_with('.'))
}

/// `P::f(args) called at FILE line N`.
pub(super) fn call(text: &str) -> Option<Call<'_>> {
    let (head, number) = located(text.trimmed_end())?;
    let at = head.rfind(CALLED)?;
    let (what, file) = (head.get(..at)?.trim_start(), head.get(at + CALLED.len()..)?);
    let named = what.starts_with(|c: char| c.is_alphabetic() || c == '_') && !what.contains('\n');
    // A message that ends alike: `Undefined subroutine &main::f called at FILE line N.`
    let named = named && !what.starts_with("Undefined subroutine ");
    (named && !file.is_empty()).then_some(Call {
        what,
        place: Place { file, line: number },
    })
}

/// A line of the stack within one: Plack and Devel::StackTrace leave `called` out where there are no arguments.
pub(super) fn call_within(text: &str) -> Option<Call<'_>> {
    call(text).or_else(|| {
        let (words, place) = said(text).filter(|_| !closed(text))?;
        let what = words.trim();
        let block = what.ends_with("{...}");
        let name = what
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':'));
        let tabbed = text.starts_with([' ', '\t']);
        (!what.is_empty() && (block || name || tabbed)).then_some(Call { what, place })
    })
}

/// ` at FILE line N` alone: the stack is told once more from there.
pub(super) fn again(text: &str) -> Option<Place<'_>> {
    let (words, place) = said(text)?;
    let alone = words.trim().is_empty() && (indent(text) > 0 || text.starts_with("at "));
    alone.then_some(place)
}

/// `Trace begun at FILE line N`.
pub(super) fn begun(text: &str) -> Option<Place<'_>> {
    let body = text.trimmed().strip_prefix(BEGUN)?;
    let (file, line) = located(body)?;
    Some(Place { file, line })
}

/// `...propagated at FILE line N.`, `...caught at FILE line N.`: the same, thrown or told again.
pub(super) fn is_propagated(text: &str) -> bool {
    let body = text.trim_start();
    let again = body.starts_with("...propagated at ") || body.starts_with("...caught at ");
    again && said(text).is_some()
}

/// What the compiler says of one program: several lines, the last of which ends it.
pub(super) fn is_compiling(text: &str) -> bool {
    let body = text.trim_start();
    let begins = [
        "syntax error at ",
        "Global symbol \"",
        "Missing right ",
        "Can't find string terminator",
        "Bareword \"",
        "Number found where",
        "String found where",
        "Scalar found where",
        "Array found where",
        "Operator or semicolon missing",
    ];
    begins.iter().any(|words| body.starts_with(words)) || is_compiled(text)
}

/// The last of these lines.
pub(super) fn is_compiled(text: &str) -> bool {
    let body = text.trim_start();
    let ends = [
        "BEGIN failed--compilation aborted at ",
        "Compilation failed in require at ",
        "Execution of ",
        "BEGIN not safe after errors",
    ];
    ends.iter().any(|words| body.starts_with(words)) || body.ends_with(" had compilation errors.")
}

/// What the compiler guesses below one of its lines, which it sets in by a tab: `(Missing semicolon on previous line?)`.
pub(super) fn guess(text: &str) -> Option<&str> {
    let body = text.trimmed();
    let begins = [
        "(Missing ",
        "(Do you need to predeclare ",
        "(Might be a runaway multi-line ",
    ];
    let known = begins.iter().any(|words| body.starts_with(words)) && body.ends_with(')');
    known.then_some(body)
}

/// The text without a log header of its own: within another logger's record nobody took it off.
pub(super) fn without_header(text: &str) -> &str {
    let body = text.trim_start();
    let context = TimeContext {
        layout: None,
        zone: TimeZone::UTC,
        near: Timestamp::UNIX_EPOCH,
    };
    let header = plain::header(body.as_bytes(), &context).filter(|h| h.meta.time.is_some());
    let message = header.and_then(|h| body.get(h.message_at..));
    message.map_or(text, str::trim_start)
}

/// The text without what `CGI::Carp` puts before it: `[Fri Nov 20 15:49:24 2026] shop.pl: `.
pub(super) fn without_date(text: &str) -> &str {
    let dated = text.strip_prefix('[').and_then(|t| t.split_once("] "));
    let Some((_, rest)) = dated.filter(|(d, _)| d.len() == 24 && d.matches(':').count() == 2)
    else {
        return text;
    };
    match rest.split_once(": ") {
        Some((program, words)) if !program.contains(' ') => words,
        _ => rest,
    }
}

/// What `use warnings` says; no program dies of it.
pub(super) fn is_warning(words: &str) -> bool {
    let begins = [
        "Use of uninitialized value",
        "substr outside of string",
        "Deep recursion on ",
        "Useless use of ",
        "Odd number of elements in ",
        "Scalar value @",
        "Subroutine ",
        "Name \"",
        "Wide character in ",
        "Possible ",
        "Number found where ",
        "readline() on ",
        "print() on ",
        "Argument \"",
        "\"my\" variable ",
        "\"our\" variable ",
        "Use of \"",
        "Statement unlikely to be reached",
        "Found = in conditional",
        "Unquoted string ",
        "Negative repeat count does nothing",
        "Non-finite repeat count does nothing",
        "Exiting subroutine via ",
        "Exiting eval via ",
        "Reference found where even-sized list expected",
        "Integer overflow in ",
        "Illegal hexadecimal digit ",
        "Illegal octal digit ",
        "Illegal binary digit ",
        "splice() offset past end of array",
        "Unrecognized escape ",
        "Constant subroutine ",
        "Prototype mismatch: ",
        "Parentheses missing around ",
        "Ambiguous use of ",
        "Misplaced _ in number",
        "Invalid conversion ",
        "Redundant argument in printf",
        "Redundant argument in sprintf",
        "Missing argument in printf",
        "Missing argument in sprintf",
        "Unsuccessful stat on ",
        "length() used on ",
        "close() on unopened filehandle",
        "printf() on ",
        "say() on ",
        "Applying pattern match ",
    ];
    let ends = [
        " redefined",
        " used only once: possible typo",
        " in hash assignment",
    ];
    let named = words.starts_with("Subroutine ") || words.starts_with("Name \"");
    let known = begins.iter().any(|begin| words.starts_with(begin));
    known
        && (!named || ends.iter().any(|end| words.contains(end)))
        && (!words.starts_with("Argument \"") || words.contains("isn't numeric"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_its_place() {
        let read = |text| {
            said(text).map(|(words, place): (&str, Place<'_>)| (words, place.file, place.line))
        };
        assert_eq!(
            read("no fuel at all at depot.pl line 11."),
            Some(("no fuel at all", "depot.pl", 11))
        );
        assert_eq!(
            read("bad at /a b.pm line 3, <$fh> line 2."),
            Some(("bad", "/a b.pm", 3))
        );
        assert_eq!(read("x at (eval 5) line 1."), Some(("x", "(eval 5)", 1)));
        assert_eq!(
            read("syntax error at ./b.pl line 3, near \"2\""),
            Some(("syntax error", "./b.pl", 3))
        );
        assert_eq!(
            read("gone at x.pl line 2 during global destruction."),
            Some(("gone", "x.pl", 2))
        );
        let dancer = "Route exception: no at d.pl line 3. in /usr/App.pm l. 1516";
        assert_eq!(read(dancer), Some(("Route exception: no", "d.pl", 3)));
    }

    #[test]
    fn one_line_alone_must_be_perls() {
        for no in [
            "look at the map on line 7.",
            "ok 1 - at t/x.pl line 5.",
            "#   at t/x.pl line 5.",
            "error at config.yml line 5.",
            "depot up at depot.pl line 1 of the plan",
            "see Foo.pm line 3.",
            "saw it at Foo.pm line 3",
            "<a at x.pl line 3.>",
        ] {
            assert_eq!(certain(no), None, "{no}");
        }
        assert!(certain("x at Foo.pm line 3.").is_some());
    }

    #[test]
    fn calls_name_what_was_called() {
        let found = call("\tmain::f(1, \"a at b line 3\") called at /x.pm line 6").unwrap();
        assert_eq!(
            (found.what, found.place.file),
            ("main::f(1, \"a at b line 3\")", "/x.pm")
        );
        assert_eq!(
            call_within("\teval {...} at /x.pm line 6").unwrap().what,
            "eval {...}"
        );
        assert_eq!(
            call_within("main::__ANON__ at x.pl line 53").unwrap().what,
            "main::__ANON__"
        );
        assert_eq!(begun("Trace begun at x.pl line 3").unwrap().line, 3);
        assert!(call("we called at noon").is_none());
    }
}
