//! What reads a journal. In: a place. Out: one entry after another, and cursors; never a decision. libsystemd is the usual
//! one; [`export`](super::export) does without.

use std::io;
use std::os::fd::BorrowedFd;

use super::shared::Shared;
use crate::bounds::ENTRY_MESSAGE_BYTES_MAX;
use crate::os::journal::{EntryId, JournalPlace};
use crate::os::journald::{Journal, OpenError};
use crate::os::wake;

/// Where reading begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeekTo<'a> {
    /// Before the first entry.
    Head,
    /// Behind the last one.
    Tail,
    /// At the entry of this cursor, or the nearest later one.
    Cursor(&'a str),
}

/// Fields that an entry shares with earlier ones, most of which tell who wrote it.
#[derive(Clone, Copy)]
pub struct Writer<'r> {
    /// Stands for these very fields, as long as this reader lives.
    pub number: u64,
    /// These.
    pub fields: &'r dyn Show,
}

/// Fields, one after another.
pub trait Show {
    /// Shows each: name and value.
    fn show(&self, each: &mut dyn FnMut(&[u8], &[u8]));
}

/// Reads a journal.
pub trait Reader {
    /// Begins anew. Behind the tail, the entry before is given, if there is one: that is where reading stands.
    fn seek(&mut self, from: SeekTo<'_>) -> io::Result<Option<EntryId>>;
    /// Goes to the next entry; `None`: there is none now.
    fn next(&mut self) -> io::Result<Option<EntryId>>;
    /// Goes back from where a cursor was sought, over at most `count` entries, all of which are `covered`.
    fn back(&mut self, count: usize, covered: &dyn Fn(EntryId) -> bool) -> io::Result<()>;
    /// Shows the fields of the entry at hand, but those of its [`Writer`]: name and value.
    fn fields(&mut self, each: &mut dyn FnMut(&[u8], &[u8])) -> io::Result<()>;
    /// Who wrote the entry whose fields were shown, where that is known from an earlier one.
    fn writer(&self) -> Option<Writer<'_>> {
        None
    }
    /// The cursor of the entry at hand.
    fn cursor(&mut self) -> io::Result<String>;
    /// The last entry there is, wherever reading stands, which moves then. `None`: there is none, or it cannot be told.
    fn last(&mut self) -> io::Result<Option<EntryId>>;
    /// Is there something that it was not told yet? Takes it.
    fn has_news(&mut self) -> io::Result<bool>;
    /// What becomes readable when there are news, and a number that changes with it.
    fn fd(&self) -> Option<(BorrowedFd<'_>, u64)>;
}

/// libsystemd.
#[derive(Debug)]
pub struct Systemd {
    place: JournalPlace,
    journal: Journal,
    shared: Shared,
    opened: u64,
    /// An error showed that what is open cannot be used any more.
    broken: bool,
}

impl Systemd {
    /// Opens the journal.
    ///
    /// # Errors
    /// No library, or no journal.
    pub fn open(place: &JournalPlace) -> Result<Self, OpenError> {
        Ok(Self {
            place: place.clone(),
            journal: open(place)?,
            shared: Shared::default(),
            opened: 0,
            broken: false,
        })
    }

    fn previous(&mut self) -> io::Result<Option<EntryId>> {
        let previous = match self.journal.previous() {
            Ok(true) => self.journal.id().map(Some),
            Ok(false) => Ok(None),
            Err(error) => Err(error),
        };
        self.checked(previous)
    }

    fn checked<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        self.broken |= result.is_err();
        result
    }
}

fn open(place: &JournalPlace) -> Result<Journal, OpenError> {
    // One more, so that a longer one is seen to be longer.
    let field = ENTRY_MESSAGE_BYTES_MAX + "MESSAGE=".len() + 1;
    let journal = Journal::open(place, field)?;
    // From here on it is told of new files.
    journal.fd()?;
    Ok(journal)
}

impl Reader for Systemd {
    fn seek(&mut self, from: SeekTo<'_>) -> io::Result<Option<EntryId>> {
        if self.broken {
            self.journal = open(&self.place).map_err(io::Error::other)?;
            self.opened += 1;
            self.broken = false;
        }
        let sought = match from {
            SeekTo::Head => self.journal.seek_head().map(|()| None),
            SeekTo::Cursor(cursor) => self.journal.seek_cursor(cursor).map(|()| None),
            SeekTo::Tail => return self.last(),
        };
        self.checked(sought)
    }

    fn next(&mut self) -> io::Result<Option<EntryId>> {
        let next = match self.journal.step() {
            Ok(true) => self.journal.id().map(Some),
            Ok(false) => Ok(None),
            Err(error) => Err(error),
        };
        self.checked(next)
    }

    fn back(&mut self, count: usize, covered: &dyn Fn(EntryId) -> bool) -> io::Result<()> {
        if self.next()?.is_none() {
            return Ok(());
        }
        for _ in 0..=count {
            match self.previous()? {
                Some(before) if covered(before) => {}
                // Reading goes on behind it.
                Some(_) => return Ok(()),
                None => return self.seek(SeekTo::Head).map(drop),
            }
        }
        Ok(())
    }

    fn fields(&mut self, each: &mut dyn FnMut(&[u8], &[u8])) -> io::Result<()> {
        let shared = &mut self.shared;
        shared.begin();
        let shown = self.journal.fields(|data| {
            if let Some((name, value)) = shared.own(data) {
                each(name, value);
            }
        });
        if shown.is_ok() {
            self.shared.end();
        }
        self.checked(shown)
    }

    fn writer(&self) -> Option<Writer<'_>> {
        self.shared.writer()
    }

    fn cursor(&mut self) -> io::Result<String> {
        self.journal.cursor()
    }

    fn last(&mut self) -> io::Result<Option<EntryId>> {
        let at_tail = self.journal.seek_tail();
        self.checked(at_tail)?;
        let last = self.previous()?;
        if last.is_none() {
            let at_head = self.journal.seek_head();
            self.checked(at_head)?;
        }
        Ok(last)
    }

    fn has_news(&mut self) -> io::Result<bool> {
        if !wake::is_readable(self.journal.fd()?) {
            return Ok(false);
        }
        let processed = self.journal.process();
        self.checked(processed)?;
        Ok(true)
    }

    fn fd(&self) -> Option<(BorrowedFd<'_>, u64)> {
        Some((self.journal.fd().ok()?, self.opened))
    }
}
