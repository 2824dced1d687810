//! An app's policy over a store in memory.

use jiff::Timestamp;
use stacktail::config::App;
use stacktail::event::Candidate;
use stacktail::event::protocol::{Event, Exception, Frame, Stacktrace, Values};
use stacktail::limit::Limit;
use stacktail::policy::{AppLimits, Decisions, Policy, RuleFailure, Shown};
use stacktail::store::packed::Packer;
use stacktail::store::{Batch, Store};

/// Record time at which the tests begin.
pub(crate) fn start() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

/// One occurrence of a Python error.
pub(crate) fn candidate(number: u64, ty: &str, value: &str) -> Candidate {
    let mut event_id = [0; 16];
    event_id[8..].copy_from_slice(&number.to_be_bytes());
    let frame = Frame {
        function: Some("run".to_owned()),
        filename: Some("app/views.py".to_owned()),
        in_app: Some(true),
        ..Frame::default()
    };
    let exception = Exception {
        ty: Some(ty.to_owned()),
        value: Some(value.to_owned()),
        stacktrace: Some(Stacktrace {
            frames: vec![frame],
        }),
        ..Exception::default()
    };
    let event = Event {
        event_id: format!("{:032x}", u128::from_be_bytes(event_id)),
        platform: "python".to_owned(),
        level: "error".to_owned(),
        exception: Some(Values {
            values: vec![exception],
        }),
        ..Event::default()
    };
    Candidate {
        app: 0,
        event_id,
        record_time: start(),
        event,
        handled: true,
        record: None,
        seen_at: "/var/log/app0.log".to_owned(),
    }
}

/// One app's policy and what it has stored.
pub(crate) struct Run {
    pub(crate) store: Store,
    pub(crate) policy: Policy,
    pub(crate) shown: Vec<Shown>,
    pub(crate) failures: Vec<RuleFailure>,
}

impl Run {
    pub(crate) fn of(app: &App) -> Self {
        let limits = AppLimits::of(app, "r0".to_owned());
        let store = Store::in_memory().unwrap();
        let stored = store.load().unwrap().policy;
        Self {
            policy: Policy::new(&[limits], Limit::Off, stored),
            store,
            shown: Vec::new(),
            failures: Vec::new(),
        }
    }

    /// Decides and commits.
    pub(crate) fn see(&mut self, candidate: Candidate) {
        let mut decisions = Decisions::default();
        self.policy.decide(candidate, &mut decisions);
        self.shown.append(&mut decisions.shown);
        let failures = decisions.failures.drain(..);
        self.failures.extend(failures.map(|(_, failure)| failure));
        let mut batch = Batch::new(start());
        batch.absorb(decisions, &mut Packer::default());
        self.store.commit(&batch).unwrap();
    }

    /// Events in the outbox.
    pub(crate) fn sent(&self) -> Vec<Event> {
        let waiting = self.store.waiting("r0", 0, 1_000, usize::MAX).unwrap();
        let read = |json: Vec<u8>| serde_json::from_slice(&json).unwrap();
        waiting
            .iter()
            .map(|event| read(event.json().to_vec()))
            .collect()
    }

    /// The whole ledger, by reason.
    pub(crate) fn ledger(&self) -> Vec<(String, u64)> {
        let ledger = self.store.ledger().unwrap();
        let row = |entry: stacktail::store::LedgerEntry| (entry.reason, entry.quantity);
        ledger.into_iter().map(row).collect()
    }

    /// What the receiver will be told, by reason.
    pub(crate) fn reports(&self) -> Vec<(String, u64)> {
        let reports = self.store.client_reports("r0").unwrap();
        let row = |report: stacktail::store::ClientReport| (report.reason, report.quantity);
        reports.into_iter().map(row).collect()
    }
}
