//! The validator. In: a parsed table and the key table. Out: a [`Section`] of what is valid, and a problem for everything
//! that is not, each at its place.

use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::Fault;
use super::keys::{APP_KEYS, HOST_KEYS, Key, Kind};
use super::lists;
use super::problem::{Place, Problem, Severity};
use super::scalars;
use super::setting::{Section, Setting};
use crate::bounds::{CONFIG_ITEMS_MAX, PROBLEMS_PER_FILE_MAX};
use crate::os::surroundings::{Surroundings, SystemSurroundings};

/// One file under check.
pub(super) struct Checker<'a> {
    /// Its path, for problems.
    pub(super) file: &'a Path,
    /// What it holds.
    pub(super) text: &'a str,
    /// Relative paths begin here.
    pub(super) folder: &'a Path,
    /// The machine.
    pub(super) host: &'a dyn Surroundings,
    /// What was found so far.
    pub(super) problems: Vec<Problem>,
    /// Problems past the bound.
    untold: usize,
    /// The file is not TOML: what is missing in it may stand in what could not be read.
    syntax_errors: bool,
    /// Tables around the key under check.
    inside: Vec<&'static str>,
}

impl<'a> Checker<'a> {
    /// A checker of the file `file` that holds `text`.
    pub(super) fn new(
        file: &'a Path,
        text: &'a str,
        folder: &'a Path,
        host: &'a dyn Surroundings,
    ) -> Self {
        Self {
            file,
            text,
            folder,
            host,
            problems: Vec::new(),
            untold: 0,
            syntax_errors: false,
            inside: Vec::new(),
        }
    }

    /// Writes a problem down; past the bound it is only counted.
    pub(super) fn tell(
        &mut self,
        severity: Severity,
        key: &str,
        span: &Range<usize>,
        fault: Fault,
    ) {
        if self.problems.len() >= PROBLEMS_PER_FILE_MAX {
            self.untold += 1;
            return;
        }
        let mut path = self.inside.join(".");
        if !path.is_empty() && !key.is_empty() {
            path.push('.');
        }
        self.problems.push(Problem {
            severity,
            file: self.file.to_path_buf(),
            place: Some(Place::of(self.text, span)),
            key: path + key,
            message: fault.message,
            expected: fault.expected,
            help: fault.help,
        });
    }

    /// Reads the whole file against its keys. Syntax errors come first; what stands on their lines is not judged twice.
    pub(super) fn file(&mut self, keys: &'static [Key]) -> Section {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        let mut broken = Vec::new();
        for error in errors.iter().take(PROBLEMS_PER_FILE_MAX) {
            let span = error.span().unwrap_or_default();
            let line = Place::of(self.text, &span).line;
            if !broken.contains(&line) {
                broken.push(line);
                let fault = Fault::new("this is not TOML", error.message());
                self.tell(Severity::Error, "", &span, fault);
            }
        }
        self.untold += errors.len().saturating_sub(PROBLEMS_PER_FILE_MAX);
        self.syntax_errors = !errors.is_empty();
        let syntax_problems = self.problems.len();
        let mut section = self.section(keys, table.get_ref());
        section.span = 0..0;
        let mut at = 0;
        self.problems.retain(|problem| {
            at += 1;
            let line = problem.place.as_ref().map_or(0, |place| place.line);
            at <= syntax_problems || !broken.contains(&line)
        });
        section
    }

    /// Was the file no TOML, so that what is missing may be there all the same?
    pub(super) fn has_syntax_errors(&self) -> bool {
        self.syntax_errors
    }

    /// Hands the problems over, sorted by line. `mode`: the file's permissions.
    pub(super) fn finish(mut self, mode: u32, problems: &mut Vec<Problem>) {
        if mode & 0o002 != 0 {
            let message = "everybody on this host may change this file".to_owned();
            let mut problem = Problem::of_file(self.file.to_path_buf(), message, "chmod o-w");
            problem.severity = Severity::Warning;
            self.problems.push(problem);
        }
        if self.untold > 0 {
            let message = format!("{} more problems in this file are not shown", self.untold);
            self.problems
                .push(Problem::of_file(self.file.to_path_buf(), message, ""));
        }
        self.problems.sort_by_key(|problem| {
            let place = problem.place.as_ref();
            place.map_or((usize::MAX, 0), |place| (place.line, place.column))
        });
        problems.append(&mut self.problems);
    }

    /// Reads one table against its keys.
    fn section(&mut self, keys: &'static [Key], table: &DeTable<'_>) -> Section {
        let mut section = Section::default();
        for (name, value) in table {
            let Some(key) = keys.iter().find(|key| key.name == name.get_ref().as_ref()) else {
                self.unknown(keys, name.get_ref(), &name.span());
                continue;
            };
            section.present.insert(key.name, name.span());
            if let Some(setting) = self.value(key, name.span(), value) {
                section.settings.insert(key.name, (setting, value.span()));
            }
        }
        section
    }

    /// Checks one value, tables and lists included.
    fn value(
        &mut self,
        key: &'static Key,
        name: Range<usize>,
        value: &Spanned<DeValue<'_>>,
    ) -> Option<Setting> {
        match key.kind {
            Kind::Later => {
                let message = format!("`{}` is not supported yet by this version", key.name);
                let mut fault = Fault::new(message, "designed for a later version");
                fault.help = Some(format!(
                    "leave the key out; what it will be for: {}",
                    key.doc
                ));
                self.tell(Severity::Error, key.name, &name, fault);
                None
            }
            Kind::Ignored => {
                let message = format!("`{}` is not supported yet by this version", key.name);
                let mut fault = Fault::new(message, "passed over");
                fault.help = Some(format!("what it will be for: {}", key.doc));
                self.tell(Severity::Warning, key.name, &name, fault);
                None
            }
            Kind::Table(keys) => self.table(key, keys, value).map(Setting::Section),
            Kind::Defaults => self.table(key, APP_KEYS, value).map(Setting::Section),
            Kind::Tables(keys) => self.tables(key, keys, value),
            Kind::Tags
            | Kind::FolderMap
            | Kind::Folders
            | Kind::Patterns
            | Kind::Globs
            | Kind::Excludes
            | Kind::Units
            | Kind::Names
            | Kind::Matches => lists::check(self, key, value),
            _ => match scalars::check(self, key.name, key.kind, value.get_ref()) {
                Ok(setting) => Some(setting),
                Err(fault) => {
                    self.tell_value(key, value, fault);
                    None
                }
            },
        }
    }

    /// A fault of a value, at the part of it that the fault names.
    pub(super) fn tell_value(&mut self, key: &Key, value: &Spanned<DeValue<'_>>, mut fault: Fault) {
        let span = fault
            .within
            .take()
            .and_then(|within| self.inner(value, &within));
        self.tell(
            Severity::Error,
            key.name,
            &span.unwrap_or_else(|| value.span()),
            fault,
        );
    }

    /// The part `within` of a text, as a span of the file; `None` if the text is written with escapes.
    fn inner(&self, value: &Spanned<DeValue<'_>>, within: &Range<usize>) -> Option<Range<usize>> {
        let (span, text) = (value.span(), value.get_ref().as_str()?);
        let raw = self.text.get(span.clone())?;
        let start = span.start + raw.find(text)?;
        Some(start + within.start..start + within.end)
    }

    fn table(
        &mut self,
        key: &'static Key,
        keys: &'static [Key],
        value: &Spanned<DeValue<'_>>,
    ) -> Option<Section> {
        let Some(table) = value.get_ref().as_table() else {
            let fault = Fault::of_type(key.name, "a table", value.get_ref());
            self.tell_value(key, value, fault);
            return None;
        };
        self.inside.push(key.name);
        let mut section = self.section(keys, table);
        if matches!(key.kind, Kind::Defaults) {
            self.only_shared(&mut section);
        }
        self.inside.pop();
        section.span = value.span();
        Some(section)
    }

    fn tables(
        &mut self,
        key: &'static Key,
        keys: &'static [Key],
        value: &Spanned<DeValue<'_>>,
    ) -> Option<Setting> {
        let Some(array) = value.get_ref().as_array() else {
            let mut fault = Fault::of_type(key.name, "a list of tables", value.get_ref());
            fault.help = Some(format!(
                "write `[[{}]]` with two brackets on each side",
                key.name
            ));
            self.tell_value(key, value, fault);
            return None;
        };
        if array.len() > CONFIG_ITEMS_MAX {
            let fault = Fault::new(
                format!("`{}` has too many items", key.name),
                format!("at most {CONFIG_ITEMS_MAX}"),
            );
            self.tell_value(key, value, fault);
            return None;
        }
        let sections = array.iter().filter_map(|item| self.table(key, keys, item));
        Some(Setting::Sections(sections.collect()))
    }

    /// In `[defaults]`: keys of one app alone have no place there.
    fn only_shared(&mut self, section: &mut Section) {
        for key in APP_KEYS
            .iter()
            .filter(|key| !key.in_defaults && !matches!(key.kind, Kind::Later | Kind::Ignored))
        {
            section.settings.remove(key.name);
            if let Some(span) = section.present.remove(key.name) {
                let message = format!("`{}` cannot be set for all apps", key.name);
                self.tell(
                    Severity::Error,
                    key.name,
                    &span,
                    Fault::new(message, "belongs in the app's own file"),
                );
            }
        }
    }

    fn unknown(&mut self, keys: &'static [Key], name: &str, span: &Range<usize>) {
        let mut fault = Fault::new(
            format!("unknown key `{}`", super::fault::brief(name)),
            "no such key here",
        );
        let names = || {
            keys.iter()
                .filter(|key| !matches!(key.kind, Kind::Later | Kind::Ignored))
                .map(|key| key.name)
        };
        fault.help = match super::meant::closest(name, names()) {
            Some(meant) => Some(format!("did you mean `{meant}`?")),
            None => home_of(name).or_else(|| {
                Some(format!(
                    "the keys here are: {}",
                    names().collect::<Vec<_>>().join(", ")
                ))
            }),
        };
        self.tell(Severity::Error, "", span, fault);
    }
}

/// Where a key that is unknown here belongs.
fn home_of(name: &str) -> Option<String> {
    let homes = [
        (HOST_KEYS, "the host file (stacktail.toml)"),
        (APP_KEYS, "an app's file (apps.d/NAME.toml)"),
    ];
    for (keys, home) in homes {
        if keys.iter().any(|key| key.name == name) {
            return Some(format!("it belongs in {home}"));
        }
        for table in keys {
            let (Kind::Table(inner) | Kind::Tables(inner)) = table.kind else {
                continue;
            };
            if inner.iter().any(|key| key.name == name) {
                return Some(format!("it belongs into `{}` of {home}", table.name));
            }
        }
    }
    None
}

/// The default of a key, through the same check as any value. Relative paths begin in `folder`.
pub(super) fn default_of(key: &'static Key, folder: &Path) -> Option<Setting> {
    let value = DeValue::parse(key.default?).ok()?;
    let mut checker = Checker::new(folder, "", folder, &SystemSurroundings);
    checker.value(key, 0..0, &value)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every table of keys, with its name.
    fn tables() -> Vec<(&'static str, &'static [Key])> {
        let mut tables = vec![("host", HOST_KEYS), ("app", APP_KEYS)];
        for key in HOST_KEYS.iter().chain(APP_KEYS) {
            if let Kind::Table(keys) | Kind::Tables(keys) = key.kind {
                tables.push((key.name, keys));
            }
        }
        tables
    }

    #[test]
    fn every_default_passes_its_own_check() {
        let mut seen = 0;
        for (table, keys) in tables() {
            for key in keys.iter().filter(|key| key.default.is_some()) {
                assert!(
                    default_of(key, Path::new("/etc")).is_some(),
                    "{table}.{}",
                    key.name
                );
                seen += 1;
            }
        }
        assert!(seen > 15);
    }

    #[test]
    fn keys_are_unique_and_documented() {
        for (table, keys) in tables() {
            for (at, key) in keys.iter().enumerate() {
                assert!(
                    !keys[..at].iter().any(|other| other.name == key.name),
                    "{table}.{}",
                    key.name
                );
                assert!(
                    key.doc.ends_with(['.', '!']) && key.doc.len() < 120,
                    "{table}.{}",
                    key.name
                );
            }
        }
    }
}
