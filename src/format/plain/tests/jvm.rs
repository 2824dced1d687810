//! Layouts of the JVM's loggers and servers.

use super::{Level, Row};

pub(super) const HEADERS: &[Row] = &[
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
    (
        "2026-11-20T15:49:24.580Z ERROR  --- [shop] [           main] c.a.Shop : Failed",
        Some(Level::Error),
        Some("c.a.Shop"),
        None,
        "Failed",
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
];
