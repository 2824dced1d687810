//! A few paths. In: paths. Out: each once, in their order of arrival. Nearly always it is one, and there are thousands of such
//! sets: a tree's node would have room for eleven.

use std::path::Path;
use std::sync::Arc;

/// A small set of paths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Few(Vec<Arc<Path>>);

impl Few {
    /// Puts a path in, if it is not there.
    pub(super) fn insert(&mut self, path: Arc<Path>) {
        if !self.contains(&path) {
            self.0.reserve_exact(1);
            self.0.push(path);
        }
    }

    /// Takes a path out, if it is there.
    pub(super) fn remove(&mut self, path: &Path) {
        self.0.retain(|known| &**known != path);
    }

    pub(super) fn contains(&self, path: &Path) -> bool {
        self.0.iter().any(|known| &**known == path)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<Path>> {
        self.0.iter()
    }
}

impl IntoIterator for Few {
    type Item = Arc<Path>;
    type IntoIter = std::vec::IntoIter<Arc<Path>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
