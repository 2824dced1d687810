//! Text to tree. In: the error's beginning and the record's lines. Out: errors, each with its rows, its cause, its members.
//!
//! What is nested is told by its column: an error at `c` has its frames at `c + 4`, its properties at `c + 2`, its closing
//! brace at `c`. Never recursive; lines that fit nowhere are passed over.

use super::head::{Head, Kind};
use super::line::{self, Tail};
use super::node::{Node, Row, Tree};
use super::thrown::{self, Thrown};
use crate::bounds::{GROUP_DEPTH_MAX, RECORD_FRAMES_MAX};
use crate::language::seek::Seek as _;

/// Reads a record.
pub(super) fn read(head: &Head, lines: &[&str]) -> Tree {
    let mut reader = Reader {
        tree: Tree::default(),
        open: Vec::new(),
        aside: false,
        with_source: head.kind == Kind::First,
        frames_left: RECORD_FRAMES_MAX,
    };
    // Of a value the first line of the record is Node's word on it, or a frame of the throw.
    let first = lines.first().is_some_and(|l| line::is_frame(l));
    reader.root(head, first);
    let rest = usize::from(!first);
    if head.kind != Kind::Value {
        for text in head.lines.iter().skip(1) {
            reader.line(text);
        }
    }
    for text in lines.iter().skip(rest).take(head.quoted) {
        reader.said((*text).to_owned());
    }
    for text in lines.iter().skip(rest + head.quoted) {
        reader.line(text);
    }
    reader.finish()
}

/// What is open around the line at hand.
struct Level {
    column: usize,
    kind: Inside,
}

enum Inside {
    /// An error: its node, and how far it was read.
    Error(usize, Stage),
    /// A list of errors of this node, and how many elements were read.
    List(usize, usize),
}

/// How far an error was read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Message,
    Frames,
    /// In its braces, or behind them.
    Properties,
}

struct Reader {
    tree: Tree,
    open: Vec<Level>,
    /// What follows are frames of another place (`Emitted 'error' event …`).
    aside: bool,
    /// Between message and frames the source line is printed.
    with_source: bool,
    frames_left: usize,
}

impl Reader {
    fn root(&mut self, head: &Head, framed: bool) {
        let first = head.lines.first().map_or("", String::as_str);
        let found = match head.kind {
            Kind::Value | Kind::Nameless => None,
            _ => thrown::first(first, framed),
        };
        match found {
            Some(thrown) => {
                self.error(&thrown, head.column);
            }
            None => {
                let whole = matches!(head.kind, Kind::Value | Kind::Line);
                let value = if whole {
                    head.lines.join("\n")
                } else {
                    first.to_owned()
                };
                self.node(Node {
                    ty: "Error".to_owned(),
                    value: Some(value.trimmed_end().to_owned()),
                    synthetic: true,
                    ..Node::default()
                });
                self.level(head.column, Inside::Error(0, Stage::Frames));
            }
        }
    }

    fn node(&mut self, node: Node) -> usize {
        self.tree.nodes.push(node);
        self.tree.nodes.len() - 1
    }

    fn level(&mut self, column: usize, kind: Inside) {
        self.open.push(Level { column, kind });
    }

    /// Begins an error at a column.
    fn error(&mut self, thrown: &Thrown<'_>, column: usize) -> usize {
        let only_class = thrown.bracketed && thrown.message.is_empty();
        let nth = self.node(Node {
            ty: thrown.ty.to_owned(),
            value: (!only_class).then(|| thrown.message.to_owned()),
            reference: thrown.reference,
            ..Node::default()
        });
        let stage = if thrown.bracketed {
            Stage::Properties
        } else {
            Stage::Message
        };
        self.level(column, Inside::Error(nth, stage));
        nth
    }

    fn line(&mut self, text: &str) {
        if line::is_aside(text) {
            self.aside = true;
            self.ends_messages();
            return;
        }
        if let Some(rest) = line::caused_by(text)
            && self.caused(rest)
        {
            return;
        }
        let indent = line::indent(text);
        while let Some(level) = self.open.last() {
            let column = level.column;
            let taken = match level.kind {
                Inside::Error(nth, Stage::Message) => self.in_message(nth, column, indent, text),
                Inside::Error(nth, stage) => self.in_error((nth, stage), column, indent, text),
                Inside::List(nth, count) => self.in_list(nth, count, column, indent, text),
            };
            if taken || self.open.len() <= 1 {
                return;
            }
            self.open.pop();
        }
    }

    fn in_message(&mut self, nth: usize, column: usize, indent: usize, text: &str) -> bool {
        if self.row(nth, text) {
            return true;
        }
        if indent < column && !line::is_blank(text) {
            return false;
        }
        let own = text.get(column.min(indent)..).unwrap_or_default();
        if let Some(node) = self.tree.nodes.get_mut(nth) {
            node.rows.push(Row::Said(own.to_owned()));
        }
        true
    }

    /// A line of the root's message.
    fn said(&mut self, text: String) {
        if let Some(root) = self.tree.nodes.first_mut() {
            root.rows.push(Row::Said(text));
        }
    }

    fn in_error(
        &mut self,
        (nth, stage): (usize, Stage),
        column: usize,
        indent: usize,
        text: &str,
    ) -> bool {
        let placed = indent >= column + 4 || self.open.len() == 1;
        if stage == Stage::Frames && (placed || line::is_mark(text)) && self.row(nth, text) {
            return true;
        }
        if line::is_blank(text) {
            return true;
        }
        if indent > column {
            if indent == column + 2 {
                self.property(nth, indent, text.trimmed());
            }
            return true;
        }
        if indent == column && line::is_closer(text) {
            if self.open.len() > 1 {
                self.open.pop();
            }
            return true;
        }
        false
    }

    fn in_list(
        &mut self,
        nth: usize,
        count: usize,
        column: usize,
        indent: usize,
        text: &str,
    ) -> bool {
        if indent < column || line::is_blank(text) {
            return line::is_blank(text);
        }
        if line::is_closer(text) {
            if indent == column {
                self.open.pop();
            }
            return true;
        }
        if indent == column {
            return false;
        }
        if indent == column + 2 {
            if let Some(Level {
                kind: Inside::List(_, count),
                ..
            }) = self.open.last_mut()
            {
                *count += 1;
            }
            self.element(nth, count, indent, text.trimmed());
        }
        true
    }

    /// An element of a list of errors.
    fn element(&mut self, parent: usize, place: usize, column: usize, text: &str) {
        let Some(thrown) = thrown::value(text).filter(|_| self.open.len() < GROUP_DEPTH_MAX) else {
            return;
        };
        let nth = self.error(&thrown, column);
        if let Some(node) = self.tree.nodes.get_mut(parent) {
            node.errors.push((place, nth));
        }
    }

    /// `[cause]: …`, `[errors]: [`; every other property is the error's own affair.
    fn property(&mut self, nth: usize, column: usize, text: &str) {
        let of = |names: [&str; 2]| names.iter().find_map(|name| text.strip_prefix(name));
        if let Some(value) = of(["[cause]: ", "cause: "]) {
            if let Some(number) = thrown::circular(value) {
                self.circular(nth, number);
                return;
            }
            let Some(thrown) = thrown::value(value).filter(|_| self.open.len() < GROUP_DEPTH_MAX)
            else {
                return;
            };
            let child = self.error(&thrown, column);
            if let Some(node) = self.tree.nodes.get_mut(nth) {
                node.cause = Some(child);
            }
        } else if let Some(value) = of(["[errors]: [", "errors: ["]) {
            if let Some(node) = self.tree.nodes.get_mut(nth) {
                node.group = true;
            }
            if value.is_empty() && self.open.len() < GROUP_DEPTH_MAX {
                self.level(column, Inside::List(nth, 0));
            } else {
                self.on_one_line(nth, value);
            }
        } else if let Some(node) = self.tree.nodes.get_mut(nth) {
            node.system.property(text);
        }
    }

    /// The cause is an error that this one stands in.
    fn circular(&mut self, nth: usize, number: u32) {
        let mut around = self.open.iter().map(|level| match level.kind {
            Inside::Error(at, _) | Inside::List(at, _) => at,
        });
        let of = |at: &usize| self.tree.nodes.get(*at).and_then(|n| n.reference) == Some(number);
        let found = around.find(of);
        if let Some(node) = self.tree.nodes.get_mut(nth) {
            node.cause = found;
        }
    }

    /// `[errors]: [ [Error: a], [Error: b] ]`.
    fn on_one_line(&mut self, parent: usize, text: &str) {
        let text = text
            .trimmed()
            .trim_end_matches(',')
            .trim_end_matches(']')
            .trimmed();
        for (place, part) in text.split("], ").enumerate().take(RECORD_FRAMES_MAX) {
            let part = format!("{}]", part.trim_end_matches(']'));
            if let Some(thrown) = thrown::value(&part) {
                let nth = self.error(&thrown, usize::MAX);
                self.open.pop();
                if let Some(node) = self.tree.nodes.get_mut(parent) {
                    node.errors.push((place, nth));
                }
            }
        }
    }

    /// `Caused by: X` on a line of its own: the cause of the innermost cause.
    fn caused(&mut self, rest: &str) -> bool {
        let Some(thrown) = thrown::at_start(rest, false) else {
            return false;
        };
        let mut innermost = 0;
        for _ in 0..GROUP_DEPTH_MAX {
            match self.tree.nodes.get(innermost).and_then(|n| n.cause) {
                Some(cause) => innermost = cause,
                None => {
                    self.open.clear();
                    let nth = self.error(&thrown, 0);
                    if let Some(node) = self.tree.nodes.get_mut(innermost) {
                        node.cause = Some(nth);
                    }
                    return true;
                }
            }
        }
        false
    }

    /// Takes a frame or what stands for frames.
    fn row(&mut self, nth: usize, text: &str) -> bool {
        let mut opens = false;
        let row = if let Some(frame) = line::frame(text) {
            opens = frame.tail == Tail::Opens;
            Row::Frame(frame.body.to_owned())
        } else if let Some((function, location)) = line::browser_frame(text) {
            Row::Browser(function.to_owned(), location.to_owned())
        } else if let Some(count) = line::elided(text) {
            Row::Elided(count)
        } else if let Some((lines, times)) = line::collapsed(text) {
            Row::Collapsed(lines, times)
        } else {
            return false;
        };
        if self.frames_left > 0 && !self.aside {
            self.frames_left -= 1;
            if let Some(node) = self.tree.nodes.get_mut(nth) {
                node.rows.push(row);
            }
        }
        self.ends_messages();
        if opens {
            self.aside = false;
            self.stage(Stage::Properties);
        }
        true
    }

    /// The innermost error is read so far.
    fn stage(&mut self, reached: Stage) {
        if let Some(Inside::Error(_, stage)) = self.open.last_mut().map(|l| &mut l.kind) {
            *stage = reached;
        }
    }

    /// Frames were seen: no message goes on.
    fn ends_messages(&mut self) {
        let Some(Level {
            kind: Inside::Error(nth, stage),
            ..
        }) = self.open.last_mut()
        else {
            return;
        };
        let node = self.tree.nodes.get_mut(*nth);
        if *stage == Stage::Message && self.with_source && *nth == 0 {
            self.tree.source = node.and_then(Node::take_source);
        }
        *stage = Stage::Frames;
    }

    fn finish(mut self) -> Tree {
        let nodes = &mut self.tree.nodes;
        nodes.iter_mut().for_each(Node::complete);
        let system = nodes
            .first_mut()
            .map(|root| std::mem::take(&mut root.system))
            .unwrap_or_default();
        for node in nodes {
            if let Some(short) = node.value.as_deref().and_then(|v| system.without_paths(v)) {
                node.value = Some(short);
            }
        }
        self.tree
    }
}
