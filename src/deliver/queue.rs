//! A receiver's part of the outbox as its worker sees it: a cursor, one page in memory, and which rows are busy.
//!
//! The outbox is the truth: to send something again the cursor goes back to the start, and memory forgets the page.

use std::collections::{HashSet, VecDeque};

use crate::bounds::{EVENT_BYTES_MAX, OUTBOX_PAGE_BYTES_MAX, OUTBOX_PAGE_EVENTS_MAX};
use crate::store::{StoreError, Waiting};

use super::outbox::Outbox;

/// An event to be sent.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) waiting: Waiting,
    /// It was made smaller after a 413.
    pub(super) shrunk: bool,
}

/// The queue of one receiver.
#[derive(Debug)]
pub(super) struct Queue {
    receiver: String,
    cursor: i64,
    page: VecDeque<Item>,
    /// On their way, or answered and not settled yet.
    busy: HashSet<i64>,
    /// Nothing is behind the cursor; a wake-up changes that.
    dry: bool,
}

impl Queue {
    pub(super) fn new(receiver: String) -> Self {
        Self {
            receiver,
            cursor: 0,
            page: VecDeque::new(),
            busy: HashSet::new(),
            dry: false,
        }
    }

    /// Something may have come in.
    pub(super) fn woken(&mut self) {
        self.dry = false;
    }

    /// The next event that is not busy, taken as busy. `one`: the receiver is in trouble, a page would be for nothing.
    pub(super) fn next(
        &mut self,
        outbox: &dyn Outbox,
        one: bool,
    ) -> Result<Option<Item>, StoreError> {
        loop {
            if let Some(item) = self.page.pop_front() {
                self.busy.insert(item.waiting.row);
                return Ok(Some(item));
            }
            if self.dry {
                return Ok(None);
            }
            self.read_on(outbox, one)?;
        }
    }

    fn read_on(&mut self, outbox: &dyn Outbox, one: bool) -> Result<(), StoreError> {
        // Busy rows at the front of the outbox are read and passed over.
        let wanted = if one {
            self.busy.len() + 1
        } else {
            OUTBOX_PAGE_EVENTS_MAX
        };
        let page = outbox.waiting(&self.receiver, self.cursor, wanted, OUTBOX_PAGE_BYTES_MAX)?;
        let bytes: usize = page.iter().map(|waiting| waiting.payload.len()).sum();
        // Short of both bounds (even if the next were the largest): there was no more.
        self.dry = page.len() < wanted
            && (page.is_empty() || bytes + EVENT_BYTES_MAX <= OUTBOX_PAGE_BYTES_MAX);
        if let Some(last) = page.last() {
            self.cursor = last.row;
        }
        let free = page
            .into_iter()
            .filter(|waiting| !self.busy.contains(&waiting.row))
            .map(|waiting| Item {
                waiting,
                shrunk: false,
            });
        self.page.extend(free);
        Ok(())
    }

    /// It stays the next one.
    pub(super) fn put_back(&mut self, item: Item) {
        self.busy.remove(&item.waiting.row);
        self.page.push_front(item);
    }

    /// It stays in the outbox and is passed over until the next [`Self::rewind`].
    pub(super) fn pass_over(&mut self, row: i64) {
        self.busy.remove(&row);
    }

    /// It was not delivered: it is the next again (with those that came before it).
    pub(super) fn again(&mut self, row: i64) {
        self.busy.remove(&row);
        self.rewind();
    }

    /// Settled.
    pub(super) fn done(&mut self, row: i64) {
        self.busy.remove(&row);
    }

    /// Back to the oldest.
    pub(super) fn rewind(&mut self) {
        self.cursor = 0;
        self.dry = false;
        self.page.clear();
    }
}
