//! A file as a receiver: NDJSON. In: events. Out: one line each, on the disk before the event leaves the outbox.

use std::path::Path;

use crate::os::append::append;
use crate::store::Waiting;

/// Writes them all, or none.
pub(super) fn write(path: &Path, events: &[Waiting]) -> std::io::Result<()> {
    let mut lines = Vec::new();
    for event in events {
        line(&event.json(), &mut lines);
    }
    append(path, &lines)
}

/// Writes one.
pub(super) fn write_one(path: &Path, json: &[u8]) -> std::io::Result<()> {
    let mut lines = Vec::new();
    line(json, &mut lines);
    append(path, &lines)
}

/// JSON has no raw line feed in it; what is no JSON loses its own.
fn line(json: &[u8], lines: &mut Vec<u8>) {
    lines.extend(json.iter().copied().filter(|byte| *byte != b'\n'));
    lines.push(b'\n');
}
