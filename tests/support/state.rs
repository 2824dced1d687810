//! The state file, read as an operator would with `sqlite3`.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rusqlite::{Connection, OpenFlags, Row};

use super::home::Home;

/// Quantities by app and reason.
pub(crate) type Ledger = BTreeMap<(String, String), u64>;

fn open(home: &Home) -> Connection {
    let path = home.path().join("state/state.db");
    Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}

fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(i64::cast_unsigned)
}

/// Every drop, by app and reason.
pub(crate) fn ledger(home: &Home) -> Ledger {
    let connection = open(home);
    let mut rows = connection
        .prepare("SELECT app, reason, quantity FROM ledger")
        .unwrap();
    let rows = rows
        .query_map([], |row| Ok(((row.get(0)?, row.get(1)?), count(row, 2)?)))
        .unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// Σ of `reasons` over the ledger's rows of `app`.
pub(crate) fn dropped(home: &Home, app: &str, reasons: &[&str]) -> u64 {
    let rows = ledger(home);
    reasons
        .iter()
        .filter_map(|reason| rows.get(&(app.to_owned(), (*reason).to_owned())))
        .sum()
}

/// What waits to be sent, by app: how many occurrences it stands for, itself included.
pub(crate) fn waiting(home: &Home) -> BTreeMap<String, u64> {
    sums(
        home,
        "SELECT app, SUM(1 + suppressed) FROM outbox GROUP BY app",
    )
}

/// Occurrences that stand in open windows, by app.
pub(crate) fn open_counts(home: &Home) -> BTreeMap<String, u64> {
    sums(home, "SELECT app, SUM(count) FROM windows GROUP BY app")
}

fn sums(home: &Home, query: &str) -> BTreeMap<String, u64> {
    let connection = open(home);
    let mut rows = connection.prepare(query).unwrap();
    let rows = rows
        .query_map([], |row| Ok((row.get(0)?, count(row, 1)?)))
        .unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// The highest generation stored for any file.
pub(crate) fn generation(home: &Home) -> u32 {
    let connection = open(home);
    connection
        .query_row(
            "SELECT COALESCE(MAX(generation), 0) FROM files",
            [],
            |row| row.get(0),
        )
        .unwrap()
}

/// Bytes of live files that are not yet covered by a stored position.
pub(crate) fn lag(home: &Home) -> u64 {
    let connection = open(home);
    let mut rows = connection
        .prepare("SELECT path, position FROM files WHERE state = 'live'")
        .unwrap();
    let rows = rows
        .query_map([], |row| Ok((row.get::<_, Vec<u8>>(0)?, count(row, 1)?)))
        .unwrap();
    rows.map(|row| {
        let (path, position) = row.unwrap();
        let path = Path::new(OsStr::from_bytes(&path)).to_owned();
        std::fs::metadata(path).map_or(0, |found| found.len().saturating_sub(position))
    })
    .sum()
}

/// How many occurrences receivers have taken, suppressed ones included.
pub(crate) fn delivered(home: &Home) -> u64 {
    open(home)
        .query_row(
            "SELECT COALESCE(SUM(occurrences), 0) FROM delivered",
            [],
            |row| count(row, 0),
        )
        .unwrap()
}

/// How many files have a stored position.
pub(crate) fn files(home: &Home) -> u64 {
    open(home)
        .query_row("SELECT COUNT(*) FROM files", [], |row| count(row, 0))
        .unwrap()
}

/// Where reading of the journal begins again, if that is stored.
pub(crate) fn cursor(home: &Home) -> Option<String> {
    let path = home.path().join("state/state.db");
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).ok()?;
    let sql = "SELECT cursor FROM journals WHERE journal = 'journal'";
    connection.query_row(sql, [], |row| row.get(0)).ok()
}

/// The number of the first entry of the journal that is not covered; 0 where nothing is stored.
pub(crate) fn journal_position(home: &Home) -> u64 {
    let path = home.path().join("state/state.db");
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let sql = "SELECT max(position) FROM files WHERE state = 'journal'";
    let position = connection.query_row(sql, [], |row| row.get::<_, Option<i64>>(0));
    position.unwrap().map_or(0, i64::cast_unsigned)
}
