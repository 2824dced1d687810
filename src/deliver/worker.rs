//! One receiver's worker. In: its part of the outbox, wake-ups, answers. Out: envelopes, settlements.
//!
//! A loop of four verbs: take what landed, fill the slots, settle, pause until something can change. What decides is
//! pure and stands elsewhere: `gate` (when, how many), `limits` (which category), `reply` (what an answer means).

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::task::{Id, JoinError, JoinSet};

use crate::bounds::{SETTLE_EVENTS_MAX, SETTLE_WAIT_MS};
use crate::os::Now;
use crate::store::{ClientReport, Settlement};

use super::envelope::Packer;
use super::gate::{Gate, Stamp};
use super::http::Remote;
use super::kept::Kept;
use super::landing::StoreTrouble;
use super::limits::Limits;
use super::pace::Pace;
use super::queue::{Item, Queue};
use super::reply::Answer;
use super::reports::Reports;
use super::standing::{Line, Order, Standing, Why};
use super::{Machine, Settings};

/// An envelope on its way.
#[derive(Debug)]
pub(super) struct Flight {
    /// `None`: client reports alone.
    pub(super) item: Option<Item>,
    /// Reports that ride along.
    pub(super) reports: Vec<ClientReport>,
    pub(super) stamp: Stamp,
}

/// What one receiver's worker knows. All of it may be lost: the outbox is the truth.
pub(super) struct Worker {
    /// Under which name the store keeps its events.
    pub(super) receiver: String,
    /// The DSN without its key.
    pub(super) shown: String,
    pub(super) machine: Machine,
    pub(super) line: Arc<Line>,
    pub(super) queue: Queue,
    pub(super) gate: Gate,
    pub(super) limits: Limits,
    pub(super) reports: Reports,
    /// Ends that the store does not know of yet, and since when.
    pub(super) ends: Vec<Settlement>,
    pub(super) ends_since: Duration,
    pub(super) store_trouble: StoreTrouble,
    pub(super) settings: Arc<Settings>,
    pub(super) remote: Remote,
    /// `None`: the receiver has no DSN.
    pub(super) dsn_json: Option<String>,
    pub(super) packer: Arc<Mutex<Packer>>,
    pub(super) pace: Pace,
    pub(super) flights: JoinSet<Answer>,
    pub(super) aloft: HashMap<Id, Flight>,
    /// How the receiver stands has changed, and the store does not know.
    pub(super) unkept: bool,
    /// The store has a row for it.
    pub(super) is_kept: bool,
    /// Nothing that waits may go before this, whatever comes in.
    pub(super) held_until: Option<Duration>,
    /// Events were passed over that may go at this time.
    pub(super) passed_until: Option<Duration>,
}

/// Why filling ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    /// All slots are taken.
    Full,
    /// Nothing is left that could go.
    Empty,
    /// Something waits for a time.
    Until(Duration, Why),
    /// There is more, and others have their turn first.
    Yield,
}

/// What a worker is made of.
pub(super) struct Parts {
    pub(super) receiver: String,
    pub(super) shown: String,
    pub(super) remote: Remote,
    pub(super) dsn_json: Option<String>,
    pub(super) packer: Arc<Mutex<Packer>>,
    pub(super) settings: Arc<Settings>,
    pub(super) machine: Machine,
    pub(super) line: Arc<Line>,
}

impl Worker {
    pub(super) fn new(parts: Parts) -> Self {
        let now = parts.machine.clock.now().mono;
        let settings = parts.settings;
        Self {
            queue: Queue::new(parts.receiver.clone()),
            receiver: parts.receiver,
            shown: parts.shown,
            machine: parts.machine,
            line: parts.line,
            gate: Gate::new(),
            limits: Limits::default(),
            reports: Reports::new(),
            ends: Vec::new(),
            ends_since: Duration::ZERO,
            store_trouble: StoreTrouble::default(),
            pace: Pace::new(settings.send_rate, settings.send_burst, now),
            settings,
            remote: parts.remote,
            dsn_json: parts.dsn_json,
            packer: parts.packer,
            flights: JoinSet::new(),
            aloft: HashMap::new(),
            unkept: false,
            is_kept: false,
            held_until: None,
            passed_until: None,
        }
    }

    /// Until it is told to stop and what was on its way came back.
    pub(super) async fn run(mut self) {
        let mut before = Order::Run;
        self.take_up(self.machine.clock.now());
        loop {
            let now = self.machine.clock.now();
            let order = self.line.order();
            if order != std::mem::replace(&mut before, order) {
                // What came in before the order must be seen before it says that nothing waits.
                self.queue.woken();
                self.reports.woken();
            }
            self.take_landed(now);
            let rest = self.fill(order, now);
            self.settle_ripe(now);
            self.keep(now);
            if order == Order::Stop && self.flights.is_empty() {
                break;
            }
            self.line.stand(order, self.standing(rest));
            if rest == Rest::Yield {
                tokio::task::yield_now().await;
            } else {
                self.pause(rest, now).await;
            }
        }
        self.line.stand(Order::Stop, Standing::Idle);
    }

    /// Limits and pauses of an earlier run hold on: a restart is no reason to knock.
    fn take_up(&mut self, now: Now) {
        match self.machine.outbox.standing(&self.receiver) {
            Ok(json) => {
                let Some(kept) = json.as_deref().and_then(Kept::from_json) else {
                    return;
                };
                self.is_kept = true;
                if let Some(limits) = &kept.limits {
                    self.limits.restore(limits, kept.at, now);
                }
                if let Some(trouble) = &kept.trouble {
                    self.gate.restore(trouble, kept.at, now);
                }
            }
            Err(error) => self.store_failed("read", &error, now),
        }
    }

    /// Writes down how the receiver stands, when that has changed.
    fn keep(&mut self, now: Now) {
        self.unkept |= self.limits.take_changed() | self.gate.take_changed();
        // A limit ends by itself.
        self.unkept |=
            self.is_kept && self.gate.trouble().is_none() && !self.limits.are_on(now.mono);
        if !self.unkept || self.store_trouble.until(now.mono).is_some() {
            return;
        }
        let kept = Kept {
            at: now.wall.as_microsecond(),
            limits: self.limits.kept(now),
            trouble: self.gate.kept(now),
        };
        let json = kept.to_json();
        let written = self
            .machine
            .outbox
            .keep_standing(&self.receiver, json.as_deref());
        match written {
            Ok(()) => (self.unkept, self.is_kept) = (false, json.is_some()),
            Err(error) => self.store_failed("written", &error, now),
        }
    }

    /// Takes in the answers that are there.
    fn take_landed(&mut self, now: Now) {
        while let Some(landed) = self.flights.try_join_next_with_id() {
            self.arrived(landed, now);
        }
    }

    fn arrived(&mut self, landed: Result<(Id, Answer), JoinError>, now: Now) {
        let (id, answer) = landed.unwrap_or_else(|error| {
            let why = "the request was given up".to_owned();
            (error.id(), Answer::Nothing(why))
        });
        if let Some(flight) = self.aloft.remove(&id) {
            self.landed(flight, &answer, now);
        }
    }

    /// Settles a full group, one that has waited, or what there is when nothing is on its way.
    fn settle_ripe(&mut self, now: Now) {
        let waited =
            now.mono.saturating_sub(self.ends_since) >= Duration::from_millis(SETTLE_WAIT_MS);
        if self.ends.len() >= SETTLE_EVENTS_MAX || waited || self.flights.is_empty() {
            self.settle(now);
        }
    }

    fn standing(&self, rest: Rest) -> Standing {
        match rest {
            Rest::Until(until, why) if self.flights.is_empty() => Standing::Waiting { until, why },
            Rest::Empty if self.flights.is_empty() && self.ends.is_empty() => Standing::Idle,
            _ => Standing::Busy,
        }
    }

    /// Until an answer, a wake-up, or the next time at which something changes by itself.
    async fn pause(&mut self, rest: Rest, now: Now) {
        let timer = self
            .next_time(rest, now)
            .map(|at| at.saturating_sub(now.mono));
        let line = Arc::clone(&self.line);
        let landed = tokio::select! {
            biased;
            Some(landed) = self.flights.join_next_with_id() => Some(landed),
            () = line.woken() => {
                self.queue.woken();
                self.reports.woken();
                None
            }
            () = sleep(timer) => None,
        };
        if let Some(landed) = landed {
            let now = self.machine.clock.now();
            self.arrived(landed, now);
        }
    }

    fn next_time(&self, rest: Rest, now: Now) -> Option<Duration> {
        let next = match rest {
            Rest::Until(at, _) => Some(at),
            Rest::Empty => self.reports.next_at(),
            Rest::Full | Rest::Yield => None,
        };
        let settle = (!self.ends.is_empty()).then(|| {
            let ripe = self.ends_since + Duration::from_millis(SETTLE_WAIT_MS);
            ripe.max(self.store_trouble.until(now.mono).unwrap_or_default())
        });
        [next, settle, self.passed_until]
            .into_iter()
            .flatten()
            .min()
    }
}

async fn sleep(timer: Option<Duration>) {
    match timer {
        Some(timer) => tokio::time::sleep(timer).await,
        None => std::future::pending().await,
    }
}
