//! Policy from end to end: candidates in, what the store, the ledger and the client reports hold out.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and says what it saw"
)]

mod app;
mod budgets;
mod day;
mod filters;
mod rules;
mod support;
