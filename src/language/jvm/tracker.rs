//! What belongs to a trace. In: the stream's lines, one by one. Out: a [`Step`] for each.
//!
//! Frames, `Caused by:`, `Suppressed:`, `... N more` tell themselves. What cannot be told by itself is a line between a
//! cause's first line and its first frame (a message of several lines), and a line amid the frames (another's output). A
//! message's lines belong if a frame follows; among frames others are set aside, unless the stack had come to its bottom.

use super::{flat, head, line};
use crate::assemble::{Step, Tracker};
use crate::bounds::{FOREIGN_BEHIND_MAX, FOREIGN_LINES_MAX, PREAMBLE_LINES_MAX, STRAY_LINES_MAX};

/// Records of others that may stand amid a message.
const STRANGERS_IN_MESSAGE: u32 = 3;
/// No message goes on with it.
const PYTHON: &str = "Traceback (most recent call last):";

/// Where in the trace the last line stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Behind an exception's first line.
    Message,
    /// Behind a frame.
    Frames,
    /// Nothing can follow.
    Done,
}

/// Follows one trace.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts of the lines so far, each by itself"
)]
pub(super) struct Follower {
    part: Part,
    /// The runtime announced it: nobody caught the exception.
    announced: bool,
    /// What it announced, while no frame is known of it.
    class: Option<String>,
    /// An exception of that class stands on the line behind.
    again: bool,
    /// Each line carries the header that the opening had.
    prefixed: bool,
    /// So does a line of the message.
    worn: bool,
    /// The last frame was a stack's bottom.
    bottom: bool,
    /// Lines of others since the last of ours.
    strangers: u32,
    foreign: u32,
    /// Lines of the message so far.
    waiting: usize,
    /// The last of them was empty.
    after_blank: bool,
}

impl Follower {
    /// A follower, if the text opens a trace.
    pub(super) fn open(text: &str) -> Option<Self> {
        let announcement = head::announced(text);
        let announced = announcement.is_some();
        let (part, bottom) = if flat::is_flat(text) {
            (Part::Frames, true)
        } else if announced {
            (Part::Message, false)
        } else if head::handler_died(text).is_some() {
            (Part::Done, true)
        } else {
            (Part::Frames, is_bottom(&line::strict_frame(text)?))
        };
        Some(Self {
            part,
            announced: announced || part == Part::Done,
            class: announcement
                .and_then(|(_, first)| head::certain_class(first))
                .map(str::to_owned),
            again: false,
            prefixed: false,
            worn: false,
            bottom,
            strangers: 0,
            foreign: 0,
            waiting: 0,
            after_blank: false,
        })
    }

    fn next(&mut self, text: &str, header: bool) -> Step {
        if self.part == Part::Done {
            return Step::Ended;
        }
        if line::is_blank(text) && (!header || self.prefixed) {
            (self.waiting, self.after_blank) = (self.waiting + 1, true);
            return self.perhaps();
        }
        let after_blank = std::mem::take(&mut self.after_blank);
        if let Some(step) = self.structure(text) {
            if step == Step::Belongs {
                self.prefixed |= header;
                (self.strangers, self.waiting) = (0, 0);
            }
            return step;
        }
        if head::announces(text) || line::is_dumped_thread(text) {
            return Step::Ended;
        }
        match self.part {
            Part::Message => self.in_message(text, header, after_blank),
            _ if after_blank && line::announces_stack(text) && (!header || self.prefixed) => {
                self.waiting += 1;
                self.perhaps()
            }
            _ => self.amid_frames(text, header),
        }
    }

    /// A line that tells itself.
    fn structure(&mut self, text: &str) -> Option<Step> {
        let frame = match self.part {
            Part::Message => line::first_frame(text),
            _ => line::frame(text),
        };
        if let Some(frame) = frame {
            if self.strangers > 0 && self.bottom && self.part == Part::Frames {
                return Some(Step::Ended);
            }
            self.part = Part::Frames;
            self.bottom = is_bottom(&frame);
            (self.class, self.again) = (None, false);
            return Some(Step::Belongs);
        }
        if let Some((_, rest)) = line::link(text) {
            // It hangs on an exception without frames: of a class that keeps none, that is the second.
            if self.again && self.part == Part::Message {
                return Some(Step::Ended);
            }
            let circle = line::is_circular(rest);
            if circle || self.part == Part::Frames || head::is_certain(rest) {
                self.part = if circle { Part::Frames } else { Part::Message };
                self.bottom = circle;
                self.class = None;
                return Some(Step::Belongs);
            }
        }
        if line::elided(text).is_some() || line::is_circular(text) {
            self.part = Part::Frames;
            self.bottom = true;
            return Some(Step::Belongs);
        }
        (self.part == Part::Frames && line::is_dump(text)).then_some(Step::Belongs)
    }

    /// A line behind an exception's first one, before any frame.
    fn in_message(&mut self, text: &str, header: bool, after_blank: bool) -> Step {
        if header && !self.prefixed {
            // An exception without frames, and the next record; or a record amid the message.
            let over = after_blank || self.strangers >= STRANGERS_IN_MESSAGE;
            return if over {
                Step::Ended
            } else {
                self.stranger(text)
            };
        }
        // Where each line has a header, one without is another's.
        if self.worn && !header {
            return Step::Ended;
        }
        self.worn |= header;
        let another = self.strangers > 0 && (self.waiting == 0 || head::is_certain(text));
        if another || text.starts_with(PYTHON) {
            return Step::Ended;
        }
        let class = self.class.take();
        self.again |= class.is_some() && head::certain_class(text) == class.as_deref();
        self.waiting += 1;
        self.perhaps()
    }

    /// A line of a message, or an empty one.
    fn perhaps(&self) -> Step {
        if self.waiting > PREAMBLE_LINES_MAX {
            Step::Ended
        } else {
            Step::Perhaps
        }
    }

    fn amid_frames(&mut self, text: &str, header: bool) -> Step {
        if !header {
            let another = head::is_certain(text) || head::is_likely(text);
            let behind = self.bottom || self.strangers as usize >= STRAY_LINES_MAX;
            if another || behind {
                return Step::Ended;
            }
        }
        self.stranger(text)
    }

    /// A line that is nothing of ours; what is ours may go on behind it.
    fn stranger(&mut self, text: &str) -> Step {
        self.strangers += 1;
        self.foreign += 1;
        let over = match self.part {
            Part::Frames => self.strangers > FOREIGN_BEHIND_MAX,
            Part::Message | Part::Done => self.foreign > FOREIGN_LINES_MAX,
        };
        let another = || head::is_certain(text) || head::embedded(text).is_some();
        if over || self.foreign > FOREIGN_LINES_MAX || another() {
            Step::Ended
        } else {
            Step::Foreign
        }
    }
}

impl Tracker for Follower {
    fn step(&mut self, text: &[u8], header: bool) -> Step {
        self.next(&line::text(text), header)
    }

    /// What the runtime announces has a header only if each line has.
    fn headed(&mut self) {
        self.prefixed |= self.announced;
    }

    fn uncaught(&self) -> Option<bool> {
        self.announced.then_some(true)
    }

    fn unfinished(&self) -> bool {
        self.part == Part::Message
    }
}

/// Frames with which a stack begins.
fn is_bottom(frame: &line::FrameLine<'_>) -> bool {
    frame.method == "main" || (frame.method == "run" && frame.class.ends_with("Thread"))
}

#[cfg(test)]
#[path = "tracker_tests.rs"]
mod tests;
