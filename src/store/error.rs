//! What can go wrong with the state file. In: an error of SQLite or the kernel. Out: what was tried where, and what to do then.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// An error of the state file. The message names the path and what to do next.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder cannot be made or written.
    #[error(
        "the state folder {} cannot be used ({source}): it must be writable by the user that stacktail runs as; \
         give it that owner, or set `state_dir` to another folder", path.display()
    )]
    Folder {
        /// The folder, or the file in it.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another agent holds the folder.
    #[error(
        "the state folder {} is in use by another stacktail (process {holder}): stop it, or set another `state_dir` \
         for this one", path.display()
    )]
    InUse {
        /// The folder.
        path: PathBuf,
        /// The holder's process id, if it could be read.
        holder: String,
    },
    /// Made by a newer version.
    #[error(
        "{} was written by a newer stacktail (schema {found}, this one knows up to {known}): run that version, or move \
         the file away to begin anew (what waits in it is then not sent, and files are taken up as `start_at` says)",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// A database of something else.
    #[error(
        "{} is a database, but not stacktail's: nothing was changed; set `state_dir` to a folder of its own",
        path.display()
    )]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// No room.
    #[error(
        "no room left on the disk of {} while {doing}: free some; nothing is lost, reading goes on from the last commit",
        path.display()
    )]
    Full {
        /// The file.
        path: PathBuf,
        /// What was attempted.
        doing: &'static str,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// The file is damaged.
    #[error(
        "{} is damaged ({source}, while {doing}): start stacktail again, it then sets the file aside and begins a new one",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was attempted.
        doing: &'static str,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// The disk or its rights.
    #[error(
        "{} cannot be read or written while {doing} ({source}): check the disk and the rights of the file and its folder",
        path.display()
    )]
    Disk {
        /// The file.
        path: PathBuf,
        /// What was attempted.
        doing: &'static str,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// Someone else holds a lock within the file for too long.
    #[error(
        "{} is locked by another process for too long while {doing}: close what has it open (a `sqlite3` shell?)",
        path.display()
    )]
    Locked {
        /// The file.
        path: PathBuf,
        /// What was attempted.
        doing: &'static str,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// Anything else that SQLite says.
    #[error("{}: {doing} failed ({source}): please report this", path.display())]
    Other {
        /// The file.
        path: PathBuf,
        /// What was attempted.
        doing: &'static str,
        /// What SQLite says.
        source: rusqlite::Error,
    },
}

/// SQLite's word that the file is no database, or a broken one.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(
        code,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}

impl StoreError {
    pub(super) fn of(path: &Path, doing: &'static str, source: rusqlite::Error) -> Self {
        let path = path.to_owned();
        if is_damage(&source) {
            return Self::Damaged {
                path,
                doing,
                source,
            };
        }
        match source.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full {
                path,
                doing,
                source,
            },
            Some(
                ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::PermissionDenied,
            ) => Self::Disk {
                path,
                doing,
                source,
            },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked {
                path,
                doing,
                source,
            },
            _ => Self::Other {
                path,
                doing,
                source,
            },
        }
    }
}
