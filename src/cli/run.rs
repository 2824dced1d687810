//! `stacktail run`: the agent.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;

use crate::agent::live::{Stop, read_all};
use crate::agent::start::{self, Machine, Mode};
use crate::agent::{Agent, Outcome};
use crate::bounds;
use crate::config::Config;
use crate::deliver::{self, Deliverer, Left, Settings};
use crate::event::pretty;
use crate::observe::log;
use crate::os::chance::SystemChance;
use crate::os::clock::SystemClock;
use crate::os::env;
use crate::route::Routes;
use crate::store::Store;

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
    if let Some(wrong) = log::start() {
        super::talk(&format!("warning: {wrong}\n"));
    }
    let Some(config) = load(args) else {
        return ExitCode::from(super::EXIT_USAGE);
    };
    let mode = Mode {
        once: args.once,
        dry_run: args.dry_run,
    };
    match work(config, mode) {
        Ok(code) => code,
        Err(error) => {
            super::talk(&format!("error: {error:#}\n"));
            ExitCode::from(super::EXIT_PROBLEM)
        }
    }
}

/// The configuration; problems are told. `None`: there is nothing to run.
fn load(args: &RunArgs) -> Option<Config> {
    let mut config = super::load(args.config.as_ref())?;
    if config.apps.is_empty() {
        let folder = config.host.apps_dir.display();
        super::talk(&format!(
            "error: no app is enabled: put one file per app into {folder}\n"
        ));
        return None;
    }
    if args.dry_run {
        start::to_console(&mut config);
    }
    Some(config)
}

fn work(config: Config, mode: Mode) -> anyhow::Result<ExitCode> {
    let machine = Machine {
        clock: Arc::new(SystemClock::new()),
        chance: Arc::new(SystemChance),
    };
    let stop = Stop::new().context("cannot make an eventfd")?;
    let (store, report) = start::open_store(&config, mode, &machine)?;
    if let Some(set_aside) = &report.set_aside {
        tracing::error!("{set_aside}");
    }
    let stored = store.load()?;
    let files = start::files(&config, &stored, mode, &machine)?;
    let courier = Courier::start(&config, &store, &machine, &stop)?;
    let deliverer = Arc::clone(&courier.deliverer);
    let on_commit = Box::new(move |receivers: &BTreeSet<String>| {
        receivers
            .iter()
            .for_each(|receiver| deliverer.wake(receiver));
    });
    let mut agent = start::agent(
        &config,
        Arc::clone(&store),
        stored,
        Box::new(files),
        &machine,
        on_commit,
    );
    read_all(&mut agent, &stop);
    let waiting = courier.finish(mode);
    let outcome = outcome(&mut agent, &store, waiting)?;
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

/// What became of the outbox: what waits, what the ledger says was lost on the way.
fn outcome(agent: &mut Agent, store: &Store, left: Vec<Left>) -> anyhow::Result<Outcome> {
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
        lag: start::shown_lag(agent.lag()),
    })
}

/// The thread that delivers and listens for signals.
struct Courier {
    deliverer: Arc<Deliverer>,
    thread: std::thread::JoinHandle<()>,
    orders: tokio::sync::oneshot::Sender<Mode>,
    waiting: std::sync::mpsc::Receiver<Vec<Left>>,
}

impl Courier {
    fn start(
        config: &Config,
        store: &Arc<Store>,
        machine: &Machine,
        stop: &Stop,
    ) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let runtime = runtime.context("cannot start the thread that delivers")?;
        let colour = env::colour_wanted(env::stdout_is_terminal());
        let shown = if colour {
            pretty::coloured
        } else {
            pretty::plain
        };
        let settings = Settings::of(&config.host, shown);
        let targets = start::targets(&Routes::new(&config.apps));
        let world = deliver::Machine {
            outbox: Arc::clone(store) as _,
            clock: Arc::clone(&machine.clock),
            chance: Arc::clone(&machine.chance),
        };
        let deliverer = Arc::new(Deliverer::start(runtime.handle(), settings, targets, world));
        let (orders, ordered) = tokio::sync::oneshot::channel::<Mode>();
        let (told, waiting) = std::sync::mpsc::channel();
        let (stop, courier) = (stop.clone(), Arc::clone(&deliverer));
        let thread = std::thread::Builder::new()
            .name("deliver".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    let listening = tokio::spawn(listen(stop.clone()));
                    let left = match ordered.await {
                        Ok(mode) if mode.once && !stop.is_asked() => drain(&courier, &stop).await,
                        _ => Vec::new(),
                    };
                    courier
                        .stop(Duration::from_millis(bounds::SHUTDOWN_MS_MAX / 2))
                        .await;
                    listening.abort();
                    let _nobody_waits = told.send(left);
                });
                runtime.shutdown_timeout(Duration::from_millis(bounds::SHUTDOWN_MS_MAX / 10));
            });
        let thread = thread.context("cannot start the thread that delivers")?;
        Ok(Self {
            deliverer,
            thread,
            orders,
            waiting,
        })
    }

    /// `--once` waits until all is delivered or nothing more goes; a stop waits for what is under way.
    fn finish(self, mode: Mode) -> Vec<Left> {
        let _thread_gone = self.orders.send(mode);
        let left = self.waiting.recv().unwrap_or_default();
        let _panicked = self.thread.join();
        left
    }
}

/// Delivers until nothing more goes, or a stop is asked.
async fn drain(deliverer: &Deliverer, stop: &Stop) -> Vec<Left> {
    tokio::select! {
        left = deliverer.drain(Duration::from_millis(bounds::DRAIN_MS_MAX)) => left,
        () = stop.asked() => Vec::new(),
    }
}

/// SIGTERM and SIGINT ask for a stop.
async fn listen(stop: Stop) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        tracing::error!("cannot listen for signals: only SIGKILL will stop this process");
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    stop.ask();
}
