//! Limits as an operator writes them (`300/min`) and the bucket that keeps them.
//!
//! `N/unit` is a burst of N, refilled at N per unit. Time comes in by value; nothing here reads a clock.

use std::time::Duration;

/// `N/unit`, or `off`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// No limit.
    Off,
    /// At most `count` at once, refilled at `count` per `per`.
    Rate {
        /// N.
        count: u32,
        /// The unit.
        per: Duration,
    },
}
