//! `[[journal]]`: which entries of the systemd journal are an app's. In: its table. Out: a [`Journal`], or problems.

use std::path::PathBuf;

use super::check::Checker;
use super::fault::Fault;
use super::key::{Key, Kind};
use super::problem::Severity;
use super::setting::{Layers, Section};

/// Entries of the journal that belong to an app: those that `units`, `user_units`, `identifiers` or `kernel` name (any, if none
/// of these is set), that are at least as severe as `priority`, and that have all `matches`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Journal {
    /// System units; `*` and `?` allowed.
    pub units: Vec<String>,
    /// Units of users' service managers.
    pub user_units: Vec<String>,
    /// Syslog identifiers.
    pub identifiers: Vec<String>,
    /// The kernel's entries.
    pub kernel: bool,
    /// The least severe syslog priority that counts, 0 to 7.
    pub priority: Option<u8>,
    /// Field and value; of several values of one field, any.
    pub matches: Vec<(String, String)>,
    /// Journal namespaces to read instead of the host's own journal.
    pub namespaces: Vec<String>,
    /// A folder of journal files to read instead, as of a mounted machine.
    pub directory: Option<PathBuf>,
    /// That a unit failed is an issue, too.
    pub unit_failures: bool,
}

/// syslog's names of its priorities, as `journalctl --priority` takes them.
const PRIORITIES: [&str; 8] = [
    "emerg", "alert", "crit", "err", "warning", "notice", "info", "debug",
];

/// `[[journal]]`.
pub static JOURNAL_KEYS: &[Key] = &[
    Key::new(
        "units",
        Kind::Units,
        "systemd units, `.service` if no other; `*` and `?` allowed.",
    )
    .such_as("[\"example.service\"]"),
    Key::new(
        "user_units",
        Kind::Units,
        "Units of users' service managers.",
    )
    .or("[]"),
    Key::new(
        "identifiers",
        Kind::Names,
        "Syslog identifiers (`journalctl -t`).",
    )
    .or("[]")
    .such_as("[\"example\"]"),
    Key::new("kernel", Kind::Flag, "The kernel's entries.").or("false"),
    Key::new(
        "priority",
        Kind::Choice(&PRIORITIES),
        "The least severe priority that is read; all if absent.",
    )
    .such_as("\"info\""),
    Key::new(
        "matches",
        Kind::Matches,
        "\"FIELD=value\": each field named must have one of its values.",
    )
    .or("[]")
    .such_as("[\"CONTAINER_NAME=web\"]"),
    Key::new(
        "namespaces",
        Kind::Names,
        "Journal namespaces (`LogNamespace=`) to read instead of the host's own journal.",
    )
    .or("[]"),
    Key::new(
        "directory",
        Kind::Path,
        "A folder of journal files to read instead, as of a mounted machine.",
    )
    .such_as("\"/mnt/machine/var/log/journal\""),
    Key::new(
        "unit_failures",
        Kind::Flag,
        "That a unit failed (\"Failed with result ...\") is an issue, too.",
    )
    .or("false"),
];

/// The app's `[[journal]]` tables.
pub(super) fn journals(file: &mut Checker<'_>, section: &Section) -> Vec<Journal> {
    let tables = section.sections("journal").iter();
    tables.map(|section| journal(file, section)).collect()
}

fn journal(file: &mut Checker<'_>, section: &Section) -> Journal {
    let top = [section];
    let layers = Layers {
        sections: &top,
        keys: JOURNAL_KEYS,
        folder: file.folder,
    };
    let priority = layers.text("priority");
    let priority = priority.and_then(|name| PRIORITIES.iter().position(|known| *known == name));
    let parts = layers.texts("matches");
    let matches = parts.iter().filter_map(|text| text.split_once('='));
    let journal = Journal {
        units: layers.texts("units"),
        user_units: layers.texts("user_units"),
        identifiers: layers.texts("identifiers"),
        kernel: layers.flag("kernel"),
        priority: priority.and_then(|at| u8::try_from(at).ok()),
        matches: matches
            .map(|(field, value)| (field.to_owned(), value.to_owned()))
            .collect(),
        namespaces: layers.texts("namespaces"),
        directory: layers.path("directory"),
        unit_failures: layers.flag("unit_failures"),
    };
    if journal.directory.is_some() && !journal.namespaces.is_empty() {
        let span = section
            .place("namespaces")
            .unwrap_or_else(|| section.span.clone());
        let fault = Fault::new(
            "`namespaces` and `directory` name different journals",
            "expected one of them",
        )
        .help("write a second `[[journal]]`");
        file.tell(Severity::Error, "journal.namespaces", &span, fault);
    }
    journal
}

/// A unit's name; without a type it is a service's, as for `systemctl`.
pub(super) fn unit(text: &str) -> Result<String, Fault> {
    let valid = |c: char| c.is_ascii_alphanumeric() || ":-_.\\@*?".contains(c);
    if text.is_empty() || text.len() > 255 || !text.chars().all(valid) {
        return Err(Fault::new(
            format!("`{}` is no unit's name", super::fault::brief(text)),
            "expected one such as \"checkout.service\"",
        ));
    }
    let typed = text.rsplit_once('.').is_some_and(|(_, ty)| {
        ty.contains(['*', '?'])
            || matches!(
                ty,
                "service" | "socket" | "timer" | "mount" | "scope" | "slice" | "target" | "path"
            )
    });
    Ok(if typed || text.ends_with('*') {
        text.to_owned()
    } else {
        format!("{text}.service")
    })
}

/// A name that is not empty.
pub(super) fn name(text: &str) -> Result<String, Fault> {
    if text.is_empty() {
        return Err(Fault::new("an empty name", "expected a name"));
    }
    Ok(text.to_owned())
}

/// `FIELD=value` (`systemd.journal-fields(7)`: upper-case letters, digits and `_`).
pub(super) fn field_match(text: &str) -> Result<String, Fault> {
    let valid = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let field = text.split_once('=').map(|(field, _)| field);
    if field.is_some_and(|field| !field.is_empty() && field.chars().all(valid)) {
        return Ok(text.to_owned());
    }
    Err(Fault::new(
        format!("`{}` is no match", super::fault::brief(text)),
        "expected \"FIELD=value\", the field in upper case",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_without_a_type_is_a_service() {
        for (text, is) in [
            ("shop", "shop.service"),
            ("shop.service", "shop.service"),
            ("shop@1", "shop@1.service"),
            ("com.acme.shop", "com.acme.shop.service"),
            ("session-3.scope", "session-3.scope"),
            ("shop@*", "shop@*"),
            ("*.service", "*.service"),
        ] {
            assert_eq!(unit(text).unwrap(), is);
        }
        assert!(unit("").is_err() && unit("a b").is_err() && unit("a/b").is_err());
    }

    #[test]
    fn a_match_names_a_field() {
        assert!(field_match("CONTAINER_NAME=web=1").is_ok());
        for wrong in ["x", "=1", "name=1", ""] {
            assert!(field_match(wrong).is_err(), "{wrong}");
        }
    }
}
