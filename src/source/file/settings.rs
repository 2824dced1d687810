//! What is to be watched. In: the apps' `[[files]]`. Out: which paths are meant, by whom, and how.

use std::path::Path;

use super::pattern::{Found, Pattern};
use crate::config::{self, Writing};
use crate::source::AppIx;

/// One `[[files]]` of one app, ready to be matched.
#[derive(Debug, Clone)]
pub struct WatchSettings {
    app: AppIx,
    paths: Vec<Pattern>,
    exclude: Vec<Exclude>,
    pub(super) start_at: config::StartAt,
    writing: Writing,
    follow_symlinks: bool,
    poll: bool,
}

#[derive(Debug, Clone)]
struct Exclude {
    pattern: Pattern,
    whole_path: bool,
}

impl WatchSettings {
    /// What `files` of `app` asks for.
    #[must_use]
    pub fn new(app: AppIx, files: &config::Files) -> Self {
        let exclude = files.exclude.iter().map(|text| Exclude {
            pattern: Pattern::new(text),
            whole_path: text.contains('/'),
        });
        Self {
            app,
            paths: files.paths.iter().map(|text| Pattern::new(text)).collect(),
            exclude: exclude.collect(),
            start_at: files.start_at,
            writing: files.writing.clone(),
            follow_symlinks: files.follow_symlinks,
            poll: files.poll,
        }
    }

    fn excludes(&self, path: &Path) -> bool {
        self.exclude.iter().any(|exclude| {
            if exclude.whole_path {
                exclude.pattern.matches(path)
            } else {
                exclude.pattern.matches_name(path)
            }
        })
    }

    /// The patterns of these settings that match.
    pub(super) fn matching<'a>(&'a self, path: &'a Path) -> impl Iterator<Item = &'a Pattern> {
        let patterns = self.paths.iter().filter(|pattern| pattern.matches(path));
        patterns.filter(|_| !self.excludes(path))
    }

    /// All patterns.
    pub(super) fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.paths.iter()
    }
}

/// What all settings together say of one path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Who gets it.
    pub(super) apps: Vec<AppIx>,
    /// How lines are written; of the first settings that say so.
    pub(super) writing: Writing,
    /// An app says that any link may be followed.
    pub(super) any_link: bool,
    /// An app says that the file system does not tell of changes.
    pub(super) poll: bool,
}

/// What is wanted of `path`; no apps: nothing.
pub(super) fn wanted(settings: &[WatchSettings], path: &Path) -> Wanted {
    let mut wanted = Wanted::default();
    for each in settings {
        if each.matching(path).next().is_none() {
            continue;
        }
        if !wanted.apps.contains(&each.app) {
            wanted.apps.push(each.app);
        }
        wanted.writing = wanted.writing.or(&each.writing);
        wanted.any_link |= each.follow_symlinks;
        wanted.poll |= each.poll;
    }
    wanted
}

/// All that is there and wanted.
pub(super) fn find(settings: &[WatchSettings]) -> Found {
    let mut found = Found::default();
    for pattern in settings.iter().flat_map(WatchSettings::patterns) {
        pattern.find(&mut found);
    }
    found.paths.retain(|path| {
        settings
            .iter()
            .any(|each| each.matching(path).next().is_some())
    });
    found
}
