//! Every way in which a receiver misbehaves, in one table: what arrived, what the ledger says, what the receiver was told of
//! it, what waits. `cargo test --test delivery ways -- --nocapture` prints it.
//!
//! Six events each. The clock is moved by the test; sockets are real, with a time-out of 300 ms.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use stacktail::config::{Dsn, Receiver as Address};
use stacktail::deliver::{Settings, Standing};
use stacktail::limit::Limit;
use stacktail::os::Clock as _;
use stacktail::os::clock::ManualClock;
use stacktail::store::Outgoing;

use crate::receiver::{Act, Receiver};
use crate::rig::{Rig, event, settings};
use crate::tls::{Authority, front, secure};

const EVENTS: u32 = 6;
const SENTRY: &str = "X-Sentry-Rate-Limits";

/// By reason.
type Counts = BTreeMap<String, u64>;

/// What became of the six.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Fate {
    /// Different events that the receiver has taken.
    arrived: usize,
    /// What the ledger says.
    ledger: Counts,
    /// What the receiver was told in client reports that it took.
    told: Counts,
    waiting: u64,
}

/// One way.
struct Way {
    name: &'static str,
    /// The first answers.
    first: Vec<Act>,
    /// All others; 200 where nothing is said.
    then: Option<Act>,
    make: fn(u32) -> Outgoing,
    resets: usize,
    /// How the test moves the clock, and how far at most.
    step: Duration,
    limit: Duration,
    expected: Fate,
    requests_max: usize,
}

fn counts(pairs: &[(&str, u64)]) -> Counts {
    pairs
        .iter()
        .map(|(name, count)| ((*name).to_owned(), *count))
        .collect()
}

/// All six arrive, whatever comes first.
fn survives(name: &'static str, first: Vec<Act>) -> Way {
    Way {
        requests_max: EVENTS as usize + first.len(),
        name,
        first,
        then: None,
        make: event,
        resets: 0,
        step: Duration::from_secs(1),
        limit: Duration::from_hours(1),
        expected: Fate {
            arrived: 6,
            ..Fate::default()
        },
    }
}

/// The first is lost for this reason, and the receiver is told so where it cannot know.
fn loses_one(name: &'static str, act: Act, reason: &str, told: Option<&str>) -> Way {
    Way {
        expected: Fate {
            arrived: 5,
            ledger: counts(&[(reason, 1)]),
            told: told.map(|told| counts(&[(told, 1)])).unwrap_or_default(),
            waiting: 0,
        },
        requests_max: 8,
        step: Duration::from_secs(2),
        ..survives(name, vec![act])
    }
}

fn limited(name: &'static str, headers: &[(&str, &str)]) -> Way {
    let act = Act::status(429);
    let act = headers
        .iter()
        .fold(act, |act, (name, value)| act.with(name, value));
    loses_one(name, act, "rate_limited", None)
}

/// Nothing goes but what probes.
fn dead(name: &'static str, status: u16) -> Way {
    Way {
        then: Some(Act::status(status)),
        step: Duration::from_secs(5),
        limit: Duration::from_mins(2),
        expected: Fate {
            arrived: 0,
            ledger: counts(&[("send_error", 1)]),
            told: Counts::new(),
            waiting: 5,
        },
        requests_max: 8,
        ..survives(name, Vec::new())
    }
}

fn raw(text: &str) -> Act {
    Act::Raw {
        bytes: text.as_bytes().to_vec(),
        taken: false,
    }
}

fn taken(text: &str) -> Act {
    Act::Raw {
        bytes: text.as_bytes().to_vec(),
        taken: true,
    }
}

/// One that can be made smaller.
fn large(number: u32) -> Outgoing {
    let mut event = event(number);
    let mut json: serde_json::Value = serde_json::from_slice(&event.payload).unwrap();
    let crumbs: Vec<serde_json::Value> = (0..50)
        .map(|n| serde_json::json!({"message": format!("line {n} {}", "x".repeat(200))}))
        .collect();
    json["breadcrumbs"] = serde_json::json!({"values": crumbs});
    event.payload = serde_json::to_vec(&json).unwrap();
    event
}

fn limits() -> Vec<Way> {
    let mut ways = vec![
        limited("429", &[]),
        limited("429, Retry-After: 90", &[("Retry-After", "90")]),
        limited("429, Retry-After: 1.5", &[("Retry-After", "1.5")]),
        limited(
            "429, Retry-After a date",
            &[("Retry-After", "Fri, 20 Nov 2026 15:02:00 GMT")],
        ),
        limited(
            "429, Retry-After a date gone by",
            &[("Retry-After", "Fri, 20 Nov 2026 14:00:00 GMT")],
        ),
        limited("429, Retry-After no time", &[("Retry-After", "soon")]),
        limited("429, 60:error:project:x", &[(SENTRY, "60:error:project:x")]),
        limited("429, 60::key (all)", &[(SENTRY, "60::key")]),
        limited(
            "429, two limits (Relay)",
            &[(SENTRY, "60:error:project:r1, 60:log_item:organization:r2")],
        ),
        limited(
            "429, Bugsink's",
            &[(SENTRY, "86400:transaction;span:organization, 60::key")],
        ),
        limited(
            "429, a limit of others + Retry-After",
            &[(SENTRY, "60:transaction:key"), ("Retry-After", "30")],
        ),
        limited(
            "429, an unreadable limit + Retry-After",
            &[(SENTRY, "soon:error:x"), ("Retry-After", "30")],
        ),
    ];
    ways.extend(announced_limits());
    ways
}

/// Limits with an acceptance, and those that last.
fn announced_limits() -> Vec<Way> {
    let announced = |name, value| {
        let act = Act::ok().with(SENTRY, value);
        Way {
            step: Duration::from_secs(2),
            ..survives(name, vec![act])
        }
    };
    vec![
        announced("200, 60:error:project:x", "60:error:project:x"),
        announced(
            "200, odd blanks, fractions",
            " 1.5 : error ; default :x:y:z:new ",
        ),
        announced(
            "200, a limit of others",
            "86400:transaction;span:organization",
        ),
        announced("200, unknown categories", "60:quantum;flux:organization"),
        Way {
            step: Duration::from_mins(1),
            limit: Duration::from_hours(4),
            expected: Fate {
                arrived: 0,
                ledger: counts(&[("rate_limited", 1), ("hold_max", 5)]),
                told: counts(&[("ratelimit_backoff", 5)]),
                waiting: 0,
            },
            ..limited("429, longer than hold_max", &[("Retry-After", "7200")])
        },
        Way {
            then: Some(Act::status(429)),
            first: Vec::new(),
            step: Duration::from_secs(5),
            expected: Fate {
                ledger: counts(&[("rate_limited", 6)]),
                ..Fate::default()
            },
            ..limited("429 for ever", &[])
        },
    ]
}

fn refusals() -> Vec<Way> {
    let refused =
        |name, status| loses_one(name, Act::status(status), "send_error", Some("send_error"));
    vec![
        refused("400 once", 400),
        refused("415 once", 415),
        refused("422 once", 422),
        Way {
            then: Some(Act::status(400)),
            first: Vec::new(),
            step: Duration::from_millis(50),
            limit: Duration::from_secs(2),
            expected: Fate {
                ledger: counts(&[("send_error", 3)]),
                waiting: 3,
                ..Fate::default()
            },
            ..refused("400 for ever", 400)
        },
        refused("403 once, then mended", 403),
        dead("401 for ever", 401),
        dead("402 for ever", 402),
        dead("403 for ever", 403),
        dead("404 for ever", 404),
        dead("405 for ever", 405),
        dead("410 for ever", 410),
        loses_one(
            "413, nothing to leave out",
            Act::status(413),
            "too_large",
            Some("send_error"),
        ),
        Way {
            make: large,
            ..survives("413, then smaller", vec![Act::status(413)])
        },
        Way {
            make: large,
            first: vec![Act::status(413), Act::status(413)],
            requests_max: 9,
            ..loses_one("413 twice", Act::ok(), "too_large", Some("send_error"))
        },
    ]
}

fn outages() -> Vec<Way> {
    let again = |name, status| survives(name, vec![Act::status(status); 2]);
    let json = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    let moved = Act::status(301).with("Location", "https://elsewhere.invalid/");
    let asks = Act::status(503).with("Retry-After", "20");
    let page = Act::ok().saying("<!doctype html><title>Log in</title>");
    vec![
        survives("200", Vec::new()),
        survives("201, 202, 204", [201, 202, 204].map(Act::status).to_vec()),
        again("500", 500),
        again("502", 502),
        survives("503, Retry-After: 20", vec![asks]),
        again("504", 504),
        again("408", 408),
        again("407", 407),
        survives("301", vec![moved]),
        survives("a web page as 200", vec![page]),
        survives("closed without a word", vec![Act::Close; 2]),
        Way {
            resets: 3,
            ..survives("reset", Vec::new())
        },
        survives("no HTTP", vec![Act::Garbage]),
        survives("half a header", vec![raw("HTTP/1.1 200 OK\r\nContent-Le")]),
        survives("half a body", vec![Act::CloseMidway]),
        survives(
            "half a chunk",
            vec![raw(&format!(
                "{json}Transfer-Encoding: chunked\r\n\r\n50\r\n{{}}"
            ))],
        ),
        survives("no length, closed", vec![taken(&format!("{json}\r\n{{}}"))]),
        survives(
            "too long a length",
            vec![raw(&format!("{json}Content-Length: 999\r\n\r\n{{}}"))],
        ),
        survives(
            "too short a length",
            vec![taken(&format!(
                "{json}Content-Length: 2\r\n\r\n{{}}{{}}{{}}"
            ))],
        ),
        survives(
            "no length at all in figures",
            vec![raw(&format!("{json}Content-Length: many\r\n\r\n{{}}"))],
        ),
        survives(
            "an answer of 4 MiB",
            vec![Act::ok().saying(&"x".repeat(4 << 20))],
        ),
        survives(
            "slow bytes",
            vec![Act::Dribble(json.repeat(20).into_bytes())],
        ),
        survives("no answer", vec![Act::Hang]),
    ]
}

/// What became of them, as the table shows it, and how many requests it took.
fn fate(rig: &Rig, receiver: &Receiver) -> (Fate, usize) {
    receiver.look(|came| {
        let taken = || {
            came.iter().filter(|one| {
                one.status
                    .is_some_and(|status| (200..300).contains(&status))
            })
        };
        let mut arrived: Vec<String> = taken()
            .map(crate::receiver::Received::event_id)
            .filter(|id| !id.is_empty())
            .collect();
        arrived.sort();
        arrived.dedup();
        let mut told = Counts::new();
        for report in taken().filter_map(|one| one.envelope.item("client_report")) {
            for line in report["discarded_events"].as_array().unwrap() {
                let reason = line["reason"].as_str().unwrap().to_owned();
                *told.entry(reason).or_default() += line["quantity"].as_u64().unwrap();
            }
        }
        let ledger = rig.outbox.store.ledger().unwrap();
        let fate = Fate {
            arrived: arrived.len(),
            ledger: ledger
                .into_iter()
                .map(|one| (one.reason, one.quantity))
                .collect(),
            told,
            waiting: rig.waiting("1"),
        };
        (fate, came.len())
    })
}

fn hasty() -> Settings {
    let mut settings = settings();
    settings.http.timeout = Duration::from_millis(300);
    settings
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at("2026-11-20T15:00:00Z".parse().unwrap()))
}

/// Moves on until nothing waits and all is told, or the limit is reached.
fn play(rig: &Rig, clock: &ManualClock, step: Duration, limit: Duration) {
    let moved = std::cell::Cell::new(Duration::ZERO);
    rig.move_on(clock, step, "1", || {
        let over = rig.waiting("1") == 0 && rig.reports("1").is_empty();
        moved.set(moved.get() + step);
        over || moved.get() > limit
    });
    // What is on its way comes back.
    rig.stop(Duration::from_secs(5));
}

fn row(name: &str, fate: &Fate, requests: usize) -> String {
    let list = |counts: &Counts| {
        let list: Vec<String> = counts
            .iter()
            .map(|(name, n)| format!("{name} {n}"))
            .collect();
        if list.is_empty() {
            "-".to_owned()
        } else {
            list.join(", ")
        }
    };
    let (ledger, told) = (list(&fate.ledger), list(&fate.told));
    format!(
        "| {name:<38} | {:>7} | {ledger:<30} | {told:<20} | {:>7} | {requests:>8} |\n",
        fate.arrived, fate.waiting
    )
}

/// Its row, and what is wrong with it.
fn try_way(way: &Way) -> (String, Option<String>) {
    let (receiver, clock) = (Receiver::start(), clock());
    receiver.next("1", way.first.clone());
    if let Some(then) = &way.then {
        receiver.always("1", then.clone());
    }
    receiver.reset_next(way.resets);
    let rig = Rig::with(&receiver, &["1"], hasty(), clock.clone());
    rig.store("1", (0..EVENTS).map(way.make));
    play(&rig, &clock, way.step, way.limit);
    let (fate, requests) = fate(&rig, &receiver);
    let wrong = fate != way.expected || requests > way.requests_max;
    let (expected, max) = (&way.expected, way.requests_max);
    let wrong = wrong.then(|| {
        format!(
            "{}: {fate:?} by {requests}\n  expected {expected:?} by {max} at most\n",
            way.name
        )
    });
    (row(way.name, &fate, requests), wrong)
}

/// Where no connection comes about: all wait, nothing is lost.
fn unreachable(
    name: &'static str,
    address: Address,
    settings: Settings,
) -> (String, Option<String>) {
    let (receiver, clock) = (Receiver::start(), clock());
    let rig = Rig::to([("1", address)], settings, clock.clone());
    rig.store("1", (0..EVENTS).map(event));
    play(
        &rig,
        &clock,
        Duration::from_secs(10),
        Duration::from_mins(2),
    );
    let (fate, requests) = fate(&rig, &receiver);
    let expected = Fate {
        waiting: 6,
        ..Fate::default()
    };
    let wrong = (fate != expected).then(|| format!("{name}: {fate:?}"));
    (row(name, &fate, requests), wrong)
}

fn without_a_way() -> Vec<(String, Option<String>)> {
    let (receiver, authority, other) = (Receiver::start(), Authority::new(), Authority::new());
    let to = receiver.address();
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let plain = |server: &str| {
        let dsn = format!("http://0123456789abcdef0123456789abcdef@{server}/1");
        Address::Dsn(Dsn::parse(&dsn).unwrap())
    };
    let trusted = || Settings {
        http: authority.trusted().http,
        ..hasty()
    };
    let tls = |issued, settings| (secure("localhost", front(to, issued, None)), settings);
    let good = authority.issue("localhost");
    let mut rows = Vec::new();
    for (name, (address, settings)) in [
        ("no such name (DNS)", (plain("receiver.invalid"), hasty())),
        ("connection refused", (plain(&closed.to_string()), hasty())),
        ("TLS: unknown authority", tls(&good, hasty())),
        (
            "TLS: another name",
            tls(&authority.issue("acme.org"), trusted()),
        ),
        (
            "TLS: expired",
            tls(&authority.expired("localhost"), trusted()),
        ),
        (
            "TLS: another authority",
            tls(&other.issue("localhost"), trusted()),
        ),
        ("TLS: client certificate missing", {
            let port = front(to, &good, Some(&authority));
            (secure("localhost", port), trusted())
        }),
        (
            "TLS: plain HTTP behind https://",
            (secure("localhost", to.port()), trusted()),
        ),
    ] {
        rows.push(unreachable(name, address, settings));
    }
    assert_eq!(
        receiver.received().len(),
        0,
        "nothing may have come through"
    );
    rows
}

#[test]
fn every_way_has_its_row() {
    let ways: Vec<Way> = [outages(), refusals(), limits()]
        .into_iter()
        .flatten()
        .collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let turn = || {
        let mut rows = Vec::new();
        loop {
            let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let Some(way) = ways.get(at) else { return rows };
            rows.push((at, try_way(way)));
        }
    };
    let mut rows: Vec<(usize, (String, Option<String>))> = std::thread::scope(|scope| {
        let turns: Vec<_> = (0..8).map(|_| scope.spawn(turn)).collect();
        turns
            .into_iter()
            .flat_map(|turn| turn.join().unwrap())
            .collect()
    });
    rows.sort_by_key(|(at, _)| *at);
    let all = rows.into_iter().map(|(_, row)| row).chain(without_a_way());
    let mut table = row_of_names();
    let mut wrong = String::new();
    for (row, not_so) in all {
        table.push_str(&row);
        wrong.extend(not_so);
    }
    println!("{table}");
    assert!(wrong.is_empty(), "{wrong}");
}

fn row_of_names() -> String {
    let mut names = String::new();
    writeln!(
        names,
        "\n| {:<38} | arrived | {:<30} | {:<20} | waiting | requests |",
        "the receiver (6 events)", "ledger", "client reports taken"
    )
    .unwrap();
    writeln!(
        names,
        "|{}|{}|{}|{}|{}|{}|",
        "-".repeat(40),
        "-".repeat(9),
        "-".repeat(32),
        "-".repeat(22),
        "-".repeat(9),
        "-".repeat(10)
    )
    .unwrap();
    names
}

/// To the moment of its next attempt, and through it.
fn knock(rig: &Rig, clock: &ManualClock) {
    let knocks = rig.outbox.kept();
    while rig.outbox.kept() == knocks {
        let (_, standing) = rig.deliverer.standings().remove(0);
        if let Standing::Waiting { until, .. } = standing {
            clock.advance(until.saturating_sub(clock.now().mono));
        }
        rig.wake("1");
        rig.outbox.moment(|log| log.kept > knocks);
    }
}

/// How long the receiver is away, and what piles up meanwhile: the whole day in the suite that has the time.
const HOURS: u32 = if cfg!(feature = "e2e") { 24 } else { 3 };
const PILE: u32 = if cfg!(feature = "e2e") { 50_000 } else { 1_000 };

/// A day away, many events meanwhile: how often it knocked, how it came back.
#[test]
fn a_day_without_the_receiver() {
    let mut receiver = Receiver::start();
    receiver.down();
    let clock = clock();
    let rate = Limit::Rate {
        count: 10,
        per: Duration::from_secs(1),
    };
    let as_usual = Settings {
        send_rate: rate,
        send_burst: 50,
        ..settings()
    };
    let mut rig = Rig::with(&receiver, &["1"], as_usual, clock.clone());
    let (hours, hourly) = (HOURS, PILE / (HOURS + 1));
    let began = clock.now().mono;
    for hour in 0..hours {
        rig.store("1", (hour * hourly..(hour + 1) * hourly).map(event));
        let hour_ends = began + Duration::from_hours(1) * (hour + 1);
        while clock.now().mono < hour_ends {
            knock(&rig, &clock);
        }
    }
    rig.store("1", (hours * hourly..PILE).map(event));
    assert_eq!(rig.waiting("1"), u64::from(PILE), "nothing is lost");
    let knocks = rig.outbox.kept();
    assert!(
        (HOURS as usize * 33..=HOURS as usize * 180).contains(&knocks),
        "{knocks}: a minute apart at most, 30 s on average"
    );
    receiver.up();
    rig.move_on(&clock, Duration::from_secs(1), "1", || {
        rig.outbox.settled() > 0
    });
    // As usual for a minute: 10 a second, and no burst of what has piled up.
    let steps = std::cell::Cell::new(0);
    rig.move_on(&clock, Duration::from_millis(100), "1", || {
        steps.set(steps.get() + 1);
        steps.get() > 600
    });
    let in_a_minute = rig.outbox.settled();
    assert!((100..=610).contains(&in_a_minute), "{in_a_minute}");
    rig.restart_with(settings());
    for settled in (1..=20).map(|part| PILE as usize * part / 20) {
        rig.move_on(&clock, Duration::from_millis(100), "1", || {
            rig.outbox.settled() >= settled
        });
    }
    let (fate, requests) = fate(&rig, &receiver);
    let arrived = Fate {
        arrived: PILE as usize,
        ..Fate::default()
    };
    println!(
        "{}{knocks} knocks in {HOURS} h, {in_a_minute} envelopes in the first minute",
        row(&format!("{HOURS} h away, {PILE} events"), &fate, requests)
    );
    assert_eq!((fate, requests), (arrived, PILE as usize));
}
