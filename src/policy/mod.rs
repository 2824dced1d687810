//! Thinning. In: candidates. Out: keep, or drop with a named reason; every consequence as a value in [`Decisions`].
//!
//! Never lets anything unscrubbed be stored. Never reads a clock: it runs on record time.
//!
//! Order: minimum level → scrubbing → sampling → issue (dedup, budget) → app → host.
//! Always: Σ over what was sent (1 + suppressed) + open counts + drops = occurrences.

use jiff::Timestamp;

use crate::source::AppIx;

/// SHA-256, cut to 16 bytes, of an app's name and its issue's grouping components.
pub type IssueKey = [u8; 16];
/// SHA-256, cut to 16 bytes, of an issue key and the scrubbed value.
pub type DedupKey = [u8; 16];

/// Why an occurrence is not sent. Names are those of the ledger, of `status` and of the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// Less severe than `min_level`.
    MinLevel,
    /// `sample_rate` left it out.
    SampleRate,
    /// The app's `rate` was spent.
    AppRate,
    /// `host_rate` was spent.
    HostRate,
    /// A window's carrier was put out of memory and refused by a limit.
    Evicted,
}

impl Reason {
    /// The name in the ledger.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MinLevel => "min_level",
            Self::SampleRate => "sample_rate",
            Self::AppRate => "app_rate",
            Self::HostRate => "host_rate",
            Self::Evicted => "evicted",
        }
    }

    /// The reason in a client report, or `None` where the SDKs send none (what they filter before making an event).
    #[must_use]
    pub fn client_report(self) -> Option<&'static str> {
        match self {
            Self::MinLevel => None,
            Self::SampleRate => Some("sample_rate"),
            Self::AppRate | Self::HostRate | Self::Evicted => Some("ratelimit_backoff"),
        }
    }
}

/// An event on its way to the outbox.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Whose.
    pub app: AppIx,
    /// Its id.
    pub event_id: [u8; 16],
    /// JSON, scrubbed, within the bounds.
    pub payload: Vec<u8>,
    /// How many more occurrences it stands for.
    pub suppressed: u64,
    /// Record time.
    pub time: Timestamp,
    /// Category of rate limits and client reports: `error`, or `default` where there is no exception.
    pub category: &'static str,
}
