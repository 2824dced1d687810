//! The binary as an operator meets it: files in, requests at a receiver out. Needs nothing but itself.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
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
mod bad_places;
mod faults;
mod kill;
mod live;
mod once;
mod reload;
mod routes;
mod status;
