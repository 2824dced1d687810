//! A report of the kernel as a whole. In: its record. Out: the exception and what is known of the task that it hit.

use serde_json::{Map, Value};

use super::fault::{self, Kind};
use super::line::{self, Call};
use crate::assemble::Record;
use crate::bounds::FRAMES_MAX;
use crate::language::{Exception, Frame, Trace};

/// What a report says.
#[derive(Default)]
struct Report<'a> {
    fault: Option<fault::Fault<'a>>,
    /// Where it happened.
    site: Option<Call<'a>>,
    /// Newest first.
    calls: Vec<Call<'a>>,
    /// A second call trace is another task's.
    traces: u32,
    task: Option<line::Task<'a>>,
    killed: Option<(&'a str, &'a str)>,
    group: Option<&'a str>,
}

pub(super) fn read(record: &Record) -> Trace {
    let texts: Vec<_> = record.lines.iter().map(line::text).collect();
    let mut report = Report::default();
    for text in &texts {
        report.take(line::bare(text));
    }
    let Some((kind, name, words)) = report.fault.filter(|_| report.is_whole()) else {
        return Trace::default();
    };
    Trace {
        exceptions: vec![Exception {
            ty: name.to_owned(),
            value: Some(report.value(kind, words)),
            frames: report.frames(kind, words),
            ..Exception::default()
        }],
        handled: Some(false),
        sent_level: Some(kind.level()),
        tags: report.tags(),
        contexts: report.contexts(),
        ..Trace::default()
    }
}

impl<'a> Report<'a> {
    fn take(&mut self, text: &'a str) {
        let fault = fault::read(text);
        let says_more = match self.fault {
            None | Some((Kind::CutHere, ..)) => fault.is_some(),
            Some((Kind::OutOfMemory, ..)) => matches!(fault, Some((Kind::Killed, ..))),
            Some(_) => false,
        };
        if says_more {
            self.fault = fault;
        }
        let is_another = ["Allocated by task ", "Freed by task "]
            .iter()
            .any(|begin| text.starts_with(begin));
        if is_another || matches!(text, "Call Trace:" | "Call trace:") {
            self.traces += 1;
        }
        if let Some(call) = line::call(text) {
            if self.traces <= 1 && !call.unreliable && self.calls.len() < FRAMES_MAX {
                self.calls.push(call);
            }
        } else if self.site.is_none() && line::crash_site(text).is_some() {
            self.site = line::crash_site(text);
        } else if self.task.is_none() && line::task(text).is_some() {
            self.task = line::task(text);
        } else if line::control_group(text).is_some() {
            self.group = line::control_group(text);
        }
        if matches!(fault, Some((Kind::Killed, ..))) {
            self.killed = line::killed(text);
        }
    }

    /// A mark alone says nothing; nor does a want of memory for which nothing was killed.
    fn is_whole(&self) -> bool {
        !matches!(self.fault, Some((Kind::CutHere | Kind::OutOfMemory, ..)))
    }

    /// The words, without what differs from one such fault to the next.
    fn value(&self, kind: Kind, words: &str) -> String {
        if let Some((pid, name)) = self.killed {
            return format!("Killed process {pid} ({name})");
        }
        // `CPU: 1 PID: 7 at fs/ext4/inode.c:12 ext4_x+0x1/0x2 [ext4]`
        let place = (kind == Kind::Warning).then(|| words.split_once(" at "));
        match place.flatten() {
            Some((_, place)) => format!("at {place}"),
            None => words.to_owned(),
        }
    }

    /// Oldest first. Who was short of memory is nothing of whom was killed for it.
    fn frames(&self, kind: Kind, words: &str) -> Vec<Frame> {
        if matches!(kind, Kind::Killed | Kind::OutOfMemory) {
            return Vec::new();
        }
        let calls = self.calls.iter().skip_while(|call| reports(call.function));
        let mut frames: Vec<Frame> = calls.map(frame).collect();
        frames.reverse();
        let top = |call: &Call<'_>| Some(call.function) == self.calls.first().map(|c| c.function);
        frames.extend(self.site.iter().filter(|site| !top(site)).map(frame));
        if let (Some(last), Some((path, number))) = (frames.last_mut(), place(words)) {
            (last.filename, last.lineno) = (Some(path.to_owned()), Some(number));
        }
        frames
    }

    fn unit(&self) -> Option<&'a str> {
        self.group.and_then(line::unit)
    }

    fn process(&self) -> Option<(&'a str, &'a str)> {
        self.killed.or(self.task.map(|task| (task.pid, task.comm)))
    }

    fn tags(&self) -> Vec<(&'static str, String)> {
        let process = self.process().map(|(_, name)| ("process", name.to_owned()));
        let unit = self.unit().map(|unit| ("unit", unit.to_owned()));
        let module = self.site.or(self.calls.first().copied());
        let module = module.and_then(|call| call.module);
        let module = module.map(|module| ("kernel_module", module.to_owned()));
        process.into_iter().chain(unit).chain(module).collect()
    }

    fn contexts(&self) -> Vec<(&'static str, Map<String, Value>)> {
        let mut process = Map::new();
        let mut say = |name: &str, value: Option<&str>| {
            process.extend(value.map(|value| (name.to_owned(), value.into())));
        };
        say("pid", self.process().map(|(pid, _)| pid));
        say("name", self.process().map(|(_, name)| name));
        say("unit", self.unit());
        say("control_group", self.group);
        say("kernel_release", self.task.and_then(|task| task.release));
        if process.is_empty() {
            return Vec::new();
        }
        vec![("process", process)]
    }
}

fn frame(call: &Call<'_>) -> Frame {
    Frame {
        function: Some(call.function.to_owned()),
        package: Some(call.module.unwrap_or("kernel").to_owned()),
        ..Frame::default()
    }
}

/// Is it of what prints the report rather than of what went wrong?
fn reports(function: &str) -> bool {
    const BEGINS: &[&str] = &[
        "dump_stack",
        "show_stack",
        "print_report",
        "print_address",
        "kasan_",
        "__asan_",
        "__kasan_",
    ];
    BEGINS.iter().any(|begin| function.starts_with(begin))
}

/// The place in the source, from `at fs/ext4/inode.c:12!` or `CPU: 1 PID: 7 at fs/ext4/inode.c:12 …`.
fn place(words: &str) -> Option<(&str, u32)> {
    let is_source = |path: &str| [".c", ".h", ".S"].iter().any(|end| path.ends_with(end));
    words.split([' ', '!', ',']).find_map(|word| {
        let (path, number) = word.rsplit_once(':')?;
        let number = number.parse().ok()?;
        is_source(path).then_some((path, number))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        assert_eq!(place("at mm/slub.c:4023!"), Some(("mm/slub.c", 4023)));
        assert_eq!(
            place("CPU: 1 PID: 7 at fs/ext4/inode.c:12 ext4_x+0x1/0x2"),
            Some(("fs/ext4/inode.c", 12))
        );
        assert_eq!(place("kernel NULL pointer dereference, address: 0"), None);
    }
}
