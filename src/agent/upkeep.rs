//! Upkeep of the state file. In: the moments at which the agent is idle anyhow. Out: events too old to be sent and what
//! removed apps left behind are gone and counted, free pages are given back to the disk.
//!
//! Never wakes anybody, never fails a turn: what cannot be done is said, and tried again when it is due next.

use std::time::Duration;

use crate::bounds;
use crate::config::Config;
use crate::os::Now;
use crate::store::{Store, StoreError};

/// When which upkeep was done last, and what it goes by.
#[derive(Debug)]
pub struct Upkeep {
    /// Apps that there are.
    apps: Vec<String>,
    age_max: Duration,
    /// Something was committed since the last tidying.
    untidy: bool,
    tidied: Option<Duration>,
    cleared: Option<Duration>,
}

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Due {
    clearing: bool,
    tidying: bool,
}

impl Upkeep {
    /// Nothing was done yet.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self::of(
            config.apps.iter().map(|app| app.name.clone()).collect(),
            config.host.age_max,
        )
    }

    fn of(apps: Vec<String>, age_max: Duration) -> Self {
        Self {
            apps,
            age_max,
            untidy: false,
            tidied: None,
            cleared: None,
        }
    }

    /// The state file has changed.
    pub(super) fn committed(&mut self) {
        self.untidy = true;
    }

    /// Does what is due.
    pub(super) fn when_idle(&mut self, store: &Store, now: Now) {
        let due = self.take_due(now.mono);
        if due.clearing
            && let Err(error) = self.clear(store, now)
        {
            tracing::warn!("{error}; tried again in an hour");
        }
        if due.tidying
            && let Err(error) = store.tidy()
        {
            tracing::warn!("{error}; tried again in a minute");
        }
    }

    /// What is due now is taken as done.
    fn take_due(&mut self, mono: Duration) -> Due {
        let passed = |last: Option<Duration>, wait_ms: u64| {
            last.is_none_or(|last| mono.saturating_sub(last) >= Duration::from_millis(wait_ms))
        };
        let due = Due {
            clearing: passed(self.cleared, bounds::CLEAR_WAIT_MS),
            tidying: self.untidy && passed(self.tidied, bounds::TIDY_WAIT_MS),
        };
        if due.clearing {
            self.cleared = Some(mono);
        }
        if due.tidying {
            self.tidied = Some(mono);
            self.untidy = false;
        }
        due
    }

    /// Drops what nobody sends any more: a worker drops its receiver's old events itself, but a receiver that is not
    /// configured any more has none. Later than a worker by one request, so that what is under way comes back first.
    fn clear(&mut self, store: &Store, now: Now) -> Result<(), StoreError> {
        let age_max = self.age_max + Duration::from_millis(bounds::REQUEST_MS_MAX);
        let apps: Vec<&str> = self.apps.iter().map(String::as_str).collect();
        let events = store.expire(now.wall, age_max)?;
        let occurrences = store.forget_apps(&apps, now.wall, age_max)?;
        if events > 0 || occurrences > 0 {
            self.untidy = true;
            tracing::warn!(
                events,
                occurrences,
                "older than age_max and never sent: dropped, and counted in the ledger"
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::store::{Batch, LedgerEntry, Outgoing};

    const HOUR: Duration = Duration::from_hours(1);

    fn upkeep() -> Upkeep {
        Upkeep::of(vec!["shop".to_owned()], 24 * HOUR)
    }

    fn at(mono: Duration) -> Now {
        let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        Now {
            wall: start + mono,
            mono,
        }
    }

    #[test]
    fn clearing_is_due_at_the_start_and_hourly_and_tidying_after_commits_once_a_minute() {
        let mut upkeep = upkeep();
        let mut due = |s: u64, committed: bool| {
            if committed {
                upkeep.committed();
            }
            let due = upkeep.take_due(Duration::from_secs(s));
            (due.clearing, due.tidying)
        };
        assert_eq!(due(1, false), (true, false));
        assert_eq!(due(2, true), (false, true));
        assert_eq!(due(3, true), (false, false), "less than a minute");
        assert_eq!(due(62, false), (false, true), "what was committed before");
        assert_eq!(due(200, false), (false, false), "nothing was committed");
        assert_eq!(due(3_600, false), (false, false));
        assert_eq!(due(3_601, false), (true, false));
    }

    #[test]
    fn an_event_that_nobody_sends_goes_into_the_ledger_at_its_age() {
        let store = Store::in_memory().unwrap();
        let mut batch = Batch::new(at(Duration::ZERO).wall);
        batch.events.push(Outgoing {
            receiver: "gone.example/1".to_owned(),
            app: "gone".to_owned(),
            event_id: [7; 16],
            payload: b"{}".to_vec(),
            suppressed: 2,
            time: batch.stored_at,
            category: "error",
        });
        store.commit(&batch).unwrap();
        let mut upkeep = upkeep();
        upkeep.when_idle(&store, at(24 * HOUR));
        assert_eq!(store.outbox_total(), 2, "not older than age_max yet");
        upkeep.when_idle(
            &store,
            at((25 * HOUR).saturating_sub(Duration::from_millis(1))),
        );
        assert_eq!(store.outbox_total(), 2, "looked at hourly");
        upkeep.when_idle(&store, at(25 * HOUR));
        assert_eq!(store.outbox_total(), 0);
        let counted = LedgerEntry {
            app: "gone".to_owned(),
            reason: "age_max".to_owned(),
            quantity: 3,
        };
        assert_eq!(store.ledger().unwrap(), [counted]);
    }
}
