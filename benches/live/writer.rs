//! 20,000 lines a second into one file, traces among them, and now and then a trace into a quiet file beside it.

use std::fs::File;
use std::io::Write;
use std::time::{Duration, Instant, SystemTime};

use jiff::Timestamp;

use crate::bare::micros;
use crate::support::home::Home;
use crate::support::kills::append;
use crate::support::traces;
use crate::support::wait::Pace;

const LINES_PER_SECOND: u64 = 20_000;
const STEPS_PER_SECOND: u64 = 500;
/// A quiet file gets a trace this often: by then it has long been quiet.
const QUIET_EVERY: Duration = Duration::from_secs(2);

/// One trace, printed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Printed {
    /// Its number.
    pub(crate) occurrence: u64,
    /// Into the hot file?
    pub(crate) hot: bool,
    /// When the line that closes it was appended.
    pub(crate) closed: Instant,
    /// The same, by the other clock.
    pub(crate) closed_micros: u64,
    /// Size of the file then.
    pub(crate) end: u64,
}

/// Writes for `length`, numbering traces from `first`; `per_second` of them go into the hot file. Without any, the quiet
/// files get none either.
pub(crate) fn write_for(
    home: &Home,
    length: Duration,
    per_second: f64,
    quiet: usize,
    first: u64,
) -> Vec<Printed> {
    let mut hot = append(&home.log("hot.log"));
    let mut beside: Vec<File> = (0..quiet)
        .map(|number| append(&home.log(&format!("beside-{number}.log"))))
        .collect();
    let mut printed = Vec::new();
    let mut pace = Pace::new(STEPS_PER_SECOND as f64);
    let steps = length.as_secs() * STEPS_PER_SECOND;
    let every = if per_second > 0.0 {
        (STEPS_PER_SECOND as f64 / per_second) as u64
    } else {
        u64::MAX
    };
    let beside_every = QUIET_EVERY.as_secs() * STEPS_PER_SECOND / quiet as u64;
    for step in 0..steps {
        let mut lines = LINES_PER_SECOND / STEPS_PER_SECOND;
        if step % every == every / 2 {
            let number = first + printed.len() as u64;
            printed.push(trace(&mut hot, number, true));
            lines = lines.saturating_sub(traces::LINES as u64 + 1);
        }
        if per_second > 0.0 && step % beside_every == beside_every / 3 {
            let file = &mut beside[(step / beside_every) as usize % quiet];
            let number = first + printed.len() as u64;
            printed.push(trace(file, number, false));
        }
        let now = Timestamp::now();
        for number in 0..lines {
            let line = traces::ordinary(step * 100 + number, now) + "\n";
            hot.write_all(line.as_bytes()).unwrap();
        }
        pace.step();
    }
    printed
}

/// A trace, then the line that closes it.
fn trace(file: &mut File, occurrence: u64, hot: bool) -> Printed {
    let now = Timestamp::now();
    let lines = traces::python(occurrence as u32 % 1_000, occurrence, now);
    file.write_all(traces::text(&lines).as_bytes()).unwrap();
    file.write_all((traces::ordinary(occurrence, now) + "\n").as_bytes())
        .unwrap();
    Printed {
        occurrence,
        hot,
        closed: Instant::now(),
        closed_micros: micros(SystemTime::now()),
        end: file.metadata().unwrap().len(),
    }
}
