//! What a trace prints. In: its lines from the first exception on. Out: the exceptions and how they hang together.
//!
//! Printed as `Throwable.printStackTrace` does it: an exception, its frames, its suppressed ones a level deeper, its cause;
//! or, where a logger begins with the root cause, each wrapper behind what it wraps.

use super::head::{self, Head};
use super::line::{self, Elided, FrameLine, Link};

/// One exception.
#[derive(Debug)]
pub(super) struct Node<'a> {
    /// Its text, line by line.
    words: Vec<&'a str>,
    /// Something says that an exception must stand here.
    sure: bool,
    /// Blanks before its first line.
    indent: usize,
    /// Its own frames, newest first.
    pub(super) frames: Vec<FrameLine<'a>>,
    /// Frames left out because the enclosing trace has the same.
    pub(super) elided: usize,
    /// The exception whose trace encloses it.
    pub(super) encloser: Option<usize>,
    /// Its cause.
    pub(super) cause: Option<usize>,
    /// What it suppressed, in order.
    pub(super) suppressed: Vec<usize>,
    /// Lines behind the first exception's own that are before its text's end, as far as it is known.
    told: usize,
}

impl<'a> Node<'a> {
    fn new(words: &'a str, sure: bool, indent: usize, told: usize) -> Self {
        Self {
            told,
            words: vec![words],
            sure,
            indent,
            frames: Vec::new(),
            elided: 0,
            encloser: None,
            cause: None,
            suppressed: Vec::new(),
        }
    }

    /// Class and message.
    pub(super) fn head(&self) -> Head {
        head::read(&self.words.join("\n"), self.sure)
    }

    /// Does its text begin to say what another exception said? What wraps the one behind it repeats that one's text.
    fn quotes(&self, behind: Option<&Node<'_>>) -> bool {
        let Some(first) = self.words.first() else {
            return false;
        };
        let named = head::embedded(first).and_then(|at| first.get(at..));
        let repeats = |text: &str| behind.is_some_and(|node| node.words.first() == Some(&text));
        let listed = self.words.iter().skip(1).any(|text| head::is_certain(text));
        named.is_some_and(|text| !repeats(text)) || listed
    }
}

/// All exceptions of a trace.
#[derive(Debug, Default)]
pub(super) struct Tree<'a> {
    /// In the order in which they are printed.
    pub(super) nodes: Vec<Node<'a>>,
    /// The one that was reported.
    pub(super) root: usize,
    /// A thread dump's marks stood among the lines.
    pub(super) dump: bool,
    /// Frames were left out that no other trace has.
    pub(super) lost: bool,
}

/// Where the last line stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Message,
    Frames,
}

/// What stands between the last frame and the line at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    Nothing,
    /// An empty line, which nobody prints among frames: they were a message's.
    Empty,
    /// Another's line.
    Strange,
}

/// Frames in a row that a message quotes, at least: a log may have an empty line behind each.
const QUOTED_FRAMES: usize = 2;
/// Messages of a trace that are read on behind frames, and exceptions that a message may quote.
const QUOTATIONS: usize = 16;

struct Reader<'a> {
    tree: Tree<'a>,
    part: Part,
    /// Blanks before each line of the whole.
    base: usize,
    /// The exceptions that may still get a cause or a suppressed one, the deepest level last.
    levels: Vec<usize>,
    /// All lines so far.
    lines: Vec<&'a str>,
    gap: Gap,
    /// Frames since the gap before them.
    in_a_row: usize,
    /// The last exception's stack is whole.
    whole: bool,
    quotations: usize,
}

/// Reads a trace. `first` is the first exception's text on its line, `indent` the blanks before it; `sure` that it is one.
pub(super) fn read<'a>(
    first: &'a str,
    indent: usize,
    sure: bool,
    rest: impl Iterator<Item = &'a str>,
) -> Tree<'a> {
    let mut reader = Reader {
        tree: Tree::default(),
        part: Part::Message,
        base: indent,
        levels: vec![0],
        lines: Vec::new(),
        gap: Gap::Nothing,
        in_a_row: 0,
        whole: false,
        quotations: 0,
    };
    reader.tree.nodes.push(Node::new(first, sure, indent, 0));
    for text in rest {
        reader.line(text);
        reader.lines.push(text);
    }
    reader.tree
}

impl<'a> Reader<'a> {
    fn line(&mut self, text: &'a str) {
        let frame = match self.part {
            Part::Message => line::first_frame(text),
            Part::Frames => line::frame(text),
        };
        if let Some(frame) = frame {
            self.read_on();
            self.part = Part::Frames;
            if let Some(node) = self.tree.nodes.last_mut() {
                node.frames.push(frame);
            }
            return;
        }
        if let Some((link, rest)) = line::link(text) {
            if line::is_circular(rest) {
                // What is printed again is sent once.
                self.part = Part::Frames;
                return;
            }
            if self.part == Part::Frames || head::is_certain(rest) {
                self.part = Part::Message;
                self.linked(link, line::indent(text), rest);
                return;
            }
        }
        match line::elided(text) {
            Some(Elided::Common(count)) => {
                self.elided(count);
                self.whole = true;
            }
            Some(Elided::Lost) => self.tree.lost = true,
            None => {
                self.tree.dump |= self.part == Part::Frames && line::is_dump(text);
                self.words(text);
                return;
            }
        }
        self.part = Part::Frames;
    }

    /// A frame: the message goes up to it where what stands between it and the last one shows that the message quoted that.
    fn read_on(&mut self) {
        let gap = std::mem::replace(&mut self.gap, Gap::Nothing);
        let apart = gap == Gap::Empty && self.in_a_row >= QUOTED_FRAMES;
        if self.part == Part::Frames && (apart || self.whole) && self.quotations < QUOTATIONS {
            self.quotations += 1;
            self.unquote();
        }
        self.in_a_row = if gap == Gap::Nothing {
            self.in_a_row + 1
        } else {
            1
        };
        self.whole = false;
    }

    /// Gives the lines so far to the message that quotes them.
    fn unquote(&mut self) {
        let nodes = &mut self.tree.nodes;
        let mut near = (0..nodes.len()).rev().take(QUOTATIONS);
        let quotes = |at: &usize| {
            let node = nodes.get(*at);
            node.is_some_and(|node| node.quotes(nodes.get(at + 1)))
        };
        let last = (!self.whole).then(|| nodes.len().saturating_sub(1));
        let Some(at) = near.find(quotes).or(last) else {
            return;
        };
        nodes.truncate(at + 1);
        for node in nodes.iter_mut() {
            node.cause.take_if(|cause| *cause > at);
            node.suppressed.retain(|suppressed| *suppressed <= at);
        }
        if let Some(node) = nodes.last_mut() {
            let told = self.lines.get(node.told..).unwrap_or_default();
            let told = told.iter().skip(node.words.len() - 1);
            node.words
                .extend(told.map(|text| line::dedent(text, self.base)));
            (node.elided, node.frames) = (0, Vec::new());
        }
        self.levels.retain(|level| *level < at);
        self.levels.push(at);
    }

    fn words(&mut self, text: &'a str) {
        if self.part == Part::Frames {
            let empty = line::is_blank(text) && self.gap != Gap::Strange;
            let named = line::announces_stack(text) && self.gap == Gap::Empty;
            self.gap = if empty || named {
                Gap::Empty
            } else {
                Gap::Strange
            };
        }
        if line::is_circular(text) {
            self.part = Part::Frames;
        }
        if self.part == Part::Message
            && let Some(node) = self.tree.nodes.last_mut()
        {
            node.words.push(line::dedent(text, self.base));
        }
    }

    fn elided(&mut self, count: usize) {
        if let Some(node) = self.tree.nodes.last_mut() {
            node.elided = count;
        }
    }

    fn linked(&mut self, link: Link, indent: usize, text: &'a str) {
        let new = self.tree.nodes.len();
        (self.gap, self.in_a_row, self.whole) = (Gap::Nothing, 0, false);
        let mut node = Node::new(text, true, indent, self.lines.len() + 1);
        let indent_of = |at: &usize| self.tree.nodes.get(*at).map_or(0, |n: &Node<'_>| n.indent);
        // The whole may have lost its indentation: then a suppressed exception is the outer one's.
        let deeper = |at: &usize| match link {
            Link::Suppressed => indent_of(at) >= indent,
            Link::Cause | Link::Wrapper => indent_of(at) > indent,
        };
        while self.levels.len() > 1 && self.levels.last().is_some_and(deeper) {
            self.levels.pop();
        }
        let other = self.levels.last().copied().unwrap_or_default();
        match link {
            Link::Cause => {
                self.levels.pop();
                node.encloser = Some(other);
                self.with(other, |n| n.cause = Some(new));
            }
            Link::Suppressed => {
                node.encloser = Some(other);
                self.with(other, |n| n.suppressed.push(new));
            }
            Link::Wrapper => {
                self.levels.pop();
                self.wrap(&mut node, other, new);
            }
        }
        self.levels.push(new);
        self.tree.nodes.push(node);
    }

    /// The new exception takes the place of the one that it wraps.
    fn wrap(&mut self, node: &mut Node<'a>, inner: usize, new: usize) {
        node.cause = Some(inner);
        let outer = self.tree.nodes.get(inner).and_then(|n| n.encloser);
        node.encloser = outer;
        self.with(inner, |n| n.encloser = Some(new));
        match outer {
            Some(outer) => self.with(outer, |n| {
                for suppressed in &mut n.suppressed {
                    if *suppressed == inner {
                        *suppressed = new;
                    }
                }
            }),
            None => self.tree.root = new,
        }
    }

    fn with(&mut self, at: usize, change: impl FnOnce(&mut Node<'a>)) {
        if let Some(node) = self.tree.nodes.get_mut(at) {
            change(node);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `Type(own+elided) cause[…] suppressed[…]` of the root.
    fn told(lines: &[&'static str]) -> String {
        let (first, rest) = lines.split_first().unwrap();
        let tree = read(first, 0, true, rest.iter().copied());
        node(&tree, tree.root)
    }

    fn node(tree: &Tree<'_>, at: usize) -> String {
        let n = &tree.nodes[at];
        let suppressed = n
            .suppressed
            .iter()
            .map(|s| format!(" s[{}]", node(tree, *s)));
        let cause = n.cause.map(|c| format!(" c[{}]", node(tree, c)));
        let own = format!("{}({}+{})", n.head().ty, n.frames.len(), n.elided);
        [own].into_iter().chain(suppressed).chain(cause).collect()
    }

    #[test]
    fn causes_and_suppressed() {
        let text = told(&[
            "a.A: x",
            "\tat a.b(C.java:1)",
            "\tSuppressed: a.B: 1",
            "\t\tat a.b(C.java:1)",
            "\t\tSuppressed: a.C: 1",
            "\t\t\t... 1 more",
            "\tCaused by: a.D: 1",
            "\t\t... 1 more",
            "\tSuppressed: a.E",
            "\t\tat a.b(C.java:1)",
            "Caused by: a.F: Caused by: nothing",
            "Caused by: this and that",
            "\tat a.b(C.java:1)",
            "\t... 2 more",
        ]);
        assert_eq!(
            text,
            "A(1+0) s[B(1+0) s[C(0+1)] c[D(0+1)]] s[E(1+0)] c[F(1+2)]"
        );
    }

    #[test]
    fn root_cause_first() {
        let text = told(&[
            "a.A: x",
            "\tat a.b(C.java:1)",
            "\t... 3 common frames omitted",
            "Wrapped by: a.B: y",
            "\tat a.b(C.java:1)",
            "\t... 2 common frames omitted",
            "Wrapped by: a.C: z",
            "\tat a.b(C.java:1)",
        ]);
        assert_eq!(text, "C(1+0) c[B(1+2) c[A(1+3)]]");
    }

    #[test]
    fn a_message_quotes_a_trace() {
        let value = |lines: &[&'static str]| {
            let tree = read(lines[0], 0, true, lines[1..].iter().copied());
            let node = &tree.nodes[tree.nodes.len() - 1];
            (
                tree.nodes.len(),
                node.frames.len(),
                node.head().value.unwrap(),
            )
        };
        let stack = ["\tat r.b(C.java:1)", "\tat r.b(C.java:2)"];
        let own = "\tat a.b(C.java:3)";
        let named = "\n\tat r.b(C.java:1)\n\tat r.b(C.java:2)\n";
        let rpc = ["a.A: x", stack[0], stack[1], "", own];
        assert_eq!(value(&rpc), (1, 1, format!("x{named}")));
        let job = ["a.A: x", stack[0], stack[1], "", "Driver stacktrace:", own];
        assert_eq!(value(&job), (1, 1, format!("x{named}\nDriver stacktrace:")));
        // Behind a whole stack, though no line is empty.
        let cause = ["Caused by: r.E", stack[0], "\t... 1 more"];
        let said = [
            "a.A: said: r.D: y",
            stack[0],
            cause[0],
            cause[1],
            cause[2],
            own,
        ];
        assert_eq!(value(&said).0, 1);
        let wraps = ["a.A: r.E", stack[0], cause[0], cause[1], cause[2], own];
        let tree = read(wraps[0], 0, true, wraps[1..].iter().copied());
        assert_eq!((tree.nodes.len(), tree.nodes[0].cause), (2, Some(1)));
        // An empty line behind each frame, and another's line between them.
        assert_eq!(value(&["a.A: x", stack[0], "", stack[1], "", own]).1, 3);
        assert_eq!(value(&["a.A: x", stack[0], stack[1], "up", "", own]).1, 3);
        let again = ["a.A: x"]
            .into_iter()
            .chain(["", stack[0], stack[1]].repeat(20_000));
        let again: Vec<&str> = again.collect();
        assert_eq!(
            read(again[0], 0, true, again[1..].iter().copied())
                .nodes
                .len(),
            1
        );
    }

    #[test]
    fn circles_are_cut() {
        let text = told(&[
            "a.A: x",
            "\tat a.b(C.java:1)",
            "Caused by: a.B: y",
            "\tat a.b(C.java:1)",
            "Caused by: [CIRCULAR REFERENCE: a.A: x]",
        ]);
        assert_eq!(text, "A(1+0) c[B(1+0)]");
        let old = told(&[
            "a.A: x",
            "\tat a.b(C.java:1)",
            "\t[CIRCULAR REFERENCE:a.A: x]",
        ]);
        assert_eq!(old, "A(1+0)");
    }

    #[test]
    fn thousands_of_causes() {
        let mut lines = vec!["a.A: x"; 1];
        lines.extend(["Caused by: a.A: x", "\tat a.b(C.java:1)"].repeat(50_000));
        let (first, rest) = lines.split_first().unwrap();
        let tree = read(first, 0, true, rest.iter().copied());
        assert_eq!(tree.nodes.len(), 50_001);
        let deep: Vec<String> = (0..2_000)
            .map(|n| " ".repeat(n) + "Suppressed: a.A: x")
            .collect();
        let tree = read("a.A", 0, true, deep.iter().map(String::as_str));
        assert_eq!(tree.nodes.len(), 2_001);
    }
}
