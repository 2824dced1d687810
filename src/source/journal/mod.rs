//! The systemd journal. In: a place, and what each app asks of it. Out: entries with their sequence and number.
//!
//! One reader serves all apps and reads everything, so that a gap in the numbers is an entry that was removed unread; apps pick.
//! Never parses, never polls a quiet journal, never waits: libsystemd's descriptor ends a wait. What was covered is told by
//! numbers, not by cursors: the cursor says where to look, and entries before the position are passed over again.

mod export;
mod fields;
mod pick;
mod places;
mod printed;
mod reader;
mod ring;
mod shared;
mod turn;
mod writers;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::path::Path;
use std::time::Duration;

use crate::config::Writing;
use crate::os::Now;
use crate::os::journal::{EntryId, JournalPlace};
use crate::os::wake::Wake;
use crate::source::{
    AppIx, Entry, FileCheckpoint, Hold, Input, JournalCursor, Lane, LaneId, Loss, Origin, Piece,
    Source,
};

pub use export::Export;
pub use pick::Picker;
use places::Places;
pub use reader::{Reader, SeekTo, Show, Systemd, Writer};
use ring::Ring;
use turn::State;
use writers::Writers;

/// One journal, read for all apps.
pub struct JournalSource {
    reader: Box<dyn Reader>,
    picker: Picker,
    writers: Writers,
    places: Places,
    lane: Lane,
    mode: Mode,
    ring: Ring,
    /// The origin of the piece given last.
    given: Option<Origin>,
    /// The entry at hand was not looked at yet.
    at_hand: Option<EntryId>,
    /// The gap that was looked at again.
    looked_again: Option<(Origin, u64)>,
    state: State,
    /// There may be more to read now.
    more: bool,
    /// When it is looked at next, unless it says something before.
    look_at: Option<Duration>,
    /// When the last entry came that is somebody's.
    last_entry: Option<Duration>,
    /// It cannot be read; that is said, and it is tried again.
    failing: bool,
    /// All its apps were paused at the last turn.
    paused: bool,
    asked: VecDeque<LaneId>,
    /// With `once`: lanes of which it was said that they are finished.
    finished: Option<u32>,
    losses: Vec<Loss>,
    problems: Vec<String>,
    armed: Option<u64>,
}

/// How a journal is read.
#[derive(Debug, Clone, Copy)]
pub struct Mode {
    /// To its end, from its beginning if nothing is stored; else as it grows, from its end.
    pub once: bool,
    /// No file of it is hidden from this user: hidden ones make gaps that are no losses.
    pub sees_all: bool,
}

/// What the store held of a journal.
#[derive(Debug, Clone, Default)]
pub struct StoredJournal {
    /// Its cursor.
    pub cursor: Option<String>,
    /// Rows of sequences, this journal's and others'.
    pub rows: Vec<FileCheckpoint>,
}

/// What a journal is called in the store and in messages.
#[must_use]
pub fn name(place: &JournalPlace) -> String {
    match place {
        JournalPlace::Host => "journal".to_owned(),
        JournalPlace::Namespace(namespace) => format!("journal:namespace={namespace}"),
        JournalPlace::Folder(path) => format!("journal:{}", path.display()),
    }
}

impl JournalSource {
    /// Reads with `reader` what `picker` picks of the journal of this name.
    #[must_use]
    pub fn new(
        name: &str,
        reader: Box<dyn Reader>,
        picker: Picker,
        stored: StoredJournal,
        mode: Mode,
    ) -> Self {
        Self {
            reader,
            places: Places::new(name.to_owned(), stored.cursor, stored.rows.into_iter()),
            lane: Lane {
                path: Path::new(name).into(),
                apps: picker.apps(),
                writing: Writing::default(),
            },
            picker,
            writers: Writers::default(),
            mode,
            ring: Ring::default(),
            given: None,
            at_hand: None,
            looked_again: None,
            state: State::Start,
            more: true,
            look_at: None,
            last_entry: None,
            failing: false,
            paused: false,
            asked: VecDeque::new(),
            finished: None,
            losses: Vec::new(),
            problems: Vec::new(),
            armed: None,
        }
    }
}

impl Source for JournalSource {
    fn next(
        &mut self,
        now: Now,
        paused: &dyn Fn(AppIx) -> bool,
        input: &mut Input,
    ) -> Option<Piece> {
        if let Some(origin) = self.given.take() {
            self.ring.take(origin, std::mem::take(&mut input.entries));
        }
        input.entries.clear();
        self.listen(now);
        self.paused = self.lane.apps.iter().all(|app| paused(*app));
        if self.paused || self.done() {
            return None;
        }
        let due = self.look_at.is_some_and(|at| now.mono >= at);
        if self.more || due || !self.asked.is_empty() {
            let read = self.turn(now, &mut input.entries);
            if let Some((lane, origin)) = read {
                self.given = Some(origin);
                return Some(Piece::Entries { lane, origin });
            }
        }
        if self.more {
            return None;
        }
        if self.mode.once {
            return self.finish();
        }
        let lane = self.asked.pop_front()?;
        let modified = now.wall;
        Some(Piece::AtEnd { lane, modified })
    }

    fn due(&self, now: Now) -> Option<Duration> {
        if self.paused || self.done() {
            return None;
        }
        if self.more || !self.asked.is_empty() {
            return Some(now.mono);
        }
        self.look_at
    }

    fn wait(&mut self, timeout: Option<Duration>, wake: &Wake) {
        self.arm(wake);
        wake.wait(timeout);
    }

    fn arm(&mut self, wake: &Wake) {
        let Some((fd, opened)) = self.reader.fd() else {
            return;
        };
        if self.armed != Some(opened) {
            self.armed = Some(opened);
            if let Err(error) = wake.also(fd) {
                let name = self.lane.path.display();
                self.problems.push(format!(
                    "{name}: cannot wait for new entries ({error}); they are noticed late"
                ));
            }
        }
    }

    fn poke(&mut self, lane: LaneId) {
        if !self.asked.contains(&lane) {
            self.asked.push_back(lane);
        }
    }

    fn lane(&self, lane: LaneId) -> Option<&Lane> {
        (lane.0 < self.places.lanes()).then_some(&self.lane)
    }

    fn routed(&self, _: LaneId, route: u16) -> &[AppIx] {
        self.picker.routed(route)
    }

    fn read_back(&mut self, _: Origin, _: u64, _: usize, bytes: &mut Vec<u8>) {
        bytes.clear();
    }

    fn entry_back(&self, origin: Origin, number: u64, nth: usize) -> Option<&Entry> {
        self.ring.back(origin, number, nth)
    }

    fn stored_hold(&self, origin: Origin) -> Hold {
        self.places.stored_hold(origin)
    }

    fn checkpoint(&mut self, hold: &dyn Fn(Origin) -> Option<Hold>) -> Vec<FileCheckpoint> {
        self.places.checkpoint(hold)
    }

    fn cursors(&mut self) -> Vec<JournalCursor> {
        self.places.staged_cursor().into_iter().collect()
    }

    fn forgotten(&mut self) -> Vec<Origin> {
        self.places.forgotten()
    }

    fn committed(&mut self) {
        self.places.committed();
    }

    fn rewind(&mut self) {
        self.places.rewind();
        self.ring.clear();
        self.given = None;
        self.at_hand = None;
        self.state = State::Start;
        self.more = true;
        self.finished = None;
    }

    fn losses(&mut self) -> Vec<Loss> {
        std::mem::take(&mut self.losses)
    }

    fn done(&self) -> bool {
        self.mode.once
            && self
                .finished
                .is_some_and(|said| said >= self.places.lanes())
    }

    fn picked(&self) -> Vec<(AppIx, u64)> {
        self.picker.counts()
    }

    fn problems(&mut self) -> Vec<String> {
        std::mem::take(&mut self.problems)
    }

    fn changed(&self) -> bool {
        self.places.changed()
    }
}
