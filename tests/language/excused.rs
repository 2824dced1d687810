//! Cells of the matrix that cannot hold, each with its reason. One that is not needed fails.

/// Fixture (a `*` at the end stands for anything), dress, why.
pub(crate) const EXCUSED: &[(&str, &str, &str)] = &[
    ("python/loguru_diagnose", "indented", INDENTED_HEADER),
    ("python/loguru_diagnose", "tabbed", INDENTED_HEADER),
];

const INDENTED_HEADER: &str = "with white space before it the next record's header is none, or a message that quotes a log would end its trace";

/// Languages that are judged; the others' cells are printed.
const SETTLED: &[&str] = &["python"];

/// Is this language judged? With `STACKTAIL_ALL` set, all are.
pub(crate) fn is_settled(language: &str) -> bool {
    SETTLED.contains(&language) || std::env::var_os("STACKTAIL_ALL").is_some()
}
