//! How long a trace takes from the service's send to the request at the receiver, and what a quiet journal costs.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::support::dice::Dice;
use crate::support::home::{Home, THINNING_OFF};
use crate::support::sink::Sink;
use crate::support::state;
use crate::support::traces;
use crate::support::wait::{pass, wait_until};
use crate::world::{Journald, Service, apart};

/// Traces sent with pauses between, as services fail.
const TRACES: u64 = 200;
/// Traces sent after the journal was quiet for longer than it is looked at by itself.
const FROM_QUIET: u64 = 4;
const QUIET: Duration = Duration::from_secs(12);
/// How long a quiet journal is watched.
const WATCHED: Duration = Duration::from_secs(10);

const MEDIAN_MS: u128 = 150;
const P99_MS: u128 = 350;

/// Sends one trace, every second one as an entry of several lines; when its last line was sent.
fn send(service: &mut Service, occurrence: u64) -> Instant {
    let mut lines = traces::python(occurrence as u32, occurrence, Timestamp::now());
    if occurrence.is_multiple_of(2) {
        service.say(&lines.join("\\n"));
    } else {
        lines.push(traces::ordinary(occurrence, Timestamp::now()));
        for line in &lines {
            service.say(line);
        }
    }
    service.sync();
    Instant::now()
}

/// The delays of these occurrences, sorted, in milliseconds.
fn delays(sink: &Sink, sent: &[(u64, Instant)]) -> Vec<u128> {
    let events = sink.events();
    let delay = |(occurrence, at): &(u64, Instant)| {
        let found = events
            .iter()
            .find(|e| traces::occurrence_of(&e.event) == Some(*occurrence));
        let arrived = found
            .unwrap_or_else(|| panic!("{occurrence} did not arrive"))
            .at;
        arrived.saturating_duration_since(*at).as_millis()
    };
    let mut delays: Vec<u128> = sent.iter().map(delay).collect();
    delays.sort_unstable();
    delays
}

#[test]
fn a_trace_arrives_soon_and_a_quiet_journal_wakes_nobody() {
    apart(
        "latency::a_trace_arrives_soon_and_a_quiet_journal_wakes_nobody",
        |_| {
            let (home, sink, _journald) = (Home::new(), Sink::start(), Journald::start());
            let dsn = sink.dsn(1);
            let text = format!("dsn = \"{dsn}\"\n{THINNING_OFF}\n[[journal]]\nunits = [\"svc\"]\n");
            home.app_file("svc", &text);
            let mut service = Service::start("svc.service", &[]);
            let agent = home.start();
            assert!(wait_until(Duration::from_secs(20), || state::cursor(&home).is_some()));
            let mut dice = Dice::new(11);
            let mut sent = Vec::new();
            for occurrence in 0..TRACES {
                sent.push((occurrence, send(&mut service, occurrence)));
                pass(Duration::from_millis(dice.within(20, 400)));
            }
            let mut from_quiet = Vec::new();
            for occurrence in TRACES..TRACES + FROM_QUIET {
                pass(QUIET);
                from_quiet.push((occurrence, send(&mut service, occurrence)));
            }
            let all = (TRACES + FROM_QUIET) as usize;
            assert!(
                sink.wait_for(all, Duration::from_secs(20)),
                "{}",
                home.said()
            );
            pass(QUIET);
            let slept = agent.sleeps();
            pass(WATCHED);
            let woken = agent.sleeps() - slept;
            let (usual, quiet) = (delays(&sink, &sent), delays(&sink, &from_quiet));
            let (median, p99) = (usual[usual.len() / 2], usual[usual.len() * 99 / 100]);
            println!(
                "send to request: median {median} ms, p99 {p99} ms, most {} ms of {TRACES}; after {QUIET:?} of quiet {quiet:?} ms; {woken} wake-ups in {WATCHED:?} of quiet; VmHWM {} kB",
                usual[usual.len() - 1],
                agent.status("VmHWM")
            );
            assert!(median <= MEDIAN_MS && p99 <= P99_MS, "{usual:?}");
            assert_eq!(woken, 0, "a quiet journal costs nothing");
            let (status, _) = agent.stop();
            assert!(status.success());
        },
    );
}
