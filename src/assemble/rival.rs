//! Another runtime's trace behind a message. In: the lines of an open record whose tail is free text. Out: whether another
//! language's trace began among them.
//!
//! A message may hold anything, and nothing marks its end. So a line that only another runtime prints, and only in front of
//! a trace (`panic: …`, `Exception in thread "…"`), is taken for the beginning of that trace as soon as a line behind it
//! proves it (a goroutine's head, a frame). What no such line follows is text. A message that quotes a trace says so: the
//! line above ends in a colon, or the quotation is set in.

use super::texts::Grammars;
use super::{Grammar, LanguageIx, Step, Tracker};
use crate::bounds::PREAMBLE_LINES_MAX;

/// A trace that may have begun.
pub(super) struct Rival {
    grammar: &'static dyn Grammar,
    /// Once its opening is met; it may stand some lines behind the announcement.
    tracker: Option<Box<dyn Tracker>>,
    lines: usize,
    proven: bool,
}

/// What a line says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Claim {
    /// It did begin.
    Proven,
    /// It is not decided.
    Open,
    /// It was text.
    Refuted,
}

impl Rival {
    /// A trace that this line announces, in another language than the record's `own`.
    pub(super) fn announced(grammars: &Grammars, own: LanguageIx, text: &[u8]) -> Option<Self> {
        let mut others = grammars.iter().filter(|(language, _)| *language != own);
        let (_, grammar) = others.find(|(_, grammar)| grammar.announces(text))?;
        Some(Self {
            grammar: *grammar,
            tracker: grammar.open(text),
            lines: 0,
            proven: false,
        })
    }

    /// Takes the next line.
    pub(super) fn step(&mut self, text: &[u8], header: bool) -> Claim {
        self.lines += 1;
        let claim = if self.lines > PREAMBLE_LINES_MAX {
            Claim::Refuted
        } else {
            self.claim(text, header)
        };
        self.proven = claim == Claim::Proven;
        claim
    }

    fn claim(&mut self, text: &[u8], header: bool) -> Claim {
        let Some(tracker) = self.tracker.as_mut() else {
            return match self.grammar.open(text) {
                Some(_) => Claim::Proven,
                None if header => Claim::Refuted,
                None => Claim::Open,
            };
        };
        match tracker.step(text, header) {
            Step::Belongs => Claim::Proven,
            Step::Perhaps | Step::Foreign => Claim::Open,
            Step::Ended => Claim::Refuted,
        }
    }

    /// Did its last line prove it?
    pub(super) fn is_proven(&self) -> bool {
        self.proven
    }
}

/// Does the line say that the next one is quoted?
pub(super) fn ends_in_colon(text: &[u8]) -> bool {
    text.trim_ascii_end().ends_with(b":")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::LANGUAGES;

    fn claims(own: LanguageIx, lines: &[&str]) -> Option<Vec<Claim>> {
        let grammars: Vec<(LanguageIx, &'static dyn Grammar)> = (0..)
            .zip(LANGUAGES)
            .map(|(ix, language)| (ix, *language as &dyn Grammar))
            .collect();
        let mut rival = Rival::announced(&grammars, own, lines[0].as_bytes())?;
        let step = |line: &&str| rival.step(line.as_bytes(), false);
        Some(lines[1..].iter().map(step).collect())
    }

    fn index(name: &str) -> LanguageIx {
        let at = LANGUAGES.iter().position(|l| l.name() == name);
        LanguageIx::try_from(at.unwrap()).unwrap()
    }

    #[test]
    fn what_follows_an_announcement_proves_it() {
        use Claim::{Open, Proven, Refuted};
        let python = index("python");
        let go = ["panic: boom", "", "goroutine 1 [running]:"];
        assert_eq!(claims(python, &go), Some(vec![Open, Proven]));
        assert_eq!(claims(index("go"), &go), None);
        let java = [
            "Exception in thread \"main\" a.b.E: m",
            "more",
            "\tat a.B.c(B.java:3)",
        ];
        assert_eq!(claims(python, &java), Some(vec![Open, Proven]));
        let node = [
            "/srv/x.js:5",
            "throw e;",
            "^",
            "",
            "Error: m",
            "    at f (/srv/x.js:5:1)",
        ];
        assert_eq!(
            claims(python, &node),
            Some(vec![Open, Open, Open, Open, Proven])
        );
        let traceback = [
            "Traceback (most recent call last):",
            "  File \"a.py\", line 1, in f",
        ];
        assert_eq!(claims(index("go"), &traceback), Some(vec![Proven]));
        let prose = ["Traceback (most recent call last):", "was printed"];
        assert_eq!(claims(index("go"), &prose), Some(vec![Refuted]));
    }

    #[test]
    fn an_announcement_is_not_waited_for_without_end() {
        let mut lines = vec!["/srv/x.js:5"];
        lines.resize(PREAMBLE_LINES_MAX + 2, "text");
        let claims = claims(index("python"), &lines).unwrap();
        assert_eq!(claims.last(), Some(&Claim::Refuted));
    }
}
