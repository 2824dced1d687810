//! The laws of the registry, the price of its openings, and the worked example of a language.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test that cannot go on fails; it reads its own fixtures and prints its tables"
)]

#[path = "../support/dice.rs"]
#[expect(
    dead_code,
    reason = "shared by several suites, each of which needs a part"
)]
mod dice;
#[path = "../language/dress.rs"]
#[expect(
    dead_code,
    reason = "shared by several suites, each of which needs a part"
)]
mod dress;
#[path = "../language/excused.rs"]
#[expect(
    dead_code,
    reason = "shared by several suites, each of which needs a part"
)]
mod excused;
#[path = "../language/fixtures.rs"]
mod fixtures;
#[path = "../support/loggen.rs"]
#[expect(
    dead_code,
    reason = "shared by several suites, each of which needs a part"
)]
mod loggen;
#[path = "../property/memory.rs"]
#[expect(
    dead_code,
    reason = "shared by several suites, each of which needs a part"
)]
mod memory;
#[path = "../language/told.rs"]
#[expect(
    dead_code,
    reason = "shared by several suites, each of which needs a part"
)]
mod told;

mod example;
mod laws;
mod lua;
mod ordinary;
