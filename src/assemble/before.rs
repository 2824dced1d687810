//! What stands before a trace. In: a stream's lines, read backwards from a hit. Out: the trace's header, the lines between
//! the two, and the log lines before them.
//!
//! # Which log record is a trace's header
//!
//! A logger prints its record and then the trace; a runtime that dies prints the trace alone, behind whatever was logged
//! last. The text does not mark the difference, so:
//!
//! 1. A header on the opening's own line is the trace's header.
//! 2. Behind a line by which the runtime announces a trace (`Exception in thread …`) no header is looked for.
//! 3. The nearest record above is the header if its level is error or worse.
//! 4. A warning is, unless the trace shows that nobody caught it.
//! 5. A lower level, or none, is only if its message also speaks of a failure: a crash taken for an `INFO` record would
//!    be dropped by `min_level`.
//! 6. A JSON line never is: JSON loggers put the trace into the record. So does rsyslog, which writes its lines in one.
//!
//! What is not the header is the newest breadcrumb, and gives the record its time.
//!
//! A header of two lines (java.util.logging) is met second line first: that line waits as one without a header until the
//! line above it says that it goes on.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use jiff::Timestamp;

use super::Breadcrumb;
use super::back::Back;
use super::margin::{flush, margin};
use super::said::Said;
use super::texts::{Grammars, describe, first_open};
use super::writers;
use crate::bounds::{BREADCRUMB_BYTES_MAX, BREADCRUMBS_MAX, PREAMBLE_LINES_MAX, STRAY_LINES_MAX};
use crate::format::{self, Meta, TimeContext, Unwrapped};
use crate::level::Level;

/// What was read back from a hit.
#[derive(Debug, Default)]
pub(super) struct Before {
    /// Earlier parts of the hit's own line (CRI `P`), oldest first.
    pub(super) parts: Vec<u8>,
    /// The nearest record above: the trace's header, maybe.
    pub(super) header: Option<Said>,
    /// Lines between the header and the opening, oldest first.
    pub(super) preamble: Vec<Vec<u8>>,
    /// How many of these, counted from the opening, reach to the line that surely begins the trace.
    pub(super) begun: usize,
    /// Records before the header, oldest first.
    pub(super) breadcrumbs: Vec<Breadcrumb>,
    /// How far the log's headers are set in.
    pub(super) set_in: usize,
    /// The nearest timestamp that is believed.
    pub(super) nearest: Option<Timestamp>,
}

/// Reads back from a hit in a stream; of several writers to it, only the one that is told (0: whoever it was). Not `all`:
/// no further than the header. `margin`: how far the hit is set in. `flush`: its wrapper has no second blank before it.
pub(super) fn read(
    back: &mut dyn Back,
    (stream, writer): (u64, u64),
    (all, margin, flush): (bool, usize, bool),
    grammars: &Grammars,
    context: &TimeContext,
    believed: &dyn Fn(Timestamp) -> bool,
) -> Before {
    let mut walk = Walk {
        all,
        before: Before::default(),
        writer,
        margin,
        flush,
        grammars,
        context,
        believed,
        looking: true,
        below: None,
        announced: false,
    };
    // The line being put together, whose earlier parts may still come; at first the hit's own.
    let mut current: Option<Logical> = None;
    while !walk.is_done() {
        let Some(raw) = back.line() else { break };
        if raw.stream(context) != stream {
            continue;
        }
        let line = raw.unwrap(stream, context);
        if line.partial {
            let whole = current
                .as_mut()
                .map_or(&mut walk.before.parts, |c| &mut c.text);
            whole.splice(0..0, line.text.iter().copied());
        } else if let Some(whole) = current.replace(Logical::from(line)) {
            walk.line(whole);
        }
    }
    if let Some(whole) = current.filter(|_| !walk.is_done()) {
        walk.line(whole);
    }
    walk.finish()
}

/// A line put together from its parts.
struct Logical {
    text: Vec<u8>,
    meta: Meta,
    wrapped: bool,
}

impl From<Unwrapped<'_>> for Logical {
    fn from(line: Unwrapped<'_>) -> Self {
        Self {
            text: line.text.into_owned(),
            meta: line.meta,
            wrapped: line.wrapped,
        }
    }
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "what is asked for and what was met, each by itself"
)]
struct Walk<'a> {
    all: bool,
    /// Filled newest first; `finish` turns it round.
    before: Before,
    writer: u64,
    /// How far the lines below are set in, at least.
    margin: usize,
    /// A blank that was taken for the wrapper's is the line's own.
    flush: bool,
    grammars: &'a Grammars,
    context: &'a TimeContext,
    believed: &'a dyn Fn(Timestamp) -> bool,
    /// The header has not been met, nor ruled out.
    looking: bool,
    /// While nothing is looked for: the line below, if it has no header.
    below: Option<Vec<u8>>,
    announced: bool,
}

impl Walk<'_> {
    /// Is there nothing further back that is asked for?
    fn is_done(&self) -> bool {
        let found = !self.looking && self.before.nearest.is_some();
        self.before.breadcrumbs.len() >= BREADCRUMBS_MAX || (found && !self.all)
    }

    fn line(&mut self, mut line: Logical) {
        // Its parts may have been cut within an escape.
        line.text = format::colour::stripped(line.text);
        if self.flush && line.meta.spaced == Some(true) {
            line.text.insert(0, b' ');
        }
        if line.text.iter().all(u8::is_ascii_whitespace) {
            if self.looking {
                self.unheaded(line);
            }
            return;
        }
        let said = self.described(&line.text);
        if self.writer != 0
            && said
                .as_ref()
                .is_none_or(|s| writers::of(&s.meta) != self.writer)
        {
            return;
        }
        let said = said.map(|mut said| {
            self.second_line(&mut said);
            Said {
                meta: said.meta.over(line.meta.clone()),
                ..said
            }
        });
        let time = said.as_ref().map_or(line.meta.time, |s| s.meta.time);
        if self.before.nearest.is_none() {
            self.before.nearest = time.filter(|t| (self.believed)(*t));
        }
        match said {
            Some(said) if self.looking && !said.is_all() => {
                self.looking = false;
                self.before.header = Some(said);
            }
            Some(said) => {
                self.looking = false;
                self.before.breadcrumbs.push(breadcrumb(said));
            }
            None if self.looking => self.unheaded(line),
            None if line.wrapped => self.wrapped(line),
            None => self.below = Some(line.text),
        }
    }

    /// What a line says of itself. One that is set in further than a line below is that one's neighbour's, quoted.
    fn described(&mut self, text: &[u8]) -> Option<Said> {
        let margin = margin(text);
        let said = describe(text, self.context).filter(|_| margin <= self.margin);
        if said.is_some() && self.looking {
            self.before.set_in = margin;
        }
        self.margin = margin.min(self.margin);
        said
    }

    /// The second line of a header of two lines was read before the first.
    fn second_line(&mut self, said: &mut Said) {
        let below = self.below.take();
        if !said.goes_on {
            return;
        }
        if !self.looking {
            let _ = below.is_some_and(|line| said.continue_with(&line));
        } else if self
            .before
            .preamble
            .last()
            .is_some_and(|line| said.continue_with(line))
        {
            self.before.preamble.pop();
        }
    }

    /// A line without header between the opening and what is looked for.
    fn unheaded(&mut self, line: Logical) {
        self.announced = self.grammars.iter().any(|(_, g)| g.introduces(&line.text));
        self.looking = !self.announced && self.before.preamble.len() + 1 < PREAMBLE_LINES_MAX;
        let begins =
            self.before.begun == 0 && self.grammars.iter().any(|(_, g)| g.begins(&line.text));
        self.before.preamble.push(line.text);
        if begins {
            self.before.begun = self.before.preamble.len();
        }
    }

    /// A line that only its wrapper makes a log line.
    fn wrapped(&mut self, line: Logical) {
        let continues = line.text.first().is_some_and(u8::is_ascii_whitespace);
        if !continues && first_open(self.grammars, &line.text).is_none() {
            self.before.breadcrumbs.push(breadcrumb(Said {
                meta: line.meta,
                message: line.text,
                ..Said::default()
            }));
        }
    }

    fn finish(mut self) -> Before {
        if self.before.set_in > 0 {
            for line in &mut self.before.preamble {
                *line = flush(line, self.before.set_in).to_vec();
            }
        }
        if self.before.header.is_none() && !self.announced {
            self.before
                .preamble
                .truncate(self.before.begun.max(STRAY_LINES_MAX));
        }
        self.before.preamble.reverse();
        self.before.breadcrumbs.reverse();
        self.before
    }
}

impl Before {
    /// Is the nearest record above the trace's header? (Rules 3 to 6.)
    pub(super) fn is_headed(&self, uncaught: Option<bool>) -> bool {
        let Some(header) = &self.header else {
            return false;
        };
        match header.meta.level {
            Some(level) if level >= Level::Error => true,
            _ if uncaught == Some(true) => false,
            Some(Level::Warning) => true,
            _ => speaks_of_failure(&header.message),
        }
    }

    /// The header, if there is one. If what stands above is none, it joins the breadcrumbs.
    pub(super) fn settle(&mut self, uncaught: Option<bool>) -> Option<Said> {
        if self.is_headed(uncaught) {
            return self.header.take();
        }
        if self.header.is_some() {
            let kept = self.begun.max(STRAY_LINES_MAX);
            let stray = self.preamble.len().saturating_sub(kept);
            self.preamble.drain(..stray);
        }
        self.header_is_another();
        None
    }

    /// What stands above is a record of its own.
    pub(super) fn header_is_another(&mut self) {
        if let Some(other) = self.header.take() {
            self.breadcrumbs.push(breadcrumb(other));
        }
        let more = self.breadcrumbs.len().saturating_sub(BREADCRUMBS_MAX);
        self.breadcrumbs.drain(..more);
    }

    /// What it costs in memory.
    pub(super) fn bytes(&self) -> usize {
        let crumbs: usize = self.breadcrumbs.iter().map(|b| b.message.len() + 64).sum();
        let preamble: usize = self.preamble.iter().map(|l| l.len() + 24).sum();
        crumbs + preamble + self.header.as_ref().map_or(0, |h| h.message.len())
    }
}

fn breadcrumb(said: Said) -> Breadcrumb {
    let mut message = said.message;
    message.truncate(BREADCRUMB_BYTES_MAX);
    Breadcrumb {
        time: said.meta.time,
        level: said.meta.level,
        logger: said.meta.logger,
        message,
    }
}

/// Words with which people say, at a low level, that something went wrong.
const FAILURE: &[&str] = &[
    "error",
    "exception",
    "fail",
    "traceback",
    "raised",
    "crash",
    "panic",
    "recover",
    "unhandled",
    "uncaught",
    "retry",
    "abort",
    "could not",
    "cannot",
    "can't",
    "couldn't",
    "unable",
    "timed out",
    "timeout",
    "refused",
    "denied",
    "broken",
    "giving up",
    "unexpected",
];

static FAILURE_WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(FAILURE)
        .ok()
});

fn speaks_of_failure(message: &[u8]) -> bool {
    let message = message.get(..BREADCRUMB_BYTES_MAX).unwrap_or(message);
    FAILURE_WORDS
        .as_ref()
        .is_some_and(|words| words.is_match(message))
}
