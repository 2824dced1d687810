//! When the machine does not help: no permission, no watches, lost changes, handles and bytes given up.

use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use crate::bench::{Bench, append};
use stacktail::bounds::{CLOSE_QUIET_AFTER_MS, DELETED_HOLD_MS_MAX, RECONCILE_MS};
use stacktail::os::watch::Watcher;
use stacktail::source::LossReason;

fn set_mode(bench: &Bench, name: &str, mode: u32) {
    let mode = std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(bench.path(name), mode).unwrap();
}

/// Open handles of this process on the bench's files, deleted ones too.
fn handles_on(bench: &Bench) -> usize {
    let handles = std::fs::read_dir("/proc/self/fd").unwrap().flatten();
    let targets = handles.filter_map(|handle| std::fs::read_link(handle.path()).ok());
    targets
        .filter(|target| target.starts_with(bench.dir.path()))
        .count()
}

/// A bench that has read app.log, and has given its handle back.
fn long_quiet() -> Bench {
    let mut bench = Bench::new(&["app.log"]);
    bench.start();
    bench.write("app.log", "one\n");
    bench.pass_ms(3_000);
    assert_eq!(bench.text(), "one\n");
    assert_eq!(handles_on(&bench), 1);
    bench.pass_ms(CLOSE_QUIET_AFTER_MS + 31_000);
    assert_eq!(handles_on(&bench), 0);
    bench
}

#[test]
fn the_handle_of_a_file_that_was_quiet_for_ten_minutes_is_given_back_and_nothing_is_missed() {
    let mut bench = long_quiet();
    bench.append("app.log", "two\n");
    bench.pass_ms(1);
    assert_eq!(bench.text(), "two\n");
    assert_eq!(handles_on(&bench), 1);
    bench.pass_ms(CLOSE_QUIET_AFTER_MS + 31_000);
    assert_eq!(handles_on(&bench), 0);
    // Rotated while it is closed: it is found under its new name.
    bench.append("app.log", "three\n");
    bench.rename("app.log", "app.log.1");
    bench.write("app.log", "four\n");
    bench.pass_ms(100);
    assert_eq!(bench.text(), "three\nfour\n");
    assert!(bench.losses.is_empty() && bench.problems.is_empty());
}

/// Runs one test again as a user who is not root, since root is never refused.
fn again_as_nobody(test: &str) {
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", test]).env("TMPDIR", "/tmp");
    match again.uid(65_534).gid(65_534).output() {
        Ok(output) => {
            let told = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success(), "{told}");
            assert!(told.contains("1 passed"), "{told}");
        }
        // The folder of the build is closed to others.
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::PermissionDenied),
    }
}

fn is_never_refused() -> bool {
    let bench = Bench::new(&[]);
    bench.write("closed", "");
    set_mode(&bench, "closed", 0);
    std::fs::File::open(bench.path("closed")).is_ok()
}

#[test]
fn a_permission_that_is_lost_and_regained_loses_nothing() {
    if is_never_refused() {
        return again_as_nobody("trouble::a_permission_that_is_lost_and_regained_loses_nothing");
    }
    let mut bench = long_quiet();
    bench.append("app.log", "two\n");
    set_mode(&bench, "app.log", 0);
    bench.pass_ms(5_000);
    assert_eq!(bench.text(), "");
    assert_eq!(bench.said().len(), 1);
    set_mode(&bench, "app.log", 0o600);
    bench.pass_ms(1_100);
    assert_eq!(bench.text(), "two\n");
    assert_eq!(
        bench.said(),
        ["app.log: read again, what was wrong is over"]
    );

    // Its folder is closed at a restart.
    bench.commit();
    bench.append("app.log", "three\n");
    set_mode(&bench, "", 0);
    bench.start();
    bench.pass_ms(5_000);
    bench.commit();
    assert_eq!(bench.text(), "");
    set_mode(&bench, "", 0o700);
    bench.pass_ms(61_000);
    assert_eq!(bench.text(), "three\n");
    assert!(bench.losses.is_empty());
}

#[test]
fn a_path_that_is_a_folder_for_a_while_is_said_and_read_when_it_is_a_file_again() {
    let mut bench = Bench::new(&["app.log"]);
    bench.start();
    bench.write("app.log", "one\n");
    bench.pass_ms(3_000);
    bench.rename("app.log", "aside");
    std::fs::create_dir(bench.path("app.log")).unwrap();
    bench.pass_ms(1_000);
    let said = bench.said();
    assert_eq!(said.len(), 1);
    assert!(said[0].starts_with("app.log: not tailed: "), "{said:?}");
    append(&bench.path("aside"), b"two\n");
    bench.pass_ms(1_000);
    std::fs::remove_dir(bench.path("app.log")).unwrap();
    bench.rename("aside", "app.log");
    bench.append("app.log", "three\n");
    bench.pass_ms(1_000);
    assert_eq!(bench.text(), "one\ntwo\nthree\n");
    assert_eq!(
        bench.said(),
        ["app.log: read again, what was wrong is over"]
    );
}

#[test]
fn a_deleted_file_that_is_written_on_is_let_go_after_five_minutes_and_the_rest_counted() {
    let mut bench = Bench::new(&["app.log"]);
    bench.start();
    bench.write("app.log", "one\n");
    bench.pass_ms(3_000);
    let path = bench.path("app.log");
    let mut writer = std::fs::File::options().append(true).open(path).unwrap();
    bench.remove("app.log");
    let mut unread = 0;
    let mut lines = 0;
    while bench.finished.is_empty() {
        assert!(lines < 400, "held for longer than five minutes");
        std::io::Write::write_all(&mut writer, b"a line\n").unwrap();
        lines += 1;
        // A look falls between the write and the read.
        bench.clock.advance(std::time::Duration::from_secs(1));
        bench.take();
        bench.commit();
        unread = lines * 7 + 4
            - bench
                .given
                .iter()
                .map(|each| each.bytes.len() as u64)
                .sum::<u64>();
    }
    // The look that finds it gone counts the time since the look before.
    assert!(
        lines * 1_000 >= DELETED_HOLD_MS_MAX - RECONCILE_MS,
        "{lines}"
    );
    assert_eq!(unread, 7);
    assert_eq!(bench.lost(LossReason::DeletedBytes), unread);
    assert_eq!(handles_on(&bench), 1, "the writer's own");
}

#[test]
fn without_watches_files_are_looked_at_every_second_and_that_is_said_once() {
    for watcher in [Watcher::full(), Err(std::io::ErrorKind::Other.into())] {
        let mut bench = Bench::new(&["*.log"]);
        bench.write("old.log", "before\n");
        bench.start_watched_by(watcher);
        bench.pass_ms(5_000);
        let said = bench.said();
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].contains("looked at every second"), "{said:?}");
        bench.append("old.log", "one\n");
        bench.pass_ms(1_100);
        assert_eq!(bench.text(), "one\n");
        bench.rename("old.log", "old.log.1");
        bench.append("old.log.1", "two\n");
        bench.write("old.log", "three\n");
        bench.pass_ms(2_200);
        assert_eq!(bench.text(), "two\nthree\n");
        // Names that nobody tells of are found with the globs.
        bench.write("new.log", "four\n");
        bench.pass_ms(61_000);
        assert_eq!(bench.text(), "four\n");
        assert!(bench.said().is_empty());
    }
}

#[test]
fn after_lost_changes_every_file_is_looked_at_once() {
    let most = std::fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").unwrap();
    let most: u32 = most.trim().parse().unwrap();
    let mut bench = Bench::new(&["*.log"]);
    bench.write("old.log", "before\n");
    bench.start();
    bench.pass_ms(5_000);
    for number in 0..=most {
        let (from, to) = if number % 2 == 0 {
            ("a", "b")
        } else {
            ("b", "a")
        };
        if number == 0 {
            bench.write("a", "");
        }
        bench.rename(from, to);
    }
    bench.append("old.log", "one\n");
    bench.write("new.log", "two\n");
    bench.pass_ms(100);
    let mut lines: Vec<String> = bench.text().lines().map(String::from).collect();
    lines.sort();
    assert_eq!(lines, ["one", "two"]);
    assert_eq!(
        bench.said(),
        ["/: more changes than the kernel could queue; looking at every file"]
    );
}
