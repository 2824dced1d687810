//! Files. Thin calls on the file system, each bounded and safe against hostile paths; decides nothing.
//!
//! In: paths (any bytes). Out: [`Facts`], [`Handle`]s of regular files, folder listings. Opening never blocks (a FIFO, a
//! device), never has a side effect on a device, and follows a link only where its maker may be trusted.

use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use jiff::Timestamp;
use rustix::fs::{AtFlags, CWD, Mode, OFlags, ResolveFlags, StatxFlags};
use rustix::io::Errno;

use crate::bounds::{FOLDER_ENTRIES_MAX, LINKS_MAX};

/// What the file system knows of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Device number.
    pub device: u64,
    /// Inode number.
    pub inode: u64,
    /// Birth time in nanoseconds since 1970, where the file system has one.
    pub birth: Option<i64>,
    /// Length in bytes.
    pub size: u64,
    /// Last change of its bytes.
    pub modified: Timestamp,
    /// What it is.
    pub kind: Kind,
    /// User id of its owner.
    pub owner: u32,
    /// Names it has; 0: deleted.
    pub links: u32,
}

/// What a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    Regular,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A FIFO, socket or device.
    Other,
}

/// Why a file was not opened.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Nothing is there.
    #[error("no such file")]
    Missing,
    /// The agent's user may not read it.
    #[error(
        "permission denied: let the agent's user read it (group, ACL) and each folder above it"
    )]
    Permission,
    /// A FIFO, socket, device or folder.
    #[error("not a regular file")]
    NotRegular,
    /// A link that neither root nor its target's owner made.
    #[error(
        "a symbolic link on the way was made neither by root nor by its target's owner; \
         set follow_symlinks = true if it is meant"
    )]
    Link,
    /// A file of the kernel's (`/proc`, `/sys`).
    #[error("a file of the kernel, not a log")]
    Pseudo,
    /// Anything else.
    #[error("cannot be opened")]
    Machine(#[source] io::Error),
}

impl From<Errno> for Refused {
    fn from(errno: Errno) -> Self {
        match errno {
            Errno::NOENT | Errno::NOTDIR => Self::Missing,
            Errno::ACCESS | Errno::PERM => Self::Permission,
            other => Self::Machine(other.into()),
        }
    }
}

/// An open regular file, for reading.
#[derive(Debug)]
pub struct Handle {
    fd: OwnedFd,
}

impl AsFd for Handle {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

impl Handle {
    /// What the file system knows of it now.
    pub fn facts(&self) -> io::Result<Facts> {
        statx(self.fd.as_fd(), Path::new(""), AtFlags::EMPTY_PATH).map_err(io::Error::from)
    }

    /// The same file under another descriptor.
    ///
    /// # Errors
    /// The process has no descriptor left.
    pub fn share(&self) -> io::Result<Self> {
        let fd = self.fd.try_clone()?;
        Ok(Self { fd })
    }

    /// Reads at `offset` until `bytes` is full or the file ends; gives how many came.
    pub fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match rustix::io::pread(&self.fd, rest, offset + filled as u64) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(filled)
    }

    /// One read at `offset` into `first` and, where that is full, into `second`; gives how many came in all.
    pub fn read_two_at(
        &self,
        first: &mut [u8],
        second: &mut [u8],
        offset: u64,
    ) -> io::Result<usize> {
        loop {
            let mut parts = [io::IoSliceMut::new(first), io::IoSliceMut::new(second)];
            match rustix::io::preadv(&self.fd, &mut parts, offset) {
                Err(Errno::INTR) => {}
                other => return other.map_err(io::Error::from),
            }
        }
    }

    /// The next offset at or behind `offset` that is no hole; `None`: only a hole follows, or the file system cannot tell.
    #[must_use]
    pub fn next_data(&self, offset: u64) -> Option<u64> {
        rustix::fs::seek(&self.fd, rustix::fs::SeekFrom::Data(offset)).ok()
    }
}

/// What `path` leads to, links followed.
pub fn facts(path: &Path) -> io::Result<Facts> {
    statx(CWD, path, AtFlags::empty()).map_err(io::Error::from)
}

/// What `path` itself is, a link not followed.
pub fn link_facts(path: &Path) -> io::Result<Facts> {
    statx(CWD, path, AtFlags::SYMLINK_NOFOLLOW).map_err(io::Error::from)
}

fn statx(at: BorrowedFd<'_>, path: &Path, flags: AtFlags) -> rustix::io::Result<Facts> {
    let wanted = StatxFlags::BASIC_STATS | StatxFlags::BTIME;
    let stat = rustix::fs::statx(at, path, flags | AtFlags::NO_AUTOMOUNT, wanted)?;
    let has_birth = stat.stx_mask & StatxFlags::BTIME.bits() != 0 && stat.stx_btime.tv_sec > 0;
    let birth = stat
        .stx_btime
        .tv_sec
        .checked_mul(1_000_000_000)
        .and_then(|nanos| nanos.checked_add(i64::from(stat.stx_btime.tv_nsec)));
    let nanos = i32::try_from(stat.stx_mtime.tv_nsec).unwrap_or(0);
    let kind = match rustix::fs::FileType::from_raw_mode(stat.stx_mode.into()) {
        rustix::fs::FileType::RegularFile => Kind::Regular,
        rustix::fs::FileType::Directory => Kind::Folder,
        rustix::fs::FileType::Symlink => Kind::Link,
        _ => Kind::Other,
    };
    Ok(Facts {
        device: rustix::fs::makedev(stat.stx_dev_major, stat.stx_dev_minor),
        inode: stat.stx_ino,
        birth: birth.filter(|_| has_birth),
        size: stat.stx_size,
        modified: Timestamp::new(stat.stx_mtime.tv_sec, nanos).unwrap_or(Timestamp::UNIX_EPOCH),
        kind,
        owner: stat.stx_uid,
        links: stat.stx_nlink,
    })
}

/// Opens a regular file for reading. `any_link`: links are followed whoever made them.
pub fn open(path: &Path, any_link: bool) -> Result<(Handle, Facts), Refused> {
    let before = statx(CWD, path, AtFlags::empty())?;
    if before.kind != Kind::Regular {
        return Err(Refused::NotRegular);
    }
    let fd = match open_without_links(path) {
        Err(Errno::LOOP) if any_link => rustix::fs::open(path, flags(), Mode::empty())?,
        Err(Errno::LOOP) => open_without_links(&resolve(path)?)?,
        other => other?,
    };
    let handle = Handle { fd };
    let facts = handle.facts().map_err(Refused::Machine)?;
    if facts.kind != Kind::Regular {
        return Err(Refused::NotRegular);
    }
    if is_pseudo(&handle) {
        return Err(Refused::Pseudo);
    }
    Ok((handle, facts))
}

fn flags() -> OFlags {
    OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY
}

fn open_without_links(path: &Path) -> Result<OwnedFd, Errno> {
    let resolve = ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    match rustix::fs::openat2(CWD, path, flags(), Mode::empty(), resolve) {
        // openat2 came with Linux 5.6 and may be filtered: the last name at least is then no link.
        Err(Errno::NOSYS) => rustix::fs::open(path, flags() | OFlags::NOFOLLOW, Mode::empty()),
        // A name changed while it was looked up: once more.
        Err(Errno::AGAIN) => rustix::fs::openat2(CWD, path, flags(), Mode::empty(), resolve),
        other => other,
    }
}

/// The same path with each link on the way replaced by what it points to, if each was made by root or by the owner of
/// its target. The result is opened without following links, so that none can be swapped in meanwhile.
fn resolve(path: &Path) -> Result<PathBuf, Refused> {
    let mut done = PathBuf::from("/");
    let mut rest: Vec<OsString> = reversed(path);
    let mut links = 0;
    while let Some(name) = rest.pop() {
        if name == ".." {
            done.pop();
            continue;
        }
        let next = done.join(&name);
        let itself = statx(CWD, &next, AtFlags::SYMLINK_NOFOLLOW)?;
        if itself.kind != Kind::Link {
            done = next;
            continue;
        }
        links += 1;
        let target = statx(CWD, &next, AtFlags::empty())?;
        if links > LINKS_MAX || (itself.owner != 0 && itself.owner != target.owner) {
            return Err(Refused::Link);
        }
        let text = rustix::fs::readlink(&next, Vec::new())?;
        let text = Path::new(std::ffi::OsStr::from_bytes(text.as_bytes())).to_path_buf();
        if text.is_absolute() {
            done = PathBuf::from("/");
        }
        rest.extend(reversed(&text));
    }
    Ok(done)
}

fn reversed(path: &Path) -> Vec<OsString> {
    let names = path.components().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_os_string()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    });
    let mut names: Vec<OsString> = names.collect();
    names.reverse();
    names
}

/// `/proc`, `/sys`, debugfs and tracefs say "regular" of files that are none (magic numbers of statfs(2)).
fn is_pseudo(handle: &Handle) -> bool {
    const MAGIC: [u64; 4] = [0x9fa0, 0x6265_6572, 0x6462_6720, 0x7472_6163];
    rustix::fs::fstatfs(handle).is_ok_and(|stat| MAGIC.contains(&(stat.f_type as u64)))
}

/// One entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name; bytes.
    pub name: OsString,
    /// Its inode.
    pub inode: u64,
    /// What it is, a link not followed.
    pub kind: Kind,
}

/// The entries of a folder, in no order.
#[expect(
    clippy::disallowed_methods,
    reason = "this room is where folders are listed"
)]
pub fn list(folder: &Path) -> io::Result<Vec<Listed>> {
    use std::os::unix::fs::DirEntryExt;
    let entries = std::fs::read_dir(folder)?
        .flatten()
        .take(FOLDER_ENTRIES_MAX);
    let listed = entries.map(|entry| Listed {
        name: entry.file_name(),
        inode: entry.ino(),
        kind: entry.file_type().map_or(Kind::Other, |kind| {
            if kind.is_file() {
                Kind::Regular
            } else if kind.is_dir() {
                Kind::Folder
            } else if kind.is_symlink() {
                Kind::Link
            } else {
                Kind::Other
            }
        }),
    });
    Ok(listed.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fifo_is_refused_without_blocking_and_proc_is_no_log() {
        let dir = tempfile::tempdir().unwrap();
        let fifo = dir.path().join("fifo");
        rustix::fs::mknodat(
            CWD,
            &fifo,
            rustix::fs::FileType::Fifo,
            Mode::from_raw_mode(0o600),
            0,
        )
        .unwrap();
        assert!(matches!(open(&fifo, false), Err(Refused::NotRegular)));
        assert!(matches!(open(dir.path(), false), Err(Refused::NotRegular)));
        assert!(matches!(
            open(Path::new("/dev/null"), false),
            Err(Refused::NotRegular)
        ));
        assert!(matches!(
            open(Path::new("/proc/version"), false),
            Err(Refused::Pseudo)
        ));
        assert!(matches!(
            open(&dir.path().join("none"), false),
            Err(Refused::Missing)
        ));
    }

    #[test]
    fn a_link_is_followed_if_its_target_has_the_same_owner() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        std::fs::write(&file, b"text").unwrap();
        let link = dir.path().join("link");
        std::os::unix::fs::symlink("file", &link).unwrap();
        let (handle, facts) = open(&link, false).unwrap();
        assert_eq!(facts.size, 4);
        let mut bytes = [0; 8];
        assert_eq!(handle.read_at(&mut bytes, 1).unwrap(), 3);
        let broken = dir.path().join("broken");
        std::os::unix::fs::symlink("nowhere", &broken).unwrap();
        assert!(matches!(open(&broken, false), Err(Refused::Missing)));
    }

    #[test]
    fn a_link_that_a_stranger_planted_is_refused() {
        if !rustix::process::geteuid().is_root() {
            return;
        }
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("secret");
        std::fs::write(&file, b"text").unwrap();
        let link = dir.path().join("link");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let stranger = rustix::process::Uid::from_raw(65_534);
        rustix::fs::chownat(CWD, &link, Some(stranger), None, AtFlags::SYMLINK_NOFOLLOW).unwrap();
        assert!(matches!(open(&link, false), Err(Refused::Link)));
        assert!(open(&link, true).is_ok());
        let folder = dir.path().join("folder");
        std::os::unix::fs::symlink(dir.path(), &folder).unwrap();
        rustix::fs::chownat(
            CWD,
            &folder,
            Some(stranger),
            None,
            AtFlags::SYMLINK_NOFOLLOW,
        )
        .unwrap();
        assert!(matches!(
            open(&folder.join("secret"), false),
            Err(Refused::Link)
        ));
    }
}
