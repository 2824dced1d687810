//! Wanted paths by their stems. In: paths that come and go. Out: those of one stem: its copies' names begin with it.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::sync::Arc;

use super::name;

/// Each path under the hash of its folder and its stem: a stem of its own would be another path, for each of thousands.
#[derive(Debug, Default)]
pub(super) struct Stems(BTreeSet<(u64, Arc<Path>)>);

impl Stems {
    pub(super) fn insert(&mut self, path: Arc<Path>) {
        self.0.insert((key(path.parent(), stem(&path)), path));
    }

    pub(super) fn remove(&mut self, path: &Arc<Path>) {
        self.0
            .remove(&(key(path.parent(), stem(path)), path.clone()));
    }

    /// The paths in this folder that have this stem.
    pub(super) fn of<'a>(
        &'a self,
        folder: &'a Path,
        wanted: &'a [u8],
    ) -> impl Iterator<Item = &'a Arc<Path>> {
        let key = key(Some(folder), wanted);
        let first: Arc<Path> = Path::new("").into();
        let alike = self.0.range((key, first)..);
        let alike = alike.take_while(move |(other, _)| *other == key);
        let paths = alike.map(|(_, path)| path);
        paths.filter(move |path| stem(path) == wanted && path.parent() == Some(folder))
    }
}

fn stem(path: &Path) -> &[u8] {
    name::stem(path.file_name().unwrap_or_default().as_bytes())
}

fn key(folder: Option<&Path>, stem: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    folder.hash(&mut hasher);
    OsStr::from_bytes(stem).hash(&mut hasher);
    hasher.finish()
}
