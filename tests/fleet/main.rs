//! What an operator gets: the unit, the packages, the service on a booted machine.
//!
//! `cargo test --features e2e --test fleet -- --test-threads=1 --nocapture`. Needs root, systemd (`systemd-analyze`,
//! `systemd-nspawn`), mmdebstrap, rpmbuild, lintian, cargo-deb and PyPI. A machine without them fails and says so.
//! `STACKTAIL_PACKAGED` names a binary to package instead of the one built for the test.
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

#[path = "../e2e/venv.rs"]
mod venv;

mod ansible;
mod machine;
mod manifest;
mod package;
mod trouble;
mod unit;
