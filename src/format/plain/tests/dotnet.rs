//! Headers of .NET's and Perl's loggers.

use super::Row;
use crate::level::Level;

pub(super) const HEADERS: &[Row] = &[
    // Microsoft.Extensions.Logging, message on the next line and on the same.
    (
        "fail: Acme.Orders.Worker[0]",
        Some(Level::Error),
        Some("Acme.Orders.Worker"),
        None,
        "",
    ),
    (
        "crit: Microsoft.Hosting[10] stopping",
        Some(Level::Fatal),
        Some("Microsoft.Hosting"),
        None,
        "stopping",
    ),
    (
        "2026-11-20 15:49:24 dbug: Acme.Orders[7] placed",
        Some(Level::Debug),
        Some("Acme.Orders"),
        None,
        "placed",
    ),
    // Serilog's console and file.
    (
        "[15:49:24 ERR] order 17 failed",
        Some(Level::Error),
        None,
        None,
        "order 17 failed",
    ),
    (
        "[15:49:24 VRB] looking",
        Some(Level::Debug),
        None,
        None,
        "looking",
    ),
    (
        "2026-11-20 15:49:24.112 +00:00 [FTL] stopping",
        Some(Level::Fatal),
        None,
        None,
        "stopping",
    ),
    // NLog.
    (
        "2026-11-20 15:49:24.1120|ERROR|Acme.Orders|order 17 failed|why",
        Some(Level::Error),
        Some("Acme.Orders"),
        None,
        "order 17 failed|why",
    ),
    // Log::Log4perl, Dancer2.
    (
        "2026/11/20 15:49:24 FATAL> shop.pl:3 Shop::place - order 17 failed",
        Some(Level::Fatal),
        None,
        None,
        "order 17 failed",
    ),
    (
        "[main:2837] error @2026-11-20 15:49:24> order 17 failed",
        Some(Level::Error),
        None,
        None,
        "order 17 failed",
    ),
];
