//! The JVM: Java, Kotlin, Scala, Clojure, Groovy, Android. In: what `Throwable.printStackTrace` and the loggers print. Out: the
//! exceptions as sentry-java sends them.
//!
//! `line` knows lines by themselves, `head` and `value` an exception's own words, `tracker` which lines belong together,
//! `flat` a trace squeezed into one line, `report` where in a record the trace begins and who reported it, `tree` what it
//! prints, `order` how the SDK lists it.

mod flat;
mod head;
mod line;
mod order;
mod report;
mod tracker;
mod tree;
mod value;

use super::{Exception, Language, Project, TellsHandled, Trace};
use crate::assemble::{Grammar, Record, Tracker};
use crate::level::Level;

/// Whatever runs on a JVM.
pub struct Jvm;

/// A frame's place survives every wrapper; each trace has one of these.
const OPENINGS: &[&str] = &[
    ".java:",
    ".kt:",
    ".scala:",
    ".clj:",
    ".groovy:",
    // What log4j2 writes as structure names file and line apart.
    "extendedStackTrace",
    "(Native Method)",
    "(Unknown Source",
    "(SourceFile:",
    head::ANNOUNCEMENT,
    "UncaughtExceptionHandler in thread ",
];

/// The frame of a stack that was printed without an exception, by `Thread.dumpStack()`.
const DUMP_STACK: &str = "dumpStack";

impl Grammar for Jvm {
    fn open(&self, text: &[u8]) -> Option<Box<dyn Tracker>> {
        let text = line::text(text);
        let follower = tracker::Follower::open(&text)?;
        // Elsewhere the prefilter does not look.
        let seen = OPENINGS.iter().any(|opening| text.contains(opening));
        seen.then(|| -> Box<dyn Tracker> { Box::new(follower) })
    }

    fn introduces(&self, text: &[u8]) -> bool {
        let text = line::text(text);
        head::announces(&text) || head::handler_died(&text).is_some()
    }
}

impl Language for Jvm {
    fn name(&self) -> &'static str {
        "jvm"
    }

    fn platform(&self) -> &'static str {
        "java"
    }

    fn openings(&self) -> &'static [&'static str] {
        OPENINGS
    }

    fn parse(&self, record: &Record) -> Trace {
        parse(record)
    }

    fn source_extensions(&self) -> &'static [&'static str] {
        &["java", "kt", "scala", "clj", "groovy"]
    }

    /// The text has all that the SDK sends: no path, and `in_app` is left open.
    fn resolve(&self, _trace: &mut Trace, _project: &Project<'_>) {}
}

fn parse(record: &Record) -> Trace {
    let opening = record
        .lines
        .first()
        .map(|l| line::text(l))
        .unwrap_or_default();
    if let Some((class, thread)) = head::handler_died(&opening) {
        return handler_died(class, thread);
    }
    let Some(report) = report::find(record) else {
        return Trace::default();
    };
    let sure = report.sure || record.meta.level >= Some(Level::Error);
    let rest = report.rest.iter().map(AsRef::as_ref);
    let tree = tree::read(&report.first, report.indent, sure, rest);
    if tree.dump {
        return Trace::default();
    }
    let mut trace = Trace {
        exceptions: order::list(&tree, report.uncaught),
        thread: report.thread,
        handled: Some(!report.uncaught),
        tells_handled: TellsHandled::Unhandled,
        level: report.uncaught.then_some(Level::Fatal),
        message: report.message,
        ..Trace::default()
    };
    if is_printed_stack(trace.exceptions.last()) {
        return Trace::default();
    }
    if tree.lost {
        let note = "frames were left out of the text";
        trace.notes.push(note.to_owned());
    }
    trace
}

/// Not even the trace could be printed; nearly always memory had run out.
fn handler_died(class: &str, thread: &str) -> Trace {
    let (module, ty) = head::split(class);
    let exception = Exception {
        ty: ty.to_owned(),
        module: module.map(str::to_owned),
        exception_id: Some(0),
        ..Exception::default()
    };
    Trace {
        exceptions: vec![exception],
        thread: Some(thread.to_owned()),
        handled: Some(false),
        level: Some(Level::Fatal),
        ..Trace::default()
    }
}

fn is_printed_stack(reported: Option<&Exception>) -> bool {
    let newest = reported.and_then(|e| e.frames.last());
    newest.is_some_and(|frame| {
        frame.function.as_deref() == Some(DUMP_STACK)
            && frame.module.as_deref() == Some("java.lang.Thread")
    })
}
