//! The builder. In: records and traces made here. Out: the events that must come of them.

use super::*;
use crate::assemble::{Closed, Lines};
use crate::config::Labels;
use crate::format::Meta;
use crate::language::python::Python;
use crate::source::{LaneId, Origin};

fn app() -> App {
    App {
        release: Some("shop@1/2".to_owned()),
        tags: vec![("team".to_owned(), "payments".to_owned())],
        project_root: Some("/srv/shop/".to_owned()),
        in_app_include: vec![regex::Regex::new("^acme").unwrap()],
        in_app_exclude: vec![regex::Regex::new("^shop\\.vendor").unwrap()],
        min_level: Level::Error,
        ..App::unsaid("shop")
    }
}

fn record() -> Record {
    Record {
        lane: LaneId(0),
        origin: Origin {
            uid: [7; 16],
            generation: 0,
        },
        head: 42,
        end: 99,
        ordinal: 0,
        stream: 0,
        language: 0,
        lines: Lines::default(),
        preamble: Vec::new(),
        meta: Meta::default(),
        message: None,
        breadcrumbs: Vec::new(),
        time: "2026-11-20T12:00:00Z".parse().unwrap(),
        closed: Closed::NextLine,
        lines_dropped: 0,
        structured: None,
        apart: false,
    }
}

fn trace(paths: &[&str]) -> Trace {
    let frame = |path: &&str| language::Frame {
        function: Some("f".to_owned()),
        abs_path: Some((*path).to_owned()),
        lineno: Some(1),
        ..language::Frame::default()
    };
    Trace {
        exceptions: vec![language::Exception {
            ty: "E".to_owned(),
            value: Some(String::new()),
            frames: paths.iter().map(frame).collect(),
            ..language::Exception::default()
        }],
        ..Trace::default()
    }
}

fn build(app: &App, record: &Record, trace: Trace) -> Event {
    let now = "2026-11-20T12:00:05Z".parse().unwrap();
    let builder = Builder::new(app, HostFacts::default());
    let seen = "/var/log/shop.log".to_owned();
    builder.build(0, record, trace, &Python, seen, now).event
}

#[test]
fn a_record_and_a_crash_differ_as_in_the_sdk() {
    let mut logged = record();
    logged.message = Some(b"job failed".to_vec());
    logged.meta.logger = Some("shop.worker".to_owned());
    logged.meta.level = Some(Level::Fatal);
    let event = build(&app(), &logged, trace(&[]));
    assert_eq!(event.level, "fatal");
    assert_eq!(event.logger.as_deref(), Some("shop.worker"));
    assert_eq!(
        event.logentry.unwrap().formatted.as_deref(),
        Some("job failed")
    );
    let mechanism = event.exception.unwrap().values[0]
        .mechanism
        .clone()
        .unwrap();
    assert_eq!(mechanism.handled, Some(true));

    let mut crash = trace(&[]);
    crash.handled = Some(false);
    let event = build(&app(), &logged, crash);
    assert_eq!((event.logger, event.logentry), (None, None));
    let mechanism = event.exception.unwrap().values[0]
        .mechanism
        .clone()
        .unwrap();
    assert_eq!(mechanism.handled, Some(false));
}

#[test]
fn the_apps_settings_are_on_the_event() {
    let event = build(&app(), &record(), trace(&[]));
    assert_eq!(event.release.as_deref(), Some("shop@1-2"));
    assert_eq!(event.environment.as_deref(), Some("production"));
    assert_eq!(event.tags["team"], "payments");
    assert_eq!(event.extra["log_source"], "/var/log/shop.log");
    assert_eq!(event.extra["log_offset"], 42);
    assert_eq!(event.event_id.len(), 32);
    assert_eq!(event.sdk.unwrap().name, "stacktail");
}

#[test]
fn the_apps_labels_are_on_the_event_and_the_records_come_first() {
    let mut app = app();
    let text = |text: &str| Some(text.to_owned());
    app.labels = Labels {
        dist: text("42"),
        server_name: text("web-1"),
        logger: text("shop"),
        release_field: text("version"),
        contexts: vec![
            ("os".to_owned(), serde_json::Map::new()),
            (
                "build".to_owned(),
                json!({"number": 3}).as_object().unwrap().clone(),
            ),
        ],
        user: vec![("id".to_owned(), "customer".to_owned())],
        tag_fields: vec![("team".to_owned(), "team".to_owned())],
        extra_fields: vec![("who".to_owned(), "customer".to_owned())],
    };
    let mut record = record();
    record.message = Some(b"job failed".to_vec());
    let event = build(&app, &record, trace(&[]));
    assert_eq!(event.release.as_deref(), Some("shop@1-2"));
    assert_eq!((event.dist, event.logger), (text("42"), text("shop")));
    assert_eq!((event.server_name, event.user), (text("web-1"), None));
    assert_eq!(event.contexts["build"]["number"], 3);
    assert_eq!(event.tags["team"], "payments");

    let field = |name: &str, value: Value| (name.to_owned(), value);
    record.meta.fields = vec![
        field("version", json!("1.3")),
        field("customer", json!(18)),
        field("team", json!("orders")),
    ];
    record.meta.logger = text("shop.worker");
    let event = build(&app, &record, trace(&[]));
    assert_eq!(
        (event.release, event.logger),
        (text("1.3"), text("shop.worker"))
    );
    assert_eq!(event.user.unwrap().id, text("18"));
    assert_eq!(
        (event.tags["team"].as_str(), &event.extra["who"]),
        ("orders", &json!(18))
    );

    app.release = None;
    record.meta.fields.clear();
    assert_eq!(build(&app, &record, trace(&[])).dist, None);
}

#[test]
fn in_app_is_the_apps_word_before_the_languages() {
    let paths = [
        "/srv/shop/shop/a.py",
        "/srv/shop/shop/vendor/b.py",
        "/usr/lib/python3.12/site-packages/acme/c.py",
        "/usr/lib/python3.12/site-packages/other/d.py",
        "/usr/lib/python3.12/json/decoder.py",
    ];
    let event = build(&app(), &record(), trace(&paths));
    let values = event.exception.unwrap().values;
    let frames = &values[0].stacktrace.as_ref().unwrap().frames;
    let in_app: Vec<Option<bool>> = frames.iter().map(|f| f.in_app).collect();
    assert_eq!(
        in_app,
        [Some(true), Some(false), Some(true), Some(false), None]
    );
    assert_eq!(frames[0].module.as_deref(), Some("shop.a"));
    assert_eq!(frames[4].filename.as_deref(), Some("json/decoder.py"));
}

#[test]
fn a_containers_paths_are_beneath_the_mapped_root() {
    let mut app = app();
    app.source_context.map = vec![("/app".to_owned(), "/srv/shop".into())];
    let event = build(&app, &record(), trace(&["/app/shop/a.py"]));
    let values = event.exception.unwrap().values;
    let frame = &values[0].stacktrace.as_ref().unwrap().frames[0];
    assert_eq!(frame.module.as_deref(), Some("shop.a"));
    assert_eq!(frame.in_app, Some(true));
}

#[test]
fn timestamps_are_held_within_what_receivers_take() {
    for (own, sent, original) in [
        ("2026-11-20T11:59:59.5Z", "2026-11-20T11:59:59.5Z", false),
        ("1970-01-01T00:00:00Z", "2026-10-22T12:00:05Z", true),
        ("2099-01-01T00:00:00Z", "2026-11-20T12:00:05Z", true),
        ("2026-11-20T12:00:50Z", "2026-11-20T12:00:50Z", false),
    ] {
        let mut record = record();
        record.meta.time = Some(own.parse().unwrap());
        let event = build(&app(), &record, trace(&[]));
        let sent: Timestamp = sent.parse().unwrap();
        assert!((event.timestamp - seconds(sent)).abs() < 0.001, "{own}");
        assert_eq!(event.extra.contains_key("log_timestamp"), original, "{own}");
    }
}

#[test]
fn threads_breadcrumbs_and_trace_ids() {
    let mut record = record();
    record.breadcrumbs = vec![crate::assemble::Breadcrumb {
        time: None,
        level: Some(Level::Info),
        logger: Some("shop\nx".to_owned()),
        message: b"before \xff".to_vec(),
    }];
    let id = |text: &str| Value::String(text.to_owned());
    record.meta.fields = vec![
        ("trace_id".to_owned(), id(&"ab".repeat(16))),
        ("span_id".to_owned(), id("0123456789abcdef")),
        ("customer".to_owned(), json!(18)),
    ];
    let mut trace = trace(&[]);
    trace.thread = Some("Thread-1 (run)".to_owned());
    let event = build(&app(), &record, trace);
    let thread = &event.threads.unwrap().values[0];
    assert_eq!(thread.name.as_deref(), Some("Thread-1 (run)"));
    assert_eq!(event.exception.unwrap().values[0].thread_id, thread.id);
    let crumb = &event.breadcrumbs.unwrap().values[0];
    assert_eq!(crumb.category.as_deref(), Some("shop x"));
    assert_eq!(crumb.message.as_deref(), Some("before \u{fffd}"));
    assert_eq!(event.contexts["trace"]["span_id"], "0123456789abcdef");
    assert_eq!(event.extra["customer"], 18);
}

#[test]
fn the_same_place_gives_the_same_id() {
    let first = build(&app(), &record(), trace(&[])).event_id;
    assert_eq!(build(&app(), &record(), trace(&["/x.py"])).event_id, first);
    let mut next = record();
    next.ordinal = 1;
    assert_ne!(build(&app(), &next, trace(&[])).event_id, first);
}

#[test]
fn the_last_lines_go_along_where_nothing_shows_them() {
    let last = |lines: &[&str], trace: Trace| {
        let mut record = record();
        record.lines = lines.iter().collect();
        let event = build(&app(), &record, trace);
        event.extra.get("log_last_lines").cloned()
    };
    let created = "\t/usr/local/go/src/net/http/server.go:3285 +0x4b4";
    let of = || trace(&["/srv/shop/main.go"]);
    let own = "\t/srv/shop/main.go:1 +0x1d";
    assert_eq!(
        last(&["panic: x", own, "created by f", created, ""], of()),
        Some(json!(["created by f", created.trim()]))
    );
    assert_eq!(last(&[own, "\t... 3 more"], of()), None);
    let mut said = of();
    said.exceptions[0].value = Some("two\nlines".to_owned());
    assert_eq!(last(&["E: two", "lines"], said), None);
}
