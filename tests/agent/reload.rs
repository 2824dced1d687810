//! Reloading: all of a new configuration or nothing of it, and no trace lost or sent twice.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use jiff::Timestamp;

use crate::support::home::{Agent, Home, THINNING_OFF};
use crate::support::kills::{self, Plan, append, exactly_once};
use crate::support::sink::{Arrived, Sink};
use crate::support::traces;
use crate::support::wait::wait_until;

const SOON: Duration = Duration::from_secs(20);
const RELOADED: &str = "configuration reloaded: ";
const REFUSED: &str = "reload refused: ";
const ROUNDS: u32 = 5;
const PLAN: Plan = Plan {
    lines: 12_000,
    distinct: 100,
    occurrences: 700,
    per_second: 80.0,
    kills: 0,
    rotations: 4,
    open_steps: 100,
    seed: 12,
};

/// Asks for a reload and gives the line that tells what came of it.
fn reload(home: &Home, agent: &Agent) -> String {
    let told = || {
        let said = home.said();
        let lines = said
            .lines()
            .filter(|line| line.contains(RELOADED) || line.contains(REFUSED));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let before = told().len();
    agent.hang_up();
    assert!(
        wait_until(SOON, || told().len() > before),
        "no answer to SIGHUP:\n{}",
        home.said()
    );
    told().pop().unwrap()
}

/// One trace into `log` and the ordinary line that closes it.
fn print(home: &Home, log: &str, number: u32) {
    let now = Timestamp::now();
    let lines = traces::python(number, u64::from(number), now);
    let text = traces::text(&lines) + &traces::ordinary(0, now) + "\n";
    append(&home.log(log)).write_all(text.as_bytes()).unwrap();
}

/// The numbers of the traces that arrived at `project`, sorted.
fn arrived(sink: &Sink, project: u32) -> Vec<u32> {
    let events = sink.events_of(project);
    let numbers = events
        .iter()
        .filter_map(|arrived| traces::distinct_of(&arrived.event));
    let mut numbers: Vec<u32> = numbers.collect();
    numbers.sort_unstable();
    numbers
}

fn secret(home: &Home, name: &str, text: &str) {
    // As it should be done: written beside it, then renamed.
    let (new, file) = (home.path().join("new"), home.path().join(name));
    fs::write(&new, text).unwrap();
    fs::set_permissions(&new, fs::Permissions::from_mode(0o600)).unwrap();
    fs::rename(new, file).unwrap();
}

/// An app whose DSN stands in `NAME.dsn`.
fn app_of_a_file(home: &Home, name: &str) {
    let dsn = home.path().join(format!("{name}.dsn"));
    let (dsn, log) = (dsn.display(), home.log(&format!("{name}.log")));
    home.app_file(
        name,
        &format!("dsn_file = \"{dsn}\"\n{THINNING_OFF}\n[[files]]\npaths = [\"{}\"]\nstart_at = \"beginning\"\n", log.display()),
    );
}

/// What one round of reloads works on.
struct Rounds {
    home: Home,
    agent: Agent,
    sink: Sink,
    late: Sink,
}

impl Rounds {
    fn says(&self, expected: &str) {
        let line = reload(&self.home, &self.agent);
        assert!(line.contains(expected), "{line}\n{}", self.home.said());
    }

    /// More events come for this project than have come.
    fn goes_on(&self, project: u32) {
        let before = self.sink.events_of(project).len();
        assert!(
            wait_until(SOON, || self.sink.events_of(project).len() > before),
            "nothing comes any more for {project}:\n{}",
            self.home.said()
        );
    }

    fn round(&self, round: u32) {
        let (home, sink) = (&self.home, &self.sink);
        home.app("late", &self.late.dsn(1), "late.log", THINNING_OFF);
        print(home, "late.log", 2 * round);
        self.says("added late");
        let came = self.late.wait_for(2 * round as usize + 1, SOON);
        assert!(came, "{:?}\n{}", arrived(&self.late, 1), home.said());

        let project = 3 - round % 2;
        secret(home, "web.dsn", &sink.dsn(project));
        self.says("changed web");
        self.goes_on(project);

        let pods = home.path().join("apps.d/pods.toml");
        let good = fs::read_to_string(&pods).unwrap();
        fs::write(&pods, format!("color = 1\n{good}")).unwrap();
        fs::remove_file(home.path().join("apps.d/late.toml")).unwrap();
        self.says("removed late; kept as before because of errors: pods");
        print(home, "late.log", 2 * round + 1);
        self.goes_on(1);

        fs::write(&pods, &good).unwrap();
        let host = fs::read_to_string(home.config()).unwrap();
        fs::write(home.config(), format!("{host}\nsend_rate = \"fast\"\n")).unwrap();
        self.says("reload refused: ");
        fs::write(home.config(), host).unwrap();
    }
}

#[test]
fn reloaded_twenty_times_under_load_every_trace_arrives_exactly_once() {
    let (home, sink, late) = (Home::new(), Sink::start(), Sink::start());
    home.app("pods", &sink.dsn(1), "pod.log", THINNING_OFF);
    secret(&home, "web.dsn", &sink.dsn(2));
    app_of_a_file(&home, "web");
    let agent = home.start();
    let writer = kills::write(PLAN, &home);
    let rounds = Rounds {
        home,
        agent,
        sink,
        late,
    };
    (0..ROUNDS).for_each(|round| rounds.round(round));
    let written_meanwhile = !writer.is_finished();
    let Rounds {
        home,
        agent,
        sink,
        late,
    } = rounds;
    let printed = writer.join().unwrap();
    let all = sink.wait_for(printed.len(), SOON);
    assert!(agent.stop().0.success(), "{}", home.said());
    assert!(
        all,
        "{} of {}\n{}",
        sink.count(),
        printed.len(),
        home.said()
    );
    assert!(written_meanwhile, "the writer was done before the reloads");
    let once = exactly_once(&printed, &sink, PLAN.rotations);
    assert_eq!(arrived(&late, 1), (0..2 * ROUNDS - 1).collect::<Vec<_>>());
    assert_eq!((once.resent, late.resent()), (0, 0));
    let said = home.said();
    assert!(
        said.contains("pods.toml:1:1: ") && said.contains("stacktail.toml:"),
        "a problem's place is not told:\n{said}"
    );
    eprintln!(
        "{} reloads, {} traces, each at its receiver once; {once:?}",
        4 * ROUNDS,
        printed.len()
    );
}

#[test]
fn another_state_folder_is_refused_and_nothing_different_is_said() {
    let (home, sink) = (Home::new(), Sink::start());
    home.app("shop", &sink.dsn(1), "shop.log", THINNING_OFF);
    let agent = home.start();
    assert!(reload(&home, &agent).contains("nothing is different"));
    let host = fs::read_to_string(home.config()).unwrap();
    fs::write(home.config(), host.replace("/state\"", "/other\"")).unwrap();
    home.app("more", &sink.dsn(2), "shop.log", THINNING_OFF);
    let line = reload(&home, &agent);
    assert!(line.contains(REFUSED) && line.contains("restart"), "{line}");
    print(&home, "shop.log", 1);
    assert!(sink.wait_for(1, SOON), "{}", home.said());
    assert!(agent.stop().0.success());
    assert_eq!(arrived(&sink, 2), [] as [u32; 0], "half of it was taken");
}

#[test]
fn the_last_app_may_go_and_come_back() {
    let (home, sink) = (Home::new(), Sink::start());
    home.app("shop", &sink.dsn(1), "shop.log", THINNING_OFF);
    print(&home, "shop.log", 1);
    let agent = home.start();
    assert!(sink.wait_for(1, SOON), "{}", home.said());
    fs::remove_file(home.path().join("apps.d/shop.toml")).unwrap();
    assert!(reload(&home, &agent).contains("removed shop"));
    print(&home, "shop.log", 2);
    home.app("shop", &sink.dsn(1), "shop.log", THINNING_OFF);
    assert!(reload(&home, &agent).contains("added shop"));
    assert!(sink.wait_for(2, SOON), "{}", home.said());
    assert!(agent.stop().0.success());
    assert_eq!(arrived(&sink, 1), [1, 2]);
}

#[test]
fn a_deleted_file_is_read_to_its_end_over_reloads() {
    let (home, sink) = (Home::new(), Sink::start());
    home.app("shop", &sink.dsn(1), "shop.log", THINNING_OFF);
    let agent = home.start();
    let mut log = append(&home.log("shop.log"));
    let mut write = |lines: &[String]| log.write_all(traces::text(lines).as_bytes()).unwrap();
    let now = Timestamp::now();
    write(&traces::python(1, 1, now));
    assert!(sink.wait_for(1, SOON), "{}", home.said());
    fs::remove_file(home.log("shop.log")).unwrap();
    let open = traces::python(2, 2, now);
    let (before, after) = open.split_at(5);
    write(before);
    home.app("more", &sink.dsn(2), "more.log", THINNING_OFF);
    assert!(reload(&home, &agent).contains("added more"));
    write(after);
    print(&home, "shop.log", 4);
    home.app("third", &sink.dsn(2), "third.log", THINNING_OFF);
    assert!(reload(&home, &agent).contains("added third"));
    write(&traces::python(3, 3, now));
    assert!(sink.wait_for(4, SOON), "{}", home.said());
    assert!(agent.stop().0.success());
    assert_eq!(arrived(&sink, 1), [1, 2, 3, 4]);
    let whole = |arrived: &Arrived| traces::frames_of(&arrived.event) == traces::FRAMES;
    assert!(sink.events().iter().all(whole), "one was torn");
}

#[test]
fn a_stop_during_a_reload_still_stops() {
    let (home, sink) = (Home::new(), Sink::start());
    for app in 0..40 {
        home.app(&format!("app{app}"), &sink.dsn(1), "*.log", THINNING_OFF);
    }
    let agent = home.start();
    fs::remove_file(home.path().join("apps.d/app7.toml")).unwrap();
    agent.hang_up();
    let (status, took) = agent.stop();
    assert!(
        status.success() && took < Duration::from_secs(5),
        "{status} after {took:?}"
    );
}
