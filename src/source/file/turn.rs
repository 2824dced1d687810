//! Turns. In: what is due. Out: one piece at a time.
//!
//! Of what is due, the file that was at its end longest ago comes first; each then has one chunk before any has a second,
//! so that a huge file delays the others by a chunk.

use std::io;
use std::time::Duration;

use super::FileSource;
use super::arrive;
use super::cursor::Step;
use super::tail::{Standing, Tail, TailId};
use super::trouble::{FileProblem, Trouble};
use crate::bounds;
use crate::os::Now;
use crate::os::files;
use crate::source::{AppIx, Input, LastLine, LossReason, Piece};

/// A read that failed is tried again after this long.
const RETRY_MS: u64 = 1_000;

impl FileSource {
    pub(super) fn next_piece(
        &mut self,
        now: Now,
        paused: &dyn Fn(AppIx) -> bool,
        input: &mut Input,
    ) -> Option<Piece> {
        self.hear(now, false);
        self.chores(now, paused);
        self.unpark(now, paused);
        let mut heard = false;
        for _ in 0..bounds::READ_TURNS_MAX {
            if let Some(piece) = self.said.pop_front() {
                return Some(piece);
            }
            let Some(id) = self.next_ready(now) else {
                if heard {
                    return None;
                }
                self.hear(now, true);
                heard = true;
                continue;
            };
            if let Some(piece) = self.turn(id, now, paused, input) {
                return Some(piece);
            }
        }
        self.said.pop_front()
    }

    /// The next of this round; a new round when it is over.
    fn next_ready(&mut self, now: Now) -> Option<TailId> {
        if self.ready.is_empty() {
            let mut round = Vec::new();
            while let Some((at, id)) = self.quiet.reads.first().copied() {
                if at > now.mono {
                    break;
                }
                self.quiet.reads.pop_first();
                if let Some(tail) = self.tails.get_mut(&id) {
                    tail.next_read = None;
                    round.push((tail.behind_since, id));
                }
            }
            round.sort_unstable();
            self.ready.extend(round.into_iter().map(|(_, id)| id));
        }
        self.ready.pop_front()
    }

    pub(super) fn is_paused(&self, id: TailId, paused: &dyn Fn(AppIx) -> bool) -> bool {
        let lane = self.tails.get(&id).map(|tail| tail.lane);
        let apps = lane.and_then(|lane| self.lanes.get(lane));
        apps.is_some_and(|state| {
            !state.lane.apps.is_empty() && state.lane.apps.iter().all(|app| paused(*app))
        })
    }

    fn unpark(&mut self, now: Now, paused: &dyn Fn(AppIx) -> bool) {
        if self.quiet.parked.is_empty() {
            return;
        }
        let parked = std::mem::take(&mut self.quiet.parked);
        for id in parked {
            if self.is_paused(id, paused) {
                self.quiet.parked.insert(id);
            } else {
                self.read_at(id, now.mono);
            }
        }
    }

    fn turn(
        &mut self,
        id: TailId,
        now: Now,
        paused: &dyn Fn(AppIx) -> bool,
        input: &mut Input,
    ) -> Option<Piece> {
        if self.is_blocked(id) {
            return None;
        }
        if self.is_paused(id, paused) {
            self.quiet.parked.insert(id);
            return None;
        }
        if !self.has_handle(id, now) {
            return None;
        }
        if self.tails.get(&id).is_some_and(|tail| tail.is_untouched()) {
            self.read_missed(id, now);
            if self.is_blocked(id) {
                return None;
            }
        }
        if self
            .tails
            .get_mut(&id)
            .is_some_and(|tail| tail.begins_otherwise())
        {
            self.replaced(id, now);
            return None;
        }
        let half = self.tails.get(&id)?.cursor.half;
        match self.step(id, now, input.room)? {
            Ok(Step::Lines { offset, len, last }) => self.give(id, offset, len, last, now, input),
            Ok(Step::Passed { cut, hole }) => {
                self.passed(id, cut, hole, now);
                None
            }
            Ok(Step::End) => {
                self.at_end(id, half, now);
                None
            }
            Ok(Step::Replaced) => {
                self.replaced(id, now);
                None
            }
            Err(error) => {
                self.tails.get_mut(&id)?.handle = None;
                self.not_now(id, &error.to_string(), now);
                None
            }
        }
    }

    /// Reads on. `None`: nothing to read, or what was read has to wait for a predecessor in its lane.
    fn step(&mut self, id: TailId, now: Now, room: usize) -> Option<io::Result<Step>> {
        let is_first = self.predecessors(id).is_none_or(<[_]>::is_empty);
        let tail = self.tails.get_mut(&id)?;
        let handle = tail.handle.as_ref()?;
        let silent = tail.silence(now) >= Duration::from_millis(bounds::FLUSH_WAIT_MS);
        let flush = tail.cursor.half > 0 && silent;
        let before = (!is_first).then(|| tail.cursor.clone());
        let step = tail.cursor.step(handle, &mut self.buffer, room, flush);
        if let (Some(before), Ok(Step::Lines { .. } | Step::Passed { .. })) = (before, &step)
            && self.predecessor_goes_on(id, now)
        {
            self.tails.get_mut(&id)?.cursor = before;
            return None;
        }
        Some(step)
    }

    /// It is there and cannot be read: said once, and tried again.
    fn not_now(&mut self, id: TailId, why: &str, now: Now) {
        let Some(tail) = self.tails.get_mut(&id) else {
            return;
        };
        let path = tail.path.clone();
        if !std::mem::replace(&mut tail.failing, true) {
            self.say(&path, Trouble::Unreadable(why.to_owned()));
        }
        self.quiet.hot.remove(&id);
        self.end_for_successors(id, now);
        self.read_at(id, now.mono + Duration::from_millis(RETRY_MS));
    }

    fn works_again(&mut self, id: TailId) {
        if let Some(tail) = self.tails.get_mut(&id)
            && std::mem::take(&mut tail.failing)
        {
            let path = tail.path.to_path_buf();
            self.problems.push(FileProblem { path, what: None });
        }
    }

    /// Opens it again if its handle was given back. If it is not to be found, it is gone.
    pub(super) fn has_handle(&mut self, id: TailId, now: Now) -> bool {
        let Some(tail) = self.tails.get_mut(&id) else {
            return false;
        };
        if tail.handle.is_some() {
            return true;
        }
        if tail.standing == Standing::Gone {
            return false;
        }
        let mut found = match arrive::open(&tail.path, tail.any_link) {
            Ok(opened) => Some(opened).filter(|opened| tail.is(&opened.facts)),
            Err(error) if is_closed_to_us(tail) => {
                self.not_now(id, &error.to_string(), now);
                return false;
            }
            Err(_) => None,
        };
        if found.is_none()
            && let Some(folder) = tail.path.parent()
        {
            let listed = files::list(folder).unwrap_or_default();
            found = listed
                .into_iter()
                .filter(|entry| entry.inode == tail.key.inode)
                .find_map(|entry| {
                    let path = folder.join(entry.name);
                    let opened = arrive::open(&path, false).ok()?;
                    tail.is(&opened.facts).then_some((path, opened))
                })
                .map(|(path, opened)| {
                    tail.path = path.into();
                    opened
                });
        }
        if let Some(opened) = found {
            tail.handle = Some(opened.handle);
            self.opened(id);
            true
        } else {
            self.vanished(id, now);
            false
        }
    }

    fn give(
        &mut self,
        id: TailId,
        offset: u64,
        len: usize,
        last: LastLine,
        now: Now,
        input: &mut Input,
    ) -> Option<Piece> {
        if len > bounds::COPIED_BYTES_MAX {
            std::mem::swap(&mut input.bytes, &mut self.buffer);
            input.bytes.truncate(len);
        } else {
            input.bytes.clear();
            let given = self.buffer.get(..len).unwrap_or_default();
            input.bytes.extend_from_slice(given);
        }
        let tail = self.tails.get_mut(&id)?;
        if let Some(Ok(facts)) = tail.handle.as_ref().map(files::Handle::facts) {
            tail.size = facts.size;
            tail.modified = facts.modified;
        }
        tail.grow_prefix();
        tail.last_bytes = now.mono;
        tail.at_end = false;
        let (lane, origin, modified) = (tail.lane, tail.origin, tail.modified);
        let more = tail.unread() > 0 || self.once;
        self.commit.touched.insert(id);
        self.works_again(id);
        if let Some(state) = self.lanes.get_mut(lane) {
            state.told_end = false;
            state.poked = false;
            state.finished = false;
            state.modified = state.modified.max(modified);
        }
        self.quiet.hot.insert(id);
        if more {
            self.read_soon(id, now.mono);
        } else {
            self.read_hot(id, now.mono);
        }
        Some(Piece::Bytes {
            lane,
            origin,
            offset,
            last,
            modified,
        })
    }

    fn passed(&mut self, id: TailId, cut: u64, hole: u64, now: Now) {
        let Some(tail) = self.tails.get_mut(&id) else {
            return;
        };
        tail.last_bytes = now.mono;
        tail.at_end = false;
        let lane = tail.lane;
        self.commit.touched.insert(id);
        self.lose(lane, LossReason::LineCutBytes, cut, true);
        self.lose(lane, LossReason::HoleBytes, hole, true);
        self.read_soon(id, now.mono);
    }

    fn at_end(&mut self, id: TailId, half_before: u64, now: Now) {
        self.works_again(id);
        let Some(tail) = self.tails.get_mut(&id) else {
            return;
        };
        let Some(Ok(facts)) = tail.handle.as_ref().map(files::Handle::facts) else {
            self.read_at(id, now.mono + Duration::from_millis(RETRY_MS));
            return;
        };
        if facts.size < tail.cursor.position {
            return self.replaced(id, now);
        }
        tail.size = facts.size;
        tail.modified = facts.modified;
        tail.behind_since = now.mono;
        if facts.links == 0 && tail.standing == Standing::Moved {
            tail.standing = Standing::Deleted {
                held: Duration::ZERO,
            };
        }
        if tail.cursor.half != half_before {
            tail.last_bytes = now.mono;
            if half_before == 0 {
                tail.half_since = now.mono;
            }
        }
        let half_for = now.mono.saturating_sub(tail.half_since);
        let silent = tail.silence(now) >= Duration::from_millis(bounds::FLUSH_WAIT_MS);
        let lane = tail.lane;
        tail.at_end = tail.cursor.half == 0;
        if !tail.at_end {
            if silent {
                self.read_soon(id, now.mono);
                return;
            }
            self.read_hot(id, now.mono);
            if half_for >= Duration::from_millis(bounds::FLUSH_UNFINISHED_WAIT_MS) {
                self.answer_poke(lane);
                self.end_for_successors(id, now);
            }
            return;
        }
        self.end_for_successors(id, now);
        if silent {
            self.read_when_told(id, now.mono);
        } else {
            self.read_hot(id, now.mono);
        }
        self.lane_end(lane, now);
    }
}

/// Does its path still name it, or hide what it names?
fn is_closed_to_us(tail: &Tail) -> bool {
    match files::facts(&tail.path) {
        Ok(facts) => tail.is(&facts),
        Err(error) => error.kind() == io::ErrorKind::PermissionDenied,
    }
}
