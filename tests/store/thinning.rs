//! Windows and their carriers, from the first occurrence to the outbox.

use std::time::Duration;

use stacktail::level::Level;
use stacktail::limit::Limit;
use stacktail::policy::{AppLimits, Decisions, Policy, Reason};
use stacktail::store::packed::Packer;
use stacktail::store::{Batch, Store, Waiting};

use crate::support::{candidate, commit, limits, now};

const SECOND: Duration = Duration::from_secs(1);

struct Run {
    store: Store,
    policy: Policy,
    number: u64,
}

impl Run {
    fn of(app: AppLimits) -> Self {
        Self::bounded(app, 1_000)
    }

    fn bounded(app: AppLimits, issues_max: usize) -> Self {
        let store = Store::in_memory().unwrap();
        let stored = store.load().unwrap().policy;
        let policy = Policy::bounded(&[app], Limit::Off, stored, issues_max);
        Self {
            store,
            policy,
            number: 0,
        }
    }

    /// One occurrence of `issue` with `value`, `after` the start, committed by itself.
    fn see(&mut self, issue: &str, value: &str, after: Duration) {
        self.number += 1;
        let mut decisions = Decisions::default();
        let candidate = candidate(0, self.number, issue, value, now() + after);
        self.policy.decide(candidate, &mut decisions);
        commit(&self.store, decisions);
    }

    fn close_due(&mut self, after: Duration) {
        let mut decisions = Decisions::default();
        self.policy.close_due(now() + after, &mut decisions);
        commit(&self.store, decisions);
    }

    fn sent(&self) -> Vec<Waiting> {
        self.store.waiting("r0", 0, 1_000, usize::MAX).unwrap()
    }

    /// `(suppressed)` of each event that was sent, in order.
    fn suppressed(&self) -> Vec<u64> {
        self.sent().iter().map(|event| event.suppressed).collect()
    }

    fn open(&self) -> u64 {
        let carried = self.store.carried().unwrap();
        carried.iter().map(|app| app.occurrences).sum()
    }

    fn ledger(&self, reason: &str) -> u64 {
        let ledger = self.store.ledger().unwrap();
        let entries = ledger.iter().filter(|entry| entry.reason == reason);
        entries.map(|entry| entry.quantity).sum()
    }
}

fn deduped() -> AppLimits {
    AppLimits {
        dedup_window: Some(Duration::from_mins(5)),
        ..limits(0)
    }
}

#[test]
fn a_window_sends_the_first_and_carries_the_rest() {
    let mut run = Run::of(deduped());
    for second in 0..10 {
        run.see("A", "x", second * SECOND);
    }
    run.see("A", "y", SECOND);
    assert_eq!(run.suppressed(), [0, 0]);
    assert_eq!(run.open(), 9);
    run.close_due(299 * SECOND);
    assert_eq!(run.open(), 9);
    run.close_due(300 * SECOND);
    assert_eq!(run.suppressed(), [0, 0, 8]);
    assert_eq!(run.open(), 0);
    let sent = run.sent();
    let carrier: serde_json::Value = serde_json::from_slice(&sent[2].json()).unwrap();
    // The first repeat, as itself.
    assert_eq!(sent[2].event_id[15], 2);
    assert_eq!(
        carrier["event_id"],
        serde_json::json!("00000000000000000000000000000002")
    );
    assert_eq!(carrier["extra"]["stacktail.occurrences"], 9);
    assert_eq!(
        carrier["extra"]["stacktail.first_seen"],
        (now() + SECOND).to_string()
    );
    assert_eq!(
        carrier["extra"]["stacktail.last_seen"],
        (now() + 9 * SECOND).to_string()
    );
}

#[test]
fn a_new_window_opens_behind_the_old_one() {
    let mut run = Run::of(deduped());
    for second in [0, 10, 20, 300, 310] {
        run.see("A", "x", second * SECOND);
    }
    // First, then at 300 s the next first, and the carrier of the two between.
    assert_eq!(run.suppressed(), [0, 0, 1]);
    assert_eq!(run.open(), 1);
    assert!(run.policy.next_close().unwrap() == now() + 600 * SECOND);
}

#[test]
fn a_late_record_is_decided_at_the_windows_clock() {
    let mut run = Run::of(deduped());
    run.see("A", "x", 1_000 * SECOND);
    run.see("A", "x", SECOND);
    assert_eq!(run.suppressed(), [0]);
    assert_eq!(run.open(), 1);
}

#[test]
fn distinct_values_share_the_issues_budget() {
    let mut run = Run::of(AppLimits {
        rate_per_issue: Limit::parse("3/min").unwrap(),
        ..deduped()
    });
    for number in 0..10 {
        run.see("A", &format!("v{number}"), Duration::ZERO);
    }
    run.see("B", "v", Duration::ZERO);
    assert_eq!(run.sent().len(), 4);
    assert_eq!(run.open(), 7);
    run.close_due(300 * SECOND);
    assert_eq!(run.suppressed(), [0, 0, 0, 0, 6]);
}

#[test]
fn a_budget_alone_carries_over_its_own_unit() {
    let mut run = Run::of(AppLimits {
        rate_per_issue: Limit::parse("1/min").unwrap(),
        ..limits(0)
    });
    for second in [0, 1, 2, 61, 62] {
        run.see("A", "x", second * SECOND);
    }
    // At 62 s the budget's window of 1 s is over: what it carried goes, and a new one begins.
    assert_eq!(run.suppressed(), [0, 0, 1]);
    assert_eq!(run.open(), 1);
}

#[test]
fn drops_by_a_rate_open_no_window() {
    let mut run = Run::of(AppLimits {
        rate: Limit::parse("1/min").unwrap(),
        ..deduped()
    });
    run.see("A", "x", Duration::ZERO);
    run.see("B", "x", Duration::ZERO);
    assert_eq!(run.ledger("app_rate"), 1);
    run.see("B", "x", 60 * SECOND);
    assert_eq!(run.sent().len(), 2);
    assert_eq!(run.open(), 0);
}

#[test]
fn a_carrier_that_a_limit_refuses_stays_and_goes_later() {
    let mut run = Run::of(AppLimits {
        rate: Limit::parse("1/h").unwrap(),
        ..deduped()
    });
    for second in 0..3 {
        run.see("A", "x", second * SECOND);
    }
    run.close_due(600 * SECOND);
    assert_eq!(run.open(), 2);
    assert!(run.policy.next_close().unwrap() > now() + 600 * SECOND);
    run.close_due(3_600 * SECOND);
    assert_eq!(run.suppressed(), [0, 1]);
    assert_eq!(run.open(), 0);
}

#[test]
fn the_least_recent_issue_goes_with_its_count() {
    let mut run = Run::bounded(deduped(), 2);
    for issue in ["A", "A", "A", "B", "A", "C"] {
        run.see(issue, "x", Duration::ZERO);
    }
    // B went, it carried nothing; A is younger.
    assert_eq!(run.open(), 3);
    run.see("D", "x", Duration::ZERO);
    assert_eq!(run.suppressed(), [0, 0, 0, 0, 2]);
    run.see("A", "x", Duration::ZERO);
    assert_eq!(run.sent().len(), 6);
}

#[test]
fn an_evicted_carrier_that_a_limit_refuses_is_counted() {
    let mut run = Run::bounded(
        AppLimits {
            rate: Limit::parse("2/h").unwrap(),
            ..deduped()
        },
        1,
    );
    for issue in ["A", "A", "A", "B"] {
        run.see(issue, "x", Duration::ZERO);
    }
    assert_eq!(run.sent().len(), 2);
    assert_eq!(run.open(), 0);
    assert_eq!(run.ledger(Reason::Evicted.as_str()), 2);
    let reports = run.store.client_reports("r0").unwrap();
    assert_eq!(reports[0].quantity, 2);
}

#[test]
fn an_issue_has_a_bounded_number_of_windows() {
    let mut run = Run::of(deduped());
    for round in 0..2 {
        for number in 0..80 {
            run.see(
                "A",
                &format!("word{}", char::from(b'!' + number)),
                round * SECOND,
            );
        }
    }
    let windows = run.store.load().unwrap().policy.issues[0].windows.len();
    assert_eq!(windows, stacktail::bounds::WINDOWS_PER_ISSUE_MAX);
    let sent: u64 = run.suppressed().iter().map(|more| more + 1).sum();
    assert_eq!(sent + run.open(), 160);
}

#[test]
fn the_end_of_a_run_sends_what_is_carried_and_remembers_what_was_sent() {
    let mut run = Run::of(deduped());
    for _ in 0..4 {
        run.see("A", "x", Duration::ZERO);
    }
    let mut decisions = Decisions::default();
    run.policy.close_all(&mut decisions);
    assert_eq!(decisions.counts.released, 1);
    commit(&run.store, decisions);
    assert_eq!(run.suppressed(), [0, 2]);
    run.policy = Policy::new(&[deduped()], Limit::Off, run.store.load().unwrap().policy);
    run.see("A", "x", SECOND);
    assert_eq!(run.suppressed(), [0, 2]);
    assert_eq!(run.open(), 1);
}

#[test]
fn one_batch_may_hold_a_carriers_whole_life() {
    let mut run = Run::of(deduped());
    let mut decisions = Decisions::default();
    for (number, second) in [(1, 0), (2, 1), (3, 2), (4, 300), (5, 301)] {
        let seen = candidate(0, number, "A", "x", now() + second * SECOND);
        run.policy.decide(seen, &mut decisions);
    }
    run.policy.close_due(now() + 900 * SECOND, &mut decisions);
    commit(&run.store, decisions);
    assert_eq!(run.suppressed(), [0, 0, 1, 0]);
    assert_eq!(run.open(), 0);
    assert!(run.store.load().unwrap().policy.issues.is_empty());
}

#[test]
fn sampling_keeps_a_new_issue_and_a_share_of_the_rest() {
    let mut run = Run::of(AppLimits {
        sample_rate: 0.25,
        ..limits(0)
    });
    let mut decisions = Decisions::default();
    for number in 0..1_000_u64 {
        let mut seen = candidate(0, number, "A", "x", now());
        // Spread evenly over the fractions, from just below 1 down to 0.
        let fraction = u64::MAX / 1_000 * (999 - number);
        seen.event_id[..8].copy_from_slice(&fraction.to_be_bytes());
        run.policy.decide(seen, &mut decisions);
    }
    commit(&run.store, decisions);
    let sent = run.sent().len();
    // The first, of a new issue, and those from 0 to a hair below 250 / 1,000.
    assert_eq!(sent, 252);
    assert_eq!(run.ledger("sample_rate"), 1_000 - sent as u64);
}

#[test]
fn with_thinning_off_nothing_is_kept_but_events() {
    let mut run = Run::of(limits(0));
    for _ in 0..5 {
        run.see("A", "x", Duration::ZERO);
    }
    assert_eq!(run.suppressed(), [0; 5]);
    let stored = run.store.load().unwrap().policy;
    assert!(stored.issues.is_empty() && stored.limiters.is_empty());
    assert_eq!(run.policy.next_close(), None);
}

#[test]
fn what_is_not_severe_enough_is_dropped_first() {
    let mut run = Run::of(AppLimits {
        min_level: Level::Fatal,
        ..deduped()
    });
    run.see("A", "x", Duration::ZERO);
    assert_eq!(run.ledger("min_level"), 1);
    assert!(run.sent().is_empty());
    assert!(run.store.client_reports("r0").unwrap().is_empty());
}

#[test]
fn a_window_whose_thinning_was_switched_off_goes_out_at_once() {
    let mut run = Run::of(deduped());
    run.see("A", "x", Duration::ZERO);
    run.see("A", "x", Duration::ZERO);
    run.policy = Policy::new(&[limits(0)], Limit::Off, run.store.load().unwrap().policy);
    run.close_due(SECOND);
    assert_eq!(run.suppressed(), [0, 0]);
    assert_eq!(run.open(), 0);
}

#[test]
fn state_of_an_app_that_is_gone_stays_until_it_is_too_old() {
    let mut run = Run::of(deduped());
    for second in 0..3 {
        run.see("A", "x", second * SECOND);
    }
    let week = Duration::from_hours(7 * 24);
    let forget = |run: &Run, at| run.store.forget_apps(&["other"], now() + at, week).unwrap();
    assert_eq!(forget(&run, week), 0);
    assert_eq!(run.open(), 2);
    assert_eq!(
        run.store
            .forget_apps(&["app0"], now() + 2 * week, week)
            .unwrap(),
        0
    );
    assert_eq!(forget(&run, week + 3 * SECOND), 2);
    assert_eq!(run.ledger("age_max"), 2);
    assert!(run.store.load().unwrap().policy.issues.is_empty());
    assert!(run.store.carried().unwrap().is_empty());
}

#[test]
fn a_batch_of_nothing_costs_nothing() {
    let store = Store::in_memory().unwrap();
    let mut batch = Batch::new(now());
    batch.absorb(Decisions::default(), &mut Packer::default());
    assert!(batch.is_empty());
    store.commit(&batch).unwrap();
}

#[test]
fn a_window_from_the_future_is_brought_back() {
    let mut run = Run::of(AppLimits {
        rate: Limit::parse("5/min").unwrap(),
        ..deduped()
    });
    let century = Duration::from_hours(24 * 36_500);
    for _ in 0..5 {
        run.see("A", "x", century);
    }
    run.see("B", "x", Duration::ZERO);
    run.close_due(SECOND);
    assert_eq!(run.policy.next_close(), Some(now() + 301 * SECOND));
    run.close_due(301 * SECOND);
    assert_eq!(run.suppressed(), [0, 0, 3]);
}

#[test]
fn one_batch_takes_in_decisions_twice() {
    let mut run = Run::of(deduped());
    let mut batch = Batch::new(now());
    for number in 1..=4 {
        let mut decisions = Decisions::default();
        run.policy
            .decide(candidate(0, number, "A", "x", now()), &mut decisions);
        batch.absorb(decisions, &mut Packer::default());
    }
    run.store.commit(&batch).unwrap();
    assert_eq!(run.suppressed(), [0]);
    assert_eq!(run.open(), 3);
}
