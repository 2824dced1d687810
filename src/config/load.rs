//! Reading it all. In: the host file's path. Out: the configuration and every problem of every file.

use std::path::{Path, PathBuf};

use super::app::{app, name_is_valid};
use super::check::Checker;
use super::given::plain;
use super::host::{self, Defaults, host, without_file};
use super::made::{Made, Recorder, Role};
use super::problem::{Problem, Severity};
use super::{App, Config, Host, Receiver, places, routes};
use crate::bounds::CONFIG_FILE_BYTES_MAX;
use crate::os::surroundings::{SmallFile, Surroundings};

/// A configuration that can be used, and what is wrong all the same.
#[derive(Debug)]
pub struct Loaded {
    /// Without the apps whose files are bad.
    pub config: Config,
    /// Errors (each disabled its app) and warnings, by file, then by line.
    pub problems: Vec<Problem>,
    /// The files it was made of.
    pub made_of: Made,
}

/// All that could be read, for `check`.
#[derive(Debug)]
pub struct Reading {
    /// The host; with defaults in the place of bad values.
    pub host: Host,
    /// The apps whose files are good.
    pub apps: Vec<App>,
    /// Errors and warnings, by file, then by line.
    pub problems: Vec<Problem>,
    /// The host file is good.
    pub usable: bool,
    /// The files it was made of.
    pub made_of: Made,
}

/// Reads the configuration. A bad app file disables that app; with a bad host file there is no configuration, and the
/// problems of all files come back.
pub fn load(host_file: &Path, machine: &dyn Surroundings) -> Result<Loaded, Vec<Problem>> {
    let Reading {
        host,
        apps,
        problems,
        usable,
        made_of,
    } = read(host_file, machine);
    let apps = apps.into_iter().map(App::without_samples).collect();
    if usable {
        Ok(Loaded {
            config: Config { host, apps },
            problems,
            made_of,
        })
    } else {
        Err(problems)
    }
}

/// Reads everything, however bad the host file is.
#[must_use]
pub fn read(host_file: &Path, machine: &dyn Surroundings) -> Reading {
    let path = machine
        .absolute(host_file)
        .unwrap_or_else(|_| host_file.to_path_buf());
    let folder = path.parent().unwrap_or(Path::new("/")).to_path_buf();
    let mut problems = Vec::new();
    let mut made_of = Made::default();
    let recorder = Recorder::new(machine);
    let folder_recorder = Recorder::new(machine);
    let mut of_the_folder = Vec::new();
    let list = |host: &Host, problems: &mut Vec<Problem>| {
        app_files(&folder_recorder, &path, &host.apps_dir, problems)
    };
    let (host, defaults, files) = match text_of(&recorder, &path) {
        Ok((text, mode)) => {
            let mut checker = Checker::new(&path, &text, &folder, &recorder);
            let host::Read {
                host,
                defaults,
                routes,
            } = host(&mut checker, mode);
            let files = list(&host, &mut of_the_folder);
            if !is_bad(&of_the_folder) {
                routes::tell_unknown(&mut checker, &routes, &names_of(&files));
            }
            checker.finish(mode, &mut problems);
            (host, defaults, files)
        }
        Err((message, help)) => {
            problems.push(Problem::of_file(path.clone(), message, help));
            let host = without_file(&folder);
            let files = list(&host, &mut of_the_folder);
            (host, Defaults::default(), files)
        }
    };
    problems.append(&mut of_the_folder);
    recorder.hand_over(&path, &Role::Host, &Role::Value(None), &mut made_of);
    folder_recorder.hand_over(&host.apps_dir, &Role::Folder, &Role::Folder, &mut made_of);
    let usable = !is_bad(&problems);
    let apps = files
        .iter()
        .filter_map(|file| app_file(machine, file, &defaults, &mut problems, &mut made_of))
        .collect();
    Reading {
        host,
        apps,
        problems,
        usable,
        made_of,
    }
}

fn is_bad(problems: &[Problem]) -> bool {
    let mut severities = problems.iter().map(|problem| problem.severity);
    severities.any(|severity| severity == Severity::Error)
}

/// The apps' names, as far as their files' can be names.
fn names_of(files: &[PathBuf]) -> Vec<String> {
    let stems = files.iter().filter_map(|file| file.file_stem()?.to_str());
    let names = stems.filter(|stem| name_is_valid(stem));
    names.map(str::to_owned).collect()
}

/// The app files; none at all is worth a word.
fn app_files(
    machine: &dyn Surroundings,
    host_file: &Path,
    folder: &Path,
    problems: &mut Vec<Problem>,
) -> Vec<PathBuf> {
    let Some(files) = places::app_files(machine, host_file, folder, problems) else {
        return Vec::new();
    };
    if files.is_empty() {
        let message = format!(
            "there are no app files (*.toml) in {}: nothing is read",
            folder.display()
        );
        let help = "add one file for each app";
        let mut problem = Problem::of_file(host_file.to_path_buf(), message, help);
        problem.severity = Severity::Warning;
        problems.push(problem);
    }
    files
}

/// Reads one app's file for its settings alone (`parse --app`): it needs no DSN and no `[[files]]`, and may have any name.
/// `None` if anything in it is wrong.
#[must_use]
pub fn load_app(file: &Path, machine: &dyn Surroundings) -> (Option<App>, Vec<Problem>) {
    let path = machine
        .absolute(file)
        .unwrap_or_else(|_| file.to_path_buf());
    let defaults = Defaults {
        receiver: Some(Receiver::Console),
        settings_alone: true,
        ..Defaults::default()
    };
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    let name = stem.filter(|name| name_is_valid(name)).unwrap_or("app");
    let mut problems = Vec::new();
    let app = read_app(machine, &path, name, &defaults, &mut problems);
    (app, problems)
}

fn app_file(
    machine: &dyn Surroundings,
    file: &Path,
    defaults: &Defaults,
    problems: &mut Vec<Problem>,
    made_of: &mut Made,
) -> Option<App> {
    let name = file
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default();
    if !name_is_valid(name) {
        let message = "the file's name is the app's name, and this cannot be one".to_owned();
        let help = "1 to 64 of a-z, 0-9, `_` and `-`, then `.toml`";
        problems.push(Problem::of_file(file.to_path_buf(), message, help));
        return None;
    }
    let recorder = Recorder::new(machine);
    let app = read_app(&recorder, file, name, defaults, problems);
    let own = Role::App(name.to_owned());
    recorder.hand_over(file, &own, &Role::Value(Some(name.to_owned())), made_of);
    app
}

fn read_app(
    machine: &dyn Surroundings,
    file: &Path,
    name: &str,
    defaults: &Defaults,
    problems: &mut Vec<Problem>,
) -> Option<App> {
    let bad = |(message, help): (String, &str)| Problem::of_file(file.to_path_buf(), message, help);
    let (text, mode) = text_of(machine, file)
        .map_err(|error| problems.push(bad(error)))
        .ok()?;
    let folder = file.parent().unwrap_or(Path::new("/"));
    let mut checker = Checker::new(file, &text, folder, machine);
    let app = app(&mut checker, name, mode, defaults);
    checker.finish(mode, problems);
    app
}

/// A file's text and mode, or what is wrong and what to do.
fn text_of(
    machine: &dyn Surroundings,
    path: &Path,
) -> Result<(String, u32), (String, &'static str)> {
    let SmallFile { bytes, mode, .. } =
        machine.read(path, CONFIG_FILE_BYTES_MAX).map_err(|error| {
            let message = format!("cannot read this file: {}", plain(&error));
            (message, "is the path right, and may this user read it?")
        })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error
            .as_bytes()
            .iter()
            .take(error.utf8_error().valid_up_to());
        let line = valid.filter(|byte| **byte == b'\n').count() + 1;
        (
            format!("this file is not UTF-8 (line {line})"),
            "TOML is UTF-8 text",
        )
    })?;
    Ok((text, mode))
}
