//! What belongs to an error. In: the stream's lines, one by one. Out: a [`Step`] for each.
//!
//! The error's words may have any number of lines. They are known for its own by what stands below them: `Calls:`, a list of
//! calls, `Execution halted`.

use super::line;
use crate::assemble::{Step, Tracker};
use crate::bounds::{FOREIGN_BEHIND_MAX, PREAMBLE_LINES_MAX};

/// Follows one error.
#[derive(Debug)]
pub(super) struct Follower {
    /// How far its first line is set in.
    base: usize,
    /// Nothing can follow; whether R died.
    over: Option<bool>,
    /// The words are to come.
    waits: bool,
    /// Something stood below the words.
    marked: bool,
    /// Lines that may be words.
    free: usize,
    foreign: u32,
    /// The number of the last call in a numbered list; what does not go down from it is another program's list.
    number: u32,
}

impl Follower {
    /// A follower, if an error opens with the text.
    pub(super) fn open(text: &str) -> Option<Self> {
        let head = line::head(text);
        let halted = text.trim() == line::HALTED;
        (head.is_some() || halted).then(|| Self {
            base: line::indent(text),
            over: (halted || head.is_some_and(|head| head.class.is_some())).then_some(halted),
            waits: head.is_some_and(|head| head.goes_on()),
            marked: false,
            free: 0,
            foreign: 0,
            number: u32::MAX,
        })
    }

    /// Is it the next call of a numbered list?
    fn goes_down(&mut self, text: &str) -> bool {
        let next = line::number(text).filter(|number| (1..self.number).contains(number));
        self.number = next.unwrap_or(self.number);
        next.is_some()
    }

    fn belongs(&mut self, marks: bool) -> Step {
        self.marked |= marks;
        self.waits = false;
        self.foreign = 0;
        Step::Belongs
    }
}

impl Tracker for Follower {
    fn step(&mut self, text: &[u8], header: bool) -> Step {
        let text = line::text(text);
        let text = line::dedent(&text, self.base);
        if self.over.is_some() {
            return Step::Ended;
        }
        if text.trim() == line::HALTED {
            self.over = Some(true);
            return Step::Belongs;
        }
        let listed = line::branch(text).is_some() || self.goes_down(text);
        if listed || line::is_mark(text) || line::is_cause(text) || line::is_crown(text) {
            return self.belongs(true);
        }
        let words = text.starts_with(line::BANG) || (self.waits && text.starts_with("  "));
        if words && (self.waits || self.marked) {
            return self.belongs(false);
        }
        if line::head(text).is_some() || line::bare(text).is_some() {
            return Step::Ended;
        }
        if header {
            return Step::Foreign.at_most(FOREIGN_BEHIND_MAX, &mut self.foreign);
        }
        self.free += 1;
        if self.free > PREAMBLE_LINES_MAX {
            return Step::Ended;
        }
        Step::Perhaps
    }

    fn unfinished(&self) -> bool {
        self.over.is_none()
    }

    fn speaks(&self) -> bool {
        !self.marked
    }

    fn uncaught(&self) -> Option<bool> {
        self.over.filter(|halted| *halted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::steps::steps;

    #[test]
    fn words_belong_to_what_stands_below_them() {
        let follow =
            |first: &str, lines: &[&str]| steps(&mut Follower::open(first).unwrap(), lines);
        let lines = ["SELECT", "Calls: f -> g", "Execution halted", "done"];
        assert_eq!(follow("Error in f(x) : query failed:", &lines), "?++.");
        let lines = [
            "! placed",
            "Backtrace:",
            "    ▆",
            " 1. └─global g()",
            "#up",
            "Execution halted",
        ];
        assert_eq!(follow("Error in `f()`:", &lines), "++++f+");
        assert_eq!(follow("Execution halted", &["Error in f(x) : y"]), ".");
        assert_eq!(follow("Error in f(x) : y", &["Error in f(x) : y"]), ".");
        assert!(Follower::open("Error in the morning").is_none());
    }
}
