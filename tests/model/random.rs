//! The tailer against a model of a log: random writes, rotations, deletions, restarts, failed commits. In the end every
//! line that was written was given exactly once, in the lives that were committed.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::bench::{Bench, Given, append, truncate};
use stacktail::os::Clock as _;
use stacktail::source::{FileState, LossReason, Origin};

const ROTATIONS_MAX: usize = 6;
const LINE_BYTES_MIN: u64 = 41;

struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

struct Model {
    bench: Bench,
    dice: Dice,
    log: Vec<String>,
    /// Lines written so far.
    written: u32,
    /// What is left to write of a line begun, and into which file.
    rest: Option<(String, String)>,
    /// Lines per file name.
    files: BTreeMap<String, BTreeSet<u32>>,
    /// Lines of files without a name that the running tailer still holds.
    unlinked: BTreeSet<u32>,
    /// Lines that no reader could see in time.
    excused: BTreeSet<u32>,
    committed: Vec<Given>,
    ticks: u64,
    /// A copy was made since the last tick.
    copied: bool,
}

impl Model {
    fn new(seed: u64, glob: &str) -> Self {
        let mut bench = Bench::new(&[glob]);
        bench.start();
        bench.commit();
        Self {
            bench,
            dice: Dice(seed),
            log: Vec::new(),
            written: 0,
            rest: None,
            files: BTreeMap::new(),
            unlinked: BTreeSet::new(),
            excused: BTreeSet::new(),
            committed: Vec::new(),
            ticks: 0,
            copied: false,
        }
    }

    fn running(&self) -> bool {
        self.bench.source.is_some()
    }

    fn write(&mut self, name: &str, text: &str) {
        let path = self.bench.path(name);
        append(&path, text.as_bytes());
        self.touch(name);
    }

    /// The model's own time, which rises with each change.
    fn touch(&mut self, name: &str) {
        let path = self.bench.path(name);
        self.ticks += 1;
        let time = self.bench.clock.now().wall + Duration::from_micros(self.ticks);
        let file = std::fs::File::options().write(true).open(path).unwrap();
        file.set_modified(time.into()).unwrap();
    }

    fn line(&mut self, name: &str) -> String {
        let number = self.written;
        self.written += 1;
        self.files
            .entry(name.to_owned())
            .or_default()
            .insert(number);
        // The number has an end, so that a torn one is not taken for another.
        format!("2026-11-21 a line of ordinary length #{number};\n")
    }

    fn finish_line(&mut self) {
        if let Some((name, rest)) = self.rest.take() {
            self.write(&name, &rest);
        }
    }

    fn append(&mut self) {
        self.finish_line();
        for _ in 0..=self.dice.below(4) {
            let text = self.line("app.log");
            self.write("app.log", &text);
        }
        if self.dice.below(4) == 0 {
            let text = self.line("app.log");
            let at = 1 + self.dice.below(text.len() as u64 - 1) as usize;
            self.write("app.log", &text[..at]);
            self.rest = Some(("app.log".into(), text[at..].into()));
        }
    }

    /// Between a copy and the next rotation there is time for one read.
    fn tick(&mut self) {
        if self.running() && std::mem::take(&mut self.copied) {
            self.bench.pass_ms(25);
        }
    }

    /// Moves app.log.N to app.log.N+1; what falls off the end is deleted.
    fn shift(&mut self) {
        self.tick();
        for number in (1..=ROTATIONS_MAX).rev() {
            let (from, to) = (
                format!("app.log.{number}"),
                format!("app.log.{}", number + 1),
            );
            if !self.bench.path(&from).exists() {
                continue;
            }
            let lines = self.files.remove(&from).unwrap_or_default();
            if number == ROTATIONS_MAX {
                self.bench.remove(&from);
                self.gone(lines);
            } else {
                self.bench.rename(&from, &to);
                self.files.insert(to, lines);
            }
        }
    }

    /// A file lost its last name: who holds it open may read it still.
    fn gone(&mut self, lines: BTreeSet<u32>) {
        if self.running() {
            self.unlinked.extend(lines);
        } else {
            self.excused.extend(lines);
        }
    }

    fn rename(&mut self) {
        if !self.bench.path("app.log").exists() {
            return;
        }
        self.shift();
        self.bench.rename("app.log", "app.log.1");
        let lines = self.files.remove("app.log").unwrap_or_default();
        self.files.insert("app.log.1".into(), lines);
        if let Some((name, _)) = &mut self.rest {
            *name = "app.log.1".into();
        }
        if self.dice.below(2) == 0 {
            self.write("app.log", "");
        }
        if self.dice.below(3) == 0 && self.running() {
            // The writer has not opened the new file yet.
            self.finish_line();
            let text = self.line("app.log.1");
            self.write("app.log.1", &text);
        }
        self.finish_line();
    }

    fn copy_truncate(&mut self) {
        self.finish_line();
        if !self.bench.path("app.log").exists() {
            return;
        }
        self.shift();
        let text = std::fs::read_to_string(self.bench.path("app.log")).unwrap();
        self.write("app.log.1", &text);
        let lines = self.files.remove("app.log").unwrap_or_default();
        self.files.insert("app.log.1".into(), lines);
        if self.dice.below(3) == 0 && self.running() {
            self.bench.take();
        }
        truncate(&self.bench.path("app.log"));
        self.copied = true;
        self.touch("app.log");
    }

    fn delete(&mut self) {
        self.finish_line();
        if !self.running() || !self.bench.path("app.log").exists() {
            return;
        }
        self.tick();
        self.bench.take();
        let text = self.line("app.log");
        self.write("app.log", &text);
        self.bench.remove("app.log");
        let lines = self.files.remove("app.log").unwrap_or_default();
        self.gone(lines);
    }

    fn commit(&mut self) {
        self.bench.commit();
        self.committed.append(&mut self.bench.given);
    }

    fn stop(&mut self) {
        self.bench.source = None;
        self.bench.given.clear();
        // Nobody holds those any more.
        let unlinked = std::mem::take(&mut self.unlinked);
        self.excused.extend(unlinked);
    }

    /// If nothing is left of what the stored files held, nothing tells which rotated ones were never read.
    fn start(&mut self) {
        use sha2::Digest as _;
        let rows: Vec<_> = self.bench.stored.rows.values().collect();
        let known = self.files.keys().any(|name| {
            let text = std::fs::read(self.bench.path(name)).unwrap_or_default();
            rows.iter().any(|row| {
                let prefix = text.get(..row.prefix_len as usize);
                let hash = prefix.map(sha2::Sha256::digest);
                hash.is_some_and(|hash| row.prefix_len > 0 && hash.starts_with(&row.prefix_hash))
            })
        });
        if !known {
            let rotated = self.files.iter().filter(|(name, _)| *name != "app.log");
            let lines = rotated.flat_map(|(_, lines)| lines.iter().copied());
            self.excused.extend(lines);
        }
        self.bench.start();
    }

    fn step(&mut self) {
        let what = self.dice.below(20);
        self.log.push(format!("{what}"));
        match what {
            0..6 => self.append(),
            6 => self.rename(),
            7 => self.copy_truncate(),
            8 => self.delete(),
            9..11 if self.running() => self.commit(),
            11 if self.running() => {
                self.bench.fail_commit();
                self.bench.given.clear();
            }
            12 if self.running() => self.stop(),
            _ if !self.running() => self.start(),
            13..16 => self.bench.take(),
            16..19 => {
                let time = self.dice.below(3_000);
                self.bench.pass_ms(time);
            }
            _ => {
                let time = self.dice.below(100_000);
                self.bench.pass_ms(time);
            }
        }
        // Of a file that was rotated before anything of the log was stored, or after all of it was deleted and let go,
        // nothing can be known.
        let mut rows = self.bench.stored.rows.values();
        if self.running() && rows.all(|row| row.state == FileState::Done) {
            self.bench.take();
            self.commit();
        }
    }

    fn check(&mut self) -> Result<(), String> {
        self.finish_line();
        if !self.running() {
            self.start();
        }
        self.bench.pass_ms(40_000);
        self.bench.pass_ms(40_000);
        self.commit();
        // A deleted file is held for five minutes: commits that fail for longer lose it, and that is counted.
        let counted = self.bench.lost(LossReason::RotatedAwayBytes)
            + self.bench.lost(LossReason::DeletedBytes);
        let mut bytes: BTreeMap<Origin, BTreeMap<u64, Vec<u8>>> = BTreeMap::new();
        for given in &self.committed {
            let of = bytes.entry(given.origin).or_default();
            if of.insert(given.offset, given.bytes.clone()).is_some() {
                return Err(format!("{:?} at {} twice", given.origin, given.offset));
            }
        }
        let mut seen: BTreeSet<u32> = BTreeSet::new();
        for (origin, pieces) in bytes {
            let mut text = Vec::new();
            let mut end = 0;
            for (offset, piece) in pieces {
                if offset < end {
                    return Err(format!("{origin:?} at {offset} overlaps"));
                }
                end = offset + piece.len() as u64;
                text.extend(piece);
            }
            for line in String::from_utf8(text.clone()).unwrap().lines() {
                let number = line.strip_prefix("2026-11-21 a line of ordinary length #");
                let number = number.and_then(|number| number.strip_suffix(';'));
                let Some(number) = number.and_then(|number| number.parse().ok()) else {
                    // The rest of the line was in a file that nobody could read any more.
                    if (counted > 0 || !self.excused.is_empty()) && !text.ends_with(b"\n") {
                        continue;
                    }
                    return Err(format!("torn: {line:?} in {origin:?}"));
                };
                if !seen.insert(number) {
                    return Err(format!("line {number} twice"));
                }
            }
        }
        let missing: Vec<u32> = (0..self.written)
            .filter(|number| !seen.contains(number) && !self.excused.contains(number))
            .collect();
        let deleted = missing.iter().all(|number| self.unlinked.contains(number));
        if missing.is_empty() || deleted && missing.len() as u64 * LINE_BYTES_MIN <= counted {
            Ok(())
        } else {
            Err(format!("missing {missing:?} of {}", self.written))
        }
    }
}

fn run(seeds: std::ops::Range<u64>, glob: &str) {
    let mut wrong = Vec::new();
    for seed in seeds {
        let mut model = Model::new(seed, glob);
        for _ in 0..60 {
            model.step();
        }
        if let Err(error) = model.check() {
            wrong.push(format!(
                "{glob} seed {seed}: {error}\n  {}",
                model.log.join(" ")
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_line_is_given_once_when_only_the_log_matches() {
    run(0..75, "app.log");
}

#[test]
fn every_line_is_given_once_when_rotated_names_match_too() {
    run(1_000..1_075, "app.log*");
}
