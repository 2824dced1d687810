//! What configuration may ask of the machine: small files, a folder's names, variables, time zones. The real one, and a
//! test double that lives in memory.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{Error, ErrorKind, Read as _, Result};
use std::path::{Path, PathBuf};

use rustix::fs::{FileType, Mode, OFlags};

/// A small file, read whole. `Debug` does not show what it holds: it may be a DSN.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SmallFile {
    /// What it holds.
    pub bytes: Vec<u8>,
    /// Permission bits.
    pub mode: u32,
    /// What it was like when it was read.
    pub stamp: Stamp,
}

impl std::fmt::Debug for SmallFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmallFile")
            .field("bytes", &self.bytes.len())
            .field("mode", &self.mode)
            .field("stamp", &self.stamp)
            .finish()
    }
}

/// What tells that a file or folder is as it was. Numbers are wide enough for every system's own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stamp {
    /// Of the file system.
    pub device: i128,
    /// Within it: another file of the same name has another.
    pub inode: i128,
    /// Length.
    pub bytes: i128,
    /// Last change of content, owner or mode, in nanoseconds.
    pub changed: i128,
}

impl Stamp {
    fn of(stat: &rustix::fs::Stat) -> Self {
        Self {
            device: stat.st_dev.into(),
            inode: stat.st_ino.into(),
            bytes: stat.st_size.into(),
            changed: i128::from(stat.st_ctime) * 1_000_000_000 + i128::from(stat.st_ctime_nsec),
        }
    }
}

/// The machine as configuration sees it.
pub trait Surroundings {
    /// Reads a regular file of at most `max` bytes. Links are followed: who may write the configuration is trusted.
    fn read(&self, path: &Path, max: usize) -> Result<SmallFile>;

    /// What a file or a folder is like now; `None` where there is none, or none in sight.
    fn stamp(&self, path: &Path) -> Option<Stamp>;

    /// The names in a folder, sorted; an error if there are more than `max`.
    fn list(&self, folder: &Path, max: usize) -> Result<Vec<OsString>>;

    /// The path made absolute, by the working folder alone.
    fn absolute(&self, path: &Path) -> Result<PathBuf>;

    /// An environment variable.
    fn variable(&self, name: &str) -> Option<String>;

    /// The environment variables whose names begin so.
    fn variables(&self, prefix: &str) -> Vec<(String, String)>;

    /// The IANA names of the time zones that this machine knows.
    fn time_zones(&self) -> Vec<String>;

    /// Is it, or does it lead to, `/dev/null`?
    fn is_null(&self, path: &Path) -> bool {
        let _ = path;
        false
    }

    /// Are the values that a host keeps beside its configuration (DSNs, releases, certificates) out of reach?
    fn offline(&self) -> bool {
        false
    }
}

/// The machine without what a host keeps beside its configuration.
#[derive(Debug, Clone, Copy, Default)]
pub struct Offline<S>(pub S);

impl<S: Surroundings> Surroundings for Offline<S> {
    fn read(&self, path: &Path, max: usize) -> Result<SmallFile> {
        self.0.read(path, max)
    }

    fn stamp(&self, path: &Path) -> Option<Stamp> {
        self.0.stamp(path)
    }

    fn list(&self, folder: &Path, max: usize) -> Result<Vec<OsString>> {
        self.0.list(folder, max)
    }

    fn absolute(&self, path: &Path) -> Result<PathBuf> {
        self.0.absolute(path)
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.0.variable(name)
    }

    fn variables(&self, prefix: &str) -> Vec<(String, String)> {
        self.0.variables(prefix)
    }

    fn time_zones(&self) -> Vec<String> {
        self.0.time_zones()
    }

    fn is_null(&self, path: &Path) -> bool {
        self.0.is_null(path)
    }

    fn offline(&self) -> bool {
        true
    }
}

/// The machine itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemSurroundings;

impl Surroundings for SystemSurroundings {
    fn is_null(&self, path: &Path) -> bool {
        let device = |path: &Path| {
            let stat = rustix::fs::stat(path).ok()?;
            let is = FileType::from_raw_mode(stat.st_mode) == FileType::CharacterDevice;
            is.then_some(stat.st_rdev)
        };
        let found = device(path);
        found.is_some() && found == device(Path::new("/dev/null"))
    }

    fn read(&self, path: &Path, max: usize) -> Result<SmallFile> {
        // Not blocking: a FIFO in the place of a file must not stop the start.
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
        let fd = rustix::fs::open(path, flags, Mode::empty())?;
        let stat = rustix::fs::fstat(&fd)?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Err(Error::new(ErrorKind::InvalidInput, "not a regular file"));
        }
        let mut bytes = Vec::new();
        let bound = u64::try_from(max).unwrap_or(u64::MAX).saturating_add(1);
        std::fs::File::from(fd)
            .take(bound)
            .read_to_end(&mut bytes)?;
        if bytes.len() > max {
            let text = format!("larger than {max} bytes");
            return Err(Error::new(ErrorKind::FileTooLarge, text));
        }
        let mode = stat.st_mode & 0o7777;
        let stamp = Stamp::of(&stat);
        Ok(SmallFile { bytes, mode, stamp })
    }

    fn stamp(&self, path: &Path) -> Option<Stamp> {
        rustix::fs::stat(path).ok().map(|stat| Stamp::of(&stat))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this room is where folders are listed"
    )]
    fn list(&self, folder: &Path, max: usize) -> Result<Vec<OsString>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            if names.len() == max {
                let text = format!("more than {max} files");
                return Err(Error::new(ErrorKind::InvalidInput, text));
            }
            names.push(entry?.file_name());
        }
        names.sort();
        Ok(names)
    }

    fn absolute(&self, path: &Path) -> Result<PathBuf> {
        std::path::absolute(path)
    }

    fn variable(&self, name: &str) -> Option<String> {
        crate::os::env::variable(name)
    }

    fn variables(&self, prefix: &str) -> Vec<(String, String)> {
        crate::os::env::variables(prefix)
    }

    fn time_zones(&self) -> Vec<String> {
        jiff::tz::db()
            .available()
            .map(|name| name.to_string())
            .collect()
    }
}

/// The test double.
#[derive(Debug, Clone, Default)]
pub struct MemorySurroundings {
    files: BTreeMap<PathBuf, SmallFile>,
    variables: BTreeMap<String, String>,
    writes: u64,
}

impl MemorySurroundings {
    /// Puts a file there, mode 0640.
    pub fn file(&mut self, path: &str, text: &str) {
        self.file_with_mode(path, text.as_bytes(), 0o640);
    }

    /// Puts a file with these bytes and this mode there.
    pub fn file_with_mode(&mut self, path: &str, bytes: &[u8], mode: u32) {
        self.writes += 1;
        let stamp = Stamp {
            inode: self.writes.into(),
            bytes: bytes.len() as i128,
            ..Stamp::default()
        };
        let bytes = bytes.to_vec();
        let file = SmallFile { bytes, mode, stamp };
        self.files.insert(PathBuf::from(path), file);
    }

    /// Sets a variable.
    pub fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }
}

/// As the machine says it.
fn missing() -> Error {
    rustix::io::Errno::NOENT.into()
}

impl Surroundings for MemorySurroundings {
    fn read(&self, path: &Path, max: usize) -> Result<SmallFile> {
        let file = self.files.get(path).ok_or_else(missing)?;
        if file.bytes.len() > max {
            return Err(ErrorKind::FileTooLarge.into());
        }
        Ok(file.clone())
    }

    fn stamp(&self, path: &Path) -> Option<Stamp> {
        let inside = self.files.keys().filter(|file| file.parent() == Some(path));
        let folder = |names: usize| Stamp {
            bytes: names as i128,
            ..Stamp::default()
        };
        let file = self.files.get(path).map(|file| file.stamp);
        file.or_else(|| Some(inside.count()).filter(|n| *n > 0).map(folder))
    }

    fn list(&self, folder: &Path, max: usize) -> Result<Vec<OsString>> {
        let inside = self
            .files
            .keys()
            .filter(|path| path.parent() == Some(folder));
        let names: Vec<_> = inside
            .filter_map(|path| path.file_name())
            .map(OsString::from)
            .collect();
        match names.len() {
            0 => Err(missing()),
            many if many > max => Err(ErrorKind::InvalidInput.into()),
            _ => Ok(names),
        }
    }

    fn absolute(&self, path: &Path) -> Result<PathBuf> {
        Ok(Path::new("/").join(path))
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    fn variables(&self, prefix: &str) -> Vec<(String, String)> {
        let all = self.variables.iter();
        let begin = all.filter(|(name, _)| name.starts_with(prefix));
        begin
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    fn time_zones(&self) -> Vec<String> {
        ["Europe/Berlin", "Europe/Dublin", "UTC"]
            .map(str::to_owned)
            .to_vec()
    }
}
