//! The journals that the apps name. In: a configuration. Out: one source for each journal, however many apps read it. What
//! cannot be opened is said; the rest runs.

use std::collections::BTreeMap;

use super::start::{Mode, of_nobody};
use crate::config::{Config, Journal};
use crate::os::identity;
use crate::os::journal::{self as journal_files, JournalPlace};
use crate::os::journald::OpenError;
use crate::source::Source;
use crate::source::journal::{
    self, Export, JournalSource, Picker, Reader, StoredJournal, Systemd, name,
};
use crate::store::Stored;

/// One source for each journal.
pub(super) fn open(config: &Config, stored: &Stored, mode: Mode) -> Vec<Box<dyn Source>> {
    let mut pickers: BTreeMap<JournalPlace, Picker> = BTreeMap::new();
    let apps = config.apps.iter().zip(0..);
    let own = apps.flat_map(|(app, ix)| app.journals.iter().map(move |table| (ix, table)));
    let shared = config.host.journals.iter();
    for (ix, table) in own.chain(shared.map(|table| (of_nobody(config), table))) {
        for place in places(table) {
            let picker = pickers
                .entry(place)
                .or_insert_with(|| Picker::new(identity::own_path()));
            picker.add(ix, table);
        }
    }
    let machine_id = identity::machine_id().unwrap_or_default();
    let opened = pickers
        .into_iter()
        .filter_map(|(place, picker)| one(&place, picker, stored, mode, &machine_id));
    opened.collect()
}

/// Where the entries of one table lie.
fn places(journal: &Journal) -> Vec<JournalPlace> {
    if let Some(folder) = &journal.directory {
        return vec![JournalPlace::Folder(folder.clone())];
    }
    if journal.namespaces.is_empty() {
        return vec![JournalPlace::Host];
    }
    let namespaces = journal.namespaces.iter().cloned();
    namespaces.map(JournalPlace::Namespace).collect()
}

/// libsystemd, or `journalctl` where it cannot be loaded.
fn reader(place: &JournalPlace, name: &str, mode: Mode) -> Option<Box<dyn Reader>> {
    let error = match Systemd::open(place) {
        Ok(reader) => return Some(Box::new(reader)),
        Err(error) => error,
    };
    if !matches!(error, OpenError::NoLibrary(_)) {
        tracing::error!("{name}: {error}");
        return None;
    }
    match Export::open(place, mode.once) {
        Ok(reader) => {
            tracing::warn!("{name}: {error}; read through journalctl, which costs more");
            Some(Box::new(reader))
        }
        Err(without) => {
            tracing::error!("{name}: {error}, and there is no journalctl: {without}");
            None
        }
    }
}

fn one(
    place: &JournalPlace,
    picker: Picker,
    stored: &Stored,
    mode: Mode,
    machine_id: &str,
) -> Option<Box<dyn Source>> {
    let name = name(place);
    let reader = reader(place, &name, mode)?;
    let hidden = journal_files::hidden_files(place, machine_id);
    if let Some(path) = hidden.first() {
        tracing::warn!(
            "{name}: this user may not read {} and {} more: add it to the group systemd-journal, else entries are missing",
            path.display(),
            hidden.len() - 1
        );
    }
    let cursors = stored.cursors.iter();
    let cursor = cursors
        .filter(|cursor| cursor.journal == name)
        .map(|cursor| cursor.cursor.clone())
        .next();
    let stored = StoredJournal {
        cursor,
        rows: stored.checkpoints.clone(),
    };
    let mode = journal::Mode {
        once: mode.once,
        sees_all: hidden.is_empty(),
    };
    let source = JournalSource::new(&name, reader, picker, stored, mode);
    Some(Box::new(source))
}
