//! A core dump as a whole. In: its record. Out: the exception as sentry-native sends it, and what is known of the process.
//!
//! The text does not say which signal it was: the journal's fields do, and `coredumpctl info` above it.

use serde_json::{Map, Value};

use super::line::{self, Call, Head};
use super::{signal, symbol};
use crate::assemble::Record;
use crate::bounds::{FRAMES_MAX, THREADS_MAX};
use crate::language::{Exception, Frame, Signal, Thread, Trace};
use crate::level::Level;

/// What an exception is called whose signal is not told.
const NAMELESS: &str = "Crash";

/// Facts of the process: the field, and its name in the event's `process`.
const FACTS: &[(&str, &str)] = &[
    ("coredump_exe", "executable"),
    ("coredump_cmdline", "command_line"),
    ("coredump_comm", "name"),
    ("coredump_pid", "pid"),
    ("coredump_uid", "uid"),
    ("coredump_cwd", "working_directory"),
    ("coredump_unit", "unit"),
    ("coredump_user_unit", "user_unit"),
    ("coredump_cgroup", "control_group"),
    ("coredump_container_cmdline", "container_command_line"),
    ("coredump_package_name", "package"),
    ("coredump_package_version", "package_version"),
    ("coredump_filename", "core_file"),
];

pub(super) fn read(record: &Record) -> Trace {
    let text = record.lines.iter().next().map(line::text);
    let text = text.unwrap_or_default();
    let Some(head) = line::head(&text) else {
        return Trace::default();
    };
    let facts = Facts(record);
    let signal = signal::read(
        facts.get("coredump_signal").and_then(|n| n.parse().ok()),
        facts.get("coredump_signal_name"),
    )
    .or_else(|| above(record));
    let executable = facts.get("coredump_exe");
    let mut threads = threads(record, executable);
    // The kernel writes the thread that crashed first; newer versions name it.
    let told = facts.get("coredump_tid");
    let crashed = told.and_then(|tid| threads.iter().position(|t| t.id == tid));
    let frames = match threads.get_mut(crashed.unwrap_or(0)) {
        Some(thread) => {
            thread.crashed = true;
            thread.name = facts.get("coredump_thread_name").map(str::to_owned);
            std::mem::take(&mut thread.frames)
        }
        None => Vec::new(),
    };
    Trace {
        exceptions: vec![exception(head, signal.as_ref(), frames)],
        handled: Some(false),
        sent_level: Some(Level::Fatal),
        tags: tags(head, signal.as_ref(), &facts),
        contexts: vec![("process", process(head, &facts))],
        threads,
        ..Trace::default()
    }
}

/// The record's fields.
struct Facts<'a>(&'a Record);

impl Facts<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        let fields = self.0.meta.fields.iter();
        let mut found = fields.filter(|(known, _)| known == name);
        found.next()?.1.as_str()
    }
}

/// `Signal: 11 (SEGV)`, as `coredumpctl info` prints it above the message.
fn above(record: &Record) -> Option<(Signal, String)> {
    record.preamble.iter().rev().find_map(|line| {
        let text = line::text(line);
        let (number, rest) = text.trim().strip_prefix("Signal: ")?.split_once(" (")?;
        signal::read(number.parse().ok(), rest.strip_suffix(')'))
    })
}

/// As sentry-native: the type is made up of the signal, so that the frames alone make an issue.
fn exception(head: Head<'_>, signal: Option<&(Signal, String)>, frames: Vec<Frame>) -> Exception {
    let (ty, value) = match signal {
        Some((signal, words)) => (signal.name.clone(), words.clone()),
        None => (NAMELESS.to_owned(), format!("{} dumped core", head.comm)),
    };
    Exception {
        ty,
        value: Some(value),
        // Without frames the type is all there is to tell crashes apart by.
        synthetic: !frames.is_empty(),
        frames,
        mechanism_type: Some("signalhandler".to_owned()),
        signal: signal.map(|(signal, _)| signal.clone()),
        ..Exception::default()
    }
}

/// Every thread, in the order of the dump.
fn threads(record: &Record, executable: Option<&str>) -> Vec<Thread> {
    let mut threads: Vec<Thread> = Vec::new();
    for text in record.lines.iter().map(line::text) {
        if let Some(id) = line::thread(&text) {
            if threads.len() >= THREADS_MAX {
                break;
            }
            threads.push(Thread {
                id: id.to_owned(),
                ..Thread::default()
            });
        } else if let (Some(thread), Some(call)) = (threads.last_mut(), line::call(&text))
            && thread.frames.len() < FRAMES_MAX
        {
            thread.frames.push(frame(call, executable));
        }
    }
    for thread in &mut threads {
        thread.frames.reverse();
    }
    threads
}

fn frame(call: Call<'_>, executable: Option<&str>) -> Frame {
    // Of the program itself the whole path is known; of libraries their names.
    let own = |module: &str| {
        let path = executable.filter(|path| path.rsplit('/').next() == Some(module));
        path.unwrap_or(module).to_owned()
    };
    Frame {
        function: call.symbol.map(symbol::function),
        package: call.module.map(own),
        ..Frame::default()
    }
}

fn tags(
    head: Head<'_>,
    signal: Option<&(Signal, String)>,
    facts: &Facts<'_>,
) -> Vec<(&'static str, String)> {
    let unit = facts.get("coredump_user_unit");
    let unit = unit.or_else(|| facts.get("coredump_unit"));
    let mut tags = vec![("process", head.comm.to_owned())];
    tags.extend(signal.map(|(signal, _)| ("signal", signal.name.clone())));
    tags.extend(unit.map(|unit| ("unit", unit.to_owned())));
    tags
}

fn process(head: Head<'_>, facts: &Facts<'_>) -> Map<String, Value> {
    let mut process = Map::new();
    for (name, value) in [("pid", head.pid), ("name", head.comm), ("uid", head.user)] {
        process.insert(name.to_owned(), value.into());
    }
    for (field, name) in FACTS {
        if let Some(value) = facts.get(field) {
            process.insert((*name).to_owned(), value.into());
        }
    }
    process
}
