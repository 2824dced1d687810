//! Ten services, their traces line by line between one another, while journald is rotated, vacuumed, restarted and killed and
//! the agent is killed; and a vacuum of what was not read.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rustix::process::Signal;

use crate::support::dice::Dice;
use crate::support::home::{Home, THINNING_OFF};
use crate::support::sink::Sink;
use crate::support::state;
use crate::support::traces;
use crate::support::wait::wait_until;
use crate::world::{Journald, Service, apart, hide_libsystemd, journalctl};

const UNITS: usize = 10;
const ENTRIES: usize = 100_000;
const TRACES: u64 = 1_000;
/// Lines said between two looks at the clock, all services together.
const STEP: usize = 100;
const KILLS_OF_THE_AGENT: usize = 10;
/// Of these, every third is a kill, the others are restarts.
const ENDS_OF_JOURNALD: usize = 9;

fn unit(nth: usize) -> String {
    format!("svc{nth}.service")
}

/// An app for each unit.
fn apps(home: &Home, sink: &Sink) {
    for nth in 0..UNITS {
        let dsn = sink.dsn(nth as u32 + 1);
        home.app_file(
            &format!("svc{nth}"),
            &format!(
                "dsn = \"{dsn}\"\n{THINNING_OFF}\n[[journal]]\nunits = [\"{}\"]\n",
                unit(nth)
            ),
        );
    }
}

/// What each service prints: traces between ordinary lines.
fn lines_of_services(dice: &mut Dice) -> Vec<VecDeque<String>> {
    let at = Timestamp::now();
    let mut lines = vec![VecDeque::new(); UNITS];
    let ordinary = (ENTRIES - TRACES as usize * traces::LINES) as u64 / TRACES;
    for occurrence in 0..TRACES {
        let service = &mut lines[occurrence as usize % UNITS];
        for _ in 0..dice.within(ordinary / 2, ordinary * 3 / 2) {
            let number = service.len() as u64;
            service.push_back(traces::ordinary(number, at));
        }
        service.extend(traces::python(occurrence as u32, occurrence, at));
    }
    for service in &mut lines {
        service.push_back(traces::ordinary(0, at));
    }
    lines
}

/// Evenly spread moments, as counts of lines.
fn moments(count: usize, of: usize) -> BTreeSet<usize> {
    (1..=count)
        .map(|nth| nth * of / (count + 1) / STEP * STEP)
        .collect()
}

/// Every trace is at its unit's receiver, once, with the header above it and all of its frames.
fn exactly_once(sink: &Sink) {
    let mut seen: BTreeMap<u64, usize> = BTreeMap::new();
    for arrived in sink.events() {
        let distinct = traces::distinct_of(&arrived.event);
        let occurrence =
            u64::from(distinct.unwrap_or_else(|| panic!("no number: {}", arrived.event)));
        let told = traces::occurrence_of(&arrived.event);
        assert_eq!(told, Some(occurrence), "another's header, or none");
        *seen.entry(occurrence).or_default() += 1;
        let project = (occurrence as usize % UNITS + 1).to_string();
        assert_eq!(arrived.project, project, "another unit's: {occurrence}");
        assert_eq!(
            traces::frames_of(&arrived.event),
            traces::FRAMES,
            "{occurrence}"
        );
    }
    let missing: Vec<u64> = (0..TRACES).filter(|n| !seen.contains_key(n)).collect();
    let twice: Vec<_> = seen.iter().filter(|(_, times)| **times > 1).collect();
    assert!(
        missing.is_empty() && twice.is_empty(),
        "missing {missing:?}, twice {twice:?}"
    );
}

#[test]
fn every_trace_is_at_the_receiver_once_whatever_is_done_to_the_journal() {
    let name = "everything::every_trace_is_at_the_receiver_once_whatever_is_done_to_the_journal";
    apart(name, |_| drop(everything()));
}

#[test]
fn without_libsystemd_it_is_the_same() {
    apart("everything::without_libsystemd_it_is_the_same", |_| {
        hide_libsystemd();
        let said = everything();
        assert!(said.contains("read through journalctl"), "{said}");
    });
}

/// All of it; what the agents said.
fn everything() -> String {
    let (begun, mut dice) = (Instant::now(), Dice::new(7));
    let (home, sink, mut journald) = (Home::new(), Sink::start(), Journald::start());
    apps(&home, &sink);
    let mut services: Vec<Service> = (0..UNITS).map(|n| Service::start(&unit(n), &[])).collect();
    let mut lines = lines_of_services(&mut dice);
    let total: usize = lines.iter().map(VecDeque::len).sum();
    let (kills, ends) = (
        moments(KILLS_OF_THE_AGENT, total),
        moments(ENDS_OF_JOURNALD, total),
    );
    // At first sight only what comes is read: it must have been there.
    let mut agent = Some(home.start());
    assert!(wait_until(Duration::from_secs(20), || state::cursor(&home).is_some()));
    let (mut said, mut rotated, mut rotations, mut ended) = (0, Instant::now(), 0, 0);
    while said < total {
        let nth = said % UNITS;
        if let Some(line) = lines[nth].pop_front() {
            services[nth].say(&line);
        } else if let Some(longer) = (0..UNITS).find(|n| !lines[*n].is_empty()) {
            let line = lines[longer].pop_front().unwrap();
            services[longer].say(&line);
        }
        said += 1;
        if said % STEP != 0 {
            continue;
        }
        // A service is never ahead by more than its pipe holds.
        services[nth].sync();
        if rotated.elapsed() >= Duration::from_secs(1) {
            services.iter_mut().for_each(Service::sync);
            assert!(journalctl(&["--rotate"]));
            assert!(journalctl(&["--vacuum-files=20"]));
            (rotated, rotations) = (Instant::now(), rotations + 1);
        }
        if kills.contains(&said) {
            agent.take().unwrap().kill();
            agent = Some(home.start());
        }
        if ends.contains(&said) {
            // What is on its way to a journald that is killed was never in the journal.
            services.iter_mut().for_each(Service::sync);
            assert!(journalctl(&["--sync"]));
            ended += 1;
            journald.again(if ended % 3 == 0 {
                Signal::KILL
            } else {
                Signal::TERM
            });
        }
    }
    services.iter_mut().for_each(Service::sync);
    let all = sink.wait_for(TRACES as usize, Duration::from_mins(1));
    let (status, _) = agent.unwrap().stop();
    assert!(status.success(), "{}", home.said());
    println!(
        "{total} entries, {} of {TRACES} traces arrived, {KILLS_OF_THE_AGENT} kills of the agent, {rotations} rotations, {ended} ends of journald; {:.0?}; ledger {:?}",
        sink.count(),
        begun.elapsed(),
        state::ledger(&home)
    );
    exactly_once(&sink);
    assert!(all, "{}", home.said());
    assert_eq!(
        state::dropped(&home, "", &["vacuumed"]),
        0,
        "what was read was not lost"
    );
    home.said()
}

/// Numbers of all entries in the journal, from their cursors.
fn numbers() -> BTreeSet<(String, u64)> {
    let output = std::process::Command::new("journalctl")
        .args(["-o", "export", "--output-fields=MESSAGE", "--no-pager"])
        .output()
        .expect("journalctl");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let cursors = text
        .lines()
        .filter_map(|line| line.strip_prefix("__CURSOR=s="));
    let number = |cursor: &str| {
        let (sequence, rest) = cursor.split_once(";i=")?;
        let digits = rest.split(';').next()?;
        Some((sequence.to_owned(), u64::from_str_radix(digits, 16).ok()?))
    };
    cursors.map(|cursor| number(cursor).unwrap()).collect()
}

/// Writes, rotates and vacuums behind the back of an agent that has read up to `position`: how many entries it cannot read.
fn vacuum_unread(service: &mut Service, position: u64, entries: u64) -> u64 {
    for part in 0..4 {
        for n in 0..entries / 4 {
            service.say(&format!("unread {part} {n}"));
        }
        service.sync();
        assert!(journalctl(&["--sync"]) && journalctl(&["--rotate"]));
    }
    let before = numbers();
    assert!(journalctl(&["--vacuum-files=2"]));
    let after = numbers();
    let gone = before.difference(&after).filter(|(_, n)| *n >= position);
    gone.count() as u64
}

#[test]
fn a_vacuum_of_unread_entries_is_counted_to_the_number() {
    let name = "everything::a_vacuum_of_unread_entries_is_counted_to_the_number";
    apart(name, |_| {
        let (home, sink, _journald) = (Home::new(), Sink::start(), Journald::start());
        apps(&home, &sink);
        let mut service = Service::start(&unit(0), &[]);
        let agent = home.start();
        assert!(wait_until(Duration::from_secs(20), || state::cursor(&home).is_some()));
        let trace = |service: &mut Service, occurrence: u64| {
            for line in traces::python(1, occurrence, Timestamp::now()) {
                service.say(&line);
            }
            service.say("2026-11-21 10:00:00,000 INFO [101] shop.http: next");
            service.sync();
            let arrived = sink.wait_for(occurrence as usize + 1, Duration::from_secs(20));
            assert!(arrived, "trace {occurrence}: {}", home.said());
        };
        trace(&mut service, 0);
        let last = numbers().last().unwrap().1;
        assert!(wait_until(
            Duration::from_secs(20),
            || state::journal_position(&home) > last
        ));
        // While it runs, and cannot read.
        agent.pause();
        let running = vacuum_unread(&mut service, last + 1, 20_000);
        agent.go_on();
        trace(&mut service, 1);
        let (status, _) = agent.stop();
        assert!(status.success());
        let counted = state::dropped(&home, "", &["vacuumed"]);
        // While it is away.
        let away = vacuum_unread(&mut service, state::journal_position(&home), 20_000);
        let agent = home.start();
        trace(&mut service, 2);
        let (status, _) = agent.stop();
        assert!(status.success());
        let counted_away = state::dropped(&home, "", &["vacuumed"]) - counted;
        println!(
            "vacuumed unread: {running} while it ran, counted {counted}; {away} while it was away, counted {counted_away}"
        );
        assert!(running > 5_000 && away > 5_000, "the vacuum took nothing");
        assert_eq!((counted, counted_away), (running, away));
    });
}
