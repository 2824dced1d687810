//! Counts. In: what each piece of input came to; the agent before a reload. Out: the tally, also by app.

use std::collections::BTreeMap;

use super::Agent;
use crate::source::{AppIx, LaneId};

impl Agent {
    /// The counts that the last piece made; `lane`: whose lines they are.
    pub(super) fn count(&mut self, lane: Option<LaneId>) {
        let counts = std::mem::take(&mut self.found.counts);
        let lane = lane.and_then(|lane| self.parts.source.lane(lane));
        for app in lane.into_iter().flat_map(|lane| &lane.apps) {
            if let Some(route) = self.parts.routes.of(*app) {
                self.pending.tally.app(&route.app).lines += counts.lines;
            }
        }
        self.pending.tally.lines += counts.lines;
        self.pending.tally.bytes += counts.bytes;
        for (name, quantity) in counts.odd() {
            self.pending.count("", name, quantity);
        }
        for loss in self.parts.source.losses() {
            let app = loss
                .app
                .and_then(|app| self.parts.routes.of(app))
                .map_or("", |route| route.app.as_str());
            self.pending.count(app, loss.reason.as_str(), loss.quantity);
        }
    }

    /// Entries that each app got since the agent was started, over reloads too.
    pub(super) fn picked_in_all(&self) -> Vec<(AppIx, u64)> {
        let mut all: BTreeMap<AppIx, u64> = BTreeMap::new();
        let before = (0..).map_while(|ix: AppIx| Some((ix, &self.parts.routes.of(ix)?.app)));
        for (ix, app) in before {
            let entries = self.tally.apps.get(app).map_or(0, |tally| tally.entries);
            if entries > 0 {
                all.insert(ix, entries);
            }
        }
        for (ix, entries) in self.picked() {
            *all.entry(ix).or_default() += entries;
        }
        all.into_iter().collect()
    }

    /// Takes over what the agent `before` this one has counted.
    pub(super) fn go_on_counting(&mut self, before: Self) {
        let mut tally = before.tally;
        for (ix, entries) in before.parts.source.picked() {
            if let Some(route) = before.parts.routes.of(ix) {
                tally.app(&route.app).entries += entries;
            }
        }
        tally.add(&self.tally);
        self.tally = tally;
    }
}
