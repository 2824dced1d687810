//! Traces of which each line has a header. In: the records above, as breadcrumbs. Out: those that are the trace's own lines.

use std::time::Duration;

use super::Breadcrumb;
use super::before::Before;
use super::said::Said;
use super::texts::describe;
use crate::bounds::STRAY_LINES_MAX;
use crate::format::{Meta, TimeContext};

/// A trace is printed at once: the headers of two lines are no further apart.
const NEXT_LINE: Duration = Duration::from_secs(1);

impl Before {
    /// Each line of the trace has a header of its own, and so may those above have: what stands behind the same header is
    /// read like what stands above a trace without, up to a header within. What the record says then; `None` if no line
    /// above is the trace's.
    pub(super) fn behind_headers(&mut self, own: &Meta, context: &TimeContext) -> Option<Said> {
        let mut inner = Self::default();
        let mut used = 0;
        let mut below = own.time;
        for above in self.breadcrumbs.iter().rev() {
            let same = above.level == own.level && above.logger == own.logger;
            let near = above.time.zip(below).is_none_or(|(above, below)| {
                below.duration_since(above).unsigned_abs() <= NEXT_LINE
            });
            below = above.time;
            // The line right above may be the trace's first, with its word for an error.
            let parted = !inner.preamble.is_empty();
            let leveled = parted && is_bare(own) && above.level.is_some();
            if !(same || leveled) || !near {
                break;
            }
            used += 1;
            inner.header = if leveled {
                Some(said(above))
            } else {
                describe(&above.message, context)
            };
            if inner.header.is_some() {
                break;
            }
            inner.preamble.push(above.message.clone());
        }
        inner.preamble.reverse();
        let header = if inner.header.as_ref().is_some_and(|h| h.json) {
            None
        } else {
            inner.settle(None)
        };
        if header.is_none() {
            let stray = inner.preamble.len().saturating_sub(STRAY_LINES_MAX);
            inner.preamble.drain(..stray);
            // They may as well be records by themselves.
            used = 0;
        }
        let kept = self.breadcrumbs.len().saturating_sub(used);
        self.breadcrumbs.truncate(kept);
        used = inner.preamble.len().max(used);
        self.preamble = inner.preamble;
        let said = header.unwrap_or_default();
        (used > 0).then(|| Said {
            meta: said.meta.over(own.clone()),
            ..said
        })
    }
}

/// Does the header say no more than when?
fn is_bare(own: &Meta) -> bool {
    own.level.is_none() && own.logger.is_none()
}

/// The level behind such a header is that of a record which the lines below belong to.
fn said(above: &Breadcrumb) -> Said {
    Said {
        meta: Meta {
            time: above.time,
            level: above.level,
            logger: above.logger.clone(),
            ..Meta::default()
        },
        message: above.message.clone(),
        ..Said::default()
    }
}
