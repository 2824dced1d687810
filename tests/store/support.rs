//! Batches and events to store.

use std::path::PathBuf;

use jiff::Timestamp;
use stacktail::source::{Decided, FileCheckpoint, FileState, Origin, StreamEnd};
use stacktail::store::{Batch, Outgoing, Store};

pub(crate) fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

pub(crate) fn origin(number: u8) -> Origin {
    Origin {
        uid: [number; 16],
        generation: 2,
    }
}

pub(crate) fn checkpoint(number: u8, position: u64) -> FileCheckpoint {
    FileCheckpoint {
        origin: origin(number),
        path: PathBuf::from("/var/log/app.log"),
        device: u64::MAX,
        inode: 7,
        birth: Some(-5),
        prefix_len: 12,
        prefix_hash: [1; 16],
        position,
        tail_len: 4,
        tail_hash: [2; 16],
        mid_line: false,
        state: FileState::Live,
        decided: Vec::new(),
        ends: Vec::new(),
    }
}

pub(crate) fn decided(head: u64) -> Decided {
    Decided {
        head,
        end: head + 10,
        stream: u64::MAX - 1,
    }
}

pub(crate) fn stream_end(stream: u64, end: u64) -> StreamEnd {
    StreamEnd { stream, end }
}

pub(crate) fn event(receiver: &str, app: &str, number: u64) -> Outgoing {
    let mut event_id = [0; 16];
    event_id[8..].copy_from_slice(&number.to_be_bytes());
    Outgoing {
        receiver: receiver.to_owned(),
        app: app.to_owned(),
        event_id,
        payload: format!("{{\"n\":{number}}}").into_bytes(),
        suppressed: 0,
        time: now(),
        category: "error",
    }
}

pub(crate) fn batch_of(events: Vec<Outgoing>) -> Batch {
    Batch {
        events,
        ..Batch::new(now())
    }
}

pub(crate) fn opened(dir: &std::path::Path) -> Store {
    Store::open(dir, now()).unwrap().0
}
