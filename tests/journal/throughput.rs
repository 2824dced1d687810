//! What reading costs against the least that it can cost: a loop over libsystemd that looks at every field, in the same run.
//! Figures of a build without optimisation say nothing: they are judged with `--release` alone.

use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use stacktail::os::journal::JournalPlace;
use stacktail::os::journald::Journal;

use crate::support::figures::median;
use crate::support::home::Home;
use crate::support::wait::{pass, wait_until};
use crate::world::{Journald, Service, apart, hide_libsystemd, journalctl};

/// Entries, unless `STACKTAIL_BENCH_ENTRIES` says another number.
const ENTRIES: usize = 1_000_000;
const SERVICES: usize = 4;
const ROUNDS: usize = 5;
/// The same without libsystemd, where two processes share the machine.
const ROUNDS_WITHOUT: usize = 9;

/// Agent to bare loop, and without libsystemd agent and its `journalctl` to `journalctl` alone: what is aimed at, and printed.
const AIMS: (f64, f64) = (1.5, 1.15);
/// What is judged, on a machine that others use too.
const JUDGED: (f64, f64) = (2.0, 1.4);
/// Besides mapped pages of the journal.
const MEMORY_KB: u64 = 32 << 10;

fn entries() -> usize {
    let asked = std::env::var("STACKTAIL_BENCH_ENTRIES").ok();
    asked.and_then(|n| n.parse().ok()).unwrap_or(ENTRIES)
}

/// CPU seconds of this process so far.
fn cpu() -> f64 {
    let spent = clock_gettime(ClockId::ProcessCPUTime);
    spent.tv_sec as f64 + spent.tv_nsec as f64 / 1e9
}

/// The least: every entry, every field, every cursor.
fn bare() -> (f64, usize) {
    let begun = cpu();
    let mut journal = Journal::open(&JournalPlace::Host, 1 << 20).expect("libsystemd");
    journal.seek_head().unwrap();
    let (mut entries, mut bytes) = (0, 0);
    while journal.step().unwrap() {
        journal.fields(|data| bytes += data.len()).unwrap();
        bytes += journal.cursor().unwrap().len();
        entries += 1;
    }
    assert!(bytes > entries);
    (cpu() - begun, entries)
}

/// CPU seconds of a command and all that it waited for, as bash tells them, and the most anonymous memory it held.
fn timed(command: &str) -> (f64, u64) {
    let mut child = Command::new("bash")
        .args(["-c", &format!("TIMEFORMAT='CPU %U %S'; time {command}")])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut memory = 0;
    wait_until(Duration::from_mins(5), || {
        let own = std::fs::read_to_string(format!("/proc/{0}/task/{0}/children", child.id()));
        let pid = own.unwrap_or_default().trim().to_owned();
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let anon = status
            .lines()
            .find_map(|line| line.strip_prefix("RssAnon:"));
        let kb = anon.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
        memory = memory.max(kb.unwrap_or(0));
        pass(Duration::from_millis(20));
        child.try_wait().unwrap().is_some()
    });
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = text
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("CPU "));
    let times = line.unwrap_or_else(|| panic!("{text}")).split(' ');
    (times.map(|t| t.parse::<f64>().unwrap()).sum(), memory)
}

/// A fresh run over everything: CPU seconds and memory.
fn agent(table: &str) -> (f64, u64) {
    let home = Home::new();
    home.app_file("svc", &format!("dsn = \"console\"\n[[journal]]\n{table}\n"));
    let binary = crate::support::home::STACKTAIL;
    timed(&format!(
        "{binary} run --once --config {}",
        home.config().display()
    ))
}

/// The agent and its `journalctl`, to `journalctl` alone: the median of rounds, each against what stood before and behind it, for
/// a machine that others use is not as fast at one minute as at the next.
fn without_libsystemd() -> f64 {
    let export = || timed("journalctl -o export --no-pager").0;
    let mut floors = vec![export()];
    let (mut all, mut ratios) = (vec![], vec![]);
    for _ in 0..ROUNDS_WITHOUT {
        let before = *floors.last().unwrap();
        let through = agent("units = [\"svc*.service\"]").0;
        let behind = export();
        all.push(through);
        floors.push(behind);
        ratios.push(through / f64::midpoint(before, behind));
    }
    let (export, all, ratio) = (median(floors), median(all), median(ratios));
    let cat = timed("{ journalctl -o export --no-pager | cat; }").0;
    println!(
        "without libsystemd: journalctl -o export {export:.2} s, through a pipe to cat {cat:.2} s ({:.2}), all of them read {all:.2} s ({ratio:.2})",
        cat / export
    );
    ratio
}

fn fill(entries: usize) {
    let _journald = Journald::start();
    let unit = |n: usize| format!("svc{n}.service");
    let mut services: Vec<Service> = (0..SERVICES)
        .map(|n| Service::start(&unit(n), &[]))
        .collect();
    for service in &mut services {
        service.say(&format!("BULK {}", entries / SERVICES));
    }
    services.iter_mut().for_each(Service::sync);
    assert!(journalctl(&["--sync"]));
}

#[test]
fn reading_costs_little_more_than_libsystemd_itself() {
    apart(
        "throughput::reading_costs_little_more_than_libsystemd_itself",
        |_| {
            fill(entries());
            let (mut floors, mut all, mut one, mut memory) = (vec![], vec![], vec![], 0);
            let mut count = 0;
            for _ in 0..ROUNDS {
                let (spent, found) = bare();
                floors.push(spent);
                count = found;
                for (table, times) in [
                    ("units = [\"svc*.service\"]", &mut all),
                    ("units = [\"svc0\"]", &mut one),
                ] {
                    let (spent, held) = agent(table);
                    times.push(spent);
                    memory = memory.max(held);
                }
            }
            let (floor, all, one) = (median(floors), median(all), median(one));
            let ratio = all / floor;
            println!(
                "{count} entries: bare loop {floor:.2} s, all of them read {all:.2} s ({:.2}), a quarter {one:.2} s ({:.2}); {memory} kB of own memory",
                ratio,
                one / floor
            );
            hide_libsystemd();
            let without = without_libsystemd();
            if !cfg!(debug_assertions) {
                assert!(
                    ratio <= JUDGED.0 && without <= JUDGED.1,
                    "aimed at {AIMS:?}"
                );
                assert!(memory <= MEMORY_KB, "{memory} kB");
            }
        },
    );
}
