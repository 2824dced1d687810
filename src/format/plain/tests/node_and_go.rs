//! Layouts of Node's and Go's loggers.

use super::{Level, Row};

pub(super) const HEADERS: &[Row] = &[
    // Go's log has no level: `error: ` is the program's, `ERROR` what stands for one.
    (
        "2026/11/20 15:49:24 error: failed",
        Some(Level::Error),
        None,
        None,
        "error: failed",
    ),
    (
        "2026/11/20 15:49:24 ERROR: failed",
        Some(Level::Error),
        None,
        None,
        "failed",
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
];
