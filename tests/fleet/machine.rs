//! A Debian with systemd as PID 1 in a folder, on which packages are installed and services run.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use serde_json::Value;

use crate::support::wait::wait_until;

/// Boots and enters it; what the journal's suite boots with.
pub(crate) const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/journal/container.sh");

/// How long anything may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// A machine; ended with it.
pub(crate) struct Machine {
    dir: tempfile::TempDir,
}

impl Machine {
    /// Unpacked, not booted.
    pub(crate) fn new() -> Self {
        let machine = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        let done = Command::new(SCRIPT)
            .arg("unpack")
            .arg(root_tar())
            .arg(machine.dir.path())
            .status();
        assert!(done.expect("bash").success());
        machine
    }

    /// The folder that it lies in.
    pub(crate) fn folder(&self) -> &Path {
        self.dir.path()
    }

    /// A path on it, from here.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.dir
            .path()
            .join("root")
            .join(path.trim_start_matches('/'))
    }

    /// A file on it.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A service that is started at boot.
    pub(crate) fn service(&self, name: &str, exec: &str) {
        let unit = format!("/etc/systemd/system/{name}.service");
        self.write(&unit, &format!("[Service]\nExecStart={exec}\n"));
        let wants = self.path("/etc/systemd/system/multi-user.target.wants");
        fs::create_dir_all(&wants).unwrap();
        std::os::unix::fs::symlink(unit, wants.join(format!("{name}.service"))).unwrap();
    }

    fn script(&self, verb: &str) -> bool {
        let done = Command::new(SCRIPT).arg(verb).arg(self.dir.path()).status();
        done.expect("bash").success()
    }

    /// Up, every unit started.
    pub(crate) fn boot(&self) {
        assert!(self.script("start"), "systemd-nspawn does not boot");
    }

    /// Down and up again.
    pub(crate) fn reboot(&self) {
        self.script("reboot");
        self.boot();
    }

    /// What a command on it gives.
    pub(crate) fn run(&self, command: &[&str]) -> Output {
        let mut entered = Command::new(SCRIPT);
        entered.arg("raw").arg(self.dir.path()).args(command);
        entered.output().expect("bash")
    }

    /// What a command on it prints; it must succeed.
    pub(crate) fn done(&self, command: &[&str]) -> String {
        let output = self.run(command);
        let said = String::from_utf8_lossy(&output.stderr);
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{command:?}: {printed}{said}");
        printed.trim_end().to_owned()
    }

    /// A property of the agent's service.
    pub(crate) fn shows(&self, property: &str) -> String {
        self.done(&["systemctl", "show", "stacktail", "--value", "-p", property])
    }

    /// The events that arrived, by the number of their occurrence: how many different ids each has.
    pub(crate) fn received(&self) -> BTreeMap<u64, usize> {
        let text = fs::read_to_string(self.path("/srv/received.jsonl")).unwrap_or_default();
        let mut ids: BTreeMap<u64, Vec<String>> = BTreeMap::new();
        for event in text
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        {
            let value = event["exception"]["values"][0]["value"].as_str();
            let number = value.and_then(|value| value.strip_prefix("occurrence ")?.parse().ok());
            let ids = ids.entry(number.expect("an occurrence")).or_default();
            let id = event["event_id"].to_string();
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids.into_iter()
            .map(|(number, ids)| (number, ids.len()))
            .collect()
    }

    /// The occurrences that stand in the log.
    pub(crate) fn written(&self, log: &str) -> u64 {
        let text = fs::read_to_string(self.path(log)).unwrap_or_default();
        text.matches("ValueError: occurrence").count() as u64
    }

    /// Waits until more occurrences have arrived than by now stand in the log.
    pub(crate) fn goes_on(&self, log: &str, what: &str) {
        let now = self.written(log);
        self.wait(what, || {
            self.received()
                .keys()
                .last()
                .is_some_and(|last| *last > now)
        });
    }

    /// Waits for a condition; says what the agent said where it does not come.
    pub(crate) fn wait(&self, what: &str, condition: impl FnMut() -> bool) {
        if !wait_until(PATIENCE, condition) {
            let log = self.run(&["journalctl", "-u", "stacktail", "-n", "40", "--no-pager"]);
            panic!(
                "{what}: not within {PATIENCE:?}\n{}",
                String::from_utf8_lossy(&log.stdout)
            );
        }
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        if self.dir.path().join("leader").exists() {
            self.script("kill");
        }
    }
}

/// Made once, and kept beside what cargo builds for tests.
fn root_tar() -> PathBuf {
    if let Some(path) = std::env::var_os("STACKTAIL_ROOT_TAR") {
        return path.into();
    }
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("root.tar.zst");
    if !path.exists() {
        let made = Command::new(SCRIPT).arg("mkroot").arg(&path).status();
        assert!(made.expect("bash").success(), "mmdebstrap makes no root");
    }
    path
}
