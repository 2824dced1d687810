//! Entries that were given already, for reading back. In: the pieces given before. Out: the entries before a number. Their
//! buffers go round: what leaves the ring is filled again.

use std::collections::VecDeque;

use crate::bounds::{PIECE_ENTRIES_MAX, RING_BYTES_MAX, RING_ENTRIES_MAX};
use crate::source::{Entry, Origin};

/// The last entries of one sequence.
#[derive(Debug, Default)]
pub(super) struct Ring {
    origin: Option<Origin>,
    entries: VecDeque<Entry>,
    bytes: usize,
    spare: Vec<Entry>,
}

impl Ring {
    /// Takes over a piece that has been given.
    pub(super) fn take(&mut self, origin: Origin, piece: &mut Vec<Entry>) {
        if self.origin != Some(origin) {
            self.clear();
            self.origin = Some(origin);
        }
        for entry in piece.drain(..) {
            self.bytes += bytes(&entry);
            self.entries.push_back(entry);
        }
        while self.entries.len() > RING_ENTRIES_MAX || self.bytes > RING_BYTES_MAX {
            let Some(entry) = self.entries.pop_front() else {
                return;
            };
            self.bytes -= bytes(&entry);
            self.give_back(entry);
        }
    }

    /// An empty entry, its buffers from one that is not needed any more.
    pub(super) fn fresh(&mut self) -> Entry {
        let mut entry = self.spare.pop().unwrap_or_default();
        entry.clear();
        entry
    }

    /// Keeps an entry's buffers, unless they are large.
    pub(super) fn give_back(&mut self, entry: Entry) {
        let usual = RING_BYTES_MAX / RING_ENTRIES_MAX * 4;
        if self.spare.len() < 2 * PIECE_ENTRIES_MAX && entry.message.capacity() <= usual {
            self.spare.push(entry);
        }
    }

    /// The `nth` entry before `number`, 0 the nearest.
    pub(super) fn back(&self, origin: Origin, number: u64, nth: usize) -> Option<&Entry> {
        if self.origin != Some(origin) {
            return None;
        }
        let before = self.entries.partition_point(|entry| entry.number < number);
        self.entries.get(before.checked_sub(nth + 1)?)
    }

    /// Forgets them.
    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.bytes = 0;
    }
}

fn bytes(entry: &Entry) -> usize {
    entry.bytes() + entry.stream.len() + size_of::<Entry>()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: Origin = Origin {
        uid: [1; 16],
        generation: 0,
    };

    fn entry(number: u64, len: usize) -> Entry {
        Entry {
            number,
            message: vec![b'x'; len],
            ..Entry::default()
        }
    }

    #[test]
    fn what_was_given_is_found_backwards_and_only_in_its_sequence() {
        let mut ring = Ring::default();
        ring.take(ORIGIN, &mut vec![entry(3, 1), entry(7, 1), entry(9, 1)]);
        let number = |before, nth| ring.back(ORIGIN, before, nth).map(|e| e.number);
        assert_eq!(
            (number(10, 0), number(9, 0), number(9, 1)),
            (Some(9), Some(7), Some(3))
        );
        assert_eq!((number(9, 2), number(3, 0)), (None, None));
        let other = Origin {
            uid: [2; 16],
            ..ORIGIN
        };
        assert_eq!(ring.back(other, 10, 0), None);
        ring.take(other, &mut vec![entry(1, 1)]);
        assert_eq!(ring.back(ORIGIN, 10, 0), None);
    }

    #[test]
    fn it_is_bounded_in_entries_and_bytes_and_lends_its_buffers_again() {
        let mut ring = Ring::default();
        let many = RING_ENTRIES_MAX as u64 + 10;
        ring.take(ORIGIN, &mut (0..many).map(|n| entry(n, 1)).collect());
        assert!(ring.back(ORIGIN, many, RING_ENTRIES_MAX - 1).is_some());
        assert!(ring.back(ORIGIN, many, RING_ENTRIES_MAX).is_none());
        let fresh = ring.fresh();
        assert!(fresh.message.is_empty() && fresh.message.capacity() > 0);
        ring.take(ORIGIN, &mut vec![entry(many, RING_BYTES_MAX)]);
        assert!(ring.bytes <= RING_BYTES_MAX);
    }
}
