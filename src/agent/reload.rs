//! Reloading. In: the wish for it (SIGHUP), or a file with a DSN or a release that is not as it was. Out: the agent that takes
//! over, made of the store as after a restart; or none, and then the one that runs goes on, whole. Never half of either.
//!
//! What the old agent has decided is committed before the new one reads the store: positions, windows and limits go over, and
//! what was open is read again. Deliverers go on: what waits and what is on its way is theirs.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::bounds::{VALUES_LOOK_MS, VALUES_LOOK_MS_MAX};
use crate::config::{self, Config, Made, Problem, Role, Severity};
use crate::deliver::{Deliverer, Render, Settings, Target};
use crate::os::surroundings::SystemSurroundings;
use crate::route::Routes;
use crate::store::Store;

use super::Agent;
use super::change::{self, Refusal};
use super::courier::waking;
use super::start::{self, Machine, Mode, StartError};

/// What runs, and stays over a reload.
pub struct Running {
    /// The host file.
    pub host_file: PathBuf,
    /// What was made of it.
    pub config: Config,
    /// The files it was made of.
    pub made_of: Made,
    /// The state file.
    pub store: Arc<Store>,
    /// Who delivers.
    pub deliverer: Arc<Deliverer>,
    /// Clock and chance.
    pub machine: Machine,
    /// How the console prints.
    pub render: Render,
}

/// Watches the configuration's files, and makes the agent that takes over.
pub struct Reload {
    running: Running,
    looked: Duration,
}

impl Reload {
    /// Of an agent that has just been started.
    #[must_use]
    pub fn new(running: Running) -> Self {
        let looked = running.machine.clock.now().mono;
        Self { running, looked }
    }

    /// The agent that takes over from `agent`, which has committed what it decided: where it was asked for, or where a DSN, a
    /// release or a certificate has changed. `None`: `agent` goes on.
    pub fn successor(&mut self, agent: &mut Agent, asked: bool) -> Option<Agent> {
        if !self.a_value_has_changed() && !asked {
            return None;
        }
        if asked {
            tracing::info!("reloading the configuration");
        } else {
            tracing::info!("a DSN, a release or a certificate has changed: reloading");
        }
        self.hand_over(agent).unwrap_or_else(|refusal| {
            tracing::error!("reload refused: {refusal}; the configuration that was goes on");
            None
        })
    }

    /// Not later than the next look at the files that hold a value. What the agent is awake for comes first nearly always.
    #[must_use]
    pub fn wake_by(&self, until: Option<Duration>) -> Option<Duration> {
        let mut parts = self.running.made_of.parts.iter();
        let look = parts
            .any(|part| matches!(part.role, Role::Value(_)))
            .then(|| self.looked + Duration::from_millis(VALUES_LOOK_MS_MAX));
        [until, look].into_iter().flatten().min()
    }

    fn a_value_has_changed(&mut self) -> bool {
        let now = self.running.machine.clock.now().mono;
        if now.saturating_sub(self.looked) < Duration::from_millis(VALUES_LOOK_MS) {
            return false;
        }
        self.looked = now;
        let changed = self.running.made_of.changed(&SystemSurroundings);
        let mut roles = changed.iter().map(|part| &part.role);
        roles.any(|role| matches!(role, Role::Value(_)))
    }

    fn hand_over(&mut self, agent: &mut Agent) -> Result<Option<Agent>, Refusal> {
        let running = &mut self.running;
        let reading = config::read(&running.host_file, &SystemSurroundings);
        // Also where it is refused: it is tried again when something changes again.
        let made_of = std::mem::replace(&mut running.made_of, reading.made_of.clone());
        let problems = reading.problems.clone();
        let (config, changes) = change::next(&running.config, reading)?;
        tell(&problems);
        if changes.is_none() {
            tracing::info!("configuration reloaded: {changes}");
            return Ok(None);
        }
        let successor = running.hand_over(agent, config).inspect_err(|_| {
            // The files are not to blame: they are as new as they were.
            running.made_of = made_of;
        })?;
        tracing::info!(
            apps = running.config.apps.len(),
            "configuration reloaded: {changes}"
        );
        Ok(Some(successor))
    }
}

impl Running {
    /// All of it, or nothing: what can fail comes first.
    fn hand_over(&mut self, agent: &mut Agent, config: Config) -> Result<Agent, StartError> {
        agent.stop()?;
        let on_commit = waking(&self.deliverer);
        let mode = Mode::default();
        let successor = start::from_store(&config, &self.store, mode, &self.machine, on_commit)?;
        let settings = Settings::of(&config.host, self.render);
        let targets = Target::all(&Routes::new(&config.apps));
        self.deliverer.reload(settings, targets);
        self.config = config;
        Ok(successor)
    }
}

/// Each problem in one line, at its place.
fn tell(problems: &[Problem]) {
    for problem in problems {
        match problem.severity {
            Severity::Error => tracing::error!("{}", change::line(problem)),
            Severity::Warning => tracing::warn!("{}", change::line(problem)),
        }
    }
}
