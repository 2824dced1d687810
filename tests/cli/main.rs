//! The binary as a user meets it: help, usage errors, `check`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod docs;
mod parse;
mod samples;

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;

const KEY: &str = "0123456789abcdef0123456789abcdef";

/// What a run gave.
struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

fn stacktail(args: &[&str]) -> Ran {
    let mut command = Command::cargo_bin("stacktail").unwrap();
    for variable in ["STACKTAIL_CONFIG", "STACKTAIL_LOG", "NO_COLOR"] {
        command.env_remove(variable);
    }
    let output = command.args(args).output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A configuration in a folder of its own; a log that may be read is in it.
struct Setup {
    folder: TempDir,
}

impl Setup {
    fn new(app: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let setup = Self { folder };
        setup.write("stacktail.toml", "state_dir = \"state\"\n");
        setup.write("logs/a.log", "one line\n");
        setup.write("apps.d/checkout.toml", app);
        setup
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn check(&self) -> Ran {
        let file = self.path("stacktail.toml");
        stacktail(&["check", "--config", file.to_str().unwrap()])
    }
}

#[test]
fn help_names_every_command_and_the_exit_codes() {
    let ran = stacktail(&["--help"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    for word in ["run", "check", "Exit codes: 0 fine", "STACKTAIL_CONFIG"] {
        assert!(ran.stdout.contains(word), "{word}");
    }
}

#[test]
fn wrong_usage_is_2_and_talks_to_stderr() {
    for args in [
        &["chek"][..],
        &["check", "--confg", "x"],
        &["run", "more"],
        &[],
    ] {
        let ran = stacktail(args);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?}");
        assert!(ran.stderr.contains("Usage"), "{}", ran.stderr);
    }
}

#[test]
fn the_demo_is_fine() {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/demo/stacktail.toml");
    let ran = stacktail(&["check", "--config", demo.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert!(
        ran.stdout.contains("2 usable apps, no error"),
        "{}",
        ran.stdout
    );
    assert!(!demo.with_file_name("state").exists());
}

#[test]
fn check_tells_everything_at_once_and_is_2() {
    let app = format!(
        "dsn = \"htps://{KEY}@h/1\"\nenviroment = \"x\"\n[[files]]\npaths = [\"/proc/*\"]\nstart_at = \"24\"\n"
    );
    let ran = Setup::new(&app).check();
    assert_eq!((ran.code, ran.stderr.as_str()), (2, ""));
    for part in [
        "checkout.toml:1:7",
        "the DSN's scheme",
        "checkout.toml:2:1",
        "did you mean `environment`?",
        "checkout.toml:4:10",
        "checkout.toml:5:12",
        "4 errors",
    ] {
        assert!(ran.stdout.contains(part), "{part}\n{}", ran.stdout);
    }
    assert!(!ran.stdout.contains("01234567"), "{}", ran.stdout);
}

#[test]
fn check_shows_what_globs_match_and_touches_nothing() {
    let setup =
        Setup::new("dsn = \"console\"\n[[files]]\npaths = [\"../logs/*\"]\nexclude = [\"*.gz\"]\n");
    setup.write("logs/a.log.1.gz", "");
    setup.write("logs/\u{1b}[31mred", "");
    let ran = setup.check();
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert!(
        ran.stdout.contains("2 files, 9 B, 1 excluded"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("/logs/a.log\n"), "{}", ran.stdout);
    assert!(!ran.stdout.contains('\u{1b}'));
    assert!(!setup.path("state").exists());
}

#[test]
fn what_this_host_refuses_is_1() {
    let setup = Setup::new(
        "dsn = \"console\"\n[[files]]\npaths = [\"../logs/*\"]\n[source_context]\nroots = [\"../no-such\"]\n",
    );
    std::fs::create_dir(setup.path("logs/folder")).unwrap();
    let ran = setup.check();
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    assert!(
        ran.stdout.contains("no-such: cannot be read: No such file"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("1 finding on this host"),
        "{}",
        ran.stdout
    );
}

#[test]
fn no_host_file_is_2_and_says_so() {
    for command in ["check", "run"] {
        let ran = stacktail(&[command, "--config", "/no/such/stacktail.toml"]);
        let said = ran.stdout + &ran.stderr;
        assert_eq!(ran.code, 2, "{said}");
        assert!(
            said.contains("/no/such/stacktail.toml") && said.contains("No such file"),
            "{said}"
        );
    }
}

#[test]
fn the_variable_names_the_host_file() {
    let setup = Setup::new("dsn = \"console\"\n[[files]]\npaths = [\"../logs/*\"]\n");
    let mut command = Command::cargo_bin("stacktail").unwrap();
    let output = command
        .arg("check")
        .env("STACKTAIL_CONFIG", setup.path("stacktail.toml"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn the_demo_ends_with_everything_sent_and_the_sum_holds() {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/demo/stacktail.toml");
    let args = ["run", "--once", "--dry-run", "--config"];
    // What is printed last must not be forgotten, however the two threads meet.
    for _ in 0..5 {
        let ran = stacktail(&[&args[..], &[demo.to_str().unwrap()]].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        for line in [
            "read     1292 lines, 80325 bytes",
            "traces   61 in 61 events",
            "kept     30",
            "thinned  31 (17 repeats, 14 over rate_per_issue, counted into 4 further events)",
            "sent     34",
            "lag      0 bytes unread",
        ] {
            let found = ran.stderr.lines().any(|said| said == line);
            assert!(found, "{line}\n{}", ran.stderr);
        }
        assert_eq!(ran.stdout.matches("\n\n").count(), 34);
        assert!(!ran.stdout.contains('\u{1b}'));
    }
    assert!(!demo.with_file_name("state").exists());
}
