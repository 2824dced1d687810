//! What following a busy log costs and how late it is, against a bare loop over the same file in the same run.
//!
//! `cargo bench --bench live [-- busy traces isolation quiet fleet]`. Exits with 1 if a bound is broken. `STACKTAIL_BENCH_SECONDS`
//! (20) is the length of each measurement, `STACKTAIL_BENCH_QUIET_SECONDS` (60) of that of the quiet files, which needs root and
//! journald. `fleet` runs only when named; `STACKTAIL_BENCH_OUTAGE_SECONDS` (600) is the length of its outage.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark measures the machine, and ends where it cannot"
)]

#[path = "../../tests/support/mod.rs"]
#[expect(
    dead_code,
    reason = "shared by several suites, each of which needs a part"
)]
mod support;

#[path = "../../tests/journal/world.rs"]
#[expect(dead_code, reason = "the journal's own suite needs more of it")]
mod journal;

mod bare;
mod fleet;
mod isolation;
mod process;
mod quiet;
mod writer;

use std::process::ExitCode;
use std::time::Duration;

use bare::BareLoop;
use isolation::Beside;
use process::Usage;
use support::figures::quantile;
use support::home::{Home, THINNING_OFF};
use support::kills::append;
use support::sink::Sink;
use writer::{Printed, write_for};

/// CPU of the agent, of the bare loop's.
const CPU_OF_BARE_MAX: f64 = 3.0;
/// What the agent may be later than the bare loop, p50.
const LATER_P50_MAX: Duration = Duration::from_millis(20);
/// What the agent may be later than the bare loop, p99.
const LATER_P99_MAX: Duration = Duration::from_millis(40);
/// Of a core, for what a noisy app makes: 10,000 errors a second.
const NOISE_CORE_MAX: f64 = 0.5;
/// VmHWM with that.
const NOISE_KIB_MAX: u64 = 64 << 10;
/// Beside the hot one.
const QUIET_BESIDE: usize = 8;

fn main() -> ExitCode {
    if let Some(file) = BareLoop::asked() {
        bare::run(&file);
        return ExitCode::SUCCESS;
    }
    if let Some(length) = quiet::asked() {
        return code(quiet::within(length));
    }
    let seconds = |name, default| {
        std::env::var(name)
            .ok()
            .and_then(|text| text.parse().ok())
            .unwrap_or(default)
    };
    let each = Duration::from_secs(seconds("STACKTAIL_BENCH_SECONDS", 20));
    let quiet = Duration::from_secs(seconds("STACKTAIL_BENCH_QUIET_SECONDS", 60));
    let asked: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    // Twenty minutes: only by its name.
    let wanted =
        |name: &str| asked.is_empty() && name != "fleet" || asked.iter().any(|asked| asked == name);
    let outage = Duration::from_secs(seconds("STACKTAIL_BENCH_OUTAGE_SECONDS", 600));
    let passes: [(&str, &dyn Fn() -> bool); 5] = [
        ("busy", &|| busy(each, 0.0)),
        ("traces", &|| busy(each, 20.0)),
        ("isolation", &|| isolation(each)),
        ("quiet", &|| quiet::apart(quiet)),
        ("fleet", &|| fleet::measure(outage)),
    ];
    let passes: Vec<bool> = passes
        .iter()
        .filter(|(name, _)| wanted(name))
        .map(|(_, pass)| pass())
        .collect();
    code(passes.into_iter().all(|passes| passes))
}

fn code(holds: bool) -> ExitCode {
    if holds {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// 20,000 lines a second into one file, `traces` a second among them; with traces, files beside it get one now and then.
fn busy(length: Duration, traces: f64) -> bool {
    let (home, sink) = (Home::new(), Sink::start());
    home.app("app", &sink.dsn(1), "*.log", THINNING_OFF);
    let hot = home.log("hot.log");
    drop(append(&hot));
    let agent = home.start();
    let warm = write_for(&home, Duration::from_secs(2), 1.0, 1, 0);
    assert!(
        sink.wait_for(warm.len(), Duration::from_secs(20)),
        "{}",
        home.said()
    );
    let bare = BareLoop::start(&hot);
    let before = (Usage::of(agent.pid()), Usage::of(bare.pid()));
    let printed = write_for(&home, length, traces, QUIET_BESIDE, warm.len() as u64);
    let after = (Usage::of(agent.pid()), Usage::of(bare.pid()));
    let all = sink.wait_for(warm.len() + printed.len(), Duration::from_secs(20));
    assert!(
        all,
        "{} of {} traces arrived:\n{}",
        sink.count(),
        warm.len() + printed.len(),
        home.said()
    );
    let seen = bare.stop();
    let (ours, floor) = (after.0.cpu_since(before.0), after.1.cpu_since(before.1));
    let per_second = |cpu: f64| cpu * 1e3 / length.as_secs_f64();
    println!(
        "20,000 lines/s with {traces} traces/s for {length:?}: agent {:.2} ms/s, bare loop {:.2} ms/s = {:.2}",
        per_second(ours),
        per_second(floor),
        ours / floor
    );
    if traces == 0.0 {
        return verdict("CPU, of the bare loop's", ours / floor, CPU_OF_BARE_MAX);
    }
    let floor = bare::latencies(&seen, &printed);
    let hot = later("hot file", &arrived(&sink, &printed, true), &floor);
    later(
        "quiet files beside it",
        &arrived(&sink, &printed, false),
        &floor,
    ) && hot
}

/// From the closing line's append to the request at the receiver, sorted.
fn arrived(sink: &Sink, printed: &[Printed], hot: bool) -> Vec<Duration> {
    let mut took: Vec<Duration> = sink
        .events()
        .iter()
        .filter_map(|arrived| {
            let occurrence = support::traces::occurrence_of(&arrived.event)?;
            let printed = printed
                .iter()
                .find(|printed| printed.occurrence == occurrence && printed.hot == hot)?;
            Some(arrived.at.saturating_duration_since(printed.closed))
        })
        .collect();
    took.sort_unstable();
    took
}

fn later(name: &str, ours: &[Duration], floor: &[Duration]) -> bool {
    let of = |part: f64| (quantile(ours, part), quantile(floor, part));
    let ((p50, floor50), (p99, floor99)) = (of(0.5), of(0.99));
    println!(
        "{name}, {} traces: p50 {p50:.1?} p99 {p99:.1?}; the loop's own p50 {floor50:.1?} p99 {floor99:.1?}",
        ours.len()
    );
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let middle = verdict(
        "later than the loop, p50 ms",
        ms(p50) - ms(floor50),
        ms(LATER_P50_MAX),
    );
    verdict(
        "later than the loop, p99 ms",
        ms(p99) - ms(floor99),
        ms(LATER_P99_MAX),
    ) && middle
}

/// A quiet app alone, beside one whose receiver is dead, and beside a noisy one as well.
fn isolation(length: Duration) -> bool {
    let [none, dead, all] = [(false, false), (true, false), (true, true)]
        .map(|(dead, noisy)| isolation::measure(length, Beside { dead, noisy }));
    isolation::tell("alone", &none);
    isolation::tell("beside a dead DSN", &dead);
    isolation::tell("beside a dead DSN and a noisy app", &all);
    let of = |found: &isolation::Found, part| quantile(&found.latencies, part).as_secs_f64();
    let ratio = |part| of(&all, part) / of(&none, part);
    println!(
        "the quiet app's latency beside both, of that alone: p50 {:.2}, p99 {:.2}",
        ratio(0.5),
        ratio(0.99)
    );
    let later = |part, bound: Duration| {
        let ms = (of(&all, part) - of(&none, part)) * 1e3;
        let what = format!("quiet app later than alone, p{:.0} ms", part * 100.0);
        verdict(&what, ms, bound.as_secs_f64() * 1e3)
    };
    let verdicts = [
        later(0.5, LATER_P50_MAX),
        later(0.99, LATER_P99_MAX),
        verdict(
            "CPU of the noise, of a core",
            all.cpu - dead.cpu,
            NOISE_CORE_MAX,
        ),
        verdict(
            "peak memory in KiB",
            all.peak_kib as f64,
            NOISE_KIB_MAX as f64,
        ),
    ];
    verdicts.into_iter().all(|holds| holds)
}

/// Prints what was found against its bound; does it hold?
fn verdict(what: &str, found: f64, bound: f64) -> bool {
    let holds = found <= bound;
    println!(
        "{} {what}: {found:.3} (bound {bound})",
        if holds { "PASS" } else { "FAIL" }
    );
    holds
}
