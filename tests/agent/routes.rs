//! Files that no app has to itself: whose a trace is, the host file's `[[routes]]` tell; from there on it is the app's.

use std::fs;
use std::io::Write;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use crate::support::home::{Home, THINNING_OFF};
use crate::support::kills::append;
use crate::support::sink::{Sink, nobody};
use crate::support::state;
use crate::support::traces;
use crate::support::wait::wait_until;

const SOON: Duration = Duration::from_secs(20);
const UNLIMITED: &str = "host_rate = \"off\"\nsend_rate = \"off\"\n";
const BY_NAME: &str = "[[routes]]\nwhen = 'source.name.startsWith(\"shop-\")'\napp = \"shop\"\n";
const BY_FIELD: &str = "[[routes]]\nwhen = 'record.fields.tenant == \"acme\"'\napp = \"acme\"\n";
const REST: &str = "[[routes]]\napp = \"rest\"\n";

/// A host that reads `pods/` for `routes`.
fn host(settings: &str, routes: &str) -> Home {
    let home = Home::with_host(settings);
    fs::create_dir(home.log("pods")).unwrap();
    let text = fs::read_to_string(home.config()).unwrap();
    let paths = home.log("pods/*.log");
    let paths = paths.display();
    let text =
        format!("{text}[[files]]\npaths = [\"{paths}\"]\nstart_at = \"beginning\"\n{routes}");
    fs::write(home.config(), text).unwrap();
    home
}

/// An app that has nothing to itself.
fn app(home: &Home, name: &str, dsn: &str, settings: &str) {
    home.app_file(name, &format!("dsn = \"{dsn}\"\n{settings}\n"));
}

/// One trace and the ordinary line that closes it.
fn print(home: &Home, log: &str, distinct: u32, occurrence: u64) {
    let now = Timestamp::now();
    let lines = traces::python(distinct, occurrence, now);
    let text = traces::text(&lines) + &traces::ordinary(0, now) + "\n";
    append(&home.log(log)).write_all(text.as_bytes()).unwrap();
}

/// The same as a JSON record with a field.
fn print_json(home: &Home, log: &str, distinct: u32, tenant: Option<&str>) {
    let lines = traces::python(distinct, 0, Timestamp::now());
    let mut record = json!({
        "timestamp": Timestamp::now().to_string(),
        "level": "error",
        "message": format!("failed occ={distinct}"),
        "exc_info": lines[1..].join("\n"),
    });
    if let Some(tenant) = tenant {
        record["tenant"] = json!(tenant);
    }
    append(&home.log(log))
        .write_all(format!("{record}\n").as_bytes())
        .unwrap();
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

fn once(home: &Home) -> String {
    let output = home.once();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    said + &String::from_utf8_lossy(&output.stdout)
}

#[test]
fn the_first_route_that_fits_takes_it_and_each_event_is_its_apps() {
    let sink = Sink::start();
    let home = host(UNLIMITED, &[BY_NAME, BY_FIELD, REST].concat());
    app(
        &home,
        "shop",
        &sink.dsn(1),
        "environment = \"staging\"\nproject_root = \"/srv/shop\"\nmin_level = \"error\"",
    );
    app(&home, "acme", &sink.dsn(2), THINNING_OFF);
    app(&home, "rest", &sink.dsn(3), THINNING_OFF);
    print(&home, "pods/shop-1.log", 1, 1);
    print_json(&home, "pods/shop-2.log", 2, Some("acme"));
    print_json(&home, "pods/other.log", 3, Some("acme"));
    print_json(&home, "pods/other.log", 4, Some("else"));
    print(&home, "pods/plain.log", 5, 5);
    let said = once(&home);
    assert_eq!(arrived(&sink, 1), [1, 2], "{said}");
    assert_eq!(arrived(&sink, 2), [3], "{said}");
    assert_eq!(arrived(&sink, 3), [4, 5], "{said}");
    let events = sink.events_of(1);
    let whole = events
        .iter()
        .find(|e| traces::distinct_of(&e.event) == Some(1));
    let event = &whole.unwrap().event;
    assert_eq!(event["environment"], "staging");
    let frame = &event["exception"]["values"][0]["stacktrace"]["frames"][0];
    assert_eq!(frame["module"], "shop.step0");
    // A record without the field: that route gives no answer, and the next is asked.
    assert!(said.contains("a route gives no answer"), "{said}");
    assert_eq!(state::dropped(&home, "", &["route_failed"]), 1);
    let again = once(&home);
    assert!(again.contains("traces   0 in 0 events"), "{again}");
    assert_eq!((sink.count(), sink.resent()), (5, 0));
}

#[test]
fn what_no_route_wants_is_counted_under_its_reason_and_so_is_what_a_disabled_app_would_get() {
    let sink = Sink::start();
    let broken = "[[routes]]\nwhen = 'source.name == \"broken.log\"'\napp = \"broken\"\n";
    let home = host(UNLIMITED, &[BY_NAME, broken].concat());
    app(&home, "shop", &sink.dsn(1), THINNING_OFF);
    home.app_file("broken", "dsn = 3\n");
    print(&home, "pods/shop-1.log", 1, 1);
    for number in 2..5 {
        print(&home, "pods/other.log", number, u64::from(number));
    }
    print(&home, "pods/broken.log", 6, 6);
    let said = once(&home);
    assert!(said.contains("traces   5 in 5 events"), "{said}");
    assert!(
        said.contains("thinned  4 (1 app_disabled, 3 no_route)"),
        "{said}"
    );
    assert_eq!(arrived(&sink, 1), [1]);
    assert_eq!(state::dropped(&home, "", &["no_route"]), 3);
    assert_eq!(state::dropped(&home, "broken", &["app_disabled"]), 1);
}

#[test]
fn what_an_app_reads_itself_it_gets_once_and_its_issues_are_thinned_together() {
    let sink = Sink::start();
    let home = host(UNLIMITED, REST);
    // Its own glob names one of the files that are routed to it; thinned as by default.
    home.app("rest", &sink.dsn(1), "pods/both.log", "");
    home.app("other", &sink.dsn(2), "pods/both.log", "");
    print(&home, "pods/both.log", 1, 1);
    print(&home, "pods/routed.log", 1, 2);
    print(&home, "pods/routed.log", 1, 3);
    let said = once(&home);
    assert!(said.contains("traces   3 in 4 events"), "{said}");
    // The first, and the carrier of the two repeats.
    let of_rest = sink.events_of(1);
    assert_eq!(of_rest.len(), 2, "{said}");
    let count = |event: &serde_json::Value| event["extra"]["stacktail.occurrences"].as_u64();
    let counts: Vec<_> = of_rest.iter().filter_map(|e| count(&e.event)).collect();
    assert_eq!(
        counts.iter().sum::<u64>(),
        2,
        "{:?}",
        of_rest[1].event["extra"]
    );
    assert_eq!(arrived(&sink, 2), [1], "the other app has its own of it");
}

#[test]
fn messages_go_to_those_that_ask_for_them() {
    let sink = Sink::start();
    let home = host(UNLIMITED, &[BY_NAME, REST].concat());
    app(
        &home,
        "shop",
        &sink.dsn(1),
        &format!("messages = \"warning\"\n{THINNING_OFF}"),
    );
    app(&home, "rest", &sink.dsn(2), THINNING_OFF);
    let line = |level: &str| {
        format!(
            "{} {level} [1] shop.disk: nearly full\n",
            traces::stamp(Timestamp::now())
        )
    };
    for log in ["pods/shop-1.log", "pods/other.log"] {
        let text = line("WARNING") + &line("INFO");
        append(&home.log(log)).write_all(text.as_bytes()).unwrap();
    }
    let said = once(&home);
    let texts: Vec<_> = sink
        .events()
        .iter()
        .map(|e| (e.project.clone(), e.event["logentry"]["formatted"].clone()))
        .collect();
    assert_eq!(texts, [("1".to_owned(), json!("nearly full"))], "{said}");
    assert_eq!(
        state::dropped(&home, "", &["no_route"]),
        0,
        "nobody asked for them"
    );
}

#[test]
fn killed_and_rerouted_while_it_reads_every_trace_arrives_once() {
    let sink = Sink::start();
    let home = host(UNLIMITED, &[BY_NAME, REST].concat());
    app(&home, "shop", &sink.dsn(1), THINNING_OFF);
    app(&home, "rest", &sink.dsn(2), THINNING_OFF);
    let mut written = 0;
    let mut print = |count: u32| {
        for number in written..written + count {
            let log = ["pods/shop-1.log", "pods/other.log"][number as usize % 2];
            print(&home, log, number, u64::from(number));
        }
        written += count;
        written as usize
    };
    for round in 1..=4 {
        let agent = home.start();
        print(30);
        assert!(sink.wait_for(round * 5, SOON), "{}", home.said());
        agent.kill();
        print(10);
    }
    let agent = home.start();
    assert!(sink.wait_for(print(10), SOON), "{}", home.said());
    let before = arrived(&sink, 1).len();
    let text = fs::read_to_string(home.config()).unwrap();
    fs::write(home.config(), text.replace("shop-", "other")).unwrap();
    agent.hang_up();
    let reloaded = || {
        home.said()
            .contains("configuration reloaded: the host's settings changed")
    };
    assert!(wait_until(SOON, reloaded), "{}", home.said());
    let all = print(20);
    assert!(
        sink.wait_for(all, SOON),
        "{} of {all}\n{}",
        sink.count(),
        home.said()
    );
    assert!(agent.stop().0.success());
    let (shop, rest) = (arrived(&sink, 1), arrived(&sink, 2));
    let mut both = [shop.clone(), rest].concat();
    both.sort_unstable();
    assert_eq!(both, (0..written).collect::<Vec<_>>());
    let (old, new) = (written - 20, &shop[before..]);
    assert!(shop[..before].iter().all(|n| n % 2 == 0), "{shop:?}");
    assert_eq!(
        new,
        (old..written).filter(|n| n % 2 == 1).collect::<Vec<_>>()
    );
}

#[test]
fn an_app_whose_receiver_is_dead_gives_up_its_oldest_and_the_others_go_on() {
    let sink = Sink::start();
    let bounds = "[outbox]\ndsn_bytes = \"32 KiB\"\n";
    let home = host(UNLIMITED, &[BY_NAME, REST, bounds].concat());
    let dead = format!("http://{}@{}/3", "0".repeat(32), nobody());
    app(&home, "shop", &dead, THINNING_OFF);
    app(&home, "rest", &sink.dsn(2), THINNING_OFF);
    let agent = home.start();
    for number in 0..200 {
        print(&home, "pods/shop-1.log", number, u64::from(number));
        print(&home, "pods/other.log", number, u64::from(number));
        // As it would come: not all of it in one batch.
        let here = sink.wait_for(number as usize + 1, SOON);
        assert!(here, "{} of {number}\n{}", sink.count(), home.said());
    }
    let gave_up = || state::dropped(&home, "shop", &["outbox_full"]);
    assert!(wait_until(SOON, || gave_up() > 0), "{}", home.said());
    assert!(agent.stop().0.success());
    let waiting = state::waiting(&home)["shop"];
    assert_eq!(
        waiting + gave_up(),
        200,
        "{waiting} wait, {} are given up",
        gave_up()
    );
    assert!(waiting > 10 && gave_up() > 10, "{waiting} wait");
    assert_eq!(arrived(&sink, 2), (0..200).collect::<Vec<_>>());
}

#[test]
fn check_shows_routes_and_what_they_match() {
    let sink = Sink::start();
    let home = host(UNLIMITED, BY_NAME);
    app(&home, "shop", &sink.dsn(1), THINNING_OFF);
    print(&home, "pods/shop-1.log", 1, 1);
    let output = crate::support::home::stacktail(&["check", "--config"])
        .arg(home.config())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    for part in [
        "source.name.startsWith(\"shop-\") -> shop",
        "what none of them wants is dropped and counted (no_route)",
        "pods/*.log: 1 file",
    ] {
        assert!(said.contains(part), "{part} not in\n{said}");
    }
    assert_eq!(output.status.code(), Some(0), "{said}");
}
