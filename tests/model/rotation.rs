//! Rotation, truncation and deletion while the tailer runs.

use std::fs;

use crate::bench::{Bench, append, files, truncate};
use stacktail::source::{LossReason, Origin, Source as _};

/// A line long enough that its bytes tell a file.
fn line(number: u32) -> String {
    format!("2026-11-21T10:00:00Z number {number:05} of some length\n")
}

fn lines(numbers: std::ops::Range<u32>) -> String {
    numbers.map(line).collect()
}

#[test]
fn rename_without_create_goes_on_with_the_renamed_file_until_a_new_one_comes() {
    let mut bench = Bench::new(&["app.log"]);
    bench.start();
    bench.write("app.log", lines(0..1));
    bench.pass_ms(50);
    bench.rename("app.log", "app.log.1");
    bench.pass_ms(50);
    bench.append("app.log.1", lines(1..2));
    bench.pass_ms(3_000);
    bench.append("app.log.1", lines(2..3));
    bench.pass_ms(50);
    bench.write("app.log", lines(3..4));
    bench.pass_ms(50);
    assert_eq!(bench.text(), lines(0..4));
    assert!(bench.losses.is_empty());
}

#[test]
fn what_a_writer_still_puts_into_the_renamed_file_comes_before_the_new_one() {
    let mut bench = Bench::new(&["app.log"]);
    bench.start();
    bench.write("app.log", lines(0..1));
    bench.pass_ms(50);
    bench.rename("app.log", "app.log.1");
    bench.write("app.log", "");
    bench.pass_ms(3_000);
    bench.append("app.log.1", lines(1..2));
    bench.pass_ms(3_000);
    // The new file was at its end longest ago, so it is its turn first.
    bench.append("app.log.1", lines(2..3));
    bench.append("app.log", lines(3..4));
    bench.pass_ms(50);
    assert_eq!(bench.text(), lines(0..4));
}

#[test]
fn a_renamed_file_that_ends_in_a_hole_does_not_hold_up_the_new_one() {
    let mut bench = Bench::new(&["app.log"]);
    bench.start();
    bench.write("app.log", lines(0..1));
    bench.pass_ms(50);
    bench.append("app.log", [0; 5_000]);
    let renamed = fs::OpenOptions::new()
        .write(true)
        .open(bench.path("app.log"));
    renamed.unwrap().set_len(1 << 20).unwrap();
    bench.rename("app.log", "app.log.1");
    for number in 1..4 {
        bench.append("app.log", line(number));
        bench.pass_ms(100);
    }
    assert_eq!(bench.text(), lines(0..4));
}

#[test]
fn two_rotations_between_two_looks_give_the_file_in_the_middle_too() {
    let mut bench = Bench::new(&["app.log"]);
    bench.settings[0].1.poll = true;
    bench.start();
    bench.write("app.log", lines(0..1));
    bench.pass_ms(61_000);
    assert_eq!(bench.text(), lines(0..1));
    bench.append("app.log", lines(1..2));
    bench.rename("app.log", "app.log.2");
    bench.write("app.log.1", lines(2..3));
    bench.write("app.log", lines(3..4));
    bench.pass_ms(61_000);
    assert_eq!(bench.text(), lines(1..4));
}

#[test]
fn copytruncate_finishes_the_copy_under_the_old_identity_first() {
    let mut bench = Bench::new(&["app.log"]);
    bench.start();
    bench.write("app.log", lines(0..3));
    bench.pass_ms(50);
    let old = bench.given[0].origin;
    bench.append("app.log", lines(3..6));
    bench.copy_truncate("app.log", "app.log.1");
    bench.append("app.log", lines(6..7));
    bench.pass_ms(100);
    let origins: Vec<Origin> = bench.given.iter().map(|given| given.origin).collect();
    assert!(
        origins[..origins.len() - 1]
            .iter()
            .all(|origin| *origin == old)
    );
    assert_eq!(origins.last().unwrap().uid, old.uid);
    assert_eq!(origins.last().unwrap().generation, old.generation + 1);
    assert_eq!(bench.text(), lines(0..7));
    assert!(bench.losses.is_empty());
}

#[test]
fn a_file_that_regrew_past_the_position_between_two_reads_is_a_new_generation() {
    let mut bench = Bench::new(&["app.log"]);
    bench.start();
    bench.write("app.log", lines(0..3));
    bench.pass_ms(50);
    bench.append("app.log", lines(3..4));
    bench.copy_truncate("app.log", "app.log-20261121");
    bench.append("app.log", lines(10..20));
    bench.pass_ms(100);
    assert_eq!(bench.text(), lines(0..4) + &lines(10..20));
}

#[test]
fn a_copy_that_matches_the_glob_is_never_read_twice() {
    let mut bench = Bench::new(&["app.log*"]);
    bench.start();
    bench.write("app.log", lines(0..50));
    bench.pass_ms(50);
    // Copied in two steps, as a large file is.
    let text = lines(0..50);
    bench.write("app.log.1", &text[..700]);
    bench.pass_ms(300);
    bench.append("app.log.1", &text[700..]);
    bench.pass_ms(300);
    truncate(&bench.path("app.log"));
    bench.append("app.log", lines(50..51));
    bench.pass_ms(10_000);
    assert_eq!(bench.text(), lines(0..51));
    bench.commit();
    bench.start();
    bench.pass_ms(10_000);
    assert_eq!(bench.text(), "");
}

#[test]
fn a_copy_that_missed_the_last_lines_is_known_as_one() {
    let mut bench = Bench::new(&["app.log*"]);
    bench.start();
    bench.write("app.log", lines(0..5));
    bench.pass_ms(50);
    bench.write("app.log.1", lines(0..5));
    bench.append("app.log", lines(5..6));
    bench.pass_ms(25);
    truncate(&bench.path("app.log"));
    bench.append("app.log", lines(6..7));
    bench.pass_ms(10_000);
    assert_eq!(bench.text(), lines(0..7));
}

#[test]
fn a_copy_that_nobody_truncates_for_is_known_as_one_and_read_when_it_gets_lines_of_its_own() {
    let mut bench = Bench::new(&["app.log*"]);
    bench.start();
    bench.write("app.log", lines(0..5));
    bench.pass_ms(50);
    bench.write("app.log.bak", lines(0..5));
    bench.pass_ms(6_000);
    assert_eq!(bench.text(), lines(0..5));
    assert_eq!(bench.source().refused().len(), 1);
    bench.commit();
    bench.start();
    bench.pass_ms(1_000);
    assert_eq!(bench.source().refused().len(), 1);
    bench.append("app.log.bak", "its own\n");
    bench.pass_ms(31_000);
    assert_eq!(bench.text(), "its own\n");
}

#[test]
fn a_log_that_begins_like_its_neighbour_is_read_once_it_differs() {
    let mut bench = Bench::new(&["*.log"]);
    bench.start();
    let banner = "== banner of a program, the same each time it starts ==\n";
    bench.write("app.log", banner);
    bench.append("app.log", lines(0..1));
    bench.pass_ms(50);
    bench.write("app-2.log", banner);
    bench.pass_ms(1_000);
    bench.append("app-2.log", lines(7..8));
    bench.pass_ms(1_000);
    assert_eq!(
        bench.text(),
        banner.to_owned() + &lines(0..1) + banner + &lines(7..8)
    );
}

#[test]
fn dateext_names_and_names_with_the_extension_last_are_found() {
    for rotated in [
        "app-20261121.log",
        "app.log-20261121-1795255000",
        "app.1.log",
    ] {
        let mut bench = Bench::new(&["app.log"]);
        bench.start();
        bench.write("app.log", lines(0..2));
        bench.pass_ms(50);
        bench.append("app.log", lines(2..3));
        bench.copy_truncate("app.log", rotated);
        bench.pass_ms(50);
        assert_eq!(bench.text(), lines(0..3), "{rotated}");
    }
}

#[test]
fn delete_and_recreate_with_the_same_text_is_a_new_file() {
    let mut bench = Bench::new(&["app.log"]);
    bench.start();
    bench.write("app.log", lines(0..2));
    bench.pass_ms(50);
    bench.remove("app.log");
    bench.write("app.log", lines(0..2));
    bench.pass_ms(50);
    assert_eq!(bench.text(), lines(0..2).repeat(2));
    assert_ne!(bench.given.len(), 1);
}

#[test]
fn a_file_replaced_in_one_go_by_one_with_the_same_text_is_the_same_log() {
    let mut bench = Bench::new(&["app.log"]);
    bench.start();
    bench.write("app.log", lines(0..2));
    bench.pass_ms(50);
    let origin = bench.given[0].origin;
    bench.write("tmp", lines(0..3));
    bench.rename("tmp", "app.log");
    bench.pass_ms(50);
    assert_eq!(bench.given.last().unwrap().origin, origin);
    assert_eq!(bench.text(), lines(0..3));
}

#[test]
fn an_inode_used_again_is_another_file() {
    let mut bench = Bench::new(&["*.log"]);
    bench.start();
    for round in 0..20_u32 {
        bench.write("app.log", lines(round..round + 2));
        bench.pass_ms(50);
        assert_eq!(bench.text(), lines(round..round + 2));
        bench.remove("app.log");
        if round % 2 == 0 {
            bench.pass_ms(50);
        }
        bench.commit();
        bench.start();
        bench.pass_ms(50);
        bench.write("app.log", lines(round..round + 2));
        bench.pass_ms(50);
        assert_eq!(bench.text(), lines(round..round + 2));
        bench.remove("app.log");
        bench.pass_ms(50);
    }
}

#[test]
fn a_deleted_file_is_read_to_its_end_and_then_let_go() {
    let mut bench = Bench::new(&["app.log"]);
    bench.start();
    bench.write("app.log", lines(0..1));
    bench.pass_ms(50);
    let path = bench.path("app.log");
    let mut writer = fs::OpenOptions::new().append(true).open(&path).unwrap();
    bench.remove("app.log");
    bench.pass_ms(50);
    std::io::Write::write_all(&mut writer, lines(1..2).as_bytes()).unwrap();
    bench.pass_ms(50);
    assert_eq!(bench.text(), lines(0..2));
    // What is not stored may have to be read again.
    bench.pass_ms(120_000);
    assert!(bench.finished.is_empty());
    bench.commit();
    bench.pass_ms(31_000);
    assert_eq!(bench.finished.len(), 1);
    assert!(bench.losses.is_empty());
    bench.commit();
    bench.commit();
    assert!(bench.stored.rows.is_empty());
}

#[test]
fn a_deleted_file_with_a_gibibyte_unread_is_given_up_and_counted() {
    let mut bench = Bench::new(&["app.log"]);
    bench.start();
    bench.write("app.log", lines(0..1));
    bench.pass_ms(50);
    let path = bench.path("app.log");
    let writer = fs::OpenOptions::new().append(true).open(&path).unwrap();
    bench.remove("app.log");
    writer.set_len(2 << 30).unwrap();
    bench.pass_ms(31_000);
    let unread = (2 << 30) - line(0).len() as u64;
    assert_eq!(bench.lost(LossReason::DeletedBytes), unread);
}

#[test]
fn time_while_paused_does_not_count_for_a_deleted_file() {
    let mut bench = Bench::new(&["app.log"]);
    bench.start();
    bench.write("app.log", lines(0..1));
    bench.pass_ms(50);
    bench.paused = vec![0];
    bench.append("app.log", lines(1..2));
    bench.pass_ms(50);
    bench.remove("app.log");
    bench.pass_ms(900_000);
    bench.paused.clear();
    bench.pass_ms(2_000);
    assert_eq!(bench.text(), lines(0..2));
    assert!(bench.losses.is_empty());
}

#[test]
fn a_symlink_that_is_pointed_elsewhere_finishes_the_old_target_first() {
    let mut bench = Bench::new(&["current.log"]);
    bench.write("a", lines(0..1));
    std::os::unix::fs::symlink("a", bench.path("current.log")).unwrap();
    bench.settings[0].1.start_at = stacktail::config::StartAt::Beginning;
    bench.start();
    bench.pass_ms(50);
    bench.append("a", lines(1..2));
    bench.write("b", lines(2..3));
    std::os::unix::fs::symlink("b", bench.path("new")).unwrap();
    bench.rename("new", "current.log");
    bench.pass_ms(100);
    assert_eq!(bench.text(), lines(0..3));
}

#[test]
fn one_file_under_two_globs_in_two_apps_has_one_reader_for_both() {
    let mut bench = Bench::new(&["app.log", "*.log"]);
    bench.app(1, files(&["app*"]));
    bench.start();
    bench.write("app.log", lines(0..1));
    fs::hard_link(bench.path("app.log"), bench.path("app-too")).unwrap();
    bench.pass_ms(50);
    let lane = bench.given[0].lane;
    assert_eq!(bench.source().lane(lane).unwrap().apps, [0, 1]);
    assert_eq!(bench.text(), lines(0..1));
    append(&bench.path("app-too"), lines(1..2).as_bytes());
    bench.pass_ms(50);
    assert_eq!(bench.text(), lines(1..2));
}

#[test]
fn a_hole_after_a_truncation_is_skipped_and_counted() {
    let mut bench = Bench::new(&["app.log"]);
    bench.start();
    bench.write("app.log", lines(0..10));
    bench.pass_ms(50);
    bench.text();
    // The writer goes on at its own offset.
    let at = lines(0..10).len() as u64;
    truncate(&bench.path("app.log"));
    let file = fs::OpenOptions::new()
        .write(true)
        .open(bench.path("app.log"))
        .unwrap();
    std::os::unix::fs::FileExt::write_all_at(&file, lines(10..11).as_bytes(), at).unwrap();
    bench.pass_ms(100);
    assert_eq!(bench.given[0].offset, at);
    assert_eq!(bench.text(), lines(10..11));
    assert_eq!(bench.lost(LossReason::HoleBytes), at);
}

#[test]
fn bytes_truncated_before_they_were_read_are_a_loss() {
    let mut bench = Bench::new(&["app.log"]);
    bench.start();
    bench.write("app.log", lines(0..1));
    bench.pass_ms(50);
    bench.paused = vec![0];
    bench.append("app.log", lines(1..2));
    bench.pass_ms(31_000);
    truncate(&bench.path("app.log"));
    bench.paused.clear();
    bench.pass_ms(1_100);
    assert_eq!(
        bench.lost(LossReason::RotatedAwayBytes),
        line(1).len() as u64
    );
}
