//! Cells of the matrix that cannot hold, each with its reason. One that is not needed fails.

/// Fixture (a `*` at the end stands for anything), dress, why.
pub(crate) const EXCUSED: &[(&str, &str, &str)] = &[
    ("python/loguru_diagnose", "indented", INDENTED_HEADER),
    ("python/loguru_diagnose", "tabbed", INDENTED_HEADER),
];

const INDENTED_HEADER: &str = "with white space before it the next record's header is none, or a message that quotes a log would end its trace";

/// What is not read yet: table and dress; these cells are printed and not judged.
pub(crate) const PENDING: &[(&str, &str)] = &[
    ("in every dress", "syslog 3164"),
    ("in every dress", "syslog file"),
    ("in every dress", "rsyslog #011"),
    ("in every dress", "syslog 5424"),
    ("in every dress", "compose"),
    ("in every dress", "compose coloured"),
    ("in every dress", "pm2"),
    ("in every dress", "pm2 time"),
    ("in every dress", "kubectl"),
    ("in every dress", "journalctl"),
    ("interleaved", "syslog 3164"),
    ("interleaved", "syslog file"),
    ("interleaved", "rsyslog #011"),
    ("interleaved", "syslog 5424"),
    ("interleaved", "compose"),
    ("interleaved", "compose coloured"),
    ("interleaved", "pm2"),
    ("interleaved", "pm2 time"),
    ("interleaved", "kubectl"),
    ("interleaved", "journalctl"),
];

/// Languages whose cells are judged.
pub(crate) const SETTLED: &[&str] = &["python"];
