//! 200 agents against one receiver, each with its own state and tiny limits: an incident on all of them at once, which goes on
//! through an outage of the receiver and beyond its return.
//!
//! The outage may be shorter than ten minutes where it still outlasts the way to the longest pause between attempts (63 s of
//! ceilings of 1, 2, 4 … 32 s): from there on the pauses, and so the return, are the same however long it lasts.

use std::collections::{BTreeMap, VecDeque};
use std::io::Write as _;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::process::Usage;
use crate::support::figures::quantile;
use crate::support::home::{Agent, Home};
use crate::support::kills::append;
use crate::support::receiver::Receiver;
use crate::support::wait::{Pace, pass};
use crate::support::{state, traces};
use crate::verdict;

const AGENTS: usize = 200;
/// What the incident is, on each host.
const ISSUES: u32 = 4;
/// How often each comes at its beginning, before the next.
const AT_ONCE: u64 = 20;
/// What one host may send of it: a burst of as many, then so many a minute …
const HOST_RATE: u64 = 30;
/// … and how fast towards the receiver.
const SEND_RATE: u64 = 50;
/// Until the burst of the budget is used and sent.
const SETTLING: Duration = Duration::from_secs(95);
const STEADY: Duration = Duration::from_mins(1);
/// The incident goes on so long behind the return: twice the longest pause.
const BEHIND: Duration = Duration::from_mins(2);

/// From the write of an issue's first trace to its event at the receiver.
const FIRST_MAX: Duration = Duration::from_secs(2);
/// The return, of the steady rate: in any five seconds of its mean, in any second of its own such peak, because a machine on
/// which 200 agents wait for a core bunches the requests of a second in both.
const PEAK_MAX: f64 = 2.0;

struct Host {
    home: Home,
    agent: Agent,
    written: AtomicU64,
}

/// What came in: when, from which host, and was it an event?
type Came = (Duration, usize, bool);

/// When what happened, since the beginning.
struct Course {
    /// The first traces of each host were written.
    written: Vec<Duration>,
    down: Duration,
    up: Duration,
    /// Nothing more is written.
    over: Duration,
}

/// The whole of it; do the bounds hold?
pub(crate) fn measure(outage: Duration) -> bool {
    let grown = Duration::from_secs(64);
    assert!(outage >= grown, "the pauses would not have grown yet");
    let begun = Instant::now();
    let mut receiver = Receiver::start();
    let hosts: Vec<Host> = (0..AGENTS).map(|number| host(&receiver, number)).collect();
    println!("{AGENTS} agents up in {:.1?}", begun.elapsed());
    let course = run(&hosts, &mut receiver, begun, outage);
    let drained = drained(&hosts, outage);
    let came = came(&receiver);
    costs(&hosts, begun.elapsed());
    let left = (AGENTS - drained) as f64;
    let verdicts = [
        verdict("hosts whose outbox is not empty", left, 0.0),
        first_events(&receiver, &course),
        budget(&came, &course),
        the_return(&came, &course),
        sums(&hosts),
    ];
    verdicts.into_iter().all(|holds| holds)
}

/// The incident, and within it the outage.
fn run(hosts: &[Host], receiver: &mut Receiver, begun: Instant, outage: Duration) -> Course {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| writes(hosts, begun, &over));
        pass(SETTLING + STEADY);
        let down = begun.elapsed();
        receiver.down();
        pass(outage);
        let waiting = hosts.iter().map(|host| state::waiting(&host.home));
        let waiting: u64 = waiting.flat_map(BTreeMap::into_values).sum();
        println!("{waiting} occurrences wait at the end of an outage of {outage:.0?}");
        let up = begun.elapsed();
        receiver.up();
        pass(BEHIND);
        over.store(true, Ordering::Release);
        Course {
            written: writer.join().unwrap(),
            down,
            up,
            over: begun.elapsed(),
        }
    })
}

fn host(receiver: &Receiver, number: usize) -> Host {
    let home = Home::with_host(&format!(
        "host_rate = \"{HOST_RATE}/min\"\nsend_rate = \"{SEND_RATE}/min\"\nserver_name = \"host-{number}\"\n"
    ));
    let settings = "dedup_window = \"2s\"\nrate_per_issue = \"off\"\nrate = \"off\"\n";
    home.app(
        "shop",
        &receiver.dsn(&number.to_string()),
        "shop.log",
        settings,
    );
    drop(append(&home.log("shop.log")));
    let agent = home.start();
    Host {
        home,
        agent,
        written: AtomicU64::new(0),
    }
}

impl Host {
    /// `count` traces of each of these issues, one after the other, and a line that closes the last.
    fn write(&self, issues: impl Iterator<Item = u32>, count: u64) {
        let (mut text, now) = (String::new(), Timestamp::now());
        for issue in issues {
            for _ in 0..count {
                let number = self.written.fetch_add(1, Ordering::Relaxed);
                // Five share their frames.
                text += &traces::text(&traces::python(issue * 5, number, now));
            }
        }
        text += &traces::ordinary(0, now);
        text.push('\n');
        append(&self.home.log("shop.log"))
            .write_all(text.as_bytes())
            .unwrap();
    }
}

/// All at once, then on each host one trace a second, until it is over; when each host's first were written.
fn writes(hosts: &[Host], begun: Instant, over: &AtomicBool) -> Vec<Duration> {
    let first = hosts.iter().map(|host| {
        host.write(0..ISSUES, AT_ONCE);
        begun.elapsed()
    });
    let first = first.collect();
    let mut pace = Pace::new(hosts.len() as f64);
    let turns = (0..ISSUES)
        .cycle()
        .flat_map(|issue| hosts.iter().map(move |host| (host, issue)));
    for (host, issue) in turns.take_while(|_| !over.load(Ordering::Acquire)) {
        host.write(issue..=issue, 1);
        pace.step();
    }
    first
}

/// How many hosts have nothing left to send, by when the last must have sent all.
fn drained(hosts: &[Host], outage: Duration) -> usize {
    let empty = || {
        let waits = |host: &&Host| state::waiting(&host.home).is_empty();
        hosts.iter().filter(waits).count()
    };
    // What the budget gave out meanwhile and was not sent, at the pace of sending.
    let backlog = outage.as_secs_f64() * HOST_RATE as f64 / SEND_RATE as f64;
    let deadline = Instant::now() + Duration::from_secs_f64(backlog) + BEHIND;
    while empty() < hosts.len() && Instant::now() < deadline {
        pass(Duration::from_secs(5));
    }
    empty()
}

fn came(receiver: &Receiver) -> Vec<Came> {
    receiver.look(|received| {
        let came = received.iter().map(|request| {
            let is_event = !request.event_id().is_empty();
            (request.at, request.project.parse().unwrap(), is_event)
        });
        came.collect()
    })
}

/// From the write of each issue on each host to its first event.
fn first_events(receiver: &Receiver, course: &Course) -> bool {
    let (written, until) = (&course.written, course.down);
    let mut first: BTreeMap<(usize, u32), Duration> = BTreeMap::new();
    receiver.look(|received| {
        for request in received.iter().take_while(|request| request.at < until) {
            let issue = request
                .event()
                .and_then(|event| traces::distinct_of(&event));
            if let Some(issue) = issue {
                let host: usize = request.project.parse().unwrap();
                first
                    .entry((host, issue))
                    .or_insert(request.at.saturating_sub(written[host]));
            }
        }
    });
    let expected = written.len() * ISSUES as usize;
    let mut took: Vec<Duration> = first.into_values().collect();
    took.sort_unstable();
    let of = |part| quantile(&took, part);
    println!(
        "first events of {} of {expected} issues: p50 {:.2?} p99 {:.2?} last {:.2?}",
        took.len(),
        of(0.5),
        of(0.99),
        of(1.0)
    );
    let missing = verdict(
        "issues without an event",
        (expected - took.len()) as f64,
        0.0,
    );
    let late = verdict(
        "first event, s",
        of(1.0).as_secs_f64(),
        FIRST_MAX.as_secs_f64(),
    );
    missing && late
}

/// What each host sent, against what it may.
fn budget(came: &[Came], course: &Course) -> bool {
    let hosts = course.written.len();
    let events = |host| came.iter().filter(move |came| came.1 == host && came.2);
    let counts = (0..hosts).map(|host| events(host).count());
    let (least, most) = counts.fold((usize::MAX, 0), |(least, most), count| {
        (least.min(count), most.max(count))
    });
    let may = HOST_RATE as f64
        * (1.0 + course.over.saturating_sub(course.written[0]).as_secs_f64() / 60.0);
    println!("events of one host: {least} to {most}, of {may:.0} that it may send");
    let window = Duration::from_secs(10);
    let most_at_once = (0..hosts)
        .map(|host| peak(events(host).map(|came| came.0), window))
        .max()
        .unwrap_or_default();
    // A burst of five seconds' worth, ten seconds, and one for the edge.
    let pace = SEND_RATE as f64 / 60.0 * 15.0 + 1.0;
    let kept = verdict(
        "events of one host, over its budget",
        most as f64 - may,
        1.0,
    );
    verdict("events of one host in 10 s", most_at_once as f64, pace) && kept
}

/// The most of `times`, which are sorted, in any window of this length.
fn peak(times: impl Iterator<Item = Duration>, window: Duration) -> usize {
    let mut within = VecDeque::new();
    let counts = times.map(|at| {
        within.push_back(at);
        while within.front().is_some_and(|first| *first + window <= at) {
            within.pop_front();
        }
        within.len()
    });
    counts.max().unwrap_or_default()
}

/// All requests behind the return, against the steady rate before the outage.
fn the_return(came: &[Came], course: &Course) -> bool {
    let (hosts, down, up) = (course.written.len(), course.down, course.up);
    let second = Duration::from_secs(1);
    let between = |from, to| {
        let came = came.iter().map(|came| came.0);
        came.filter(move |at| (from..to).contains(at))
    };
    let steady = between(down.saturating_sub(STEADY), down).count() as f64 / STEADY.as_secs_f64();
    let calm = peak(between(down.saturating_sub(STEADY), down), second);
    let after = peak(between(up, Duration::MAX), second);
    let after5 = peak(between(up, Duration::MAX), second * 5) as f64 / 5.0;
    let mut back: Vec<Duration> = (0..hosts)
        .filter_map(|host| came.iter().find(|came| came.1 == host && came.0 >= up))
        .map(|came| came.0.saturating_sub(up))
        .collect();
    back.sort_unstable();
    let of = |part| quantile(&back, part);
    println!(
        "{} hosts are back: the first after {:.1?}, half after {:.1?}, the last after {:.1?}",
        back.len(),
        of(0.0),
        of(0.5),
        of(1.0)
    );
    println!(
        "requests a second: steady {steady:.1}, its peak {calm}; behind the return peak {after}, over 5 s {after5:.1}"
    );
    let verdicts = [
        verdict(
            "hosts that did not come back",
            (hosts - back.len()) as f64,
            0.0,
        ),
        verdict(
            "five seconds of the return, of the steady rate",
            after5 / steady,
            PEAK_MAX,
        ),
        verdict(
            "a second of the return, of the steady peak",
            after as f64 / calm as f64,
            PEAK_MAX,
        ),
    ];
    verdicts.into_iter().all(|holds| holds)
}

/// On how many hosts what was written is not what was delivered, dropped and counted.
fn sums(hosts: &[Host]) -> bool {
    let wrong = |host: &&Host| {
        let home = &host.home;
        let dropped: u64 = state::ledger(home)
            .iter()
            .filter(|((_, reason), _)| !reason.ends_with("_bytes") && !reason.ends_with("_lines"))
            .map(|(_, quantity)| quantity)
            .sum();
        let waits: u64 = state::waiting(home).values().sum();
        let open: u64 = state::open_counts(home).values().sum();
        state::delivered(home) + waits + open + dropped != host.written.load(Ordering::Relaxed)
    };
    let written: u64 = hosts
        .iter()
        .map(|host| host.written.load(Ordering::Relaxed))
        .sum();
    println!("{written} traces written");
    let wrong = hosts.iter().filter(wrong).count();
    verdict("hosts whose sums are wrong", wrong as f64, 0.0)
}

/// What the fleet used.
fn costs(hosts: &[Host], since: Duration) {
    let used = |host: &Host| Usage::of(host.agent.pid()).cpu_since(Usage::default());
    let cpu: f64 = hosts.iter().map(used).sum();
    let peaks = hosts.iter().map(|host| host.agent.status("VmHWM"));
    println!(
        "all agents: {:.1} % of a core each, VmHWM at most {} KiB",
        cpu / since.as_secs_f64() / hosts.len() as f64 * 100.0,
        peaks.max().unwrap_or_default()
    );
}
