//! stacktail: a host agent that turns the stack traces in log files into the Sentry issues that an SDK would have made.
//!
//! # The way of a byte
//!
//! ```text
//!  source ─Piece─▶ scan ─Hit─▶ format ─Line─▶ assemble ─Record─▶ language ─Trace─▶ event ─Candidate─▶ policy
//!    ▲                                                                                                  │
//!    │ checkpoint                                                                                       ▼ Kept
//!    └──── store ◀──────── one Batch, one transaction: positions, events, policy's counts ◀────────── route
//!            │
//!            └──▶ deliver ──▶ Sentry · Relay · GlitchTip · Bugsink · console
//! ```
//!
//! The rooms stand below in the order in which data passes through them. A type lives in the room that makes it; a room
//! may name earlier rooms, never later ones (`tests/doors.rs` holds that). `pipeline` joins the pure rooms from bytes to
//! candidates; `agent` wires everything and is the only place with threads and control flow.

pub mod bounds;
pub mod level;
pub mod limit;

pub mod os;

pub mod config;

pub mod source;

pub mod scan;

pub mod format;

pub mod assemble;

pub mod language;

pub mod event;

pub mod pipeline;

pub mod policy;

pub mod route;

pub mod store;

pub mod deliver;

pub mod observe;

pub mod agent;

pub mod cli;

/// Of this build, as `stacktail --version` says it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
