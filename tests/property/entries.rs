//! A source of entries, as the journal will be one, goes the same way.

use stacktail::level::Level;
use stacktail::source::{Entry, Hold};

use crate::memory::{Memory, Run, origin, text};

fn entry(number: u64, stream: &str, message: &str) -> Entry {
    Entry {
        number,
        stream: stream.into(),
        time: Some(crate::memory::modified()),
        priority: Some(6),
        message: message.into(),
        ..Entry::default()
    }
}

/// A trace line by line, another's lines between.
fn interleaved() -> Vec<Entry> {
    let trace = [
        "ERROR:shop:failed",
        "Traceback (most recent call last):",
        "  File \"/a.py\", line 1, in f",
        "    x",
        "ValueError: y",
        "INFO:shop:next",
    ];
    let mut entries = Vec::new();
    for (n, line) in (0_u64..).zip(trace) {
        entries.push(entry(100 + 2 * n, "7", line));
        entries.push(entry(101 + 2 * n, "8", "hello"));
    }
    entries
}

#[test]
fn lines_of_streams_come_one_entry_each() {
    let mut run = Run::of(Memory::new());
    run.entries(interleaved());
    let found = run.finish();
    assert_eq!(found.records.len(), 1);
    let record = &found.records[0];
    assert_eq!((record.head, record.end), (102, 109));
    assert_eq!(record.message.as_deref(), Some(b"failed".as_slice()));
    assert_eq!(record.meta.level, Some(Level::Error));
    assert_eq!(text(&record.lines)[3], "ValueError: y");
}

#[test]
fn one_entry_may_hold_all_and_more_than_one() {
    let trace =
        "Traceback (most recent call last):\n  File \"/a.py\", line 1, in f\n    x\nValueError: y";
    let message = format!("ERROR:shop:failed\n{trace}\nERROR:shop:again\n{trace}");
    let mut run = Run::of(Memory::new());
    run.entries(vec![
        entry(1, "7", "INFO:shop:before"),
        entry(2, "7", &message),
        entry(3, "7", "  File"),
    ]);
    let found = run.finish();
    let ordinals: Vec<(u64, u32)> = found.records.iter().map(|r| (r.head, r.ordinal)).collect();
    assert_eq!(ordinals, [(2, 0), (2, 1)]);
    assert_eq!(
        found.records[1].message.as_deref(),
        Some(b"again".as_slice())
    );
    assert_eq!(found.records[0].breadcrumbs[0].message, b"before");
}

#[test]
fn what_stands_before_the_piece_is_asked_of_the_source() {
    let mut entries = interleaved();
    let rest = entries.split_off(2);
    let mut memory = Memory::new();
    memory.ring = entries;
    let mut run = Run::of(memory);
    run.entries(rest);
    let found = run.finish();
    assert_eq!(
        found.records[0].message.as_deref(),
        Some(b"failed".as_slice())
    );
}

#[test]
fn a_restart_goes_on_at_the_open_entry() {
    let whole = {
        let mut run = Run::of(Memory::new());
        run.entries(interleaved());
        run.finish().records
    };
    for kill in 1..interleaved().len() {
        let mut run = Run::of(Memory::new());
        run.entries(interleaved()[..kill].to_vec());
        let hold = run.pipeline.hold(origin(1)).unwrap_or_default();
        let mut records = run.found.records;
        let position = hold.oldest_open.unwrap_or(100 + kill as u64);
        let mut memory = Memory::new();
        memory.ring = interleaved();
        memory.stored.insert(origin(1), Hold { ..hold });
        let mut run = Run::of(memory);
        run.entries(
            interleaved()
                .into_iter()
                .filter(|e| e.number >= position)
                .collect(),
        );
        records.extend(run.finish().records);
        assert_eq!(records, whole, "killed behind {kill}");
    }
}
