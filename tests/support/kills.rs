//! A writer that never stops, an agent that is killed again and again.
//!
//! Two apps. `pods` reads one CRI file in which stdout's traces stand between the lines of a stderr trace that stays
//! open for seconds; `web` reads a plain file that is rotated by rename, now and then in the middle of a trace and in
//! the middle of a line.

use std::collections::{BTreeSet, VecDeque};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::dice::Dice;
use super::home::Home;
use super::sink::Sink;
use super::state;
use super::traces;
use super::wait::{Pace, wait_until};

/// How much of everything.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// Lines in both files together, about.
    pub lines: u64,
    /// Distinct traces, each printed at least once.
    pub distinct: u32,
    /// Traces printed, repeats included.
    pub occurrences: u64,
    /// Traces a second.
    pub per_second: f64,
    /// How often the agent is killed meanwhile.
    pub kills: u32,
    /// Rotations of the plain file.
    pub rotations: u64,
    /// Steps over which one stderr trace is spread.
    pub open_steps: u64,
    /// Of everything random.
    pub seed: u64,
}

/// What was printed: the occurrence's number is its index, the value its distinct trace.
pub(crate) type Printed = Vec<u32>;

/// Runs the plan: writes, kills, restarts; at the end an agent is left to catch up and is stopped when `done` says so.
pub(crate) fn run(
    plan: Plan,
    home: &Home,
    sink: &Sink,
    settings: &str,
    done: impl Fn(&Sink) -> bool,
) -> Printed {
    home.app("pods", &sink.dsn(1), "pod.log", settings);
    home.app("web", &sink.dsn(2), "web.log", settings);
    let writer = write(plan, home);
    let mut dice = Dice::new(plan.seed ^ 0x6b69_6c6c);
    let seconds = plan.occurrences as f64 / plan.per_second;
    let mean_ms = (seconds * 1_000.0 / f64::from(plan.kills)) as u64;
    for _ in 0..plan.kills {
        let mut agent = home.start();
        let life = Duration::from_millis(dice.within(mean_ms / 4, mean_ms * 7 / 4));
        let ended = wait_until(life, || agent.ended().is_some());
        assert!(!ended, "the agent ended by itself:\n{}", home.said());
        agent.kill();
    }
    let last = home.start();
    let printed = writer.join().unwrap();
    wait_until(Duration::from_mins(1), || done(sink));
    let (status, _) = last.stop();
    assert!(status.success(), "stopped with {status}:\n{}", home.said());
    let once = home.once();
    assert!(
        once.status.success(),
        "{}",
        String::from_utf8_lossy(&once.stderr)
    );
    printed
}

/// Writes as planned, to `pod.log` and `web.log`, until it is done.
pub(crate) fn write(plan: Plan, home: &Home) -> thread::JoinHandle<Printed> {
    let (pod, web) = (home.log("pod.log"), home.log("web.log"));
    thread::spawn(move || Writer::new(plan, &pod, &web).write_all())
}

struct Writer {
    plan: Plan,
    dice: Dice,
    pod: File,
    web: Rotating,
    printed: Printed,
    fill_lines: u64,
    filled: u64,
    stderr: VecDeque<String>,
}

impl Writer {
    fn new(plan: Plan, pod: &Path, web: &Path) -> Self {
        let mut dice = Dice::new(plan.seed);
        let mut printed: Printed = (0..plan.distinct).collect();
        while (printed.len() as u64) < plan.occurrences {
            printed.push(dice.within(0, u64::from(plan.distinct)) as u32);
        }
        dice.shuffle(&mut printed);
        let fill_lines = plan
            .lines
            .saturating_sub(plan.occurrences * traces::LINES as u64);
        Self {
            plan,
            dice,
            pod: append(pod),
            web: Rotating::new(web),
            printed,
            fill_lines,
            filled: 0,
            stderr: VecDeque::new(),
        }
    }

    fn write_all(mut self) -> Printed {
        let mut pace = Pace::new(self.plan.per_second);
        let rotate_every = (self.plan.occurrences / (self.plan.rotations + 1)).max(1);
        for occurrence in 0..self.plan.occurrences {
            let distinct = self.printed[occurrence as usize];
            let lines = traces::python(distinct, occurrence, Timestamp::now());
            let rotate = occurrence % rotate_every == rotate_every - 1;
            if occurrence.is_multiple_of(self.plan.open_steps)
                && occurrence + self.plan.open_steps < self.plan.occurrences
            {
                self.stderr.extend(lines);
                self.stderr
                    .push_back(traces::ordinary(occurrence, Timestamp::now()));
            } else if rotate || self.dice.fraction() < 0.5 {
                self.print_to_web(&lines, rotate);
            } else {
                self.print_to_pod(&lines);
            }
            self.stderr_step(occurrence);
            self.fill(occurrence);
            pace.step();
        }
        while let Some(line) = self.stderr.pop_front() {
            self.pod_line("stderr", &line);
        }
        self.web.write(b"", true);
        self.printed
    }

    /// stdout's trace, maybe with a line of stderr's inside.
    fn print_to_pod(&mut self, lines: &[String]) {
        let cut = self.dice.within(0, lines.len() as u64) as usize;
        for (at, line) in lines.iter().enumerate() {
            if at == cut && self.dice.fraction() < 0.1 {
                self.stderr_line();
            }
            self.pod_line("stdout", line);
        }
    }

    fn print_to_web(&mut self, lines: &[String], rotate: bool) {
        let cut = if rotate {
            self.dice.within(0, lines.len() as u64) as usize
        } else {
            0
        };
        let (before, after) = lines.split_at(cut);
        self.web.write(traces::text(before).as_bytes(), true);
        if rotate {
            self.web.rotate();
        }
        let whole = self.dice.fraction() < 0.75;
        self.web.write(traces::text(after).as_bytes(), whole);
    }

    /// Spreads the open stderr trace over its steps.
    fn stderr_step(&mut self, occurrence: u64) {
        let every = (self.plan.open_steps / (traces::LINES as u64 + 2)).max(1);
        if occurrence.is_multiple_of(every) {
            self.stderr_line();
        }
    }

    fn stderr_line(&mut self) {
        if let Some(line) = self.stderr.pop_front() {
            self.pod_line("stderr", &line);
        }
    }

    fn pod_line(&mut self, stream: &str, line: &str) {
        let line = traces::cri(stream, line, Timestamp::now());
        self.pod.write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    /// Ordinary lines, spread evenly over the steps.
    fn fill(&mut self, occurrence: u64) {
        let due = self.fill_lines * (occurrence + 1) / self.plan.occurrences;
        let now = Timestamp::now();
        let mut web = String::new();
        while self.filled < due {
            let line = traces::ordinary(self.filled, now);
            if self.filled.is_multiple_of(2) {
                web.push_str(&line);
                web.push('\n');
            } else {
                self.pod_line("stdout", &line);
            }
            self.filled += 1;
        }
        let whole = self.dice.fraction() < 0.75;
        self.web.write(web.as_bytes(), whole);
    }
}

/// A log that is rotated by rename and now and then holds back half a line for the next write.
struct Rotating {
    path: PathBuf,
    file: File,
    held_back: Vec<u8>,
    rotations: u32,
}

impl Rotating {
    fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            file: append(path),
            held_back: Vec::new(),
            rotations: 0,
        }
    }

    fn write(&mut self, bytes: &[u8], whole: bool) {
        self.held_back.extend_from_slice(bytes);
        let keep = if whole {
            0
        } else {
            self.held_back.len().min(17)
        };
        let rest = self.held_back.split_off(self.held_back.len() - keep);
        self.file.write_all(&self.held_back).unwrap();
        self.held_back = rest;
    }

    fn rotate(&mut self) {
        self.rotations += 1;
        let name = format!("{}.{}", self.path.display(), self.rotations);
        fs::rename(&self.path, name).unwrap();
        self.file = append(&self.path);
    }
}

/// Opens for appending, as log writers do.
pub(crate) fn append(path: &Path) -> File {
    File::options()
        .create(true)
        .append(true)
        .open(path)
        .unwrap()
}

/// Beside "every trace once": what a reader of the figures wants to know.
#[derive(Debug)]
pub(crate) struct Once {
    /// Requests that came again with an id that was there.
    pub resent: usize,
    /// Events without their header's message, because a rotation came between it and the traceback.
    pub headless: usize,
}

/// Every occurrence printed is at the receiver once, whole. An occurrence is known by its header; where a rotation came
/// between the two (at most `rotations` times), the trace itself must be there as often as it was printed.
pub(crate) fn exactly_once(printed: &Printed, sink: &Sink, rotations: u64) -> Once {
    let mut missing: BTreeSet<usize> = (0..printed.len()).collect();
    let (mut wrong, mut headless) = (Vec::new(), Vec::new());
    for arrived in sink.events() {
        let distinct = traces::distinct_of(&arrived.event);
        let occurrence = traces::occurrence_of(&arrived.event).map(|number| number as usize);
        let as_printed = match occurrence {
            Some(number) => missing.remove(&number) && printed.get(number).copied() == distinct,
            None => distinct.is_some_and(|distinct| {
                headless.push(distinct);
                true
            }),
        };
        if !as_printed || traces::frames_of(&arrived.event) != traces::FRAMES {
            wrong.push(arrived.event.to_string());
        }
    }
    let mut left: Vec<u32> = missing.iter().map(|&number| printed[number]).collect();
    left.sort_unstable();
    headless.sort_unstable();
    assert!(
        wrong.is_empty(),
        "{} twice, torn or mixed up, as {:#?}",
        wrong.len(),
        wrong.first()
    );
    assert_eq!(
        left, headless,
        "printed and not here, against those without a header"
    );
    assert!(
        headless.len() as u64 <= rotations,
        "{} without a header",
        headless.len()
    );
    Once {
        resent: sink.resent(),
        headless: headless.len(),
    }
}

/// What became of every occurrence with thinning on: the terms of the sum.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Fates {
    /// Σ (1 + suppressed) over what the receiver has.
    pub received: u64,
    /// Σ (1 + suppressed) over the outbox.
    pub waiting: u64,
    /// Counted in open windows.
    pub open: u64,
    /// In the ledger, by a reason of policy or delivery.
    pub dropped: u64,
    /// Events at the receiver.
    pub events: u64,
    /// Σ (1 + suppressed) that the state file holds for delivered.
    pub delivered: u64,
}

impl Fates {
    /// As the receiver and the state file have them.
    pub(crate) fn of(home: &Home, sink: &Sink) -> Self {
        let mut fates = Self::default();
        for arrived in sink.events() {
            fates.events += 1;
            fates.received += 1 + suppressed(&arrived.event);
        }
        fates.waiting = state::waiting(home).values().sum();
        fates.open = state::open_counts(home).values().sum();
        fates.delivered = state::delivered(home);
        fates.dropped = state::ledger(home)
            .iter()
            .filter(|((_, reason), _)| !reason.ends_with("_bytes") && !reason.ends_with("_lines"))
            .map(|(_, quantity)| quantity)
            .sum();
        fates
    }

    /// The sum.
    pub(crate) fn occurrences(&self) -> u64 {
        self.received + self.waiting + self.open + self.dropped
    }
}

/// How many more occurrences an event says it stands for.
pub(crate) fn suppressed(event: &Value) -> u64 {
    let stands_for = event["extra"]["stacktail.occurrences"].as_u64();
    stands_for.map_or(0, |occurrences| occurrences.saturating_sub(1))
}
