//! What has been decided since the last commit. In: policy's decisions and counts. Out: the [`Batch`] of one transaction.

use std::time::Duration;

use jiff::Timestamp;

use crate::bounds;
use crate::policy::Decisions;
use crate::route::Routes;
use crate::source::{FileCheckpoint, JournalCursor, Origin};
use crate::store::packed::Packer;
use crate::store::{Batch, LedgerEntry};

use super::Tally;

/// Decisions waiting for their commit.
#[derive(Debug, Default)]
pub(super) struct Pending {
    /// Policy's consequences.
    pub(super) decisions: Decisions,
    /// What the run's tally grows by once this is committed.
    pub(super) tally: Tally,
    ledger: Vec<LedgerEntry>,
    since: Option<Duration>,
    /// Some of it came from a file that holds no more.
    calm: bool,
}

/// What goes with the decisions into one transaction.
pub(super) struct Around {
    pub(super) checkpoints: Vec<FileCheckpoint>,
    pub(super) forgotten: Vec<Origin>,
    pub(super) globs_seen: Vec<Vec<u8>>,
    pub(super) cursors: Vec<JournalCursor>,
    pub(super) durable: bool,
}

impl Pending {
    /// Is there nothing but positions to commit?
    pub(super) fn is_empty(&self) -> bool {
        self.since.is_none()
    }

    /// Something was decided at `mono`.
    pub(super) fn touched(&mut self, mono: Duration) {
        self.since.get_or_insert(mono);
    }

    /// What was decided last is all that its file holds: it does not wait for those that are behind.
    pub(super) fn calm(&mut self) {
        self.calm = true;
    }

    /// Must it be committed while input goes on?
    pub(super) fn is_full(&self, mono: Duration) -> bool {
        let age = self
            .since
            .map_or(Duration::ZERO, |since| mono.saturating_sub(since));
        self.decisions.kept.len() >= bounds::BATCH_EVENTS_MAX
            || self.decisions.bytes >= bounds::BATCH_BYTES_MAX
            || age >= Duration::from_millis(self.wait_ms())
    }

    fn wait_ms(&self) -> u64 {
        if self.calm {
            bounds::BATCH_CALM_WAIT_MS
        } else {
            bounds::BATCH_WAIT_MS
        }
    }

    /// Counts something that has nothing to do with policy.
    pub(super) fn count(&mut self, app: &str, reason: &'static str, quantity: u64) {
        if quantity > 0 {
            self.tally.note(reason, quantity);
            self.ledger.push(LedgerEntry {
                app: app.to_owned(),
                reason: reason.to_owned(),
                quantity,
            });
        }
    }

    /// An occurrence that reaches no app's policy.
    pub(super) fn drop_unrouted(&mut self, app: &str, reason: &'static str) {
        self.tally.occurrences += 1;
        *self.tally.drops.entry(reason).or_default() += 1;
        self.ledger.push(LedgerEntry {
            app: app.to_owned(),
            reason: reason.to_owned(),
            quantity: 1,
        });
    }

    /// The transaction, and what the tally grows by.
    pub(super) fn into_batch(
        mut self,
        around: Around,
        stored_at: Timestamp,
        routes: &Routes,
        packer: &mut Packer,
    ) -> (Batch, Tally) {
        self.settle_tally(routes);
        let mut batch = Batch::new(stored_at);
        batch.absorb(self.decisions, packer);
        batch.ledger.extend(self.ledger);
        batch.checkpoints = around.checkpoints;
        batch.forgotten = around.forgotten;
        batch.globs_seen = around.globs_seen;
        batch.cursors = around.cursors;
        batch.durable = around.durable;
        (batch, self.tally)
    }

    fn settle_tally(&mut self, routes: &Routes) {
        for kept in &self.decisions.kept {
            if let Some(route) = routes.of(kept.app) {
                self.tally.app(&route.app).kept += 1;
            }
        }
        for drop in &self.decisions.drops {
            if let Some(route) = routes.of(drop.app) {
                let drops = &mut self.tally.app(&route.app).drops;
                *drops.entry(drop.reason.as_str()).or_default() += drop.quantity;
            }
        }
        let counts = self.decisions.counts;
        self.tally.kept += self.decisions.kept.len() as u64;
        self.tally.repeats += counts.repeats;
        self.tally.over_budget += counts.over_budget;
        self.tally.released += counts.released;
        for drop in &self.decisions.drops {
            *self.tally.drops.entry(drop.reason.as_str()).or_default() += drop.quantity;
        }
    }
}
