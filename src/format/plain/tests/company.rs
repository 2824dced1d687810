//! Lines of several services in one file, and odd moments.

use super::{Level, Row};

pub(super) const HEADERS: &[Row] = &[
    // Others' lines in a file of several services.
    (
        "2026-11-20 15:49:28.845 [http-nio-8080-exec-1] WARN  com.acme.Orders - Request failed",
        Some(Level::Warning),
        Some("com.acme.Orders"),
        None,
        "Request failed",
    ),
    // Elixir's Logger, without and with metadata.
    (
        "15:49:28.845 [error] GenServer Shop.Jobs terminating",
        Some(Level::Error),
        None,
        None,
        "GenServer Shop.Jobs terminating",
    ),
    (
        "15:49:28.845 request_id=F9x-a1 pid=<0.96.0> mfa=Shop.Run.rescued/0 [error] could not take",
        Some(Level::Error),
        None,
        None,
        "could not take",
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
