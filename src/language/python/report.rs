//! Who reported it. In: what stands before the traceback. Out: handled or not, thread, logger, message, as the SDK's
//! integrations tell them.
//!
//! The SDK's hooks in frameworks catch an exception before the framework logs it, and then leave the log record out: such
//! an event is unhandled and carries neither logger nor message.

use super::line;
use crate::assemble::Record;
use crate::language::Trace;
use crate::language::seek::Seek as _;

/// Beginnings of what frameworks log where the SDK's own hook has sent the event already.
const FRAMEWORKS: &[&str] = &[
    // Django (`django.request`), with the path.
    "Internal Server Error: ",
    // uvicorn, hypercorn.
    "Exception in ASGI application",
    "Error in ASGI Framework",
    // gunicorn, aiohttp.
    "Error handling request",
    // Tornado.
    "Uncaught exception ",
    // Sanic.
    "Exception occurred while handling uri: ",
    // huey, dramatiq.
    "Unhandled exception in task ",
    "Failed to process message ",
];

/// Beginnings of what asyncio's loop logs (logger `asyncio`), also when nothing formats its records.
const ASYNCIO: &[&str] = &[
    "Task exception was never retrieved",
    "Future exception was never retrieved",
    "_GatheringFuture exception was never retrieved",
    "Exception in callback ",
    "Unhandled exception in event loop",
    "Unhandled error in exception handler",
    "Fatal error on transport ",
    "Fatal read error on ",
    "Fatal write error on ",
    "an error occurred during closing of asynchronous generator ",
    "unhandled exception during asyncio.run() shutdown",
    "Task got bad yield: ",
];

/// Beginnings of the lines, with a colon at their end, that the interpreter prints before the traceback of what nobody caught.
const HOOKS: &[&str] = &[
    "Exception in thread ",
    "Error in ",
    "Original exception was:",
    "Process ",
];

/// Does the line head a traceback of its own?
pub(super) fn heads(text: &str) -> bool {
    text.starts_with("Exception ignored ")
        || (text.trimmed_end().ends_with(':') && HOOKS.iter().any(|begin| text.starts_with(begin)))
}

/// Fills in `thread`, `handled`, `logger` and `message`. `before` are the preamble's lines that are not part of the chain.
pub(super) fn tell(record: &Record, before: &[&str], trace: &mut Trace) {
    if let Some(thread) = before.iter().rev().find_map(|text| dying_thread(text)) {
        trace.thread = Some(thread.to_owned());
        trace.handled = Some(false);
        return;
    }
    let header = record.message.as_deref().map(String::from_utf8_lossy);
    let Some(message) = header else {
        tell_bare(before, trace);
        return;
    };
    let message = own_words(&message);
    if is_frameworks(message) {
        trace.handled = Some(false);
        return;
    }
    trace.handled = Some(true);
    let mut text = message.to_owned();
    for line in before {
        text.push('\n');
        text.push_str(line);
    }
    let text = text.trimmed_end();
    // Empty where the header's message is the traceback's opening itself.
    trace.message = Some(text.to_owned());
    if record.meta.logger.is_none() && is_asyncio(text) {
        trace.logger = Some("asyncio".to_owned());
    }
}

/// No log header: asyncio's words, or a crash that nobody caught.
fn tell_bare(before: &[&str], trace: &mut Trace) {
    let Some(at) = before.iter().rposition(|text| is_asyncio(text)) else {
        trace.handled = Some(false);
        return;
    };
    let words: Vec<&str> = before.iter().skip(at).copied().collect();
    trace.message = Some(words.join("\n").trimmed_end().to_owned());
    trace.logger = Some("asyncio".to_owned());
    trace.handled = Some(true);
}

/// The header's message without an opening that stands on the same line.
fn own_words(message: &str) -> &str {
    match line::OPENS.parts(message) {
        Some((words, _)) if line::opens(message) => words.trimmed_end(),
        _ => message,
    }
}

/// Does the interpreter, or a logger without a formatter, announce a traceback with this line?
pub(super) fn introduces(text: &str) -> bool {
    let text = text.trimmed_end();
    let process = text
        .strip_prefix("Process ")
        .is_some_and(|name| name.ends_with(':'));
    dying_thread(text).is_some()
        || process
        || is_asyncio(text)
        || text.starts_with("Exception ignored ")
}

fn is_asyncio(text: &str) -> bool {
    ASYNCIO.iter().any(|words| text.starts_with(words))
}

fn is_frameworks(message: &str) -> bool {
    FRAMEWORKS.iter().any(|words| message.starts_with(words))
        || is_flask(message)
        || is_celery(message)
        || message.contains("exception raised while executing (")
}

/// Flask and Quart: `Exception on /cart [POST]`.
fn is_flask(message: &str) -> bool {
    let Some(rest) = message.trimmed_end().strip_prefix("Exception on ") else {
        return false;
    };
    let method = rest
        .rsplit_once(" [")
        .and_then(|(_, m)| m.strip_suffix(']'));
    method.is_some_and(|m| !m.is_empty() && m.bytes().all(|b| b.is_ascii_uppercase()))
}

/// Celery: `Task shop.tasks.charge[6fe3…] raised unexpected: PaymentError(…)`.
fn is_celery(message: &str) -> bool {
    message.starts_with("Task ") && message.contains("] raised unexpected: ")
}

/// `Exception in thread Thread-1 (run):`.
fn dying_thread(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("Exception in thread ")?;
    rest.trimmed_end().strip_suffix(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frameworks_by_their_words() {
        for yes in [
            "Exception on /cart/1 [POST]",
            "Internal Server Error: /x/",
            "Task shop.tasks.charge[6fe3-1] raised unexpected: PaymentError('x')",
        ] {
            assert!(is_frameworks(yes), "{yes}");
        }
        for no in [
            "Exception on the road [see below]",
            "Task failed",
            "job a1 failed",
        ] {
            assert!(!is_frameworks(no), "{no}");
        }
    }

    #[test]
    fn announcements() {
        for yes in [
            "Exception in thread shipper:",
            "Process Process-1:",
            "Exception ignored in: <function f at 0x7f>",
            "Task exception was never retrieved",
        ] {
            assert!(introduces(yes), "{yes}");
        }
        assert!(!introduces("Process 14 started"));
    }

    #[test]
    fn threads_by_name() {
        assert_eq!(
            dying_thread("Exception in thread Thread-1 (run):"),
            Some("Thread-1 (run)")
        );
        assert_eq!(dying_thread("Exception in threads"), None);
    }
}
