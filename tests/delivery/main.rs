//! Delivery against a receiver that misbehaves in every way that real ones do.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test stops at what it did not expect"
)]

#[path = "../support/receiver.rs"]
mod receiver;
mod rig;

mod limited;
mod local;
mod outage;
mod plain;
mod refused;
mod reports;
mod store;
mod tls;
