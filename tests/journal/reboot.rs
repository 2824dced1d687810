//! A machine that reboots and crashes while a service fails on it: what its journal holds of the boots before is read after
//! them, nothing twice.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::support::home::{STACKTAIL, THINNING_OFF};
use crate::support::wait::wait_until;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/journal/container.sh");

/// Prints a trace twenty times a second; goes on counting where the boot before ended.
const WRITER: &str = r#"
import os, sys, time
path = "/var/lib/writer"
n = int(open(path).read()) if os.path.exists(path) else 0
while True:
    with open(path + ".new", "w") as f: f.write(str(n + 1))
    os.rename(path + ".new", path)
    os.write(2, f"Traceback (most recent call last):\n  File \"/srv/shop.py\", line 7, in charge\n    raise ValueError(n)\nValueError: occurrence {n}\n".encode())
    n += 1
    time.sleep(0.05)
"#;

/// A machine in a folder; ended with it.
struct Machine {
    dir: tempfile::TempDir,
}

impl Machine {
    /// Unpacked, with the writer and the agent as services, not booted yet.
    fn new() -> Self {
        let machine = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        let tar = root_tar();
        machine.script("unpack", &[&tar.to_string_lossy()], true);
        let write = |path: &str, text: &str| {
            let path = machine.root().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let service = |exec: &str| {
            format!("[Service]\nExecStart={exec}\n[Install]\nWantedBy=multi-user.target\n")
        };
        write("srv/writer.py", WRITER);
        write(
            "etc/stacktail/stacktail.toml",
            "state_dir = \"/var/lib/stacktail\"\napps_dir = \"/etc/stacktail/apps.d\"\nhost_rate = \"off\"\nsend_rate = \"off\"\n",
        );
        write(
            "etc/stacktail/apps.d/writer.toml",
            &format!(
                "dsn = \"file:/var/lib/stacktail/events.jsonl\"\n{THINNING_OFF}[[journal]]\nunits = [\"writer\"]\n"
            ),
        );
        let units = "etc/systemd/system";
        write(
            &format!("{units}/writer.service"),
            &service("/usr/bin/python3 -u /srv/writer.py"),
        );
        write(
            &format!("{units}/agent.service"),
            &service("/opt/stacktail run --config /etc/stacktail/stacktail.toml"),
        );
        for folder in ["var/log/journal", "var/lib/stacktail"] {
            fs::create_dir_all(machine.root().join(folder)).unwrap();
        }
        machine
    }

    fn root(&self) -> PathBuf {
        self.dir.path().join("root")
    }

    /// Runs the script's `verb` on this machine; what comes before its folder among the arguments, if `first`.
    fn script(&self, verb: &str, arguments: &[&str], first: bool) -> bool {
        let mut command = Command::new(SCRIPT);
        command.arg(verb);
        if first {
            command.args(arguments).arg(self.dir.path());
        } else {
            command.arg(self.dir.path()).args(arguments);
        }
        let binary = Path::new(STACKTAIL).parent().unwrap();
        command.env(
            "NSPAWN_EXTRA",
            format!("--bind-ro={}:/opt", binary.display()),
        );
        command.status().expect("bash").success()
    }

    fn boot(&self) {
        assert!(
            self.script("start", &[], false),
            "systemd-nspawn does not boot"
        );
    }

    fn systemctl(&self, arguments: &[&str]) {
        let all = [&["systemctl"], arguments].concat();
        assert!(self.script("raw", &all, false), "{all:?}");
    }

    /// The agent's events by their occurrence, as far as they name it; and how many do not. One that was under way when the
    /// machine crashed goes out again, by the same id: receivers take it once.
    fn sent(&self) -> (BTreeMap<u64, usize>, usize) {
        let path = self.root().join("var/lib/stacktail/events.jsonl");
        let text = fs::read_to_string(path).unwrap_or_default();
        let (mut sent, mut nameless, mut ids) = (BTreeMap::new(), 0, BTreeSet::new());
        let events = text.lines().filter_map(|l| serde_json::from_str(l).ok());
        for event in events.filter(|event: &Value| ids.insert(event["event_id"].to_string())) {
            let value = event["exception"]["values"][0]["value"].as_str();
            match value.and_then(occurrence) {
                Some(number) => *sent.entry(number).or_default() += 1,
                None => nameless += 1,
            }
        }
        (sent, nameless)
    }

    /// The occurrences whose last line its journal holds, and over how many boots they are spread.
    fn journalled(&self) -> (Vec<u64>, usize) {
        let output = Command::new("journalctl")
            .args([
                "-o",
                "json",
                "--output-fields=MESSAGE",
                "_SYSTEMD_UNIT=writer.service",
                "-D",
            ])
            .arg(self.root().join("var/log/journal"))
            .output()
            .expect("journalctl");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let (mut numbers, mut boots) = (Vec::new(), BTreeSet::new());
        for entry in text
            .lines()
            .filter_map(|l| serde_json::from_str::<Value>(l).ok())
        {
            let message = entry["MESSAGE"].as_str().unwrap_or_default();
            let number = message.strip_prefix("ValueError: ").and_then(occurrence);
            if let Some(number) = number {
                numbers.push(number);
                boots.insert(entry["_BOOT_ID"].to_string());
            }
        }
        (numbers, boots.len())
    }

    fn wait_for(&self, count: usize) {
        let here = wait_until(Duration::from_mins(1), || self.sent().0.len() >= count);
        assert!(here, "{} of {count} sent", self.sent().0.len());
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        if self.dir.path().join("leader").exists() {
            self.script("kill", &[], false);
        }
    }
}

fn occurrence(text: &str) -> Option<u64> {
    text.strip_prefix("occurrence ")?.parse().ok()
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

#[test]
fn a_reboot_and_a_crash_lose_nothing_and_repeat_nothing() {
    let machine = Machine::new();
    machine.boot();
    machine.systemctl(&["daemon-reload"]);
    machine.systemctl(&["start", "agent"]);
    let cursor = machine.root().join("var/lib/stacktail/state.db");
    assert!(wait_until(Duration::from_secs(20), || cursor.exists()));
    machine.systemctl(&["enable", "--now", "writer"]);
    machine.wait_for(20);
    // What is written from here on until the machine is down nobody reads before it is up again.
    machine.systemctl(&["stop", "agent"]);
    let (read, _) = machine.sent();
    let more = read.len() as u64 + 30;
    assert!(wait_until(Duration::from_secs(30), || {
        let counter = fs::read_to_string(machine.root().join("var/lib/writer"));
        counter
            .ok()
            .and_then(|n| n.parse::<u64>().ok())
            .unwrap_or(0)
            >= more
    }));
    machine.script("reboot", &[], false);
    machine.boot();
    machine.systemctl(&["enable", "--now", "agent"]);
    machine.wait_for(more as usize + 20);
    // A crash while both run.
    machine.script("kill", &[], false);
    machine.boot();
    let (before, _) = machine.sent();
    machine.wait_for(before.len() + 20);
    machine.systemctl(&["stop", "writer"]);
    machine.systemctl(&["kill", "--signal=RTMIN+1", "systemd-journald"]);
    let all_sent = || {
        let (numbers, _) = machine.journalled();
        let (sent, _) = machine.sent();
        numbers.iter().all(|number| sent.contains_key(number))
    };
    let complete = wait_until(Duration::from_secs(30), all_sent);
    let (numbers, boots) = machine.journalled();
    let (sent, nameless) = machine.sent();
    let missing: Vec<_> = numbers.iter().filter(|n| !sent.contains_key(n)).collect();
    let twice: Vec<_> = sent.iter().filter(|(_, times)| **times > 1).collect();
    println!(
        "{} traces in the journal over {boots} boots, {} sent, {nameless} cut short by the end of a boot",
        numbers.len(),
        sent.len()
    );
    assert!(
        complete && missing.is_empty() && twice.is_empty(),
        "missing {missing:?}, twice {twice:?}"
    );
    assert_eq!(boots, 3);
    assert_eq!(
        sent.len(),
        numbers.len(),
        "what is sent stands in the journal"
    );
    assert!(nameless <= 2, "{nameless}");
}
