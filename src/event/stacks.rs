//! The stacks of an event. In: a language's exceptions and threads. Out: the protocol's.

use serde_json::Value;

use super::clean;
use super::protocol::{Exception, Frame, Mechanism, Stacktrace, Thread, Values};
use crate::bounds::THREADS_MAX;
use crate::language::{self, Trace};

/// The agent's own `mechanism.type`; it does not count in grouping.
const MECHANISM: &str = "logfile";

/// `exception` and `threads` of the event.
pub(super) fn stacks(
    trace: Trace,
    handled: Option<bool>,
) -> (Option<Values<Exception>>, Option<Values<Thread>>) {
    let crashed = trace.threads.iter().find(|t| t.crashed);
    let thread = match crashed {
        Some(thread) => Some(thread_id(&thread.id)),
        None => name(trace.thread.as_deref()).map(Value::String),
    };
    let mut values: Vec<Exception> = trace
        .exceptions
        .into_iter()
        .map(|e| exception(e, handled))
        .collect();
    if let Some(last) = values.last_mut() {
        last.thread_id = thread;
    }
    let exceptions = (!values.is_empty()).then_some(Values { values });
    let mut threads: Vec<Thread> = trace
        .threads
        .into_iter()
        .take(THREADS_MAX)
        .map(from_thread)
        .collect();
    if threads.is_empty() {
        threads.extend(name(trace.thread.as_deref()).map(only_thread));
    }
    (
        exceptions,
        (!threads.is_empty()).then_some(Values { values: threads }),
    )
}

fn name(name: Option<&str>) -> Option<String> {
    clean::line(name?, 200)
}

/// The thread that died, where nothing but its name is known.
fn only_thread(name: String) -> Thread {
    Thread {
        id: Some(Value::String(name.clone())),
        name: Some(name),
        crashed: true,
        current: true,
        ..Thread::default()
    }
}

/// A number where it is one: receivers sort by it.
fn thread_id(id: &str) -> Value {
    match id.parse::<u64>() {
        Ok(number) => number.into(),
        Err(_) => clean::line(id, 200).unwrap_or_default().into(),
    }
}

fn from_thread(from: language::Thread) -> Thread {
    let frames: Vec<Frame> = from.frames.into_iter().map(frame).collect();
    Thread {
        id: Some(thread_id(&from.id)),
        name: name(from.name.as_deref()),
        state: name(from.state.as_deref()),
        crashed: from.crashed,
        current: from.crashed,
        stacktrace: (!frames.is_empty()).then_some(Stacktrace { frames }),
    }
}

fn exception(from: language::Exception, handled: Option<bool>) -> Exception {
    let frames: Vec<Frame> = from.frames.into_iter().map(frame).collect();
    // Receivers refuse an entry with neither type nor value.
    let nameless = from.ty.is_empty() && from.value.as_deref().unwrap_or_default().is_empty();
    Exception {
        ty: Some(if nameless {
            "Error".to_owned()
        } else {
            from.ty
        })
        .filter(|ty| !ty.is_empty()),
        value: from.value,
        module: from.module,
        thread_id: None,
        mechanism: Some(Mechanism {
            ty: from.mechanism_type.unwrap_or_else(|| MECHANISM.to_owned()),
            handled: from.handled.or(handled),
            synthetic: from.synthetic.then_some(true),
            source: from.source,
            exception_id: from.exception_id,
            parent_id: from.parent_id,
            is_exception_group: from.is_exception_group,
        }),
        stacktrace: (!frames.is_empty()).then_some(Stacktrace { frames }),
    }
}

fn frame(from: language::Frame) -> Frame {
    Frame {
        function: from.function,
        module: from.module,
        package: from.package,
        filename: from.filename,
        abs_path: from.abs_path,
        lineno: from.lineno,
        colno: from.colno,
        pre_context: from.pre_context,
        context_line: from.context_line,
        post_context: from.post_context,
        in_app: from.in_app,
    }
}
