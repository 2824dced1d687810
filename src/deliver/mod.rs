//! Delivery. In: the outbox. Out: envelopes over HTTP, one worker per receiver; or the terminal.
//!
//! Never blocks one receiver on another. Never sends before the time that a rate limit announced.
