//! Sentry events. In: a trace, its record, the app. Out: an [`Event`] as the language's SDK would have sent it.
//!
//! Knows nothing of HTTP. Reads no file but source context, beneath allowed roots, through `os::context`.

mod build;
mod clean;
mod extra;
mod facts;
mod id;
mod labels;
mod limits;
mod place;
pub mod pretty;
pub mod protocol;
mod source;
mod stacks;

use jiff::Timestamp;

pub use build::{Builder, HostFacts};
pub use facts::RecordFacts;
pub use id::event_id;
use protocol::Event;

/// An event with what policy and route need to know of it.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The app it belongs to.
    pub app: crate::source::AppIx,
    /// SHA-256, cut to 16 bytes, of machine id, app, `file_uid`, generation, offset of the head, ordinal.
    pub event_id: [u8; 16],
    /// Record time: dedup, limits and windows run on it.
    pub record_time: Timestamp,
    /// The payload.
    pub event: Event,
    /// Somebody caught it; where the text does not tell, a log header before the trace does.
    pub handled: bool,
    /// Its record's facts, for apps with rules.
    pub record: Option<Box<RecordFacts>>,
    /// The path it was read from, for people.
    pub seen_at: String,
}
