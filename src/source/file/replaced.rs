//! The end of a generation. In: a file that no longer holds what was read of it, or that is not to be found. Out: the
//! next generation, and what the old one could not give.

use std::collections::BTreeSet;
use std::time::Duration;

use super::FileSource;
use super::resume::Gap;
use super::siblings::{self, Marks, Since};
use super::tail::{Key, Opened, Standing, TailId};
use crate::bounds;
use crate::os::Now;
use crate::os::files::Handle;
use crate::source::{LossReason, Origin};

impl FileSource {
    /// The file was truncated, and may have grown again since. What was not read of it may be in a copy: that is finished
    /// first, then what was rotated later, then the file as it is now.
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
        let (lane, path, origin) = (tail.lane, tail.path.clone(), tail.origin);
        let (standing, named_by) = (tail.standing, std::mem::take(&mut tail.named_by));
        let later = self.lanes.after(lane, id);
        self.finish_old(id, &opened.handle, now);
        let origin = Origin {
            uid: origin.uid,
            generation: self.next_generation(origin),
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
        self.lanes.last(lane, &later);
        self.wake_lane(lane, now.mono);
    }

    /// Finds the rest of a generation that its file does not hold any more.
    fn finish_old(&mut self, id: TailId, current: &Handle, now: Now) {
        let Some(tail) = self.tails.get(&id) else {
            return;
        };
        let (lane, own, size) = (tail.lane, tail.key, tail.size);
        let marks = tail.unsure.unwrap_or_else(|| Marks::of_tail(tail));
        let prefix = tail.prefix.clone();
        let log = self.lanes.log_of(tail).clone();
        let siblings = siblings::of(&log);
        let may = |key: Key| {
            let known = self.by_key.get(&key).and_then(|id| self.tails.get(id));
            key != own && known.is_none_or(|tail| tail.standing == Standing::Copy)
        };
        let holder = siblings::holder(&siblings, &marks, Some(&prefix), &may);
        let claimed = BTreeSet::from([own]);
        let gap = |since| Gap {
            lane,
            log: &log,
            current: Some(current),
            siblings: &siblings,
            since,
            claimed: &claimed,
        };
        if let Some((path, opened)) = holder {
            let since = Since::of(&opened.facts);
            if let Some(copy) = self.by_key.get(&Key::of(&opened.facts)).copied() {
                self.forget_copy(copy);
            }
            self.waiting.remove(&path);
            self.rebase(id, &path, opened, now);
            self.over(&path);
            self.stands(id, &path, now);
            self.read_newer(&gap(since), now);
            return;
        }
        if let Some((path, opened)) = self.held_copy(&marks) {
            // Its compressed twin has the same time of change, and is not newer.
            let since = Since {
                birth: Some(i64::MAX),
                ..Since::of(&opened.facts)
            };
            self.rebase(id, &path, opened, now);
            if let Some(tail) = self.tails.get_mut(&id) {
                tail.standing = Standing::Moved;
            }
            self.read_newer(&gap(since), now);
            return;
        }
        let since = self.account_for(lane, &log, &marks, Some(size), &siblings);
        self.let_go(id, now);
        if let Some(since) = since {
            self.read_newer(&gap(since), now);
        }
    }

    /// What was taken for a copy stands for the log itself now.
    fn forget_copy(&mut self, id: TailId) {
        let Some(tail) = self.tails.remove(&id) else {
            return;
        };
        self.by_origin.remove(&tail.origin);
        self.by_key.remove(&tail.key);
        self.commit.forgotten.push(tail.origin);
        for path in tail.named_by {
            if let Some(slot) = self.slots.get_mut(&path) {
                slot.tail = None;
            }
        }
    }

    /// One more than any generation known of the file.
    pub(super) fn next_generation(&self, after: Origin) -> u32 {
        let last = Origin {
            generation: u32::MAX,
            ..after
        };
        let known = self.by_origin.range(after..=last).next_back();
        let known = known.map_or(after.generation, |(origin, _)| origin.generation);
        known.saturating_add(1)
    }

    /// Its file is not to be found any more.
    pub(super) fn vanished(&mut self, id: TailId, now: Now) {
        let Some(tail) = self.tails.get(&id) else {
            return;
        };
        let (lane, size, marks) = (tail.lane, tail.size, Marks::of_tail(tail));
        if tail.unread() > 0 {
            let log = self.lanes.log_of(tail).clone();
            let siblings = siblings::of(&log);
            self.account_for(lane, &log, &marks, Some(size), &siblings);
        }
        self.let_go(id, now);
    }

    /// A deleted file is held until it was silent for a while at its end, or a bound is reached.
    pub(super) fn let_go_if_due(&mut self, id: TailId, now: Now) {
        let Some(tail) = self.tails.get_mut(&id) else {
            return;
        };
        let Standing::Deleted { held } = tail.standing else {
            return;
        };
        // What came since the last read would be lost too.
        if let Some(Ok(facts)) = tail.handle.as_ref().map(Handle::facts) {
            tail.size = facts.size;
        }
        let silent = now.mono.saturating_sub(tail.last_bytes);
        let quiet = silent >= Duration::from_millis(bounds::DELETED_QUIET_MS_MAX);
        let read = tail.at_end && tail.unread() == 0 && tail.is_stored();
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
