//! Real logrotate in every mode: of the traces whose lines all lie on the disk, none is lost and none comes twice.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::relay;
use crate::rotwriter::{Compress, FRAMES, Mode, RotWriter, Rotation, Truth};
use crate::support::home::{Agent, Home, THINNING_OFF};
use crate::support::sink::Sink;
use crate::support::wait::pass;
use crate::support::{state, traces};

const SOON: Duration = Duration::from_secs(15);
const RATE: f64 = 250.0;
/// Traces that the agent reads before it goes away.
const READ: u32 = 100;
const CREATE: Rotation = Rotation {
    mode: Mode::Create,
    compress: Compress::No,
    dateext: false,
    reopen: true,
};
const COPY: Rotation = Rotation {
    mode: Mode::CopyTruncate,
    ..CREATE
};
const NOCREATE: Rotation = Rotation {
    mode: Mode::NoCreate,
    ..CREATE
};

/// Every mode of rotation, by name.
fn modes() -> Vec<(&'static str, Rotation)> {
    vec![
        ("create", CREATE),
        ("create gz", CREATE.gz()),
        ("create delay", CREATE.delay()),
        ("create dateext", CREATE.dateext()),
        ("create no-reopen", CREATE.no_reopen()),
        ("create no-reopen gz", CREATE.no_reopen().gz()),
        ("nocreate", NOCREATE),
        ("nocreate gz", NOCREATE.gz()),
        ("nocreate delay", NOCREATE.delay()),
        ("copytruncate", COPY),
        ("copytruncate gz", COPY.gz()),
        ("copytruncate delay", COPY.delay()),
        ("copytruncate dateext", COPY.dateext()),
    ]
}

fn every(rotation: Rotation) -> Duration {
    // The date's suffix has seconds: a faster pace would only be refused.
    Duration::from_millis(if rotation.dateext { 1_100 } else { 200 })
}

#[test]
fn running_beside_logrotate() {
    for (name, rotation) in modes() {
        Case::new(name, rotation, "app.log")
            .run(|writer| writer.write_while_rotating(600, RATE, every(rotation)));
    }
}

#[test]
fn running_with_a_glob_that_matches_the_copies() {
    for (name, rotation) in [("create app.log*", CREATE), ("copytruncate app.log*", COPY)] {
        Case::new(name, rotation, "app.log*")
            .run(|writer| writer.write_while_rotating(600, RATE, every(rotation)));
    }
}

#[test]
fn running_with_a_busy_second_core() {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                std::hint::spin_loop();
            }
        });
        for (name, rotation) in [
            ("busy create", CREATE),
            ("busy nocreate", NOCREATE),
            ("busy copytruncate", COPY),
        ] {
            Case::new(name, rotation, "app.log")
                .run(|writer| writer.write_while_rotating(600, RATE, every(rotation)));
        }
        over.store(true, Ordering::Relaxed);
    });
}

/// One log, one app, one receiver.
struct Case {
    name: &'static str,
    home: Home,
    sink: Sink,
    writer: RotWriter,
}

impl Case {
    fn new(name: &'static str, rotation: Rotation, glob: &str) -> Self {
        let (home, sink) = (Home::new(), Sink::start());
        home.app("app", &sink.dsn(1), glob, THINNING_OFF);
        let writer = RotWriter::new(&home.log(""), rotation);
        Self {
            name,
            home,
            sink,
            writer,
        }
    }

    /// The agent runs all the while.
    fn run(mut self, write: impl FnOnce(&mut RotWriter)) {
        let agent = self.home.start();
        // A file that was rotated before the agent ever saw it is nobody's.
        self.writer.write(1, RATE);
        assert!(self.sink.wait_for(1, SOON), "{}", self.home.said());
        write(&mut self.writer);
        self.finish(agent);
    }

    /// Waits for all that can come, stops, checks.
    fn finish(self, agent: Agent) {
        let truth = self.writer.truth();
        self.sink.wait_for(truth.whole.len(), SOON);
        assert!(agent.stop().0.success(), "{}", self.home.said());
        self.check(&truth);
    }

    /// Whole traces exactly once, all others at most once.
    fn check(&self, truth: &Truth) {
        let events = self.sink.events();
        let mut arrived: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for event in &events {
            let number = traces::distinct_of(&event.event);
            let number = number.unwrap_or_else(|| {
                let (name, log) = (self.name, self.home.said());
                panic!("{name}: never printed: {:#}\n{log}", event.event)
            });
            arrived
                .entry(number)
                .or_default()
                .push(traces::frames_of(&event.event));
        }
        let lost: Vec<u32> = truth
            .whole
            .iter()
            .copied()
            .filter(|number| !arrived.contains_key(number))
            .collect();
        let twice: Vec<u32> = arrived
            .iter()
            .filter(|(_, frames)| frames.len() > 1)
            .map(|(number, _)| *number)
            .collect();
        let torn: Vec<u32> = arrived
            .iter()
            .filter(|(number, frames)| truth.whole.contains(number) && frames[0] != FRAMES)
            .map(|(number, _)| *number)
            .collect();
        let Self { name, home, .. } = self;
        println!(
            "{name:22} printed {:5} whole on disk {:5} rotations {:3} arrived {:5} lost {} twice {} torn {}",
            truth.printed,
            truth.whole.len(),
            truth.rotations,
            arrived.len(),
            lost.len(),
            twice.len(),
            torn.len()
        );
        assert!(truth.rotations >= 2, "{name}: logrotate hardly ran");
        let fine = lost.is_empty() && twice.is_empty() && torn.is_empty();
        assert!(
            fine,
            "{name}: lost {lost:?} twice {twice:?} torn {torn:?}\n{:?}\n{}",
            state::ledger(home),
            home.said()
        );
        relay::accepts(name, events.iter().map(|arrived| &arrived.event));
    }
}

/// The agent reads 100 traces, is away for two rotations, and is back. How many bytes it had read when it went.
fn away(name: &'static str, rotation: Rotation) -> (Case, Agent, u64) {
    let mut case = Case::new(name, rotation, "app.log");
    let agent = case.home.start();
    case.writer.write(READ, RATE);
    assert!(
        case.sink.wait_for(READ as usize, SOON),
        "{name}:\n{}",
        case.home.said()
    );
    assert!(agent.stop().0.success());
    let read = fs::metadata(case.home.log("app.log")).unwrap().len();
    for _ in 0..2 {
        case.writer.write(100, 1_000.0);
        if rotation.dateext {
            pass(Duration::from_millis(1_100));
        }
        case.writer.rotate();
    }
    case.writer.write(100, 1_000.0);
    let agent = case.home.start();
    case.writer.write(100, RATE);
    (case, agent, read)
}

#[test]
fn stopped_across_two_rotations() {
    let modes = [
        ("away create", CREATE),
        ("away create dateext", CREATE.dateext()),
        ("away create no-reopen", CREATE.no_reopen()),
        ("away nocreate", NOCREATE),
        ("away copytruncate", COPY),
        ("away copytruncate dateext", COPY.dateext()),
    ];
    for (name, rotation) in modes {
        let (case, agent, _) = away(name, rotation);
        case.finish(agent);
    }
}

#[test]
fn stopped_across_two_rotations_that_compress_the_loss_is_counted() {
    let modes = [
        ("away create gz", CREATE),
        ("away create no-reopen gz", CREATE.no_reopen()),
        ("away copytruncate gz", COPY),
    ];
    for (name, rotation) in modes {
        let (case, agent, read) = away(name, rotation.gz());
        let unread = case.writer.compressed_bytes() - read;
        let truth = case.writer.truth();
        let lost: BTreeSet<u32> = case
            .writer
            .only_compressed()
            .into_iter()
            .filter(|&number| number >= READ)
            .collect();
        case.sink.wait_for(truth.whole.len() - lost.len(), SOON);
        assert!(agent.stop().0.success());
        let counted = state::dropped(&case.home, "app", &["compressed_bytes"]);
        println!("{name:22} unread in .gz {unread} bytes, in the ledger {counted}");
        assert_eq!(counted, unread, "{name}: {:?}", state::ledger(&case.home));
        case.check(&Truth {
            whole: truth.whole.difference(&lost).copied().collect(),
            ..truth
        });
    }
}

#[test]
fn a_renamed_log_lies_on_the_disk_whole() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = RotWriter::new(folder.path(), CREATE.gz().delay());
    writer.write_while_rotating(200, RATE, every(CREATE));
    let truth = writer.truth();
    assert!(truth.rotations >= 2);
    assert_eq!(truth.whole.len(), 200);
}
