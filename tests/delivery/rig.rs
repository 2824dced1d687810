//! What the tests of delivery stand on: a real store in memory that can be made to fail, and workers on a runtime in a
//! thread of its own, as the agent has them.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::Timestamp;
use stacktail::config::{Dsn, Receiver as Address, Transport};
use stacktail::deliver::{Deliverer, Left, Machine, Outbox, Settings, Target};
use stacktail::limit::Limit;
use stacktail::os::Clock;
use stacktail::os::chance::SeededChance;
use stacktail::os::clock::{ManualClock, SystemClock};
use stacktail::store::{
    Batch, ClientReport, Outcome, Outgoing, Settlement, Store, StoreError, Waiting,
};

use crate::receiver::{PATIENCE, Receiver};

/// A store whose settlements can be watched, and made to fail.
pub(crate) struct Watched {
    pub(crate) store: Store,
    log: Mutex<Log>,
    changed: Condvar,
}

/// What was settled.
#[derive(Default)]
pub(crate) struct Log {
    /// In the order of settling.
    pub(crate) ends: Vec<Outcome>,
    /// How many transactions.
    pub(crate) settles: usize,
    /// How often a receiver's standing was written down.
    pub(crate) kept: usize,
    /// So many settlements will fail.
    pub(crate) settles_to_fail: u32,
}

impl Watched {
    pub(crate) fn fail_settles(&self, number: u32) {
        self.log.lock().unwrap().settles_to_fail = number;
    }

    /// Waits until it is so; fails the test if it never is.
    pub(crate) fn wait(&self, what: &str, so: impl Fn(&Log) -> bool) {
        let log = self.log.lock().unwrap();
        let waited = self
            .changed
            .wait_timeout_while(log, PATIENCE, |log| !so(log));
        let (log, timeout) = waited.unwrap();
        let ends = log.ends.clone();
        drop(log);
        assert!(!timeout.timed_out(), "{what}: never; ended {ends:?}");
    }

    /// How each event ended so far.
    pub(crate) fn ends(&self) -> Vec<Outcome> {
        self.log.lock().unwrap().ends.clone()
    }

    /// How many events met their end.
    pub(crate) fn settled(&self) -> usize {
        self.log.lock().unwrap().ends.len()
    }

    /// Until it is so, or a moment is over.
    pub(crate) fn moment(&self, so: impl Fn(&Log) -> bool) {
        let log = self.log.lock().unwrap();
        let moment = Duration::from_millis(20);
        let _so_or_over = self.changed.wait_timeout_while(log, moment, |log| !so(log));
    }

    /// How often a receiver's standing was written down: once for each failure.
    pub(crate) fn kept(&self) -> usize {
        self.log.lock().unwrap().kept
    }

    /// What the ledger says of a reason.
    pub(crate) fn ledger(&self, reason: &str) -> u64 {
        let ledger = self.store.ledger().unwrap();
        let ours = ledger.iter().filter(|entry| entry.reason == reason);
        ours.map(|entry| entry.quantity).sum()
    }
}

impl Outbox for Watched {
    fn waiting(
        &self,
        receiver: &str,
        after_row: i64,
        events_max: usize,
        bytes_max: usize,
    ) -> Result<Vec<Waiting>, StoreError> {
        Outbox::waiting(&self.store, receiver, after_row, events_max, bytes_max)
    }

    fn waiting_events(&self, receiver: &str) -> u64 {
        self.store.waiting_events(receiver)
    }

    fn settle(&self, settlements: &[Settlement], now: Timestamp) -> Result<(), StoreError> {
        let mut log = self.log.lock().unwrap();
        if log.settles_to_fail > 0 {
            log.settles_to_fail -= 1;
            self.changed.notify_all();
            return Err(StoreError::Foreign {
                path: "a full disk".into(),
            });
        }
        Outbox::settle(&self.store, settlements, now)?;
        log.settles += 1;
        log.ends
            .extend(settlements.iter().map(|settlement| settlement.outcome));
        self.changed.notify_all();
        Ok(())
    }

    fn client_reports(&self, receiver: &str) -> Result<Vec<ClientReport>, StoreError> {
        Outbox::client_reports(&self.store, receiver)
    }

    fn client_reports_sent(&self, receiver: &str, sent: &[ClientReport]) -> Result<(), StoreError> {
        Outbox::client_reports_sent(&self.store, receiver, sent)?;
        self.changed.notify_all();
        Ok(())
    }

    fn standing(&self, receiver: &str) -> Result<Option<String>, StoreError> {
        Outbox::standing(&self.store, receiver)
    }

    fn keep_standing(&self, receiver: &str, state: Option<&str>) -> Result<(), StoreError> {
        Outbox::keep_standing(&self.store, receiver, state)?;
        self.log.lock().unwrap().kept += 1;
        self.changed.notify_all();
        Ok(())
    }
}

/// An event as the pipeline hands it over.
pub(crate) fn event(number: u32) -> Outgoing {
    let mut event_id = [0xee; 16];
    event_id[12..].copy_from_slice(&number.to_be_bytes());
    let payload = serde_json::json!({
        "event_id": id(&event_id),
        "timestamp": 1.0,
        "platform": "python",
        "level": "error",
        "exception": {"values": [{"type": "KeyError", "value": format!("number {number}")}]},
    });
    Outgoing {
        receiver: String::new(),
        app: "checkout".to_owned(),
        event_id,
        payload: serde_json::to_vec(&payload).unwrap(),
        suppressed: 0,
        time: Timestamp::UNIX_EPOCH,
        category: "error",
    }
}

/// One without an exception.
pub(crate) fn message(number: u32) -> Outgoing {
    Outgoing {
        category: "default",
        ..event(number)
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
    pub(crate) outbox: Arc<Watched>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) deliverer: Arc<Deliverer>,
    keys: BTreeMap<String, String>,
    begin: (Settings, Vec<Target>, Machine),
    handle: tokio::runtime::Handle,
    end: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// The machine's.
pub(crate) fn system_clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock::new())
}

/// No limits but the receiver's.
pub(crate) fn settings() -> Settings {
    Settings {
        send_rate: Limit::Off,
        send_burst: 1,
        hold_max: Duration::from_hours(1),
        age_max: Duration::from_hours(24 * 7),
        render: |event| event.event_id.clone(),
        http: Transport::default(),
    }
}

impl Rig {
    /// On the machine's clock.
    pub(crate) fn new(receiver: &Receiver, projects: &[&str]) -> Self {
        Self::with(receiver, projects, settings(), system_clock())
    }

    pub(crate) fn with(
        receiver: &Receiver,
        projects: &[&str],
        settings: Settings,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let addresses = projects.iter().map(|project| {
            let dsn = Dsn::parse(&receiver.dsn(project)).unwrap();
            (*project, Address::Dsn(dsn))
        });
        Self::to(addresses, settings, clock)
    }

    /// Towards these addresses, each under a name.
    pub(crate) fn to<'a>(
        addresses: impl IntoIterator<Item = (&'a str, Address)>,
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
        for (name, receiver) in addresses {
            let store_key = receiver.store_key();
            keys.insert(name.to_owned(), store_key.clone());
            targets.push(Target {
                store_key,
                receiver,
            });
        }
        let outbox = Arc::new(Watched {
            store: Store::in_memory().unwrap(),
            log: Mutex::default(),
            changed: Condvar::new(),
        });
        let machine = Machine {
            outbox: Arc::clone(&outbox) as Arc<dyn Outbox>,
            clock: Arc::clone(&clock),
            chance: Arc::new(SeededChance::new(1)),
        };
        let begin = (settings.clone(), targets.clone(), machine.clone());
        let deliverer = Deliverer::start(&handle, settings, targets, machine);
        Self {
            outbox,
            clock,
            deliverer: Arc::new(deliverer),
            keys,
            begin,
            handle,
            end: Some(end),
            thread: Some(thread),
        }
    }

    pub(crate) fn key(&self, project: &str) -> &str {
        &self.keys[project]
    }

    /// Stores events as of now, and wakes their worker once.
    pub(crate) fn store(&self, project: &str, events: impl IntoIterator<Item = Outgoing>) {
        let mut batch = Batch::new(self.clock.now().wall);
        batch.events.extend(events);
        for event in &mut batch.events {
            self.key(project).clone_into(&mut event.receiver);
        }
        self.outbox.store.commit(&batch).unwrap();
        self.wake(project);
    }

    /// How many events wait for a project.
    pub(crate) fn waiting(&self, project: &str) -> u64 {
        self.outbox.waiting_events(self.key(project))
    }

    /// What is still to be reported: reason, category, quantity.
    pub(crate) fn reports(&self, project: &str) -> Vec<(String, String, u64)> {
        let reports = self.outbox.store.client_reports(self.key(project)).unwrap();
        reports
            .into_iter()
            .map(|report| (report.reason, report.category, report.quantity))
            .collect()
    }

    pub(crate) fn wake(&self, project: &str) {
        self.deliverer.wake(self.key(project));
    }

    /// Waits until so many were settled.
    pub(crate) fn wait_settled(&self, number: usize) {
        self.outbox
            .wait(&format!("{number} settled"), |log| log.ends.len() == number);
    }

    /// Moves the clock on by steps, however many it takes until it is so.
    pub(crate) fn move_on(
        &self,
        clock: &ManualClock,
        step: Duration,
        project: &str,
        so: impl Fn() -> bool,
    ) {
        let deadline = SystemClock::new();
        while !so() {
            assert!(deadline.now().mono < PATIENCE, "it never is so");
            clock.advance(step);
            self.wake(project);
            let log = self.outbox.log.lock().unwrap();
            let moment = Duration::from_millis(20);
            let _told_or_over = self.outbox.changed.wait_timeout(log, moment);
        }
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

    /// Stops the workers, changes what they will find, and starts new ones.
    pub(crate) fn restart(&mut self, meanwhile: impl FnOnce(&Self)) {
        self.stop(Duration::from_secs(5));
        meanwhile(self);
        let (settings, targets, machine) = self.begin.clone();
        self.deliverer = Arc::new(Deliverer::start(&self.handle, settings, targets, machine));
    }

    /// The same with other settings.
    pub(crate) fn restart_with(&mut self, settings: Settings) {
        self.begin.0 = settings;
        self.restart(|_| {});
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
