//! What leaves. In: the queue, the gate, the limits. Out: requests under way, drops of what waited for too long, and why
//! nothing more leaves now.

use std::sync::PoisonError;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::bounds::{DELIVERY_TURN_EVENTS_MAX, EVENT_GZIP_BYTES_MAX, REPORT_BYTES_MAX};
use crate::os::Now;
use crate::store::{ClientReport, DropReason, Outcome};

use super::envelope::Content;
use super::gate::Trouble;
use super::limits::Category;
use super::queue::Item;
use super::reports::payload;
use super::shrink::shrink_until;
use super::standing::{Order, Why};
use super::worker::{Flight, Rest, Worker};

/// What an envelope adds to its event: headers, a client report.
const ENVELOPE_HEAD_BYTES: usize = REPORT_BYTES_MAX + 1_024;

impl Worker {
    /// Sends as much as may go now.
    pub(super) fn fill(&mut self, order: Order, now: Now) -> Rest {
        if order == Order::Stop {
            return Rest::Empty;
        }
        if self.passed_until.is_some_and(|at| at <= now.mono) {
            self.passed_until = None;
            self.queue.rewind();
        }
        for _ in 0..DELIVERY_TURN_EVENTS_MAX {
            if let Some(rest) = self.closed(now) {
                return rest;
            }
            if self.probes_with_reports(now) {
                continue;
            }
            let one = self.gate.slots() == 1;
            match self.queue.next(&*self.machine.outbox, one) {
                Ok(item) => {
                    if self.ends.is_empty() {
                        self.store_works();
                    }
                    match item {
                        Some(item) => self.consider(item, now),
                        None => return self.nothing_waits(order, now),
                    }
                }
                Err(error) => self.store_failed("read", &error, now),
            }
        }
        Rest::Yield
    }

    /// Why nothing may go now, whatever waits.
    fn closed(&mut self, now: Now) -> Option<Rest> {
        if self.flights.len() >= self.gate.slots() {
            return Some(Rest::Full);
        }
        if !self.ends.is_empty() && self.store_trouble.is_on() {
            // What cannot be settled must not become more.
            self.settle(now);
        }
        if let Some(at) = self.store_trouble.until(now.mono) {
            return Some(Rest::Until(at, Why::Store));
        }
        if let Some(at) = self.gate.not_before(now.mono) {
            let why = match self.gate.trouble() {
                Some(Trouble::Outage) => Why::Outage,
                Some(Trouble::Refusal | Trouble::Refusals) => Why::Refusal,
                None => Why::Pace,
            };
            return Some(Rest::Until(at, why));
        }
        if let Some(at) = self.held_until.filter(|at| *at > now.mono) {
            return Some(Rest::Until(at, Why::Limit));
        }
        self.held_until = None;
        self.pace
            .not_before(now.mono)
            .map(|at| Rest::Until(at, Why::Pace))
    }

    /// One event's fate: too old, held by a limit for too long, held, or sent.
    fn consider(&mut self, item: Item, now: Now) {
        let waiting = &item.waiting;
        let row = waiting.row;
        if is_older(waiting.stored_at, self.settings.age_max, now.wall) {
            self.end(row, Outcome::Dropped(DropReason::AgeMax), now);
            return;
        }
        let category = Category::of(&waiting.category);
        let Some(free_at) = self.limits.blocked_until(category, now.mono) else {
            self.launch(item, now);
            return;
        };
        let worn_out = self
            .limits
            .worn_out_at(category, waiting.stored_at, self.settings.hold_max);
        if worn_out.is_some_and(|at| at <= now.wall) {
            self.end(row, Outcome::Dropped(DropReason::HoldMax), now);
            return;
        }
        let until = worn_out.map_or(free_at, |at| {
            let left = Duration::try_from(at.duration_since(now.wall)).unwrap_or_default();
            free_at.min(now.mono + left)
        });
        if self
            .limits
            .blocked_until(Category::Error, now.mono)
            .is_some()
        {
            // Then all are blocked, and those behind this one came later.
            self.queue.again(row);
            self.held_until = Some(until);
        } else {
            self.queue.pass_over(row);
            self.passed_until = Some(self.passed_until.map_or(until, |at| at.min(until)));
        }
    }

    /// While the DSN is refused, reports find out whether it still is: no event is burnt for it.
    fn probes_with_reports(&mut self, now: Now) -> bool {
        if !self.gate.probes_with_reports() || !self.reports.may_be_there() {
            return false;
        }
        self.launch_reports(now)
    }

    /// The outbox is empty, or what is in it was passed over: time for reports.
    fn nothing_waits(&mut self, order: Order, now: Now) -> Rest {
        let mut due = self.reports.due(now.mono);
        if let Order::Drain(turn) = order
            && self.flights.is_empty()
        {
            // Drops become reports when they are settled.
            self.settle(now);
            due = self.reports.due_in_drain(turn);
        }
        if let Some(at) = self.limits.all_blocked_until(now.mono) {
            if due {
                return Rest::Until(at, Why::Limit);
            }
        } else if due && self.launch_reports(now) {
            return Rest::Full;
        }
        self.passed_until
            .map_or(Rest::Empty, |at| Rest::Until(at, Why::Limit))
    }

    /// Sends what there is to report in an envelope of its own; false if there is nothing.
    fn launch_reports(&mut self, now: Now) -> bool {
        let Some((payload, reports)) = self.take_reports(now) else {
            return false;
        };
        let content = Content {
            event: None,
            report: Some(&payload),
        };
        let body = self.pack(content, now);
        self.spawn(None, reports, body, now);
        true
    }

    fn launch(&mut self, mut item: Item, now: Now) {
        let due = self.reports.due(now.mono);
        let riding = due.then(|| self.take_reports(now)).flatten();
        let (report, reports) = riding.map_or((None, Vec::new()), |(payload, reports)| {
            (Some(payload), reports)
        });
        let mut body = self.pack_item(&item, report.as_deref(), now);
        if body.len() > EVENT_GZIP_BYTES_MAX
            && let Some(small) = self.small_enough(&item.waiting.json())
        {
            item.waiting.payload = small;
            body = self.pack_item(&item, report.as_deref(), now);
        }
        self.pace.spend();
        self.spawn(Some(item), reports, body, now);
    }

    /// Within what every receiver takes, if leaving things out gets it there, else as small as it gets.
    fn small_enough(&self, json: &[u8]) -> Option<Vec<u8>> {
        let mut packer = self.packer.lock().unwrap_or_else(PoisonError::into_inner);
        shrink_until(json, |small| {
            packer.gzip_bytes(small) <= EVENT_GZIP_BYTES_MAX - ENVELOPE_HEAD_BYTES
        })
    }

    /// Asks the store what there is to report.
    fn take_reports(&mut self, now: Now) -> Option<(Vec<u8>, Vec<ClientReport>)> {
        self.reports.asked(now.mono);
        let mut reports = match self.machine.outbox.client_reports(&self.receiver) {
            Ok(reports) => reports,
            Err(error) => {
                self.store_failed("read", &error, now);
                return None;
            }
        };
        let (payload, held) = payload(&reports, now.wall)?;
        if held < reports.len() {
            self.reports.woken();
        }
        reports.truncate(held);
        Some((payload, reports))
    }

    fn pack_item(&self, item: &Item, report: Option<&[u8]>, now: Now) -> Vec<u8> {
        let content = Content {
            event: Some((&item.waiting.event_id, &item.waiting.payload)),
            report,
        };
        self.pack(content, now)
    }

    fn pack(&self, content: Content<'_>, now: Now) -> Vec<u8> {
        let mut packer = self.packer.lock().unwrap_or_else(PoisonError::into_inner);
        packer.pack(content, self.dsn_json.as_deref(), now.wall)
    }

    fn spawn(&mut self, item: Option<Item>, reports: Vec<ClientReport>, body: Vec<u8>, now: Now) {
        if !reports.is_empty() {
            self.reports.departed();
        }
        let stamp = self.gate.depart(now.mono);
        let task = self.flights.spawn(self.remote.at(now.mono).post(body));
        let flight = Flight {
            item,
            reports,
            stamp,
        };
        self.aloft.insert(task.id(), flight);
    }
}

/// Whether `since` lies `age` or more before `now`.
fn is_older(since: Timestamp, age: Duration, now: Timestamp) -> bool {
    SignedDuration::try_from(age).is_ok_and(|age| now.duration_since(since) >= age)
}
