//! Cells of the matrix that cannot hold, each with its reason. One that is not needed fails.

/// Fixture (a `*` at the end stands for anything), dress (in one table alone: behind its title), why.
pub(crate) const EXCUSED: &[(&str, &str, &str)] = &[
    ("python/loguru_diagnose", "indented", INDENTED_HEADER),
    ("python/loguru_diagnose", "tabbed", INDENTED_HEADER),
    ("jvm/prints_17", "twice in a row", PROSE_BEFORE_PROSE),
    ("jvm/stackless_17", "twice in a row", ANNOUNCED_ALONE),
    ("jvm/messages_17", "end cut off", REPEATED_BELOW),
    ("jvm/custom_17", "in every dress: syslog 3164", LEVEL_TELLS),
    ("jvm/custom_17", "in every dress: syslog 5424", LEVEL_TELLS),
    ("jvm/custom_17", "in every dress: headed", LEVEL_TELLS),
    (
        "jvm/custom_17",
        "in every dress: headed logback",
        LEVEL_TELLS,
    ),
    ("jvm/custom_17", "in every dress: logcat", LEVEL_TELLS),
    ("jvm/custom_17", "in every dress: json lines", LEVEL_TELLS),
    (
        "jvm/slf4j_simple",
        "in every dress: headed go",
        LEVEL_HIDDEN,
    ),
    ("jvm/slf4j_simple", "octal #012", LEVEL_HIDDEN),
    ("jvm/slf4j_simple", "indented", INDENTED_HEADER),
    ("jvm/slf4j_simple", "tabbed", INDENTED_HEADER),
];

const LEVEL_TELLS: &str = "without a level nothing says that words without a class are an exception; this wrapper has one, and more is found";
const LEVEL_HIDDEN: &str = "an exception whose words name no class is told by its header's level, and this wrapper has a header without one";
const REPEATED_BELOW: &str = "that a line which reads like an exception's is a message's, only its repetition in the cause's message tells";
const ANNOUNCED_ALONE: &str = "an announced exception without frames, then another's first line: it may as well be the message's second";
const PROSE_BEFORE_PROSE: &str = "the last lines, which begin like an exception, and the first, which end in a frame, read as one with a long message";
const INDENTED_HEADER: &str = "with white space before it the next record's header is none, or a message that quotes a log would end its trace";

/// Languages that are judged; the others' cells are printed.
const SETTLED: &[&str] = &["javascript", "jvm", "python"];

/// Is this language judged? With `STACKTAIL_ALL` set, all are.
pub(crate) fn is_settled(language: &str) -> bool {
    SETTLED.contains(&language) || std::env::var_os("STACKTAIL_ALL").is_some()
}
