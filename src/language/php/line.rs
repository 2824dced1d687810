//! The shapes of lines that PHP prints. In: one line. Out: what it is by itself, without regard to the lines around it.

use super::stack;
pub(super) use crate::language::seek::text;
use crate::language::seek::{Bytes, Seek as _, Word};

/// One stands in every trace. ` on line ` ends what the engine says on one line, `atal error: ` begins what takes several.
pub(super) const OPENINGS: &[&str] = &[
    "atal error: ",
    " on line ",
    STACK,
    OBJECT,
    "Uncaught PHP Exception",
    // A message of several lines; those of errors are opened by the first literal.
    "PHP Warning: ",
    // Monolog's JSON tells where an exception arose, and nothing else that is rare.
    ".php:",
    // What `getTraceAsString` gives, with nothing of the runtime's above it.
    ".php(",
    "#0 {main}",
    "#0 [internal",
];

/// Above the frames.
pub(super) const STACK: &str = "Stack trace:";
/// Monolog's, above the frames.
pub(super) const STACK_LOGGED: &str = "[stacktrace]";
/// Monolog's way to write an exception into a line.
pub(super) const OBJECT: &str = "[object] (";
/// Monolog's, before the cause.
pub(super) const PREVIOUS: &str = "[previous exception] ";
/// Symfony's record of an exception that nobody caught.
pub(super) const TOLD: &str = "Uncaught PHP Exception ";
/// Before an exception that nobody caught.
pub(super) const UNCAUGHT: &str = "Uncaught ";
/// Before the outer exception.
pub(super) const NEXT: &str = "Next ";

const OBJECT_WORD: Word = Word::new(OBJECT, 8);
const TOLD_WORD: Word = Word::new(TOLD, 9);
const ON_LINE: Word = Word::new(" on line ", 8);
/// php-fpm's words before what a worker printed.
const POOL: Word = Word::new(" said into stderr: \"", 12);
/// What FastCGI says before each message.
const MESSAGE: Word = Word::new("PHP message: ", 2);
const NAMED: Word = Word::new("PHP ", 2);

/// What the engine calls an error, the name and the level that the SDK gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Severity {
    /// `E_ERROR` and its kin.
    Fatal,
    /// `E_PARSE`.
    Parse,
    /// `E_RECOVERABLE_ERROR`.
    Recoverable,
    /// `E_WARNING`.
    Warning,
    /// `E_NOTICE`.
    Notice,
    /// `E_DEPRECATED`.
    Deprecated,
    /// `E_STRICT`.
    Strict,
}

const SEVERITIES: &[(&str, Severity)] = &[
    ("Fatal error", Severity::Fatal),
    ("Warning", Severity::Warning),
    ("Notice", Severity::Notice),
    ("Deprecated", Severity::Deprecated),
    ("Parse error", Severity::Parse),
    ("Recoverable fatal error", Severity::Recoverable),
    ("Catchable fatal error", Severity::Recoverable),
    ("Strict Standards", Severity::Strict),
];

/// What the engine says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Said<'a> {
    pub(super) severity: Severity,
    /// `PHP ` stands before it: nobody else says so.
    pub(super) named: bool,
    /// Behind the severity.
    pub(super) words: &'a str,
}

/// How a record begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The engine reports an error or an exception.
    Engine,
    /// `Stack trace:`: an exception was turned into a string, whose first line stands above.
    Listed,
    /// `#0 …`: the calls of an exception, below words of the program's own.
    Calls,
    /// Monolog's `[object] (…)`.
    Logged,
    /// Symfony's `Uncaught PHP Exception T: "m" at F line N`.
    Told,
}

/// How a record that begins with this line begins; `None` if the line opens none.
pub(super) fn kind(text: &str) -> Option<Kind> {
    if is_page(text) {
        let plain = unmarked(text);
        let begins = said(&plain).is_some_and(|said| !said.words.is_empty());
        return begins.then_some(Kind::Engine);
    }
    if is_page_end(text) {
        return Some(Kind::Engine);
    }
    let body = bare(text).trimmed();
    if body == STACK {
        return Some(Kind::Listed);
    }
    if stack::is_first(unlabelled(body)) {
        return Some(Kind::Calls);
    }
    if object(body).is_some() {
        return Some(Kind::Logged);
    }
    if told(body).is_some() {
        return Some(Kind::Told);
    }
    let said = said(body)?;
    let ends = on_line(said.words).is_some();
    let uncaught = said.severity == Severity::Fatal && said.words.starts_with(UNCAUGHT);
    let begins = uncaught || (said.named && !said.words.is_empty());
    (ends || begins).then_some(Kind::Engine)
}

/// The first call without what a program writes before it on its line: `Trace: #0 …`.
pub(super) fn unlabelled(text: &str) -> &str {
    match text.split_once("#0 ") {
        Some((label, _)) if label.len() <= STACK.len() + 1 && is_label(label) => {
            text.get(label.len()..).unwrap_or(text)
        }
        _ => text,
    }
}

/// `Trace:`, `Stack trace:`, `Backtrace:`, as programs call the list of calls.
pub(super) fn is_label(text: &str) -> bool {
    let name = text.trimmed().strip_suffix(':').unwrap_or_default();
    let end = name.len().saturating_sub("trace".len());
    name.len() < STACK.len()
        && name
            .get(end..)
            .is_some_and(|end| end.eq_ignore_ascii_case("trace"))
}

/// Is it how the engine writes an error into a page (`html_errors`): `<b>Warning</b>:  m in <b>F</b> on line <b>2</b><br />`?
pub(super) fn is_page(text: &str) -> bool {
    let body = text.trim_start();
    let Some((name, _)) = body
        .strip_prefix("<b>")
        .and_then(|b| b.split_once("</b>:  "))
    else {
        return false;
    };
    SEVERITIES.iter().any(|(severity, _)| *severity == name)
}

/// Is it the last line of an error of several lines in a page: `m in <b>F</b> on line <b>2</b><br />`?
pub(super) fn is_page_end(text: &str) -> bool {
    let ends = text.ends_with("</b><br />") && text.contains("</b> on line <b>");
    ends && !is_page(text) && !text.trim_start().starts_with("thrown in ")
}

/// A page's line as it would stand in a log.
pub(super) fn unmarked(text: &str) -> String {
    let mut plain = text.to_owned();
    let marks = [
        ("<b>", ""),
        ("</b>", ""),
        ("<br />", ""),
        ("&lt;", "<"),
        ("&gt;", ">"),
    ];
    let quotes = [
        ("&quot;", "\""),
        ("&#039;", "'"),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ];
    for (mark, sign) in marks.into_iter().chain(quotes) {
        if plain.contains(mark) {
            plain = plain.replace(mark, sign);
        }
    }
    plain
}

/// How far the line is set in.
pub(super) fn margin(line: &[u8]) -> usize {
    let blank = |b: &&u8| matches!(**b, b' ' | b'\t');
    line.iter().take_while(blank).count()
}

/// The lines of a trace whose line ends are written out, where nobody undid that.
pub(super) fn written_out(text: &str) -> Option<Vec<String>> {
    let marks = [
        "\\nStack trace:",
        "\\n[stacktrace]",
        "\\n[previous exception]",
    ];
    // Within a JSON string of its own, that string's end counts.
    let quoted = text.contains("\"[object] (");
    if quoted || !marks.iter().any(|mark| text.contains(mark)) {
        return None;
    }
    Some(unescaped(text).split('\n').map(str::to_owned).collect())
}

/// The text with the escapes of a string undone.
pub(super) fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut signs = text.chars();
    while let Some(sign) = signs.next() {
        if sign != '\\' {
            plain.push(sign);
            continue;
        }
        match signs.next() {
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some('r') | None => {}
            Some(escaped @ ('\\' | '"' | '/' | '\'')) => plain.push(escaped),
            Some(other) => plain.extend(['\\', other]),
        }
    }
    plain
}

/// The line without what php-fpm puts around what a worker printed. Where that was taken for a header, the quote at the end
/// is left of it.
pub(super) fn bare(text: &str) -> &str {
    let pool = POOL
        .parts(text)
        .filter(|(before, _)| before.contains("] child "));
    if let Some((_, inner)) = pool {
        return inner.trimmed_end().strip_suffix('"').unwrap_or(inner);
    }
    let Some(inner) = text.trimmed_end().strip_suffix('"') else {
        return text;
    };
    let even = memchr::memchr_iter(b'"', inner.as_bytes())
        .count()
        .is_multiple_of(2);
    // Monolog's own end is a quote as well, or an error's words end with a quoted one.
    if even && !inner.trim_start().is_empty() {
        inner
    } else {
        text
    }
}

/// `PHP Warning:  …` anywhere in the line, or `Warning: …` at its beginning.
pub(super) fn said(text: &str) -> Option<Said<'_>> {
    let body = text.trim_start();
    let behind = last_message(body).unwrap_or(body);
    let shown = || severity(behind, " ").map(|(s, words)| (s, words, false));
    let (severity, words, named) = named(behind).or_else(shown)?;
    Some(Said {
        severity,
        named,
        words,
    })
}

/// Several may be sent at once: the last one that the engine said.
fn last_message(text: &str) -> Option<&str> {
    let mut rest = text;
    let mut found = None;
    while let Some((_, behind)) = MESSAGE.parts(rest) {
        if found.is_none()
            || severity(behind.strip_prefix("PHP ").unwrap_or_default(), "  ").is_some()
        {
            found = Some(behind);
        }
        rest = behind;
    }
    found
}

fn named(text: &str) -> Option<(Severity, &str, bool)> {
    let mut rest = text;
    while let Some((_, behind)) = NAMED.parts(rest) {
        if let Some((severity, words)) = severity(behind, "  ") {
            return Some((severity, words, true));
        }
        rest = behind;
    }
    None
}

fn severity<'a>(text: &'a str, gap: &str) -> Option<(Severity, &'a str)> {
    SEVERITIES.iter().find_map(|(name, severity)| {
        let words = text.strip_prefix(name)?.strip_prefix(':')?;
        Some((*severity, words.strip_prefix(gap)?.trim_start()))
    })
}

/// `m in F on line N`: words, file, line. Behind the number stands nothing, or what FastCGI's server adds.
pub(super) fn on_line(text: &str) -> Option<(&str, &str, u32)> {
    let mut from = 0;
    let mut found = None;
    while let Some(at) = text.get(from..).and_then(|rest| ON_LINE.find(rest)) {
        let (before, behind) = text.split_at_checked(from + at)?;
        from += at + 1;
        let digits = behind.get(9..)?;
        let len = digits.bytes().take_while(u8::is_ascii_digit).count();
        let (number, end) = digits.split_at_checked(len)?;
        let over = end.is_empty() || end.starts_with(['"', '\'', ';', '\r', '\n', ',', '\\']);
        let place = number.parse().ok().filter(|_| over);
        if let Some((line, (words, file))) = place.zip(split_in(before)) {
            found = Some((words, file, line));
            // What the engine appends stands on the same line; the message's own words may read alike.
            if !end.starts_with(',') || end.contains("client: ") || end.contains("referer: ") {
                return found;
            }
        }
    }
    found.filter(|(_, _, _)| !text.contains(STACK))
}

/// `m in F`, where `F` is a file: the last ` in ` before what looks like a path, else the last.
pub(super) fn split_in(text: &str) -> Option<(&str, &str)> {
    let rooted = [" in /", " in phar:", " in vfs:", " in file:"];
    let at = rooted.iter().filter_map(|word| text.rfind(word)).max();
    let at = at.or_else(|| text.rfind(" in "));
    let Some(at) = at else {
        return text.strip_prefix("in ").map(|file| ("", file));
    };
    let file = text.get(at + 4..)?;
    (is_file(file)).then_some((text.get(..at)?, file))
}

/// May a file be called so?
fn is_file(text: &str) -> bool {
    !text.is_empty() && (text.contains(['/', '\\', '.']) || matches!(text, "Unknown" | "-"))
}

/// `F:N` at the end of a text.
pub(super) fn place(text: &str) -> Option<(&str, u32)> {
    let (file, number) = text.trimmed_end().parted_last(b':')?;
    let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    let line = number.parse().ok().filter(|_| digits)?;
    (!file.is_empty()).then_some((file, line))
}

/// What stands behind Monolog's `[object] (`, if it is an exception: `T(code: c): …`.
pub(super) fn object(text: &str) -> Option<&str> {
    let (_, inner) = OBJECT_WORD.parts(text)?;
    let (name, _) = inner.split_once("(code: ")?;
    is_class(name).then_some(inner)
}

/// Behind `Uncaught PHP Exception `.
pub(super) fn told(text: &str) -> Option<&str> {
    TOLD_WORD.parts(text).map(|(_, behind)| behind)
}

/// The signs of a class's name, escaped or not; an anonymous one's holds its file.
const CLASS: Bytes = Bytes::and_alphanumeric("_\\@");

/// May a class be called so?
pub(super) fn is_class(name: &str) -> bool {
    let (plain, anonymous) = name.split_once('\0').unwrap_or((name, ""));
    let named = |b: u8| CLASS.holds(b) || b >= 0x80;
    let begins = plain.bytes().next().is_some_and(|b| !b.is_ascii_digit());
    begins && plain.bytes().all(named) && !anonymous.contains(": ")
}

/// `thrown in F on line N`, the last line of an uncaught exception.
pub(super) fn is_thrown(text: &str) -> bool {
    let body = text.trim_start();
    body.starts_with("thrown in ") && ON_LINE.is_in(body)
}

/// `PHP Stack trace:`, `Call Stack:`: Xdebug's stack follows.
pub(super) fn is_xdebug(text: &str) -> bool {
    matches!(
        text.trimmed(),
        "PHP Stack trace:" | STACK | "Call Stack:" | "Stack:"
    )
}
