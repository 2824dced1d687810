//! C and C++. In: reports of the sanitizers, gdb's backtraces of a signal, glog's and Abseil's of checks and signals, what the
//! C++ runtime, glibc and `assert` say last. Out: the exception as sentry-native would send it.
//!
//! `line` knows lines by themselves, `tracker` which of them belong together, `report` makes the exception. There is no text of
//! sentry-native to be equal to: its events have addresses, which a server names.

mod line;
mod report;
mod tracker;

use std::borrow::Cow;

use super::{Language, Project, SourceLines, Trace};
use crate::assemble::{Grammar, Record, Tracker};

/// C and C++.
pub struct Native;

impl Grammar for Native {
    fn open(&self, text: &[u8]) -> Option<Box<dyn Tracker>> {
        let follower = tracker::Follower::open(&line::text(text))?;
        Some(Box::new(follower))
    }

    fn introduces(&self, text: &[u8]) -> bool {
        line::found(&line::text(text)).is_some()
    }
}

impl Language for Native {
    fn name(&self) -> &'static str {
        "native"
    }

    fn platform(&self) -> &'static str {
        "native"
    }

    fn openings(&self) -> &'static [&'static str] {
        &[
            "Sanitizer: ",
            line::UNDEFINED,
            line::TERMINATE,
            "signal SIG",
            "failure stack trace: ***",
            "received by PID ",
            "received at time=",
            "*** stack smashing",
            "free(): ",
            "malloc(): ",
            "double free or corruption",
            ": Assertion `",
        ]
    }

    fn parse(&self, record: &Record) -> Trace {
        parse(record)
    }

    fn may_be_own(&self, path: &str) -> bool {
        is_own(Some(path), None, None)
    }

    fn source_extensions(&self) -> &'static [&'static str] {
        &["c", "cc", "cpp", "cxx", "h", "hh", "hpp", "hxx", "m", "mm"]
    }

    fn source_lines(&self) -> SourceLines {
        SourceLines {
            readable: |_| false,
            ..SourceLines::default()
        }
    }

    fn resolve(&self, _trace: &mut Trace, _project: &Project<'_>) {}
}

/// Paths and folders of what comes with the system.
const SYSTEM: &[&str] = &[
    "/lib/",
    "/lib64/",
    "/usr/lib/",
    "/usr/lib64/",
    "/usr/include/",
    "/usr/bin/../lib/",
];
/// Folders of glibc's own sources, as its debug information names them.
const LIBC: &[&str] = &[
    "/sysdeps/",
    "/nptl/",
    "/csu/",
    "/stdlib/",
    "/malloc/",
    "/signal/",
    "/debug/",
];
/// Functions that are nobody's own, whatever they stand in.
const FUNCTIONS: &[&str] = &[
    "_start",
    "__libc_",
    "std::",
    "__gnu_cxx::",
    "google::LogMessage",
    "__cxa_",
    "__GI_",
    "__pthread_",
    "__asan",
    "__interceptor_",
    "malloc",
    "free",
    "start_thread",
    "clone",
];

/// May this be the app's own code?
fn is_own(path: Option<&str>, image: Option<&str>, function: Option<&str>) -> bool {
    let system = |path: &str| SYSTEM.iter().any(|begin| path.starts_with(begin));
    let relative =
        |path: &str| path.starts_with("./") || path.starts_with("../") || path.starts_with("csu/");
    let libc = |path: &str| relative(path) && LIBC.iter().any(|part| path.contains(part));
    let theirs = path.is_some_and(|path| system(path) || libc(path))
        || image.is_some_and(|image| system(image) || image.starts_with("lib"))
        || function.is_some_and(|f| FUNCTIONS.iter().any(|begin| f.starts_with(begin)));
    !theirs
}

fn parse(record: &Record) -> Trace {
    let own: Vec<Cow<'_, str>> = record.lines.iter().map(line::text).collect();
    let Some(kind) = own.first().and_then(|first| tracker::kind(first)) else {
        return Trace::default();
    };
    let base = own.first().map_or(0, |first| line::indent(first));
    let lines: Vec<&str> = own.iter().map(|text| line::dedent(text, base)).collect();
    let above: Vec<Cow<'_, str>> = record.preamble.iter().map(|l| line::text(l)).collect();
    let above: Vec<&str> = above.iter().map(|text| line::dedent(text, base)).collect();
    report::read(kind, record, &lines, &above)
}
