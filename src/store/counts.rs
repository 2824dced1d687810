//! The ledger. In: drops and deliveries. Out: what was not sent and why, what was delivered, and what receivers are still to be
//! told. A count never shrinks but by being told.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{LedgerEntry, Store, StoreError};

/// Drops of one kind that a receiver has not been told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientReport {
    /// The protocol's name of the reason.
    pub reason: String,
    /// `error` or `default`.
    pub category: String,
    /// How many.
    pub quantity: u64,
}

/// What one receiver has taken of one app, since the state file was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// Who.
    pub receiver: String,
    /// Whose.
    pub app: String,
    /// Events.
    pub events: u64,
    /// The occurrences that they stand for.
    pub occurrences: u64,
    /// When the last was taken, wall time.
    pub last: Timestamp,
}

/// What waits in the windows of one app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// Whose.
    pub app: String,
    /// Carriers: events that go out when their window ends.
    pub carriers: u64,
    /// The occurrences that they stand for: the open counts.
    pub occurrences: u64,
    /// Bytes of payload.
    pub bytes: u64,
}

impl Store {
    /// Adds to the ledger, by itself.
    pub fn count(&self, entries: &[LedgerEntry]) -> Result<(), StoreError> {
        let mut inner = self.inner();
        let done = inner.conn.transaction().and_then(|transaction| {
            ledger_add(&transaction, entries)?;
            transaction.commit()
        });
        done.map_err(|source| StoreError::of(&self.path, "counting", source))
    }

    /// The whole ledger, by app and reason.
    pub fn ledger(&self) -> Result<Vec<LedgerEntry>, StoreError> {
        let inner = self.inner();
        let read = || -> rusqlite::Result<Vec<LedgerEntry>> {
            let mut statement = inner
                .conn
                .prepare("SELECT app, reason, quantity FROM ledger ORDER BY app, reason")?;
            let rows = statement.query_map([], |row| {
                Ok(LedgerEntry {
                    app: row.get(0)?,
                    reason: row.get(1)?,
                    quantity: row.get::<_, i64>(2)?.cast_unsigned(),
                })
            })?;
            rows.collect()
        };
        read().map_err(|source| StoreError::of(&self.path, "reading the ledger", source))
    }

    /// All that was delivered, by receiver and app.
    pub fn delivered(&self) -> Result<Vec<Delivered>, StoreError> {
        let inner = self.inner();
        let read = || -> rusqlite::Result<Vec<Delivered>> {
            let mut statement = inner.conn.prepare(
                "SELECT receiver, app, events, occurrences, last FROM delivered ORDER BY receiver, app",
            )?;
            let rows = statement.query_map([], |row| {
                Ok(Delivered {
                    receiver: row.get(0)?,
                    app: row.get(1)?,
                    events: row.get::<_, i64>(2)?.cast_unsigned(),
                    occurrences: row.get::<_, i64>(3)?.cast_unsigned(),
                    last: Timestamp::from_microsecond(row.get(4)?).unwrap_or_default(),
                })
            })?;
            rows.collect()
        };
        read().map_err(|source| StoreError::of(&self.path, "reading what was delivered", source))
    }

    /// The open counts, by app.
    pub fn carried(&self) -> Result<Vec<Carried>, StoreError> {
        let inner = self.inner();
        let read = || -> rusqlite::Result<Vec<Carried>> {
            let mut statement = inner.conn.prepare(
                "SELECT c.app, count(*), ifnull(sum(w.count), 0), sum(c.bytes)
                 FROM carriers c LEFT JOIN windows w ON w.carrier = c.id GROUP BY c.app ORDER BY c.app",
            )?;
            let rows = statement.query_map([], |row| {
                Ok(Carried {
                    app: row.get(0)?,
                    carriers: row.get::<_, i64>(1)?.cast_unsigned(),
                    occurrences: row.get::<_, i64>(2)?.cast_unsigned(),
                    bytes: row.get::<_, i64>(3)?.cast_unsigned(),
                })
            })?;
            rows.collect()
        };
        read().map_err(|source| StoreError::of(&self.path, "reading what is carried", source))
    }

    /// How the receiver stood when it last changed, as delivery wrote it.
    pub fn standing(&self, receiver: &str) -> Result<Option<String>, StoreError> {
        let inner = self.inner();
        let read = || {
            let sql = "SELECT state FROM receivers WHERE receiver = ?";
            let mut statement = inner.conn.prepare_cached(sql)?;
            statement.query_row([receiver], |row| row.get(0)).optional()
        };
        read().map_err(|source| StoreError::of(&self.path, "reading how receivers stand", source))
    }

    /// Keeps how a receiver stands; `None`: there is nothing to keep.
    pub fn keep_standing(&self, receiver: &str, state: Option<&str>) -> Result<(), StoreError> {
        let inner = self.inner();
        let write = || match state {
            Some(state) => inner
                .conn
                .prepare_cached("INSERT OR REPLACE INTO receivers (receiver, state) VALUES (?, ?)")?
                .execute([receiver, state]),
            None => inner
                .conn
                .prepare_cached("DELETE FROM receivers WHERE receiver = ?")?
                .execute([receiver]),
        };
        let written = write();
        written
            .map_err(|source| StoreError::of(&self.path, "keeping how receivers stand", source))?;
        Ok(())
    }

    /// What the receiver is still to be told.
    pub fn client_reports(&self, receiver: &str) -> Result<Vec<ClientReport>, StoreError> {
        let inner = self.inner();
        let read = || -> rusqlite::Result<Vec<ClientReport>> {
            let mut statement = inner.conn.prepare_cached(
                "SELECT reason, category, quantity FROM client_reports WHERE receiver = ? AND quantity > 0",
            )?;
            let rows = statement.query_map([receiver], |row| {
                Ok(ClientReport {
                    reason: row.get(0)?,
                    category: row.get(1)?,
                    quantity: row.get::<_, i64>(2)?.cast_unsigned(),
                })
            })?;
            rows.collect()
        };
        read().map_err(|source| StoreError::of(&self.path, "reading client reports", source))
    }

    /// The receiver was told these: they are taken off, what came since stays.
    pub fn client_reports_sent(
        &self,
        receiver: &str,
        sent: &[ClientReport],
    ) -> Result<(), StoreError> {
        let mut inner = self.inner();
        let done = inner.conn.transaction().and_then(|transaction| {
            for report in sent {
                transaction.execute(
                    "UPDATE client_reports SET quantity = quantity - ?4
                     WHERE receiver = ?1 AND reason = ?2 AND category = ?3",
                    params![
                        receiver,
                        report.reason,
                        report.category,
                        report.quantity.cast_signed()
                    ],
                )?;
            }
            transaction.execute(
                "DELETE FROM client_reports WHERE receiver = ? AND quantity <= 0",
                [receiver],
            )?;
            transaction.commit()
        });
        done.map_err(|source| StoreError::of(&self.path, "settling client reports", source))
    }
}

pub(super) fn ledger_add(conn: &Connection, entries: &[LedgerEntry]) -> rusqlite::Result<()> {
    for entry in entries {
        ledger_one(conn, &entry.app, &entry.reason, entry.quantity)?;
    }
    Ok(())
}

pub(super) fn ledger_one(
    conn: &Connection,
    app: &str,
    reason: &str,
    quantity: u64,
) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO ledger (app, reason, quantity) VALUES (?, ?, ?)
         ON CONFLICT (app, reason) DO UPDATE SET quantity = quantity + excluded.quantity",
    )?
    .execute(params![app, reason, quantity.cast_signed()])?;
    Ok(())
}

pub(super) fn report_add(
    conn: &Connection,
    receiver: &str,
    reason: &str,
    category: &str,
    quantity: u64,
) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO client_reports (receiver, reason, category, quantity) VALUES (?, ?, ?, ?)
         ON CONFLICT (receiver, reason, category) DO UPDATE SET quantity = quantity + excluded.quantity",
    )?
    .execute(params![receiver, reason, category, quantity.cast_signed()])?;
    Ok(())
}

pub(super) fn delivered_add(
    conn: &Connection,
    receiver: &str,
    app: &str,
    occurrences: u64,
    now: Timestamp,
) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO delivered (receiver, app, events, occurrences, last) VALUES (?, ?, 1, ?, ?)
         ON CONFLICT (receiver, app) DO UPDATE
         SET events = events + 1, occurrences = occurrences + excluded.occurrences, last = excluded.last",
    )?
    .execute(params![
        receiver,
        app,
        occurrences.cast_signed(),
        now.as_microsecond()
    ])?;
    Ok(())
}
