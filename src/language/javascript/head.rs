//! Where the error begins. In: what stands before the first frame. Out: the line that names the error, its message's lines,
//! the place of the throw, and the words before it all.
//!
//! Node prints `file:line`, the source line, carets, a blank line, and then the error; Bun numbered source lines and carets.
//! Where none of that stands, the nearest line that names an error is taken.

use super::line;
use super::site::{Site, by_numbers, by_site};
use super::thrown::{self, Thrown};
use crate::language::seek::Seek as _;

/// What the record holds besides its lines.
pub(super) struct Before {
    /// Lines between the log header and the first frame.
    pub(super) preamble: Vec<String>,
    /// The log header's message.
    pub(super) message: Option<String>,
    /// Messages of the log records before, oldest first.
    pub(super) crumbs: Vec<String>,
}

/// How the error's own line was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Kind {
    /// By nothing: there is none, but the log record's words.
    Nameless,
    /// Among the lines before the first frame.
    Line,
    /// In the log header's message.
    Message,
    /// Each line has the header: in the record before.
    Crumb,
    /// It is the record's first line.
    First,
    /// What was thrown is no error.
    Value,
    /// No error: what would name it is not in the text, or nothing was thrown.
    #[default]
    Nothing,
}

/// The beginning of an error.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Head {
    pub(super) kind: Kind,
    /// Words before the name on its line.
    pub(super) lead: String,
    /// Lines above all that.
    pub(super) above: Vec<String>,
    pub(super) site: Option<Site>,
    /// The place of the throw stood at its line's beginning: the runtime printed it, not a logger.
    pub(super) announced: bool,
    /// From the name on: its line, and those up to the first frame.
    pub(super) lines: Vec<String>,
    /// The column of the name's line.
    pub(super) column: usize,
    /// So many of the record's lines are a stack that the message quotes.
    pub(super) quoted: usize,
}

impl Head {
    /// `console.trace` prints where it is called; nothing was thrown.
    pub(super) fn is_console_trace(&self) -> bool {
        let first = self.lines.first().map_or("", String::as_str);
        !self.announced && is_trace(first)
    }
}

fn is_trace(text: &str) -> bool {
    text == "Trace" || text.starts_with("Trace: ")
}

/// Finds the beginning.
pub(super) fn find(before: &Before, lines: &[&str]) -> Head {
    let first = lines.first().copied().unwrap_or_default();
    if first.starts_with(line::UNCAUGHT_VALUE) || line::is_farewell(first) {
        return frameless(before);
    }
    if !line::is_frame(first) {
        return Head {
            kind: Kind::First,
            lines: vec![from_name(first)],
            above: before.preamble.clone(),
            ..Head::default()
        };
    }
    let column = line::indent(first).saturating_sub(4);
    let own_header = before
        .message
        .as_deref()
        .is_some_and(|m| m.trimmed() == first.trimmed());
    if own_header {
        let above = before.crumbs.iter().chain(&before.preamble);
        return Head {
            column,
            ..in_crumbs(&above.cloned().collect::<Vec<_>>())
        };
    }
    let quoted = if column == 0 { quoted(lines) } else { 0 };
    let placed = by_site(&before.preamble).or_else(|| by_numbers(&before.preamble));
    let mut head = placed.map_or_else(|| by_name(before, column), enclosed);
    if before.preamble.last().is_some_and(|l| line::is_aside(l)) {
        // Of a value, the frames are where it was thrown; of an error that is not in the text, they are not its own.
        head.kind = match head.site {
            Some(_) => Kind::Value,
            None => Kind::Nothing,
        };
    }
    Head { quoted, ..head }
}

/// No frames are printed: an error in brackets, or a value that is no error, behind the carets.
fn frameless(before: &Before) -> Head {
    // A text that is a record's message has its first line there; lines with headers of their own are the records before.
    let message = before.message.iter().chain(&before.preamble);
    let message: Vec<String> = message.cloned().collect();
    let crumbs = before.crumbs.iter().chain(&before.preamble);
    let crumbs: Vec<String> = crumbs.cloned().collect();
    let found = by_site(&before.preamble)
        .or_else(|| by_site(&message))
        .or_else(|| by_site(&crumbs));
    let Some(mut head) = found else {
        return Head {
            kind: Kind::Nothing,
            ..Head::default()
        };
    };
    while head.lines.last().is_some_and(|l| line::is_blank(l)) {
        head.lines.pop();
    }
    let named = head.lines.first().and_then(|l| thrown::at_start(l, true));
    if !named.is_some_and(|t| t.bracketed) {
        head.kind = Kind::Value;
    }
    head
}

/// How many lines are a stack that the message quotes: frames, then words at the error's column, then the error's own frames.
fn quoted(lines: &[&str]) -> usize {
    let Some(odd) = lines.iter().position(|l| !line::is_frame(l)) else {
        return 0;
    };
    if !lines.iter().skip(odd).any(|l| line::is_frame(l)) {
        return 0;
    }
    let plain = |text: &&&str| {
        line::is_frame(text)
            || !(line::is_farewell(text) || line::is_aside(text) || line::caused_by(text).is_some())
    };
    let opens = |text: &&str| line::frame(text).is_some_and(|f| f.tail == line::Tail::Opens);
    let stack = lines.iter().take_while(plain).count();
    let stack = lines.iter().take(stack).position(opens).unwrap_or(stack);
    let stack = lines.get(..stack).unwrap_or_default();
    let loose = |text: &&str| {
        !line::is_blank(text)
            && !line::is_frame(text)
            && line::elided(text).is_none()
            && line::collapsed(text).is_none()
            && !line::is_closer(text)
    };
    let last = stack.iter().rposition(loose);
    last.filter(|at| stack.iter().skip(at + 1).any(|l| line::is_frame(l)))
        .map_or(0, |at| at + 1)
}

/// Each line has a log header of its own: the error's line is the message of a record before.
fn in_crumbs(crumbs: &[String]) -> Head {
    if let Some(head) = by_site(crumbs).or_else(|| by_numbers(crumbs)) {
        return Head {
            kind: Kind::Crumb,
            ..head
        };
    }
    let named = |text: &String| {
        thrown::strong(text)
            .or_else(|| thrown::weak(text))
            .is_some()
    };
    // Frames above are another error's.
    let frames = crumbs.iter().rposition(|text| line::is_frame(text));
    let crumbs = crumbs.get(frames.map_or(0, |at| at + 1)..);
    let crumbs = crumbs.unwrap_or_default();
    let Some(at) = crumbs.iter().rposition(named) else {
        let last = crumbs.last().map_or("", |text| text.trimmed());
        return Head {
            lines: vec![last.to_owned()],
            kind: if is_named(last) {
                Kind::Crumb
            } else {
                Kind::Nothing
            },
            ..Head::default()
        };
    };
    let own = crumbs.get(at..).unwrap_or_default();
    let Some((lead, rest)) = own.first().and_then(|text| split(text)) else {
        return Head::default();
    };
    let more = own.iter().skip(1).cloned();
    Head {
        kind: Kind::Crumb,
        lead,
        lines: std::iter::once(rest).chain(more).collect(),
        ..Head::default()
    }
}

fn by_name(before: &Before, column: usize) -> Head {
    let lines = &before.preamble;
    let strong = lines.iter().rposition(|l| thrown::strong(l).is_some());
    let traced = lines.iter().rposition(|l| is_trace(l.trim_start()));
    if traced > strong {
        return Head::default();
    }
    let weak = |l: &String| thrown::weak(l).is_some_and(|t| t.lead.is_empty());
    let next = lines.len().checked_sub(1).filter(|at| {
        let humps = |ty: &str| ty.chars().filter(char::is_ascii_uppercase).count() >= 2;
        lines
            .get(*at)
            .and_then(|l| thrown::weak(l))
            .is_some_and(|t| t.lead.is_empty() && humps(t.ty))
    });
    let said = before.message.as_deref();
    let at = next.or(strong);
    if at.is_none()
        && let Some((lead, rest)) = said.and_then(|m| split_by(m, thrown::strong))
    {
        return in_message(lead, rest, lines, column);
    }
    let headed = said.is_some();
    let fallback = || {
        if headed {
            lines.iter().position(weak)
        } else {
            lines.iter().rposition(weak)
        }
    };
    let loosely = || lines.iter().rposition(|l| thrown::weak(l).is_some());
    let Some(at) = at.or_else(fallback).or_else(loosely) else {
        return match said.and_then(|m| split_by(m, thrown::weak)) {
            Some((lead, rest)) => in_message(lead, rest, lines, column),
            None => nameless(before),
        };
    };
    let text = lines.get(at).cloned().unwrap_or_default();
    let (lead, rest) = split(&text).unwrap_or((String::new(), text.clone()));
    let mut own = vec![rest];
    own.extend(lines.iter().skip(at + 1).cloned());
    enclosed(Head {
        kind: Kind::Line,
        lead: lead.trim_start().to_owned(),
        above: lines.iter().take(at).cloned().collect(),
        lines: own,
        column: if line::indent(&text) == column {
            column
        } else {
            line::indent(&text)
        },
        ..Head::default()
    })
}

fn in_message(lead: String, rest: String, lines: &[String], column: usize) -> Head {
    let mut own = vec![rest];
    own.extend(lines.iter().cloned());
    Head {
        kind: Kind::Message,
        lead,
        lines: own,
        column,
        ..Head::default()
    }
}

/// No line names an error by its class. Behind a log header the last words before the frames are its message; elsewhere
/// the text may have begun within the trace, and only a line with a name says what was thrown.
fn nameless(before: &Before) -> Head {
    let last = before.preamble.iter().rfind(|l| !line::is_blank(l));
    let words = match (&before.message, last) {
        (Some(_), Some(last)) => last,
        (Some(message), None) => message,
        (None, Some(last)) if is_named(last.trimmed()) => last,
        (None, _) => return Head::default(),
    };
    let words = words.trimmed();
    let ours = words.starts_with("... ") || line::is_carets(words) || line::is_aside(words);
    if ours || words.is_empty() {
        return Head::default();
    }
    let (kind, text) = match words.strip_prefix("error: ") {
        Some(message) => (Kind::Line, format!("Error: {message}")),
        None if is_named(words) => (Kind::Line, words.to_owned()),
        None => (Kind::Nameless, words.to_owned()),
    };
    Head {
        kind,
        lines: vec![text],
        ..Head::default()
    }
}

/// A name in lower case, or Bun's word for an `Error` whose source it cannot show.
fn is_named(words: &str) -> bool {
    words.starts_with("error: ") || thrown::any_name(words).is_some()
}

/// The error stands in another's braces, whose own line is above: that one is the record's error.
fn enclosed(head: Head) -> Head {
    if head.column == 0 {
        return head;
    }
    let mut column = head.column;
    let mut found = None;
    for (at, text) in head.above.iter().enumerate().rev() {
        let indent = line::indent(text);
        if line::is_blank(text) || indent >= column {
            continue;
        }
        if !text.trimmed_end().ends_with(['[', '{']) {
            break;
        }
        column = indent;
        if thrown::strong(text).is_some_and(|t| t.opens) {
            found = Some(at);
        }
    }
    let Some(at) = found else {
        return head;
    };
    let outer = head.above.get(at).cloned().unwrap_or_default();
    let (lead, rest) = split(&outer).unwrap_or((String::new(), outer.clone()));
    let between = head.above.iter().skip(at + 1).cloned();
    // The inner error's line as it was printed, its column kept.
    let inner = format!(
        "{}{}{}",
        " ".repeat(head.column),
        head.lead,
        head.lines.first().map_or("", String::as_str)
    );
    let more = head.lines.iter().skip(1).cloned();
    let above: Vec<String> = head.above.iter().take(at).cloned().collect();
    let site = by_site(&head.above).filter(|site| site.lines.first() == Some(&rest));
    Head {
        kind: Kind::Line,
        lead: lead.trim_start().to_owned(),
        lines: std::iter::once(rest)
            .chain(between)
            .chain([inner])
            .chain(more)
            .collect(),
        column: line::indent(&outer),
        announced: site.as_ref().is_some_and(|s| s.announced),
        above,
        site: site.and_then(|s| s.site),
        quoted: 0,
    }
}

/// Words before the name, and the text from the name on.
fn split(text: &str) -> Option<(String, String)> {
    split_by(text, thrown::strong).or_else(|| split_by(text, thrown::weak))
}

fn split_by(text: &str, read: impl Fn(&str) -> Option<Thrown<'_>>) -> Option<(String, String)> {
    let body = text.trim_start();
    let lead = read(body)?.lead;
    Some((lead.to_owned(), body.get(lead.len()..)?.to_owned()))
}

fn from_name(text: &str) -> String {
    split(text).map_or_else(|| text.to_owned(), |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(preamble: &[&str], message: Option<&str>) -> (Kind, Vec<String>) {
        let before = Before {
            preamble: preamble.iter().map(|l| (*l).to_owned()).collect(),
            message: message.map(ToOwned::to_owned),
            crumbs: Vec::new(),
        };
        let head = find(&before, &["    at f (/x.js:1:2)"]);
        (head.kind, head.lines)
    }

    #[test]
    fn frames_alone_are_no_error() {
        for preamble in [
            &[][..],
            &[""],
            &["          ^"],
            &["this is where it went wrong"],
            &["    ... 5 lines matching cause stack trace ..."],
            &["Emitted 'error' event on Depot instance at:"],
            &["Error: quoted above", "Trace: where am I"],
        ] {
            assert_eq!(kind(preamble, None).0, Kind::Nothing, "{preamble:?}");
        }
    }

    #[test]
    fn an_errors_line_is_found_whatever_its_name() {
        for (text, line) in [
            ("TypeError: x", "TypeError: x"),
            ("out_of_stock: no A-1", "out_of_stock: no A-1"),
            ("error: basket is closed", "Error: basket is closed"),
        ] {
            assert_eq!(kind(&[text], None), (Kind::Line, vec![line.to_owned()]));
        }
        let said = kind(&[], Some("could not ship"));
        assert_eq!(said, (Kind::Nameless, vec!["could not ship".to_owned()]));
    }
}
