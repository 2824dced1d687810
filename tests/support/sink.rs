//! The receiver as the black-box suites ask it: every event once, by its id, across all agents that posted to it.

use std::collections::HashSet;
use std::net::{SocketAddr, TcpListener};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::receiver::{Act, Receiver};
use super::wait::wait_until;

/// One event.
#[derive(Debug, Clone)]
pub(crate) struct Arrived {
    /// From the URL.
    pub project: String,
    /// From the envelope's header.
    pub id: String,
    /// The payload.
    pub event: Value,
    /// When its request was read.
    pub at: Instant,
}

/// A receiver that outlives the agents that post to it.
pub(crate) struct Sink {
    receiver: Receiver,
    begun: Instant,
}

impl Sink {
    /// Up, taking everything.
    pub(crate) fn start() -> Self {
        let begun = Instant::now();
        Self {
            receiver: Receiver::start(),
            begun,
        }
    }

    /// Refuses connections until it is up.
    pub(crate) fn down(&mut self) {
        self.receiver.down();
    }

    /// Takes connections again.
    pub(crate) fn up(&mut self) {
        self.receiver.up();
    }

    /// The DSN of one of its projects.
    pub(crate) fn dsn(&self, project: u32) -> String {
        self.receiver.dsn(&project.to_string())
    }

    /// How `project` answers its next requests.
    pub(crate) fn next(&self, project: u32, acts: impl IntoIterator<Item = Act>) {
        self.receiver.next(&project.to_string(), acts);
    }

    /// How `project` answers all further requests.
    pub(crate) fn always(&self, project: u32, act: Act) {
        self.receiver.always(&project.to_string(), act);
    }

    /// Lets go all requests that hang.
    pub(crate) fn release(&self) {
        self.receiver.release();
    }

    /// Every event that was taken, once, in order.
    pub(crate) fn events(&self) -> Vec<Arrived> {
        let mut seen = HashSet::new();
        let mut events = self.all(true);
        events.retain(|event| seen.insert((event.project.clone(), event.id.clone())));
        events
    }

    /// The events of one project.
    pub(crate) fn events_of(&self, project: u32) -> Vec<Arrived> {
        let mut events = self.events();
        events.retain(|event| event.project == project.to_string());
        events
    }

    /// How many distinct events were taken.
    pub(crate) fn count(&self) -> usize {
        self.receiver.look(|received| {
            let taken = received
                .iter()
                .filter(|request| request.accepted() && !request.event_id().is_empty());
            taken
                .map(|request| (&request.project, request.event_id()))
                .collect::<HashSet<_>>()
                .len()
        })
    }

    /// How many requests came again with an id that had been taken.
    pub(crate) fn resent(&self) -> usize {
        self.all(true).len() - self.count()
    }

    /// The events that were refused, one per request.
    pub(crate) fn refused(&self) -> Vec<Arrived> {
        self.all(false)
    }

    /// When each request of `project` was read.
    pub(crate) fn requests(&self, project: u32) -> Vec<Instant> {
        let project = project.to_string();
        self.receiver.look(|received| {
            let of_project = received.iter().filter(|request| request.project == project);
            of_project.map(|request| self.begun + request.at).collect()
        })
    }

    /// Waits until `count` distinct events were taken.
    pub(crate) fn wait_for(&self, count: usize, within: Duration) -> bool {
        wait_until(within, || {
            self.receiver.look(<[_]>::len) >= count && self.count() >= count
        })
    }

    fn all(&self, taken: bool) -> Vec<Arrived> {
        self.receiver.look(|received| {
            let answered = received
                .iter()
                .filter(|request| request.status.is_some() && request.accepted() == taken);
            let events = answered.filter_map(|request| {
                Some(Arrived {
                    project: request.project.clone(),
                    id: request.event_id(),
                    event: request.event()?,
                    at: self.begun + request.at,
                })
            });
            events.collect()
        })
    }
}

/// An address nobody listens on.
pub(crate) fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
}
