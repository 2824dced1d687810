//! A receiver that fails costs nothing but what drew a 429, and no other DSN a moment.

use std::time::Duration;

use crate::support::faults::{DOWN, Faults, GARBAGE, HANGING, LIMIT, LIMITED, SICK, WARNED, WELL};
use crate::support::figures::quantile;
use crate::support::wait::wait_until;

const SOON: Duration = Duration::from_secs(40);

#[test]
fn faults_of_one_dsn_stay_there_and_every_event_is_accounted_for() {
    let mut faults = Faults::new();
    let agent = faults.home.start();
    faults.print_for_all(30, 60.0);
    faults.absent.up();
    for (app, project) in [WELL, SICK, GARBAGE, LIMITED, WARNED, DOWN] {
        let all = wait_until(SOON, || {
            let drew = if (app, project) == LIMITED {
                faults.refused()
            } else {
                0
            };
            faults.receiver((app, project)).events_of(project).len() + drew >= 30
        });
        assert!(
            all,
            "{app}: {} of 30:\n{}",
            faults.receiver((app, project)).events_of(project).len(),
            faults.home.said()
        );
    }
    assert!(
        quantile(&faults.latencies(WELL), 0.99) < Duration::from_secs(1),
        "{:?}",
        faults.latencies(WELL)
    );
    assert_eq!(faults.sink.events_of(HANGING.1).len(), 0);
    limits_are_kept(&faults);
    faults.account(agent);
    assert_eq!((faults.sink.resent(), faults.absent.resent()), (0, 0));
}

/// Nothing went out between a limit (and what was on its way then) and its end.
fn limits_are_kept(faults: &Faults) {
    for (app, project) in [LIMITED, WARNED] {
        let requests = faults.sink.requests(project);
        let limited_at = requests[5];
        let on_their_way = Duration::from_millis(300);
        let early = requests
            .iter()
            .filter(|&&at| at > limited_at + on_their_way && at < limited_at + LIMIT);
        assert_eq!(early.count(), 0, "{app}: sent before the announced time");
    }
}
