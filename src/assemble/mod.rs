//! Whole records. In: lines of one lane. Out: [`Record`]s: header, trace, what stood before it.
//!
//! Never waits without a deadline: a record ends by a line that cannot continue it, by silence, or by a bound.

use jiff::Timestamp;

use crate::format::Meta;
use crate::level::Level;
use crate::source::{LaneId, Origin};

/// Index of a language in the registry.
pub type LanguageIx = u8;

/// What a language tells the assembler: whether a trace opens at a text.
pub trait Grammar: Sync {
    /// The tracker of a trace that opens with this text, or `None` if the opening is not one here. `text` is freed of its
    /// wrapper, and of its log header if it has one.
    fn open(&self, text: &[u8]) -> Option<Box<dyn Tracker>>;
}

/// Follows one trace line by line.
pub trait Tracker {
    /// What `text`, the next line of the stream, is to the trace. `header` tells that it begins with a log header (the text
    /// is then given without it).
    fn step(&mut self, text: &[u8], header: bool) -> Step;

    /// Is the trace plainly unfinished, so that silence must last longer to end it?
    fn unfinished(&self) -> bool;
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
    pub lines: Vec<Vec<u8>>,
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
