//! The receiver is down, answers 429, 503, garbage, or hangs: nothing is lost but what drew a 429, and the DSN that is
//! well does not notice.

use std::time::Duration;

use crate::relay;
use crate::support::faults::{DOWN, Faults, GARBAGE, HANGING, LIMITED, SICK, WARNED, WELL};
use crate::support::figures::quantile;
use crate::support::wait::wait_until;

const EACH: usize = 120;
const ALONE: usize = 200;
/// A request is given up after 30 s, and pauses grow to as much.
const LATE: Duration = Duration::from_secs(150);

#[test]
fn nothing_is_lost_and_the_other_dsn_does_not_notice() {
    let mut faults = Faults::new();
    let agent = faults.home.start();
    faults.print(&[WELL], ALONE, 40.0);
    arrive(&faults, WELL, ALONE);
    let alone = faults.latencies(WELL);
    faults.print_for_all(EACH, 40.0);
    faults.absent.up();
    for app in [SICK, GARBAGE, LIMITED, WARNED, DOWN] {
        arrive(&faults, app, EACH);
    }
    faults.hang_no_more();
    arrive(&faults, HANGING, EACH);
    let drew = faults.refused();
    println!(
        "drew a 429: {drew}; sent again under their id: {} and {}",
        faults.sink.resent(),
        faults.absent.resent()
    );
    not_noticed(&alone, &faults.latencies(WELL));
    let events = faults.sink.events();
    faults.account(agent);
    relay::accepts("faults", events.iter().map(|arrived| &arrived.event));
}

/// All but those that drew a 429.
fn arrive(faults: &Faults, app: (&str, u32), count: usize) {
    let here = || faults.receiver(app).events_of(app.1).len();
    let all = wait_until(LATE, || {
        here() + if app == LIMITED { faults.refused() } else { 0 } >= count
    });
    assert!(
        all,
        "{}: {} of {count}:\n{}",
        app.0,
        here(),
        faults.home.said()
    );
}

fn not_noticed(alone: &[Duration], beside: &[Duration]) {
    for part in [0.5, 0.99] {
        let (one, other) = (quantile(alone, part), quantile(beside, part));
        println!(
            "latency of the DSN that is well, p{:.0}: alone {one:.1?}, beside six that are not {other:.1?}",
            part * 100.0
        );
        assert!(
            other < one + Duration::from_millis(250),
            "the other DSN notices"
        );
    }
}
