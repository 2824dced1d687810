-- The state file of stacktail, version 1. Open it with `sqlite3 state.db` while the agent runs: reading disturbs nothing.
--
-- Times are microseconds since 1970 (`datetime(time / 1000000, 'unixepoch')`); ids and hashes are blobs (`hex(event_id)`).
-- Always: sum(1 + suppressed) over what was delivered and what waits + sum(count) over windows + sum(quantity) over the
-- ledger's reasons that count occurrences (those not ending in `_bytes` or `_lines`) = occurrences read.

-- Single values: `salt`, 16 random bytes that stand for this state file where the machine has no id.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

-- Log files by identity. `position`: all bytes before it are covered. `state`: live, done, copy.
CREATE TABLE files (
    uid         BLOB    NOT NULL,
    generation  INTEGER NOT NULL,
    path        BLOB    NOT NULL,
    device      INTEGER NOT NULL,
    inode       INTEGER NOT NULL,
    birth       INTEGER,
    prefix_len  INTEGER NOT NULL,
    prefix_hash BLOB    NOT NULL,
    position    INTEGER NOT NULL,
    tail_len    INTEGER NOT NULL,
    tail_hash   BLOB    NOT NULL,
    mid_line    INTEGER NOT NULL,
    state       TEXT    NOT NULL,
    PRIMARY KEY (uid, generation)
) WITHOUT ROWID;

-- Records behind a file's position that are decided already: a re-read skips that stream's bytes from head to end.
CREATE TABLE decided (
    uid        BLOB    NOT NULL,
    generation INTEGER NOT NULL,
    head       INTEGER NOT NULL,
    end        INTEGER NOT NULL,
    stream     INTEGER NOT NULL,
    PRIMARY KEY (uid, generation, head, stream, end)
) WITHOUT ROWID;

-- Where each stream's last decided record ended: looking back from a hit stops there.
CREATE TABLE stream_ends (
    uid        BLOB    NOT NULL,
    generation INTEGER NOT NULL,
    stream     INTEGER NOT NULL,
    end        INTEGER NOT NULL,
    PRIMARY KEY (uid, generation, stream)
) WITHOUT ROWID;

-- Globs that have been looked at: files that turn up later are read from their first byte.
CREATE TABLE globs_seen (
    glob BLOB PRIMARY KEY
) WITHOUT ROWID;

-- Events on their way. They go when the receiver has taken them, or into the ledger. `payload`: the event's JSON, gzip
-- (`sqlite3 state.db "SELECT writefile('e.gz', payload) FROM outbox LIMIT 1"`, then `zcat e.gz`); `bytes`: its length.
CREATE TABLE outbox (
    row        INTEGER PRIMARY KEY,
    receiver   TEXT    NOT NULL,
    app        TEXT    NOT NULL,
    event_id   BLOB    NOT NULL,
    category   TEXT    NOT NULL,
    suppressed INTEGER NOT NULL,
    time       INTEGER NOT NULL,
    stored_at  INTEGER NOT NULL,
    bytes      INTEGER NOT NULL,
    payload    BLOB    NOT NULL
);
CREATE INDEX outbox_by_receiver ON outbox (receiver);

-- Issues that have a window or a budget in use, or are known to sampling. `clock` and `full_at` are the budget's bucket.
CREATE TABLE issues (
    app     TEXT    NOT NULL,
    issue   BLOB    NOT NULL,
    clock   INTEGER NOT NULL,
    full_at INTEGER NOT NULL,
    used    INTEGER NOT NULL,
    PRIMARY KEY (app, issue)
) WITHOUT ROWID;

-- Windows: per dedup key, and (key all zeros) per issue's budget. With a carrier, `count` occurrences are open.
CREATE TABLE windows (
    app      TEXT    NOT NULL,
    issue    BLOB    NOT NULL,
    key      BLOB    NOT NULL,
    opened   INTEGER NOT NULL,
    clock    INTEGER NOT NULL,
    carrier  INTEGER,
    count    INTEGER NOT NULL,
    first    INTEGER,
    last     INTEGER,
    PRIMARY KEY (app, issue, key)
) WITHOUT ROWID;

-- The event of each window's first repeat, which goes out at the window's end with its count.
CREATE TABLE carriers (
    id       INTEGER PRIMARY KEY,
    app      TEXT    NOT NULL,
    event_id BLOB    NOT NULL,
    category TEXT    NOT NULL,
    time     INTEGER NOT NULL,
    bytes    INTEGER NOT NULL,
    payload  BLOB    NOT NULL
);

-- Buckets: kind `host`, or `share` (an app's part of it), or `app`.
CREATE TABLE limiters (
    kind    TEXT    NOT NULL,
    app     TEXT    NOT NULL,
    clock   INTEGER NOT NULL,
    full_at INTEGER NOT NULL,
    PRIMARY KEY (kind, app)
) WITHOUT ROWID;

-- What was not sent and why; `app` is empty where it concerns none in particular.
CREATE TABLE ledger (
    app      TEXT    NOT NULL,
    reason   TEXT    NOT NULL,
    quantity INTEGER NOT NULL,
    PRIMARY KEY (app, reason)
) WITHOUT ROWID;

-- What receivers have taken: events, the occurrences that they stand for, and when the last was taken.
CREATE TABLE delivered (
    receiver    TEXT    NOT NULL,
    app         TEXT    NOT NULL,
    events      INTEGER NOT NULL,
    occurrences INTEGER NOT NULL,
    last        INTEGER NOT NULL,
    PRIMARY KEY (receiver, app)
) WITHOUT ROWID;

-- Drops that the receiver has not been told of yet.
CREATE TABLE client_reports (
    receiver TEXT    NOT NULL,
    reason   TEXT    NOT NULL,
    category TEXT    NOT NULL,
    quantity INTEGER NOT NULL,
    PRIMARY KEY (receiver, reason, category)
) WITHOUT ROWID;
