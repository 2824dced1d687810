//! Batches and events to store.

use std::path::PathBuf;

use jiff::Timestamp;
use stacktail::event::Candidate;
use stacktail::event::protocol::{Event, Exception, Frame, Stacktrace, Values};
use stacktail::level::Level;
use stacktail::limit::Limit;
use stacktail::policy::{AppLimits, Decisions, Gate};
use stacktail::source::{Decided, FileCheckpoint, FileState, Origin, StreamEnd};
use stacktail::store::packed::Packer;
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

/// An app without limits, whose events go to `r<ix>`.
pub(crate) fn limits(ix: u16) -> AppLimits {
    AppLimits {
        name: format!("app{ix}"),
        receiver: format!("r{ix}"),
        gate: Gate::default(),
        min_level: Level::Error,
        sample_rate: 1.0,
        dedup_window: None,
        rate_per_issue: Limit::Off,
        rate: Limit::Off,
    }
}

pub(crate) fn candidate(
    app: u16,
    number: u64,
    issue: &str,
    value: &str,
    record_time: Timestamp,
) -> Candidate {
    let event_id = event("", "", number).event_id;
    let exception = Exception {
        ty: Some(issue.to_owned()),
        value: Some(value.to_owned()),
        stacktrace: Some(Stacktrace {
            frames: vec![Frame {
                function: Some("run".to_owned()),
                ..Frame::default()
            }],
        }),
        ..Exception::default()
    };
    Candidate {
        app,
        event_id,
        record_time,
        event: Event {
            event_id: format!("{:032x}", u128::from_be_bytes(event_id)),
            platform: "python".to_owned(),
            level: "error".to_owned(),
            exception: Some(Values {
                values: vec![exception],
            }),
            ..Event::default()
        },
        handled: true,
        record: None,
        seen_at: String::new(),
    }
}

pub(crate) fn commit(store: &Store, decisions: Decisions) {
    let mut batch = Batch::new(now());
    batch.absorb(decisions, &mut Packer::default());
    store.commit(&batch).unwrap();
}
