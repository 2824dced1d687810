//! Limits as an operator writes them (`300/min`) and the bucket that keeps them.
//!
//! `N/unit` is a burst of N, refilled at N per unit. Time comes in by value; nothing here reads a clock.
//!
//! The bucket is our own (the generic cell rate algorithm, two numbers): `governor` reads a clock of its own and hides its
//! state, while ours runs on the time of log records and is stored with the positions.

use std::time::Duration;

pub use crate::bounds::LIMIT_COUNT_MAX;

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

/// What is wrong with the text of a limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// Not of the form `N/unit`.
    #[error(
        "\"{0}\" is not a limit: write a number and a unit, as in \"300/min\" (units: s, min, h), or \"off\""
    )]
    Form(String),
    /// The number is not one.
    #[error("\"{number}\" in \"{text}\" is not a whole number from 1 to {LIMIT_COUNT_MAX}")]
    Number {
        /// All of it.
        text: String,
        /// What stands before the slash.
        number: String,
    },
    /// Nothing would ever pass.
    #[error(
        "\"{0}\" would let nothing pass: the smallest limit is 1 (as in \"1/h\"); \"off\" means no limit"
    )]
    Zero(String),
    /// The unit is not one.
    #[error("unit \"{unit}\" in \"{text}\" is unknown: use s, min or h")]
    Unit {
        /// All of it.
        text: String,
        /// What stands behind the slash.
        unit: String,
    },
}

impl Limit {
    /// Reads `"300/min"`, `"10/s"`, `"5/h"` or `"off"`.
    pub fn parse(text: &str) -> Result<Self, LimitError> {
        if text == "off" {
            return Ok(Self::Off);
        }
        let (number, unit) = text
            .split_once('/')
            .ok_or_else(|| LimitError::Form(text.to_owned()))?;
        let per = match unit {
            "s" => Duration::from_secs(1),
            "min" => Duration::from_mins(1),
            "h" => Duration::from_hours(1),
            _ => {
                return Err(LimitError::Unit {
                    text: text.to_owned(),
                    unit: unit.to_owned(),
                });
            }
        };
        let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        match number.parse::<u32>() {
            Ok(0) if digits => Err(LimitError::Zero(text.to_owned())),
            Ok(count) if digits && count <= LIMIT_COUNT_MAX => Ok(Self::Rate { count, per }),
            _ => Err(LimitError::Number {
                text: text.to_owned(),
                number: number.to_owned(),
            }),
        }
    }

    /// What a bucket counts with; `None` where there is no limit.
    #[must_use]
    pub fn pace(self) -> Option<Pace> {
        match self {
            Self::Off => None,
            Self::Rate { count, per } => Some(Pace::new(count, per)),
        }
    }
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::Rate { count, per } => match per.as_secs() {
                60 => write!(f, "{count}/min"),
                3_600 => write!(f, "{count}/h"),
                _ => write!(f, "{count}/s"),
            },
        }
    }
}

/// A limit in microseconds. The interval is rounded up, so that what passes in the long run is never above the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Time that one event uses up.
    pub interval_us: i64,
    /// Time that may be used up at once: burst × interval.
    pub span_us: i64,
}

impl Pace {
    fn new(count: u32, per: Duration) -> Self {
        let count = i64::from(count.max(1));
        let per = i64::try_from(per.as_micros()).unwrap_or(i64::MAX / 4);
        let interval_us = (per.saturating_add(count - 1) / count).max(1);
        Self {
            interval_us,
            span_us: interval_us.saturating_mul(count),
        }
    }

    /// The burst, in events.
    #[must_use]
    pub fn burst(self) -> i64 {
        self.span_us / self.interval_us.max(1)
    }
}

/// State of one limiter. It keeps its own clock, the latest time it was asked at, and answers for an older time at that
/// clock, so that records that come late are not given what was spent since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bucket {
    /// The latest time seen, in microseconds since 1970.
    pub clock_us: i64,
    /// When the bucket is full again (the algorithm's theoretical arrival time), in microseconds since 1970.
    pub full_at_us: i64,
}

impl Bucket {
    /// Moves the clock and tells whether one event may pass. Takes nothing.
    pub fn ready(&mut self, pace: Pace, at_us: i64) -> bool {
        self.clock_us = self.clock_us.max(at_us);
        // What an earlier, slower limit has used up counts for no longer than the present one can owe.
        let debt_max = self.clock_us.saturating_add(pace.span_us);
        self.full_at_us = self.full_at_us.min(debt_max);
        self.used_us().saturating_add(pace.interval_us) <= pace.span_us
    }

    /// Takes one event at the clock, whether [`Bucket::ready`] or not; never owes more than the span.
    pub fn take(&mut self, pace: Pace) {
        let used = self.used_us().saturating_add(pace.interval_us);
        self.full_at_us = self.clock_us.saturating_add(used.min(pace.span_us));
    }

    /// Time used up at the clock.
    #[must_use]
    pub fn used_us(&self) -> i64 {
        self.full_at_us.saturating_sub(self.clock_us).max(0)
    }

    /// When the next event may pass.
    #[must_use]
    pub fn ready_at_us(&self, pace: Pace) -> i64 {
        self.full_at_us
            .saturating_add(pace.interval_us)
            .saturating_sub(pace.span_us)
    }

    /// Brings back a clock that stands more than `ahead_us` before `now_us` (a file from the future, a machine whose clock
    /// was set back): it would refill nothing until then.
    pub fn heal(&mut self, now_us: i64, ahead_us: i64) -> bool {
        let wrong = self.clock_us > now_us.saturating_add(ahead_us);
        if wrong {
            let used = self.used_us();
            self.clock_us = now_us;
            self.full_at_us = now_us.saturating_add(used);
        }
        wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;

    #[test]
    fn limits_are_read_and_written_the_same() {
        for text in ["300/min", "10/s", "5/h", "off", "1000000/s"] {
            assert_eq!(Limit::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn each_mistake_has_its_own_word() {
        let said = |text: &str| Limit::parse(text).unwrap_err().to_string();
        assert!(said("300").contains("write a number and a unit"));
        assert!(said("").contains("is not a limit"));
        assert!(said("OFF").contains("or \"off\""));
        assert!(said("0/min").contains("would let nothing pass"));
        assert!(said("-1/min").contains("\"-1\" in \"-1/min\" is not a whole number"));
        assert!(said("+1/min").contains("is not a whole number"));
        assert!(said("1.5/s").contains("is not a whole number"));
        assert!(said("1000001/s").contains("from 1 to 1000000"));
        assert!(said("5/minute").contains("unit \"minute\""));
        assert!(said("5/").contains("unit \"\""));
    }

    #[test]
    fn a_burst_passes_then_one_per_interval() {
        let pace = Limit::parse("3/s").unwrap().pace().unwrap();
        let mut bucket = Bucket::default();
        let mut passed = 0;
        for step in 0..=30_i64 {
            let at = 100 * SECOND + step * SECOND / 10;
            while bucket.ready(pace, at) {
                bucket.take(pace);
                passed += 1;
            }
        }
        // Three at once, then three seconds at (a little under) three a second.
        assert!((11..=12).contains(&passed), "{passed}");
    }

    #[test]
    fn an_older_record_is_decided_at_the_clock() {
        let pace = Limit::parse("1/min").unwrap().pace().unwrap();
        let mut bucket = Bucket::default();
        assert!(bucket.ready(pace, 1_000 * SECOND));
        bucket.take(pace);
        assert!(!bucket.ready(pace, 10 * SECOND));
        assert_eq!(bucket.clock_us, 1_000 * SECOND);
        assert!(bucket.ready(pace, 1_060 * SECOND));
    }

    #[test]
    fn a_changed_limit_does_not_inherit_a_long_debt() {
        let slow = Limit::parse("1/h").unwrap().pace().unwrap();
        let fast = Limit::parse("10/s").unwrap().pace().unwrap();
        let mut bucket = Bucket::default();
        assert!(bucket.ready(slow, SECOND));
        bucket.take(slow);
        assert!(!bucket.ready(fast, SECOND));
        assert!(bucket.ready(fast, 2 * SECOND));
    }

    #[test]
    fn a_clock_from_the_future_is_brought_back() {
        let pace = Limit::parse("1/min").unwrap().pace().unwrap();
        let mut bucket = Bucket::default();
        assert!(bucket.ready(pace, i64::MAX / 2));
        bucket.take(pace);
        assert!(!bucket.heal(i64::MAX / 2, SECOND));
        assert!(bucket.heal(1_000 * SECOND, 60 * SECOND));
        assert!(!bucket.ready(pace, 1_000 * SECOND));
        assert!(bucket.ready(pace, 1_060 * SECOND));
    }
}
