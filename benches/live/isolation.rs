//! One app's noise and another's dead receiver: what a quiet app notices of them, and what they cost.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::process::Usage;
use crate::support::figures::quantile;
use crate::support::home::{Home, THINNING_OFF};
use crate::support::kills::append;
use crate::support::sink::{Sink, nobody};
use crate::support::traces;
use crate::support::wait::Pace;

/// Traces a second of the quiet app, and of the one whose receiver is dead.
const CALM_PER_SECOND: f64 = 5.0;
/// Traces a second of the noisy one, 50 distinct ones.
const NOISE_PER_SECOND: u64 = 10_000;
const NOISE_STEPS: u64 = 100;
const QUIET: u32 = 1;
const NOISY: u32 = 2;

/// Who writes beside the quiet app.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Beside {
    /// An app whose receiver refuses connections.
    pub(crate) dead: bool,
    /// An app with 10,000 errors a second, thinned as by default.
    pub(crate) noisy: bool,
}

/// What was found.
pub(crate) struct Found {
    /// From the quiet app's closing lines to the requests at its receiver, sorted.
    pub(crate) latencies: Vec<Duration>,
    /// Of a core.
    pub(crate) cpu: f64,
    /// VmHWM.
    pub(crate) peak_kib: u64,
    /// Errors that the noisy app wrote a second.
    pub(crate) noise: f64,
    /// Of them, requests at its receiver.
    pub(crate) noise_sent: usize,
}

/// The quiet app for `length`, with these beside it, each with the limits that hold where nothing is set.
pub(crate) fn measure(length: Duration, beside: Beside) -> Found {
    let (home, sink) = (Home::with_host(""), Sink::start());
    home.app("quiet", &sink.dsn(QUIET), "quiet.log", THINNING_OFF);
    if beside.dead {
        let dsn = format!("http://{}@{}/3", "0".repeat(32), nobody());
        home.app("dead", &dsn, "dead.log", THINNING_OFF);
    }
    if beside.noisy {
        home.app("noisy", &sink.dsn(NOISY), "noisy.log", "");
    }
    let agent = home.start();
    calm(&home, "quiet.log", 1, 0);
    let warm = sink.wait_for(1, Duration::from_secs(20));
    assert!(warm, "{}", home.said());
    let over = AtomicBool::new(false);
    let before = Usage::of(agent.pid());
    let begun = Instant::now();
    let count = (length.as_secs_f64() * CALM_PER_SECOND) as u64;
    let (printed, noise, used) = std::thread::scope(|scope| {
        let noisy = beside
            .noisy
            .then(|| scope.spawn(|| make_noise(&home, &over)));
        if beside.dead {
            scope.spawn(|| calm(&home, "dead.log", count, 1));
        }
        let printed = calm(&home, "quiet.log", count, 1);
        let used = Usage::of(agent.pid()).cpu_since(before) / begun.elapsed().as_secs_f64();
        over.store(true, Ordering::Release);
        let noise = noisy.map_or(0.0, |noisy| noisy.join().unwrap());
        (printed, noise, used)
    });
    let all = printed.len() + 1;
    let here = crate::support::wait::wait_until(Duration::from_secs(20), || {
        sink.events_of(QUIET).len() >= all
    });
    assert!(here, "{} of {all}", sink.events_of(QUIET).len());
    let mut latencies: Vec<Duration> = sink
        .events_of(QUIET)
        .iter()
        .filter_map(|arrived| {
            let occurrence = traces::occurrence_of(&arrived.event)?.checked_sub(1)?;
            let printed = printed.get(occurrence as usize)?;
            Some(arrived.at.saturating_duration_since(*printed))
        })
        .collect();
    latencies.sort_unstable();
    assert_eq!(latencies.len(), printed.len(), "{}", home.said());
    Found {
        latencies,
        cpu: used,
        peak_kib: agent.status("VmHWM"),
        noise,
        noise_sent: sink.events_of(NOISY).len(),
    }
}

/// `count` traces at their pace, numbered from `first`; when each was closed.
fn calm(home: &Home, log: &str, count: u64, first: u64) -> Vec<Instant> {
    let mut log = append(&home.log(log));
    let mut pace = Pace::new(CALM_PER_SECOND);
    let one = |number: u64| {
        let now = Timestamp::now();
        let lines = traces::python(number as u32, number, now);
        let text = traces::text(&lines) + &traces::ordinary(number, now) + "\n";
        log.write_all(text.as_bytes()).unwrap();
        let closed = Instant::now();
        pace.step();
        closed
    };
    (first..first + count).map(one).collect()
}

/// Until it is over; how many errors a second it came to.
fn make_noise(home: &Home, over: &AtomicBool) -> f64 {
    let mut log = append(&home.log("noisy.log"));
    let mut pace = Pace::new(NOISE_STEPS as f64);
    let begun = Instant::now();
    let mut made = 0;
    while !over.load(Ordering::Acquire) {
        let mut text = String::new();
        for _ in 0..NOISE_PER_SECOND / NOISE_STEPS {
            let lines = traces::python((made % 50) as u32, made, Timestamp::now());
            text.push_str(&traces::text(&lines));
            made += 1;
        }
        log.write_all(text.as_bytes()).unwrap();
        pace.step();
    }
    made as f64 / begun.elapsed().as_secs_f64()
}

/// One line of figures.
pub(crate) fn tell(name: &str, found: &Found) {
    let of = |part| quantile(&found.latencies, part);
    println!(
        "{name}: quiet app p50 {:.1?} p99 {:.1?} ({} traces); agent {:.1} % of a core, VmHWM {} KiB; noise {:.0}/s, {} sent of it",
        of(0.5),
        of(0.99),
        found.latencies.len(),
        found.cpu * 100.0,
        found.peak_kib,
        found.noise,
        found.noise_sent
    );
}
