//! Generated logs of several services at 25 MiB.

use crate::genlog_check::holds;
use crate::support::loggen::Density;

#[test]
fn mixed() {
    holds("mixed", 25, Density::Sparse);
}

#[test]
fn dense() {
    holds("dense", 25, Density::Dense);
}
