//! The layouts of log headers, as a table. In: lines as programs print them. Out: the parts they must give.

mod company;
mod dotnet;
mod jvm;
mod node_and_go;
mod php;
mod python;
mod ruby;

use super::super::tests::utc;
use super::*;
use crate::level::Level;

/// Text, level, logger, pid, message.
type Row = (
    &'static str,
    Option<Level>,
    Option<&'static str>,
    Option<u32>,
    &'static str,
);

#[test]
fn every_layout_gives_its_parts() {
    let families = [
        python::HEADERS,
        jvm::HEADERS,
        node_and_go::HEADERS,
        php::HEADERS,
        company::HEADERS,
        dotnet::HEADERS,
        ruby::HEADERS,
    ];
    for (line, level, logger, pid, message) in families.concat() {
        let Some(found) = header(line.as_bytes(), &utc()) else {
            panic!("no header: {line}");
        };
        let rest = String::from_utf8_lossy(&line.as_bytes()[found.message_at..]).into_owned();
        assert_eq!(found.meta.level, level, "{line}");
        assert_eq!(found.meta.logger.as_deref(), logger, "{line}");
        assert_eq!(found.meta.pid, pid, "{line}");
        assert_eq!(rest.trim_start(), message, "{line}");
    }
}

#[test]
fn what_is_part_of_a_trace_or_a_message_has_no_header() {
    for line in [
        "Traceback (most recent call last):",
        "  File \"x.py\", line 1, in <module>",
        "ValueError: ERROR",
        "ERROR",
        "ERROR: single space may be a message",
        "Error: x",
        "INFORMATION_SCHEMA: x",
        "KeyError: 2026-11-20 15:49:28",
        "id",
        "[SQL: INSERT INTO orders (ref) VALUES (?)]",
        "[parameters: ('A-1',)]",
        "(Background on this error at: https://sqlalche.me/e/21/gkpj)",
        "During handling of the above exception, another exception occurred:",
        "12:30:00 is no header without a level",
        "",
        " 2026-11-20 15:49:28 indented",
        "goroutine 1 [running]:",
        "main.main()",
        "github.com/acme/orders.(*Server).Do(0xc000012345, {0x1, 0x2})",
        "java.lang.IllegalStateException: a, b [c] d/e",
        "Caused by: java.io.IOException: x, 2026",
        "Nov 20, 2026 was a Friday",
        "Error: Nov 20, 2026 3:49:24 PM x y",
        "SEVERE: alone",
        "[main] is where it began",
        "[shop] x",
        "E1120",
        "E1120 is a part number",
        "12 [main] x",
        "2:39PM is tea time",
        "INFO[x] y",
        "error: winston's simple layout may be anybody's message",
    ] {
        assert_eq!(header(line.as_bytes(), &utc()), None, "{line}");
    }
}

#[test]
fn threads_and_ids_are_read() {
    let meta = |line: &str| header(line.as_bytes(), &utc()).unwrap().meta;
    for (line, thread) in [
        ("14:38:27.210 [main] ERROR com.acme.Orders - x", "main"),
        ("2    [main] ERROR com.acme.Orders  - x", "main"),
        (
            "2026-11-20 15:49:24.580 [worker 1 (a)] ERROR com.acme.Orders - x",
            "worker 1 (a)",
        ),
        (
            "2026-11-20 15:49:24.580 ERROR 1234 --- [nio-8080-exec-1] c.a.Orders : x",
            "nio-8080-exec-1",
        ),
        (
            "2026-11-20T15:49:24.580Z  INFO 1 --- [shop] [           main] c.a.Shop : x",
            "main",
        ),
        (
            "20-Nov-2026 15:49:24.580 SEVERE [main] org.x.Foo.bar x",
            "main",
        ),
        (
            "15:49:24,580 ERROR [com.acme.Orders] (default task-1) x",
            "default task-1",
        ),
        ("E1120 15:49:24.580123    1234 main.go:12] x", "1234"),
    ] {
        assert_eq!(meta(line).thread.as_deref(), Some(thread), "{line}");
    }
    let traced = meta(
        "2026-11-20T15:49:24.580Z ERROR 1 --- [shop] [exec-1] [0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331] c.a.Shop : x",
    );
    assert_eq!(traced.thread.as_deref(), Some("exec-1"));
    let ids: Vec<&str> = traced
        .fields
        .iter()
        .filter_map(|(_, v)| v.as_str())
        .collect();
    assert_eq!(
        ids,
        ["0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"]
    );
    let time = header(b"E1120 15:49:24.580123    1234 main.go:12] x", &utc())
        .unwrap()
        .meta
        .time;
    assert_eq!(time.unwrap().to_string(), "2026-11-20T15:49:24.580123Z");
}

#[test]
fn java_util_logging_goes_on_in_the_next_line() {
    for (line, logger) in [
        (
            "Nov 20, 2026 3:49:24 PM com.acme.Orders place",
            "com.acme.Orders",
        ),
        (
            "nov 20, 2026 3:49:24 P. M. com.acme.Orders lambda$main$0",
            "com.acme.Orders",
        ),
        (
            "nov 20, 2026 3:49:24 P.\u{a0}M. com.acme.Orders <init>",
            "com.acme.Orders",
        ),
        ("янв. 2, 2026 3:49:24 PM orders", "orders"),
        ("11月 20, 2026 12:49:24 午前 P main", "P"),
    ] {
        let found = header(line.as_bytes(), &utc()).unwrap();
        assert!(found.goes_on && found.message_at == line.len(), "{line}");
        assert_eq!(found.meta.logger.as_deref(), Some(logger), "{line}");
    }
    let midnight = header("11月 20, 2026 12:49:24 午前 P main".as_bytes(), &utc()).unwrap();
    assert_eq!(
        midnight.meta.time.unwrap().to_string(),
        "2026-11-20T00:49:24Z"
    );
    assert_eq!(
        second_line("GRAVE: a: b".as_bytes()),
        Some((Some(Level::Error), 7))
    );
    assert_eq!(
        second_line("PLUS PRÉCIS: x".as_bytes()),
        Some((Some(Level::Debug), 14))
    );
    assert_eq!(second_line(b"CUSTOM: x"), Some((None, 8)));
    assert_eq!(second_line(b"no level here"), None);
}

#[test]
fn indentation_behind_a_header_stays() {
    let line = b"[2026-11-20 15:49:24 +0000] [7] [ERROR]   File \"x.py\", line 1";
    let found = header(line, &utc()).unwrap();
    assert_eq!(&line[found.message_at..], b"  File \"x.py\", line 1");
    let line = b"2026-11-20 15:49:24,580 ERROR shop:   File \"x.py\", line 1";
    let found = header(line, &utc()).unwrap();
    assert_eq!(&line[found.message_at..], b"  File \"x.py\", line 1");
}

#[test]
fn any_bytes_are_read_without_harm() {
    let seeds: [&[u8]; 4] = [
        b"[2026-11-20 15:49:24: ",
        b"ERROR:",
        b"2026-11-20 15:49:24 - ",
        b"2026-11-20 15:49:24 | ",
    ];
    for seed in seeds {
        for byte in 0..=255_u8 {
            let mut line = seed.to_vec();
            line.extend([byte, b'[', byte, b' ', b'-', b' ', byte, b']']);
            let at = header(&line, &utc()).map_or(0, |h| h.message_at);
            assert!(at <= line.len());
        }
    }
}
