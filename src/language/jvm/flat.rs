//! A trace whose line ends were turned into blanks. In: one line. Out: the lines it was made of.
//!
//! Shippers do it to every line end, and log4j2 where it is told to (`%ex{separator(|)}`).

use super::{head, line};
use crate::language::seek::Seek as _;

/// Frames that such a line must have: one alone is also quoted in prose, if not behind what was a tab.
const FRAMES: usize = 2;

/// What stands where a line ended: blanks, or the sign that log4j2 is told to put there.
const BETWEEN: [char; 3] = [' ', '\t', '|'];

/// Is the line a whole trace?
pub(super) fn is_flat(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), b"at ").is_some_and(|at| at > 0) && split(text).is_some()
}

/// The lines of a whole trace; the first holds the exception and what stands before it.
pub(super) fn split(text: &str) -> Option<Vec<&str>> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    let mut frames = 0;
    let mut in_frames = false;
    let mut begin = 0;
    for end in breaks(text).chain([text.len()]) {
        let piece = text.get(begin..end)?.trim_end_matches(BETWEEN);
        let is_frame = line::strict_frame(piece).is_some();
        let is_link =
            line::link(piece).is_some_and(|(_, rest)| head::is_certain(rest.trimmed_end()));
        match spans.last_mut() {
            _ if is_frame || is_link || line::elided(piece).is_some() => spans.push((begin, end)),
            None => spans.push((begin, end)),
            // A message that holds the words goes on.
            Some(message) if !in_frames => message.1 = end,
            Some(_) => return None,
        }
        in_frames = !spans.is_empty() && spans.len() > 1 && !is_link && (in_frames || is_frame);
        let tabbed = piece.starts_with(BETWEEN);
        frames += if tabbed { FRAMES } else { 1 } * usize::from(is_frame);
        begin = end;
    }
    let lines: Option<Vec<&str>> = spans
        .into_iter()
        .map(|(from, to)| Some(text.get(from..to)?.trim_end_matches(BETWEEN)))
        .collect();
    let lines = lines?;
    let first = lines.first()?;
    let names = head::announces(first)
        || head::is_certain(first.trim_start())
        || head::embedded(first).is_some();
    (names && frames >= FRAMES).then_some(lines)
}

/// Where a line may have begun: at the words of one, behind blanks of which the first was the line end. What stands between
/// the others is its indentation.
fn breaks(text: &str) -> impl Iterator<Item = usize> {
    const STARTS: &[&str] = &["at ", "Caused by: ", "Suppressed: ", "Wrapped by: ", "... "];
    let mut run = None;
    text.bytes().enumerate().filter_map(move |(at, byte)| {
        let ends = matches!(byte, b' ' | b'\t' | b'|');
        let before = if ends && byte != b'|' {
            run.or(Some(at))
        } else {
            ends.then_some(at)
        };
        let begin = std::mem::replace(&mut run, before);
        let rest = text.get(at..).filter(|_| !ends)?;
        let starts = STARTS.iter().any(|words| rest.starts_with(words));
        begin.filter(|_| starts).map(|at| at + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_in_one_line_comes_apart() {
        assert!(is_flat("a.B: x|\tat a.b.D.f(D.java:1)"));
        let text = "ERROR failed: a.b.C: found at noon  at a.b.D.f(D.java:1) \tat a.b.D.g(D.java:2) ~[x.jar:1] Caused by: a.E: m at x at a.b.D.h(D.java:3) ... 2 more";
        assert_eq!(
            split(text).unwrap(),
            [
                "ERROR failed: a.b.C: found at noon",
                " at a.b.D.f(D.java:1)",
                "\tat a.b.D.g(D.java:2) ~[x.jar:1]",
                "Caused by: a.E: m at x",
                "at a.b.D.h(D.java:3)",
                "... 2 more"
            ]
        );
    }

    #[test]
    fn lines_with_a_sign_between_them_keep_their_indentation() {
        let text = "a.B: x|\tat a.b.D.f(D.java:1)|\tSuppressed: a.E|\t\tat a.b.D.g(D.java:2)|Caused by: a.F: y|\t... 1 more";
        let lines = split(text).unwrap();
        assert_eq!(lines.join("|"), text);
    }

    #[test]
    fn prose_that_quotes_a_frame_is_none() {
        for no in [
            "java.lang.Error: x at a.b.D.f(D.java:1)",
            "java.lang.Error: x at a.b.D.f(D.java:1) at a.b.D.g(D.java:2) was seen",
            "seen at a.b.D.f(D.java:1) at a.b.D.g(D.java:2)",
            "at at at at",
            "",
        ] {
            assert!(!is_flat(no), "{no}");
        }
        assert!(!is_flat(&"at ".repeat(1 << 18)));
        assert!(!is_flat(&"a.B: at a.b(C.java:1) x ".repeat(1 << 14)));
    }
}
