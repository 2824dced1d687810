//! Thinning. In: changes of windows, carriers and limiters. Out: rows, and the same state back at a start. Decides nothing.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde_json::Value;

use super::commit::Growth;
use super::{DropReason, Store, StoreError, counts, outbox, packed};
use crate::limit::Bucket;
use crate::policy::{
    AppName, CarrierRow, IssueRow, LimiterName, PolicyChanges, Reason, Released, StoredIssue,
    StoredLimiter, StoredPolicy, StoredWindow, WindowRow,
};
use crate::source::AppIx;

impl Store {
    /// Forgets the windows of apps that are not `known` any more, once their last occurrence is `age_max` old; what they
    /// carry goes into the ledger. Until then it waits for its app to come back. Tells how many occurrences went.
    pub fn forget_apps(
        &self,
        known: &[&str],
        now: Timestamp,
        age_max: Duration,
    ) -> Result<u64, StoreError> {
        let Ok(oldest) = now.checked_sub(age_max) else {
            return Ok(0);
        };
        let mut inner = self.inner();
        let done = inner.conn.transaction().and_then(|transaction| {
            let gone = forget(&transaction, known, oldest.as_microsecond())?;
            transaction.commit()?;
            Ok(gone)
        });
        done.map_err(|source| StoreError::of(&self.path, "forgetting apps", source))
    }
}

fn forget(transaction: &Transaction<'_>, known: &[&str], oldest: i64) -> rusqlite::Result<u64> {
    let mut statement = transaction.prepare(
        "SELECT i.app FROM issues i LEFT JOIN windows w ON w.app = i.app AND w.issue = i.issue
         GROUP BY i.app HAVING max(ifnull(w.last, ifnull(w.clock, 0))) < ?",
    )?;
    let apps: Vec<String> = statement
        .query_map([oldest], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut gone = 0;
    for app in apps.iter().filter(|app| !known.contains(&app.as_str())) {
        let count: i64 = transaction.query_row(
            "SELECT ifnull(sum(count), 0) FROM windows WHERE app = ? AND carrier IS NOT NULL",
            [app],
            |row| row.get(0),
        )?;
        for sql in [
            "DELETE FROM carriers WHERE app = ?",
            "DELETE FROM windows WHERE app = ?",
            "DELETE FROM issues WHERE app = ?",
            "DELETE FROM limiters WHERE app = ?",
        ] {
            transaction.execute(sql, [app])?;
        }
        if count > 0 {
            let quantity = count.cast_unsigned();
            counts::ledger_one(transaction, app, DropReason::AgeMax.as_str(), quantity)?;
            gone += quantity;
        }
    }
    Ok(gone)
}

pub(super) fn write(
    transaction: &Transaction<'_>,
    changes: &PolicyChanges,
    stored_at: i64,
    next_row: &mut i64,
    growth: &mut Growth,
) -> rusqlite::Result<()> {
    for carrier in &changes.carriers {
        let Some(AppName { app, .. }) = named(changes, carrier.app) else {
            continue;
        };
        transaction
            .prepare_cached(
                "INSERT INTO carriers (id, app, event_id, category, time, bytes, payload) VALUES (?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                carrier.id.cast_signed(),
                app,
                carrier.event_id,
                carrier.category,
                carrier.time_us,
                carrier.payload.len().cast_signed() as i64,
                carrier.payload,
            ])?;
    }
    for released in &changes.released {
        if let Some(name) = named(changes, released.app) {
            release(transaction, released, name, stored_at, next_row, growth)?;
        }
    }
    for id in &changes.discarded {
        transaction
            .prepare_cached("DELETE FROM carriers WHERE id = ?")?
            .execute([id.cast_signed()])?;
    }
    write_issues(transaction, changes)?;
    write_windows(transaction, changes)?;
    write_limiters(transaction, changes)
}

fn named(changes: &PolicyChanges, ix: AppIx) -> Option<&AppName> {
    changes.names.get(usize::from(ix))
}

/// Moves a carrier into the outbox, with what it stands for.
fn release(
    transaction: &Transaction<'_>,
    released: &Released,
    AppName { app, receiver }: &AppName,
    stored_at: i64,
    next_row: &mut i64,
    growth: &mut Growth,
) -> rusqlite::Result<()> {
    let carrier = transaction
        .prepare_cached(
            "DELETE FROM carriers WHERE id = ? RETURNING event_id, category, time, payload",
        )?
        .query_row([released.id.cast_signed()], |row| {
            let event_id: [u8; 16] = row.get(0)?;
            let category: String = row.get(1)?;
            Ok((
                event_id,
                category,
                row.get::<_, i64>(2)?,
                row.get::<_, Vec<u8>>(3)?,
            ))
        })
        .optional()?;
    let Some((event_id, category, time, payload)) = carrier else {
        // Somebody has edited the file. What it stood for is not silently gone.
        return counts::ledger_one(transaction, app, Reason::Evicted.as_str(), released.count);
    };
    let payload = with_count(payload, released);
    transaction
        .prepare_cached(outbox::INSERT)?
        .execute(params![
            *next_row,
            receiver,
            app,
            event_id,
            category,
            released.count.saturating_sub(1).cast_signed(),
            time,
            stored_at,
            payload.len().cast_signed() as i64,
            payload,
        ])?;
    growth.add(receiver, app, payload.len());
    *next_row += 1;
    Ok(())
}

/// The payload with count, first and last time among its extra data.
fn with_count(payload: Vec<u8>, released: &Released) -> Vec<u8> {
    let Ok(Value::Object(mut event)) = serde_json::from_slice(&packed::json(&payload)) else {
        return payload;
    };
    let extra = event
        .entry("extra")
        .or_insert_with(|| Value::Object(serde_json::Map::new()));
    if let Value::Object(extra) = extra {
        let time = |us| Timestamp::from_microsecond(us).map(|time| Value::from(time.to_string()));
        extra.insert("stacktail.occurrences".to_owned(), released.count.into());
        if let (Ok(first), Ok(last)) = (time(released.first_us), time(released.last_us)) {
            extra.insert("stacktail.first_seen".to_owned(), first);
            extra.insert("stacktail.last_seen".to_owned(), last);
        }
    }
    let json = serde_json::to_vec(&event);
    json.map_or(payload, |json| packed::Packer::default().gzip(&[&json]))
}

fn write_issues(transaction: &Transaction<'_>, changes: &PolicyChanges) -> rusqlite::Result<()> {
    for ((ix, issue), row) in &changes.issues {
        let Some(AppName { app, .. }) = named(changes, *ix) else {
            continue;
        };
        match row {
            Some(row) => transaction
                .prepare_cached(
                    "INSERT OR REPLACE INTO issues (app, issue, clock, full_at, used) VALUES (?, ?, ?, ?, ?)",
                )?
                .execute(params![
                    app,
                    issue,
                    row.bucket.clock_us,
                    row.bucket.full_at_us,
                    row.used.cast_signed(),
                ])?,
            None => transaction
                .prepare_cached("DELETE FROM issues WHERE app = ? AND issue = ?")?
                .execute(params![app, issue])?,
        };
    }
    Ok(())
}

fn write_windows(transaction: &Transaction<'_>, changes: &PolicyChanges) -> rusqlite::Result<()> {
    for ((ix, issue, key), row) in &changes.windows {
        let Some(AppName { app, .. }) = named(changes, *ix) else {
            continue;
        };
        match row {
            Some(row) => transaction
                .prepare_cached(
                    "INSERT OR REPLACE INTO windows (app, issue, key, opened, clock, carrier, count, first, last)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                )?
                .execute(params![
                    app,
                    issue,
                    key,
                    row.opened_us,
                    row.clock_us,
                    row.carrier.map(|carrier| carrier.id.cast_signed()),
                    row.carrier.map_or(0, |carrier| carrier.count.cast_signed()),
                    row.carrier.map(|carrier| carrier.first_us),
                    row.carrier.map(|carrier| carrier.last_us),
                ])?,
            None => transaction
                .prepare_cached("DELETE FROM windows WHERE app = ? AND issue = ? AND key = ?")?
                .execute(params![app, issue, key])?,
        };
    }
    Ok(())
}

fn write_limiters(transaction: &Transaction<'_>, changes: &PolicyChanges) -> rusqlite::Result<()> {
    for (name, bucket) in &changes.limiters {
        let app = |ix| named(changes, ix).map(|name| &*name.app);
        let (kind, app) = match *name {
            LimiterName::Host => ("host", Some("")),
            LimiterName::Share(ix) => ("share", app(ix)),
            LimiterName::App(ix) => ("app", app(ix)),
        };
        transaction
            .prepare_cached(
                "INSERT OR REPLACE INTO limiters (kind, app, clock, full_at) VALUES (?, ?, ?, ?)",
            )?
            .execute(params![
                kind,
                app.unwrap_or_default(),
                bucket.clock_us,
                bucket.full_at_us
            ])?;
    }
    Ok(())
}

pub(super) fn load(conn: &Connection) -> rusqlite::Result<StoredPolicy> {
    let next: i64 = conn.query_row("SELECT ifnull(max(id), 0) + 1 FROM carriers", [], |row| {
        row.get(0)
    })?;
    Ok(StoredPolicy {
        limiters: conn
            .prepare("SELECT kind, app, clock, full_at FROM limiters")?
            .query_map([], |row| {
                Ok(StoredLimiter {
                    kind: row.get(0)?,
                    app: row.get(1)?,
                    bucket: bucket(row, 2)?,
                })
            })?
            .collect::<rusqlite::Result<_>>()?,
        issues: load_issues(conn)?,
        next_carrier: next.cast_unsigned(),
    })
}

fn bucket(row: &Row<'_>, at: usize) -> rusqlite::Result<Bucket> {
    Ok(Bucket {
        clock_us: row.get(at)?,
        full_at_us: row.get(at + 1)?,
    })
}

/// Issues and their windows, both in the order of their key, joined.
fn load_issues(conn: &Connection) -> rusqlite::Result<Vec<StoredIssue>> {
    let mut statement =
        conn.prepare("SELECT app, issue, clock, full_at, used FROM issues ORDER BY app, issue")?;
    let mut issues = statement
        .query_map([], |row| {
            Ok(StoredIssue {
                app: row.get(0)?,
                key: row.get(1)?,
                row: IssueRow {
                    bucket: bucket(row, 2)?,
                    used: row.get::<_, i64>(4)?.cast_unsigned(),
                },
                windows: Vec::new(),
            })
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let mut statement = conn.prepare(
        "SELECT w.app, w.issue, w.key, w.opened, w.clock, c.id, w.count, w.first, w.last, c.bytes, c.category
         FROM windows w LEFT JOIN carriers c ON c.id = w.carrier
         ORDER BY w.app, w.issue, w.clock",
    )?;
    let mut rows = statement.query([])?;
    let mut at = 0;
    while let Some(row) = rows.next()? {
        let owner: (String, [u8; 16]) = (row.get(0)?, row.get(1)?);
        while issues
            .get(at)
            .is_some_and(|issue| (&issue.app, &issue.key) < (&owner.0, &owner.1))
        {
            at += 1;
        }
        let window = read_window(row)?;
        if let Some(issue) = issues.get_mut(at)
            && (&issue.app, &issue.key) == (&owner.0, &owner.1)
        {
            issue.windows.push(window);
        }
    }
    Ok(issues)
}

fn read_window(row: &Row<'_>) -> rusqlite::Result<StoredWindow> {
    let opened_us: i64 = row.get(3)?;
    let carrier = match row.get::<_, Option<i64>>(5)? {
        None => None,
        Some(id) => Some(CarrierRow {
            id: id.cast_unsigned(),
            count: row.get::<_, i64>(6)?.cast_unsigned(),
            first_us: row.get::<_, Option<i64>>(7)?.unwrap_or(opened_us),
            last_us: row.get::<_, Option<i64>>(8)?.unwrap_or(opened_us),
            bytes: row.get::<_, i64>(9)?.cast_unsigned(),
            category: match row.get::<_, String>(10)?.as_str() {
                "default" => "default",
                _ => "error",
            },
        }),
    };
    Ok(StoredWindow {
        key: row.get(2)?,
        row: WindowRow {
            opened_us,
            clock_us: row.get(4)?,
            carrier,
        },
    })
}
