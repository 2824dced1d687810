//! The receiver is down, answers 429, 503, garbage, or hangs: nothing is lost but what drew a 429, and the DSN that is
//! well does not notice.

use std::time::Duration;

use crate::relay;
use crate::support::faults::{DOWN, Faults, GARBAGE, HANGING, LIMITED, SICK, WARNED, WELL};
use crate::support::figures::quantile;
use crate::support::sink::Sink;
use crate::support::wait::wait_until;

const EACH: usize = 120;
const ALONE: usize = 200;

#[test]
fn nothing_is_lost_and_the_other_dsn_does_not_notice() {
    let mut faults = Faults::new();
    let agent = faults.home.start();
    faults.print(&[WELL], ALONE, 40.0);
    assert!(faults.sink.wait_for(ALONE, Duration::from_secs(30)), "{}", faults.home.said());
    let alone = faults.latencies(WELL);
    faults.print_for_all(EACH, 40.0);
    let late = Sink::start_at(faults.absent);
    let refused = |faults: &Faults| faults.sink.refused().iter().filter(|one| one.project == LIMITED.1.to_string()).count();
    for (app, project) in [SICK, GARBAGE, LIMITED, WARNED] {
        let all = wait_until(Duration::from_secs(90), || {
            let drew = if (app, project) == LIMITED { refused(&faults) } else { 0 };
            faults.sink.events_of(project).len() + drew >= EACH
        });
        assert!(all, "{app}: {} of {EACH}:\n{}", faults.sink.events_of(project).len(), faults.home.said());
    }
    assert!(late.wait_for(EACH, Duration::from_secs(90)), "{}: {}", DOWN.0, late.count());
    faults.hang_no_more();
    let all = wait_until(Duration::from_secs(150), || faults.sink.events_of(HANGING.1).len() >= EACH);
    assert!(all, "{}: {} of {EACH}:\n{}", HANGING.0, faults.sink.events_of(HANGING.1).len(), faults.home.said());
    let beside = faults.latencies(WELL);
    let (one, other) = (quantile(&alone, 0.99), quantile(&beside, 0.99));
    println!("latency of the DSN that is well: alone p50 {:?} p99 {one:?}; beside six that are not p50 {:?} p99 {other:?}",
        quantile(&alone, 0.5), quantile(&beside, 0.5));
    assert!(other < one + Duration::from_millis(250), "the other DSN notices");
    println!("drew a 429: {}; sent again under their id: {} and {}", refused(&faults), faults.sink.resent(), late.resent());
    faults.account(agent, Some(&late));
    relay::accepts("faults", faults.sink.events().iter().map(|received| &received.event));
}
