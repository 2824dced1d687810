//! `stacktail run`: the agent.

use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `run`.
#[derive(Debug, Clone, clap::Args)]
pub struct RunArgs {
    /// The host file [default: /etc/stacktail/stacktail.toml]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Read what is there (from the beginning where no position is stored), ship it, and exit
    #[arg(long)]
    pub once: bool,
    /// Use a throw-away state, ship nothing, and print what would be sent
    #[arg(long)]
    pub dry_run: bool,
}

/// Runs the agent.
#[must_use]
pub fn run(args: &RunArgs) -> ExitCode {
    let Some(config) = super::load(args.config.as_ref()) else {
        return ExitCode::from(super::EXIT_USAGE);
    };
    let apps = config.apps.len();
    super::talk(&format!("stacktail run: not wired yet ({apps} apps)\n"));
    ExitCode::from(super::EXIT_PROBLEM)
}
