//! Files that several apps read. In: each app's files. Out: a line for each file with more than one app.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::os::surroundings::{Stamp, Surroundings, SystemSurroundings};

/// Files by what they are on the disk, so that a link and its target are one.
#[derive(Debug, Default)]
pub(super) struct Shared {
    files: BTreeMap<(i128, i128), (PathBuf, Vec<String>)>,
}

impl Shared {
    /// This app reads this file.
    pub(super) fn add(&mut self, app: &str, path: &Path) {
        let Some(Stamp { device, inode, .. }) = SystemSurroundings.stamp(path) else {
            return;
        };
        let (_, apps) = self
            .files
            .entry((device, inode))
            .or_insert_with(|| (path.to_path_buf(), Vec::new()));
        if apps.iter().all(|known| known != app) {
            apps.push(app.to_owned());
        }
    }

    /// The files that more than one app reads, by path, each with its apps.
    pub(super) fn told(&self) -> Vec<(&Path, String)> {
        let shared = self.files.values().filter(|(_, apps)| apps.len() > 1);
        let mut told: Vec<_> = shared
            .map(|(path, apps)| (path.as_path(), apps.join(", ")))
            .collect();
        told.sort();
        told
    }
}
