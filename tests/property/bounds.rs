//! Hostile input: bounded, and the next trace is still found.

use stacktail::assemble::Closed;
use stacktail::bounds::{
    DECIDED_SPANS_MAX, OPEN_RECORDS_BYTES_MAX, RECORD_LINES_MAX, STREAM_BEHIND_BYTES_MAX,
    STREAMS_MAX,
};
use stacktail::source::{Entry, Piece};

use crate::memory::{LANE, Memory, Run, at, modified, origin, records, records_cut, text};

const TRACE: &str =
    "Traceback (most recent call last):\n  File \"/a.py\", line 1, in f\n    x\nValueError: y\n";

#[test]
fn a_hundred_thousand_frames_keep_both_ends() {
    let frames = "  File \"/a.py\", line 1, in f\n    x\n".repeat(100_000);
    let log =
        format!("Traceback (most recent call last):\n{frames}ValueError: deep\nINFO:a:b\n{TRACE}");
    let found = records_cut(log.as_bytes(), &[]);
    assert_eq!(found.records.len(), 2);
    let deep = &found.records[0];
    assert_eq!(deep.lines.len(), RECORD_LINES_MAX);
    assert_eq!(text(&deep.lines)[RECORD_LINES_MAX - 1], "ValueError: deep");
    assert_eq!(deep.lines_dropped, 200_002 - RECORD_LINES_MAX as u64);
    assert_eq!(deep.closed, Closed::NextLine);
}

#[test]
fn junk_of_every_kind_hides_no_trace() {
    let nested = "[".repeat(10_000);
    let junk: Vec<Vec<u8>> = vec![
        vec![b'x'; 3 << 20],
        format!("{{\"log\":\"Traceback (most recent call last):{nested}").into_bytes(),
        format!("{{\"a\":{nested},\"exc_type\":1}}").into_bytes(),
        vec![0; 100_000],
        b"\xff\xfe\x80Traceback (most recent call last):\xff".to_vec(),
        b"\x1b[31mTraceback (most recent call last)".repeat(50),
        "Traceback (most recent call last):\n"
            .repeat(5_000)
            .into_bytes(),
        "2026-11-20T15:49:24.5Z stderr P Traceback (most recent call last)\n"
            .repeat(500)
            .into_bytes(),
        b"{\"log\":\"Traceback (most recent call last):\\n\",\"stream\":\"stderr\",\"time\":\"x\"}"
            .to_vec(),
    ];
    for bytes in junk {
        let mut log = bytes.clone();
        log.extend(b"\n");
        log.extend(format!("ERROR:shop:still found\n{TRACE}").bytes());
        let found = records(&log);
        let last = found.last().unwrap();
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        assert_eq!(
            last.message.as_deref(),
            Some(b"still found".as_slice()),
            "{shown}"
        );
        assert_eq!(last.lines.len(), 4, "{shown}");
    }
}

fn entry(number: u64, stream: u64, message: String) -> Entry {
    Entry {
        number,
        stream: stream.to_string().into_bytes(),
        message: message.into_bytes(),
        ..Entry::default()
    }
}

#[test]
fn open_records_together_are_bounded_and_the_oldest_goes_first() {
    let mut run = Run::of(Memory::new());
    let big = format!(
        "  File \"/a.py\", line 1, in f\n    {}\n",
        "x".repeat(500_000)
    );
    for stream in 0..30 {
        run.entries(vec![entry(
            stream,
            stream,
            format!("Traceback (most recent call last):\n{big}"),
        )]);
    }
    let closed: Vec<u64> = run.found.records.iter().map(|r| r.head).collect();
    assert!(
        closed.len() >= 30 - OPEN_RECORDS_BYTES_MAX / 500_000,
        "{closed:?}"
    );
    assert_eq!(closed, (0..closed.len() as u64).collect::<Vec<_>>());
    assert!(run.found.records.iter().all(|r| r.closed == Closed::Bound));
    assert_eq!(run.finish().records.len(), 30);
}

#[test]
fn streams_are_bounded() {
    let mut run = Run::of(Memory::new());
    let count = 2 * STREAMS_MAX as u64;
    let both = |stream| {
        [
            entry(stream, stream, TRACE.to_owned()),
            entry(stream, stream, "INFO:a:b".into()),
        ]
    };
    for first in (0..count).step_by(512) {
        run.entries((first..first + 512).flat_map(both).collect());
    }
    assert!(run.pipeline.hold(origin(1)).unwrap_or_default().ends.len() <= STREAMS_MAX);
    let found = run.finish();
    assert_eq!(found.records.len() as u64, count);
}

#[test]
fn decided_spans_are_bounded() {
    // One stream holds a record open, the other goes on.
    let time = "2026-11-20T15:49:24.5Z";
    let mut log = format!("{time} stderr F Traceback (most recent call last):\n");
    for _ in 0..DECIDED_SPANS_MAX + 10 {
        for line in TRACE.lines() {
            log.push_str(&format!("{time} stdout F {line}\n"));
        }
        log.push_str(&format!("{time} stdout F INFO:a:b\n"));
    }
    let mut run = Run::of(Memory::of(log.as_bytes()));
    run.feed(origin(1), 0, log.len());
    let hold = run.pipeline.hold(origin(1)).unwrap_or_default();
    assert!(
        hold.decided.len() <= DECIDED_SPANS_MAX,
        "{}",
        hold.decided.len()
    );
    assert_eq!(hold.oldest_open, None, "the oldest open record was closed");
    let first = run.found.records.iter().find(|r| r.head == 0).unwrap();
    assert_eq!(first.closed, Closed::Bound);
}

#[test]
fn a_stream_left_behind_does_not_slow_its_lane_for_ever() {
    let time = "2026-11-20T15:49:24.5Z";
    let filler = format!("{time} stdout F {}\n", "x".repeat(100_000));
    let repeats = STREAM_BEHIND_BYTES_MAX as usize / 100_000 + 2;
    let log = format!(
        "{time} stderr F Traceback (most recent call last):\n{}",
        filler.repeat(repeats)
    );
    let mut run = Run::of(Memory::of(log.as_bytes()));
    run.feed(origin(1), 0, log.len());
    assert_eq!(run.found.records[0].closed, Closed::Bound);
}

#[test]
fn a_record_may_not_stay_open_for_ever() {
    let frame = "  File \"/a.py\", line 1, in f\n    x\n";
    let log = format!("Traceback (most recent call last):\n{}", frame.repeat(50));
    let ends = crate::memory::line_ends(log.as_bytes());
    let mut run = Run::of(Memory::of(log.as_bytes()));
    let mut from = 0;
    for (second, to) in (0_u64..).zip(ends) {
        run.feed_at(origin(1), from, to, second * 1_000);
        from = to;
    }
    assert_eq!(run.found.records.len(), 1);
    assert_eq!(run.found.records[0].closed, Closed::Bound);
    assert_eq!(run.found.records[0].lines.len(), 31);
    assert!(run.found.counts.late_continuations > 60);
}

#[test]
fn a_pause_does_not_age_a_record() {
    let mut run = Run::of(Memory::of(TRACE.as_bytes()));
    let ends = crate::memory::line_ends(TRACE.as_bytes());
    run.feed_at(origin(1), 0, ends[1], 0);
    // An hour without a read, then the rest.
    run.feed_at(origin(1), ends[1], TRACE.len(), 3_600_000);
    run.tell(
        &Piece::AtEnd {
            lane: LANE,
            modified: at(3_600_000).wall,
        },
        3_600_500,
    );
    assert_eq!(run.found.records.len(), 0);
    assert_eq!(run.finish().records[0].lines.len(), 4);
    let _ = modified();
}
