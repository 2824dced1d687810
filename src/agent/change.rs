//! From one configuration to the next. In: the one that runs, and what its files say now. Out: the next one with what is
//! different, or why there is none. Decides, and touches nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Formatter};
use std::path::PathBuf;

use crate::bounds::NAMES_SHOWN_MAX;
use crate::config::{App, Config, Host, Problem, Reading, Role, Severity};

use super::start::StartError;

/// Why a reload is refused: the configuration that runs goes on, whole.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The host file is bad.
    #[error("{first}{}", others(*.more))]
    Host {
        /// Its first error, with its place.
        first: String,
        /// How many errors there are beside it.
        more: usize,
    },
    /// The state would have to move.
    #[error(
        "`state_dir` cannot change while the agent runs (from {} to {}): restart it for that",
        .from.display(), .to.display()
    )]
    StateFolder {
        /// The one in use.
        from: PathBuf,
        /// The one asked for.
        to: PathBuf,
    },
    /// What was decided could not be stored, or an agent not be made of what is stored.
    #[error(transparent)]
    Start(#[from] StartError),
}

fn others(errors: usize) -> String {
    match errors {
        0 => String::new(),
        more => format!(" (and {more} more; `stacktail check` shows them all)"),
    }
}

/// What is different.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Changes {
    /// Apps that were not there.
    pub added: Vec<String>,
    /// Apps whose file is gone.
    pub removed: Vec<String>,
    /// Apps with other settings.
    pub changed: Vec<String>,
    /// Apps that go on as they were, because their file is bad now.
    pub kept: Vec<String>,
    /// Something of the host file that is not a default for apps.
    pub host: bool,
}

impl Changes {
    /// Is everything as it was?
    #[must_use]
    pub fn is_none(&self) -> bool {
        let apps = [&self.added, &self.removed, &self.changed];
        apps.iter().all(|names| names.is_empty()) && !self.host
    }
}

/// For the log: one line.
impl Display for Changes {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if self.host {
            parts.push("the host's settings changed".to_owned());
        }
        let lists = [
            ("added", &self.added),
            ("removed", &self.removed),
            ("changed", &self.changed),
        ];
        parts.extend(lists.iter().filter_map(|(what, names)| told(what, names)));
        if self.is_none() {
            parts.push("nothing is different".to_owned());
        }
        parts.extend(told("kept as before because of errors:", &self.kept));
        f.write_str(&parts.join("; "))
    }
}

fn told(what: &str, names: &[String]) -> Option<String> {
    let shown = names.get(..NAMES_SHOWN_MAX).unwrap_or(names);
    let more = match names.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!names.is_empty()).then(|| format!("{what} {}{more}", shown.join(", ")))
}

/// The configuration that `reading` makes of the one that runs. An app whose file has become bad keeps its last good
/// settings; one whose file is gone is gone.
///
/// # Errors
/// The host file is bad, or names another state folder.
pub fn next(old: &Config, reading: Reading) -> Result<(Config, Changes), Refusal> {
    if !reading.usable {
        return Err(bad_host(&reading));
    }
    if reading.host.state_dir != old.host.state_dir {
        return Err(Refusal::StateFolder {
            from: old.host.state_dir.clone(),
            to: reading.host.state_dir,
        });
    }
    let listed: BTreeSet<&str> = reading
        .made_of
        .parts
        .iter()
        .filter_map(|part| match &part.role {
            Role::App(name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    let mut apps: BTreeMap<String, App> = reading
        .apps
        .into_iter()
        .map(|app| (app.name.clone(), app.without_samples()))
        .collect();
    let mut changes = Changes {
        host: !same_host(&old.host, &reading.host),
        ..Changes::default()
    };
    let known: BTreeSet<&str> = old.apps.iter().map(|app| app.name.as_str()).collect();
    let new = apps.keys().filter(|name| !known.contains(name.as_str()));
    changes.added = new.cloned().collect();
    for app in &old.apps {
        let name = app.name.clone();
        match apps.get(&name) {
            Some(now) if same_app(app, now) => {}
            Some(_) => changes.changed.push(name),
            None if listed.contains(name.as_str()) => {
                changes.kept.push(name.clone());
                apps.insert(name, app.clone());
            }
            None => changes.removed.push(name),
        }
    }
    let config = Config {
        host: reading.host,
        apps: apps.into_values().collect(),
    };
    Ok((config, changes))
}

fn bad_host(reading: &Reading) -> Refusal {
    // Those of app files come later, and disable nobody but the app.
    let of_apps = |problem: &&Problem| {
        let mut parts = reading.made_of.parts.iter();
        parts.any(|part| matches!(part.role, Role::App(_)) && part.path == problem.file)
    };
    let mut errors = reading
        .problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error && !of_apps(problem));
    Refusal::Host {
        first: errors.next().map(line).unwrap_or_default(),
        more: errors.count(),
    }
}

/// A problem in one line, with its place.
#[must_use]
pub fn line(problem: &Problem) -> String {
    let file = problem.file.display();
    let place = problem.place.as_ref().filter(|place| place.line > 0);
    let place = place.map_or(String::new(), |place| {
        format!(":{}:{}", place.line, place.column)
    });
    let help = problem.help.as_ref();
    let help = help.map_or(String::new(), |help| format!(" ({help})"));
    format!("{file}{place}: {}{help}", problem.message)
}

/// `Debug` shows every setting but for secrets, and those are compared by themselves.
fn same_app(one: &App, other: &App) -> bool {
    one.receiver == other.receiver && format!("{one:?}") == format!("{other:?}")
}

fn same_host(one: &Host, other: &Host) -> bool {
    one.http == other.http && format!("{one:?}") == format!("{other:?}")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::read;
    use crate::os::surroundings::MemorySurroundings;

    const HOST: &str = "/etc/stacktail.toml";
    const GOOD: &str = "dsn = \"console\"\n[[files]]\npaths = [\"/l/*\"]\n";

    fn machine(host: &str, apps: &[(&str, &str)]) -> MemorySurroundings {
        let mut machine = MemorySurroundings::default();
        machine.file(HOST, host);
        for (name, text) in apps {
            machine.file(&format!("/etc/apps.d/{name}.toml"), text);
        }
        machine
    }

    fn config(machine: &MemorySurroundings) -> Config {
        let Reading { host, apps, .. } = read(Path::new(HOST), machine);
        Config { host, apps }
    }

    fn next_of(
        old: &MemorySurroundings,
        new: &MemorySurroundings,
    ) -> Result<(Config, Changes), Refusal> {
        next(&config(old), read(Path::new(HOST), new))
    }

    fn names(config: &Config) -> Vec<&str> {
        config.apps.iter().map(|app| app.name.as_str()).collect()
    }

    #[test]
    fn apps_come_go_change_and_stay_while_their_file_is_bad() {
        let debug = format!("min_level = \"debug\"\n{GOOD}");
        let bad = format!("min_level = \"eror\"\n{debug}");
        let old = machine("", &[("a", GOOD), ("b", GOOD), ("c", &debug), ("d", GOOD)]);
        let new = machine("", &[("a", GOOD), ("b", &debug), ("c", &bad), ("e", GOOD)]);
        let (next, changes) = next_of(&old, &new).unwrap();
        assert_eq!(names(&next), ["a", "b", "c", "e"]);
        assert_eq!(next.apps[2].min_level, crate::level::Level::Debug);
        assert_eq!(
            changes.to_string(),
            "added e; removed d; changed b; kept as before because of errors: c"
        );
        let (_, changes) = next_of(&new, &new).unwrap();
        assert!(changes.is_none() && changes.kept.is_empty(), "{changes}");
        assert_eq!(changes.to_string(), "nothing is different");
    }

    #[test]
    fn a_key_that_changed_is_a_change_though_nothing_shows_it() {
        let app = |key| format!("dsn = \"https://{key}@h.org/3\"\n[[files]]\npaths = [\"/l\"]\n");
        let old = machine("", &[("a", &app("0123456789abcdef0123456789abcdef"))]);
        let new = machine("", &[("a", &app("0123456789abcdef0123456789abcdee"))]);
        assert_eq!(next_of(&old, &new).unwrap().1.changed, ["a"]);
        let host = next_of(&old, &machine("send_rate = \"off\"", &[("b", GOOD)]));
        let (next, changes) = host.unwrap();
        assert!(changes.host && names(&next) == ["b"]);
    }

    #[test]
    fn a_bad_host_file_and_another_state_folder_are_refused() {
        let old = machine("", &[("a", GOOD)]);
        let host = "send_rate = \"fast\"\nhost_rate = \"faster\"\n";
        let bad = machine(host, &[("a", "what?")]);
        let refusal = next_of(&old, &bad).unwrap_err().to_string();
        assert!(
            refusal.starts_with("/etc/stacktail.toml:1:13: `send_rate`"),
            "{refusal}"
        );
        assert!(
            refusal.contains("(and 1 more; `stacktail check`"),
            "{refusal}"
        );
        let moved = machine("state_dir = \"/elsewhere\"", &[("a", GOOD)]);
        let refusal = next_of(&old, &moved).unwrap_err().to_string();
        assert!(
            refusal.contains("/elsewhere") && refusal.contains("restart"),
            "{refusal}"
        );
    }

    #[test]
    fn a_long_list_of_names_is_cut() {
        let changes = Changes {
            added: (0..23).map(|n| format!("a{n}")).collect(),
            ..Changes::default()
        };
        let text = changes.to_string();
        assert!(text.ends_with("a18, a19 and 3 more"), "{text}");
    }
}
