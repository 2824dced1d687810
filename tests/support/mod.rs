//! What the black-box suites share: a home for the binary, a receiver that remembers, traces with known truth.
//!
//! Nothing here knows the library: the suites see the program as an operator does.

pub(crate) mod dice;
pub(crate) mod faults;
pub(crate) mod figures;
pub(crate) mod home;
pub(crate) mod hostile;
pub(crate) mod kills;
pub(crate) mod loggen;
pub(crate) mod receiver;
pub(crate) mod sink;
pub(crate) mod state;
pub(crate) mod traces;
pub(crate) mod wait;
