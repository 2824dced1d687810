//! Whatever bytes a log holds: memory stays bounded and the next trace is found.

use jiff::Timestamp;
use serde_json::Value;

use crate::support::home::{Home, stacktail};
use crate::support::hostile::survives;

/// The event whose last exception's value contains `text`.
fn with_value<'a>(events: &'a [Value], text: &str) -> &'a Value {
    let values = |event: &'a Value| {
        event["exception"]["values"]
            .as_array()
            .and_then(|values| values.last()?["value"].as_str())
    };
    events
        .iter()
        .find(|event| values(event).is_some_and(|value| value.contains(text)))
        .expect("the hostile trace itself")
}

fn frames(event: &Value) -> &Vec<Value> {
    event["exception"]["values"][0]["stacktrace"]["frames"]
        .as_array()
        .unwrap()
}

#[test]
fn invalid_utf8() {
    let events = survives("invalid UTF-8", |log| {
        log.write_all(b"\xff\xfe\x80 no text at all \xc3\n")
            .unwrap();
        log.write_all(b"Traceback (most recent call last):\n  File \"/srv/\xff\xe9.py\", line 3, in f\n    raise X(\xf0\x9f)\nE: caf\xe9 here\n").unwrap();
    });
    assert_eq!(frames(with_value(&events, "here")).len(), 1);
}

#[test]
fn a_line_of_64_mb() {
    survives("a line of 64 MB", |log| {
        for _ in 0..(64 << 10) {
            log.write_all(&[b'a'; 1 << 10]).unwrap();
        }
        log.write_all(b"\n").unwrap();
    });
}

#[test]
fn a_traceback_of_100_000_frames() {
    let events = survives("100,000 frames", |log| {
        log.write_all(b"Traceback (most recent call last):\n")
            .unwrap();
        for line in 1..=100_000 {
            writeln!(
                log,
                "  File \"/srv/deep.py\", line {line}, in f{line}\n    f()"
            )
            .unwrap();
        }
        log.write_all(b"RecursionError: deep enough\n").unwrap();
    });
    for event in &events {
        let exceptions = event["exception"]["values"].as_array().unwrap();
        let most = exceptions
            .iter()
            .filter_map(|one| Some(one["stacktrace"]["frames"].as_array()?.len()))
            .max();
        assert!(most.unwrap_or(0) <= 250, "{most:?} frames");
    }
}

#[test]
fn nul_bytes() {
    let events = survives("NULs", |log| {
        log.write_all(&vec![0; 300_000]).unwrap();
        log.write_all(b"Traceback (most recent call last):\n  File \"/srv/a.py\", line 3, in f\n    g(\0)\nE: with \0 inside\n").unwrap();
    });
    assert_eq!(frames(with_value(&events, "inside")).len(), 1);
}

#[test]
fn crlf() {
    let events = survives("CRLF", |log| {
        log.write_all(b"Traceback (most recent call last):\r\n  File \"/srv/a.py\", line 3, in f\r\n    g()\r\nE: by windows\r\n").unwrap();
    });
    let event = with_value(&events, "by windows");
    assert_eq!(event["exception"]["values"][0]["value"], "by windows");
    assert_eq!(
        frames(event)[0]["context_line"]
            .as_str()
            .unwrap()
            .trim_start(),
        "g()"
    );
}

#[test]
fn a_byte_order_mark() {
    let events = survives("BOM", |log| {
        log.write_all(b"\xef\xbb\xbfTraceback (most recent call last):\n  File \"/srv/a.py\", line 3, in f\n    g()\nE: marked\n").unwrap();
    });
    assert_eq!(frames(with_value(&events, "marked")).len(), 1);
}

#[test]
fn colours() {
    let events = survives("colours", |log| {
        log.write_all(b"\x1b[31mTraceback (most recent call last):\x1b[0m\n  File \x1b[35m\"/srv/a.py\"\x1b[0m, line \x1b[35m3\x1b[0m, in \x1b[35mf\x1b[0m\n    g()\n\x1b[1;31mKeyError\x1b[0m: \x1b[35mpainted\x1b[0m\n").unwrap();
    });
    let event = with_value(&events, "painted");
    assert_eq!(event["exception"]["values"][0]["type"], "KeyError");
    assert_eq!(event["exception"]["values"][0]["value"], "painted");
    assert_eq!(
        (
            frames(event)[0]["abs_path"].as_str(),
            frames(event)[0]["lineno"].as_u64()
        ),
        (Some("/srv/a.py"), Some(3))
    );
}

#[test]
fn terminal_escapes_never_reach_a_terminal() {
    let hostile = "Traceback (most recent call last):\n  File \"/srv/a.py\", line 3, in f\n    g()\nE: \x1b]0;owned\x07\x1b[2J\x1b[8m\u{9b}31m end\n";
    survives("terminal escapes", |log| {
        log.write_all(hostile.as_bytes()).unwrap();
    });
    let home = Home::new();
    std::fs::write(home.log("a.log"), hostile).unwrap();
    for output in ["pretty", "summary"] {
        let output = stacktail(&["parse", "--output", output])
            .arg(home.log("a.log"))
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&said);
        assert!(
            !text.contains('\x1b') && !text.contains('\x07') && !text.contains('\u{9b}'),
            "{text:?}"
        );
    }
}

#[test]
fn headers_dated_1970_and_2099() {
    let events = survives("1970 and 2099", |log| {
        for (year, number) in [(1970, 70), (2099, 99)] {
            writeln!(
                log,
                "{year}-01-01 00:00:01,000 ERROR [1] a.b: then occ={number}"
            )
            .unwrap();
            writeln!(log, "Traceback (most recent call last):\n  File \"/srv/a.py\", line 3, in f\n    g()\nE: in {year}").unwrap();
        }
    });
    let now = Timestamp::now().as_second() as f64;
    for year in ["in 1970", "in 2099"] {
        let time = with_value(&events, year)["timestamp"].as_f64().unwrap();
        assert!(
            time <= now + 60.0 && time > now - 29.5 * 86_400.0,
            "{year}: {time}"
        );
    }
}

#[test]
fn docker_json_nested_10_000_deep() {
    survives("deep JSON", |log| {
        for inner in ["[", "{\"log\":"] {
            let open = format!(
                "{{\"log\":\"x\\n\",\"stream\":\"stdout\",\"attrs\":{}",
                inner.repeat(10_000)
            );
            writeln!(log, "{open}").unwrap();
            writeln!(log, "{{\"log\":{}", inner.repeat(10_000)).unwrap();
        }
        let whole = "[".repeat(10_000) + &"]".repeat(10_000);
        writeln!(log, "{{\"log\":\"Traceback (most recent call last):\\n\",\"stream\":\"stdout\",\"attrs\":{whole}}}").unwrap();
    });
}
