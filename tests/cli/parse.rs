//! `parse`: files or standard input in; events for people, as JSON lines, or as one table out.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;

use super::{Ran, Setup, stacktail};

const TRACE: &str = "2026-11-20 10:00:00,123 ERROR shop.orders: order failed\n\
    Traceback (most recent call last):\n  File \"/srv/shop/shop/pay.py\", line 7, in charge\n    check()\n\
    ValueError: no money\n2026-11-20 10:00:01,000 INFO shop.orders: next\n";
/// Nothing is waited for longer.
const DEADLINE: Duration = Duration::from_secs(20);

/// `parse` over standard input.
fn piped(args: &[&str], text: &[u8]) -> Ran {
    let mut command = assert_cmd::Command::cargo_bin("stacktail").unwrap();
    let output = command.arg("parse").args(args).write_stdin(text).output();
    let output = output.unwrap();
    Ran {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn demo(name: &str) -> String {
    format!("{}/config/demo/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn pretty_shows_what_it_is_and_where_it_came_from() {
    let setup = Setup::new("");
    setup.write("shop.log", TRACE);
    let path = setup.path("shop.log");
    let ran = stacktail(&["parse", path.to_str().unwrap()]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let head = 1 + TRACE.find('\n').unwrap();
    let wanted = format!(
        "ValueError: no money\n  in charge (pay.py:7)\n  error · 2026-11-20T10:00:00.123Z · logger shop.orders · \
         production\n  from {} at byte {head}\n  said: order failed\n  ▸ __main__.charge (pay.py:7)\n        check()\n\n",
        path.display()
    );
    // The host's zone decides what a bare timestamp means.
    let without_time = |text: &str| {
        let lines = text.lines().filter(|line| !line.starts_with("  error · "));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(without_time(&ran.stdout), without_time(&wanted));
}

#[test]
fn json_is_one_payload_a_line_and_the_same_each_time() {
    let args = ["parse", "--output", "json", &demo("logs/mailer-0.log")];
    let ran = stacktail(&args);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let events: Vec<Value> = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let types = events
        .iter()
        .map(|event| event.pointer("/exception/values/0/type").unwrap().as_str());
    assert_eq!(types.filter(|ty| *ty == Some("Rejected")).count(), 12);
    assert_eq!(events.len(), 13);
    let mut ids: Vec<&str> = events
        .iter()
        .filter_map(|event| event.get("event_id")?.as_str())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 13, "each has an id of its own");
    assert_eq!(stacktail(&args).stdout, ran.stdout);
}

#[test]
fn summary_is_one_table_over_all_files() {
    let ran = stacktail(&[
        "parse",
        "--output",
        "summary",
        &demo("logs/checkout.log"),
        &demo("logs/mailer-0.log"),
    ]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let mut lines = ran.stdout.lines();
    assert!(lines.next().unwrap().trim_start().starts_with("count"));
    assert!(
        lines.next().unwrap().starts_with("     28  TimeoutError:"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout
            .ends_with("\n61 traces in 9 issues, 1292 lines (80325 bytes)\n"),
        "{}",
        ran.stdout
    );
}

#[test]
fn standard_input_is_read_where_no_file_or_a_dash_is_named() {
    for args in [&["-"][..], &[]] {
        let ran = piped(args, TRACE.as_bytes());
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{args:?}");
        assert!(
            ran.stdout.starts_with("ValueError: no money\n"),
            "{args:?}: {}",
            ran.stdout
        );
    }
}

#[test]
fn an_apps_file_gives_its_root_its_sources_and_its_level() {
    let app = demo("apps.d/checkout.toml");
    let log = demo("logs/checkout.log");
    let ran = stacktail(&["parse", "--app", &app, "--output", "json", &log]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let first: Value = serde_json::from_str(ran.stdout.lines().next().unwrap()).unwrap();
    let frame = first
        .pointer("/exception/values/0/stacktrace/frames/2")
        .unwrap();
    let field = |name: &str| frame.get(name).cloned().unwrap_or_default();
    assert_eq!(field("module"), "checkout.payments");
    assert_eq!(field("filename"), "checkout/payments.py");
    assert!(field("pre_context").is_array(), "{frame}");
    assert_eq!(first.get("release").unwrap(), "checkout@1.4.2");

    let setup =
        Setup::new("dsn = \"console\"\nmin_level = \"fatal\"\n[[files]]\npaths = [\"x\"]\n");
    setup.write("shop.log", TRACE);
    let (app, log) = (setup.path("apps.d/checkout.toml"), setup.path("shop.log"));
    let args = [
        "parse",
        "--app",
        app.to_str().unwrap(),
        log.to_str().unwrap(),
    ];
    let ran = stacktail(&args);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""));
    assert!(
        ran.stderr
            .starts_with("note: min_level would drop this error: ValueError"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_bad_app_is_2_and_a_missing_file_is_1_and_stops_nobody() {
    let setup = Setup::new("dsn = \"console\"\nmin_level = \"eror\"\n[[files]]\npaths = [\"x\"]\n");
    setup.write("shop.log", TRACE);
    let (app, log) = (setup.path("apps.d/checkout.toml"), setup.path("shop.log"));
    let ran = stacktail(&["parse", "--app", app.to_str().unwrap(), "-"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(
        ran.stderr.contains("did you mean \"error\"?"),
        "{}",
        ran.stderr
    );

    let ran = stacktail(&["parse", "/no/such\u{1b}.log", log.to_str().unwrap()]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr
            .starts_with("stacktail: cannot read /no/such\\u{1b}.log: No such file"),
        "{}",
        ran.stderr
    );
    assert!(ran.stdout.starts_with("ValueError: no money\n"));
}

#[test]
fn what_a_terminal_would_obey_is_shown_and_there_is_no_colour_in_a_pipe() {
    let hostile = TRACE.replace(
        "no money",
        "\u{1b}]0;owned\u{7}\u{202e}\u{9b}31m no \u{1b}[2Jmoney",
    );
    for output in ["pretty", "summary", "json"] {
        let ran = piped(&["--output", output], hostile.as_bytes());
        let raw = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        // JSON escapes what is below a blank; what is above stays as it is: it is data, not for eyes.
        let raw = |c: char| raw(c) && !(output == "json" && c >= ' ');
        assert!(!ran.stdout.contains(raw), "{output}: {:?}", ran.stdout);
        assert!(ran.stdout.contains("money"), "{output}: {}", ran.stdout);
    }
}

/// A log that grows is read on; whoever waits, waits for output. With `NO_COLOR` and without it a pipe gets no colour.
#[test]
fn follow_goes_on_with_what_is_written() {
    let setup = Setup::new("");
    setup.write("shop.log", TRACE);
    let mut child = Command::new(env!("CARGO_BIN_EXE_stacktail"))
        .args(["parse", "--follow"])
        .arg(setup.path("shop.log"))
        .env("NO_COLOR", "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let (said, heard) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        for line in stdout.lines().map_while(Result::ok) {
            if line.starts_with("ValueError: ") && said.send(line).is_err() {
                break;
            }
        }
    });
    let first = heard.recv_timeout(DEADLINE);
    let mut log = std::fs::OpenOptions::new()
        .append(true)
        .open(setup.path("shop.log"))
        .unwrap();
    log.write_all(TRACE.replace("no money", "more").as_bytes())
        .unwrap();
    let second = heard.recv_timeout(DEADLINE);
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap();
    assert_eq!(first.as_deref(), Ok("ValueError: no money"));
    assert_eq!(second.as_deref(), Ok("ValueError: more"));
}

#[test]
fn messages_are_records_without_a_trace_from_the_level_on() {
    let setup = Setup::new("");
    setup.write(
        "app.toml",
        "dsn = \"console\"\nmessages = \"error\"\n[[files]]\npaths = [\"/var/log/x.log\"]\n",
    );
    let log = "2026-11-20 10:00:00,100 INFO shop.web: up\n    ERROR shop.web: as it says of another\n\
        2026-11-20 10:00:00,200 ERROR shop.bank: the bank said no\n  and would not say why\n\
        2026-11-20 10:00:00,300 WARNING shop.web: slow\n\
        2026-11-20 10:00:00,400 ERROR shop.orders: order failed\n\
        Traceback (most recent call last):\n  File \"/srv/shop/shop/pay.py\", line 7, in charge\n    check()\n\
        ValueError: no money\n\
        {\"level\":\"error\",\"msg\":\"out of stock\",\"logger\":\"shop.stock\"}\n\
        2026-11-20 10:00:00,500 CRITICAL shop.web: goodbye\n";
    setup.write("shop.log", log);
    let (app, path) = (setup.path("app.toml"), setup.path("shop.log"));
    let (app, path) = (app.to_str().unwrap(), path.to_str().unwrap());
    let ran = stacktail(&["parse", "--app", app, "--output", "json", path]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let events = ran.stdout.lines().map(|line| {
        let event: Value = serde_json::from_str(line).unwrap();
        let exception = event["exception"]["values"][0]["value"].clone();
        let said = event["logentry"]["formatted"].clone();
        (
            event["level"].clone(),
            event["logger"].clone(),
            said,
            exception,
        )
    });
    let told = |level: &str, logger: &str, said: &str, exception: Value| {
        (level.into(), logger.into(), said.into(), exception)
    };
    let wanted: Vec<(Value, Value, Value, Value)> = vec![
        told(
            "error",
            "shop.bank",
            "the bank said no\n  and would not say why",
            Value::Null,
        ),
        told("error", "shop.orders", "order failed", "no money".into()),
        told("error", "shop.stock", "out of stock", Value::Null),
        told("fatal", "shop.web", "goodbye", Value::Null),
    ];
    assert_eq!(events.collect::<Vec<_>>(), wanted);
    let without = stacktail(&["parse", "--output", "json", path]);
    assert_eq!(without.stdout.lines().count(), 1);
}

#[test]
fn an_apps_rules_set_and_what_they_would_drop_is_a_note() {
    let with = |rules: &str| {
        let app = format!("dsn = \"console\"\n[[files]]\npaths = [\"x\"]\n{rules}");
        let setup = Setup::new(&app);
        setup.write("shop.log", TRACE);
        let (app, log) = (setup.path("apps.d/checkout.toml"), setup.path("shop.log"));
        let (app, log) = (app.to_str().unwrap(), log.to_str().unwrap());
        stacktail(&["parse", "--output", "json", "--app", app, log])
    };
    let set = with(
        "[[rules]]\nwhen = 'error.type == \"ValueError\"'\nset = { tags = { kind = \"value\" } }\n\
         [[rules]]\nwhen = 'record.fields.x == 1'\ndrop = true\n",
    );
    assert!(set.stdout.contains("\"kind\":\"value\""), "{}", set.stdout);
    assert_eq!(set.stderr.matches("note: rule 2 gives no").count(), 1);
    let dropped = with("[[rules]]\nwhen = 'error.type == \"ValueError\"'\ndrop = true\n");
    let note = "note: rule would drop this error: ValueError";
    assert_eq!(dropped.stdout, "");
    assert!(dropped.stderr.starts_with(note), "{}", dropped.stderr);
}
