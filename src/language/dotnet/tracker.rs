//! What belongs to a trace. In: the stream's lines, one by one. Out: a [`Step`] for each.
//!
//! Frames, arrows and the marks between frames tell themselves. A line between an exception's first line and its first
//! frame is a message's if a frame follows. Behind the frames only Mono's second printing of the same may follow, and what
//! closes exceptions that are still open.

use super::flat;
use super::line::{self, Announced, Mark};
use crate::assemble::{Step, Tracker};
use crate::bounds::{FOREIGN_BEHIND_MAX, FOREIGN_LINES_MAX, LOOSE_LINES_MAX, STRAY_LINES_MAX};

/// Records of others that may stand amid a message.
const STRANGERS_IN_MESSAGE: u32 = 3;

/// Where in the trace the last line stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// `Unhandled Exception:` alone: the exception must follow.
    Announced,
    /// Behind an exception's first line.
    Message,
    /// Behind a frame or a mark.
    Frames,
    /// Nothing can follow.
    Over,
}

/// Why the runtime printed the trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The program printed or logged it.
    Told,
    /// Nobody caught the exception.
    Unhandled,
    /// Mono's second printing.
    Again,
    /// The program ended itself.
    Terminated,
    /// An endless recursion.
    Overflow,
}

/// Follows one trace.
#[derive(Debug)]
pub(super) struct Follower {
    kind: Kind,
    part: Part,
    /// Each line carries the header that the opening had.
    prefixed: bool,
    /// A class's own text, which no frame need follow.
    spoken: bool,
    /// Inner exceptions whose end was not met.
    open: usize,
    loose: u32,
    foreign: u32,
    /// Lines of others since the last of ours.
    strangers: u32,
}

impl Follower {
    /// A follower, if the text opens a trace.
    pub(super) fn open(text: &str) -> Option<Self> {
        let (kind, part) = match line::announced(text) {
            Some(Announced::Unhandled("")) => (Kind::Unhandled, Part::Announced),
            Some(Announced::Unhandled(_)) => (Kind::Unhandled, Part::Message),
            Some(Announced::Again(_)) => (Kind::Again, Part::Message),
            Some(Announced::Terminated(_)) => (Kind::Terminated, Part::Message),
            Some(Announced::Overflow) => (Kind::Overflow, Part::Frames),
            None if line::strict_frame(text).is_some() => (Kind::Told, Part::Frames),
            None if flat::split(text).is_some() => (Kind::Told, Part::Over),
            None => return None,
        };
        let flat = part == Part::Message && flat::split(text).is_some();
        Some(Self {
            kind,
            part: if flat { Part::Over } else { part },
            prefixed: false,
            spoken: matches!(line::announced(text), Some(Announced::Again(words)) if is_spoken(words)),
            open: arrows(text),
            loose: 0,
            foreign: 0,
            strangers: 0,
        })
    }

    fn next(&mut self, text: &str, header: bool) -> Step {
        if self.part == Part::Over {
            return Step::Ended;
        }
        if let Some(step) = self.structure(text) {
            if step == Step::Belongs {
                // Mono's own mark of its second printing looks like a header.
                self.prefixed |=
                    header && !matches!(line::announced(text), Some(Announced::Again(_)));
                (self.strangers, self.loose) = (0, 0);
            }
            return step;
        }
        if header && !self.prefixed {
            return self.stranger(text, header);
        }
        if line::is_blank(text) {
            return self.loosely();
        }
        match self.part {
            Part::Message => {
                let another = self.strangers > 0 && line::head(text).is_some_and(|h| h.certain);
                if another {
                    return Step::Ended;
                }
                self.open += arrows(text);
                self.loosely()
            }
            Part::Announced => match line::head(text.trim_start()) {
                Some(_) => {
                    self.part = Part::Message;
                    self.open += arrows(text);
                    Step::Belongs
                }
                // A class's own text: Mono tells it once more.
                None => {
                    self.part = Part::Message;
                    self.spoken = is_spoken(text);
                    self.loosely()
                }
            },
            Part::Frames | Part::Over => self.amid_frames(text, header),
        }
    }

    /// A line that tells itself.
    fn structure(&mut self, text: &str) -> Option<Step> {
        let framed = self.part == Part::Frames;
        // Behind lines of others a frame that could be another runtime's is no more ours.
        let loose = || line::frame(text).filter(|_| framed || line::indent(text) > 1);
        let frame = match self.strangers {
            0 => line::strict_frame(text).or_else(loose),
            _ => line::strict_frame(text),
        };
        if frame.is_some() && self.part != Part::Announced {
            self.part = Part::Frames;
            return Some(Step::Belongs);
        }
        if self.part == Part::Announced {
            return None;
        }
        if let Some(mark) = line::mark(text) {
            if mark == Mark::InnerEnds {
                self.open = self.open.saturating_sub(1);
            }
            self.part = Part::Frames;
            return Some(Step::Belongs);
        }
        if line::inner_of_group(text).is_some() {
            self.part = Part::Message;
            self.open = arrows(text);
            return Some(Step::Belongs);
        }
        if line::arrow(text).is_some_and(|(before, _)| before.trim().is_empty()) && !framed {
            self.open += arrows(text);
            return Some(Step::Belongs);
        }
        match line::announced(text) {
            // Where its beginning was cut off, the first printing looks like any other trace.
            Some(Announced::Again(_))
                if self.kind == Kind::Unhandled || (self.kind == Kind::Told && framed) =>
            {
                (self.kind, self.part) = (Kind::Again, Part::Message);
                self.open = arrows(text);
                Some(Step::Belongs)
            }
            Some(_) => Some(Step::Ended),
            None => None,
        }
    }

    fn loosely(&mut self) -> Step {
        Step::Perhaps.at_most(LOOSE_LINES_MAX, &mut self.loose)
    }

    fn amid_frames(&mut self, text: &str, header: bool) -> Step {
        if self.kind == Kind::Overflow && line::is_repeat(text) {
            return Step::Belongs;
        }
        let head = line::head(text.trim_start());
        if self.kind == Kind::Terminated && head.is_some() && self.strangers == 0 {
            (self.kind, self.part) = (Kind::Again, Part::Message);
            self.open = arrows(text);
            return Step::Belongs;
        }
        if head.is_some() || self.open == 0 || self.strangers as usize >= STRAY_LINES_MAX {
            return Step::Ended;
        }
        self.stranger(text, header)
    }

    /// A line that is nothing of ours; what is ours may go on behind it.
    fn stranger(&mut self, text: &str, header: bool) -> Step {
        self.strangers += 1;
        self.foreign += 1;
        let over = match self.part {
            Part::Message => self.strangers > STRANGERS_IN_MESSAGE,
            Part::Frames => self.strangers > FOREIGN_BEHIND_MAX,
            Part::Announced | Part::Over => true,
        };
        let another = line::head(text).is_some_and(|h| h.certain) || line::embedded(text).is_some();
        let another = another || self.spoken;
        if over || self.foreign > FOREIGN_LINES_MAX || (header && another) {
            Step::Ended
        } else {
            Step::Foreign
        }
    }
}

/// Is it a class's own text, without what the runtime makes of an exception?
fn is_spoken(text: &str) -> bool {
    line::head(text.trim_start()).is_none() && line::embedded(text).is_none()
}

/// Inner exceptions that the line opens.
fn arrows(text: &str) -> usize {
    let mut found = 0;
    let mut rest = text;
    while let Some((_, inner)) = line::arrow(rest) {
        found += 1;
        rest = inner;
    }
    found
}

impl Tracker for Follower {
    fn step(&mut self, text: &[u8], header: bool) -> Step {
        self.next(&line::text(text), header)
    }

    /// What the runtime announces has a header only if each line has.
    fn headed(&mut self) {
        // Mono's own words on a class's text begin like a header.
        self.prefixed |= !matches!(self.kind, Kind::Told) && !self.spoken;
    }

    fn uncaught(&self) -> Option<bool> {
        (self.kind != Kind::Told).then_some(true)
    }

    fn unfinished(&self) -> bool {
        matches!(self.part, Part::Announced | Part::Message) || self.open > 0
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
    fn a_chain_goes_on_to_its_end() {
        let lines = [
            " ---> A.CException: y",
            "more",
            "   at A.B.C()",
            "   --- End of inner exception stack trace ---",
            "   at A.B.D() in /a.cs:line 3",
            "done",
        ];
        assert_eq!(
            follow("Unhandled exception. A.BException: x", &lines),
            "+?+++."
        );
    }

    #[test]
    fn mono_prints_everything_twice() {
        let lines = [
            "A.BException: x ---> A.CException: y",
            "  at A.B.C () [0x00000] in <00>:0 ",
            "  --- End of inner exception stack trace ---",
            "  at A.B.D () [0x00000] in <00>:0 ",
            "[ERROR] FATAL UNHANDLED EXCEPTION: A.BException: x ---> A.CException: y",
            "  at A.B.C () [0x00000] in <00>:0 ",
            "  --- End of inner exception stack trace ---",
            "next",
        ];
        assert_eq!(follow("Unhandled Exception:", &lines), "+++++++.");
    }

    #[test]
    fn an_open_chain_waits_for_its_end() {
        let lines = [
            "   at A.B.C()",
            "noise",
            "#INFO ready",
            "   at A.B.D()",
            "A.EException: another",
        ];
        assert_eq!(
            follow(
                "Unhandled exception. A.BException: x ---> A.CException: y",
                &lines
            ),
            "+ff+."
        );
        assert_eq!(follow("   at A.B.C(Int32 n)", &["done"]), ".");
        assert!(Follower::open("   at noon we met").is_none());
    }
}
