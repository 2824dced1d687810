//! One turn of reading. In: a reader that stands somewhere, and how far it was read. Out: a piece of one sequence's entries.

use std::io;
use std::time::Duration;

use super::places::Met;
use super::ring::Filling;
use super::{JournalSource, SeekTo, fields};
use crate::bounds::{
    HOT_READ_MS, JOURNAL_QUIET_AFTER_MS, JOURNAL_RETRY_MS, JOURNAL_WARM_READ_MS,
    PIECE_ENTRIES_BYTES_MAX, PIECE_ENTRIES_MAX, PIECE_LOOKS_MAX, QUIET_AFTER_MS,
    RING_REFILL_ENTRIES,
};
use crate::os::Now;
use crate::os::journal::EntryId;
use crate::source::{Entry, LaneId, Loss, LossReason, Origin, Piece};

/// How far reading has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It must go to where reading begins.
    Start,
    /// It went there and has met nothing new since.
    Sought,
    /// The same, and what it meets again goes into the ring.
    Refilling,
    /// It reads.
    Reading,
}

/// What one look came to.
enum Look {
    /// An entry that somebody gets; it is the piece's last.
    Taken,
    /// One that is nobody's, or was given before.
    Passed,
    /// The entry at hand is of another sequence than the piece.
    Other,
    /// There is no further entry now.
    End,
}

fn origin_of(id: EntryId) -> Origin {
    Origin {
        uid: id.sequence,
        generation: 0,
    }
}

impl JournalSource {
    /// Takes what the journal tells of: files that came and went.
    pub(super) fn listen(&mut self, now: Now) {
        match self.reader.has_news() {
            Ok(news) => self.more |= news,
            Err(error) => self.fail(&error, now),
        }
    }

    /// The next piece, if there is one now.
    pub(super) fn turn(&mut self, now: Now, entries: &mut Vec<Entry>) -> Option<(LaneId, Origin)> {
        match self.read(now, entries) {
            Ok(piece) => {
                if std::mem::take(&mut self.failing) {
                    let name = self.lane.path.display();
                    self.problems.push(format!("{name}: can be read again"));
                }
                piece
            }
            Err(error) => {
                entries.clear();
                self.fail(&error, now);
                None
            }
        }
    }

    fn read(&mut self, now: Now, entries: &mut Vec<Entry>) -> io::Result<Option<(LaneId, Origin)>> {
        if self.state == State::Start {
            self.start()?;
        }
        let (mut piece, mut filling) = (None, self.ring.piece());
        let (mut bytes, mut looks, mut end) = (0, 0, false);
        while filling.len() < PIECE_ENTRIES_MAX
            && bytes < PIECE_ENTRIES_BYTES_MAX
            && looks < PIECE_LOOKS_MAX
        {
            looks += 1;
            match self.look(&mut piece, &mut filling)? {
                Look::Taken => bytes += filling.last().map_or(0, Entry::bytes),
                Look::Passed => {}
                Look::Other => break,
                Look::End => {
                    end = true;
                    break;
                }
            }
        }
        *entries = self.ring.filled(filling);
        if let Some((_, origin, number)) = piece
            && let Ok(cursor) = self.reader.cursor()
        {
            let at = self
                .at_hand
                .map_or((origin, number), |id| (origin_of(id), id.number));
            self.places.mark(Some(at), cursor);
        }
        self.more = !end;
        if end && piece.is_none() && matches!(self.state, State::Sought | State::Refilling) {
            self.look_elsewhere()?;
        }
        if !entries.is_empty() {
            self.last_entry = Some(now.mono);
        }
        self.look_at = self.next_look(now.mono);
        let piece = piece.filter(|_| !entries.is_empty());
        Ok(piece.map(|(lane, origin, _)| (lane, origin)))
    }

    /// One entry. `piece`: lane and sequence of those before it in the piece, and the last one's number.
    fn look(
        &mut self,
        piece: &mut Option<(LaneId, Origin, u64)>,
        filling: &mut Filling,
    ) -> io::Result<Look> {
        let next = match self.at_hand.take() {
            Some(id) => Some(id),
            None => self.reader.next()?,
        };
        let Some(id) = next else {
            return Ok(Look::End);
        };
        let origin = origin_of(id);
        match self.places.met(origin, id.number) {
            Met::Covered => {
                self.look_back(id);
                return Ok(Look::Passed);
            }
            Met::Behind(missing) => {
                if !self.is_gap(origin, id.number, missing)? {
                    return Ok(Look::Passed);
                }
            }
            Met::Next => {}
        }
        if piece.is_some_and(|(_, known, _)| known != origin) {
            self.at_hand = Some(id);
            return Ok(Look::Other);
        }
        self.state = State::Reading;
        let lane = LaneId(self.places.lane(origin));
        let route = self.entry(id, filling);
        self.places.passed(origin, id.number);
        *piece = Some((lane, origin, id.number));
        Ok(match route {
            Some(route) => {
                self.picker.count(route);
                Look::Taken
            }
            None => Look::Passed,
        })
    }

    /// Puts the entry at hand behind the others, if somebody gets it; gives its route.
    fn entry(&mut self, id: EntryId, filling: &mut Filling) -> Option<u16> {
        let route = self.read_entry(id, filling.next()?)?;
        filling.keep();
        Some(route)
    }

    fn read_entry(&mut self, id: EntryId, entry: &mut Entry) -> Option<u16> {
        let (picker, mut cut) = (&mut self.picker, 0);
        picker.begin();
        let shown = self.reader.fields(&mut |name, value| {
            picker.see(name, value);
            cut += fields::take(entry, name, value);
        });
        if shown.is_err() {
            self.lose(LossReason::UnreadableEntries, 1);
        }
        let writer = self.reader.writer();
        let route = self
            .writers
            .finish(writer, &mut self.picker, entry, id.realtime);
        let route = route.filter(|_| shown.is_ok())?;
        if cut > 0 {
            self.lose(LossReason::LineCutBytes, cut as u64);
        }
        entry.number = id.number;
        entry.route = route;
        Some(route)
    }

    /// An entry that was covered before the start may be what a header or a breadcrumb is read from.
    fn look_back(&mut self, id: EntryId) {
        if self.state == State::Refilling {
            let mut covered = self.ring.piece();
            self.entry(id, &mut covered);
            let covered = self.ring.filled(covered);
            self.ring.take(origin_of(id), covered);
        }
    }

    /// Are entries missing before this one, for good? A file that was not known yet may hold them: it is looked again first.
    fn is_gap(&mut self, origin: Origin, number: u64, missing: u64) -> io::Result<bool> {
        if !self.mode.sees_all {
            return Ok(true);
        }
        if self.looked_again == Some((origin, number)) {
            self.lose(LossReason::Vacuumed, missing);
            return Ok(true);
        }
        self.looked_again = Some((origin, number));
        self.reader.has_news()?;
        self.go_to_mark()?;
        Ok(false)
    }

    fn go_to_mark(&mut self) -> io::Result<()> {
        match self.places.cursor() {
            None | Some("") => self.reader.seek(SeekTo::Head),
            Some(cursor) => self.reader.seek(SeekTo::Cursor(cursor)),
        }
        .map(drop)
    }

    fn lose(&mut self, reason: LossReason, quantity: u64) {
        self.losses.push(Loss {
            app: None,
            reason,
            quantity,
        });
    }

    /// Goes to where reading begins.
    fn start(&mut self) -> io::Result<()> {
        let name = self.lane.path.display().to_string();
        self.at_hand = None;
        self.state = State::Sought;
        match self.places.cursor().map(str::to_owned) {
            None if self.mode.once => {
                self.reader.seek(SeekTo::Head)?;
                self.places.mark(None, String::new());
            }
            None => self.begin_at_tail()?,
            Some(cursor) if cursor.is_empty() => self.go_to_mark()?,
            Some(cursor) => match self.reader.seek(SeekTo::Cursor(&cursor)) {
                Ok(_) => self.refill()?,
                Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
                    self.problems.push(format!(
                        "{name}: the stored cursor is none ({error}); read from the beginning, what was covered is passed over"
                    ));
                    self.reader.seek(SeekTo::Head)?;
                }
                Err(error) => return Err(error),
            },
        }
        Ok(())
    }

    /// At first sight what is there is not read.
    fn begin_at_tail(&mut self) -> io::Result<()> {
        let Some(last) = self.reader.seek(SeekTo::Tail)? else {
            self.places.mark(None, String::new());
            return Ok(());
        };
        let cursor = self.reader.cursor()?;
        let origin = origin_of(last);
        self.places.lane(origin);
        self.places.passed(origin, last.number);
        self.places.mark(Some((origin, last.number)), cursor);
        Ok(())
    }

    /// Goes back over entries that are covered, so that the ring holds what stands before the place.
    fn refill(&mut self) -> io::Result<()> {
        self.state = State::Refilling;
        let places = &self.places;
        let covered = |id: EntryId| places.covers(origin_of(id), id.number);
        self.reader.back(RING_REFILL_ENTRIES, &covered)
    }

    /// Nothing stands behind the cursor. If the journal's last entry is unknown all the same (the clock was set back, and the
    /// cursor's sequence is gone), everything that is not covered is read.
    fn look_elsewhere(&mut self) -> io::Result<()> {
        let Some(last) = self.reader.last()? else {
            return Ok(());
        };
        self.state = State::Reading;
        if self.places.covers(origin_of(last), last.number) {
            return self.go_to_mark();
        }
        let name = self.lane.path.display();
        self.problems.push(format!(
            "{name}: the place where reading stopped is gone and newer entries stand before it; read from the beginning"
        ));
        self.more = true;
        self.reader.seek(SeekTo::Head).map(drop)
    }

    /// After an entry the next ones are not waited for: journald tells of them a quarter to half a second late (`post_change` in
    /// its `journal-file.c` waits 250 ms, and its event loop may be another 250 ms late, to wake less often). Of a quiet
    /// journal's first entry that is how late it is: nothing else tells of it, and a quiet journal is not to be polled.
    fn next_look(&self, now: Duration) -> Option<Duration> {
        let quiet = now.saturating_sub(self.last_entry?);
        let wait = if quiet < Duration::from_millis(QUIET_AFTER_MS) {
            HOT_READ_MS
        } else if quiet < Duration::from_millis(JOURNAL_QUIET_AFTER_MS) {
            JOURNAL_WARM_READ_MS
        } else {
            return None;
        };
        Some(now + Duration::from_millis(wait))
    }

    /// It cannot be read now: said once, tried again.
    fn fail(&mut self, error: &io::Error, now: Now) {
        // One that is opened anew without trouble is not worth a word.
        let was_read = std::mem::replace(&mut self.state, State::Start) == State::Reading;
        if was_read && !self.failing && self.start().is_ok() {
            self.more = true;
            return;
        }
        if !std::mem::replace(&mut self.failing, true) {
            let name = self.lane.path.display();
            self.problems
                .push(format!("{name}: cannot be read: {error}"));
        }
        self.state = State::Start;
        self.more = false;
        self.look_at = Some(now.mono + Duration::from_millis(JOURNAL_RETRY_MS));
    }

    /// With `once`: each lane is finished, one after another.
    pub(super) fn finish(&mut self) -> Option<Piece> {
        let said = self.finished.map_or(0, |said| said);
        self.finished = Some(said + 1);
        (said < self.places.lanes()).then_some(Piece::Finished { lane: LaneId(said) })
    }
}
