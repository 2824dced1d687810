//! What was thrown. In: the text behind `panic: `, the calls that led there. Out: an error's type, or a message.
//!
//! Go prints an error's text and a string alike. sentry-go sends an exception for the one and a message for the other.
//! What tells them apart, the surest first: the runtime's own errors and the printed forms of other values; who calls
//! `panic`; errors of the library by their words; at last that errors are written `what failed: why` and strings are not.

use super::stack::{Build, Call, split};
use crate::language::seek::Seek as _;

/// What `panic` was called with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Thrown {
    /// An error of this type.
    Error(&'static str),
    /// An error by the looks of its text.
    ErrorMaybe,
    /// A string by the looks of it.
    TextMaybe,
    /// Anything else: it has no error's text.
    Value,
}

/// The type of an error that was logged, where nothing tells it.
pub(super) const ERROR: &str = "error";
/// An error's type where nothing tells it.
pub(super) const UNKNOWN: &str = "panic";

/// Texts of the runtime and the library, by their beginning.
const BEGINNINGS: &[(&str, &str)] = &[
    ("runtime error: index out of range", "runtime.boundsError"),
    (
        "runtime error: slice bounds out of range",
        "runtime.boundsError",
    ),
    (
        "runtime error: cannot convert slice with length",
        "runtime.boundsError",
    ),
    ("runtime error: ", "runtime.errorString"),
    ("interface conversion: ", "*runtime.TypeAssertionError"),
    ("panic called with nil argument", "*runtime.PanicNilError"),
    ("value method", "runtime.plainError"),
    ("reflect: call of ", "*reflect.ValueError"),
    ("strconv.", "*strconv.NumError"),
    ("open ", "*fs.PathError"),
    ("stat ", "*fs.PathError"),
    ("mkdir ", "*fs.PathError"),
    ("remove ", "*fs.PathError"),
    ("dial tcp", "*net.OpError"),
    ("dial unix ", "*net.OpError"),
    ("listen tcp", "*net.OpError"),
    ("json: cannot unmarshal ", "*json.UnmarshalTypeError"),
    ("invalid character '", "*json.SyntaxError"),
    ("parsing time ", "*time.ParseError"),
    ("Get \"", "*url.Error"),
    ("Post \"", "*url.Error"),
    ("parse \"", "*url.Error"),
    ("exit status", "*exec.ExitError"),
    ("regexp: Compile(", ""),
];

/// Whole texts of the runtime and the library.
const WHOLE: &[(&str, &str)] = &[
    ("assignment to entry in nil map", "runtime.plainError"),
    ("close of nil channel", "runtime.plainError"),
    ("close of closed channel", "runtime.plainError"),
    ("send on closed channel", "runtime.plainError"),
    ("makechan: size out of range", "runtime.plainError"),
    ("EOF", "*errors.errorString"),
    ("unexpected EOF", "*errors.errorString"),
    ("sql: no rows in result set", "*errors.errorString"),
    ("http: Server closed", "*errors.errorString"),
    ("net/http: abort Handler", "*errors.errorString"),
    ("context canceled", "*errors.errorString"),
    ("context deadline exceeded", "context.deadlineExceededError"),
    ("division by zero", "*errors.errorString"),
];

/// Reads what was thrown; `calls` are the stack from the panicking function on.
pub(super) fn thrown(text: &str, calls: &[Call<'_>], build: &Build<'_>) -> Thrown {
    if is_printed(text) {
        return Thrown::Value;
    }
    let whole = WHOLE.iter().find(|(words, _)| text == *words);
    let begins = BEGINNINGS.iter().find(|(words, _)| text.starts_with(words));
    // An error's own words end in why it failed.
    let begins = begins.filter(|(words, _)| !words.ends_with(' ') || text.contains(": "));
    match whole.or(begins) {
        Some((_, "")) => return Thrown::TextMaybe,
        Some((_, ty)) => return Thrown::Error(ty),
        None => {}
    }
    let must = |call: &Call<'_>| call.name.ends_with("/template.Must");
    if calls.first().is_some_and(must) {
        return Thrown::Error("*errors.errorString");
    }
    if calls
        .first()
        .is_some_and(|call| throws_text(text, call, build))
    {
        return Thrown::TextMaybe;
    }
    if text.is_empty() || text.contains(": ") || text.contains(":\n") {
        Thrown::ErrorMaybe
    } else {
        Thrown::TextMaybe
    }
}

/// Loggers panic with their message, the library with a text that names the package.
fn throws_text(text: &str, call: &Call<'_>, build: &Build<'_>) -> bool {
    let (module, _) = split(call.name);
    let package = module.rsplit('/').next().unwrap_or_default();
    let named = text
        .strip_prefix(package)
        .is_some_and(|rest| rest.starts_with([':', '.']));
    module == "log"
        || module.starts_with("go.uber.org/zap")
        || (build.is_library(call.path) && named)
}

/// `(main.T) 0xc000`, `main.Code(7)`, `42`, `true`: neither an error nor a string.
pub(super) fn is_printed(text: &str) -> bool {
    if let Some(rest) = text.strip_prefix('(') {
        let address = |mark: &str| rest.split_once(mark).is_some_and(|(ty, _)| is_type(ty));
        let bare = rest
            .strip_suffix(')')
            .is_some_and(|ty| is_type(ty) && (!ty.contains(' ') || is_unnamed(ty)));
        return bare || address(") 0x") || address(") (0x") || address(") {");
    }
    let custom = text.strip_suffix(')').and_then(|inner| inner.parted(b'('));
    if let Some((ty, inner)) = custom {
        let quoted = inner.starts_with('"') && inner.ends_with('"') && inner.len() > 1;
        let scalar = matches!(inner, "true" | "false") || is_number(inner);
        return ty.contains('.') && is_type(ty) && (quoted || scalar);
    }
    // `written` leaves a string's quotes.
    let quoted = text.len() > 1 && text.starts_with('"') && text.ends_with('"');
    quoted || matches!(text, "true" | "false" | "nil") || is_number(text)
}

/// `struct { A int }`, `map[string]int`, `chan int`: a type without a name.
fn is_unnamed(ty: &str) -> bool {
    const BEGINS: &[&str] = &["struct {", "map[", "chan ", "<-chan ", "func(", "[", "*"];
    BEGINS.iter().any(|begin| ty.starts_with(begin))
}

/// The value as the SDK writes it (`%#v`), as far as the text tells: `main.Code(7)` is `7`, `main.Word("a")` is `"a"`.
pub(super) fn written(text: &str) -> String {
    let text = without_address(text);
    let named = text
        .strip_suffix(')')
        .filter(|_| !text.starts_with('('))
        .and_then(|inner| inner.parted(b'('));
    let bare = named.map_or(text, |(_, inner)| inner);
    let quoted = bare
        .strip_prefix('"')
        .and_then(|inner| inner.strip_suffix('"'));
    if let (Some(_), Some(inner)) = (named, quoted) {
        return format!("{inner:?}");
    }
    // Before Go 1.25 numbers have all their digits: `+1.500000e+000`.
    let number = bare.strip_prefix('+').filter(|n| n.contains('e'));
    match number.and_then(|n| n.parse::<f64>().ok()) {
        Some(number) => number.to_string(),
        None => bare.to_owned(),
    }
}

fn is_type(text: &str) -> bool {
    !text.is_empty() && !text.contains(": ") && !text.contains('\n')
}

/// As the runtime prints numbers: `42`, `+1.500000e+000`, `(+1.0e+000+2.0e+000i)`.
fn is_number(text: &str) -> bool {
    let digits = text.bytes().any(|b| b.is_ascii_digit());
    digits
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || b"+-.e()i".contains(&b))
}

/// The text without an address: `(main.T) 0xc000012345` differs from run to run.
pub(super) fn without_address(text: &str) -> &str {
    let cut = text
        .starts_with('(')
        .then(|| text.find(") 0x").or_else(|| text.find(") (0x")))
        .flatten();
    cut.and_then(|at| text.get(..=at)).unwrap_or(text)
}

/// What the source line of the panicking call shows of what it throws.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shown {
    /// A string.
    Text,
    /// An error, of this type where the line shows it.
    Error(Option<String>),
}

/// How an argument begins that is a string.
const TEXTS: &[&str] = &["\"", "`", "fmt.Sprint", "strconv.", "string(", "strings."];

/// Reads `panic(…)` in a line of source.
pub(super) fn shown(source: &str, module: &str) -> Option<Shown> {
    let code = source.split(" // ").next().unwrap_or(source);
    let (_, argument) = code.split_once("panic(")?;
    let argument = argument.trim_start();
    if TEXTS.iter().any(|begin| argument.starts_with(begin)) {
        return Some(Shown::Text);
    }
    if argument.starts_with("errors.New(") {
        return Some(Shown::Error(Some("*errors.errorString".to_owned())));
    }
    if argument.starts_with("fmt.Errorf(") {
        let wraps = argument.matches("%w").count();
        let ty = ["*errors.errorString", "*fmt.wrapError", "*fmt.wrapErrors"];
        return Some(Shown::Error(ty.get(wraps.min(2)).map(|t| (*t).to_owned())));
    }
    if let Some(ty) = literal(argument, module) {
        return Some(Shown::Error(Some(ty)));
    }
    let name: &str = argument.split([')', '(', ' ']).next().unwrap_or_default();
    if argument.contains(".Error()") || argument.contains(".String()") {
        return Some(Shown::Text);
    }
    let last = name.rsplit('.').next().unwrap_or_default().to_lowercase();
    if last == "e" || last.starts_with("err") || last.ends_with("err") || last.ends_with("error") {
        return Some(Shown::Error(None));
    }
    let texts = ["msg", "message", "text", "reason", "str", "s"];
    texts.contains(&last.as_str()).then_some(Shown::Text)
}

/// The type of a composite literal, as `reflect` names it: `&QueryFailed{…}` in package `main` is `*main.QueryFailed`.
pub(super) fn literal(argument: &str, module: &str) -> Option<String> {
    let (pointer, rest) = match argument.strip_prefix('&') {
        Some(rest) => ("*", rest),
        None => ("", argument),
    };
    let end = rest.find(|c: char| !(c == '.' || c == '_' || c.is_alphanumeric()))?;
    let (ty, behind) = rest.split_at_checked(end)?;
    if ty.is_empty() || !behind.starts_with('{') {
        return None;
    }
    let package = module.rsplit('/').next().unwrap_or_default();
    Some(if ty.contains('.') {
        format!("{pointer}{ty}")
    } else {
        format!("{pointer}{package}.{ty}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_as_the_sdk_writes_them() {
        for (text, expected) in [
            ("main.Code(7)", "7"),
            ("main.Word(\"a \"b\"\")", "\"a \\\"b\\\"\""),
            ("+1.500000e+000", "1.5"),
            ("-3", "-3"),
            ("true", "true"),
            ("(main.T) 0xc000012345", "(main.T)"),
            (
                "(struct { A int; B string }) 0x82d0f8",
                "(struct { A int; B string })",
            ),
            ("(map[string]int) 0xc000101620", "(map[string]int)"),
        ] {
            assert!(is_printed(text), "{text}");
            assert_eq!(written(text), expected);
            assert!(is_printed(expected), "{expected}");
        }
        assert!(!is_printed("(gave up) waiting"));
    }
}
