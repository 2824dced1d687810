//! Waiting for conditions with a deadline.

use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How long between two looks at a condition that cannot wake us.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Lets `time` pass, for writers that keep a pace: nobody sends, so the receive runs into its deadline.
pub(crate) fn pass(time: Duration) {
    let (_keep_open, nothing) = mpsc::channel::<()>();
    let _ = nothing.recv_timeout(time);
}

/// Looks at `condition` until it holds (`true`) or `within` has passed (`false`).
pub(crate) fn wait_until(within: Duration, mut condition: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + within;
    loop {
        if condition() {
            return true;
        }
        if Instant::now() >= deadline {
            return false;
        }
        pass(LOOK_AGAIN);
    }
}

/// Keeps a writer at `rate` steps a second, counted from the first.
pub(crate) struct Pace {
    begun: Instant,
    rate: f64,
    steps: u64,
}

impl Pace {
    /// Begins now.
    pub(crate) fn new(rate: f64) -> Self {
        Self {
            begun: Instant::now(),
            rate,
            steps: 0,
        }
    }

    /// Returns when the next step is due; a writer that is late does not wait until it has caught up.
    pub(crate) fn step(&mut self) {
        self.steps += 1;
        let due = Duration::from_secs_f64(self.steps as f64 / self.rate);
        let passed = self.begun.elapsed();
        if due > passed + Duration::from_micros(500) {
            pass(due.saturating_sub(passed));
        }
    }
}
