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
    // logback 1.2.11, log4j 2.19.0 and 1.2.17, slf4j-simple 1.7.32 without configuration; logback 1.3's default.
    (
        "14:38:27.210 [main] ERROR com.acme.orders.OrderService - Request failed",
        Some(Level::Error),
        Some("com.acme.orders.OrderService"),
        None,
        "Request failed",
    ),
    (
        "14:38:31.756 [main] INFO  com.acme.orders.OrderService - started",
        Some(Level::Info),
        Some("com.acme.orders.OrderService"),
        None,
        "started",
    ),
    (
        "2    [main] ERROR com.acme.orders.OrderService  - Request failed",
        Some(Level::Error),
        Some("com.acme.orders.OrderService"),
        None,
        "Request failed",
    ),
    (
        "[main] ERROR com.acme.orders.OrderService - Request failed",
        Some(Level::Error),
        Some("com.acme.orders.OrderService"),
        None,
        "Request failed",
    ),
    (
        "15:49:24.580 [main] ERROR com.acme.Orders -- Request failed",
        Some(Level::Error),
        Some("com.acme.Orders"),
        None,
        "Request failed",
    ),
    (
        "15:49:24.580 [main] ERROR Orders -- Request failed",
        Some(Level::Error),
        Some("Orders"),
        None,
        "Request failed",
    ),
    (
        "15:49:24.580 [main] ERROR com.acme.Orders -order=\"7\" - Request failed",
        Some(Level::Error),
        Some("com.acme.Orders"),
        None,
        "Request failed",
    ),
    (
        "15:49:24.580 [main] ERROR com.acme.Orders -order=\"7\"- Request failed",
        Some(Level::Error),
        Some("com.acme.Orders"),
        None,
        "Request failed",
    ),
    (
        "ERROR com.acme.Orders - Request failed",
        Some(Level::Error),
        Some("com.acme.Orders"),
        None,
        "Request failed",
    ),
    (
        "2026-11-20 15:49:24.580 [worker 1 (a)] ERROR com.acme.Orders - Request failed",
        Some(Level::Error),
        Some("com.acme.Orders"),
        None,
        "Request failed",
    ),
    (
        "2026-11-20 15:49:24.580 [ForkJoinPool.commonPool-worker-1] ERROR c.a.Orders - x",
        Some(Level::Error),
        Some("c.a.Orders"),
        None,
        "x",
    ),
    // Java 17's java.util.logging with formats of one line.
    (
        "2026-11-21 14:38:36 SEVERE com.acme.Orders place Request failed",
        Some(Level::Error),
        Some("com.acme.Orders"),
        None,
        "place Request failed",
    ),
    (
        "[2026-11-21 14:38:36] [SEVERE ] Request failed",
        Some(Level::Error),
        None,
        None,
        "Request failed",
    ),
    // Spring Boot 2.7, 3.1, 3.4.
    (
        "2026-11-20 15:49:24.580 ERROR 1234 --- [nio-8080-exec-1] c.a.orders.OrderService                  : Request failed",
        Some(Level::Error),
        Some("c.a.orders.OrderService"),
        Some(1234),
        "Request failed",
    ),
    (
        "2026-11-20T15:49:24.580+01:00 ERROR 1234 --- [nio-8080-exec-1] o.a.c.c.C.[.[.[/].[dispatcherServlet]    : Servlet failed",
        Some(Level::Error),
        Some("o.a.c.c.C.[.[.[/].[dispatcherServlet]"),
        Some(1234),
        "Servlet failed",
    ),
    (
        "2026-11-20T15:49:24.580Z  INFO 1 --- [shop] [           main] [                                                 ] c.a.Shop : Started",
        Some(Level::Info),
        Some("c.a.Shop"),
        Some(1),
        "Started",
    ),
    // Tomcat 9 and 10.
    (
        "20-Nov-2026 15:49:24.580 SEVERE [main] org.apache.catalina.startup.Catalina.load Error",
        Some(Level::Error),
        Some("org.apache.catalina.startup.Catalina.load"),
        None,
        "Error",
    ),
    (
        "20-Nov.-2026 15:49:24.580 SCHWERWIEGEND [main] org.apache.catalina.startup.Catalina.load Fehler",
        Some(Level::Error),
        Some("org.apache.catalina.startup.Catalina.load"),
        None,
        "Fehler",
    ),
    // WildFly, Quarkus, Elasticsearch, Dropwizard.
    (
        "15:49:24,580 ERROR [com.acme.Orders] (default task-1) Request failed",
        Some(Level::Error),
        Some("com.acme.Orders"),
        None,
        "Request failed",
    ),
    (
        "[2026-11-20T15:49:24,580][ERROR][o.e.b.Bootstrap          ] [node-1] failed",
        Some(Level::Error),
        Some("o.e.b.Bootstrap"),
        None,
        "failed",
    ),
    (
        "ERROR [2026-11-20 15:49:24,580] com.acme.Orders: Request failed",
        Some(Level::Error),
        Some("com.acme.Orders"),
        None,
        "Request failed",
    ),
    // pino-pretty 13.2.0, without and with a date; winston 3.19.0 with printf; pm2's own log.
    (
        "[14:38:39.193] ERROR (api/10640): failed",
        Some(Level::Error),
        None,
        Some(10640),
        "failed",
    ),
    (
        "[2026-11-21 14:38:41.000 +0000] ERROR (api/10688): failed",
        Some(Level::Error),
        None,
        Some(10688),
        "failed",
    ),
    (
        "[2026-11-20 15:49:24.580 +0000] ERROR (12 on vm): failed",
        Some(Level::Error),
        None,
        Some(12),
        "failed",
    ),
    (
        "2026-11-21T14:38:38.405Z [error]: Cannot read x TypeError: Cannot read x",
        Some(Level::Error),
        None,
        None,
        "Cannot read x TypeError: Cannot read x",
    ),
    (
        "2026-11-20 15:49:24 +00:00: Error: x",
        None,
        None,
        None,
        "Error: x",
    ),
    // Go 1.27: log, and slog through it; zap 1.23.0, zerolog 1.26.1 and logrus 1.9.0 on a terminal.
    ("2026/11/21 14:39:51 plain", None, None, None, "plain"),
    (
        "api: 2026/11/21 14:39:51.634906 main.go:3: prefixed",
        None,
        None,
        None,
        "main.go:3: prefixed",
    ),
    (
        "[api] 2026/11/21 14:39:51 bracket",
        None,
        None,
        None,
        "bracket",
    ),
    (
        "2026/11/21 14:39:51 ERROR default err=boom",
        Some(Level::Error),
        None,
        None,
        "default err=boom",
    ),
    (
        "2026-11-21T14:39:18.187Z\tERROR\tshop\tgo1/main.go:7\tship failed\t{\"n\": 1}",
        Some(Level::Error),
        Some("shop"),
        None,
        "ship failed\t{\"n\": 1}",
    ),
    (
        "2026-11-21T14:47:31.316Z\tERROR\tzaps/main.go:21\tplain\t{\"error\": \"no answer\"}",
        Some(Level::Error),
        None,
        None,
        "plain\t{\"error\": \"no answer\"}",
    ),
    (
        "2026-11-21T14:39:18.187+0100\tINFO\tgo1/main.go:7\tstarted",
        Some(Level::Info),
        None,
        None,
        "started",
    ),
    (
        "2:39PM ERR main.go:9 > ship failed error=\"ship: boom\"",
        Some(Level::Error),
        None,
        None,
        "ship failed error=\"ship: boom\"",
    ),
    (
        "2:39PM ERR ship failed",
        Some(Level::Error),
        None,
        None,
        "ship failed",
    ),
    (
        "ERRO[0000] ship failed                                   error=\"ship: boom\"",
        Some(Level::Error),
        None,
        None,
        "ship failed                                   error=\"ship: boom\"",
    ),
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
        "2026/11/20 15:49:28     [cause]: Error: x",
        None,
        None,
        None,
        "[cause]: Error: x",
    ),
    (
        "[2026-11-20T15:49:28.845Z] error (api/123): Unhandled rejection",
        Some(Level::Error),
        None,
        Some(123),
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
