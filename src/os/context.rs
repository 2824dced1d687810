//! Source files for context lines. In: a folder that the operator allowed, a path beneath it. Out: the file's bytes.
//!
//! The path comes from a log, which strangers write: nothing above the folder, no link, no dot file, nothing that is not a
//! regular file and nothing larger than the bound is ever opened for reading. The folder itself may be a link: that is the
//! operator's word.

use std::ffi::OsStr;
use std::io::Read;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path};

use rustix::fs::{CWD, FileType, Mode, OFlags};
use rustix::io::Errno;

const FOLDER: OFlags = OFlags::DIRECTORY.union(OFlags::CLOEXEC);
const FILE: OFlags = OFlags::CLOEXEC
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOCTTY)
    .union(OFlags::NOFOLLOW);

/// The bytes of `relative` beneath `root`, if it is a plain regular file of at most `bytes_max`.
#[must_use]
pub fn read(root: &Path, relative: &Path, bytes_max: u64) -> Option<Vec<u8>> {
    let file = open(root, relative)?;
    let length = regular_length(&file).filter(|length| *length <= bytes_max)?;
    let mut bytes = Vec::with_capacity(usize::try_from(length).ok()?);
    // A file that grows while it is read is cut at the bound.
    std::fs::File::from(file)
        .take(bytes_max)
        .read_to_end(&mut bytes)
        .ok()?;
    Some(bytes)
}

/// Does a plain regular file stand at `relative` beneath `root`?
#[must_use]
pub fn is_file(root: &Path, relative: &Path) -> bool {
    open(root, relative).is_some_and(|file| regular_length(&file).is_some())
}

fn regular_length(file: &OwnedFd) -> Option<u64> {
    let stat = rustix::fs::fstat(file).ok()?;
    let regular = FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile;
    u64::try_from(stat.st_size).ok().filter(|_| regular)
}

fn open(root: &Path, relative: &Path) -> Option<OwnedFd> {
    let names = plain_names(relative)?;
    let folder = rustix::fs::openat(CWD, root, FOLDER, Mode::empty()).ok()?;
    match beneath(&folder, relative) {
        Err(Errno::NOSYS | Errno::PERM) => walk(folder, &names),
        found => found.ok(),
    }
}

/// The path's names, if it has nothing but names, none of which begins with a dot.
fn plain_names(relative: &Path) -> Option<Vec<&OsStr>> {
    let names: Option<Vec<&OsStr>> = relative
        .components()
        .map(|component| match component {
            Component::Normal(name) if !name.as_bytes().starts_with(b".") => Some(name),
            _ => None,
        })
        .collect();
    names.filter(|names| !names.is_empty())
}

#[cfg(target_os = "linux")]
fn beneath(folder: &OwnedFd, relative: &Path) -> Result<OwnedFd, Errno> {
    use rustix::fs::ResolveFlags;
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    rustix::fs::openat2(folder, relative, FILE, Mode::empty(), resolve)
}

#[cfg(not(target_os = "linux"))]
fn beneath(_folder: &OwnedFd, _relative: &Path) -> Result<OwnedFd, Errno> {
    Err(Errno::NOSYS)
}

/// The same by hand, for kernels and sandboxes without `openat2(2)`: one folder after the other, never through a link.
fn walk(mut folder: OwnedFd, names: &[&OsStr]) -> Option<OwnedFd> {
    let (file, folders) = names.split_last()?;
    for name in folders {
        let flags = FOLDER.union(OFlags::NOFOLLOW);
        folder = rustix::fs::openat(folder.as_fd(), *name, flags, Mode::empty()).ok()?;
    }
    rustix::fs::openat(folder.as_fd(), *file, FILE, Mode::empty()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_files_beneath_the_root() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("root");
        std::fs::create_dir_all(root.join("pkg/.git")).unwrap();
        std::fs::write(root.join("pkg/a.py"), "a").unwrap();
        std::fs::write(root.join("pkg/.env"), "secret").unwrap();
        std::fs::write(root.join("pkg/.git/config.py"), "secret").unwrap();
        std::fs::write(dir.path().join("out.py"), "secret").unwrap();
        std::os::unix::fs::symlink(dir.path().join("out.py"), root.join("link.py")).unwrap();
        std::os::unix::fs::symlink(dir.path(), root.join("up")).unwrap();
        let read = |path: &str| read(&root, Path::new(path), 10);
        assert_eq!(read("pkg/a.py").as_deref(), Some(&b"a"[..]));
        for no in [
            "link.py",
            "up/out.py",
            "../out.py",
            "pkg/../pkg/a.py",
            "pkg/.env",
            "pkg/.git/config.py",
            "pkg",
            "",
            "/etc/passwd",
        ] {
            assert_eq!(read(no), None, "{no}");
        }
        assert!(is_file(&root, Path::new("pkg/a.py")));
        assert!(!is_file(&root, Path::new("pkg")));
    }

    #[test]
    fn a_large_file_is_not_read() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.py"), "12345").unwrap();
        assert_eq!(read(dir.path(), Path::new("a.py"), 4), None);
        assert!(read(dir.path(), Path::new("a.py"), 5).is_some());
    }

    #[test]
    fn the_walk_by_hand_is_as_strict() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("pkg")).unwrap();
        std::fs::write(dir.path().join("pkg/a.py"), "a").unwrap();
        std::os::unix::fs::symlink(dir.path().join("pkg"), dir.path().join("link")).unwrap();
        let open = |path: &'static str| {
            let folder = rustix::fs::openat(CWD, dir.path(), FOLDER, Mode::empty()).unwrap();
            walk(folder, &plain_names(Path::new(path)).unwrap()).is_some()
        };
        assert!(open("pkg/a.py"));
        assert!(!open("link/a.py"));
    }
}
