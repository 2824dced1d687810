//! Time. In: nothing. Out: [`Now`], handed down by value, so that no other room ever asks for it.

use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime};

use jiff::Timestamp;

/// One reading of both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Wall time, for what people and receivers see.
    pub wall: Timestamp,
    /// Time since some fixed moment that only rises, for waiting.
    pub mono: Duration,
}

/// Who tells the time.
pub trait Clock: Send + Sync {
    /// Both clocks, read once.
    fn now(&self) -> Now;
}

/// The machine's clocks.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// A clock whose monotonic side starts at zero here.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "this room is where the clock is read"
    )]
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this room is where the clock is read"
    )]
    fn now(&self) -> Now {
        let wall = Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH);
        Now {
            wall,
            mono: self.start.elapsed(),
        }
    }
}

/// The test double: stands still until it is moved.
#[derive(Debug)]
pub struct ManualClock {
    now: Mutex<Now>,
}

impl ManualClock {
    /// A clock that stands at `wall`, its monotonic side at zero.
    #[must_use]
    pub fn at(wall: Timestamp) -> Self {
        Self {
            now: Mutex::new(Now {
                wall,
                mono: Duration::ZERO,
            }),
        }
    }

    /// Moves both sides on by `by`.
    pub fn advance(&self, by: Duration) {
        let mut now = self
            .now
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        now.mono += by;
        now.wall = now.wall.checked_add(by).unwrap_or(now.wall);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Now {
        *self
            .now
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
