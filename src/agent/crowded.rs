//! Apps whose receiver's share of the outbox is full while what they share with others goes on being read. In: what is published
//! for them. Out: their oldest events go, as much as came, counted; the others never wait for them.
//!
//! What feeds one app alone is not read meanwhile, so that nothing of it is given up.

use std::collections::{BTreeMap, BTreeSet};

use crate::route::Routes;
use crate::source::AppIx;
use crate::store::{Batch, Store};

/// Full apps that got something since the last commit.
#[derive(Debug, Default)]
pub(super) struct Crowded(BTreeSet<AppIx>);

/// Bytes to give up, by receiver and app.
pub(super) type Room = BTreeMap<(String, String), u64>;

impl Crowded {
    /// A record of a source of `feeds` goes to `apps`.
    pub(super) fn note(&mut self, feeds: &[AppIx], apps: &[AppIx], paused: &[bool]) {
        if feeds.len() < 2 {
            return;
        }
        let is_paused = |app: &AppIx| paused.get(usize::from(*app)).copied().unwrap_or(false);
        self.0.extend(apps.iter().copied().filter(is_paused));
    }

    /// How much of theirs this batch brings.
    pub(super) fn room_for(&mut self, batch: &Batch, routes: &Routes) -> Room {
        let mut room = Room::new();
        for app in std::mem::take(&mut self.0) {
            let Some(route) = routes.of(app) else {
                continue;
            };
            let own = batch.events.iter().filter(|event| event.app == route.app);
            for event in own {
                let key = (event.receiver.clone(), event.app.clone());
                *room.entry(key).or_default() += event.payload.len() as u64;
            }
        }
        room
    }
}

/// Gives up the oldest.
pub(super) fn make(room: &Room, store: &Store) {
    for ((receiver, app), bytes) in room {
        if let Err(error) = store.drop_oldest(receiver, Some(app), *bytes) {
            tracing::warn!("{error}; the outbox of {app} grows beyond its share until it can");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_full_apps_of_a_shared_source_give_up() {
        let mut crowded = Crowded::default();
        let paused = [true, false];
        crowded.note(&[0], &[0], &paused);
        assert!(crowded.0.is_empty(), "its own files wait");
        crowded.note(&[0, 1], &[1], &paused);
        assert!(crowded.0.is_empty());
        crowded.note(&[0, 1], &[0, 1], &paused);
        assert_eq!(crowded.0.iter().copied().collect::<Vec<_>>(), [0]);
    }
}
