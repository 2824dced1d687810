//! Where log text comes from. In: globs and cursors. Out: bytes or entries with their exact position.
//!
//! Sources never parse. They give [`Piece`]s one after another and are told, at each commit, how far what they gave is
//! covered ([`Hold`]); what they then store ([`FileCheckpoint`]) is what a restart begins from.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

use crate::config::Writing;
use crate::os::Now;
use crate::os::wake::Wake;

pub mod entries;
mod entry;
pub mod file;
pub mod journal;
mod now;
pub mod several;
pub mod stream;
mod wide;

pub use entry::{Entry, Fields};
pub use now::{FileNow, FileStanding, Nameless};

/// Index of an app in the running configuration.
pub type AppIx = u16;

/// One generation of one file, or one journal: what a position counts in.
///
/// `uid` is 128 random bits, given when the file is first seen, stored, never recomputed (for a journal its
/// sequence-number id). `generation` rises with each truncation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    /// Identity of the file.
    pub uid: [u8; 16],
    /// How often it was truncated.
    pub generation: u32,
}

/// The lineage of one log path: a file, what it was rotated to, and what follows it. State of streams is kept per lane,
/// because a record may begin in the file that was rotated away and end in its successor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LaneId(pub u32);

/// What a lane is, for people and for settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    /// The path as configured matches it; bytes, not necessarily UTF-8.
    pub path: Arc<Path>,
    /// The apps that get what is found here.
    pub apps: Vec<AppIx>,
    /// What the first of them says of its lines.
    pub writing: Writing,
}

/// What a source hands over. The bytes or entries themselves are in [`Input`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// `input.bytes` holds whole lines of `origin`, the first byte at `offset`.
    Bytes {
        /// Lineage that the bytes continue.
        lane: LaneId,
        /// File and generation.
        origin: Origin,
        /// Offset in the file of the first byte.
        offset: u64,
        /// What is special about the last line, if anything.
        last: LastLine,
        /// Modification time of the file at the read.
        modified: Timestamp,
    },
    /// `input.entries` holds entries of `origin`, in order.
    Entries {
        /// Lineage that the entries continue.
        lane: LaneId,
        /// The journal.
        origin: Origin,
    },
    /// A read of this lane found its end and nothing new: silence may be counted from here.
    AtEnd {
        /// The lane read.
        lane: LaneId,
        /// Modification time of the file.
        modified: Timestamp,
    },
    /// The lane's last file is gone for good, or `--once` has read it all: its open records are over.
    Finished {
        /// The lane.
        lane: LaneId,
    },
}

/// The end of a chunk of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastLine {
    /// Ends with its newline.
    Whole,
    /// Has no newline: the file was rotated, deleted or silent.
    Unterminated,
    /// Was longer than the bound: the rest, to its newline, is passed over and counted.
    Cut,
}

/// Buffers that a source fills and the agent owns, so that nothing is allocated per read.
#[derive(Debug, Default)]
pub struct Input {
    /// Filled for [`Piece::Bytes`].
    pub bytes: Vec<u8>,
    /// Filled for [`Piece::Entries`].
    pub entries: Vec<Entry>,
    /// About how many bytes may be given at once; 0: as many as there is a bound for.
    pub room: usize,
}

/// How far the bytes of one origin are covered by decisions, as the assembler tells at a commit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hold {
    /// Head of the oldest record still open (or first byte given to one that began in an earlier origin).
    /// The stored position must not pass it.
    pub oldest_open: Option<u64>,
    /// Records already decided that lie behind `oldest_open`, oldest first.
    pub decided: Vec<Decided>,
    /// Where each stream's last decided record ended, for reading back; those within the look-back of the position.
    pub ends: Vec<StreamEnd>,
}

/// A decided record that a re-read must skip: that stream's bytes from `head` to `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decided {
    /// First byte of the line on which the opening hit.
    pub head: u64,
    /// First byte behind the record's last line.
    pub end: u64,
    /// Hash of the stream key.
    pub stream: u64,
}

/// The end of the last decided record of one stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamEnd {
    /// Hash of the stream key.
    pub stream: u64,
    /// First byte behind its last line.
    pub end: u64,
}

/// What the store keeps of one generation of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileCheckpoint {
    /// Identity.
    pub origin: Origin,
    /// Where it was last seen; bytes.
    pub path: PathBuf,
    /// Device and inode when last seen.
    pub device: u64,
    /// Inode when last seen.
    pub inode: u64,
    /// Birth time in nanoseconds, where the file system has one.
    pub birth: Option<i64>,
    /// Length in bytes of the hashed prefix.
    pub prefix_len: u32,
    /// First 16 bytes of the SHA-256 of the prefix.
    pub prefix_hash: [u8; 16],
    /// All bytes before it are covered.
    pub position: u64,
    /// Length in bytes of the hashed piece right before `position`.
    pub tail_len: u32,
    /// First 16 bytes of the SHA-256 of that piece.
    pub tail_hash: [u8; 16],
    /// The position stands inside a line that was cut: what follows, to the newline, is passed over.
    pub mid_line: bool,
    /// What became of it.
    pub state: FileState,
    /// Covered records behind the position.
    pub decided: Vec<Decided>,
    /// Ends of the last decided records.
    pub ends: Vec<StreamEnd>,
}

impl FileCheckpoint {
    /// What is stored, if anything is, as decided behind `position`: for where the assembler knows nothing (any more).
    #[must_use]
    pub fn hold_behind(stored: Option<&Self>, position: u64) -> Hold {
        stored.map_or_else(Hold::default, |row| Hold {
            oldest_open: None,
            decided: row
                .decided
                .iter()
                .filter(|span| span.end > position)
                .copied()
                .collect(),
            ends: row.ends.clone(),
        })
    }
}

/// Where reading of a journal begins again: at this entry or the nearest later one. What is covered of it is told by the
/// positions of its sequences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalCursor {
    /// Name of the journal.
    pub journal: String,
    /// As libsystemd writes it; empty: before the first entry.
    pub cursor: String,
}

/// What a stored file is to the tailer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileState {
    /// Being read; a restart looks for it.
    Live,
    /// Read to its end and replaced: kept so that it is recognised when it is met again.
    Done,
    /// A copy of another's bytes (copy-truncate): never read by itself.
    Copy,
    /// No file: a sequence of a journal's entries.
    Journal,
}

/// Something a source could not give, for the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loss {
    /// Who misses it; `None`: nobody in particular.
    pub app: Option<AppIx>,
    /// Why.
    pub reason: LossReason,
    /// How much, in the unit of the reason.
    pub quantity: u64,
}

/// Reasons of a [`Loss`]; each is documented, counted, and shown under its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LossReason {
    /// Bytes past the bound of a line.
    LineCutBytes,
    /// Bytes that were rotated away unread and could not be found again, as far as they had been seen. What a file got while
    /// the agent was away, and took with it, is only said: nobody knows how much it was.
    RotatedAwayBytes,
    /// Bytes that lie in a compressed file, unread.
    CompressedBytes,
    /// Bytes of a deleted file that was given up (time or size bound).
    DeletedBytes,
    /// NUL bytes of a hole that a writer without `O_APPEND` left after a truncation.
    HoleBytes,
    /// Entries of the journal that were removed (vacuumed) before they could be read, by the gaps in their numbers.
    Vacuumed,
    /// Entries of the journal that are damaged.
    UnreadableEntries,
}

impl LossReason {
    /// The name in the ledger, in `status` and in the metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LineCutBytes => "line_cut_bytes",
            Self::RotatedAwayBytes => "rotated_away_bytes",
            Self::CompressedBytes => "compressed_bytes",
            Self::DeletedBytes => "deleted_bytes",
            Self::HoleBytes => "hole_bytes",
            Self::Vacuumed => "vacuumed",
            Self::UnreadableEntries => "unreadable_entries",
        }
    }
}

/// A source: files, the journal, standard input.
pub trait Source {
    /// The next piece that is due at `now`, or `None` if nothing is. Lanes all of whose apps are `paused` are not read.
    fn next(
        &mut self,
        now: Now,
        paused: &dyn Fn(AppIx) -> bool,
        input: &mut Input,
    ) -> Option<Piece>;

    /// When `next` should be asked again, as monotonic time, if nothing wakes it before. `None`: only when woken.
    fn due(&self, now: Now) -> Option<std::time::Duration>;

    /// Waits until something may be due: woken, told by the source's own means, or `timeout` is over.
    fn wait(&mut self, timeout: Option<std::time::Duration>, wake: &Wake) {
        wake.wait(timeout);
    }

    /// Asks for one more read of this lane at the next turn, answered by `Bytes` or `AtEnd`, so that silence can be
    /// told from being behind.
    fn poke(&mut self, lane: LaneId);

    /// Was the piece given last all that the lane holds?
    fn at_end(&self, lane: LaneId) -> bool {
        let _ = lane;
        false
    }

    /// What this lane is.
    fn lane(&self, lane: LaneId) -> Option<&Lane>;

    /// Fills `bytes` with at most `max` bytes of `origin` that end right before `before`; fewer where the file begins or
    /// cannot be read. Bytes are as [`Source::next`] gave them.
    fn read_back(&mut self, origin: Origin, before: u64, max: usize, bytes: &mut Vec<u8>);

    /// The `nth` entry of `origin` before `number`, 0 the nearest, from a ring bounded in bytes. None for files.
    fn entry_back(&self, origin: Origin, number: u64, nth: usize) -> Option<&Entry> {
        let _ = (origin, number, nth);
        None
    }

    /// The apps that get what was read of this lane; where entries have routes, by the route.
    fn routed(&self, lane: LaneId, route: u16) -> &[AppIx] {
        let _ = route;
        self.lane(lane).map_or(&[], |lane| &lane.apps)
    }

    /// Lets its own news end a wait on `wake`.
    fn arm(&mut self, wake: &Wake) {
        let _ = wake;
    }

    /// Cursors that the checkpoints asked for last go with, by the name of the journal.
    fn cursors(&mut self) -> Vec<JournalCursor> {
        Vec::new()
    }

    /// What was stored before this start for the origins that are about to be read, for the assembler: decided spans and
    /// stream ends.
    fn stored_hold(&self, origin: Origin) -> Hold;

    /// The checkpoints that have changed since the last commit, never past what `hold` allows. Of an origin that it does not
    /// know nothing was given yet, or everything is decided: what is stored behind its position still holds.
    fn checkpoint(&mut self, hold: &dyn Fn(Origin) -> Option<Hold>) -> Vec<FileCheckpoint>;

    /// The origins whose checkpoints may leave the store.
    fn forgotten(&mut self) -> Vec<Origin>;

    /// The last checkpoints are on disk.
    fn committed(&mut self);

    /// The commit failed: reading starts again where the last commit stands.
    fn rewind(&mut self);

    /// What could not be given since the last call.
    fn losses(&mut self) -> Vec<Loss>;

    /// `--once`: everything that is there has been given.
    fn done(&self) -> bool {
        false
    }

    /// Globs met for the first time since the last commit, to be stored, so that later files are read from their start.
    fn globs_seen(&mut self) -> Vec<Vec<u8>> {
        Vec::new()
    }

    /// How many entries each app got, where a source picks.
    fn picked(&self) -> Vec<(AppIx, u64)> {
        Vec::new()
    }

    /// Bytes that are there and not given yet, by path; what is waited for, not what is lost.
    fn lag(&mut self) -> Vec<(PathBuf, u64)> {
        Vec::new()
    }

    /// How each file stands, and each match that is not read.
    fn files(&mut self) -> Vec<FileNow> {
        Vec::new()
    }

    /// How many files are read; cheap.
    fn file_count(&self) -> usize {
        0
    }

    /// What is wrong with something that should be read, each said once when it begins and once when it is over.
    fn problems(&mut self) -> Vec<String> {
        Vec::new()
    }

    /// Files that nobody could open again, for the source that takes over.
    fn nameless(&self) -> Vec<Nameless> {
        Vec::new()
    }

    /// Are there checkpoints or globs that a commit would store?
    fn changed(&self) -> bool {
        false
    }

    /// Is there something among it that a restart would not find again, a file of which nothing is stored yet?
    fn unstored(&self) -> bool {
        false
    }
}
