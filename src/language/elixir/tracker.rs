//! What belongs to an Elixir trace. In: the stream's lines, one by one. Out: a [`Step`] for each.
//!
//! A frame, a banner that is set in, a line about the process tell themselves. Between the banner and the first frame
//! stands the message, which may be anything: without a log header its lines belong only if a frame follows. Behind a
//! header everything up to the next one is the record's, up to another banner.

use super::call;
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
    /// It is no exception: a message of one line.
    exited: bool,
    after_blank: bool,
    loose: u32,
    foreign: u32,
    /// The banner, to be known again in another report of the same process.
    banner: String,
    /// The last report of the process, and the one that may have begun.
    rank: u8,
    next_rank: Option<u8>,
}

impl Follower {
    /// A follower, if the text opens a trace.
    pub(super) fn open(text: &str) -> Option<Self> {
        let base = line::indent(text);
        let banner = text.get(base..)?;
        let exited = line::banner(banner)?.kind == line::Kind::Exit;
        Some(Self {
            part: Part::Message,
            base,
            framed: false,
            scripted: false,
            prefixed: false,
            headed: false,
            exited,
            after_blank: false,
            loose: 0,
            foreign: 0,
            banner: known(banner).to_owned(),
            rank: 0,
            next_rank: None,
        })
    }

    fn next(&mut self, text: &str, header: bool) -> Step {
        let text = line::dedent(text, self.base);
        if let Some(step) = self.again(text, header) {
            return step;
        }
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

    /// Another report of the same process: a record of its own, which says the same.
    fn again(&mut self, text: &str, header: bool) -> Option<Step> {
        let next = line::rank(text).filter(|rank| *rank > self.rank);
        if next.is_some() && (self.headed || !header) {
            self.next_rank = next;
            return Some(Step::Perhaps);
        }
        if header && !self.prefixed {
            self.next_rank = None;
        }
        let rank = self.next_rank?;
        let banner = line::banner(text.trim_start());
        if banner.is_some_and(|banner| banner.wraps()) {
            return Some(Step::Perhaps);
        }
        self.next_rank = None;
        let same = known(text.trim_start()) == self.banner;
        if same {
            self.rank = rank;
            self.part = Part::Frames;
        }
        Some(if same { Step::Belongs } else { Step::Ended })
    }

    fn filled(&mut self, text: &str, header: bool) -> Step {
        let body = text.trim_start();
        let inner = body.len() < text.len();
        if let Some(frame) = line::frame(body).filter(|_| inner) {
            if self.part != Part::Behind {
                self.part = Part::Frames;
            }
            self.framed = true;
            self.scripted = call::is_compiled(frame.call);
            self.loose = 0;
            return Step::Belongs;
        }
        if line::is_behind(text) && (self.framed || self.headed || self.exited) {
            self.rank = line::rank_of_line(text).unwrap_or(self.rank).max(self.rank);
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
        Step::Perhaps.at_most(most, &mut self.loose)
    }

    /// A record of its own.
    fn foreign(&mut self) -> Step {
        let waits = !self.framed && !self.headed;
        let step = Step::Foreign.at_most(FOREIGN_LINES_MAX, &mut self.foreign);
        if waits { step } else { Step::Ended }
    }
}

/// As much of a banner as two reports of one process have in common: `exit` and `stop` are the same.
fn known(banner: &str) -> &str {
    let words = banner
        .strip_prefix("** (stop)")
        .or(banner.strip_prefix("** (exit)"));
    words.unwrap_or(banner).trimmed_end()
}

/// What only stands behind a banner: another one that is set in; what `ExUnit` prints of a test that failed.
fn is_told(text: &str, body: &str) -> bool {
    let nested = line::indent(text) >= STEP && line::banner(body).is_some();
    nested || text.trimmed_end() == "stacktrace:" || text.starts_with("code:  ")
}

/// Would the line stand in a trace of which each line has a header?
fn is_ours(text: &str) -> bool {
    let inner = line::indent(text) > 0;
    inner || line::is_behind(text)
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

    fn steps(headed: bool, lines: &[&str]) -> String {
        let mut follower = Follower::open(lines[0]).unwrap();
        if headed {
            follower.headed();
        }
        crate::language::steps::steps(&mut follower, &lines[1..])
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
    fn further_reports_of_the_process_are_one_trace() {
        let process = "#Process Shop (#PID<0.143.0>) terminating";
        let child = "#Child Shop of Supervisor Shop.Sup terminated";
        let nested = format!("    {BANNER}");
        let all = [
            BANNER,
            FRAME,
            process,
            BANNER,
            FRAME,
            child,
            "** (exit) an exception was raised:",
            &nested,
            "#up",
        ];
        assert_eq!(steps(true, &all), "+?++??+.");
        assert_eq!(
            steps(true, &[BANNER, FRAME, process, "** (KeyError) x"]),
            "+?."
        );
        let first = [BANNER, FRAME, "Initial Call: Shop.init/1", process];
        assert_eq!(steps(true, &first), "++.");
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
