//! What went wrong. In: the line that says so. Out: its kind, a name and words for it.

use crate::level::Level;

/// One of them stands on the first line of each report. `[ cut here ]` is printed above every `WARNING` and `kernel BUG`
/// (`kernel/panic.c`, `lib/bug.c`), whatever the words of the next line are in this version.
pub(super) const OPENINGS: &[&str] = &[
    "[ cut here ]",
    "WARNING: CPU: ",
    "kernel BUG at ",
    "BUG: kernel NULL pointer",
    "BUG: unable to handle ",
    "BUG: KASAN: ",
    "general protection fault",
    "Unable to handle kernel ",
    "INFO: task ",
    "soft lockup - CPU#",
    "Kernel panic - not syncing",
    "invoked oom-killer: ",
    "Killed process ",
];

/// What a report is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The mark above a warning or a bug.
    CutHere,
    /// The kernel goes on as if nothing were.
    Warning,
    /// A task died, or more.
    Oops,
    /// A task waits, or a processor runs, for too long.
    Hung,
    /// All is over.
    Panic,
    /// Memory is short: what is killed stands at the end.
    OutOfMemory,
    /// That end.
    Killed,
}

impl Kind {
    /// How severe it is.
    pub(super) fn level(self) -> Level {
        match self {
            Self::CutHere | Self::Warning => Level::Warning,
            Self::Hung | Self::OutOfMemory | Self::Killed => Level::Error,
            Self::Oops | Self::Panic => Level::Fatal,
        }
    }
}

/// Kind, the exception's type, its value.
pub(super) type Fault<'a> = (Kind, &'static str, &'a str);

/// Reads a line that tells of a fault.
pub(super) fn read(text: &str) -> Option<Fault<'_>> {
    /// What a line begins with, and where it belongs.
    const BEGINS: &[(&str, Kind, &str)] = &[
        ("------------[ cut here ]", Kind::CutHere, "WARNING"),
        ("WARNING: ", Kind::Warning, "WARNING"),
        ("kernel BUG ", Kind::Oops, "kernel BUG"),
        ("BUG: KASAN: ", Kind::Oops, "KASAN"),
        ("BUG: ", Kind::Oops, "BUG"),
        ("Oops: general protection fault", Kind::Oops, GPF),
        (GPF, Kind::Oops, GPF),
        ("Unable to handle kernel ", Kind::Oops, "BUG"),
        ("Kernel panic - not syncing", Kind::Panic, "Kernel panic"),
        ("Memory cgroup out of memory: ", Kind::Killed, OOM),
        ("Out of memory: ", Kind::Killed, OOM),
        ("Out of memory (", Kind::Killed, OOM),
    ];
    if let Some((_, rest)) = text.split_once("BUG: soft lockup - ") {
        return Some((Kind::Hung, "soft lockup", rest));
    }
    if let Some(rest) = text.strip_prefix("INFO: task ") {
        return rest
            .contains(" blocked for more than ")
            .then_some((Kind::Hung, "hung task", rest));
    }
    if text.contains(" invoked oom-killer: ") {
        return Some((Kind::OutOfMemory, OOM, text));
    }
    let begins = |(begin, kind, name): &(&str, Kind, &'static str)| {
        let rest = text.strip_prefix(begin)?;
        Some((*kind, *name, rest.trim_start_matches([':', ',', ' '])))
    };
    let (kind, name, rest) = BEGINS.iter().find_map(begins)?;
    let holds = match kind {
        Kind::Killed => rest.contains("Killed process "),
        // So that what others call a bug or a warning is none here.
        Kind::Warning => rest.starts_with("CPU: ") || rest.contains(" at ") && rest.contains("+0x"),
        Kind::Oops if name == "BUG" && text.starts_with("BUG: ") => {
            rest.starts_with("kernel NULL pointer ") || rest.starts_with("unable to handle ")
        }
        _ => true,
    };
    holds.then_some((kind, name, rest))
}

const GPF: &str = "general protection fault";
const OOM: &str = "Out of memory";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_tell_of_a_fault() {
        for (text, kind, name, rest) in [
            (
                "BUG: kernel NULL pointer dereference, address: 0000000000000008",
                Kind::Oops,
                "BUG",
                "kernel NULL pointer dereference, address: 0000000000000008",
            ),
            (
                "WARNING: CPU: 1 PID: 7 at fs/ext4/inode.c:12 ext4_x+0x1/0x2",
                Kind::Warning,
                "WARNING",
                "CPU: 1 PID: 7 at fs/ext4/inode.c:12 ext4_x+0x1/0x2",
            ),
            (
                "general protection fault, probably for non-canonical address 0x1: 0000 [#1]",
                Kind::Oops,
                GPF,
                "probably for non-canonical address 0x1: 0000 [#1]",
            ),
            (
                "watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [shop:7]",
                Kind::Hung,
                "soft lockup",
                "CPU#1 stuck for 22s! [shop:7]",
            ),
            (
                "Memory cgroup out of memory: Killed process 7 (shop) total-vm:5kB",
                Kind::Killed,
                OOM,
                "Killed process 7 (shop) total-vm:5kB",
            ),
        ] {
            assert_eq!(read(text), Some((kind, name, rest)));
        }
        for no in [
            "DEBUG: kernel NULL pointer",
            "BUG: the cart is empty",
            "WARNING: disk is nearly full",
            "INFO: task 7 done",
            "Killed process 7 (shop)",
            "Out of memory: heap space",
            "traps: shop[7] general protection fault ip:1 sp:2 error:0",
        ] {
            assert_eq!(read(no), None, "{no}");
        }
    }
}
