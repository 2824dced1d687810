//! The state of things. In: the agent between two turns, and what runs beside it. Out: a [`Status`]: masked, scrubbed, for
//! strangers' eyes. Asks the kernel once for each file, so it is made only when somebody asks.

use std::collections::BTreeMap;

use crate::config::{App, Receiver};
use crate::deliver::{Standing, Why};
use crate::observe::status::{
    AppStatus, Counts, Ever, FileStatus, Outbox, ReceiverStatus, Said, Sources, Status, Windows,
};
use crate::policy;
use crate::source::{AppIx, FileNow, FileStanding};
use crate::store::{Store, StoreError};

use super::reload::Running;
use super::{Agent, AppTally};

/// All but what is known of the process.
pub(super) fn gather(agent: &mut Agent, running: &Running, problems: &[Said]) -> Status {
    let nobody = AppIx::try_from(running.config.apps.len()).unwrap_or(AppIx::MAX);
    let mut sources = sources(agent);
    let kept = Kept::of(&running.store).unwrap_or_default();
    let apps = running.config.apps.iter().zip(0..);
    let apps: Vec<AppStatus> = apps
        .map(|(app, ix)| {
            let mut own = sources.remove(&ix).unwrap_or_default();
            let entries = own.journal_entries.unwrap_or_default();
            own.journal_entries = (!app.journals.is_empty()).then_some(entries);
            one(app, ix, own, agent, &kept)
        })
        .collect();
    let host = &running.config.host;
    let reads = !host.files.is_empty() || !host.journals.is_empty();
    Status {
        apps,
        routed: reads.then(|| sources.remove(&nobody).unwrap_or_default()),
        receivers: receivers(running, &kept),
        problems: problems.to_vec(),
        ..Status::default()
    }
}

/// Files and journals, by app.
fn sources(agent: &mut Agent) -> BTreeMap<AppIx, Sources> {
    let mut sources: BTreeMap<AppIx, Sources> = BTreeMap::new();
    for file in agent.parts.source.files() {
        let shown = shown(&file);
        for app in &file.apps {
            let own = sources.entry(*app).or_default();
            own.lag_bytes += shown.lag_bytes;
            own.files.push(shown.clone());
        }
    }
    for (app, entries) in agent.picked_in_all() {
        let own = sources.entry(app).or_default();
        *own.journal_entries.get_or_insert(0) += entries;
    }
    sources
}

fn shown(file: &FileNow) -> FileStatus {
    let lag_bytes = match file.standing {
        FileStanding::NotRead => 0,
        _ => file.size.saturating_sub(file.position),
    };
    FileStatus {
        path: policy::shown(&file.path.display().to_string()),
        state: match file.standing {
            FileStanding::Read => "read",
            FileStanding::Rotated => "rotated",
            FileStanding::Deleted => "deleted",
            FileStanding::NotRead => "not_read",
        }
        .to_owned(),
        position: file.position,
        size: file.size,
        lag_bytes,
        why: file.why.as_deref().map(policy::shown),
    }
}

/// What the state file holds.
#[derive(Default)]
struct Kept {
    ever: BTreeMap<String, Ever>,
    windows: BTreeMap<String, Windows>,
    /// By receiver and app.
    outbox: BTreeMap<(String, String), Outbox>,
}

impl Kept {
    fn of(store: &Store) -> Result<Self, StoreError> {
        let mut kept = Self::default();
        for entry in store.ledger()? {
            let ever = kept.ever.entry(entry.app).or_default();
            *ever.ledger.entry(entry.reason).or_default() += entry.quantity;
        }
        for row in store.delivered()? {
            let ever = kept.ever.entry(row.app).or_default();
            ever.delivered_events += row.events;
            ever.delivered_occurrences += row.occurrences;
            let last = Some(row.last.to_string());
            ever.last_delivered = ever.last_delivered.take().max(last);
        }
        for row in store.carried()? {
            let windows = Windows {
                events: row.carriers,
                occurrences: row.occurrences,
            };
            kept.windows.insert(row.app, windows);
        }
        let sizes = store
            .outbox_sizes()
            .into_iter()
            .map(|(receiver, app, size)| {
                let (events, bytes) = (size.events, size.bytes);
                ((receiver, app), Outbox { events, bytes })
            });
        kept.outbox = sizes.collect();
        Ok(kept)
    }

    /// What waits where this holds of receiver and app.
    fn waiting(&self, holds: impl Fn(&str, &str) -> bool) -> Outbox {
        let rows = self.outbox.iter();
        let rows = rows.filter(|((receiver, app), _)| holds(receiver, app));
        rows.fold(Outbox::default(), |sum, (_, outbox)| Outbox {
            events: sum.events + outbox.events,
            bytes: sum.bytes + outbox.bytes,
        })
    }
}

fn one(app: &App, ix: AppIx, sources: Sources, agent: &Agent, kept: &Kept) -> AppStatus {
    let name = &app.name;
    AppStatus {
        name: name.clone(),
        environment: app.environment.clone(),
        receiver: app.receiver.to_string(),
        paused: agent.paused.get(usize::from(ix)).copied() == Some(true),
        sources,
        counts: agent.tally.apps.get(name).map(counts).unwrap_or_default(),
        ever: kept.ever.get(name).cloned().unwrap_or_default(),
        outbox: kept.waiting(|_, of| of == name),
        open_windows: kept.windows.get(name).copied().unwrap_or_default(),
    }
}

fn counts(tally: &AppTally) -> Counts {
    let dropped: u64 = tally.drops.values().sum();
    let drops = tally.drops.iter();
    Counts {
        lines: tally.lines,
        events: tally.events,
        kept: tally.kept,
        thinned: tally.events.saturating_sub(tally.kept + dropped),
        dropped: drops
            .map(|(reason, n)| ((*reason).to_owned(), *n))
            .collect(),
    }
}

/// Those that apps send to, and those that something waits for all the same.
fn receivers(running: &Running, kept: &Kept) -> Vec<ReceiverStatus> {
    let now = running.machine.clock.now().mono;
    let standings = running.deliverer.standings();
    let listed = standings.into_iter().filter_map(|(store_key, standing)| {
        let apps = running.config.apps.iter();
        let apps: Vec<&App> = apps
            .filter(|app| app.receiver.store_key() == store_key)
            .collect();
        let outbox = kept.waiting(|receiver, _| receiver == store_key);
        if apps.is_empty() && outbox.events == 0 {
            return None;
        }
        let receiver = apps.first().map(|app| &app.receiver);
        let receiver = receiver.map_or_else(|| store_key.clone(), Receiver::to_string);
        let (word, why, until) = words(standing);
        Some(ReceiverStatus {
            receiver,
            apps: apps.iter().map(|app| app.name.clone()).collect(),
            standing: word.to_owned(),
            why: why.map(|why| why.to_string()),
            next_in_s: until
                .filter(|until| *until != std::time::Duration::MAX)
                .map(|until| until.saturating_sub(now).as_secs()),
            outbox,
        })
    });
    listed.collect()
}

fn words(standing: Standing) -> (&'static str, Option<Why>, Option<std::time::Duration>) {
    let Standing::Waiting { until, why } = standing else {
        return ("ok", None, None);
    };
    let word = match why {
        Why::Limit => "rate_limited",
        Why::Outage => "backed_off",
        Why::Refusal => "dead",
        Why::Pace => "paced",
        Why::Store => "stopped",
        Why::Settings => "unreachable",
    };
    (word, Some(why), Some(until))
}
