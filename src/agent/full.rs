//! When an app's share of the outbox is full. In: what waits. Out: which apps are not read on, and, where what feeds one feeds
//! others too, room for the newest.

use super::{Agent, Parts};
use crate::bounds;
use crate::route::Routes;
use crate::source::AppIx;
use crate::store::Batch;

impl Agent {
    /// An app whose receiver's share of the outbox is full is not read; a full host stops the one that holds most.
    pub(super) fn pause_full_apps(&mut self) {
        let Parts {
            routes,
            store,
            outbox,
            ..
        } = &self.parts;
        let host_is_full = store.outbox_total() >= outbox.host_bytes;
        let held = |app: usize| {
            routes
                .of(app as u16)
                .map_or(0, |route| store.outbox_bytes(&route.store_key))
        };
        let Some((shared, apps)) = self.paused.split_last_mut() else {
            return;
        };
        let most = (0..apps.len()).map(held).max().unwrap_or(0);
        for (app, paused) in apps.iter_mut().enumerate() {
            let bytes = held(app);
            *paused = bytes >= outbox.receiver_bytes || (host_is_full && bytes == most);
        }
        let is_paused = |app: AppIx| apps.get(usize::from(app)).copied().unwrap_or(false);
        let mut fed = self.parts.shared.choice.apps().peekable();
        *shared = fed.peek().is_some() && fed.all(is_paused);
    }

    /// Of apps that are full and get more from what feeds others too, the oldest events go, and are counted.
    pub(super) fn make_room(&self, crowded: &[AppIx]) {
        let Parts {
            routes,
            store,
            outbox,
            ..
        } = &self.parts;
        for route in crowded.iter().filter_map(|app| routes.of(*app)) {
            let of_receiver = store.outbox_bytes(&route.store_key);
            let over = of_receiver.saturating_sub(outbox.receiver_bytes);
            let over = over.max(store.outbox_total().saturating_sub(outbox.host_bytes));
            let room = outbox.receiver_bytes / bounds::OUTBOX_SLACK_PART;
            if over > room
                && let Err(error) = store.drop_oldest(&route.store_key, Some(&route.app), over)
            {
                tracing::warn!(app = route.app, "{error}; tried again with its next event");
            }
        }
    }
}

/// Apps that were not to be read, and got events all the same: from what feeds others too.
pub(super) fn crowded(batch: &Batch, routes: &Routes, paused: &[bool]) -> Vec<AppIx> {
    let full = paused.iter().zip(0..).filter(|(paused, _)| **paused);
    let full = full.filter_map(|(_, ix)| Some((ix, routes.of(ix)?)));
    let more = full.filter(|(_, route)| batch.events.iter().any(|event| event.app == route.app));
    more.map(|(ix, _)| ix).collect()
}
