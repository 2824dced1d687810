//! A journal in memory, read as libsystemd reads one: what a restart, a vacuum, a second sequence and damage come to.

use std::cell::RefCell;
use std::io;
use std::os::fd::BorrowedFd;
use std::rc::Rc;
use std::time::Duration;

use jiff::Timestamp;

use super::{JournalSource, Mode, Picker, Reader, SeekTo, StoredJournal};
use crate::config::Journal;
use crate::os::Now;
use crate::os::journal::EntryId;
use crate::source::{
    FileCheckpoint, Hold, Input, JournalCursor, LaneId, Loss, LossReason, Origin, Piece, Source,
};

/// An entry: its sequence, its number, its text.
type Line = (u8, u64, String);

/// Entries in the order in which libsystemd gives them.
#[derive(Default)]
struct Disk {
    lines: Vec<Line>,
    /// Files that are there and that the reader was not told of: their lines.
    unseen: Vec<Line>,
    /// Further calls of `next` fail.
    failing: u32,
    opened: u64,
}

/// The sequence of what was removed.
const GONE: u8 = 0;

fn is_there(line: &Line) -> bool {
    line.0 != GONE
}

struct Memory {
    disk: Rc<RefCell<Disk>>,
    /// Before this line.
    at: usize,
}

fn id(line: &Line) -> EntryId {
    EntryId {
        sequence: [line.0; 16],
        number: line.1,
        realtime: 1_790_000_000_000_000,
    }
}

impl Memory {
    fn cursor_of(line: &Line) -> String {
        format!("{};{}", line.0, line.1)
    }
}

impl Reader for Memory {
    fn seek(&mut self, to: SeekTo<'_>) -> io::Result<Option<EntryId>> {
        let mut disk = self.disk.borrow_mut();
        disk.opened += 1;
        let (at, last) = match to {
            SeekTo::Head => (0, None),
            SeekTo::Tail => {
                let last = disk.lines.iter().rposition(is_there);
                (
                    last.map_or(0, |at| at + 1),
                    last.map(|at| id(&disk.lines[at])),
                )
            }
            SeekTo::Cursor(cursor) => {
                let (sequence, number) = cursor
                    .split_once(';')
                    .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
                let (sequence, number): (u8, u64) =
                    (sequence.parse().unwrap(), number.parse().unwrap());
                let found = disk
                    .lines
                    .iter()
                    .position(|line| is_there(line) && (line.0, line.1) >= (sequence, number));
                (found.unwrap_or(disk.lines.len()), None)
            }
        };
        self.at = at;
        Ok(last)
    }

    fn next(&mut self) -> io::Result<Option<EntryId>> {
        let mut disk = self.disk.borrow_mut();
        if disk.failing > 0 {
            disk.failing -= 1;
            return Err(io::Error::other("bad message"));
        }
        let rest = disk.lines.get(self.at..).unwrap_or_default();
        let Some(next) = rest.iter().position(is_there) else {
            return Ok(None);
        };
        let line = id(&rest[next]);
        self.at += next + 1;
        Ok(Some(line))
    }

    fn back(&mut self, count: usize, covered: &dyn Fn(EntryId) -> bool) -> io::Result<()> {
        let disk = self.disk.borrow();
        let before = (0..self.at).rev().filter(|at| is_there(&disk.lines[*at]));
        let is_covered = |at: &usize| covered(id(&disk.lines[*at]));
        let first = before.take(count).take_while(is_covered).last();
        self.at = first.unwrap_or(self.at);
        Ok(())
    }

    fn fields(&mut self, each: &mut dyn FnMut(&[u8], &[u8])) -> io::Result<()> {
        let disk = self.disk.borrow();
        let text = &disk.lines[self.at - 1].2;
        each(b"MESSAGE", text.as_bytes());
        if text != "nobody's" {
            each(b"_SYSTEMD_UNIT", b"shop.service");
        }
        Ok(())
    }

    fn cursor(&mut self) -> io::Result<String> {
        let disk = self.disk.borrow();
        let at = self
            .at
            .checked_sub(1)
            .ok_or_else(|| io::Error::other("none"))?;
        Ok(Self::cursor_of(&disk.lines[at]))
    }

    fn last(&mut self) -> io::Result<Option<EntryId>> {
        self.seek(SeekTo::Tail)
    }

    fn has_news(&mut self) -> io::Result<bool> {
        let mut disk = self.disk.borrow_mut();
        let unseen = std::mem::take(&mut disk.unseen);
        let news = !unseen.is_empty();
        disk.lines.extend(unseen);
        if news {
            let place = |line: &Line| (line.0, line.1);
            disk.lines.sort_by_key(place);
        }
        Ok(news)
    }

    fn fd(&self) -> Option<(BorrowedFd<'_>, u64)> {
        None
    }
}

/// A journal, its reader, and the store of what was committed.
struct Run {
    disk: Rc<RefCell<Disk>>,
    source: JournalSource,
    cursor: Option<String>,
    rows: Vec<FileCheckpoint>,
    now: Now,
}

fn source(disk: &Rc<RefCell<Disk>>, stored: StoredJournal, once: bool) -> JournalSource {
    let reader = Memory {
        disk: Rc::clone(disk),
        at: 0,
    };
    let mut picker = Picker::new(None);
    let units = vec!["shop.service".to_owned()];
    picker.add(
        0,
        &Journal {
            units,
            ..Journal::default()
        },
    );
    JournalSource::new(
        "journal",
        Box::new(reader),
        picker,
        stored,
        Mode {
            once,
            sees_all: true,
        },
    )
}

impl Run {
    fn new(once: bool) -> Self {
        let disk = Rc::default();
        Self {
            source: source(&disk, StoredJournal::default(), once),
            disk,
            cursor: None,
            rows: Vec::new(),
            now: Now {
                wall: Timestamp::UNIX_EPOCH,
                mono: Duration::ZERO,
            },
        }
    }

    /// Numbers `from..to` of a sequence.
    fn write(&self, sequence: u8, numbers: std::ops::Range<u64>) {
        let lines = numbers.map(|n| (sequence, n, format!("{sequence}:{n}")));
        self.disk.borrow_mut().lines.extend(lines);
    }

    /// Everything that is given now: texts, with their lanes.
    fn read(&mut self) -> Vec<(u32, String)> {
        let mut input = Input::default();
        let mut given = Vec::new();
        self.now.mono += Duration::from_mins(1);
        loop {
            self.source.poke(LaneId(0));
            match self.source.next(self.now, &|_| false, &mut input) {
                Some(Piece::Entries { lane, .. }) => {
                    let texts = input.entries.iter();
                    let text = |e: &crate::source::Entry| String::from_utf8(e.message.clone());
                    given.extend(texts.map(|e| (lane.0, text(e).unwrap())));
                }
                None if self.source.due(self.now) == Some(self.now.mono) => {}
                _ => return given,
            }
        }
    }

    fn texts(&mut self) -> Vec<String> {
        self.read().into_iter().map(|(_, text)| text).collect()
    }

    fn commit(&mut self, hold: &dyn Fn(Origin) -> Hold) {
        for row in self.source.checkpoint(&|origin| Some(hold(origin))) {
            self.rows.retain(|known| known.origin != row.origin);
            self.rows.push(row);
        }
        for JournalCursor { cursor, .. } in self.source.cursors() {
            self.cursor = Some(cursor);
        }
        self.source.committed();
    }

    fn commit_all(&mut self) {
        self.commit(&|_| Hold::default());
    }

    fn restart(&mut self) {
        let stored = StoredJournal {
            cursor: self.cursor.clone(),
            rows: self.rows.clone(),
        };
        self.source = source(&self.disk, stored, false);
    }

    fn vacuum(&self, sequence: u8, before: u64) {
        let mut disk = self.disk.borrow_mut();
        let lines = disk.lines.iter_mut();
        for line in lines.filter(|line| line.0 == sequence && line.1 < before) {
            line.0 = GONE;
        }
    }
}

fn named(sequence: u8, numbers: std::ops::Range<u64>) -> Vec<String> {
    numbers.map(|n| format!("{sequence}:{n}")).collect()
}

#[test]
fn at_first_sight_only_what_comes_is_read_and_with_once_everything() {
    let mut run = Run::new(false);
    run.write(1, 1..5);
    assert!(run.texts().is_empty());
    run.write(1, 5..8);
    assert_eq!(run.texts(), named(1, 5..8));
    assert!(run.source.losses().is_empty());
    let mut once = Run::new(true);
    once.write(1, 3..900);
    assert_eq!(once.texts(), named(1, 3..900));
    assert!(once.source.losses().is_empty());
}

#[test]
fn a_restart_goes_on_behind_what_is_covered_and_knows_what_stood_before() {
    let mut run = Run::new(false);
    run.texts();
    run.write(1, 1..600);
    assert_eq!(run.texts().len(), 599);
    run.commit_all();
    run.write(1, 600..610);
    run.restart();
    assert_eq!(run.texts(), named(1, 600..610));
    let origin = Origin {
        uid: [1; 16],
        generation: 0,
    };
    let back = |nth| run.source.entry_back(origin, 600, nth).map(|e| e.number);
    assert_eq!((back(0), back(200)), (Some(599), Some(399)));
}

#[test]
fn an_open_record_is_read_again_and_what_came_before_it_is_not() {
    let mut run = Run::new(false);
    run.texts();
    run.write(1, 1..700);
    run.texts();
    run.commit(&|_| Hold {
        oldest_open: Some(650),
        ..Hold::default()
    });
    assert_eq!(run.rows[0].position, 650);
    run.restart();
    assert_eq!(run.texts(), named(1, 650..700));
}

#[test]
fn what_was_not_committed_is_given_again() {
    let mut run = Run::new(false);
    run.texts();
    run.commit_all();
    run.write(1, 1..50);
    assert_eq!(run.texts().len(), 49);
    run.source.rewind();
    assert_eq!(run.texts(), named(1, 1..50));
}

#[test]
fn vacuumed_entries_are_counted_to_the_number() {
    let vacuumed = |quantity| {
        vec![Loss {
            app: None,
            reason: LossReason::Vacuumed,
            quantity,
        }]
    };
    let mut run = Run::new(false);
    run.texts();
    run.write(1, 1..101);
    run.texts();
    run.commit_all();
    run.write(1, 101..301);
    run.vacuum(1, 251);
    assert_eq!(run.texts(), named(1, 251..301), "while it runs");
    assert_eq!(run.source.losses(), vacuumed(150));
    run.commit_all();
    run.write(1, 301..401);
    run.vacuum(1, 331);
    run.restart();
    assert_eq!(run.texts(), named(1, 331..401), "over a restart");
    assert_eq!(run.source.losses(), vacuumed(30));
}

#[test]
fn a_gap_that_a_new_file_fills_is_none() {
    let mut run = Run::new(false);
    run.texts();
    run.write(1, 1..5);
    run.write(1, 8..10);
    let file = named(1, 5..8).into_iter().zip(5..);
    let lines = file.map(|(text, n)| (1, n, text));
    // It is there, and the reader is told of it only when it asks once more.
    run.source.listen(run.now);
    run.disk.borrow_mut().unseen = lines.collect();
    let mut input = Input::default();
    run.disk.borrow_mut().failing = 0;
    let taken = run.source.turn(run.now, &mut input.entries);
    assert!(taken.is_some());
    let numbers: Vec<u64> = input.entries.iter().map(|e| e.number).collect();
    assert_eq!(numbers, (1..10).collect::<Vec<_>>());
    assert!(run.source.losses().is_empty());
}

#[test]
fn a_sequence_that_follows_continues_the_lane_and_one_that_comes_back_has_its_own() {
    let mut run = Run::new(true);
    run.write(1, 1..3);
    run.write(2, 1..3);
    run.write(1, 3..5);
    run.write(2, 3..4);
    let lanes: Vec<u32> = run.read().into_iter().map(|(lane, _)| lane).collect();
    assert_eq!(lanes, [0, 0, 0, 0, 1, 1, 0]);
}

#[test]
fn entries_of_nobody_move_the_position_all_the_same() {
    let mut run = Run::new(false);
    run.texts();
    let nobodys = (1..40_000).map(|n| (1, n, "nobody's".to_owned()));
    run.disk.borrow_mut().lines.extend(nobodys);
    assert!(run.texts().is_empty());
    assert!(run.source.changed());
    run.commit_all();
    assert_eq!(run.rows[0].position, 40_000);
    assert_eq!(run.cursor.as_deref(), Some("1;39999"));
    run.commit_all();
    assert!(!run.source.changed());
}

#[test]
fn a_journal_that_fails_is_opened_anew_and_nothing_is_given_twice() {
    let mut run = Run::new(false);
    run.texts();
    run.write(1, 1..10);
    run.texts();
    run.disk.borrow_mut().failing = 1;
    run.write(1, 10..20);
    assert_eq!(run.texts(), named(1, 10..20));
    assert!(run.source.problems().is_empty());
    run.disk.borrow_mut().failing = 9;
    run.write(1, 20..30);
    for _ in 0..20 {
        run.now.mono += Duration::from_secs(2);
        let given = run.texts();
        if !given.is_empty() {
            assert_eq!(given, named(1, 20..30));
            assert_eq!(
                run.source.problems().len(),
                2,
                "it fails, it can be read again"
            );
            return;
        }
    }
    panic!("it never came back");
}

#[test]
fn newer_entries_before_a_cursor_that_is_gone_are_found() {
    let mut run = Run::new(false);
    run.texts();
    run.write(5, 1..10);
    run.texts();
    run.commit_all();
    run.vacuum(5, 100);
    // The clock was set back: the new sequence stands before the old cursor.
    run.write(2, 1..4);
    run.restart();
    assert_eq!(run.texts(), named(2, 1..4));
    assert_eq!(run.source.problems().len(), 1);
}

#[test]
fn a_cursor_that_is_none_is_said_and_nothing_is_given_twice() {
    let mut run = Run::new(false);
    run.texts();
    run.write(1, 1..10);
    run.texts();
    run.commit_all();
    run.cursor = Some("garbage".to_owned());
    run.write(1, 10..12);
    run.restart();
    assert_eq!(run.texts(), named(1, 10..12));
    assert_eq!(run.source.problems().len(), 1);
}
