//! An entry's fields. In: names and values, one after another. Out: an [`Entry`], with what apps are told apart by.

use std::sync::LazyLock;

use jiff::Timestamp;

use crate::bounds::{ENTRY_MESSAGE_BYTES_MAX, FIELD_BYTES_MAX};
use crate::source::{Entry, Fields};

/// Fields that are kept: what is shown, what picks, and what tells streams apart.
const KEPT: &[&str] = &[
    "_SYSTEMD_UNIT",
    "SYSLOG_IDENTIFIER",
    "_PID",
    "_STREAM_ID",
    "_BOOT_ID",
    "_COMM",
    "_EXE",
    "_HOSTNAME",
    "_TRANSPORT",
    "_SYSTEMD_USER_UNIT",
    "SYSLOG_PID",
    "_LINE_BREAK",
    "CODE_FILE",
    "CODE_LINE",
    "CODE_FUNC",
    "LOGGER",
    "THREAD_NAME",
    "MESSAGE_ID",
    "UNIT",
    "USER_UNIT",
    "OBJECT_SYSTEMD_UNIT",
    "CONTAINER_ID",
    "CONTAINER_NAME",
    "CONTAINER_TAG",
    "IMAGE_NAME",
    "CONTAINER_PARTIAL_MESSAGE",
    "COREDUMP_UNIT",
    "COREDUMP_USER_UNIT",
    "COREDUMP_SIGNAL",
    "COREDUMP_SIGNAL_NAME",
    "COREDUMP_TIMESTAMP",
    "COREDUMP_PID",
    "COREDUMP_TID",
    "COREDUMP_THREAD_NAME",
    "COREDUMP_UID",
    "COREDUMP_EXE",
    "COREDUMP_COMM",
    "COREDUMP_CMDLINE",
    "COREDUMP_CWD",
    "COREDUMP_CGROUP",
    "COREDUMP_CONTAINER_CMDLINE",
    "COREDUMP_PACKAGE_NAME",
    "COREDUMP_PACKAGE_VERSION",
    "COREDUMP_FILENAME",
    "_UID",
];

/// The same by length, each with its [`tail`]: of some twenty fields of an entry most are told from all of these by the two.
static BY_LENGTH: LazyLock<Vec<Vec<(u64, &'static str)>>> = LazyLock::new(|| {
    let longest = KEPT.iter().map(|name| name.len()).max().unwrap_or(0);
    let of = |len: usize| {
        let names = KEPT.iter().copied();
        let names = names.filter(|name| name.len() == len);
        names.map(|name| (tail(name.as_bytes()), name)).collect()
    };
    (0..=longest).map(of).collect()
});

/// A text's last eight bytes as a number, or all of them.
pub(super) fn tail(text: &[u8]) -> u64 {
    match text.last_chunk::<8>() {
        Some(last) => u64::from_le_bytes(*last),
        None => text.iter().fold(0, |n, byte| n << 8 | u64::from(*byte)),
    }
}

/// The name as the program's own, if the field is kept.
fn kept(name: &[u8]) -> Option<&'static str> {
    let names = BY_LENGTH.get(name.len())?;
    let tail = tail(name);
    let mut names = names.iter().filter(|(known, _)| *known == tail);
    names.find_map(|(_, known)| (known.as_bytes() == name).then_some(*known))
}

/// Name and value of `NAME=value`.
pub(super) fn parted(field: &[u8]) -> (&[u8], &[u8]) {
    let at = memchr::memchr(b'=', field).unwrap_or(field.len());
    (
        field.get(..at).unwrap_or_default(),
        field.get(at + 1..).unwrap_or_default(),
    )
}

/// Is this field another with each entry?
pub(super) fn changes(name: &[u8]) -> bool {
    matches!(
        name,
        b"MESSAGE"
            | b"SYSLOG_TIMESTAMP"
            | b"SYSLOG_RAW"
            | b"_SOURCE_REALTIME_TIMESTAMP"
            | b"_SOURCE_MONOTONIC_TIMESTAMP"
            | b"_SOURCE_BOOTTIME_TIMESTAMP"
    )
}

/// Takes one field; gives how many bytes of its value were cut.
pub(super) fn take(entry: &mut Entry, name: &[u8], value: &[u8]) -> usize {
    match name {
        b"MESSAGE" if entry.message.is_empty() => {
            let kept = value.get(..ENTRY_MESSAGE_BYTES_MAX).unwrap_or(value);
            entry.message.extend_from_slice(kept);
            return value.len() - kept.len();
        }
        b"PRIORITY" => {
            entry.priority = match value {
                [digit @ b'0'..=b'7'] => Some(digit - b'0'),
                _ => None,
            }
        }
        _ => {
            if let Some(name) = kept(name) {
                entry
                    .fields
                    .push(name, value.get(..FIELD_BYTES_MAX).unwrap_or(value));
            }
        }
    }
    0
}

/// What follows from the fields, once they are all there.
pub(super) fn finish(entry: &mut Entry, realtime: i64) {
    let Entry {
        fields,
        stream,
        priority,
        ..
    } = entry;
    stream_name(fields, *priority, stream);
    dated(entry, realtime);
    // Docker says it of every part but the last; journald of a line longer than LineMax=.
    entry.partial = entry.fields.get("CONTAINER_PARTIAL_MESSAGE") == Some(b"true")
        || entry.fields.get("_LINE_BREAK") == Some(b"line-max");
}

/// When it was written.
pub(super) fn dated(entry: &mut Entry, realtime: i64) {
    entry.time = Timestamp::from_microsecond(realtime).ok();
}

/// What tells the writers of one journal apart: boot, container or process, and the stream that it writes to.
fn stream_name(fields: &Fields, priority: Option<u8>, name: &mut Vec<u8>) {
    let mut boot = None;
    let mut pid = None;
    let mut container = None;
    let mut stream = None;
    let mut identifier = None;
    for (field, value) in fields.iter() {
        match field {
            "_BOOT_ID" => boot = value.get(..8),
            "_PID" => pid = Some(value),
            "CONTAINER_ID" => container = Some(value),
            "_STREAM_ID" => stream = Some(value),
            "SYSLOG_IDENTIFIER" => identifier = Some(value),
            _ => {}
        }
    }
    let mut add = |part: Option<&[u8]>| {
        name.extend_from_slice(part.unwrap_or_default());
        name.push(0);
    };
    add(boot);
    match container {
        // All containers' lines come from the one process of the runtime, stdout and stderr at two priorities.
        Some(container) => {
            add(Some(container));
            add(Some(&[priority.unwrap_or(u8::MAX)]));
        }
        None => {
            add(pid);
            add(stream.or(identifier));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(fields: &[&str]) -> Entry {
        let mut entry = Entry::default();
        for field in fields {
            let (name, value) = field.split_once('=').unwrap_or((field, ""));
            take(&mut entry, name.as_bytes(), value.as_bytes());
        }
        finish(&mut entry, 1_790_000_000_000_000);
        entry
    }

    #[test]
    fn message_priority_and_what_is_known_are_taken() {
        let entry = entry(&[
            "PRIORITY=3",
            "MESSAGE=a=b\nc",
            "_SYSTEMD_UNIT=shop.service",
            "_CAP_EFFECTIVE=0",
            "no field",
        ]);
        assert_eq!(entry.message, b"a=b\nc");
        assert_eq!(entry.priority, Some(3));
        let names: Vec<_> = entry.fields.iter().collect();
        assert_eq!(names, [("_SYSTEMD_UNIT", &b"shop.service"[..])]);
        assert_eq!(entry.time.unwrap().to_string(), "2026-09-21T14:13:20Z");
    }

    #[test]
    fn streams_are_those_of_processes_and_containers() {
        let stream = |fields: &[&str]| entry(fields).stream;
        let one = stream(&["_PID=7", "_STREAM_ID=a"]);
        assert_eq!(
            one,
            stream(&["_STREAM_ID=a", "SYSLOG_IDENTIFIER=x", "_PID=7"])
        );
        assert_ne!(one, stream(&["_PID=7", "_STREAM_ID=b"]));
        assert_ne!(one, stream(&["_PID=8", "_STREAM_ID=a"]));
        assert_ne!(
            one,
            stream(&["_PID=7", "_STREAM_ID=a", "_BOOT_ID=12345678"])
        );
        let web = stream(&["_PID=7", "CONTAINER_ID=web", "PRIORITY=6"]);
        assert_ne!(web, stream(&["_PID=7", "CONTAINER_ID=db", "PRIORITY=6"]));
        assert_ne!(web, stream(&["_PID=7", "CONTAINER_ID=web", "PRIORITY=3"]));
    }

    #[test]
    fn parts_of_a_line_are_told() {
        assert!(entry(&["CONTAINER_PARTIAL_MESSAGE=true"]).partial);
        assert!(entry(&["_LINE_BREAK=line-max"]).partial);
        assert!(!entry(&["_LINE_BREAK=eof"]).partial);
    }

    #[test]
    fn a_giant_message_is_cut_and_says_how_much() {
        let mut entry = Entry::default();
        let text = vec![b'x'; ENTRY_MESSAGE_BYTES_MAX + 9];
        assert_eq!(take(&mut entry, b"MESSAGE", &text), 9);
        assert_eq!(entry.message.len(), ENTRY_MESSAGE_BYTES_MAX);
    }
}
