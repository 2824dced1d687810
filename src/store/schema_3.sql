-- Version 3: the journal.
--
-- A journal's sequences of entries stand in `files` (`state`: journal; `uid`: the sequence's id; `position`: the number of the
-- first entry that is not covered), with their rows in `decided` and `stream_ends`. The ledger's `vacuumed` counts entries of a
-- journal that were removed unread, not occurrences.

-- Where reading of each journal begins again. `cursor` as `journalctl --cursor` takes it; empty: before the first entry.
CREATE TABLE journals (
    journal TEXT PRIMARY KEY,
    cursor  TEXT NOT NULL
) WITHOUT ROWID;
