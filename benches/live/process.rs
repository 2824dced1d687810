//! What a running process has used so far.

use std::fs;

/// Over all its threads.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Usage {
    /// Nanoseconds on a CPU.
    nanos: u64,
    /// Voluntary context switches: it waited and was woken.
    pub(crate) wake_ups: u64,
}

impl Usage {
    /// Of the process with this id, now.
    pub(crate) fn of(pid: u32) -> Self {
        let mut usage = Self::default();
        for task in fs::read_dir(format!("/proc/{pid}/task")).unwrap().flatten() {
            let read = |file: &str| fs::read_to_string(task.path().join(file)).unwrap_or_default();
            // Nanoseconds, where `stat` has only hundredths of a second.
            usage.nanos += read("schedstat")
                .split_whitespace()
                .next()
                .and_then(|nanos| nanos.parse().ok())
                .unwrap_or(0);
            let status = read("status");
            let switches = status
                .lines()
                .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
            usage.wake_ups += switches
                .and_then(|count| count.trim().parse().ok())
                .unwrap_or(0);
        }
        usage
    }

    /// Seconds on a CPU between the two.
    pub(crate) fn cpu_since(self, before: Self) -> f64 {
        (self.nanos - before.nanos) as f64 / 1e9
    }
}
