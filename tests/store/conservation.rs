//! Whatever happens in whatever order, every occurrence is accounted for:
//! Σ over what was sent (1 + suppressed) + open counts + drops = occurrences.

use std::time::Duration;

use jiff::Timestamp;
use proptest::prelude::*;
use stacktail::limit::Limit;
use stacktail::policy::{AppLimits, Decisions, Policy};
use stacktail::store::{DropReason, Outcome, Settlement, Store};

use crate::support::{candidate, commit, limits, now};

#[derive(Debug, Clone)]
enum Step {
    See {
        app: u16,
        issue: u8,
        value: u8,
        seconds: i64,
    },
    Commit,
    /// The commit fails: memory goes back to the store.
    Fail,
    Restart,
    CloseDue {
        seconds: i64,
    },
    CloseAll,
    Settle {
        drop: bool,
    },
    MakeRoom,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let see = (0_u16..3, 0_u8..5, 0_u8..3, -20_i64..40).prop_map(|(app, issue, value, seconds)| {
        Step::See {
            app,
            issue,
            value,
            seconds,
        }
    });
    let step = prop_oneof![
        20 => see,
        4 => Just(Step::Commit),
        1 => Just(Step::Fail),
        1 => Just(Step::Restart),
        1 => (0_i64..200).prop_map(|seconds| Step::CloseDue { seconds }),
        1 => Just(Step::CloseAll),
        1 => any::<bool>().prop_map(|drop| Step::Settle { drop }),
        1 => Just(Step::MakeRoom),
    ];
    proptest::collection::vec(step, 1..150)
}

fn an_app(ix: u16) -> impl Strategy<Value = AppLimits> {
    let limit = prop_oneof![
        Just("off"),
        Just("1/min"),
        Just("3/min"),
        Just("20/min"),
        Just("2/h")
    ];
    (
        limit.clone(),
        limit,
        proptest::option::of(20_u64..120),
        prop_oneof![Just(1.0), Just(0.5)],
    )
        .prop_map(move |(rate, per_issue, window, sample_rate)| AppLimits {
            rate: Limit::parse(rate).unwrap(),
            rate_per_issue: Limit::parse(per_issue).unwrap(),
            dedup_window: window.map(Duration::from_secs),
            sample_rate,
            ..limits(ix)
        })
}

struct World {
    store: Store,
    apps: Vec<AppLimits>,
    host: Limit,
    policy: Policy,
    at: Timestamp,
    number: u64,
    pending: u64,
    committed: u64,
    decisions: Decisions,
}

impl World {
    fn policy(store: &Store, apps: &[AppLimits], host: Limit) -> Policy {
        Policy::bounded(apps, host, store.load().unwrap().policy, 3)
    }

    fn commit(&mut self) {
        commit(&self.store, std::mem::take(&mut self.decisions));
        self.committed += self.pending;
        self.pending = 0;
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::See {
                app,
                issue,
                value,
                seconds,
            } => {
                self.number += 1;
                self.pending += 1;
                let time = self.at + Duration::from_secs(seconds.max(0).cast_unsigned());
                self.at = self.at.max(time);
                let time = if seconds < 0 {
                    self.at - Duration::from_secs(20)
                } else {
                    time
                };
                let (issue, value) = (format!("I{issue}"), format!("v{value}"));
                let seen = candidate(app, self.number, &issue, &value, time);
                self.policy.decide(seen, &mut self.decisions);
            }
            Step::Commit => self.commit(),
            Step::Fail => {
                self.decisions = Decisions::default();
                self.pending = 0;
                self.policy.reload(self.store.load().unwrap().policy);
            }
            Step::Restart => {
                self.commit();
                self.policy = Self::policy(&self.store, &self.apps, self.host);
            }
            Step::CloseDue { seconds } => {
                self.at += Duration::from_secs(seconds.cast_unsigned());
                self.policy.close_due(self.at, &mut self.decisions);
            }
            Step::CloseAll => self.policy.close_all(&mut self.decisions),
            Step::Settle { drop } => {
                let waiting = self.store.waiting("r1", 0, 3, usize::MAX).unwrap();
                let outcome = if drop {
                    Outcome::Dropped(DropReason::SendError)
                } else {
                    Outcome::Delivered
                };
                let row = |row| Settlement { row, outcome };
                let settled: Vec<_> = waiting.iter().map(|event| row(event.row)).collect();
                self.store.settle(&settled, now()).unwrap();
            }
            Step::MakeRoom => {
                self.store.drop_oldest("r2", None, 300).unwrap();
            }
        }
    }

    fn accounted(&self) -> u64 {
        let waiting: u64 = ["r0", "r1", "r2"]
            .iter()
            .flat_map(|receiver| self.store.waiting(receiver, 0, 10_000, usize::MAX).unwrap())
            .map(|event| 1 + event.suppressed)
            .sum();
        let delivered = self.store.delivered().unwrap();
        let delivered: u64 = delivered.iter().map(|row| row.occurrences).sum();
        let ledger = self.store.ledger().unwrap();
        let dropped: u64 = ledger.iter().map(|entry| entry.quantity).sum();
        let carried = self.store.carried().unwrap();
        let open: u64 = carried.iter().map(|app| app.occurrences).sum();
        waiting + delivered + dropped + open
    }

    /// Each carrier hangs on one window, and each window's carrier is there.
    fn carriers_agree(&self) -> bool {
        let stored = self.store.load().unwrap().policy;
        let windows = stored.issues.iter().flat_map(|issue| &issue.windows);
        let held = windows.filter(|window| window.row.carrier.is_some());
        let carried = self.store.carried().unwrap();
        held.count() as u64 == carried.iter().map(|app| app.carriers).sum::<u64>()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]
    #[test]
    fn nothing_is_lost_or_counted_twice(
        apps in (an_app(0), an_app(1), an_app(2)),
        host in prop_oneof![Just("off"), Just("6/min"), Just("60/min")],
        steps in steps(),
    ) {
        let store = Store::in_memory().unwrap();
        let apps = vec![apps.0, apps.1, apps.2];
        let host = Limit::parse(host).unwrap();
        let policy = World::policy(&store, &apps, host);
        let mut world = World {
            store, apps, host, policy, at: now(), number: 0, pending: 0, committed: 0,
            decisions: Decisions::default(),
        };
        for step in &steps {
            world.step(step);
            prop_assert_eq!(world.accounted(), world.committed, "after {:?}", step);
            if world.pending == 0 {
                prop_assert!(world.carriers_agree(), "after {:?}", step);
            }
        }
        // In the end everything can go out: nothing stays behind for ever.
        for hour in 1..=60_u64 {
            let later = world.at + Duration::from_hours(hour);
            world.policy.close_due(later, &mut world.decisions);
            world.commit();
        }
        prop_assert_eq!(world.accounted(), world.committed);
        prop_assert!(world.store.carried().unwrap().is_empty());
        prop_assert_eq!(world.policy.next_close(), None);
    }
}
