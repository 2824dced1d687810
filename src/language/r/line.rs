//! The shapes of lines that R prints. In: one line. Out: what it is by itself, without regard to the lines around it.

use crate::language::seek::{Bytes, Seek as _};
pub(super) use crate::language::seek::{dedent, indent, text};

/// Before the call in which an error arose.
pub(super) const ERROR_IN: &str = "Error in ";
/// R's last words.
pub(super) const HALTED: &str = "Execution halted";
/// Before the functions, outermost first.
pub(super) const CALLS: &str = "Calls: ";
/// Above rlang's tree of calls.
pub(super) const BACKTRACE: &str = "Backtrace:";
/// Before the warnings that came with the error.
const IN_ADDITION: &str = "In addition: Warning message";
/// Before rlang's words.
pub(super) const BANG: &str = "! ";

static NAME: Bytes = Bytes::and_alphanumeric("._:<>`-");

/// The first line of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head<'a> {
    /// What was called, as code; empty at top level.
    pub(super) call: &'a str,
    /// As far as they are told here.
    pub(super) words: &'a str,
    /// The condition's class, where it is printed.
    pub(super) class: Option<&'a str>,
    /// It is rlang's way to say it.
    pub(super) quoted: bool,
}

impl Head<'_> {
    /// The words stand on the lines below.
    pub(super) fn goes_on(&self) -> bool {
        self.words.is_empty()
    }
}

/// `Error in charge(total) : words`, rlang's ``Error in `f()`:``, shiny's `Warning: Error in f: words`, a printed condition
/// (`<simpleError in f(x): words>`).
pub(super) fn head(text: &str) -> Option<Head<'_>> {
    let body = text.trimmed();
    if let Some(rest) = body.strip_prefix(ERROR_IN) {
        return call(rest);
    }
    if let Some(rest) = body
        .strip_prefix("Warning: ")
        .and_then(|rest| rest.strip_prefix(ERROR_IN))
    {
        let (call, words) = rest.split_once(": ")?;
        return is_code(call).then_some(Head {
            call,
            words,
            class: None,
            quoted: false,
        });
    }
    let printed = body.strip_prefix('<')?.strip_suffix('>')?;
    let (class, rest) = printed.split_once(" in ")?;
    let (call, words) = rest.split_once("): ")?;
    let call = rest.get(..call.len() + 1)?;
    (class.ends_with("Error") && NAME.hold_all(class)).then_some(Head {
        call,
        words,
        class: Some(class),
        quoted: false,
    })
}

fn call(rest: &str) -> Option<Head<'_>> {
    let (call, words) = if let Some(quoted) = rest.strip_prefix('`') {
        let (call, behind) = quoted.parted(b'`')?;
        let place = behind
            .strip_prefix(" at ")
            .and_then(|rest| rest.trimmed_end().strip_suffix(':'));
        match place.and_then(tree_place) {
            Some(_) => (call, ""),
            None => (call, behind.strip_prefix(':')?.trim_start()),
        }
    } else if let Some(call) = rest.trimmed_end().strip_suffix(" :") {
        (call, "")
    } else {
        rest.split_once(" : ")?
    };
    is_code(call).then_some(Head {
        call: call.trim_end(),
        words,
        class: None,
        quoted: rest.starts_with('`'),
    })
}

/// Is it a call rather than a part of a sentence?
fn is_code(call: &str) -> bool {
    let signs = ['(', '$', '[', '+', '*', '=', '<', '-', '/'];
    !call.is_empty() && (!call.contains(' ') || call.contains(signs))
}

/// The first line of an error that names no call: its words.
pub(super) fn bare(text: &str) -> Option<&str> {
    let rest = text.trimmed().strip_prefix("Error:")?;
    (rest.is_empty() || rest.starts_with(' ')).then(|| rest.trim_start())
}

/// ``Caused by error in `f()`:``.
pub(super) fn is_cause(text: &str) -> bool {
    let rest = text.trimmed().strip_prefix("Caused by error");
    let call = rest.and_then(|rest| rest.strip_suffix(':'));
    call.is_some_and(|call| call.is_empty() || (call.starts_with(" in `") && call.ends_with('`')))
}

/// A line that only stands below an error's words.
pub(super) fn is_mark(text: &str) -> bool {
    let body = text.trimmed();
    body.starts_with(CALLS) || body.starts_with(IN_ADDITION) || body == BACKTRACE
}

/// The functions of `Calls: print -> place -> charge`, outermost first.
pub(super) fn calls(text: &str) -> Option<impl Iterator<Item = &str>> {
    let rest = text.trimmed().strip_prefix(CALLS)?;
    Some(rest.split(" -> ").flat_map(|part| part.split(" ... ")))
}

/// One call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Call<'a> {
    /// The package, or `global`.
    pub(super) owner: Option<&'a str>,
    /// What was called.
    pub(super) name: &'a str,
    /// Where, if that is known: where it was called, or (shiny) where it goes on.
    pub(super) place: Option<(&'a str, u32)>,
    /// The place is within the function.
    pub(super) within: bool,
}

/// The function of a call's code: `base::stop("x")`, `charge(total)`.
pub(super) fn called(code: &str) -> Option<Call<'_>> {
    let code = code.trimmed();
    let name = code.split('(').next().unwrap_or(code).trim_end();
    let (owner, name) = match name.rsplit_once("::") {
        Some((owner, name)) => (Some(owner.trim_end_matches(':')), name),
        None => (None, name),
    };
    (!name.is_empty() && NAME.hold_all(name)).then_some(Call {
        owner,
        name,
        place: None,
        within: false,
    })
}

/// A line of rlang's tree: ` 2.   └─global f(1) at shop.R:3:5`.
pub(super) fn branch(text: &str) -> Option<Call<'_>> {
    let (number, rest) = text.trimmed().split_once(". ")?;
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let lines = |c: char| matches!(c, '│' | '├' | '└' | '─' | '|' | '\\' | '-' | '+' | ' ');
    let code = rest.trim_start_matches(lines);
    if code.len() == rest.len() {
        return None;
    }
    let (code, place) = match code.rsplit_once(" at ") {
        Some((code, place)) if tree_place(place).is_some() => (code, tree_place(place)),
        _ => (code, None),
    };
    for (words, owner) in [("global ", "global"), ("base (local) ", "base")] {
        if let Some(code) = code.strip_prefix(words) {
            let call = called(code)?;
            return Some(Call {
                owner: Some(owner),
                place,
                ..call
            });
        }
    }
    Some(Call {
        place,
        ..called(code)?
    })
}

/// Above the tree.
pub(super) fn is_crown(text: &str) -> bool {
    matches!(text.trimmed(), "▆" | "█" | "x")
}

fn tree_place(place: &str) -> Option<(&str, u32)> {
    let (rest, column) = place.parted_last(b':')?;
    let (file, line) = rest.parted_last(b':')?;
    let _: u32 = column.parse().ok()?;
    Some((file, line.parse().ok()?))
}

/// The number of a call in `traceback()`'s list or shiny's: the list begins at the innermost, and 1 ends it.
pub(super) fn number(text: &str) -> Option<u32> {
    numbered(text)?;
    let (number, _) = text.trimmed().split_once(": ")?;
    number.parse().ok()
}

/// A line of `traceback()`, `3: stop("x") at shop.R#3`, or shiny's, ` 52: charge [/srv/app.R#12]`.
pub(super) fn numbered(text: &str) -> Option<Call<'_>> {
    let (number, code) = text.trimmed().split_once(": ")?;
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let bracketed = code.strip_suffix(']').and_then(|c| c.rsplit_once(" ["));
    let (code, place) = match bracketed {
        Some((code, place)) => (code, source_place(place)),
        None => match code.rsplit_once(" at ") {
            Some((code, place)) if source_place(place).is_some() => (code, source_place(place)),
            _ => (code, None),
        },
    };
    if code.trimmed() == "(function ()" {
        return Some(Call {
            owner: None,
            name: "",
            place: None,
            within: false,
        });
    }
    let call = called(code)?;
    Some(Call {
        place,
        within: bracketed.is_some(),
        ..call
    })
}

fn source_place(place: &str) -> Option<(&str, u32)> {
    let (file, line) = place.parted_last(b'#')?;
    Some((file, line.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_have_call_and_words() {
        let read = |text| head(text).map(|h: Head<'_>| (h.call, h.words));
        assert_eq!(
            read("Error in charge(total) : insufficient funds: short"),
            Some(("charge(total)", "insufficient funds: short"))
        );
        assert_eq!(read("Error in f(1,  : "), Some(("f(1,", "")));
        assert_eq!(read("Error in `g()`:"), Some(("g()", "")));
        assert_eq!(read("Error in `f()` at a.R:4:9:"), Some(("f()", "")));
        assert_eq!(
            read("Warning: Error in charge: short"),
            Some(("charge", "short"))
        );
        let printed = head("<simpleError in f(x): bad>").unwrap();
        assert_eq!(
            (printed.call, printed.words, printed.class),
            ("f(x)", "bad", Some("simpleError"))
        );
        for no in [
            "Error in the module : x",
            "Error in process <0.1.0>",
            "Error in f",
        ] {
            assert_eq!(read(no), None, "{no}");
        }
        assert_eq!(bare("Error: closed"), Some("closed"));
        assert!(is_cause("Caused by error in `f()`:") && !is_cause("Caused by errors:"));
    }

    #[test]
    fn calls_have_owner_name_and_place() {
        let read = |c: Option<Call<'static>>| c.map(|c| (c.owner, c.name, c.place));
        assert_eq!(
            read(branch(" 2.   └─global f(1) at shop.R:3:5")),
            Some((Some("global"), "f", Some(("shop.R", 3))))
        );
        assert_eq!(
            read(branch(" 3.   │ └─base (local) tryCatchList(expr, classes)")),
            Some((Some("base"), "tryCatchList", None))
        );
        assert_eq!(
            read(branch(" 3.     \\-rlang::abort(\"x\")")),
            Some((Some("rlang"), "abort", None))
        );
        assert_eq!(branch(" 1. we begin"), None);
        assert_eq!(
            read(numbered("3: stop(\"x: y\") at shop.R#3")),
            Some((None, "stop", Some(("shop.R", 3))))
        );
        assert_eq!(
            read(numbered("   99: charge [/srv/app.R#12]")),
            Some((None, "charge", Some(("/srv/app.R", 12))))
        );
        assert_eq!(numbered("1: x <- function( {"), None);
        let names: Vec<&str> = calls("Calls: print -> place -> charge").unwrap().collect();
        assert_eq!(names, ["print", "place", "charge"]);
    }
}
