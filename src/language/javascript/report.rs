//! Who reported it. In: what stands around the error. Out: handled or not, level, message, platform, as the SDK's
//! integrations tell them.
//!
//! Node prints the place of the throw where nobody caught it. Of a throw it marks `throw`, of a rejection the place where
//! the error was made.

use super::head::{Head, Kind};
use super::node::{Row, Tree};
use super::site::Site;
use super::{line, value};
use crate::assemble::Record;
use crate::language::Trace;
use crate::language::seek::Word;
use crate::level::Level;

const ADDRESS: Word = Word::new("://", 0);
/// How Node's words on a rejection with something that is no error begin and end.
const REASON: &str = "The promise rejected with the reason \"";

/// Fills in `handled`, `level`, `message`, `platform`; a rejected value takes the place of what Node made of it.
pub(super) fn tell(
    record: &Record,
    head: &Head,
    lines: &[&str],
    tree: &mut Tree,
    trace: &mut Trace,
) {
    let dies = lines.iter().any(|text| line::is_farewell(text));
    let logged = record.message.is_some() && !dies;
    let bare = head.kind == Kind::First && head.lead.is_empty();
    let uncaught = dies || head.announced || head.kind == Kind::Value || bare;
    trace.platform = is_browser(tree).then_some("javascript");
    if logged {
        trace.handled = Some(true);
        // winston spreads the error over the record, its name among the keys.
        let ty = tree.nodes.first().map(|node| node.ty.as_str());
        if ty.is_some() && record.meta.logger.as_deref() == ty {
            trace.logger = Some(String::new());
        }
        let own = tree.nodes.first().and_then(|node| node.value.as_deref());
        // Loggers that are given the error alone take its message for theirs.
        trace.message = message(record, head).map(|text| {
            if own == Some(text.as_str()) {
                String::new()
            } else {
                text
            }
        });
        return;
    }
    if head.lead.starts_with("(node:") {
        trace.level = Some(Level::Warning);
    }
    trace.handled = Some(!uncaught);
    if head.kind == Kind::Value
        && let Some(node) = tree.nodes.first_mut()
        && let Some(words) = node.value.as_deref().and_then(value::words)
    {
        node.value = Some(words);
    }
    if uncaught {
        let rejected = rejected_value(tree) || is_rejection(head, lines, tree);
        trace.level = Some(if rejected { Level::Error } else { Level::Fatal });
    }
}

/// The header's message, without the error's own line.
fn message(record: &Record, head: &Head) -> Option<String> {
    let said = record.message.as_deref().map(line::text)?;
    let text = match head.kind {
        Kind::Message | Kind::Crumb => head.lead.trim_end().to_owned(),
        _ => {
            let lead = head.lead.trim_end();
            let above = head.above.iter().map(String::as_str);
            let lead = Some(lead).filter(|l| !l.is_empty());
            let parts: Vec<&str> = std::iter::once(said.as_ref())
                .chain(above)
                .chain(lead)
                .collect();
            parts.join("\n")
        }
    };
    Some(text.trim_end().to_owned())
}

/// Is it a promise that nobody caught?
fn is_rejection(head: &Head, lines: &[&str], tree: &Tree) -> bool {
    // Its parent reports what ends a worker.
    let of_worker = |l: &&str| {
        l.starts_with("Emitted 'error' event on Worker ")
            || l.contains("(node:internal/main/worker_thread:")
    };
    if lines.iter().any(of_worker) {
        return true;
    }
    let rows = tree.nodes.first().map_or(&[][..], |node| &node.rows);
    let frame = |row: &Row| matches!(row, Row::Frame(_));
    if let Some(Row::Frame(outermost)) = rows.iter().rfind(|row| frame(row))
        && is_module_code(outermost)
    {
        return false;
    }
    if head.site.as_ref().is_some_and(marks_the_throw) {
        return false;
    }
    let waits = |row: &Row| matches!(row, Row::Frame(body) if body.starts_with("at async "));
    if rows.iter().any(waits) {
        return true;
    }
    let Some(site) = &head.site else {
        return head.lines.iter().any(|l| l.contains("(in promise)"));
    };
    let shortened = lines
        .iter()
        .any(|text| text.trim_start().starts_with("... "));
    let node = lines.iter().any(|text| text.starts_with(line::FAREWELL));
    site.source.contains("/* fromPromise */")
        || marks_the_making(site)
        || (node && !shortened && begins_in_promise(rows))
}

/// Frames that V8 takes by default: with fewer, the last is the stack's bottom.
const FRAMES: usize = 10;

/// Does the whole stack begin where a promise goes on? Node calls everything else from a function of its own.
fn begins_in_promise(rows: &[Row]) -> bool {
    let frames = rows.iter().filter_map(|row| match row {
        Row::Frame(body) => Some(body.as_str()),
        _ => None,
    });
    let (mut count, mut outermost) = (0, "");
    for body in frames {
        if body.contains("runMicrotask (") {
            return false;
        }
        (count, outermost) = (count + 1, body);
    }
    // It goes on with promises behind its loop, deeper in which it calls what waited for the next tick.
    let ticks = outermost.starts_with("at process.processTicksAndRejections (");
    // A module's own code has no name.
    let called = ["at node:", "at file://"]
        .iter()
        .any(|by| outermost.starts_with(by));
    let called = called || outermost.contains("(node:");
    (ticks && outermost.ends_with(":5)")) || ((1..FRAMES).contains(&count) && !called)
}

/// Does the stack begin with a module of the program itself? Node takes an error there for an exception, though a promise
/// of its own carries it.
fn is_module_code(outermost: &str) -> bool {
    outermost.contains("(node:internal/modules/esm/")
        || outermost.contains(" asyncRunEntryPointWithESMLoader (")
        || outermost.starts_with("at async file:///")
}

/// The carets stand beneath `throw`: a rejection has no such place.
fn marks_the_throw(site: &Site) -> bool {
    let marked = site.caret.and_then(|at| site.source.get(at..));
    !site.mapped && marked.is_some_and(|text| text.starts_with("throw "))
}

/// The carets stand beneath the error's making, not beneath `throw`.
fn marks_the_making(site: &Site) -> bool {
    let Some(marked) = site.caret.and_then(|at| site.source.get(at..)) else {
        return false;
    };
    !site.mapped && (marked.starts_with("new ") || marked.starts_with("captureStackTrace("))
}

/// A promise rejected with something that is no error: the SDK sends that, and not what Node made of it.
fn rejected_value(tree: &mut Tree) -> bool {
    let Some(node) = tree.nodes.first_mut() else {
        return false;
    };
    if !matches!(
        node.ty.as_str(),
        "UnhandledPromiseRejection" | "ERR_UNHANDLED_REJECTION"
    ) {
        return false;
    }
    let value = node.value.as_deref().unwrap_or_default();
    let reason = value
        .split_once(REASON)
        .and_then(|(_, rest)| rest.rsplit_once("\"."))
        .map(|(reason, _)| reason)
        .filter(|reason| !reason.starts_with("#<"));
    if let Some(reason) = reason {
        node.value = Some(reason.to_owned());
    }
    "Error".clone_into(&mut node.ty);
    node.synthetic = true;
    true
}

/// Are the frames a browser's?
fn is_browser(tree: &Tree) -> bool {
    let mut rows = tree.nodes.iter().flat_map(|node| &node.rows);
    rows.any(|row| match row {
        Row::Browser(..) => true,
        Row::Frame(body) => ADDRESS.parts(body).is_some_and(|(before, _)| {
            let web = ["(http", "(https", "at http", "at https"];
            web.iter().any(|scheme| before.ends_with(scheme))
        }),
        _ => false,
    })
}
