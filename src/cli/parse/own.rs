//! Events for `parse`: with an app's settings, or with what the trace itself tells of the app.

use crate::bounds::PROJECT_ROOTS_MAX;
use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::assemble::Record;
use crate::config::App;
use crate::event::{Builder, Candidate, HostFacts};
use crate::language::{Language, Trace};
use crate::level::Level;
use crate::policy::{Gate, Reason, RuleFailure};

/// Rules whose failure was said.
#[derive(Default)]
struct Told(BTreeSet<usize>);

impl Told {
    fn tell(&mut self, failures: Vec<RuleFailure>) {
        for RuleFailure { rule, why } in failures {
            if self.0.insert(rule) {
                let number = rule + 1;
                crate::cli::talk(&format!(
                    "note: rule {number} gives no answer for an event, which passes: {why}\n"
                ));
            }
        }
    }
}

/// The app that was named.
struct Own {
    builder: Builder,
    gate: Gate,
    min_level: Level,
}

/// One builder for the app, or one for each project root that traces tell.
pub(in crate::cli) struct Builders {
    app: Option<Own>,
    /// Events are printed, and with them their ids.
    ids: bool,
    by_root: HashMap<Option<String>, Builder>,
    told: Told,
}

impl Builders {
    pub(in crate::cli) fn new(app: Option<App>, ids: bool) -> Self {
        Self {
            ids,
            app: app.map(|app| Own {
                builder: Builder::new(&app, HostFacts::default()),
                gate: Gate::of(&app),
                min_level: app.min_level,
            }),
            by_root: HashMap::new(),
            told: Told::default(),
        }
    }

    /// The event, and why the agent would not send it.
    pub(in crate::cli) fn build(
        &mut self,
        mut record: Record,
        trace: Trace,
        language: &dyn Language,
        seen_at: String,
        now: Timestamp,
    ) -> (Candidate, Option<Reason>) {
        if self.ids {
            record.origin.uid = content(&record);
        } else {
            // A table shows none of what would be made of these.
            record.breadcrumbs.clear();
            record.lines.clear();
        }
        let Some(own) = &self.app else {
            let builder = self.of_root(root(&trace, language));
            return (
                builder.build(0, &record, trace, language, seen_at, now),
                None,
            );
        };
        let mut candidate = own.builder.build(0, &record, trace, language, seen_at, now);
        let mut failures = Vec::new();
        let passed = own.gate.pass(&mut candidate, own.min_level, &mut failures);
        self.told.tell(failures);
        let refused = passed.err();
        // What the agent would show, `parse` shows; what is printed of the rest is scrubbed as well.
        let withheld = matches!(refused, Some(Reason::SendIn | Reason::Debug));
        if refused.is_some() && !withheld {
            own.gate.scrub(&mut candidate.event);
        }
        (candidate, refused.filter(|_| !withheld))
    }

    fn of_root(&mut self, root: Option<String>) -> &Builder {
        if self.by_root.len() >= PROJECT_ROOTS_MAX && !self.by_root.contains_key(&root) {
            self.by_root.clear();
        }
        self.by_root
            .entry(root)
            .or_insert_with_key(|root| Builder::new(&nobodys(root.clone()), HostFacts::default()))
    }
}

/// The folder of the outermost frame that is neither the runtime's nor a package's.
fn root(trace: &Trace, language: &dyn Language) -> Option<String> {
    let frames = trace.exceptions.iter().rev().flat_map(|e| &e.frames);
    let mut paths = frames.filter_map(crate::language::Frame::path);
    let own = paths.find(|path| path.starts_with('/') && language.may_be_own(path))?;
    own.rsplit_once('/')
        .map(|(folder, _)| folder.to_owned())
        .filter(|f| !f.is_empty())
}

/// An id from content and offset: the same log gives the same ids wherever it is read.
fn content(record: &Record) -> [u8; 16] {
    let mut hash = Sha256::new();
    for line in record.lines.iter() {
        hash.update(line);
        hash.update(b"\n");
    }
    if let Some(structured) = &record.structured {
        hash.update(structured.to_string());
    }
    let mut uid = [0; 16];
    for (to, from) in uid.iter_mut().zip(hash.finalize()) {
        *to = from;
    }
    uid
}

/// An app about which nothing was said.
fn nobodys(project_root: Option<String>) -> App {
    App {
        project_root,
        ..App::unsaid("parse")
    }
}
