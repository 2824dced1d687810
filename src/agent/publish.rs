//! From a record to decisions. In: a record. Out: a candidate for each app that it is of, decided on.

use super::Agent;
use super::crashes::SAME_CRASH;
use crate::assemble::Record;
use crate::language::{self, Language, Trace};
use crate::observe::own;
use crate::os::Now;
use crate::source::AppIx;

impl Agent {
    /// One record becomes one candidate for each app that its lane belongs to.
    pub(super) fn publish(&mut self, record: &Record, now: Now) {
        let routed = self.parts.source.routed(record.lane, record.meta.route);
        let mut apps = routed.to_vec();
        let builders = apps.iter().map(|app| usize::from(*app));
        let builders = builders.filter_map(|app| self.parts.builders.get(app));
        let messages = builders.filter_map(crate::event::Builder::messages).min();
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
        // Who does not ask for units that failed may ask for the words all the same.
        let words = trace
            .unit_failure
            .then(|| language::read_words(record, messages));
        let others = apps.extract_if(.., |app| !self.asks(*app, record, &trace));
        let mut others: Vec<AppIx> = others.collect();
        let unhandled = !is_message && !trace.handled.unwrap_or(record.message.is_some());
        apps.retain(|app| !unhandled || !self.is_told(*app, record));
        self.give(record, (trace, language), apps, now);
        if let Some((trace, language)) = words.flatten() {
            others.retain(|app| self.asks(*app, record, &trace));
            self.give(record, (trace, language), others, now);
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

    /// Each of these apps gets it.
    fn give(
        &mut self,
        record: &Record,
        (trace, language): (Trace, &'static dyn Language),
        apps: Vec<AppIx>,
        now: Now,
    ) {
        let Some(lane) = self.parts.source.lane(record.lane) else {
            return;
        };
        let seen_at = lane.path.display().to_string();
        self.crowded.note(&lane.apps, &apps, &self.paused);
        // The last app, nearly always the only one, takes them without a copy.
        let traces = std::iter::repeat_n((trace, seen_at), apps.len());
        for (app, (trace, seen_at)) in apps.into_iter().zip(traces) {
            let Some(builder) = self.parts.builders.get(usize::from(app)) else {
                continue;
            };
            let candidate = builder.build(app, record, trace, language, seen_at, now.wall);
            self.pending.tally.occurrences += 1;
            self.parts
                .policy
                .decide(candidate, &mut self.pending.decisions);
        }
    }
}
