//! What a child process used.

use std::fs;
use std::io::{Read, Seek};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

use crate::support::figures::median;
use crate::support::wait::pass;

/// One run of a program.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    /// User and system time, seconds.
    pub(crate) cpu: f64,
    /// Seconds.
    pub(crate) wall: f64,
    /// VmHWM.
    pub(crate) peak_kib: u64,
}

impl Run {
    /// Runs it to its end, output thrown away.
    pub(crate) fn of(command: &mut Command) -> Self {
        let begun = Instant::now();
        let mut said = tempfile::tempfile().unwrap();
        let stderr = said.try_clone().unwrap();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(stderr)
            .spawn()
            .unwrap();
        let pid = Pid::from_child(&child);
        let mut peak_kib = 0;
        // The high-water mark goes with the memory, at the very end; the times stay until the child is reaped.
        while !ended(pid) {
            peak_kib = peak_kib.max(status_kib(pid, "VmHWM"));
            pass(Duration::from_millis(1));
        }
        let (cpu, wall) = (cpu_seconds(pid), begun.elapsed().as_secs_f64());
        let status = child.wait().unwrap();
        if !status.success() {
            let mut text = String::new();
            said.rewind().unwrap();
            let _ = said.read_to_string(&mut text);
            panic!("{command:?}: {status}\n{text}");
        }
        Self {
            cpu,
            wall,
            peak_kib,
        }
    }
}

fn ended(pid: Pid) -> bool {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    waitid(WaitId::Pid(pid), options).unwrap().is_some()
}

fn status_kib(pid: Pid, field: &str) -> u64 {
    let text =
        fs::read_to_string(format!("/proc/{}/status", pid.as_raw_nonzero())).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(field));
    line.and_then(|rest| {
        rest.trim_start_matches(':')
            .split_whitespace()
            .next()?
            .parse()
            .ok()
    })
    .unwrap_or(0)
}

/// User and system time, which stay until the process is reaped: to the nanosecond where it had one thread, else in
/// clock ticks.
fn cpu_seconds(pid: Pid) -> f64 {
    let read = |file: &str| {
        fs::read_to_string(format!("/proc/{}/{file}", pid.as_raw_nonzero())).unwrap_or_default()
    };
    let first_thread: f64 = read("schedstat")
        .split_whitespace()
        .next()
        .and_then(|nanos| nanos.parse().ok())
        .unwrap_or(0.0);
    let stat = read("stat");
    // The name in brackets may hold anything; behind it, user and system time are fields 14 and 15 of the whole.
    let (_, fields) = stat.rsplit_once(')').unwrap();
    let ticks: u64 = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<u64>().ok())
        .sum();
    (first_thread / 1e9).max(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}

/// The median of their CPU seconds.
pub(crate) fn cpu_median(runs: &[Run]) -> f64 {
    median(runs.iter().map(|run| run.cpu))
}

/// The median of their seconds.
pub(crate) fn wall_median(runs: &[Run]) -> f64 {
    median(runs.iter().map(|run| run.wall))
}

/// Prints what was found against its bound; does it hold?
pub(crate) fn verdict(what: &str, found: f64, bound: f64) -> bool {
    let holds = found <= bound;
    println!(
        "{} {what}: {found:.3} (bound {bound})",
        if holds { "PASS" } else { "FAIL" }
    );
    holds
}
