//! Languages against what runtimes really printed: `<language>/<name>.log` is read, `<language>/<name>.json` is what must
//! come of it, and every dress and company of the text must give the same. `programs/` holds what was run, `README.md` how.
//! `STACKTAIL_BLESS=1` writes the snapshots anew.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test that cannot go on fails; it reads its own fixtures and prints its tables"
)]

#[path = "../parity/drive.rs"]
mod drive;

#[path = "../property/memory.rs"]
#[expect(
    dead_code,
    reason = "shared with another suite, which needs more of it"
)]
mod memory;

#[path = "../support/dice.rs"]
#[expect(
    dead_code,
    reason = "shared by several suites, each of which needs a part"
)]
mod dice;

#[expect(dead_code, reason = "shared with other suites, which need more of it")]
mod dress;
mod excused;
mod fixtures;
mod matrix;
mod snapshots;
mod table;
mod told;
mod written;
