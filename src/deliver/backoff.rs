//! Pauses that grow. In: failures in a row. Out: how long to wait before the next attempt.
//!
//! Full jitter: anything between nothing and the ceiling, so that hosts that failed together do not come back together.

use std::time::Duration;

use crate::os::chance::Chance;

/// A row of growing pauses.
#[derive(Debug, Clone)]
pub(super) struct Backoff {
    least: Duration,
    most: Duration,
    failures: u32,
}

impl Backoff {
    /// Ceilings of `least`, twice that, … up to `most`.
    pub(super) fn new(least: Duration, most: Duration) -> Self {
        Self {
            least,
            most,
            failures: 0,
        }
    }

    /// One more failure: the pause before the next attempt.
    pub(super) fn failed(&mut self, chance: &dyn Chance) -> Duration {
        self.ceiling().mul_f64(chance.fraction())
    }

    /// One more failure, where there is no crowd to fear: half to all of the ceiling.
    pub(super) fn failed_steadily(&mut self, chance: &dyn Chance) -> Duration {
        self.ceiling().mul_f64(chance.fraction().midpoint(1.0))
    }

    /// As it was after so many failures.
    pub(super) fn restore(&mut self, failures: u32) {
        self.failures = failures;
    }

    /// How many failures in a row.
    pub(super) fn failures(&self) -> u32 {
        self.failures
    }

    /// It went well: the next pause is the shortest again.
    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }

    fn ceiling(&mut self) -> Duration {
        let doubled = self.least.saturating_mul(1 << self.failures.min(20));
        self.failures = self.failures.saturating_add(1);
        doubled.min(self.most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::os::chance::SeededChance;

    #[test]
    fn ceilings_double_to_the_most_and_fall_back() {
        let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_mins(1));
        let ceilings: Vec<u64> = (0..8).map(|_| backoff.ceiling().as_secs()).collect();
        assert_eq!(ceilings, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(backoff.failures(), 8);
        backoff.reset();
        assert_eq!(backoff.ceiling(), Duration::from_secs(1));
    }

    #[test]
    fn pauses_are_spread_over_the_whole_ceiling() {
        let chance = SeededChance::new(7);
        let pauses: Vec<Duration> = (0..200)
            .map(|_| Backoff::new(Duration::from_secs(1), Duration::from_mins(1)).failed(&chance))
            .collect();
        assert!(pauses.iter().all(|pause| *pause <= Duration::from_secs(1)));
        assert!(
            pauses
                .iter()
                .any(|pause| *pause < Duration::from_millis(200))
        );
        assert!(
            pauses
                .iter()
                .any(|pause| *pause > Duration::from_millis(800))
        );
    }
}
