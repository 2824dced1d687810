//! The floor: a process that reads the file every 20 ms and counts its lines, and does nothing else.

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::support::wait::pass;
use crate::writer::Printed;

const EVERY: Duration = Duration::from_millis(20);
const ASK: &str = "bare-loop";

/// When the loop had read how far: microseconds since 1970, bytes.
pub(crate) type Seen = (u64, u64);

/// The loop, in a process of its own.
pub(crate) struct BareLoop(Child);

impl BareLoop {
    /// Is this process to be the loop, and over which file?
    pub(crate) fn asked() -> Option<PathBuf> {
        let arguments: Vec<String> = std::env::args().collect();
        let at = arguments.iter().position(|argument| argument == ASK)?;
        arguments.get(at + 1).map(PathBuf::from)
    }

    /// Starts it behind what the file holds now.
    pub(crate) fn start(file: &Path) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .arg(ASK)
            .arg(file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        Self(command.spawn().unwrap())
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.0.id()
    }

    /// Ends it; what it saw when.
    pub(crate) fn stop(mut self) -> Vec<Seen> {
        drop(self.0.stdin.take());
        let mut said = String::new();
        self.0
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        self.0.wait().unwrap();
        let rows = said.lines().filter_map(|row| row.split_once(' '));
        rows.filter_map(|(at, offset)| Some((at.parse().ok()?, offset.parse().ok()?)))
            .collect()
    }
}

/// Reads until standard input is closed, then tells what it saw.
pub(crate) fn run(path: &Path) {
    let file = File::open(path).unwrap();
    let mut offset = file.metadata().unwrap().len();
    let (mut seen, mut lines, mut buffer): (Vec<Seen>, usize, _) =
        (Vec::new(), 0, vec![0; 256 << 10]);
    let watcher = std::thread::spawn(|| std::io::stdin().read_to_end(&mut Vec::new()));
    while !watcher.is_finished() {
        let from = offset;
        loop {
            let read = file.read_at(&mut buffer, offset).unwrap();
            lines += memchr::memchr_iter(b'\n', &buffer[..read]).count();
            offset += read as u64;
            if read < buffer.len() {
                break;
            }
        }
        if offset > from {
            seen.push((micros(SystemTime::now()), offset));
        }
        pass(EVERY);
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "lines {lines}").unwrap();
    for (at, offset) in seen {
        writeln!(out, "{at} {offset}").unwrap();
    }
}

/// Microseconds since 1970.
pub(crate) fn micros(at: SystemTime) -> u64 {
    at.duration_since(UNIX_EPOCH).unwrap().as_micros() as u64
}

/// From the append of each hot trace's closing line to the loop's read of it, sorted.
pub(crate) fn latencies(seen: &[Seen], printed: &[Printed]) -> Vec<Duration> {
    let read = |trace: &Printed| {
        let at = seen.partition_point(|(_, offset)| *offset < trace.end);
        let (at, _) = seen.get(at)?;
        Some(Duration::from_micros(
            at.saturating_sub(trace.closed_micros),
        ))
    };
    let mut took: Vec<Duration> = printed
        .iter()
        .filter(|trace| trace.hot)
        .filter_map(read)
        .collect();
    took.sort_unstable();
    took
}
