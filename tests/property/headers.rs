//! Which header, preamble and breadcrumbs a trace gets.

use stacktail::assemble::Record;
use stacktail::level::Level;

use crate::memory::{records, text};

const TRACE: &str = "Traceback (most recent call last):\n  File \"/srv/a.py\", line 3, in run\n    go()\nValueError: bad\n";
const CRASH: &str = "Traceback (most recent call last):\n  File \"/srv/a.py\", line 3, in <module>\n    go()\nValueError: bad\n";

fn one(log: &str) -> Record {
    let mut found = records(log.as_bytes());
    assert_eq!(found.len(), 1, "{log}");
    found.remove(0)
}

fn message(record: &Record) -> Option<&str> {
    record
        .message
        .as_deref()
        .map(|m| std::str::from_utf8(m).unwrap())
}

#[test]
fn the_record_that_a_logger_printed_is_the_header() {
    let record = one(&format!(
        "2026-11-20 15:49:23,377 INFO [shop.worker] processing job a1\n2026-11-20 15:49:23,378 ERROR [shop.worker] job a1 failed\n{TRACE}2026-11-20 15:49:23,408 INFO [shop.worker] done\n"
    ));
    assert_eq!(message(&record), Some("job a1 failed"));
    assert_eq!(record.meta.level, Some(Level::Error));
    assert_eq!(record.meta.logger.as_deref(), Some("shop.worker"));
    assert_eq!(record.time.to_string(), "2026-11-20T15:49:23.378Z");
    assert_eq!(text(&record.lines).len(), 4);
    assert_eq!(record.breadcrumbs.len(), 1);
    assert_eq!(record.breadcrumbs[0].message, b"processing job a1");
    assert!(record.preamble.is_empty());
}

#[test]
fn a_crash_does_not_take_what_was_logged_last() {
    let record = one(&format!(
        "2026-11-20 15:49:23,377 INFO [shop] started\n{CRASH}"
    ));
    assert_eq!((message(&record), record.meta.level), (None, None));
    assert_eq!(record.breadcrumbs[0].message, b"started");
    assert_eq!(record.time.to_string(), "2026-11-20T15:49:23.377Z");
    let warned = one(&format!("WARNING:shop:disk is low\n{CRASH}"));
    assert_eq!(message(&warned), None);
}

#[test]
fn low_levels_are_headers_where_they_speak_of_a_failure() {
    let retried = one(&format!(
        "[2026-11-20 15:49:24,580: INFO/ForkPoolWorker-1] Task shop.pay[7f] retry: Retry in 3s: ValueError('bad')\n{TRACE}"
    ));
    assert_eq!(retried.meta.level, Some(Level::Info));
    assert!(
        message(&retried)
            .unwrap()
            .starts_with("Task shop.pay[7f] retry")
    );
    let warned = one(&format!("WARNING:shop:disk is low\n{TRACE}"));
    assert_eq!(warned.meta.level, Some(Level::Warning));
    let printed = one(&format!("INFO:shop:request handled\n{TRACE}"));
    assert_eq!(printed.meta.level, None);
}

#[test]
fn what_the_runtime_announces_has_no_header_above() {
    let record = one(&format!(
        "ERROR:shop:other thing\nException in thread Thread-1 (run):\n{TRACE}"
    ));
    assert_eq!(message(&record), None);
    assert_eq!(
        text(&record.preamble.iter().collect()),
        ["Exception in thread Thread-1 (run):"]
    );
}

#[test]
fn lines_between_header_and_trace_are_kept() {
    let record = one(&format!(
        "ERROR:asyncio:Task exception was never retrieved\nfuture: <Task finished>\n{TRACE}"
    ));
    assert_eq!(message(&record), Some("Task exception was never retrieved"));
    assert_eq!(
        text(&record.preamble.iter().collect()),
        ["future: <Task finished>"]
    );
}

#[test]
fn a_header_on_the_opening_line_is_the_headers() {
    let record = one(&format!(
        "ERROR:shop:before\n2026-11-20 15:49:23,377 CRITICAL shop: {TRACE}"
    ));
    assert_eq!(record.meta.level, Some(Level::Fatal));
    assert_eq!(text(&record.lines)[0], "Traceback (most recent call last):");
    assert_eq!(record.breadcrumbs.len(), 1);
}

#[test]
fn reading_back_stops_at_the_record_before() {
    let found =
        records(format!("ERROR:a:one\n{TRACE}INFO:a:between\nERROR:a:two\n{TRACE}").as_bytes());
    assert_eq!(found.len(), 2);
    assert_eq!(message(&found[1]), Some("two"));
    let crumbs: Vec<&[u8]> = found[1]
        .breadcrumbs
        .iter()
        .map(|b| b.message.as_slice())
        .collect();
    assert_eq!(crumbs, [b"between"]);
}

#[test]
fn twenty_breadcrumbs_at_most_the_newest() {
    let before: String = (0..50).map(|n| format!("INFO:a:n{n}\n")).collect();
    let record = one(&format!("{before}ERROR:a:failed\n{TRACE}"));
    assert_eq!(record.breadcrumbs.len(), 20);
    assert_eq!(record.breadcrumbs[0].message, b"n30");
    assert_eq!(record.breadcrumbs[19].message, b"n49");
    let crash = one(&format!("{before}{CRASH}"));
    assert_eq!(crash.breadcrumbs.len(), 20);
    assert_eq!(crash.breadcrumbs[19].message, b"n49");
}

#[test]
fn json_lines_carry_their_traces() {
    let trace = TRACE.trim_end().replace('\n', "\\n").replace('"', "\\\"");
    let record = one(&format!(
        "{{\"event\":\"start\"}}\n{{\"event\":\"failed\",\"level\":\"critical\",\"logger\":\"shop\",\"timestamp\":\"2026-11-20T15:49:27Z\",\"exc_info\":\"{trace}\",\"n\":1}}\n"
    ));
    assert_eq!(message(&record), Some("failed"));
    assert_eq!(record.meta.level, Some(Level::Fatal));
    assert_eq!(record.lines.len(), 4);
    assert_eq!(record.breadcrumbs[0].message, b"start");
    let inside = one(&format!(
        "{{\"message\":\"oops\\n{trace}\",\"level\":\"error\"}}\n"
    ));
    assert_eq!((message(&inside), inside.lines.len()), (Some("oops"), 4));
}

#[test]
fn a_list_of_exceptions_is_kept_as_structure() {
    let line = include_str!("logs/mixed.log")
        .lines()
        .find(|l| l.contains("exc_type"))
        .unwrap();
    let record = one(line);
    assert!(record.structured.as_ref().unwrap().is_array());
    assert_eq!(message(&record), Some("ship failed"));
    assert_eq!(record.head, 0);
}

#[test]
fn escaped_newlines_are_newlines() {
    let trace = TRACE.trim_end().replace('\n', "\\n");
    let record = one(&format!(
        "2026-11-20 15:49:23,377 ERROR shop: failed\\n{trace}\n"
    ));
    assert_eq!((message(&record), record.lines.len()), (Some("failed"), 4));
    let record = one(&format!(
        "ERROR:shop:failed#012{}\n",
        TRACE.trim_end().replace('\n', "#012")
    ));
    assert_eq!((message(&record), record.lines.len()), (Some("failed"), 4));
}

#[test]
fn wrapped_lines_join_and_streams_stay_apart() {
    let time = "2026-11-20T15:49:24.5";
    let mut log = String::new();
    for (n, line) in format!("ERROR:shop:failed\n{TRACE}INFO:shop:next\n")
        .lines()
        .enumerate()
    {
        // An opening that is cut in two is not found: the search is over raw bytes.
        let (first, second) = line.split_at(line.len() - 1);
        log.push_str(&format!(
            "{time}0{n}Z stderr P {first}\n{time}Z stdout F hello\n{time}0{n}Z stderr F {second}\n"
        ));
    }
    let record = one(&log);
    assert_eq!(message(&record), Some("failed"));
    assert_eq!(text(&record.lines)[3], "ValueError: bad");
    assert!(record.breadcrumbs.is_empty());
}

/// As Java 17 prints them in English, German and Japanese.
#[test]
fn a_header_of_two_lines_is_one() {
    for (date, severe, warning) in [
        ("Nov 20, 2026 3:49:24 PM", "SEVERE", "WARNING"),
        ("Nov. 20, 2026 3:49:24 PM", "SCHWERWIEGEND", "WARNUNG"),
        ("11月 20, 2026 3:49:24 午後", "重大", "警告"),
    ] {
        let log = format!(
            "{date} com.acme.Stock count\n{warning}: low\n{date} com.acme.Orders place\n{severe}: Request failed\n{TRACE}\n{date} com.acme.Stock count\n{warning}: low\n"
        );
        let record = one(&log);
        assert_eq!(message(&record), Some("Request failed"), "{date}");
        assert_eq!(record.meta.level, Some(Level::Error), "{date}");
        assert_eq!(record.meta.logger.as_deref(), Some("com.acme.Orders"));
        assert_eq!(record.time.to_string(), "2026-11-20T15:49:24Z");
        assert_eq!(text(&record.lines).len(), 4, "{date}");
        assert!(record.preamble.is_empty(), "{date}");
        let crumb = &record.breadcrumbs[0];
        assert_eq!(
            (crumb.message.as_slice(), crumb.level),
            (b"low".as_slice(), Some(Level::Warning))
        );
    }
}

#[test]
fn impossible_years_break_nothing() {
    for year in ["1970", "2099", "0000", "9999"] {
        let record = one(&format!(
            "{year}-01-01 00:00:00,000 ERROR shop: failed\n{TRACE}"
        ));
        assert_eq!(message(&record), Some("failed"), "{year}");
    }
}
