//! The environment. In: a name. Out: its value, read here and nowhere else.

use std::io::IsTerminal as _;

/// The variable's value; `None` where it is not set or not UTF-8.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this room is where the environment is read"
)]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// All variables whose names begin so. A value that is not UTF-8 has marks in its place.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this room is where the environment is read"
)]
pub fn variables(prefix: &str) -> Vec<(String, String)> {
    let all = std::env::vars_os();
    let named = all.filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
    named
        .filter(|(name, _)| name.starts_with(prefix))
        .map(|(name, value)| (name, value.to_string_lossy().into_owned()))
        .collect()
}

/// Is standard output a terminal?
#[must_use]
pub fn stdout_is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// Is standard error a terminal?
#[must_use]
pub fn stderr_is_terminal() -> bool {
    std::io::stderr().is_terminal()
}

/// May colours be used on a stream that is (or is not) a terminal? `NO_COLOR` (<https://no-color.org>) and `TERM=dumb`
/// say no.
#[must_use]
pub fn colour_wanted(terminal: bool) -> bool {
    let forbidden = variable("NO_COLOR").is_some_and(|value| !value.is_empty());
    terminal && !forbidden && variable("TERM").as_deref() != Some("dumb")
}
