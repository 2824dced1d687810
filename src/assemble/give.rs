//! Records that a turn gives. In: traces that are whole. Out: records, each counted, its bytes marked as decided.

use super::before::Before;
use super::record::record;
use super::texts::Whole;
use super::turn::Turn;
use super::waiting::Pending;
use super::{Closed, Place, Record};
use crate::source::Origin;

impl Turn<'_, '_> {
    /// Traces that begin and end in one line.
    pub(super) fn wholes(&mut self, found: Vec<Whole>, line: &Pending, before: Before) {
        let mut before = Some(before);
        for mut whole in found {
            let mut before = before.take().unwrap_or_default();
            if whole.said.is_some() {
                before.header_is_another();
            } else {
                whole.said = before.settle(None);
                let mut preamble = std::mem::take(&mut before.preamble);
                preamble.append(&mut whole.preamble);
                whole.preamble = preamble;
            }
            let (belief, now) = (self.belief, self.around.now);
            let mut record = record(
                whole,
                line.place,
                line.meta.clone(),
                before,
                &|t| belief.holds(t, now),
                self.around.context.near,
            );
            record.ordinal = self.ordinal(line.place);
            self.give(record);
        }
        let place = line.place;
        self.stream.end_within = Some(place.behind_line());
        self.decided(place, &[], (place.ends_in, place.end));
    }

    /// How many records began on this line before.
    pub(super) fn ordinal(&mut self, place: Place) -> u32 {
        let ordinal = match self.stream.last_head {
            Some((origin, head, count)) if (origin, head) == (place.origin, place.head) => count,
            _ => 0,
        };
        self.stream.last_head = Some((place.origin, place.head, ordinal.saturating_add(1)));
        ordinal
    }

    pub(super) fn give(&mut self, record: Record) {
        let counts = &mut self.out.counts;
        counts.records += 1;
        counts.lines_dropped += record.lines_dropped;
        counts.closed_by_bound += u64::from(record.closed == Closed::Bound);
        self.out.records.push(record);
    }

    /// Writes down that a record ends here: nothing of it is looked at again.
    pub(super) fn decided(&mut self, place: Place, later: &[(Origin, u64)], end: (Origin, u64)) {
        let mut starts = vec![(place.origin, place.head)];
        starts.extend_from_slice(later);
        for (origin, head) in starts {
            let last = origin == end.0;
            self.spans.push((origin, head, last.then_some(end.1)));
            if last {
                break;
            }
        }
        self.stream.end = Some(end);
    }
}
