//! The truth. In: the clock. Out: looks at paths, files and globs, each bounded, whatever the kernel told or did not tell.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::FileSource;
use super::copies::WAITING_LOOK_MS;
use super::tail::{Standing, TailId};
use crate::bounds;
use crate::os::Now;
use crate::os::files;
use crate::source::AppIx;

impl FileSource {
    /// The looks that are due, each bounded.
    pub(super) fn chores(&mut self, now: Now, paused: &dyn Fn(AppIx) -> bool) {
        if now.mono >= self.quiet.next_globs {
            self.quiet.next_globs = now.mono + Duration::from_millis(bounds::RECONCILE_GLOBS_MS);
            self.look_for_all(None, now);
        }
        if now.mono >= self.quiet.next_hot_look {
            self.quiet.next_hot_look = now.mono + Duration::from_millis(bounds::RECONCILE_HOT_MS);
            let paths: BTreeSet<Arc<Path>> = self
                .quiet
                .hot
                .iter()
                .filter_map(|id| self.tails.get(id))
                .flat_map(|tail| tail.named_by.iter().cloned())
                .collect();
            for path in paths {
                self.look(&path, now);
            }
        }
        if now.mono >= self.quiet.next_waiting {
            self.quiet.next_waiting = now.mono + Duration::from_millis(WAITING_LOOK_MS);
            self.look_at_waiting(now);
        }
        if now.mono >= self.quiet.next_unwatched {
            self.quiet.next_unwatched = now.mono + Duration::from_millis(bounds::RECONCILE_HOT_MS);
            self.look_at_unwatched(now);
        }
        if now.mono >= self.quiet.next_reconcile {
            self.reconcile(now, paused);
        }
    }

    /// Quiet files without a watch: a stat each second, a bounded number at a time.
    pub(super) fn look_at_unwatched(&mut self, now: Now) {
        let most = bounds::RECONCILE_FILES_MAX;
        let ids: Vec<TailId> = self.quiet.unwatched.iter().copied().take(most).collect();
        for id in ids {
            let Some(tail) = self.tails.get(&id) else {
                self.quiet.unwatched.remove(&id);
                continue;
            };
            let path = tail.path.clone();
            if tail.named_by.contains(&path) {
                self.look(&path, now);
            } else {
                self.read_soon(id, now.mono);
            }
        }
    }

    /// The truth: what every path names now. A part at a time.
    pub(super) fn reconcile(&mut self, now: Now, paused: &dyn Fn(AppIx) -> bool) {
        use std::ops::Bound;
        let from = match self.quiet.reconcile_from.take() {
            Some(path) => Bound::Excluded(path),
            None => Bound::Unbounded,
        };
        let most = bounds::RECONCILE_FILES_MAX;
        let paths: Vec<Arc<Path>> = self
            .slots
            .range((from, Bound::Unbounded))
            .map(|(path, _)| path.clone())
            .take(most)
            .collect();
        for path in &paths {
            self.look(path, now);
        }
        if paths.len() == most {
            self.quiet.reconcile_from = paths.last().cloned();
            return;
        }
        self.quiet.next_reconcile = now.mono + Duration::from_millis(bounds::RECONCILE_MS);
        let since = now.mono.saturating_sub(self.quiet.swept);
        self.quiet.swept = now.mono;
        self.sweep(now, since, paused);
    }

    /// Bytes that are there and were not given, by path.
    pub(super) fn unread(&mut self) -> Vec<(PathBuf, u64)> {
        let mut unread = Vec::new();
        for tail in self.tails.values_mut() {
            if matches!(tail.standing, Standing::Copy | Standing::Gone) {
                continue;
            }
            let facts = match &tail.handle {
                Some(handle) => handle.facts(),
                None => files::facts(&tail.path),
            };
            if let Some(facts) = facts.ok().filter(|facts| tail.is(facts)) {
                tail.size = facts.size;
            }
            if tail.unread() > 0 {
                unread.push((tail.path.to_path_buf(), tail.unread()));
            }
        }
        unread
    }

    /// Handles of files that were long quiet are given back; what has lost its name is let go in time.
    pub(super) fn sweep(&mut self, now: Now, since: Duration, paused: &dyn Fn(AppIx) -> bool) {
        let ids: Vec<TailId> = self.tails.keys().copied().collect();
        for id in ids {
            let lane_paused = self.is_paused(id, paused);
            let Some(tail) = self.tails.get_mut(&id) else {
                continue;
            };
            let silent = now.mono.saturating_sub(tail.last_bytes);
            match &mut tail.standing {
                Standing::Named => {
                    let long = Duration::from_millis(bounds::CLOSE_QUIET_AFTER_MS);
                    if tail.at_end && silent >= long && tail.handle.take().is_some() {
                        self.quiet.opened.retain(|each| *each != id);
                    }
                }
                Standing::Deleted { held } => {
                    if !lane_paused {
                        *held += since;
                    }
                    self.let_go_if_due(id, now);
                }
                Standing::Moved => {
                    let long = Duration::from_millis(bounds::DELETED_HOLD_MS_MAX);
                    if tail.at_end && tail.ended && tail.is_stored() && silent >= long {
                        self.let_go(id, now);
                    }
                }
                Standing::Copy | Standing::Gone => {}
            }
        }
    }
}
