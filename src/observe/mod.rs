//! What the agent says of itself: its log, its tally. Never logs a DSN's key; never logs per dropped line.

pub mod log;
pub mod own;
