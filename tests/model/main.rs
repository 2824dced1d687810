//! The tailer against real folders: directed cases, and a random model.

mod bench;
mod reading;
mod rotation;
