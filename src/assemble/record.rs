//! The record of a trace whose lines are all there. In: the trace's lines, what its header and its wrapper say, what stands
//! before it. Out: a [`Record`].

use jiff::Timestamp;

use super::before::Before;
use super::texts::Whole;
use super::{Closed, Place, Record};
use crate::format::Meta;

/// A record of a trace whose lines are all there.
pub(super) fn record(
    whole: Whole,
    place: Place,
    wrapper: Meta,
    before: Before,
    believed: &dyn Fn(Timestamp) -> bool,
    modified: Timestamp,
) -> Record {
    let stream = wrapper.stream;
    let outer = wrapper.time;
    let (meta, message) = match whole.said {
        Some(said) => (said.meta.over(wrapper), Some(said.message)),
        None => (wrapper, None),
    };
    let time = [meta.time, outer, before.nearest]
        .into_iter()
        .flatten()
        .find(|t| believed(*t))
        .unwrap_or(modified);
    Record {
        lane: place.lane,
        origin: place.origin,
        head: place.head,
        end: place.end,
        ordinal: 0,
        stream,
        language: whole.language,
        lines: whole.lines,
        preamble: whole.preamble,
        meta,
        message: message
            .map(|m| m.trim_ascii().to_vec())
            .filter(|m| !m.is_empty()),
        breadcrumbs: before.breadcrumbs,
        time,
        closed: Closed::NextLine,
        lines_dropped: 0,
        structured: whole.structured,
        apart: whole.apart,
    }
}
