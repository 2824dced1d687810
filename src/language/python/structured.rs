//! Tracebacks as structure: structlog's `dict_tracebacks`. In: a JSON array of exceptions, the reported one first. Out: the
//! same tree that a printed traceback gives.

use crate::bounds::GROUP_DEPTH_MAX;
use serde_json::Value;

use super::line::Link;
use super::tree::{Chain, Node};
use crate::language::Frame;

/// The key by which such a list is found in a line.
pub(super) const OPENING: &str = "exc_type";

/// Reads the array; `None` if it is none.
pub(super) fn read(value: &Value) -> Option<Chain> {
    let chain = chain(value, 0)?;
    (!chain.is_empty()).then_some(chain)
}

fn chain(value: &Value, depth: usize) -> Option<Chain> {
    let list = value.as_array()?;
    let mut chain: Chain = Chain::new();
    for entry in list.iter().rev() {
        let mut node = node(entry, depth)?;
        node.link = chain.last().map(|_| Link::Context);
        chain.push(node);
    }
    // `is_cause` of an entry tells how it hangs on the one before it in the array, which is the next one here.
    let causes = list
        .iter()
        .rev()
        .map(|e| e.get("is_cause").and_then(Value::as_bool).unwrap_or(false));
    for (node, cause) in chain.iter_mut().skip(1).zip(causes) {
        node.link = Some(if cause { Link::Cause } else { Link::Context });
    }
    Some(chain)
}

fn node(entry: &Value, depth: usize) -> Option<Node> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str);
    let ty = text("exc_type")?.to_owned();
    let mut message = text("exc_value")
        .filter(|v| !v.is_empty())
        .map(|v| vec![v.to_owned()]);
    for note in entry
        .get("exc_notes")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let lines = message.get_or_insert_with(|| vec![String::new()]);
        lines.extend(note.as_str().map(str::to_owned));
    }
    let frames = entry.get("frames").and_then(Value::as_array);
    let members = entry
        .get("exceptions")
        .and_then(Value::as_array)
        .filter(|_| depth < GROUP_DEPTH_MAX);
    let members = members
        .into_iter()
        .flatten()
        .filter_map(|m| chain(m.get("stacks").unwrap_or(m), depth + 1));
    Some(Node {
        ty,
        message,
        frames: frames.into_iter().flatten().map(frame).collect(),
        group: entry
            .get("is_group")
            .and_then(Value::as_bool)
            .unwrap_or(false),
        members: members.collect(),
        without_module: true,
        ..Node::default()
    })
}

fn frame(entry: &Value) -> Frame {
    let text = |name: &str| entry.get(name).and_then(Value::as_str).map(str::to_owned);
    Frame {
        function: text("name"),
        abs_path: text("filename"),
        lineno: entry
            .get("lineno")
            .and_then(Value::as_u64)
            .and_then(|n| u32::try_from(n).ok()),
        context_line: text("line")
            .map(|l| l.trim().to_owned())
            .filter(|l| !l.is_empty()),
        ..Frame::default()
    }
}
