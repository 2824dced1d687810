//! From a configuration to a running agent. In: a checked [`Config`] and the machine. Out: an [`Agent`] over its open
//! store, and the targets that its events go to.

use std::path::PathBuf;
use std::sync::Arc;

use crate::assemble::Belief;
use crate::config::{Config, Receiver};
use crate::event::{Builder, HostFacts};
use crate::language::LANGUAGES;
use crate::os::chance::Chance;
use crate::os::{Clock, identity};
use crate::pipeline::{self, Pipeline};
use crate::policy::{self, AppLimits, Policy};
use crate::route::{Choice, Routes};
use crate::source::file::{FileSource, SourceError, WatchSettings};
use crate::source::several::Several;
use crate::source::{AppIx, FileCheckpoint, FileState, Nameless, Source};
use crate::store::{OpenReport, Store, StoreError, Stored};

use super::{Agent, OnCommit, OutboxBounds, Parts, Shared, Upkeep};

/// How the agent is to run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mode {
    /// Read what is there, ship it, end.
    pub once: bool,
    /// A throw-away state; everything goes to the terminal.
    pub dry_run: bool,
}

/// Why it cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The state file.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The files.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The kernel.
    #[error("cannot {doing}: {source}")]
    Machine {
        /// What was tried.
        doing: &'static str,
        /// Why not.
        source: std::io::Error,
    },
}

/// The machine, as the agent sees it.
#[derive(Clone)]
pub struct Machine {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// File ids, jitter.
    pub chance: Arc<dyn Chance>,
}

/// Opens the state, in memory for a dry run.
pub fn open_store(
    config: &Config,
    mode: Mode,
    machine: &Machine,
) -> Result<(Arc<Store>, OpenReport), StartError> {
    if mode.dry_run {
        return Ok((Arc::new(Store::in_memory()?), OpenReport::default()));
    }
    let (store, report) = Store::open(&config.host.state_dir, machine.clock.now().wall)?;
    Ok((Arc::new(store), report))
}

/// Makes everything go to the terminal.
pub fn to_console(config: &mut Config) {
    for app in &mut config.apps {
        app.receiver = Receiver::Console;
    }
    config.host.send_rate = crate::limit::Limit::Off;
}

/// The files of all apps as one source.
pub fn files(
    config: &Config,
    stored: &Stored,
    mode: Mode,
    machine: &Machine,
) -> Result<FileSource, StartError> {
    let apps = config.apps.iter().zip(0..);
    let own = apps.flat_map(|(app, ix): (_, AppIx)| app.files.iter().map(move |files| (ix, files)));
    let shared = config.host.files.iter();
    let all = own.chain(shared.map(|files| (of_nobody(config), files)));
    let settings = all.map(|(ix, files)| WatchSettings::new(ix, files));
    let now = machine.clock.now();
    let chance = Arc::clone(&machine.chance);
    let checkpoints = of_files(stored).cloned().collect();
    Ok(FileSource::new(
        settings.collect(),
        checkpoints,
        stored.globs_seen.clone(),
        mode.once,
        chance,
        now,
    )?)
}

/// Stands for an app where none has it to itself: behind all apps.
pub(super) fn of_nobody(config: &Config) -> AppIx {
    AppIx::try_from(config.apps.len()).unwrap_or(AppIx::MAX)
}

/// An agent that takes up what is stored: positions, open windows, limits; and files that the one before held open.
pub fn from_store(
    config: &Config,
    store: &Arc<Store>,
    mode: Mode,
    machine: &Machine,
    nameless: Vec<Nameless>,
    on_commit: OnCommit,
) -> Result<Agent, StartError> {
    let mut stored = store.load()?;
    let held = take_rows(nameless, &mut stored);
    let source = source(config, &stored, mode, machine, held)?;
    let store = Arc::clone(store);
    Ok(agent(config, store, stored, source, machine, on_commit))
}

/// Each with its row, which nothing else is to be found for.
fn take_rows(nameless: Vec<Nameless>, stored: &mut Stored) -> Vec<(Nameless, FileCheckpoint)> {
    let with_row = nameless.into_iter().filter_map(|nameless| {
        let mut rows = stored.checkpoints.iter();
        let at = rows.position(|row| row.origin == nameless.origin)?;
        Some((nameless, stored.checkpoints.remove(at)))
    });
    with_row.collect()
}

/// Files and journals of all apps as one source.
fn source(
    config: &Config,
    stored: &Stored,
    mode: Mode,
    machine: &Machine,
    held: Vec<(Nameless, FileCheckpoint)>,
) -> Result<Box<dyn Source>, StartError> {
    let mut files = files(config, stored, mode, machine)?;
    for (nameless, row) in held {
        files.take_over(nameless, row, machine.clock.now());
    }
    let mut sources: Vec<Box<dyn Source>> = vec![Box::new(files)];
    sources.extend(super::journals::open(config, stored, mode));
    Ok(Box::new(Several::new(sources)))
}

fn of_files(stored: &Stored) -> impl Iterator<Item = &FileCheckpoint> {
    let checkpoints = stored.checkpoints.iter();
    checkpoints.filter(|checkpoint| checkpoint.state != FileState::Journal)
}

/// An agent over `source`, that tells `on_commit` which receivers have something new.
pub fn agent(
    config: &Config,
    store: Arc<Store>,
    stored: Stored,
    source: Box<dyn Source>,
    machine: &Machine,
    on_commit: OnCommit,
) -> Agent {
    let facts = host_facts(config, stored.salt);
    let routes = Routes::new(&config.apps);
    let shared = Shared {
        choice: Choice::new(&config.host.routes, &config.apps),
        builder: Builder::of_nobody(facts.clone()),
    };
    let limits: Vec<AppLimits> = config
        .apps
        .iter()
        .map(|app| AppLimits::of(app, app.receiver.store_key()))
        .collect();
    Agent::new(Parts {
        source,
        pipeline: Pipeline::new(reading(config, &shared.choice)),
        builders: config
            .apps
            .iter()
            .zip(0..)
            .map(|(app, ix)| {
                let routed = shared.choice.apps().any(|other| other == ix);
                let failures = config.host.journals.iter().any(|table| table.unit_failures);
                Builder::new(app, facts.clone()).with_unit_failures(routed && failures)
            })
            .collect(),
        policy: Policy::new(&limits, config.host.host_rate, stored.policy),
        routes,
        shared,
        store,
        clock: Arc::clone(&machine.clock),
        outbox: OutboxBounds {
            receiver_bytes: config.host.outbox_dsn_bytes,
            host_bytes: config.host.outbox_host_bytes,
        },
        upkeep: Upkeep::new(config),
        on_commit,
    })
}

/// Every language, the host's zone, and what timestamps are believed.
fn reading(config: &Config, shared: &Choice) -> pipeline::Settings {
    let own = config.apps.iter().map(|app| app.messages);
    pipeline::Settings {
        languages: LANGUAGES,
        zone: jiff::tz::TimeZone::system(),
        belief: Belief::Within(config.host.age_max),
        breadcrumbs: true,
        messages: own.chain([shared.messages()]).collect(),
    }
}

/// The machine id makes event ids differ between hosts; where there is none, the store's own random bytes do.
fn host_facts(config: &Config, salt: [u8; 16]) -> HostFacts {
    let machine_id = identity::machine_id().map_or_else(|| salt.to_vec(), String::into_bytes);
    let server_name = config
        .host
        .server_name
        .clone()
        .or_else(|| Some(identity::host_name()));
    HostFacts {
        machine_id,
        server_name,
        os: None,
    }
}

/// Entries that each app got, by its name.
#[must_use]
pub fn shown_picked(config: &Config, picked: Vec<(AppIx, u64)>) -> Vec<(String, u64)> {
    let named = picked.into_iter().filter_map(|(app, entries)| {
        let name = match config.apps.get(usize::from(app)) {
            Some(app) => app.name.clone(),
            None if app == of_nobody(config) => "the routes".to_owned(),
            None => return None,
        };
        Some((name, entries))
    });
    named.collect()
}

/// Bytes that are there and not read, as text for people: a path may hold a secret.
#[must_use]
pub fn shown_lag(lag: Vec<(PathBuf, u64)>) -> Vec<(String, u64)> {
    lag.into_iter()
        .map(|(path, bytes)| (policy::shown(&path.display().to_string()), bytes))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_shown_without_the_secret_in_it() {
        let lag = vec![
            (PathBuf::from("/l/password=Hunter2Secret9/a.log"), 3),
            (PathBuf::from("/l/a.log"), 4),
        ];
        let shown = shown_lag(lag);
        assert!(!shown[0].0.contains("Hunter2Secret9"), "{shown:?}");
        assert_eq!(shown[1], ("/l/a.log".to_owned(), 4));
    }
}
