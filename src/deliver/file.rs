//! A file as a receiver: NDJSON. In: events. Out: one line each, on the disk before the event leaves the outbox.

use std::path::Path;

use crate::os::append::append;
use crate::store::Waiting;

/// Writes them all, or none. JSON has no raw line feed in it; what is no JSON loses its own.
pub(super) fn write(path: &Path, events: &[Waiting]) -> std::io::Result<()> {
    let mut lines = Vec::new();
    for event in events {
        let json = event.json();
        lines.extend(json.iter().copied().filter(|byte| *byte != b'\n'));
        lines.push(b'\n');
    }
    append(path, &lines)
}
