//! What belongs to a report of the kernel. In: its lines, one by one. Out: a [`Step`] for each.
//!
//! The kernel has one log: lines of its other parts may stand between those of a report.

use super::fault::{self, Kind};
use super::line;
use crate::assemble::{Step, Tracker};
use crate::bounds::LOOSE_LINES_MAX;
use crate::language::seek::Seek as _;

/// Follows one report.
#[derive(Debug)]
pub(super) struct Follower {
    kind: Kind,
    /// Its lines carry the kernel's clock: one without it is somebody else's.
    stamped: bool,
    /// The call trace began.
    traced: bool,
    /// The report's last mark was there: what follows may be its last lines.
    ended: bool,
    loose: u32,
}

impl Follower {
    /// A follower, if the text opens a report.
    pub(super) fn open(text: &str) -> Option<Self> {
        let (kind, ..) = fault::read(line::bare(text))?;
        Some(Self {
            kind,
            stamped: line::stamped(text.trimmed()).is_some(),
            traced: false,
            ended: false,
            loose: 0,
        })
    }

    fn next(&mut self, text: &str) -> Step {
        match self.kind {
            Kind::Killed => Step::Ended,
            Kind::OutOfMemory => self.out_of_memory(text),
            Kind::CutHere => self.below_mark(text),
            _ => self.fault(text),
        }
    }

    /// Whatever stands before what was killed: memory, control groups, a table of all processes.
    fn out_of_memory(&mut self, text: &str) -> Step {
        match fault::read(text) {
            Some((Kind::Killed, ..)) => {
                self.ended = true;
                self.kind = Kind::Killed;
                Step::Belongs
            }
            Some((Kind::OutOfMemory | Kind::Panic, ..)) => Step::Ended,
            _ => Step::Belongs,
        }
    }

    /// The line below `[ cut here ]` says what it is.
    fn below_mark(&mut self, text: &str) -> Step {
        match fault::read(text) {
            Some((kind @ (Kind::Warning | Kind::Oops), ..)) => {
                self.kind = kind;
                Step::Belongs
            }
            Some(_) => Step::Ended,
            None => self.stray(),
        }
    }

    fn fault(&mut self, text: &str) -> Step {
        if text.starts_with("---[ end ") {
            self.ended = true;
            return Step::Belongs;
        }
        match fault::read(text) {
            // What comes of an oops where the machine is told to stop then.
            Some((Kind::Panic, _, words)) if self.kind == Kind::Oops => {
                let of_oops = words.starts_with("Fatal exception");
                return if of_oops { Step::Belongs } else { Step::Ended };
            }
            Some((Kind::Oops, ..)) if !self.traced && !self.ended => return Step::Belongs,
            Some(_) => return Step::Ended,
            None => {}
        }
        let is_trace = is_trace(text);
        self.traced |= is_trace;
        if is_trace || is_fact(text) {
            self.loose = 0;
            return Step::Belongs;
        }
        self.stray()
    }

    fn stray(&mut self) -> Step {
        self.loose += 1;
        if self.ended || self.loose > LOOSE_LINES_MAX {
            Step::Ended
        } else {
            Step::Perhaps
        }
    }
}

/// The call trace: its head, its marks, its frames.
fn is_trace(text: &str) -> bool {
    let mark = || text.starts_with('<') && text.ends_with('>') && !text.contains(' ');
    matches!(text, "Call Trace:" | "Call trace:") || mark() || line::call(text).is_some()
}

/// Registers, code, and what else a report holds (`arch/x86/kernel/dumpstack.c`, `arch/x86/mm/fault.c`, `kernel/hung_task.c`).
fn is_fact(text: &str) -> bool {
    const BEGINS: &[&str] = &[
        "#PF: ",
        "PGD ",
        "*pde = ",
        "Oops: ",
        "Internal error: ",
        "Mem abort info:",
        "Data abort info:",
        "[dead",
        "CPU: ",
        "CPU#",
        "Tainted: ",
        "Hardware name: ",
        "Workqueue: ",
        "RIP: ",
        "Code: ",
        "RSP: ",
        "EIP: ",
        "ESP: ",
        "EAX: ",
        "FS: ",
        "DS: ",
        "CS: ",
        "PKRU: ",
        "pstate: ",
        "pc : ",
        "lr : ",
        "sp : ",
        "Modules linked in: ",
        "invalid opcode: ",
        "note: ",
        "task:",
        "\"echo 0 > ",
        "Not tainted ",
        "irq event stamp: ",
        "Kernel Offset: ",
        "Sending NMI ",
        "NMI backtrace ",
        "The buggy address ",
        "Allocated by task ",
        "Freed by task ",
        "Read of size ",
        "Write of size ",
        "Memory state around ",
        "====",
    ];
    BEGINS.iter().any(|begin| text.starts_with(begin)) || is_registers(text)
}

/// `RAX: 0000000000000001 RBX: …`, `R10: …`, `CR2: …`, `x29: …`.
fn is_registers(text: &str) -> bool {
    let Some((name, rest)) = text.split_once(':') else {
        return false;
    };
    let value = rest.trim_start().split(' ').next().unwrap_or("");
    (2..=3).contains(&name.trim_end().len())
        && name.starts_with(['R', 'C', 'D', 'x'])
        && value.len() >= 8
        && value.bytes().all(|b| b.is_ascii_hexdigit())
}

impl Tracker for Follower {
    fn step(&mut self, text: &[u8], _header: bool) -> Step {
        let text = line::text(text);
        if self.stamped && !text.trimmed().is_empty() && line::stamped(text.trimmed()).is_none() {
            return Step::Ended;
        }
        self.next(line::bare(&text))
    }

    fn unfinished(&self) -> bool {
        self.kind == Kind::OutOfMemory || self.kind == Kind::CutHere
    }

    /// The kernel's records have no other's header.
    fn uncaught(&self) -> Option<bool> {
        Some(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(lines: &[&str]) -> String {
        let mut follower = Follower::open(lines[0]).unwrap();
        crate::language::steps::steps(&mut follower, &lines[1..])
    }

    #[test]
    fn a_report_goes_on_to_its_end_mark() {
        let oops = [
            "BUG: kernel NULL pointer dereference, address: 0000000000000008",
            "PGD 0 P4D 0 ",
            "Oops: 0000 [#1] PREEMPT SMP",
            "eth0: link is up",
            "Call Trace:",
            " <TASK>",
            " f+0x1/0x2",
            " </TASK>",
            "---[ end trace 0000000000000000 ]---",
            "RIP: 0010:f+0x1/0x2",
            "RAX: 0000000000000008 RBX: ffff",
            "eth0: link is down",
        ];
        assert_eq!(steps(&oops), "++?+++++++.");
        let panic = [
            "kernel BUG at mm/slub.c:1!",
            "Kernel panic - not syncing: Fatal exception",
            "x",
        ];
        assert_eq!(steps(&panic), "+?");
        let warning = [
            "------------[ cut here ]------------",
            "odd: refcount",
            "WARNING: CPU: 0 PID: 1 at a.c:1 f+0x1/0x2",
        ];
        assert_eq!(steps(&warning), "?+");
    }

    #[test]
    fn a_line_without_the_kernels_clock_ends_a_report_that_has_it() {
        let oops = [
            "[37821.716421] BUG: kernel NULL pointer dereference, address: 0000000000000008",
            "[37821.716422]  <TASK>",
            "",
            "[37821.716423] eth0: link is up",
            "2026-11-01 00:00:44,127 INFO [1001] web: ready",
        ];
        assert_eq!(steps(&oops), "+??.");
    }

    #[test]
    fn what_was_killed_ends_it() {
        let lines = [
            "python3 invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0",
            "anything at all",
            "",
            "Out of memory: Killed process 7 (python3) total-vm:1kB",
            "oom_reaper: reaped process 7 (python3)",
        ];
        assert_eq!(steps(&lines), "+++.");
        assert_eq!(steps(&[lines[3], "x"]), ".");
    }
}
