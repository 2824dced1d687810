//! Issues with state, and the least recently used of them. Keys and numbers only: payloads of carriers lie in the store.

use std::collections::{BTreeMap, HashMap};

use super::changes::{CarrierRow, IssueRow, WindowRow};
use super::{DedupKey, IssueKey};
use crate::limit::Bucket;
use crate::source::AppIx;

/// One window of one issue of one app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot {
    pub(super) app: AppIx,
    pub(super) issue: IssueKey,
    pub(super) window: DedupKey,
}

/// One issue.
#[derive(Debug, Default)]
pub(super) struct Issue {
    pub(super) bucket: Bucket,
    pub(super) used: u64,
    windows: Vec<Window>,
}

/// One window.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) key: DedupKey,
    pub(super) row: WindowRow,
    /// When its carrier is due; meaningless without one.
    pub(super) due_us: i64,
}

impl Issue {
    pub(super) fn row(&self) -> IssueRow {
        IssueRow {
            bucket: self.bucket,
            used: self.used,
        }
    }

    pub(super) fn windows(&self) -> &[Window] {
        &self.windows
    }

    pub(super) fn window(&mut self, key: &DedupKey) -> Option<&mut Window> {
        self.windows.iter_mut().find(|window| window.key == *key)
    }
}

/// The issues of one app.
#[derive(Debug, Default)]
pub(super) struct Issues {
    by_key: HashMap<IssueKey, Issue>,
    by_use: BTreeMap<u64, IssueKey>,
    windows: usize,
    carried_bytes: u64,
}

impl Issues {
    pub(super) fn len(&self) -> usize {
        self.by_key.len()
    }

    pub(super) fn window_count(&self) -> usize {
        self.windows
    }

    pub(super) fn carried_bytes(&self) -> u64 {
        self.carried_bytes
    }

    pub(super) fn contains(&self, key: &IssueKey) -> bool {
        self.by_key.contains_key(key)
    }

    pub(super) fn get(&mut self, key: &IssueKey) -> Option<&mut Issue> {
        self.by_key.get_mut(key)
    }

    pub(super) fn window(&mut self, slot: &Slot) -> Option<&mut Window> {
        self.by_key.get_mut(&slot.issue)?.window(&slot.window)
    }

    /// The issue, marked as used at `stamp`, if it is here.
    pub(super) fn touch(&mut self, key: &IssueKey, stamp: u64) -> Option<&mut Issue> {
        let issue = self.by_key.get_mut(key)?;
        self.by_use.remove(&issue.used);
        self.by_use.insert(stamp, *key);
        issue.used = stamp;
        Some(issue)
    }

    /// The issue, marked as used at `stamp`, made if it is not here.
    pub(super) fn open(&mut self, key: IssueKey, stamp: u64) -> &mut Issue {
        let issue = self.by_key.entry(key).or_default();
        self.by_use.remove(&issue.used);
        self.by_use.insert(stamp, key);
        issue.used = stamp;
        issue
    }

    /// The one whose last use is longest ago.
    pub(super) fn oldest(&self) -> Option<IssueKey> {
        self.by_use.values().next().copied()
    }

    pub(super) fn keys(&self) -> Vec<IssueKey> {
        self.by_key.keys().copied().collect()
    }

    pub(super) fn remove(&mut self, key: &IssueKey) -> Option<Issue> {
        let issue = self.by_key.remove(key)?;
        self.by_use.remove(&issue.used);
        self.windows -= issue.windows.len();
        for window in &issue.windows {
            self.carried_bytes -= window.row.carrier.map_or(0, |carrier| carrier.bytes);
        }
        Some(issue)
    }

    pub(super) fn add_window(&mut self, key: &IssueKey, window: Window) {
        if let Some(issue) = self.by_key.get_mut(key) {
            self.windows += 1;
            self.carried_bytes += window.row.carrier.map_or(0, |carrier| carrier.bytes);
            issue.windows.push(window);
        }
    }

    pub(super) fn remove_window(&mut self, slot: &Slot) -> Option<Window> {
        let issue = self.by_key.get_mut(&slot.issue)?;
        let at = issue
            .windows
            .iter()
            .position(|window| window.key == slot.window)?;
        let window = issue.windows.remove(at);
        self.windows -= 1;
        self.carried_bytes -= window.row.carrier.map_or(0, |carrier| carrier.bytes);
        Some(window)
    }

    /// Gives a window its carrier, or takes it away. Tells the one it had.
    pub(super) fn set_carrier(
        &mut self,
        slot: &Slot,
        carrier: Option<CarrierRow>,
    ) -> Option<CarrierRow> {
        let window = self.by_key.get_mut(&slot.issue)?.window(&slot.window)?;
        let before = std::mem::replace(&mut window.row.carrier, carrier);
        self.carried_bytes += carrier.map_or(0, |carrier| carrier.bytes);
        self.carried_bytes -= before.map_or(0, |carrier| carrier.bytes);
        before
    }
}
