//! `stacktail reload`: the running agent takes over what its files say now. In: what it answers on its admin socket when that has
//! happened. Out: what is different and what is wrong; an exit code that says whether it was refused.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use crate::bounds::{ADMIN_RELOAD_MS_MAX, ADMIN_TALK_MS_MAX};
use crate::event::pretty::harmless;
use crate::observe::status::Reloaded;

use super::status::{ask, failed};

/// Arguments of `reload`.
#[derive(Debug, Clone, clap::Args)]
pub struct ReloadArgs {
    /// The host file [default: /etc/stacktail/stacktail.toml]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Asks for the reload, waits for it, and prints what came of it.
#[must_use]
pub fn run(args: &ReloadArgs) -> ExitCode {
    let patience = Duration::from_millis(ADMIN_RELOAD_MS_MAX + 2 * ADMIN_TALK_MS_MAX);
    let bytes = match ask(args.config.as_ref(), "reload", patience) {
        Ok(bytes) => bytes,
        Err(why) => return failed(&why),
    };
    let reloaded: Reloaded = match serde_json::from_slice(&bytes) {
        Ok(reloaded) => reloaded,
        Err(_) => {
            return failed(&format!(
                "not reloaded: {}\n",
                harmless(String::from_utf8_lossy(&bytes).trim_end())
            ));
        }
    };
    for problem in &reloaded.problems {
        super::talk(&format!(
            "{}: {}\n",
            problem.severity,
            harmless(&problem.text)
        ));
    }
    match reloaded.refused {
        Some(why) => failed(&format!(
            "reload refused: {}; the configuration that was goes on\n",
            harmless(&why)
        )),
        None => {
            super::say(&format!(
                "configuration reloaded: {}\n",
                harmless(&reloaded.changes)
            ));
            ExitCode::SUCCESS
        }
    }
}
