//! A window. In: an event that was sent opens it. Out: the first repeat as its carrier, a count of the later ones. Holds no
//! payload.

use super::changes::{CarrierRow, NewCarrier, WindowRow};
use super::decide::{Arrival, Policy, payload};
use super::issue::{Slot, Window};
use super::{BUDGET_KEY, Decisions};
use crate::bounds::WINDOWS_PER_ISSUE_MAX;
use crate::event::Candidate;

impl Policy {
    /// Opens the window of an event that was sent. What an earlier window of the key still carries goes out, or stays on.
    pub(super) fn open_window(&mut self, slot: Slot, at_us: i64, out: &mut Decisions) {
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
    pub(super) fn carry(
        &mut self,
        slot: Slot,
        arrival: &Arrival,
        candidate: &Candidate,
        out: &mut Decisions,
    ) {
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
}
