//! Reloading. In: the wish for it (SIGHUP), or a file with a DSN or a release that is not as it was. Out: the agent that takes
//! over, made of the store as after a restart; or none, and then the one that runs goes on, whole. Never half of either.
//!
//! What the old agent has decided is committed before the new one reads the store: positions, windows and limits go over, and
//! what was open is read again. Deliverers go on: what waits and what is on its way is theirs.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::bounds::{VALUES_LOOK_MS, VALUES_LOOK_MS_MAX};
use crate::config::{self, Config, Made, Problem, Role, Severity};
use crate::deliver::{Deliverer, Render, Settings, Target};
use crate::observe::status::{Reloaded, Said};
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
    /// A value changed, and taking it over was refused: any further change is a reason to try again.
    owed: bool,
    /// How the last one came out; at first, how the configuration was read.
    last: Reloaded,
    configured: Timestamp,
}

impl Reload {
    /// Of an agent that has just been started.
    #[must_use]
    pub fn new(running: Running, problems: &[Problem]) -> Self {
        let now = running.machine.clock.now();
        let last = Reloaded {
            problems: said(problems),
            ..Reloaded::default()
        };
        Self {
            running,
            looked: now.mono,
            owed: false,
            last,
            configured: now.wall,
        }
    }

    /// What runs.
    pub(super) fn running(&self) -> &Running {
        &self.running
    }

    /// What was wrong with the configuration when it was last read.
    pub(super) fn problems(&self) -> &[Said] {
        &self.last.problems
    }

    /// How the last reload came out.
    pub(super) fn last(&self) -> Reloaded {
        self.last.clone()
    }

    /// When the configuration that runs was read.
    pub(super) fn configured(&self) -> Timestamp {
        self.configured
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
        let handed_over = self.hand_over(agent);
        self.owed = handed_over.is_err() && (self.owed || !asked);
        handed_over.unwrap_or_else(|refusal| {
            tracing::error!("reload refused: {refusal}; the configuration that was goes on");
            self.last.refused = Some(refusal.to_string());
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
        roles.any(|role| self.owed || matches!(role, Role::Value(_)))
    }

    fn hand_over(&mut self, agent: &mut Agent) -> Result<Option<Agent>, Refusal> {
        let running = &mut self.running;
        let reading = config::read(&running.host_file, &SystemSurroundings);
        // Also where it is refused: it is tried again when something changes again.
        let made_of = std::mem::replace(&mut running.made_of, reading.made_of.clone());
        let problems = reading.problems.clone();
        self.last = Reloaded {
            problems: said(&problems),
            ..Reloaded::default()
        };
        let (config, changes) = change::next(&running.config, reading)?;
        self.last.changes = changes.to_string();
        self.configured = running.machine.clock.now().wall;
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
        let successor = start::from_store(
            &config,
            &self.store,
            Mode::default(),
            &self.machine,
            agent.nameless(),
            on_commit,
        )?;
        let settings = Settings::of(&config.host, self.render);
        let targets = Target::all(&Routes::new(&config.apps));
        self.deliverer.reload(settings, targets);
        self.config = config;
        Ok(successor)
    }
}

/// Each problem in one line, for those who ask.
fn said(problems: &[Problem]) -> Vec<Said> {
    let one = |problem: &Problem| Said {
        severity: match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
        .to_owned(),
        text: change::line(problem),
    };
    problems.iter().map(one).collect()
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

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::config::Receiver;
    use crate::os::chance::SeededChance;
    use crate::os::clock::ManualClock;

    const LOOK: Duration = Duration::from_millis(VALUES_LOOK_MS);

    /// An agent of one app whose DSN stands in `a.dsn`; nothing is delivered.
    struct Rig {
        dir: tempfile::TempDir,
        clock: Arc<ManualClock>,
        reload: Reload,
        agent: Agent,
        _runtime: tokio::runtime::Runtime,
    }

    impl Rig {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            fs::create_dir(dir.path().join("apps.d")).unwrap();
            write(dir.path(), "stacktail.toml", "");
            write(dir.path(), "a.dsn", "file:/nowhere/1");
            write(dir.path(), "apps.d/a.toml", &app("info"));
            let host_file = dir.path().join("stacktail.toml");
            let loaded = config::load(&host_file, &SystemSurroundings).unwrap();
            let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
            let machine = Machine {
                clock: Arc::clone(&clock) as _,
                chance: Arc::new(SeededChance::new(1)),
            };
            let store = Arc::new(Store::in_memory().unwrap());
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            let render: Render = crate::event::pretty::plain;
            let deliverer = Arc::new(Deliverer::start(
                runtime.handle(),
                Settings::of(&loaded.config.host, render),
                Vec::new(),
                crate::deliver::Machine {
                    outbox: Arc::clone(&store) as _,
                    clock: Arc::clone(&machine.clock),
                    chance: Arc::clone(&machine.chance),
                },
            ));
            let agent = start::from_store(
                &loaded.config,
                &store,
                Mode::default(),
                &machine,
                Vec::new(),
                waking(&deliverer),
            );
            let running = Running {
                host_file,
                config: loaded.config,
                made_of: loaded.made_of,
                store,
                deliverer,
                machine,
                render,
            };
            let reload = Reload::new(running, &loaded.problems);
            Self {
                dir,
                clock,
                reload,
                agent: agent.unwrap(),
                _runtime: runtime,
            }
        }

        fn write(&self, name: &str, text: &str) {
            write(self.dir.path(), name, text);
        }

        /// Did another agent take over, `later` than now and without being asked?
        fn takes_over(&mut self, later: Duration) -> bool {
            self.clock.advance(later);
            let successor = self.reload.successor(&mut self.agent, false);
            let taken = successor.is_some();
            if let Some(successor) = successor {
                self.agent = successor;
            }
            taken
        }

        fn sends_to(&self, file: &str) -> bool {
            let app = &self.reload.running.config.apps[0];
            app.receiver == Receiver::File(file.into())
        }
    }

    fn write(folder: &Path, name: &str, text: &str) {
        fs::write(folder.join(name), text).unwrap();
    }

    fn app(level: &str) -> String {
        format!(
            "dsn_file = \"../a.dsn\"\nmin_level = \"{level}\"\n[[files]]\npaths = [\"/nowhere/*.log\"]\n"
        )
    }

    #[test]
    fn a_dsn_that_changed_is_noticed_within_a_minute_and_a_setting_waits_to_be_asked() {
        let mut rig = Rig::new();
        let minute = Duration::from_millis(VALUES_LOOK_MS_MAX);
        assert_eq!(rig.reload.wake_by(None), Some(minute));
        assert_eq!(rig.reload.wake_by(Some(LOOK)), Some(LOOK));
        rig.write("apps.d/a.toml", &app("debug"));
        assert!(!rig.takes_over(LOOK), "a setting");
        rig.write("a.dsn", "file:/nowhere/22");
        assert!(!rig.takes_over(LOOK / 2), "looked too early");
        assert!(rig.sends_to("/nowhere/1"));
        assert!(rig.takes_over(LOOK / 2), "not noticed");
        assert!(rig.sends_to("/nowhere/22"));
        assert!(!rig.takes_over(LOOK), "taken twice");
    }

    #[test]
    fn a_dsn_that_is_gone_for_a_while_stays_until_there_is_another() {
        let mut rig = Rig::new();
        fs::remove_file(rig.dir.path().join("a.dsn")).unwrap();
        assert!(!rig.takes_over(LOOK) && rig.sends_to("/nowhere/1"));
        assert!(!rig.takes_over(LOOK));
        rig.write("a.dsn", "file:/nowhere/22");
        assert!(rig.takes_over(LOOK) && rig.sends_to("/nowhere/22"));
    }

    #[test]
    fn where_no_file_holds_a_value_nobody_is_woken() {
        let mut rig = Rig::new();
        let text = app("info").replace("dsn_file = \"../a.dsn\"", "dsn = \"console\"");
        rig.write("apps.d/a.toml", &text);
        let successor = rig.reload.successor(&mut rig.agent, true);
        assert!(successor.is_some());
        assert_eq!(rig.reload.wake_by(None), None);
    }

    #[test]
    fn a_value_that_a_bad_host_file_kept_back_is_taken_once_that_is_mended() {
        let mut rig = Rig::new();
        rig.write("stacktail.toml", "send_rate = \"fast\"\n");
        rig.write("a.dsn", "file:/nowhere/22");
        assert!(!rig.takes_over(LOOK) && rig.sends_to("/nowhere/1"));
        assert!(!rig.takes_over(LOOK) && rig.reload.owed);
        rig.write("stacktail.toml", "");
        assert!(rig.takes_over(LOOK) && rig.sends_to("/nowhere/22"));
        assert!(!rig.reload.owed);
    }
}
