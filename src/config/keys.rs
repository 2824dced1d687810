//! The one table of keys. Each row: name, kind (type and check), default as TOML, its documentation. The validator and the
//! JSON Schema read it; the reference files in `config/` are made from it.

mod app;
mod files;
mod host;
mod routes;
mod rules;
mod sample;

pub use super::journal::JOURNAL_KEYS;
pub use super::key::{Key, Kind, Shape};
pub use app::{APP_KEYS, SCRUB_KEYS, USER_KEYS};
pub use files::{FILES_KEYS, SOURCE_KEYS};
pub use host::{HOST_KEYS, OUTBOX_KEYS};
pub use routes::ROUTE_KEYS;
pub use rules::{RULE_KEYS, SET_KEYS, SET_USER_KEYS};
pub use sample::{EXPECT_KEYS, TESTS_KEYS};

/// The ways to give a DSN; one of them must be there.
pub const DSN_KEYS: &[&str] = &["dsn", "dsn_file", "dsn_env", "dsn_credential"];
/// The ways to give a release; one at most. `release_field` may stand beside it and comes first: a record in plain text has no
/// fields.
pub const RELEASE_KEYS: &[&str] = &["release", "release_file", "release_env"];
