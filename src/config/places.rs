//! Where app files lie. In: `apps_dir`. Out: one path for each name. As systemd has it, a package's come first, then those of
//! this boot, then the operator's own: of one name the last counts, and a link to /dev/null, or an empty file over another, takes
//! it away.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::given::plain;
use super::problem::Problem;
use crate::bounds::APP_FILES_MAX;
use crate::os::surroundings::Surroundings;

/// The operator's own folder on an installed host …
const OWN: &str = "/etc/stacktail/apps.d";
/// … and those that come before it, and only it.
const BEFORE: [&str; 2] = ["/usr/lib/stacktail/apps.d", "/run/stacktail/apps.d"];

/// The app files of all places, sorted by name. Other files (`.bak`, `.disabled`, hidden ones) are none.
pub(super) fn app_files(
    machine: &dyn Surroundings,
    host_file: &Path,
    own: &Path,
    problems: &mut Vec<Problem>,
) -> Option<Vec<PathBuf>> {
    let mut files = BTreeMap::new();
    if own == Path::new(OWN) {
        for folder in BEFORE.map(Path::new) {
            match machine.list(folder, APP_FILES_MAX) {
                Ok(names) => lay_over(machine, folder, names, &mut files),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => problems.push(unreadable(host_file, folder, &error)),
            }
        }
    }
    match machine.list(own, APP_FILES_MAX) {
        Ok(names) => lay_over(machine, own, names, &mut files),
        // Those of the packages are enough.
        Err(error) if error.kind() == ErrorKind::NotFound && !files.is_empty() => {}
        Err(error) => {
            problems.push(unreadable(host_file, own, &error));
            return None;
        }
    }
    Some(files.into_values().collect())
}

fn lay_over(
    machine: &dyn Surroundings,
    folder: &Path,
    names: Vec<OsString>,
    files: &mut BTreeMap<OsString, PathBuf>,
) {
    let visible = names
        .into_iter()
        .filter(|name| !name.as_encoded_bytes().starts_with(b"."));
    for name in visible {
        let path = folder.join(&name);
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let empty = || machine.stamp(&path).is_some_and(|stamp| stamp.bytes == 0);
        if machine.is_null(&path) || (files.contains_key(&name) && empty()) {
            files.remove(&name);
        } else {
            files.insert(name, path);
        }
    }
}

fn unreadable(host_file: &Path, folder: &Path, error: &std::io::Error) -> Problem {
    let message = format!(
        "cannot read the folder of app files {}: {}",
        folder.display(),
        plain(error)
    );
    let help = "make it, or name it by `apps_dir` in the host file";
    Problem::of_file(host_file.to_path_buf(), message, help)
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;
    use crate::os::surroundings::{MemorySurroundings, SystemSurroundings};

    const APP: &str = "dsn = \"console\"\n[[files]]\npaths = [\"/l/*\"]\n";

    fn machine(host: &str, files: &[(&str, &str)]) -> MemorySurroundings {
        let mut machine = MemorySurroundings::default();
        machine.file(host, "");
        for (path, text) in files {
            machine.file(path, text);
        }
        machine
    }

    fn names(host: &str, machine: &MemorySurroundings) -> Vec<(String, String)> {
        let reading = read(Path::new(host), machine);
        assert_eq!(reading.problems, []);
        let apps = reading.apps.into_iter();
        apps.map(|app| (app.name, app.environment)).collect()
    }

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = list.iter();
        owned
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect()
    }

    #[test]
    fn the_last_of_a_name_counts_and_an_empty_one_takes_it_away() {
        let (boot, own) = (
            format!("environment = \"boot\"\n{APP}"),
            format!("environment = \"own\"\n{APP}"),
        );
        let mut files = vec![
            ("/usr/lib/stacktail/apps.d/a.toml", APP),
            ("/usr/lib/stacktail/apps.d/b.toml", APP),
            ("/usr/lib/stacktail/apps.d/c.toml", APP),
            ("/run/stacktail/apps.d/b.toml", &boot),
            ("/run/stacktail/apps.d/d.toml", &boot),
            ("/etc/stacktail/apps.d/c.toml", ""),
            ("/etc/stacktail/apps.d/d.toml", &own),
        ];
        let host = "/etc/stacktail/stacktail.toml";
        let expected = pairs(&[("a", "production"), ("b", "boot"), ("d", "own")]);
        assert_eq!(names(host, &machine(host, &files)), expected);
        // Without a folder of the operator's own, the others are enough.
        files.truncate(2);
        let expected = pairs(&[("a", "production"), ("b", "production")]);
        assert_eq!(names(host, &machine(host, &files)), expected);
    }

    #[test]
    fn another_configuration_has_nothing_of_the_packages() {
        let host = "/srv/stacktail.toml";
        let files = [
            ("/usr/lib/stacktail/apps.d/a.toml", APP),
            ("/srv/apps.d/b.toml", APP),
        ];
        let expected = pairs(&[("b", "production")]);
        assert_eq!(names(host, &machine(host, &files)), expected);
    }

    #[test]
    fn a_link_to_null_is_no_app() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("apps.d");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(dir.path().join("stacktail.toml"), "").unwrap();
        std::fs::write(folder.join("a.toml"), APP).unwrap();
        std::os::unix::fs::symlink("/dev/null", folder.join("b.toml")).unwrap();
        let reading = read(&dir.path().join("stacktail.toml"), &SystemSurroundings);
        let names: Vec<_> = reading.apps.iter().map(|app| &app.name).collect();
        assert_eq!(names, ["a"]);
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
    }
}
