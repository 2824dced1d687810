//! The role on two booted machines, by the example beside it: a first run, a second, and what a change changes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::machine::{Machine, SCRIPT};
use crate::package::made;
use crate::venv;

const REPOSITORY: &str = env!("CARGO_MANIFEST_DIR");
/// From PyPI; the last that runs on Python 3.11, which is Debian 12's.
const ANSIBLE: &str = "ansible-core==2.19.14";
const LOG: &str = "/var/log/checkout/app.log";
const APP: &str = "/etc/stacktail/apps.d/checkout.toml";
const NAMES: [&str; 2] = ["one", "two"];

/// Two machines, and what Ansible is told of them.
struct Fleet {
    machines: Vec<Machine>,
    inventory: tempfile::TempDir,
}

impl Fleet {
    fn new() -> Self {
        let inventory = tempfile::tempdir().unwrap();
        let machines: Vec<_> = NAMES.iter().map(|_| machine()).collect();
        let hosts: BTreeMap<_, _> = NAMES
            .iter()
            .zip(&machines)
            .map(|(name, machine)| (*name, json!({ "machine_folder": machine.folder() })))
            .collect();
        // `sudo` is not on them, and not needed: root enters.
        let vars = json!({
            "ansible_connection": "machine",
            "ansible_become": false,
            "ansible_python_interpreter": "/usr/bin/python3",
            "machine_script": SCRIPT,
        });
        let told = json!({ "all": { "hosts": hosts, "vars": vars } });
        fs::write(inventory.path().join("hosts.json"), told.to_string()).unwrap();
        Self {
            machines,
            inventory,
        }
    }

    /// Runs the example with these variables over its own; how much it says that it changed, the same on both.
    fn play(&self, more: &Value) -> u32 {
        let mut vars = json!({ "stacktail_package": made("_amd64.deb"), "checkout_dsn": dsn(1) });
        let (all, more) = (vars.as_object_mut().unwrap(), more.as_object().unwrap());
        all.extend(more.clone());
        let printed = venv::must(
            Command::new(venv::with(ANSIBLE).join("ansible-playbook"))
                .arg("--inventory")
                .arg(self.inventory.path().join("hosts.json"))
                .args(["--extra-vars", &vars.to_string()])
                .arg(Path::new(REPOSITORY).join("packaging/ansible/example.yml"))
                .env(
                    "ANSIBLE_CONNECTION_PLUGINS",
                    Path::new(REPOSITORY).join("tests/fleet/connection"),
                )
                .env("ANSIBLE_LOCAL_TEMP", self.inventory.path().join("temp"))
                .env("ANSIBLE_HOME", self.inventory.path().join("home"))
                .env("ANSIBLE_NOCOLOR", "1")
                .env("LC_ALL", "C.UTF-8"),
        );
        println!("{printed}");
        let changed = NAMES.map(|name| changed(&printed, name));
        assert_eq!(changed[0], changed[1], "{printed}");
        changed[0]
    }

    /// What is true of each machine.
    fn each<T>(&self, look: impl Fn(&Machine) -> T) -> Vec<T> {
        self.machines.iter().map(look).collect()
    }
}

/// A machine with a receiver, booted.
fn machine() -> Machine {
    let machine = Machine::new();
    machine.write("/srv/receiver.py", include_str!("receiver.py"));
    machine.service(
        "receiver",
        "/usr/bin/python3 /srv/receiver.py /srv/received.jsonl 9000",
    );
    machine.boot();
    machine
}

fn dsn(project: u32) -> String {
    format!("http://0123456789abcdef0123456789abcdef@127.0.0.1:9000/{project}")
}

/// The figure behind `changed=` in a host's line of the recap; nothing there may have failed.
fn changed(printed: &str, name: &str) -> u32 {
    let (_, recap) = printed.split_once("PLAY RECAP").expect("a recap");
    let mut lines = recap.lines().map(|line| line.split_once(':'));
    let line = lines.find_map(|line| line.filter(|(host, _)| host.trim() == name));
    let (_, figures) = line.expect("the host's line");
    let figure = |key: &str| {
        let mut words = figures.split_whitespace();
        let found = words.find_map(|word| word.strip_prefix(key)?.parse::<u32>().ok());
        found.unwrap_or_else(|| panic!("no {key} in {figures}"))
    };
    assert_eq!(
        (figure("unreachable="), figure("failed=")),
        (0, 0),
        "{printed}"
    );
    figure("changed=")
}

/// All files of a machine that the role could touch, with what tells that one was written or given away.
fn files(machine: &Machine) -> BTreeMap<String, String> {
    let told = "%p\t%i %m %u %g %s %T@ %C@\n";
    let found = machine.done(&[
        "find",
        "/etc",
        "/usr/bin",
        "/var/cache/stacktail",
        "-xdev",
        "-type",
        "f",
        "-printf",
        told,
    ]);
    let lines = found.lines().map(|line| line.split_once('\t').unwrap());
    lines
        .map(|(path, told)| (path.to_owned(), told.to_owned()))
        .collect()
}

/// The files that are new, gone, or not as they were.
fn differing(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<String> {
    let mut paths: Vec<_> = before.keys().chain(after.keys()).collect();
    paths.sort_unstable();
    paths.dedup();
    let differ = paths
        .into_iter()
        .filter(|path| before.get(*path) != after.get(*path));
    differ.cloned().collect()
}

/// The process, and how often it says that it has reloaded.
fn life(machine: &Machine) -> (String, usize) {
    let said = machine.done(&["journalctl", "-u", "stacktail", "-o", "cat", "--no-pager"]);
    assert_eq!(machine.shows("ActiveState"), "active", "{said}");
    (
        machine.shows("MainPID"),
        said.matches("reloading the configuration").count(),
    )
}

/// A failure of its own in the log arrives, and says which environment the app's settings name.
fn arrives(machine: &Machine, number: u64, environment: &str) {
    let log = machine.path(LOG);
    fs::create_dir_all(log.parent().unwrap()).unwrap();
    let before = fs::read_to_string(&log).unwrap_or_default();
    // Each in a function of its own: an issue of its own, which nothing thins.
    let trace = format!(
        "Traceback (most recent call last):\n  File \"/srv/shop.py\", line 7, in charge_{number}\n    \
         raise ValueError(n)\nValueError: occurrence {number}\n"
    );
    fs::write(&log, before + &trace).unwrap();
    machine.wait("the trace", || machine.received().contains_key(&number));
    let text = fs::read_to_string(machine.path("/srv/received.jsonl")).unwrap();
    let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!(last["environment"], environment, "{last}");
}

/// The first run: all of it is there, each file for whom it is for.
fn installs(fleet: &Fleet) {
    let first = fleet.play(&json!({}));
    assert!(first >= 7, "{first} changes");
    for machine in &fleet.machines {
        for (path, wanted) in [
            ("/etc/stacktail/stacktail.toml", "640 root stacktail"),
            (APP, "640 root stacktail"),
            ("/etc/stacktail/credentials", "700 root root"),
            ("/etc/stacktail/credentials/checkout-dsn", "600 root root"),
        ] {
            let is = machine.done(&["stat", "-c", "%a %U %G", path]);
            assert_eq!(is, wanted, "{path}");
        }
        assert_eq!(
            machine.done(&["systemctl", "is-enabled", "stacktail"]),
            "enabled"
        );
        arrives(machine, 0, "production");
    }
}

#[test]
fn the_role_changes_what_differs_and_nothing_else() {
    let fleet = Fleet::new();
    installs(&fleet);
    let (settled, lives) = (fleet.each(files), fleet.each(life));

    assert_eq!(fleet.play(&json!({})), 0, "a second run");
    assert_eq!(fleet.each(files), settled);
    assert_eq!(fleet.each(life), lives);

    let text = format!(
        "environment = \"staging\"\ndsn_credential = \"checkout-dsn\"\n[[files]]\npaths = [\"{LOG}\"]\n"
    );
    let apps = json!({ "stacktail_apps": { "checkout": text } });
    assert_eq!(fleet.play(&apps), 2, "the app's file and the reload");
    for ((machine, before), (pid, reloads)) in fleet.machines.iter().zip(&settled).zip(lives) {
        assert_eq!(differing(before, &files(machine)), [APP]);
        assert_eq!(life(machine), (pid, reloads + 1), "reloaded once");
        arrives(machine, 1, "staging");
    }

    let (settled, lives) = (fleet.each(files), fleet.each(life));
    let mut moved = apps.clone();
    moved["checkout_dsn"] = json!(dsn(2));
    assert_eq!(fleet.play(&moved), 2, "the credential and the restart");
    for ((machine, before), (pid, _)) in fleet.machines.iter().zip(&settled).zip(lives) {
        let credential = "/etc/stacktail/credentials/checkout-dsn";
        assert_eq!(differing(before, &files(machine)), [credential]);
        assert_ne!(life(machine).0, pid, "credentials are read at the start");
        arrives(machine, 2, "staging");
    }

    let settled = fleet.each(files);
    let none = json!({ "stacktail_apps": {}, "checkout_dsn": dsn(2) });
    assert_eq!(fleet.play(&none), 2, "the app's removal and the reload");
    for (machine, before) in fleet.machines.iter().zip(&settled) {
        assert_eq!(differing(before, &files(machine)), [APP]);
        assert_eq!(machine.shows("ActiveState"), "active");
    }
}
