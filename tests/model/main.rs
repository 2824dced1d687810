//! The tailer against real folders: directed cases, and a random model.

#![cfg_attr(
    test,
    expect(
        clippy::unwrap_used,
        clippy::panic,
        clippy::string_slice,
        clippy::disallowed_methods,
        reason = "a test stops at the first surprise, and works on files of its own"
    )
)]

mod bench;
mod matches;
mod random;
mod reading;
mod restart;
mod rotation;
mod trouble;
