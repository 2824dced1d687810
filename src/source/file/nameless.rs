//! Files without a name, over a reload. In: those that the source before held open. Out: they are read on, to their end.
//!
//! Nobody can open them again: a source that begins with what is stored would have to give them up.

use std::time::Duration;

use super::FileSource;
use super::settings;
use super::tail::{Opened, Standing};
use crate::os::Now;
use crate::source::{FileCheckpoint, Nameless};

impl FileSource {
    /// Those that it holds open now; it keeps them too.
    pub(super) fn held_without_name(&self) -> Vec<Nameless> {
        let tails = self.tails.values();
        let held = tails.filter_map(|tail| {
            let handle = tail.handle.as_ref()?;
            if tail.standing == Standing::Copy || handle.facts().ok()?.links > 0 {
                return None;
            }
            let held = match tail.standing {
                Standing::Deleted { held } => held,
                _ => Duration::ZERO,
            };
            Some(Nameless {
                origin: tail.origin,
                handle: handle.share().ok()?,
                held,
            })
        });
        held.collect()
    }

    /// Reads such a file on where its row stands. To be called before anything is read.
    pub fn take_over(&mut self, nameless: Nameless, row: FileCheckpoint, now: Now) {
        let Nameless {
            origin,
            handle,
            held,
        } = nameless;
        let wanted = settings::wanted(&self.settings, &row.path);
        let opened = handle
            .facts()
            .and_then(|facts| Opened::new(handle, facts))
            .ok()
            .filter(|_| !wanted.apps.is_empty());
        let Some(opened) = opened else {
            self.commit.forgotten.push(origin);
            return;
        };
        let path = row.path.clone();
        let lane = self.lanes.of(self.shared(&path), &wanted);
        let later = self.lanes.get(lane).map(|state| state.queue.clone());
        let id = self.add_tail(origin, lane, &path, opened, now);
        if let Some(tail) = self.tails.get_mut(&id) {
            tail.go_to(row.position, row.mid_line);
            tail.start = row.position;
            tail.stored = Some(Box::new(row));
            tail.standing = Standing::Deleted { held };
        }
        self.lanes.last(lane, &later.unwrap_or_default());
        self.read_soon(id, now.mono);
    }
}
