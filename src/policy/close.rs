//! The end of windows: carriers go out, or stay, or are counted.
//!
//! A window ends by record time when its key comes again behind it, by the wall clock once sources stand at now, by
//! eviction, or at the end of `--once`. Carriers pass the app's and the host's limit; refused, they stay, and on eviction
//! they are counted under [`Reason::Evicted`] with all they carry.

use std::sync::Arc;

use jiff::Timestamp;

use super::changes::{CarrierRow, Released};
use super::decide::Policy;
use super::issue::Slot;
use super::{Decisions, Drop, IssueKey, Reason};
use crate::bounds::{
    AHEAD_MS_MAX, CARRIER_RETRY_MS, CARRIERS_PER_APP_BYTES_MAX, CLOSED_AT_ONCE_MAX, SWEEP_WAIT_MS,
    WINDOWS_PER_APP_MAX,
};
use crate::limit::Bucket;
use crate::source::AppIx;

const AHEAD_US: i64 = AHEAD_MS_MAX.cast_signed() * 1_000;
const RETRY_US: i64 = CARRIER_RETRY_MS.cast_signed() * 1_000;
const SWEEP_US: i64 = SWEEP_WAIT_MS.cast_signed() * 1_000;

impl Policy {
    /// Closes the windows that are over at `now`: to be called when all sources stand at their end, and when the outbox has
    /// room. At most [`CLOSED_AT_ONCE_MAX`] carriers at a time: while [`Policy::next_close`] is not behind `now`, more are
    /// due.
    pub fn close_due(&mut self, now: Timestamp, out: &mut Decisions) {
        out.changes.names = Arc::clone(&self.names);
        let now_us = now.as_microsecond();
        self.heal(now_us, out);
        for _ in 0..CLOSED_AT_ONCE_MAX {
            match self.due.first().copied() {
                Some((due_us, slot)) if due_us <= now_us => self.close(slot, now_us, out),
                _ => break,
            }
        }
        self.sweep(now_us, out);
    }

    /// Sends all that is carried, as far as limits allow, at the time their clocks show: the end of `--once`. The windows
    /// themselves stay open, so that the next run still knows what was sent.
    pub fn close_all(&mut self, out: &mut Decisions) {
        out.changes.names = Arc::clone(&self.names);
        let slots: Vec<Slot> = self.due.iter().map(|(_, slot)| *slot).collect();
        for slot in slots {
            if self.release(slot, i64::MIN, out) {
                self.note_window(slot, out);
            }
        }
    }

    /// When the next carrier is due.
    #[must_use]
    pub fn next_close(&self) -> Option<Timestamp> {
        let (due_us, _) = self.due.first()?;
        Some(Timestamp::from_microsecond(*due_us).unwrap_or(Timestamp::MAX))
    }

    fn close(&mut self, slot: Slot, now_us: i64, out: &mut Decisions) {
        if self.release(slot, now_us, out) {
            self.remove_window(slot, out);
        } else {
            self.schedule(slot, now_us.saturating_add(RETRY_US));
        }
    }

    /// Sends what the slot carries, if the limits allow. True if it carries nothing any more.
    pub(super) fn release(&mut self, slot: Slot, at_us: i64, out: &mut Decisions) -> bool {
        let Some(carrier) = self.carrier(&slot) else {
            self.unschedule(slot);
            return true;
        };
        if self.admit(slot.app, at_us, out).is_err() {
            return false;
        }
        self.take_carrier(slot);
        out.counts.released += 1;
        out.changes.released.push(Released {
            id: carrier.id,
            app: slot.app,
            count: carrier.count,
            first_us: carrier.first_us,
            last_us: carrier.last_us,
        });
        true
    }

    /// Puts a window out of memory: what it carries goes out, or is counted.
    pub(super) fn evict_window(&mut self, slot: Slot, at_us: i64, out: &mut Decisions) {
        if !self.release(slot, at_us, out)
            && let Some(carrier) = self.take_carrier(slot)
        {
            out.changes.discarded.push(carrier.id);
            out.drop(Drop {
                app: slot.app,
                reason: Reason::Evicted,
                category: carrier.category,
                quantity: carrier.count,
            });
        }
        self.remove_window(slot, out);
    }

    /// Puts the least recently used issues of an app out, but not `current`, until the app is within its bounds.
    pub(super) fn make_room(
        &mut self,
        ix: AppIx,
        current: &IssueKey,
        at_us: i64,
        out: &mut Decisions,
    ) {
        while let Some(oldest) = self.over_bounds(ix).filter(|oldest| oldest != current) {
            self.evict_issue(ix, oldest, at_us, out);
        }
    }

    fn over_bounds(&self, ix: AppIx) -> Option<IssueKey> {
        let issues = &self.apps.get(usize::from(ix))?.issues;
        let over = issues.len() > self.issues_max
            || issues.window_count() > WINDOWS_PER_APP_MAX
            || issues.carried_bytes() > CARRIERS_PER_APP_BYTES_MAX;
        over.then(|| issues.oldest())?
    }

    fn evict_issue(&mut self, ix: AppIx, key: IssueKey, at_us: i64, out: &mut Decisions) {
        for window in self.window_keys(ix, &key) {
            let slot = Slot {
                app: ix,
                issue: key,
                window,
            };
            self.evict_window(slot, at_us, out);
        }
        if let Some(app) = self.apps.get_mut(usize::from(ix)) {
            app.issues.remove(&key);
        }
        self.note_issue(ix, &key, out);
    }

    fn window_keys(&mut self, ix: AppIx, key: &IssueKey) -> Vec<super::DedupKey> {
        let app = self.apps.get_mut(usize::from(ix));
        let issue = app.and_then(|app| app.issues.get(key));
        issue.map_or_else(Vec::new, |issue| {
            issue.windows().iter().map(|window| window.key).collect()
        })
    }

    /// Clears away windows that are over and carry nothing, and issues that know nothing more.
    fn sweep(&mut self, now_us: i64, out: &mut Decisions) {
        if now_us.saturating_sub(self.swept_us) < SWEEP_US {
            return;
        }
        self.swept_us = now_us;
        for at in 0..self.apps.len() {
            let Ok(ix) = AppIx::try_from(at) else {
                return;
            };
            let keys = self.apps.get(at).map(|app| app.issues.keys());
            for key in keys.unwrap_or_default() {
                self.sweep_issue(ix, key, now_us, out);
            }
        }
    }

    fn sweep_issue(&mut self, ix: AppIx, key: IssueKey, now_us: i64, out: &mut Decisions) {
        let Some(app) = self.apps.get_mut(usize::from(ix)) else {
            return;
        };
        let limits = &app.limits;
        let Some(issue) = app.issues.get(&key) else {
            return;
        };
        let over: Vec<_> = issue
            .windows()
            .iter()
            .filter(|window| window.row.carrier.is_none())
            .filter(|window| {
                let length = limits.window_us(&window.key).unwrap_or(0);
                let clock = window.row.clock_us.max(now_us);
                clock.saturating_sub(window.row.opened_us) >= length
            })
            .map(|window| window.key)
            .collect();
        let healed = issue.bucket.heal(now_us, AHEAD_US);
        let empty = issue.windows().len() == over.len();
        let full = issue.bucket.full_at_us <= now_us;
        let forget = empty && full && limits.sample_rate >= 1.0;
        for window in over {
            let slot = Slot {
                app: ix,
                issue: key,
                window,
            };
            self.remove_window(slot, out);
        }
        if healed {
            self.note_issue(ix, &key, out);
        }
        if forget {
            self.evict_issue(ix, key, now_us, out);
        }
    }

    /// Clocks that stand in the future (a file from there, a machine whose clock was set back) would refill nothing, and
    /// close nothing, for as long: they are brought back to now.
    fn heal(&mut self, now_us: i64, out: &mut Decisions) {
        let heal = |bucket: &mut Bucket| {
            bucket.heal(now_us, AHEAD_US);
        };
        heal(&mut self.host.whole);
        self.host.parts.iter_mut().for_each(heal);
        for app in &mut self.apps {
            heal(&mut app.bucket);
        }
        let late = self.due.iter().rev().take(CLOSED_AT_ONCE_MAX);
        let slots: Vec<Slot> = late.map(|(_, slot)| *slot).collect();
        for slot in slots {
            let app = self.apps.get_mut(usize::from(slot.app));
            let Some(window) = app.and_then(|app| app.issues.window(&slot)) else {
                return;
            };
            if window.row.opened_us <= now_us.saturating_add(AHEAD_US) {
                return;
            }
            window.row.opened_us = now_us;
            window.row.clock_us = now_us;
            self.reschedule(slot);
            self.note_window(slot, out);
        }
    }

    pub(super) fn note_window(&mut self, slot: Slot, out: &mut Decisions) {
        let app = self.apps.get_mut(usize::from(slot.app));
        let row = app.and_then(|app| app.issues.window(&slot).map(|window| window.row));
        let key = (slot.app, slot.issue, slot.window);
        out.changes.windows.insert(key, row);
    }

    fn remove_window(&mut self, slot: Slot, out: &mut Decisions) {
        self.unschedule(slot);
        if let Some(app) = self.apps.get_mut(usize::from(slot.app)) {
            app.issues.remove_window(&slot);
        }
        self.note_window(slot, out);
    }

    fn carrier(&mut self, slot: &Slot) -> Option<CarrierRow> {
        let app = self.apps.get_mut(usize::from(slot.app))?;
        app.issues.window(slot)?.row.carrier
    }

    fn take_carrier(&mut self, slot: Slot) -> Option<CarrierRow> {
        self.unschedule(slot);
        let app = self.apps.get_mut(usize::from(slot.app))?;
        app.issues.set_carrier(&slot, None)
    }

    /// The carrier of the slot, if it has one, is due when its window is over; at once where that thinning is off now.
    pub(super) fn reschedule(&mut self, slot: Slot) {
        let Some(app) = self.apps.get_mut(usize::from(slot.app)) else {
            return;
        };
        let length = app.limits.window_us(&slot.window).unwrap_or(0);
        let Some(window) = app.issues.window(&slot) else {
            return;
        };
        let due_us = window.row.opened_us.saturating_add(length);
        self.schedule(slot, due_us);
    }

    fn schedule(&mut self, slot: Slot, due_us: i64) {
        self.unschedule(slot);
        let app = self.apps.get_mut(usize::from(slot.app));
        if let Some(window) = app.and_then(|app| app.issues.window(&slot))
            && window.row.carrier.is_some()
        {
            window.due_us = due_us;
            self.due.insert((due_us, slot));
        }
    }

    fn unschedule(&mut self, slot: Slot) {
        let app = self.apps.get_mut(usize::from(slot.app));
        if let Some(window) = app.and_then(|app| app.issues.window(&slot)) {
            self.due.remove(&(window.due_us, slot));
        }
    }
}
