//! Delivery against a receiver that misbehaves in every way that real ones do.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test stops at what it did not expect"
)]

#[path = "../support/home.rs"]
#[expect(
    dead_code,
    reason = "shared by several suites, each of which needs a part"
)]
mod home;
#[path = "../support/receiver.rs"]
mod receiver;
#[path = "../support/wait.rs"]
#[expect(
    dead_code,
    reason = "shared by several suites, each of which needs a part"
)]
mod wait;

mod commands;
mod relay;
mod rig;

mod framing;
mod limited;
mod local;
mod outage;
mod own;
mod plain;
mod refused;
mod reports;
mod store;
mod tls;
mod ways;
