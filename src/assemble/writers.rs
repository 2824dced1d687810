//! Whose line it is. In: a line of a stream that several processes or threads write to. Out: the key of its writer's own
//! stream.
//!
//! The wrapper tells streams apart by the line alone. Where there is none, a log header may: it names a process or a
//! thread, and some loggers print it on each line of a trace. So a record whose opening stands behind such a header has a
//! stream of its own, and:
//!
//! - A line with a header belongs to the stream of the writer it names, while that has a record open.
//! - A line without one belongs to the writer whose header was read last, while that has a record open.
//! - What concerns none of these belongs to the stream that the wrapper told.
//!
//! What was decided before a restart is passed over by the same rules, so a second reading tells lines apart as the first.

use super::Place;
use super::back::Raw;
use super::lane::Lane;
use super::texts::describe;
use crate::format::{Meta, TimeContext, Unwrapped, stream_key};

/// Fields by which collectors name the origin of a line.
const ORIGINS: &[&str] = &[
    "container",
    "container_id",
    "container_name",
    "pod",
    "service",
];

/// Who wrote the line, if it has a header: 0 where the header does not say. An entry's writer is its stream already.
pub(super) fn writer(raw: &Raw<'_>, line: &Unwrapped<'_>, context: &TimeContext) -> Option<u64> {
    if !matches!(raw, Raw::Bytes(_)) {
        return None;
    }
    let said = describe(&line.text, context)?;
    Some(of(&said.meta))
}

/// Who a header says it is of; 0 where it does not say.
pub(super) fn of(meta: &Meta) -> u64 {
    let mut name = Vec::new();
    if let Some(pid) = meta.pid {
        name.extend_from_slice(&pid.to_le_bytes());
    }
    if let Some(thread) = &meta.thread {
        name.extend_from_slice(thread.as_bytes());
    }
    for (field, value) in &meta.fields {
        if let Some(value) = value.as_str().filter(|_| ORIGINS.contains(&field.as_str())) {
            name.push(0);
            name.extend_from_slice(value.as_bytes());
        }
    }
    if name.is_empty() {
        0
    } else {
        stream_key(&name)
    }
}

/// The stream of one writer within the one that the wrapper told.
fn own(base: u64, writer: u64) -> u64 {
    if writer == 0 {
        return base;
    }
    let mut name = base.to_le_bytes().to_vec();
    name.extend_from_slice(&writer.to_le_bytes());
    stream_key(&name)
}

impl Lane {
    /// Can a line of this stream concern anything that is open?
    pub(super) fn concerns(&self, base: u64) -> bool {
        self.is_busy(base) || self.writers.contains_key(&base)
    }

    /// Have writers of this stream been told apart?
    pub(super) fn is_split(&self, base: u64) -> bool {
        self.writers.contains_key(&base)
    }

    /// The stream of a line. `writer` is its header's, if it has one; `hit` tells that an opening stands on it.
    pub(super) fn route(&mut self, place: Place, base: u64, writer: Option<u64>, hit: bool) -> u64 {
        let last = self.writers.get(&base).copied().unwrap_or(base);
        if let Some(key) = [last, base].into_iter().find(|key| self.is_joining(*key)) {
            return key;
        }
        let Some(writer) = writer else {
            let goes_on = last != base && self.takes(last, place);
            return if goes_on { last } else { base };
        };
        let key = own(base, writer);
        if key != base || self.is_split(base) {
            self.writers.insert(base, key);
        }
        if hit || key == base || self.takes(key, place) {
            return key;
        }
        // Another's record: whoever prints a trace without headers may have ended before it.
        self.headerless(base).unwrap_or(base)
    }

    /// Is the stream busy, or was what stands here decided for it before a restart?
    fn takes(&self, key: u64, place: Place) -> bool {
        self.is_busy(key) || self.decided(place, key).is_some()
    }

    /// The stream used last, among a stream's writers, whose open record goes on in lines without a header.
    fn headerless(&self, base: u64) -> Option<u64> {
        let writers = self.streams.iter().filter(|(_, s)| s.base == base);
        let open = writers.filter(|(_, s)| s.open.as_ref().is_some_and(|o| o.is_headerless()));
        open.max_by_key(|(_, s)| s.used).map(|(key, _)| *key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pid_thread_and_container_name_a_writer() {
        let meta = |pid: Option<u32>, thread: Option<&str>, container: Option<&str>| Meta {
            pid,
            thread: thread.map(str::to_owned),
            fields: container
                .map(|c| ("container".to_owned(), c.into()))
                .into_iter()
                .collect(),
            ..Meta::default()
        };
        let writers = [
            of(&meta(None, None, None)),
            of(&meta(Some(7), None, None)),
            of(&meta(Some(8), None, None)),
            of(&meta(Some(7), Some("main"), None)),
            of(&meta(None, None, Some("web"))),
        ];
        assert_eq!(writers[0], 0);
        let mut distinct = writers.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), writers.len());
        assert_eq!(own(5, 0), 5);
        assert_ne!(own(5, writers[1]), own(6, writers[1]));
    }
}
