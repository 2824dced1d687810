//! What belongs to a trace. In: the stream's lines, one by one. Out: a [`Step`] for each.

use super::line;
use crate::assemble::{Step, Tracker};
use crate::bounds::{FOREIGN_BEHIND_MAX, PREAMBLE_LINES_MAX};

/// Follows one trace.
#[derive(Debug, Default)]
pub(super) struct Follower {
    calls: usize,
    /// How far the last list is set in.
    base: usize,
    /// A logger's bars ended.
    over: bool,
    barred: bool,
    /// The words of a cause go on until its list.
    words: Option<usize>,
    foreign: u32,
}

impl Follower {
    /// A follower, if the text opens a list of calls.
    pub(super) fn open(text: &str) -> Option<Self> {
        line::opens(text).then(|| Self {
            base: line::indent(text),
            barred: line::is_barred(text),
            ..Self::default()
        })
    }

    /// The list of a cause, or of the task that waited, which is set in less.
    fn another(&mut self, text: &str) -> bool {
        let less = line::indent(text) < self.base && !self.barred;
        if self.words.take().is_none() && !less {
            return false;
        }
        self.base = line::indent(text);
        true
    }

    fn belongs(&mut self) -> Step {
        self.foreign = 0;
        Step::Belongs
    }
}

impl Tracker for Follower {
    fn step(&mut self, text: &[u8], header: bool) -> Step {
        let text = line::text(text);
        if self.over {
            return Step::Ended;
        }
        if self.barred && line::is_barred(&text) {
            self.over = line::is_end(&text);
            return self.belongs();
        }
        if line::opens(&text) {
            return if self.another(&text) {
                self.belongs()
            } else {
                Step::Ended
            };
        }
        let listed = line::call(&text).is_some() || line::place(&text).is_some();
        if self.words.is_none() && (listed || line::is_repeat(&text)) {
            self.calls += usize::from(listed);
            return self.belongs();
        }
        if line::is_trailer(&text) {
            return self.belongs();
        }
        if line::cause(&text).is_some() && self.calls > 0 {
            self.words = Some(0);
            return Step::Perhaps;
        }
        if line::is_blank(&text) && !header {
            return Step::Perhaps;
        }
        if header {
            let another = line::head(&text).is_some();
            return if another {
                Step::Ended
            } else {
                Step::Foreign.at_most(FOREIGN_BEHIND_MAX, &mut self.foreign)
            };
        }
        match &mut self.words {
            Some(lines) if *lines < PREAMBLE_LINES_MAX && line::head(&text).is_none() => {
                *lines += 1;
                Step::Perhaps
            }
            _ => Step::Ended,
        }
    }

    fn unfinished(&self) -> bool {
        self.calls == 0 || self.words.is_some()
    }

    fn speaks(&self) -> bool {
        self.words.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::steps::steps;

    #[test]
    fn causes_follow() {
        let follow =
            |first: &str, lines: &[&str]| steps(&mut Follower::open(first).unwrap(), lines);
        let lines = [
            " [1] f()",
            "   @ Main /a.jl:1",
            "",
            "caused by: x",
            "y",
            "Stacktrace:",
            " [1] g()",
            "#INFO up",
            "   @ Main /a.jl:2",
            "done",
        ];
        assert_eq!(follow("Stacktrace:", &lines), "++???++f+.");
        let lines = [" [1] f()", "Stacktrace:"];
        assert_eq!(follow("Stacktrace:", &lines), "+.");
        assert_eq!(follow("    Stacktrace:", &lines), "++");
        let lines = [
            "│ [1] f()",
            "│   x = 1",
            "└ @ Main /a.jl:4",
            "└ @ Main /a.jl:4",
        ];
        assert_eq!(follow("│  Stacktrace:", &lines), "+++.");
    }
}
