//! Receivers that are away, or answer what is no answer: the same envelope again, later.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use stacktail::os::clock::ManualClock;

use crate::plain::accepted;
use crate::receiver::{Act, Received, Receiver};
use crate::rig::{Rig, event, ids, settings};

/// The first answers are these; in the end all arrive, each once accepted.
fn survives(acts: Vec<Act>) {
    let receiver = Receiver::start();
    let number = acts.len();
    let what = format!("{acts:?}");
    receiver.next("1", acts);
    let rig = Rig::new(&receiver, &["1"]);
    rig.store("1", (0..3).map(event));
    rig.wait_settled(3);
    let came = receiver.received();
    assert_eq!(accepted(&came), ids(0..3), "{what}");
    assert_eq!(came.len(), 3 + number, "{what}");
    let (first, again) = (&came[0], &came[number]);
    assert_eq!(first.event_id(), again.event_id(), "{what}");
    assert_eq!(first.event(), again.event(), "{what}");
    let sent_at = |n: usize| came[n].envelope.header["sent_at"].clone();
    assert_ne!(
        sent_at(0),
        sent_at(number),
        "{what}: sent_at is of the attempt"
    );
    assert_eq!(rig.outbox.store.ledger().unwrap(), [], "{what}");
}

#[test]
fn a_503_is_tried_again() {
    survives(vec![Act::status(503), Act::status(500)]);
}

#[test]
fn garbage_is_tried_again() {
    survives(vec![Act::Garbage]);
}

#[test]
fn a_connection_that_closes_is_tried_again() {
    survives(vec![Act::Close]);
}

#[test]
fn an_acceptance_that_breaks_off_is_none() {
    survives(vec![Act::CloseMidway]);
}

#[test]
fn a_web_page_is_no_acceptance() {
    let receiver = Receiver::start();
    let page = Act::ok().saying("\n<!doctype html><h1>Please log in</h1>");
    receiver.next("1", [page]);
    let rig = Rig::new(&receiver, &["1"]);
    rig.store("1", [event(0)]);
    rig.wait_settled(1);
    let came = receiver.received();
    assert_eq!(came.len(), 2);
    assert_eq!(came[0].event_id(), came[1].event_id());
}

#[test]
fn a_redirect_is_not_followed() {
    survives(vec![
        Act::status(302).with("Location", "http://127.0.0.1:1/"),
    ]);
}

#[test]
fn down_and_up_again_loses_nothing_and_repeats_nothing() {
    let mut receiver = Receiver::start();
    let rig = Rig::new(&receiver, &["1"]);
    rig.store("1", (0..50).map(event));
    rig.wait_settled(50);
    receiver.down();
    rig.store("1", (50..100).map(event));
    rig.store("1", (100..150).map(event));
    receiver.up();
    rig.wait_settled(150);
    assert_eq!(accepted(&receiver.received()), ids(0..150));
    assert_eq!(rig.waiting("1"), 0);
}

#[test]
fn going_down_in_the_middle_of_requests_loses_nothing() {
    let mut receiver = Receiver::start();
    let rig = Rig::new(&receiver, &["1"]);
    rig.store("1", [event(0)]);
    rig.wait_settled(1);
    receiver.next("1", (0..8).map(|_| Act::Hang));
    rig.store("1", (1..50).map(event));
    receiver.wait("eight that hang", |came| came.len() == 9);
    receiver.down();
    receiver.up();
    rig.wait_settled(50);
    let came = receiver.received();
    assert_eq!(accepted(&came), ids(0..50), "each accepted once");
    assert_eq!(came.len(), 50 + 8, "those that hung came twice, no other");
}

#[test]
fn recovery_is_paced_and_there_is_no_stampede() {
    let receiver = Receiver::start();
    let rig = Rig::new(&receiver, &["1"]);
    rig.store("1", [event(0)]);
    rig.wait_settled(1);
    receiver.next("1", (0..8).map(|_| Act::status(503)));
    rig.store("1", (1..30).map(event));
    rig.wait_settled(30);
    let came = receiver.received();
    assert_eq!(accepted(&came), ids(0..30));
    let first_again = came.iter().rposition(|one| !one.accepted()).unwrap() + 1;
    // When they left, not when they arrived: a busy machine takes one in late.
    let sent_at = |one: &Received| one.envelope.header["sent_at"].as_str().unwrap().parse();
    let left: Vec<Timestamp> = came[first_again..first_again + 5]
        .iter()
        .map(|one| sent_at(one).unwrap())
        .collect();
    for pair in left.windows(2) {
        let gap = pair[1].duration_since(pair[0]);
        assert!(gap >= SignedDuration::from_millis(95), "{left:?}");
    }
}

#[test]
fn what_lay_there_too_long_is_not_sent() {
    let receiver = Receiver::start();
    receiver.always("1", Act::status(503));
    let clock = std::sync::Arc::new(ManualClock::at("2026-11-20T15:00:00Z".parse().unwrap()));
    let rig = Rig::with(&receiver, &["1"], settings(), clock.clone());
    rig.store("1", (0..5).map(event));
    receiver.wait("a first try", |came| !came.is_empty());
    clock.advance(Duration::from_hours(24 * 7 - 1));
    let second = Duration::from_secs(1);
    rig.store("1", [event(5)]);
    rig.move_on(&clock, second, "1", || receiver.received().len() >= 2);
    receiver.always("1", Act::ok());
    clock.advance(Duration::from_hours(1));
    rig.move_on(&clock, second, "1", || rig.waiting("1") == 0);
    assert_eq!(accepted(&receiver.received()), ids([5]));
    assert_eq!(rig.outbox.ledger("age_max"), 5);
    assert_eq!(
        rig.reports("1"),
        [("cache_overflow".to_owned(), "error".to_owned(), 5)]
    );
}
