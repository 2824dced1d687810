//! What configuration may ask of the machine: small files, a folder's names, variables, time zones. The real one, and a
//! test double that lives in memory.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{Error, ErrorKind, Read as _, Result};
use std::path::{Path, PathBuf};

use rustix::fs::{FileType, Mode, OFlags};

/// A small file, read whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SmallFile {
    /// What it holds.
    pub bytes: Vec<u8>,
    /// Permission bits.
    pub mode: u32,
}

/// The machine as configuration sees it.
pub trait Surroundings {
    /// Reads a regular file of at most `max` bytes. Links are followed: who may write the configuration is trusted.
    fn read(&self, path: &Path, max: usize) -> Result<SmallFile>;

    /// The names in a folder, sorted; an error if there are more than `max`.
    fn list(&self, folder: &Path, max: usize) -> Result<Vec<OsString>>;

    /// The path made absolute, by the working folder alone.
    fn absolute(&self, path: &Path) -> Result<PathBuf>;

    /// An environment variable.
    fn variable(&self, name: &str) -> Option<String>;

    /// The IANA names of the time zones that this machine knows.
    fn time_zones(&self) -> Vec<String>;
}

/// The machine itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemSurroundings;

impl Surroundings for SystemSurroundings {
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
        Ok(SmallFile { bytes, mode })
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
}

impl MemorySurroundings {
    /// Puts a file there, mode 0640.
    pub fn file(&mut self, path: &str, text: &str) {
        self.file_with_mode(path, text.as_bytes(), 0o640);
    }

    /// Puts a file with these bytes and this mode there.
    pub fn file_with_mode(&mut self, path: &str, bytes: &[u8], mode: u32) {
        let bytes = bytes.to_vec();
        self.files
            .insert(PathBuf::from(path), SmallFile { bytes, mode });
    }

    /// Sets a variable.
    pub fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }
}

impl Surroundings for MemorySurroundings {
    fn read(&self, path: &Path, max: usize) -> Result<SmallFile> {
        let file = self.files.get(path).ok_or(ErrorKind::NotFound)?;
        if file.bytes.len() > max {
            return Err(ErrorKind::FileTooLarge.into());
        }
        Ok(file.clone())
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
            0 => Err(ErrorKind::NotFound.into()),
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

    fn time_zones(&self) -> Vec<String> {
        ["Europe/Berlin", "Europe/Dublin", "UTC"]
            .map(str::to_owned)
            .to_vec()
    }
}
