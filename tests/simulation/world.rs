//! The world of a simulated agent: a clock that is moved, chance by seed, log files, a journal, the state folder. Nothing
//! delivers: what stands in the outbox is what would have been sent.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use stacktail::agent::start::{self, Machine, Mode};
use stacktail::agent::{Agent, Turn};
use stacktail::config::{self, Config};
use stacktail::os::chance::SeededChance;
use stacktail::os::clock::ManualClock;
use stacktail::os::surroundings::SystemSurroundings;
use stacktail::os::wake::Wake;
use stacktail::os::{Clock, Now};
use stacktail::source::several::Several;
use stacktail::source::{Entry, Source};
use stacktail::store::Store;

use crate::charged::Charged;
use crate::entries::{Entries, Journal};
use crate::traces;

/// A clock that goes on each time it is read, so that a batch may be full in the middle of a turn.
struct Ticking {
    clock: Arc<ManualClock>,
    each: Duration,
}

impl Clock for Ticking {
    fn now(&self) -> Now {
        self.clock.advance(self.each);
        self.clock.now()
    }
}

const TICK: Duration = Duration::from_millis(4);

/// What stands on the disk, and who reads it now.
pub(crate) struct World {
    dir: tempfile::TempDir,
    config: Config,
    pub(crate) clock: Arc<ManualClock>,
    machine: Machine,
    journal: Journal,
    wake: Wake,
    agent: Option<(Agent, Arc<Store>)>,
}

impl World {
    /// Two apps: `web` reads two files, `unit` the journal.
    pub(crate) fn new(seed: u64, settings: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let apps = dir.path().join("apps.d");
        fs::create_dir(&apps).unwrap();
        fs::create_dir(dir.path().join("logs")).unwrap();
        fs::write(dir.path().join("stacktail.toml"), "state_dir = \"state\"\n").unwrap();
        let app = |paths: &[&str]| {
            let paths = paths.iter().map(|path| dir.path().join(path));
            let paths: Vec<PathBuf> = paths.collect();
            format!(
                "dsn = \"console\"\n{settings}\n[[files]]\npaths = {paths:?}\nstart_at = \"beginning\"\n",
            )
        };
        fs::write(apps.join("unit.toml"), app(&["logs/nothing.log"])).unwrap();
        let files = app(&["logs/web.log", "logs/pod.log"]);
        fs::write(apps.join("web.toml"), files).unwrap();
        let loaded = config::load(&dir.path().join("stacktail.toml"), &SystemSurroundings).unwrap();
        assert_eq!(loaded.config.apps.len(), 2, "{:?}", loaded.problems);
        let clock = Arc::new(ManualClock::at(Timestamp::now()));
        let machine = Machine {
            clock: Arc::new(Ticking {
                clock: Arc::clone(&clock),
                each: TICK,
            }),
            chance: Arc::new(SeededChance::new(seed)),
        };
        Self {
            dir,
            config: loaded.config,
            clock,
            machine,
            journal: Journal::default(),
            wake: Wake::new().unwrap(),
            agent: None,
        }
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.dir.path().join("logs/web.log")
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.dir.path().join("state/state.db")
    }

    /// Appends to the log file.
    pub(crate) fn print(&self, text: &str) {
        self.print_into(&self.log(), text);
    }

    /// Appends to the log of a container.
    pub(crate) fn print_pod(&self, stream: &str, lines: &[String]) {
        let now = self.clock.now().wall;
        let lines = lines.iter().map(|line| traces::cri(stream, line, now));
        let text = traces::text(&lines.collect::<Vec<_>>());
        self.print_into(&self.dir.path().join("logs/pod.log"), &text);
    }

    pub(crate) fn print_into(&self, log: &Path, text: &str) {
        let mut file = File::options().create(true).append(true).open(log).unwrap();
        file.write_all(text.as_bytes()).unwrap();
        // Silence is told by modification times: the file lives in the simulated time as well.
        file.set_modified(self.clock.now().wall.into()).unwrap();
    }

    /// Appends to the journal, an entry a line.
    pub(crate) fn journal(&self, stream: &str, lines: &[String]) {
        let mut journal = self.journal.borrow_mut();
        for line in lines {
            let number = journal.len() as u64;
            journal.push(Entry {
                number,
                stream: stream.into(),
                time: Some(self.clock.now().wall),
                priority: None,
                message: line.clone().into_bytes(),
                ..Entry::default()
            });
        }
    }

    /// A log of the app of the journal, beside that of `web`.
    pub(crate) fn other_log(&self) -> PathBuf {
        self.dir.path().join("logs/nothing.log")
    }

    /// The agent goes on from what is stored.
    pub(crate) fn start(&mut self) {
        self.start_charged(Duration::ZERO);
    }

    /// The same on a machine that takes this long for each byte.
    pub(crate) fn start_charged(&mut self, price: Duration) {
        let (store, _) = start::open_store(&self.config, Mode::default(), &self.machine).unwrap();
        let stored = store.load().unwrap();
        let files = start::files(&self.config, &stored, Mode::default(), &self.machine).unwrap();
        let entries = Entries::new(&self.journal, 0, &stored.checkpoints);
        let sources: Vec<Box<dyn Source>> = vec![Box::new(files), Box::new(entries)];
        let source = Box::new(Charged {
            source: Box::new(Several::new(sources)),
            clock: Arc::clone(&self.clock),
            price,
        });
        let agent = start::agent(
            &self.config,
            Arc::clone(&store),
            stored,
            source,
            &self.machine,
            Box::new(|_| {}),
        );
        self.agent = Some((agent, store));
    }

    /// Gone between two turns: what was not committed is lost with the memory.
    pub(crate) fn crash(&mut self) {
        self.agent = None;
    }

    /// One turn; whether its commit succeeded.
    pub(crate) fn turn(&mut self) -> bool {
        let (agent, _) = self.agent.as_mut().unwrap();
        // No time to wait: only what inotify has to say is heard.
        agent.wait(Some(Duration::ZERO), &self.wake);
        loop {
            match agent.turn() {
                Ok(Turn::Busy) => {}
                Ok(_) => return true,
                Err(_) => return false,
            }
        }
    }

    /// Until it has stored something, or has nothing to do: at most one batch.
    pub(crate) fn one_batch(&mut self) {
        let (agent, _) = self.agent.as_mut().unwrap();
        agent.wait(Some(Duration::ZERO), &self.wake);
        agent.turn().unwrap();
    }

    /// Bytes of files that were not read yet.
    pub(crate) fn lag(&mut self) -> u64 {
        let (agent, _) = self.agent.as_mut().unwrap();
        agent.lag().iter().map(|(_, bytes)| bytes).sum()
    }

    /// Events of an app that are stored.
    pub(crate) fn stored(&self, app: &str) -> u64 {
        let sizes = self.agent.as_ref().unwrap().1.outbox_sizes();
        let of_app = sizes.iter().filter(|(_, of, _)| of == app);
        of_app.map(|(_, _, size)| size.events).sum()
    }

    /// Turns until silence, windows and positions have all had their time.
    pub(crate) fn settle(&mut self, steps: u32, step: Duration) {
        for _ in 0..steps {
            self.clock.advance(step);
            assert!(self.turn(), "a commit failed");
        }
    }

    /// What would have been sent: how often each occurrence, and how many each stands for.
    pub(crate) fn sent(&self) -> BTreeMap<u64, u64> {
        let (_, store) = self.agent.as_ref().unwrap();
        let waiting = store
            .waiting("console", 0, usize::MAX >> 1, usize::MAX)
            .unwrap();
        let mut sent: BTreeMap<u64, u64> = BTreeMap::new();
        for event in waiting {
            let payload: serde_json::Value = serde_json::from_slice(&event.json()).unwrap();
            let occurrence = traces::occurrence_of(&payload);
            assert!(occurrence.is_some(), "without its header: {payload}");
            let exception = &payload["exception"]["values"][0];
            let frames = exception["stacktrace"]["frames"].as_array().map(Vec::len);
            assert_eq!(exception["type"], "ValueError", "{payload}");
            assert_eq!(frames, Some(traces::FRAMES), "{payload}");
            *sent.entry(occurrence.unwrap()).or_default() += 1 + event.suppressed;
        }
        sent
    }

    /// Occurrences that are counted and not sent: open windows and drops.
    pub(crate) fn counted(&self) -> u64 {
        let (_, store) = self.agent.as_ref().unwrap();
        let carried: u64 = store
            .carried()
            .unwrap()
            .iter()
            .map(|carried| carried.occurrences)
            .sum();
        let dropped = [
            "app_rate",
            "host_rate",
            "sample_rate",
            "min_level",
            "evicted",
        ];
        let ledger = store.ledger().unwrap();
        let drops = ledger
            .iter()
            .filter(|entry| dropped.contains(&entry.reason.as_str()));
        carried + drops.map(|entry| entry.quantity).sum::<u64>()
    }

    pub(crate) fn ledger(&self) -> Vec<stacktail::store::LedgerEntry> {
        self.agent.as_ref().unwrap().1.ledger().unwrap()
    }
}

/// Moves a log away, as logrotate's `create` does.
pub(crate) fn rotate(log: &Path, number: u64) {
    fs::rename(log, log.with_extension(format!("log.{number}"))).unwrap();
}
