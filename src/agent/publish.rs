//! From a record to decisions. In: a record. Out: a candidate for each app that it is of, decided on.

use super::crashes::SAME_CRASH;
use super::{Agent, Shared};
use crate::assemble::Record;
use crate::language::{self, Language, Trace};
use crate::level::Level;
use crate::observe::own;
use crate::os::Now;
use crate::route::{APP_DISABLED, Chosen, NO_ROUTE};
use crate::source::AppIx;

/// A record that was read.
struct Read<'r> {
    record: &'r Record,
    trace: Trace,
    language: &'static dyn Language,
    seen_at: String,
}

impl Agent {
    /// One record becomes one candidate for each app that its lane belongs to.
    pub(super) fn publish(&mut self, record: &Record, now: Now) {
        let Some(lane) = self.parts.source.lane(record.lane).cloned() else {
            return;
        };
        let apps = self.parts.source.routed(record.lane, record.meta.route);
        let mut apps = apps.to_vec();
        let messages = apps.iter().filter_map(|app| self.messages_of(*app)).min();
        let Some((trace, language)) = language::read(record, messages) else {
            // It began like a trace; read whole, it is none.
            return;
        };
        let is_message = trace.is_words();
        if is_message && own::is_own(trace.message.as_deref().unwrap_or_default().as_bytes()) {
            // What the agent said is nobody's error.
            return;
        }
        self.pending.tally.traces += u64::from(!is_message);
        let seen_at = lane.path.display().to_string();
        let words = trace
            .unit_failure
            .then(|| (language::read_words(record, messages), seen_at.clone()));
        let read = Read {
            record,
            trace,
            language,
            seen_at,
        };
        self.route(&read, &mut apps, now);
        let others = apps.extract_if(.., |app| !self.asks(*app, record, &read.trace));
        let mut others: Vec<AppIx> = others.collect();
        let unhandled = !is_message && !read.trace.handled.unwrap_or(record.message.is_some());
        apps.retain(|app| !unhandled || !self.is_told(*app, record));
        self.decide(read, &apps, now);
        // Who does not ask for units that failed may ask for the words all the same.
        if let Some((Some((trace, language)), seen_at)) = words {
            others.retain(|app| self.asks(*app, record, &trace));
            let read = Read {
                record,
                trace,
                language,
                seen_at,
            };
            self.decide(read, &others, now);
        }
    }

    /// Is such a trace, or message, one that the app asks for?
    fn asks(&self, app: AppIx, record: &Record, trace: &Trace) -> bool {
        let Some(builder) = self.parts.builders.get(usize::from(app)) else {
            return false;
        };
        if trace.is_words() {
            let least = builder.messages();
            return least.is_some_and(|least| record.meta.level >= Some(least));
        }
        !trace.unit_failure || builder.unit_failures()
    }

    /// Was the crash that it tells of told already? Then it is counted.
    fn is_told(&mut self, app: AppIx, record: &Record) -> bool {
        let told = self.crashes.is_told(app, &record.meta, record.time);
        if told {
            let route = self.parts.routes.of(app);
            let name = route.map_or("", |route| &route.app);
            self.pending.count(name, SAME_CRASH, 1);
        }
        told
    }

    /// The level from which records without a trace are wanted for it.
    fn messages_of(&self, app: AppIx) -> Option<Level> {
        match self.parts.builders.get(usize::from(app)) {
            Some(builder) => builder.messages(),
            None => self.parts.shared.choice.messages(),
        }
    }

    /// Puts the app that it is of into the place of none. An app that has it anyhow does not get it twice.
    fn route(&mut self, read: &Read<'_>, apps: &mut Vec<AppIx>, now: Now) {
        let known = self.parts.builders.len();
        let Some(at) = apps.iter().position(|app| usize::from(*app) >= known) else {
            return;
        };
        let nobody = apps.remove(at);
        let Shared { choice, builder } = &self.parts.shared;
        let made = || {
            let (trace, seen_at) = (read.trace.clone(), read.seen_at.clone());
            builder.build(nobody, read.record, trace, read.language, seen_at, now.wall)
        };
        let mut failures = Vec::new();
        let chosen = choice.of(made, &mut failures);
        let failures = failures.into_iter().map(|failure| (nobody, failure));
        self.pending.decisions.failures.extend(failures);
        let lost = match chosen {
            Chosen::App(app) => {
                if !apps.contains(&app) {
                    apps.push(app);
                }
                return;
            }
            Chosen::Disabled(app) => (app, APP_DISABLED),
            Chosen::Nobody => ("", NO_ROUTE),
        };
        // Words that are no error are an event only where an app asks for them, and none did.
        if !read.trace.is_words() && !read.trace.unit_failure {
            self.pending.drop_unrouted(lost.0, lost.1);
        }
    }

    fn decide(&mut self, read: Read<'_>, apps: &[AppIx], now: Now) {
        let Read {
            record,
            trace,
            language,
            seen_at,
        } = read;
        let builders = apps.iter().filter_map(|app| {
            let builder = self.parts.builders.get(usize::from(*app))?;
            Some((*app, builder))
        });
        let asking: Vec<_> = builders.collect();
        // The last app, nearly always the only one, takes them without a copy.
        let traces = std::iter::repeat_n((trace, seen_at), asking.len());
        for ((app, builder), (trace, seen_at)) in asking.into_iter().zip(traces) {
            let candidate = builder.build(app, record, trace, language, seen_at, now.wall);
            self.pending.tally.occurrences += 1;
            if let Some(route) = self.parts.routes.of(app) {
                self.pending.tally.app(&route.app).events += 1;
            }
            self.parts
                .policy
                .decide(candidate, &mut self.pending.decisions);
        }
    }
}
