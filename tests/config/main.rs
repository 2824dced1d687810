//! Configurations: the reference files, every key with valid and invalid values, broken files and what is said of them, the
//! JSON Schema. `STACKTAIL_BLESS=1` writes the reference files and the messages anew.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a suite fails by panicking, and reads its data by hand"
)]

mod broken;
mod check;
mod keys;
mod machine;
mod reference;
mod schema;
