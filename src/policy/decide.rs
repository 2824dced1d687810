//! One candidate's way through the thinning, in the order that the operator's manual gives.
//!
//! Limits are asked in order and taken only when all agree: what one refuses costs the others nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::changes::{AppName, LimiterName, Names, StoredPolicy};
use super::host::Host;
use super::issue::{Issues, Slot};
use super::key::Keys;
use super::{AppLimits, BUDGET_KEY, Decisions, Drop, IssueKey, Kept, Reason, Shown, fraction};
use crate::bounds::{ISSUES_HOST_MAX, ISSUES_PER_APP_MAX, SHOWN_EVENTS_MAX};
use crate::event::protocol::Event;
use crate::event::{Candidate, pretty};
use crate::limit::{Bucket, Limit};
use crate::source::AppIx;

/// The thinning of all apps. Pure: all its state was stored, or stands in the [`Decisions`] not yet committed. After a
/// failed commit a new one is made from what the store holds.
#[derive(Debug)]
pub struct Policy {
    pub(super) names: Names,
    pub(super) apps: Vec<AppState>,
    pub(super) host: Host,
    /// When each carrier is to go out.
    pub(super) due: BTreeSet<(i64, Slot)>,
    pub(super) next_carrier: u64,
    pub(super) stamp: u64,
    pub(super) issues_max: usize,
    pub(super) swept_us: i64,
}

/// One app.
#[derive(Debug)]
pub(super) struct AppState {
    pub(super) limits: AppLimits,
    pub(super) bucket: Bucket,
    pub(super) issues: Issues,
}

/// What is decided on, without its payload.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival {
    pub(super) app: AppIx,
    pub(super) at_us: i64,
    pub(super) category: &'static str,
    keys: Option<Keys>,
}

/// What becomes of it.
enum Verdict {
    Send,
    /// Counted into the carrier of a window.
    Carry(Slot),
    Drop(Reason),
}

impl Policy {
    /// The thinning of `apps` (their order is that of [`AppIx`]), going on from what was stored. State of apps that are not
    /// among them stays in the store.
    #[must_use]
    pub fn new(apps: &[AppLimits], host_rate: Limit, stored: StoredPolicy) -> Self {
        let issues_max = ISSUES_PER_APP_MAX.min(ISSUES_HOST_MAX / apps.len().max(1));
        Self::bounded(apps, host_rate, stored, issues_max)
    }

    /// As [`Policy::new`], with another bound on the issues of each app.
    #[must_use]
    pub fn bounded(
        apps: &[AppLimits],
        host_rate: Limit,
        stored: StoredPolicy,
        issues_max: usize,
    ) -> Self {
        let names = apps
            .iter()
            .map(|app| AppName {
                app: Arc::from(app.name.as_str()),
                receiver: Arc::from(app.receiver.as_str()),
            })
            .collect();
        let states = apps.iter().map(|limits| AppState {
            limits: limits.clone(),
            bucket: Bucket::default(),
            issues: Issues::default(),
        });
        let mut policy = Self {
            names,
            apps: states.collect(),
            host: Host::new(host_rate, apps.len()),
            due: BTreeSet::new(),
            next_carrier: stored.next_carrier.max(1),
            stamp: 0,
            issues_max: issues_max.max(1),
            swept_us: 0,
        };
        policy.restore(stored);
        policy
    }

    /// Decides on one candidate.
    pub fn decide(&mut self, mut candidate: Candidate, out: &mut Decisions) {
        if out.changes.names.is_empty() {
            out.changes.names = Arc::clone(&self.names);
        }
        let ix = candidate.app;
        let Some(app) = self.apps.get(usize::from(ix)) else {
            return;
        };
        let mut arrival = Arrival {
            app: ix,
            at_us: candidate.record_time.as_microsecond(),
            category: category(&candidate.event),
            keys: None,
        };
        let limits = &app.limits;
        let mut failures = Vec::new();
        let passed = limits
            .gate
            .pass(&mut candidate, limits.min_level, &mut failures);
        out.failures
            .extend(failures.into_iter().map(|failure| (ix, failure)));
        if let Err(reason) = passed {
            show(&candidate, reason, out);
            return dropped(&arrival, reason, out);
        }
        if app.limits.thins_issues() {
            arrival.keys = Some(Keys::of(&app.limits.name, &candidate.event));
        }
        if self.sampled_out(&arrival, &candidate.event_id) {
            return dropped(&arrival, Reason::SampleRate, out);
        }
        match self.verdict(&arrival, out) {
            Verdict::Send => self.send(&arrival, &candidate, out),
            Verdict::Carry(slot) => self.carry(slot, &arrival, &candidate, out),
            Verdict::Drop(reason) => dropped(&arrival, reason, out),
        }
    }

    /// Left out by `sample_rate`: the id as a fraction is not below it, and the issue is known.
    fn sampled_out(&self, arrival: &Arrival, event_id: &[u8; 16]) -> bool {
        let (Some(app), Some(keys)) = (self.apps.get(usize::from(arrival.app)), arrival.keys)
        else {
            return false;
        };
        fraction(event_id) >= app.limits.sample_rate && app.issues.contains(&keys.issue)
    }

    fn verdict(&mut self, arrival: &Arrival, out: &mut Decisions) -> Verdict {
        if let Some(slot) = self.held_by_issue(arrival, out) {
            return Verdict::Carry(slot);
        }
        match self.admit(arrival.app, arrival.at_us, out) {
            Ok(()) => Verdict::Send,
            Err(reason) => Verdict::Drop(reason),
        }
    }

    /// The window that counts this occurrence: its dedup key's, where that is open, or its issue's budget.
    fn held_by_issue(&mut self, arrival: &Arrival, out: &mut Decisions) -> Option<Slot> {
        let keys = arrival.keys?;
        let stamp = self.next_stamp();
        let app = self.apps.get_mut(usize::from(arrival.app))?;
        let issue = app.issues.touch(&keys.issue, stamp)?;
        let mut slot = Slot {
            app: arrival.app,
            issue: keys.issue,
            window: keys.dedup,
        };
        let open = app.limits.dedup_us().is_some_and(|length| {
            issue.window(&keys.dedup).is_some_and(|window| {
                let clock = window.row.clock_us.max(arrival.at_us);
                clock.saturating_sub(window.row.opened_us) < length
            })
        });
        let held = open
            || app.limits.rate_per_issue.pace().is_some_and(|pace| {
                slot.window = BUDGET_KEY;
                !issue.bucket.ready(pace, arrival.at_us)
            });
        let row = Some(issue.row());
        out.changes.issues.insert((slot.app, slot.issue), row);
        held.then_some(slot)
    }

    /// Asks the app's and the host's limit, and takes from both if both agree.
    pub(super) fn admit(
        &mut self,
        ix: AppIx,
        at_us: i64,
        out: &mut Decisions,
    ) -> Result<(), Reason> {
        let app = self.apps.get_mut(usize::from(ix)).ok_or(Reason::AppRate)?;
        let pace = app.limits.rate.pace();
        if let Some(pace) = pace {
            let ready = app.bucket.ready(pace, at_us);
            let limiters = &mut out.changes.limiters;
            limiters.insert(LimiterName::App(ix), app.bucket);
            if !ready {
                return Err(Reason::AppRate);
            }
        }
        let granted = self.host.ready(ix, at_us);
        if let Some(grant) = granted {
            self.host.take(ix, grant);
            if let Some(pace) = pace {
                app.bucket.take(pace);
                let limiters = &mut out.changes.limiters;
                limiters.insert(LimiterName::App(ix), app.bucket);
            }
        }
        self.host.note(ix, &mut out.changes.limiters);
        granted.map(drop).ok_or(Reason::HostRate)
    }

    /// Keeps the event, and opens its issue and window.
    fn send(&mut self, arrival: &Arrival, candidate: &Candidate, out: &mut Decisions) {
        let payload = payload(&candidate.event);
        out.bytes += payload.len();
        out.kept.push(Kept {
            app: arrival.app,
            event_id: candidate.event_id,
            payload,
            suppressed: 0,
            time: candidate.record_time,
            category: arrival.category,
        });
        let Some(keys) = arrival.keys else {
            return;
        };
        let stamp = self.next_stamp();
        let Some(app) = self.apps.get_mut(usize::from(arrival.app)) else {
            return;
        };
        let issue = app.issues.open(keys.issue, stamp);
        if let Some(pace) = app.limits.rate_per_issue.pace() {
            let _was_asked_unless_new = issue.bucket.ready(pace, arrival.at_us);
            issue.bucket.take(pace);
        }
        let row = Some(issue.row());
        out.changes.issues.insert((arrival.app, keys.issue), row);
        if app.limits.dedup_window.is_some() {
            let slot = Slot {
                app: arrival.app,
                issue: keys.issue,
                window: keys.dedup,
            };
            self.open_window(slot, arrival.at_us, out);
        }
        self.make_room(arrival.app, &keys.issue, arrival.at_us, out);
    }

    pub(super) fn next_stamp(&mut self) -> u64 {
        self.stamp += 1;
        self.stamp
    }

    /// Writes an issue's row into the changes as it now stands.
    pub(super) fn note_issue(&mut self, ix: AppIx, key: &IssueKey, out: &mut Decisions) {
        let app = self.apps.get_mut(usize::from(ix));
        let row = app.and_then(|app| app.issues.get(key).map(|issue| issue.row()));
        out.changes.issues.insert((ix, *key), row);
    }
}

/// What is withheld is shown, as far as a batch has room for it.
fn show(candidate: &Candidate, reason: Reason, out: &mut Decisions) {
    let withheld = matches!(reason, Reason::SendIn | Reason::Debug);
    if withheld && out.shown.len() < SHOWN_EVENTS_MAX {
        let event = &candidate.event;
        let (title, culprit) = (pretty::title(event), pretty::culprit(event));
        let place = if culprit.is_empty() {
            culprit
        } else {
            format!(" in {culprit}")
        };
        out.shown.push(Shown {
            app: candidate.app,
            reason,
            text: format!("{title}{place} ({})", pretty::seen_at(event)),
        });
    }
}

fn dropped(arrival: &Arrival, reason: Reason, out: &mut Decisions) {
    out.drop(Drop {
        app: arrival.app,
        reason,
        category: arrival.category,
        quantity: 1,
    });
}

fn category(event: &Event) -> &'static str {
    if event.exception.is_some() {
        "error"
    } else {
        "default"
    }
}

/// Room for nearly every event, so that its buffer need not grow while it is written.
const PAYLOAD_BYTES: usize = 32 << 10;

/// The event as JSON.
pub(super) fn payload(event: &Event) -> Vec<u8> {
    let mut json = Vec::with_capacity(PAYLOAD_BYTES);
    // A struct of strings and numbers: its maps have text for keys, so there is nothing that could fail.
    if serde_json::to_writer(&mut json, event).is_err() {
        json.clear();
    }
    json.shrink_to_fit();
    json
}
