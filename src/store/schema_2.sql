-- Version 2: what a restart must know of receivers.

-- How a receiver stood: its limits, what it is in trouble with, and when it is tried again. `state` is JSON, times in it are
-- microseconds since 1970. A receiver without a row takes everything.
CREATE TABLE receivers (
    receiver TEXT PRIMARY KEY,
    state    TEXT NOT NULL
) WITHOUT ROWID;
