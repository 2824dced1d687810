//! Budgets: whatever comes in whatever order, no window of any length holds more than burst + rate × its length. Each limiter
//! has its own clock, the latest record time it was asked at.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use stacktail::limit::Limit;
use stacktail::policy::{AppLimits, Decisions, Policy, Reason, StoredPolicy};

use crate::app::app;
use crate::day::within_budget;
use crate::support::{candidate, start};

fn limits(nth: u16, rate: &str, per_issue: &str) -> AppLimits {
    let mut app = app();
    app.name = format!("app{nth}");
    app.rate = Limit::parse(rate).unwrap();
    app.rate_per_issue = Limit::parse(per_issue).unwrap();
    AppLimits::of(&app, format!("r{nth}"))
}

/// What was asked, when, by its own word and by the limiter's clock.
fn asked() -> impl Strategy<Value = Vec<(u16, u8, i64)>> {
    proptest::collection::vec((0_u16..3, 0_u8..3, -20_i64..30), 1..300)
}

proptest! {
    #[test]
    fn apps_and_the_host_stay_within_theirs(
        asked in asked(),
        rate in prop_oneof![Just("5/min"), Just("1/s"), Just("40/h"), Just("off")],
        host in prop_oneof![Just("9/min"), Just("30/min"), Just("2/min")],
    ) {
        let apps: Vec<AppLimits> = (0..3).map(|nth| limits(nth, rate, "off")).collect();
        let host_limit = Limit::parse(host).unwrap();
        let mut policy = Policy::new(&apps, host_limit, StoredPolicy::default());
        let (mut now, mut number) = (0_i64, 0);
        let mut clocks: BTreeMap<u16, i64> = BTreeMap::new();
        let mut host_clock = 0;
        let mut passed: BTreeMap<u16, Vec<i64>> = BTreeMap::new();
        let mut all = Vec::new();
        for (app, _, later) in asked {
            let at = (now + later).max(0);
            now = now.max(at);
            number += 1;
            let mut seen = candidate(number, "E", "x");
            seen.app = app;
            seen.record_time = start() + Duration::from_secs(at.cast_unsigned());
            let mut decisions = Decisions::default();
            policy.decide(seen, &mut decisions);
            let clock = clocks.entry(app).or_default();
            *clock = (*clock).max(at);
            let by_app = decisions.drops.iter().any(|drop| drop.reason == Reason::AppRate);
            if !by_app {
                host_clock = host_clock.max(at);
            }
            if !decisions.kept.is_empty() {
                passed.entry(app).or_default().push(*clock * 1_000_000);
                all.push(host_clock * 1_000_000);
            }
        }
        for (app, times) in passed {
            within_budget(&times, rate, 0, &format!("app{app}"));
        }
        // As many events at once as there are apps, at least: three.
        let spare = i64::from(host == "2/min");
        within_budget(&all, host, spare, "host");
    }

    #[test]
    fn an_issue_stays_within_its_own(
        asked in asked(),
        per_issue in prop_oneof![Just("5/min"), Just("1/s"), Just("2/h"), Just("1/min")],
    ) {
        let mut policy = Policy::new(&[limits(0, "off", per_issue)], Limit::Off, StoredPolicy::default());
        let (mut now, mut number) = (0_i64, 0);
        let mut issues: BTreeMap<u8, (i64, Vec<i64>)> = BTreeMap::new();
        for (_, issue, later) in asked {
            let at = (now + later).max(0);
            now = now.max(at);
            number += 1;
            let mut seen = candidate(number, &format!("E{issue}"), &format!("v{number}"));
            seen.record_time = start() + Duration::from_secs(at.cast_unsigned());
            let mut decisions = Decisions::default();
            policy.decide(seen, &mut decisions);
            let (clock, passed) = issues.entry(issue).or_default();
            *clock = (*clock).max(at);
            if !decisions.kept.is_empty() {
                passed.push(*clock * 1_000_000);
            }
        }
        for (issue, (_, times)) in issues {
            within_budget(&times, per_issue, 0, &format!("issue {issue}"));
        }
    }
}

#[test]
#[should_panic(expected = "over")]
fn the_judge_sees_one_event_too_many() {
    within_budget(&[0, 1, 2], "2/min", 0, "three at once");
}
