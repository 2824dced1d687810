//! What delivery needs of the store: a queue on disk, read in pages and settled in groups.

use jiff::Timestamp;

/// What the store answers when it cannot.
pub type OutboxError = Box<dyn std::error::Error + Send + Sync>;

/// Events that wait, in the order in which they were stored. Calls are short (one small transaction each).
pub trait Outbox: Send + Sync {
    /// At most `events_max` events and about `bytes_max` bytes behind `after_row`; one event however long it is.
    fn waiting(
        &self,
        receiver: &str,
        after_row: i64,
        events_max: usize,
        bytes_max: usize,
    ) -> Result<Vec<Waiting>, OutboxError>;

    /// Takes events out for good, in one transaction. Drops are counted in the ledger and, where they have a reason
    /// there, in the client reports.
    fn settle(&self, settlements: &[Settlement], now: Timestamp) -> Result<(), OutboxError>;

    /// What is still to be reported to this receiver.
    fn client_reports(&self, receiver: &str) -> Result<Vec<ClientReport>, OutboxError>;

    /// These quantities were reported: they are taken off.
    fn client_reports_sent(&self, receiver: &str, sent: &[ClientReport])
    -> Result<(), OutboxError>;
}

/// An event in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its place: rises with the order of storing.
    pub row: i64,
    /// Whose.
    pub app: String,
    /// Its id.
    pub event_id: [u8; 16],
    /// JSON.
    pub payload: Vec<u8>,
    /// How many more occurrences it stands for.
    pub suppressed: u64,
    /// `error` or `default`.
    pub category: String,
    /// When it came into the outbox.
    pub stored_at: Timestamp,
}

/// The end of an event in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settlement {
    /// Which.
    pub row: i64,
    /// How.
    pub end: End,
}

/// How an event left the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The receiver has it.
    Delivered,
    /// Nobody will get it.
    Dropped(Lost),
}

/// Why an event that was stored is not delivered. Names are those of the ledger, of `status` and of the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lost {
    /// The receiver said no (400, 401, 403, 404, 415 …).
    Refused,
    /// The receiver said that it is too large, twice.
    TooLarge,
    /// It drew a 429: the receiver counted it.
    RateLimited,
    /// It waited `hold_max` for a limit to end.
    HoldMax,
    /// It lay in the outbox for `age_max`.
    AgeMax,
}

impl Lost {
    /// The name in the ledger.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::TooLarge => "too_large",
            Self::RateLimited => "rate_limited",
            Self::HoldMax => "hold_max",
            Self::AgeMax => "age_max",
        }
    }

    /// The reason in a client report; `None` where the receiver has counted it itself.
    #[must_use]
    pub fn client_report(self) -> Option<&'static str> {
        match self {
            Self::Refused | Self::TooLarge => Some("send_error"),
            Self::RateLimited => None,
            Self::HoldMax => Some("ratelimit_backoff"),
            Self::AgeMax => Some("cache_overflow"),
        }
    }
}

/// One line of a client report.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ClientReport {
    /// One of Sentry's reasons.
    pub reason: String,
    /// `error` or `default`.
    pub category: String,
    /// How many.
    pub quantity: u64,
}
