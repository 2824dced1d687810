//! `stacktail check`: is the configuration right, and may this user read what it names? Touches nothing: nothing is
//! read but the configuration, nothing is written.

mod connect;
mod shared;
mod told;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::bounds::FOLDER_ENTRIES_MAX;
use crate::config::{self, App, Files, Reading, Severity};
use crate::os::files::Refused;
use crate::os::look::{may_list, may_write, user_id};
use crate::os::surroundings::{Offline, Surroundings, SystemSurroundings};
use crate::source::file::{Look, Match, look};
use shared::Shared;

/// Arguments of `check`.
#[derive(Debug, Clone, clap::Args)]
pub struct CheckArgs {
    /// The host file [default: /etc/stacktail/stacktail.toml]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Also ask each receiver; no event is sent
    #[arg(long)]
    pub connect: bool,
    /// Look at the configuration's files alone: at no log, no folder, no DSN's file, credential or certificate
    #[arg(long, conflicts_with = "connect")]
    pub offline: bool,
}

/// Paths of one kind that are shown for a glob; the others are counted.
const SHOWN: usize = 5;

/// What was found so far.
#[derive(Debug, Default)]
struct Report {
    text: String,
    /// What the agent could not do here.
    findings: usize,
    /// The host is not looked at.
    offline: bool,
    /// Who reads which file.
    shared: Shared,
}

/// Checks everything and prints the report to stdout.
#[must_use]
pub fn run(args: &CheckArgs) -> ExitCode {
    let host_file = super::host_file(args.config.as_ref());
    let reading = if args.offline {
        config::read(&host_file, &Offline(SystemSurroundings))
    } else {
        config::read(&host_file, &SystemSurroundings)
    };
    let mut report = Report {
        offline: args.offline,
        ..Report::default()
    };
    for problem in &reading.problems {
        report.line(&format!("{problem}\n"));
    }
    if !args.offline {
        report.state_folder(&reading);
    }
    report.routes(&reading.host);
    for app in &reading.apps {
        report.app(app);
    }
    report.shared();
    if args.connect {
        connect::ask_all(&mut report, &reading);
    }
    let errors = count(&reading, Severity::Error);
    report.sum(&host_file, &reading, errors);
    super::say(&report.text);
    ExitCode::from(match (errors, report.findings) {
        (0, 0) => 0,
        (0, _) => super::EXIT_PROBLEM,
        _ => super::EXIT_USAGE,
    })
}

fn count(reading: &Reading, severity: Severity) -> usize {
    reading
        .problems
        .iter()
        .filter(|problem| problem.severity == severity)
        .count()
}

impl Report {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// A line that tells of something the agent could not do.
    fn finding(&mut self, line: &str) {
        self.findings += 1;
        self.line(line);
    }

    fn state_folder(&mut self, reading: &Reading) {
        let folder = reading.host.state_dir.display();
        match may_write(&reading.host.state_dir) {
            Ok(()) => self.line(&format!("state folder {folder}: may be written")),
            Err(error) => self.finding(&format!(
                "state folder {folder}: cannot be written: {}",
                config::plain(&error)
            )),
        }
    }

    fn app(&mut self, app: &App) {
        let App {
            name,
            environment,
            receiver,
            ..
        } = app;
        self.line(&if self.offline {
            format!("\napp {name} ({environment})")
        } else {
            format!("\napp {name} -> {receiver} ({environment})")
        });
        for told in told::told(app) {
            self.line(&format!("  {}", printable(Path::new(&told))));
        }
        self.globs(&app.name, &app.files);
        if self.offline {
            return;
        }
        for root in &app.source_context.roots {
            if let Err(error) = may_list(root) {
                let root = printable(root);
                self.finding(&format!(
                    "  source root {root}: cannot be read: {}",
                    config::plain(&error)
                ));
            }
        }
    }

    /// What the host reads for no app in particular, and which apps get it.
    fn routes(&mut self, host: &config::Host) {
        if host.routes.is_empty() {
            return;
        }
        self.line("\nroutes of the host's own files and journals");
        for route in &host.routes {
            let when = match &route.when {
                Some(when) => printable(Path::new(when.text())),
                None => "all that is left".to_owned(),
            };
            self.line(&format!("  {when} -> {}", route.app));
        }
        if host.routes.iter().all(|route| route.when.is_some()) {
            self.line("  what none of them wants is dropped and counted (no_route)");
        }
        self.globs("the routes", &host.files);
    }

    fn globs(&mut self, app: &str, all: &[Files]) {
        for files in all {
            for glob in &files.paths {
                if self.offline {
                    self.line(&format!("  {}", printable(Path::new(glob))));
                    continue;
                }
                self.glob(app, glob, files);
            }
        }
    }

    fn glob(&mut self, app: &str, glob: &str, files: &Files) {
        let Look {
            matches,
            closed,
            too_many,
        } = look(glob, files);
        let (excluded, matches): (Vec<_>, Vec<_>) =
            matches.into_iter().partition(|found| found.excluded);
        let readable = || {
            matches
                .iter()
                .filter_map(|found| Some((&found.path, *found.opened.as_ref().ok()?)))
        };
        let (count, bytes) = (readable().count(), readable().map(|(_, bytes)| bytes).sum());

        let mut line = format!(
            "  {}: {}",
            printable(Path::new(glob)),
            counted(count, "file", "files")
        );
        let more = [
            (too_many, " or more: too many to follow".to_owned()),
            (count > 0, format!(", {}", human(bytes))),
            (
                !excluded.is_empty(),
                format!(", {} excluded", excluded.len()),
            ),
        ];
        line.extend(
            more.into_iter()
                .filter(|(told, _)| *told)
                .map(|(_, text)| text),
        );
        self.line(&line);
        for (path, _) in readable() {
            self.shared.add(app, path);
        }
        for (path, _) in readable().take(SHOWN) {
            self.line(&format!("    {}", printable(path)));
        }
        self.rest(count, "file", "files");
        self.not_read(&matches);
        for (folder, error) in closed.iter().take(SHOWN) {
            self.finding(&format!(
                "    {}: cannot be listed: {}",
                printable(folder),
                config::plain(error)
            ));
        }
        if matches.is_empty() && closed.is_empty() {
            self.nothing_there(glob, !excluded.is_empty());
        }
    }

    /// Files that several apps read.
    fn shared(&mut self) {
        let shared = std::mem::take(&mut self.shared);
        let told = shared.told();
        if !told.is_empty() {
            self.line("\nread by several apps: what stands in them is sent for each");
        }
        for (path, apps) in told.iter().take(SHOWN) {
            self.line(&format!("  {}: {apps}", printable(path)));
        }
        self.rest(told.len(), "file", "files");
    }

    /// Matches that the agent would not or could not read.
    fn not_read(&mut self, matches: &[Match]) {
        let refused = || {
            matches
                .iter()
                .filter_map(|found| Some((&found.path, found.opened.as_ref().err()?)))
        };
        for (path, why) in refused().take(SHOWN) {
            let line = format!("    {}: not read: {why}", printable(path));
            match why {
                // What lies beside the logs is no fault.
                Refused::NotRegular | Refused::Missing => self.line(&line),
                _ => self.finding(&line),
            }
        }
        self.rest(refused().count(), "that is not read", "that are not read");
    }

    /// Nothing matches: is the folder there at all, may it be listed, and what is in it?
    fn nothing_there(&mut self, glob: &str, excluded: bool) {
        let folder = config::glob_folder(glob);
        match may_list(&folder) {
            Ok(()) if excluded => {
                self.line("    nothing is left of it: `exclude` takes out all that match");
            }
            Ok(()) => {
                let names = SystemSurroundings
                    .list(&folder, FOLDER_ENTRIES_MAX)
                    .unwrap_or_default();
                let some: Vec<_> = names
                    .iter()
                    .take(SHOWN)
                    .map(|name| printable(Path::new(name)))
                    .collect();
                let more = if names.len() > SHOWN { ", …" } else { "" };
                let there = match some.as_slice() {
                    [] => "which is empty".to_owned(),
                    some => format!("which has {}{more}", some.join(", ")),
                };
                self.line(&format!(
                    "    nothing matches (yet) in {}, {there}",
                    printable(&folder)
                ));
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                self.line(&format!(
                    "    the folder {} is not there (yet)",
                    printable(&folder)
                ));
            }
            Err(error) => {
                self.finding(&format!(
                    "    {}: cannot be listed: {}",
                    printable(&folder),
                    config::plain(&error)
                ));
            }
        }
    }

    /// How many were not shown.
    fn rest(&mut self, all: usize, one: &str, many: &str) {
        let rest = all.saturating_sub(SHOWN);
        if rest > 0 {
            self.line(&format!("    … and {} more", counted(rest, one, many)));
        }
    }

    fn sum(&mut self, host_file: &Path, reading: &Reading, errors: usize) {
        let counts = [
            (reading.apps.len(), "usable app", "usable apps"),
            (errors, "error", "errors"),
            (count(reading, Severity::Warning), "warning", "warnings"),
            (
                self.findings,
                "finding on this host",
                "findings on this host",
            ),
        ];
        let words = counts.map(|(count, one, many)| counted(count, one, many));
        self.line(&format!("\n{}: {}", printable(host_file), words.join(", ")));
        if !reading.usable {
            self.line("the host file is not usable: the agent would not start");
        }
        if self.offline {
            self.line("nothing of the host was looked at");
        } else if user_id() == 0 {
            self.line(
                "checked as root: to see what the service may read, run it as the service's user",
            );
        }
    }
}

/// `1 file`, `2 files`, `no file`.
fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        0 => format!("no {one}"),
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    }
}

/// Bytes for people.
fn human(bytes: u64) -> String {
    let units = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match units.iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) => format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
        None => format!("{bytes} B"),
    }
}

/// A path for the terminal: names of files are written by strangers.
fn printable(path: &Path) -> String {
    path.to_string_lossy()
        .chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}
