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
//! may name earlier rooms, never later ones (`tests/doors.rs` holds that). [`pipeline`] joins the pure rooms from bytes to
//! candidates; [`agent`] wires everything and is the only place with threads and control flow.
//!
//! Two threads: one reads, recognises, decides and commits; one delivers. They meet in the store alone. The log file is the
//! buffer: what does not fit into the outbox is not read. Who asks how the agent is doing asks a board ([`observe::board`]), on which
//! the reading thread answers between two turns, and only then.
//!
//! # What never happens
//!
//! - Parsing never fails: any bytes give a value and, where something was odd, a note or a count.
//! - No room but [`os`] reads a clock, chance, the environment or a file; time comes in by value.
//! - A position never passes a record that is still open, nor an event that is not stored: both are one transaction. Memory
//!   is never ahead of the disk; after a failed commit it goes back to what the disk holds.
//! - What is read twice is never sent as two: an event's id comes from where its record stands, not from when it was read.
//! - Nothing is dropped without a named reason that is counted.
//! - Nothing grows with the input: every bound stands in [`bounds`].
//! - A log never picks a DSN, never opens a file outside the folders that the operator allowed, and never reaches a terminal
//!   or the store raw: secrets are taken out first.
//! - No app touches another: not by noise, not by a bad file, not by a dead DSN.
//! - An idle agent never wakes for housekeeping.
//!
//! # Where it departs from what is usual, and why
//!
//! - **inotify through `rustix`, not `notify`.** `notify` watches whole folders and cannot mute one file: a log that is
//!   written 20,000 times a second would wake the agent as often. Here a quiet file has a watch that fires once; then the file
//!   is hot, has no watch, and is read every 20 ms until it was silent for a second. Regular looks are the truth, inotify is a hint.
//! - **Own limits, not `governor`.** The buckets (GCRA) run on the log's record time, so that a backlog is thinned as it would
//!   have been live, and stand in the state file with what they counted.
//! - **`toml` with spans, not `serde` structs.** A second pass over spans places every error of every file at once, which a
//!   derived struct, stopping at the first, cannot.
//!   For the same reason the environment (`STACKTAIL_OUTBOX__DSN_BYTES`) is one more layer of checked settings, each with its
//!   variable as its place, and not `figment`: it merges untyped values first, and what is wrong with one is told of the whole.
//! - **A record's release beside the app's.** Of `release`, `release_file` and `release_env` one may stand; `release_field` may stand
//!   beside it and comes first, since records in plain text, as a crash is, have no fields.
//! - **Own structs of the payload, not `sentry-types`.** Those lack the fields that decide grouping ([`event::protocol`]); a test
//!   reads every payload back with them.
//! - **SQLite, not files of positions.** Positions, events and counts must change together or not at all.
//! - **Bytes before lines.** [`scan`] passes over what opens no trace without making a line of it; a line becomes a struct only
//!   around a hit, and what stood before a hit is read back from the file.
//!
//! # The rooms
//!
//! - [`bounds`]: every bound, in one place.
//! - [`level`]: severity: one scale for log lines, settings and events.
//! - [`limit`]: limits as an operator writes them, and the bucket that keeps them.
//! - [`os`]: the machine: clock, chance, files, environment. It decides nothing.
//! - [`config`]: TOML files in; a checked configuration out, or every error at its place.
//! - [`source`]: globs and cursors in; bytes or entries with their exact position out.
//! - [`scan`]: a chunk of bytes in; where an opening stands out.
//! - [`mod@format`]: a line in; the same freed of its wrapper out: time, level, stream, text.
//! - [`assemble`]: lines of one lane in; whole records out.
//! - [`language`]: a record in; its exceptions and frames out, as the runtime's SDK has them.
//! - [`event`]: a trace in; the Sentry event and its id out.
//! - [`pipeline`]: pieces of input in; records out. Joins the rooms from `scan` to `assemble`.
//! - [`policy`]: candidates in; keep, or drop with a reason, out. Scrubs first.
//! - [`route`]: an app in; its receiver out. A trace that no app has to itself in; its app out.
//! - [`store`]: a batch in, as one transaction; what a restart begins from, and the outbox, out.
//! - [`deliver`]: the outbox in; requests out, one worker for each receiver.
//! - [`observe`]: what the agent says of itself.
//! - [`agent`]: all of it, wired; the threads.
//! - [`cli`]: the commands, one file each.

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
