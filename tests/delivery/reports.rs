//! What was dropped on this side is told.

use std::sync::Arc;
use std::time::Duration;

use stacktail::os::clock::ManualClock;
use stacktail::store::{Batch, Report};

use crate::receiver::{Act, Received, Receiver};
use crate::rig::{Rig, event, settings};

fn rig(receiver: &Receiver) -> (Rig, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at("2026-11-20T15:00:00Z".parse().unwrap()));
    let rig = Rig::with(receiver, &["1"], settings(), clock.clone());
    (rig, clock)
}

/// What policy dropped.
fn drop_some(rig: &Rig, reason: &'static str, quantity: u64) {
    let mut batch = Batch::new(rig.clock.now().wall);
    batch.reports.push(Report {
        receiver: rig.key("1").to_owned(),
        reason,
        category: "error",
        quantity,
    });
    rig.outbox.store.commit(&batch).unwrap();
    rig.wake("1");
}

/// Reason, category, quantity of all that was told, summed up.
fn told(came: &[Received]) -> u64 {
    let reports = came.iter().filter_map(|one| {
        let report = one.envelope.item("client_report")?;
        let lines = report["discarded_events"].as_array().unwrap().clone();
        Some(lines)
    });
    let quantities = reports.flatten().map(|line| line["quantity"].as_u64());
    quantities.map(Option::unwrap).sum()
}

#[test]
fn without_an_event_they_go_alone_and_not_more_often_than_every_half_minute() {
    let receiver = Receiver::start();
    let (rig, clock) = rig(&receiver);
    rig.store("1", [event(0)]);
    rig.wait_settled(1);
    for _drop in 0..10 {
        drop_some(&rig, "ratelimit_backoff", 2);
    }
    clock.advance(Duration::from_secs(31));
    rig.wake("1");
    let came = receiver.wait("the first report", |came| told(came) == 20);
    assert_eq!(came.len(), 2);
    assert!(came[1].envelope.header.get("event_id").is_none());
    drop_some(&rig, "ratelimit_backoff", 1);
    clock.advance(Duration::from_secs(31));
    rig.wake("1");
    let came = receiver.wait("the second report", |came| told(came) == 21);
    assert_eq!(came.len(), 3);
}

#[test]
fn what_an_earlier_run_left_rides_behind_the_first_event() {
    let receiver = Receiver::start();
    let (mut rig, _clock) = rig(&receiver);
    rig.restart(|rig| {
        drop_some(rig, "sample_rate", 3);
        rig.store("1", [event(0)]);
    });
    let came = receiver.wait("the report", |came| told(came) == 3);
    let items = came[0].envelope.items.iter();
    let types: Vec<&serde_json::Value> = items.map(|(header, _)| &header["type"]).collect();
    assert_eq!(types, ["event", "client_report"]);
    let report = came[0].envelope.item("client_report").unwrap();
    assert_eq!(report["timestamp"], rig.clock.now().wall.as_second());
    let line = &report["discarded_events"][0];
    assert_eq!(
        (&line["reason"], &line["category"]),
        (&"sample_rate".into(), &"error".into())
    );
    rig.wait_settled(1);
    assert_eq!(rig.reports("1"), []);
}

#[test]
fn a_drain_sends_them_at_once() {
    let receiver = Receiver::start();
    let (rig, _clock) = rig(&receiver);
    rig.store("1", [event(0)]);
    rig.wait_settled(1);
    drop_some(&rig, "sample_rate", 4);
    assert_eq!(rig.drain(Duration::from_secs(5)), []);
    assert_eq!(told(&receiver.received()), 4);
    assert_eq!(rig.reports("1"), []);
}

#[test]
fn what_was_not_accepted_is_told_again_and_once() {
    let receiver = Receiver::start();
    let (mut rig, clock) = rig(&receiver);
    receiver.next("1", [Act::status(503)]);
    rig.restart(|rig| {
        drop_some(rig, "sample_rate", 4);
        rig.store("1", [event(0)]);
    });
    receiver.wait("a 503", |came| !came.is_empty());
    rig.move_on(&clock, Duration::from_secs(1), "1", || {
        rig.reports("1").is_empty()
    });
    let came = receiver.received();
    let accepted: Vec<Received> = came.into_iter().filter(Received::accepted).collect();
    assert_eq!(told(&accepted), 4);
    assert_eq!(rig.reports("1"), []);
}
