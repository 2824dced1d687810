//! A trace whose line ends were turned into blanks. In: one line. Out: the lines it was made of.
//!
//! Microsoft's console logger does it where it is told to write single lines, and for systemd.

use super::line;

/// What begins a line, with the blanks that stand before it.
const STARTS: &[&str] = &[
    "   at ",
    "   --- End of ",
    "--- End of stack trace",
    " ---> ",
];

/// The lines of a whole trace, the first with the exception and what stands before it; `None` where it is none.
pub(super) fn split(text: &str) -> Option<Vec<&str>> {
    if !line::may_hold_frames(text) || line::frame(text).is_some() {
        return None;
    }
    let mut lines = Vec::new();
    let mut begin = 0;
    let mut framed = false;
    for at in starts(text) {
        let (Some(piece), Some(rest)) = (text.get(begin..at), text.get(at..)) else {
            continue;
        };
        let whole = !framed || line::frame(piece).is_some() || line::mark(piece).is_some();
        let arrow = line::arrow(rest).is_some_and(|(before, _)| before.is_empty());
        let starts = arrow || !rest.starts_with(" ---> ");
        if starts && (whole || arrow) {
            lines.push(piece.trim_end());
            begin = at;
            framed = rest.starts_with("   at ");
        }
    }
    lines.push(text.get(begin..)?);
    let frames = lines
        .iter()
        .filter(|l| line::strict_frame(l).is_some())
        .count();
    let first = lines.first()?;
    let names = line::head(first.trim_start()).is_some()
        || line::embedded(first).is_some()
        || line::announced(first).is_some();
    (frames > 0 && names).then_some(lines)
}

/// Where a line may have begun.
fn starts(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let begins = |at: &usize| {
        let here = bytes.get(*at..).unwrap_or_default();
        *at > 0
            && STARTS
                .iter()
                .any(|words| here.starts_with(words.as_bytes()))
    };
    (0..bytes.len())
        .filter(move |at| matches!(bytes.get(*at), Some(b' ' | b'-')))
        .filter(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_in_one_line_comes_apart() {
        let text = "failed A.BException: x at y  ---> A.CException: z    at A.B.C(Int32 n) in /a.cs:line 1    --- End of inner exception stack trace ---    at A.B.D() in /a.cs:line 2";
        assert_eq!(
            split(text).unwrap(),
            [
                "failed A.BException: x at y",
                " ---> A.CException: z",
                "   at A.B.C(Int32 n) in /a.cs:line 1",
                "   --- End of inner exception stack trace ---",
                "   at A.B.D() in /a.cs:line 2"
            ]
        );
        assert_eq!(split("we met    at noon ---> later"), None);
        assert_eq!(split("   at A.B.D() in /a.cs:line 2"), None);
    }
}
