//! `stacktail send FILE --app NAME`: one file, once. In: a file, the configuration. Out: its exceptions at the app's receiver,
//! through the app's settings and thinning. Nothing is stored: what was not sent at the end is not sent.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};

use crate::agent::courier::{Courier, waking};
use crate::agent::live::read_all;
use crate::agent::start::{self, Machine, Mode};
use crate::bounds::PREFIX_BYTES_MAX;
use crate::config::{App, Config, Writing};
use crate::observe::log;
use crate::os::chance::{Chance, SystemChance};
use crate::os::clock::SystemClock;
use crate::os::stream::ByteStream;
use crate::source::stream::Stream;

/// Arguments of `send`.
#[derive(Debug, Clone, clap::Args)]
pub struct SendArgs {
    /// The file to read; `-` is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The app whose settings apply and whose receiver gets the events
    #[arg(long, value_name = "NAME")]
    pub app: String,
    /// The host file [default: /etc/stacktail/stacktail.toml]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Reads the file and ships what is in it.
#[must_use]
pub fn run(args: &SendArgs) -> ExitCode {
    if let Some(wrong) = log::start(super::openings()) {
        super::talk(&format!("warning: {wrong}\n"));
    }
    let Some(mut config) = super::load(args.config.as_ref()) else {
        return ExitCode::from(super::EXIT_USAGE);
    };
    let app = match chosen(&config, Some(&args.app)) {
        Ok(apps) => apps.into_iter().cloned().collect(),
        Err(why) => {
            super::talk(&format!("error: {why}\n"));
            return ExitCode::from(super::EXIT_USAGE);
        }
    };
    config.apps = app;
    match work(&config, &args.file) {
        Ok(code) => code,
        Err(error) => {
            super::talk(&format!("error: {error:#}\n"));
            ExitCode::from(super::EXIT_PROBLEM)
        }
    }
}

/// The app of this name, or all where none is named; there is at least one.
pub(super) fn chosen<'a>(config: &'a Config, name: Option<&str>) -> Result<Vec<&'a App>, String> {
    let wanted = |app: &&App| name.is_none_or(|name| app.name == name);
    let apps: Vec<&App> = config.apps.iter().filter(wanted).collect();
    if !apps.is_empty() {
        return Ok(apps);
    }
    let folder = config.host.apps_dir.display();
    let names: Vec<&str> = config.apps.iter().map(|app| app.name.as_str()).collect();
    Err(match name {
        Some(name) if names.is_empty() => format!("no app {name}: no app is enabled in {folder}"),
        Some(name) => format!("no app {name} is enabled; there are: {}", names.join(", ")),
        None => format!("no app is enabled: put one file per app into {folder}"),
    })
}

fn work(config: &Config, file: &Path) -> anyhow::Result<ExitCode> {
    let machine = Machine {
        clock: Arc::new(SystemClock::new()),
        chance: Arc::new(SystemChance),
    };
    // No state: as in a dry run, but for the receiver.
    let stateless = Mode {
        once: true,
        dry_run: true,
    };
    let source = source(config, file, &*machine.chance)?;
    let courier = Courier::hire(false).context("cannot start the thread that delivers")?;
    let stop = courier.stop.clone();
    let (store, _) = start::open_store(config, stateless, &machine)?;
    let stored = store.load()?;
    let deliverer = courier.deliver(config, &store, &machine, super::run::shown());
    let mut agent = start::agent(
        config,
        Arc::clone(&store),
        stored,
        Box::new(source),
        &machine,
        waking(&deliverer),
    );
    read_all(&mut agent, &stop, None);
    let left = courier.finish(deliverer, stateless);
    let outcome = super::run::outcome(config, &mut agent, &store, left)?;
    super::talk(&agent.tally().render(&outcome));
    let all_went = outcome.waiting.is_empty() && outcome.lost.is_empty() && !stop.is_asked();
    Ok(ExitCode::from(if all_went {
        0
    } else {
        super::EXIT_PROBLEM
    }))
}

/// The file under an identity of its own, so that what is sent twice has the same ids and receivers drop the second.
fn source(config: &Config, file: &Path, chance: &dyn Chance) -> anyhow::Result<Stream> {
    let cannot = || format!("cannot read {}", file.display());
    let how = Writing::of(config.apps.iter().flat_map(|app| &app.files));
    if file == Path::new("-") {
        let stream = ByteStream::stdin().with_context(cannot)?;
        let stream = Stream::new(stream, file.to_path_buf()).written(how);
        return Ok(stream.known_as(chance.bytes16()));
    }
    let path = std::path::absolute(file).with_context(cannot)?;
    let mut beginning = Vec::new();
    ByteStream::open(&path)
        .and_then(|mut bytes| bytes.read_more(&mut beginning, PREFIX_BYTES_MAX))
        .with_context(cannot)?;
    let mut hash = Sha256::new();
    hash.update(path.as_os_str().as_encoded_bytes());
    hash.update([0]);
    hash.update(&beginning);
    let mut uid = [0; 16];
    for (to, from) in uid.iter_mut().zip(hash.finalize()) {
        *to = from;
    }
    let stream = ByteStream::open(&path).with_context(cannot)?;
    let stream = Stream::new(stream, path).written(how);
    Ok(stream.known_as(uid))
}
