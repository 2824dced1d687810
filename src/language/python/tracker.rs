//! What belongs to a traceback. In: the stream's lines, one by one. Out: a [`Step`] for each.
//!
//! A frame, a source line, an exception line, a joiner tell themselves. What cannot be told by itself is a line at column
//! 0 behind the exception line: a message of several lines, a note, or the program's ordinary output. The rule:
//!
//! - In a record with a log header everything up to the next header is the record's.
//! - A crash of the main program is the last thing a process says: the lines right behind it are its message, up to a
//!   bound.
//! - Anywhere else such a line belongs only if a later one proves it (an indented line, a known continuation, a joiner).

use super::line::{self, FATAL};
use super::{boxed, report};
use crate::assemble::{Step, Tracker};
use crate::bounds::{FOREIGN_LINES_MAX, LOOSE_LINES_MAX};
use crate::language::seek::Seek as _;

/// Beginnings of lines that only stand inside messages of several lines.
const CONTINUATIONS: &[&str] = &[
    "[SQL: ",
    "[parameters: ",
    "[cached since ",
    "[generated in ",
    "(Background on this error at: ",
    "(Background on this warning at: ",
    "DETAIL:",
    "HINT:",
    "CONTEXT:",
    "QUERY:",
    "LINE ",
    "\"\"\"",
];

/// Where in the traceback the last line stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Behind the opening, among the frames.
    Frames,
    /// Behind the exception line.
    Message,
    /// Behind `_RemoteTraceback:` and its opening quotes.
    Quoted,
    /// Behind a joiner.
    Joined,
    /// Inside a group's margin.
    Group,
    /// In the report of a dying interpreter.
    Fatal,
    /// In rich's box.
    Boxed,
}

/// Follows one Python traceback.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts of the lines so far, each by itself"
)]
pub(super) struct Follower {
    part: Part,
    base: usize,
    frames: u32,
    /// Each line carries the header that the opening had.
    prefixed: bool,
    /// The record began with a log header.
    headed: bool,
    /// The outermost frame is the main program's: the process ends with it.
    dies: bool,
    after_blank: bool,
    /// The exception line had a colon and no message.
    message_follows: bool,
    /// The message's last line ends in a colon: a traceback right behind it is quoted.
    announces: bool,
    loose: u32,
    foreign: u32,
    /// A group's margin was seen.
    grouped: bool,
}

impl Follower {
    /// A follower, if the text opens a traceback.
    pub(super) fn open(text: &str) -> Option<Self> {
        let part = if line::opens(text) {
            if line::is_group_opening(text) && text.trim_start().starts_with('+') {
                Part::Group
            } else {
                Part::Frames
            }
        } else if text.trim_start().starts_with(FATAL) {
            Part::Fatal
        } else if boxed::is_top(text) {
            Part::Boxed
        } else {
            return None;
        };
        let alone = line::is_opening(text) && part == Part::Frames;
        let bare = alone || matches!(part, Part::Fatal | Part::Boxed);
        Some(Self {
            part,
            base: if bare { line::indent(text) } else { 0 },
            frames: 0,
            prefixed: false,
            headed: false,
            dies: false,
            after_blank: false,
            message_follows: false,
            announces: false,
            loose: 0,
            foreign: 0,
            grouped: part == Part::Group,
        })
    }

    fn next(&mut self, text: &str, header: bool) -> Step {
        let text = line::dedent(text, self.base);
        if header && !self.prefixed {
            if self.frames == 0 && self.goes_on(text) {
                self.prefixed = true;
            } else {
                return self.foreign(header);
            }
        }
        if line::is_blank(text) {
            self.after_blank = true;
            return Step::Perhaps;
        }
        let step = match self.part {
            Part::Frames => self.in_frames(text),
            Part::Message => self.in_message(text, header),
            Part::Quoted => self.in_quotes(text),
            Part::Joined => self.joined(text),
            Part::Group => self.in_group(text),
            Part::Fatal => self.in_fatal(text),
            Part::Boxed => self.in_box(text),
        };
        self.after_blank = false;
        step
    }

    /// Can the line right behind the opening be nothing but the trace's, though it has a header?
    fn goes_on(&self, text: &str) -> bool {
        match self.part {
            Part::Frames => line::frame(text).is_some(),
            Part::Fatal => line::is_blank(text) || is_fatal_head(text),
            Part::Boxed => text.trim_start().starts_with('│'),
            _ => false,
        }
    }

    /// A line with a header of its own, or one that is nothing of ours, while the traceback is unfinished.
    fn foreign(&mut self, header: bool) -> Step {
        let waits = match self.part {
            Part::Message | Part::Fatal => false,
            Part::Frames => header || self.frames > 0,
            _ => header,
        };
        let step = Step::Foreign.at_most(FOREIGN_LINES_MAX, &mut self.foreign);
        if waits { step } else { Step::Ended }
    }

    fn in_frames(&mut self, text: &str) -> Step {
        if let Some(frame) = line::frame(text) {
            if self.frames == 0 {
                self.dies = matches!(
                    frame.function,
                    Some("<module>" | "_run_module_as_main") | None
                );
            }
            self.frames += 1;
            return Step::Belongs;
        }
        if line::is_opening(text) {
            return Step::Ended;
        }
        if line::indent(text) > 0 {
            return if self.frames > 0 {
                Step::Belongs
            } else {
                Step::Ended
            };
        }
        // Words like these behind other records are not of a traceback that has shown nothing of itself.
        let begun = self.frames > 0 || self.foreign == 0;
        if let Some((_, message)) = line::exception(text).filter(|_| begun) {
            self.part = Part::Message;
            self.message_follows = message.is_some_and(str::is_empty);
            self.announces = message.is_some_and(ends_in_colon);
            self.loose = 0;
            return Step::Belongs;
        }
        self.foreign(false)
    }

    fn in_message(&mut self, text: &str, header: bool) -> Step {
        let quotes = text.trimmed_end() == "\"\"\"";
        if std::mem::take(&mut self.message_follows) && quotes {
            self.part = Part::Quoted;
            return Step::Belongs;
        }
        if line::joiner(text).is_some() {
            self.part = Part::Joined;
            return Step::Belongs;
        }
        if self.grouped && line::indent(text) > 0 && text.trim_start().starts_with(['|', '+']) {
            self.part = Part::Group;
            return self.in_group(text);
        }
        if line::is_opening(text) && self.announces && !self.after_blank {
            self.part = Part::Frames;
            return Step::Belongs;
        }
        let stack = ["Call stack:", "Stack (most recent call last):"];
        let opens = line::is_opening(text) || boxed::is_top(text);
        if opens || stack.iter().any(|s| text.starts_with(s)) || header {
            return Step::Ended;
        }
        self.loose += 1;
        let told = line::indent(text) > 0 || CONTINUATIONS.iter().any(|c| text.starts_with(c));
        let heads = report::heads(text);
        // A loose line with a colon is more likely the next traceback's own.
        self.announces = (self.headed || told) && !heads && ends_in_colon(text);
        if heads && self.loose <= LOOSE_LINES_MAX {
            return Step::Perhaps;
        }
        if self.headed || (told && self.loose <= LOOSE_LINES_MAX * 10) {
            return Step::Belongs;
        }
        if self.loose > LOOSE_LINES_MAX {
            Step::Ended
        } else if self.dies {
            Step::Belongs
        } else if self.after_blank {
            Step::Ended
        } else {
            Step::Perhaps
        }
    }

    fn in_quotes(&mut self, text: &str) -> Step {
        if text.trimmed_end() == "\"\"\"" {
            self.part = Part::Message;
        }
        Step::Belongs
    }

    fn joined(&mut self, text: &str) -> Step {
        if boxed::is_top(text) {
            self.part = Part::Boxed;
            return Step::Belongs;
        }
        if line::is_opening(text) {
            let group = text.trim_start().starts_with('+');
            self.part = if group { Part::Group } else { Part::Frames };
            self.grouped |= group;
            self.frames = 0;
            return Step::Belongs;
        }
        if line::exception(text).is_some() {
            self.part = Part::Message;
            return Step::Belongs;
        }
        Step::Ended
    }

    fn in_group(&mut self, text: &str) -> Step {
        let body = text.trim_start();
        if body.starts_with(['|', '+']) {
            self.frames += 1;
            if is_close(body) {
                self.part = Part::Message;
                self.after_blank = true;
            }
            self.loose = 0;
            return Step::Belongs;
        }
        // A message of several lines: up to 3.12 its later lines have no margin.
        self.loose += 1;
        if self.loose > LOOSE_LINES_MAX || line::is_opening(text) {
            return Step::Ended;
        }
        Step::Perhaps
    }

    fn in_fatal(&mut self, text: &str) -> Step {
        self.frames += u32::from(line::frame(text).is_some());
        if line::indent(text) > 0 || text.starts_with('<') || is_fatal_head(text) {
            Step::Belongs
        } else {
            Step::Ended
        }
    }

    fn in_box(&mut self, text: &str) -> Step {
        let body = text.trim_start();
        if body.starts_with(['│', '╭', '├']) {
            self.frames += 1;
            return Step::Belongs;
        }
        if body.starts_with('╰') {
            self.part = Part::Frames;
            return Step::Belongs;
        }
        Step::Ended
    }
}

impl Tracker for Follower {
    fn step(&mut self, text: &[u8], header: bool) -> Step {
        self.next(&line::text(text), header)
    }

    fn headed(&mut self) {
        self.headed = true;
    }

    fn speaks(&self) -> bool {
        self.part == Part::Message
    }

    fn uncaught(&self) -> Option<bool> {
        (self.frames > 0 && matches!(self.part, Part::Message)).then_some(self.dies)
    }

    fn unfinished(&self) -> bool {
        self.part != Part::Message && (self.part != Part::Fatal || self.frames == 0)
    }
}

/// A line without indentation in the report of a dying interpreter.
fn is_fatal_head(text: &str) -> bool {
    const HEADS: &[&str] = &[
        "Current thread ",
        "Thread ",
        "Python runtime state: ",
        "Extension modules: ",
        "Current thread's C stack",
    ];
    HEADS.iter().any(|head| text.starts_with(head))
}

fn ends_in_colon(text: &str) -> bool {
    text.trimmed_end().ends_with(':')
}

/// The bottom line of a group: `+------------------------------------`.
fn is_close(body: &str) -> bool {
    let dashes = body.trimmed_end().strip_prefix('+').unwrap_or("");
    dashes.len() > 8 && dashes.bytes().all(|b| b == b'-')
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

    const OPENING: &str = "Traceback (most recent call last):";
    const MAIN: &str = "  File \"a.py\", line 1, in <module>";
    const INNER: &str = "  File \"a.py\", line 1, in f";

    #[test]
    fn what_follows_the_exception_line() {
        // A dying process speaks its message to the end.
        assert_eq!(
            steps(
                false,
                &[
                    OPENING, MAIN, "    x()", "E: m", "note", "", "more", "#next"
                ]
            ),
            "++++?+."
        );
        // Somewhere inside a program ordinary output may follow.
        assert_eq!(
            steps(
                false,
                &[OPENING, INNER, "    x()", "E: m", "note", "", "more"]
            ),
            "+++??."
        );
        assert_eq!(
            steps(false, &[OPENING, INNER, "E: 4 errors", "id", "  Input"]),
            "++?+"
        );
        // A log record holds everything up to the next header.
        assert_eq!(
            steps(true, &[OPENING, INNER, "E: m", "note", "", "more", "#next"]),
            "+++?+."
        );
    }

    #[test]
    fn a_traceback_with_a_head_of_its_own_is_another() {
        for head in [
            "Exception in thread worker-1:",
            "Exception ignored in: <function A.__del__ at 0x7f>",
            "Process Pool-1:",
        ] {
            for (headed, main) in [(false, INNER), (false, MAIN), (true, INNER)] {
                let lines = [OPENING, main, "    x()", "E: m", head, OPENING];
                assert_eq!(steps(headed, &lines), "+++?.", "{head}");
            }
        }
        let said = [OPENING, INNER, "E: the worker said:", OPENING, INNER];
        assert_eq!(steps(false, &said), "++++");
    }

    #[test]
    fn chains_and_quotes() {
        let joiner = "During handling of the above exception, another exception occurred:";
        let chain = [
            OPENING,
            INNER,
            "KeyError: 1",
            "",
            joiner,
            "",
            OPENING,
            MAIN,
            "E",
        ];
        assert_eq!(steps(false, &chain), "++?+?+++");
        let remote = [
            OPENING,
            INNER,
            "a._RemoteTraceback: ",
            "\"\"\"",
            OPENING,
            "x: y",
            "\"\"\"",
            "",
            joiner,
        ];
        assert_eq!(steps(false, &remote), "++++++?+");
        assert_eq!(
            steps(
                false,
                &[OPENING, INNER, "E: it said:", OPENING, INNER, "F: x"]
            ),
            "+++++"
        );
        assert_eq!(steps(false, &[OPENING, INNER, "E: m", OPENING]), "++.");
    }

    #[test]
    fn records_of_others_stand_between() {
        assert_eq!(
            steps(
                false,
                &[OPENING, INNER, "#INFO x", "    x()", "was printed", "E: m"]
            ),
            "+f+f+"
        );
        // The same header before each line.
        assert_eq!(
            steps(
                true,
                &[OPENING, &format!("#{INNER}"), "#    x()", "#E: m", "#next"]
            ),
            "+++."
        );
    }

    #[test]
    fn no_traces() {
        assert_eq!(steps(false, &[OPENING, "  ..."]), ".");
        assert_eq!(steps(false, &[OPENING, "#other", "E: m"]), "f.");
        assert_eq!(
            steps(false, &[OPENING, "#other", INNER, "    x()", "E: m"]),
            "f+++"
        );
        assert_eq!(
            steps(false, &[OPENING, INNER, &format!("  {OPENING}")]),
            "+."
        );
        assert_eq!(steps(false, &[OPENING, "\t2: from a.rb:3:in `x'"]), ".");
        assert!(Follower::open("see Traceback (most recent call last): there").is_none());
    }
}
