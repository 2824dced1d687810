//! Keys in a wrong place, and values of a wrong type. In: a key's name and where it stands. Out: what was meant, where it
//! belongs, how it is written.

use std::ops::Range;

use super::check::Checker;
use super::fault::{Fault, brief};
use super::keys::{APP_KEYS, HOST_KEYS, Key, Kind};
use super::meant;
use super::problem::Severity;

impl Checker<'_> {
    /// Tells of a key that is none here, and what was meant.
    pub(super) fn unknown(&mut self, keys: &'static [Key], name: &str, span: &Range<usize>) {
        let mut fault = Fault::new(format!("unknown key `{}`", brief(name)), "no such key here");
        let names = || keys.iter().map(|key| key.name);
        fault.help = match meant::closest(name, names()) {
            Some(meant) => Some(format!("did you mean `{meant}`?")),
            None => home_of(name).or_else(|| {
                Some(format!(
                    "the keys here are: {}",
                    names().collect::<Vec<_>>().join(", ")
                ))
            }),
        };
        self.tell(Severity::Error, "", span, fault);
    }
}

/// Stands the line below a table's header that could not be read? Then its keys are taken for another table's.
pub(super) fn headless(text: &str, broken: &[usize], line: usize) -> bool {
    let is_header = |text: &&str| text.trim_start().starts_with('[');
    let above = text.lines().enumerate().take(line.saturating_sub(1));
    let header = above.filter(|(_, text)| is_header(text)).last();
    header.is_some_and(|(at, _)| broken.contains(&(at + 1)))
}

/// A key of one app alone, set for all.
pub(super) fn not_shared(key: &Key) -> Fault {
    let message = format!("`{}` cannot be set for all apps", key.name);
    let fault = Fault::new(message, "belongs in the app's own file");
    if HOST_KEYS.iter().any(|other| other.name == key.name) {
        return fault.help(format!(
            "for the host: `{}` at the top of the host file",
            key.name
        ));
    }
    fault
}

/// How a value of this key is written; a DSN's example would be masked.
pub(super) fn how_written(key: &Key) -> Option<String> {
    match key.kind {
        Kind::Receiver => None,
        Kind::Table(_) | Kind::Defaults => Some(format!(
            "write `[{}]`, its keys on the lines below",
            key.name
        )),
        Kind::Tables(_) => Some(format!(
            "write `[[{}]]`, its keys on the lines below",
            key.name
        )),
        _ => {
            let shown = key.example.or(key.default)?;
            Some(format!("as in `{} = {shown}`", key.name))
        }
    }
}

/// Where a key that is unknown here belongs.
fn home_of(name: &str) -> Option<String> {
    let homes = [
        (HOST_KEYS, "the host file (stacktail.toml)"),
        (APP_KEYS, "an app's file (apps.d/NAME.toml)"),
    ];
    for (keys, home) in homes {
        if keys.iter().any(|key| key.name == name) {
            return Some(format!("it belongs in {home}"));
        }
    }
    // Where an app logs comes first: the host file has the same tables for what no app has to itself.
    for (keys, home) in homes.into_iter().rev() {
        for table in keys {
            let (Kind::Table(inner) | Kind::Tables(inner)) = table.kind else {
                continue;
            };
            if inner.iter().any(|key| key.name == name) {
                let header = match table.kind {
                    Kind::Tables(_) => format!("[[{}]]", table.name),
                    _ => format!("[{}]", table.name),
                };
                return Some(format!("it belongs into `{header}` of {home}"));
            }
        }
    }
    None
}
