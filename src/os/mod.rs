//! The machine: clock, chance, files, environment. The only room that calls it; it decides nothing.
//!
//! Each part is a plain function or a small trait with a real side and a test double, handed down by value.

pub mod append;
pub mod chance;
pub mod clock;
pub mod context;
pub mod descriptors;
pub mod env;
pub mod files;
pub mod identity;
pub mod journal;
pub mod journalctl;
pub mod journald;
pub mod look;
pub mod notify;
pub mod socket;
pub mod state;
pub mod stream;
pub mod surroundings;
pub mod wake;
pub mod watch;

pub use clock::{Clock, Now};
