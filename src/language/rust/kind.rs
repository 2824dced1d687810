//! How a Rust trace begins. In: a line. Out: what it opens, if anything.

use super::{line, panic, sources};
use crate::language::seek::Seek as _;

/// How a record begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `thread 'main' panicked at …`.
    Panic,
    /// color-eyre's panic.
    Crashed,
    /// The runtime gives up.
    Fatal,
    /// tracing-panic's line.
    Logged,
    /// The chain, the place or the backtrace of an anyhow or eyre report, whose head stands above.
    Report,
    /// Among the calls of a backtrace that somebody printed.
    Listed,
    /// tracing's line of an error with its sources.
    Sources,
}

/// How a record that begins with this line begins; `None` if the line opens none.
pub(super) fn kind(text: &str) -> Option<Kind> {
    let body = line::bare(text.trim_start());
    let bare = body.trimmed_end();
    if line::head(body).is_some() {
        return Some(Kind::Panic);
    }
    if bare == line::CRASHED {
        return Some(Kind::Crashed);
    }
    if line::fatal(bare).is_some() || line::overflowed(bare).is_some() {
        return Some(Kind::Fatal);
    }
    if [line::CAUSES, line::LOCATION, line::REPORT_STACK].contains(&bare) || line::is_banner(text) {
        return Some(Kind::Report);
    }
    if sources::read(body).is_some() {
        return Some(Kind::Sources);
    }
    if panic::payload(body).is_some() {
        return Some(Kind::Logged);
    }
    let begun = text.contains(line::BEGUN) && line::call(text).is_some();
    begun.then_some(Kind::Listed)
}
