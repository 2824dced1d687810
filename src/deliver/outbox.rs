//! What delivery needs of the store: a queue on disk, read in pages and settled in groups. Calls are short, one small
//! transaction each, so they are made where they are needed.

use jiff::Timestamp;

use crate::store::{ClientReport, Settlement, Store, StoreError, Waiting};

/// Events that wait, in the order in which they were stored.
pub trait Outbox: Send + Sync {
    /// At most `events_max` events and about `bytes_max` bytes behind `after_row`; one event however long it is.
    fn waiting(
        &self,
        receiver: &str,
        after_row: i64,
        events_max: usize,
        bytes_max: usize,
    ) -> Result<Vec<Waiting>, StoreError>;

    /// How many events wait for this receiver.
    fn waiting_events(&self, receiver: &str) -> u64;

    /// Takes events out for good, in one transaction; drops are counted, and reported where the reason asks for it.
    fn settle(&self, settlements: &[Settlement], now: Timestamp) -> Result<(), StoreError>;

    /// What is still to be reported to this receiver.
    fn client_reports(&self, receiver: &str) -> Result<Vec<ClientReport>, StoreError>;

    /// These quantities were reported: they are taken off.
    fn client_reports_sent(&self, receiver: &str, sent: &[ClientReport]) -> Result<(), StoreError>;

    /// How this receiver stood when an earlier run ended, as it was kept.
    fn standing(&self, receiver: &str) -> Result<Option<String>, StoreError>;

    /// Keeps it for a later run; `None`: all is well.
    fn keep_standing(&self, receiver: &str, state: Option<&str>) -> Result<(), StoreError>;
}

impl Outbox for Store {
    fn waiting(
        &self,
        receiver: &str,
        after_row: i64,
        events_max: usize,
        bytes_max: usize,
    ) -> Result<Vec<Waiting>, StoreError> {
        Self::waiting(self, receiver, after_row, events_max, bytes_max)
    }

    fn waiting_events(&self, receiver: &str) -> u64 {
        let sizes = self.outbox_sizes();
        let ours = sizes.iter().filter(|(to, _, _)| to == receiver);
        ours.map(|(_, _, size)| size.events).sum()
    }

    fn settle(&self, settlements: &[Settlement], now: Timestamp) -> Result<(), StoreError> {
        Self::settle(self, settlements, now)
    }

    fn client_reports(&self, receiver: &str) -> Result<Vec<ClientReport>, StoreError> {
        Self::client_reports(self, receiver)
    }

    fn client_reports_sent(&self, receiver: &str, sent: &[ClientReport]) -> Result<(), StoreError> {
        Self::client_reports_sent(self, receiver, sent)
    }

    fn standing(&self, receiver: &str) -> Result<Option<String>, StoreError> {
        Self::standing(self, receiver)
    }

    fn keep_standing(&self, receiver: &str, state: Option<&str>) -> Result<(), StoreError> {
        Self::keep_standing(self, receiver, state)
    }
}
