//! Reading a journal through `journalctl -o export`. In: what it prints (systemd.io/JOURNAL_EXPORT_FORMATS). Out: entries, as
//! libsystemd gives them, at two to four times the cost.
//!
//! What `journalctl` is known to get wrong is gone round: `--after-cursor` passes over one entry too many where the cursor's is
//! gone, so `--cursor` is used and covered entries are passed over by number; `--follow` means this boot alone, so what is there
//! is read without it first.

use std::io;
use std::os::fd::{AsFd as _, BorrowedFd};

use super::printed::Printed;
use super::reader::{Reader, SeekTo, Writer};
use crate::bounds::EXPORT_READ_BYTES;
use crate::os::journal::{EntryId, JournalPlace};
use crate::os::journalctl::{Journalctl, Program};
use crate::os::wake;

/// `journalctl`, and what it has printed.
#[derive(Debug)]
pub struct Export {
    program: Program,
    place: JournalPlace,
    once: bool,
    running: Option<Journalctl>,
    started: u64,
    /// It stays and tells of new entries.
    follows: bool,
    text: Printed,
    cursor: Option<Vec<u8>>,
}

/// A cursor as text; of nothing but ASCII, if it is one.
fn text(cursor: &[u8]) -> String {
    String::from_utf8_lossy(cursor).into_owned()
}

/// The argument that begins at a cursor.
fn at(cursor: &[u8]) -> String {
    format!("--cursor={}", text(cursor))
}

impl Export {
    /// Over `place`; `once`: to its end.
    ///
    /// # Errors
    /// There is no `journalctl`, or it does not start.
    pub fn open(place: &JournalPlace, once: bool) -> io::Result<Self> {
        let program = Program::find()?;
        Ok(Self {
            program,
            place: place.clone(),
            once,
            running: None,
            started: 0,
            follows: false,
            text: Printed::default(),
            cursor: None,
        })
    }

    fn start(&mut self, arguments: &[&str], waits: bool) -> io::Result<()> {
        self.running = Some(self.program.start(&self.place, arguments, waits)?);
        self.started += 1;
        self.text.begin_anew();
        Ok(())
    }

    /// What was there is read: from now on it follows.
    fn follow(&mut self) -> io::Result<()> {
        let cursor = self.cursor.as_deref().map(at);
        let mut arguments = vec!["--follow", "--lines=all"];
        arguments.extend(cursor.as_deref());
        self.start(&arguments, false)?;
        self.follows = true;
        Ok(())
    }

    /// The next entry that a short run prints.
    fn next_of_run(&mut self, cursor: &mut Option<Vec<u8>>) -> io::Result<Option<EntryId>> {
        loop {
            if let Some(id) = self.text.next(cursor) {
                return Ok(Some(id));
            }
            let running = self.running.as_mut();
            let read = running.map(|r| r.read(self.text.room(), EXPORT_READ_BYTES));
            if read.transpose()?.unwrap_or(0) == 0 {
                return Ok(None);
            }
        }
    }

    /// More text; false where there is none now.
    fn read(&mut self) -> io::Result<bool> {
        let Some(running) = self.running.as_mut() else {
            return Ok(false);
        };
        match running.read(self.text.room(), EXPORT_READ_BYTES) {
            Ok(0) if self.follows => Err(io::Error::other("journalctl has ended")),
            Ok(0) => {
                let succeeded = running.succeeded()?;
                self.running = None;
                if !succeeded {
                    return Err(io::Error::new(
                        io::ErrorKind::InvalidInput,
                        "journalctl fails",
                    ));
                }
                if !self.once {
                    self.follow()?;
                }
                Ok(false)
            }
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
            Err(error) => Err(error),
        }
    }
}

impl Reader for Export {
    fn seek(&mut self, to: SeekTo<'_>) -> io::Result<Option<EntryId>> {
        (self.follows, self.cursor) = (false, None);
        match to {
            SeekTo::Head => self.start(&[], self.once)?,
            SeekTo::Cursor(cursor) => {
                self.start(&[&at(cursor.as_bytes())], self.once)?;
                // If nothing stands behind it, following begins there all the same.
                self.cursor = Some(cursor.as_bytes().to_vec());
            }
            SeekTo::Tail => {
                self.start(&["--lines=1"], true)?;
                let mut cursor = None;
                let last = self.next_of_run(&mut cursor)?;
                self.cursor = cursor;
                // What came meanwhile stands behind that entry.
                self.follow()?;
                return Ok(last);
            }
        }
        Ok(None)
    }

    fn next(&mut self) -> io::Result<Option<EntryId>> {
        loop {
            if let Some(id) = self.text.next(&mut self.cursor) {
                return Ok(Some(id));
            }
            if !self.read()? {
                return Ok(None);
            }
        }
    }

    fn back(&mut self, count: usize, covered: &dyn Fn(EntryId) -> bool) -> io::Result<()> {
        let Some(from) = self.cursor.clone() else {
            return Ok(());
        };
        let lines = format!("--lines={}", count + 1);
        self.start(&["--reverse", &lines, &at(&from)], true)?;
        let (mut found, mut first, mut own) = (None, from, true);
        while let Some(id) = self.next_of_run(&mut found)? {
            // The cursor's own entry may be the first that is to be read again.
            if !std::mem::take(&mut own) && !covered(id) {
                break;
            }
            if let Some(cursor) = &found {
                first.clone_from(cursor);
            }
        }
        self.seek(SeekTo::Cursor(&text(&first))).map(drop)
    }

    fn writer(&self) -> Option<Writer<'_>> {
        self.text.writer()
    }

    fn fields(&mut self, each: &mut dyn FnMut(&[u8], &[u8])) -> io::Result<()> {
        self.text.show(each);
        Ok(())
    }

    fn cursor(&mut self) -> io::Result<String> {
        let none = || io::Error::from(io::ErrorKind::NotFound);
        self.cursor.as_deref().map(text).ok_or_else(none)
    }

    fn last(&mut self) -> io::Result<Option<EntryId>> {
        Ok(None)
    }

    fn has_news(&mut self) -> io::Result<bool> {
        let running = self.running.as_ref();
        Ok(running.is_some_and(|running| wake::is_readable(running.as_fd())))
    }

    fn fd(&self) -> Option<(BorrowedFd<'_>, u64)> {
        let running = self.running.as_ref()?;
        Some((running.as_fd(), self.started))
    }
}
