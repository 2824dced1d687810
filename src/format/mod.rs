//! Wrappers of lines. In: one raw line. Out: its text, freed of wrapper and log header, with stream key, timestamp,
//! level, logger and fields.
//!
//! What a line is wrapped in is told by the line itself, so that reading can begin anywhere and come out the same.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::level::Level;

/// A line freed of its wrapper (CRI, docker, JSON), its own log header still in the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Unwrapped<'a> {
    /// The text without its line end. Colour codes are gone.
    pub text: Cow<'a, [u8]>,
    /// What the wrapper says.
    pub meta: Meta,
    /// The text goes on in the stream's next line (CRI `P`, docker without `\n`).
    pub partial: bool,
}

/// What a wrapper or a log header says of a line.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Meta {
    /// Hash of what tells interleaved streams of one file apart (container, stdout/stderr); 0 where nothing does.
    pub stream: u64,
    /// When, as written. A timestamp without a zone is read in the lane's zone.
    pub time: Option<Timestamp>,
    /// How severe.
    pub level: Option<Level>,
    /// The logger's name.
    pub logger: Option<String>,
    /// The thread's name or id.
    pub thread: Option<String>,
    /// The process id.
    pub pid: Option<u32>,
    /// Further fields of the record, by name.
    pub fields: Vec<(String, serde_json::Value)>,
}

/// A log header found at the start of a text, as `2026-11-20 15:49:24,580 - config - ERROR - message`.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// Time, level, logger, thread, pid.
    pub meta: Meta,
    /// Where in the text the message begins.
    pub message_at: usize,
}
