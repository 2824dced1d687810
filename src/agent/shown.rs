//! What policy has to say. In: events that are not sent but shown (`send_in`, `debug`), rules and routes that failed. Out: a line of the
//! agent's own log each; of a rule once.
//!
//! The lines are bounded: an agent that reads its own log must not feed itself. A line holds neither a trace nor the
//! beginning of one, so that reading it makes no event.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::bounds::SHOWN_EVENTS_MAX;
use crate::policy::{RuleFailure, Shown};
use crate::route::Routes;
use crate::source::AppIx;

use super::pending::Pending;

/// Counts rules and routes that failed, for the ledger.
pub(super) fn count(failures: &[(AppIx, RuleFailure)], routes: &Routes, pending: &mut Pending) {
    for (app, _) in failures {
        match routes.of(*app) {
            Some(route) => pending.count(&route.app, "rule_failed", 1),
            None => pending.count("", "route_failed", 1),
        }
    }
}

/// How many were shown in the second that runs.
#[derive(Debug, Default)]
pub(super) struct Showing {
    second: u64,
    told: usize,
    untold: u64,
    /// Rules whose failure was said.
    failed: BTreeSet<(AppIx, usize)>,
}

impl Showing {
    /// Shows what the second has room for; how many it had none for is said with the next one that is shown.
    pub(super) fn show(&mut self, shown: Vec<Shown>, routes: &Routes, mono: Duration) {
        for one in shown {
            let Some(untold) = self.admit(mono) else {
                continue;
            };
            let app = routes.of(one.app).map_or("", |route| route.app.as_str());
            let reason = one.reason.as_str();
            tracing::info!(app, reason, "not sent: {}", one.text);
            if untold > 0 {
                tracing::info!("not sent, and not shown before this one: {untold} more");
            }
        }
    }

    /// Says once of each rule that it failed.
    pub(super) fn tell(&mut self, failures: Vec<(AppIx, RuleFailure)>, routes: &Routes) {
        for (ix, RuleFailure { rule, why }) in failures {
            if !self.failed.insert((ix, rule)) {
                continue;
            }
            let rule = rule + 1;
            match routes.of(ix) {
                Some(route) => tracing::warn!(
                    app = route.app,
                    rule,
                    "a rule gives no answer for an event, which passes: {why}; further ones are counted as rule_failed"
                ),
                None => tracing::warn!(
                    route = rule,
                    "a route gives no answer for an event, and the next is asked: {why}; further ones are counted as route_failed"
                ),
            }
        }
    }

    /// `Some`: there is room; how many had none since the last.
    fn admit(&mut self, mono: Duration) -> Option<u64> {
        if self.second != mono.as_secs() {
            self.second = mono.as_secs();
            self.told = 0;
        }
        if self.told >= SHOWN_EVENTS_MAX {
            self.untold += 1;
            return None;
        }
        self.told += 1;
        Some(std::mem::take(&mut self.untold))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_counted_and_the_next_second_begins_anew() {
        let mut showing = Showing::default();
        let mut ask = |ms: u64| showing.admit(Duration::from_millis(ms));
        let told = (0..100).filter(|_| ask(5_100).is_some()).count();
        assert_eq!(told, SHOWN_EVENTS_MAX);
        assert_eq!(ask(5_999), None);
        assert_eq!(ask(6_000), Some(101 - SHOWN_EVENTS_MAX as u64));
        assert_eq!(ask(6_001), Some(0));
    }
}
