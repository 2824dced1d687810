//! The agent's own words, wherever they turn up. In: a line for its log. Out: one that is known as its own, and that no
//! language takes for a trace: an agent that reads its own log must not make events of it, nor of an app's log that quotes it.
//!
//! A line begins with `stacktail[PID]: `, as syslog has it; it is one line, whatever text of strangers is in it; and where a
//! trace's opening would stand in it, a dot parts its first letter from the rest.

use std::io::Write;

use aho_corasick::AhoCorasick;

/// What every line of the log begins with, before the process id.
const NAME: &str = "stacktail[";

/// The mark that parts an opening.
const PARTING: char = '·';

/// Makes lines known, and harmless.
#[derive(Debug, Clone)]
pub struct Own {
    mark: String,
    openings: Option<AhoCorasick>,
}

impl Own {
    /// For this process, against the openings of all languages.
    #[must_use]
    pub fn new<'a>(pid: u32, openings: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            mark: format!("{NAME}{pid}]: "),
            openings: AhoCorasick::new(openings).ok(),
        }
    }

    /// One line of the log, marked; its last line end stays, others and what a terminal obeys are shown.
    #[must_use]
    pub fn line(&self, text: &str) -> String {
        let mut line = self.mark.clone();
        let text = text.strip_suffix('\n').unwrap_or(text);
        for c in self.parted(text).chars() {
            if c.is_control() && c != '\t' {
                line.extend(c.escape_default());
            } else {
                line.push(c);
            }
        }
        line.push('\n');
        line
    }

    /// With a dot behind the first letter of each opening.
    fn parted(&self, text: &str) -> String {
        let mut parted = String::with_capacity(text.len());
        let mut copied = 0;
        let hits = self.openings.iter().flat_map(|all| all.find_iter(text));
        for hit in hits {
            let first = text.get(hit.start()..).and_then(|rest| rest.chars().next());
            let behind = hit.start() + first.map_or(0, char::len_utf8);
            parted.push_str(text.get(copied..behind).unwrap_or_default());
            parted.push(PARTING);
            copied = behind;
        }
        parted.push_str(text.get(copied..).unwrap_or_default());
        parted
    }
}

/// Is this a line of an agent's log, or a quotation of one?
#[must_use]
pub fn is_own(line: &[u8]) -> bool {
    memchr::memmem::find_iter(line, NAME).any(|at| {
        let behind = line.get(at + NAME.len()..).unwrap_or_default();
        let digits = behind
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        digits > 0
            && behind
                .get(digits..)
                .is_some_and(|rest| rest.starts_with(b"]: "))
    })
}

/// A writer of the log: each write is one line.
#[derive(Debug)]
pub struct OwnLines<W> {
    own: Own,
    to: W,
}

impl<W: Write> OwnLines<W> {
    /// Over `to`.
    pub fn new(own: Own, to: W) -> Self {
        Self { own, to }
    }
}

impl<W: Write> Write for OwnLines<W> {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        let line = self.own.line(&String::from_utf8_lossy(text));
        self.to.write_all(line.as_bytes())?;
        Ok(text.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.to.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> Own {
        Own::new(42, ["Traceback (most recent call last)", "panicked at"])
    }

    #[test]
    fn a_line_is_one_marked_and_opens_nothing() {
        let line = own()
            .line("WARN no: Traceback (most recent call last):\n  File \x1b[1m\\n panicked at x\n");
        assert_eq!(
            line,
            "stacktail[42]: WARN no: T·raceback (most recent call last):\\n  File \\u{1b}[1m\\n p·anicked at x\n"
        );
        assert!(is_own(line.as_bytes()));
        let openings = own().openings.unwrap();
        assert!(!openings.is_match(&line));
    }

    #[test]
    fn quotations_are_known_and_the_name_alone_is_not() {
        for own in [
            &b"stacktail[1]: INFO started"[..],
            b"2026-11-20 ERROR child said: stacktail[812]: WARN x",
            b"{\"log\":\"stacktail[7]: x\"}",
        ] {
            assert!(is_own(own), "{}", own.escape_ascii());
        }
        for other in [
            &b"systemctl restart stacktail: failed"[..],
            b"stacktail[]: x",
            b"stacktail[a1]: x",
            b"stacktail[12",
            b"",
        ] {
            assert!(!is_own(other), "{}", other.escape_ascii());
        }
    }

    #[test]
    fn each_write_is_a_line() {
        let mut written = Vec::new();
        let mut lines = OwnLines::new(own(), &mut written);
        lines.write_all(b"one\ntwo\n").unwrap();
        lines.write_all(b"three").unwrap();
        lines.flush().unwrap();
        assert_eq!(
            String::from_utf8(written).unwrap(),
            "stacktail[42]: one\\ntwo\nstacktail[42]: three\n"
        );
    }
}
