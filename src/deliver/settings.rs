//! What holds for every receiver. In: the host file. Out: the workers' [`Settings`], and whom they trust.

use std::sync::Arc;
use std::time::Duration;

use crate::bounds::SEND_BURST_S;
use crate::config::{Host, Transport};
use crate::event::protocol::Event;
use crate::limit::Limit;

use super::tls::Trust;

/// An event as text, for the terminal. What it is given is harmless already.
pub type Render = fn(&Event) -> String;

/// What holds for every receiver.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Envelopes towards one receiver; delays, never drops.
    pub send_rate: Limit,
    /// As many may go at once.
    pub send_burst: u32,
    /// How long an event may wait for a receiver's limit.
    pub hold_max: Duration,
    /// Nothing that lay in the outbox for longer is sent.
    pub age_max: Duration,
    /// How the console prints.
    pub render: Render,
    /// How receivers are reached.
    pub http: Transport,
}

impl Settings {
    /// As the host file has it; the burst is what `send_rate` lets through in five seconds.
    #[must_use]
    pub fn of(host: &Host, render: Render) -> Self {
        let send_burst = match host.send_rate {
            Limit::Off => 1,
            Limit::Rate { count, per } => {
                let bursts = f64::from(SEND_BURST_S) / per.as_secs_f64().max(1e-3);
                (f64::from(count) * bursts).round().max(1.0) as u32
            }
        };
        Self {
            send_rate: host.send_rate,
            send_burst,
            hold_max: host.hold_max,
            age_max: host.age_max,
            render,
            http: host.http.clone(),
        }
    }

    /// Does the same hold by both? How the console prints is not asked: it never changes.
    pub(super) fn same_as(&self, other: &Self) -> bool {
        let what = |it: &Self| {
            let times = (it.hold_max, it.age_max);
            (it.send_rate, it.send_burst, times, it.http.clone())
        };
        what(self) == what(other)
    }
}

/// How workers go about it: the settings that hold now, and what was made of them.
#[derive(Clone)]
pub(super) struct Ways {
    pub(super) settings: Arc<Settings>,
    pub(super) trust: Arc<Trust>,
}

impl Ways {
    pub(super) fn of(settings: Settings) -> Self {
        Self {
            trust: Arc::new(Trust::new(settings.http.clone())),
            settings: Arc::new(settings),
        }
    }
}
