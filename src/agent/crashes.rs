//! Crashes that are told twice: by the process itself, on its way down, and by systemd-coredump. In: records of a journal, in
//! the order in which they ended. Out: whether this one tells of a crash that was told already; then it is counted, not sent.
//!
//! Whichever is decided first is the issue. What was told is kept in memory alone: an end of the agent between the two makes two.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use crate::bounds::{CRASH_APART_MS, CRASHES_TOLD_MAX};
use crate::format::Meta;
use crate::source::AppIx;

/// Why the second is not sent, in the ledger.
pub(super) const SAME_CRASH: &str = "same_crash";

/// What was told lately.
#[derive(Debug, Default)]
pub(super) struct Crashes(VecDeque<Told>);

/// One account of a process's end.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Told {
    app: AppIx,
    boot: String,
    pid: u32,
    at: Timestamp,
    by_coredump: bool,
}

impl Crashes {
    /// Was the crash that a record tells of at `time` told by the other side already, to this app? If not, it is now.
    pub(super) fn is_told(&mut self, app: AppIx, meta: &Meta, time: Timestamp) -> bool {
        let Some(told) = Told::of(app, meta, time) else {
            return false;
        };
        if self.0.iter().any(|other| other.is_same(&told)) {
            return true;
        }
        self.0.push_back(told);
        if self.0.len() > CRASHES_TOLD_MAX {
            self.0.pop_front();
        }
        false
    }
}

impl Told {
    /// Only the journal says which process of which boot it was.
    fn of(app: AppIx, meta: &Meta, time: Timestamp) -> Option<Self> {
        let fields = meta.fields.iter();
        let text = |name: &str| {
            let mut found = fields.clone().filter(|(known, _)| known == name);
            found.next()?.1.as_str()
        };
        let boot = text("boot_id")?.to_owned();
        let entry = meta.time.unwrap_or(time);
        Some(match text("coredump_pid") {
            Some(pid) => Self {
                app,
                boot,
                pid: pid.parse().ok()?,
                at: text("coredump_timestamp").and_then(micros).unwrap_or(entry),
                by_coredump: true,
            },
            None => Self {
                app,
                boot,
                pid: meta.pid?,
                at: entry,
                by_coredump: false,
            },
        })
    }

    /// The same process, told by both sides at about the same time.
    fn is_same(&self, other: &Self) -> bool {
        let apart = SignedDuration::from_millis(CRASH_APART_MS);
        self.by_coredump != other.by_coredump
            && (self.app, self.pid) == (other.app, other.pid)
            && self.boot == other.boot
            && self.at.duration_since(other.at).abs() <= apart
    }
}

fn micros(text: &str) -> Option<Timestamp> {
    Timestamp::from_microsecond(text.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_795_293_968;

    fn meta(pid: u32, boot: &str) -> Meta {
        Meta {
            pid: Some(pid),
            fields: vec![("boot_id".to_owned(), boot.into())],
            ..Meta::default()
        }
    }

    fn dump(pid: u32, boot: &str) -> Meta {
        // The entry is systemd-coredump's own, later, and by another process.
        let mut meta = meta(9, boot);
        let fields = [
            ("coredump_pid", pid.to_string()),
            ("coredump_timestamp", format!("{SECOND}000000")),
        ];
        meta.fields
            .extend(fields.map(|(name, value)| (name.to_owned(), value.into())));
        meta
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_second_account_of_one_process_is_told() {
        let (text, dump) = (meta(7, "a"), dump(7, "a"));
        let mut crashes = Crashes::default();
        assert!(!crashes.is_told(1, &text, at(SECOND)));
        assert!(crashes.is_told(1, &dump, at(SECOND + 60)));
        // To another app it is new, and there the dump comes first.
        assert!(!crashes.is_told(2, &dump, at(SECOND + 60)));
        assert!(crashes.is_told(2, &text, at(SECOND + 1)));
    }

    #[test]
    fn another_process_boot_or_time_is_another_crash() {
        let mut crashes = Crashes::default();
        assert!(!crashes.is_told(1, &dump(7, "a"), at(SECOND)));
        assert!(!crashes.is_told(1, &meta(8, "a"), at(SECOND)));
        assert!(!crashes.is_told(1, &meta(7, "b"), at(SECOND)));
        // What it told an hour before, it survived.
        assert!(!crashes.is_told(1, &meta(7, "a"), at(SECOND - 3_600)));
        // Both by the same side: two things that went wrong.
        assert!(!crashes.is_told(1, &dump(7, "a"), at(SECOND)));
        // Not from the journal.
        assert!(!crashes.is_told(1, &Meta::default(), at(SECOND)));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut crashes = Crashes::default();
        for pid in 0..2 * CRASHES_TOLD_MAX as u32 {
            assert!(!crashes.is_told(1, &meta(pid, "a"), at(SECOND)));
        }
        assert_eq!(crashes.0.len(), CRASHES_TOLD_MAX);
    }
}
