//! What tests of trackers share. In: a tracker that has opened, the lines behind its first. Out: what each is to the trace.

use crate::assemble::{Step, Tracker};

/// `+` belongs, `?` perhaps, `f` foreign, `.` ended, one sign a line; lines that begin with `#` have a header.
pub(super) fn steps(tracker: &mut dyn Tracker, lines: &[&str]) -> String {
    let sign = |step| match step {
        Step::Belongs => '+',
        Step::Perhaps => '?',
        Step::Foreign => 'f',
        Step::Ended => '.',
    };
    let mut step = |line: &&str| match line.strip_prefix('#') {
        Some(text) => tracker.step(text.as_bytes(), true),
        None => tracker.step(line.as_bytes(), false),
    };
    lines.iter().map(|line| sign(step(line))).collect()
}
