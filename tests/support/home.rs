//! A folder with configuration, state and logs, and the binary run in it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::wait::wait_until;

/// The binary under test.
pub(crate) const STACKTAIL: &str = env!("CARGO_BIN_EXE_stacktail");

/// Settings that let every occurrence through.
pub(crate) const THINNING_OFF: &str =
    "dedup_window = \"off\"\nrate_per_issue = \"off\"\nrate = \"off\"\nmin_level = \"debug\"\n";

/// One host: `stacktail.toml`, `apps.d/`, `state/`, `logs/`.
pub(crate) struct Home {
    dir: TempDir,
}

impl Home {
    /// A host without limits of its own and without apps.
    pub(crate) fn new() -> Self {
        Self::with_host("host_rate = \"off\"\nsend_rate = \"off\"\n")
    }

    /// A host whose file holds `settings` beside its folders.
    pub(crate) fn with_host(settings: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let home = Self { dir };
        for folder in ["apps.d", "logs", "state"] {
            fs::create_dir(home.path().join(folder)).unwrap();
        }
        let (state, apps) = (home.path().join("state"), home.path().join("apps.d"));
        let text = format!(
            "state_dir = \"{}\"\napps_dir = \"{}\"\n{settings}",
            state.display(),
            apps.display()
        );
        fs::write(home.config(), text).unwrap();
        home
    }

    /// The folder of it all.
    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// The host file.
    pub(crate) fn config(&self) -> PathBuf {
        self.path().join("stacktail.toml")
    }

    /// A path below the logs.
    pub(crate) fn log(&self, name: &str) -> PathBuf {
        self.path().join("logs").join(name)
    }

    /// An app that reads `glob` below the logs from the beginning and sends to `dsn`.
    pub(crate) fn app(&self, name: &str, dsn: &str, glob: &str, settings: &str) {
        let paths = self.log(glob);
        self.app_file(
            name,
            &format!(
                "dsn = \"{dsn}\"\n{settings}\n[[files]]\npaths = [\"{}\"]\nstart_at = \"beginning\"\n",
                paths.display()
            ),
        );
    }

    /// An app file, word for word.
    pub(crate) fn app_file(&self, name: &str, text: &str) {
        let file = self.path().join("apps.d").join(format!("{name}.toml"));
        fs::write(&file, text).unwrap();
        // It holds a secret.
        fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
    }

    /// `run` with this host's file.
    pub(crate) fn run_command(&self) -> Command {
        let mut command = stacktail(&["run", "--config"]);
        command.arg(self.config());
        command
    }

    /// `run --once`, to its end.
    pub(crate) fn once(&self) -> Output {
        self.run_command().arg("--once").output().unwrap()
    }

    /// `run`, in the background; what it says is in `agent.log`. Returns when it says that it has started, or has ended.
    pub(crate) fn start(&self) -> Agent {
        self.start_as(self.run_command())
    }

    /// The same by a `run_command` that somebody has changed.
    pub(crate) fn start_as(&self, mut command: Command) -> Agent {
        let starts = || self.said().matches(" started apps=").count();
        let before = starts();
        let said = fs::File::options()
            .create(true)
            .append(true)
            .open(self.path().join("agent.log"))
            .unwrap();
        let mut child = command
            .stdout(said.try_clone().unwrap())
            .stderr(said)
            .spawn()
            .unwrap();
        wait_until(Duration::from_secs(10), || {
            starts() > before || child.try_wait().unwrap().is_some()
        });
        Agent { child }
    }

    /// What agents started here have said.
    pub(crate) fn said(&self) -> String {
        let bytes = fs::read(self.path().join("agent.log")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Keeps the folder for a look at it.
    pub(crate) fn keep(self) -> PathBuf {
        self.dir.keep()
    }
}

/// The binary with `arguments`, in a known environment.
pub(crate) fn stacktail(arguments: &[&str]) -> Command {
    let mut command = Command::new(STACKTAIL);
    command
        .args(arguments)
        .env("TZ", "UTC")
        .env("NO_COLOR", "1")
        .stdin(Stdio::null());
    command
}

/// A running `stacktail run`; killed when it goes out of scope.
pub(crate) struct Agent {
    child: Child,
}

impl Agent {
    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.pid()).unwrap()).unwrap();
        let _ = kill_process(pid, signal);
    }

    /// SIGHUP: it is to reload.
    pub(crate) fn hang_up(&self) {
        self.signal(Signal::HUP);
    }

    /// SIGSTOP.
    pub(crate) fn pause(&self) {
        self.signal(Signal::STOP);
    }

    /// SIGCONT.
    pub(crate) fn go_on(&self) {
        self.signal(Signal::CONT);
    }

    /// How often its threads went to sleep so far: what does not rise has not woken.
    pub(crate) fn sleeps(&self) -> u64 {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.pid())).unwrap();
        let status = |task: fs::DirEntry| fs::read_to_string(task.path().join("status")).ok();
        let texts = tasks.flatten().filter_map(status);
        let sleeps = |text: String| {
            let mut lines = text.lines();
            let found = lines.find_map(|l| l.strip_prefix("voluntary_ctxt_switches:"));
            found.and_then(|number| number.trim().parse::<u64>().ok())
        };
        texts.filter_map(sleeps).sum()
    }

    /// `kill -9`, and gone.
    pub(crate) fn kill(mut self) {
        self.signal(Signal::KILL);
        self.child.wait().unwrap();
    }

    /// Has it ended by itself?
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// SIGINT; how it ended and how long that took.
    pub(crate) fn interrupt(self) -> (ExitStatus, Duration) {
        self.end_by(Signal::INT)
    }

    /// SIGTERM; how it ended and how long that took (10 s at most, then it fails).
    pub(crate) fn stop(self) -> (ExitStatus, Duration) {
        self.end_by(Signal::TERM)
    }

    fn end_by(mut self, signal: Signal) -> (ExitStatus, Duration) {
        let asked = Instant::now();
        self.signal(signal);
        assert!(
            wait_until(Duration::from_secs(10), || self
                .child
                .try_wait()
                .unwrap()
                .is_some()),
            "no end 10 s after {signal:?}"
        );
        (self.child.wait().unwrap(), asked.elapsed())
    }

    /// A field of `/proc/PID/status` in its unit (kB for memory).
    pub(crate) fn status(&self, field: &str) -> u64 {
        let text = fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap_or_default();
        text.lines()
            .find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))
            .and_then(|rest| rest.split_whitespace().next()?.parse().ok())
            .unwrap_or(0)
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
