//! The state file: what is stored reads back, whole batches or nothing, whatever is done to the process or the file.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a suite fails by panicking, and damages files by hand"
)]

mod conservation;
mod file;
mod killed;
mod outbox;
mod support;
mod thinning;
