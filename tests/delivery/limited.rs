//! Receivers that limit: what drew a 429 is gone, nothing of its category goes out before the announced time.

use std::sync::Arc;
use std::time::Duration;

use stacktail::os::clock::ManualClock;
use stacktail::store::{DropReason, Outcome};

use crate::plain::accepted;
use crate::receiver::{Act, Receiver};
use crate::rig::{Rig, event, ids, message, settings};

/// Between envelopes behind a limit.
const GAP: Duration = Duration::from_millis(100);

fn rig(receiver: &Receiver) -> (Rig, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at("2026-11-20T15:00:00Z".parse().unwrap()));
    let rig = Rig::with(receiver, &["1"], settings(), clock.clone());
    (rig, clock)
}

/// After `act` for the first event nothing goes out before `pause` is over; then all the others do.
fn pauses(act: Act, pause: Duration, lost: u32) {
    let receiver = Receiver::start();
    let what = format!("{act:?}");
    receiver.next("1", [act]);
    let (rig, clock) = rig(&receiver);
    rig.store("1", (0..5).map(event));
    rig.outbox.wait(&what, |log| log.ends.len() == 1);
    clock.advance(pause.saturating_sub(Duration::from_secs(1)));
    rig.wake("1");
    assert_eq!(rig.drain(Duration::from_millis(500)).len(), 1, "{what}");
    assert_eq!(
        receiver.received().len(),
        1,
        "{what}: nothing before the time"
    );
    // Hosts that were stopped together begin again within five seconds of each other.
    clock.advance(Duration::from_secs(1 + 5));
    rig.move_on(&clock, GAP, "1", || rig.outbox.settled() == 5);
    let came = receiver.received();
    assert_eq!(accepted(&came), ids(lost..5), "{what}");
    assert_eq!(came.len(), 5, "{what}: what drew it is not sent again");
    assert_eq!(rig.outbox.ledger("rate_limited"), u64::from(lost), "{what}");
    assert_eq!(rig.reports("1"), [], "{what}: the server has counted it");
}

#[test]
fn a_429_with_categories() {
    let act = Act::status(429).with("X-Sentry-Rate-Limits", "60:error:project:spike");
    pauses(act, Duration::from_mins(1), 1);
}

#[test]
fn a_429_with_retry_after() {
    let act = Act::status(429).with("Retry-After", "120");
    pauses(act, Duration::from_mins(2), 1);
}

#[test]
fn a_429_with_a_date() {
    let act = Act::status(429).with("Retry-After", "Fri, 20 Nov 2026 15:03:00 GMT");
    pauses(act, Duration::from_mins(3), 1);
}

#[test]
fn a_bare_429_is_a_minute() {
    pauses(Act::status(429), Duration::from_mins(1), 1);
}

#[test]
fn bugsinks_429() {
    let act = Act::status(429).with(
        "X-Sentry-Rate-Limits",
        "86400:transaction;span:organization, 60::key",
    );
    pauses(act, Duration::from_mins(1), 1);
}

#[test]
fn a_limit_announced_with_a_200() {
    let act = Act::ok().with("X-Sentry-Rate-Limits", "60:error:project:soon");
    pauses(act, Duration::from_mins(1), 0);
}

#[test]
fn limits_of_others_are_not_ours() {
    let receiver = Receiver::start();
    let others = "86400:transaction;span:organization, 60:log_item:key";
    receiver.always("1", Act::ok().with("X-Sentry-Rate-Limits", others));
    let (rig, _clock) = rig(&receiver);
    rig.store("1", (0..20).map(event));
    rig.wait_settled(20);
    assert_eq!(accepted(&receiver.received()), ids(0..20));
}

#[test]
fn one_category_does_not_hold_up_the_other() {
    let receiver = Receiver::start();
    let act = Act::status(429).with("X-Sentry-Rate-Limits", "60:default:project:x");
    receiver.next("1", [act]);
    let (rig, clock) = rig(&receiver);
    rig.store(
        "1",
        [message(0), message(1), event(2), message(3), event(4)],
    );
    rig.move_on(&clock, GAP, "1", || rig.outbox.settled() == 3);
    rig.store("1", [event(5), message(6)]);
    rig.move_on(&clock, GAP, "1", || rig.outbox.settled() == 4);
    assert_eq!(accepted(&receiver.received()), ids([2, 4, 5]));
    assert_eq!(rig.waiting("1"), 3);
    clock.advance(Duration::from_secs(65));
    rig.move_on(&clock, GAP, "1", || rig.outbox.settled() == 7);
    assert_eq!(accepted(&receiver.received()), ids(1..7));
}

#[test]
fn limits_of_one_project_are_not_another_s() {
    let receiver = Receiver::start();
    receiver.always("1", Act::status(429));
    let rig = Rig::new(&receiver, &["1", "2"]);
    rig.store("1", (0..5).map(event));
    rig.wait_settled(1);
    rig.store("2", (10..20).map(event));
    rig.wait_settled(11);
    assert_eq!(accepted(&receiver.received()), ids(10..20));
    assert_eq!(rig.waiting("1"), 4);
}

#[test]
fn what_waited_an_hour_for_a_limit_is_dropped() {
    let receiver = Receiver::start();
    let act = Act::status(429).with("Retry-After", "7200");
    receiver.next("1", [act]);
    let (rig, clock) = rig(&receiver);
    rig.store("1", (0..3).map(event));
    rig.wait_settled(1);
    clock.advance(Duration::from_mins(30));
    let mut carrier = event(3);
    carrier.suppressed = 9;
    rig.store("1", [carrier, event(4)]);
    clock.advance(Duration::from_mins(30));
    rig.wake("1");
    rig.wait_settled(3);
    assert_eq!(rig.waiting("1"), 2, "they waited for half an hour");
    clock.advance(Duration::from_mins(30));
    rig.wake("1");
    rig.wait_settled(5);
    rig.outbox.wait("the drops", |log| {
        log.ends[1..]
            .iter()
            .all(|end| *end == Outcome::Dropped(DropReason::HoldMax))
    });
    assert_eq!(rig.outbox.ledger("hold_max"), 2 + 10 + 1);
    assert_eq!(receiver.received().len(), 1);
    assert_eq!(
        rig.reports("1"),
        [("ratelimit_backoff".to_owned(), "error".to_owned(), 13)]
    );
    // When the limit ends, the receiver is told.
    clock.advance(Duration::from_secs(30 * 60 + 5));
    rig.wake("1");
    let came = receiver.wait("the report", |came| came.len() == 2);
    let report = came[1].envelope.item("client_report").unwrap();
    assert_eq!(report["discarded_events"][0]["quantity"], 13);
}

#[test]
fn after_a_limit_one_goes_first() {
    let receiver = Receiver::start();
    let (rig, clock) = rig(&receiver);
    rig.store("1", [event(0)]);
    rig.wait_settled(1);
    receiver.always("1", Act::status(429));
    rig.store("1", (1..40).map(event));
    rig.outbox.wait("a limit", |log| log.ends.len() > 1);
    assert_eq!(rig.drain(Duration::from_millis(500)).len(), 1);
    let lost_at_once = receiver.received().len() - 1;
    assert!(lost_at_once <= 8, "{lost_at_once}");
    for minute in 1..4 {
        clock.advance(Duration::from_secs(65));
        rig.wake("1");
        receiver.wait("one more", |came| came.len() == 1 + lost_at_once + minute);
        assert_eq!(rig.drain(Duration::from_millis(500)).len(), 1);
        assert_eq!(receiver.received().len(), 1 + lost_at_once + minute);
    }
}

#[test]
fn a_restart_keeps_the_limit() {
    let receiver = Receiver::start();
    receiver.next("1", [Act::status(429).with("Retry-After", "600")]);
    let (mut rig, clock) = rig(&receiver);
    rig.store("1", (0..3).map(event));
    rig.wait_settled(1);
    for _restart in 0..5 {
        rig.restart(|_| clock.advance(Duration::from_mins(1)));
        assert_eq!(rig.drain(Duration::from_millis(200)).len(), 1);
    }
    assert_eq!(receiver.received().len(), 1, "nothing before the time");
    clock.advance(Duration::from_secs(5 * 60 + 5));
    rig.move_on(&clock, GAP, "1", || rig.outbox.settled() == 3);
    assert_eq!(accepted(&receiver.received()), ids([1, 2]));
    assert_eq!(rig.outbox.store.standing(rig.key("1")).unwrap(), None);
}
