//! Every bound of the agent, in one place. Names end in their unit.
//!
//! Input is hostile: whatever it holds, what a room keeps of it is limited by a number that stands here.

/// A line longer than this is cut, counted, and reading goes on behind its end.
pub const LINE_BYTES_MAX: usize = 1 << 20;
/// Bytes read from one file in one turn …
pub const CHUNK_BYTES: usize = 256 << 10;
/// … but no more than can be dealt with in this time, so that no file waits long for another …
pub const CHUNK_WAIT_MS: u64 = 5;
/// … and never fewer than this many.
pub const CHUNK_BYTES_MIN: usize = 8 << 10;
/// How far a hit looks back for its header, message lines and breadcrumbs.
pub const LOOK_BACK_BYTES_MAX: usize = 64 << 10;
/// Text of one record.
pub const RECORD_BYTES_MAX: usize = 2 << 20;
/// Lines kept of one record; what follows is counted.
pub const RECORD_LINES_MAX: usize = 2_000;
/// How long a record may stay open while its stream goes on.
pub const RECORD_OPEN_MS_MAX: u64 = 30_000;
/// All open records together.
pub const OPEN_RECORDS_BYTES_MAX: usize = 8 << 20;
/// Streams with state, over all files; the least recently used goes first.
pub const STREAMS_MAX: usize = 4_096;
/// Decided spans kept for one file; beyond it the oldest open record is closed.
pub const DECIDED_SPANS_MAX: usize = 4_096;
/// Silence that ends a record.
pub const FLUSH_WAIT_MS: u64 = 1_000;
/// Silence that ends a record which is plainly unfinished.
pub const FLUSH_UNFINISHED_WAIT_MS: u64 = 5_000;
/// Log lines before the trace that are kept as breadcrumbs.
pub const BREADCRUMBS_MAX: usize = 20;
/// Frames of one exception, both ends kept.
pub const FRAMES_MAX: usize = 250;
/// Exceptions of one event (the Python SDK stops at 50 in a group).
pub const EXCEPTIONS_MAX: usize = 50;
/// Last lines of a text that go along where the event does not show them.
pub const LAST_LINES_MAX: usize = 16;
/// Characters of one of them.
pub const LAST_LINE_CHARS_MAX: usize = 512;
/// Threads of one event.
pub const THREADS_MAX: usize = 100;
/// Characters of an exception's value or a message.
pub const VALUE_CHARS_MAX: usize = 8_192;
/// Characters by which it may be longer before it is cut, as Relay does.
pub const VALUE_SPARE_CHARS_MAX: usize = 200;
/// One event as JSON, not compressed.
pub const EVENT_BYTES_MAX: usize = 900 << 10;
/// A stored event, unpacked: more than one can have, against a file that somebody has edited.
pub const PAYLOAD_BYTES_MAX: usize = 4 << 20;
/// One event, gzip.
pub const EVENT_GZIP_BYTES_MAX: usize = 200_000;
/// Issues with state, per app.
pub const ISSUES_PER_APP_MAX: usize = 10_000;
/// Open windows (dedup keys with state), per issue.
pub const WINDOWS_PER_ISSUE_MAX: usize = 64;
/// A batch is committed at this many events …
pub const BATCH_EVENTS_MAX: usize = 256;
/// … or this many bytes of events …
pub const BATCH_BYTES_MAX: usize = 1 << 20;
/// … or this long after its first event while input goes on.
pub const BATCH_WAIT_MS: u64 = 20;
/// … or, where it came from a file that held no more, this long: it need not wait for what is behind.
pub const BATCH_CALM_WAIT_MS: u64 = 5;
/// Positions alone are committed this often.
pub const POSITIONS_WAIT_MS: u64 = 5_000;
/// A hot file is read this often.
pub const HOT_READ_MS: u64 = 20;
/// A file without new bytes for this long is quiet.
pub const QUIET_AFTER_MS: u64 = 1_000;
/// A quiet file's handle is given back after this long.
pub const CLOSE_QUIET_AFTER_MS: u64 = 600_000;
/// Reconcile: stat of the paths of hot files.
pub const RECONCILE_HOT_MS: u64 = 1_000;
/// Reconcile: stat of all files.
pub const RECONCILE_MS: u64 = 30_000;
/// Reconcile: globs.
pub const RECONCILE_GLOBS_MS: u64 = 60_000;
/// Files that hold a DSN or a release: looked at when the agent is awake anyhow and this has passed since …
pub const VALUES_LOOK_MS: u64 = 45_000;
/// … and in any case when this has.
pub const VALUES_LOOK_MS_MAX: u64 = 60_000;
/// Names of apps that a line of the log lists.
pub const NAMES_SHOWN_MAX: usize = 20;
/// A deleted file is held open to its end, at most this long …
pub const DELETED_HOLD_MS_MAX: u64 = 300_000;
/// … and at most for this many unread bytes.
pub const DELETED_HOLD_BYTES_MAX: u64 = 1 << 30;
/// A file that begins like a known one waits until quiet for this long.
pub const COPY_QUIET_MS: u64 = 5_000;
/// Bytes of the growing prefix that identify a file.
pub const PREFIX_BYTES_MAX: usize = 1_024;
/// Bytes before the position that identify what was read.
pub const TAIL_BYTES_MAX: usize = 256;
/// Files tailed; what matches beyond is not read, and said.
pub const FILES_MAX: usize = 20_000;
/// File handles open at once in the tailer; the longest quiet are closed.
pub const HANDLES_OPEN_MAX: usize = 512;
/// Files asked about in one turn of a reconcile.
pub const RECONCILE_FILES_MAX: usize = 512;
/// A deleted file that was read to its end is held this long for a writer that still has it.
pub const DELETED_QUIET_MS_MAX: u64 = 60_000;
/// Timestamps further ahead of the read than this are ignored.
pub const AHEAD_MS_MAX: u64 = 60_000;
/// Timestamps of events are clamped to this age: every receiver takes it.
pub const EVENT_AGE_DAYS_MAX: u64 = 29;
/// Source files read for context.
pub const SOURCE_FILE_BYTES_MAX: u64 = 2 << 20;
/// A stop takes at most this long.
pub const SHUTDOWN_MS_MAX: u64 = 5_000;
/// While an app is paused, its receiver's share of the outbox is looked at this often.
pub const PAUSED_LOOK_MS: u64 = 100;
/// One file of the configuration.
pub const CONFIG_FILE_BYTES_MAX: usize = 1 << 20;
/// A file of certificates, or with a key.
pub const CERTIFICATES_BYTES_MAX: usize = 1 << 20;
/// Files in `apps.d`.
pub const APP_FILES_MAX: usize = 1_000;
/// Characters of an app's name.
pub const APP_NAME_CHARS_MAX: usize = 64;
/// Items of one list or table in the configuration.
pub const CONFIG_ITEMS_MAX: usize = 200;
/// Characters of one text in the configuration.
pub const CONFIG_TEXT_CHARS_MAX: usize = 4_096;
/// A file that holds one DSN or one release.
pub const VALUE_FILE_BYTES_MAX: usize = 4_096;
/// One context of the configuration, as JSON.
pub const CONTEXT_BYTES_MAX: usize = 8 << 10;
/// All contexts of one app, as JSON.
pub const CONTEXTS_BYTES_MAX: usize = 64 << 10;
/// Tables and lists within each other in one context.
pub const CONTEXT_DEPTH_MAX: usize = 7;
/// One compiled pattern of the configuration.
pub const PATTERN_BYTES_MAX: usize = 512 << 10;
/// Problems told of one file; further ones are counted.
pub const PROBLEMS_PER_FILE_MAX: usize = 100;
/// Issues with state, all apps together: with more apps each has an equal part of it.
pub const ISSUES_HOST_MAX: usize = 50_000;
/// Open windows of one app.
pub const WINDOWS_PER_APP_MAX: usize = 20_000;
/// Payloads of one app's carriers in the state file; beyond it the least recent issue's go out.
pub const CARRIERS_PER_APP_BYTES_MAX: u64 = 64 << 20;
/// Carriers sent at one call of `close_due`; the rest stay due.
pub const CLOSED_AT_ONCE_MAX: usize = 256;
/// Expired windows that carry nothing are cleared away this often.
pub const SWEEP_WAIT_MS: u64 = 60_000;
/// A carrier that a limit refused is offered again after this long.
pub const CARRIER_RETRY_MS: u64 = 5_000;
/// The state file is checked for damage when it is opened, up to this size.
pub const STATE_CHECK_BYTES_MAX: u64 = 256 << 20;
/// Damaged state files kept beside the new one.
pub const STATE_SET_ASIDE_MAX: usize = 3;
/// Free pages of the state file are given back no more often than this, and only after a commit.
pub const TIDY_WAIT_MS: u64 = 60_000;
/// What is too old to be sent is looked for at the start and this often.
pub const CLEAR_WAIT_MS: u64 = 3_600_000;
/// After a failed commit the next one is tried this much later.
pub const COMMIT_RETRY_MS: u64 = 1_000;
/// A record whose stream has not gone on for this many bytes of its lane's other streams is closed: until then every line
/// must be looked at.
pub const STREAM_BEHIND_BYTES_MAX: u64 = 16 << 20;
/// Envelopes on their way to one receiver at the same time.
pub const FLIGHTS_MAX: usize = 8;
/// Of an app that is full and fed by what feeds others too, events go once it is over its share by this part of it.
pub const OUTBOX_SLACK_PART: u64 = 8;
/// Events read from the outbox at once, per receiver …
pub const OUTBOX_PAGE_EVENTS_MAX: usize = 64;
/// … and their bytes (the first is read however long it is).
pub const OUTBOX_PAGE_BYTES_MAX: usize = 1 << 20;
/// Replies are settled in one transaction at this many …
pub const SETTLE_EVENTS_MAX: usize = 32;
/// … or this long after the first, or at once when nothing is on its way.
pub const SETTLE_WAIT_MS: u64 = 5;
/// A request may take this long to connect …
pub const CONNECT_MS_MAX: u64 = 5_000;
/// … and this long as a whole.
pub const REQUEST_MS_MAX: u64 = 30_000;
/// A connection that was idle for this long is not used again.
pub const CONNECTION_IDLE_MS_MAX: u64 = 60_000;
/// Bytes read of a receiver's answer.
pub const ANSWER_BYTES_MAX: usize = 16 << 10;
/// What is quoted of a receiver's answer.
pub const TOLD_BYTES_MAX: usize = 200;
/// First pause after a failed request; it doubles, with full jitter …
pub const RETRY_MS_MIN: u64 = 1_000;
/// … up to this.
pub const RETRY_MS_MAX: u64 = 60_000;
/// First pause after a receiver refused the DSN; it doubles …
pub const PROBE_MS_MIN: u64 = 5_000;
/// … up to this.
pub const PROBE_MS_MAX: u64 = 600_000;
/// Between the first envelopes after an outage …
pub const RECOVERY_GAP_MS: u64 = 100;
/// … which are this many.
pub const RECOVERY_ENVELOPES: u32 = 5;
/// A 429 that does not say for how long.
pub const LIMIT_MS_DEFAULT: u64 = 60_000;
/// Behind the end of a limit, hosts begin again within a tenth of it, and within this.
pub const LIMIT_SPREAD_MS_MAX: u64 = 5_000;
/// Client reports go out this often at most.
pub const REPORTS_WAIT_MS: u64 = 30_000;
/// One client report.
pub const REPORT_BYTES_MAX: usize = 4_096;
/// The burst of `send_rate` is what it lets through in this long.
pub const SEND_BURST_S: u32 = 5;
/// Events per unit that a limit may name: one per microsecond, the grain of its bucket.
pub const LIMIT_COUNT_MAX: u32 = 1_000_000;
/// Characters of a source line that count in grouping; a longer one does not count at all, as at Sentry.
pub const GROUPED_LINE_CHARS_MAX: usize = 120;
/// A run of hex digits that is taken for one number when texts are compared.
pub const HEX_DIGITS_MAX: usize = 128;
/// Nested extra data deeper than this is filtered whole.
pub const EXTRA_DEPTH_MAX: usize = 32;
/// Scrubbing passes over one text until nothing changes; one that still does is filtered whole, so that scrubbing is
/// idempotent by construction.
pub const SCRUB_PASSES_MAX: usize = 6;
/// `--once`: delivering what was read takes at most this long; what is left waits for the next run.
pub const DRAIN_MS_MAX: u64 = 3_600_000;
/// Events that one receiver looks at in one turn; then others have theirs.
pub const DELIVERY_TURN_EVENTS_MAX: usize = 64;
/// Refused events in a row from which on the receiver is taken to be wrong, not the events.
pub const REFUSALS_MAX: u32 = 3;
/// A 5xx may ask for a pause (`Retry-After`), up to this.
pub const PAUSE_ASKED_MS_MAX: u64 = 300_000;
/// Stretches of waiting for limits that are remembered per receiver and category.
pub const LIMIT_STRETCHES_MAX: usize = 64;
/// Windows that are due are looked at no more often than this.
pub const WINDOW_LOOK_MS: u64 = 100;
/// A lane that was not read for longer than this was paused: its open records did not age meanwhile.
pub const AGE_STEP_MS_MAX: u64 = 1_000;
/// Lines between a log header and its trace; a longer message is not looked through.
pub const PREAMBLE_LINES_MAX: usize = 64;
/// Lines kept before a trace that neither a header nor an announcement precedes.
pub const STRAY_LINES_MAX: usize = 8;
/// Bytes kept of a log line before a trace.
pub const BREADCRUMB_BYTES_MAX: usize = 2_048;
/// Lines looked at again in one turn of a stream: bounds what a hostile log can cost.
pub const LINES_AGAIN_MAX: usize = 4_000;
/// Issues in the table of `parse --output summary`; what comes further is counted together.
pub const TABLE_ISSUES_MAX: usize = 100_000;
/// Project roots, told by traces, for which `parse` keeps a builder.
pub const PROJECT_ROOTS_MAX: usize = 256;
/// Characters of one line of an event for people.
pub const SHOWN_LINE_CHARS_MAX: usize = 240;
/// An operating-system command to a terminal that is longer than this is not one.
pub const ESCAPE_BYTES_MAX: usize = 2_048;
/// The timestamp of a CRI line: nine digits and an offset.
pub const CRI_TIME_BYTES_MAX: usize = 40;
/// The list of tags of a CRI line.
pub const CRI_TAGS_BYTES_MAX: usize = 32;
/// Prefixes within each other (pm2 within compose, syslog within that).
pub const PREFIXES_MAX: usize = 3;
/// Bytes of a text in which its prefixes must end.
pub const PREFIX_TEXT_BYTES_MAX: usize = 1_024;
/// The name of a container, a process or an Android tag before a line.
pub const PREFIX_NAME_BYTES_MAX: usize = 96;
/// Host, program, process or message id of a syslog line (RFC 5424 allows 255, 48, 128 and 32).
pub const SYSLOG_NAME_BYTES_MAX: usize = 256;
/// Fields kept of a JSON line …
pub const FIELDS_MAX: usize = 50;
/// Bytes of a line that an app's own pattern looks at for a header.
pub const HEADER_TEXT_BYTES_MAX: usize = 4_096;
/// … and bytes of each as JSON.
pub const FIELD_BYTES_MAX: usize = 1_024;
/// Objects within each other in which a JSON line's trace is looked for.
pub const FIELD_DEPTH_MAX: usize = 4;
/// Strings of a JSON line in which a trace is looked for.
pub const FIELD_TRACES_MAX: usize = 16;
/// Pairs of a logfmt line.
pub const LOGFMT_PAIRS_MAX: usize = 128;
/// Words of a log header …
pub const HEADER_WORDS_MAX: usize = 8;
/// … and bytes of one of them in brackets.
pub const HEADER_WORD_BYTES_MAX: usize = 64;
/// The longest word for a level.
pub const LEVEL_WORD_BYTES_MAX: usize = 11;
/// A type's printed name; a longer one is none.
pub const TYPE_NAME_BYTES_MAX: usize = 1_024;
/// A frame's path, as no file system has a longer one; of a longer one no module is derived.
pub const FRAME_PATH_BYTES_MAX: usize = 4_096;
/// Exception groups inside each other; what lies deeper is passed over (CPython prints 10).
pub const GROUP_DEPTH_MAX: usize = 24;
/// Frames that one `[Previous line repeated N more times]` stands for.
pub const FRAME_REPEATS_MAX: u64 = 1_000;
/// Frames of one record; further repeats are not written out.
pub const RECORD_FRAMES_MAX: usize = 10_000;
/// Lines at column 0 that the message of an exception without a log header may have.
pub const LOOSE_LINES_MAX: u32 = 40;
/// Lines of others that may stand between the lines of one trace.
pub const FOREIGN_LINES_MAX: u32 = 64;
/// The same behind a line at which the trace may be over: each costs a look.
pub const FOREIGN_BEHIND_MAX: u32 = 4;
/// Characters of a source line that are sent.
pub const SOURCE_LINE_CHARS_MAX: usize = 1_024;
/// Entries of an event's extra data.
pub const EXTRA_KEYS_MAX: usize = 64;
/// One entry of an event's extra data; a longer one is sent as cut text.
pub const EXTRA_VALUE_BYTES_MAX: usize = 8 << 10;
/// Extra data nested deeper than this is sent as text: receivers cut it.
pub const SENT_EXTRA_DEPTH_MAX: usize = 5;
/// Tags of one event.
pub const TAGS_MAX: usize = 100;
/// Bytes of source files read for one event.
pub const EVENT_SOURCE_BYTES_MAX: u64 = 8 << 20;
/// Questions about source files asked for one event.
pub const EVENT_SOURCE_QUESTIONS_MAX: u32 = 2_000;
/// Symbolic links that one path may go through, as in the kernel.
pub const LINKS_MAX: usize = 40;
/// Entries listed of one folder; what is beyond is not seen.
pub const FOLDER_ENTRIES_MAX: usize = 65_536;
/// A longer line without its end is read again only when the file has grown.
pub const HALF_REREAD_BYTES_MAX: u64 = 16 << 10;
/// Folders below one another that `**` may go through.
pub const FOLDER_DEPTH_MAX: usize = 16;
/// Other files of a log's folder that are asked about.
pub const SIBLINGS_MAX: usize = 4_096;
/// Reads of files that may find nothing within one call, so that the agent gets its turn too.
pub const READ_TURNS_MAX: usize = 256;
/// A chunk longer than this is handed over by exchanging buffers, a shorter one by copying.
pub const COPIED_BYTES_MAX: usize = 32 << 10;
/// Files that appear beside logs and may be their copies are held open, at most this many …
pub const COPIES_HELD_MAX: usize = 64;
/// … and each at most this long.
pub const COPY_HELD_MS_MAX: u64 = 10_000;
/// Entries of the journal given at once …
pub const PIECE_ENTRIES_MAX: usize = 256;
/// … their bytes …
pub const PIECE_ENTRIES_BYTES_MAX: usize = 1 << 20;
/// … and entries looked at for them, most of which may be nobody's.
pub const PIECE_LOOKS_MAX: usize = 16_384;
/// Messages of a piece that are searched together for openings: no longer than this.
pub const JOINED_MESSAGE_BYTES_MAX: usize = 4 << 10;
/// Message of one entry; what is longer is cut.
pub const ENTRY_MESSAGE_BYTES_MAX: usize = 2 << 20;
/// Entries before a place that are kept for reading back …
pub const RING_ENTRIES_MAX: usize = 2_048;
/// … and their bytes.
pub const RING_BYTES_MAX: usize = 2 << 20;
/// Entries before the cursor that are read again at a start.
pub const RING_REFILL_ENTRIES: usize = 256;
/// Sequences of entry numbers known of one journal (a new one begins when journald was killed).
pub const SEQUENCES_MAX: usize = 64;
/// Places remembered of a journal from which it could be read again.
pub const MARKS_MAX: usize = 1_024;
/// Sets of apps that entries of one journal go to.
pub const ROUTES_MAX: usize = 4_096;
/// Crashes of processes that are remembered, so that core dump and text of one are told once.
pub const CRASHES_TOLD_MAX: usize = 256;
/// How far apart the two may be: the kernel tells a crash's second.
pub const CRASH_APART_MS: i64 = 3_000;
/// After an entry a journal is looked at every [`HOT_READ_MS`] for [`QUIET_AFTER_MS`], then this often …
pub const JOURNAL_WARM_READ_MS: u64 = 100;
/// … until it was quiet for this long; then only when it says that there is something.
pub const JOURNAL_QUIET_AFTER_MS: u64 = 10_000;
/// Writers of journal entries whose fields are remembered as `journalctl` prints them …
pub const JOURNAL_WRITERS_MAX: usize = 64;
/// … if they are no longer than this.
pub const JOURNAL_WRITER_BYTES_MAX: usize = 4 << 10;
/// Writers of whom it is remembered what follows from their fields.
pub const JOURNAL_KNOWN_MAX: usize = 256;
/// Fields of journal entries that are remembered, each behind others, until all are forgotten …
pub const JOURNAL_SHARED_MAX: usize = 2_048;
/// … if they are no longer than this.
pub const JOURNAL_SHARED_BYTES_MAX: usize = 2 << 10;
/// So many fields that never come again are remembered behind one that does.
pub const JOURNAL_BARREN_MAX: usize = 32;
/// Bytes taken at once of what `journalctl` prints.
pub const EXPORT_READ_BYTES: usize = 128 << 10;
/// A journal that cannot be read is opened anew this often.
pub const JOURNAL_RETRY_MS: u64 = 1_000;
/// Events that are shown and not sent (`send_in`, `debug`), per batch and per second; further ones are counted.
pub const SHOWN_EVENTS_MAX: usize = 20;
/// Items of a list that conditions of rules see; further ones are left out.
pub const CONDITION_LIST_MAX: u64 = 250;
/// Steps that a condition may take over its lists, each as long as it can be.
pub const CONDITION_STEPS_MAX: u64 = 20_000;
/// Clients of the admin socket at once; who comes beyond that is not heard.
pub const ADMIN_CLIENTS_MAX: usize = 8;
/// Bytes of what one asks.
pub const ADMIN_LINE_BYTES_MAX: usize = 256;
/// How long one may take to ask, and how long to take its answer.
pub const ADMIN_TALK_MS_MAX: u64 = 2_000;
/// How long one waits for a reload.
pub const ADMIN_RELOAD_MS_MAX: u64 = 60_000;
/// Bytes of an answer that a client takes: 20,000 files are 4 MiB.
pub const ADMIN_ANSWER_BYTES_MAX: u64 = 64 << 20;
/// The state of things is gathered at most this often …
pub const STATUS_FRESH_MS: u64 = 1_000;
/// … and who asks waits at most this long for it.
pub const STATUS_WAIT_MS_MAX: u64 = 1_500;
/// Files of one app that `status` lists for people; the others are counted.
pub const STATUS_FILES_MAX: usize = 10;
/// What systemd shows of the service is told anew at most this often.
pub const STATUS_LINE_MS: u64 = 5_000;
/// The service counts as ready after this long at the latest, however much there is to read.
pub const READY_MS_MAX: u64 = 5_000;
/// Descriptors that are wanted beside those of log files: state, journals, connections, the admin socket.
pub const DESCRIPTORS_BESIDE: u64 = 96;
