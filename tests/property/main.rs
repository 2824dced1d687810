//! From bytes to records: whatever the chunks, wrappers and interruptions, the same records come out.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::format_push_string,
    clippy::format_collect,
    reason = "a suite fails by panicking, builds its logs from text, and reads its own fixtures"
)]

mod bounds;
mod entries;
mod headers;
mod memory;
mod restart;
mod writers;
