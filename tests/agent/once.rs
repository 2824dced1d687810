//! `run --once`: what is there, shipped, and no more than that the next time.

use std::fs;
use std::io::Write;

use jiff::Timestamp;

use crate::support::home::{Home, THINNING_OFF, stacktail};
use crate::support::kills::append;
use crate::support::sink::Sink;
use crate::support::traces;

fn printed(distinct: u32, occurrence: u64) -> String {
    let now = Timestamp::now();
    traces::ordinary(occurrence, now)
        + "\n"
        + &traces::text(&traces::python(distinct, occurrence, now))
}

#[test]
fn ships_what_is_there_and_only_what_is_new_the_next_time() {
    let (home, sink) = (Home::new(), Sink::start());
    home.app("shop", &sink.dsn(1), "shop.log", THINNING_OFF);
    let mut log = append(&home.log("shop.log"));
    for occurrence in 0..20 {
        log.write_all(printed(occurrence as u32 % 7, occurrence).as_bytes())
            .unwrap();
    }
    for round in 0..3 {
        let output = home.once();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert_eq!(sink.count(), 20 + round);
        log.write_all(printed(3, 100 + round as u64).as_bytes())
            .unwrap();
    }
    let mut occurrences: Vec<u64> = sink
        .events()
        .iter()
        .filter_map(|arrived| traces::occurrence_of(&arrived.event))
        .collect();
    occurrences.sort_unstable();
    assert_eq!(occurrences, (0..20).chain(100..102).collect::<Vec<u64>>());
    assert_eq!(sink.resent(), 0);
}

#[test]
fn a_dry_run_ships_nothing_and_leaves_no_state() {
    let (home, sink) = (Home::new(), Sink::start());
    home.app("shop", &sink.dsn(1), "shop.log", THINNING_OFF);
    fs::write(home.log("shop.log"), printed(1, 1)).unwrap();
    let output = stacktail(&["run", "--once", "--dry-run", "--config"])
        .arg(home.config())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("cannot charge TRC-00000001"),
        "it does not say what it would ship:\n{said}"
    );
    assert_eq!(sink.requests(1).len(), 0);
    assert_eq!(fs::read_dir(home.path().join("state")).unwrap().count(), 0);
    assert!(home.once().status.success());
    assert_eq!(sink.count(), 1);
}

#[test]
fn the_event_carries_what_the_traceback_says() {
    let (home, sink) = (Home::new(), Sink::start());
    home.app(
        "shop",
        &sink.dsn(1),
        "shop.log",
        "project_root = \"/srv/shop\"\nrelease = \"shop@1\"",
    );
    fs::write(home.log("shop.log"), printed(5, 9)).unwrap();
    assert!(home.once().status.success());
    let events = sink.events();
    let event = &events.first().expect("one event").event;
    let exception = &event["exception"]["values"][0];
    assert_eq!(
        (exception["type"].as_str(), exception["value"].as_str()),
        (Some("ValueError"), Some("cannot charge TRC-00000005"))
    );
    let frame = &exception["stacktrace"]["frames"][3];
    assert_eq!(frame["function"], "charge_1");
    assert_eq!(frame["lineno"], 37);
    assert_eq!(frame["abs_path"], "/srv/shop/shop/step3.py");
    assert_eq!(frame["module"], "shop.step3");
    assert_eq!(frame["in_app"], true);
    assert_eq!(
        (event["platform"].as_str(), event["level"].as_str()),
        (Some("python"), Some("error"))
    );
    assert_eq!(
        (event["release"].as_str(), event["environment"].as_str()),
        (Some("shop@1"), Some("production"))
    );
    assert_eq!(event["logger"], "shop.orders");
}
