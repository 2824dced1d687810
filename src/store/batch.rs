//! One turn of the pipeline as a value. In: decisions. Out: what one transaction stores. Touches no file.

use jiff::Timestamp;

use super::packed::Packer;
use crate::policy::{AppName, Decisions, PolicyChanges};
use crate::source::{FileCheckpoint, JournalCursor, Origin};

/// Everything that one turn has decided; stored in one transaction, or not at all.
#[derive(Debug)]
pub struct Batch {
    /// Wall time: events are stored as of now.
    pub stored_at: Timestamp,
    /// Files whose checkpoint has changed.
    pub checkpoints: Vec<FileCheckpoint>,
    /// Files whose checkpoint may go.
    pub forgotten: Vec<Origin>,
    /// Globs looked at for the first time.
    pub globs_seen: Vec<Vec<u8>>,
    /// Where reading of journals begins again.
    pub cursors: Vec<JournalCursor>,
    /// For the outbox.
    pub events: Vec<Outgoing>,
    /// Windows, carriers, limiters.
    pub policy: PolicyChanges,
    /// What is not sent.
    pub ledger: Vec<LedgerEntry>,
    /// Of that, what the receivers are to be told.
    pub reports: Vec<Report>,
    /// On the disk when the commit returns: a new file, or generation of one, is in it.
    pub durable: bool,
}

/// An event for the outbox.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    /// Where to.
    pub receiver: String,
    /// Whose.
    pub app: String,
    /// Its id.
    pub event_id: [u8; 16],
    /// JSON, scrubbed, plain or packed.
    pub payload: Vec<u8>,
    /// How many more occurrences it stands for.
    pub suppressed: u64,
    /// Record time.
    pub time: Timestamp,
    /// `error` or `default`.
    pub category: &'static str,
}

/// Something that was not sent, or not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Whose; empty: nobody's in particular.
    pub app: String,
    /// A reason's name.
    pub reason: String,
    /// How much, in the unit of the reason.
    pub quantity: u64,
}

/// A drop that a receiver is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Who.
    pub receiver: String,
    /// The protocol's name of the reason.
    pub reason: &'static str,
    /// `error` or `default`.
    pub category: &'static str,
    /// How many.
    pub quantity: u64,
}

impl Batch {
    /// An empty one.
    #[must_use]
    pub fn new(stored_at: Timestamp) -> Self {
        Self {
            stored_at,
            checkpoints: Vec::new(),
            forgotten: Vec::new(),
            globs_seen: Vec::new(),
            cursors: Vec::new(),
            events: Vec::new(),
            policy: PolicyChanges::default(),
            ledger: Vec::new(),
            reports: Vec::new(),
            durable: false,
        }
    }

    /// Nothing to store.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.checkpoints.is_empty()
            && self.forgotten.is_empty()
            && self.globs_seen.is_empty()
            && self.cursors.is_empty()
            && self.events.is_empty()
            && self.policy.is_empty()
            && self.ledger.is_empty()
            && self.reports.is_empty()
    }

    /// Takes in what thinning has decided: events to the outbox, packed, drops to the ledger and the client reports.
    pub fn absorb(&mut self, mut decisions: Decisions, packer: &mut Packer) {
        let names = std::sync::Arc::clone(&decisions.changes.names);
        let name = |ix: u16| names.get(usize::from(ix));
        for kept in decisions.kept {
            let Some(AppName { app, receiver }) = name(kept.app) else {
                continue;
            };
            self.events.push(Outgoing {
                receiver: receiver.to_string(),
                app: app.to_string(),
                event_id: kept.event_id,
                payload: packer.gzip(&[&kept.payload]),
                suppressed: kept.suppressed,
                time: kept.time,
                category: kept.category,
            });
        }
        for dropped in decisions.drops {
            let Some(AppName { app, receiver }) = name(dropped.app) else {
                continue;
            };
            self.ledger.push(LedgerEntry {
                app: app.to_string(),
                reason: dropped.reason.as_str().to_owned(),
                quantity: dropped.quantity,
            });
            if let Some(reason) = dropped.reason.client_report() {
                self.reports.push(Report {
                    receiver: receiver.to_string(),
                    reason,
                    category: dropped.category,
                    quantity: dropped.quantity,
                });
            }
        }
        for carrier in &mut decisions.changes.carriers {
            carrier.payload = packer.gzip(&[&carrier.payload]);
        }
        self.policy.extend(decisions.changes);
    }
}
