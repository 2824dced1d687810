//! Logs of several services with traces among their lines, by seed: every trace is one event, with its header, and nothing
//! of another line. The same at 25 MiB is among the `e2e` suites.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test that cannot go on fails; it looks at the machine as a user would and prints its figures"
)]

#[path = "../support/mod.rs"]
#[expect(
    dead_code,
    reason = "shared by several suites, each of which needs a part"
)]
mod support;

mod check;

use support::loggen::Density;

#[test]
fn mixed() {
    check::holds("mixed", 2, Density::Sparse);
}

#[test]
fn dense() {
    check::holds("dense", 2, Density::Dense);
}
