//! What came back. In: an answer to an envelope. Out: the event's end, new limits, a new state of the gate; and the ends
//! go to the store in small groups.
//!
//! An event is taken out of the outbox only after its answer. A crash between the two sends it again under the same
//! `event_id`, and receivers drop the second: HTTP gives no better than at least once.

use std::time::Duration;

use crate::bounds::{PAUSE_ASKED_MS_MAX, RETRY_MS_MAX, RETRY_MS_MIN};
use crate::os::Now;
use crate::os::chance::Chance;
use crate::store::{ClientReport, DropReason, Outcome, Settlement, StoreError};

use super::backoff::Backoff;
use super::gate::News;
use super::limits::{At, Category, retry_after};
use super::queue::Item;
use super::reply::{Answer, Verdict};
use super::shrink::shrink;
use super::worker::{Flight, Worker};

impl Worker {
    /// One envelope's answer.
    pub(super) fn landed(&mut self, flight: Flight, answer: &Answer, now: Now) {
        let verdict = answer.verdict();
        let category = flight
            .item
            .as_ref()
            .map(|item| Category::of(&item.waiting.category));
        let chance = &*self.machine.chance;
        let current = self.gate.is_current(flight.stamp);
        let recovering = self.gate.is_recovering();
        let news = self.gate.landed(flight.stamp, verdict, now.mono, chance);
        if self.gate.is_recovering() && !recovering {
            self.pace.empty();
        }
        self.take_limits(answer, verdict, category, now);
        if let Some(news) = news {
            self.tell(news, answer);
        }
        if !flight.reports.is_empty() {
            self.reports_landed(&flight.reports, verdict, flight.item.is_none(), now);
        }
        match flight.item {
            // The DSN is refused, as was known before this came back: no reason to burn this one too.
            Some(item) if verdict == Verdict::Unwelcome && !current => {
                self.queue.again(item.waiting.row);
            }
            Some(item) => self.item_landed(item, verdict, now),
            None => {}
        }
    }

    fn take_limits(
        &mut self,
        answer: &Answer,
        verdict: Verdict,
        category: Option<Category>,
        now: Now,
    ) {
        let Answer::Reply(reply) = answer else { return };
        let limited = verdict == Verdict::Limited;
        let at = At {
            now,
            fraction: self.machine.chance.fraction(),
        };
        self.limits.take_in(&reply.said, limited, category, at);
        if verdict == Verdict::Again
            && let Some(text) = &reply.said.retry_after
            && let Some(pause) = retry_after(text, now.wall)
        {
            let pause = pause.min(Duration::from_millis(PAUSE_ASKED_MS_MAX));
            self.gate.not_before_its_word(now.mono + pause);
        }
    }

    fn item_landed(&mut self, mut item: Item, verdict: Verdict, now: Now) {
        let row = item.waiting.row;
        let outcome = match verdict {
            Verdict::Accepted => Outcome::Delivered,
            Verdict::Refused | Verdict::Unwelcome => Outcome::Dropped(DropReason::SendError),
            Verdict::Limited => Outcome::Dropped(DropReason::RateLimited),
            Verdict::Again => return self.queue.again(row),
            Verdict::TooLarge => {
                let small = (!item.shrunk)
                    .then(|| shrink(&item.waiting.json()))
                    .flatten();
                if let Some(small) = small {
                    item.waiting.payload = small;
                    item.shrunk = true;
                    return self.queue.put_back(item);
                }
                Outcome::Dropped(DropReason::TooLarge)
            }
        };
        self.end(row, outcome, now);
    }

    fn reports_landed(
        &mut self,
        reports: &[ClientReport],
        verdict: Verdict,
        alone: bool,
        now: Now,
    ) {
        // A receiver that does not take reports is not asked again with the same ones.
        let refused = matches!(verdict, Verdict::Refused | Verdict::TooLarge);
        let taken = verdict == Verdict::Accepted || (alone && refused);
        self.reports.landed(taken);
        if taken
            && let Err(error) = self
                .machine
                .outbox
                .client_reports_sent(&self.receiver, reports)
        {
            self.store_failed("written", &error, now);
        }
    }

    /// An event has met its end; the store hears of it soon.
    pub(super) fn end(&mut self, row: i64, outcome: Outcome, now: Now) {
        if self.ends.is_empty() {
            self.ends_since = now.mono;
        }
        self.ends.push(Settlement { row, outcome });
    }

    /// Tells the store, in one transaction.
    pub(super) fn settle(&mut self, now: Now) {
        if self.ends.is_empty() || self.store_trouble.until(now.mono).is_some() {
            return;
        }
        if let Err(error) = self.machine.outbox.settle(&self.ends, now.wall) {
            self.store_failed("written", &error, now);
            return;
        }
        self.store_works();
        for Settlement { row, outcome } in self.ends.drain(..) {
            self.queue.done(row);
            if matches!(outcome, Outcome::Dropped(_)) {
                self.reports.woken();
            }
        }
    }

    /// The state file could not be read or written: nothing goes out until it can, or nobody would know that it did.
    pub(super) fn store_failed(&mut self, done: &str, error: &StoreError, now: Now) {
        if self.store_trouble.failed(now.mono, &*self.machine.chance) {
            tracing::error!(
                receiver = %self.shown,
                %error,
                "the outbox cannot be {done}; nothing is sent there until it can",
            );
        }
    }

    pub(super) fn store_works(&mut self) {
        if self.store_trouble.over() {
            tracing::info!(receiver = %self.shown, "the outbox works again");
        }
    }

    /// Changes of state only: a line per event would feed the log that the agent reads.
    fn tell(&self, news: News, answer: &Answer) {
        let (receiver, answer) = (&self.shown, answer.what());
        match news {
            News::Down => tracing::warn!(
                %receiver, %answer,
                "the receiver does not answer as it should; its events wait and are tried again"
            ),
            News::Unwelcome => tracing::error!(
                %receiver, %answer,
                "the receiver refuses what is sent under this DSN; check its key and project. Its events wait, and one \
                 in a while is tried"
            ),
            News::Limited => tracing::info!(
                %receiver, %answer,
                "the receiver limits what it takes; its events wait until it takes them"
            ),
            News::Well => tracing::info!(%receiver, "the receiver takes events again"),
        }
    }
}

/// Whether the state file works, as this worker sees it.
#[derive(Debug)]
pub(super) struct StoreTrouble {
    backoff: Backoff,
    until: Duration,
}

impl Default for StoreTrouble {
    fn default() -> Self {
        let ms = Duration::from_millis;
        Self {
            backoff: Backoff::new(ms(RETRY_MS_MIN), ms(RETRY_MS_MAX)),
            until: Duration::ZERO,
        }
    }
}

impl StoreTrouble {
    /// When it is tried again, if not now.
    pub(super) fn until(&self, now: Duration) -> Option<Duration> {
        (self.until > now).then_some(self.until)
    }

    pub(super) fn is_on(&self) -> bool {
        self.backoff.failures() > 0
    }

    /// True if it worked before.
    fn failed(&mut self, now: Duration, chance: &dyn Chance) -> bool {
        self.until = now + self.backoff.failed_steadily(chance);
        self.backoff.failures() == 1
    }

    /// True if it did not work before.
    fn over(&mut self) -> bool {
        let failed = self.is_on();
        self.backoff.reset();
        failed
    }
}
