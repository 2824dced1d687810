//! How a file stands: for people, and for the source that takes over. In: what a source knows of it. Out: a row, or the file.

use std::path::PathBuf;

use super::{AppIx, Origin};
use crate::os::files::Handle;

/// How one file stands, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileNow {
    /// Where it is; bytes.
    pub path: PathBuf,
    /// Who reads it.
    pub apps: Vec<AppIx>,
    /// Bytes given of it.
    pub position: u64,
    /// Bytes in it.
    pub size: u64,
    /// Is it read?
    pub standing: FileStanding,
    /// Why not, or what is wrong with it.
    pub why: Option<String>,
}

/// Is a file read?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileStanding {
    /// It has a wanted name.
    Read,
    /// It was renamed, and is read to its end.
    Rotated,
    /// It has no name any more, is held open and read to its end.
    Deleted,
    /// A wanted name, and not read.
    NotRead,
}

/// A file that has no name any more and is held open: over a reload it goes from one source to the next.
#[derive(Debug)]
pub struct Nameless {
    /// Which.
    pub origin: Origin,
    /// The only way to it.
    pub handle: Handle,
    /// For how long it was held so far.
    pub held: std::time::Duration,
}
