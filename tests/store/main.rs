//! The state file: what is stored reads back, whole batches or nothing, whatever is done to the process or the file.

mod file;
mod outbox;
mod support;
