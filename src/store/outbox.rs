//! What waits to be sent. In: stored events, settlements. Out: the oldest first; what left is delivered or counted, never just
//! gone.

use std::borrow::Cow;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::{Sizes, Store, StoreError, counts, packed};

pub(super) const INSERT: &str = "INSERT INTO outbox (row, receiver, app, event_id, category, suppressed, time, stored_at, \
                                 bytes, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

/// An event that waits.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// Its place; rises.
    pub row: i64,
    /// Whose.
    pub app: String,
    /// Its id.
    pub event_id: [u8; 16],
    /// As it is stored.
    pub payload: Vec<u8>,
    /// How many more occurrences it stands for.
    pub suppressed: u64,
    /// `error` or `default`.
    pub category: String,
    /// When it was stored, wall time.
    pub stored_at: Timestamp,
    /// Record time.
    pub time: Timestamp,
}

impl Waiting {
    /// The event.
    #[must_use]
    pub fn json(&self) -> Cow<'_, [u8]> {
        packed::json(&self.payload)
    }
}

/// What became of one that waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settlement {
    /// Its place.
    pub row: i64,
    /// Its fate.
    pub outcome: Outcome,
}

/// The fate of an event of the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver has taken it.
    Delivered,
    /// It is gone.
    Dropped(DropReason),
}

/// Why an event goes out of the outbox unsent. Names are those of the ledger, of `status` and of the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DropReason {
    /// It has lain there for `age_max`.
    AgeMax,
    /// The outbox was full, and what feeds it cannot be paused.
    OutboxFull,
    /// It has waited `hold_max` for a limit of the receiver.
    HoldMax,
    /// It drew a 429: the server has counted it.
    RateLimited,
    /// The receiver refused it for good.
    SendError,
    /// The receiver refused its size, and it cannot be made smaller.
    TooLarge,
}

impl DropReason {
    /// The name in the ledger.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AgeMax => "age_max",
            Self::OutboxFull => "outbox_full",
            Self::HoldMax => "hold_max",
            Self::RateLimited => "rate_limited",
            Self::SendError => "send_error",
            Self::TooLarge => "too_large",
        }
    }

    /// The reason in a client report. Age and space are limits of the spool on disk, which the protocol calls
    /// `cache_overflow` (the SDKs give it for what their offline cache gives up by age or number). `None`: the server has
    /// counted it itself.
    #[must_use]
    pub fn client_report(self) -> Option<&'static str> {
        match self {
            Self::AgeMax | Self::OutboxFull => Some("cache_overflow"),
            Self::HoldMax => Some("ratelimit_backoff"),
            Self::RateLimited => None,
            Self::SendError | Self::TooLarge => Some("send_error"),
        }
    }
}

/// How much waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OutboxSize {
    /// Bytes of payload.
    pub bytes: u64,
    /// Events.
    pub events: u64,
}

/// A row that has left.
struct Left {
    receiver: String,
    app: String,
    category: String,
    occurrences: u64,
    bytes: u64,
}

impl Store {
    /// The oldest events for the receiver behind `after_row` (0: from the first), at most so many and so many bytes; one
    /// at least, however big.
    pub fn waiting(
        &self,
        receiver: &str,
        after_row: i64,
        max_events: usize,
        max_bytes: usize,
    ) -> Result<Vec<Waiting>, StoreError> {
        let inner = self.inner();
        let read = || {
            let mut statement = inner.conn.prepare_cached(
                "SELECT row, app, event_id, payload, suppressed, category, stored_at, time
                 FROM outbox WHERE receiver = ? AND row > ? ORDER BY row LIMIT ?",
            )?;
            let limit = i64::try_from(max_events).unwrap_or(i64::MAX);
            let mut rows = statement.query(params![receiver, after_row, limit])?;
            let mut waiting: Vec<Waiting> = Vec::new();
            let mut bytes = 0;
            while let Some(row) = rows.next()? {
                let event = read_waiting(row)?;
                bytes += event.payload.len();
                if bytes > max_bytes && !waiting.is_empty() {
                    break;
                }
                waiting.push(event);
            }
            Ok(waiting)
        };
        read().map_err(|source| StoreError::of(&self.path, "reading the outbox", source))
    }

    /// Takes events out of the outbox: delivered, or dropped into the ledger and the client reports with all that they
    /// stand for. A row that is gone already is passed over.
    pub fn settle(&self, settlements: &[Settlement], now: Timestamp) -> Result<(), StoreError> {
        self.leave("settling events", |transaction, left| {
            for settlement in settlements {
                let sql = "DELETE FROM outbox WHERE row = ? \
                           RETURNING receiver, app, category, suppressed, bytes";
                let gone = transaction
                    .prepare_cached(sql)?
                    .query_row([settlement.row], read_left)
                    .optional()?;
                let Some(gone) = gone else {
                    continue;
                };
                match settlement.outcome {
                    Outcome::Delivered => delivered(transaction, &gone, now)?,
                    Outcome::Dropped(reason) => dropped(transaction, &gone, reason)?,
                }
                left.push(gone);
            }
            Ok(())
        })
    }

    /// Drops what has lain in the outbox for `age_max`. Tells how many events went.
    pub fn expire(&self, now: Timestamp, age_max: Duration) -> Result<u64, StoreError> {
        let Ok(oldest) = now.checked_sub(age_max) else {
            return Ok(0);
        };
        let mut count = 0;
        self.leave("dropping what is too old", |transaction, left| {
            let mut statement = transaction.prepare_cached(
                "DELETE FROM outbox WHERE stored_at < ? RETURNING receiver, app, category, suppressed, bytes",
            )?;
            for gone in statement.query_map([oldest.as_microsecond()], read_left)? {
                left.push(gone?);
            }
            count = left.len() as u64;
            let mut gone = left.iter();
            gone.try_for_each(|gone| dropped(transaction, gone, DropReason::AgeMax))
        })?;
        Ok(count)
    }

    /// Makes room: drops the oldest events of the receiver (of one app, if named) until at least `bytes` are free. Tells
    /// how many bytes went.
    pub fn drop_oldest(
        &self,
        receiver: &str,
        app: Option<&str>,
        bytes: u64,
    ) -> Result<u64, StoreError> {
        let mut freed = 0;
        self.leave("making room in the outbox", |transaction, left| {
            while freed < bytes {
                let gone = transaction
                    .prepare_cached(
                        "DELETE FROM outbox WHERE row =
                             (SELECT min(row) FROM outbox WHERE receiver = ?1 AND (?2 IS NULL OR app = ?2))
                         RETURNING receiver, app, category, suppressed, bytes",
                    )?
                    .query_row(params![receiver, app], read_left)
                    .optional()?;
                let Some(gone) = gone else {
                    break;
                };
                freed += gone.bytes.max(1);
                left.push(gone);
            }
            let mut gone = left.iter();
            gone.try_for_each(|gone| dropped(transaction, gone, DropReason::OutboxFull))
        })?;
        Ok(freed)
    }

    /// Bytes that wait for the receiver.
    #[must_use]
    pub fn outbox_bytes(&self, receiver: &str) -> u64 {
        self.sum(|(to, _)| to == receiver)
    }

    /// Bytes that wait of the app, wherever they go.
    #[must_use]
    pub fn outbox_app_bytes(&self, app: &str) -> u64 {
        self.sum(|(_, of)| of == app)
    }

    /// Bytes that wait.
    #[must_use]
    pub fn outbox_total(&self) -> u64 {
        self.sum(|_| true)
    }

    /// What waits, by receiver and app.
    #[must_use]
    pub fn outbox_sizes(&self) -> Vec<(String, String, OutboxSize)> {
        let sizes = self.sizes();
        let rows = sizes.iter().filter(|(_, size)| size.events > 0);
        rows.map(|((receiver, app), size)| (receiver.clone(), app.clone(), *size))
            .collect()
    }

    fn sum(&self, wanted: impl Fn(&(String, String)) -> bool) -> u64 {
        let sizes = self.sizes();
        let rows = sizes.iter().filter(|(key, _)| wanted(key));
        rows.map(|(_, size)| size.bytes).sum()
    }

    /// One transaction that takes rows out, and the sizes that follow from it.
    fn leave(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Transaction<'_>, &mut Vec<Left>) -> rusqlite::Result<()>,
    ) -> Result<(), StoreError> {
        let mut inner = self.inner();
        let mut left = Vec::new();
        let done = inner.conn.transaction().and_then(|transaction| {
            work(&transaction, &mut left)?;
            transaction.commit()
        });
        done.map_err(|source| StoreError::of(&self.path, doing, source))?;
        let mut sizes = self.sizes();
        for gone in left {
            if let Some(size) = sizes.get_mut(&(gone.receiver, gone.app)) {
                size.bytes = size.bytes.saturating_sub(gone.bytes);
                size.events = size.events.saturating_sub(1);
            }
        }
        Ok(())
    }
}

fn delivered(transaction: &Transaction<'_>, gone: &Left, now: Timestamp) -> rusqlite::Result<()> {
    counts::delivered_add(
        transaction,
        &gone.receiver,
        &gone.app,
        gone.occurrences,
        now,
    )
}

fn dropped(transaction: &Transaction<'_>, gone: &Left, reason: DropReason) -> rusqlite::Result<()> {
    counts::ledger_one(transaction, &gone.app, reason.as_str(), gone.occurrences)?;
    reason.client_report().map_or(Ok(()), |report| {
        let Left {
            receiver, category, ..
        } = gone;
        counts::report_add(transaction, receiver, report, category, gone.occurrences)
    })
}

fn read_left(row: &Row<'_>) -> rusqlite::Result<Left> {
    Ok(Left {
        receiver: row.get(0)?,
        app: row.get(1)?,
        category: row.get(2)?,
        occurrences: row.get::<_, i64>(3)?.cast_unsigned().saturating_add(1),
        bytes: row.get::<_, i64>(4)?.cast_unsigned(),
    })
}

fn read_waiting(row: &Row<'_>) -> rusqlite::Result<Waiting> {
    let time = |us: i64| Timestamp::from_microsecond(us).unwrap_or(Timestamp::UNIX_EPOCH);
    Ok(Waiting {
        row: row.get(0)?,
        app: row.get(1)?,
        event_id: row.get(2)?,
        payload: row.get(3)?,
        suppressed: row.get::<_, i64>(4)?.cast_unsigned(),
        category: row.get(5)?,
        stored_at: time(row.get(6)?),
        time: time(row.get(7)?),
    })
}

pub(super) fn sizes(conn: &Connection) -> rusqlite::Result<Sizes> {
    let mut statement = conn
        .prepare("SELECT receiver, app, sum(bytes), count(*) FROM outbox GROUP BY receiver, app")?;
    let rows = statement.query_map([], |row| {
        let size = OutboxSize {
            bytes: row.get::<_, i64>(2)?.cast_unsigned(),
            events: row.get::<_, i64>(3)?.cast_unsigned(),
        };
        Ok(((row.get(0)?, row.get(1)?), size))
    })?;
    rows.collect()
}

pub(super) fn next_row(conn: &Connection) -> rusqlite::Result<i64> {
    conn.query_row("SELECT ifnull(max(row), 0) + 1 FROM outbox", [], |row| {
        row.get(0)
    })
}
