//! What belongs to a core dump. In: the stream's lines, one by one. Out: a [`Step`] for each.

use super::line;
use crate::assemble::{Step, Tracker};

/// Follows one dump.
#[derive(Debug, Default)]
pub(super) struct Follower {
    /// A thread's head came last: frames must follow.
    awaits: bool,
}

impl Follower {
    fn next(&mut self, text: &str) -> Step {
        if text.trim().is_empty() {
            return Step::Perhaps;
        }
        if line::thread(text).is_some() {
            self.awaits = true;
            return Step::Belongs;
        }
        if line::call(text).is_some() {
            self.awaits = false;
            return Step::Belongs;
        }
        if line::is_about_modules(text) {
            return Step::Belongs;
        }
        Step::Ended
    }
}

impl Tracker for Follower {
    fn step(&mut self, text: &[u8], _header: bool) -> Step {
        self.next(&line::text(text))
    }

    fn unfinished(&self) -> bool {
        self.awaits
    }

    /// It is told by systemd-coredump, not by who logged before it.
    fn uncaught(&self) -> Option<bool> {
        Some(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Step::{Belongs, Ended, Perhaps};

    #[test]
    fn threads_and_their_frames() {
        let lines = [
            "",
            "Module libc.so.6 from deb glibc-2.36-9.amd64",
            "Stack trace of thread 7:",
            "#0  0x000055a2170cb1b6 charge (shop + 0x11b6)",
            "",
            "Stack trace of thread 8:",
            "#1  0x00007fe28de76df2 __libc_pause (libc.so.6 + 0xd3df2)",
            "ELF object binary architecture: AMD x86-64",
            "",
            "shop.service: Main process exited, code=dumped, status=11/SEGV",
        ];
        let mut follower = Follower::default();
        let steps: Vec<Step> = lines
            .iter()
            .map(|l| follower.step(l.as_bytes(), false))
            .collect();
        assert_eq!(
            steps,
            [
                Perhaps, Belongs, Belongs, Belongs, Perhaps, Belongs, Belongs, Belongs, Perhaps,
                Ended
            ]
        );
        assert!(!follower.unfinished());
        follower.step(b"Stack trace of thread 8:", false);
        assert!(follower.unfinished());
    }
}
