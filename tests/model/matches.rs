//! What matches a glob and what is tailed of it; order, bounds, the end of `--once`.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::time::Duration;

use crate::bench::{Bench, files, truncate};
use stacktail::bounds::{CHUNK_BYTES, HANDLES_OPEN_MAX};
use stacktail::source::{LastLine, Source as _};

#[test]
fn names_that_are_not_utf8_are_tailed() {
    let mut bench = Bench::new(&["*.log"]);
    bench.start();
    let path = bench.dir.path().join(OsStr::from_bytes(b"caf\xe9.log"));
    std::fs::write(path, "text\n").unwrap();
    bench.pass_ms(50);
    assert_eq!(bench.text(), "text\n");
}

#[test]
fn a_fifo_is_said_once_and_does_not_block() {
    let mut bench = Bench::new(&["*.log"]);
    let fifo = bench.path("fifo.log");
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    let kind = rustix::fs::FileType::Fifo;
    rustix::fs::mknodat(rustix::fs::CWD, &fifo, kind, mode, 0).unwrap();
    std::fs::create_dir(bench.path("folder.log")).unwrap();
    bench.start();
    bench.pass_ms(200_000);
    assert_eq!(bench.problems.len(), 1);
    assert!(
        bench.problems[0]
            .what
            .as_ref()
            .unwrap()
            .to_string()
            .contains("regular")
    );
    bench.remove("fifo.log");
    bench.write("fifo.log", "now a file\n");
    bench.pass_ms(100);
    assert_eq!(bench.text(), "now a file\n");
    assert_eq!(bench.problems[1].what, None);
}

#[test]
fn a_planted_link_is_refused_unless_the_app_allows_it() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let plant = |bench: &Bench| {
        bench.write("secret", "secret\n");
        let link = bench.path("planted.log");
        std::os::unix::fs::symlink("secret", &link).unwrap();
        let owner = Some(rustix::process::Uid::from_raw(65_534));
        let flags = rustix::fs::AtFlags::SYMLINK_NOFOLLOW;
        rustix::fs::chownat(rustix::fs::CWD, &link, owner, None, flags).unwrap();
    };
    let mut bench = Bench::new(&["*.log"]);
    bench.start();
    plant(&bench);
    bench.pass_ms(100);
    assert_eq!(bench.text(), "");
    assert_eq!(bench.problems.len(), 1);

    let mut bench = Bench::new(&["*.log"]);
    bench.settings[0].1.follow_symlinks = true;
    bench.start();
    plant(&bench);
    bench.pass_ms(100);
    assert_eq!(bench.text(), "secret\n");
}

#[test]
fn compressed_files_are_not_read_whatever_their_name() {
    let mut bench = Bench::new(&["*"]);
    bench.start();
    bench.write("disguised.log", b"\x1f\x8b\x08\x00 and so on\n");
    bench.write("app.log.1.gz", b"\x1f\x8b\x08\x00 and so on\n");
    bench.pass_ms(100);
    assert_eq!(bench.text(), "");
    assert_eq!(bench.problems.len(), 2);
}

#[test]
fn excluded_names_and_paths_are_left_alone() {
    let mut bench = Bench::new(&["**/*.log"]);
    bench.settings[0].1.exclude = vec![
        "debug-*".into(),
        format!("{}/**/private/*", bench.dir.path().display()),
    ];
    std::fs::create_dir_all(bench.path("a/private")).unwrap();
    bench.start();
    bench.write("a/x.log", "x\n");
    bench.write("a/debug-x.log", "no\n");
    bench.write("a/private/y.log", "no\n");
    bench.pass_ms(61_000);
    assert_eq!(bench.text(), "x\n");
    std::fs::create_dir(bench.path("b")).unwrap();
    bench.write("b/y.log", "y\n");
    bench.pass_ms(50);
    assert_eq!(bench.text(), "y\n");
}

#[test]
fn once_reads_from_the_beginning_waits_for_silence_and_is_done() {
    let mut bench = Bench::new(&["*.log"]);
    bench.once = true;
    bench.write("a.log", "one\ntwo");
    bench.write("b.log", "three\n");
    bench.write("empty.log", "");
    bench.start();
    bench.take();
    assert!(!bench.source().done());
    bench.pass_ms(3_000);
    assert!(bench.source().done());
    assert_eq!(bench.finished.len(), 3);
    let half = bench
        .given
        .iter()
        .find(|given| given.bytes == b"two")
        .unwrap();
    assert_eq!(half.last, LastLine::Unterminated);
    assert_eq!(bench.text().len(), "one\ntwothree\n".len());

    bench.commit();
    bench.append("b.log", "four\n");
    bench.start();
    bench.pass_ms(3_000);
    assert_eq!(bench.text(), "four\n");
    assert!(bench.source().done());
}

#[test]
fn once_is_done_at_once_when_nothing_matches() {
    let mut bench = Bench::new(&["*.log"]);
    bench.once = true;
    bench.start();
    bench.take();
    assert!(bench.source().done());
}

#[test]
fn once_tells_a_copy_from_its_log() {
    let mut bench = Bench::new(&["*.log*"]);
    bench.once = true;
    bench.write(
        "a.log",
        "a line that is long enough to tell it\nanother one\n",
    );
    bench.write("a.log.1", "a line that is long enough to tell it\n");
    bench.start();
    bench.pass_ms(20_000);
    assert!(bench.source().done());
    assert_eq!(
        bench.text(),
        "a line that is long enough to tell it\nanother one\n"
    );
}

#[test]
fn a_huge_file_delays_others_by_a_chunk() {
    let mut bench = Bench::new(&["*.log"]);
    bench.start();
    bench.write("huge.log", "x\n".repeat(4 << 20));
    bench.take();
    bench.given.clear();
    bench.write("huge.log", "y\n".repeat(4 << 20));
    bench.write("small-1.log", "small\n");
    bench.write("small-2.log", "small\n");
    bench.pass_ms(100);
    let small: Vec<usize> = (0..bench.given.len())
        .filter(|at| bench.given[*at].bytes == b"small\n")
        .collect();
    assert_eq!(small.len(), 2);
    assert!(small[1] <= 3, "{small:?}");
    assert!(
        bench
            .given
            .iter()
            .all(|given| given.bytes.len() <= CHUNK_BYTES)
    );
}

#[test]
fn a_paused_app_is_not_read_and_another_is() {
    let mut bench = Bench::new(&["a.log", "shared.log"]);
    bench.app(1, files(&["b.log", "shared.log"]));
    bench.start();
    bench.paused = vec![0];
    bench.write("a.log", "a\n");
    bench.write("b.log", "b\n");
    bench.write("shared.log", "s\n");
    bench.pass_ms(500);
    let mut lines: Vec<String> = bench.text().lines().map(String::from).collect();
    lines.sort();
    assert_eq!(lines, ["b", "s"]);
    bench.paused.clear();
    bench.pass_ms(0);
    assert_eq!(bench.text(), "a\n");
}

#[test]
fn a_poke_is_answered_with_bytes_or_the_end() {
    let mut bench = Bench::new(&["a.log"]);
    bench.start();
    bench.write("a.log", "a\n");
    bench.pass_ms(5_000);
    let lane = bench.given[0].lane;
    assert_eq!(bench.ends, [lane]);
    bench.source().poke(lane);
    bench.take();
    assert_eq!(bench.ends, [lane, lane]);
    bench.append("a.log", "b\n");
    bench.source().poke(lane);
    bench.take();
    assert_eq!(bench.text(), "a\nb\n");
}

#[test]
fn what_was_given_is_read_back() {
    let mut bench = Bench::new(&["a.log"]);
    bench.start();
    bench.write("a.log", "one\ntwo\nthree\n");
    bench.pass_ms(50);
    let origin = bench.given[0].origin;
    let mut bytes = Vec::new();
    bench.source().read_back(origin, 8, 64, &mut bytes);
    assert_eq!(bytes, b"one\ntwo\n");
    bench.source().read_back(origin, 8, 4, &mut bytes);
    assert_eq!(bytes, b"two\n");
    // From the copy, after a truncation.
    bench.copy_truncate("a.log", "a.log.1");
    bench.append("a.log", "four\n");
    bench.pass_ms(50);
    bench.source().read_back(origin, 8, 64, &mut bytes);
    assert_eq!(bytes, b"one\ntwo\n");
    truncate(&bench.path("a.log"));
}

#[test]
fn polling_needs_no_watch() {
    let mut bench = Bench::new(&["a.log"]);
    bench.settings[0].1.poll = true;
    bench.start();
    bench.write("a.log", "a\n");
    bench.pass_ms(61_000);
    bench.append("a.log", "b\n");
    bench.pass_ms(1_100);
    assert_eq!(bench.text(), "a\nb\n");
}

#[test]
fn ten_thousand_files_stay_under_the_bound_of_handles_and_rest() {
    let mut bench = Bench::new(&["*.log"]);
    for number in 0..10_000 {
        bench.write(&format!("{number:05}.log"), "x\n");
    }
    bench.clock.advance(Duration::from_secs(10));
    let before = open_handles();
    bench.start();
    bench.pass_ms(100);
    assert!(open_handles() <= before + HANDLES_OPEN_MAX + 16);
    assert_eq!(bench.commit().len(), 10_000);
    let due = bench.source.as_ref().unwrap().due(bench.now()).unwrap();
    assert!(due > bench.now().mono + Duration::from_secs(10));
    bench.append("00007.log", "y\n");
    bench.append("09999.log", "z\n");
    bench.pass_ms(0);
    let mut text = bench.text();
    if text.starts_with('z') {
        text = text.chars().rev().collect::<String>().trim().to_owned() + "\n";
    }
    assert!(text.contains('y') && text.contains('z'));
    assert_eq!(bench.commit().len(), 2);
}

/// Other tests of this process open files too: the bound is far above what they need.
fn open_handles() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}
