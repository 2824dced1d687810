//! Opening the state file. In: a folder. Out: the file, held alone, checked, of the present schema. A damaged one is set aside,
//! never deleted; a newer one is refused, never changed.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::error::is_damage;
use super::{Store, StoreError};
use crate::bounds::{STATE_CHECK_BYTES_MAX, STATE_SET_ASIDE_MAX};
use crate::os::state;

/// `STKT`, in the file's header.
const APPLICATION_ID: i64 = 0x5354_4b54;
/// What brings a file from version N to N + 1, at place N.
const MIGRATIONS: &[&str] = &[
    include_str!("schema.sql"),
    include_str!("schema_2.sql"),
    include_str!("schema_3.sql"),
];
const FILE_NAME: &str = "state.db";
const STATEMENTS_CACHED: usize = 64;

/// What opening found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenReport {
    /// There was no state: everything is seen for the first time.
    pub created: bool,
    /// The schema it was brought up from.
    pub migrated_from: Option<i64>,
    /// The file was damaged.
    pub set_aside: Option<SetAside>,
}

/// A damaged state file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// Where it lies now.
    pub path: PathBuf,
    /// What was wrong with it.
    pub cause: String,
}

impl std::fmt::Display for SetAside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "the state file was damaged ({}) and is now {}: a new one was begun. What this may have cost: events that \
             waited in it are not sent; counts of repeats and limits begin anew; files are taken up as `start_at` says, so \
             lines written while stacktail was away may be passed over (`end`) or sent again (`beginning`)",
            self.cause,
            self.path.display()
        )
    }
}

/// Why a file could not be used.
enum Refused {
    Damaged(String),
    Error(StoreError),
}

impl Store {
    /// Opens the state file in `dir`, made if it is not there. `now` names a damaged file that is set aside.
    pub fn open(dir: &Path, now: Timestamp) -> Result<(Self, OpenReport), StoreError> {
        let folder = |source| StoreError::Folder {
            path: dir.to_owned(),
            source,
        };
        state::private_dir(dir).map_err(folder)?;
        let lock = match state::Lock::take(&dir.join("lock")).map_err(folder)? {
            state::Locking::Ours(lock) => lock,
            state::Locking::Theirs(holder) => {
                return Err(StoreError::InUse {
                    path: dir.to_owned(),
                    holder,
                });
            }
        };
        let path = dir.join(FILE_NAME);
        let mut report = OpenReport::default();
        let conn = match connect(&path, &mut report) {
            Ok(conn) => conn,
            Err(Refused::Error(error)) => return Err(error),
            Err(Refused::Damaged(cause)) => {
                let aside = set_aside(dir, &path, now).map_err(folder)?;
                report = OpenReport {
                    set_aside: Some(SetAside { path: aside, cause }),
                    ..OpenReport::default()
                };
                connect(&path, &mut report).map_err(|refused| refused.into_error(&path))?
            }
        };
        if report.created {
            state::sync_dir(dir).map_err(folder)?;
        }
        Ok((Self::over(conn, path, Some(lock))?, report))
    }

    /// A state that lives as long as the value: `--dry-run`, tests.
    pub fn in_memory() -> Result<Self, StoreError> {
        let path = PathBuf::from("(state in memory)");
        let fail = |doing| {
            let path = path.clone();
            move |source| StoreError::of(&path, doing, source)
        };
        let mut conn = Connection::open_in_memory().map_err(fail("opening it"))?;
        migrate(&mut conn, 0).map_err(fail("making its tables"))?;
        conn.set_prepared_statement_cache_capacity(STATEMENTS_CACHED);
        Self::over(conn, path.clone(), None)
    }
}

impl Refused {
    fn into_error(self, path: &Path) -> StoreError {
        match self {
            Self::Error(error) => error,
            Self::Damaged(cause) => StoreError::Folder {
                path: path.to_owned(),
                source: std::io::Error::other(cause),
            },
        }
    }
}

fn connect(path: &Path, report: &mut OpenReport) -> Result<Connection, Refused> {
    // SQLite would make it readable for all.
    drop(state::private_file(path).map_err(|source| {
        Refused::Error(StoreError::Folder {
            path: path.to_owned(),
            source,
        })
    })?);
    let refuse = |doing: &'static str| {
        move |source: rusqlite::Error| {
            if is_damage(&source) {
                Refused::Damaged(source.to_string())
            } else {
                Refused::Error(StoreError::of(path, doing, source))
            }
        }
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let mut conn = Connection::open_with_flags(path, flags).map_err(refuse("opening it"))?;
    let version = check(&conn, path).map_err(|refused| match refused {
        Checked::Refused(refused) => refused,
        Checked::Sqlite(source) => refuse("checking it")(source),
    })?;
    settings(&conn).map_err(refuse("setting it up"))?;
    migrate(&mut conn, version).map_err(refuse("making its tables"))?;
    report.created = version == 0;
    let known = MIGRATIONS.len().cast_signed() as i64;
    report.migrated_from = (version != 0 && version != known).then_some(version);
    Ok(conn)
}

enum Checked {
    Refused(Refused),
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Checked {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// Is it ours, of a schema we know, and whole? Gives its schema version, 0 for an empty file.
fn check(conn: &Connection, path: &Path) -> Result<i64, Checked> {
    conn.busy_timeout(std::time::Duration::from_secs(5))?;
    let number = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, i64>(0));
    let version = number("PRAGMA user_version")?;
    let id = number("PRAGMA application_id")?;
    let tables = number("SELECT count(*) FROM sqlite_schema")?;
    if tables == 0 && version == 0 {
        return Ok(0);
    }
    if id != APPLICATION_ID {
        let path = path.to_owned();
        return Err(Checked::Refused(Refused::Error(StoreError::Foreign {
            path,
        })));
    }
    let known = MIGRATIONS.len().cast_signed() as i64;
    if version > known {
        return Err(Checked::Refused(Refused::Error(StoreError::Newer {
            path: path.to_owned(),
            found: version,
            known,
        })));
    }
    if state::size(path) <= STATE_CHECK_BYTES_MAX {
        let said: String = conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if said != "ok" {
            return Err(Checked::Refused(Refused::Damaged(said)));
        }
    }
    Ok(version)
}

/// The order matters: `page_size` and `auto_vacuum` hold only if they are set before the first page is written. A usual event
/// takes three of these pages and six of the default ones, each with two writes to the journal.
fn settings(conn: &Connection) -> rusqlite::Result<()> {
    conn.set_prepared_statement_cache_capacity(STATEMENTS_CACHED);
    // One plan for a statement, whatever is bound to it: otherwise some are compiled anew at each use.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.execute_batch(
        "PRAGMA page_size = 8192;
         PRAGMA auto_vacuum = INCREMENTAL;
         PRAGMA journal_mode = WAL;
         PRAGMA synchronous = NORMAL;
         PRAGMA journal_size_limit = 8388608;
         PRAGMA cache_size = -2048;
         PRAGMA temp_store = MEMORY;
         PRAGMA trusted_schema = OFF;",
    )
}

fn migrate(conn: &mut Connection, from: i64) -> rusqlite::Result<()> {
    let done = usize::try_from(from).unwrap_or(0);
    for (at, sql) in MIGRATIONS.iter().enumerate().skip(done) {
        let transaction = conn.transaction()?;
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", at.cast_signed() as i64 + 1)?;
        if at == 0 {
            transaction.execute(
                "INSERT INTO meta (name, value) VALUES ('salt', randomblob(16))",
                [],
            )?;
        }
        transaction.commit()?;
    }
    Ok(())
}

/// Renames a damaged file, with its journal; the oldest of earlier ones go.
fn set_aside(dir: &Path, path: &Path, now: Timestamp) -> std::io::Result<PathBuf> {
    let stamp = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let prefix = format!("{FILE_NAME}.corrupt-");
    let aside = dir.join(format!("{prefix}{stamp}"));
    std::fs::rename(path, &aside)?;
    for part in ["-wal", "-shm"] {
        let from = dir.join(format!("{FILE_NAME}{part}"));
        let _may_not_be_there = std::fs::rename(from, format!("{}{part}", aside.display()));
    }
    let mut kept = state::names_beginning(dir, &prefix);
    kept.retain(|name| !name.to_string_lossy().ends_with("-wal"));
    kept.retain(|name| !name.to_string_lossy().ends_with("-shm"));
    let surplus = kept.len().saturating_sub(STATE_SET_ASIDE_MAX);
    for old in kept.iter().take(surplus) {
        for part in ["", "-wal", "-shm"] {
            let _may_not_be_there = std::fs::remove_file(format!("{}{part}", old.display()));
        }
    }
    Ok(aside)
}
