//! The state folder. In: its path. Out: the folder, private, and held by this process alone.
//! Never follows a link in place of its files.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Makes the folder, and those above it that are missing, for its owner alone. One that exists is left as it is.
pub fn private_dir(path: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Opens a file for its owner alone, made if it is not there. A link is not followed.
pub fn private_file(path: &Path) -> std::io::Result<File> {
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::CLOEXEC;
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(flags.bits().cast_signed())
        .open(path)
}

/// Makes names in the folder last through a power cut.
#[expect(
    clippy::disallowed_methods,
    reason = "this room is where files are opened"
)]
pub fn sync_dir(path: &Path) -> std::io::Result<()> {
    File::open(path)?.sync_all()
}

/// Size in bytes, 0 where there is no such file.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this room is where files are asked about"
)]
pub fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |found| found.len())
}

/// Names in the folder that begin so, sorted.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this room is where folders are listed"
)]
pub fn names_beginning(folder: &Path, prefix: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| name.starts_with(prefix))
        })
        .collect();
    names.sort();
    names
}

/// The right to use a state folder, until it is dropped or the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

/// What came of asking for a [`Lock`].
#[derive(Debug)]
pub enum Locking {
    /// It is ours.
    Ours(Lock),
    /// Another holds it; what it wrote about itself.
    Theirs(String),
}

impl Drop for Lock {
    /// A process that was just forked off holds the file too, until it becomes another program: without this, so would it the
    /// lock.
    fn drop(&mut self) {
        let _closing_gives_it_back = rustix::fs::flock(
            self.file.as_fd(),
            rustix::fs::FlockOperation::NonBlockingUnlock,
        );
    }
}

impl Lock {
    /// Asks for the lock at `path` (`flock(2)`), without waiting. The holder's process id stands in the file.
    pub fn take(path: &Path) -> std::io::Result<Locking> {
        let mut file = private_file(path)?;
        match rustix::fs::flock(
            file.as_fd(),
            rustix::fs::FlockOperation::NonBlockingLockExclusive,
        ) {
            Ok(()) => {
                file.set_len(0)?;
                file.rewind()?;
                writeln!(file, "{}", std::process::id())?;
                Ok(Locking::Ours(Self { file }))
            }
            Err(rustix::io::Errno::WOULDBLOCK) => {
                let mut holder = String::new();
                let _unknown_is_fine = file.take(32).read_to_string(&mut holder);
                Ok(Locking::Theirs(holder.trim().to_owned()))
            }
            Err(error) => Err(error.into()),
        }
    }
}
