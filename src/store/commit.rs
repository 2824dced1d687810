//! A batch into the file. In: a [`Batch`](super::Batch). Out: all of it stored, or, if anything fails, nothing.

use rusqlite::{Transaction, TransactionBehavior, params};

use super::{Batch, Inner, Outgoing, Store, StoreError, counts, files, outbox, thinning};

/// How the outbox has grown by one commit.
#[derive(Debug, Default)]
pub(super) struct Growth(pub(super) Vec<(String, String, i64)>);

impl Store {
    /// Stores all of the batch, or, with an error, nothing of it.
    pub fn commit(&self, batch: &Batch) -> Result<(), StoreError> {
        if batch.is_empty() {
            return Ok(());
        }
        let fail = |source| StoreError::of(&self.path, "storing a batch", source);
        let mut inner = self.inner();
        if batch.durable {
            inner.synced(true).map_err(fail)?;
        }
        let written = inner.write(batch);
        if batch.durable {
            let _slower_but_safe_if_not = inner.synced(false);
        }
        let growth = written.map_err(fail)?;
        let mut sizes = self.sizes();
        for (receiver, app, bytes) in growth.0 {
            let size = sizes.entry((receiver, app)).or_default();
            size.bytes = size.bytes.saturating_add_signed(bytes);
            size.events += 1;
        }
        Ok(())
    }
}

impl Inner {
    /// With FULL the journal is synced at each commit, with NORMAL at checkpoints only. No change within a transaction.
    fn synced(&self, each: bool) -> rusqlite::Result<()> {
        let level = if each { "FULL" } else { "NORMAL" };
        self.conn.pragma_update(None, "synchronous", level)
    }

    fn write(&mut self, batch: &Batch) -> rusqlite::Result<Growth> {
        let mut next_row = self.next_row;
        let mut growth = Growth::default();
        let transaction = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let stored_at = batch.stored_at.as_microsecond();
        for event in &batch.events {
            insert(&transaction, next_row, event, stored_at)?;
            growth.add(&event.receiver, &event.app, event.payload.len());
            next_row += 1;
        }
        thinning::write(
            &transaction,
            &batch.policy,
            stored_at,
            &mut next_row,
            &mut growth,
        )?;
        files::write(&transaction, batch, &self.spans)?;
        counts::ledger_add(&transaction, &batch.ledger)?;
        for report in &batch.reports {
            counts::report_add(
                &transaction,
                &report.receiver,
                report.reason,
                report.category,
                report.quantity,
            )?;
        }
        transaction.commit()?;
        self.next_row = next_row;
        files::remember(&mut self.spans, batch);
        Ok(growth)
    }
}

impl Growth {
    pub(super) fn add(&mut self, receiver: &str, app: &str, bytes: usize) {
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        self.0.push((receiver.to_owned(), app.to_owned(), bytes));
    }
}

fn insert(
    transaction: &Transaction<'_>,
    row: i64,
    event: &Outgoing,
    stored_at: i64,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(outbox::INSERT)?
        .execute(params![
            row,
            event.receiver,
            event.app,
            event.event_id,
            event.category,
            event.suppressed.cast_signed(),
            event.time.as_microsecond(),
            stored_at,
            event.payload.len().cast_signed() as i64,
            event.payload,
        ])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::store::LedgerEntry;

    fn batch(bytes: usize) -> Batch {
        let mut batch = Batch::new(Timestamp::UNIX_EPOCH);
        batch.events.push(Outgoing {
            receiver: "r".to_owned(),
            app: "a".to_owned(),
            event_id: [7; 16],
            payload: vec![b'x'; bytes],
            suppressed: 0,
            time: Timestamp::UNIX_EPOCH,
            category: "error",
        });
        batch.globs_seen.push(b"/var/log/*.log".to_vec());
        batch.ledger.push(LedgerEntry {
            app: "a".to_owned(),
            reason: "app_rate".to_owned(),
            quantity: 1,
        });
        batch
    }

    fn pragma(store: &Store, name: &str) -> i64 {
        let inner = store.inner();
        inner
            .conn
            .pragma_query_value(None, name, |row| row.get(0))
            .unwrap()
    }

    #[test]
    fn a_full_disk_leaves_nothing_half_done_and_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(dir.path(), Timestamp::UNIX_EPOCH).unwrap();
        let pages = pragma(&store, "page_count") + 2;
        store
            .inner()
            .conn
            .pragma_update(None, "max_page_count", pages)
            .unwrap();
        let error = store.commit(&batch(1 << 20)).unwrap_err();
        assert!(matches!(error, StoreError::Full { .. }), "{error}");
        assert!(error.to_string().contains("state.db"), "{error}");
        assert_eq!(store.outbox_total(), 0);
        assert!(store.ledger().unwrap().is_empty());
        assert!(store.load().unwrap().globs_seen.is_empty());
        store
            .inner()
            .conn
            .pragma_update(None, "max_page_count", 1 << 20)
            .unwrap();
        store.commit(&batch(1 << 20)).unwrap();
        assert_eq!(store.outbox_total(), 1 << 20);
        assert_eq!(store.ledger().unwrap().len(), 1);
    }

    #[test]
    fn a_durable_batch_is_synced_and_only_that() {
        let dir = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(dir.path(), Timestamp::UNIX_EPOCH).unwrap();
        let (normal, full) = (1, 2);
        assert_eq!(pragma(&store, "synchronous"), normal);
        store.inner().synced(true).unwrap();
        assert_eq!(pragma(&store, "synchronous"), full);
        store.inner().synced(false).unwrap();
        let durable = Batch {
            durable: true,
            ..batch(10)
        };
        store.commit(&durable).unwrap();
        assert_eq!(pragma(&store, "synchronous"), normal);
    }

    #[test]
    fn pages_are_given_back() {
        let dir = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(dir.path(), Timestamp::UNIX_EPOCH).unwrap();
        let incremental = 2;
        assert_eq!(pragma(&store, "auto_vacuum"), incremental);
        let small = pragma(&store, "page_count");
        store.commit(&batch(1 << 20)).unwrap();
        store.drop_oldest("r", None, 1).unwrap();
        let big = pragma(&store, "page_count");
        assert!(big > small + 100);
        for _ in 0..4 {
            store.tidy().unwrap();
        }
        assert!(pragma(&store, "page_count") < small + 20);
    }
}
