//! Processes and threads that write to one file: a log header on each line tells their traces apart.

use proptest::prelude::*;
use stacktail::assemble::Record;

use crate::memory::{records, text};

/// The trace of one writer.
fn trace(writer: usize, nth: usize) -> Vec<String> {
    let head = ["Traceback (most recent call last):".to_owned()];
    let frames = (0..3 + writer).flat_map(|frame| {
        let file = format!(
            "  File \"/srv/w{writer}/m{frame}.py\", line {}, in f",
            nth + 1
        );
        [file, format!("    call_{writer}_{frame}()")]
    });
    let end = [format!("ValueError: w{writer} n{nth}")];
    head.into_iter().chain(frames).chain(end).collect()
}

/// How a writer's header names it.
fn header(dress: usize, writer: usize) -> String {
    let stamp = "2026-11-20 15:49:23,377";
    match dress {
        0 => format!("{stamp} [{}] ERROR shop: ", 1000 + writer),
        1 => format!("{stamp} [worker-{writer}] ERROR shop.pay - "),
        _ => format!("[{stamp}] [{}] [ERROR] ", 70 + writer),
    }
}

/// Each writer's lines in their order, the writers' in the order of `turns`.
fn interleaved(lines: &[Vec<String>], turns: &[usize]) -> String {
    let mut queues: Vec<_> = lines.iter().map(|lines| lines.iter()).collect();
    let mut log = String::new();
    let all = (0..lines.len()).flat_map(|writer| vec![writer; lines[writer].len()]);
    for writer in turns.iter().copied().chain(all) {
        if let Some(line) = queues[writer % lines.len()].next() {
            log.push_str(line);
            log.push('\n');
        }
    }
    log
}

fn prefixed(dress: usize, writer: usize, traces: usize) -> Vec<String> {
    let header = header(dress, writer);
    let ordinary = format!("{header}an ordinary line of {writer}");
    let of = |nth| {
        trace(writer, nth)
            .into_iter()
            .map(|line| format!("{header}{line}"))
    };
    (0..traces)
        .flat_map(|nth| [ordinary.clone()].into_iter().chain(of(nth)))
        .collect()
}

/// The traces' texts, in an order that does not depend on when each ended.
fn sorted(records: &[Record]) -> Vec<Vec<String>> {
    let mut texts: Vec<_> = records.iter().map(|r| text(&r.lines)).collect();
    texts.sort();
    texts
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn a_header_on_each_line_tells_writers_apart(
        dress in 0..3_usize,
        turns in proptest::collection::vec(0..3_usize, 0..120),
    ) {
        let lines: Vec<_> = (0..3).map(|writer| prefixed(dress, writer, 2)).collect();
        let mut expected: Vec<_> = (0..3)
            .flat_map(|writer| (0..2).map(move |nth| trace(writer, nth)))
            .collect();
        expected.sort();
        let found = records(interleaved(&lines, &turns).as_bytes());
        prop_assert_eq!(sorted(&found), expected);
        for record in &found {
            let own = text(&record.lines).pop().unwrap();
            let own = own.trim_start_matches("ValueError: w").chars().next().unwrap();
            let crumbs = record.breadcrumbs.iter().map(|crumb| &crumb.message);
            let ordinary = format!("an ordinary line of {own}");
            prop_assert_eq!(crumbs.collect::<Vec<_>>(), vec![ordinary.as_bytes()]);
        }
    }
}

/// Whose opening alone has a header goes on in bare lines, until another's header stands above them.
#[test]
fn bare_lines_are_of_the_writer_whose_header_was_last() {
    let whole = |writer: usize| {
        let lines = trace(writer, 0);
        format!("{}{}\n", header(0, writer), lines.join("\n"))
    };
    let log = format!(
        "{}{}2026-11-20 15:49:23,378 [1000] INFO shop: done\n{}",
        whole(0),
        whole(1),
        whole(2)
    );
    let found = records(log.as_bytes());
    let expected: Vec<_> = (0..3).map(|writer| trace(writer, 0)).collect();
    assert_eq!(sorted(&found), expected);
    assert!(
        found
            .iter()
            .all(|r| r.breadcrumbs.is_empty() || r.message.is_none())
    );
}
