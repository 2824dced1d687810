//! What a person asks of the way to a receiver: `check --connect`, `send-test-event`, `send`.

use std::fmt::Write as _;
use std::net::TcpListener;
use std::process::Output;

use crate::home::{Home, stacktail};
use crate::receiver::{Act, Receiver};

const KEY: &str = "0123456789abcdef0123456789abcdef";

/// A command with this host's file: exit code, stdout, stderr. The key is in neither.
fn run(home: &Home, arguments: &[&str]) -> (i32, String, String) {
    let mut command = stacktail(arguments);
    let Output {
        status,
        stdout,
        stderr,
    } = command.arg("--config").arg(home.config()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (out, err) = (text(stdout), text(stderr));
    assert!(!out.contains(KEY) && !err.contains(KEY), "{out}{err}");
    (status.code().unwrap(), out, err)
}

/// A traceback of three lines in a log of its own.
fn log_with(home: &Home, errors: usize) -> String {
    let mut text = String::new();
    for number in 0..errors {
        writeln!(
            text,
            "2026-11-20 15:00:0{number},000 ERROR shop: failed\nTraceback (most recent call last):\n  \
             File \"/srv/shop/pay.py\", line {number}, in f{number}\n    pay()\nKeyError: 'k{number}'"
        )
        .unwrap();
    }
    let path = home.log("one.log");
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

#[test]
fn a_test_event_tells_what_an_sdks_test_command_tells() {
    let (home, receiver) = (Home::new(), Receiver::start());
    let settings = "environment = \"staging\"\nrelease = \"shop@1.2\"\ntags = { team = \"pay\" }";
    home.app("shop", &receiver.dsn("7"), "*.log", settings);
    let (code, out, err) = run(&home, &["send-test-event", "--app", "shop"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    let came = receiver.received();
    assert_eq!(came.len(), 1);
    let event = came[0].event().unwrap();
    for line in [
        "app shop\n".to_owned(),
        format!("  receiver     http://***@{}/7\n", receiver.address()),
        "  environment  staging\n".to_owned(),
        "  release      shop@1.2\n".to_owned(),
        "  sends        yes\n".to_owned(),
        format!("  event id     {}\n", came[0].event_id()),
        "  answer       HTTP 200: it took the envelope\n".to_owned(),
    ] {
        assert!(out.contains(&line), "{line:?} in\n{out}");
    }
    assert_eq!(event["environment"], "staging");
    assert_eq!(event["tags"]["team"], "pay");
    assert_eq!(event["exception"]["values"][0]["type"], "StacktailTest");
    assert_eq!(event["event_id"], came[0].event_id());
}

#[test]
fn a_test_event_that_is_not_taken_says_why_and_is_1() {
    let (home, receiver) = (Home::new(), Receiver::start());
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    home.app("a", &receiver.dsn("1"), "*.log", "");
    home.app("b", &format!("http://{KEY}@{closed}/2"), "*.log", "");
    home.app("c", &receiver.dsn("3"), "*.log", "");
    home.app("d", "console", "*.log", "");
    let denied = Act::status(403).saying(r#"{"detail":"no such \u001b[31m project"}"#);
    receiver.always("1", denied);
    receiver.always("3", Act::status(429).with("Retry-After", "60"));
    let (code, out, _) = run(&home, &["send-test-event"]);
    assert_eq!(code, 1);
    let answers: Vec<&str> = out
        .lines()
        .filter_map(|line| line.strip_prefix("  answer       "))
        .collect();
    assert_eq!(
        answers[0],
        "HTTP 403 (no such [31m project): it refuses what is sent under this DSN: check its key and project"
    );
    assert!(answers[1].starts_with("not reached: "), "{}", answers[1]);
    assert!(answers[1].contains("onnection refused"), "{}", answers[1]);
    assert_eq!(
        answers[2],
        "HTTP 429: it knows the DSN, and limits what it takes"
    );
    assert_eq!(answers[3], "written");
    assert!(out.contains("StacktailTest: This is a test"), "{out}");
    assert_eq!(run(&home, &["send-test-event", "--app", "nobody"]).0, 2);
}

#[test]
fn check_asks_each_receiver_once_and_sends_no_event() {
    let (home, receiver) = (Home::new(), Receiver::start());
    home.app("a", &receiver.dsn("1"), "*.log", "");
    home.app("b", &receiver.dsn("1"), "*.log", "");
    let (code, out, _) = run(&home, &["check", "--connect"]);
    assert_eq!(code, 0, "{out}");
    let line = format!(
        "receiver http://***@{}/1 (a, b): HTTP 200: it took the envelope\n",
        receiver.address()
    );
    assert!(out.contains(&line), "{out}");
    let came = receiver.received();
    assert_eq!(came.len(), 1);
    assert_eq!(came[0].event(), None);
    let report = came[0].envelope.item("client_report").unwrap();
    assert_eq!(report["discarded_events"], serde_json::json!([]));
    receiver.always("1", Act::status(401));
    let (code, out, _) = run(&home, &["check", "--connect"]);
    assert_eq!(code, 1);
    assert!(out.contains("(a, b): HTTP 401: it refuses"), "{out}");
    assert!(out.contains("1 finding on this host"), "{out}");
    run(&home, &["check"]);
    assert_eq!(
        receiver.received().len(),
        2,
        "without --connect nobody is asked"
    );
}

#[test]
fn send_ships_one_file_through_the_apps_settings_and_keeps_nothing() {
    let (home, receiver) = (Home::new(), Receiver::start());
    home.app(
        "shop",
        &receiver.dsn("7"),
        "other/*.log",
        "environment = \"staging\"",
    );
    let log = log_with(&home, 3);
    let (code, out, err) = run(&home, &["send", &log, "--app", "shop"]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    let events = |came: &[crate::receiver::Received]| -> Vec<String> {
        let events = came.iter().filter(|one| one.event().is_some());
        events.map(crate::receiver::Received::event_id).collect()
    };
    let came = receiver.received();
    let mut first = events(&came);
    assert_eq!(first.len(), 3, "{err}");
    assert!(err.contains("sent     3\n"), "{err}");
    let event = came[0].event().unwrap();
    assert_eq!(event["environment"], "staging");
    assert_eq!(
        std::fs::read_dir(home.path().join("state"))
            .unwrap()
            .count(),
        0
    );
    // Again: the same ids, so that receivers drop the second.
    run(&home, &["send", &log, "--app", "shop"]);
    let mut second = events(&receiver.received()[came.len()..]);
    first.sort();
    second.sort();
    assert_eq!(first, second);
}

#[test]
fn send_says_what_did_not_go() {
    let (home, receiver) = (Home::new(), Receiver::start());
    home.app("shop", &receiver.dsn("7"), "other/*.log", "");
    let log = log_with(&home, 3);
    receiver.always("7", Act::status(403));
    let (code, _, err) = run(&home, &["send", &log, "--app", "shop"]);
    assert_eq!(code, 1);
    assert!(err.contains("1 send_error"), "{err}");
    assert!(err.contains("the receiver refuses the DSN"), "{err}");
    assert_eq!(run(&home, &["send", &log, "--app", "nobody"]).0, 2);
    let gone = home.log("gone.log").display().to_string();
    assert_eq!(run(&home, &["send", &gone, "--app", "shop"]).0, 1);
}
