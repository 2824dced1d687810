//! Being told of changes (`inotify(7)`). In: folders and files. Out: [`Change`]s. Only a hint: it may overflow, be full or
//! be missing (network file systems), so whoever uses it also looks for himself now and then.

use std::ffi::{OsStr, OsString};
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};

use super::files::Handle;
use super::wake::Wake;

/// Names one watch.
pub type WatchId = i32;

/// Bytes of events taken in one read.
const BUFFER_BYTES: usize = 16 << 10;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A name came to a watched folder or left it.
    Name {
        /// The folder's watch.
        folder: WatchId,
        /// The name.
        name: OsString,
        /// It names a folder.
        is_folder: bool,
        /// The name was made or unlinked, so that what it names now is no renamed replacement of what it named before.
        fresh: bool,
    },
    /// A watched file was written; its watch is over.
    Written(WatchId),
    /// The watch is over without that.
    Ended(WatchId),
    /// Changes were lost.
    Overflow,
}

/// An inotify instance.
#[derive(Debug)]
pub struct Watcher {
    fd: OwnedFd,
    /// Takes no watch, as one whose user has no watches left (`fs.inotify.max_user_watches`).
    full: bool,
}

impl Watcher {
    /// A fresh one.
    ///
    /// # Errors
    /// When the user has too many instances (`fs.inotify.max_user_instances`) or the process too many descriptors.
    pub fn new() -> io::Result<Self> {
        let fd = inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC)?;
        Ok(Self { fd, full: false })
    }

    /// One that takes no watch, as when the user has none left: for tests of what is done without.
    ///
    /// # Errors
    /// As [`Watcher::new`].
    pub fn full() -> io::Result<Self> {
        Ok(Self {
            full: true,
            ..Self::new()?
        })
    }

    fn has_room(&self) -> io::Result<()> {
        if self.full {
            return Err(rustix::io::Errno::NOSPC.into());
        }
        Ok(())
    }

    /// Watches the names of a folder, not the writes below it.
    pub fn folder(&self, path: &Path) -> io::Result<WatchId> {
        self.has_room()?;
        let flags = WatchFlags::CREATE | WatchFlags::MOVE | WatchFlags::DELETE;
        let flags = flags | WatchFlags::ONLYDIR | WatchFlags::EXCL_UNLINK;
        Ok(inotify::add_watch(&self.fd, path, flags)?)
    }

    /// Watches an open file for its next write, by its inode, wherever its name goes; one [`Change::Written`] at most.
    pub fn next_write(&self, file: &Handle) -> io::Result<WatchId> {
        self.has_room()?;
        let path = format!("/proc/self/fd/{}", file.as_fd().as_raw_fd());
        let flags = WatchFlags::MODIFY | WatchFlags::ONESHOT;
        Ok(inotify::add_watch(&self.fd, path.as_str(), flags)?)
    }

    /// Ends a watch.
    pub fn forget(&self, id: WatchId) {
        let _over_already = inotify::remove_watch(&self.fd, id);
    }

    /// Takes what has happened, without waiting.
    #[must_use]
    pub fn drain(&self) -> Vec<Change> {
        let mut buffer = [MaybeUninit::uninit(); BUFFER_BYTES];
        let mut reader = inotify::Reader::new(&self.fd, &mut buffer);
        let mut changes = Vec::new();
        while let Ok(event) = reader.next() {
            let flags = event.events();
            if flags.contains(ReadFlags::QUEUE_OVERFLOW) {
                changes.push(Change::Overflow);
            } else if flags.contains(ReadFlags::IGNORED) {
                changes.push(Change::Ended(event.wd()));
            } else if let Some(name) = event.file_name() {
                changes.push(Change::Name {
                    folder: event.wd(),
                    name: OsStr::from_bytes(name.to_bytes()).to_os_string(),
                    is_folder: flags.contains(ReadFlags::ISDIR),
                    fresh: flags.intersects(ReadFlags::CREATE | ReadFlags::DELETE),
                });
            } else if flags.contains(ReadFlags::MODIFY) {
                changes.push(Change::Written(event.wd()));
            }
        }
        changes
    }
}

/// Sleeps until `watcher` has changes, someone nudges `wake`, or `timeout` is over. Tells whether there are changes.
#[must_use]
pub fn wait(watcher: Option<&Watcher>, wake: &Wake, timeout: Option<Duration>) -> bool {
    let timeout = timeout.map(|timeout| Timespec {
        tv_sec: i64::try_from(timeout.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: timeout.subsec_nanos().into(),
    });
    let mut fds = vec![PollFd::new(wake, PollFlags::IN)];
    if let Some(watcher) = watcher {
        fds.push(PollFd::new(&watcher.fd, PollFlags::IN));
    }
    let _interrupted_is_awake = rustix::event::poll(&mut fds, timeout.as_ref());
    let changed = fds.get(1).is_some_and(|fd| !fd.revents().is_empty());
    if fds.first().is_some_and(|fd| !fd.revents().is_empty()) {
        wake.clear();
    }
    changed
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::os::files;

    #[test]
    fn names_and_the_first_write_are_told_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        let mut file = std::fs::File::create(&path).unwrap();
        let watcher = Watcher::new().unwrap();
        let wake = Wake::new().unwrap();
        let folder = watcher.folder(dir.path()).unwrap();
        file.write_all(b"unseen").unwrap();
        assert!(!wait(Some(&watcher), &wake, Some(Duration::ZERO)));

        let (handle, _) = files::open(&path, false).unwrap();
        let id = watcher.next_write(&handle).unwrap();
        std::fs::rename(&path, dir.path().join("log.1")).unwrap();
        file.write_all(b"seen").unwrap();
        file.write_all(b"muted").unwrap();
        assert!(wait(Some(&watcher), &wake, Some(Duration::ZERO)));
        let name = |name: &str| Change::Name {
            folder,
            name: name.into(),
            is_folder: false,
            fresh: false,
        };
        assert_eq!(
            watcher.drain(),
            [
                name("log"),
                name("log.1"),
                Change::Written(id),
                Change::Ended(id)
            ]
        );
    }

    #[test]
    fn a_nudge_ends_the_wait() {
        let wake = Wake::new().unwrap();
        wake.nudge();
        assert!(!wait(None, &wake, None));
    }
}
