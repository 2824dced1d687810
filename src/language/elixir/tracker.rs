//! What belongs to an Elixir trace. In: the stream's lines, one by one. Out: a [`Step`] for each.
//!
//! A frame, a banner that is set in, a line about the process tell themselves. Between the banner and the first frame
//! stands the message, which may be anything: without a log header its lines belong only if a frame follows. Behind a
//! header everything up to the next one is the record's, up to another banner.

use super::line::{self, STEP};
use crate::assemble::{Step, Tracker};
use crate::bounds::{FOREIGN_LINES_MAX, LOOSE_LINES_MAX};
use crate::language::seek::Seek as _;

/// Where in the trace the last line stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// In the message.
    Message,
    /// Behind a frame.
    Frames,
    /// Among what is told of the process.
    Behind,
}

/// Follows one trace.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts of the lines so far, each by itself"
)]
pub(super) struct Follower {
    part: Part,
    base: usize,
    framed: bool,
    /// The last frame is a script's.
    scripted: bool,
    /// Each line carries the header that the banner had.
    prefixed: bool,
    headed: bool,
    after_blank: bool,
    loose: u32,
    foreign: u32,
}

impl Follower {
    /// A follower, if the text opens a trace.
    pub(super) fn open(text: &str) -> Option<Self> {
        let base = line::indent(text);
        line::banner(text.get(base..)?)?;
        Some(Self {
            part: Part::Message,
            base,
            framed: false,
            scripted: false,
            prefixed: false,
            headed: false,
            after_blank: false,
            loose: 0,
            foreign: 0,
        })
    }

    fn next(&mut self, text: &str, header: bool) -> Step {
        let text = line::dedent(text, self.base);
        if line::banner(text).is_some() {
            return Step::Ended;
        }
        if header && !self.prefixed {
            let waits = self.part == Part::Message && !self.framed;
            if waits && (line::is_blank(text) || is_ours(text)) {
                self.prefixed = true;
            } else {
                return self.foreign();
            }
        }
        if line::is_blank(text) {
            self.after_blank = true;
            return Step::Perhaps;
        }
        let step = self.filled(text, header);
        self.after_blank = false;
        step
    }

    fn filled(&mut self, text: &str, header: bool) -> Step {
        let body = text.trim_start();
        let inner = body.len() < text.len();
        if inner && line::frame(body).is_some() {
            if self.part != Part::Behind {
                self.part = Part::Frames;
            }
            self.framed = true;
            self.scripted = body.trimmed_end().ends_with(": (file)");
            self.loose = 0;
            return Step::Belongs;
        }
        if line::is_behind(text) && (self.framed || self.headed) {
            self.part = Part::Behind;
            return Step::Belongs;
        }
        let told = self.part == Part::Message && is_told(text, body);
        if told || (self.headed && !header) {
            return Step::Belongs;
        }
        match self.part {
            Part::Message => self.loose(LOOSE_LINES_MAX),
            Part::Frames if header || self.after_blank => Step::Ended,
            Part::Frames => self.loose(LOOSE_LINES_MAX / 4),
            Part::Behind if inner || text.starts_with(['}', ']', ')']) => Step::Belongs,
            Part::Behind => Step::Ended,
        }
    }

    /// It belongs if a frame follows.
    fn loose(&mut self, most: u32) -> Step {
        self.loose += 1;
        if self.loose > most {
            Step::Ended
        } else {
            Step::Perhaps
        }
    }

    /// A record of its own.
    fn foreign(&mut self) -> Step {
        self.foreign += 1;
        let waits = !self.framed && !self.headed;
        if waits && self.foreign <= FOREIGN_LINES_MAX {
            Step::Foreign
        } else {
            Step::Ended
        }
    }
}

/// What only stands behind a banner: another one that is set in; what `ExUnit` prints of a test that failed.
fn is_told(text: &str, body: &str) -> bool {
    let nested = line::indent(text) >= STEP && line::banner(body).is_some();
    nested || text.trimmed_end() == "stacktrace:" || text.starts_with("code:  ")
}

/// Would the line stand in a trace of which each line has a header?
fn is_ours(text: &str) -> bool {
    let body = text.trim_start();
    let inner = body.len() < text.len();
    inner && (line::frame(body).is_some() || line::banner(body).is_some())
}

impl Tracker for Follower {
    fn step(&mut self, text: &[u8], header: bool) -> Step {
        self.next(&line::text(text), header)
    }

    fn headed(&mut self) {
        self.headed = true;
    }

    fn speaks(&self) -> bool {
        self.part != Part::Frames
    }

    fn uncaught(&self) -> Option<bool> {
        (self.scripted && !self.headed).then_some(true)
    }

    fn unfinished(&self) -> bool {
        self.part == Part::Message && !self.framed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `+` belongs, `?` perhaps, `f` foreign, `.` ended, one sign a line; lines that begin with `#` have a header.
    fn steps(headed: bool, lines: &[&str]) -> String {
        let mut follower = Follower::open(lines[0]).unwrap();
        if headed {
            follower.headed();
        }
        let mut step = |line: &&str| match line.strip_prefix('#') {
            Some(text) => follower.next(text, true),
            None => follower.next(line, false),
        };
        let sign = |step| match step {
            Step::Belongs => '+',
            Step::Perhaps => '?',
            Step::Foreign => 'f',
            Step::Ended => '.',
        };
        lines.iter().skip(1).map(|line| sign(step(line))).collect()
    }

    const BANNER: &str = "** (RuntimeError) boom";
    const FRAME: &str = "    (shop 1.4.0) lib/shop.ex:3: Shop.run/1";

    #[test]
    fn without_a_header_frames_prove_the_message() {
        assert_eq!(steps(false, &[BANNER, FRAME, FRAME, "", "next"]), "++?.");
        assert_eq!(steps(false, &[BANNER, "more", "", FRAME, BANNER]), "??+.");
        assert_eq!(
            steps(false, &[BANNER, FRAME, "hint: x", FRAME, "up"]),
            "+?+?"
        );
        assert_eq!(
            steps(false, &[BANNER, "#INFO up", FRAME, "#INFO up"]),
            "f+."
        );
        let state = [
            BANNER,
            FRAME,
            "State: %{",
            "  a: 1",
            "}",
            "Client #PID<0.1.0> is alive",
            "",
            FRAME,
            "up",
        ];
        assert_eq!(steps(false, &state), "+++++?+.");
    }

    #[test]
    fn a_record_with_a_header_ends_at_the_next() {
        assert_eq!(
            steps(true, &[BANNER, "more", "", FRAME, "x", "#up"]),
            "+?++."
        );
        assert_eq!(steps(true, &[BANNER, FRAME, "", BANNER]), "+?.");
        assert_eq!(
            steps(
                true,
                &[BANNER, &format!("#{FRAME}"), "#Last message: x", "#up"]
            ),
            "++."
        );
    }

    #[test]
    fn exits_nest() {
        let exit = [
            "** (stop) exited in: GenServer.call(Shop, :x, 5000)",
            "    ** (EXIT) an exception was raised:",
            "        ** (RuntimeError) boom",
            "            (shop 1.4.0) lib/shop.ex:3: Shop.run/1",
            FRAME,
        ];
        assert_eq!(steps(false, &exit), "++++");
    }

    #[test]
    fn no_traces() {
        for no in [
            "see ** (RuntimeError) boom",
            "** (bold) text",
            "**(X) y",
            "*** (X) y",
        ] {
            assert!(Follower::open(no).is_none(), "{no}");
        }
    }
}
