//! The host's rate, shared among apps. Each app is guaranteed its equal part; what the others leave is anyone's.
//!
//! Two things are counted: each app's own part (burst and refill of `host_rate` / apps), on the app's clock, and the whole.
//! An event within its app's part always passes. Beyond it, it passes if the whole has room that no app's part lays claim
//! to: what is free now less what is free in all the parts. So an app alone is as fast as the host allows, and never spends
//! what another is guaranteed. With more apps than events per unit each part is one event.

use std::collections::BTreeMap;

use super::changes::LimiterName;
use crate::limit::{Bucket, Limit, Pace};
use crate::source::AppIx;

/// How an event passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grant {
    /// There is no limit.
    Free,
    /// From the app's part.
    Part,
    /// From what the others leave.
    Shared,
}

/// `host_rate`.
#[derive(Debug)]
pub(super) struct Host {
    paces: Option<Paces>,
    pub(super) whole: Bucket,
    pub(super) parts: Vec<Bucket>,
}

#[derive(Debug, Clone, Copy)]
struct Paces {
    whole: Pace,
    part: Pace,
}

impl Host {
    pub(super) fn new(limit: Limit, apps: usize) -> Self {
        let count = i64::try_from(apps.max(1)).unwrap_or(i64::MAX);
        let paces = limit.pace().map(|pace| {
            // As many events at once as there are apps, at least: the sum of parts of one event each.
            let span_us = pace.span_us.max(pace.interval_us.saturating_mul(count));
            Paces {
                whole: Pace {
                    interval_us: pace.interval_us,
                    span_us,
                },
                part: Pace {
                    interval_us: pace.interval_us.saturating_mul(count),
                    span_us,
                },
            }
        });
        Self {
            paces,
            whole: Bucket::default(),
            parts: vec![Bucket::default(); apps],
        }
    }

    /// Back to full, before what is stored is read.
    pub(super) fn forget(&mut self) {
        self.whole = Bucket::default();
        self.parts.fill(Bucket::default());
    }

    /// Writes what a question of `app` has changed.
    pub(super) fn note(&self, app: AppIx, limiters: &mut BTreeMap<LimiterName, Bucket>) {
        if self.paces.is_none() {
            return;
        }
        limiters.insert(LimiterName::Host, self.whole);
        if let Some(part) = self.parts.get(usize::from(app)) {
            limiters.insert(LimiterName::Share(app), *part);
        }
    }

    /// Whether an event of `app` may pass; moves clocks, takes nothing.
    pub(super) fn ready(&mut self, app: AppIx, at_us: i64) -> Option<Grant> {
        let Some(paces) = self.paces else {
            return Some(Grant::Free);
        };
        let _moves_the_clock = self.whole.ready(paces.whole, at_us);
        let part = self.parts.get_mut(usize::from(app))?;
        if part.ready(paces.part, at_us) {
            return Some(Grant::Part);
        }
        let free = paces.whole.span_us.saturating_sub(self.whole.used_us());
        let spare = free.saturating_sub(self.claimed_us(paces.part));
        (spare >= paces.whole.interval_us).then_some(Grant::Shared)
    }

    /// What is free in all parts at the host's clock, in time of the whole.
    fn claimed_us(&self, part: Pace) -> i64 {
        let clock = self.whole.clock_us;
        let count = i64::try_from(self.parts.len().max(1)).unwrap_or(i64::MAX);
        let free: i64 = self
            .parts
            .iter()
            .map(|bucket| {
                let used = bucket.full_at_us.saturating_sub(clock).max(0);
                // Rounded up, so that the parts together never claim too little.
                part.span_us
                    .saturating_sub(used)
                    .max(0)
                    .saturating_add(count - 1)
                    / count
            })
            .fold(0, i64::saturating_add);
        free
    }

    /// Takes what `ready` granted.
    pub(super) fn take(&mut self, app: AppIx, grant: Grant) {
        let Some(paces) = self.paces else {
            return;
        };
        if let (Grant::Part, Some(part)) = (grant, self.parts.get_mut(usize::from(app))) {
            part.take(paces.part);
        }
        self.whole.take(paces.whole);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: i64 = 1_000_000;

    fn host(limit: &str, apps: usize) -> Host {
        Host::new(Limit::parse(limit).unwrap(), apps)
    }

    fn pass(host: &mut Host, app: AppIx, at: i64) -> bool {
        let grant = host.ready(app, at);
        if let Some(grant) = grant {
            host.take(app, grant);
        }
        grant.is_some()
    }

    fn flood(host: &mut Host, app: AppIx, at: i64) -> usize {
        (0..10_000).take_while(|_| pass(host, app, at)).count()
    }

    #[test]
    fn one_app_cannot_spend_what_others_are_guaranteed() {
        let mut host = host("30/min", 3);
        assert_eq!(flood(&mut host, 0, 1_000 * SECOND), 10);
        assert_eq!(flood(&mut host, 1, 1_000 * SECOND), 10);
        assert_eq!(flood(&mut host, 2, 1_000 * SECOND), 10);
        assert_eq!(flood(&mut host, 0, 1_000 * SECOND), 0);
    }

    #[test]
    fn an_app_alone_gets_what_the_others_leave() {
        let mut host = host("30/min", 3);
        assert_eq!(flood(&mut host, 0, 1_000 * SECOND), 10);
        // In the minute that follows: what its own part is given, and what the idle ones do not need.
        let each_second = 1_001..=1_060;
        let passed: usize = each_second
            .map(|second| flood(&mut host, 0, second * SECOND))
            .sum();
        assert!((28..=30).contains(&passed), "{passed}");
        assert_eq!(flood(&mut host, 1, 1_060 * SECOND), 10);
    }

    #[test]
    fn with_more_apps_than_events_each_still_has_one() {
        let mut host = host("2/min", 5);
        for app in 0..5 {
            assert_eq!(flood(&mut host, app, SECOND), 1);
        }
    }

    proptest! {
        #[test]
        fn all_together_never_exceed_the_budget(
            asks in proptest::collection::vec((0_u16..4, 0_i64..3 * SECOND), 1..400),
        ) {
            let mut host = host("60/min", 4);
            let start = 1_000 * SECOND;
            let mut at = start;
            let mut passed = 0;
            for (app, later) in asks {
                at += later / 4;
                passed += i64::from(pass(&mut host, app, at));
            }
            prop_assert!(passed <= 60 + (at - start) / SECOND + 1);
        }

        #[test]
        fn a_quiet_app_always_has_its_part(
            asks in proptest::collection::vec((0_u16..3, 0_i64..3 * SECOND), 1..400),
        ) {
            let mut host = host("60/min", 4);
            let mut at = 1_000 * SECOND;
            for (app, later) in asks {
                at += later / 4;
                pass(&mut host, app, at);
            }
            prop_assert!(flood(&mut host, 3, at) >= 15);
        }
    }
}
