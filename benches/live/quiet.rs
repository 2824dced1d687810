//! Files that nobody writes to, and a journal in which nothing happens: what the agent costs meanwhile. The journal is that of
//! a journald of its own, in a mount namespace that this program starts itself in.

use std::fs;
use std::io::Write as _;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::journal::{Journald, journalctl};
use crate::process::Usage;
use crate::support::home::{Home, THINNING_OFF};
use crate::support::kills::append;
use crate::support::sink::Sink;
use crate::support::wait::{pass, wait_until};
use crate::support::{state, traces};
use crate::verdict;

const NAMESPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/journal/namespace.sh");
const ASK: &str = "quiet-within";

/// How many files, and what may be used with them.
struct Bounds {
    files: u64,
    /// Of a core.
    core: f64,
    /// VmHWM.
    kib: u64,
    /// Wake-ups a second.
    wake_ups: f64,
}

const BOUNDS: [Bounds; 2] = [
    Bounds {
        files: 1_000,
        core: 0.001,
        kib: 24 << 10,
        wake_ups: 3.0,
    },
    Bounds {
        files: 10_000,
        core: 0.005,
        kib: 48 << 10,
        wake_ups: 3.0,
    },
];

/// Is this process to measure within its namespace, and for how long?
pub(crate) fn asked() -> Option<Duration> {
    let arguments: Vec<String> = std::env::args().collect();
    let at = arguments.iter().position(|argument| argument == ASK)?;
    let seconds = arguments.get(at + 1)?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// Starts this program in a namespace; do the bounds hold?
pub(crate) fn apart(length: Duration) -> bool {
    let dir = tempfile::tempdir().unwrap();
    let ended = Command::new(NAMESPACE)
        .arg(dir.path())
        .arg(std::env::current_exe().unwrap())
        .args([ASK, &length.as_secs().to_string()])
        .status();
    let holds = ended.is_ok_and(|status| status.success());
    if !holds {
        println!("FAIL quiet files: a bound, or no mount namespace and no journald here");
    }
    holds
}

/// Within it: both numbers of files.
pub(crate) fn within(length: Duration) -> bool {
    let _journald = Journald::start();
    let holds = BOUNDS.map(|bounds| measure(length, &bounds));
    holds.into_iter().all(|holds| holds)
}

fn measure(length: Duration, bounds: &Bounds) -> bool {
    let (home, sink) = (Home::new(), Sink::start());
    home.app("app", &sink.dsn(1), "*.log", THINNING_OFF);
    let journal = "[[journal]]\nidentifiers = [\"shop\"]\n";
    home.app_file(
        "journal",
        &format!("dsn = \"{}\"\n{THINNING_OFF}{journal}", sink.dsn(2)),
    );
    let log = |number| home.log(&format!("quiet-{number}.log"));
    for number in 0..bounds.files {
        let line = traces::ordinary(number, Timestamp::now());
        fs::write(log(number), line + "\n").unwrap();
    }
    let agent = home.start();
    let settled = wait_until(Duration::from_mins(2), || {
        state::files(&home) >= bounds.files && state::lag(&home) == 0
    });
    assert!(settled, "{}", home.said());
    // Files are hot for a second after they were read; the first reconciles are part of being idle.
    pass(Duration::from_secs(8));
    let (before, begun) = (Usage::of(agent.pid()), Instant::now());
    pass(length);
    let (used, passed) = (Usage::of(agent.pid()), begun.elapsed().as_secs_f64());
    let peak = agent.status("VmHWM");
    println!(
        "{} quiet files and a quiet journal: CPU {:.1} ms in {passed:.0} s, RSS {} KiB, VmHWM {peak} KiB, threads {}",
        bounds.files,
        used.cpu_since(before) * 1e3,
        agent.status("VmRSS"),
        agent.status("Threads")
    );
    let wake_ups = (used.wake_ups - before.wake_ups) as f64 / passed;
    let core = used.cpu_since(before) / passed;
    let holds = [
        verdict("CPU, % of a core", core * 100.0, bounds.core * 100.0),
        verdict("wake-ups a second", wake_ups, bounds.wake_ups),
        verdict("peak memory in KiB", peak as f64, bounds.kib as f64),
    ];
    still_reads(&home, &sink, &log(bounds.files - 1));
    holds.into_iter().all(|holds| holds)
}

/// Quiet is not deaf: a trace in the last file and one in the journal arrive.
fn still_reads(home: &Home, sink: &Sink, log: &Path) {
    let trace = traces::text(&traces::python(0, 0, Timestamp::now()));
    append(log).write_all(trace.as_bytes()).unwrap();
    say(&trace);
    let arrived = wait_until(Duration::from_secs(20), || {
        [1, 2].map(|project| sink.events_of(project).len()) == [1, 1]
    });
    assert!(arrived, "{} of 2\n{}", sink.count(), home.said());
}

/// The text as one entry of the program `shop`: journald's own protocol, lengths before values of several lines.
fn say(text: &str) {
    let mut entry = b"SYSLOG_IDENTIFIER=shop\nPRIORITY=3\nMESSAGE\n".to_vec();
    entry.extend((text.len() as u64).to_le_bytes());
    entry.extend(text.as_bytes());
    entry.push(b'\n');
    let socket = UnixDatagram::unbound().unwrap();
    socket
        .send_to(&entry, "/run/systemd/journal/socket")
        .unwrap();
    assert!(journalctl(&["--sync"]));
}
