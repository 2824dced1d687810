//! The rows of `[[routes]]`.

use super::super::key::{Key, Kind};

/// Routes as they may stand in a file: by name, by field, and what is left.
pub(super) const ROUTE_EXAMPLE: &str = r#"[
  { when = 'source.name.startsWith("checkout-")', app = "example" },
  { when = 'has(record.fields.unit) && record.fields.unit == "web.service"', app = "example" },
  { app = "example" },
]"#;

/// `[[routes]]`.
pub static ROUTE_KEYS: &[Key] = &[
    Key::new(
        "when",
        Kind::Condition,
        "A condition in CEL; without it the route takes all that is left.",
    )
    .such_as("'source.name.startsWith(\"checkout-\")'"),
    Key::new(
        "app",
        Kind::App,
        "The app: the name of its file. Must be there.",
    )
    .such_as("\"example\""),
];
