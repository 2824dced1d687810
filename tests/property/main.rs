//! From bytes to records: whatever the chunks, wrappers and interruptions, the same records come out.

mod headers;
mod memory;
mod restart;
