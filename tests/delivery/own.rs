//! Watch your back: the agent's own log, quotations of it, and its own output in watched files make no events.

use std::time::{Duration, Instant};

use crate::home::{Home, THINNING_OFF};
use crate::receiver::{Act, Receiver};

/// What a hostile receiver answers with: a traceback on one line, as JSON logs write it.
const TRAP: &str =
    r#"Traceback (most recent call last):\n File "/srv/a.py", line 1, in f\n g()\nKeyError: trap"#;

const REAL: &str = "2026-11-20 15:00:00,000 ERROR shop: failed\nTraceback (most recent call last):\n  \
                    File \"/srv/shop/pay.py\", line 1, in pay\n    pay()\nKeyError: 'real'\n";

fn until(what: &str, so: impl Fn() -> bool) {
    let began = Instant::now();
    while !so() {
        assert!(began.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::yield_now();
    }
}

fn log_line(home: &Home, name: &str, text: &str) {
    use std::io::Write as _;
    let mut file = std::fs::File::options()
        .create(true)
        .append(true)
        .open(home.log(name))
        .unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

#[test]
fn the_agents_own_log_in_a_watched_file_makes_no_events() {
    let (home, receiver) = (Home::new(), Receiver::start());
    let trap = Act::status(403).saying(&serde_json::json!({ "detail": TRAP }).to_string());
    receiver.next("1", [trap.clone(), trap]);
    let globs = format!("{THINNING_OFF}environment = \"production\"");
    home.app("shop", &receiver.dsn("1"), "*.log", &globs);
    // The agent's log lies among the logs.
    std::os::unix::fs::symlink(home.log("agent.log"), home.path().join("agent.log")).unwrap();
    log_line(&home, "agent.log", "");
    log_line(&home, "app.log", REAL);
    let agent = home.start();
    until("the refusal is told", || {
        home.said().contains("refuses what is sent under this DSN")
    });
    log_line(&home, "app.log", &REAL.replace("'real'", "'second'"));
    let said = home.said();
    assert!(
        said.contains("T·raceback (most recent call last)"),
        "{said}"
    );
    assert!(
        said.lines().all(|line| line.starts_with("stacktail[")),
        "{said}"
    );
    // An app quotes the agent's log, as a supervisor does, with and without more on the line.
    let line = said.lines().find(|line| line.contains("raceback")).unwrap();
    log_line(
        &home,
        "app.log",
        &format!("2026-11-20 15:00:01,000 ERROR supervisor: {line}\n"),
    );
    log_line(
        &home,
        "app.log",
        &format!("{}\n", serde_json::json!({"level": "error", "msg": line})),
    );
    log_line(&home, "app.log", &REAL.replace("'real'", "'last'"));
    let values = || {
        receiver.look(|came| {
            let events = came.iter().filter_map(crate::receiver::Received::event);
            let values = events.map(|event| event["exception"]["values"][0]["value"].to_string());
            values.collect::<Vec<_>>()
        })
    };
    until("the last real one", || {
        values().iter().any(|value| value.contains("last"))
    });
    let (_, _) = agent.stop();
    let mut values = values();
    values.sort();
    values.dedup();
    assert_eq!(values, ["\"'last'\"", "\"'real'\"", "\"'second'\""]);
}

#[test]
fn events_written_to_a_watched_file_are_not_read_as_new_ones() {
    let home = Home::new();
    let out = home.log("events.log");
    home.app(
        "shop",
        &format!("file:{}", out.display()),
        "*.log",
        THINNING_OFF,
    );
    log_line(&home, "app.log", REAL);
    let lines = || {
        std::fs::read_to_string(&out)
            .unwrap_or_default()
            .lines()
            .count()
    };
    for run in 0..4 {
        let output = home.once();
        assert!(output.status.success(), "{output:?}");
        assert_eq!(lines(), 1, "run {run}");
    }
}

#[test]
fn an_app_that_writes_its_events_back_into_its_log_gets_no_more_of_them() {
    let (home, receiver) = (Home::new(), Receiver::start());
    home.app("shop", &receiver.dsn("1"), "*.log", THINNING_OFF);
    log_line(&home, "app.log", REAL);
    let events = || {
        receiver.look(|came| {
            let events = came.iter().filter_map(crate::receiver::Received::event);
            events.collect::<Vec<_>>()
        })
    };
    let run = || {
        let output = home.once();
        assert!(output.status.success(), "{output:?}");
        events()
    };
    let first = run();
    assert_eq!(first.len(), 1, "{first:?}");
    let event = &first[0];
    let pretty = serde_json::to_string_pretty(event).unwrap();
    let record = serde_json::json!({ "level": "error", "msg": "from the hook", "event": event });
    let quoted = serde_json::json!({ "level": "error", "msg": event.to_string() });
    for text in [
        format!("{event}\n"),
        format!("2026-11-20 15:00:02,000 ERROR hook: got {event}\n"),
        format!("2026-11-20 15:00:03,000 ERROR hook: got\n{pretty}\n"),
        format!("{record}\n"),
        format!("{quoted}\n"),
    ] {
        log_line(&home, "app.log", &text);
        let events = run();
        assert_eq!(
            events.len(),
            1,
            "of\n{text}\n{:#}",
            events[events.len() - 1]
        );
    }
}
