//! Thinning. In: candidates. Out: keep, or drop with a named reason; every consequence as a value in [`Decisions`].
//!
//! Never lets anything unscrubbed be stored. Never reads a clock: it runs on record time.
//!
//! Order: rules → ignore lists → minimum level → scrubbing → sampling → issue (dedup, budget) → app → host.
//! Always: Σ over what was sent (1 + suppressed) + open counts + drops = occurrences.

mod changes;
mod close;
mod decide;
mod filter;
mod gate;
mod host;
mod issue;
mod key;
mod parameterise;
mod restore;
mod rules;
mod scrub;
mod window;

use std::time::Duration;

use jiff::Timestamp;

use crate::level::Level;
use crate::limit::Limit;
use crate::source::AppIx;

pub use changes::{
    AppName, CarrierRow, IssueRow, LimiterName, Names, NewCarrier, PolicyChanges, Released,
    StoredIssue, StoredLimiter, StoredPolicy, StoredWindow, WindowRow,
};
pub use decide::Policy;
pub use gate::Gate;
pub use rules::{RuleFailure, holds};

/// The issue that a scrubbed event of this app belongs to.
#[must_use]
pub fn issue_key(app: &str, event: &crate::event::protocol::Event) -> IssueKey {
    key::issue(app, event)
}

/// SHA-256, cut to 16 bytes, of an app's name and its issue's grouping components.
pub type IssueKey = [u8; 16];
/// SHA-256, cut to 16 bytes, of an issue key and the scrubbed value.
pub type DedupKey = [u8; 16];
/// The key of the window in which an issue's budget (`rate_per_issue`) carries what it refused.
pub const BUDGET_KEY: DedupKey = [0; 16];

/// Why an occurrence is not sent. Names are those of the ledger, of `status` and of the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// A rule drops it.
    Rule,
    /// A rule's `sample_rate` left it out.
    RuleSampleRate,
    /// `ignore_errors` names it.
    IgnoreErrors,
    /// It happened outside `allow_paths`.
    AllowPaths,
    /// It happened in one of `deny_paths`.
    DenyPaths,
    /// `sdk = true`: the app's own SDK reports it.
    Sdk,
    /// Less severe than `min_level`.
    MinLevel,
    /// The app's environment is none of `send_in`; shown.
    SendIn,
    /// `debug = true`; shown.
    Debug,
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
            Self::Rule => "rule",
            Self::RuleSampleRate => "rule_sample_rate",
            Self::IgnoreErrors => "ignore_errors",
            Self::AllowPaths => "allow_paths",
            Self::DenyPaths => "deny_paths",
            Self::Sdk => "sdk",
            Self::MinLevel => "min_level",
            Self::SendIn => "send_in",
            Self::Debug => "debug",
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
            // As the SDKs count what their own filters, which are event processors, leave out.
            Self::IgnoreErrors | Self::AllowPaths | Self::DenyPaths => Some("event_processor"),
            // Nothing was to be sent in the first place; what an SDK reports is not lost.
            Self::MinLevel | Self::Sdk | Self::SendIn | Self::Debug => None,
            // A rule is what `before_send` is in an SDK.
            Self::Rule => Some("before_send"),
            Self::SampleRate | Self::RuleSampleRate => Some("sample_rate"),
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

/// Occurrences that are not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drop {
    /// Whose.
    pub app: AppIx,
    /// Why.
    pub reason: Reason,
    /// Category of rate limits and client reports.
    pub category: &'static str,
    /// How many.
    pub quantity: u64,
}

/// An event that is shown and not sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// Whose.
    pub app: AppIx,
    /// Why it is not sent.
    pub reason: Reason,
    /// What it is, where it happened, where it was read, on one line; scrubbed, harmless to a terminal.
    pub text: String,
}

/// For the tally: what happened beyond what is kept and dropped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Occurrences counted into a carrier because their window was open.
    pub repeats: u64,
    /// Occurrences counted into a carrier because their issue's budget was spent.
    pub over_budget: u64,
    /// Carriers that went out.
    pub released: u64,
}

/// Everything that follows from what was decided since the last commit; belongs into one batch of the store.
#[derive(Debug, Default)]
pub struct Decisions {
    /// To be sent.
    pub kept: Vec<Kept>,
    /// To be stored: windows, carriers, limiters.
    pub changes: PolicyChanges,
    /// Not to be sent.
    pub drops: Vec<Drop>,
    /// Of what is not sent, what is shown instead; beyond the bound of a batch only counted.
    pub shown: Vec<Shown>,
    /// Rules that gave no answer, with their app.
    pub failures: Vec<(AppIx, RuleFailure)>,
    /// For the tally.
    pub counts: Counts,
    /// Bytes of payload in `kept` and in new carriers, for the bound of a batch.
    pub bytes: usize,
}

impl Decisions {
    fn drop(&mut self, dropped: Drop) {
        match self.drops.last_mut() {
            Some(last)
                if (last.app, last.reason, last.category)
                    == (dropped.app, dropped.reason, dropped.category) =>
            {
                last.quantity += dropped.quantity;
            }
            _ => self.drops.push(dropped),
        }
    }
}

/// An app's thinning.
#[derive(Debug, Clone)]
pub struct AppLimits {
    /// Its name: what is stored names apps by it.
    pub name: String,
    /// Where its carriers go, as the outbox names receivers; opaque here.
    pub receiver: String,
    /// What comes before thinning.
    pub gate: Gate,
    /// Less severe events are dropped.
    pub min_level: Level,
    /// 0.0 to 1.0.
    pub sample_rate: f64,
    /// `None`: off.
    pub dedup_window: Option<Duration>,
    /// Distinct events of one issue.
    pub rate_per_issue: Limit,
    /// Events of the app.
    pub rate: Limit,
}

impl AppLimits {
    /// As an app's file says. `receiver` is the app's receiver as the outbox names it.
    #[must_use]
    pub fn of(app: &crate::config::App, receiver: String) -> Self {
        Self {
            name: app.name.clone(),
            receiver,
            gate: Gate::of(app),
            min_level: app.min_level,
            sample_rate: app.sample_rate,
            dedup_window: app.dedup_window,
            rate_per_issue: app.rate_per_issue,
            rate: app.rate,
        }
    }

    /// Whether issues need any state at all.
    fn thins_issues(&self) -> bool {
        self.dedup_window.is_some() || self.rate_per_issue != Limit::Off || self.sample_rate < 1.0
    }

    fn dedup_us(&self) -> Option<i64> {
        self.dedup_window.map(micros)
    }

    /// How long a window stays open: that of the dedup key, or the budget's, which is never shorter than the budget's unit
    /// (its carrier would else go out more often than the budget allows events). `None`: that thinning is off.
    fn window_us(&self, key: &DedupKey) -> Option<i64> {
        if *key != BUDGET_KEY {
            return self.dedup_us();
        }
        match self.rate_per_issue {
            Limit::Off => None,
            Limit::Rate { per, .. } => Some(micros(per).max(self.dedup_us().unwrap_or(0))),
        }
    }
}

/// The first 53 bits of the id, as a number in `0.0..1.0`.
fn fraction(event_id: &[u8; 16]) -> f64 {
    let bits = u128::from_be_bytes(*event_id) >> 75;
    bits as f64 / (1_u64 << 53) as f64
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
