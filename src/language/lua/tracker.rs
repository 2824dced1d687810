//! What belongs to a trace. In: the stream's lines, one by one. Out: a [`Step`] for each.

use super::line;
use crate::assemble::{Step, Tracker};
use crate::bounds::FOREIGN_BEHIND_MAX;

/// Follows one trace.
#[derive(Debug, Default)]
pub(super) struct Follower {
    frames: usize,
    /// Each line carries the header that the first had.
    prefixed: bool,
    foreign: u32,
    /// The last frame was the chunk that was called first, or what called it.
    bottom: bool,
}

impl Follower {
    /// A follower, if the text opens a trace.
    pub(super) fn open(text: &str) -> Option<Self> {
        line::opens(text).then(Self::default)
    }
}

impl Tracker for Follower {
    fn step(&mut self, text: &[u8], header: bool) -> Step {
        let text = line::text(text);
        let frame = line::frame(&text);
        if frame.is_some() || line::is_gap(&text) {
            self.frames += 1;
            self.prefixed |= header;
            self.foreign = 0;
            self.bottom = frame.is_some_and(|f| f.file == "[C]" && f.name.is_none());
            return Step::Belongs;
        }
        // A message held a trace of its own.
        if line::opens(&text) && self.frames > 0 && !self.bottom && (!header || self.prefixed) {
            return Step::Belongs;
        }
        if line::is_blank(&text) && !header {
            return Step::Perhaps;
        }
        if header
            && !self.bottom
            && self.foreign < FOREIGN_BEHIND_MAX
            && !line::opens(&text)
            && line::head(&text).is_none()
        {
            self.foreign += 1;
            return Step::Foreign;
        }
        Step::Ended
    }

    fn unfinished(&self) -> bool {
        self.frames == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::steps::steps;

    #[test]
    fn the_frames_follow() {
        let follow =
            |lines: &[&str]| steps(&mut Follower::open("stack traceback:").unwrap(), lines);
        let lines = [
            "\t[C]: in function 'error'",
            "#INFO up",
            "\t(...tail calls...)",
            "\t[C]: in ?",
            "#INFO up",
        ];
        assert_eq!(follow(&lines), "+f++.");
        assert_eq!(follow(&["done"]), ".");
        assert!(Follower::open("a stack traceback: x").is_none());
    }
}
