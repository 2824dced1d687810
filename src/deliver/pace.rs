//! `send_rate`: how fast envelopes go towards one receiver. Delays, never drops. Wall-clock, unlike policy's limits.

use std::time::Duration;

use crate::limit::Limit;

/// A token bucket, full at the start.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    /// Tokens a second; `None`: off.
    rate: Option<f64>,
    burst: f64,
    tokens: f64,
    filled_at: Duration,
}

impl Pace {
    /// `limit` refills it, `burst` is what it holds.
    pub(super) fn new(limit: Limit, burst: u32, now: Duration) -> Self {
        let rate = match limit {
            Limit::Off => None,
            Limit::Rate { count, per } => {
                let per = per.as_secs_f64();
                (per > 0.0).then(|| f64::from(count.max(1)) / per)
            }
        };
        let burst = f64::from(burst.max(1));
        Self {
            rate,
            burst,
            tokens: burst,
            filled_at: now,
        }
    }

    /// When the next envelope may go, if not now.
    pub(super) fn not_before(&mut self, now: Duration) -> Option<Duration> {
        let rate = self.rate?;
        let passed = now.saturating_sub(self.filled_at).as_secs_f64();
        self.filled_at = self.filled_at.max(now);
        self.tokens = (self.tokens + passed * rate).min(self.burst);
        // A hair less than a whole token is one: else rounding makes a timer fire for nothing.
        (self.tokens < 0.999).then(|| {
            now + Duration::try_from_secs_f64((1.0 - self.tokens) / rate).unwrap_or_default()
        })
    }

    /// After an outage or a limit there is no burst: what waited goes at the rate.
    pub(super) fn empty(&mut self) {
        self.tokens = self.tokens.min(0.0);
    }

    /// One envelope goes.
    pub(super) fn spend(&mut self) {
        if self.rate.is_some() {
            self.tokens -= 1.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent_within(pace: &mut Pace, from_ms: u64, to_ms: u64) -> usize {
        (from_ms..to_ms)
            .map(Duration::from_millis)
            .map(|now| {
                let mut sent = 0;
                while sent < 1_000 && pace.not_before(now).is_none() {
                    pace.spend();
                    sent += 1;
                }
                sent
            })
            .sum()
    }

    #[test]
    fn a_burst_then_the_rate() {
        let limit = Limit::Rate {
            count: 10,
            per: Duration::from_secs(1),
        };
        let mut pace = Pace::new(limit, 50, Duration::ZERO);
        assert_eq!(sent_within(&mut pace, 0, 1), 50);
        let later = sent_within(&mut pace, 1, 10_001);
        assert!((99..=101).contains(&later), "{later}");
    }

    #[test]
    fn the_wait_it_names_is_enough_and_not_too_long() {
        let limit = Limit::Rate {
            count: 10,
            per: Duration::from_secs(1),
        };
        let mut pace = Pace::new(limit, 1, Duration::ZERO);
        pace.spend();
        let at = pace.not_before(Duration::from_millis(40)).unwrap();
        assert!(at <= Duration::from_millis(101), "{at:?}");
        assert_eq!(pace.not_before(at), None);
    }

    #[test]
    fn after_trouble_there_is_no_burst() {
        let limit = Limit::Rate {
            count: 10,
            per: Duration::from_secs(1),
        };
        let mut pace = Pace::new(limit, 50, Duration::ZERO);
        pace.empty();
        assert_eq!(sent_within(&mut pace, 0, 1_001), 10);
    }

    #[test]
    fn off_is_off() {
        let mut pace = Pace::new(Limit::Off, 1, Duration::ZERO);
        for _ in 0..1_000 {
            assert_eq!(pace.not_before(Duration::ZERO), None);
            pace.spend();
        }
    }
}
