//! Under a real journald: the binary reads what services print while everything is done to the journal that can be.
//!
//! `cargo test --release --features e2e --test journal -- --test-threads=1 --nocapture`. Needs root (a mount namespace of its
//! own), systemd-journald and Python. A machine without them fails and says so.
#![cfg(feature = "e2e")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails, and it looks at the machine as a user would"
)]

#[path = "../support/mod.rs"]
#[expect(
    dead_code,
    reason = "shared by several suites, each of which needs a part"
)]
mod support;

mod coredumps;
mod crowded;
mod everything;
mod latency;
mod machine;
mod reboot;
mod routes;
mod throughput;
mod world;
