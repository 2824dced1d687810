//! Checkpoints of files. In: those that changed. Out: rows, and the same checkpoints back at a start. Writes only what differs.

use std::collections::{BTreeSet, HashMap};
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use rusqlite::{Connection, Row, Transaction, params};

use super::Batch;
use crate::source::{Decided, FileCheckpoint, FileState, JournalCursor, Origin, StreamEnd};

/// The decided spans and stream ends of one origin, as they stand in the file.
#[derive(Debug, Default)]
pub(super) struct Spans {
    decided: BTreeSet<Decided>,
    ends: HashMap<u64, u64>,
}

impl Spans {
    fn of(checkpoint: &FileCheckpoint) -> Self {
        Self {
            decided: checkpoint.decided.iter().copied().collect(),
            ends: checkpoint
                .ends
                .iter()
                .map(|end| (end.stream, end.end))
                .collect(),
        }
    }

    fn is_empty(&self) -> bool {
        self.decided.is_empty() && self.ends.is_empty()
    }
}

/// What the file holds, after all of it was read.
pub(super) fn mirror(checkpoints: &[FileCheckpoint]) -> HashMap<Origin, Spans> {
    let mut spans = HashMap::new();
    for checkpoint in checkpoints {
        keep(&mut spans, checkpoint);
    }
    spans
}

/// What the file holds, after the batch was committed.
pub(super) fn remember(spans: &mut HashMap<Origin, Spans>, batch: &Batch) {
    for checkpoint in &batch.checkpoints {
        keep(spans, checkpoint);
    }
    for origin in &batch.forgotten {
        spans.remove(origin);
    }
}

fn keep(spans: &mut HashMap<Origin, Spans>, checkpoint: &FileCheckpoint) {
    let now = Spans::of(checkpoint);
    if now.is_empty() {
        spans.remove(&checkpoint.origin);
    } else {
        spans.insert(checkpoint.origin, now);
    }
}

pub(super) fn write(
    transaction: &Transaction<'_>,
    batch: &Batch,
    spans: &HashMap<Origin, Spans>,
) -> rusqlite::Result<()> {
    let nothing = Spans::default();
    for checkpoint in &batch.checkpoints {
        write_file(transaction, checkpoint)?;
        let before = spans.get(&checkpoint.origin).unwrap_or(&nothing);
        write_decided(transaction, checkpoint, before)?;
        write_ends(transaction, checkpoint, before)?;
    }
    for origin in &batch.forgotten {
        for sql in [
            "DELETE FROM files WHERE uid = ? AND generation = ?",
            "DELETE FROM decided WHERE uid = ? AND generation = ?",
            "DELETE FROM stream_ends WHERE uid = ? AND generation = ?",
        ] {
            transaction
                .prepare_cached(sql)?
                .execute(params![origin.uid, origin.generation])?;
        }
    }
    for glob in &batch.globs_seen {
        transaction
            .prepare_cached("INSERT OR IGNORE INTO globs_seen (glob) VALUES (?)")?
            .execute([glob])?;
    }
    for JournalCursor { journal, cursor } in &batch.cursors {
        transaction
            .prepare_cached("INSERT OR REPLACE INTO journals (journal, cursor) VALUES (?, ?)")?
            .execute([journal, cursor])?;
    }
    Ok(())
}

fn write_file(transaction: &Transaction<'_>, checkpoint: &FileCheckpoint) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO files (uid, generation, path, device, inode, birth, prefix_len, prefix_hash,
                 position, tail_len, tail_hash, mid_line, state)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            checkpoint.origin.uid,
            checkpoint.origin.generation,
            checkpoint.path.as_os_str().as_bytes(),
            checkpoint.device.cast_signed(),
            checkpoint.inode.cast_signed(),
            checkpoint.birth,
            checkpoint.prefix_len,
            checkpoint.prefix_hash,
            checkpoint.position.cast_signed(),
            checkpoint.tail_len,
            checkpoint.tail_hash,
            checkpoint.mid_line,
            state_name(checkpoint.state),
        ])?;
    Ok(())
}

/// Only what has changed: a record held open may keep thousands of spans standing over many commits.
fn write_decided(
    transaction: &Transaction<'_>,
    checkpoint: &FileCheckpoint,
    before: &Spans,
) -> rusqlite::Result<()> {
    let Origin { uid, generation } = checkpoint.origin;
    let now: BTreeSet<&Decided> = checkpoint.decided.iter().collect();
    for span in before.decided.iter().filter(|span| !now.contains(span)) {
        transaction
            .prepare_cached(
                "DELETE FROM decided WHERE uid = ? AND generation = ? AND head = ? AND stream = ? AND end = ?",
            )?
            .execute(params![
                uid,
                generation,
                span.head.cast_signed(),
                span.stream.cast_signed(),
                span.end.cast_signed(),
            ])?;
    }
    for span in now.iter().filter(|span| !before.decided.contains(*span)) {
        transaction
            .prepare_cached(
                "INSERT OR REPLACE INTO decided (uid, generation, head, end, stream) VALUES (?, ?, ?, ?, ?)",
            )?
            .execute(params![
                uid,
                generation,
                span.head.cast_signed(),
                span.end.cast_signed(),
                span.stream.cast_signed(),
            ])?;
    }
    Ok(())
}

fn write_ends(
    transaction: &Transaction<'_>,
    checkpoint: &FileCheckpoint,
    before: &Spans,
) -> rusqlite::Result<()> {
    let Origin { uid, generation } = checkpoint.origin;
    let now: HashMap<u64, u64> = checkpoint
        .ends
        .iter()
        .map(|end| (end.stream, end.end))
        .collect();
    for stream in before
        .ends
        .keys()
        .filter(|stream| !now.contains_key(stream))
    {
        transaction
            .prepare_cached(
                "DELETE FROM stream_ends WHERE uid = ? AND generation = ? AND stream = ?",
            )?
            .execute(params![uid, generation, stream.cast_signed()])?;
    }
    for (stream, end) in &now {
        if before.ends.get(stream) != Some(end) {
            transaction
                .prepare_cached(
                    "INSERT OR REPLACE INTO stream_ends (uid, generation, stream, end) VALUES (?, ?, ?, ?)",
                )?
                .execute(params![
                    uid,
                    generation,
                    stream.cast_signed(),
                    end.cast_signed()
                ])?;
        }
    }
    Ok(())
}

pub(super) fn load(conn: &Connection) -> rusqlite::Result<Vec<FileCheckpoint>> {
    let mut statement = conn.prepare(
        "SELECT uid, generation, path, device, inode, birth, prefix_len, prefix_hash, position, tail_len, tail_hash,
             mid_line, state
         FROM files ORDER BY uid, generation",
    )?;
    let mut checkpoints = statement
        .query_map([], read_file)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let places: HashMap<Origin, usize> = checkpoints
        .iter()
        .enumerate()
        .map(|(at, checkpoint)| (checkpoint.origin, at))
        .collect();
    let mut statement = conn.prepare(
        "SELECT uid, generation, head, end, stream FROM decided ORDER BY uid, generation, head",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let span = Decided {
            head: row.get::<_, i64>(2)?.cast_unsigned(),
            end: row.get::<_, i64>(3)?.cast_unsigned(),
            stream: row.get::<_, i64>(4)?.cast_unsigned(),
        };
        if let Some(checkpoint) = find(&places, &mut checkpoints, row)? {
            checkpoint.decided.push(span);
        }
    }
    let mut statement = conn.prepare("SELECT uid, generation, stream, end FROM stream_ends")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let end = StreamEnd {
            stream: row.get::<_, i64>(2)?.cast_unsigned(),
            end: row.get::<_, i64>(3)?.cast_unsigned(),
        };
        if let Some(checkpoint) = find(&places, &mut checkpoints, row)? {
            checkpoint.ends.push(end);
        }
    }
    Ok(checkpoints)
}

fn find<'a>(
    places: &HashMap<Origin, usize>,
    checkpoints: &'a mut [FileCheckpoint],
    row: &Row<'_>,
) -> rusqlite::Result<Option<&'a mut FileCheckpoint>> {
    let origin = Origin {
        uid: row.get(0)?,
        generation: row.get(1)?,
    };
    let at = places.get(&origin);
    Ok(at.and_then(|at| checkpoints.get_mut(*at)))
}

fn read_file(row: &Row<'_>) -> rusqlite::Result<FileCheckpoint> {
    let state: String = row.get(12)?;
    Ok(FileCheckpoint {
        origin: Origin {
            uid: row.get(0)?,
            generation: row.get(1)?,
        },
        path: PathBuf::from(OsString::from_vec(row.get(2)?)),
        device: row.get::<_, i64>(3)?.cast_unsigned(),
        inode: row.get::<_, i64>(4)?.cast_unsigned(),
        birth: row.get(5)?,
        prefix_len: row.get(6)?,
        prefix_hash: row.get(7)?,
        position: row.get::<_, i64>(8)?.cast_unsigned(),
        tail_len: row.get(9)?,
        tail_hash: row.get(10)?,
        mid_line: row.get(11)?,
        state: match state.as_str() {
            "done" => FileState::Done,
            "copy" => FileState::Copy,
            "journal" => FileState::Journal,
            _ => FileState::Live,
        },
        decided: Vec::new(),
        ends: Vec::new(),
    })
}

pub(super) fn globs(conn: &Connection) -> rusqlite::Result<Vec<Vec<u8>>> {
    let mut statement = conn.prepare("SELECT glob FROM globs_seen ORDER BY glob")?;
    statement.query_map([], |row| row.get(0))?.collect()
}

pub(super) fn cursors(conn: &Connection) -> rusqlite::Result<Vec<JournalCursor>> {
    let mut statement = conn.prepare("SELECT journal, cursor FROM journals ORDER BY journal")?;
    let rows = statement.query_map([], |row| {
        Ok(JournalCursor {
            journal: row.get(0)?,
            cursor: row.get(1)?,
        })
    })?;
    rows.collect()
}

fn state_name(state: FileState) -> &'static str {
    match state {
        FileState::Live => "live",
        FileState::Done => "done",
        FileState::Copy => "copy",
        FileState::Journal => "journal",
    }
}
