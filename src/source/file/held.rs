//! Copies held open. In: names that appear beside a log. Out: the copy that holds the log's bytes, though it has no name
//! any more.
//!
//! logrotate's `copytruncate` with `compress` copies the log, truncates it, compresses the copy and removes it, all within
//! milliseconds. What was written between the last read and the truncation stands in that copy alone; so it is opened as
//! its name appears and held until the truncation is seen. Nothing is read of it otherwise.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::FileSource;
use super::arrive::open;
use super::name;
use super::siblings::Marks;
use super::tail::{Key, Opened};
use crate::bounds::{COPIES_HELD_MAX, COPY_HELD_MS_MAX};
use crate::os::Now;
use crate::os::files::Handle;

/// A file that may be a copy of a log.
pub(super) struct HeldCopy {
    path: PathBuf,
    handle: Handle,
    until: Duration,
}

impl FileSource {
    /// A name has appeared: if it may be that of a log's copy, it is held for a while.
    pub(super) fn hold_copy(&mut self, path: &Path, now: Now) {
        self.held_copies.retain(|held| held.until > now.mono);
        let name = path.file_name().unwrap_or_default().as_bytes();
        let packed = name::uncompressed(name).is_some();
        if packed || self.held_copies.len() >= COPIES_HELD_MAX || !self.may_be_copy(path) {
            return;
        }
        if let Ok(opened) = open(path, false) {
            self.held_copies.push(HeldCopy {
                path: path.to_path_buf(),
                handle: opened.handle,
                until: now.mono + Duration::from_millis(COPY_HELD_MS_MAX),
            });
        }
    }

    /// The held copy that holds these bytes and is not read already.
    pub(super) fn held_copy(&mut self, marks: &Marks) -> Option<(PathBuf, Opened)> {
        let at = self.held_copies.iter().rposition(|held| {
            held.handle.facts().is_ok_and(|facts| {
                marks.prove()
                    && !self.by_key.contains_key(&Key::of(&facts))
                    && marks.held_by(&held.handle, facts.size)
            })
        })?;
        let held = self.held_copies.remove(at);
        let facts = held.handle.facts().ok()?;
        let opened = Opened::new(held.handle, facts).ok()?;
        Some((held.path, opened))
    }
}
