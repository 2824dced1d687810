//! Lines by themselves. In: one line. Out: what it is, without regard to the lines around it.
//!
//! Everything stands on a place, `path:12:in 'label'`: with a message behind it, it heads a crash; with `from ` before it,
//! it is a caller; alone, it is an element of a printed `backtrace`.

use crate::bounds::{FRAME_PATH_BYTES_MAX, TYPE_NAME_BYTES_MAX};
use crate::language::seek::{Bytes, Seek as _, Word};
pub(super) use crate::language::seek::{dedent, indent, text};

/// Before the label, quoted as up to Ruby 3.3.
pub(super) const IN_OLD: &str = ":in `";
/// Before the label, quoted as since 3.4.
pub(super) const IN: &str = ":in '";
/// Above a crash that ended a finalizer.
pub(super) const FINALIZER: &str = ": warning: Exception in finalizer ";
/// What the runtime says of a thread that died.
pub(super) const THREAD_DIED: Word = Word::new(
    "terminated with exception (report_on_exception is true)",
    17,
);
/// A file that cannot be read as Ruby has no label.
pub(super) const SYNTAX: &str = ": syntax error, ";
/// The same since 3.2 and in `require`.
pub(super) const SYNTAX_CLASS: &str = "(SyntaxError)";
/// Before the request, where Puma says what an application raised.
pub(super) const RACK: &str = "Rack app (";
/// Above a trace that is printed oldest call first.
pub(super) const TRACEBACK: &str = "Traceback (most recent call last):";

const MARK: Word = Word::new(":in ", 0);
const NAME: Bytes = Bytes::and_alphanumeric("_:");
const NO_PATH: Bytes = Bytes::of("\"'`{}=|;,#");
const CARETS: Bytes = Bytes::of("^~ \t");

/// What a program's own lines are in.
pub(super) const MAIN: &str = "<main>";

/// `path:12:in 'label'`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place<'a> {
    /// As printed.
    pub(super) path: &'a str,
    /// From 1; code without lines has none.
    pub(super) line: Option<u32>,
    /// Without its quotes.
    pub(super) label: Option<&'a str>,
    /// Quoted as since 3.4.
    pub(super) modern: bool,
}

impl Place<'_> {
    /// Is it called from nowhere? Then no callers are printed.
    pub(super) fn is_outermost(&self) -> bool {
        self.label.is_none_or(|label| label.ends_with(MAIN))
    }
}

/// A place with what stands before and behind it on the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found<'a> {
    /// Tags and words.
    pub(super) lead: &'a str,
    /// The place.
    pub(super) place: Place<'a>,
    /// Behind its label.
    pub(super) rest: &'a str,
}

/// The first line of a crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head<'a> {
    /// Words before the place.
    pub(super) lead: &'a str,
    /// Where it was raised.
    pub(super) place: Place<'a>,
    /// The message's first line, with the class behind it.
    pub(super) said: &'a str,
}

/// Is nothing on the line, tags aside?
pub(super) fn is_blank(text: &str) -> bool {
    untagged(text).trimmed().is_empty()
}

/// `[req-16] [10.0.0.1] text`: Rails puts its tags before every line.
pub(super) fn untagged(text: &str) -> &str {
    let mut rest = text;
    while let Some(tag) = rest.strip_prefix('[') {
        let Some((tag, behind)) = tag.parted(b']') else {
            break;
        };
        if tag.is_empty() || tag.contains('[') {
            break;
        }
        match behind.strip_prefix(' ') {
            Some(behind) => rest = behind,
            None => break,
        }
    }
    rest
}

/// The place on a line that has one.
pub(super) fn find(text: &str) -> Option<Found<'_>> {
    let text = text.trimmed();
    let (before, behind) = MARK.parts(text)?;
    let modern = behind.starts_with('\'');
    let quoted = behind.strip_prefix(['\'', '`'])?;
    let (label, rest) = label(quoted)?;
    let (path, line) = numbered(before);
    let (lead, path) = led(path)?;
    let place = Place {
        path,
        line,
        label: Some(label),
        modern,
    };
    Some(Found { lead, place, rest })
}

/// The label up to its closing quote; a name may hold one, too.
fn label(quoted: &str) -> Option<(&str, &str)> {
    let closes = |at: &usize| {
        let behind = quoted.get(at + 1..).unwrap_or_default();
        behind.is_empty() || behind.starts_with(':')
    };
    let at = memchr::memchr_iter(b'\'', quoted.as_bytes()).find(closes)?;
    let (label, rest) = (quoted.get(..at)?, quoted.get(at + 1..)?);
    (!label.is_empty()).then_some((label, rest))
}

/// `path:12`; code that was given as text may have no line.
fn numbered(text: &str) -> (&str, Option<u32>) {
    let parts = text.parted_last(b':');
    let line = parts.and_then(|(path, line)| Some((path, number(line)?)));
    line.map_or((text, None), |(path, line)| (path, Some(line)))
}

fn number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// Parts the path from what stands before it.
fn led(text: &str) -> Option<(&str, &str)> {
    if is_path(text) {
        return Some(("", text));
    }
    let behind_tags = untagged(text);
    if is_path(behind_tags) {
        let lead = text.get(..text.len() - behind_tags.len())?;
        return Some((lead, behind_tags));
    }
    let at = text.rfind(": ")? + 2;
    let (lead, path) = (text.get(..at)?, text.get(at..)?);
    is_path(path).then_some((lead, path))
}

/// May this be a path as Ruby prints them? One with blanks is absolute, or in a gem as Rails writes it.
fn is_path(text: &str) -> bool {
    let long = text.len() > FRAME_PATH_BYTES_MAX;
    if text.is_empty() || long {
        return false;
    }
    let absolute = text.starts_with('/') || text.get(1..3).is_some_and(|t| t == ":/");
    let named = text.starts_with("(eval") || text.starts_with("(irb") || text.starts_with("(pry");
    let internal = text.starts_with('<') && text.ends_with('>');
    if named || internal {
        return true;
    }
    if absolute {
        return !text.contains(": ");
    }
    if let Some((_, _, path)) = in_gem(text) {
        return !path.contains(' ');
    }
    let plain = !text.bytes().any(|b| b.is_ascii_whitespace()) && !NO_PATH.hold_any(text);
    plain && !text.starts_with(['[', '(', '<', ':'])
}

/// `activerecord (7.0.4) lib/active_record/core.rb`: Rails' cleaner names the gem.
pub(super) fn in_gem(text: &str) -> Option<(&str, &str, &str)> {
    let (gem, rest) = text.split_once(" (")?;
    let (version, path) = rest.split_once(") ")?;
    let names = !gem.is_empty() && !gem.contains([' ', '/', ':']);
    let counts = version.starts_with(|c: char| c.is_ascii_digit()) && !version.contains(' ');
    (names && counts).then_some((gem, version, path))
}

/// An element of a printed backtrace: a place and nothing else, tags aside.
pub(super) fn listed(text: &str) -> Option<Place<'_>> {
    let found = find(text)?;
    let tags = found.lead.is_empty() || found.lead.ends_with("] ");
    (tags && found.rest.is_empty()).then_some(found.place)
}

/// `from path:12:in 'label'`, a caller.
pub(super) fn from(text: &str) -> Option<Place<'_>> {
    let behind = untagged(text).trimmed().strip_prefix("from ")?;
    if let Some(found) = find(behind) {
        return (found.lead.is_empty() && found.rest.is_empty()).then_some(found.place);
    }
    let (path, line) = numbered(behind);
    (line.is_some() && is_path(path)).then_some(Place {
        path,
        line,
        label: None,
        modern: false,
    })
}

/// `2: from path:12:in 'label'`, a caller in a trace that is printed oldest call first.
pub(super) fn counted(text: &str) -> Option<Place<'_>> {
    let (count, behind) = untagged(text).trimmed().split_once(": ")?;
    number(count)?;
    behind.starts_with("from ").then(|| from(behind)).flatten()
}

/// ` ... 10908 levels...`: how many.
pub(super) fn elided(text: &str) -> Option<usize> {
    let levels = untagged(text)
        .trimmed()
        .strip_prefix("... ")
        .and_then(|rest| rest.strip_suffix(" levels..."));
    levels.and_then(number).map(|count| count as usize)
}

/// The first line of a crash.
pub(super) fn head(text: &str) -> Option<Head<'_>> {
    let Some(found) = find(text) else {
        return unlabelled(text);
    };
    let said = found.rest.strip_prefix(": ")?;
    is_said(said).then_some(Head {
        lead: found.lead,
        place: found.place,
        said,
    })
}

/// The first line of a crash, whether its class has a name or none.
pub(super) fn any_head(text: &str) -> Option<Head<'_>> {
    head(text).or_else(|| nameless(text))
}

/// The first line of a crash, whose class may have no name where the crash was announced.
pub(super) fn head_behind(text: &str, announced: bool) -> Option<Head<'_>> {
    head(text).or_else(|| nameless(text).filter(|_| announced))
}

/// The first line of a crash whose class has no name: the runtime prints the words alone. A caller behind it, or what
/// announces it, has to show that it is one.
pub(super) fn nameless(text: &str) -> Option<Head<'_>> {
    let found = find(text)?;
    let said = found.rest.strip_prefix(": ")?;
    let own = !said.is_empty() && !is_said(said) && !said.starts_with("warning: ");
    let raised = own && found.lead.is_empty() && found.place.line.is_some();
    raised.then_some(Head {
        lead: found.lead,
        place: found.place,
        said,
    })
}

/// Does the class stand behind these words, or all that is said where there are none?
fn is_said(said: &str) -> bool {
    class_behind(said).is_some() || is_class(said) || said == UNHANDLED
}

/// Is a class told, or known, by these words of a crash's first line?
pub(super) fn tells_class(said: &str) -> bool {
    is_said(said) || said.contains("syntax error") || said.ends_with(SYNTAX_CLASS)
}

/// What is printed for a `RuntimeError` without a message.
pub(super) const UNHANDLED: &str = "unhandled exception";

/// `shop.rb:3: syntax error, unexpected end-of-input (SyntaxError)`.
fn unlabelled(text: &str) -> Option<Head<'_>> {
    let text = text.trimmed();
    let says = text.ends_with(SYNTAX_CLASS) || text.contains(SYNTAX);
    if !says {
        return None;
    }
    let (before, said) = text.split_once(": ")?;
    let (path, line) = numbered(before);
    let (lead, path) = led(path)?;
    let place = Place {
        path,
        line: Some(line?),
        label: None,
        modern: false,
    };
    let begins = said.starts_with("syntax error") || said.ends_with(SYNTAX_CLASS);
    begins.then_some(Head { lead, place, said })
}

/// `shop.rb:4: …`: the next error of the same file.
pub(super) fn is_next_error(text: &str, path: &str) -> bool {
    let behind = text.trimmed().strip_prefix(path);
    let behind = behind.and_then(|rest| rest.strip_prefix(':'));
    behind.is_some_and(|rest| {
        rest.split_once(": ")
            .is_some_and(|(n, _)| number(n).is_some())
    })
}

/// Message and class of `message (Shop::Error)`.
pub(super) fn class_behind(said: &str) -> Option<(&str, &str)> {
    let inner = said.trimmed_end().strip_suffix(')')?;
    let (message, class) = inner.parted_last(b'(')?;
    let message = message
        .strip_suffix(' ')
        .or(message.is_empty().then_some(""))?;
    is_class(class).then_some((message, class))
}

/// May this be a class's name? An anonymous one has an address.
pub(super) fn is_class(text: &str) -> bool {
    if text.len() > TYPE_NAME_BYTES_MAX {
        return false;
    }
    if let Some(inner) = text.strip_prefix("#<Class:") {
        return inner.ends_with('>') && !inner.contains(' ');
    }
    let upper = text.chars().next().is_some_and(char::is_uppercase);
    let name = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    upper && (NAME.hold_all(text) || text.chars().all(name)) && !text.ends_with(':')
}

/// `#<Thread:0x… worker.rb:3 run> terminated with exception (report_on_exception is true):`.
pub(super) fn is_thread_death(text: &str) -> bool {
    THREAD_DIED.is_in(text) && text.contains("#<Thread:")
}

/// `Rack app ("GET /orders" - (127.0.0.1)): #<Shop::Error: boom>`, as Puma writes it; frames may follow.
pub(super) fn is_rack(text: &str) -> bool {
    let behind = text.split_once(RACK).map(|(_, behind)| behind);
    behind.is_some_and(|rest| rest.contains("): #<") && rest.trimmed_end().ends_with('>'))
}

/// The name that the thread was given.
pub(super) fn thread_name(text: &str) -> Option<&str> {
    let (_, inner) = text.split_once("#<Thread:")?;
    let (inner, _) = inner.split_once("> ")?;
    let first = inner.split(' ').next()?;
    let (_, name) = first.split_once('@')?;
    (!name.is_empty()).then_some(name)
}

/// `^^^^~~`: marks what failed on the line above.
pub(super) fn is_mark(text: &str) -> bool {
    text.contains('^') && CARETS.hold_all(text)
}

/// `Did you mean?  name`, a guess of the runtime.
pub(super) fn is_guess(text: &str) -> bool {
    text.trim_start().starts_with("Did you mean?")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Option<(&str, Option<u32>, Option<&str>)> {
        listed(text).map(|p| (p.path, p.line, p.label))
    }

    #[test]
    fn places() {
        assert_eq!(
            told("/srv/app/x.rb:5:in `block (2 levels) in f'"),
            Some(("/srv/app/x.rb", Some(5), Some("block (2 levels) in f")))
        );
        assert_eq!(
            told("[req-16] [10.0.0.1] lib/x.rb:5:in 'A::B#f'"),
            Some(("lib/x.rb", Some(5), Some("A::B#f")))
        );
        assert_eq!(
            told("activerecord (7.0.4) lib/active_record/core.rb:284:in `find'"),
            Some((
                "activerecord (7.0.4) lib/active_record/core.rb",
                Some(284),
                Some("find")
            ))
        );
        assert_eq!(
            told("(eval at /srv/x.rb:4):1:in 'Integer#/'"),
            Some(("(eval at /srv/x.rb:4)", Some(1), Some("Integer#/")))
        );
        assert_eq!(
            told("-e:in 'Kernel.eval'"),
            Some(("-e", None, Some("Kernel.eval")))
        );
        assert_eq!(
            told("<internal:kernel>:187:in 'loop'"),
            Some(("<internal:kernel>", Some(187), Some("loop")))
        );
        for no in [
            "  # ./spec/x_spec.rb:3:in 'f'",
            "  ↳ app/models/user.rb:5:in `find'",
            "see x.rb:3:in 'f' for more",
            "app/x.rb:5:in 'f': boom (E)",
            "app/x.rb:5:in ''",
            "GET:in 'x' and so on",
        ] {
            assert_eq!(told(no), None, "{no}");
        }
    }

    #[test]
    fn heads_of_crashes() {
        let told = |text| head(text).map(|h| (h.lead, h.place.path, h.said));
        assert_eq!(
            told("a.rb:1:in `f': boom (E)"),
            Some(("", "a.rb", "boom (E)"))
        );
        assert_eq!(
            told("worker: /srv/a.rb:1:in 'f': x: y (A::E)"),
            Some(("worker: ", "/srv/a.rb", "x: y (A::E)"))
        );
        assert_eq!(
            told("a.rb:1:in 'f': unhandled exception"),
            Some(("", "a.rb", UNHANDLED))
        );
        assert_eq!(
            told("a.rb:3: syntax error, unexpected `end'"),
            Some(("", "a.rb", "syntax error, unexpected `end'"))
        );
        assert_eq!(told("a.rb:1:in 'f': warning: old"), None);
        assert_eq!(told("bash: line 3: syntax error, near"), None);
    }

    #[test]
    fn classes() {
        for yes in [
            "A",
            "Shop::Error",
            "Errno::ENOENT",
            "#<Class:0x0000>",
            "Größe::Ошибка",
        ] {
            assert!(is_class(yes), "{yes}");
        }
        for no in ["", "a", "A b", "Error:", "12", "#<Class:0x0 y>"] {
            assert!(!is_class(no), "{no}");
        }
        assert_eq!(class_behind("a (b) (C::D)"), Some(("a (b)", "C::D")));
        assert_eq!(class_behind("a (b)"), None);
    }

    #[test]
    fn callers() {
        assert_eq!(from("\tfrom x.rb:3:in `f'").unwrap().line, Some(3));
        assert_eq!(from("\tfrom x.rb:3").unwrap().label, None);
        assert_eq!(from("from here on"), None);
        assert_eq!(counted("\t 12: from x.rb:3:in `f'").unwrap().path, "x.rb");
        assert_eq!(elided("\t ... 10908 levels..."), Some(10_908));
        assert_eq!(elided("... many levels..."), None);
        assert_eq!(
            thread_name("#<Thread:0x00@charger-1 threads.rb:3 run> terminated"),
            Some("charger-1")
        );
    }
}
