//! Bytes in order: a file that a person named, or standard input. Anything that can be read is taken, pipes too.

use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::path::Path;

use jiff::Timestamp;
use rustix::buffer::spare_capacity;
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

/// Something to read from its first byte to its last.
#[derive(Debug)]
pub struct ByteStream {
    fd: OwnedFd,
    modified: Option<Timestamp>,
}

impl ByteStream {
    /// Opens what a person named on the command line.
    pub fn open(path: &Path) -> io::Result<Self> {
        let fd = rustix::fs::open(
            path,
            OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOCTTY,
            Mode::empty(),
        )?;
        Ok(Self::of(fd))
    }

    /// A text that is at hand.
    pub fn holding(bytes: &[u8]) -> io::Result<Self> {
        let fd = rustix::fs::memfd_create("text", rustix::fs::MemfdFlags::CLOEXEC)?;
        let mut rest = bytes;
        while !rest.is_empty() {
            let count = rustix::io::write(&fd, rest)?;
            rest = rest.get(count..).unwrap_or_default();
        }
        rustix::fs::seek(&fd, rustix::fs::SeekFrom::Start(0))?;
        Ok(Self::of(fd))
    }

    /// Standard input.
    pub fn stdin() -> io::Result<Self> {
        Ok(Self::of(rustix::io::dup(io::stdin().as_fd())?))
    }

    fn of(fd: OwnedFd) -> Self {
        let modified = rustix::fs::fstat(&fd)
            .ok()
            .filter(|stat| rustix::fs::FileType::from_raw_mode(stat.st_mode).is_file())
            .and_then(|stat| Timestamp::from_second(stat.st_mtime).ok());
        Self { fd, modified }
    }

    /// When it was last changed; `None` for pipes.
    #[must_use]
    pub fn modified(&self) -> Option<Timestamp> {
        self.modified
    }

    /// Appends at most `max` bytes; gives how many. 0: the end.
    pub fn read_more(&mut self, bytes: &mut Vec<u8>, max: usize) -> io::Result<usize> {
        let full = bytes.len() + max;
        bytes.reserve(max);
        let mut came = 0;
        while bytes.len() < full {
            match rustix::io::read(&self.fd, spare_capacity(bytes)) {
                Ok(0) => break,
                Ok(count) => came += count,
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(came)
    }
}
