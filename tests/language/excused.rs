//! Cells of the matrix that cannot hold, each with its reason. One that is not needed fails.

/// Fixture (a `*` at the end stands for anything), dress, why.
pub(crate) const EXCUSED: &[(&str, &str, &str)] = &[
    ("python/loguru_diagnose", "indented", INDENTED_HEADER),
    ("python/loguru_diagnose", "tabbed", INDENTED_HEADER),
];

const INDENTED_HEADER: &str = "with white space before it the next record's header is none, or a message that quotes a log would end its trace";

/// Languages whose cells are judged.
pub(crate) const SETTLED: &[&str] = &["python"];
