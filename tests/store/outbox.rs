//! What waits, what leaves, and what is counted of it.

use std::time::Duration;

use stacktail::store::{
    Batch, ClientReport, DropReason, LedgerEntry, OutboxSize, Outcome, Settlement, Store,
};

use crate::support::{batch_of, event, now, opened};

fn rows(store: &Store, receiver: &str) -> Vec<i64> {
    let waiting = store.waiting(receiver, 0, 100, 1 << 20).unwrap();
    waiting.iter().map(|event| event.row).collect()
}

#[test]
fn events_wait_in_order_for_their_receiver() {
    let store = Store::in_memory().unwrap();
    let events = vec![
        event("a", "x", 1),
        event("b", "x", 2),
        event("a", "y", 3),
        event("a", "x", 4),
    ];
    store.commit(&batch_of(events.clone())).unwrap();
    let waiting = store.waiting("a", 0, 2, 1 << 20).unwrap();
    assert_eq!(waiting.len(), 2);
    assert_eq!(waiting[0].payload, events[0].payload);
    assert_eq!(waiting[0].event_id, events[0].event_id);
    assert_eq!((waiting[0].time, waiting[0].stored_at), (now(), now()));
    assert_eq!(waiting[1].app, "y");
    let rest = store.waiting("a", waiting[1].row, 10, 1 << 20).unwrap();
    assert_eq!(rest.len(), 1);
    assert_eq!(rest[0].event_id, events[3].event_id);
}

#[test]
fn one_event_is_given_however_big() {
    let store = Store::in_memory().unwrap();
    store
        .commit(&batch_of(vec![event("a", "x", 1), event("a", "x", 2)]))
        .unwrap();
    assert_eq!(store.waiting("a", 0, 10, 1).unwrap().len(), 1);
}

#[test]
fn sizes_follow_what_comes_and_goes_and_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let store = opened(dir.path());
    store
        .commit(&batch_of(vec![event("a", "x", 1), event("b", "y", 22)]))
        .unwrap();
    assert_eq!(store.outbox_bytes("a"), 7);
    assert_eq!(store.outbox_app_bytes("y"), 8);
    assert_eq!(store.outbox_total(), 15);
    let settlement = Settlement {
        row: rows(&store, "a")[0],
        outcome: Outcome::Delivered,
    };
    store.settle(&[settlement, settlement], now()).unwrap();
    assert_eq!(store.outbox_bytes("a"), 0);
    drop(store);
    let store = opened(dir.path());
    let size = OutboxSize {
        bytes: 8,
        events: 1,
    };
    let expected = vec![("b".to_owned(), "y".to_owned(), size)];
    assert_eq!(store.outbox_sizes(), expected);
}

#[test]
fn each_fate_is_counted_where_it_belongs() {
    let store = Store::in_memory().unwrap();
    let mut many = event("a", "x", 1);
    many.suppressed = 4;
    let events = vec![many.clone(), event("a", "x", 2), event("a", "x", 3), many];
    store.commit(&batch_of(events)).unwrap();
    let fates = [
        Outcome::Delivered,
        Outcome::Dropped(DropReason::RateLimited),
        Outcome::Dropped(DropReason::HoldMax),
        Outcome::Dropped(DropReason::SendError),
    ];
    let settlements: Vec<Settlement> = rows(&store, "a")
        .into_iter()
        .zip(fates)
        .map(|(row, outcome)| Settlement { row, outcome })
        .collect();
    store.settle(&settlements, now()).unwrap();
    let delivered = store.delivered().unwrap();
    assert_eq!((delivered[0].events, delivered[0].occurrences), (1, 5));
    assert_eq!(delivered[0].last, now());
    let entry = |reason: &str, quantity| LedgerEntry {
        app: "x".to_owned(),
        reason: reason.to_owned(),
        quantity,
    };
    assert_eq!(
        store.ledger().unwrap(),
        vec![
            entry("hold_max", 1),
            entry("rate_limited", 1),
            entry("send_error", 5)
        ]
    );
    let report = |reason: &str, quantity| ClientReport {
        reason: reason.to_owned(),
        category: "error".to_owned(),
        quantity,
    };
    let expected = vec![report("ratelimit_backoff", 1), report("send_error", 5)];
    assert_eq!(store.client_reports("a").unwrap(), expected);
    store
        .client_reports_sent("a", &[report("send_error", 3)])
        .unwrap();
    store
        .client_reports_sent("a", &[report("ratelimit_backoff", 1)])
        .unwrap();
    let expected = vec![report("send_error", 2)];
    assert_eq!(store.client_reports("a").unwrap(), expected);
}

#[test]
fn what_is_too_old_goes_into_the_ledger() {
    let store = Store::in_memory().unwrap();
    store.commit(&batch_of(vec![event("a", "x", 1)])).unwrap();
    let day = Duration::from_hours(24);
    let later = Batch {
        stored_at: now() + 2 * day,
        ..batch_of(vec![event("a", "x", 2)])
    };
    store.commit(&later).unwrap();
    assert_eq!(store.expire(now() + 6 * day, 7 * day).unwrap(), 0);
    assert_eq!(store.expire(now() + 8 * day, 7 * day).unwrap(), 1);
    assert_eq!(rows(&store, "a").len(), 1);
    assert_eq!(store.ledger().unwrap()[0].reason, "age_max");
    assert_eq!(
        store.client_reports("a").unwrap()[0].reason,
        "cache_overflow"
    );
}

#[test]
fn room_is_made_from_the_oldest_on() {
    let store = Store::in_memory().unwrap();
    let events = (1..=6).map(|number| event("a", if number % 2 == 0 { "x" } else { "y" }, number));
    store.commit(&batch_of(events.collect())).unwrap();
    assert_eq!(store.drop_oldest("a", Some("x"), 8).unwrap(), 14);
    assert_eq!(rows(&store, "a").len(), 4);
    assert_eq!(store.outbox_app_bytes("x"), 7);
    assert_eq!(store.drop_oldest("a", None, 1_000).unwrap(), 28);
    assert_eq!(store.outbox_total(), 0);
    assert_eq!(store.drop_oldest("a", None, 1).unwrap(), 0);
}
