//! A source of files that are in memory, and ways to feed a pipeline from it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use stacktail::assemble::{Belief, Found, Lines, Record};
use stacktail::config::Writing;
use stacktail::language::LANGUAGES;
use stacktail::os::Now;
use stacktail::pipeline::{Pipeline, Settings};
use stacktail::source::{
    AppIx, Entry, FileCheckpoint, Hold, Input, Lane, LaneId, LastLine, Loss, Origin, Piece, Source,
};

pub(crate) const LANE: LaneId = LaneId(7);

pub(crate) fn origin(nth: u8) -> Origin {
    Origin {
        uid: [nth; 16],
        generation: 0,
    }
}

/// Files in memory; pieces are fed by hand.
pub(crate) struct Memory {
    pub(crate) files: HashMap<Origin, Vec<u8>>,
    pub(crate) stored: HashMap<Origin, Hold>,
    pub(crate) ring: Vec<Entry>,
    pub(crate) lane: Lane,
}

impl Memory {
    pub(crate) fn new() -> Self {
        Self {
            files: HashMap::new(),
            stored: HashMap::new(),
            ring: Vec::new(),
            lane: Lane {
                path: Path::new("/var/log/app.log").into(),
                apps: vec![0],
                writing: Writing {
                    timezone: Some("UTC".into()),
                    layout: None,
                },
            },
        }
    }

    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut memory = Self::new();
        memory.files.insert(origin(1), bytes.to_vec());
        memory
    }
}

impl Source for Memory {
    fn next(&mut self, _: Now, _: &dyn Fn(AppIx) -> bool, _: &mut Input) -> Option<Piece> {
        None
    }
    fn due(&self, _: Now) -> Option<Duration> {
        None
    }
    fn poke(&mut self, _: LaneId) {}
    fn lane(&self, _: LaneId) -> Option<&Lane> {
        Some(&self.lane)
    }
    fn read_back(&mut self, origin: Origin, before: u64, max: usize, bytes: &mut Vec<u8>) {
        bytes.clear();
        if let Some(file) = self.files.get(&origin) {
            let end = usize::try_from(before).unwrap().min(file.len());
            bytes.extend_from_slice(&file[end.saturating_sub(max)..end]);
        }
    }
    fn entry_back(&self, _: Origin, number: u64, nth: usize) -> Option<&Entry> {
        let mut before = self.ring.iter().rev().filter(|e| e.number < number);
        before.nth(nth)
    }
    fn stored_hold(&self, origin: Origin) -> Hold {
        self.stored.get(&origin).cloned().unwrap_or_default()
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
        Vec::new()
    }
}

pub(crate) fn pipeline() -> Pipeline {
    Pipeline::new(settings())
}

pub(crate) fn settings() -> Settings {
    Settings {
        languages: LANGUAGES,
        zone: TimeZone::UTC,
        belief: Belief::All,
        breadcrumbs: true,
        messages: Vec::new(),
    }
}

pub(crate) fn modified() -> Timestamp {
    "2026-11-20T16:00:00Z".parse().unwrap()
}

pub(crate) fn at(millis: u64) -> Now {
    let mono = Duration::from_millis(millis);
    Now {
        wall: modified().checked_add(mono).unwrap(),
        mono,
    }
}

pub(crate) fn piece(of: Origin, offset: usize, last: LastLine) -> Piece {
    Piece::Bytes {
        lane: LANE,
        origin: of,
        offset: offset as u64,
        last,
        modified: modified(),
    }
}

/// A pipeline and what it has found.
pub(crate) struct Run {
    pub(crate) pipeline: Pipeline,
    pub(crate) source: Memory,
    pub(crate) found: Found,
}

impl Run {
    pub(crate) fn of(source: Memory) -> Self {
        Self {
            pipeline: pipeline(),
            source,
            found: Found::default(),
        }
    }

    /// Feeds the bytes of a file from `from` to `to`, which must be line ends or the file's.
    pub(crate) fn feed(&mut self, of: Origin, from: usize, to: usize) {
        self.feed_at(of, from, to, 0);
    }

    pub(crate) fn feed_at(&mut self, of: Origin, from: usize, to: usize, millis: u64) {
        let bytes = self.source.files[&of][from..to].to_vec();
        let last = match bytes.last() {
            Some(b'\n') | None => LastLine::Whole,
            Some(_) => LastLine::Unterminated,
        };
        let input = Input {
            room: 0,
            bytes,
            entries: Vec::new(),
        };
        let piece = piece(of, from, last);
        self.pipeline.feed(
            &piece,
            &input,
            &mut self.source,
            at(millis),
            &mut self.found,
        );
    }

    pub(crate) fn entries(&mut self, entries: Vec<Entry>) {
        let input = Input {
            room: 0,
            bytes: Vec::new(),
            entries,
        };
        let piece = Piece::Entries {
            lane: LANE,
            origin: origin(1),
        };
        self.pipeline
            .feed(&piece, &input, &mut self.source, at(0), &mut self.found);
    }

    pub(crate) fn tell(&mut self, piece: &Piece, millis: u64) {
        self.pipeline.feed(
            piece,
            &Input::default(),
            &mut self.source,
            at(millis),
            &mut self.found,
        );
    }

    pub(crate) fn finish(mut self) -> Found {
        self.tell(&Piece::Finished { lane: LANE }, 0);
        self.found
    }
}

/// Ends of all lines, the file's included.
pub(crate) fn line_ends(bytes: &[u8]) -> Vec<usize> {
    let mut ends: Vec<usize> = (0..bytes.len())
        .filter(|at| bytes[*at] == b'\n')
        .map(|at| at + 1)
        .collect();
    if ends.last() != Some(&bytes.len()) && !bytes.is_empty() {
        ends.push(bytes.len());
    }
    ends
}

/// All records of a file, fed in pieces that end at the given line ends.
pub(crate) fn records_cut(bytes: &[u8], cuts: &[usize]) -> Found {
    let mut run = Run::of(Memory::of(bytes));
    let mut from = 0;
    for &to in cuts.iter().chain([&bytes.len()]) {
        if to > from {
            run.feed(origin(1), from, to);
            from = to;
        }
    }
    run.finish()
}

pub(crate) fn records(bytes: &[u8]) -> Vec<Record> {
    records_cut(bytes, &[]).records
}

pub(crate) fn text(lines: &Lines) -> Vec<String> {
    let texts = lines.texts().into_iter();
    texts.map(Cow::into_owned).collect()
}
