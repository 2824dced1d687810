//! Looking at what `[[files]]` means on this machine, by the same globs and the same opening as the tailer's. For `check`:
//! nothing is read.

use std::io;
use std::path::PathBuf;

use super::pattern::{Found, Pattern};
use super::settings::WatchSettings;
use crate::config;
use crate::os::files::{self, Refused};
use crate::os::look::may_list;

/// What one glob means now.
#[derive(Debug, Default)]
pub struct Look {
    /// All that match, by name.
    pub matches: Vec<Match>,
    /// Folders on the way that this user may not list.
    pub closed: Vec<(PathBuf, io::Error)>,
    /// There is more than the tailer would take.
    pub too_many: bool,
}

/// One path that a glob matches.
#[derive(Debug)]
pub struct Match {
    /// As matched.
    pub path: PathBuf,
    /// `exclude` takes it out.
    pub excluded: bool,
    /// Its size in bytes, or why it would not be read.
    pub opened: Result<u64, Refused>,
}

/// What `glob`, one of the `paths` of `files`, means now.
#[must_use]
pub fn look(glob: &str, files: &config::Files) -> Look {
    let mut found = Found::default();
    Pattern::new(glob).find(&mut found);
    let settings = WatchSettings::new(0, files);
    let one = |path: PathBuf| {
        let excluded = settings.matching(&path).next().is_none();
        let opened = files::open(&path, files.follow_symlinks).map(|(_, facts)| facts.size);
        Match {
            path,
            excluded,
            opened,
        }
    };
    let denied = |error: &io::Error| error.kind() == io::ErrorKind::PermissionDenied;
    let closed = found.folders.into_iter().filter_map(|folder| {
        let error = may_list(&folder).err().filter(denied)?;
        Some((folder, error))
    });
    Look {
        closed: closed.collect(),
        too_many: found.too_many,
        matches: found.paths.into_iter().map(one).collect(),
    }
}
