//! The state file (SQLite, WAL). In: a [`Batch`], one transaction. Out: what a restart begins from, and the outbox.
//!
//! Never advances a position without what it covers. A commit that fails leaves nothing half done. A power cut may take
//! back the last commits (`synchronous = NORMAL`), but positions and events together; a batch that is `durable` is on the
//! disk when its commit returns. The tables are documented in `schema.sql`.

mod batch;
mod commit;
mod counts;
mod error;
mod files;
mod open;
mod outbox;
pub mod packed;
mod thinning;

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use crate::os::state::Lock;
use crate::policy::StoredPolicy;
use crate::source::{FileCheckpoint, JournalCursor, Origin};

pub use batch::{Batch, LedgerEntry, Outgoing, Report};
pub use counts::{Carried, ClientReport, Delivered};
pub use error::StoreError;
pub use open::{OpenReport, SetAside};
pub use outbox::{DropReason, OutboxSize, Outcome, Settlement, Waiting};

/// The state file, open. One connection; may be shared between threads.
#[derive(Debug)]
pub struct Store {
    inner: Mutex<Inner>,
    /// What waits, by receiver and app; apart from the connection, so that asking never waits for a disk.
    sizes: Mutex<Sizes>,
    path: PathBuf,
    _lock: Option<Lock>,
}

type Sizes = BTreeMap<(String, String), OutboxSize>;

#[derive(Debug)]
struct Inner {
    conn: Connection,
    /// The next row of the outbox: rows rise and are never used twice while the agent runs.
    next_row: i64,
    /// What stands in `decided` and `stream_ends`, so that a commit writes only what has changed.
    spans: HashMap<Origin, files::Spans>,
}

/// What a start begins from.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Files.
    pub checkpoints: Vec<FileCheckpoint>,
    /// Globs that have been looked at before.
    pub globs_seen: Vec<Vec<u8>>,
    /// Where reading of journals begins again.
    pub cursors: Vec<JournalCursor>,
    /// Windows and limiters.
    pub policy: StoredPolicy,
    /// Random bytes made with the file.
    pub salt: [u8; 16],
}

impl Store {
    fn over(conn: Connection, path: PathBuf, lock: Option<Lock>) -> Result<Self, StoreError> {
        let fail = |source| StoreError::of(&path, "reading it", source);
        let sizes = outbox::sizes(&conn).map_err(fail)?;
        let next_row = outbox::next_row(&conn).map_err(fail)?;
        let inner = Inner {
            conn,
            next_row,
            spans: HashMap::new(),
        };
        Ok(Self {
            inner: Mutex::new(inner),
            sizes: Mutex::new(sizes),
            path,
            _lock: lock,
        })
    }

    /// Everything that a start, or a pipeline whose commit failed, begins from.
    pub fn load(&self) -> Result<Stored, StoreError> {
        let mut inner = self.inner();
        let loaded = inner.load();
        loaded.map_err(|source| StoreError::of(&self.path, "reading it", source))
    }

    /// Gives free pages back to the disk, a little at a time, and shortens the journal: for idle moments.
    pub fn tidy(&self) -> Result<(), StoreError> {
        let inner = self.inner();
        // Each page given back is a step of the statement, though it gives no row.
        let run = |sql: &str| -> rusqlite::Result<()> {
            let mut statement = inner.conn.prepare_cached(sql)?;
            let mut rows = statement.query([])?;
            while rows.next()?.is_some() {}
            Ok(())
        };
        let done = run("PRAGMA incremental_vacuum(256)")
            .and_then(|()| run("PRAGMA wal_checkpoint(PASSIVE)"));
        done.map_err(|source| StoreError::of(&self.path, "tidying it", source))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sizes(&self) -> MutexGuard<'_, Sizes> {
        self.sizes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn load(&mut self) -> rusqlite::Result<Stored> {
        let checkpoints = files::load(&self.conn)?;
        self.spans = files::mirror(&checkpoints);
        Ok(Stored {
            globs_seen: files::globs(&self.conn)?,
            cursors: files::cursors(&self.conn)?,
            policy: thinning::load(&self.conn)?,
            salt: self
                .conn
                .query_row("SELECT value FROM meta WHERE name = 'salt'", [], |row| {
                    row.get(0)
                })?,
            checkpoints,
        })
    }
}
