//! Receivers that say no.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use stacktail::os::clock::ManualClock;

use crate::plain::accepted;
use crate::receiver::{Act, Received, Receiver};
use crate::rig::{Rig, event, ids, settings};

fn rig(receiver: &Receiver) -> (Rig, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at("2026-11-20T15:00:00Z".parse().unwrap()));
    let rig = Rig::with(receiver, &["1"], settings(), clock.clone());
    (rig, clock)
}

fn events(came: &[Received]) -> usize {
    came.iter().filter(|one| one.event().is_some()).count()
}

#[test]
fn one_bad_event_goes_and_the_others_follow() {
    for status in [400, 415, 422] {
        let receiver = Receiver::start();
        receiver.next("1", [Act::ok(), Act::status(status)]);
        let (rig, _clock) = rig(&receiver);
        rig.store("1", (0..10).map(event));
        rig.wait_settled(10);
        let came = receiver.received();
        assert_eq!((accepted(&came).len(), events(&came)), (9, 10), "{status}");
        assert_eq!(rig.outbox.ledger("send_error"), 1, "{status}");
        let told = [("send_error".to_owned(), "error".to_owned(), 1)];
        assert_eq!(rig.reports("1"), told, "{status}");
    }
}

#[test]
fn a_refused_dsn_is_probed_slowly_and_events_are_not_burnt() {
    for status in [401, 402, 403, 404, 405, 410] {
        let receiver = Receiver::start();
        receiver.always("1", Act::status(status));
        let (rig, clock) = rig(&receiver);
        rig.store("1", (0..20).map(event));
        rig.wait_settled(1);
        // Pauses of 5, 10, 20, 40, 80, 160, 320 s at most, then 10 min, and at least half of that.
        for _minute in 0..30 {
            clock.advance(Duration::from_mins(1));
            rig.wake("1");
            assert_eq!(rig.drain(Duration::from_millis(100)).len(), 1, "{status}");
        }
        let came = receiver.received();
        assert_eq!(events(&came), 1, "{status}: reports do the probing");
        assert!((5..=15).contains(&came.len()), "{status}: {}", came.len());
        assert_eq!(rig.waiting("1"), 19, "{status}");
        receiver.always("1", Act::ok());
        clock.advance(Duration::from_mins(10));
        rig.wake("1");
        rig.wait_settled(20);
        assert_eq!(accepted(&receiver.received()), ids(1..20), "{status}");
        assert_eq!(rig.outbox.ledger("send_error"), 1, "{status}");
        assert_eq!(rig.reports("1"), [], "{status}");
    }
}

#[test]
fn a_dsn_that_is_refused_later_costs_one_event_not_all_under_way() {
    let receiver = Receiver::start();
    let (rig, _clock) = rig(&receiver);
    rig.store("1", [event(0)]);
    rig.wait_settled(1);
    receiver.always("1", Act::status(401));
    rig.store("1", (1..40).map(event));
    rig.wait_settled(2);
    assert_eq!(rig.drain(Duration::from_millis(500)).len(), 1);
    assert!(receiver.received().len() <= 1 + 8);
    assert_eq!(rig.waiting("1"), 38);
    assert_eq!(rig.outbox.ledger("send_error"), 1);
}

#[test]
fn a_receiver_that_refuses_all_is_probed_slowly_too() {
    let receiver = Receiver::start();
    receiver.always("1", Act::status(400));
    let (rig, clock) = rig(&receiver);
    rig.store("1", (0..20).map(event));
    rig.wait_settled(3);
    for _minute in 0..10 {
        clock.advance(Duration::from_mins(1));
        rig.wake("1");
        assert_eq!(rig.drain(Duration::from_millis(100)).len(), 1);
    }
    let burnt = events(&receiver.received());
    assert!((4..=10).contains(&burnt), "{burnt}");
}

/// About 40 kB: frames with source context, breadcrumbs.
fn large(number: u32) -> stacktail::store::Outgoing {
    let mut large = event(number);
    let frames: Vec<serde_json::Value> = (0..100)
        .map(|n| {
            json!({"function": format!("f{n}"), "context_line": "now()",
                   "pre_context": ["a = 1", "a = 2", "a = 3"], "post_context": ["b = 1", "b = 2", "b = 3"]})
        })
        .collect();
    let payload = json!({
        "event_id": ids([number])[0],
        "level": "error",
        "exception": {"values": [{"type": "KeyError", "stacktrace": {"frames": frames}}]},
        "breadcrumbs": {"values": [{"message": "m".repeat(10_000)}]},
    });
    large.payload = serde_json::to_vec(&payload).unwrap();
    large
}

#[test]
fn too_large_is_made_smaller_once() {
    let receiver = Receiver::start();
    receiver.next("1", [Act::status(413)]);
    let (rig, _clock) = rig(&receiver);
    rig.store("1", [large(0), event(1)]);
    rig.wait_settled(2);
    let came = receiver.received();
    assert_eq!(accepted(&came), ids([0, 1]));
    assert_eq!(came[0].event_id(), came[1].event_id());
    let (first, second) = (came[0].event().unwrap(), came[1].event().unwrap());
    assert!(second.to_string().len() < first.to_string().len() / 2);
    assert!(second.get("breadcrumbs").is_none());
    let frames = &second["exception"]["values"][0]["stacktrace"]["frames"];
    assert_eq!(frames[0]["function"], "f0");
    assert_eq!(frames[0]["context_line"], "now()");
    assert_eq!(rig.outbox.ledger("too_large"), 0);
}

#[test]
fn too_large_twice_is_dropped() {
    let receiver = Receiver::start();
    receiver.next("1", [Act::status(413), Act::status(413)]);
    let (rig, _clock) = rig(&receiver);
    rig.store("1", [large(0), event(1)]);
    rig.wait_settled(2);
    let came = receiver.received();
    assert_eq!((accepted(&came), came.len()), (ids([1]), 3));
    assert_eq!(rig.outbox.ledger("too_large"), 1);
    let told = [("send_error".to_owned(), "error".to_owned(), 1)];
    assert_eq!(rig.reports("1"), told);
}

#[test]
fn an_agent_that_is_started_again_and_again_does_not_knock_each_time() {
    let receiver = Receiver::start();
    receiver.always("1", Act::status(403));
    let (mut rig, clock) = rig(&receiver);
    rig.store("1", (0..20).map(event));
    rig.wait_settled(1);
    for _restart in 0..40 {
        rig.restart(|_| clock.advance(Duration::from_secs(15)));
        assert_eq!(rig.drain(Duration::from_millis(100)).len(), 1);
    }
    // Ten minutes with pauses of 5, 10, 20, 40, 80, 160, 320 s at most, and at least half of that.
    let came = receiver.received().len();
    assert!((4..=8).contains(&came), "{came}");
    assert_eq!(rig.waiting("1"), 19);
}
