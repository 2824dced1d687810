//! An app about which nothing was said.

use stacktail::config::App;
use stacktail::level::Level;

/// An app without limits, whose events go to `r0`.
pub(crate) fn app() -> App {
    App {
        min_level: Level::Error,
        ..App::unsaid("app0")
    }
}
