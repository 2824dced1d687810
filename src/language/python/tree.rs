//! Text to tree. In: the lines of a record. Out: the chain of exceptions it prints, each with its frames, its message as
//! printed, and, for a group, the chains inside it.
//!
//! Never fails; lines that fit nowhere are passed over. Nothing is decided here of how the SDK names things.

use super::line::{self, Link};
use crate::bounds::{FRAME_REPEATS_MAX, GROUP_DEPTH_MAX, RECORD_FRAMES_MAX};
use crate::language::Frame;
use crate::language::seek::Seek as _;

/// Exceptions in the order printed: each hangs on the one before it.
pub(super) type Chain = Vec<Node>;

/// One printed exception.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// As printed, with its module; empty where the text ends before it.
    pub(super) ty: String,
    /// Lines of the message; `None`: there was no colon.
    pub(super) message: Option<Vec<String>>,
    /// Oldest first.
    pub(super) frames: Vec<Frame>,
    /// Printed under `Exception Group Traceback`.
    pub(super) group: bool,
    /// What it is to the one before it.
    pub(super) link: Option<Link>,
    /// File and line of a `SyntaxError`'s block.
    pub(super) syntax: Option<(String, u32)>,
    /// The members of a group.
    pub(super) members: Vec<Chain>,
    /// The type's module was left out by whoever wrote it down.
    pub(super) without_module: bool,
    /// Its parts stand apart by blank lines (loguru).
    pub(super) spaced: bool,
}

/// A line freed of its margin.
struct Line<'a> {
    depth: usize,
    kind: Kind<'a>,
}

enum Kind<'a> {
    Text(&'a str),
    /// `+---------------- 1 ----------------`: a member begins.
    Member,
    /// `+------------------------------------`: the group ends.
    Close,
}

impl Line<'_> {
    fn within_group(&self) -> bool {
        self.depth > 0 && matches!(self.kind, Kind::Text(_))
    }
}

/// Reads a whole record.
pub(super) fn read(lines: &[&str]) -> Chain {
    let lines = unmargin(lines);
    let mut reader = Reader {
        lines: &lines,
        at: 0,
        frames_left: RECORD_FRAMES_MAX,
    };
    reader.chain(0)
}

/// Takes the margins off. A margin counts only below a group's opening, so that a message may hold bars.
fn unmargin<'a>(lines: &[&'a str]) -> Vec<Line<'a>> {
    let mut out: Vec<Line<'a>> = Vec::with_capacity(lines.len());
    let mut origin: Option<usize> = None;
    let plain = |first: &&&str| line::is_opening(first) && !first.trim_start().starts_with('+');
    let base = lines
        .first()
        .filter(plain)
        .map_or(0, |first| line::indent(first));
    for text in lines {
        let body = text.trim_start_matches([' ', '\t']);
        let column = line::indent(text);
        if line::is_group_opening(text) && body.starts_with("+ ") && origin.is_none() {
            origin = Some(column);
        }
        let margined = origin
            .filter(|origin| column >= *origin && body.starts_with(['|', '+']))
            .map(|origin| ((column - origin) / 2 + 1, body));
        if let Some((depth, body)) = margined {
            out.push(margined_line(depth, body));
            continue;
        }
        // Up to 3.12 the interpreter prints the later lines of a message without the margin.
        let above = out
            .last()
            .filter(|above| above.within_group() && origin.is_some());
        let depth = above.map_or(0, |above| above.depth);
        if depth == 0 && !line::is_blank(text) {
            origin = None;
        }
        let base = if depth == 0 { base } else { 0 };
        let kind = Kind::Text(line::dedent(text, base));
        out.push(Line { depth, kind });
    }
    out
}

fn margined_line(depth: usize, body: &str) -> Line<'_> {
    if let Some(text) = body.strip_prefix('|') {
        let text = text.strip_prefix(' ').unwrap_or(text);
        return Line {
            depth,
            kind: Kind::Text(text),
        };
    }
    let rest = body.strip_prefix('+').unwrap_or(body);
    if let Some(text) = rest.strip_prefix(' ') {
        return Line {
            depth,
            kind: Kind::Text(text),
        };
    }
    let (depth, rest) = match rest.strip_prefix("-+") {
        Some(rest) => (depth + 1, rest),
        None => (depth, rest),
    };
    let label = rest.trim_matches(|c| c == '-' || c == ' ');
    let kind = if label.is_empty() {
        Kind::Close
    } else {
        Kind::Member
    };
    Line { depth, kind }
}

/// Room for the frames of most tracebacks.
const USUAL_FRAMES: usize = 24;

struct Reader<'a> {
    lines: &'a [Line<'a>],
    at: usize,
    frames_left: usize,
}

/// Where in a block the reader stands.
#[derive(Clone, Copy)]
enum At {
    /// Before anything, or behind a joiner.
    Head(Option<Link>),
    /// Among frames.
    Frames,
    /// In the message; `true`: within the quotes of a remote traceback.
    Message(bool),
}

impl<'a> Reader<'a> {
    /// All exceptions at this depth, to the first line that lies outside.
    fn chain(&mut self, depth: usize) -> Chain {
        let mut chain = Chain::new();
        let mut place = At::Head(None);
        while let Some(line) = self.lines.get(self.at) {
            match line.kind {
                Kind::Text(text) if line.depth == depth => {
                    self.at += 1;
                    place = self.text(&mut chain, place, text);
                }
                // A group at the top of the chain carries its margin from its first line on.
                Kind::Text(_) if depth == 0 && line.depth == 1 => {
                    let link = match place {
                        At::Head(link) => link,
                        _ => None,
                    };
                    let mut inner = self.chain(1);
                    if let Some(first) = inner.first_mut() {
                        first.link = link;
                    }
                    chain.append(&mut inner);
                    place = At::Message(false);
                }
                Kind::Member if line.depth == depth + 1 => {
                    let members = self.members(depth + 1);
                    if let Some(last) = chain.last_mut() {
                        last.members.extend(members);
                    }
                }
                Kind::Text(_) | Kind::Member if line.depth > depth + 1 || depth == 0 => {
                    self.at += 1;
                }
                Kind::Close if line.depth > depth => self.at += 1,
                _ => break,
            }
        }
        if let Some(last) = chain.last_mut() {
            end_message(last, false);
        }
        chain
    }

    /// The members of a group, each a chain one step deeper.
    fn members(&mut self, depth: usize) -> Vec<Chain> {
        let mut members = Vec::new();
        while let Some(line) = self.lines.get(self.at) {
            if line.depth != depth {
                break;
            }
            match line.kind {
                Kind::Member => {
                    self.at += 1;
                    let member = if depth < GROUP_DEPTH_MAX {
                        self.chain(depth)
                    } else {
                        Chain::new()
                    };
                    if !member.is_empty() {
                        members.push(member);
                    }
                }
                Kind::Close => {
                    self.at += 1;
                    break;
                }
                Kind::Text(_) => self.at += 1,
            }
        }
        members
    }

    fn text(&mut self, chain: &mut Chain, place: At, text: &'a str) -> At {
        match place {
            At::Head(link) => head(chain, link, text),
            At::Frames => match chain.last_mut() {
                Some(node) => self.frames(node, text),
                None => At::Head(None),
            },
            At::Message(quoted) => match chain.last_mut() {
                Some(node) => message(node, quoted, text),
                None => At::Head(None),
            },
        }
    }

    fn frames(&mut self, node: &mut Node, text: &'a str) -> At {
        if let Some(found) = line::frame(text) {
            self.frame(node, &found);
            return At::Frames;
        }
        if let Some(times) = line::repeated(text) {
            self.repeat(node, times);
            return At::Frames;
        }
        if line::is_blank(text) {
            node.spaced = true;
            return At::Frames;
        }
        if line::indent(text) > 0 {
            source_line(node, text);
            return At::Frames;
        }
        match line::exception(text) {
            Some((ty, message)) => {
                take_exception(node, ty, message);
                At::Message(false)
            }
            None => At::Frames,
        }
    }

    fn frame(&mut self, node: &mut Node, found: &line::FrameLine<'_>) {
        if let Some((file, lineno)) = node.syntax.take() {
            // Not the block of a SyntaxError after all: another frame follows it.
            node.frames.push(Frame {
                abs_path: Some(file),
                lineno: Some(lineno),
                ..Frame::default()
            });
        }
        if found.caught {
            node.frames.clear();
        }
        let Some(function) = found.function else {
            node.syntax = Some((found.file.to_owned(), found.lineno));
            return;
        };
        if self.frames_left == 0 {
            return;
        }
        self.frames_left -= 1;
        if node.frames.is_empty() {
            node.frames.reserve(USUAL_FRAMES);
        }
        node.frames.push(Frame {
            function: Some(function.to_owned()),
            abs_path: Some(found.file.to_owned()),
            lineno: Some(found.lineno).filter(|n| *n > 0),
            ..Frame::default()
        });
    }

    fn repeat(&mut self, node: &mut Node, times: u64) {
        let Some(last) = node.frames.last().cloned() else {
            return;
        };
        let times = usize::try_from(times.min(FRAME_REPEATS_MAX))
            .unwrap_or(0)
            .min(self.frames_left);
        self.frames_left -= times;
        node.frames.extend(std::iter::repeat_n(last, times));
    }
}

/// The first line beneath a frame is its source; carets and what follows are not.
fn source_line(node: &mut Node, text: &str) {
    if node.syntax.is_some() || line::is_carets(text) {
        return;
    }
    if let Some(frame) = node.frames.last_mut()
        && frame.context_line.is_none()
    {
        frame.context_line = Some(text.trimmed().to_owned());
    }
}

fn head(chain: &mut Chain, link: Option<Link>, text: &str) -> At {
    if line::opens(text) {
        let group = line::is_group_opening(text);
        chain.push(Node {
            group,
            link,
            ..Node::default()
        });
        return At::Frames;
    }
    match line::exception(text) {
        Some((ty, message)) => {
            let mut node = Node {
                link,
                ..Node::default()
            };
            take_exception(&mut node, ty, message);
            chain.push(node);
            At::Message(false)
        }
        None => At::Head(link),
    }
}

fn take_exception(node: &mut Node, ty: &str, message: Option<&str>) {
    ty.clone_into(&mut node.ty);
    node.message = message.map(|m| vec![m.to_owned()]);
}

fn message(node: &mut Node, within: bool, text: &str) -> At {
    if !within && let Some(link) = line::joiner(text) {
        end_message(node, true);
        return At::Head(Some(link));
    }
    let mark = text.trimmed_end() == "\"\"\"";
    let lines = node.message.get_or_insert_default();
    let begins = mark && !within && matches!(lines.as_slice(), [only] if only.is_empty());
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines.push(text.to_owned());
    At::Message(begins || (within && !mark))
}

/// Takes off the blank lines that are not the message's: one before a joiner, all at the end of the text.
fn end_message(node: &mut Node, joined: bool) {
    let Some(lines) = node.message.as_mut() else {
        return;
    };
    let mut blanks = if joined && !node.spaced {
        1
    } else {
        usize::MAX
    };
    while blanks > 0 && lines.len() > 1 && lines.last().is_some_and(|l| line::is_blank(l)) {
        lines.pop();
        blanks -= 1;
    }
    if lines.len() == 1 && lines.first().is_some_and(String::is_empty) {
        node.message = None;
    }
}
