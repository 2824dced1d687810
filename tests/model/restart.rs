//! What happens while the agent is away, and what is stored for that.

use std::io::Write as _;

use crate::bench::{Bench, append, files, truncate};
use stacktail::config::StartAt;
use stacktail::source::{Decided, FileState, Hold, LossReason, Source as _, StreamEnd};

fn line(number: u32) -> String {
    format!("2026-11-21T10:00:00Z number {number:05} of some length\n")
}

fn lines(numbers: std::ops::Range<u32>) -> String {
    numbers.map(line).collect()
}

/// A bench that has read and stored lines 0 to 3 of app.log, and was stopped.
fn stopped(glob: &str) -> Bench {
    let mut bench = Bench::new(&[glob]);
    bench.start();
    bench.write("app.log", lines(0..3));
    bench.pass_ms(3_000);
    assert_eq!(bench.text(), lines(0..3));
    bench.commit();
    bench.source = None;
    bench
}

fn gzip(bench: &Bench, name: &str) {
    let text = std::fs::read(bench.path(name)).unwrap();
    let modified = std::fs::metadata(bench.path(name))
        .unwrap()
        .modified()
        .unwrap();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&text).unwrap();
    let target = bench.path(&format!("{name}.gz"));
    std::fs::write(&target, packed.finish().unwrap()).unwrap();
    std::fs::File::open(&target)
        .unwrap()
        .set_modified(modified)
        .unwrap();
    bench.remove(name);
}

/// The files were changed one second after the other: a whole day passes here within one tick of the kernel's clock for files.
fn dated(bench: &Bench, names: &[&str]) {
    let mut at = bench.dir.path().metadata().unwrap().modified().unwrap();
    for name in names {
        at += std::time::Duration::from_secs(1);
        let options = std::fs::File::options().write(true).open(bench.path(name));
        options.unwrap().set_modified(at).unwrap();
    }
}

#[test]
fn two_rotations_while_away_are_read_in_order() {
    for glob in ["app.log", "app.log*"] {
        let mut bench = stopped(glob);
        bench.append("app.log", lines(3..4));
        bench.rename("app.log", "app.log.2");
        bench.write("app.log.1", lines(4..6));
        bench.write("app.log", lines(6..7));
        dated(&bench, &["app.log.2", "app.log.1", "app.log"]);
        bench.start();
        bench.pass_ms(10_000);
        assert_eq!(bench.text(), lines(3..7), "{glob}");
        bench.commit();
        bench.start();
        bench.pass_ms(10_000);
        assert_eq!(bench.text(), "", "{glob}");
        assert!(bench.losses.is_empty());
    }
}

#[test]
fn two_copytruncates_while_away_are_read_in_order() {
    for glob in ["app.log", "app.log*"] {
        let mut bench = stopped(glob);
        let old = *bench.stored.rows.keys().next().unwrap();
        bench.append("app.log", lines(3..4));
        bench.copy_truncate("app.log", "app.log.2");
        bench.append("app.log", lines(4..6));
        bench.copy_truncate("app.log", "app.log.1");
        bench.append("app.log", lines(6..7));
        dated(&bench, &["app.log.2", "app.log.1", "app.log"]);
        bench.start();
        bench.pass_ms(10_000);
        assert_eq!(bench.given.first().unwrap().origin, old, "{glob}");
        assert_eq!(bench.given.last().unwrap().origin.uid, old.uid, "{glob}");
        assert!(bench.given.last().unwrap().origin.generation > old.generation);
        assert_eq!(bench.text(), lines(3..7), "{glob}");
        bench.commit();
        bench.start();
        bench.pass_ms(10_000);
        assert_eq!(bench.text(), "", "{glob}");
    }
}

#[test]
fn what_lies_in_compressed_files_is_counted_exactly() {
    let mut bench = stopped("app.log");
    bench.append("app.log", lines(3..5));
    bench.rename("app.log", "app.log.3");
    bench.write("app.log.2", lines(5..8));
    bench.write("app.log.1", lines(8..9));
    bench.write("app.log", lines(9..10));
    dated(&bench, &["app.log.3", "app.log.2", "app.log.1", "app.log"]);
    gzip(&bench, "app.log.3");
    gzip(&bench, "app.log.2");
    bench.start();
    bench.pass_ms(10_000);
    assert_eq!(bench.text(), lines(8..10));
    let expected = lines(3..8).len() as u64;
    assert_eq!(bench.lost(LossReason::CompressedBytes), expected);
    bench.commit();
    bench.start();
    bench.pass_ms(1_000);
    assert_eq!(bench.lost(LossReason::CompressedBytes), expected);
}

#[test]
fn a_rotated_file_that_is_nowhere_is_said() {
    let mut bench = stopped("app.log");
    bench.append("app.log", lines(3..5));
    bench.remove("app.log");
    bench.write("app.log", lines(9..10));
    bench.start();
    bench.pass_ms(1_000);
    assert_eq!(bench.text(), lines(9..10));
    let said: Vec<String> = bench
        .problems
        .iter()
        .map(|each| format!("{:?}", each.what))
        .collect();
    assert_eq!(said, ["Some(RotatedAway { known: 0 })"]);
}

#[test]
fn a_log_rotated_unseen_after_its_file_was_nowhere_is_read() {
    let mut bench = stopped("app.log");
    bench.write("app.log.9", lines(50..51));
    bench.remove("app.log");
    bench.start();
    bench.pass_ms(3_000);
    // Both come between two looks.
    bench.write("app.log.1", lines(3..4));
    let later = bench.now().wall + std::time::Duration::from_secs(1);
    let file = std::fs::File::open(bench.path("app.log.1")).unwrap();
    file.set_modified(later.into()).unwrap();
    bench.write("app.log", lines(4..5));
    bench.pass_ms(3_000);
    assert_eq!(bench.text(), lines(3..5));
}

#[test]
fn a_renumbered_device_is_the_same_file_still() {
    let mut bench = stopped("app.log");
    for row in bench.stored.rows.values_mut() {
        row.device += 7;
    }
    bench.append("app.log", lines(3..4));
    bench.start();
    bench.pass_ms(100);
    assert_eq!(
        bench.given[0].origin,
        *bench.stored.rows.keys().next().unwrap()
    );
    assert_eq!(bench.text(), lines(3..4));
}

#[test]
fn a_file_put_back_with_another_inode_goes_on() {
    let mut bench = stopped("app.log");
    bench.write("tmp", lines(0..5));
    bench.rename("tmp", "app.log");
    bench.start();
    bench.pass_ms(100);
    assert_eq!(bench.text(), lines(3..5));
}

#[test]
fn a_file_that_was_empty_at_the_stop_is_read_from_its_start() {
    let mut bench = Bench::new(&["app.log"]);
    bench.write("app.log", "");
    bench.start();
    bench.pass_ms(2_000);
    bench.commit();
    bench.start();
    bench.append("app.log", lines(0..1));
    bench.pass_ms(50);
    assert_eq!(bench.text(), lines(0..1));
}

#[test]
fn a_glob_counts_as_seen_by_its_text_whatever_app_asks() {
    let mut bench = stopped("*.log");
    bench.settings.clear();
    bench.app(3, files(&["*.log"]));
    bench.write("new.log", lines(7..8));
    bench.start();
    bench.pass_ms(100);
    assert_eq!(bench.text(), lines(7..8));

    let mut bench = stopped("*.log");
    bench.app(1, files(&["other*"]));
    bench.write("other-1", lines(7..8));
    bench.start();
    bench.pass_ms(100);
    assert_eq!(bench.text(), "", "a new glob begins at the end");
    bench.write("other-2", lines(8..9));
    bench.pass_ms(100);
    assert_eq!(bench.text(), lines(8..9));
}

#[test]
fn an_age_decides_where_reading_begins() {
    for (age, expected) in [(10, ""), (3_600, "old\n")] {
        let mut bench = Bench::new(&["app.log"]);
        bench.settings[0].1.start_at = StartAt::Age(std::time::Duration::from_secs(age));
        bench.write("app.log", "old\n");
        bench.clock.advance(std::time::Duration::from_mins(1));
        bench.start();
        bench.pass_ms(50);
        assert_eq!(bench.text(), expected);
    }
}

#[test]
fn the_stored_position_never_passes_an_open_record_and_its_spans_come_back() {
    let mut bench = stopped("app.log");
    bench.start();
    bench.append("app.log", lines(3..6));
    bench.pass_ms(50);
    let origin = bench.given[0].origin;
    let head = lines(0..4).len() as u64;
    let hold = Hold {
        oldest_open: Some(head),
        decided: vec![Decided {
            head: head + 10,
            end: head + 20,
            stream: 1,
        }],
        ends: vec![StreamEnd {
            stream: 2,
            end: head,
        }],
    };
    bench.holds.insert(origin, hold.clone());
    let rows = bench.commit();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].position, head);
    assert_eq!(bench.commit(), []);
    bench.text();
    bench.start();
    let stored = bench.source().stored_hold(origin);
    assert_eq!((stored.decided, stored.ends), (hold.decided, hold.ends));
    bench.pass_ms(50);
    assert_eq!(bench.given[0].offset, head);
    assert_eq!(bench.text(), lines(4..6));
    bench.holds.clear();
    assert_eq!(bench.commit()[0].position, lines(0..6).len() as u64);
}

#[test]
fn a_commit_that_fails_across_a_truncation_gives_both_generations_again() {
    let mut bench = stopped("app.log");
    bench.start();
    bench.append("app.log", lines(3..5));
    bench.copy_truncate("app.log", "app.log.1");
    bench.append("app.log", lines(5..6));
    bench.pass_ms(50);
    assert_eq!(bench.text(), lines(3..6));
    bench.fail_commit();
    bench.pass_ms(50);
    assert_eq!(bench.text(), lines(3..6));
    bench.commit();
    bench.start();
    bench.pass_ms(50);
    assert_eq!(bench.text(), "");
}

#[test]
fn a_loss_that_was_told_with_a_failed_commit_is_told_again() {
    let mut bench = stopped("app.log");
    bench.start();
    bench.paused = vec![0];
    bench.append("app.log", lines(3..5));
    bench.pass_ms(31_000);
    truncate(&bench.path("app.log"));
    bench.paused.clear();
    bench.pass_ms(1_100);
    let lost = lines(3..5).len() as u64;
    assert_eq!(bench.lost(LossReason::RotatedAwayBytes), lost);
    bench.fail_commit();
    bench.pass_ms(50);
    assert_eq!(bench.lost(LossReason::RotatedAwayBytes), lost * 2);
    bench.commit();
    bench.fail_commit();
    bench.pass_ms(50);
    assert_eq!(bench.lost(LossReason::RotatedAwayBytes), lost * 2);
}

#[test]
fn a_position_within_a_cut_line_is_kept() {
    let mut bench = stopped("app.log");
    bench.start();
    append(&bench.path("app.log"), &vec![b'x'; 3 << 20]);
    bench.pass_ms(100);
    let given: usize = bench.given.iter().map(|given| given.bytes.len()).sum();
    assert_eq!(given, stacktail::bounds::LINE_BYTES_MAX);
    assert!(bench.commit().last().unwrap().mid_line);
    bench.text();
    bench.start();
    bench.append("app.log", "end of it\nnext\n");
    bench.pass_ms(100);
    assert_eq!(bench.text(), "next\n");
    let cut = (2 << 20) + "end of it".len() as u64;
    assert_eq!(bench.lost(LossReason::LineCutBytes), cut);
}

#[test]
fn rows_of_files_that_are_gone_are_forgotten_and_of_disabled_apps_are_not() {
    let mut bench = stopped("app.log");
    bench.remove("app.log");
    bench.start();
    bench.pass_ms(50);
    bench.commit();
    assert!(bench.stored.rows.is_empty());

    let mut bench = stopped("app.log");
    let settings = std::mem::take(&mut bench.settings);
    bench.start();
    bench.pass_ms(50);
    bench.commit();
    bench.settings = settings;
    bench.append("app.log", lines(3..4));
    bench.start();
    bench.pass_ms(50);
    assert_eq!(bench.text(), lines(3..4));
}

#[test]
fn generations_that_were_read_leave_the_store_but_for_the_last() {
    let mut bench = stopped("app.log");
    bench.start();
    for round in 0..5_u32 {
        bench.rename("app.log", &format!("app.log.{round}"));
        bench.write("app.log", lines(round..round + 2));
        bench.pass_ms(400_000);
        bench.commit();
        bench.commit();
    }
    let states: Vec<FileState> = bench.stored.rows.values().map(|row| row.state).collect();
    assert_eq!(
        states
            .iter()
            .filter(|state| **state == FileState::Live)
            .count(),
        1
    );
    assert_eq!(states.len(), 2);
}
