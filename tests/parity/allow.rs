//! Differences that the text cannot tell apart, each with its reason. One file a language.

mod go;
mod java;
mod node;
mod php;
mod python;

/// Case, field, reason. With `*` the event as a whole has no text of its own: it does not count in the table.
pub(crate) type Allowed = (&'static str, &'static str, &'static str);

/// The list of a language's cases.
pub(crate) fn of(language: &str) -> &'static [Allowed] {
    match language {
        "python" => python::ALLOWED,
        "java" => java::ALLOWED,
        "node" => node::ALLOWED,
        "go" => go::ALLOWED,
        "php" => php::ALLOWED,
        _ => &[],
    }
}

/// Does this event have no text of its own?
pub(crate) fn whole_event(place: &str) -> bool {
    let language = place.split('/').next().unwrap_or_default();
    of(language)
        .iter()
        .any(|(case, field, _)| *field == "*" && *case == place)
}
