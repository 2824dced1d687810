//! The host file's `[[journal]]` and its `[[routes]]`: services whose entries no app has to itself, each trace at the app that
//! its route names, through a kill of the agent; an app's own `[[journal]]` reads the same entries beside it.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::support::home::{Home, THINNING_OFF};
use crate::support::sink::Sink;
use crate::support::state;
use crate::support::traces;
use crate::support::wait::wait_until;
use crate::world::{Journald, Service, apart};

/// Of each service.
const TRACES: u64 = 40;
const SOON: Duration = Duration::from_secs(30);

/// Services in the order in which they take turns: which of them a trace is of, its number says.
const SERVICES: [&str; 4] = ["shop-web", "shop-jobs", "acme", "nobodys"];

const HOST: &str = r#"host_rate = "off"
send_rate = "off"
[[journal]]
units = ["shop-*", "acme", "nobodys"]
[[routes]]
when = 'record.fields.unit.startsWith("shop-")'
app = "shop"
[[routes]]
when = 'record.fields.unit == "acme.service" && source.name == "journal"'
app = "acme"
"#;

/// Every trace that arrived at the project, by its number, with how often it did.
fn arrived(sink: &Sink, project: u32) -> BTreeMap<u64, usize> {
    let mut numbers = BTreeMap::new();
    for arrived in sink.events_of(project) {
        assert_eq!(
            traces::frames_of(&arrived.event),
            traces::FRAMES,
            "{}",
            arrived.event
        );
        let number = traces::occurrence_of(&arrived.event).unwrap();
        *numbers.entry(number).or_default() += 1;
    }
    numbers
}

/// The traces of these services, each once.
fn of(services: &[usize]) -> BTreeMap<u64, usize> {
    let numbers = 0..TRACES * SERVICES.len() as u64;
    let own = numbers.filter(|n| services.contains(&(*n as usize % SERVICES.len())));
    own.map(|n| (n, 1)).collect()
}

#[test]
fn entries_of_no_app_go_where_their_route_says_and_each_once() {
    apart(
        "routes::entries_of_no_app_go_where_their_route_says_and_each_once",
        |_| {
            let (home, sink, _journald) = (Home::with_host(HOST), Sink::start(), Journald::start());
            for (project, app, table) in [
                (1, "shop", ""),
                (2, "acme", ""),
                (3, "beside", "[[journal]]\nunits = [\"acme\"]\n"),
            ] {
                let dsn = sink.dsn(project);
                home.app_file(app, &format!("dsn = \"{dsn}\"\n{THINNING_OFF}{table}"));
            }
            let mut services = SERVICES.map(|name| Service::start(&format!("{name}.service"), &[]));
            let mut agent = home.start();
            assert!(wait_until(SOON, || state::cursor(&home).is_some()));
            let all = TRACES * SERVICES.len() as u64;
            for number in 0..all {
                let service = &mut services[number as usize % SERVICES.len()];
                for line in traces::python(number as u32, number, Timestamp::now()) {
                    service.say(&line);
                }
                service.say(&traces::ordinary(number, Timestamp::now()));
                service.sync();
                if number == all / 2 {
                    agent.kill();
                    agent = home.start();
                }
            }
            let expected = [of(&[0, 1]), of(&[2]), of(&[2])];
            let sent: usize = expected.iter().map(BTreeMap::len).sum();
            assert!(sink.wait_for(sent, SOON), "{}", home.said());
            let unrouted = || state::dropped(&home, "", &["no_route"]);
            assert!(wait_until(SOON, || unrouted() == TRACES), "{}", unrouted());
            let (status, _) = agent.stop();
            assert!(status.success());
            for (project, expected) in (1..).zip(expected) {
                assert_eq!(arrived(&sink, project), expected, "project {project}");
            }
            assert_eq!(unrouted(), TRACES);
            println!(
                "{all} traces of {} services: {sent} sent, {} of them to an app beside, {TRACES} of no route, each once over a kill",
                SERVICES.len(),
                of(&[2]).len()
            );
        },
    );
}
