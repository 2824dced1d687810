//! `stacktail check`: is the configuration right, and may this user read what it names? Touches nothing: no file is opened
//! for reading but those of the configuration, none is written.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::bounds::CHECK_MATCHES_MAX;
use crate::config::{self, App, Files, Reading, Receiver, Severity};
use crate::os::look::{self, Match, MatchState, Matches};
use crate::os::surroundings::SystemSurroundings;

/// Arguments of `check`.
#[derive(Debug, Clone, clap::Args)]
pub struct CheckArgs {
    /// The host file [default: /etc/stacktail/stacktail.toml]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Paths of one kind that are shown for a glob; the others are counted.
const SHOWN: usize = 5;

/// What was found so far.
#[derive(Debug, Default)]
struct Report {
    text: String,
    /// What the agent could not do here.
    findings: usize,
}

/// Checks everything and prints the report to stdout.
#[must_use]
pub fn run(args: &CheckArgs) -> ExitCode {
    let host_file = super::host_file(args.config.as_ref());
    let reading = config::read(&host_file, &SystemSurroundings);
    let mut report = Report::default();
    for problem in &reading.problems {
        report.line(&format!("{problem}\n"));
    }
    report.state_folder(&reading);
    for app in &reading.apps {
        report.app(app);
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
        match look::may_write(&reading.host.state_dir) {
            Ok(()) => self.line(&format!("state folder {folder}: may be written")),
            Err(error) => self.finding(&format!(
                "state folder {folder}: cannot be written: {}",
                config::plain(&error)
            )),
        }
    }

    fn app(&mut self, app: &App) {
        let receiver = match &app.receiver {
            Receiver::Dsn(dsn) => dsn.to_string(),
            Receiver::Console => "the terminal".to_owned(),
        };
        self.line(&format!(
            "\napp {} -> {receiver} ({})",
            app.name, app.environment
        ));
        for files in &app.files {
            for glob in &files.paths {
                self.glob(glob, files);
            }
        }
        for root in &app.source_context.roots {
            if let Err(error) = look::may_list(root) {
                let root = printable(root);
                self.finding(&format!(
                    "  source root {root}: cannot be read: {}",
                    config::plain(&error)
                ));
            }
        }
    }

    fn glob(&mut self, glob: &str, files: &Files) {
        let Matches {
            matches,
            closed,
            more,
        } = look::matches(glob, CHECK_MATCHES_MAX);
        let excluded = |found: &Match| {
            files
                .exclude
                .iter()
                .any(|exclude| config::excludes(exclude, &found.path))
        };
        let (excluded, matches): (Vec<_>, Vec<_>) = matches.into_iter().partition(excluded);
        let readable: Vec<_> = matches
            .iter()
            .filter(|found| matches!(found.state, MatchState::Readable(_)))
            .collect();
        let bytes: u64 = readable.iter().map(|found| size(found)).sum();

        let mut line = format!("  {glob}: {}", counted(readable.len(), "file", "files"));
        if more {
            let _strings_take_all = write!(line, " or more");
        }
        if !readable.is_empty() {
            let _strings_take_all = write!(line, ", {}", human(bytes));
        }
        if !excluded.is_empty() {
            let _strings_take_all = write!(line, ", {} excluded", excluded.len());
        }
        self.line(&line);
        for found in readable.iter().take(SHOWN) {
            self.line(&format!("    {}", printable(&found.path)));
        }
        self.rest(readable.len(), "file", "files");
        self.not_read(&matches, files);
        for (folder, error) in closed.iter().take(SHOWN) {
            self.finding(&format!(
                "    {}: cannot be listed: {}",
                printable(folder),
                config::plain(error)
            ));
        }
        if readable.is_empty() && closed.is_empty() {
            self.nothing_there(glob);
        }
    }

    /// Matches that the agent would not or could not read.
    fn not_read(&mut self, matches: &[Match], files: &Files) {
        let mut unreadable = 0;
        for found in matches {
            let path = printable(&found.path);
            match &found.state {
                MatchState::Unreadable(error) => {
                    unreadable += 1;
                    if unreadable <= SHOWN {
                        self.finding(&format!(
                            "    {path}: cannot be read: {}",
                            config::plain(error)
                        ));
                    }
                }
                MatchState::PlantedLink if !files.follow_symlinks => {
                    let why = "a link that neither root nor its target's owner made: not followed";
                    self.finding(&format!(
                        "    {path}: {why} (`follow_symlinks = true` would)"
                    ));
                }
                MatchState::NotAFile => {
                    self.line(&format!("    {path}: not a regular file: not read"));
                }
                MatchState::Readable(_) | MatchState::PlantedLink => {}
            }
        }
        self.rest(unreadable, "unreadable file", "unreadable files");
    }

    /// Nothing matches: is the folder there at all, and may it be listed?
    fn nothing_there(&mut self, glob: &str) {
        let folder = config::glob_folder(glob);
        match look::may_list(&folder) {
            Ok(()) => {}
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
        if look::user_id() == 0 {
            self.line(
                "checked as root: to see what the service may read, run it as the service's user",
            );
        }
    }
}

fn size(found: &Match) -> u64 {
    match found.state {
        MatchState::Readable(bytes) => bytes,
        _ => 0,
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
