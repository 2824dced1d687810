//! `run --once`: what is there, shipped, and no more than that the next time.

use std::fs;
use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use crate::support::home::{Home, THINNING_OFF, stacktail};
use crate::support::kills::append;
use crate::support::sink::Sink;
use crate::support::traces;
use crate::support::wait::wait_until;

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

/// `run --once --dry-run … | head`: nobody reads on, so nothing more goes.
#[test]
fn it_ends_when_the_reader_of_its_events_has_gone() {
    let home = Home::new();
    home.app("shop", "console", "shop.log", THINNING_OFF);
    fs::write(home.log("shop.log"), printed(1, 1)).unwrap();
    let mut child = stacktail(&["run", "--once", "--dry-run", "--config"])
        .arg(home.config())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = wait_until(Duration::from_mins(1), || {
        child.try_wait().unwrap().is_some()
    });
    let _ended_already = child.kill();
    assert!(ended, "it waits for a reader");
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("Broken pipe"), "{said}");
    assert!(!output.status.success(), "what was not shown is not done");
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

#[test]
fn a_message_gets_the_place_that_logged_it_where_that_is_asked_for() {
    let (home, sink) = (Home::new(), Sink::start());
    let settings = |attach: bool| {
        format!(
            "messages = \"warning\"\nattach_stacktrace = {attach}\nproject_root = \"/srv/shop\"\n{THINNING_OFF}"
        )
    };
    home.app("with", &sink.dsn(1), "shop.log", &settings(true));
    home.app("without", &sink.dsn(2), "shop.log", &settings(false));
    let record = json!({"timestamp": Timestamp::now().to_string(), "level": "warning", "message": "nearly full",
        "pathname": "/srv/shop/disk.py", "lineno": 31, "funcName": "check", "threadName": "watch"});
    let placeless =
        json!({"timestamp": Timestamp::now().to_string(), "level": "warning", "message": "full"});
    fs::write(home.log("shop.log"), format!("{record}\n{placeless}\n")).unwrap();
    assert!(home.once().status.success());
    let of = |project: u32, text: &str| {
        let events = sink
            .events_of(project)
            .into_iter()
            .map(|arrived| arrived.event);
        let mut said = events.filter(|event| event["logentry"]["formatted"] == text);
        said.next().unwrap_or_else(|| panic!("{project}: {text}"))
    };
    let event = of(1, "nearly full");
    let thread = &event["threads"]["values"][0];
    let frame = json!({"function": "check", "filename": "disk.py", "abs_path": "/srv/shop/disk.py", "lineno": 31, "in_app": true});
    assert_eq!(thread["stacktrace"]["frames"], json!([frame]), "{event}");
    assert_eq!(
        (&thread["current"], &thread["name"]),
        (&json!(true), &json!("watch"))
    );
    assert!(event["exception"].is_null(), "{event}");
    for event in [of(1, "full"), of(2, "full"), of(2, "nearly full")] {
        assert!(event["threads"].is_null(), "nothing is made up: {event}");
    }
}
