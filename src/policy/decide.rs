//! One candidate's way through the thinning, in the order that the operator's manual gives.
//!
//! Limits are asked in order and taken only when all agree: what one refuses costs the others nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::changes::{
    AppName, CarrierRow, LimiterName, Names, NewCarrier, StoredIssue, StoredPolicy, WindowRow,
};
use super::host::Host;
use super::issue::{Issues, Slot, Window};
use super::key::Keys;
use super::{AppLimits, BUDGET_KEY, Decisions, Drop, IssueKey, Kept, Reason, scrub};
use crate::bounds::{ISSUES_HOST_MAX, ISSUES_PER_APP_MAX, WINDOWS_PER_ISSUE_MAX};
use crate::event::Candidate;
use crate::event::protocol::Event;
use crate::level::Level;
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
    next_carrier: u64,
    stamp: u64,
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
struct Arrival {
    app: AppIx,
    at_us: i64,
    category: &'static str,
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

    /// Goes back to what is stored, after a commit that failed. All decisions not committed must be thrown away.
    pub fn reload(&mut self, stored: StoredPolicy) {
        self.due.clear();
        self.host.forget();
        for app in &mut self.apps {
            app.bucket = Bucket::default();
            app.issues = Issues::default();
        }
        self.next_carrier = stored.next_carrier.max(1);
        self.stamp = 0;
        self.restore(stored);
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
        if level(&candidate.event) < app.limits.min_level {
            return dropped(&arrival, Reason::MinLevel, out);
        }
        scrub::event(&mut candidate.event);
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

    /// Opens the window of an event that was sent. What an earlier window of the key still carries goes out, or stays on.
    fn open_window(&mut self, slot: Slot, at_us: i64, out: &mut Decisions) {
        let Some(app) = self.apps.get_mut(usize::from(slot.app)) else {
            return;
        };
        if let Some(window) = app.issues.window(&slot) {
            window.row.clock_us = window.row.clock_us.max(at_us);
            window.row.opened_us = window.row.clock_us;
            if window.row.carrier.is_some() && !self.release(slot, at_us, out) {
                self.reschedule(slot);
            }
        } else {
            self.shrink_issue(slot, at_us, out);
            self.insert_window(slot, at_us);
        }
        self.note_window(slot, out);
    }

    /// An issue with as many windows as it may have gives the oldest of them up.
    fn shrink_issue(&mut self, slot: Slot, at_us: i64, out: &mut Decisions) {
        let Some(app) = self.apps.get_mut(usize::from(slot.app)) else {
            return;
        };
        let oldest = app.issues.get(&slot.issue).and_then(|issue| {
            let windows = issue.windows();
            let full = windows.len() >= WINDOWS_PER_ISSUE_MAX;
            let dedup = windows.iter().filter(|window| window.key != BUDGET_KEY);
            full.then(|| dedup.min_by_key(|window| window.row.clock_us))?
        });
        if let Some(window) = oldest.map(|window| window.key) {
            self.evict_window(Slot { window, ..slot }, at_us, out);
        }
    }

    fn insert_window(&mut self, slot: Slot, at_us: i64) {
        if let Some(app) = self.apps.get_mut(usize::from(slot.app)) {
            let row = WindowRow {
                opened_us: at_us,
                clock_us: at_us,
                carrier: None,
            };
            let window = Window {
                key: slot.window,
                row,
                due_us: 0,
            };
            app.issues.add_window(&slot.issue, window);
        }
    }

    /// Counts an occurrence into its window's carrier, or makes it the carrier.
    fn carry(&mut self, slot: Slot, arrival: &Arrival, candidate: &Candidate, out: &mut Decisions) {
        if slot.window == BUDGET_KEY {
            out.counts.over_budget += 1;
            self.open_budget(slot, arrival.at_us, out);
        } else {
            out.counts.repeats += 1;
        }
        let Some(app) = self.apps.get_mut(usize::from(slot.app)) else {
            return;
        };
        let Some(window) = app.issues.window(&slot) else {
            return;
        };
        window.row.clock_us = window.row.clock_us.max(arrival.at_us);
        if let Some(carrier) = &mut window.row.carrier {
            carrier.count += 1;
            carrier.first_us = carrier.first_us.min(arrival.at_us);
            carrier.last_us = carrier.last_us.max(arrival.at_us);
        } else {
            let id = self.next_carrier;
            self.next_carrier += 1;
            let payload = payload(&candidate.event);
            let row = CarrierRow {
                id,
                count: 1,
                first_us: arrival.at_us,
                last_us: arrival.at_us,
                bytes: payload.len() as u64,
                category: arrival.category,
            };
            out.bytes += payload.len();
            out.changes.carriers.push(NewCarrier {
                id,
                app: slot.app,
                event_id: candidate.event_id,
                time_us: arrival.at_us,
                category: arrival.category,
                payload,
            });
            app.issues.set_carrier(&slot, Some(row));
            self.reschedule(slot);
        }
        self.note_window(slot, out);
        self.make_room(slot.app, &slot.issue, arrival.at_us, out);
    }

    /// The budget's window opens with the first that it refuses; one that is over sends what it carries first.
    fn open_budget(&mut self, slot: Slot, at_us: i64, out: &mut Decisions) {
        let Some(app) = self.apps.get_mut(usize::from(slot.app)) else {
            return;
        };
        let length = app.limits.window_us(&slot.window).unwrap_or(0);
        let Some(window) = app.issues.window(&slot) else {
            return self.insert_window(slot, at_us);
        };
        let clock = window.row.clock_us.max(at_us);
        let over = clock.saturating_sub(window.row.opened_us) >= length;
        if over || window.row.carrier.is_none() {
            window.row.opened_us = clock;
            if !self.release(slot, at_us, out) {
                self.reschedule(slot);
            }
        }
    }

    pub(super) fn next_stamp(&mut self) -> u64 {
        self.stamp += 1;
        self.stamp
    }

    fn restore(&mut self, stored: StoredPolicy) {
        for limiter in &stored.limiters {
            let app = self.index_of(&limiter.app);
            match (limiter.kind.as_str(), app) {
                ("host", _) => self.host.whole = limiter.bucket,
                ("share", Some(ix)) => {
                    if let Some(part) = self.host.parts.get_mut(usize::from(ix)) {
                        *part = limiter.bucket;
                    }
                }
                ("app", Some(ix)) => {
                    if let Some(app) = self.apps.get_mut(usize::from(ix)) {
                        app.bucket = limiter.bucket;
                    }
                }
                _ => {}
            }
        }
        let mut issues = stored.issues;
        issues.sort_by_key(|issue| issue.row.used);
        for issue in issues {
            self.restore_issue(&issue);
        }
    }

    fn restore_issue(&mut self, stored: &StoredIssue) {
        let Some(ix) = self.index_of(&stored.app) else {
            return;
        };
        // Stamps stay in order but are made distinct, whatever the store says.
        self.stamp = stored.row.used.max(self.stamp + 1);
        let Some(app) = self.apps.get_mut(usize::from(ix)) else {
            return;
        };
        app.issues.open(stored.key, self.stamp).bucket = stored.row.bucket;
        for window in &stored.windows {
            let slot = Slot {
                app: ix,
                issue: stored.key,
                window: window.key,
            };
            if let Some(app) = self.apps.get_mut(usize::from(ix)) {
                let window = Window {
                    key: window.key,
                    row: window.row,
                    due_us: 0,
                };
                app.issues.add_window(&stored.key, window);
            }
            self.reschedule(slot);
        }
    }

    fn index_of(&self, name: &str) -> Option<AppIx> {
        let at = self.names.iter().position(|app| &*app.app == name)?;
        AppIx::try_from(at).ok()
    }

    /// Writes an issue's row into the changes as it now stands.
    pub(super) fn note_issue(&mut self, ix: AppIx, key: &IssueKey, out: &mut Decisions) {
        let app = self.apps.get_mut(usize::from(ix));
        let row = app.and_then(|app| app.issues.get(key).map(|issue| issue.row()));
        out.changes.issues.insert((ix, *key), row);
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

/// The first 53 bits of the id, as a number in `0.0..1.0`.
fn fraction(event_id: &[u8; 16]) -> f64 {
    let bits = u128::from_be_bytes(*event_id) >> 75;
    bits as f64 / (1_u64 << 53) as f64
}

fn category(event: &Event) -> &'static str {
    if event.exception.is_some() {
        "error"
    } else {
        "default"
    }
}

/// The event's level; what carries none counts as error.
fn level(event: &Event) -> Level {
    match event.level.as_str() {
        "debug" => Level::Debug,
        "info" => Level::Info,
        "warning" => Level::Warning,
        "fatal" => Level::Fatal,
        _ => Level::Error,
    }
}

fn payload(event: &Event) -> Vec<u8> {
    // A struct of strings and numbers: its maps have text for keys, so there is nothing that could fail.
    serde_json::to_vec(event).unwrap_or_default()
}
