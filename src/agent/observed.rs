//! What others are told of the agent. In: each turn of the reading thread. Out: answers on the board, a line for systemd. Costs a
//! look at a number and at the clock a turn; wakes nobody.

use std::sync::Arc;
use std::time::Duration;

use crate::bounds::{READY_MS_MAX, STATUS_LINE_MS};
use crate::observe::board::Board;
use crate::observe::status::{AgentStatus, Reloaded};
use crate::os::Now;
use crate::os::notify::Notifier;

use super::reload::Reload;
use super::{Agent, Turn, gather};

/// The reading thread's side of it.
pub struct Observed {
    board: Arc<Board>,
    notifier: Option<Arc<Notifier>>,
    started: Now,
    /// When everything that was there was read last.
    last_pass: Option<Now>,
    state_fails: bool,
    ready: bool,
    line: String,
    line_at: Option<Duration>,
}

impl Observed {
    /// Of an agent that was started at `started`.
    #[must_use]
    pub fn new(board: Arc<Board>, notifier: Option<Arc<Notifier>>, started: Now) -> Self {
        Self {
            board,
            notifier,
            started,
            last_pass: None,
            state_fails: false,
            ready: false,
            line: String::new(),
            line_at: None,
        }
    }

    /// A turn came to this; `None`: its commit failed.
    pub(super) fn turned(&mut self, agent: &mut Agent, turn: Option<Turn>, reload: &Reload) {
        let now = agent.parts.clock.now();
        self.state_fails = turn.is_none();
        if matches!(turn, Some(Turn::Idle(_))) {
            self.last_pass = Some(now);
        }
        if self.board.take_asked().status {
            self.publish(agent, reload, now);
        }
        self.tell_systemd(agent, reload, now);
    }

    fn publish(&self, agent: &mut Agent, reload: &Reload, now: Now) {
        let running = reload.running();
        let mut status = gather::gather(agent, running, reload.problems());
        status.agent = AgentStatus {
            version: crate::VERSION.to_owned(),
            pid: std::process::id(),
            started: self.started.wall.to_string(),
            uptime_s: now.mono.saturating_sub(self.started.mono).as_secs(),
            host_file: running.host_file.display().to_string(),
            state_dir: running.config.host.state_dir.display().to_string(),
            last_pass: self.last_pass.map(|at| at.wall.to_string()),
            state_fails: self.state_fails,
            configured: reload.configured().to_string(),
        };
        self.board.publish(status);
    }

    /// Ready after the first pass, or where that takes long after a while; then what it is doing, when that has changed.
    fn tell_systemd(&mut self, agent: &Agent, reload: &Reload, now: Now) {
        let Some(notifier) = &self.notifier else {
            return;
        };
        let passed =
            |since: Duration, ms: u64| now.mono.saturating_sub(since) >= Duration::from_millis(ms);
        let ready = self.last_pass.is_some() || passed(self.started.mono, READY_MS_MAX);
        let first = ready && !self.ready;
        let due = self.line_at.is_none_or(|at| passed(at, STATUS_LINE_MS));
        if !first && !due {
            return;
        }
        self.line_at = Some(now.mono);
        let line = self.line(agent, reload);
        let state = if first { "READY=1\n" } else { "" };
        if first || line != self.line {
            notifier.send(&format!("{state}STATUS={line}"));
            self.line = line;
        }
        self.ready |= ready;
    }

    /// One line for `systemctl status`.
    fn line(&self, agent: &Agent, reload: &Reload) -> String {
        let running = reload.running();
        let sizes = running.store.outbox_sizes();
        let waiting: u64 = sizes.iter().map(|(_, _, size)| size.events).sum();
        let mut line = format!(
            "{}, {}, {} waiting",
            counted(running.config.apps.len() as u64, "app", "apps"),
            counted(agent.parts.source.file_count() as u64, "file", "files"),
            counted(waiting, "event", "events"),
        );
        let problems = reload.problems().len() as u64;
        if problems > 0 {
            line.push_str(", ");
            line.push_str(&counted(
                problems,
                "problem of the configuration",
                "problems of the configuration",
            ));
        }
        if self.state_fails {
            line.push_str("; the state file cannot be written");
        } else if self.last_pass.is_none() {
            line.push_str("; reading what was there");
        }
        line
    }

    /// A reload begins.
    pub(super) fn reloads(&self) {
        if let Some(notifier) = &self.notifier {
            notifier.reloading();
        }
    }

    /// The wishes up to this one are fulfilled.
    pub(super) fn reloaded(
        &mut self,
        wish: u64,
        reloaded: Reloaded,
        agent: &Agent,
        reload: &Reload,
    ) {
        if let Some(notifier) = &self.notifier {
            self.line = self.line(agent, reload);
            notifier.send(&format!("READY=1\nSTATUS={}", self.line));
        }
        self.board.publish_reload(wish, reloaded);
    }

    /// The end.
    pub(super) fn stops(&self) {
        if let Some(notifier) = &self.notifier {
            notifier.send("STOPPING=1\nSTATUS=sending off what is whole");
        }
    }
}

fn counted(count: u64, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    }
}
