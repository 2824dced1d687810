//! How Rails and loggers write class and message above a list of places. In: lines. Out: class and message.
//!
//! Each has its own way: `Class (message):`, `message (Class)`, `#<Class: message>`, `Class - message:`, `Class: message`.

use super::line;
use super::tracker::CAUSE;
use super::value::Said;
use crate::language::seek::Seek as _;

/// Above the exception itself, where Rails lists its causes.
const OWN: &str = "Information for: ";

/// `Class (message):`, then maybe a piece of source. Behind the list of its causes, the exception is named again.
pub(super) fn rails(lines: &[&str]) -> Option<Said> {
    let end = lines
        .iter()
        .rposition(|text| text.trimmed_end().ends_with("):"))?;
    let region = lines.get(..=end)?;
    let marked = |text: &&str| text.starts_with(OWN) || text.starts_with(CAUSE);
    let start = region.iter().rposition(marked);
    let start = start.or_else(|| region.iter().position(|text| opens(text).is_some()))?;
    let (first, rest) = region.get(start..)?.split_first()?;
    let (class, message) = opens(first)?;
    let mut message = message.to_owned();
    for line in rest {
        message.push('\n');
        message.push_str(line);
    }
    let message = message.trimmed_end().strip_suffix("):")?;
    Some(Said::new(class, message))
}

/// The class, and the message's first line, of `Class (message`, also behind other words and a colon.
fn opens(text: &str) -> Option<(&str, &str)> {
    let own = text.trimmed();
    let own = own
        .strip_prefix(OWN)
        .or(own.strip_prefix(CAUSE))
        .unwrap_or(own);
    let (before, message) = own.split_once(" (")?;
    if line::is_class(before) {
        return Some((before, message));
    }
    // `Error performing Job (Job ID: 1) in 5.2ms: Class (message):`
    let mut rest = own;
    while let Some((_, behind)) = rest.split_once(": ") {
        if let Some((class, message)) = behind.split_once(" (")
            && line::is_class(class)
        {
            return Some((class, message));
        }
        rest = behind;
    }
    None
}

/// `#<Class: message>`, `Class: message`, `Class - message:`, also behind other words.
pub(super) fn named(text: &str) -> Option<Said> {
    let text = text.trimmed_end();
    inspected(text)
        .or_else(|| dashed(text))
        .or_else(|| colon(text))
        .or_else(|| is_error(text).then(|| Said::new(text, "")))
}

fn inspected(text: &str) -> Option<Said> {
    let (_, inner) = text.strip_suffix('>')?.split_once("#<")?;
    let (class, message) = inner.split_once(": ").or_else(|| inner.split_once(":\""))?;
    line::is_class(class).then(|| Said::new(class, message.trim_end_matches('"')))
}

pub(super) fn dashed(text: &str) -> Option<Said> {
    let mut rest = text;
    loop {
        if let Some((class, message)) = rest.split_once(" - ")
            && let Some(class) = class.rsplit(' ').next()
            && is_error(class)
        {
            let message = message.strip_suffix(':').unwrap_or(message);
            return Some(Said::new(class, message));
        }
        rest = rest.split_once(" - ")?.1;
    }
}

fn colon(text: &str) -> Option<Said> {
    let mut rest = text.trim_start();
    loop {
        let (class, message) = rest.split_once(": ")?;
        // What stands before may end in a blank: `ERROR Class: message`.
        let class = class.rsplit(' ').next().unwrap_or(class);
        if is_error(class) {
            return Some(Said::new(class, message));
        }
        rest = message;
    }
}

/// Is this a class's name that reads like an exception's? Any word may begin with a capital letter.
pub(super) fn is_error(text: &str) -> bool {
    const ENDS: &[&str] = &[
        "Error",
        "Exception",
        "Interrupt",
        "Timeout",
        "Failure",
        "Invalid",
        "NotFound",
    ];
    let ends = ENDS.iter().any(|end| text.ends_with(end));
    line::is_class(text) && (ends || text.contains("::"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(said: Option<Said>) -> Option<(String, String)> {
        said.map(|said| (said.class, said.message))
    }

    fn both(class: &str, message: &str) -> (String, String) {
        (class.to_owned(), message.to_owned())
    }

    #[test]
    fn as_rails_writes() {
        let of = |lines: &[&str]| pair(rails(lines));
        assert_eq!(
            of(&["  ", "A::E (x (y): z):"]),
            Some(both("A::E", "x (y): z"))
        );
        assert_eq!(
            of(&["E (a", "", "  b", "  ^):"]),
            Some(both("E", "a\n\n  b\n  ^"))
        );
        assert_eq!(
            of(&["E (a):", "    1: <h1>", "    2: x"]),
            Some(both("E", "a"))
        );
        let job = "Error performing Job (Job ID: 1) from Async in 5.2ms: E (boom):";
        assert_eq!(of(&[job]), Some(both("E", "boom")));
        let causes = ["E (a)", "Caused by: C (b)", "", "Information for: E (a):"];
        assert_eq!(of(&causes), Some(both("E", "a")));
        assert_eq!(of(&["all is well"]), None);
    }

    #[test]
    fn as_others_write() {
        let of = |text: &str| pair(named(text));
        assert_eq!(
            of("Rack app (\"GET /\"): #<KeyError: no x>"),
            Some(both("KeyError", "no x"))
        );
        assert_eq!(
            of("2026 - RuntimeError - boom:"),
            Some(both("RuntimeError", "boom"))
        );
        assert_eq!(of("failed: A::B: boom: x"), Some(both("A::B", "boom: x")));
        assert_eq!(
            of("ERROR RuntimeError: boom"),
            Some(both("RuntimeError", "boom"))
        );
        assert_eq!(of("Started: now"), None);
    }
}
