//! One file or pipe, read once from its first byte to its last. In: bytes in order. Out: pieces of whole lines, in UTF-8 where
//! the first bytes say that they are UTF-16.
//!
//! Keeps the piece given last, so that what stands before a hit can be read back from a pipe as well.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;

use super::wide::Wide;
use super::{
    AppIx, FileCheckpoint, Hold, Input, Lane, LaneId, LastLine, Loss, LossReason, Origin, Piece,
    Source,
};
use crate::bounds::{CHUNK_BYTES, LINE_BYTES_MAX};
use crate::config::Writing;
use crate::os::Now;
use crate::os::stream::ByteStream;

/// The only lane there is.
const LANE: LaneId = LaneId(0);

/// Reads a stream once.
#[derive(Debug)]
pub struct Stream {
    bytes: ByteStream,
    lane: Lane,
    uid: [u8; 16],
    modified: Option<Timestamp>,
    /// What makes UTF-8 of it, where it is UTF-16.
    wide: Option<Wide>,
    /// The first bytes were looked at.
    begun: bool,
    /// Offset of the next byte to be given.
    offset: u64,
    /// The beginning of a line whose end was not read yet.
    carry: Vec<u8>,
    /// The piece given before the one at hand, and where it begins.
    previous: Vec<u8>,
    previous_at: u64,
    given_at: u64,
    state: State,
    cut_bytes: u64,
    error: Option<io::Error>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Lines,
    /// Behind the bound of a line: the rest of it is passed over.
    Passing,
    Ended,
    Finished,
}

impl Stream {
    /// A source of this stream, shown to people as `path`.
    #[must_use]
    pub fn new(stream: ByteStream, path: PathBuf) -> Self {
        Self {
            modified: stream.modified(),
            bytes: stream,
            uid: [0; 16],
            lane: Lane {
                path: path.into(),
                apps: vec![0],
                writing: Writing::default(),
            },
            wide: None,
            begun: false,
            offset: 0,
            carry: Vec::new(),
            previous: Vec::new(),
            previous_at: 0,
            given_at: 0,
            state: State::Lines,
            cut_bytes: 0,
            error: None,
        }
    }

    /// The same stream, of lines that are written like this.
    #[must_use]
    pub fn written(mut self, how: Writing) -> Self {
        self.lane.writing = how;
        self
    }

    /// The same stream under an identity, which the ids of its events are made of.
    #[must_use]
    pub fn known_as(mut self, uid: [u8; 16]) -> Self {
        self.uid = uid;
        self
    }

    /// Its only origin.
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin {
            uid: self.uid,
            generation: 0,
        }
    }

    /// Why reading ended before the end, if it did.
    pub fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    /// Reads more; how many bytes came, 0 at the end.
    fn more(&mut self, bytes: &mut Vec<u8>) -> io::Result<usize> {
        if !self.begun {
            self.begun = true;
            let from = bytes.len();
            // A pipe may give a byte at a time.
            while bytes.len() < from + 4 && self.bytes.read_more(bytes, CHUNK_BYTES)? > 0 {}
            self.wide = Wide::of(bytes.get(from..).unwrap_or_default());
            let Some(wide) = &mut self.wide else {
                return Ok(bytes.len() - from);
            };
            let raw = bytes.split_off(from);
            wide.push(&raw, bytes);
            if bytes.len() > from {
                return Ok(bytes.len() - from);
            }
        }
        let Some(wide) = &mut self.wide else {
            return self.bytes.read_more(bytes, CHUNK_BYTES);
        };
        let from = bytes.len();
        let mut raw = Vec::new();
        while bytes.len() == from {
            raw.clear();
            if self.bytes.read_more(&mut raw, CHUNK_BYTES)? == 0 {
                wide.finish(bytes);
                break;
            }
            wide.push(&raw, bytes);
        }
        Ok(bytes.len() - from)
    }

    /// Reads until `bytes` holds a line's end, is longer than a line may be, or the stream ends. Gives the end of its last
    /// whole line.
    fn fill(&mut self, bytes: &mut Vec<u8>) -> Option<usize> {
        // Behind a line that was cut, whole lines may be there already.
        if let Some(newline) = memchr::memrchr(b'\n', bytes) {
            return Some(newline + 1);
        }
        loop {
            let unsearched = bytes.len();
            let came = match self.more(bytes) {
                Ok(came) => came,
                Err(error) => {
                    self.error = Some(error);
                    0
                }
            };
            if came == 0 {
                self.state = State::Ended;
                return None;
            }
            let new = bytes.get(unsearched..).unwrap_or_default();
            if let Some(newline) = memchr::memrchr(b'\n', new) {
                return Some(unsearched + newline + 1);
            }
            if bytes.len() > LINE_BYTES_MAX {
                return None;
            }
        }
    }

    /// Passes over the rest of a cut line.
    fn pass(&mut self, bytes: &mut Vec<u8>) {
        while self.state == State::Passing {
            if bytes.is_empty() {
                match self.more(bytes) {
                    Ok(0) => self.state = State::Ended,
                    Ok(_) => {}
                    Err(error) => {
                        self.error = Some(error);
                        self.state = State::Ended;
                    }
                }
            }
            let newline = memchr::memchr(b'\n', bytes);
            let passed = newline.map_or(bytes.len(), |at| at + 1);
            bytes.drain(..passed);
            self.offset += passed as u64;
            self.cut_bytes += passed as u64;
            if newline.is_some() {
                self.state = State::Lines;
            }
        }
    }

    fn piece(&mut self, bytes: &[u8], last: LastLine, now: Now) -> Option<Piece> {
        if bytes.is_empty() {
            return None;
        }
        let offset = self.offset;
        self.given_at = offset;
        self.offset += bytes.len() as u64;
        Some(Piece::Bytes {
            lane: LANE,
            origin: self.origin(),
            offset,
            last,
            modified: self.modified.unwrap_or(now.wall),
        })
    }
}

impl Source for Stream {
    fn next(&mut self, now: Now, _: &dyn Fn(AppIx) -> bool, input: &mut Input) -> Option<Piece> {
        let bytes = &mut input.bytes;
        std::mem::swap(&mut self.previous, bytes);
        self.previous_at = self.given_at;
        bytes.clear();
        bytes.append(&mut self.carry);
        self.pass(bytes);
        let whole = match self.state {
            State::Finished => return None,
            State::Ended => None,
            State::Lines | State::Passing => self.fill(bytes),
        };
        let (len, last) = match whole {
            Some(end) => (end, LastLine::Whole),
            None if bytes.len() > LINE_BYTES_MAX => {
                self.state = if self.state == State::Ended {
                    State::Ended
                } else {
                    State::Passing
                };
                (LINE_BYTES_MAX, LastLine::Cut)
            }
            None => (bytes.len(), LastLine::Unterminated),
        };
        self.carry
            .extend_from_slice(bytes.get(len..).unwrap_or_default());
        bytes.truncate(len);
        self.piece(bytes, last, now).or_else(|| {
            self.state = State::Finished;
            Some(Piece::Finished { lane: LANE })
        })
    }

    fn due(&self, _: Now) -> Option<Duration> {
        None
    }

    fn poke(&mut self, _: LaneId) {}

    fn lane(&self, _: LaneId) -> Option<&Lane> {
        Some(&self.lane)
    }

    fn read_back(&mut self, _: Origin, before: u64, max: usize, bytes: &mut Vec<u8>) {
        bytes.clear();
        let end = usize::try_from(before.saturating_sub(self.previous_at)).unwrap_or(usize::MAX);
        if let Some(known) = self.previous.get(..end) {
            bytes.extend_from_slice(known.get(end.saturating_sub(max)..).unwrap_or_default());
        }
    }

    fn stored_hold(&self, _: Origin) -> Hold {
        Hold::default()
    }

    fn checkpoint(&mut self, _: &dyn Fn(Origin) -> Option<Hold>) -> Vec<FileCheckpoint> {
        Vec::new()
    }

    fn forgotten(&mut self) -> Vec<Origin> {
        Vec::new()
    }

    fn committed(&mut self) {}

    fn rewind(&mut self) {}

    fn losses(&mut self) -> Vec<Loss> {
        let quantity = std::mem::take(&mut self.cut_bytes);
        let loss = Loss {
            app: None,
            reason: LossReason::LineCutBytes,
            quantity,
        };
        if quantity > 0 { vec![loss] } else { Vec::new() }
    }

    fn problems(&mut self) -> Vec<String> {
        let error = self.error.take();
        let path = self.lane.path.display();
        error
            .map(|error| format!("{path}: reading ended before its end: {error}"))
            .into_iter()
            .collect()
    }

    fn done(&self) -> bool {
        self.state == State::Finished
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pieces of a file as (offset, length, last line).
    fn pieces(bytes: &[u8]) -> (Vec<(u64, usize, LastLine)>, u64) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.log");
        std::fs::write(&path, bytes).unwrap();
        let mut stream = Stream::new(ByteStream::open(&path).unwrap(), path);
        let now = Now {
            wall: Timestamp::UNIX_EPOCH,
            mono: Duration::ZERO,
        };
        let (mut input, mut given) = (Input::default(), Vec::new());
        while let Some(piece) = stream.next(now, &|_| false, &mut input) {
            if let Piece::Bytes { offset, last, .. } = piece {
                let at = usize::try_from(offset).unwrap();
                assert_eq!(input.bytes, bytes[at..at + input.bytes.len()]);
                given.push((offset, input.bytes.len(), last));
                let mut back = Vec::new();
                stream.read_back(stream.origin(), offset, 16, &mut back);
                assert_eq!(back, bytes[at - back.len()..at]);
            }
        }
        assert!(stream.done());
        (given, stream.losses().iter().map(|l| l.quantity).sum())
    }

    #[test]
    fn pieces_are_whole_lines_and_the_last_may_be_half() {
        let log = "a line of some length\n".repeat(40_000) + "half";
        let (given, cut) = pieces(log.as_bytes());
        assert!(given.len() > 2);
        assert_eq!(
            given.iter().map(|(_, len, _)| len).sum::<usize>(),
            log.len()
        );
        assert_eq!(given.last().unwrap().2, LastLine::Unterminated);
        assert_eq!((given[0].2, cut), (LastLine::Whole, 0));
    }

    #[test]
    fn a_giant_line_is_cut_and_reading_goes_on_behind_it() {
        let mut log = vec![b'x'; 3 << 20];
        log.extend(b"\nnext\nlast\n");
        let (given, cut) = pieces(&log);
        let behind = (3 << 20) + 1;
        assert_eq!(
            given,
            [
                (0, LINE_BYTES_MAX, LastLine::Cut),
                (behind, 10, LastLine::Whole)
            ]
        );
        assert_eq!(cut, behind - LINE_BYTES_MAX as u64);
    }

    #[test]
    fn an_empty_file_is_nothing() {
        assert_eq!(pieces(b"").0, []);
    }

    #[test]
    fn utf_16_is_given_as_utf_8_at_its_places() {
        let text = "\u{feff}first\r\nsecond ä\r\nlast";
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wide.log");
        std::fs::write(&path, &bytes).unwrap();
        let mut stream = Stream::new(ByteStream::open(&path).unwrap(), path);
        let now = Now {
            wall: Timestamp::UNIX_EPOCH,
            mono: Duration::ZERO,
        };
        let (mut input, mut all) = (Input::default(), Vec::new());
        while let Some(piece) = stream.next(now, &|_| false, &mut input) {
            if let Piece::Bytes { offset, .. } = piece {
                assert_eq!(offset, all.len() as u64);
                all.extend_from_slice(&input.bytes);
            }
        }
        assert_eq!(
            (all.len(), stream.offset),
            (bytes.len(), bytes.len() as u64)
        );
        let second = &all[2 * "\u{feff}first\r\n".encode_utf16().count()..];
        let second = String::from_utf8_lossy(second.split(|b| *b == b'\n').next().unwrap());
        assert_eq!(second.trim_start_matches('\0'), "second ä\r");
    }
}
