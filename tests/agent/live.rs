//! The running agent: rotation, restart, streams, and its end.

use std::fs::{self, File};
use std::io::{Seek, Write};
use std::time::Duration;

use jiff::Timestamp;

use crate::support::home::{Agent, Home, THINNING_OFF};
use crate::support::kills::append;
use crate::support::sink::Sink;
use crate::support::traces;

const SOON: Duration = Duration::from_secs(20);

/// A running agent on one log.
struct Live {
    home: Home,
    sink: Sink,
    log: File,
    printed: u64,
}

impl Live {
    fn begin() -> (Self, Agent) {
        let (home, sink) = (Home::new(), Sink::start());
        home.app("shop", &sink.dsn(1), "shop.log", THINNING_OFF);
        let log = append(&home.log("shop.log"));
        let agent = home.start();
        (
            Self {
                home,
                sink,
                log,
                printed: 0,
            },
            agent,
        )
    }

    /// One trace and the ordinary line that closes it.
    fn print(&mut self) {
        let now = Timestamp::now();
        let lines = traces::python(self.printed as u32, self.printed, now);
        let text = traces::text(&lines) + &traces::ordinary(self.printed, now) + "\n";
        self.log.write_all(text.as_bytes()).unwrap();
        self.printed += 1;
    }

    /// All that was printed is here, once.
    fn all_here(&self) {
        assert!(
            self.sink.wait_for(self.printed as usize, SOON),
            "{} of {}:\n{}",
            self.sink.count(),
            self.printed,
            self.home.said()
        );
        let mut seen: Vec<u64> = self
            .sink
            .events()
            .iter()
            .filter_map(|arrived| traces::occurrence_of(&arrived.event))
            .collect();
        seen.sort_unstable();
        assert_eq!(seen, (0..self.printed).collect::<Vec<u64>>());
        assert!(
            self.sink
                .events()
                .iter()
                .all(|arrived| traces::frames_of(&arrived.event) == traces::FRAMES)
        );
    }

    fn reopen(&mut self) {
        self.log = append(&self.home.log("shop.log"));
    }
}

#[test]
fn stops_within_five_seconds_and_goes_on_where_it_was() {
    let (mut live, agent) = Live::begin();
    live.print();
    live.all_here();
    let (status, took) = agent.stop();
    assert!(
        status.success() && took < Duration::from_secs(5),
        "{status} after {took:?}"
    );
    live.print();
    let agent = live.home.start();
    live.print();
    live.all_here();
    let (status, took) = agent.interrupt();
    assert!(
        status.success() && took < Duration::from_secs(5),
        "{status} after {took:?}"
    );
    live.print();
    let agent = live.home.start();
    live.print();
    live.all_here();
    agent.kill();
    live.print();
    let _agent = live.home.start();
    live.print();
    live.all_here();
}

#[test]
fn a_trace_that_ends_the_file_is_closed_by_silence() {
    let (mut live, _agent) = Live::begin();
    let lines = traces::python(0, 0, Timestamp::now());
    live.log.write_all(traces::text(&lines).as_bytes()).unwrap();
    live.printed = 1;
    live.all_here();
}

#[test]
fn a_line_written_in_halves_is_one_line() {
    let (mut live, _agent) = Live::begin();
    let text = traces::text(&traces::python(0, 0, Timestamp::now()));
    let (half, rest) = text.split_at(text.len() / 2);
    live.log.write_all(half.as_bytes()).unwrap();
    assert!(!live.sink.wait_for(1, Duration::from_millis(300)));
    live.log.write_all(rest.as_bytes()).unwrap();
    live.printed = 1;
    live.print();
    live.all_here();
}

#[test]
fn follows_through_renames_also_in_the_middle_of_a_trace() {
    let (mut live, agent) = Live::begin();
    live.print();
    live.all_here();
    for rotation in 0..3 {
        live.print();
        let lines = traces::python(live.printed as u32, live.printed, Timestamp::now());
        let (before, after) = lines.split_at(5);
        live.log.write_all(traces::text(before).as_bytes()).unwrap();
        fs::rename(
            live.home.log("shop.log"),
            live.home.log(&format!("shop.log.{rotation}")),
        )
        .unwrap();
        live.reopen();
        live.log.write_all(traces::text(after).as_bytes()).unwrap();
        live.printed += 1;
        live.print();
        live.all_here();
    }
    assert!(agent.stop().0.success());
}

#[test]
fn follows_through_copy_and_truncate_also_while_away() {
    let (mut live, agent) = Live::begin();
    let path = live.home.log("shop.log");
    live.print();
    live.all_here();
    fs::copy(&path, live.home.log("shop.log.1")).unwrap();
    live.log.set_len(0).unwrap();
    live.print();
    live.all_here();
    assert!(agent.stop().0.success());
    live.print();
    fs::rename(live.home.log("shop.log.1"), live.home.log("shop.log.2")).unwrap();
    fs::copy(&path, live.home.log("shop.log.1")).unwrap();
    live.log.set_len(0).unwrap();
    live.log.rewind().unwrap();
    live.print();
    let _agent = live.home.start();
    live.print();
    live.all_here();
}

#[test]
fn two_rotations_while_away_lose_nothing() {
    let (mut live, agent) = Live::begin();
    live.print();
    live.all_here();
    agent.kill();
    for _ in 0..2 {
        live.print();
        let _ = fs::rename(live.home.log("shop.log.1"), live.home.log("shop.log.2"));
        fs::rename(live.home.log("shop.log"), live.home.log("shop.log.1")).unwrap();
        live.reopen();
        live.print();
    }
    let _agent = live.home.start();
    live.all_here();
}

#[test]
fn a_deleted_file_is_read_to_its_end() {
    let (mut live, _agent) = Live::begin();
    live.print();
    live.all_here();
    fs::remove_file(live.home.log("shop.log")).unwrap();
    live.print();
    live.all_here();
    live.reopen();
    live.print();
    live.all_here();
}

#[test]
fn two_streams_in_one_file_do_not_mix() {
    let (mut live, _agent) = Live::begin();
    let now = Timestamp::now();
    let (one, other) = (traces::python(0, 0, now), traces::python(1, 1, now));
    for (one, other) in one.iter().zip(&other) {
        let lines = [
            traces::cri("stdout", one, now),
            traces::cri("stderr", other, now),
        ];
        live.log.write_all(traces::text(&lines).as_bytes()).unwrap();
    }
    live.printed = 2;
    live.all_here();
}

#[test]
fn one_file_of_two_apps_goes_to_both() {
    let (home, sink) = (Home::new(), Sink::start());
    home.app("one", &sink.dsn(1), "shop.log", THINNING_OFF);
    home.app("two", &sink.dsn(2), "*.log", THINNING_OFF);
    fs::write(
        home.log("shop.log"),
        traces::text(&traces::python(1, 1, Timestamp::now())),
    )
    .unwrap();
    let _agent = home.start();
    assert!(sink.wait_for(2, SOON), "{}", home.said());
    let (one, two) = (sink.events_of(1), sink.events_of(2));
    assert_eq!((one.len(), two.len()), (1, 1));
    assert_ne!(one[0].id, two[0].id);
}
