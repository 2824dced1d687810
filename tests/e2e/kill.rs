//! `kill -9` fifty times under 400,000 lines.

use std::time::Instant;

use crate::relay;
use crate::support::home::{Home, THINNING_OFF};
use crate::support::kills::{Fates, Plan, exactly_once, run};
use crate::support::sink::Sink;
use crate::support::state;

const LONG: Plan = Plan {
    lines: 400_000,
    distinct: 2_000,
    occurrences: 12_000,
    per_second: 200.0,
    kills: 50,
    rotations: 25,
    open_steps: 400,
    seed: 50,
};

#[test]
fn thinning_off_every_trace_is_at_the_receiver_exactly_once() {
    let (home, sink, begun) = (Home::new(), Sink::start(), Instant::now());
    let printed = run(LONG, &home, &sink, THINNING_OFF, |sink| {
        sink.count() as u64 >= LONG.occurrences
    });
    let once = exactly_once(&printed, &sink, LONG.rotations);
    println!(
        "{} kills, {} lines, {} traces: every one at the receiver once; {once:?}; {:.0?}",
        LONG.kills,
        LONG.lines,
        printed.len(),
        begun.elapsed()
    );
    relay::accepts(
        "kill -9",
        sink.events().iter().map(|arrived| &arrived.event),
    );
}

#[test]
fn thinning_on_the_sum_holds() {
    let (home, sink, begun) = (
        Home::with_host("send_rate = \"off\"\n"),
        Sink::start(),
        Instant::now(),
    );
    let printed = run(LONG, &home, &sink, "", |_| state::lag(&home) == 0);
    let fates = Fates::of(&home, &sink);
    let holds = fates.occurrences() == printed.len() as u64;
    let (ledger, said) = (state::ledger(&home), home.said());
    let kept = if holds { None } else { Some(home.keep()) };
    assert!(
        holds,
        "{} of {} known: {fates:?}\n{ledger:?}\n{said}\nkept: {kept:?}",
        fates.occurrences(),
        printed.len(),
    );
    assert_eq!(fates.received, fates.delivered, "{fates:?}");
    println!(
        "{} kills, {} traces: {fates:?}; {:.0?}",
        LONG.kills,
        printed.len(),
        begun.elapsed()
    );
    relay::accepts(
        "kill -9, thinned",
        sink.events().iter().map(|arrived| &arrived.event),
    );
}
