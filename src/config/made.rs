//! What a configuration was made of. In: every file that was read for it. Out: which of them have changed since. Holds no
//! text: a DSN's file is known by its stamp alone.

use std::cell::RefCell;
use std::ffi::OsString;
use std::io::Result;
use std::path::{Path, PathBuf};

use super::problem::mask;
use crate::os::surroundings::{SmallFile, Stamp, Surroundings};

/// Everything that was read for a configuration, in the order in which it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Made {
    /// One for each path and role.
    pub parts: Vec<Part>,
}

/// One file, or the folder of app files. `Debug` masks what may be a DSN that stands in the place of a path.
#[derive(Clone, PartialEq, Eq)]
pub struct Part {
    /// Where it is.
    pub path: PathBuf,
    /// What it is for.
    pub role: Role,
    /// As it was when it was read; `None`: not there, or out of this user's sight.
    pub stamp: Option<Stamp>,
}

/// What a file is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// The host file.
    Host,
    /// The folder of app files: it changes when one comes or goes.
    Folder,
    /// The file of this app.
    App(String),
    /// It holds a DSN or a release of this app; `None`: of all apps.
    Value(Option<String>),
}

impl std::fmt::Debug for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Part")
            .field("path", &mask(&self.path.to_string_lossy()))
            .field("role", &self.role)
            .field("stamp", &self.stamp)
            .finish()
    }
}

impl Made {
    /// What is not as it was. Looks at stamps alone, reads nothing.
    #[must_use]
    pub fn changed(&self, machine: &dyn Surroundings) -> Vec<&Part> {
        let parts = self.parts.iter();
        parts
            .filter(|part| machine.stamp(&part.path) != part.stamp)
            .collect()
    }
}

/// The machine, and what was read of it.
pub(super) struct Recorder<'a> {
    machine: &'a dyn Surroundings,
    seen: RefCell<Vec<(PathBuf, Option<Stamp>)>>,
}

impl<'a> Recorder<'a> {
    pub(super) fn new(machine: &'a dyn Surroundings) -> Self {
        Self {
            machine,
            seen: RefCell::default(),
        }
    }

    /// Hands over what was seen: `file` has the role `own`, everything else the role `other`.
    pub(super) fn hand_over(self, file: &Path, own: &Role, other: &Role, made: &mut Made) {
        for (path, stamp) in self.seen.into_inner() {
            let role = if path == file { own } else { other }.clone();
            made.parts.push(Part { path, role, stamp });
        }
    }

    fn saw(&self, path: &Path, stamp: Option<Stamp>) {
        let mut seen = self.seen.borrow_mut();
        if seen.iter().all(|(known, _)| known != path) {
            seen.push((path.to_path_buf(), stamp));
        }
    }
}

impl Surroundings for Recorder<'_> {
    fn read(&self, path: &Path, max: usize) -> Result<SmallFile> {
        let read = self.machine.read(path, max);
        let stamp = match &read {
            Ok(file) => Some(file.stamp),
            Err(_) => self.machine.stamp(path),
        };
        self.saw(path, stamp);
        read
    }

    fn list(&self, folder: &Path, max: usize) -> Result<Vec<OsString>> {
        // Before the list: what comes in between is then seen as a change.
        self.saw(folder, self.machine.stamp(folder));
        self.machine.list(folder, max)
    }

    fn stamp(&self, path: &Path) -> Option<Stamp> {
        self.machine.stamp(path)
    }

    fn absolute(&self, path: &Path) -> Result<PathBuf> {
        self.machine.absolute(path)
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.machine.variable(name)
    }

    fn variables(&self, prefix: &str) -> Vec<(String, String)> {
        self.machine.variables(prefix)
    }

    fn time_zones(&self) -> Vec<String> {
        self.machine.time_zones()
    }

    fn is_null(&self, path: &Path) -> bool {
        self.machine.is_null(path)
    }

    fn offline(&self) -> bool {
        self.machine.offline()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Receiver, read};
    use super::*;
    use crate::os::surroundings::{MemorySurroundings, SystemSurroundings};

    const HOST: &str = "/etc/stacktail.toml";
    const KEY: &str = "0123456789abcdef0123456789abcdef";

    fn machine() -> MemorySurroundings {
        let mut machine = MemorySurroundings::default();
        let app = "dsn_file = \"../a.dsn\"\nrelease_file = \"/srv/REVISION\"\n[[files]]\npaths = [\"/l/*\"]\n";
        machine.file(HOST, "[defaults]\ndsn_credential = \"all\"\n");
        machine.file("/etc/apps.d/a.toml", app);
        machine.file("/etc/a.dsn", &format!("https://{KEY}@h.org/3"));
        machine.file("/run/cred/all", "console");
        machine.file("/srv/REVISION", "1");
        machine.set("CREDENTIALS_DIRECTORY", "/run/cred");
        machine
    }

    #[test]
    fn every_file_is_known_by_its_role_and_a_change_is_seen() {
        let mut machine = machine();
        let made = read(Path::new(HOST), &machine).made_of;
        let parts = made.parts.iter();
        let roles: Vec<_> = parts
            .map(|part| (part.path.to_str().unwrap(), part.role.clone()))
            .collect();
        let app = || "a".to_owned();
        let expected = [
            (HOST, Role::Host),
            ("/run/cred/all", Role::Value(None)),
            ("/etc/apps.d", Role::Folder),
            ("/etc/apps.d/a.toml", Role::App(app())),
            ("/etc/a.dsn", Role::Value(Some(app()))),
            ("/srv/REVISION", Role::Value(Some(app()))),
        ];
        assert_eq!(roles, expected);
        assert_eq!(made.changed(&machine), Vec::<&Part>::new());
        machine.file("/etc/a.dsn", "console");
        machine.file("/srv/REVISION", "2");
        machine.file("/etc/apps.d/b.toml", "");
        let changed = made.changed(&machine);
        let paths: Vec<_> = changed
            .iter()
            .map(|part| part.path.to_str().unwrap())
            .collect();
        assert_eq!(paths, ["/etc/apps.d", "/etc/a.dsn", "/srv/REVISION"]);
        let again = read(Path::new(HOST), &machine);
        assert_eq!(again.apps[0].receiver, Receiver::Console);
    }

    #[test]
    fn files_of_the_disk_change_by_content_by_replacement_and_by_going() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        let write = |name: &str, text: &str| std::fs::write(path(name), text).unwrap();
        std::fs::create_dir(path("apps.d")).unwrap();
        write("stacktail.toml", "");
        write("a.dsn", "console");
        write(
            "apps.d/a.toml",
            "dsn_file = \"../a.dsn\"\n[[files]]\npaths = [\"/nowhere/*.log\"]\n",
        );
        let made = read(&path("stacktail.toml"), &SystemSurroundings).made_of;
        let changed = || {
            let parts = made.changed(&SystemSurroundings);
            parts
                .into_iter()
                .map(|part| part.path.clone())
                .collect::<Vec<_>>()
        };
        assert!(made.parts.iter().all(|part| part.stamp.is_some()) && changed().is_empty());
        write("new.dsn", "console");
        std::fs::rename(path("new.dsn"), path("a.dsn")).unwrap();
        assert_eq!(changed(), [path("a.dsn")]);
        write("apps.d/b.toml", "");
        assert_eq!(changed(), [path("apps.d"), path("a.dsn")]);
        std::fs::remove_file(path("stacktail.toml")).unwrap();
        assert_eq!(changed().len(), 3);
    }

    #[test]
    fn nothing_of_it_prints_a_dsn() {
        let machine = machine();
        let reading = read(Path::new(HOST), &machine);
        assert!(reading.problems.is_empty());
        let file = machine.read(Path::new("/etc/a.dsn"), 100).unwrap();
        assert!(file.bytes.starts_with(b"https://0123"));
        for shown in [
            format!("{reading:?}"),
            format!("{file:?}"),
            format!("{machine:?}"),
        ] {
            assert!(
                !shown.contains("01234567") && !shown.contains("48, 49, 50"),
                "{shown}"
            );
        }
    }
}
