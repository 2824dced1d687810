//! The place of the throw. In: the lines before an error. Out: what the runtime prints of the place, and the error's own
//! lines behind it; at the end, the newest frame's source line.

use super::head::{Head, Kind};
use super::{line, stack, thrown};
use crate::language::seek::Seek as _;
use crate::language::{Frame, Trace};

/// Where the runtime says the throw was.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Site {
    /// Empty where it is the first frame's.
    pub(super) path: String,
    pub(super) line: u32,
    pub(super) source: String,
    /// The column of the first caret, from 0.
    pub(super) caret: Option<usize>,
    /// Two blank lines behind the carets: the place is of a source map.
    pub(super) mapped: bool,
}

/// `file:line`, source, carets.
pub(super) fn by_site(preamble: &[String]) -> Option<Head> {
    let placed = |at: &usize| {
        let text = preamble.get(*at).map_or("", |l| l.trimmed_end());
        let path = text.rsplit_once([' ', '\t']).map_or(text, |(_, last)| last);
        line::is_throw_site(text) || line::is_throw_site(path)
    };
    let marked = |at: &usize| {
        preamble
            .get(at + 2)
            .is_some_and(|l| line::is_carets(l) || line::is_blank(l))
    };
    let at = (0..preamble.len())
        .rev()
        .find(|at| placed(at) && marked(at))?;
    let text = preamble.get(at)?.trimmed_end();
    let whole = line::is_throw_site(text);
    let split = text
        .rfind([' ', '\t'])
        .filter(|_| !whole)
        .map_or(0, |at| at + 1);
    let (lead, place) = text.split_at_checked(split)?;
    let (path, lineno) = line::throw_site(place)?;
    let carets = preamble.get(at + 2)?;
    let own = preamble.get(at + 3..)?;
    // `--trace-uncaught`: the frames of the throw follow a value that has none.
    let own = own.strip_suffix(&["Thrown at:".to_owned()]).unwrap_or(own);
    let blanks = own.iter().take_while(|l| line::is_blank(l)).count();
    let own = within(own.get(blanks..)?);
    Some(Head {
        kind: Kind::Line,
        lead: lead.to_owned(),
        above: preamble.get(..at)?.to_vec(),
        announced: whole,
        site: Some(Site {
            path: path.to_owned(),
            line: lineno,
            source: preamble.get(at + 1)?.clone(),
            caret: carets.find('^'),
            mapped: blanks >= 2,
        }),
        lines: named_first(own),
        column: own.first().map_or(0, |l| line::indent(l)),
        ..Head::default()
    })
}

/// Without a place of the throw that a worker's error carries in its own text.
fn within(own: &[String]) -> &[String] {
    match own {
        [place, _, carets, rest @ ..] if line::is_throw_site(place) && line::is_carets(carets) => {
            let blanks = rest.iter().take_while(|l| line::is_blank(l)).count();
            rest.get(blanks..).unwrap_or(rest)
        }
        _ => own,
    }
}

/// Bun: `2 |   throw new Error("boom");`, carets, `error: boom`.
pub(super) fn by_numbers(preamble: &[String]) -> Option<Head> {
    let at = preamble.iter().rposition(|l| line::is_carets(l))?;
    let (number, source) = preamble.get(at.checked_sub(1)?)?.split_once(" | ")?;
    let lineno: u32 = number.trimmed().parse().ok()?;
    let mut own = preamble.get(at + 1..)?.to_vec();
    let first = own.first_mut()?;
    if let Some(message) = first.strip_prefix("error: ") {
        *first = format!("Error: {message}");
    } else if thrown::at_start(first, false).is_none() {
        // A log header took the word for its level.
        *first = format!("Error: {first}");
    }
    let shown = preamble.get(..at)?;
    let numbered = |l: &String| {
        let number = l.split_once(" | ").map(|(n, _)| n.trimmed().parse::<u32>());
        matches!(number, Some(Ok(_)))
    };
    let above = shown
        .iter()
        .rposition(|l| !numbered(l))
        .map_or(0, |last| last + 1);
    // `console.error("failed", err)`: the words stand before the first number.
    let lead = above
        .checked_sub(1)
        .and_then(|last| shown.get(last))
        .and_then(|l| {
            let (words, _) = l.split_once(" | ")?;
            words
                .last_of(b' ')
                .filter(|at| {
                    words
                        .get(at + 1..)
                        .is_some_and(|n| n.parse::<u32>().is_ok())
                })
                .and_then(|at| words.get(..=at))
        });
    Some(Head {
        kind: Kind::Line,
        lead: lead.unwrap_or_default().to_owned(),
        above: preamble
            .get(..above - usize::from(lead.is_some()))?
            .to_vec(),
        announced: lead.is_none(),
        site: Some(Site {
            line: lineno,
            source: source.to_owned(),
            ..Site::default()
        }),
        lines: named_first(&own),
        ..Head::default()
    })
}

/// Gives the newest frame the source line that is printed of it. A place that no frame has (a syntax error's) is noted,
/// since the SDK leaves it out; of a thrown value it is all there is.
pub(super) fn place(head: &Head, printed: Option<String>, trace: &mut Trace) {
    let of_value = head.kind == Kind::Value;
    let newest = trace.exceptions.last_mut().map(|e| &mut e.frames);
    let Some(frames) = newest else {
        return;
    };
    let Some(site) = &head.site else {
        if let Some(frame) = frames.last_mut() {
            frame.context_line = printed;
        }
        return;
    };
    let path = site.path.trim_start_matches("file://");
    let own = |f: &&mut Frame| {
        f.lineno == Some(site.line) && (path.is_empty() || f.filename.as_deref() == Some(path))
    };
    if path.starts_with("node:") {
        return;
    }
    if let Some(frame) = frames.last_mut().filter(own) {
        // The SDK has no source of what is no file.
        let is_file = frame.in_app == Some(true) && !path.contains("://");
        frame.context_line = Some(site.source.clone()).filter(|_| is_file);
    } else if of_value {
        frames.push(Frame {
            filename: Some(path.to_owned()),
            lineno: Some(site.line),
            context_line: Some(site.source.clone()),
            in_app: Some(stack::is_in_app(path)),
            ..Frame::default()
        });
    } else if !path.is_empty() {
        let source = site.source.trimmed();
        trace
            .notes
            .push(format!("at {path}:{}: {source}", site.line));
    }
}

fn named_first(own: &[String]) -> Vec<String> {
    let mut own = own.to_vec();
    if let Some(first) = own.first_mut() {
        first.drain(..line::indent(first));
    }
    own
}
