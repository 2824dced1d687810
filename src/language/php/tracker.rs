//! What belongs to a PHP trace. In: the stream's lines, one by one. Out: a [`Step`] for each.
//!
//! `Stack trace:`, frames and `thrown in` tell themselves. Between a message's first line and `Stack trace:` can stand
//! anything: it belongs only if the stack follows. Behind `{main}` only the next exception of the chain may follow.

use super::line::{self, Kind, NEXT, PREVIOUS, STACK, STACK_LOGGED, UNCAUGHT};
use super::stack;
use crate::assemble::{Step, Tracker};
use crate::bounds::{FOREIGN_LINES_MAX, LOOSE_LINES_MAX};
use crate::language::seek::Seek as _;

/// Where in the trace the last line stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// In a message whose end was not seen.
    Words,
    /// Between frames.
    Frames,
    /// Behind `{main}`.
    Main,
    /// Behind an error of one line, or behind `thrown in`: Xdebug's list may follow.
    Said,
    /// In Xdebug's list.
    List,
    /// Behind everything.
    Over,
}

/// Follows one PHP trace.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts of the lines so far, each by itself"
)]
pub(super) struct Follower {
    kind: Kind,
    part: Part,
    uncaught: bool,
    /// The engine wrote it into a page.
    page: bool,
    /// Each line carries the header that the first had.
    prefixed: bool,
    /// The first line had one.
    headed: bool,
    /// A line without a header came.
    raw: bool,
    framed: bool,
    /// The last line ended with the place that an exception names.
    placed: bool,
    loose: u32,
    foreign: u32,
}

impl Follower {
    /// A follower, if the text opens a trace.
    pub(super) fn open(text: &str) -> Option<Self> {
        let kind = line::kind(text)?;
        let ends = line::is_page_end(text);
        let page = ends || line::is_page(text);
        let unmarked = page.then(|| line::unmarked(text));
        let text = unmarked.as_deref().unwrap_or(text);
        let body = line::bare(text);
        let said = line::said(body).filter(|_| kind == Kind::Engine);
        let words = said.map_or("", |s| s.words);
        let part = match kind {
            Kind::Calls if line::unlabelled(body).trimmed() == "#0 {main}" => Part::Over,
            Kind::Listed | Kind::Calls => Part::Frames,
            Kind::Told => Part::Over,
            Kind::Engine if ends => Part::Over,
            Kind::Engine if line::on_line(words).is_some() => Part::Said,
            Kind::Logged if is_closed(body) => Part::Over,
            Kind::Engine | Kind::Logged => Part::Words,
        };
        Some(Self {
            kind,
            part,
            uncaught: words.starts_with(UNCAUGHT),
            page,
            prefixed: false,
            headed: false,
            raw: false,
            framed: kind == Kind::Calls,
            placed: kind == Kind::Logged && is_placed(body.trimmed()),
            loose: 0,
            foreign: 0,
        })
    }

    fn next(&mut self, text: &str, header: bool) -> Step {
        let body = line::bare(text).trimmed();
        if self.part == Part::Over {
            return Step::Ended;
        }
        let own = self.is_own(body);
        if header && !self.prefixed {
            let again = self.kind == Kind::Calls && !self.raw;
            if own && (!self.framed || again) {
                self.prefixed = true;
            } else if !self.may_be_prefixed(body) {
                return self.foreign();
            }
        }
        self.raw |= !header;
        if body.is_empty() {
            return if self.part == Part::Said {
                Step::Ended
            } else {
                Step::Perhaps
            };
        }
        match self.part {
            Part::Words => self.in_words(body),
            Part::Frames | Part::Main => self.in_frames(body),
            Part::Said => {
                if line::is_xdebug(body) {
                    self.part = Part::List;
                    return Step::Perhaps;
                }
                Step::Ended
            }
            Part::List => match stack::xdebug(body) {
                Some(_) => Step::Belongs,
                None => Step::Ended,
            },
            Part::Over => Step::Ended,
        }
    }

    /// Can the line be nothing but this trace's?
    fn is_own(&self, body: &str) -> bool {
        let stack = matches!(body, STACK | STACK_LOGGED);
        let listed = self.part == Part::List && stack::xdebug(body).is_some();
        let lists = self.part == Part::Said && line::is_xdebug(body);
        stack
            || lists
            || listed
            || stack::call(body).is_some()
            || (body.is_empty() && self.prefixed)
    }

    /// May it be a message's further line, each with the header of the first? The stack will tell.
    fn may_be_prefixed(&self, body: &str) -> bool {
        let whole = line::said(body).is_some();
        self.part == Part::Words && self.headed && !self.raw && !whole
    }

    fn foreign(&mut self) -> Step {
        let waits = matches!(self.part, Part::Words | Part::Frames)
            || (self.part == Part::Main && self.uncaught);
        let step = Step::Foreign.at_most(FOREIGN_LINES_MAX, &mut self.foreign);
        if waits { step } else { Step::Ended }
    }

    fn in_words(&mut self, body: &str) -> Step {
        if body == STACK || body == STACK_LOGGED {
            self.part = Part::Frames;
            self.loose = 0;
            return Step::Belongs;
        }
        if self.kind == Kind::Logged && is_closed(body) {
            self.part = Part::Over;
            return Step::Belongs;
        }
        // A header that ends in a word in brackets takes `[stacktrace]` for its own.
        if self.kind == Kind::Logged && self.placed && stack::call(body).is_some() {
            self.part = Part::Frames;
            return self.in_frames(body);
        }
        let ended = is_placed(body);
        self.placed = ended;
        if self.kind == Kind::Logged && (ended || body.starts_with(PREVIOUS)) {
            return Step::Belongs;
        }
        if line::said(body).is_some_and(|said| said.named) {
            return Step::Ended;
        }
        if self.kind == Kind::Engine && !self.framed && line::on_line(body).is_some() {
            self.part = Part::Said;
            return Step::Belongs;
        }
        self.loosely()
    }

    fn loosely(&mut self) -> Step {
        Step::Perhaps.at_most(LOOSE_LINES_MAX, &mut self.loose)
    }

    fn in_frames(&mut self, body: &str) -> Step {
        if let Some(call) = stack::call(body) {
            let another = self.kind == Kind::Calls && stack::is_first(body);
            if self.part == Part::Main || another {
                return Step::Ended;
            }
            self.framed = true;
            self.loose = 0;
            if call == stack::Call::Main {
                self.part = Part::Main;
            }
            return Step::Belongs;
        }
        if line::is_thrown(body) {
            self.part = Part::Said;
            return Step::Belongs;
        }
        let next = body.starts_with(NEXT) || body.starts_with(PREVIOUS);
        if next && self.framed {
            self.part = Part::Words;
            self.loose = 0;
            if body.starts_with(PREVIOUS) {
                return Step::Belongs;
            }
            return Step::Perhaps;
        }
        if self.part == Part::Main {
            if self.kind == Kind::Logged && body.starts_with('"') {
                self.part = Part::Over;
                return Step::Belongs;
            }
            return Step::Ended;
        }
        if !self.framed || line::kind(body).is_some() {
            return Step::Ended;
        }
        // Arguments of old versions hold line ends.
        self.loosely()
    }
}

/// `… at F:N)`, behind which Monolog's text may end or go on.
fn is_placed(body: &str) -> bool {
    body.strip_suffix(')').and_then(line::place).is_some()
}

/// Does Monolog's text end on this line?
fn is_closed(text: &str) -> bool {
    text.contains(")\"") || text.contains("\\n\"")
}

impl Tracker for Follower {
    fn step(&mut self, text: &[u8], header: bool) -> Step {
        let text = line::text(text);
        if self.page {
            self.next(&line::unmarked(&text), header)
        } else {
            self.next(&text, header)
        }
    }

    fn unfinished(&self) -> bool {
        match self.part {
            Part::Words => !self.placed,
            Part::Frames => true,
            _ => false,
        }
    }

    fn headed(&mut self) {
        self.headed = true;
    }

    fn uncaught(&self) -> Option<bool> {
        match self.kind {
            Kind::Engine => Some(true),
            Kind::Listed => None,
            Kind::Calls | Kind::Logged | Kind::Told => Some(false),
        }
    }
}
