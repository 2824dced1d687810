//! What belongs to a crash. In: the stream's lines, one by one. Out: a [`Step`] for each.
//!
//! The runtime's words may have any number of lines; they are known for its own by the calls below them.

use super::line;
use crate::assemble::{Step, Tracker};
use crate::bounds::{FOREIGN_BEHIND_MAX, PREAMBLE_LINES_MAX};

/// Follows one crash.
#[derive(Debug)]
pub(super) struct Follower {
    /// The program's end was told.
    crashed: bool,
    /// Nothing follows.
    over: bool,
    /// Lines of words.
    free: usize,
    foreign: u32,
}

impl Follower {
    /// A follower, if the text tells of a crash.
    pub(super) fn open(text: &str) -> Option<Self> {
        let crashed = line::crash(text).is_some();
        (crashed || line::head(text).is_some()).then_some(Self {
            crashed,
            over: false,
            free: 0,
            foreign: 0,
        })
    }

    fn belongs(&mut self, crashed: bool) -> Step {
        self.crashed |= crashed;
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
        if line::head(&text).is_some() || (self.crashed && line::crash(&text).is_some()) {
            return Step::Ended;
        }
        if !self.crashed && line::is_bad_access(&text) {
            return Step::Ended;
        }
        if line::crash(&text).is_some() || line::is_current(&text) {
            return self.belongs(true);
        }
        if line::is_blank(&text) && !header {
            return Step::Perhaps;
        }
        let called = line::call(&text).is_some() || line::thread(&text).is_some();
        if called || text.trim().starts_with("*** Signal ") {
            return self.belongs(called);
        }
        if self.crashed && line::is_last(&text) {
            self.over = true;
            return Step::Belongs;
        }
        if self.crashed && line::is_detail(&text) {
            return self.belongs(true);
        }
        if header {
            return Step::Foreign.at_most(FOREIGN_BEHIND_MAX, &mut self.foreign);
        }
        self.free += 1;
        if self.crashed || self.free > PREAMBLE_LINES_MAX {
            return Step::Ended;
        }
        Step::Perhaps
    }

    fn unfinished(&self) -> bool {
        !self.over
    }

    fn speaks(&self) -> bool {
        !self.crashed
    }

    fn uncaught(&self) -> Option<bool> {
        Some(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::steps::steps;

    #[test]
    fn words_belong_to_the_crash_below() {
        let follow =
            |first: &str, lines: &[&str]| steps(&mut Follower::open(first).unwrap(), lines);
        let lines = [
            "UserInfo={}",
            "",
            "*** Program crashed: Aborted at 0x7f ***",
            "Thread 0 crashed:",
            "#INFO up",
            "0 0x7f f() + 3 in shop",
            "Backtrace took 0.02s",
            "done",
        ];
        assert_eq!(follow("a.swift:3: Fatal error: x", &lines), "??++f++.");
        assert_eq!(follow("Program crashed: Aborted at 0x7f", &["done"]), ".");
        for other in [
            "*** Signal 11: Backtracing from 0x7f... done ***",
            "*** Program crashed: Bad pointer dereference at 0x0 ***",
        ] {
            assert_eq!(follow("a.swift:3: Fatal error: x", &[other]), ".");
        }
    }
}
