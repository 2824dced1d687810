//! A day of record time: a million events of a hundred thousand issues, with restarts, limits and sampling; the sum holds to
//! the last occurrence, and no budget is exceeded. `cargo test` runs a fiftieth of it; the whole day belongs to `e2e`.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use stacktail::event::Candidate;
use stacktail::limit::Limit;
use stacktail::policy::{AppLimits, Decisions, Policy, StoredPolicy};
use stacktail::store::packed::Packer;
use stacktail::store::{Batch, Outcome, Settlement, Store};

use crate::app::app;
use crate::support::{candidate, start};

const APPS: u16 = 4;
const DAY_S: u64 = 86_400;

/// Issues that come so often that they are never put out of memory.
const FREQUENT: u64 = 20;

/// A day, or a part of one.
struct Day {
    events: u64,
    issues: u64,
    /// The bound on issues with state, per app.
    issues_max: usize,
    /// `host_rate`.
    host: &'static str,
}

/// Numbers from a seed, one after the other.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

/// `rate`, `rate_per_issue`, `dedup_window` in seconds, `sample_rate`.
type Thinning = (&'static str, &'static str, Option<u64>, f64);

const THINNING: [Thinning; APPS as usize] = [
    ("20/min", "10/min", Some(300), 1.0),
    ("30/min", "2/min", Some(60), 0.2),
    ("off", "5/h", None, 1.0),
    ("2/s", "off", Some(600), 0.5),
];

/// Each app thins in another way.
fn apps() -> Vec<AppLimits> {
    let one = |(nth, (rate, per_issue, window, sample_rate)): (usize, Thinning)| {
        let mut app = app();
        app.name = format!("app{nth}");
        app.rate = Limit::parse(rate).unwrap();
        app.rate_per_issue = Limit::parse(per_issue).unwrap();
        app.dedup_window = window.map(Duration::from_secs);
        app.sample_rate = sample_rate;
        AppLimits::of(&app, format!("r{nth}"))
    };
    THINNING.into_iter().enumerate().map(one).collect()
}

/// Record times, in order, of what the limiters let through.
#[derive(Default)]
struct Passed {
    /// By app: events of their own and carriers.
    of_app: BTreeMap<u16, Vec<i64>>,
    all: Vec<i64>,
    /// By frequent issue: events of their own.
    of_issue: BTreeMap<u64, Vec<i64>>,
}

struct World {
    store: Store,
    policy: Policy,
    packer: Packer,
    decisions: Decisions,
    passed: Passed,
    drained: u64,
}

impl World {
    fn new(day: &Day) -> Self {
        let store = Store::in_memory().unwrap();
        Self {
            policy: Self::policy(&store, day),
            store,
            packer: Packer::default(),
            decisions: Decisions::default(),
            passed: Passed::default(),
            drained: 0,
        }
    }

    fn policy(store: &Store, day: &Day) -> Policy {
        let stored = store.load().unwrap().policy;
        let host = Limit::parse(day.host).unwrap();
        Policy::bounded(&apps(), host, stored, day.issues_max)
    }

    /// Asks policy, and notes what went through its limiters at `at`.
    fn ask(&mut self, issue: u64, at: Timestamp, ask: impl FnOnce(&mut Policy, &mut Decisions)) {
        let before = (
            self.decisions.kept.len(),
            self.decisions.changes.released.len(),
        );
        ask(&mut self.policy, &mut self.decisions);
        let at = at.as_microsecond();
        let kept = self
            .decisions
            .kept
            .iter()
            .skip(before.0)
            .map(|kept| kept.app);
        let own = kept.clone().count();
        let released = self.decisions.changes.released.iter().skip(before.1);
        for app in kept.chain(released.map(|released| released.app)) {
            self.passed.of_app.entry(app).or_default().push(at);
            self.passed.all.push(at);
        }
        if own > 0 && issue < FREQUENT {
            self.passed.of_issue.entry(issue).or_default().push(at);
        }
    }

    /// Commits, and delivers all that waits.
    fn settle(&mut self) {
        let mut batch = Batch::new(start());
        batch.absorb(std::mem::take(&mut self.decisions), &mut self.packer);
        self.store.commit(&batch).unwrap();
        for app in 0..APPS {
            let waiting = self
                .store
                .waiting(&format!("r{app}"), 0, usize::MAX >> 1, usize::MAX);
            let waiting = waiting.unwrap();
            self.drained += waiting
                .iter()
                .map(|event| 1 + event.suppressed)
                .sum::<u64>();
            let ends = waiting.iter().map(|event| Settlement {
                row: event.row,
                outcome: Outcome::Delivered,
            });
            self.store
                .settle(&ends.collect::<Vec<_>>(), start())
                .unwrap();
        }
    }

    fn dropped(&self, reason: &str) -> u64 {
        let ledger = self.store.ledger().unwrap();
        let of = ledger
            .iter()
            .filter(|entry| reason.is_empty() || entry.reason == reason);
        of.map(|entry| entry.quantity).sum()
    }

    fn accounted(&self) -> u64 {
        let open = self.store.carried().unwrap();
        self.drained + self.dropped("") + open.iter().map(|app| app.occurrences).sum::<u64>()
    }
}

/// One occurrence: few issues are frequent, most are rare.
fn occurrence(dice: &mut Dice, number: u64, day: &Day, at: Timestamp) -> (u64, Candidate) {
    let range = match dice.below(10) {
        0..3 => FREQUENT,
        3..5 => (day.issues / 100).max(1),
        _ => day.issues,
    };
    let issue = dice.below(range);
    let mut seen = candidate(number, &format!("E{issue}"), &format!("v{}", dice.below(3)));
    seen.app = u16::try_from(issue % u64::from(APPS)).unwrap();
    seen.event_id[..8].copy_from_slice(&dice.next().to_be_bytes());
    seen.record_time = at;
    (issue, seen)
}

/// When an event comes: every other minute has all of its events within its first second.
fn time_of(number: u64, day: &Day) -> Timestamp {
    let at = DAY_S * 1_000_000 / day.events * number;
    let minute = at / 60_000_000;
    let within = at % 60_000_000;
    let within = if minute.is_multiple_of(2) {
        within / 60
    } else {
        within
    };
    start() + Duration::from_micros(minute * 60_000_000 + within)
}

fn run(day: &Day) -> World {
    let mut world = World::new(day);
    let mut dice = Dice(7);
    for number in 0..day.events {
        let at = time_of(number, day);
        let (issue, seen) = occurrence(&mut dice, number, day, at);
        world.ask(issue, at, |policy, out| policy.decide(seen, out));
        if number % 256 == 255 {
            world.ask(FREQUENT, at, |policy, out| policy.close_due(at, out));
            world.settle();
        }
        // Twelve restarts: memory is what the store holds.
        if number % (day.events / 12) == 0 {
            world.settle();
            assert_eq!(world.accounted(), number + 1);
            world.policy = World::policy(&world.store, day);
        }
    }
    world.settle();
    world
}

/// No window of any length holds more than burst + rate × its length, `spare` aside: the times through a leaky bucket.
pub(crate) fn within_budget(times: &[i64], limit: &str, spare: i64, what: &str) {
    let Some(pace) = Limit::parse(limit).unwrap().pace() else {
        return;
    };
    let most = pace.span_us + spare * pace.interval_us;
    let mut full_at = i64::MIN;
    for (nth, at) in times.iter().enumerate() {
        full_at = full_at.max(*at) + pace.interval_us;
        let held = full_at - at;
        assert!(
            held <= most,
            "{what}, event {nth}: {held} us held, over {most}"
        );
    }
}

/// The sum, and every budget over what went through.
fn judge(day: &Day) {
    let world = run(day);
    assert_eq!(world.accounted(), day.events);
    for (app, (rate, per_issue, ..)) in (0..APPS).zip(THINNING) {
        let times = world.passed.of_app.get(&app).unwrap();
        assert!(times.len() > 50, "app{app}: {}", times.len());
        within_budget(times, rate, 0, &format!("app{app}"));
        for (issue, times) in &world.passed.of_issue {
            if issue % u64::from(APPS) == u64::from(app) {
                within_budget(times, per_issue, 0, &format!("issue {issue}"));
            }
        }
    }
    assert_eq!(world.passed.of_issue.len() as u64, FREQUENT);
    within_budget(&world.passed.all, day.host, 0, "host");
    for reason in ["app_rate", "host_rate", "sample_rate"] {
        assert!(world.dropped(reason) > 0, "{reason} was never spent");
    }
    println!(
        "{} events of {} issues: {} sent, {} of them occurrences, {} dropped; the sum is exact",
        day.events,
        day.issues,
        world.passed.all.len(),
        world.drained,
        world.dropped("")
    );
}

#[test]
fn a_part_of_a_day_adds_up_within_all_budgets() {
    judge(&Day {
        events: 20_000,
        issues: 2_000,
        issues_max: 200,
        host: "8/min",
    });
}

/// Resident memory of this process, in KiB.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Runs a test that measures its process in a process of its own: others would allocate beside it.
fn alone(name: &str, test: impl FnOnce()) {
    const ALONE: &str = "STACKTAIL_TEST_ALONE";
    if std::env::var_os(ALONE).is_some() {
        return test();
    }
    let this = std::env::current_exe().unwrap();
    let mut run = std::process::Command::new(this);
    run.args(["--exact", name, "--nocapture"]).env(ALONE, "1");
    assert!(run.status().unwrap().success(), "{name}");
}

/// Memory while one app prints this many issues, each once.
fn distinct_issues(issues: u64, growth_kib: u64) {
    let limits = [AppLimits {
        rate: Limit::Off,
        dedup_window: Some(Duration::from_mins(5)),
        ..AppLimits::of(&app(), "r0".to_owned())
    }];
    let mut policy = Policy::new(&limits, Limit::Off, StoredPolicy::default());
    let (mut first, mut peak) = (None, 0);
    for number in 0..issues {
        let mut decisions = Decisions::default();
        let mut seen = candidate(number, &format!("E{number}"), "x");
        seen.record_time = start() + Duration::from_millis(number);
        policy.decide(seen, &mut decisions);
        assert_eq!(decisions.kept.len(), 1);
        if number % 5_000 == 4_999 {
            let now = resident_kib();
            // From when expressions are compiled and the table begins to fill.
            peak = peak.max(now.saturating_sub(*first.get_or_insert(now)));
        }
    }
    println!("{issues} distinct issues: {peak} KiB more than after the first 5,000");
    assert!(peak < growth_kib, "{peak} KiB");
}

#[test]
fn memory_is_bounded_with_more_issues_than_the_table_holds() {
    alone(
        "day::memory_is_bounded_with_more_issues_than_the_table_holds",
        || distinct_issues(15_000, 24 << 10),
    );
}

#[cfg(feature = "e2e")]
#[test]
fn a_whole_day_of_a_million_events_adds_up_within_all_budgets() {
    judge(&Day {
        events: 1_000_000,
        issues: 100_000,
        issues_max: 10_000,
        host: "60/min",
    });
}

#[cfg(feature = "e2e")]
#[test]
fn memory_is_bounded_with_a_million_distinct_issues() {
    alone(
        "day::memory_is_bounded_with_a_million_distinct_issues",
        || distinct_issues(1_000_000, 24 << 10),
    );
}
