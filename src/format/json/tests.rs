//! Records as loggers write them. In: lines. Out: what must be read in them.

use super::super::tests::utc;
use super::*;
use crate::level::Level;

fn read(text: &str) -> JsonRecord {
    record(text.as_bytes(), &utc()).unwrap()
}

#[test]
fn known_keys_are_read_and_the_rest_are_fields() {
    let found = read(
        r#"{"customer":18,"event":"ship failed","level":"error","timestamp":"2026-11-20T15:49:27Z","logger":"shop","exc_info":"Traceback\n x"}"#,
    );
    assert_eq!(found.message.as_deref(), Some("ship failed"));
    assert_eq!(found.meta.level, Some(Level::Error));
    assert_eq!(found.meta.logger.as_deref(), Some("shop"));
    assert_eq!(found.meta.time.unwrap().to_string(), "2026-11-20T15:49:27Z");
    assert_eq!(found.texts, ["Traceback\n x", "ship failed"]);
    assert_eq!(found.meta.fields, [("customer".into(), 18.into())]);
}

#[test]
fn numbers_nested_traces_and_lists_are_understood() {
    let found =
        read(r#"{"level":50,"time":1763653767000,"msg":"m","pid":7,"err":{"stack":"S\nat"}}"#);
    assert_eq!(
        (found.meta.level, found.meta.pid),
        (Some(Level::Error), Some(7))
    );
    assert_eq!(found.texts, ["S\nat", "m"]);
    let found = read(r#"{"event":"e","exception":[{"exc_type":"T"}]}"#);
    assert!(found.structured.unwrap().is_array());
}

#[test]
fn what_is_no_object_is_no_record() {
    let deep = "{\"a\":".repeat(10_000);
    for text in ["", "[1]", "{", "{\"a\":1} x", "text", &deep] {
        assert!(record(text.as_bytes(), &utc()).is_none());
    }
}

/// What each logger's line must give: message, level, logger, thread, pid, the first text's first and last line.
type Row = (
    &'static str,
    Option<&'static str>,
    Option<&'static str>,
    Option<&'static str>,
    bool,
    &'static str,
    &'static str,
);

const RECORDS: &[Row] = &[
    (
        "pino",
        Some("failed"),
        Some("api"),
        None,
        true,
        "TypeError: Cannot read x",
        "    at node:internal/main/run_main_module:28:49",
    ),
    (
        "bunyan",
        Some("failed"),
        Some("api"),
        None,
        true,
        "TypeError: Cannot read x",
        "    at node:internal/main/run_main_module:28:49",
    ),
    (
        "winston",
        Some("Cannot read x"),
        None,
        None,
        false,
        "TypeError: Cannot read x",
        "    at node:internal/main/run_main_module:28:49",
    ),
    (
        "ecs-pino",
        Some("failed"),
        None,
        None,
        true,
        "TypeError: Cannot read x",
        "    at node:internal/main/run_main_module:28:49",
    ),
    (
        "structlog",
        Some("ship failed"),
        None,
        None,
        false,
        "Traceback (most recent call last):",
        "ValueError: bad",
    ),
    (
        "structlog-logfmt",
        Some("ship failed"),
        None,
        None,
        false,
        "Traceback (most recent call last):",
        "ValueError: bad",
    ),
    (
        "python-json-logger",
        Some("ship failed"),
        Some("shop"),
        Some("MainThread"),
        true,
        "Traceback (most recent call last):",
        "ValueError: bad",
    ),
    (
        "ecs-logging",
        Some("ship failed"),
        Some("shop"),
        Some("MainThread"),
        true,
        "Traceback (most recent call last):",
        "ValueError: bad",
    ),
    (
        "zap",
        Some("ship failed"),
        Some("shop"),
        None,
        false,
        "boom",
        "\t/usr/lib/go-1.19/src/runtime/asm_amd64.s:1594",
    ),
    (
        "zerolog",
        Some("ship failed"),
        None,
        None,
        false,
        "ship: boom",
        "\tasm_amd64.s:1594",
    ),
    (
        "logrus",
        Some("ship failed"),
        None,
        None,
        false,
        "boom",
        "\t/usr/lib/go-1.19/src/runtime/asm_amd64.s:1594",
    ),
    (
        "logrus-json",
        Some("ship failed"),
        None,
        None,
        false,
        "ship failed",
        "ship failed",
    ),
    (
        "slog-text",
        Some("ship failed"),
        None,
        None,
        false,
        "goroutine 1 [running]:",
        "\t/srv/app/format/go2/main.go:5 +0x54d",
    ),
    (
        "slog-json",
        Some("ship failed"),
        None,
        None,
        false,
        "goroutine 1 [running]:",
        "\t/srv/app/format/go2/main.go:6 +0x7a7",
    ),
    (
        "log4j2",
        Some("Request failed"),
        Some("com.acme.orders.OrderService"),
        Some("main"),
        false,
        "java.lang.IllegalStateException: pool exhausted",
        "Caused by: java.lang.RuntimeException: inner",
    ),
    (
        "log4j2-string",
        Some("Request failed"),
        Some("com.acme.orders.OrderService"),
        Some("main"),
        false,
        "java.lang.IllegalStateException: pool exhausted",
        "\t... 1 more",
    ),
];

/// The line that a logger printed.
fn sample(name: &str) -> &'static str {
    let samples = include_str!("../../../tests/format/records.log");
    let mut lines = samples.lines().filter_map(|line| line.split_once(' '));
    lines.find(|(of, _)| *of == name).unwrap().1
}

#[test]
fn records_of_real_loggers_are_read() {
    for (name, message, logger, thread, pid, first, last) in RECORDS {
        let found = read(sample(name));
        assert_eq!(found.message.as_deref(), *message, "{name}");
        assert_eq!(found.meta.level, Some(Level::Error), "{name}");
        assert_eq!(found.meta.logger.as_deref(), *logger, "{name}");
        assert_eq!(found.meta.thread.as_deref(), *thread, "{name}");
        assert_eq!(found.meta.pid.is_some(), *pid, "{name}");
        let day = found.meta.time.map(|t| t.to_string()).unwrap_or_default();
        assert!(day.starts_with("2026-11-21T14:4"), "{name}: {day}");
        let lines: Vec<&str> = found.texts[0].trim_end().lines().collect();
        assert!(lines.contains(last), "{name}: {lines:?}");
        assert_eq!(&lines[0], first, "{name}");
    }
}

#[test]
fn structured_throwables_become_the_text_that_java_prints() {
    assert_eq!(
        read(sample("log4j2")).texts[0],
        "java.lang.IllegalStateException: pool exhausted\n\tat Q.main(Q.java:3) ~[jl/:?]\nCaused by: java.lang.RuntimeException: inner\n\t... 1 more\n"
    );
    // logback's JsonEncoder, as its documentation has it.
    let found = read(
        r#"{"level":"ERROR","threadName":"main","loggerName":"c.a.Orders","message":"m","throwable":{"className":"java.lang.X","message":"a","stepArray":[{"className":"c.a.B","methodName":"c","fileName":"B.java","lineNumber":7},{"className":"c.a.B","methodName":"n","fileName":"B.java","lineNumber":-2}],"suppressed":[{"className":"S","stepArray":[]}],"cause":{"className":"java.lang.Y","commonFramesCount":1,"stepArray":[{"className":"d","methodName":"e"}]}}}"#,
    );
    assert_eq!(
        found.texts[0],
        "java.lang.X: a\n\tat c.a.B.c(B.java:7)\n\tat c.a.B.n(Native Method)\n\tSuppressed: S\nCaused by: java.lang.Y\n\tat d.e(Unknown Source)\n\t... 1 more\n"
    );
}

#[test]
fn ids_have_one_name_each() {
    let ids = |text: &str| {
        let mut ids: Vec<String> = read(text)
            .meta
            .fields
            .iter()
            .filter(|(_, value)| value.is_string() || value.is_number())
            .map(|(name, value)| {
                format!(
                    "{name}={}",
                    value.as_str().map_or(value.to_string(), str::to_owned)
                )
            })
            .collect();
        ids.sort();
        ids.join(" ")
    };
    for (text, expected) in [
        (
            r#"{"msg":"m","traceId":"a","spanId":"b","reqId":"c","userId":7}"#,
            "request_id=c span_id=b trace_id=a user_id=7",
        ),
        (
            r#"{"msg":"m","trace.id":"a","span.id":"b"}"#,
            "span_id=b trace_id=a",
        ),
        (
            r#"{"msg":"m","trace":{"id":"a"},"span":{"id":"b"},"user":{"id":"u","email":"e"}}"#,
            "span_id=b trace_id=a user_id=u",
        ),
        (
            r#"{"msg":"m","dd":{"trace_id":"1","span_id":"2"}}"#,
            "span_id=2 trace_id=1",
        ),
        (
            r#"{"msg":"m","traceparent":"00-aa-bb-01"}"#,
            "span_id=bb trace_id=aa traceparent=00-aa-bb-01",
        ),
        (
            r#"{"message":"m","logging.googleapis.com/trace":"projects/p/traces/aa","logging.googleapis.com/spanId":"bb"}"#,
            "span_id=bb trace_id=aa",
        ),
    ] {
        assert_eq!(ids(text), expected, "{text}");
    }
    assert_eq!(
        read(sample("log4j2")).meta.fields[0],
        (
            "trace_id".to_owned(),
            "0af7651916cd43dd8448eb211c80319c".into()
        )
    );
}

#[test]
fn levels_and_times_of_other_loggers_are_read() {
    for (text, level) in [
        (
            r#"{"severity":"CRITICAL","message":"m"}"#,
            Some(Level::Fatal),
        ),
        (r#"{"levelno":40,"message":"m"}"#, Some(Level::Error)),
        (
            r#"{"record":{"level":{"name":"ERROR","no":40}},"text":"m"}"#,
            Some(Level::Error),
        ),
        (
            r#"{"version":"1.1","short_message":"m","level":3}"#,
            Some(Level::Error),
        ),
        (
            r#"{"@t":"2026-11-20T15:49:24Z","@l":"Fatal","@mt":"m"}"#,
            Some(Level::Fatal),
        ),
        (r#"{"level":"50","msg":"m"}"#, Some(Level::Error)),
        (r#"{"level":true,"msg":"m"}"#, None),
    ] {
        assert_eq!(read(text).meta.level, level, "{text}");
    }
    for (text, time) in [
        (r#"{"ts":1795189764.5,"msg":"m"}"#, "2026-11-20T15:49:24.5Z"),
        (
            r#"{"time":1795189764500,"msg":"m"}"#,
            "2026-11-20T15:49:24.5Z",
        ),
        (
            r#"{"time":"1795189764500","msg":"m"}"#,
            "2026-11-20T15:49:24.5Z",
        ),
        (
            r#"{"timestamp":{"seconds":1795189764,"nanos":500000000},"message":"m"}"#,
            "2026-11-20T15:49:24.5Z",
        ),
        (
            r#"{"instant":{"epochSecond":1795189764,"nanoOfSecond":500000000},"message":"m"}"#,
            "2026-11-20T15:49:24.5Z",
        ),
    ] {
        assert_eq!(read(text).meta.time.unwrap().to_string(), time, "{text}");
    }
    let cee = record(br#"@cee: {"msg":"m","pid":"7"}"#, &utc()).unwrap();
    assert_eq!((cee.message.as_deref(), cee.meta.pid), (Some("m"), Some(7)));
}

#[test]
fn a_record_may_stand_behind_its_message() {
    for name in ["winston-simple", "zap-console"] {
        let text = sample(name);
        let (at, found) = trailing(text.as_bytes(), &utc()).unwrap();
        assert!(text.as_bytes()[at..].starts_with(b"{\""), "{name}");
        assert!(found.texts[0].contains('\n'), "{name}");
    }
    for text in [
        "",
        "}",
        "{\"a\":1}",
        "x {\"a\":}",
        "x{\"a\":1}",
        "f() { return {\"a\": 1} }",
    ] {
        assert!(trailing(text.as_bytes(), &utc()).is_none(), "{text}");
    }
}

#[test]
fn a_record_within_a_message_is_read() {
    let line = serde_json::json!({"log": sample("ecs-logging").to_owned() + "\n", "stream": "stderr", "pid": 1});
    let found = read(&line.to_string());
    assert_eq!(found.message.as_deref(), Some("ship failed"));
    assert_eq!(found.meta.level, Some(Level::Error));
    assert!(found.texts[0].ends_with("ValueError: bad"));
    assert!(
        found
            .meta
            .fields
            .contains(&("stream".to_owned(), "stderr".into()))
    );
    assert_eq!(
        read(r#"{"msg":"{no record}"}"#).message.as_deref(),
        Some("{no record}")
    );
}

/// Wide, deep and long: read in one go or not at all.
#[test]
fn hostile_objects_are_bounded() {
    let mut wide = String::new();
    for n in 0..20_000 {
        wide += &["\"k", &n.to_string(), "\":\"a\\nb\","].concat();
    }
    let found = read(&format!("{{{wide}\"msg\":\"m\"}}"));
    assert!(found.texts.len() <= crate::bounds::FIELD_TRACES_MAX + 1);
    assert_eq!(found.meta.fields.len(), FIELDS_MAX);
    let cause = r#"{"name":"X","extendedStackTrace":[],"cause":"#.repeat(100);
    let deep = format!("{{\"thrown\":{cause}1{}", "}".repeat(101));
    assert!(read(&deep).texts[0].lines().count() <= crate::bounds::EXCEPTIONS_MAX + 1);
}
