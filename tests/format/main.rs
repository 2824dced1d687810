//! Layouts that are read apart from any language: what servers log without a trace (`servers/<name>.log`, and beside it what
//! must come of it where `messages = "error"`), layouts that an app fixes, and the cost of hostile texts.
//! `STACKTAIL_BLESS=1` writes the expectations anew. `README.md` says where the texts come from.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test that cannot go on fails; it reads its own fixtures and prints its figures"
)]

#[path = "../support/dice.rs"]
#[expect(
    dead_code,
    reason = "shared by several suites, each of which needs a part"
)]
mod dice;
#[path = "../language/fixtures.rs"]
#[expect(
    dead_code,
    reason = "shared with another suite, which needs more of it"
)]
mod fixtures;
#[path = "../property/memory.rs"]
#[expect(
    dead_code,
    reason = "shared with another suite, which needs more of it"
)]
mod memory;

mod changed;
mod fixed;
mod hostile;
mod servers;
