//! What a trace prints. In: its lines from the first exception on. Out: the exceptions, in the SDK's order, with its ids.
//!
//! An exception is printed as its type and message, then the inner one behind an arrow, whole, up to the mark that ends it,
//! then its own frames. An aggregate prints its further exceptions behind itself, by number; old versions print the first
//! once more there.

use super::line::{self, FrameLine, Mark};
use super::names;
use crate::bounds::EXCEPTIONS_MAX;
use crate::language::seek::Seek as _;
use crate::language::{Exception, Frame};

/// What an aggregate says that was given no words.
const GROUP_WORDS: &str = "One or more errors occurred.";
/// Types whose text has a line behind the message that is none of it.
const FILE_NAME: &str = "\nFile name: '";

/// One exception.
#[derive(Debug, Default)]
struct Node {
    /// Its text, line by line.
    words: Vec<String>,
    /// Newest first.
    frames: Vec<Frame>,
    /// Its inner exceptions by number.
    inner: Vec<usize>,
    outer: Option<usize>,
    /// It is printed behind its aggregate, up to a mark of its own.
    listed: bool,
}

/// All exceptions of a trace.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    current: usize,
    /// More than are kept.
    pub(super) lost: bool,
}

impl Tree {
    /// Reads the lines; `first` is the text of the first exception's first line.
    pub(super) fn read<'a>(first: &str, rest: impl Iterator<Item = &'a str>) -> Self {
        let mut tree = Self {
            nodes: vec![Node::default()],
            current: 0,
            lost: false,
        };
        tree.words(first);
        for text in rest {
            tree.line(text);
        }
        tree
    }

    fn node(&mut self) -> Option<&mut Node> {
        self.nodes.get_mut(self.current)
    }

    fn line(&mut self, text: &str) {
        let mut rest = text;
        let mut closed = 0;
        while let Some(before) = rest.trimmed_end().strip_suffix(line::CLOSES) {
            rest = before;
            closed += 1;
        }
        if closed == 0 || !line::is_blank(rest) {
            self.one(rest);
        }
        for _ in 0..closed {
            self.close();
        }
    }

    fn one(&mut self, text: &str) {
        if let Some(frame) = line::frame(text) {
            if let Some(node) = self.node() {
                node.frames.push(read(&frame));
            }
            return;
        }
        match line::mark(text) {
            Some(Mark::InnerEnds) => {
                let outer = self.nodes.get(self.current).and_then(|n| n.outer);
                self.current = outer.unwrap_or(self.current);
                return;
            }
            Some(Mark::Previous | Mark::Closes) => return,
            None => {}
        }
        if let Some((number, inner)) = line::inner_of_group(text) {
            self.listed(number, inner);
            return;
        }
        let framed = self
            .nodes
            .get(self.current)
            .is_none_or(|n| !n.frames.is_empty());
        if !framed {
            self.words(text);
        }
    }

    /// The last listed exception that is open is told.
    fn close(&mut self) {
        let mut at = Some(self.current);
        while let Some(node) = at.and_then(|at| self.nodes.get(at)) {
            if node.listed {
                self.current = node.outer.unwrap_or_default();
                return;
            }
            at = node.outer;
        }
    }

    /// `(Inner Exception #1) Type: message`.
    fn listed(&mut self, number: u32, text: &str) {
        let place = usize::try_from(number).unwrap_or(usize::MAX);
        let outer = self.current;
        let Some(at) = self.add(outer, true) else {
            return;
        };
        if let Some(outer) = self.nodes.get_mut(outer) {
            match outer.inner.get_mut(place) {
                // The one that was printed inside already.
                Some(known) => *known = at,
                None => outer.inner.push(at),
            }
        }
        self.words(text);
    }

    fn add(&mut self, outer: usize, listed: bool) -> Option<usize> {
        // Each may be printed twice.
        if self.nodes.len() >= 2 * EXCEPTIONS_MAX {
            self.lost = true;
            return None;
        }
        self.nodes.push(Node {
            outer: Some(outer),
            listed,
            ..Node::default()
        });
        self.current = self.nodes.len() - 1;
        Some(self.current)
    }

    /// Words of the exception at hand, and the arrows among them.
    fn words(&mut self, text: &str) {
        let mut rest = text;
        while let Some((before, inner)) = line::arrow(rest) {
            if !before.trim().is_empty() {
                self.say(before);
            }
            let outer = self.current;
            let Some(at) = self.add(outer, false) else {
                return;
            };
            if let Some(outer) = self.nodes.get_mut(outer) {
                outer.inner.push(at);
            }
            rest = inner;
        }
        self.say(rest);
    }

    fn say(&mut self, text: &str) {
        if let Some(node) = self.node() {
            node.words.push(text.to_owned());
        }
    }

    /// A program that ended itself: what it said, and the exception that it gave as the reason.
    pub(super) fn reason<'a>(&mut self, first: &str, rest: impl Iterator<Item = &'a str>) {
        self.current = 0;
        if let Some(at) = self.add(0, false)
            && let Some(root) = self.nodes.first_mut()
        {
            root.inner.push(at);
        }
        self.words(first);
        for text in rest {
            self.line(text);
        }
    }

    /// As the SDK lists them: what was reported, then its inner ones, numbered as met and sent in reverse.
    pub(super) fn exceptions(&self) -> Vec<Exception> {
        let mut found: Vec<Exception> = Vec::new();
        let mut waiting: Vec<(usize, Option<u32>, Option<String>)> = vec![(0, None, None)];
        while let Some((at, parent_id, source)) = waiting.pop() {
            let Some(node) = self.nodes.get(at) else {
                continue;
            };
            let id = u32::try_from(found.len()).unwrap_or(u32::MAX);
            let (ty, value) = self.head(node);
            let group = is_group(&ty);
            let inner = node.inner.iter().enumerate().rev();
            waiting.extend(inner.map(|(number, at)| {
                let source = if group {
                    format!("InnerExceptions[{number}]")
                } else {
                    "InnerException".to_owned()
                };
                (*at, Some(id), Some(source))
            }));
            let caught = parent_id.is_some();
            found.push(Exception {
                ty,
                value: Some(value),
                frames: node.frames.iter().rev().cloned().collect(),
                exception_id: Some(id),
                parent_id,
                mechanism_type: source.is_some().then(|| "chained".to_owned()),
                source,
                is_exception_group: group.then_some(true),
                handled: caught.then_some(true),
                ..Exception::default()
            });
        }
        if let [only] = &mut found[..] {
            only.exception_id = None;
        }
        found.reverse();
        found
    }

    /// Type and message as the object has them.
    fn head(&self, node: &Node) -> (String, String) {
        let first = node.words.first().map_or("", String::as_str);
        let (ty, words) = match line::head(first) {
            Some(head) => (head.ty.to_owned(), head.words),
            None => (String::new(), first),
        };
        let mut value = words.to_owned();
        for more in node.words.iter().skip(1) {
            value.push('\n');
            value.push_str(more);
        }
        let value = value.trim_end_matches('\n');
        let value = without_file_name(&ty, value);
        let value = if is_group(&ty) {
            self.raw(node, value)
        } else {
            value
        };
        (ty, value.to_owned())
    }

    /// An aggregate's message without those of its inner ones, which it prints behind it.
    fn raw<'v>(&self, node: &Node, value: &'v str) -> &'v str {
        if value.starts_with(GROUP_WORDS) {
            return GROUP_WORDS;
        }
        let first = node.inner.first().and_then(|at| self.nodes.get(*at));
        let Some(inner) = first else {
            return value;
        };
        let text = inner.words.join("\n");
        let words = line::head(&text).map_or(text.as_str(), |head| head.words);
        let behind = format!(" ({})", words.trimmed_end());
        value
            .find(&behind)
            .and_then(|at| value.get(..at))
            .unwrap_or(value)
    }
}

fn is_group(ty: &str) -> bool {
    ty == "System.AggregateException"
}

fn without_file_name<'v>(ty: &str, value: &'v str) -> &'v str {
    let files = [
        "FileNotFoundException",
        "FileLoadException",
        "BadImageFormatException",
    ];
    if !files.iter().any(|end| ty.ends_with(end)) {
        return value;
    }
    value
        .split_once(FILE_NAME)
        .map_or(value, |(message, _)| message)
}

/// A frame before the app's settings are known.
fn read(line: &FrameLine<'_>) -> Frame {
    let (module, function) = names::split(line.name);
    Frame {
        in_app: Some(names::in_app(&module)),
        module: Some(module),
        function: Some(function),
        filename: line.file.map(str::to_owned),
        lineno: line.line,
        ..Frame::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(String, String, usize, Option<u32>)> {
        let mut lines = text.lines();
        let tree = Tree::read(lines.next().unwrap(), lines);
        let one = |e: Exception| (e.ty, e.value.unwrap(), e.frames.len(), e.parent_id);
        tree.exceptions().into_iter().map(one).collect()
    }

    #[test]
    fn inner_exceptions_hang_on_outer_ones() {
        let text = "A.BException: x\n ---> A.CException: y\nmore\n ---> hint\n   at A.B.C()\n   \
            --- End of inner exception stack trace ---\n   at A.B.D()\n   at A.B.E()\n";
        assert_eq!(
            told(text),
            [
                (
                    "A.CException".into(),
                    "y\nmore\n ---> hint".into(),
                    1,
                    Some(0)
                ),
                ("A.BException".into(), "x".into(), 2, None),
            ]
        );
    }

    #[test]
    fn an_aggregate_lists_its_own() {
        let text = "System.AggregateException: lost (x) (y (z)) ---> A.BException: x\n   at A.B.C()\n   \
            --- End of inner exception stack trace ---\n   at A.B.D()\n---> (Inner Exception #0) A.BException: x\n   \
            at A.B.C()<---\n\n---> (Inner Exception #1) System.AggregateException: y (z) ---> A.EException: z\n   \
            --- End of inner exception stack trace ---<---\n";
        assert_eq!(
            told(text),
            [
                ("A.EException".into(), "z".into(), 0, Some(2)),
                ("System.AggregateException".into(), "y".into(), 0, Some(0)),
                ("A.BException".into(), "x".into(), 1, Some(0)),
                ("System.AggregateException".into(), "lost".into(), 1, None),
            ]
        );
    }
}
