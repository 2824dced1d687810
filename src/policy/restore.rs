//! Back into memory, at a start and after a commit that failed. In: what is stored. Out: issues, windows and buckets as they
//! were. What belongs to apps that are not configured stays where it is stored.

use super::changes::{StoredIssue, StoredPolicy};
use super::decide::Policy;
use super::issue::{Issues, Slot, Window};
use crate::limit::Bucket;
use crate::source::AppIx;

impl Policy {
    /// Goes back to what is stored, after a commit that failed. All decisions not committed must be thrown away.
    pub fn reload(&mut self, stored: StoredPolicy) {
        self.due.clear();
        self.host.forget();
        for app in &mut self.apps {
            app.bucket = Bucket::default();
            app.issues = Issues::default();
        }
        self.next_carrier = stored.next_carrier.max(1);
        self.stamp = 0;
        self.restore(stored);
    }

    pub(super) fn restore(&mut self, stored: StoredPolicy) {
        for limiter in &stored.limiters {
            let app = self.index_of(&limiter.app);
            match (limiter.kind.as_str(), app) {
                ("host", _) => self.host.whole = limiter.bucket,
                ("share", Some(ix)) => {
                    if let Some(part) = self.host.parts.get_mut(usize::from(ix)) {
                        *part = limiter.bucket;
                    }
                }
                ("app", Some(ix)) => {
                    if let Some(app) = self.apps.get_mut(usize::from(ix)) {
                        app.bucket = limiter.bucket;
                    }
                }
                _ => {}
            }
        }
        let mut issues = stored.issues;
        issues.sort_by_key(|issue| issue.row.used);
        for issue in issues {
            self.restore_issue(&issue);
        }
    }

    fn restore_issue(&mut self, stored: &StoredIssue) {
        let Some(ix) = self.index_of(&stored.app) else {
            return;
        };
        // Stamps stay in order but are made distinct, whatever the store says.
        self.stamp = stored.row.used.max(self.stamp + 1);
        let Some(app) = self.apps.get_mut(usize::from(ix)) else {
            return;
        };
        app.issues.open(stored.key, self.stamp).bucket = stored.row.bucket;
        for window in &stored.windows {
            let slot = Slot {
                app: ix,
                issue: stored.key,
                window: window.key,
            };
            if let Some(app) = self.apps.get_mut(usize::from(ix)) {
                let window = Window {
                    key: window.key,
                    row: window.row,
                    due_us: 0,
                };
                app.issues.add_window(&stored.key, window);
            }
            self.reschedule(slot);
        }
    }

    fn index_of(&self, name: &str) -> Option<AppIx> {
        let at = self.names.iter().position(|app| &*app.app == name)?;
        AppIx::try_from(at).ok()
    }
}
