//! What belongs to a printed error. In: the stream's lines, one by one. Out: a [`Step`] for each.
//!
//! Frames tell themselves; what is nested in braces is told by its indentation; behind the end stand at most a blank line
//! and the runtime's farewell. The message comes before the first frame and is read backwards, so nothing loose has to be
//! guessed here but the lines between nested errors.

use super::{line, thrown};
use crate::assemble::{Step, Tracker};
use crate::bounds::{FOREIGN_BEHIND_MAX, FOREIGN_LINES_MAX, RECORD_LINES_MAX};
use crate::language::seek::Seek as _;

/// So many lines of a message may stand between a stack that it quotes and the error's own frames.
const QUOTED_LINES: usize = 8;

/// Where the last line stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Among frames.
    Frames,
    /// Behind `Uncaught …` or a cause's first line: its frames may follow.
    Message,
    /// In the braces that a frame's line opened at this column.
    Braces(usize),
    /// The record began inside braces: what encloses it is still open.
    Within,
    /// Everything is closed; the farewell may follow.
    Closed,
    /// The farewell was said.
    Over,
}

/// Follows one printed error.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts of the lines so far, each by itself"
)]
pub(super) struct Follower {
    part: Part,
    /// The column of the error's own line.
    base: usize,
    /// `fn@url` frames.
    browser: bool,
    /// Each line carries the header that the opening had.
    prefixed: bool,
    frames: u32,
    foreign: u32,
    /// Lines that are only perhaps the record's, in a row.
    loose: usize,
    /// The runtime said that it dies.
    dies: bool,
    /// The last frame had a comma behind it: another element of a list follows.
    more: bool,
    /// A bare `Uncaught …`: the runtime's words, or a browser's.
    uncaught: bool,
}

impl Follower {
    /// A follower, if the text opens an error.
    pub(super) fn open(text: &str) -> Option<Self> {
        let new = |part, base| Self {
            part,
            base,
            browser: false,
            prefixed: false,
            frames: 0,
            foreign: 0,
            loose: 0,
            dies: false,
            more: false,
            uncaught: false,
        };
        if let Some(frame) = line::frame(text) {
            let base = line::indent(text).saturating_sub(4);
            let mut follower = new(Part::Frames, base);
            follower.framed(frame.tail, base);
            return Some(follower);
        }
        if text.contains(line::PLACE) && line::browser_frame(text).is_some() {
            let mut follower = new(Part::Frames, 0);
            follower.browser = true;
            follower.frames = 1;
            return Some(follower);
        }
        let margin = line::indent(text);
        let body = text.trim_start_matches([' ', '\t']);
        if body.starts_with(line::UNCAUGHT_VALUE) {
            return Some(new(Part::Closed, margin));
        }
        if line::is_farewell(text) && text.starts_with(line::FAREWELL) {
            let mut follower = new(Part::Over, 0);
            follower.dies = true;
            return Some(follower);
        }
        if is_uncaught(body) {
            let mut follower = new(Part::Message, margin);
            follower.uncaught = true;
            if thrown::strong(body).is_some_and(|t| t.opens) {
                follower.part = Part::Braces(margin);
            }
            return Some(follower);
        }
        None
    }

    fn framed(&mut self, tail: line::Tail, column: usize) {
        self.frames += 1;
        self.more = tail == line::Tail::More;
        self.part = match tail {
            line::Tail::Opens => Part::Braces(column),
            _ => Part::Frames,
        };
    }

    fn next(&mut self, text: &str, header: bool) -> Step {
        if header && !self.prefixed {
            let source = self.uncaught && self.frames == 0 && line::indent(text) > 0;
            let fits = self.frames <= 1 && line::is_frame(text);
            if self.foreign == 0 && (fits || source) {
                self.prefixed = true;
            } else {
                return self.foreign(text);
            }
        }
        if self.part == Part::Over {
            return Step::Ended;
        }
        if line::is_blank(text) {
            return self.loosely();
        }
        let step = match self.part {
            Part::Frames => self.in_frames(text),
            Part::Message => self.in_message(text),
            Part::Braces(column) => self.in_braces(text, column),
            Part::Within => self.within(text),
            Part::Closed | Part::Over => self.behind(text),
        };
        if step == Step::Belongs {
            self.loose = 0;
        }
        step
    }

    fn loosely(&mut self) -> Step {
        self.loose += 1;
        if self.loose > RECORD_LINES_MAX {
            Step::Ended
        } else {
            Step::Perhaps
        }
    }

    /// A line with a header of its own.
    fn foreign(&mut self, text: &str) -> Step {
        self.foreign += 1;
        let most = match self.part {
            Part::Closed | Part::Over => 0,
            // Nothing need follow: what does is another's as likely.
            Part::Message if self.uncaught && self.frames == 0 => 0,
            Part::Frames => FOREIGN_BEHIND_MAX,
            Part::Message | Part::Braces(_) | Part::Within => FOREIGN_LINES_MAX,
        };
        if self.foreign > most || thrown::strong(text).is_some() {
            Step::Ended
        } else {
            Step::Foreign
        }
    }

    fn in_frames(&mut self, text: &str) -> Step {
        if self.browser {
            return if line::browser_frame(text).is_some() {
                Step::Belongs
            } else {
                Step::Ended
            };
        }
        if let Some(frame) = line::frame(text) {
            let column = line::indent(text).saturating_sub(4);
            self.framed(frame.tail, column);
            return Step::Belongs;
        }
        if line::elided(text).is_some()
            || line::collapsed(text).is_some()
            || line::is_as_above(text)
        {
            return Step::Belongs;
        }
        if line::caused_by(text).is_some() {
            self.part = Part::Message;
            return Step::Belongs;
        }
        if line::is_aside(self.own(text)) {
            return Step::Belongs;
        }
        if self.base > 0 {
            return self.within(text);
        }
        match self.behind(text) {
            // A message that quotes a stack goes on behind it, and its own frames follow.
            Step::Ended
                if !self.prefixed
                    && self.foreign == 0
                    && self.loose < QUOTED_LINES
                    && !is_another(text) =>
            {
                self.loosely()
            }
            step => step,
        }
    }

    /// Between an error's first line and its frames.
    fn in_message(&mut self, text: &str) -> Step {
        if let Some(frame) = line::frame(text) {
            self.framed(frame.tail, line::indent(text).saturating_sub(4));
            return Step::Belongs;
        }
        if self.uncaught && self.frames == 0 {
            // A browser or a REPL: what follows a bare line is its message only if frames follow.
            let body = text.trim_start_matches([' ', '\t']);
            return if is_uncaught(body) || thrown::begins(text) || self.loose > 8 {
                Step::Ended
            } else {
                self.loosely()
            };
        }
        self.loosely()
    }

    fn in_braces(&mut self, text: &str, column: usize) -> Step {
        let indent = line::indent(text);
        if indent > column {
            return Step::Belongs;
        }
        if !line::is_closer(text) {
            return Step::Ended;
        }
        self.part = if column > 0 && self.base > 0 {
            Part::Within
        } else {
            Part::Closed
        };
        Step::Belongs
    }

    /// The error stands inside others' braces, of which only the end is seen.
    fn within(&mut self, text: &str) -> Step {
        let indent = line::indent(text);
        if let Some(frame) = line::frame(text) {
            self.framed(frame.tail, indent.saturating_sub(4));
            return Step::Belongs;
        }
        if indent < self.base + 4 && line::is_closer(text) {
            self.more = text.trimmed_end().ends_with(',');
            self.part = if indent == 0 {
                Part::Closed
            } else {
                Part::Within
            };
            return Step::Belongs;
        }
        let body = text.trim_start();
        let another = is_another(body) || thrown::any_name(body).is_some();
        // Elements of a list have a comma between them.
        let next = !self.more && another;
        let last = line::is_farewell(self.own(text)) || line::is_aside(self.own(text));
        if indent == 0 || indent > self.base + 4 || self.loose > 64 || next || last {
            return self.behind(text);
        }
        self.part = Part::Within;
        self.loosely()
    }

    /// The line without the white space that stands before the error's own line.
    fn own<'a>(&self, text: &'a str) -> &'a str {
        let body = text.trim_start_matches([' ', '\t']);
        if text.len() - body.len() <= self.base.max(2) {
            body
        } else {
            text
        }
    }

    fn behind(&mut self, text: &str) -> Step {
        let text = if self.base > 0 { self.own(text) } else { text };
        if line::is_farewell(text) {
            self.dies = true;
            self.part = Part::Over;
            return Step::Belongs;
        }
        if line::is_aside(text) {
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

    fn speaks(&self) -> bool {
        self.uncaught && self.part == Part::Message && self.frames == 0
    }

    fn uncaught(&self) -> Option<bool> {
        (self.dies || self.uncaught).then_some(true)
    }

    fn unfinished(&self) -> bool {
        matches!(self.part, Part::Message | Part::Braces(_) | Part::Within) && !self.uncaught
    }
}

/// Does the line begin another error, or what is printed before one?
fn is_another(text: &str) -> bool {
    line::is_throw_site(text)
        || line::is_carets(text)
        || text.contains(" | ")
        || thrown::strong(text).is_some()
        || thrown::weak(text).is_some()
}

/// `Uncaught TypeError: x`, behind a prompt or Deno's `error: `.
pub(super) fn is_uncaught(text: &str) -> bool {
    let mut body = text;
    while let Some(rest) = ["> ", "... ", "error: "]
        .iter()
        .find_map(|p| body.strip_prefix(p))
    {
        body = rest;
    }
    let Some(rest) = body.strip_prefix("Uncaught ") else {
        return false;
    };
    let rest = rest.strip_prefix("(in promise) ").unwrap_or(rest);
    // PHP says `Uncaught X: m in F:3` too.
    !rest.contains(" in /") && thrown::at_start(rest, true).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn belong(text: &str) -> usize {
        let mut lines = text.lines();
        let mut follower = Follower::open(lines.next().unwrap()).unwrap();
        let mut belong = 1;
        for (nth, line) in lines.enumerate() {
            match follower.step(line.as_bytes(), false) {
                Step::Belongs => belong = nth + 2,
                Step::Ended => break,
                Step::Perhaps | Step::Foreign => {}
            }
        }
        belong
    }

    #[test]
    fn braces_end_where_their_column_says() {
        let text = "    at f (/x.js:1:2) {\n  code: 1,\n  [cause]: Error: y\n      at g (/x.js:2:2)\n}\n\nNode.js v20.1.0\nnext";
        assert_eq!(belong(text), 7);
        assert_eq!(belong("    at f (/x.js:1:2) {\n  code: 1\nlog line\n}"), 2);
    }

    #[test]
    fn the_next_error_is_another() {
        assert_eq!(
            belong("    at f (/x.js:1:2)\nError: b\n    at g (/x.js:3:4)"),
            1
        );
        assert_eq!(
            belong("    at f (/x.js:1:2)\n\nNode.js v20.1.0\n    at g (/x.js:3:4)"),
            3
        );
    }

    #[test]
    fn an_error_inside_an_array_goes_on() {
        let text = "        at f (/x.js:1:2),\n    TypeError: two\n        at g (/x.js:3:4)\n  ]\n}\n\nNode.js v20.1.0";
        assert_eq!(belong(text), 7);
    }

    #[test]
    fn uncaught_by_itself() {
        assert!(Follower::open("> Uncaught TypeError: x").is_some());
        assert!(Follower::open("Uncaught exception here").is_none());
        assert!(Follower::open("Uncaught RuntimeException: no in /srv/x.php:3").is_none());
        assert!(Follower::open("    at least one").is_none());
    }

    #[test]
    fn deep_braces_take_linear_time() {
        let mut text = "    at f (/x.js:1:2) {\n".to_owned();
        for depth in 0..10_000 {
            text.push_str(&" ".repeat(1 + depth % 50));
            text.push_str("a: {\n");
        }
        assert_eq!(belong(&text), 10_001);
    }
}
