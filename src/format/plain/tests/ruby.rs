//! Ruby's loggers.

use super::Row;
use crate::level::Level;

pub(super) const HEADERS: &[Row] = &[
    (
        "E, [2026-11-21T18:53:36.336793 #31911] ERROR -- shop: x (E)",
        Some(Level::Error),
        Some("shop"),
        Some(31_911),
        "x (E)",
    ),
    (
        "W, [2026-11-21T18:53:36.336843 #31911]  WARN -- : w",
        Some(Level::Warning),
        None,
        Some(31_911),
        "w",
    ),
    (
        "A, [2026-11-21T18:53:36.336831 #31911]   ANY -- : y",
        None,
        None,
        Some(31_911),
        "y",
    ),
    (
        "2026-11-20T15:49:23.377Z pid=812 tid=1abc class=Charge jid=f00 elapsed=0.003 WARN: RuntimeError: boom",
        Some(Level::Warning),
        None,
        Some(812),
        "RuntimeError: boom",
    ),
];
