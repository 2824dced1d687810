//! The binary. In: the command line. Out: an exit code. Everything else is in the library, whose first page is the
//! architecture (`cargo doc --open`).

use std::process::ExitCode;

/// Why not the system's: `Cargo.toml`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    stacktail::cli::main()
}
