//! Policy from end to end: candidates in, what the store, the ledger and the client reports hold out.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod app;
mod filters;
mod support;
