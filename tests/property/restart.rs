//! Chunks, interleaving, interruption: the same records, each once.

use std::collections::HashMap;

use proptest::prelude::*;
use stacktail::assemble::{Closed, Record};
use stacktail::source::{LastLine, Piece};

use crate::memory::{LANE, Memory, Run, line_ends, origin, piece, records, records_cut};

const MIXED: &str = include_str!("logs/mixed.log");
const LOGGING: &str = include_str!("logs/logging.log");

/// Two programs in one container: one on stdout, one on stderr, line by line in turn.
fn cri() -> String {
    let mut log = String::new();
    let (mut out, mut err) = (MIXED.lines(), LOGGING.lines().cycle());
    for n in 0..2 * MIXED.lines().count() {
        let second = n / 100;
        let stamp = format!(
            "2026-11-20T15:{:02}:{:02}.{:02}Z",
            second / 60,
            second % 60,
            n % 100
        );
        if n % 2 == 0 {
            let Some(line) = out.next() else { break };
            log.push_str(&format!("{stamp} stdout F {line}\n"));
        } else if let Some(line) = err.next() {
            let (head, tail) = line.split_at(line.len().saturating_sub(1));
            log.push_str(&format!(
                "{stamp} stderr P {head}\n{stamp} stderr F {tail}\n"
            ));
        }
    }
    log
}

fn docker() -> String {
    let mut log = String::new();
    for (n, line) in MIXED.lines().enumerate() {
        let stream = if n % 200 < 100 { "stdout" } else { "stderr" };
        let text = serde_json::to_string(&format!("{line}\n")).unwrap();
        let time = "2026-11-20T15:49:24.5Z";
        log.push_str(&format!(
            "{{\"log\":{text},\"stream\":\"{stream}\",\"time\":\"{time}\"}}\n"
        ));
    }
    log
}

/// Three processes in one file, each line with its header, line by line in turn.
pub(crate) fn prefixed() -> String {
    let mut log = String::new();
    let traces: Vec<&str> = MIXED.lines().filter(|l| !l.starts_with('{')).collect();
    for (n, line) in traces.iter().enumerate() {
        for pid in [11, 12, 13] {
            let own = traces[(n + pid) % traces.len()];
            let line = if pid == 11 { line } else { own };
            log.push_str(&format!(
                "2026-11-20 15:49:23,377 [{pid}] ERROR shop: {line}\n"
            ));
        }
    }
    log
}

fn logs() -> Vec<String> {
    let crlf = MIXED.replace('\n', "\r\n");
    vec![
        MIXED.to_owned(),
        cri(),
        docker(),
        crlf,
        MIXED.trim_end().to_owned(),
    ]
}

#[test]
fn wrappers_change_nothing_but_places() {
    let plain = records(MIXED.as_bytes());
    assert!(plain.len() >= 12, "{}", plain.len());
    let crlf = records(MIXED.replace('\n', "\r\n").as_bytes());
    let lines = |records: &[Record]| records.iter().map(|r| r.lines.clone()).collect::<Vec<_>>();
    assert_eq!(lines(&plain), lines(&crlf));
    let mut coloured = String::new();
    for line in MIXED.lines().filter(|l| !l.starts_with('{')) {
        coloured.push_str(&format!("\x1b[31m{line}\x1b[0m\n"));
    }
    let uncoloured: Vec<Record> = plain
        .into_iter()
        .filter(|r| r.structured.is_none())
        .collect();
    assert_eq!(lines(&records(coloured.as_bytes())), lines(&uncoloured));
}

#[test]
fn one_line_at_a_time_gives_what_one_chunk_gives() {
    for log in logs() {
        let whole = records(log.as_bytes());
        assert!(whole.len() > 10);
        let found = records_cut(log.as_bytes(), &line_ends(log.as_bytes()));
        assert_eq!(found.records, whole);
        assert_eq!(found.counts.lines, log.lines().count() as u64);
        assert_eq!(found.counts.bytes, log.len() as u64);
    }
}

/// Feeds piece by piece; at each of `kills` everything but what a commit stores is lost.
fn with_kills(log: &[u8], cuts: &[usize], kills: &[usize]) -> Vec<Record> {
    let mut durable = Vec::new();
    let mut run = Run::of(Memory::of(log));
    let mut from = 0;
    let mut steps = cuts.iter().copied().chain([log.len()]).collect::<Vec<_>>();
    steps.dedup();
    let mut position = 0;
    for to in steps {
        if to <= from {
            continue;
        }
        run.feed(origin(1), from, to);
        from = to;
        if kills.contains(&to) {
            let hold = run.pipeline.hold(origin(1)).unwrap_or_default();
            durable.append(&mut run.found.records);
            position = hold
                .oldest_open
                .map_or(to, |at| usize::try_from(at).unwrap());
            let mut memory = Memory::of(log);
            memory.stored.insert(origin(1), hold);
            run = Run::of(memory);
            from = position;
            // What had been read before the kill is read again in one piece.
            if to > from {
                run.feed(origin(1), from, to);
                from = to;
            }
        }
    }
    assert!(position <= log.len());
    durable.extend(run.finish().records);
    durable
}

fn sorted(mut records: Vec<Record>) -> Vec<Record> {
    records.sort_by_key(|r| (r.origin, r.head, r.ordinal));
    records
}

#[test]
fn a_kill_behind_any_line_loses_and_repeats_nothing() {
    for log in [cri(), docker(), MIXED.to_owned(), prefixed()] {
        let log = log.as_bytes();
        let whole = sorted(records(log));
        let ends = line_ends(log);
        for kill in ends.iter().step_by(37) {
            let found = sorted(with_kills(log, &ends, &[*kill]));
            assert_eq!(heads(&found), heads(&whole), "killed at {kill}");
            assert_eq!(found, whole, "killed at {kill}");
        }
    }
}

fn heads(records: &[Record]) -> Vec<(u64, u64, usize)> {
    records
        .iter()
        .map(|r| (r.head, r.end, r.lines.len()))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_chunks_give_the_same_records(nth in 0..5_usize, picks in prop::collection::vec(0..10_000_usize, 0..12)) {
        let log = logs().swap_remove(nth);
        let ends = line_ends(log.as_bytes());
        let mut cuts: Vec<usize> = picks.iter().map(|p| ends[p % ends.len()]).collect();
        cuts.sort_unstable();
        prop_assert_eq!(records_cut(log.as_bytes(), &cuts).records, records(log.as_bytes()));
    }

    #[test]
    fn any_kills_give_each_record_once(
        nth in 0..3_usize,
        cuts in prop::collection::vec(0..10_000_usize, 0..20),
        kills in prop::collection::vec(0..10_000_usize, 1..6),
    ) {
        let log = logs().swap_remove(nth);
        let ends = line_ends(log.as_bytes());
        let at = |picks: &[usize]| picks.iter().map(|p| ends[p % ends.len()]).collect::<Vec<_>>();
        let (mut cuts, kills) = (at(&cuts), at(&kills));
        cuts.extend(&kills);
        cuts.sort_unstable();
        cuts.dedup();
        let found = sorted(with_kills(log.as_bytes(), &cuts, &kills));
        prop_assert_eq!(found, sorted(records(log.as_bytes())));
    }

    #[test]
    fn any_bytes_are_read_without_harm(
        noise in prop::collection::vec(any::<u8>(), 0..2_000),
        at in 0..20_000_usize,
        nth in 0..5_usize,
    ) {
        let log = logs().swap_remove(nth);
        let ends = line_ends(log.as_bytes());
        let at = ends[at % ends.len()];
        let mut bytes = log.as_bytes()[..at].to_vec();
        bytes.extend(&noise);
        bytes.push(b'\n');
        bytes.extend(&log.as_bytes()[at..]);
        let found = records_cut(&bytes, &line_ends(&bytes));
        for record in &found.records {
            prop_assert!(record.head < record.end);
            prop_assert!(!record.lines.is_empty() || record.structured.is_some());
        }
        // The traces behind the noise are still found.
        prop_assert!(found.records.len() + 3 >= records(log.as_bytes()).len());
    }
}

#[test]
fn a_record_may_begin_in_one_file_and_end_in_the_next() {
    let log = LOGGING.as_bytes();
    let whole = records(log);
    for cut in line_ends(log) {
        let mut memory = Memory::new();
        memory.files = HashMap::from([
            (origin(1), log[..cut].to_vec()),
            (origin(2), log[cut..].to_vec()),
        ]);
        let mut run = Run::of(memory);
        run.feed(origin(1), 0, cut);
        let open = run.pipeline.hold(origin(1)).unwrap_or_default().oldest_open;
        run.feed(origin(2), 0, log.len() - cut);
        if open.is_some() && run.pipeline.hold(origin(1)).unwrap_or_default().oldest_open == open {
            assert_eq!(
                run.pipeline.hold(origin(2)).unwrap_or_default().oldest_open,
                Some(0)
            );
        }
        let found = run.finish().records;
        let texts =
            |records: &[Record]| records.iter().map(|r| r.lines.clone()).collect::<Vec<_>>();
        assert_eq!(texts(&found), texts(&whole), "cut at {cut}");
    }
}

#[test]
fn silence_counts_only_at_the_end() {
    let trace = "Traceback (most recent call last):\n  File \"/a.py\", line 1, in f\n    x\nValueError: y\n";
    let mut run = Run::of(Memory::of(trace.as_bytes()));
    run.feed(origin(1), 0, trace.len());
    assert_eq!(run.found.records.len(), 0);
    assert!(run.pipeline.overdue(crate::memory::at(999)).is_empty());
    assert_eq!(run.pipeline.overdue(crate::memory::at(1_000)), [LANE]);
    let end = Piece::AtEnd {
        lane: LANE,
        modified: crate::memory::modified(),
    };
    run.tell(&end, 999);
    assert_eq!(run.found.records.len(), 0);
    run.tell(&end, 1_000);
    assert_eq!(run.found.records[0].closed, Closed::Silence);
    assert_eq!(run.pipeline.next_deadline(), None);
    assert_eq!(
        run.pipeline.hold(origin(1)).unwrap_or_default().oldest_open,
        None
    );
    assert_eq!(
        run.pipeline.hold(origin(1)).unwrap_or_default().ends[0].end,
        trace.len() as u64
    );
}

#[test]
fn what_comes_too_late_is_counted() {
    let log = "Traceback (most recent call last):\n  File \"/a.py\", line 1, in f\n    x\n  File \"/b.py\", line 2, in g\n    y\nValueError: z\n";
    let ends = line_ends(log.as_bytes());
    let mut run = Run::of(Memory::of(log.as_bytes()));
    run.feed(origin(1), 0, ends[2]);
    let end = Piece::AtEnd {
        lane: LANE,
        modified: crate::memory::modified(),
    };
    run.tell(&end, 4_999);
    assert_eq!(run.found.records.len(), 0, "unfinished: waits longer");
    run.tell(&end, 5_000);
    assert_eq!(run.found.records.len(), 1);
    run.feed(origin(1), ends[2], log.len());
    let found = run.finish();
    assert_eq!(
        (found.records.len(), found.counts.late_continuations),
        (1, 3)
    );
}

#[test]
fn an_unread_origin_holds_nothing() {
    let run = Run::of(Memory::new());
    assert_eq!(run.pipeline.hold(origin(3)), None);
    let _ = piece(origin(3), 0, LastLine::Cut);
}
