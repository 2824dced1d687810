//! What the agent says of itself: its log, its tally, what it answers when it is asked, what systemd is told. Never logs a DSN's
//! key; never logs per dropped line.

pub mod admin;
pub mod board;
pub mod log;
pub mod own;
pub mod page;
pub mod status;
pub mod watchdog;
