//! The laws of the registry, the price of its openings, and the worked example of a language.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test that cannot go on fails; it reads its own fixtures and prints its tables"
)]

#[path = "../language/fixtures.rs"]
#[expect(
    dead_code,
    reason = "shared with another suite, which needs more of it"
)]
mod fixtures;
#[path = "../support/reading.rs"]
#[expect(
    dead_code,
    reason = "shared by several suites, each of which needs a part"
)]
mod reading;

mod example;
mod laws;
mod lua;
mod ordinary;

use reading::{dice, dress, excused, loggen, memory, told};
