//! The end of a generation. In: a file that no longer holds what was read of it, or that is not to be found. Out: the
//! next generation, and what the old one could not give.

use std::time::Duration;

use super::FileSource;
use super::tail::{Opened, Standing, TailId};
use super::trouble::Trouble;
use crate::bounds;
use crate::os::Now;
use crate::source::{LossReason, Origin};

impl FileSource {
    /// The file was truncated, and may have grown again since.
    pub(super) fn replaced(&mut self, id: TailId, now: Now) {
        let Some(tail) = self.tails.get_mut(&id) else {
            return;
        };
        let Some(handle) = tail.handle.take() else {
            return;
        };
        let opened = handle.facts().and_then(|facts| Opened::new(handle, facts));
        let Ok(opened) = opened else {
            self.read_at(id, now.mono);
            return;
        };
        let (lane, path, named_by) = (
            tail.lane,
            tail.path.clone(),
            std::mem::take(&mut tail.named_by),
        );
        let standing = tail.standing;
        let uid = tail.origin.uid;
        let known = tail.unread();
        self.lose(lane, LossReason::RotatedAwayBytes, known, false);
        if known > 0 {
            self.say(&path, Trouble::RotatedAway { known });
        }
        self.let_go(id, now);
        let origin = Origin {
            uid,
            generation: self.next_generation(uid),
        };
        let next = self.add_tail(origin, lane, &path, opened, now);
        if let Some(tail) = self.tails.get_mut(&next) {
            tail.standing = standing;
            tail.named_by.clone_from(&named_by);
        }
        for path in named_by {
            if let Some(slot) = self.slots.get_mut(&path) {
                slot.tail = Some(next);
            }
        }
        self.wake_lane(lane, now.mono);
    }

    fn next_generation(&self, uid: [u8; 16]) -> u32 {
        let all = Origin { uid, generation: 0 }..=Origin {
            uid,
            generation: u32::MAX,
        };
        let last = self.by_origin.range(all).next_back();
        last.map_or(0, |(origin, _)| origin.generation.saturating_add(1))
    }

    /// Its file is not to be found any more.
    pub(super) fn vanished(&mut self, id: TailId, now: Now) {
        let Some(tail) = self.tails.get(&id) else {
            return;
        };
        let (lane, known, path) = (tail.lane, tail.unread(), tail.path.clone());
        self.lose(lane, LossReason::RotatedAwayBytes, known, false);
        if known > 0 {
            self.say(&path, Trouble::RotatedAway { known });
        }
        self.let_go(id, now);
    }

    /// A deleted file is held until it was silent for a while at its end, or a bound is reached.
    pub(super) fn let_go_if_due(&mut self, id: TailId, now: Now) {
        let Some(tail) = self.tails.get(&id) else {
            return;
        };
        let Standing::Deleted { held } = tail.standing else {
            return;
        };
        let silent = now.mono.saturating_sub(tail.last_bytes);
        let quiet = silent >= Duration::from_millis(bounds::DELETED_QUIET_MS_MAX);
        let read = tail.at_end && tail.cursor.half == 0;
        let large = tail.size > bounds::DELETED_HOLD_BYTES_MAX;
        let too_long = held >= Duration::from_millis(bounds::DELETED_HOLD_MS_MAX);
        let too_much = tail.unread() > bounds::DELETED_HOLD_BYTES_MAX;
        if (read && (quiet || large)) || too_long || too_much {
            let (lane, lost) = (tail.lane, tail.unread());
            self.lose(lane, LossReason::DeletedBytes, lost, false);
            self.let_go(id, now);
        }
    }

    /// Nothing more is read of it.
    pub(super) fn let_go(&mut self, id: TailId, now: Now) {
        let Some(tail) = self.tails.get_mut(&id) else {
            return;
        };
        tail.was_deleted = matches!(tail.standing, Standing::Deleted { .. });
        tail.standing = Standing::Gone;
        tail.handle = None;
        tail.ended = true;
        tail.at_end = true;
        let (lane, key, next) = (tail.lane, tail.key, tail.next_read.take());
        if let Some(next) = next {
            self.quiet.reads.remove(&(next, id));
        }
        self.quiet.hot.remove(&id);
        self.quiet.unwatched.remove(&id);
        self.quiet.parked.remove(&id);
        if self.by_key.get(&key) == Some(&id) {
            self.by_key.remove(&key);
        }
        self.commit.touched.insert(id);
        self.wake_lane(lane, now.mono);
        self.lane_end(lane, now);
    }
}
