//! A machine of its own for a test: journald, and services that write to it.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use crate::support::wait::wait_until;

const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/journal");
/// Set for a test that runs within its namespace.
const WITHIN: &str = "STACKTAIL_TEST_NAMESPACE";

/// Runs `test`, which is called `name`, in a namespace of its own: this program starts itself there.
pub(crate) fn apart(name: &str, test: impl FnOnce(&Path)) {
    if let Some(dir) = std::env::var_os(WITHIN) {
        test(Path::new(&dir));
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let status = Command::new(format!("{HERE}/namespace.sh"))
        .arg(dir.path())
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .env(WITHIN, dir.path())
        .status()
        .expect("bash and unshare");
    assert!(status.success(), "{name} within its namespace: {status}");
}

/// A running journald.
pub(crate) struct Journald {
    child: Child,
}

impl Journald {
    /// Up, writing to its folder.
    pub(crate) fn start() -> Self {
        let child = Command::new("/lib/systemd/systemd-journald")
            .stderr(Stdio::null())
            .spawn()
            .expect("systemd-journald");
        let up = wait_until(Duration::from_secs(20), || {
            journalctl(&["--flush"]) && journalctl(&["--sync"])
        });
        assert!(up, "journald does not answer");
        Self { child }
    }

    /// Ended by `signal`, and another one started.
    pub(crate) fn again(&mut self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, signal).unwrap();
        self.child.wait().unwrap();
        *self = Self::start();
    }
}

impl Drop for Journald {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

/// Did `journalctl` do it?
pub(crate) fn journalctl(arguments: &[&str]) -> bool {
    let output = Command::new("journalctl").args(arguments).output();
    output.expect("journalctl").status.success()
}

/// A service: what it is told, it writes as entries of its unit.
pub(crate) struct Service {
    child: Child,
    lines: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Service {
    /// Starts the unit.
    pub(crate) fn start(unit: &str, fields: &[&str]) -> Self {
        let group = PathBuf::from("/sys/fs/cgroup/system.slice").join(unit);
        fs::create_dir_all(&group).expect("a cgroup2 tree");
        let mut child = Command::new("bash")
            .args([
                "-euc",
                "echo 0 > \"$1/cgroup.procs\"; shift; exec \"$@\"",
                "-",
            ])
            .arg(&group)
            .args(["python3", "-u"])
            .arg(format!("{HERE}/sender.py"))
            .arg(unit.trim_end_matches(".service"))
            .arg("6")
            .args(fields)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("bash");
        Self {
            lines: child.stdin.take().unwrap(),
            answers: BufReader::new(child.stdout.take().unwrap()),
            child,
        }
    }

    /// Writes an entry.
    pub(crate) fn say(&mut self, text: &str) {
        writeln!(self.lines, "{text}").expect("the service runs");
    }

    /// Returns when everything said was sent.
    pub(crate) fn sync(&mut self) {
        self.say("SYNC");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        assert_eq!(answer, "SYNC\n", "the service ended");
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

/// In this namespace there is none that can be loaded; `journalctl` has its own.
pub(crate) fn hide_libsystemd() {
    let listed = Command::new("ldconfig")
        .arg("-p")
        .output()
        .expect("ldconfig");
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let lines = listed
        .lines()
        .filter(|line| line.contains("libsystemd.so.0 "));
    for path in lines.filter_map(|line| Some(line.split_once("=> ")?.1)) {
        let hidden = Command::new("mount")
            .args(["--bind", "/dev/null", path])
            .status();
        assert!(hidden.unwrap().success());
    }
}
