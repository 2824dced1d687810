//! Traces into a log under the real logrotate, and what of them lies on the disk at the end.
//!
//! Every line of a trace but `Traceback (…` names its trace and its place in it, so that the files say by themselves
//! which traces are whole: logrotate's copy-truncate loses lines that no reader can be blamed for.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use flate2::read::MultiGzDecoder;
use jiff::Timestamp;

use crate::support::kills::append;
use crate::support::traces;
use crate::support::wait::{Pace, pass};

/// Lines of a trace.
const LINES: usize = 7;
/// Frames of a trace.
pub(crate) const FRAMES: usize = 2;
/// Ordinary lines behind each trace.
const BETWEEN: u64 = 13;

/// How the file is rotated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Renamed, and a new one made.
    Create,
    /// Copied, and cut to nothing.
    CopyTruncate,
    /// Renamed; the writer makes the new one.
    NoCreate,
}

/// What becomes of the rotated file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compress {
    /// It stays.
    No,
    /// `compress`.
    Gz,
    /// `compress` and `delaycompress`.
    Delay,
}

/// One way of rotating.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rotation {
    /// How.
    pub mode: Mode,
    /// And then.
    pub compress: Compress,
    /// A date for a suffix, not a number.
    pub dateext: bool,
    /// The writer opens the new file when logrotate's `postrotate` tells it to.
    pub reopen: bool,
}

impl Rotation {
    /// With `compress`.
    pub(crate) fn gz(self) -> Self {
        Self {
            compress: Compress::Gz,
            ..self
        }
    }

    /// With `delaycompress`.
    pub(crate) fn delay(self) -> Self {
        Self {
            compress: Compress::Delay,
            ..self
        }
    }

    /// With `dateext`.
    pub(crate) fn dateext(self) -> Self {
        Self {
            dateext: true,
            ..self
        }
    }

    /// The writer keeps the file that it has.
    pub(crate) fn no_reopen(self) -> Self {
        Self {
            reopen: false,
            ..self
        }
    }
}

/// A writer and its log's folder.
pub(crate) struct RotWriter {
    rotation: Rotation,
    folder: PathBuf,
    file: File,
    written: u32,
    rotations: u32,
}

impl RotWriter {
    /// In this folder; the log is `app.log`.
    pub(crate) fn new(folder: &Path, rotation: Rotation) -> Self {
        let writer = Self {
            rotation,
            folder: folder.to_owned(),
            file: append(&folder.join("app.log")),
            written: 0,
            rotations: 0,
        };
        fs::write(writer.folder.join("logrotate.conf"), writer.configuration()).unwrap();
        writer
    }

    fn configuration(&self) -> String {
        let Rotation {
            mode,
            compress,
            dateext,
            ..
        } = self.rotation;
        let mut lines = vec![
            format!("{:?} {{", self.folder.join("app.log")),
            "rotate 1000".into(),
            "missingok".into(),
            "size 1".into(),
        ];
        lines.push(match mode {
            Mode::Create => "create 0644 root root".into(),
            Mode::CopyTruncate => "copytruncate".into(),
            Mode::NoCreate => "nocreate".into(),
        });
        if compress != Compress::No {
            lines.push("compress".into());
        }
        if compress == Compress::Delay {
            lines.push("delaycompress".into());
        }
        if dateext {
            lines.extend(["dateext".into(), "dateformat -%Y%m%d-%s".into()]);
        }
        if self.reopens() {
            let flag = self.folder.join("reopen");
            lines.extend([
                "postrotate".into(),
                format!("touch {}", flag.display()),
                "endscript".into(),
            ]);
        }
        lines.join("\n") + "\n}\n"
    }

    fn reopens(&self) -> bool {
        self.rotation.mode != Mode::CopyTruncate && self.rotation.reopen
    }

    /// Rotates now; `false` if logrotate refused.
    fn logrotate(folder: &Path) -> bool {
        let mut command = Command::new("logrotate");
        command
            .args(["-f", "-s"])
            .arg(folder.join("rotate.state"))
            .arg(folder.join("logrotate.conf"));
        let output = command.output().expect("this suite needs logrotate");
        output.status.success()
    }

    /// Rotates once, between two traces.
    pub(crate) fn rotate(&mut self) {
        assert!(Self::logrotate(&self.folder), "logrotate refused");
        self.rotations += 1;
        self.reopen_if_told();
    }

    /// Writes `count` traces at `rate` a second while logrotate runs every `every`.
    pub(crate) fn write_while_rotating(&mut self, count: u32, rate: f64, every: Duration) {
        let done = AtomicBool::new(false);
        let rotated = AtomicU32::new(0);
        let folder = self.folder.clone();
        thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Ordering::SeqCst) {
                    pass(every);
                    rotated.fetch_add(u32::from(Self::logrotate(&folder)), Ordering::SeqCst);
                }
            });
            self.write(count, rate);
            done.store(true, Ordering::SeqCst);
        });
        self.rotations += rotated.into_inner();
        self.reopen_if_told();
    }

    /// Writes `count` traces at `rate` a second, every other one line by line.
    pub(crate) fn write(&mut self, count: u32, rate: f64) {
        let mut pace = Pace::new(rate);
        for _ in 0..count {
            self.reopen_if_told();
            let now = Timestamp::now();
            let lines = trace(self.written, now);
            if self.written.is_multiple_of(2) {
                self.file
                    .write_all(traces::text(&lines).as_bytes())
                    .unwrap();
            } else {
                for line in lines {
                    self.reopen_if_told();
                    self.file.write_all(format!("{line}\n").as_bytes()).unwrap();
                }
            }
            for number in 0..BETWEEN {
                let line = traces::ordinary(u64::from(self.written) * BETWEEN + number, now);
                self.file.write_all(format!("{line}\n").as_bytes()).unwrap();
            }
            self.written += 1;
            pace.step();
        }
    }

    fn reopen_if_told(&mut self) {
        if self.reopens() && fs::remove_file(self.folder.join("reopen")).is_ok() {
            self.file = append(&self.folder.join("app.log"));
        }
    }

    /// What lies on the disk now.
    pub(crate) fn truth(&self) -> Truth {
        Truth {
            printed: self.written,
            whole: self.whole(|_| true),
            rotations: self.rotations,
        }
    }

    /// Traces that lie whole in compressed files that the agent never saw as they were.
    pub(crate) fn only_compressed(&self) -> BTreeSet<u32> {
        self.whole(is_gz)
    }

    /// Bytes that lie in compressed files, as they were before.
    pub(crate) fn compressed_bytes(&self) -> u64 {
        self.files()
            .iter()
            .filter(|path| is_gz(path))
            .map(|path| content(path).len() as u64)
            .sum()
    }

    fn files(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.folder)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        entries
            .filter(|path| {
                path.file_name()
                    .unwrap()
                    .to_string_lossy()
                    .starts_with("app.log")
            })
            .collect()
    }

    fn whole(&self, which: impl Fn(&Path) -> bool) -> BTreeSet<u32> {
        let mut lines = Seen::default();
        for path in self.files().iter().filter(|path| which(path)) {
            lines.add(&content(path));
        }
        (0..self.written)
            .filter(|&trace| lines.whole(trace))
            .collect()
    }
}

/// What was printed, and what is left of it.
pub(crate) struct Truth {
    /// Traces, numbered from 0.
    pub printed: u32,
    /// Those whose lines all lie on the disk.
    pub whole: BTreeSet<u32>,
    /// Rotations that happened.
    pub rotations: u32,
}

/// The lines of trace `number`.
fn trace(number: u32, at: Timestamp) -> Vec<String> {
    vec![
        format!(
            "{} ERROR [7] app.rot: job failed TRC-{number:08}/0",
            traces::stamp(at)
        ),
        "Traceback (most recent call last):".to_owned(),
        format!("  File \"/srv/rot/run.py\", line 10, in step_TRC_{number:08}_2"),
        format!("    work(\"TRC-{number:08}/3\")"),
        format!("  File \"/srv/rot/work.py\", line 20, in work_TRC_{number:08}_4"),
        format!("    raise ValueError(\"TRC-{number:08}/5\")"),
        format!("ValueError: bad TRC-{number:08}/6"),
    ]
}

fn is_gz(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "gz")
}

/// The decompressed content of a rotated file.
pub(crate) fn content(path: &Path) -> Vec<u8> {
    let bytes = fs::read(path).unwrap();
    if !is_gz(path) {
        return bytes;
    }
    let mut plain = Vec::new();
    MultiGzDecoder::new(bytes.as_slice())
        .read_to_end(&mut plain)
        .unwrap();
    plain
}

/// How often each line of each trace lies on the disk.
#[derive(Default)]
struct Seen(BTreeMap<u32, [u32; LINES]>);

impl Seen {
    fn add(&mut self, bytes: &[u8]) {
        let lines: Vec<&[u8]> = bytes.split(|&byte| byte == b'\n').collect();
        for (at, line) in lines.iter().enumerate() {
            if let Some((trace, place)) = mark(line) {
                self.0.entry(trace).or_default()[place] += 1;
            } else if line.starts_with(b"Traceback") {
                let before = at
                    .checked_sub(1)
                    .and_then(|at| mark(lines[at]))
                    .filter(|&(_, place)| place == 0);
                let behind = lines
                    .get(at + 1)
                    .and_then(|line| mark(line))
                    .filter(|&(_, place)| place == 2);
                if let Some((trace, _)) = before.or(behind) {
                    self.0.entry(trace).or_default()[1] += 1;
                }
            }
        }
    }

    fn whole(&self, trace: u32) -> bool {
        self.0
            .get(&trace)
            .is_some_and(|lines| lines.iter().all(|&count| count == 1))
    }
}

/// Trace and place in it, of a line that names them.
fn mark(line: &[u8]) -> Option<(u32, usize)> {
    let line = std::str::from_utf8(line).ok()?;
    let (_, rest) = line
        .split_once("TRC-")
        .or_else(|| line.split_once("TRC_"))?;
    let number = rest.get(..8)?.parse().ok()?;
    let place = rest.get(9..10)?.parse().ok()?;
    (place < LINES).then_some((number, place))
}
