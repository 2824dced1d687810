//! Reading backwards. In: the chunk at hand, and a source that can read what stands before it. Out: lines, newest first.

use crate::assemble::{Back, Floor, Raw};
use crate::format::Meta;
use crate::source::{Entry, Origin, Source};

/// The lines before a place in a file: from the chunk as far as it goes, then from the source, a step at a time.
pub(super) struct FileBack<'a> {
    source: &'a mut dyn Source,
    chunk: &'a [u8],
    /// Origin and offset of the chunk.
    chunk_at: Option<(Origin, u64)>,
    origin: Option<Origin>,
    /// What stands before it has not been given.
    at: u64,
    floor: Floor,
    /// Bytes read back; they end where the chunk begins, or where the place is.
    older: Vec<u8>,
    older_at: u64,
    step: Vec<u8>,
}

/// Read back first; then ever more.
const STEP_BYTES: usize = 4 << 10;

impl<'a> FileBack<'a> {
    pub(super) fn new(
        source: &'a mut dyn Source,
        chunk: &'a [u8],
        origin: Origin,
        offset: u64,
    ) -> Self {
        Self {
            chunk,
            chunk_at: Some((origin, offset)),
            ..Self::without_chunk(source)
        }
    }

    pub(super) fn without_chunk(source: &'a mut dyn Source) -> Self {
        Self {
            source,
            chunk: &[],
            chunk_at: None,
            origin: None,
            at: 0,
            floor: Floor::Line(0),
            older: Vec::new(),
            older_at: 0,
            step: Vec::new(),
        }
    }

    /// Length of the part of the chunk that stands before `at`, if `at` lies in it.
    fn in_chunk(&self) -> Option<(u64, usize)> {
        let (origin, offset) = self.chunk_at?;
        let len = usize::try_from(self.at.checked_sub(offset)?).ok()?;
        (self.origin == Some(origin) && len > 0 && len <= self.chunk.len()).then_some((offset, len))
    }

    /// Makes `older` hold the whole last line before `at`: its length, if there is one.
    fn older_line(&mut self) -> Option<usize> {
        let origin = self.origin?;
        let mut searched = 0;
        loop {
            let len = usize::try_from(self.at.checked_sub(self.older_at)?).ok()?;
            self.older.truncate(len);
            let unsearched = len.saturating_sub(searched);
            if let Some(nl) = last_newline(self.older.get(..unsearched)?, searched == 0) {
                return Some(len - nl - 1);
            }
            searched = len;
            let room = usize::try_from(self.older_at.saturating_sub(self.floor.at())).unwrap_or(0);
            if room == 0 {
                let whole = self.floor.allows(self.older_at) && len > 0;
                return whole.then_some(len);
            }
            let want = room.min(STEP_BYTES.max(2 * len));
            self.source
                .read_back(origin, self.older_at, want, &mut self.step);
            if self.step.is_empty() || self.step.len() > want {
                return None;
            }
            self.older_at -= self.step.len() as u64;
            self.older.splice(0..0, self.step.drain(..));
        }
    }
}

/// The last newline that is not the line's own.
fn last_newline(bytes: &[u8], ends_line: bool) -> Option<usize> {
    let end = bytes.len().saturating_sub(usize::from(ends_line));
    memchr::memrchr(b'\n', bytes.get(..end)?)
}

impl Back for FileBack<'_> {
    fn seek(&mut self, origin: Origin, before: u64, floor: Floor) {
        self.origin = Some(origin);
        self.at = before;
        self.floor = floor;
        self.older.clear();
        self.older_at = match self.in_chunk() {
            Some((offset, _)) => offset,
            None => before,
        };
    }

    fn line(&mut self) -> Option<Raw<'_>> {
        if self.at <= self.floor.at() {
            return None;
        }
        if let Some((offset, len)) = self.in_chunk() {
            let start = last_newline(self.chunk.get(..len)?, true).map_or(0, |nl| nl + 1);
            let begins = offset + start as u64;
            if !self.floor.allows(begins) {
                self.at = 0;
                return None;
            }
            self.at = begins;
            return self.chunk.get(start..len).map(Raw::Bytes);
        }
        let Some(len) = self.older_line() else {
            self.at = 0;
            return None;
        };
        let start = self.older.len() - len;
        self.at -= len as u64;
        if !self.floor.allows(self.at) {
            self.at = 0;
            return None;
        }
        self.older.get(start..).map(Raw::Bytes)
    }
}

/// The entries before one, from the piece at hand, then from the source.
pub(super) struct EntryBack<'a> {
    source: &'a mut dyn Source,
    entries: &'a [Entry],
    nth: usize,
    /// Lines of the hit's entry that begin before this are not given.
    from: usize,
    origin: Option<Origin>,
    floor: Floor,
    /// The entry being given, counted back from the one of the hit, and how much of its message is left.
    back: usize,
    left: usize,
    meta: Meta,
}

impl<'a> EntryBack<'a> {
    pub(super) fn new(source: &'a mut dyn Source, entries: &'a [Entry], nth: usize) -> Self {
        Self {
            source,
            entries,
            nth,
            from: 0,
            origin: None,
            floor: Floor::Line(0),
            back: 0,
            left: 0,
            meta: Meta::default(),
        }
    }

    /// Goes to the entry before; false where there is none.
    fn step_back(&mut self) -> bool {
        self.back += 1;
        let Some(entry) = self.entry() else {
            return false;
        };
        let (left, number) = (entry.message.len(), entry.number);
        let meta = super::entry_meta(entry, false);
        (self.left, self.meta) = (left, meta);
        self.floor.allows(number)
    }

    /// The entry being given: of the piece, or of those before it.
    fn entry(&self) -> Option<&Entry> {
        if let Some(at) = self.nth.checked_sub(self.back) {
            return self.entries.get(at);
        }
        let first = self.entries.first()?.number;
        let nth = self.back - self.nth - 1;
        self.source.entry_back(self.origin?, first, nth)
    }
}

impl Back for EntryBack<'_> {
    fn within(&mut self, from: usize, to: usize) {
        self.from = from;
        self.left = to;
    }

    fn seek(&mut self, origin: Origin, before: u64, floor: Floor) {
        self.origin = Some(origin);
        self.floor = floor;
        self.back = 0;
        (self.from, self.left) = (0, 0);
        // A line that waited may stand in an entry before the one at hand.
        let nth = self.entries.iter().position(|e| e.number == before);
        self.nth = nth.unwrap_or(self.nth);
        if let Some(entry) = self.entries.get(self.nth) {
            self.meta = super::entry_meta(entry, false);
        }
    }

    fn line(&mut self) -> Option<Raw<'_>> {
        while self.left == 0 {
            if !self.step_back() {
                return None;
            }
            if self.left == 0 {
                return Some(Raw::Entry(&[], &self.meta));
            }
        }
        let entry = self.entry()?;
        let text = entry.message.get(..self.left)?;
        let start = last_newline(text, true).map_or(0, |nl| nl + 1);
        let goes_on = entry.partial && self.left == entry.message.len();
        let from = if self.back == 0 { self.from } else { 0 };
        self.left = start;
        if start < from {
            self.left = 0;
            return None;
        }
        let entry = self.entry()?;
        let text = entry.message.get(start..)?;
        let line = match memchr::memchr(b'\n', text) {
            Some(end) => text.get(..end)?,
            None => text,
        };
        Some(if goes_on {
            Raw::Part(line, &self.meta)
        } else {
            Raw::Entry(line, &self.meta)
        })
    }
}
