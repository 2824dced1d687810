//! The rows of `[[tests]]`.

use super::super::key::{Key, Kind};

/// Tests as they may stand in a file: what must be found, and what must not.
pub(super) const TESTS_EXAMPLE: &str = r#"[
  { name = "no card", text = "Traceback (most recent call last):\n  File \"/srv/example/pay.py\", line 3, in pay\n    charge(card)\nValueError: no card\n", expect = [{ type = "ValueError", value = "no card", culprit = "pay", language = "python" }] },
  { name = "a word is no trace", text = "ERROR payment refused\n" },
]"#;

/// `[[tests]]`.
pub static TESTS_KEYS: &[Key] = &[
    Key::new("name", Kind::Name(200), "What it is about, for people.").such_as("\"no card\""),
    Key::new(
        "text",
        Kind::Lines,
        "What stands in the log, of one line or many. Must be there.",
    )
    .such_as("\"ERROR payment refused\\n\""),
    Key::new(
        "expect",
        Kind::Tables(EXPECT_KEYS),
        "The exceptions that it must give and no others; without it, none.",
    )
    .such_as("[{ type = \"ValueError\" }]"),
];

/// `[[tests.expect]]`.
pub static EXPECT_KEYS: &[Key] = &[
    Key::new("type", Kind::Name(200), "The exception's type.").such_as("\"ValueError\""),
    Key::new("value", Kind::Lines, "Its message.").such_as("\"no card\""),
    Key::new(
        "culprit",
        Kind::Name(500),
        "Where it happened as `parse` says it, with or without the place in brackets.",
    )
    .such_as("\"pay\""),
    Key::new("language", Kind::Name(40), "Its language, lower case.").such_as("\"python\""),
    Key::new("count", Kind::Count, "How many of them.").or("1"),
];
