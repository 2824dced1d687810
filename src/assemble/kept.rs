//! The lines of one record, bounded. In: line after line. Out: the first and the last of them.
//!
//! Both ends are kept: the beginning says where the trace comes from, the end names the exception.

use std::collections::VecDeque;

use super::Lines;
use crate::bounds::{RECORD_BYTES_MAX, RECORD_LINES_MAX};

#[derive(Debug, Default)]
pub(super) struct Kept {
    head: Lines,
    tail: VecDeque<Vec<u8>>,
    head_bytes: usize,
    tail_bytes: usize,
    head_full: bool,
    dropped: u64,
}

/// What an allocated line costs besides its bytes.
const LINE_COST: usize = 24;

impl Kept {
    pub(super) fn push(&mut self, line: &[u8]) {
        let cost = line.len() + LINE_COST;
        let fits = self.head_bytes + cost <= RECORD_BYTES_MAX / 2;
        if !self.head_full && fits && self.head.len() < RECORD_LINES_MAX / 2 {
            self.head_bytes += cost;
            self.head.push(line);
            return;
        }
        self.head_full = true;
        self.tail_bytes += cost;
        self.tail.push_back(line.to_vec());
        while self.tail.len() > 1
            && (self.tail.len() > RECORD_LINES_MAX / 2 || self.tail_bytes > RECORD_BYTES_MAX / 2)
        {
            if let Some(old) = self.tail.pop_front() {
                self.tail_bytes -= old.len() + LINE_COST;
                self.dropped += 1;
            }
        }
    }

    /// What the lines cost in memory.
    pub(super) fn bytes(&self) -> usize {
        self.head_bytes + self.tail_bytes
    }

    /// The lines, and how many are missing between the two ends.
    pub(super) fn into_lines(mut self) -> (Lines, u64) {
        for line in &self.tail {
            self.head.push(line);
        }
        (self.head, self.dropped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_record_is_whole() {
        let mut kept = Kept::default();
        for n in 0..RECORD_LINES_MAX {
            kept.push(n.to_string().as_bytes());
        }
        let (lines, dropped) = kept.into_lines();
        assert_eq!((lines.len(), dropped), (RECORD_LINES_MAX, 0));
        assert_eq!(lines.last().unwrap(), b"1999");
    }

    #[test]
    fn a_long_record_keeps_both_ends() {
        let mut kept = Kept::default();
        for n in 0..100_000 {
            kept.push(n.to_string().as_bytes());
        }
        assert!(kept.bytes() < RECORD_BYTES_MAX);
        let (lines, dropped) = kept.into_lines();
        assert_eq!((lines.len(), dropped), (RECORD_LINES_MAX, 98_000));
        assert_eq!(
            (lines.first().unwrap(), lines.last().unwrap()),
            (b"0".as_slice(), b"99999".as_slice())
        );
    }

    #[test]
    fn giant_lines_are_bounded_and_the_last_one_stays() {
        let mut kept = Kept::default();
        for _ in 0..10 {
            kept.push(&vec![b'x'; 1 << 20]);
            assert!(kept.bytes() <= RECORD_BYTES_MAX + (1 << 20));
        }
        kept.push(b"end");
        let (lines, _) = kept.into_lines();
        assert_eq!(lines.last().unwrap(), b"end");
    }
}
