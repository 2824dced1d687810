//! What belongs to a report. In: the stream's lines, one by one. Out: a [`Step`] for each.
//!
//! A sanitizer's report ends with its summary and what stands set in behind it; gdb's, glog's and Boost's stacks end with their
//! last call. What the C++ runtime and glibc say is a line or two.

use super::line;
use crate::assemble::{Step, Tracker};
use crate::bounds::{FOREIGN_LINES_MAX, LOOSE_LINES_MAX};
use crate::language::seek::Seek as _;

/// How a record begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `==7==ERROR: AddressSanitizer: …`, `WARNING: ThreadSanitizer: …`.
    Sanitizer,
    /// `till.cpp:58:55: runtime error: …`.
    Undefined,
    /// `terminate called …`.
    Terminate,
    /// glibc's last words, or an assertion's.
    Library,
    /// `Thread 2 "till" received signal SIGSEGV, …`.
    Debugger,
    /// `*** Check failure stack trace: ***`, below the message.
    Check,
    /// `*** SIGSEGV … received by PID …`.
    Received,
}

/// How a record that begins with this line begins; `None` if the line opens none.
pub(super) fn kind(text: &str) -> Option<Kind> {
    let body = text.trim_start();
    if line::found(body).is_some() {
        return Some(Kind::Sanitizer);
    }
    if line::undefined(body).is_some() {
        return Some(Kind::Undefined);
    }
    if line::thrown(body).is_some() {
        return Some(Kind::Terminate);
    }
    if line::signal(body).is_some() {
        return Some(Kind::Debugger);
    }
    if body.trimmed_end() == line::CHECK {
        return Some(Kind::Check);
    }
    if line::received(body).is_some() {
        return Some(Kind::Received);
    }
    let library = line::glibc(body).is_some() || line::assertion(body).is_some();
    library.then_some(Kind::Library)
}

/// Where in the report the last line stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Behind the first line.
    Begun,
    /// Behind `what():`.
    Words,
    /// Among calls.
    Calls,
    /// Behind one of gdb's calls that may go on on the next line.
    Wrapped,
    /// Behind a sanitizer's summary.
    Summed,
    /// Behind everything.
    Over,
}

/// Follows one report.
#[derive(Debug)]
pub(super) struct Follower {
    kind: Kind,
    part: Part,
    base: usize,
    /// Each line carries the header that the first had.
    prefixed: bool,
    headed: bool,
    raw: bool,
    number: Option<u32>,
    loose: u32,
    foreign: u32,
}

impl Follower {
    /// A follower, if the text opens a report.
    pub(super) fn open(text: &str) -> Option<Self> {
        let kind = kind(text)?;
        Some(Self {
            kind,
            part: if kind == Kind::Library {
                Part::Over
            } else {
                Part::Begun
            },
            base: line::indent(text),
            prefixed: false,
            headed: false,
            raw: false,
            number: None,
            loose: 0,
            foreign: 0,
        })
    }

    fn next(&mut self, text: &str, header: bool) -> Step {
        let text = line::dedent(text, self.base);
        if self.part == Part::Over {
            return Step::Ended;
        }
        if header && !self.prefixed {
            if self.headed && !self.raw {
                self.prefixed = true;
            } else {
                return self.foreign();
            }
        }
        self.raw |= !header;
        if line::is_blank(text) {
            return Step::Perhaps;
        }
        if line::head_of(text) && kind(text).is_some() {
            return Step::Ended;
        }
        match self.kind {
            Kind::Sanitizer => self.in_report(text),
            Kind::Undefined => self.in_undefined(text),
            Kind::Terminate => self.in_words(text),
            Kind::Debugger => self.in_debugger(text),
            Kind::Check | Kind::Received => self.only(line::glog(text).is_some()),
            Kind::Library => Step::Ended,
        }
    }

    fn foreign(&mut self) -> Step {
        if self.part == Part::Wrapped {
            self.part = Part::Calls;
        }
        Step::Foreign.at_most(FOREIGN_LINES_MAX, &mut self.foreign)
    }

    fn only(&mut self, belongs: bool) -> Step {
        if belongs {
            self.part = Part::Calls;
            Step::Belongs
        } else {
            Step::Ended
        }
    }

    fn loosely(&mut self) -> Step {
        Step::Perhaps.at_most(LOOSE_LINES_MAX, &mut self.loose)
    }

    fn in_report(&mut self, text: &str) -> Step {
        if text.starts_with(line::SUMMARY) {
            self.part = Part::Summed;
            return Step::Belongs;
        }
        if self.part == Part::Summed {
            return self.behind_summary(text);
        }
        let own = line::indent(text) > 0
            || text.starts_with("==")
            || text.starts_with("0x")
            || text.ends_with(':')
            || text.starts_with("READ of ")
            || text.starts_with("WRITE of ")
            || text.starts_with("Address ")
            || text.starts_with("HINT: ")
            || text.contains("Sanitizer ");
        if own {
            return Step::Belongs;
        }
        self.loosely()
    }

    /// The shadow bytes, and the last words.
    fn behind_summary(&mut self, text: &str) -> Step {
        let shadow = (line::indent(text) > 0 && line::is_shadow(text))
            || text.starts_with("=>")
            || text.starts_with("Shadow byte");
        let last = text.starts_with("==") && text.trimmed_end().ends_with("==ABORTING");
        let ruled = text.len() > 8 && text.bytes().all(|b| b == b'=');
        let exits =
            text.trimmed_end() == "Exiting" || text.starts_with("ThreadSanitizer: reported ");
        if last || exits {
            self.part = Part::Over;
            return Step::Belongs;
        }
        if shadow || ruled {
            return Step::Belongs;
        }
        Step::Ended
    }

    fn in_undefined(&mut self, text: &str) -> Step {
        if text.starts_with(line::SUMMARY) {
            self.part = Part::Over;
            return Step::Belongs;
        }
        let own =
            line::sanitizer(text).is_some() || line::indent(text) > 0 || text.contains(": note: ");
        self.only(own)
    }

    /// Behind the type: `  what():  words`, whose further lines nothing tells.
    fn in_words(&mut self, text: &str) -> Step {
        if self.part == Part::Begun && text.trim_start().starts_with("what():") {
            self.part = Part::Words;
            return Step::Belongs;
        }
        Step::Ended
    }

    fn in_debugger(&mut self, text: &str) -> Step {
        if let Some(call) = line::gdb(text) {
            let again = self.number.is_some() && call.number <= self.number;
            if again {
                return Step::Ended;
            }
            self.number = call.number;
            let whole = call.path.is_some() || call.image.is_some();
            self.part = if whole { Part::Calls } else { Part::Wrapped };
            return Step::Belongs;
        }
        let next = self.number.map_or(0, |number| number + 1);
        if line::gdb_begins(text) == Some(next) {
            (self.number, self.part) = (Some(next), Part::Wrapped);
            return Step::Belongs;
        }
        match self.part {
            Part::Begun => self.loosely(),
            // A call may go on on the next line, set in.
            Part::Wrapped if line::indent(text) > 0 => {
                if line::gdb_ends(text) {
                    self.part = Part::Calls;
                }
                Step::Belongs
            }
            _ => Step::Ended,
        }
    }
}

impl Tracker for Follower {
    fn step(&mut self, text: &[u8], header: bool) -> Step {
        self.next(&line::text(text), header)
    }

    fn unfinished(&self) -> bool {
        matches!(self.kind, Kind::Sanitizer | Kind::Debugger) && self.part != Part::Summed
    }

    fn headed(&mut self) {
        self.headed = true;
    }

    fn uncaught(&self) -> Option<bool> {
        Some(true).filter(|_| self.kind != Kind::Check)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::steps::steps;

    fn told(first: &str, lines: &[&str]) -> String {
        steps(&mut Follower::open(first).unwrap(), lines)
    }

    #[test]
    fn reports() {
        let lines = [
            "READ of size 4 at 0x602 thread T0",
            "    #0 0x55 in f(int) a.cpp:1:2",
            "",
            "SUMMARY: AddressSanitizer: heap-buffer-overflow a.cpp:1:2 in f(int)",
            "Shadow bytes around the buggy address:",
            "  0x0c: 00 00",
            "==7==ABORTING",
            "worker up",
        ];
        let first = "==7==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x602";
        assert_eq!(told(first, &lines), "++?++++.");
        assert_eq!(
            told(
                "terminate called after throwing an instance of 'A'",
                &["  what():  a", "b"]
            ),
            "+."
        );
        assert_eq!(told("double free or corruption (out)", &["worker up"]), ".");
        let check = [
            "    @     0x55  f()",
            "#worker up",
            "    @     0x56  main",
            "done",
        ];
        assert_eq!(told("*** Check failure stack trace: ***", &check), "+f+.");
    }
}
