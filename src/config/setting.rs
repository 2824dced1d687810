//! Checked values, and the sections that hold them. In: what [`super::check`] made. Out: typed answers by name.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::condition::Condition;
use super::keys::Key;
use super::layout::HeaderPattern;
use super::{Admin, Receiver, StartAt, TextPattern};
use crate::level::Level;
use crate::limit::Limit;

/// A value that passed its check.
#[derive(Debug, Clone)]
pub(super) enum Setting {
    Text(String),
    Texts(Vec<String>),
    Receiver(Receiver),
    Path(PathBuf),
    /// `None`: off.
    PathOrOff(Option<PathBuf>),
    Paths(Vec<PathBuf>),
    /// Tags, or names and the fields they come from.
    Tags(Vec<(String, String)>),
    Contexts(Vec<Context>),
    FolderMap(Vec<(String, PathBuf)>),
    Patterns(Vec<regex::Regex>),
    TextPatterns(Vec<TextPattern>),
    Level(Level),
    /// `None`: off.
    LevelOrOff(Option<Level>),
    Fraction(f64),
    Rate(Limit),
    /// `None`: off.
    Window(Option<Duration>),
    Bytes(u64),
    Count(u64),
    StartAt(StartAt),
    Flag(bool),
    Header(HeaderPattern),
    Condition(Condition),
    Section(Section),
    Sections(Vec<Section>),
}

/// Name and object.
pub(super) type Context = (String, serde_json::Map<String, serde_json::Value>);

/// One table of a file: what was set in it, each with its place.
#[derive(Debug, Clone, Default)]
pub(super) struct Section {
    /// By key.
    pub(super) settings: BTreeMap<&'static str, (Setting, Range<usize>)>,
    /// Keys that stand there, valid or not.
    pub(super) present: BTreeMap<&'static str, Range<usize>>,
    /// Of the whole table.
    pub(super) span: Range<usize>,
}

impl Section {
    /// What was set under this name.
    pub(super) fn get(&self, name: &str) -> Option<&Setting> {
        self.settings.get(name).map(|(setting, _)| setting)
    }

    /// Where the key stands, valid or not.
    pub(super) fn place(&self, name: &str) -> Option<Range<usize>> {
        self.present.get(name).cloned()
    }

    /// The table of this name, made where there is none; `None` where the name has another value.
    pub(super) fn opened(
        &mut self,
        name: &'static str,
        span: &Range<usize>,
    ) -> Option<&mut Section> {
        self.present.entry(name).or_insert_with(|| span.clone());
        let made = || {
            let section = Section {
                span: span.clone(),
                ..Section::default()
            };
            (Setting::Section(section), span.clone())
        };
        match &mut self.settings.entry(name).or_insert_with(made).0 {
            Setting::Section(section) => Some(section),
            _ => None,
        }
    }

    /// Takes out the keys of which this holds.
    pub(super) fn forget(&mut self, holds: impl Fn(&str, &Range<usize>) -> bool) {
        let gone = self.present.iter().filter(|(name, span)| holds(name, span));
        let gone: Vec<&'static str> = gone.map(|(name, _)| *name).collect();
        for name in gone {
            self.present.remove(name);
            self.settings.remove(name);
        }
    }

    /// The sections under this name.
    pub(super) fn sections(&self, name: &str) -> &[Section] {
        match self.get(name) {
            Some(Setting::Sections(sections)) => sections,
            Some(Setting::Section(section)) => std::slice::from_ref(section),
            _ => &[],
        }
    }
}

/// Sections one behind the other, the key table's defaults last.
pub(super) struct Layers<'a> {
    /// The first one that has a key tells.
    pub(super) sections: &'a [&'a Section],
    /// Where the defaults stand.
    pub(super) keys: &'static [Key],
    /// Where relative paths among the defaults begin.
    pub(super) folder: &'a Path,
}

impl Layers<'_> {
    /// The setting of this name, from the first that has it, else its default.
    fn find(&self, name: &str) -> Option<Setting> {
        let set = self.sections.iter().find_map(|section| section.get(name));
        let key = || self.keys.iter().find(|key| key.name == name);
        let default = || super::check::default_of(key()?, self.folder);
        set.cloned().or_else(default)
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.find(name) {
            Some(Setting::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub(super) fn texts(&self, name: &str) -> Vec<String> {
        match self.find(name) {
            Some(Setting::Texts(texts)) => texts,
            _ => Vec::new(),
        }
    }

    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        match self.find(name) {
            Some(Setting::Path(path)) => Some(path),
            _ => None,
        }
    }

    pub(super) fn admin(&self, name: &str) -> Admin {
        match self.find(name) {
            Some(Setting::PathOrOff(Some(path))) => Admin::At(path),
            Some(Setting::PathOrOff(None)) => Admin::Off,
            _ => Admin::Usual,
        }
    }

    pub(super) fn paths(&self, name: &str) -> Vec<PathBuf> {
        match self.find(name) {
            Some(Setting::Paths(paths)) => paths,
            _ => Vec::new(),
        }
    }

    pub(super) fn folder_map(&self, name: &str) -> Vec<(String, PathBuf)> {
        match self.find(name) {
            Some(Setting::FolderMap(map)) => map,
            _ => Vec::new(),
        }
    }

    pub(super) fn patterns(&self, name: &str) -> Vec<regex::Regex> {
        match self.find(name) {
            Some(Setting::Patterns(patterns)) => patterns,
            _ => Vec::new(),
        }
    }

    pub(super) fn level(&self, name: &str) -> Level {
        match self.find(name) {
            Some(Setting::Level(level)) => level,
            _ => Level::Error,
        }
    }

    pub(super) fn level_or_off(&self, name: &str) -> Option<Level> {
        match self.find(name) {
            Some(Setting::LevelOrOff(level)) => level,
            _ => None,
        }
    }

    pub(super) fn text_patterns(&self, name: &str) -> Vec<TextPattern> {
        match self.find(name) {
            Some(Setting::TextPatterns(patterns)) => patterns,
            _ => Vec::new(),
        }
    }

    pub(super) fn fraction(&self, name: &str) -> f64 {
        match self.find(name) {
            Some(Setting::Fraction(fraction)) => fraction,
            _ => 1.0,
        }
    }

    pub(super) fn rate(&self, name: &str) -> Limit {
        match self.find(name) {
            Some(Setting::Rate(limit)) => limit,
            _ => Limit::Off,
        }
    }

    pub(super) fn window(&self, name: &str) -> Option<Duration> {
        match self.find(name) {
            Some(Setting::Window(window)) => window,
            _ => None,
        }
    }

    pub(super) fn duration(&self, name: &str) -> Duration {
        self.window(name).unwrap_or_default()
    }

    pub(super) fn bytes(&self, name: &str) -> u64 {
        match self.find(name) {
            Some(Setting::Bytes(bytes)) => bytes,
            _ => 0,
        }
    }

    pub(super) fn count(&self, name: &str) -> u64 {
        match self.find(name) {
            Some(Setting::Count(count)) => count,
            _ => 1,
        }
    }

    pub(super) fn start_at(&self, name: &str) -> StartAt {
        match self.find(name) {
            Some(Setting::StartAt(start_at)) => start_at,
            _ => StartAt::End,
        }
    }

    pub(super) fn header(&self, name: &str) -> Option<HeaderPattern> {
        match self.find(name) {
            Some(Setting::Header(header)) => Some(header),
            _ => None,
        }
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        matches!(self.find(name), Some(Setting::Flag(true)))
    }

    /// All layers' tables of this name laid over each other, the first layer's entries before the others'; sorted.
    pub(super) fn tags(&self, name: &str) -> Vec<(String, String)> {
        let mut tags = BTreeMap::new();
        for section in self.sections.iter().rev() {
            if let Some(Setting::Tags(own)) = section.get(name) {
                tags.extend(own.iter().cloned());
            }
        }
        tags.into_iter().collect()
    }

    /// The same for contexts: an object of the first layer stands in the place of another's, whole.
    pub(super) fn contexts(&self, name: &str) -> Vec<Context> {
        let mut contexts = BTreeMap::new();
        for section in self.sections.iter().rev() {
            if let Some(Setting::Contexts(own)) = section.get(name) {
                contexts.extend(own.iter().cloned());
            }
        }
        contexts.into_iter().collect()
    }

    /// The patterns of all layers.
    pub(super) fn all_patterns(&self, name: &str) -> Vec<regex::Regex> {
        let lists = self.sections.iter().filter_map(|section| section.get(name));
        let patterns = lists.filter_map(|setting| match setting {
            Setting::Patterns(patterns) => Some(patterns),
            _ => None,
        });
        patterns.flatten().cloned().collect()
    }
}
