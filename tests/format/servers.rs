//! Errors of servers, without frames: time, level, logger, text and what goes along.

use std::path::Path;

use serde_json::{Value, json};
use stacktail::assemble::Record;
use stacktail::language;
use stacktail::level::Level;
use stacktail::pipeline::{Pipeline, Settings};

use crate::memory::{Memory, Run, line_ends, origin, settings};

/// What comes of a file's bytes, fed in pieces that end at `cuts`, where errors are asked for.
fn events(bytes: &[u8], cuts: &[usize]) -> Vec<Value> {
    let mut run = Run::of(Memory::of(bytes));
    run.pipeline = Pipeline::new(Settings {
        messages: vec![Some(Level::Error)],
        ..settings()
    });
    let mut from = 0;
    for &to in cuts.iter().chain([&bytes.len()]) {
        if to > from {
            run.feed(origin(1), from, to);
            from = to;
        }
    }
    run.finish().records.iter().filter_map(event).collect()
}

fn event(record: &Record) -> Option<Value> {
    let (trace, language) = language::read(record, Some(Level::Error))?;
    assert_eq!(language.name(), "message", "{trace:?}");
    let fields: serde_json::Map<String, Value> = record.meta.fields.iter().cloned().collect();
    let contexts: serde_json::Map<String, Value> = trace
        .contexts
        .into_iter()
        .map(|(name, context)| (name.to_owned(), context.into()))
        .collect();
    Some(json!({
        "at": record.head,
        "time": record.time.to_string(),
        "level": record.meta.level.map(Level::as_str),
        "logger": record.meta.logger,
        "pid": record.meta.pid,
        "message": trace.message,
        "contexts": contexts,
        "fields": fields,
    }))
}

#[test]
fn errors_of_servers_are_as_written_down() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/format/servers");
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "log"));
    paths.sort();
    assert!(paths.len() >= 6, "{paths:?}");
    let mut wrong = Vec::new();
    for path in paths {
        let bytes = std::fs::read(&path).unwrap();
        let found = events(&bytes, &[]);
        // However it is cut, the same.
        assert_eq!(events(&bytes, &line_ends(&bytes)), found, "{path:?}");
        let lines: Vec<String> = found.iter().map(Value::to_string).collect();
        let text = format!("[\n{}\n]\n", lines.join(",\n"));
        println!("{:?}: {} messages", path.file_stem().unwrap(), lines.len());
        let kept = path.with_extension("json");
        if std::env::var_os("STACKTAIL_BLESS").is_some() {
            std::fs::write(&kept, &text).unwrap();
        }
        if std::fs::read_to_string(&kept).unwrap_or_default() != text {
            wrong.push(format!("{path:?}: not as written down:\n{text}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Two requests, one issue: what differs stands beside the message.
#[test]
fn the_request_is_no_part_of_the_message() {
    let line = |nth: usize| {
        format!(
            "2026/11/22 01:18:04 [error] 99#99: *{nth} upstream timed out (110: Connection timed out) while reading response header from upstream, client: 10.0.0.{nth}, server: shop.example.com, request: \"GET /orders/{nth} HTTP/1.1\", upstream: \"http://10.0.0.9:8096/slow\", host: \"shop.example.com\"\n"
        )
    };
    let found = events((line(3) + &line(4)).as_bytes(), &[]);
    let said: Vec<&Value> = found.iter().map(|event| &event["message"]).collect();
    let expected = "upstream timed out (110: Connection timed out) while reading response header from upstream";
    assert_eq!(said, [expected, expected]);
    assert_eq!(
        found[1]["contexts"]["nginx"]["request"],
        "GET /orders/4 HTTP/1.1"
    );
}
