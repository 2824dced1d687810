//! What the suites share that read texts of every language: chance, ordinary lines, dresses, what is told of a trace.

pub(crate) mod dice;
#[path = "../language/dress.rs"]
pub(crate) mod dress;
#[path = "../language/excused.rs"]
pub(crate) mod excused;
pub(crate) mod loggen;
#[path = "../property/memory.rs"]
pub(crate) mod memory;
#[path = "../language/told.rs"]
pub(crate) mod told;
#[path = "../language/written.rs"]
pub(crate) mod written;
