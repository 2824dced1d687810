//! The rows of `[[rules]]`.

use super::super::key::{Key, Kind};

/// Rules as they may stand in a file: one of each thing that a rule can do.
pub(super) const RULE_EXAMPLE: &str = r#"[
  { when = 'error.type == "TimeoutError" && record.logger.startsWith("http")', set = { fingerprint = ["http-timeout"], level = "warning" } },
  { when = 'frames.exists(f, f.module == "shop.legacy") && !error.value.matches("[0-9]{5}")', drop = true },
  { when = 'has(record.fields.tenant) && record.fields.tenant == "demo"', sample_rate = 0.1 },
]"#;

/// `[[rules]]`.
pub static RULE_KEYS: &[Key] = &[
    Key::new(
        "when",
        Kind::Condition,
        "A condition in CEL. Must be there.",
    )
    .such_as("'error.type == \"TimeoutError\"'"),
    Key::new("drop", Kind::Flag, "The event is dropped.").such_as("true"),
    Key::new(
        "sample_rate",
        Kind::Fraction,
        "Part of these events that is kept, 0.0 to 1.0.",
    )
    .such_as("0.1"),
    Key::new("set", Kind::Table(SET_KEYS), "What the event is given.")
        .such_as("{ level = \"warning\" }"),
];

/// `set` of a rule.
pub static SET_KEYS: &[Key] = &[
    Key::new("level", Kind::Level, "The event's level.").such_as("\"warning\""),
    Key::new(
        "fingerprint",
        Kind::Fingerprint,
        "What makes the issue; \"{{ default }}\" stands for Sentry's own grouping.",
    )
    .such_as("[\"{{ default }}\", \"http\"]"),
    Key::new("tags", Kind::Tags, "Put on the event.").such_as("{ kind = \"timeout\" }"),
    Key::new(
        "user",
        Kind::Table(SET_USER_KEYS),
        "The user, in the place of any other.",
    )
    .such_as("{ id = \"batch\" }"),
    Key::new("transaction", Kind::Name(200), "Sentry's transaction.").such_as("\"checkout\""),
    Key::new("logger", Kind::Name(64), "The logger.").such_as("\"http\""),
];

/// `user` of a rule's `set`.
pub static SET_USER_KEYS: &[Key] = &[
    Key::new("id", Kind::Name(128), "The user's id.").such_as("\"batch\""),
    Key::new("email", Kind::Name(75), "The e-mail address.").such_as("\"batch@example.org\""),
    Key::new("username", Kind::Name(128), "The name.").such_as("\"batch\""),
];
