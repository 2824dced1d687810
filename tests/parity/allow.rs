//! Differences that the text cannot tell apart, each with its reason. One file a language.

mod elixir;
mod go;
mod java;
mod node;
mod php;
mod python;
mod ruby;
mod rust;

/// Case, field, reason. A field with `?` behind it is one that the text does not carry, whatever the judge thinks: two runtimes
/// print the same and send different things. With `*` the event, or the frame, as a whole has no text of its own: it does not count
/// in the table.
pub(crate) type Allowed = (&'static str, &'static str, &'static str);

/// The list of a language's cases.
pub(crate) fn of(language: &str) -> &'static [Allowed] {
    match language {
        "python" => python::ALLOWED,
        "java" => java::ALLOWED,
        "node" => node::ALLOWED,
        "go" => go::ALLOWED,
        "ruby" => ruby::ALLOWED,
        "elixir" => elixir::ALLOWED,
        "php" => php::ALLOWED,
        "rust" => rust::ALLOWED,
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

/// Is this field one of which the text tells nothing, though its words stand in it?
pub(crate) fn untold(place: &str, field: &str) -> bool {
    let language = place.split('/').next().unwrap_or_default();
    of(language).iter().any(|(case, of, _)| {
        let rest = place.strip_prefix(case);
        let whole_frame = *of == "*" && case.contains(" frame[");
        (whole_frame || of.strip_suffix('?') == Some(field))
            && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['#', ' ']))
    })
}
