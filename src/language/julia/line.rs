//! The shapes of lines that Julia prints. In: one line. Out: what it is by itself, without regard to the lines around it.

use crate::language::seek::Seek as _;
pub(super) use crate::language::seek::{indent, is_blank, text};

/// Above each list of calls.
pub(super) const OPENING: &str = "Stacktrace:";
/// Before the cause of the error above.
const CAUSED: &str = "caused by: ";
/// Before the error of a task that another waited for.
const NESTED: &str = "nested task error: ";
/// By which the runtime begins, where nobody caught the error.
const DIED: &[&str] = &["ERROR: ", "Unhandled Task ERROR: "];
/// By which a logger begins.
const LOGGED: &str = "┌ Error: ";

/// The line without the bar that a logger draws before it.
pub(super) fn without_bar(text: &str) -> &str {
    let set_in = text.trim_start();
    let bare = set_in.strip_prefix('│');
    bare.unwrap_or(text)
}

/// Is it within, or the end of, what a logger draws bars before?
pub(super) fn is_barred(text: &str) -> bool {
    text.trim_start().starts_with(['│', '└'])
}

/// The last line of what a logger draws bars before.
pub(super) fn is_end(text: &str) -> bool {
    text.trim_start().starts_with("└ @ ")
}

/// Does a list of calls follow?
pub(super) fn opens(text: &str) -> bool {
    without_bar(text).trimmed() == OPENING
}

/// The first line of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head<'a> {
    /// Nobody caught it.
    pub(super) died: bool,
    /// Type and words, or a logger's words.
    pub(super) words: &'a str,
    /// The words are a logger's.
    pub(super) logged: bool,
}

/// `ERROR: LoadError: …`, `┌ Error: …`.
pub(super) fn head(text: &str) -> Option<Head<'_>> {
    let body = text.trimmed();
    let died = DIED.iter().find_map(|words| body.strip_prefix(words));
    // A logger takes `ERROR: ` for the level.
    let loaded = || {
        let wrapped = body.starts_with("LoadError: ") || body.starts_with("InitError: ");
        wrapped.then_some(body)
    };
    if let Some(words) = died.or_else(loaded) {
        return Some(Head {
            died: true,
            words,
            logged: false,
        });
    }
    body.strip_prefix(LOGGED).map(|words| Head {
        died: false,
        words,
        logged: true,
    })
}

/// The words of a cause.
pub(super) fn cause(text: &str) -> Option<&str> {
    without_bar(text).trimmed().strip_prefix(CAUSED)
}

/// The words of a task's error.
pub(super) fn nested(text: &str) -> Option<&str> {
    without_bar(text).trimmed().strip_prefix(NESTED)
}

/// What stands below a list of calls: where the file's expression begins that failed.
pub(super) fn is_trailer(text: &str) -> bool {
    let body = without_bar(text).trimmed();
    let begins = [
        "in expression starting at ",
        "during initialization of module ",
    ];
    let counted = body.starts_with("...and ") && body.ends_with(" more exceptions.");
    counted || begins.iter().any(|words| body.starts_with(words))
}

/// Where a call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place<'a> {
    /// Absolute, or of Julia's own library if it begins with `./`.
    pub(super) file: &'a str,
    /// In it.
    pub(super) line: u32,
    /// Whose function it is.
    pub(super) module: Option<&'a str>,
}

/// ` [2] load(n::Float64)`: the function, before 1.6 with its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Call<'a> {
    /// Without its arguments.
    pub(super) name: &'a str,
    /// On the same line.
    pub(super) place: Option<Place<'a>>,
}

/// A line of the list.
pub(super) fn call(text: &str) -> Option<Call<'_>> {
    let rest = without_bar(text).trimmed().strip_prefix('[')?;
    let (number, rest) = rest.parted(b']')?;
    let counted = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    let code = rest.strip_prefix(' ').filter(|_| counted)?;
    let parted = code.rsplit_once(" at ");
    let old = parted.and_then(|(code, place)| Some((code, location(place)?)));
    let (code, place) = match old {
        Some((code, place)) => (code, Some(place)),
        None => (code, None),
    };
    let name = name(code);
    (!name.is_empty()).then_some(Call { name, place })
}

/// The function's name, without arguments, type parameters, repetitions.
fn name(code: &str) -> &str {
    let code = code.trim();
    let code = match code.rsplit_once(" (repeats ") {
        Some((code, times)) if times.ends_with(" times)") => code,
        _ => code,
    };
    let mut depth = 0_usize;
    for (at, byte) in code.bytes().enumerate() {
        match byte {
            b'(' if depth == 0 && at > 0 => return code.get(..at).unwrap_or(code),
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    code
}

/// `   @ Base.Math ./math.jl:686 [inlined]`.
pub(super) fn place(text: &str) -> Option<Place<'_>> {
    location(without_bar(text).trimmed().strip_prefix("@ ")?)
}

fn location(text: &str) -> Option<Place<'_>> {
    let text = text.trim();
    let text = text.strip_suffix(" [inlined]").unwrap_or(text);
    let (rest, line) = text.parted_last(b':')?;
    let line = line.parse().ok()?;
    let is_module = |name: &str| {
        let sign = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '!' | '#' | '"');
        name.starts_with(char::is_uppercase) && name.chars().all(sign) && !name.contains('[')
    };
    let (module, file) = match rest.parted(b' ') {
        Some((module, file)) if is_module(module) => (Some(module), file),
        _ => (None, rest),
    };
    (!file.is_empty()).then_some(Place { file, line, module })
}

/// `--- the above 2 lines are repeated 3 more times ---`.
pub(super) fn is_repeat(text: &str) -> bool {
    let body = without_bar(text).trimmed();
    body.starts_with("--- the ") && body.ends_with(" ---")
        || body.starts_with("... (the last ") && body.ends_with(" times)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_have_name_and_place() {
        let read = |text| call(text).map(|c: Call<'_>| (c.name, c.place.map(|p| (p.file, p.line))));
        assert_eq!(read(" [3] load(n::Float64)"), Some(("load", None)));
        assert_eq!(
            read(" [2] find(::Int64) at /srv/store.jl:4 [inlined]"),
            Some(("find", Some(("/srv/store.jl", 4))))
        );
        assert_eq!(
            read("│     [4] (::var\"#5#6\"{Int64})()"),
            Some(("(::var\"#5#6\"{Int64})", None))
        );
        assert_eq!(
            read(" [1] deep(n::Int64) (repeats 9 times)"),
            Some(("deep", None))
        );
        assert_eq!(
            read(" [4] top-level scope"),
            Some(("top-level scope", None))
        );
        for no in ["[x] y", "[1]", "[INFO] up", "1] f()"] {
            assert_eq!(read(no), None, "{no}");
        }
        let read = |text| place(text).map(|p: Place<'_>| (p.module, p.file, p.line));
        assert_eq!(
            read("   @ Base.Math ./math.jl:686 [inlined]"),
            Some((Some("Base.Math"), "./math.jl", 686))
        );
        assert_eq!(read("   @ ./task.jl:352"), Some((None, "./task.jl", 352)));
        assert_eq!(
            read("   @ Main REPL[1]:1"),
            Some((Some("Main"), "REPL[1]", 1))
        );
        assert_eq!(
            read("   @ /My Files/x.jl:1"),
            Some((None, "/My Files/x.jl", 1))
        );
        assert_eq!(read("@ home"), None);
    }

    #[test]
    fn heads_tell_who_speaks() {
        let read = |text| head(text).map(|h: Head<'_>| (h.died, h.words));
        assert_eq!(read("ERROR: LoadError: x"), Some((true, "LoadError: x")));
        assert_eq!(
            read("┌ Error: order 17 failed"),
            Some((false, "order 17 failed"))
        );
        assert_eq!(read("Error: x"), None);
        assert_eq!(
            cause("caused by: KeyError: key 9 not found"),
            Some("KeyError: key 9 not found")
        );
        assert!(is_trailer("in expression starting at x.jl:3") && !is_trailer("in expression"));
    }
}
