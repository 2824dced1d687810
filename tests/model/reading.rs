//! Plain tailing.

use crate::bench::Bench;
use stacktail::source::{LastLine, Source as _};

#[test]
fn a_file_there_at_first_sight_is_read_from_its_end_and_later_ones_from_their_start() {
    let mut bench = Bench::new(&["*.log"]);
    bench.write("old.log", "before\nhalf");
    bench.start();
    bench.pass_ms(20);
    bench.append("old.log", " a line\nafter\n");
    bench.write("new.log", "first\n");
    bench.pass_ms(100);
    let mut lines: Vec<String> = bench.text().lines().map(String::from).collect();
    lines.sort();
    assert_eq!(lines, ["after", "first", "half a line"]);
}

#[test]
fn half_a_line_waits_for_its_end_and_is_given_after_a_second_of_silence() {
    let mut bench = Bench::new(&["*.log"]);
    bench.start();
    bench.write("a.log", "one\ntw");
    bench.pass_ms(500);
    assert_eq!(bench.text(), "one\n");
    bench.append("a.log", "o\nthr");
    bench.pass_ms(500);
    assert_eq!(bench.text(), "two\n");
    bench.pass_ms(2_000);
    assert_eq!(bench.given.last().unwrap().last, LastLine::Unterminated);
    assert_eq!(bench.text(), "thr");
    bench.append("a.log", "ee\n");
    bench.pass_ms(100);
    assert_eq!(bench.text(), "ee\n");
}

#[test]
fn a_renamed_file_is_read_to_its_end_before_its_successor_in_the_same_lane() {
    let mut bench = Bench::new(&["app.log"]);
    bench.start();
    bench.write("app.log", "1\n");
    bench.pass_ms(50);
    bench.append("app.log", "2\n");
    bench.rename("app.log", "app.log.1");
    bench.write("app.log", "4\n");
    bench.append("app.log.1", "3\n");
    bench.pass_ms(100);
    assert_eq!(
        bench.given.first().unwrap().lane,
        bench.given.last().unwrap().lane
    );
    assert_ne!(
        bench.given.first().unwrap().origin,
        bench.given.last().unwrap().origin
    );
    assert_eq!(bench.text(), "1\n2\n3\n4\n");
    bench.append("app.log.1", "late\n");
    bench.pass_ms(100);
    assert_eq!(bench.text(), "late\n");
}

#[test]
fn a_truncated_file_is_read_from_its_start_as_a_new_generation() {
    let mut bench = Bench::new(&["app.log"]);
    bench.start();
    bench.write("app.log", "one\n");
    bench.pass_ms(50);
    let before = bench.given[0].origin;
    bench.write("app.log", "another\n");
    bench.pass_ms(50);
    assert_eq!(bench.given[1].origin.uid, before.uid);
    assert_eq!(bench.given[1].origin.generation, before.generation + 1);
    assert_eq!(bench.text(), "one\nanother\n");
}

#[test]
fn a_restart_goes_on_at_the_committed_position() {
    let mut bench = Bench::new(&["app.log"]);
    bench.start();
    bench.write("app.log", "one\n");
    bench.pass_ms(50);
    bench.commit();
    let origin = bench.given[0].origin;
    bench.append("app.log", "two\n");
    bench.pass_ms(50);
    assert_eq!(bench.text(), "one\ntwo\n");
    bench.start();
    bench.pass_ms(50);
    assert_eq!(bench.given[0].origin, origin);
    assert_eq!(bench.text(), "two\n");
}

#[test]
fn a_failed_commit_gives_the_same_bytes_again() {
    let mut bench = Bench::new(&["app.log"]);
    bench.start();
    bench.write("app.log", "one\n");
    bench.pass_ms(50);
    bench.commit();
    bench.append("app.log", "two\n");
    bench.pass_ms(50);
    bench.text();
    bench.fail_commit();
    bench.pass_ms(50);
    assert_eq!(bench.text(), "two\n");
    assert_eq!(bench.commit().len(), 1);
    assert_eq!(bench.commit().len(), 0);
}

#[test]
fn a_quiet_file_costs_no_turn_and_wakes_on_a_write() {
    let mut bench = Bench::new(&["*.log"]);
    for number in 0..100 {
        bench.write(&format!("{number}.log"), "x\n");
    }
    bench.start();
    bench.pass_ms(5_000);
    let due = bench.source.as_ref().unwrap().due(bench.now()).unwrap();
    assert!(due > bench.now().mono + std::time::Duration::from_secs(10));
    bench.append("7.log", "y\n");
    bench.pass_ms(1);
    assert_eq!(bench.text(), "y\n");
}
