//! What a restart must know of a receiver. In: limits and trouble. Out: a line of JSON for the state file, and back.
//!
//! Times are kept by the wall clock. A clock that was set meanwhile never makes a pause longer than it was when it was kept.

use std::time::Duration;

use jiff::Timestamp;

use crate::os::Now;

use super::gate::Trouble;

/// How one receiver stood.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct Kept {
    /// When this was written.
    pub(super) at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) limits: Option<KeptLimits>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) trouble: Option<KeptTrouble>,
}

/// Until when each category must wait, and the stretches in which it had to.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct KeptLimits {
    pub(super) all: Option<i64>,
    pub(super) error: Option<i64>,
    pub(super) default: Option<i64>,
    pub(super) waits_error: Vec<(i64, i64)>,
    pub(super) waits_default: Vec<(i64, i64)>,
}

/// What was wrong, how often in a row, and when it is tried again.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct KeptTrouble {
    pub(super) trouble: Trouble,
    pub(super) until: i64,
    pub(super) outages: u32,
    pub(super) refusals: u32,
}

impl Kept {
    /// `None`: there is nothing to keep.
    pub(super) fn to_json(&self) -> Option<String> {
        if self.limits.is_none() && self.trouble.is_none() {
            return None;
        }
        serde_json::to_string(self).ok()
    }

    /// What cannot be read is nothing: then the receiver is asked, and says it again.
    pub(super) fn from_json(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }
}

/// Microseconds since 1970 at which the monotonic clock will stand at `until`.
pub(super) fn to_wall(until: Duration, now: Now) -> i64 {
    let left = until.saturating_sub(now.mono);
    let at = now.wall.checked_add(left).unwrap_or(Timestamp::MAX);
    at.as_microsecond()
}

/// The way back: where the monotonic clock will stand at `until`, which was kept at `kept_at`.
pub(super) fn to_mono(until: i64, kept_at: i64, now: Now) -> Duration {
    let us = |us: i64| Duration::from_micros(us.max(0).cast_unsigned());
    let left = us(until.saturating_sub(now.wall.as_microsecond()));
    let at_most = us(until.saturating_sub(kept_at));
    now.mono.saturating_add(left.min(at_most))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(wall: i64, mono: u64) -> Now {
        Now {
            wall: Timestamp::from_second(wall).unwrap(),
            mono: Duration::from_secs(mono),
        }
    }

    #[test]
    fn a_pause_goes_on_where_it_was() {
        let before = at(1_000, 50);
        let until = to_wall(Duration::from_secs(110), before);
        assert_eq!(until, 1_060_000_000);
        let mono = |wall| to_mono(until, before.wall.as_microsecond(), at(wall, 5)).as_secs();
        assert_eq!((mono(1_020), mono(1_060), mono(2_000)), (45, 5, 5));
        assert_eq!(
            mono(10),
            65,
            "a clock that was set back makes no long pause"
        );
    }

    #[test]
    fn what_is_well_or_unreadable_is_nothing() {
        let well = Kept {
            at: 1,
            limits: None,
            trouble: None,
        };
        assert_eq!(well.to_json(), None);
        for bad in ["", "{}", "[]", r#"{"at":1,"trouble":{"trouble":"new"}}"#] {
            assert_eq!(Kept::from_json(bad), None, "{bad}");
        }
    }
}
