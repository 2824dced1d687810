//! Scrubbing over a corpus of secrets and of what only looks like one: in events, in the store, in envelopes, in the agent's
//! own log; and over the cases of parity, which must not change.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and reads files"
)]

#[path = "../policy/app.rs"]
mod app;
#[path = "../support/mod.rs"]
#[expect(
    dead_code,
    reason = "shared by several suites, each of which needs a part"
)]
mod support;

mod agent;
mod corpus;
mod events;
