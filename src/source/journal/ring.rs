//! Entries that were given already, for reading back. In: the pieces given before. Out: the entries before a number. Pieces go
//! round whole: what leaves the ring is filled again, its entries' buffers with it.

use std::collections::VecDeque;

use crate::bounds::{PIECE_ENTRIES_MAX, RING_BYTES_MAX, RING_ENTRIES_MAX};
use crate::source::{Entry, Origin};

/// The last entries of one sequence.
#[derive(Debug, Default)]
pub(super) struct Ring {
    origin: Option<Origin>,
    /// Oldest first.
    pieces: VecDeque<Given>,
    entries: usize,
    bytes: usize,
    /// Entries that are not needed any more.
    spare: Vec<Entry>,
}

/// Entries given one after another.
#[derive(Debug)]
struct Given {
    entries: Vec<Entry>,
    bytes: usize,
}

/// A piece that is being filled. Behind its entries stand old ones, whose place and buffers the next ones take.
#[derive(Debug, Default)]
pub(super) struct Filling {
    entries: Vec<Entry>,
    filled: usize,
}

impl Filling {
    /// The place of the next entry, which is empty. It is the piece's once it is [`kept`](Self::keep).
    pub(super) fn next(&mut self) -> Option<&mut Entry> {
        if self.filled == self.entries.len() {
            self.entries.push(Entry::default());
        }
        let entry = self.entries.get_mut(self.filled)?;
        let usual = RING_BYTES_MAX / RING_ENTRIES_MAX * 4;
        if entry.message.capacity() > usual {
            *entry = Entry::default();
        }
        entry.clear();
        Some(entry)
    }

    /// What stands in the next place is the piece's.
    pub(super) fn keep(&mut self) {
        self.filled += 1;
    }

    /// How many entries it has.
    pub(super) fn len(&self) -> usize {
        self.filled
    }

    /// The last of them.
    pub(super) fn last(&self) -> Option<&Entry> {
        self.entries.get(self.filled.checked_sub(1)?)
    }
}

impl Ring {
    /// An empty piece.
    pub(super) fn piece(&mut self) -> Filling {
        Filling {
            entries: std::mem::take(&mut self.spare),
            filled: 0,
        }
    }

    /// The entries of a piece that is filled.
    pub(super) fn filled(&mut self, piece: Filling) -> Vec<Entry> {
        let Filling {
            mut entries,
            filled,
        } = piece;
        if filled == 0 {
            self.spare = entries;
            return Vec::new();
        }
        if filled < entries.len() {
            self.spare = entries.split_off(filled);
        }
        entries
    }

    /// Takes over a piece that has been given.
    pub(super) fn take(&mut self, origin: Origin, mut piece: Vec<Entry>) {
        if self.origin != Some(origin) {
            self.clear();
            self.origin = Some(origin);
        }
        let bytes = piece.iter().map(bytes).sum();
        self.entries += piece.len();
        self.bytes += bytes;
        match self.pieces.back_mut() {
            Some(last) if last.is_small(piece.len(), bytes) => {
                last.entries.append(&mut piece);
                last.bytes += bytes;
            }
            _ => self.pieces.push_back(Given {
                entries: piece,
                bytes,
            }),
        }
        while self.entries > RING_ENTRIES_MAX || self.bytes > RING_BYTES_MAX {
            let Some(oldest) = self.pieces.pop_front() else {
                return;
            };
            self.entries -= oldest.entries.len();
            self.bytes -= oldest.bytes;
            if oldest.entries.len() > self.spare.len() {
                self.spare = oldest.entries;
            }
        }
    }

    /// The `nth` entry before `number`, 0 the nearest.
    pub(super) fn back(&self, origin: Origin, number: u64, mut nth: usize) -> Option<&Entry> {
        if self.origin != Some(origin) {
            return None;
        }
        for piece in self.pieces.iter().rev() {
            let before = piece.entries.partition_point(|entry| entry.number < number);
            if let Some(at) = before.checked_sub(nth + 1) {
                return piece.entries.get(at);
            }
            nth -= before;
        }
        None
    }

    /// Forgets them.
    pub(super) fn clear(&mut self) {
        self.pieces.clear();
        (self.entries, self.bytes) = (0, 0);
    }
}

impl Given {
    /// Can so many entries of so many bytes be put to it? A journal that is read as it grows gives pieces of few entries.
    fn is_small(&self, entries: usize, bytes: usize) -> bool {
        self.entries.len() + entries <= PIECE_ENTRIES_MAX
            && self.bytes + bytes <= RING_BYTES_MAX * PIECE_ENTRIES_MAX / RING_ENTRIES_MAX
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
        ring.take(ORIGIN, vec![entry(3, 1), entry(7, 1)]);
        ring.take(ORIGIN, vec![entry(9, 1)]);
        ring.take(
            ORIGIN,
            (10..10 + PIECE_ENTRIES_MAX as u64)
                .map(|n| entry(n, 1))
                .collect(),
        );
        let number = |before, nth| ring.back(ORIGIN, before, nth).map(|e| e.number);
        assert_eq!(
            (number(10, 0), number(9, 0), number(9, 1)),
            (Some(9), Some(7), Some(3))
        );
        assert_eq!((number(12, 2), number(12, 4)), (Some(9), Some(3)));
        assert_eq!((number(9, 2), number(3, 0)), (None, None));
        let other = Origin {
            uid: [2; 16],
            ..ORIGIN
        };
        assert_eq!(ring.back(other, 10, 0), None);
        ring.take(other, vec![entry(1, 1)]);
        assert_eq!(ring.back(ORIGIN, 10, 0), None);
    }

    #[test]
    fn it_is_bounded_in_entries_and_bytes() {
        let mut ring = Ring::default();
        let many = 2 * RING_ENTRIES_MAX as u64;
        for number in 0..many {
            ring.take(ORIGIN, vec![entry(number, 1)]);
            let there = ring.pieces.iter().map(|piece| piece.entries.len());
            assert_eq!(ring.entries, there.sum::<usize>());
            assert!(ring.entries <= RING_ENTRIES_MAX);
        }
        let most = RING_ENTRIES_MAX - PIECE_ENTRIES_MAX;
        assert!(ring.back(ORIGIN, many, most - 1).is_some());
        assert!(ring.back(ORIGIN, many, RING_ENTRIES_MAX).is_none());
        assert!(ring.pieces.len() <= 2 * RING_ENTRIES_MAX / PIECE_ENTRIES_MAX);
        for number in many..many + 100 {
            ring.take(ORIGIN, vec![entry(number, RING_BYTES_MAX / 10)]);
            assert!(ring.bytes <= RING_BYTES_MAX);
        }
        assert!(ring.back(ORIGIN, many + 100, 7).is_some());
        ring.take(ORIGIN, vec![entry(many + 100, RING_BYTES_MAX)]);
        assert_eq!((ring.entries, ring.bytes), (0, 0));
    }

    #[test]
    fn buffers_are_used_again_unless_they_are_large() {
        let mut ring = Ring::default();
        ring.take(ORIGIN, vec![entry(1, RING_BYTES_MAX), entry(2, 1)]);
        let mut piece = ring.piece();
        assert_eq!(piece.next().unwrap().message.capacity(), 0);
        piece.keep();
        assert!(piece.last().is_some_and(|entry| entry.message.is_empty()));
        assert!(piece.next().unwrap().message.capacity() > 0);
        assert_eq!((piece.len(), ring.filled(piece).len()), (1, 1));
        assert!(ring.piece().next().unwrap().message.capacity() > 0);
    }
}
