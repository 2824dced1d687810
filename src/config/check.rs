//! The validator. In: a parsed table and the key table. Out: a [`Section`] of what is valid, and a problem for everything
//! that is not, each at its place.

use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::Fault;
use super::keys::{APP_KEYS, Key, Kind};
use super::lists;
use super::problem::{Place, Problem, Severity, mask};
use super::scalars;
use super::setting::{Section, Setting};
use super::strays::{headless, how_written, not_shared};
use super::written;
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
    /// The variables that are laid over it, one `NAME=value` behind the other. A span past the text's end lies in here.
    variables: String,
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
            variables: String::new(),
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
        let (file, place) = self.place(span);
        self.problems.push(Problem {
            severity,
            file,
            place: Some(place),
            key: path + key,
            message: mask(&fault.message),
            expected: fault.expected,
            help: fault.help.map(|help| mask(&help)),
        });
    }

    /// Where a span lies: in the file, or in a variable.
    fn place(&self, span: &Range<usize>) -> (PathBuf, Place) {
        if !self.is_variable(span) {
            return (self.file.to_path_buf(), Place::of(self.text, span));
        }
        let behind = |at: usize| at.saturating_sub(self.text.len() + 1);
        let span = behind(span.start)..behind(span.end);
        let before = self.variables.get(..span.start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = self.variables.get(line_start..).unwrap_or_default();
        let name = line.split('=').next().unwrap_or_default();
        let place = Place {
            line: 0,
            ..Place::of(&self.variables, &span)
        };
        (PathBuf::from(name), place)
    }

    /// Writes a variable down; the spans of its name and of its value.
    pub(super) fn add_variable(&mut self, name: &str, value: &str) -> (Range<usize>, Range<usize>) {
        let start = self.text.len() + 1 + self.variables.len();
        let value_start = start + name.len() + 1;
        self.variables.push_str(name);
        self.variables.push('=');
        // One line a variable: what is within it is shown with a mark.
        let shown = value.chars().map(|c| if c == '\n' { '\u{1a}' } else { c });
        self.variables.extend(shown);
        self.variables.push('\n');
        (
            start..start + name.len(),
            value_start..value_start + value.len(),
        )
    }

    /// Does it lie in the environment?
    pub(super) fn is_variable(&self, span: &Range<usize>) -> bool {
        span.start > self.text.len()
    }

    /// Does something inside these tables.
    pub(super) fn within<T>(
        &mut self,
        tables: &[&'static str],
        work: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let outside = self.inside.len();
        self.inside.extend_from_slice(tables);
        let done = work(self);
        self.inside.truncate(outside);
        done
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
                let rest = self.text.get(span.start..).unwrap_or_default();
                let nothing = rest.is_empty() || rest.starts_with(['\n', '\r', '#']);
                let quotes = error.message().starts_with("string values must be quoted");
                let why = if nothing && quotes {
                    "a value is missing"
                } else {
                    error.message()
                };
                let fault = Fault::new("this is not TOML", why);
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
            at <= syntax_problems || !(broken.contains(&line) || headless(self.text, &broken, line))
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
            // What lies in the environment comes behind the file's lines, what has no place last.
            match place {
                None => (usize::MAX, 0),
                Some(place) if place.line == 0 => (usize::MAX - 1, 0),
                Some(place) => (place.line, place.column),
            }
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
            if let Some(setting) = self.value(key, value) {
                section.settings.insert(key.name, (setting, value.span()));
            }
        }
        section
    }

    /// Checks one value, tables and lists included.
    pub(super) fn value(
        &mut self,
        key: &'static Key,
        value: &Spanned<DeValue<'_>>,
    ) -> Option<Setting> {
        match key.kind {
            Kind::Table(keys) => self.table(key, keys, value).map(Setting::Section),
            Kind::Defaults => self.table(key, APP_KEYS, value).map(Setting::Section),
            Kind::Tables(keys) => self.tables(key, keys, value),
            Kind::Tags
            | Kind::FolderMap
            | Kind::Folders
            | Kind::Patterns
            | Kind::Removals
            | Kind::TextPatterns
            | Kind::TagFields
            | Kind::ExtraFields
            | Kind::Contexts
            | Kind::Environments
            | Kind::Fingerprint
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
        if fault.of_type && fault.help.is_none() {
            fault.help = how_written(key);
        }
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

    /// The part `within` of a text, as a span of the file or of a variable, whose text has neither quotes nor escapes.
    fn inner(&self, value: &Spanned<DeValue<'_>>, within: &Range<usize>) -> Option<Range<usize>> {
        let span = value.span();
        let part = if self.is_variable(&span) {
            within.clone()
        } else {
            written::part(self.text.get(span.clone())?, within)?
        };
        Some(span.start + part.start..span.start + part.end)
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
        for key in APP_KEYS.iter().filter(|key| !key.in_defaults) {
            section.settings.remove(key.name);
            if let Some(span) = section.present.remove(key.name) {
                self.tell(Severity::Error, key.name, &span, not_shared(key));
            }
        }
    }
}

/// The default of a key, through the same check as any value. Relative paths begin in `folder`.
pub(super) fn default_of(key: &'static Key, folder: &Path) -> Option<Setting> {
    let value = DeValue::parse(key.default?).ok()?;
    let mut checker = Checker::new(folder, "", folder, &SystemSurroundings);
    checker.value(key, &value)
}

#[cfg(test)]
mod tests {
    use super::super::keys::HOST_KEYS;
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
