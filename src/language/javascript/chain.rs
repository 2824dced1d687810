//! The chain as the SDK sends it. In: the tree. Out: exceptions, innermost first, with ids.
//!
//! `@sentry/core` follows `cause` and then `errors`, each depth first, and puts every new one in front
//! (`core/src/utils/aggregate-errors.ts`, 10.78).

use std::collections::VecDeque;

use super::node::{Node, Row, Tree};
use super::stack;
use crate::bounds::EXCEPTIONS_MAX;
use crate::language::{Exception, Frame};

/// The SDK follows no further once so many are linked.
const LINKED: usize = 6;
/// The SDK keeps so many frames.
const FRAMES: usize = 50;

/// The event's exceptions.
pub(super) fn list(mut tree: Tree, handled: Option<bool>) -> Vec<Exception> {
    restore(&mut tree);
    let Some(root) = tree.nodes.first() else {
        return Vec::new();
    };
    let mut list = List {
        tree: &tree,
        values: VecDeque::from([exception(root)]),
    };
    list.follow(0, 0);
    let mut values = Vec::from(list.values);
    if values.len() > 1 {
        for value in &mut values {
            value.handled = Some(true);
        }
        if let Some(innermost) = values.first_mut() {
            innermost.handled = handled;
        }
    }
    values
}

struct List<'a> {
    tree: &'a Tree,
    values: VecDeque<Exception>,
}

impl List<'_> {
    /// The tree is at most `GROUP_DEPTH_MAX` deep, and so is this.
    fn follow(&mut self, nth: usize, id: u32) {
        if self.values.len() >= LINKED {
            return;
        }
        let Some(node) = self.tree.nodes.get(nth) else {
            return;
        };
        if let Some(cause) = node.cause {
            self.link(id, node.group, cause, "cause".to_owned());
        }
        for (place, member) in &node.errors {
            self.link(id, true, *member, format!("errors[{place}]"));
        }
    }

    fn link(&mut self, parent: u32, group: bool, nth: usize, source: String) {
        let Some(node) = self
            .tree
            .nodes
            .get(nth)
            .filter(|_| self.values.len() < EXCEPTIONS_MAX)
        else {
            return;
        };
        let first = parent == 0;
        let mut own = self.values.iter_mut();
        if let Some(above) =
            own.find(|e| e.exception_id == Some(parent) || (first && e.exception_id.is_none()))
        {
            above.exception_id = Some(parent);
            above.is_exception_group = group.then_some(true);
        }
        let id = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.values.push_front(Exception {
            exception_id: Some(id),
            parent_id: Some(parent),
            source: Some(source),
            mechanism_type: Some("chained".to_owned()),
            ..exception(node)
        });
        self.follow(nth, id);
    }
}

fn exception(node: &Node) -> Exception {
    Exception {
        ty: node.ty.clone(),
        value: node.value.clone(),
        frames: frames(node),
        synthetic: node.synthetic,
        ..Exception::default()
    }
}

/// The frames as the SDK makes them of `stack`, oldest first.
fn frames(node: &Node) -> Vec<Frame> {
    let mut frames = Vec::with_capacity(node.rows.len().min(FRAMES));
    frames.extend(node.rows.iter().filter_map(frame).take(FRAMES));
    let captures = |f: &Frame| {
        let name = f.function.as_deref().unwrap_or_default();
        name.contains("captureException") || name.contains("captureMessage")
    };
    let own = frames.iter().take(2).take_while(|f| captures(f)).count();
    frames.drain(..own);
    frames.reverse();
    let newest = frames.last().and_then(|f| f.filename.clone());
    for frame in &mut frames {
        if frame.filename.is_none() {
            frame.filename.clone_from(&newest);
        }
    }
    frames
}

fn frame(row: &Row) -> Option<Frame> {
    match row {
        Row::Said(text) | Row::Frame(text) => stack::frame(text),
        Row::Browser(function, location) => Some(stack::browser_frame(function, location)),
        Row::Elided(_) | Row::Collapsed(..) => None,
    }
}

/// Puts the rows back that are only printed once. Causes stand behind their parents in the tree, so the last go first.
fn restore(tree: &mut Tree) {
    for nth in (0..tree.nodes.len()).rev() {
        let cause = tree.nodes.get(nth).and_then(|node| node.cause);
        let known: Vec<Row> = cause
            .and_then(|cause| tree.nodes.get(cause))
            .map(|node| node.rows.clone())
            .unwrap_or_default();
        if let Some(node) = tree.nodes.get_mut(nth) {
            let rows = std::mem::take(&mut node.rows);
            node.rows = whole(rows, &known);
        }
    }
}

fn whole(rows: Vec<Row>, known: &[Row]) -> Vec<Row> {
    let special = |row: &Row| matches!(row, Row::Elided(_) | Row::Collapsed(..));
    if !rows.iter().any(special) {
        return rows;
    }
    let mut out: Vec<Row> = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        match row {
            Row::Elided(count) => out.extend(missing(&rows, at, *count, known)),
            Row::Collapsed(lines, times) => {
                let from = out.len().saturating_sub(*lines);
                let block: Vec<Row> = out.get(from..).unwrap_or_default().to_vec();
                let times = (*times).min(FRAMES);
                out.extend(std::iter::repeat_n(block, times).flatten().take(FRAMES));
            }
            _ => out.push(row.clone()),
        }
    }
    out
}

/// The cause's rows between the one before the mark and the one behind it.
fn missing(rows: &[Row], at: usize, count: usize, known: &[Row]) -> Vec<Row> {
    let before = at.checked_sub(1).and_then(|at| rows.get(at));
    let behind = rows.get(at + 1);
    let fits = |start: &usize| {
        known.get(*start) == before && (behind.is_none() || known.get(start + count + 1) == behind)
    };
    let start = (0..known.len()).find(fits);
    let rows = start.and_then(|start| known.get(start + 1..=start.saturating_add(count)));
    rows.map(<[Row]>::to_vec).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::head::{Head, Kind};
    use super::super::tree;
    use super::*;

    fn read(text: &str) -> Vec<Exception> {
        let mut lines = text.lines();
        let head = Head {
            kind: Kind::Line,
            lines: vec![lines.next().unwrap_or_default().to_owned()],
            ..Head::default()
        };
        list(tree::read(&head, &lines.collect::<Vec<_>>()), Some(false))
    }

    #[test]
    fn ids_follow_the_sdks_order() {
        let text = "AggregateError: a\n    at f (/x.js:1:2) {\n  [cause]: Error: c\n      at g (/x.js:2:2),\n  [errors]: [\n    Error: one\n        at h (/x.js:3:2),\n    'str',\n    [TypeError: two]\n  ]\n}";
        let found: Vec<_> = read(text)
            .iter()
            .map(|e| {
                (
                    e.value.clone().unwrap_or_default(),
                    e.exception_id,
                    e.parent_id,
                    e.source.clone().unwrap_or_default(),
                )
            })
            .collect();
        let entry = |value: &str, id, parent, source: &str| {
            (value.to_owned(), Some(id), parent, source.to_owned())
        };
        assert_eq!(
            found,
            [
                entry("two", 3, Some(0), "errors[2]"),
                entry("one", 2, Some(0), "errors[0]"),
                entry("c", 1, Some(0), "cause"),
                entry("a", 0, None, ""),
            ]
        );
    }

    #[test]
    fn elided_frames_come_back() {
        let text = "Error: a\n    at f (/x.js:1:2)\n    at m (/x.js:9:1)\n    ... 2 lines matching cause stack trace ...\n    at z (/x.js:9:4) {\n  [cause]: Error: c\n      at g (/x.js:2:2)\n      at m (/x.js:9:1)\n      at n (/x.js:9:2)\n      at o (/x.js:9:3)\n      at z (/x.js:9:4)\n}";
        let outer = read(text).pop().unwrap();
        let names: Vec<_> = outer
            .frames
            .iter()
            .filter_map(|f| f.function.as_deref())
            .collect();
        assert_eq!(names, ["z", "o", "n", "m", "f"]);
    }

    #[test]
    fn depth_and_length_are_bounded() {
        let mut text = "Error: 0\n    at f (/x.js:1:2) {\n".to_owned();
        for depth in 1..400 {
            let margin = " ".repeat(2 * depth);
            let lines =
                format!("{margin}[cause]: Error: {depth}\n{margin}    at f (/x.js:1:2) {{\n");
            text.push_str(&lines);
        }
        assert_eq!(read(&text).len(), LINKED);
        let mut text = "Error: 0\n    at f (/x.js:1:2) {\n  [errors]: [\n".to_owned();
        for _ in 0..20_000 {
            text.push_str("    Error: x\n        at f (/x.js:1:2),\n");
        }
        assert!(read(&text).len() <= EXCEPTIONS_MAX);
        let deep = format!(
            "Error: x\n    at f (/x.js:1:2) {{\n{}",
            "  a: {\n".repeat(10_000)
        );
        assert_eq!(read(&deep).len(), 1);
        let wide = format!(
            "Error: x\n    at f (/x.js:1:2) {{\n  [errors]: [ {}",
            "[Error: a], ".repeat(100_000)
        );
        assert!(read(&wide).len() <= EXCEPTIONS_MAX);
    }
}
