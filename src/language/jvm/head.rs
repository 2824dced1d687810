//! An exception's own words. In: the text from its class on, message lines included. Out: package, class and message as the
//! SDK takes them from the object.
//!
//! `Throwable.toString` prints `pkg.Class[: message]`; classes that override it print what they like.

use super::value;
use crate::bounds::TYPE_NAME_BYTES_MAX;
use crate::language::seek::Seek as _;

/// How the runtime announces a trace of a thread that dies.
pub(super) const ANNOUNCEMENT: &str = "Exception in thread ";
/// What follows the class where not even the trace could be printed.
pub(super) const HANDLER_DIED: &str = " thrown from the UncaughtExceptionHandler in thread \"";

/// What a thread dump prints above each stack.
const THREAD_STATE: &str = "java.lang.Thread.State";
/// Quotes at which a thread's name may end.
const QUOTES: usize = 16;
/// Characters of a bracket that belongs to a class's name.
const BRACKET_CHARS: usize = 256;

/// Package, class and message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    /// Without a package: `None`.
    pub(super) module: Option<String>,
    /// Empty where the text does not tell it.
    pub(super) ty: String,
    /// `None` where the exception has none.
    pub(super) value: Option<String>,
}

/// Does the text begin with a class's full name as only exceptions are printed (`pkg.Class`, then nothing, a colon, or a
/// bracket of its own)?
pub(super) fn is_certain(text: &str) -> bool {
    let text = without_hash(text);
    let Some((class, rest)) = class(text) else {
        return false;
    };
    is_qualified(class) && ends_class(rest) && class != THREAD_STATE
}

/// The class of a text that is certain to be an exception's.
pub(super) fn certain_class(text: &str) -> Option<&str> {
    let (class, _) = class(without_hash(text)).filter(|_| is_certain(text))?;
    Some(class)
}

/// Is it an exception, named as failures are, whose message quotes what follows?
pub(super) fn is_failure_that_says(text: &str) -> bool {
    let named = class(text).is_some_and(|(class, rest)| {
        is_failure(class) && rest.starts_with(": ") && rest.trimmed_end().ends_with(':')
    });
    named && is_certain(text)
}

/// Could the text be an exception whose class has no package, or a shortened name?
pub(super) fn is_likely(text: &str) -> bool {
    let Some((class, rest)) = class(without_hash(text)) else {
        return false;
    };
    let word = class.rsplit('.').next().unwrap_or(class);
    let level = word.len() > 1 && word.bytes().all(|b| b.is_ascii_uppercase());
    let named = class.contains('.') || begins_like_a_class(word);
    named && !level && (rest.trimmed().is_empty() || rest.starts_with(": "))
}

/// Where in a text behind other words an exception begins: `order 12 failed: pkg.Class: message`.
pub(super) fn embedded(text: &str) -> Option<usize> {
    memchr::memchr(b'.', text.as_bytes())?;
    let mut joined = false;
    let mut at = 0;
    for word in text.split_inclusive([' ', '\t', '\n']) {
        let bare = word.trimmed_end();
        let from = text.get(at..).unwrap_or_default();
        let failure = || {
            let class = bare.trim_end_matches(':');
            class.ends_with("Exception") || class.ends_with("Error")
        };
        let dotted = at > 0 && memchr::memchr(b'.', bare.as_bytes()).is_some();
        if dotted && (joined || failure()) && is_certain(from) {
            return Some(at);
        }
        joined = bare.ends_with([':', ']', '"']) || bare == "-";
        at += word.len();
    }
    None
}

/// `Exception in thread "T" ` before an exception: the thread and what follows. Both may span lines.
pub(super) fn announced(text: &str) -> Option<(&str, &str)> {
    let rest = text.trim_start().strip_prefix(ANNOUNCEMENT)?;
    let rest = rest.strip_prefix('"')?;
    let mut first = None;
    for (at, _) in rest.match_indices("\" ").take(QUOTES) {
        let (thread, behind) = (rest.get(..at)?, rest.get(at + 2..)?);
        if is_certain(behind) {
            return Some((thread, behind));
        }
        first = first.or(Some((thread, behind)));
    }
    first.filter(|(_, behind)| !behind.trimmed().is_empty())
}

/// Does the line begin an announcement, whether the thread's name ends on it or not?
pub(super) fn announces(text: &str) -> bool {
    let rest = text.trim_start().strip_prefix(ANNOUNCEMENT);
    rest.is_some_and(|rest| rest.starts_with('"') && !rest.trimmed_end().ends_with("\":"))
}

/// `Exception: pkg.Class thrown from the UncaughtExceptionHandler in thread "T"`: class and thread.
pub(super) fn handler_died(text: &str) -> Option<(&str, &str)> {
    let rest = text.trimmed().strip_prefix("Exception: ")?;
    let (class, thread) = rest.split_once(HANDLER_DIED)?;
    is_qualified(class).then_some((class, thread.strip_suffix('"')?))
}

/// Reads an exception's text. `sure` tells that an exception must stand here (`Caused by: `, `Exception in thread "T" `).
pub(super) fn read(text: &str, sure: bool) -> Head {
    let text = without_hash(text);
    if let Some(head) = value::compiler(text) {
        return head;
    }
    let Some((class, rest)) = class(text) else {
        return nameless(text);
    };
    let word = class.rsplit('.').next().unwrap_or(class);
    if !class.contains('.') && !begins_like_a_class(word) {
        return nameless(text);
    }
    let value = if rest.is_empty() {
        None
    } else if let Some(message) = rest.strip_prefix(':') {
        Some(message.strip_prefix(' ').unwrap_or(message))
    } else if let Some(message) = rest.strip_prefix("; ") {
        value::parsing(message)
    } else if rest.starts_with(['[', '(', '{']) {
        behind_bracket(rest)
    } else if rest.trimmed().is_empty() {
        None
    } else if sure && (is_qualified(class) || is_failure(word)) {
        Some(rest.trim_start())
    } else {
        return nameless(text);
    };
    let (module, ty) = split(class);
    Head {
        value: value.map(|value| value::own(module, ty, value).to_owned()),
        module: module.map(str::to_owned),
        ty: ty.to_owned(),
    }
}

/// A class's full name: its package and the rest.
pub(super) fn split(class: &str) -> (Option<&str>, &str) {
    match class.parted_last(b'.') {
        Some((module, ty)) => (Some(module), ty),
        None => (None, class),
    }
}

fn nameless(text: &str) -> Head {
    Head {
        module: None,
        ty: String::new(),
        value: Some(text.to_owned()),
    }
}

/// `[insufficient_funds]: need 20.0 more` → `need 20.0 more`. Without a message behind the bracket it is all there is.
fn behind_bracket(rest: &str) -> Option<&str> {
    match bracket(rest) {
        Some(behind) => behind.strip_prefix(": ").or(Some(rest)),
        None => Some(rest),
    }
}

/// What stands behind the bracket with which the text begins.
fn bracket(rest: &str) -> Option<&str> {
    let close = match rest.chars().next()? {
        '[' => ']',
        '(' => ')',
        '{' => '}',
        _ => return None,
    };
    let near = rest.char_indices().take(BRACKET_CHARS);
    let mut ends = near.filter(|(_, c)| *c == close);
    let first = ends.next()?.0;
    let behind = rest.get(first + 1..)?;
    if behind.is_empty() || behind.starts_with(": ") {
        return Some(behind);
    }
    // Brackets inside each other: the one before the message.
    let at = ends.map(|(at, _)| at).find_map(|at| {
        let behind = rest.get(at + 1..)?;
        (behind.is_empty() || behind.starts_with([':', '\n'])).then_some(behind)
    });
    at.or(Some(behind))
}

/// Does what follows a class's name show that the name ended?
fn ends_class(rest: &str) -> bool {
    if rest.trimmed().is_empty() || rest.starts_with(": ") || rest.starts_with('\n') {
        return true;
    }
    if rest.starts_with("; ") {
        return value::parsing(rest.get(2..).unwrap_or_default()).is_some();
    }
    if rest.starts_with(":\n") || rest == ":" {
        return true;
    }
    bracket(rest).is_some_and(|behind| behind.is_empty() || behind.starts_with([':', '\n']))
}

/// The hash that logstash-logback-encoder puts before a class: `<#4a6b92f7> `.
fn without_hash(text: &str) -> &str {
    let inner = text.strip_prefix("<#").and_then(|t| t.split_once("> "));
    match inner {
        Some((hash, rest)) if hash.len() <= 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()) => {
            rest
        }
        _ => text,
    }
}

/// The class's name at the text's beginning, and the rest.
fn class(text: &str) -> Option<(&str, &str)> {
    let end = text
        .char_indices()
        .find(|(_, c)| !is_class_char(*c))
        .map_or(text.len(), |(at, _)| at);
    let (class, rest) = text.split_at_checked(end)?;
    let parts = class.split('.').all(|part| {
        let first = part.chars().next();
        first.is_some_and(|c| c == '_' || c == '$' || !c.is_ascii() || c.is_ascii_alphabetic())
    });
    (parts && class.len() <= TYPE_NAME_BYTES_MAX).then_some((class, rest))
}

/// Letters and digits of any script, their marks, `_ $ .`; no sign that texts are punctuated with.
fn is_class_char(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '.');
    }
    let mark = !c.is_whitespace()
        && !c.is_control()
        && !matches!(c, '\u{a0}'..='\u{bf}' | '\u{2010}'..='\u{2bff}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff20}')
        && u32::from(c) < 0x1_f000;
    c.is_alphanumeric() || mark
}

/// A package and a class that begins with a capital, or is named as failures are.
fn is_qualified(class: &str) -> bool {
    let Some((_, word)) = class.parted_last(b'.') else {
        return false;
    };
    begins_like_a_class(word) || is_failure(word)
}

fn begins_like_a_class(word: &str) -> bool {
    let first = word.chars().find(|c| *c != '$' && *c != '_');
    first.is_some_and(|c| c.is_alphabetic() && !c.is_lowercase())
}

fn is_failure(word: &str) -> bool {
    ["Exception", "Error", "Throwable", "Failure"]
        .iter()
        .any(|end| word.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `module|type|value` of an exception's text.
    fn told(text: &str) -> String {
        let head = read(text, true);
        format!(
            "{}|{}|{}",
            head.module.as_deref().unwrap_or("-"),
            head.ty,
            head.value.as_deref().unwrap_or("-")
        )
    }

    #[test]
    fn exceptions_as_the_sdk_names_them() {
        for (text, want) in [
            (
                "java.lang.StackOverflowError",
                "java.lang|StackOverflowError|-",
            ),
            ("java.lang.Exception: ", "java.lang|Exception|"),
            ("java.lang.Exception:", "java.lang|Exception|"),
            ("a.b.C$D: x: y", "a.b|C$D|x: y"),
            ("a.b.C: x\n\ny", "a.b|C|x\n\ny"),
            ("Boom: x", "-|Boom|x"),
            (
                "com.acme.PaymentException$Declined[insufficient_funds]: need 20.0 more",
                "com.acme|PaymentException$Declined|need 20.0 more",
            ),
            ("com.acme.E[code=5]", "com.acme|E|[code=5]"),
            ("com.acme.E{a={b}}: x", "com.acme|E|x"),
            (
                "org.apache.hadoop.ipc.RemoteException(java.io.IOException): no file",
                "org.apache.hadoop.ipc|RemoteException|no file",
            ),
            (
                "org.xml.sax.SAXParseException; lineNumber: 1; columnNumber: 7; Content is not allowed in prolog.",
                "org.xml.sax|SAXParseException|Content is not allowed in prolog.",
            ),
            ("com.acme.E what it says", "com.acme|E|what it says"),
            ("order 12 failed", "-||order 12 failed"),
            ("<#8b0a5b5f> com.acme.E: x", "com.acme|E|x"),
            (
                "com.acme.Unicode$ЗаказОшибка: 無効",
                "com.acme|Unicode$ЗаказОшибка|無効",
            ),
            ("例外.注文エラー: x", "例外|注文エラー|x"),
            ("b.a.c: x", "b.a|c|x"),
        ] {
            assert_eq!(told(text), want, "{text}");
        }
    }

    #[test]
    fn certain_and_likely_lines() {
        for yes in [
            "java.lang.Error",
            "java.lang.Error: x",
            "java.lang.Error:",
            "a.b.C[x]: y",
            "a.b.C(d.E): y",
            "a.b.declined_error_Exception: x",
        ] {
            assert!(is_certain(yes), "{yes}");
        }
        for no in [
            "",
            "Boom: x",
            "com.acme.Main started",
            "com.acme.Main:12",
            "http://x.Y: z",
            "app.name: x",
            "a..B: x",
            ".B: x",
            "Exception in thread",
            "a.B[1] started",
            "java.lang.Thread.State: RUNNABLE",
        ] {
            assert!(!is_certain(no), "{no}");
        }
        for yes in ["Boom: x", "Boom", "a.b.c: x"] {
            assert!(is_likely(yes), "{yes}");
        }
        for no in ["WARNING: x", "two words", "boom: x", ""] {
            assert!(!is_likely(no), "{no}");
        }
    }

    #[test]
    fn exceptions_behind_other_words() {
        for (text, want) in [
            ("failed: a.b.C: x", "a.b.C: x"),
            ("failed with a.b.CException: x", "a.b.CException: x"),
            ("[pool-1] a.b.C", "a.b.C"),
        ] {
            assert_eq!(embedded(text).and_then(|at| text.get(at..)), Some(want));
        }
        assert_eq!(embedded("started by com.acme.Main: ok"), None);
        assert_eq!(embedded("a.b.C: x"), None);
    }

    #[test]
    fn threads_that_die() {
        assert_eq!(
            announced("Exception in thread \"main\" a.B: c"),
            Some(("main", "a.B: c"))
        );
        assert_eq!(
            announced("Exception in thread \"a \" b\" a.B: c"),
            Some(("a \" b", "a.B: c"))
        );
        assert_eq!(
            announced("Exception in thread \"a\nb\" a.B"),
            Some(("a\nb", "a.B"))
        );
        assert_eq!(announced("Exception in thread Thread-1 (run):"), None);
        assert!(!announces("Exception in thread \"x\":"));
        assert_eq!(
            handler_died(
                "Exception: java.lang.OutOfMemoryError thrown from the UncaughtExceptionHandler in thread \"main\""
            ),
            Some(("java.lang.OutOfMemoryError", "main"))
        );
    }

    #[test]
    fn hostile_words_cost_little() {
        let words = "a.B[ ".repeat(1 << 17);
        assert_eq!(embedded(&words), None);
        let quotes = format!("{ANNOUNCEMENT}\"{}", "\" a.B[".repeat(1 << 16));
        assert!(announced(&quotes).is_some());
        let dots = "a.".repeat(1 << 19);
        assert!(!is_certain(&dots));
    }
}
