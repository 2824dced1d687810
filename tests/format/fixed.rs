//! Layouts that an app fixes.

use std::sync::Arc;

use stacktail::assemble::Record;
use stacktail::config::layout::{FORMATS, Format, Layout, header_of};
use stacktail::level::Level;

use crate::memory::{Memory, Run, origin, records};

const TRACE: &str = "Traceback (most recent call last):\n  File \"/srv/shop/app.py\", line 3, in total\n    int(\"x\")\nValueError: no number\n";

fn read(text: &str, layout: Option<Arc<Layout>>) -> Vec<Record> {
    let mut memory = Memory::of(text.as_bytes());
    memory.lane.writing.layout = layout;
    let mut run = Run::of(memory);
    run.feed(origin(1), 0, text.len());
    run.finish().records
}

fn fixed(format: Format) -> Option<Arc<Layout>> {
    Layout::of(format, None)
}

/// The trace, each line behind `prefix`.
fn behind(prefix: &str) -> String {
    let lines = TRACE.lines().map(|line| format!("{prefix}{line}\n"));
    lines.collect()
}

/// A way to write the trace, and the format that it has.
fn dressed() -> Vec<(Format, String)> {
    let docker = |line: &str| {
        let log = serde_json::json!({"log": format!("{line}\n"), "stream": "stderr", "time": "2026-11-20T15:49:24.5Z"});
        format!("{log}\n")
    };
    let json = serde_json::json!({"level": "error", "msg": "failed", "exc_info": TRACE});
    let logfmt = format!(
        "level=error msg=failed exc_info={}\n",
        serde_json::json!(TRACE)
    );
    vec![
        (Format::Plain, TRACE.to_owned()),
        (Format::Json, format!("{json}\n")),
        (Format::Logfmt, logfmt),
        (Format::Cri, behind("2026-11-20T15:49:24.5Z stderr F ")),
        (Format::Docker, TRACE.lines().map(docker).collect()),
        (Format::Syslog, behind("Nov 20 15:49:24 web shop[812]: ")),
        (Format::Compose, behind("shop-1  | ")),
        (Format::Pm2, behind("0|shop     | ")),
        (Format::Kubectl, behind("[pod/shop-5d9c6b7f-x2x/app] ")),
        (
            Format::Logcat,
            behind("11-20 15:49:24.377   812   812 E python: "),
        ),
    ]
}

#[test]
fn every_format_reads_its_own_as_it_is_read_when_sniffed() {
    let dressed = dressed();
    assert_eq!(dressed.len() + 1, FORMATS.len());
    for (format, text) in &dressed {
        let sniffed = records(text.as_bytes());
        assert_eq!(sniffed.len(), 1, "{text}");
        assert_eq!(&read(text, fixed(*format)), &sniffed, "{format:?}");
    }
}

#[test]
fn what_the_app_says_is_not_there_is_not_looked_for() {
    let dressed = dressed();
    let text = |of: Format| {
        let (_, text) = dressed.iter().find(|(format, _)| *format == of).unwrap();
        text.as_str()
    };
    assert_eq!(read(text(Format::Json), fixed(Format::Plain)).len(), 0);
    // What stands before the trace is then words like any others.
    let said = |found: &[Record]| found.iter().any(|r| !r.meta.fields.is_empty());
    assert!(said(&records(text(Format::Syslog).as_bytes())));
    assert!(!said(&read(text(Format::Syslog), fixed(Format::Kubectl))));
    // A name that no container has is one where the app says so.
    let odd = behind("shop | ");
    let stream = |layout| read(&odd, layout).first().map(|record| record.stream);
    assert_eq!(stream(None), Some(0));
    assert!(stream(fixed(Format::Compose)) > Some(0));
}

#[test]
fn a_home_made_header_is_the_records() {
    let pattern =
        r"~(?<time>[^~]+)~(?<level>\w+)~(?<logger>[^~]+)~(?<thread>[^~]+)~ (?<message>.*)";
    let layout = Layout::of(Format::Auto, Some(header_of(pattern).unwrap()));
    let text = format!(
        "~2026-11-20 15:49:23,001~INFO~shop.http~main~ before\n~2026-11-20 15:49:24,580~FATAL~shop.orders~pay-2~ cannot total\n{TRACE}~2026-11-20 15:49:25,000~INFO~shop.http~main~ after\n"
    );
    let found = read(&text, layout);
    assert_eq!(found.len(), 1);
    let record = &found[0];
    assert_eq!(record.meta.level, Some(Level::Fatal));
    assert_eq!(record.meta.logger.as_deref(), Some("shop.orders"));
    assert_eq!(record.meta.thread.as_deref(), Some("pay-2"));
    assert_eq!(record.time.to_string(), "2026-11-20T15:49:24.58Z");
    assert_eq!(record.message.as_deref(), Some(&b"cannot total"[..]));
    assert_eq!(record.lines.texts().len(), 4);
    let crumbs: Vec<_> = record.breadcrumbs.iter().map(|b| &b.message[..]).collect();
    assert_eq!(crumbs, [b"before"]);
}
