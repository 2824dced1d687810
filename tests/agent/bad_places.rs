//! Bad configuration and bad places: a clear word, and the other apps' traces are still found.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, lchown, symlink};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use jiff::Timestamp;

use crate::support::home::{Home, STACKTAIL, THINNING_OFF, stacktail};
use crate::support::sink::Sink;
use crate::support::traces;

const SOON: Duration = Duration::from_secs(20);
const NOBODY: u32 = 65_534;

fn print(path: &Path, number: u32) {
    let text = traces::text(&traces::python(number, u64::from(number), Timestamp::now()));
    fs::write(path, text).unwrap();
}

/// The traces that arrived, by their number.
fn arrived(sink: &Sink) -> Vec<u32> {
    let mut numbers: Vec<u32> = sink
        .events()
        .iter()
        .filter_map(|arrived| traces::distinct_of(&arrived.event))
        .collect();
    numbers.sort_unstable();
    numbers
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[test]
fn a_dsn_with_a_typo_disables_its_app_only() {
    let (home, sink) = (Home::new(), Sink::start());
    home.app("good", &sink.dsn(1), "good.log", THINNING_OFF);
    home.app_file("typo", "dsn = \"htps://secretkey0secretkey0secretkey0se@sentry.example/7\"\n[[files]]\npaths = [\"/tmp/x.log\"]\n");
    print(&home.log("good.log"), 1);
    let output = stacktail(&["check", "--config"])
        .arg(home.config())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("typo.toml:1") && said.contains("dsn"),
        "no file, line and key:\n{said}"
    );
    assert!(!said.contains("secretkey0"), "the key is shown:\n{said}");
    let agent = home.start();
    assert!(sink.wait_for(1, SOON), "{}", home.said());
    assert!(agent.stop().0.success());
    assert!(
        home.said().contains("typo") && !home.said().contains("secretkey0"),
        "{}",
        home.said()
    );
}

#[test]
fn a_glob_over_proc_stops_nobody() {
    let (home, sink) = (Home::new(), Sink::start());
    home.app("good", &sink.dsn(1), "good.log", THINNING_OFF);
    home.app_file(
        "proc",
        &format!("dsn = {:?}\n[[files]]\npaths = [\"/proc/*/*\", \"/proc/**/status\"]\nstart_at = \"beginning\"\n", sink.dsn(2)),
    );
    let agent = home.start();
    print(&home.log("good.log"), 1);
    assert!(sink.wait_for(1, SOON), "{}", home.said());
    let peak = agent.status("VmHWM");
    assert!(agent.stop().0.success());
    assert!(peak < 64 << 10, "{peak} kB");
}

#[test]
fn a_fifo_blocks_nobody() {
    let (home, sink) = (Home::new(), Sink::start());
    home.app("app", &sink.dsn(1), "*.log", THINNING_OFF);
    let fifo = home.log("a.log");
    assert!(
        Command::new("mkfifo")
            .arg(&fifo)
            .status()
            .unwrap()
            .success()
    );
    print(&home.log("b.log"), 1);
    let agent = home.start();
    assert!(sink.wait_for(1, SOON), "{}", home.said());
    assert!(agent.stop().0.success());
    assert!(
        home.said().contains("a.log"),
        "no word about the FIFO:\n{}",
        home.said()
    );
}

#[test]
fn a_planted_link_is_not_followed_until_the_app_says_so() {
    if !is_root() {
        eprintln!("skipped: only root can plant another user's link");
        return;
    }
    let (home, sink) = (Home::new(), Sink::start());
    let settings = format!(
        "{THINNING_OFF}[[files]]\npaths = [{:?}]\nstart_at = \"beginning\"\n",
        home.log("web-*.log")
    );
    home.app_file("web", &format!("dsn = {:?}\n{settings}", sink.dsn(1)));
    print(&home.path().join("secret.log"), 66);
    symlink(home.path().join("secret.log"), home.log("web-planted.log")).unwrap();
    lchown(home.log("web-planted.log"), Some(NOBODY), Some(NOBODY)).unwrap();
    print(&home.path().join("own.log"), 2);
    symlink(home.path().join("own.log"), home.log("web-linked.log")).unwrap();
    print(&home.log("web-plain.log"), 1);
    let agent = home.start();
    assert!(sink.wait_for(2, SOON), "{}", home.said());
    assert!(agent.stop().0.success());
    assert_eq!(arrived(&sink), [1, 2]);
    assert!(
        home.said().contains("web-planted.log"),
        "no word about the link:\n{}",
        home.said()
    );
    home.app_file(
        "web",
        &format!(
            "dsn = {:?}\n{settings}follow_symlinks = true\n",
            sink.dsn(1)
        ),
    );
    assert!(home.once().status.success());
    assert_eq!(arrived(&sink), [1, 2, 66]);
}

#[test]
fn an_unreadable_folder_and_file_are_named_and_read_once_they_can_be() {
    if !is_root() {
        eprintln!("skipped: needs root to run the agent as somebody else");
        return;
    }
    let (home, sink) = (Home::new(), Sink::start());
    for folder in ["open", "closed"] {
        fs::create_dir(home.log(folder)).unwrap();
        print(
            &home.log(&format!("{folder}/app.log")),
            u32::from(folder == "closed") + 1,
        );
    }
    home.app("app", &sink.dsn(1), "*/app.log", THINNING_OFF);
    let binary = home.path().join("stacktail");
    fs::copy(STACKTAIL, &binary).unwrap();
    give_to_nobody(home.path());
    for path in [home.log("closed"), home.log("closed/app.log")] {
        chown(&path, Some(0), Some(0)).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    }
    let run = || {
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
            .arg(&binary);
        command
            .args(["run", "--once", "--config"])
            .arg(home.config())
            .env("TZ", "UTC")
            .output()
            .unwrap()
    };
    let output = run();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(arrived(&sink), [1], "{said}");
    assert!(said.contains("closed"), "no word about the folder:\n{said}");
    for path in [home.log("closed"), home.log("closed/app.log")] {
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let output = run();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(arrived(&sink), [1, 2]);
}

/// The folder and all in it.
fn give_to_nobody(path: &Path) {
    chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    if fs::symlink_metadata(path).unwrap().mode() & 0o170_000 == 0o040_000 {
        for entry in fs::read_dir(path).unwrap() {
            give_to_nobody(&entry.unwrap().path());
        }
    }
}

#[test]
fn a_newer_versions_state_is_refused_untouched() {
    let (home, sink) = (Home::new(), Sink::start());
    home.app("app", &sink.dsn(1), "app.log", THINNING_OFF);
    print(&home.log("app.log"), 1);
    assert!(home.once().status.success());
    let state = home.path().join("state/state.db");
    let connection = rusqlite::Connection::open(&state).unwrap();
    let known: i64 = connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap();
    connection
        .pragma_update(None, "user_version", known + 1)
        .unwrap();
    drop(connection);
    let before = fs::read(&state).unwrap();
    let refused = home.once();
    let said = String::from_utf8_lossy(&refused.stderr);
    // The unit does not start it again after this code.
    assert_eq!(refused.status.code(), Some(2), "{said}");
    let schemas = format!("schema {}, this one knows up to {known}", known + 1);
    assert!(
        said.contains("a newer stacktail") && said.contains(&schemas),
        "{said}"
    );
    assert_eq!(fs::read(&state).unwrap(), before);
}
