//! The one table of keys. Each row: name, kind (type and check), default as TOML, its documentation line. The validator
//! reads it; the reference files in `config/` are tested against it.

pub use super::key::{Key, Kind};

/// The three ways to give a DSN; one of them must be there.
pub const DSN_KEYS: [&str; 3] = ["dsn", "dsn_file", "dsn_env"];
/// The three ways to give a release; one at most.
pub const RELEASE_KEYS: [&str; 3] = ["release", "release_file", "release_env"];

/// Keys of the host file.
pub static HOST_KEYS: &[Key] = &[
    Key::new(
        "state_dir",
        Kind::Path,
        "Folder of the state file: positions, the outbox, counts.",
    )
    .or("\"/var/lib/stacktail\""),
    Key::new("apps_dir", Kind::Path, "Folder of the app files.").or("\"apps.d\""),
    Key::new(
        "server_name",
        Kind::Text,
        "Sent as server_name; the host's own name if absent.",
    ),
    Key::new(
        "host_rate",
        Kind::Rate,
        "All apps together; each is guaranteed its equal part.",
    )
    .or("\"3000/min\""),
    Key::new(
        "send_rate",
        Kind::Rate,
        "Towards one receiver, wall clock: delays, never drops.",
    )
    .or("\"10/s\""),
    Key::new(
        "hold_max",
        Kind::Duration,
        "How long an event may wait for a receiver's rate limit.",
    )
    .or("\"1h\""),
    Key::new(
        "age_max",
        Kind::Duration,
        "Nothing older is sent; older timestamps are not believed.",
    )
    .or("\"7d\""),
    Key::new(
        "outbox",
        Kind::Table(OUTBOX_KEYS),
        "Bounds of what waits on disk to be sent.",
    ),
    Key::new(
        "defaults",
        Kind::Defaults,
        "Settings of all apps; an app's own come first.",
    ),
    Key::new("admin", Kind::Later, "The admin socket."),
    Key::new(
        "routes",
        Kind::Later,
        "Conditions that choose the app of a record.",
    ),
];

/// `[outbox]`.
pub static OUTBOX_KEYS: &[Key] = &[
    Key::new(
        "dsn_bytes",
        Kind::Size,
        "For one DSN; when full, files that feed only it wait.",
    )
    .or("\"64 MiB\""),
    Key::new("host_bytes", Kind::Size, "For all DSNs together.").or("\"256 MiB\""),
];

/// Keys of an app file.
pub static APP_KEYS: &[Key] = &[
    Key::new(
        "dsn",
        Kind::Receiver,
        "Where events go: a DSN, or \"console\".",
    )
    .shared(),
    Key::new("dsn_file", Kind::Path, "A file that holds the DSN.").shared(),
    Key::new(
        "dsn_env",
        Kind::Variable,
        "An environment variable that holds the DSN.",
    )
    .shared(),
    Key::new("environment", Kind::Environment, "Sentry's environment.")
        .or("\"production\"")
        .shared(),
    Key::new("release", Kind::Release, "The version that runs.").shared(),
    Key::new(
        "release_file",
        Kind::Path,
        "A file whose first line is the version that runs.",
    )
    .shared(),
    Key::new(
        "release_env",
        Kind::Variable,
        "An environment variable that holds the version.",
    )
    .shared(),
    Key::new("tags", Kind::Tags, "Put on every event.")
        .or("{}")
        .shared(),
    Key::new(
        "project_root",
        Kind::Path,
        "What module names and in_app are relative to, as an SDK's working folder.",
    ),
    Key::new(
        "in_app_include",
        Kind::Patterns,
        "Regexes over module, path and package: the app's own code.",
    )
    .or("[]")
    .shared(),
    Key::new(
        "in_app_exclude",
        Kind::Patterns,
        "Regexes over module, path and package: not the app's own code.",
    )
    .or("[]")
    .shared(),
    Key::new(
        "min_level",
        Kind::Level,
        "Less severe records are dropped; a trace without a level counts as error.",
    )
    .or("\"error\"")
    .shared(),
    Key::new(
        "sample_rate",
        Kind::Fraction,
        "Part of the events that is kept; new issues always are.",
    )
    .or("1.0")
    .shared(),
    Key::new(
        "dedup_window",
        Kind::Window,
        "Within it, equal events are sent once, then once more with their count.",
    )
    .or("\"5m\"")
    .shared(),
    Key::new("rate_per_issue", Kind::Rate, "Events of one issue.")
        .or("\"10/min\"")
        .shared(),
    Key::new("rate", Kind::Rate, "Events of this app.")
        .or("\"300/min\"")
        .shared(),
    Key::new("files", Kind::Tables(FILES_KEYS), "What the app logs into."),
    Key::new(
        "source_context",
        Kind::Table(SOURCE_KEYS),
        "Where source lines may be read.",
    ),
    Key::new(
        "dsn_credential",
        Kind::Later,
        "A systemd credential that holds the DSN.",
    ),
    Key::new(
        "release_field",
        Kind::Later,
        "The field of the record that holds the version.",
    ),
    Key::new(
        "messages",
        Kind::Ignored,
        "Records without a trace as events.",
    ),
    Key::new(
        "ignore_errors",
        Kind::Later,
        "Errors that are dropped, by type or message.",
    ),
    Key::new("allow_paths", Kind::Later, "Only errors from these paths."),
    Key::new("deny_paths", Kind::Later, "No errors from these paths."),
    Key::new(
        "journal",
        Kind::Tables(super::journal::KEYS),
        "What the app writes into the systemd journal.",
    ),
    Key::new(
        "rules",
        Kind::Later,
        "Conditions that drop, sample or change events.",
    ),
    Key::new("scrub", Kind::Later, "Own scrubbing patterns."),
    Key::new("send_in", Kind::Later, "Environments that send."),
    Key::new("dist", Kind::Later, "Sentry's dist."),
    Key::new(
        "server_name",
        Kind::Later,
        "server_name of one app (the host file's holds for all).",
    ),
    Key::new(
        "logger",
        Kind::Later,
        "The logger of records that name none.",
    ),
    Key::new("contexts", Kind::Later, "Contexts on every event."),
    Key::new(
        "user",
        Kind::Later,
        "Fields of the record that tell the user.",
    ),
    Key::new(
        "extra",
        Kind::Later,
        "Fields of the record that are sent along.",
    ),
    Key::new("attach_stacktrace", Kind::Later, "Traces on messages."),
    Key::new(
        "sdk",
        Kind::Later,
        "The app reports through an SDK already.",
    ),
    Key::new("debug", Kind::Later, "Show everything, send nothing."),
    Key::new(
        "tests",
        Kind::Later,
        "Texts and the exceptions they must give.",
    ),
];

/// `[[files]]`.
pub static FILES_KEYS: &[Key] = &[
    Key::new(
        "paths",
        Kind::Globs,
        "Globs (`*`, `?`, `[a-z]`, `**` for folders). Must be there.",
    ),
    Key::new(
        "exclude",
        Kind::Excludes,
        "Globs over the name, or over the whole path if they hold a slash.",
    )
    .or("[]"),
    Key::new(
        "start_at",
        Kind::StartAt,
        "For files there at first sight: \"end\", \"beginning\", or an age.",
    )
    .or("\"end\""),
    Key::new(
        "format",
        Kind::Choice(&["auto"]),
        "What lines are wrapped in; told by each line itself.",
    )
    .or("\"auto\""),
    Key::new(
        "timezone",
        Kind::Zone,
        "Only for timestamps that carry none; the host's if absent.",
    ),
    Key::new(
        "follow_symlinks",
        Kind::Flag,
        "Follow links whoever made them.",
    )
    .or("false"),
    Key::new(
        "poll",
        Kind::Flag,
        "Do not wait for wake-ups (network file systems).",
    )
    .or("false"),
];

/// `[source_context]`.
pub static SOURCE_KEYS: &[Key] = &[
    Key::new(
        "roots",
        Kind::Folders,
        "Folders beneath which source files may be read.",
    )
    .or("[]"),
    Key::new(
        "map",
        Kind::FolderMap,
        "A path in the trace = a path on this host (containers).",
    )
    .or("{}"),
];
