//! The command line: one file per subcommand. Data goes to stdout, talk to stderr.
//!
//! Exit codes: 0 fine, 1 the work found a problem, 2 wrong usage or configuration, or a newer version's state.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{self, Config, Loaded};
use crate::os::env;
use crate::os::surroundings::SystemSurroundings;

pub mod check;
pub mod parse;
pub mod reload;
pub mod run;
pub mod schema;
pub mod send;
pub mod send_test_event;
pub mod status;
pub mod test;

/// The host file where nothing else is said.
pub const DEFAULT_CONFIG: &str = "/etc/stacktail/stacktail.toml";
/// The variable that names another host file.
pub const CONFIG_VARIABLE: &str = "STACKTAIL_CONFIG";

/// The work found a problem.
pub const EXIT_PROBLEM: u8 = 1;
/// Wrong usage or configuration, or a state that this version may not touch: trying again does not mend it.
pub const EXIT_USAGE: u8 = 2;

/// Turns the stack traces in log files into Sentry issues
///
/// stacktail tails log files, recognises the stack traces that language runtimes print, makes of each the event that the
/// language's own Sentry SDK would have sent, thins the flood, and ships to the project of each app. Nothing in the
/// applications changes.
#[derive(Debug, Parser)]
#[command(
    name = "stacktail",
    version,
    arg_required_else_help = true,
    max_term_width = 100
)]
#[command(
    after_help = "Exit codes: 0 fine, 1 the work found a problem, 2 wrong usage or configuration, or a newer version's state.\n\
    Environment: STACKTAIL_CONFIG (the host file), STACKTAIL_LOG (what is logged), NO_COLOR."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the agent
    Run(run::RunArgs),
    /// Print every exception found in log files, with or without an app's settings
    Parse(parse::ParseArgs),
    /// Ask the running agent how it is doing
    Status(status::StatusArgs),
    /// Let the running agent reload its configuration, and wait until it has
    Reload(reload::ReloadArgs),
    /// Run the [[tests]] of app files: this text in, these exceptions out
    Test(test::TestArgs),
    /// Check the configuration: every error of every file at once; touches nothing
    Check(check::CheckArgs),
    /// Send a test event for each app, and tell what its receiver says
    SendTestEvent(send_test_event::SendTestEventArgs),
    /// Ship one file's exceptions through an app's settings, once, without state
    Send(send::SendArgs),
    /// Print the JSON Schema of the host file or of an app's, for editors
    Schema(schema::SchemaArgs),
}

/// Reads the command line and does what it says.
#[must_use]
pub fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Run(args) => run::run(&args),
        Command::Parse(args) => parse::run(&args),
        Command::Status(args) => status::run(&args),
        Command::Reload(args) => reload::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Check(args) => check::run(&args),
        Command::SendTestEvent(args) => send_test_event::run(&args),
        Command::Send(args) => send::run(&args),
        Command::Schema(args) => schema::run(&args),
    }
}

/// The host file: as given, else by the variable, else the usual place.
#[must_use]
pub fn host_file(given: Option<&PathBuf>) -> PathBuf {
    let from_variable = || {
        env::variable(CONFIG_VARIABLE)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    given
        .cloned()
        .or_else(from_variable)
        .unwrap_or_else(|| PathBuf::from(DEFAULT_CONFIG))
}

/// The configuration, its problems told on stderr; `None` if the host file is bad: exit with [`EXIT_USAGE`].
#[must_use]
pub fn load(given: Option<&PathBuf>) -> Option<Config> {
    load_all(&host_file(given)).map(|loaded| loaded.config)
}

/// The same, with what it was made of.
fn load_all(host_file: &Path) -> Option<Loaded> {
    let loaded = config::load(host_file, &SystemSurroundings);
    let problems = match &loaded {
        Ok(loaded) => &loaded.problems,
        Err(problems) => problems,
    };
    for problem in problems {
        talk(&format!("{problem}\n\n"));
    }
    loaded.ok()
}

/// What the traces of all languages begin with.
fn openings() -> impl Iterator<Item = &'static str> {
    let languages = crate::language::LANGUAGES.iter();
    languages.flat_map(|language| language.openings().iter().copied())
}

/// Writes data to stdout. A reader that went away (`| head`) is no problem.
pub fn say(text: &str) {
    let _reader_gone = std::io::stdout().lock().write_all(text.as_bytes());
}

/// Talks to stderr.
pub fn talk(text: &str) {
    let _reader_gone = std::io::stderr().lock().write_all(text.as_bytes());
}
