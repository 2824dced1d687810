//! Ignore lists. In: an event as it was built. Out: why the app does not want it, or nothing.
//!
//! What is matched is what the SDKs match (`ignoreErrors`, `allowUrls` and `denyUrls` of the JavaScript SDK): of a chain
//! the exception that was reported, and its place.

use super::Reason;
use crate::config::{Filters, TextPattern};
use crate::event::protocol::{Event, Exception, Frame, Stacktrace};

/// Platforms whose SDK has no hook for what nobody caught: Go's ends with the process unless the goroutine itself
/// recovers; the others have no SDK that has one.
const HOOKLESS: &[&str] = &["go", "perl", "haskell", "other"];

/// The type that a dying Python interpreter's report is given.
const PYTHON_DIED: &str = "Fatal Python error";

/// The first list that keeps the event back.
pub(super) fn refusal(filters: &Filters, event: &Event, handled: bool) -> Option<Reason> {
    if filters.sdk && !beyond_sdks(event, handled) {
        return Some(Reason::Sdk);
    }
    if is_ignored(&filters.ignore_errors, event) {
        return Some(Reason::IgnoreErrors);
    }
    let elsewhere = !filters.allow_paths.is_empty()
        && event.stacktraces().any(|stack| !stack.frames.is_empty())
        && !event
            .stacktraces()
            .flat_map(|stack| &stack.frames)
            .any(|frame| stands_in(frame, &filters.allow_paths));
    if elsewhere {
        return Some(Reason::AllowPaths);
    }
    place(event)
        .is_some_and(|frame| stands_in(frame, &filters.deny_paths))
        .then_some(Reason::DenyPaths)
}

/// Type, module and type, value, `Type: value`; of an event without exceptions its message.
fn is_ignored(patterns: &[TextPattern], event: &Event) -> bool {
    if patterns.is_empty() {
        return false;
    }
    let texts = match reported(event) {
        Some(exception) => names(exception),
        None => message(event).map(str::to_owned).into_iter().collect(),
    };
    texts
        .iter()
        .any(|text| patterns.iter().any(|pattern| pattern.is_in(text)))
}

fn names(exception: &Exception) -> Vec<String> {
    let ty = exception.ty.as_deref().unwrap_or_default();
    let value = exception.value.as_deref().unwrap_or_default();
    let module = exception.module.as_deref().filter(|name| !name.is_empty());
    let mut names = vec![ty.to_owned(), format!("{ty}: {value}"), value.to_owned()];
    names.extend(module.map(|module| format!("{module}.{ty}")));
    names
}

/// The exception that was reported: the last of the chain.
pub(super) fn reported(event: &Event) -> Option<&Exception> {
    event.exception.as_ref()?.values.last()
}

/// The message of an event, as a text.
pub(super) fn message(event: &Event) -> Option<&str> {
    let entry = event.logentry.as_ref()?;
    entry.formatted.as_deref().or(entry.message.as_deref())
}

/// Where it happened: the newest frame of the app's own code in the exception that was reported, else its newest frame; of
/// an event without exceptions those of the thread that died.
fn place(event: &Event) -> Option<&Frame> {
    let stack = stack(event)?;
    let own = stack.frames.iter().rev().find(|f| f.in_app == Some(true));
    own.or_else(|| stack.frames.last())
}

/// The stack of the exception that was reported, else of the thread that died.
pub(super) fn stack(event: &Event) -> Option<&Stacktrace> {
    let of_exception = reported(event).and_then(|exception| exception.stacktrace.as_ref());
    of_exception.or_else(|| {
        let threads = event.threads.iter().flat_map(|list| &list.values);
        threads
            .filter(|thread| thread.crashed)
            .find_map(|thread| thread.stacktrace.as_ref())
    })
}

/// Does the frame's file or module match one of the expressions?
fn stands_in(frame: &Frame, expressions: &[regex::Regex]) -> bool {
    let names = [
        &frame.filename,
        &frame.abs_path,
        &frame.module,
        &frame.package,
    ];
    names
        .into_iter()
        .flatten()
        .any(|name| expressions.iter().any(|regex| regex.is_match(name)))
}

/// What no SDK in the process reports (`sdk = true`). An SDK sees what its integrations of loggers and frameworks see, so
/// whatever was handled, and what its hook for uncaught exceptions sees. It does not see:
///
/// - what nobody caught on platforms without such a hook: Go's panics and fatal errors end the process in the goroutine in
///   which they happen;
/// - the end of the runtime itself: a fatal signal, an interpreter that dies ("Fatal Python error"), a JVM whose handler of
///   uncaught exceptions died as well (it prints no frames).
fn beyond_sdks(event: &Event, handled: bool) -> bool {
    if handled {
        return false;
    }
    if HOOKLESS.contains(&event.platform.as_str()) {
        return true;
    }
    let Some(exception) = reported(event) else {
        return false;
    };
    let ty = exception.ty.as_deref().unwrap_or_default();
    let frameless = exception.stacktrace.is_none();
    ty == PYTHON_DIED || is_signal(ty) || (event.platform == "java" && frameless)
}

/// `SIGSEGV`.
fn is_signal(ty: &str) -> bool {
    ty.strip_prefix("SIG").is_some_and(|rest| {
        rest.len() >= 2
            && rest
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    })
}

#[cfg(test)]
#[path = "filter_tests.rs"]
mod tests;
