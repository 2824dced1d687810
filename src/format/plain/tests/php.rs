//! Headers of PHP's own log, Monolog and what frameworks make of it. In: nothing. Out: rows.

use super::Row;
use crate::level::Level;

pub(super) const HEADERS: &[Row] = &[
    (
        "[20-Nov-2026 15:12:36 UTC] PHP Warning:  x in /a.php on line 3",
        None,
        None,
        None,
        "PHP Warning:  x in /a.php on line 3",
    ),
    (
        "[20-Nov-2026 15:12:36 America/Argentina/Buenos_Aires] order accepted",
        None,
        None,
        None,
        "order accepted",
    ),
    (
        "[2026-11-20T15:12:37.788021+00:00] shop.ERROR: settlement failed {\"id\":7} []",
        Some(Level::Error),
        Some("shop"),
        None,
        "settlement failed {\"id\":7} []",
    ),
    (
        "[20-Nov-2026 15:12:37] WARNING: [pool www] child 2897 said into stderr: \"Stack trace:\"",
        None,
        None,
        Some(2897),
        "Stack trace:\"",
    ),
    (
        "2026/11/20 15:12:37 [error] 12#12: *5 FastCGI sent in stderr: \"PHP message: x\" while",
        None,
        None,
        None,
        "12#12: *5 FastCGI sent in stderr: \"PHP message: x\" while",
    ),
    (
        "[2026-11-20 15:12:37] production.CRITICAL: down",
        Some(Level::Fatal),
        Some("production"),
        None,
        "down",
    ),
    (
        "[2026-11-20 15:12:37] my-app.NOTICE: a.ERROR: b",
        Some(Level::Info),
        Some("my-app"),
        None,
        "a.ERROR: b",
    ),
];
