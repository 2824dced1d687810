//! `stacktail run`: the agent. In: arguments and configuration. Out: events at their receivers; with `--once` a tally and an
//! exit code that says whether anything is left. Never prints a key.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;

use crate::agent::courier::{Courier, waking};
use crate::agent::live::read_all;
use crate::agent::observed::Observed;
use crate::agent::reload::{Reload, Running};
use crate::agent::start::{self, Machine, Mode, StartError};
use crate::agent::{Agent, Outcome};
use crate::bounds::{DESCRIPTORS_BESIDE, HANDLES_OPEN_MAX};
use crate::config::{Config, Loaded};
use crate::deliver::{Left, Render};
use crate::event::pretty;
use crate::observe::board::Board;
use crate::observe::log;
use crate::os::chance::SystemChance;
use crate::os::clock::SystemClock;
use crate::os::notify::Notifier;
use crate::os::socket::Listening;
use crate::os::{descriptors, env};
use crate::store::{Store, StoreError};

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

/// Runs the agent until it is told to stop, or with `--once` until all is read and shipped.
#[must_use]
pub fn run(args: &RunArgs) -> ExitCode {
    if let Some(wrong) = log::start(super::openings()) {
        super::talk(&format!("warning: {wrong}\n"));
    }
    match work(args) {
        Ok(code) => code,
        Err(error) => {
            super::talk(&format!("error: {error:#}\n"));
            ExitCode::from(code_of(&error))
        }
    }
}

/// Trying again does not make a state file this version's: a service manager must not.
fn code_of(error: &anyhow::Error) -> u8 {
    use StoreError::{Foreign, Newer};

    match error.downcast_ref() {
        Some(StartError::Store(Newer { .. } | Foreign { .. })) => super::EXIT_USAGE,
        _ => super::EXIT_PROBLEM,
    }
}

/// The configuration; problems are told. `None`: there is nothing to run.
fn load(host_file: &Path, mode: Mode) -> Option<Loaded> {
    let mut loaded = super::load_all(host_file)?;
    let config = &mut loaded.config;
    if config.apps.is_empty() {
        let folder = config.host.apps_dir.display();
        super::talk(&format!(
            "error: no app is enabled: put one file per app into {folder}\n"
        ));
        return None;
    }
    if mode.dry_run {
        start::to_console(config);
    }
    Some(loaded)
}

fn work(args: &RunArgs) -> anyhow::Result<ExitCode> {
    let mode = Mode {
        once: args.once,
        dry_run: args.dry_run,
    };
    // Before the configuration is read: a SIGHUP that comes meanwhile must not end the process.
    let courier =
        Courier::hire(mode == Mode::default()).context("cannot start the thread that delivers")?;
    let host_file = super::host_file(args.config.as_ref());
    let Some(loaded) = load(&host_file, mode) else {
        return Ok(ExitCode::from(super::EXIT_USAGE));
    };
    let descriptors = descriptors::raise();
    let config = &loaded.config;
    let machine = Machine {
        clock: Arc::new(SystemClock::new()),
        chance: Arc::new(SystemChance),
    };
    let stop = courier.stop.clone();
    let (store, report) = start::open_store(config, mode, &machine)?;
    if let Some(set_aside) = &report.set_aside {
        tracing::error!("{set_aside}");
    }
    let deliverer = courier.deliver(config, &store, &machine, shown());
    let mut agent = start::from_store(
        config,
        &store,
        mode,
        &machine,
        Vec::new(),
        waking(&deliverer),
    )?;
    tracing::info!(apps = config.apps.len(), state = %config.host.state_dir.display(), "stacktail {} started", crate::VERSION);
    enough_descriptors(&agent, descriptors);
    let reload = (mode == Mode::default()).then(|| {
        let observed = observe(config, &courier, &machine);
        let running = Running {
            host_file,
            config: config.clone(),
            made_of: loaded.made_of,
            store: Arc::clone(&store),
            deliverer: Arc::clone(&deliverer),
            machine,
            render: shown(),
        };
        (Reload::new(running, &loaded.problems), observed)
    });
    read_all(&mut agent, &stop, reload);
    let left = courier.finish(deliverer, mode);
    let outcome = outcome(config, &mut agent, &store, left)?;
    if mode.once || mode.dry_run {
        super::talk(&agent.tally().render(&outcome));
    }
    let left = mode.once
        && (!outcome.waiting.is_empty() || outcome.lag.iter().any(|(_, bytes)| *bytes > 0));
    Ok(if left {
        ExitCode::from(super::EXIT_PROBLEM)
    } else {
        ExitCode::SUCCESS
    })
}

/// Says it where there are too few descriptors for the files that match.
fn enough_descriptors(agent: &Agent, limit: Option<u64>) {
    let files = agent.file_count().min(HANDLES_OPEN_MAX) as u64;
    let wanted = files + DESCRIPTORS_BESIDE;
    if let Some(limit) = limit.filter(|limit| *limit < wanted) {
        tracing::warn!(
            "{limit} file descriptors are too few for {files} files and what goes on beside them: {wanted} are wanted; raise \
             LimitNOFILE= in the unit, or `ulimit -Hn`"
        );
    }
}

/// Opens the ways to be asked and to be watched. Without one of them the agent runs all the same.
fn observe(config: &Config, courier: &Courier, machine: &Machine) -> Observed {
    let board = Board::new(courier.stop.wake().clone(), Arc::clone(&machine.clock));
    let board = Arc::new(board);
    let notifier = Notifier::from_environment().map(Arc::new);
    let runtime = env::variable("RUNTIME_DIRECTORY");
    let host = &config.host;
    let place = host.admin.path(&host.state_dir, runtime.as_deref());
    let admin = place.and_then(|place| {
        let listening = Listening::at(&place);
        listening
            .inspect_err(|error| {
                let place = place.display();
                tracing::warn!(
                    "no admin socket at {place}, `status` and `reload` cannot ask: {error}"
                );
            })
            .ok()
    });
    courier.observe(&board, admin, notifier.as_ref());
    Observed::new(board, notifier, machine.clock.now())
}

/// What became of the outbox: what waits, what the ledger says was lost on the way.
pub(super) fn outcome(
    config: &Config,
    agent: &mut Agent,
    store: &Store,
    left: Vec<Left>,
) -> anyhow::Result<Outcome> {
    let waiting = left.into_iter().map(|left| {
        let why = left
            .why
            .map_or_else(|| "no time for more".to_owned(), |why| why.to_string());
        (left.store_key, left.events, why)
    });
    let waiting = waiting.collect();
    let mut lost: BTreeMap<String, u64> = BTreeMap::new();
    for entry in store.ledger()? {
        let on_the_way = !agent.tally().drops.contains_key(entry.reason.as_str())
            && !agent.tally().notes.contains_key(entry.reason.as_str());
        if on_the_way {
            *lost.entry(entry.reason).or_default() += entry.quantity;
        }
    }
    Ok(Outcome {
        waiting,
        lost,
        picked: start::shown_picked(config, agent.picked()),
        lag: start::shown_lag(agent.lag()),
    })
}

/// Colour only on a terminal.
pub(super) fn shown() -> Render {
    if env::colour_wanted(env::stdout_is_terminal()) {
        pretty::coloured
    } else {
        pretty::plain
    }
}
