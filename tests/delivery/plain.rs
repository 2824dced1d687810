//! When all is well.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use stacktail::limit::Limit;
use stacktail::os::Clock as _;
use stacktail::os::clock::SystemClock;

use crate::receiver::{Act, Received, Receiver};
use crate::rig::{Rig, event, ids, settings};

/// The ids of accepted events, sorted.
pub(crate) fn accepted(came: &[Received]) -> Vec<String> {
    let accepted = came.iter().filter(|received| received.accepted());
    let mut ids: Vec<String> = accepted
        .map(Received::event_id)
        .filter(|id| !id.is_empty())
        .collect();
    ids.sort();
    ids
}

#[test]
fn each_event_arrives_once_in_an_envelope_of_its_own() {
    let receiver = Receiver::start();
    let rig = Rig::new(&receiver, &["42"]);
    rig.store("42", (0..300).map(event));
    rig.wait_settled(300);
    let came = receiver.received();
    assert_eq!(accepted(&came), ids(0..300));
    assert!(
        came.iter()
            .all(|received| received.envelope.items.len() == 1)
    );
    assert_eq!(rig.waiting("42"), 0);
    assert!(receiver.connections() <= 8, "connections are kept");
}

#[test]
fn what_goes_over_the_wire() {
    let receiver = Receiver::start();
    let rig = Rig::new(&receiver, &["42"]);
    let before = SystemClock::new().now().wall;
    rig.store("42", [event(7)]);
    rig.wait_settled(1);
    let came = receiver.received().remove(0);
    assert_eq!(came.path, "/api/42/envelope/");
    let header = |name: &str| came.headers[name].as_str();
    let client = concat!("stacktail/", env!("CARGO_PKG_VERSION"));
    assert_eq!(
        header("x-sentry-auth"),
        format!(
            "Sentry sentry_version=7, sentry_client={client}, sentry_key=0123456789abcdef0123456789abcdef"
        )
    );
    assert_eq!(header("user-agent"), client);
    assert_eq!(header("content-type"), "application/x-sentry-envelope");
    assert_eq!(came.envelope.header["event_id"], ids([7])[0]);
    assert_eq!(came.envelope.header["dsn"], receiver.dsn("42"));
    let sent_at = came.envelope.header["sent_at"].as_str().unwrap();
    assert!(sent_at.ends_with('Z'), "{sent_at}");
    let age = sent_at.parse::<Timestamp>().unwrap().duration_since(before);
    assert!(age.as_secs().abs() < 20, "{sent_at}");
    assert_eq!(came.envelope.items[0].0["content_type"], "application/json");
    assert_eq!(
        came.event().unwrap()["exception"]["values"][0]["value"],
        "number 7"
    );
}

#[test]
fn several_are_on_their_way_at_once() {
    let receiver = Receiver::start();
    let rig = Rig::new(&receiver, &["1"]);
    rig.store("1", [event(0)]);
    rig.wait_settled(1);
    receiver.next("1", (0..8).map(|_| Act::Hang));
    rig.store("1", (1..20).map(event));
    receiver.wait("eight under way", |came| came.len() == 9);
    receiver.release();
    rig.wait_settled(20);
    assert_eq!(receiver.received().len(), 20);
}

#[test]
fn send_rate_delays_and_never_drops() {
    let receiver = Receiver::start();
    let mut settings = settings();
    settings.send_rate = Limit::Rate {
        count: 50,
        per: Duration::from_secs(1),
    };
    settings.send_burst = 10;
    let rig = Rig::with(&receiver, &["1"], settings, crate::rig::system_clock());
    rig.store("1", (0..40).map(event));
    rig.wait_settled(40);
    let came = receiver.received();
    assert_eq!(accepted(&came), ids(0..40));
    let took = came[39].at.saturating_sub(came[0].at);
    assert!(took >= Duration::from_millis(500), "30 at 50/s: {took:?}");
    let burst = came[9].at.saturating_sub(came[0].at);
    assert!(burst < took / 2, "{burst:?} of {took:?}");
}

#[test]
fn one_receiver_that_hangs_does_not_slow_another() {
    let receiver = Receiver::start();
    let rig = Rig::new(&receiver, &["good", "bad"]);
    let clock = SystemClock::new();
    let measure = |numbers: std::ops::Range<u32>| {
        let mut took: Vec<Duration> = numbers
            .map(|number| {
                let (event, id) = (event(number), ids([number]).remove(0));
                let from = clock.now().mono;
                rig.store("good", [event]);
                receiver.wait("the good one's", |came| {
                    came.last().is_some_and(|last| last.event_id() == id)
                });
                clock.now().mono.saturating_sub(from)
            })
            .collect();
        took.sort();
        took[took.len() / 2]
    };
    measure(0..10);
    let alone = measure(10..60);
    receiver.always("bad", Act::Hang);
    rig.store("bad", (1_000..1_050).map(event));
    receiver.wait("the bad one's first", |came| {
        came.iter().any(|one| one.project == "bad")
    });
    let beside = measure(60..110);
    receiver.release();
    assert!(
        beside < alone * 5 + Duration::from_millis(5),
        "{alone:?} alone, {beside:?} beside one that hangs"
    );
}

#[test]
fn drain_sends_all_and_stop_waits_for_what_is_under_way() {
    let receiver = Receiver::start();
    let rig = Rig::new(&receiver, &["1", "2"]);
    rig.store("1", (0..100).map(event));
    rig.store("2", (100..120).map(event));
    assert_eq!(rig.drain(Duration::from_secs(10)), []);
    assert_eq!((rig.waiting("1"), rig.waiting("2")), (0, 0));

    receiver.next("1", [Act::Slow(Duration::from_millis(200))]);
    rig.store("1", [event(200)]);
    receiver.wait("the slow one", |came| came.len() == 121);
    rig.stop(Duration::from_secs(5));
    assert_eq!(rig.waiting("1"), 0, "its answer came and was settled");
    rig.store("2", [event(201)]);
    let before: BTreeSet<String> = accepted(&receiver.received()).into_iter().collect();
    assert!(!before.contains(&ids([201])[0]));
    assert_eq!(rig.waiting("2"), 1);
}

#[test]
fn a_drain_tells_what_is_left_and_why() {
    let mut receiver = Receiver::start();
    receiver.always("limited", Act::status(429).with("Retry-After", "600"));
    receiver.always("refused", Act::status(403));
    receiver.always("hangs", Act::Hang);
    let rig = Rig::new(&receiver, &["good", "limited", "refused", "hangs"]);
    for project in ["good", "limited", "refused", "hangs"] {
        rig.store(project, (0..3).map(event));
    }
    let left = rig.drain(Duration::from_secs(2));
    let told = |project: &str| {
        let left = left.iter().find(|left| left.store_key == rig.key(project));
        left.map(|left| (left.events, left.why.map(|why| why.to_string())))
    };
    let because = |why: &str| Some(why.to_owned());
    assert_eq!(told("good"), None);
    assert_eq!(
        told("limited"),
        Some((2, because("the receiver limits what it takes")))
    );
    assert_eq!(
        told("refused"),
        Some((2, because("the receiver refuses the DSN")))
    );
    assert_eq!(told("hangs"), Some((3, None)));
    receiver.down();
}
