//! The tailer against real folders: directed cases, and a random model.

mod bench;
mod matches;
mod random;
mod reading;
mod restart;
mod rotation;
