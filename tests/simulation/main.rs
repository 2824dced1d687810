//! The whole agent in one thread, driven by a seed: files and a journal, rotation, half lines, crashes, commits that fail.
//! What must hold is conservation: every trace once, and with thinning the sum of what is sent and counted.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails; the simulated clock begins at the machine's time"
)]

mod charged;
mod entries;
mod isolation;
mod world;

#[path = "../support/dice.rs"]
#[expect(dead_code, reason = "other suites use the rest")]
mod dice;
#[path = "../support/traces.rs"]
#[expect(dead_code, reason = "other suites use the rest")]
mod traces;

use std::time::Duration;

use dice::Dice;
use stacktail::os::Clock;
use world::{World, rotate};

const OFF: &str = "dedup_window = \"off\"\nrate_per_issue = \"off\"\nrate = \"off\"";
const SEEDS: u64 = 3;

/// What the log and the journal have printed so far.
struct Printer {
    printed: u64,
    /// Lines of a trace that the log still owes.
    owed: Vec<String>,
    /// Lines of a trace that a container prints slowly to stderr, while stdout goes on.
    slow: Vec<String>,
    rotations: u64,
}

impl Printer {
    fn step(&mut self, world: &World, dice: &mut Dice) {
        let now = world.clock.now().wall;
        if dice.within(0, 12) == 0 {
            self.slow_line(world);
        }
        match dice.within(0, 13) {
            0..3 => {
                self.finish(world);
                self.owed = traces::python(dice.within(0, 40) as u32, self.printed, now);
                self.printed += 1;
                // Not the header alone: a rotation behind it would part it from its trace, and nothing is read back
                // into the file before.
                let some = dice.within(2, self.owed.len() as u64) as usize;
                world.print(&traces::text(&self.owed.drain(..some).collect::<Vec<_>>()));
            }
            3..5 => self.finish(world),
            5 => {
                self.finish(world);
                world.print(&(traces::ordinary(self.printed, now) + "\n"));
            }
            6..8 => {
                let lines = traces::python(dice.within(0, 40) as u32, self.printed, now);
                self.printed += 1;
                let between = traces::ordinary(self.printed, now);
                let (head, rest) = lines.split_at(dice.within(1, lines.len() as u64) as usize);
                world.journal("101", head);
                world.journal("202", std::slice::from_ref(&between));
                world.journal("101", rest);
                world.journal("101", &[between]);
            }
            8 if world.log().exists() => {
                rotate(&world.log(), self.rotations);
                self.rotations += 1;
                world.print("");
            }
            9..12 => {
                let mut lines = traces::python(dice.within(0, 40) as u32, self.printed, now);
                self.printed += 1;
                lines.push(traces::ordinary(self.printed, now));
                let (head, rest) = lines.split_at(dice.within(0, lines.len() as u64) as usize);
                world.print_pod("stdout", head);
                self.slow_line(world);
                world.print_pod("stdout", rest);
                let much = dice.within(0, 8) == 0;
                let fill = if much { dice.within(0, 1_500) } else { 0 };
                let fill: Vec<String> = (0..fill).map(|n| traces::ordinary(n, now)).collect();
                world.print_pod("stdout", &fill);
            }
            _ => {}
        }
    }

    /// The next line of the slow trace, or the beginning of the next one: with its header, which is looked for in the 64 KiB
    /// before it.
    fn slow_line(&mut self, world: &World) {
        let begins = self.slow.is_empty();
        if begins {
            let now = world.clock.now().wall;
            self.slow = traces::python(7, self.printed, now);
            self.printed += 1;
        }
        let lines = if begins { 2 } else { 1 };
        world.print_pod("stderr", &self.slow.drain(..lines).collect::<Vec<_>>());
    }

    fn finish(&mut self, world: &World) {
        world.print(&traces::text(&std::mem::take(&mut self.owed)));
    }

    fn finish_all(&mut self, world: &World) {
        self.finish(world);
        world.print_pod("stderr", &std::mem::take(&mut self.slow));
        let now = world.clock.now().wall;
        world.print(&(traces::ordinary(0, now) + "\n"));
        for stream in ["stdout", "stderr"] {
            world.print_pod(stream, &[traces::ordinary(0, now)]);
        }
    }
}

/// Prints, reads, crashes and fails by the seed; at the end everything has had its time.
fn run(seed: u64, settings: &str) -> (World, u64) {
    let mut world = World::new(seed, settings);
    let mut dice = Dice::new(seed);
    let mut printer = Printer {
        printed: 0,
        owed: Vec::new(),
        slow: Vec::new(),
        rotations: 0,
    };
    world.print("");
    world.start();
    // A file that was rotated before it was ever seen is nobody's.
    assert!(world.turn(), "seed {seed}: a commit failed");
    for _ in 0..400 {
        printer.step(&world, &mut dice);
        world
            .clock
            .advance(Duration::from_millis(dice.within(1, 40)));
        match dice.within(0, 40) {
            0 => {
                world.crash();
                world.start();
            }
            1 => refuse_commits(&mut world),
            2..4 => {
                // Down while both files grow, then gone again in the middle of the first turn.
                world.crash();
                for _ in 0..dice.within(1, 12) {
                    printer.step(&world, &mut dice);
                }
                for _ in 0..dice.within(1, 4) {
                    world.start();
                    for _ in 0..dice.within(0, 3) {
                        world.one_batch();
                    }
                    world.crash();
                }
                world.start();
            }
            _ => assert!(world.turn(), "seed {seed}: a commit failed"),
        }
    }
    printer.finish_all(&world);
    world.settle(200, Duration::from_millis(100));
    (world, printer.printed)
}

/// While another holds the state file's write lock no commit succeeds; then reading goes on.
fn refuse_commits(world: &mut World) {
    let other = rusqlite::Connection::open(world.state()).unwrap();
    other
        .execute_batch("CREATE TABLE IF NOT EXISTS outbox_gone (x); DROP TABLE outbox_gone;")
        .unwrap();
    other.execute_batch(REFUSE).unwrap();
    let _fails_if_there_was_something_to_commit = world.turn();
    other.execute_batch(ALLOW).unwrap();
}

/// Every insert that a commit makes fails.
const REFUSE: &str = "CREATE TRIGGER refuse_files BEFORE INSERT ON files BEGIN SELECT RAISE(ABORT, 'refused'); END;
     CREATE TRIGGER refuse_outbox BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'refused'); END;";
const ALLOW: &str = "DROP TRIGGER refuse_files; DROP TRIGGER refuse_outbox;";

#[test]
fn every_trace_of_files_and_journal_is_sent_once() {
    for seed in 0..SEEDS {
        let (world, printed) = run(seed, OFF);
        let sent = world.sent();
        let missing: Vec<u64> = (0..printed)
            .filter(|occurrence| !sent.contains_key(occurrence))
            .collect();
        let twice: Vec<(u64, u64)> = sent.into_iter().filter(|(_, times)| *times != 1).collect();
        assert!(
            missing.is_empty(),
            "seed {seed}: never sent {missing:?} of {printed}; {:?}",
            world.ledger()
        );
        assert!(
            twice.is_empty(),
            "seed {seed}: sent more than once {twice:?}; missing {missing:?}"
        );
    }
}

#[test]
fn thinned_what_is_sent_and_what_is_counted_make_what_was_printed() {
    for seed in 0..SEEDS {
        let settings = "dedup_window = \"2s\"\nrate_per_issue = \"3/min\"\nrate = \"40/min\"";
        let (world, printed) = run(seed, settings);
        let sent: u64 = world.sent().values().sum();
        let counted = world.counted();
        assert_eq!(
            sent + counted,
            printed,
            "seed {seed}: sent {sent}, counted {counted}; {:?}",
            world.ledger()
        );
        assert!(
            (world.sent().len() as u64) < printed,
            "seed {seed}: nothing was thinned"
        );
    }
}
