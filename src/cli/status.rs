//! `stacktail status`: how is the running agent doing? In: what it answers on its admin socket. Out: a page for people, or its
//! document as it is.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use crate::bounds::ADMIN_ANSWER_BYTES_MAX;
use crate::config::{self, Admin};
use crate::observe::page::page;
use crate::observe::status::Answer;
use crate::os::surroundings::SystemSurroundings;
use crate::os::{env, socket};

/// Arguments of `status`.
#[derive(Debug, Clone, clap::Args)]
pub struct StatusArgs {
    /// The host file [default: /etc/stacktail/stacktail.toml]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub output: Output,
}

/// How the state of things is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Output {
    /// For people
    Text,
    /// One JSON document, for tools
    Json,
}

/// How long the agent may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The `RuntimeDirectory=` of the unit that comes with stacktail, and its `StateDirectory=`.
const UNIT: (&str, &str) = ("/run/stacktail", "/var/lib/stacktail");

/// Asks, and prints the answer.
#[must_use]
pub fn run(args: &StatusArgs) -> ExitCode {
    let asked = ask(args.config.as_ref(), "status", PATIENCE);
    let bytes = match asked {
        Ok(bytes) => bytes,
        Err(why) => return failed(&why),
    };
    let answer: Answer = match serde_json::from_slice(&bytes) {
        Ok(answer) => answer,
        Err(error) => return failed(&format!("what was answered is no status: {error}\n")),
    };
    match args.output {
        Output::Text => super::say(&page(&answer)),
        Output::Json => super::say(&String::from_utf8_lossy(&bytes)),
    }
    match answer {
        Answer {
            answers: true,
            status: Some(_),
            ..
        } => ExitCode::SUCCESS,
        _ => ExitCode::from(super::EXIT_PROBLEM),
    }
}

pub(super) fn failed(why: &str) -> ExitCode {
    super::talk(&format!("error: {why}"));
    ExitCode::from(super::EXIT_PROBLEM)
}

/// What the agent answers to a line, or what to do about its silence.
pub(super) fn ask(
    given: Option<&PathBuf>,
    line: &str,
    patience: Duration,
) -> Result<Vec<u8>, String> {
    let host_file = super::host_file(given);
    // Whoever may not read all of it may ask all the same.
    let host = config::read(&host_file, &SystemSurroundings).host;
    let places = places(&host.admin, &host.state_dir);
    if places.is_empty() {
        let file = host_file.display();
        return Err(format!(
            "`admin` is \"off\" in {file}: the agent cannot be asked\n"
        ));
    }
    let mut tried = Vec::new();
    for place in &places {
        match socket::ask(place, line, patience, ADMIN_ANSWER_BYTES_MAX) {
            Ok(answer) if !answer.is_empty() => return Ok(answer),
            Ok(_) => {
                let place = place.display();
                return Err(format!(
                    "the agent at {place} hung up without an answer: it has too many clients, or is ending; try again\n"
                ));
            }
            Err(error) => tried.push(format!("  {}: {}\n", place.display(), told(&error))),
        }
    }
    Err(format!(
        "the agent does not answer. Looked at:\n{}Does it run (`systemctl status stacktail`), with this host file ({}), and are you \
         its user, root, or in its group?\n",
        tried.concat(),
        host_file.display()
    ))
}

/// Where it may listen, the likeliest first. Systemd tells only the service itself about its folders: with the unit's state folder
/// its other folder is the unit's too.
fn places(admin: &Admin, state_dir: &Path) -> Vec<PathBuf> {
    let own = env::variable("RUNTIME_DIRECTORY");
    let unit = (state_dir == Path::new(UNIT.1)).then_some(UNIT.0);
    let mut places = Vec::new();
    let runtimes = [own.as_deref(), unit].into_iter().flatten().map(Some);
    for runtime in runtimes.chain([None]) {
        if let Some(place) = admin.path(state_dir, runtime)
            && !places.contains(&place)
        {
            places.push(place);
        }
    }
    places
}

fn told(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no socket is there".to_owned(),
        ErrorKind::ConnectionRefused => "nobody listens any more".to_owned(),
        ErrorKind::PermissionDenied => "this user may not speak to it".to_owned(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut => "no answer in time".to_owned(),
        _ => config::plain(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_host_file_says_is_the_only_place() {
        let state = Path::new("/s");
        let said = Admin::At(PathBuf::from("/x/y.sock"));
        assert_eq!(places(&said, state), [Path::new("/x/y.sock")]);
        assert!(places(&Admin::Off, state).is_empty());
        assert_eq!(places(&Admin::Usual, state), [Path::new("/s/admin.sock")]);
        let unit = places(&Admin::Usual, Path::new(UNIT.1));
        let expected = ["/run/stacktail/admin.sock", "/var/lib/stacktail/admin.sock"];
        assert_eq!(unit, expected.map(PathBuf::from));
    }
}
