//! From a record to decisions. In: a record. Out: a candidate for each app that it is of, decided on.

use super::Agent;
use crate::assemble::Record;
use crate::event::Builder;
use crate::language;
use crate::observe::own;
use crate::os::Now;

impl Agent {
    /// One record becomes one candidate for each app that its lane belongs to.
    pub(super) fn publish(&mut self, record: &Record, now: Now) {
        let Some(lane) = self.parts.source.lane(record.lane).cloned() else {
            return;
        };
        let apps = self.parts.source.routed(record.lane, record.meta.route);
        let builders = apps.iter().filter_map(|app| {
            let builder = self.parts.builders.get(usize::from(*app))?;
            Some((*app, builder))
        });
        let messages = builders.clone().filter_map(|(_, b)| b.messages()).min();
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
        let asks = |builder: &Builder| {
            let least = builder.messages();
            !is_message || least.is_some_and(|least| record.meta.level >= Some(least))
        };
        let asking: Vec<_> = builders.filter(|(_, builder)| asks(builder)).collect();
        // The last app, nearly always the only one, takes them without a copy.
        let traces = std::iter::repeat_n((trace, seen_at), asking.len());
        for ((app, builder), (trace, seen_at)) in asking.into_iter().zip(traces) {
            let candidate = builder.build(app, record, trace, language, seen_at, now.wall);
            self.pending.tally.occurrences += 1;
            self.parts
                .policy
                .decide(candidate, &mut self.pending.decisions);
        }
    }
}
