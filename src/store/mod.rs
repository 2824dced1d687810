//! The state file (SQLite, WAL). In: a [`Batch`], one transaction. Out: what a restart begins from, and the outbox.
//!
//! Never advances a position without what it covers.
