//! `kill -9`, in small: the same as the long suite, a few thousand lines.

use std::io::Write;
use std::time::Duration;

use jiff::Timestamp;

use crate::support::home::{Home, THINNING_OFF};
use crate::support::kills::{Fates, Plan, append, exactly_once, run};
use crate::support::sink::Sink;
use crate::support::state;
use crate::support::traces;
use crate::support::wait::wait_until;

const SOON: Duration = Duration::from_secs(20);
const SMALL: Plan = Plan {
    lines: 12_000,
    distinct: 100,
    occurrences: 480,
    per_second: 100.0,
    kills: 6,
    rotations: 3,
    open_steps: 100,
    seed: 11,
};

#[test]
fn killed_again_and_again_every_trace_arrives_exactly_once() {
    let (home, sink) = (Home::new(), Sink::start());
    let done = |sink: &Sink| sink.count() as u64 >= SMALL.occurrences;
    let printed = run(SMALL, &home, &sink, THINNING_OFF, done);
    let once = exactly_once(&printed, &sink, SMALL.rotations);
    eprintln!(
        "{} traces, {} kills, each at the receiver once; {once:?}",
        printed.len(),
        SMALL.kills
    );
}

#[test]
fn killed_again_and_again_with_thinning_the_sum_holds() {
    let (home, sink) = (Home::with_host("send_rate = \"off\"\n"), Sink::start());
    let printed = run(SMALL, &home, &sink, "", |_| state::lag(&home) == 0);
    let fates = Fates::of(&home, &sink);
    assert_eq!(fates.occurrences(), printed.len() as u64, "{fates:?}");
    assert_eq!(fates.received, fates.delivered, "{fates:?}");
    assert!(
        fates.events < printed.len() as u64,
        "nothing was thinned: {fates:?}"
    );
    eprintln!("{} traces, {} kills: {fates:?}", printed.len(), SMALL.kills);
}

#[test]
fn the_identical_trace_at_the_same_offset_after_a_truncation_is_another_event() {
    let (home, sink) = (Home::new(), Sink::start());
    home.app("app", &sink.dsn(1), "app.log", THINNING_OFF);
    let text = traces::text(&traces::python(1, 1, Timestamp::now()));
    let mut log = append(&home.log("app.log"));
    let agent = home.start();
    log.write_all(text.as_bytes()).unwrap();
    assert!(sink.wait_for(1, SOON), "{}", home.said());
    log.set_len(0).unwrap();
    let risen = wait_until(SOON, || state::generation(&home) >= 1);
    assert!(
        risen,
        "the stored generation does not rise:\n{}",
        home.said()
    );
    log.write_all(text.as_bytes()).unwrap();
    assert!(sink.wait_for(2, SOON), "{}", home.said());
    assert!(agent.stop().0.success());
    let ids: Vec<String> = sink
        .events()
        .into_iter()
        .map(|arrived| arrived.id)
        .collect();
    assert_eq!(ids.len(), 2);
    assert_ne!(ids[0], ids[1]);
}
