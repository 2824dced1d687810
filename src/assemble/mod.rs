//! Whole records. In: lines of one lane. Out: [`Record`]s: header, trace, what stood before it.
//!
//! Never waits without a deadline: a record ends by a line that cannot continue it, by silence, or by a bound.

mod assembler;
mod back;
mod before;
mod feed;
mod give;
mod headed;
mod join;
mod kept;
mod lane;
mod limits;
mod lines;
mod margin;
mod message;
mod open;
mod record;
mod rival;
mod said;
mod stepped;
mod texts;
mod turn;
mod waiting;
mod writers;

use jiff::Timestamp;

use crate::format::Meta;
use crate::level::Level;
use crate::source::{LaneId, Origin};

pub use assembler::{Around, Assembler, Belief, Place};
pub use back::{Back, Floor, Raw};
pub use lines::Lines;

/// Index of a language in the registry.
pub type LanguageIx = u8;

/// The language of records without a trace.
pub const MESSAGE: LanguageIx = LanguageIx::MAX;

/// What a language tells the assembler: whether a trace opens at a text.
pub trait Grammar: Sync {
    /// The tracker of a trace that opens with this text, or `None` if the opening is not one here. `text` is freed of its
    /// wrapper, and of its log header if it has one.
    fn open(&self, text: &[u8]) -> Option<Box<dyn Tracker>>;

    /// Is this line the runtime's own announcement of a trace it is about to print (`Exception in thread …`)? Then no log
    /// record before it is the trace's header.
    fn introduces(&self, text: &[u8]) -> bool {
        let _ = text;
        false
    }

    /// Can this line begin nothing but what the runtime prints of a trace? Behind the message of another language's trace it
    /// does so, once what follows proves it.
    fn announces(&self, text: &[u8]) -> bool {
        self.introduces(text)
    }

    /// Is this line the first of what the runtime prints of a trace, though the opening comes later (type and message before
    /// the frames)? What stands between the two is then the trace's, however long.
    fn begins(&self, text: &[u8]) -> bool {
        let _ = text;
        false
    }

    /// Is this list of objects, found in a field of a JSON line, this language's account of a trace?
    fn claims(&self, structured: &serde_json::Value) -> bool {
        let _ = structured;
        false
    }
}

/// Follows one trace line by line.
pub trait Tracker: Send {
    /// What `text`, the next line of the stream, is to the trace. `header` tells that it begins with a log header (the text
    /// is then given without it).
    fn step(&mut self, text: &[u8], header: bool) -> Step;

    /// Is the trace plainly unfinished, so that silence must last longer to end it?
    fn unfinished(&self) -> bool;

    /// Is the last line free text, behind which the trace may have ended unseen? No frame need follow then.
    fn speaks(&self) -> bool {
        false
    }

    /// If nothing more comes, do the lines belong that only a later one would have proven to?
    fn presumes(&self) -> bool {
        false
    }

    /// The trace stands behind a log header: what follows it up to the next header is the record's.
    fn headed(&mut self) {}

    /// Did the runtime print the trace because nobody caught the exception? `None`: the lines so far do not tell. A log
    /// record of low level that stands before such a trace is not its header.
    fn uncaught(&self) -> Option<bool> {
        None
    }
}

/// A line's part in a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It belongs to the trace.
    Belongs,
    /// It belongs if a later line does too (a blank line, a message that may go on).
    Perhaps,
    /// A record of its own with its own header stands between the trace's lines; the trace may go on behind it.
    Foreign,
    /// The trace ended before it.
    Ended,
}

impl Step {
    /// This step, counted in `count`; [`Step::Ended`] when it was given more than `most` times.
    #[must_use]
    pub fn at_most(self, most: u32, count: &mut u32) -> Self {
        *count += 1;
        if *count > most { Self::Ended } else { self }
    }
}

/// Why a record ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// The stream's next line cannot continue it.
    NextLine,
    /// Nothing came for as long as the bound says.
    Silence,
    /// A bound on lines, bytes, time or memory.
    Bound,
    /// The input ended.
    InputEnded,
}

/// One record with a trace in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Where it was read.
    pub lane: LaneId,
    /// File and generation of its head.
    pub origin: Origin,
    /// First byte of the line on which the opening hit.
    pub head: u64,
    /// First byte behind its last line, in the origin of that line.
    pub end: u64,
    /// Counts records with the same head (several traces in one line), from 0.
    pub ordinal: u32,
    /// Hash of the stream key.
    pub stream: u64,
    /// Who claims it.
    pub language: LanguageIx,
    /// The trace's lines, freed of wrapper and header, from the opening on.
    pub lines: Lines,
    /// Lines that stood between the header and the opening, oldest first (`Exception in thread …`, message lines).
    pub preamble: Vec<Vec<u8>>,
    /// The header line's own account, or the wrapper's where there is no header.
    pub meta: Meta,
    /// The message of the header line, if there was a header.
    pub message: Option<Vec<u8>>,
    /// Log lines of the stream before the header, oldest first.
    pub breadcrumbs: Vec<Breadcrumb>,
    /// Record time: the header's, else the nearest one read back, else the file's modification time at the read.
    pub time: Timestamp,
    /// Why it ended.
    pub closed: Closed,
    /// Lines left out because of a bound.
    pub lines_dropped: u64,
    /// A trace that the record holds as structure, not as text (a JSON array of exceptions), to be read by the language.
    pub structured: Option<serde_json::Value>,
    /// The trace stands in a field by itself: no line of it is the message's.
    pub apart: bool,
}

/// A log line before the trace.
#[derive(Debug, Clone, PartialEq)]
pub struct Breadcrumb {
    /// When.
    pub time: Option<Timestamp>,
    /// How severe.
    pub level: Option<Level>,
    /// Its logger.
    pub logger: Option<String>,
    /// Its message.
    pub message: Vec<u8>,
}

/// What the rooms up to here have seen, by name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lines, or entries.
    pub lines: u64,
    /// Bytes.
    pub bytes: u64,
    /// Lines on which an opening stood.
    pub hits: u64,
    /// Records made.
    pub records: u64,
    /// Records ended by a bound rather than by what was printed.
    pub closed_by_bound: u64,
    /// Lines of records that a bound left out.
    pub lines_dropped: u64,
    /// Lines that continue a record which is already decided.
    pub late_continuations: u64,
    /// Records of their own that stood between a trace's lines.
    pub foreign: u64,
    /// Lines passed over because what they belong to was decided before a restart.
    pub decided_again: u64,
    /// Streams whose state was given up for others.
    pub streams_evicted: u64,
}

impl Counts {
    /// Every count under its name.
    #[must_use]
    pub fn named(&self) -> [(&'static str, u64); 10] {
        [
            ("lines", self.lines),
            ("bytes", self.bytes),
            ("hits", self.hits),
            ("records", self.records),
            ("closed_by_bound", self.closed_by_bound),
            ("record_lines_dropped", self.lines_dropped),
            ("late_continuations", self.late_continuations),
            ("foreign", self.foreign),
            ("decided_again", self.decided_again),
            ("streams_evicted", self.streams_evicted),
        ]
    }

    /// The counts that tell of something odd, for the ledger.
    #[must_use]
    pub fn odd(&self) -> [(&'static str, u64); 4] {
        [
            ("closed_by_bound", self.closed_by_bound),
            ("record_lines_dropped", self.lines_dropped),
            ("late_continuations", self.late_continuations),
            ("streams_evicted", self.streams_evicted),
        ]
    }

    /// Adds another's counts.
    pub fn add(&mut self, other: &Self) {
        self.lines += other.lines;
        self.bytes += other.bytes;
        self.hits += other.hits;
        self.records += other.records;
        self.closed_by_bound += other.closed_by_bound;
        self.lines_dropped += other.lines_dropped;
        self.late_continuations += other.late_continuations;
        self.foreign += other.foreign;
        self.decided_again += other.decided_again;
        self.streams_evicted += other.streams_evicted;
    }
}

/// What came out of one piece of input.
#[derive(Debug, Default)]
pub struct Found {
    /// Records, in the order in which they ended.
    pub records: Vec<Record>,
    /// What was seen.
    pub counts: Counts,
}
