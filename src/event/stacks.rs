//! The stacks of an event. In: a language's exceptions and threads. Out: the protocol's.

use serde_json::{Value, json};

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
            meta: from.signal.as_ref().map(signal),
        }),
        stacktrace: (!frames.is_empty()).then_some(Stacktrace { frames }),
    }
}

fn signal(from: &language::Signal) -> Value {
    json!({"signal": {"number": from.number, "name": from.name}})
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

#[cfg(test)]
mod tests {
    use super::*;

    fn thread(id: &str, crashed: bool, frames: usize) -> language::Thread {
        language::Thread {
            id: id.to_owned(),
            state: Some("running".to_owned()),
            crashed,
            frames: vec![language::Frame::default(); frames],
            ..language::Thread::default()
        }
    }

    #[test]
    fn a_message_with_its_stack_and_the_other_threads() {
        let trace = Trace {
            message: Some("boom".to_owned()),
            threads: vec![thread("7", true, 2), thread("main", false, 1)],
            ..Trace::default()
        };
        assert!(trace.is_message());
        let (exceptions, threads) = stacks(trace, None);
        assert!(exceptions.is_none());
        let threads = threads.unwrap().values;
        assert_eq!(threads[0].id, Some(7.into()));
        assert_eq!(threads[1].id, Some("main".into()));
        assert!(threads[0].crashed && threads[0].current && !threads[1].crashed);
        assert_eq!(threads[0].stacktrace.as_ref().unwrap().frames.len(), 2);
        assert_eq!(threads[0].state.as_deref(), Some("running"));
    }

    #[test]
    fn an_exception_names_the_thread_that_died() {
        let trace = Trace {
            exceptions: vec![language::Exception {
                ty: "E".to_owned(),
                ..language::Exception::default()
            }],
            threads: vec![thread("7", true, 0), thread("8", false, 3)],
            ..Trace::default()
        };
        let told = trace.clone();
        let (exceptions, threads) = stacks(trace, None);
        let exception = exceptions.unwrap().values.remove(0);
        assert_eq!(exception.thread_id, Some(7.into()));
        assert_eq!(exception.mechanism.unwrap().handled, None);
        assert!(threads.unwrap().values[0].stacktrace.is_none());
        let (exceptions, _) = stacks(told, Some(false));
        let mechanism = exceptions.unwrap().values.remove(0).mechanism.unwrap();
        assert_eq!(mechanism.handled, Some(false));
    }

    #[test]
    fn no_more_threads_than_a_receiver_wants() {
        let trace = Trace {
            threads: (0..1_000)
                .map(|id| thread(&id.to_string(), id == 0, 1))
                .collect(),
            message: Some("boom".to_owned()),
            ..Trace::default()
        };
        let (_, threads) = stacks(trace, None);
        assert_eq!(threads.unwrap().values.len(), THREADS_MAX);
    }
}
