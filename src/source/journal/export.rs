//! Reading a journal through `journalctl -o export`. In: what it prints (systemd.io/JOURNAL_EXPORT_FORMATS). Out: entries, as
//! libsystemd gives them, at two to four times the cost.
//!
//! What `journalctl` is known to get wrong is gone round: `--after-cursor` passes over one entry too many where the cursor's is
//! gone, so `--cursor` is used and covered entries are passed over by number; `--follow` means this boot alone, so what is there
//! is read without it first.

use std::io;
use std::ops::Range;
use std::os::fd::{AsFd as _, BorrowedFd};

use super::reader::{Reader, SeekTo};
use crate::bounds::{ENTRY_MESSAGE_BYTES_MAX, EXPORT_READ_BYTES};
use crate::os::journal::{EntryId, JournalPlace, cursor_id};
use crate::os::journalctl::Journalctl;
use crate::os::wake;

/// `journalctl`, and what it has printed.
#[derive(Debug)]
pub struct Export {
    place: JournalPlace,
    once: bool,
    running: Option<Journalctl>,
    started: u64,
    /// It stays and tells of new entries.
    follows: bool,
    text: Text,
    cursor: Option<String>,
}

/// Printed text, taken apart as far as it is there.
#[derive(Debug, Default)]
struct Text {
    bytes: Vec<u8>,
    /// Behind the entry at hand.
    taken: usize,
    /// What was looked at of the next one.
    seen: usize,
    /// Of a field that is too long, bytes that have still to come and to be thrown away.
    too_long: usize,
    fields: Vec<Field>,
}

/// One field: where its name stands, and its value.
#[derive(Debug, Clone)]
struct Field {
    name: Range<usize>,
    value: Range<usize>,
}

impl Export {
    /// Over `place`; `once`: to its end.
    ///
    /// # Errors
    /// There is no `journalctl`.
    pub fn open(place: &JournalPlace, once: bool) -> io::Result<Self> {
        let mut version = Journalctl::start(place, &["--version"], true)?;
        if !version.succeeded()? {
            return Err(io::Error::other("`journalctl --version` fails"));
        }
        Ok(Self {
            place: place.clone(),
            once,
            running: None,
            started: 0,
            follows: false,
            text: Text::default(),
            cursor: None,
        })
    }

    fn start(&mut self, arguments: &[&str], waits: bool) -> io::Result<()> {
        self.running = Some(Journalctl::start(&self.place, arguments, waits)?);
        self.started += 1;
        self.text = Text::default();
        Ok(())
    }

    /// What was there is read: from now on it follows.
    fn follow(&mut self) -> io::Result<()> {
        let cursor = self.cursor.as_ref().map(|c| format!("--cursor={c}"));
        let mut arguments = vec!["--follow", "--lines=all"];
        arguments.extend(cursor.as_deref());
        self.start(&arguments, false)?;
        self.follows = true;
        Ok(())
    }

    /// The next entry that a short run prints.
    fn next_of_run(&mut self, cursor: &mut Option<String>) -> io::Result<Option<EntryId>> {
        loop {
            if let Some(id) = self.text.next(cursor) {
                return Ok(Some(id));
            }
            self.text.make_room();
            let running = self.running.as_mut();
            let read = running.map(|r| r.read(&mut self.text.bytes, EXPORT_READ_BYTES));
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
        self.text.make_room();
        match running.read(&mut self.text.bytes, EXPORT_READ_BYTES) {
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
                self.start(&[&format!("--cursor={cursor}")], self.once)?;
                // If nothing stands behind it, following begins there all the same.
                self.cursor = Some(cursor.to_owned());
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
        let (lines, cursor) = (format!("--lines={}", count + 1), format!("--cursor={from}"));
        self.start(&["--reverse", &lines, &cursor], true)?;
        let (mut at, mut first, mut own) = (None, from, true);
        while let Some(id) = self.next_of_run(&mut at)? {
            // The cursor's own entry may be the first that is to be read again.
            if !std::mem::take(&mut own) && !covered(id) {
                break;
            }
            if let Some(cursor) = &at {
                first.clone_from(cursor);
            }
        }
        self.seek(SeekTo::Cursor(&first)).map(drop)
    }

    fn fields(&mut self, each: &mut dyn FnMut(&[u8], &[u8])) -> io::Result<()> {
        self.text.show(each);
        Ok(())
    }

    fn cursor(&mut self) -> io::Result<String> {
        let none = || io::Error::from(io::ErrorKind::NotFound);
        self.cursor.clone().ok_or_else(none)
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

impl Text {
    /// Takes the next entry, if all of it is there.
    fn next(&mut self, cursor: &mut Option<String>) -> Option<EntryId> {
        if self.seen == self.taken {
            self.fields.clear();
        }
        loop {
            self.throw_away();
            if self.too_long > 0 {
                return None;
            }
            let rest = self.bytes.get(self.seen..)?;
            // A name is short: it is read byte by byte, its value is searched.
            let name = rest.iter().position(|b| matches!(b, b'=' | b'\n'))?;
            let behind = self.seen + name + 1;
            if rest.get(name) == Some(&b'=') {
                let end = behind + memchr::memchr(b'\n', self.bytes.get(behind..)?)?;
                self.fields.push(Field {
                    name: self.seen..behind - 1,
                    value: behind..end,
                });
                self.seen = end + 1;
            } else if name > 0 {
                self.field_of_bytes(self.seen..behind - 1)?;
            } else {
                (self.seen, self.taken) = (behind, behind);
                if let Some(id) = self.id(cursor) {
                    return Some(id);
                }
                self.fields.clear();
            }
        }
    }

    /// A name on its line, a length (64 bits, little-endian), that many bytes, a line end.
    fn field_of_bytes(&mut self, name: Range<usize>) -> Option<()> {
        let from = name.end + 1 + 8;
        let len = self.bytes.get(name.end + 1..from)?;
        let len = usize::try_from(u64::from_le_bytes(len.try_into().ok()?)).ok()?;
        if len > 2 * ENTRY_MESSAGE_BYTES_MAX {
            self.too_long = len.saturating_add(1);
            self.seen = from;
            return Some(());
        }
        self.bytes.get(from + len)?;
        self.fields.push(Field {
            name,
            value: from..from + len,
        });
        self.seen = from + len + 1;
        Some(())
    }

    fn throw_away(&mut self) {
        let there = self
            .too_long
            .min(self.bytes.len() - self.seen.min(self.bytes.len()));
        if there > 0 {
            self.bytes.drain(self.seen..self.seen + there);
            self.too_long -= there;
        }
    }

    /// The entry's identity; its cursor is its first field.
    fn id(&self, cursor: &mut Option<String>) -> Option<EntryId> {
        let mut fields = self.fields.iter();
        let found = fields.find(|field| self.at(&field.name) == b"__CURSOR")?;
        let found = self.at(&found.value);
        let text = cursor.get_or_insert_default();
        text.clear();
        text.push_str(std::str::from_utf8(found).ok()?);
        cursor_id(found)
    }

    fn show(&self, each: &mut dyn FnMut(&[u8], &[u8])) {
        for field in &self.fields {
            each(self.at(&field.name), self.at(&field.value));
        }
    }

    fn at(&self, place: &Range<usize>) -> &[u8] {
        self.bytes.get(place.clone()).unwrap_or_default()
    }

    /// Forgets what was taken: the entry at hand is not asked for any more.
    fn make_room(&mut self) {
        if self.taken == 0 {
            return;
        }
        self.bytes.drain(..self.taken);
        self.seen -= self.taken;
        for field in &mut self.fields {
            let by = self.taken;
            for at in [&mut field.name, &mut field.value] {
                *at = at.start - by..at.end - by;
            }
        }
        self.taken = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CURSOR: &str =
        "__CURSOR=s=11e52a1db1e14d9c9e3c0c2f2d7e4a01;i=1;b=0f2e;m=12;t=6443d1c8f9f00;x=9c3\n";

    fn bytes(name: &str, value: &[u8]) -> Vec<u8> {
        let len = (value.len() as u64).to_le_bytes();
        [name.as_bytes(), b"\n", &len, value, b"\n"].concat()
    }

    /// Entries' fields, the text coming in steps of this size.
    fn read(printed: &[u8], step: usize) -> Vec<Vec<Vec<u8>>> {
        let (mut text, mut cursor, mut entries) = (Text::default(), None, Vec::new());
        for part in printed.chunks(step) {
            text.make_room();
            text.bytes.extend_from_slice(part);
            while text.next(&mut cursor).is_some() {
                let mut fields = Vec::new();
                text.show(&mut |name, value| fields.push([name, b"=", value].concat()));
                entries.push(fields);
            }
        }
        entries
    }

    #[test]
    fn entries_are_the_same_however_the_text_comes() {
        let value = b"a\n\nb=c\0";
        let printed = [
            CURSOR.as_bytes(),
            b"MESSAGE=hello\n\n",
            CURSOR.as_bytes(),
            &bytes("MESSAGE", value),
            b"PRIORITY=3\n\n",
        ]
        .concat();
        let whole = read(&printed, printed.len());
        assert_eq!(whole.len(), 2);
        assert_eq!(whole[0][1], b"MESSAGE=hello");
        assert_eq!(whole[1][1], [b"MESSAGE=", &value[..]].concat());
        assert_eq!(whole[1][2], b"PRIORITY=3");
        for step in 1..printed.len() {
            assert_eq!(read(&printed, step), whole, "in steps of {step}");
        }
    }

    #[test]
    fn a_giant_field_is_passed_over_and_not_kept() {
        let giant = vec![b'x'; 2 * ENTRY_MESSAGE_BYTES_MAX + 1];
        let printed = [
            CURSOR.as_bytes(),
            &bytes("COREDUMP", &giant),
            b"MESSAGE=x\n\n",
            CURSOR.as_bytes(),
            b"MESSAGE=y\n\n",
        ]
        .concat();
        let entries = read(&printed, 65_536);
        let last: Vec<_> = entries.iter().map(|e| e.last().unwrap().clone()).collect();
        assert_eq!(last, [b"MESSAGE=x".to_vec(), b"MESSAGE=y".to_vec()]);
        assert_eq!(entries[0].len(), 2);
    }
}
