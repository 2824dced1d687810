//! Reading on. In: an open file and how far it was read. Out: its next whole lines.
//!
//! Keeps no line back: a line without its end stays in the file, and the next read begins at its first byte. Each read
//! begins a little before the position, so that the bytes there are compared with what was read then: a file that was
//! truncated and has grown past the position since is told by them, in the same system call.

use std::io;

use memchr::{memchr, memmem, memrchr};

use crate::bounds::{
    CHUNK_BYTES, CHUNK_BYTES_MIN, HALF_REREAD_BYTES_MAX, LINE_BYTES_MAX, TAIL_BYTES_MAX,
};
use crate::os::files::Handle;
use crate::source::LastLine;

/// How far a file was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cursor {
    /// Offset of the next byte to give.
    pub(super) position: u64,
    /// The bytes right before it.
    pub(super) tail: Vec<u8>,
    /// It stands inside a line that was cut.
    pub(super) mid_line: bool,
    /// Bytes behind it that have no newline yet, as of the last read.
    pub(super) half: u64,
    /// All that lay before this was looked at by the last read, given or not.
    pub(super) seen: u64,
    /// UTF-16: its NULs are no hole.
    pub(super) wide: bool,
}

/// What a read gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The first `len` bytes of the buffer, from `offset`.
    Lines {
        offset: u64,
        len: usize,
        last: LastLine,
    },
    /// Nothing to give, but the position moved: that much of a cut line, or of a hole, was passed over.
    Passed { cut: u64, hole: u64 },
    /// No further whole line.
    End,
    /// The bytes before the position are not those that were read, or are not there.
    Replaced,
}

impl Cursor {
    /// A cursor at `position` of `file`.
    pub(super) fn at(file: &Handle, position: u64, mid_line: bool, wide: bool) -> io::Result<Self> {
        let len = position.min(TAIL_BYTES_MAX as u64);
        let mut tail = vec![0; len as usize];
        let count = file.read_at(&mut tail, position - len)?;
        if count < tail.len() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Self {
            position,
            tail,
            mid_line,
            half: 0,
            seen: position,
            wide,
        })
    }

    /// Reads on, about `room` bytes (0: a whole chunk). `flush`: a line without its end that has not grown since the last read
    /// is given too.
    pub(super) fn step(
        &mut self,
        file: &Handle,
        buffer: &mut Vec<u8>,
        room: usize,
        flush: bool,
    ) -> io::Result<Step> {
        let chunk = match room {
            0 => CHUNK_BYTES,
            room => room.clamp(CHUNK_BYTES_MIN, CHUNK_BYTES),
        };
        if self.half > HALF_REREAD_BYTES_MAX
            && !flush
            && file.facts()?.size == self.position + self.half
        {
            return Ok(Step::End);
        }
        // Never made shorter: filling it with zeros would cost more than the read.
        if buffer.len() < CHUNK_BYTES {
            buffer.resize(CHUNK_BYTES, 0);
        }
        let mut before = [0; TAIL_BYTES_MAX];
        let before = before.get_mut(..self.tail.len()).unwrap_or_default();
        let from = self.position - before.len() as u64;
        let room = buffer.get_mut(..chunk).unwrap_or_default();
        let count = file.read_two_at(before, room, from)?;
        if count < self.tail.len() || before != self.tail {
            return Ok(Step::Replaced);
        }
        let count = count - before.len();
        self.seen = self.position + count as u64;
        let found = buffer.get(..count).unwrap_or_default();
        match found.first() {
            None => {
                self.half = 0;
                Ok(Step::End)
            }
            Some(_) if self.mid_line => Ok(self.skip_line(found)),
            Some(0) if !self.wide => Ok(self.skip_hole(file, found, chunk)),
            Some(_) => self.lines(file, buffer, (count, chunk), flush),
        }
    }

    /// The rest of a cut line.
    fn skip_line(&mut self, buffer: &[u8]) -> Step {
        let end = memchr(b'\n', buffer);
        let (cut, len) = end.map_or((buffer.len(), buffer.len()), |end| (end, end + 1));
        self.mid_line = end.is_none();
        self.advance(buffer.get(..len).unwrap_or_default());
        Step::Passed {
            cut: cut as u64,
            hole: 0,
        }
    }

    /// NULs where a line should begin: a hole that a writer without `O_APPEND` left. One that reaches the end of the file
    /// stays, since a writer that reserves space ahead will fill it.
    fn skip_hole(&mut self, file: &Handle, buffer: &[u8], chunk: usize) -> Step {
        let start = self.position;
        let whole_chunk = buffer.len() == chunk;
        if let Some(len) = buffer.iter().position(|byte| *byte != 0) {
            self.advance(buffer.get(..len).unwrap_or_default());
        } else {
            let size = file.facts().map_or(self.seen, |facts| facts.size);
            match file.next_data(start) {
                Some(data) if data > start => {
                    let zeros = (data - start).min(TAIL_BYTES_MAX as u64) as usize;
                    self.advance(buffer.get(..zeros).unwrap_or_default());
                    self.position = data;
                }
                Some(_) if whole_chunk && file.next_data(start + buffer.len() as u64).is_some() => {
                    self.advance(buffer);
                }
                _ => {
                    self.seen = self.seen.max(size);
                    return Step::End;
                }
            }
        }
        Step::Passed {
            cut: 0,
            hole: self.position - start,
        }
    }

    /// Whole lines of the `count` bytes read of a `chunk`, or of more where the first line is longer.
    fn lines(
        &mut self,
        file: &Handle,
        buffer: &mut Vec<u8>,
        (mut count, chunk): (usize, usize),
        flush: bool,
    ) -> io::Result<Step> {
        let mut end = memrchr(b'\n', buffer.get(..count).unwrap_or_default());
        let mut more = count == chunk;
        while end.is_none() && more && count < LINE_BYTES_MAX {
            let most = (count + CHUNK_BYTES).min(LINE_BYTES_MAX);
            if buffer.len() < most {
                buffer.resize(most, 0);
            }
            let room = buffer.get_mut(count..most).unwrap_or_default();
            let fresh = file.read_at(room, self.position + count as u64)?;
            more = fresh == room.len();
            end = memrchr(b'\n', room.get(..fresh).unwrap_or_default()).map(|end| count + end);
            count += fresh;
        }
        let found = buffer.get(..count).unwrap_or_default();
        let (len, last) = match end {
            Some(end) => (self.before_hole(found, end + 1), LastLine::Whole),
            None if count >= LINE_BYTES_MAX => (LINE_BYTES_MAX, LastLine::Cut),
            None if flush && count as u64 == self.half => (count, LastLine::Unterminated),
            None => {
                self.half = count as u64;
                self.seen = self.position + self.half;
                return Ok(Step::End);
            }
        };
        let offset = self.position;
        self.advance(buffer.get(..len).unwrap_or_default());
        self.mid_line = last == LastLine::Cut;
        Ok(Step::Lines { offset, len, last })
    }

    /// Where the lines end: at `end`, or earlier where a line begins with NULs.
    fn before_hole(&self, buffer: &[u8], end: usize) -> usize {
        let lines = buffer.get(..end).unwrap_or(buffer);
        if self.wide {
            return lines.len();
        }
        memmem::find(lines, b"\n\0").map_or(lines.len(), |at| at + 1)
    }

    fn advance(&mut self, given: &[u8]) {
        self.position += given.len() as u64;
        self.half = 0;
        let keep = given.len().min(TAIL_BYTES_MAX);
        let surplus = (self.tail.len() + keep).saturating_sub(TAIL_BYTES_MAX);
        self.tail.drain(..surplus);
        let from = given.len() - keep;
        self.tail
            .extend_from_slice(given.get(from..).unwrap_or_default());
    }
}

/// Does the file begin with a byte order mark of UTF-16?
pub(super) fn is_wide(prefix: &[u8]) -> bool {
    prefix.starts_with(b"\xff\xfe") || prefix.starts_with(b"\xfe\xff")
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::os::unix::fs::FileExt as _;

    use super::*;
    use crate::os::files;

    struct Log {
        _dir: tempfile::TempDir,
        file: std::fs::File,
        handle: Handle,
        cursor: Cursor,
        buffer: Vec<u8>,
    }

    fn log(text: &[u8]) -> Log {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        let mut file = std::fs::File::create(&path).unwrap();
        file.write_all(text).unwrap();
        Log {
            handle: files::open(&path, false).unwrap().0,
            _dir: dir,
            file,
            cursor: Cursor::default(),
            buffer: Vec::new(),
        }
    }

    impl Log {
        fn step(&mut self, flush: bool) -> (Step, Vec<u8>) {
            let step = self
                .cursor
                .step(&self.handle, &mut self.buffer, 0, flush)
                .unwrap();
            let len = match step {
                Step::Lines { len, .. } => len,
                _ => 0,
            };
            (step, self.buffer[..len].to_vec())
        }
    }

    #[test]
    fn half_a_line_waits_and_is_given_whole_or_when_flushed() {
        let mut log = log(b"one\ntw");
        assert_eq!(log.step(false).1, b"one\n");
        assert_eq!(log.step(false).0, Step::End);
        log.file.write_all(b"o\nthree").unwrap();
        assert_eq!(log.step(true).1, b"two\n");
        assert_eq!(log.step(true).0, Step::End);
        let (step, bytes) = log.step(true);
        assert_eq!(bytes, b"three");
        let last = LastLine::Unterminated;
        let expected = Step::Lines {
            offset: 8,
            len: 5,
            last,
        };
        assert_eq!(step, expected);
    }

    #[test]
    fn a_file_that_was_truncated_and_grew_past_the_position_is_told() {
        let mut log = log(b"one\ntwo\n");
        log.step(false);
        log.file.set_len(0).unwrap();
        assert_eq!(log.step(false).0, Step::Replaced);
        log.file.write_all_at(b"another one\nlonger\n", 0).unwrap();
        assert_eq!(log.step(false).0, Step::Replaced);
    }

    #[test]
    fn a_line_over_the_bound_is_cut_and_its_rest_counted() {
        let mut text = vec![b'x'; LINE_BYTES_MAX + CHUNK_BYTES + 10];
        text.extend_from_slice(b"\nnext\n");
        let mut log = log(&text);
        let (step, bytes) = log.step(false);
        assert_eq!(bytes.len(), LINE_BYTES_MAX);
        assert!(matches!(
            step,
            Step::Lines {
                last: LastLine::Cut,
                ..
            }
        ));
        assert!(log.cursor.mid_line);
        let (mut cut, mut bytes) = (0, Vec::new());
        while bytes.is_empty() {
            let (step, given) = log.step(false);
            bytes = given;
            if let Step::Passed { cut: more, .. } = step {
                cut += more;
            }
        }
        assert_eq!(cut, CHUNK_BYTES as u64 + 10);
        assert_eq!(bytes, b"next\n");
    }

    #[test]
    fn a_long_line_within_the_bound_is_given_whole() {
        let mut text = vec![b'x'; CHUNK_BYTES * 2 + 7];
        text.extend_from_slice(b"\nnext\nhalf");
        let mut log = log(&text);
        assert_eq!(log.step(false).1.len(), CHUNK_BYTES * 2 + 8 + 5);
        assert_eq!(log.step(false).0, Step::End);
        assert_eq!(log.cursor.half, 4);
    }

    #[test]
    fn a_hole_is_jumped_over_and_counted_but_not_one_at_the_end() {
        let mut log = log(b"one\n");
        log.step(false);
        let far = 3_000_000_000;
        log.file.write_all_at(b"two\n\0\0three\n", far).unwrap();
        let mut hole = 0;
        let mut given = Vec::new();
        for _ in 0..8 {
            let (step, bytes) = log.step(false);
            given.extend(bytes);
            if let Step::Passed { hole: more, .. } = step {
                hole += more;
            }
        }
        assert_eq!(hole, far - 4 + 2);
        assert_eq!(given, b"two\nthree\n");
        log.file.set_len(far + 4_000_000).unwrap();
        assert_eq!(log.step(false).0, Step::End);
    }
}
