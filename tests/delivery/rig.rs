//! What the tests of delivery stand on: an outbox in memory, and workers on a runtime in a thread of its own, as the
//! agent has them.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::Timestamp;
use stacktail::config::{Dsn, Receiver as Address};
use stacktail::deliver::{
    ClientReport, Deliverer, End, Left, Machine, Outbox, OutboxError, Settings, Settlement, Target,
    Waiting,
};
use stacktail::limit::Limit;
use stacktail::os::Clock;
use stacktail::os::chance::SeededChance;
use stacktail::os::clock::SystemClock;

use crate::receiver::{PATIENCE, Receiver};

/// The outbox in memory.
#[derive(Default)]
pub(crate) struct Memory {
    state: Mutex<State>,
    changed: Condvar,
}

/// What is in it.
#[derive(Default)]
pub(crate) struct State {
    last_row: i64,
    /// Row → receiver, event.
    pub(crate) waiting: BTreeMap<i64, (String, Waiting)>,
    /// Event id → end, in the order of settling.
    pub(crate) ends: Vec<([u8; 16], End)>,
    /// Receiver, reason, category → quantity.
    pub(crate) reports: BTreeMap<(String, String, String), u64>,
    /// The next settlements fail.
    pub(crate) settles_to_fail: u32,
    /// How many transactions.
    pub(crate) settles: usize,
}

impl Memory {
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let changed = change(&mut self.state.lock().unwrap());
        self.changed.notify_all();
        changed
    }

    /// Waits until it is so; fails the test if it never is.
    pub(crate) fn wait(&self, what: &str, so: impl Fn(&State) -> bool) {
        let state = self.state.lock().unwrap();
        let waited = self
            .changed
            .wait_timeout_while(state, PATIENCE, |state| !so(state));
        let (state, timeout) = waited.unwrap();
        let (left, ends) = (state.waiting.len(), &state.ends);
        assert!(
            !timeout.timed_out(),
            "{what}: never; {left} wait, ended {ends:?}"
        );
    }
}

impl Outbox for Memory {
    fn waiting(
        &self,
        receiver: &str,
        after_row: i64,
        events_max: usize,
        bytes_max: usize,
    ) -> Result<Vec<Waiting>, OutboxError> {
        let state = self.state.lock().unwrap();
        let mut bytes = 0;
        Ok(state
            .waiting
            .range(after_row + 1..)
            .filter(|(_, (to, _))| to == receiver)
            .map(|(_, (_, waiting))| waiting)
            .take(events_max)
            .take_while(|waiting| {
                let first = bytes == 0;
                bytes += waiting.payload.len();
                first || bytes <= bytes_max
            })
            .cloned()
            .collect())
    }

    fn settle(&self, settlements: &[Settlement], _now: Timestamp) -> Result<(), OutboxError> {
        self.change(|state| {
            if state.settles_to_fail > 0 {
                state.settles_to_fail -= 1;
                return Err("the disk is full".into());
            }
            state.settles += 1;
            for Settlement { row, end } in settlements {
                let (receiver, waiting) = state.waiting.remove(row).ok_or("settled twice")?;
                state.ends.push((waiting.event_id, *end));
                if let End::Dropped(lost) = end
                    && let Some(reason) = lost.client_report()
                {
                    let key = (receiver, reason.to_owned(), waiting.category);
                    *state.reports.entry(key).or_default() += 1 + waiting.suppressed;
                }
            }
            Ok(())
        })
    }

    fn client_reports(&self, receiver: &str) -> Result<Vec<ClientReport>, OutboxError> {
        let state = self.state.lock().unwrap();
        let reports = state.reports.iter();
        Ok(reports
            .filter(|((to, _, _), _)| to == receiver)
            .map(|((_, reason, category), quantity)| ClientReport {
                reason: reason.clone(),
                category: category.clone(),
                quantity: *quantity,
            })
            .collect())
    }

    fn client_reports_sent(
        &self,
        receiver: &str,
        sent: &[ClientReport],
    ) -> Result<(), OutboxError> {
        self.change(|state| {
            for report in sent {
                let ClientReport {
                    reason,
                    category,
                    quantity,
                } = report.clone();
                let key = (receiver.to_owned(), reason, category);
                *state.reports.entry(key).or_default() -= quantity;
            }
            state.reports.retain(|_, quantity| *quantity > 0);
            Ok(())
        })
    }
}

/// An event as the store keeps it.
pub(crate) fn event(number: u32) -> Waiting {
    let mut event_id = [0xee; 16];
    event_id[12..].copy_from_slice(&number.to_be_bytes());
    let payload = serde_json::json!({
        "event_id": id(&event_id),
        "timestamp": 1.0,
        "platform": "python",
        "level": "error",
        "exception": {"values": [{"type": "KeyError", "value": format!("number {number}")}]},
    });
    Waiting {
        row: 0,
        app: "checkout".to_owned(),
        event_id,
        payload: serde_json::to_vec(&payload).unwrap(),
        suppressed: 0,
        category: "error".to_owned(),
        stored_at: Timestamp::UNIX_EPOCH,
    }
}

/// 32 digits.
pub(crate) fn id(event_id: &[u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(*event_id))
}

/// The ids of these events.
pub(crate) fn ids(numbers: impl IntoIterator<Item = u32>) -> Vec<String> {
    numbers
        .into_iter()
        .map(|number| id(&event(number).event_id))
        .collect()
}

/// The workers of a receiver's projects, and their outbox.
pub(crate) struct Rig {
    pub(crate) outbox: Arc<Memory>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) deliverer: Arc<Deliverer>,
    keys: BTreeMap<String, String>,
    handle: tokio::runtime::Handle,
    end: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// No limits but the receiver's.
pub(crate) fn settings() -> Settings {
    Settings {
        send_rate: Limit::Off,
        send_burst: 1,
        hold_max: Duration::from_hours(1),
        age_max: Duration::from_hours(24 * 7),
        render: |event| event.event_id.clone(),
    }
}

impl Rig {
    /// On the machine's clock.
    pub(crate) fn new(receiver: &Receiver, projects: &[&str]) -> Self {
        Self::with(receiver, projects, settings(), Arc::new(SystemClock::new()))
    }

    pub(crate) fn with(
        receiver: &Receiver,
        projects: &[&str],
        settings: Settings,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let handle = runtime.handle().clone();
        let (end, ended) = tokio::sync::oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let _dropped_is_ended = runtime.block_on(ended);
        });
        let mut keys = BTreeMap::new();
        let mut targets = Vec::new();
        for project in projects {
            let dsn = Dsn::parse(&receiver.dsn(project)).unwrap();
            let store_key = dsn.store_key();
            keys.insert((*project).to_owned(), store_key.clone());
            targets.push(Target {
                store_key,
                receiver: Address::Dsn(dsn),
            });
        }
        let outbox = Arc::new(Memory::default());
        let machine = Machine {
            outbox: Arc::clone(&outbox) as Arc<dyn Outbox>,
            clock: Arc::clone(&clock),
            chance: Arc::new(SeededChance::new(1)),
        };
        let deliverer = Deliverer::start(&handle, settings, targets, machine);
        Self {
            outbox,
            clock,
            deliverer: Arc::new(deliverer),
            keys,
            handle,
            end: Some(end),
            thread: Some(thread),
        }
    }

    pub(crate) fn key(&self, project: &str) -> &str {
        &self.keys[project]
    }

    /// Stores events as of now, and wakes their worker once.
    pub(crate) fn store(&self, project: &str, events: impl IntoIterator<Item = Waiting>) {
        let now = self.clock.now().wall;
        self.outbox.change(|state| {
            for mut event in events {
                state.last_row += 1;
                event.row = state.last_row;
                event.stored_at = now;
                let entry = (self.key(project).to_owned(), event);
                state.waiting.insert(state.last_row, entry);
            }
        });
        self.wake(project);
    }

    pub(crate) fn wake(&self, project: &str) {
        self.deliverer.wake(self.key(project));
    }

    /// Waits until nothing waits.
    pub(crate) fn wait_empty(&self) {
        self.outbox
            .wait("an empty outbox", |state| state.waiting.is_empty());
    }

    pub(crate) fn drain(&self, within: Duration) -> Vec<Left> {
        let deliverer = Arc::clone(&self.deliverer);
        let drained = self
            .handle
            .spawn(async move { deliverer.drain(within).await });
        self.join(drained)
    }

    pub(crate) fn stop(&self, within: Duration) {
        let deliverer = Arc::clone(&self.deliverer);
        let stopped = self
            .handle
            .spawn(async move { deliverer.stop(within).await });
        self.join(stopped);
    }

    fn join<T: Send + 'static>(&self, task: tokio::task::JoinHandle<T>) -> T {
        let (done, result) = std::sync::mpsc::channel();
        self.handle.spawn(async move {
            let _the_test_failed = done.send(task.await.unwrap());
        });
        result.recv_timeout(PATIENCE).unwrap()
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            let _panicked_is_told_already = thread.join();
        }
    }
}
