//! What belongs to a trace. In: the stream's lines, one by one. Out: a [`Step`] for each.
//!
//! A message is whole by itself; lines of the stack may follow, and what says that it was thrown again.

use super::line;
use crate::assemble::{Step, Tracker};
use crate::bounds::FOREIGN_BEHIND_MAX;
use crate::language::seek::Seek as _;

/// Where in the trace the last line stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Behind ` at FILE line N.` alone, the end of a message of several lines: it may go on.
    Loose,
    /// Behind a message.
    Said,
    /// In what the compiler says.
    Compiling,
    /// In the stack.
    Calls,
}

/// Follows one trace.
#[derive(Debug)]
pub(super) struct Follower {
    part: Part,
    /// Each line carries the header that the first had.
    prefixed: bool,
    foreign: u32,
}

impl Follower {
    /// A follower, if the text opens a trace.
    pub(super) fn open(text: &str) -> Option<Self> {
        let part = if line::begun(text).is_some() || line::call(text).is_some() {
            Part::Calls
        } else {
            let (words, _) = line::certain(text).filter(|_| !line::is_propagated(text))?;
            if words.trim().is_empty() {
                Part::Loose
            } else if line::is_compiling(text) && !line::is_compiled(text) {
                Part::Compiling
            } else {
                Part::Said
            }
        };
        Some(Self {
            part,
            prefixed: false,
            foreign: 0,
        })
    }

    fn next(&mut self, text: &str, header: bool) -> Step {
        let stack = match self.part {
            Part::Calls => line::call_within(text).is_some(),
            _ => {
                line::call(text).is_some()
                    || (line::indent(text) > 0 && line::call_within(text).is_some())
            }
        };
        if stack || line::is_propagated(text) {
            self.part = Part::Calls;
            self.prefixed |= header;
            return Step::Belongs;
        }
        if line::is_blank(text) {
            return Step::Perhaps;
        }
        let compiles = self.part == Part::Compiling
            && (line::is_compiling(text) || line::guess(text).is_some());
        let ends = matches!(self.part, Part::Said | Part::Compiling) && line::is_compiled(text);
        if compiles || ends {
            self.prefixed |= header;
            self.part = if ends { Part::Said } else { Part::Compiling };
            return Step::Belongs;
        }
        // Carp and Plack say once more where, right behind a message that does so itself.
        let again = self.foreign == 0
            && line::again(text).is_some()
            && matches!(self.part, Part::Said | Part::Calls);
        if again {
            self.prefixed |= header;
            self.part = Part::Calls;
            return Step::Belongs;
        }
        // Of a message, all is printed at once.
        if header && !self.prefixed && self.part == Part::Loose {
            return Step::Ended;
        }
        if header && !self.prefixed {
            return self.stranger(text);
        }
        let begun = line::begun(text).is_some() && self.part != Part::Calls;
        if begun {
            self.part = Part::Calls;
            return Step::Belongs;
        }
        let said = line::certain(text);
        match self.part {
            Part::Loose if said.is_some() => {
                self.part = Part::Said;
                Step::Belongs
            }
            Part::Compiling if text.starts_with(['\t', ' ']) => Step::Belongs,
            _ => Step::Ended,
        }
    }

    /// A record of its own, behind which the stack may go on.
    fn stranger(&mut self, text: &str) -> Step {
        self.foreign += 1;
        let another = line::certain(text.trimmed()).is_some();
        if another || self.foreign > FOREIGN_BEHIND_MAX {
            Step::Ended
        } else {
            Step::Foreign
        }
    }
}

impl Tracker for Follower {
    fn step(&mut self, text: &[u8], header: bool) -> Step {
        let text = line::text(text);
        let text = if header {
            line::without_header(&text)
        } else {
            &text
        };
        self.next(text, header)
    }

    fn unfinished(&self) -> bool {
        self.part == Part::Compiling
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::steps::steps;

    fn follow(first: &str, lines: &[&str]) -> String {
        steps(&mut Follower::open(first).unwrap(), lines)
    }

    #[test]
    fn the_stack_follows_its_message() {
        let lines = [
            "\tmain::f(1) called at x.pl line 4",
            "\t...propagated at x.pl line 5.",
            "",
            "next at x.pl line 6.",
        ];
        assert_eq!(follow("no at X.pm line 3.", &lines), "++?.");
        assert_eq!(
            follow("no at X.pm line 3.", &["#also no at X.pm line 3."]),
            "."
        );
        assert_eq!(
            follow(
                "no at X.pm line 3.",
                &["#INFO up", "\tmain::f() called at x.pl line 4", "done"]
            ),
            "f+."
        );
    }

    #[test]
    fn the_compiler_says_several_lines() {
        let lines = [
            "Global symbol \"$y\" requires x at ./b.pl line 4.",
            "Compilation failed in require at d.pl line 35.",
            "done",
        ];
        assert_eq!(
            follow("syntax error at ./b.pl line 3, near \"2\"", &lines),
            "++."
        );
        assert_eq!(
            follow(" at fake.pl line 3.", &["hint: look at d.pl line 27.", "x"]),
            "+."
        );
    }
}
