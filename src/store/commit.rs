//! A batch into the file: one transaction.

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
            // With FULL the journal is synced at each commit. It cannot be set within a transaction.
            inner
                .conn
                .execute_batch("PRAGMA synchronous = FULL")
                .map_err(fail)?;
        }
        let written = inner.write(batch);
        if batch.durable {
            let _stays_safe_if_not = inner.conn.execute_batch("PRAGMA synchronous = NORMAL");
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
