//! What systemd does with an agent that hangs, and with one that must not start.

use std::fs;
use std::time::Instant;

use crate::machine::Machine;

const DROP_IN: &str = "/etc/systemd/system/stacktail.service.d/watchdog.conf";
const STATE: &str = "/var/lib/stacktail/state.db";

fn restarts(machine: &Machine) -> u32 {
    machine.shows("NRestarts").parse().unwrap()
}

/// What the service and its manager have said in this boot.
fn said(machine: &Machine) -> String {
    machine.done(&[
        "journalctl",
        "-b",
        "-u",
        "stacktail",
        "-o",
        "cat",
        "--no-pager",
    ])
}

/// A reload that a bad host file refuses fails, and what runs goes on as it was.
pub(crate) fn refuses_a_bad_host_file(machine: &Machine, log: &str) {
    let path = "/etc/stacktail/stacktail.toml";
    let (pid, good) = (
        machine.shows("MainPID"),
        fs::read_to_string(machine.path(path)).unwrap(),
    );
    machine.write(path, "host_rate = \"often\"\n");
    let reloaded = machine.run(&["systemctl", "reload", "stacktail"]);
    assert!(!reloaded.status.success(), "{}", said(machine));
    machine.goes_on(log, "with a bad host file");
    assert_eq!(machine.shows("MainPID"), pid);
    assert!(said(machine).contains("stacktail.toml:1:13"));
    machine.write(path, &good);
    machine.done(&["systemctl", "reload", "stacktail"]);
}

/// The thread that reads stands still, the other goes on: the watchdog ends it, and it starts anew. `log` goes on being read.
pub(crate) fn hangs(machine: &Machine, log: &str) {
    machine.write("/srv/hold.py", include_str!("hold.py"));
    machine.write(DROP_IN, "[Service]\nWatchdogSec=3s\nRestartSec=100ms\n");
    machine.done(&["systemctl", "daemon-reload"]);
    machine.done(&["systemctl", "restart", "stacktail"]);
    let (pid, before) = (machine.shows("MainPID"), restarts(machine));
    // Twice the watchdog's time without a hang, busy and vouched for.
    let started = Instant::now();
    machine.wait("six seconds of work", || started.elapsed().as_secs() >= 6);
    machine.goes_on(log, "under a short watchdog");
    assert_eq!(machine.shows("MainPID"), pid, "{}", said(machine));
    let held = Instant::now();
    let ended = machine.done(&["python3", "/srv/hold.py", &pid]);
    println!("held still: {ended} after {:.1?}", held.elapsed());
    machine.wait("a restart by the watchdog", || restarts(machine) > before);
    println!("restarted after {:.1?}", held.elapsed());
    let said = said(machine);
    assert!(said.contains("Watchdog timeout (limit 3s)"), "{said}");
    machine.goes_on(log, "after a hang");
    fs::remove_file(machine.path(DROP_IN)).unwrap();
    machine.done(&["systemctl", "daemon-reload"]);
    machine.done(&["systemctl", "restart", "stacktail"]);
}

/// The state's version, changed by so much; what it was.
fn shift_version(machine: &Machine, by: i32) -> i32 {
    let script = format!(
        "import sqlite3\nstate = sqlite3.connect('{STATE}', isolation_level=None)\n\
         version = state.execute('PRAGMA user_version').fetchone()[0]\n\
         state.execute(f'PRAGMA user_version = {{version + {by}}}')\nprint(version)"
    );
    machine.done(&["python3", "-c", &script]).parse().unwrap()
}

/// A state that a newer version has written: refused with a word on it, once, and left as it is.
pub(crate) fn refuses_a_newer_state(machine: &Machine, log: &str) {
    machine.done(&["systemctl", "stop", "stacktail"]);
    let known = shift_version(machine, 1);
    let started = machine.run(&["systemctl", "start", "stacktail"]);
    assert!(!started.status.success(), "a newer state was taken");
    let shown = ["ActiveState", "Result", "ExecMainStatus", "NRestarts"];
    let shown = shown.map(|property| machine.shows(property));
    // `failed`, not `activating`: systemd does not try again.
    assert_eq!(shown, ["failed", "exit-code", "2", "0"]);
    let said = said(machine);
    let word = said.lines().find(|line| line.contains("a newer stacktail"));
    println!("{}", word.expect("a word on the state"));
    assert_eq!(shift_version(machine, -1), known + 1, "it was changed");
    machine.done(&["systemctl", "reset-failed", "stacktail"]);
    machine.done(&["systemctl", "start", "stacktail"]);
    machine.goes_on(log, "with a state of its own version");
}
