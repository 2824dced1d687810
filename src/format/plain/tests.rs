//! The layouts of log headers, as a table. In: lines as programs print them. Out: the parts they must give.

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

const HEADERS: &[Row] = &[
    // Python's logging, the layouts of its documentation and of what people make of them.
    (
        "2026-11-20 15:49:23,378 ERROR [shop.worker] job a1 failed",
        Some(Level::Error),
        Some("shop.worker"),
        None,
        "job a1 failed",
    ),
    (
        "2026-11-20 15:49:24,580 - config - CRITICAL - no config - at all",
        Some(Level::Fatal),
        Some("config"),
        None,
        "no config - at all",
    ),
    (
        "2026-11-20 15:49:24,580 - ERROR - config - no config",
        Some(Level::Error),
        Some("config"),
        None,
        "no config",
    ),
    (
        "2026-11-20 15:49:24,580 - ERROR - two words - x",
        Some(Level::Error),
        None,
        None,
        "two words - x",
    ),
    (
        "2026-11-20 15:49:24,580 ERROR [1003] app.http.server: unhandled TRC",
        Some(Level::Error),
        Some("app.http.server"),
        Some(1003),
        "unhandled TRC",
    ),
    (
        "2026-11-20 15:49:24,580 ERROR app.worker job failed",
        Some(Level::Error),
        Some("app.worker"),
        None,
        "job failed",
    ),
    (
        "2026-11-20 15:49:24,580 ERROR ValueError: bad",
        Some(Level::Error),
        None,
        None,
        "ValueError: bad",
    ),
    (
        "2026-11-20 15:49:24,580 ERROR job failed",
        Some(Level::Error),
        None,
        None,
        "job failed",
    ),
    (
        "2026-11-20 15:49:24,580 ERROR:root:job failed",
        Some(Level::Error),
        Some("root"),
        None,
        "job failed",
    ),
    (
        "2026-11-20 15:49:24,580 ERROR    root: job failed",
        Some(Level::Error),
        Some("root"),
        None,
        "job failed",
    ),
    (
        "15:49:24,580 WARNING root: late",
        Some(Level::Warning),
        Some("root"),
        None,
        "late",
    ),
    (
        "ERROR:__main__:shipping failed: cannot",
        Some(Level::Error),
        Some("__main__"),
        None,
        "shipping failed: cannot",
    ),
    (
        "CRITICAL:shop.worker:x",
        Some(Level::Fatal),
        Some("shop.worker"),
        None,
        "x",
    ),
    (
        "ERROR    root: app.py:12 failed",
        Some(Level::Error),
        Some("root"),
        None,
        "app.py:12 failed",
    ),
    (
        "INFO  [alembic.runtime.migration] Context impl",
        Some(Level::Info),
        Some("alembic.runtime.migration"),
        None,
        "Context impl",
    ),
    // Servers and frameworks.
    (
        "ERROR:    Exception in ASGI application",
        Some(Level::Error),
        None,
        None,
        "Exception in ASGI application",
    ),
    ("CRITICAL: gone", Some(Level::Fatal), None, None, "gone"),
    (
        "[2026-11-20 15:49:24 +0000] [123] [ERROR] Exception in worker process",
        Some(Level::Error),
        None,
        Some(123),
        "Exception in worker process",
    ),
    (
        "[2026-11-20 15:49:24,580: ERROR/ForkPoolWorker-1] Task shop.pay[7f] raised",
        Some(Level::Error),
        None,
        None,
        "Task shop.pay[7f] raised",
    ),
    (
        "[2026-11-20 15:49:24,580] ERROR in app: Exception on /ship [POST]",
        Some(Level::Error),
        None,
        None,
        "Exception on /ship [POST]",
    ),
    (
        "[2026-11-20 15:49:24,580] [ERROR] [shop.pay] failed",
        Some(Level::Error),
        Some("shop.pay"),
        None,
        "failed",
    ),
    (
        "ERROR 2026-11-20 15:49:28,845 log 27534 Internal Server Error: /invoice/404/",
        Some(Level::Error),
        None,
        Some(27534),
        "Internal Server Error: /invoice/404/",
    ),
    (
        "ERROR 2026-11-20 15:49:28,845 log 27534 139872198321984 Internal: /x",
        Some(Level::Error),
        None,
        Some(27534),
        "Internal: /x",
    ),
    (
        "2026-11-20 15:18:20.134 | ERROR    | __main__:<module>:14 - shipping failed - 18",
        Some(Level::Error),
        Some("__main__"),
        None,
        "shipping failed - 18",
    ),
    (
        "[INFO/MainProcess] child process calling self.run()",
        Some(Level::Info),
        None,
        None,
        "child process calling self.run()",
    ),
    (
        "[ERROR] 2026-11-20 15:49:28 failed",
        Some(Level::Error),
        None,
        None,
        "failed",
    ),
    ("[ERROR] failed", Some(Level::Error), None, None, "failed"),
    // glog 0.6.0's layout, which klog has as well.
    (
        "E1120 15:49:24.580123    1234 main.go:12] failed: x",
        Some(Level::Error),
        None,
        None,
        "failed: x",
    ),
    // Others' lines in a file of several services.
    (
        "2026-11-20 15:49:28.845 [http-nio-8080-exec-1] WARN  com.acme.Orders - Request failed",
        Some(Level::Warning),
        Some("com.acme.Orders"),
        None,
        "Request failed",
    ),
    (
        "2026/11/20 15:49:28.845123 server.go:12: listening",
        None,
        None,
        None,
        "server.go:12: listening",
    ),
    (
        "[2026-11-20T15:49:28.845Z] error (api/123): Unhandled rejection",
        Some(Level::Error),
        None,
        None,
        "Unhandled rejection",
    ),
    (
        "2026-11-20 15:49:28 starting - now",
        None,
        None,
        None,
        "starting - now",
    ),
    ("2026-11-20T15:49:28Z", None, None, None, ""),
    (
        "1970-01-01 00:00:00,000 ERROR x: y",
        Some(Level::Error),
        Some("x"),
        None,
        "y",
    ),
    (
        "2099-01-01 00:00:00,000 ERROR x: y",
        Some(Level::Error),
        Some("x"),
        None,
        "y",
    ),
];

#[test]
fn every_layout_gives_its_parts() {
    for (line, level, logger, pid, message) in HEADERS {
        let Some(found) = header(line.as_bytes(), &utc()) else {
            panic!("no header: {line}");
        };
        let rest = String::from_utf8_lossy(&line.as_bytes()[found.message_at..]).into_owned();
        assert_eq!(found.meta.level, *level, "{line}");
        assert_eq!(found.meta.logger.as_deref(), *logger, "{line}");
        assert_eq!(found.meta.pid, *pid, "{line}");
        assert_eq!(rest.trim_start(), *message, "{line}");
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
    ] {
        assert_eq!(header(line.as_bytes(), &utc()), None, "{line}");
    }
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
