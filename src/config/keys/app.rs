//! The rows of an app's file (`apps.d/NAME.toml`), but for where it logs.

use super::super::key::{Key, Kind};
use super::files::{FILES_KEYS, SOURCE_KEYS};
use super::rules::{RULE_EXAMPLE, RULE_KEYS};
use super::sample::{TESTS_EXAMPLE, TESTS_KEYS};

/// Keys of an app file.
pub static APP_KEYS: &[Key] = &[
    Key::new(
        "dsn",
        Kind::Receiver,
        "Where events go: a DSN, \"console\" for the terminal, \"spotlight\" or \"file:/PATH\".",
    )
    .shared()
    .such_as("\"https://KEY@o1.ingest.sentry.io/42\""),
    Key::new("dsn_file", Kind::Path, "A file that holds the DSN; chmod 640.")
        .shared()
        .such_as("\"/etc/stacktail/example.dsn\""),
    Key::new(
        "dsn_env",
        Kind::Variable,
        "The name of an environment variable that holds the DSN.",
    )
    .shared()
    .such_as("\"EXAMPLE_DSN\""),
    Key::new(
        "dsn_credential",
        Kind::Credential,
        "The name of a systemd credential that holds the DSN.",
    )
    .shared()
    .such_as("\"example-dsn\"")
    .more("In the unit: LoadCredential=example-dsn:/etc/stacktail/example.dsn (or LoadCredentialEncrypted=)."),
    Key::new("environment", Kind::Environment, "Sentry's environment.")
        .or("\"production\"")
        .shared(),
    Key::new(
        "send_in",
        Kind::Environments,
        "Environments that send; in others events are counted and shown. Empty: all send.",
    )
    .or("[]")
    .shared()
    .such_as("[\"production\", \"staging\"]"),
    Key::new("release", Kind::Release, "The version that runs.")
        .shared()
        .such_as("\"example@1.4.2\""),
    Key::new(
        "release_file",
        Kind::Path,
        "A file whose first line is the version that runs.",
    )
    .shared()
    .such_as("\"/srv/example/REVISION\""),
    Key::new(
        "release_env",
        Kind::Variable,
        "The name of an environment variable that holds the version.",
    )
    .shared()
    .such_as("\"EXAMPLE_VERSION\""),
    Key::new(
        "release_field",
        Kind::Field,
        "The field of the record that holds the version; it comes before the others.",
    )
    .shared()
    .such_as("\"service.version\"")
    .more(
        "Here and below, a field is a name, or a path with dots into the record: \"user.id\" is the field of that name, else `id` \
         within `user`.",
    ),
    Key::new(
        "dist",
        Kind::Dist,
        "Sentry's dist, which tells builds of one release apart.",
    )
    .shared()
    .such_as("\"42\""),
    Key::new(
        "server_name",
        Kind::Name(256),
        "Sent as server_name; the host file's if absent.",
    )
    .such_as("\"web-1\""),
    Key::new(
        "logger",
        Kind::Name(64),
        "The logger of records that name none.",
    )
    .shared()
    .such_as("\"example\""),
    Key::new("tags", Kind::Tags, "Put on every event.")
        .or("{}")
        .shared()
        .such_as("{ team = \"payments\" }"),
    Key::new("contexts", Kind::Contexts, "Contexts put on every event.")
        .or("{}")
        .shared()
        .such_as("{ deployment = { region = \"eu-1\", canary = false } }"),
    Key::new(
        "tag_fields",
        Kind::TagFields,
        "Tags from fields of the record: tag = field.",
    )
    .or("{}")
    .shared()
    .such_as("{ customer = \"customer.id\" }"),
    Key::new(
        "extra_fields",
        Kind::ExtraFields,
        "Names in extra for fields of the record: name = field.",
    )
    .or("{}")
    .shared()
    .such_as("{ order = \"order.id\" }")
    .more("Fields that are named nowhere go there too, under their own names."),
    Key::new(
        "user",
        Kind::Table(USER_KEYS),
        "The user, from fields of the record; none where the record has none of them.",
    )
    .shared(),
    Key::new(
        "project_root",
        Kind::Path,
        "What module names and in_app are relative to, as an SDK's working folder.",
    )
    .such_as("\"/srv/example\"")
    .more("Where the app runs, as its traces name it."),
    Key::new(
        "in_app_include",
        Kind::Patterns,
        "Regexes over module, path and package: the app's own code.",
    )
    .or("[]")
    .shared()
    .such_as("[\"^com\\\\.acme\\\\.\"]"),
    Key::new(
        "in_app_exclude",
        Kind::Patterns,
        "Regexes over module, path and package: not the app's own code.",
    )
    .or("[]")
    .shared()
    .such_as("[\"/vendored/\"]"),
    Key::new(
        "min_level",
        Kind::Level,
        "Less severe records are dropped; a trace without a level counts as error.",
    )
    .or("\"error\"")
    .shared()
    .more("debug, info, warning, error or fatal."),
    Key::new(
        "messages",
        Kind::LevelOrOff,
        "Records without a trace become message events from this level up, or \"off\".",
    )
    .or("\"off\"")
    .shared()
    .such_as("\"error\""),
    Key::new(
        "attach_stacktrace",
        Kind::Flag,
        "Message events get the place that logged them as a stack, where the record names it.",
    )
    .or("false")
    .shared()
    .more(
        "File, line and function in the fields that loggers give them (the journal, python-json-logger, structlog, ECS, logstash, \
         log4j2, slog, OpenTelemetry; caller of zap and zerolog). Receivers group such messages by their place. A trace in the \
         text makes the event an error with its own stack, with or without this.",
    ),
    Key::new(
        "ignore_errors",
        Kind::TextPatterns,
        "Errors that are dropped: a text within type or message, or /regex/.",
    )
    .or("[]")
    .shared()
    .such_as("[\"BrokenPipeError\", \"/timed out after \\\\d+s/\"]"),
    Key::new(
        "allow_paths",
        Kind::Patterns,
        "Only errors with a frame whose file or module matches. Empty: all.",
    )
    .or("[]")
    .shared()
    .such_as("[\"^/srv/example/\"]"),
    Key::new(
        "deny_paths",
        Kind::Patterns,
        "No errors whose place (the last in-app frame's file or module) matches.",
    )
    .or("[]")
    .shared()
    .such_as("[\"/scripts/\"]"),
    Key::new(
        "sample_rate",
        Kind::Fraction,
        "Part of the events that is kept, 0.0 to 1.0; new issues always are.",
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
    Key::new(
        "sdk",
        Kind::Flag,
        "The app reports through an SDK already: only what an SDK cannot see is sent.",
    )
    .or("false")
    .shared()
    .more("Crashes of the runtime, for instance. Without it, what the SDK sends and the log shows is reported twice."),
    Key::new(
        "debug",
        Kind::Flag,
        "Nothing is sent, everything is shown.",
    )
    .or("false")
    .shared(),
    Key::new("files", Kind::Tables(FILES_KEYS), "What the app logs into.")
        .more("As many of these as are needed."),
    Key::new(
        "journal",
        Kind::Tables(super::JOURNAL_KEYS),
        "What the app writes into the systemd journal.",
    )
    .more("As many of these as are needed; one reader serves all apps. At first sight only what comes is read. Entries that units, user_units, identifiers or kernel name are the app's (all, if none of these is set), of these the ones that priority and matches let through. The user must be in the group systemd-journal."),
    Key::new(
        "source_context",
        Kind::Table(SOURCE_KEYS),
        "Where source lines may be read, so that frames show the code around them.",
    )
    .more("Only beneath these folders, no links followed."),
    Key::new(
        "scrub",
        Kind::Table(SCRUB_KEYS),
        "What is taken out of texts beyond tokens, passwords and keys, which always are.",
    )
    .shared(),
    Key::new(
        "rules",
        Kind::Tables(RULE_KEYS),
        "Conditions (CEL) and what becomes of events that meet them; each rule does exactly one thing.",
    )
    .such_as(RULE_EXAMPLE)
    .more(
        "Asked in order, before anything else. A condition may name error.type, error.value, error.module, error.handled, frames \
         (each: function, module, package, filename, abs_path, lineno, in_app, context_line; oldest call first), level, \
         record.message, record.logger, record.level, record.time, record.thread, record.fields, app, source.path, source.name. \
         What is not told is an empty text, but for the names in record.fields: ask `has(record.fields.x)` first. A rule whose \
         condition fails at run time is counted and said once, and the event passes. A fingerprint may hold \"{{ default }}\".",
    ),
    Key::new(
        "tests",
        Kind::Tables(TESTS_KEYS),
        "Texts and the exceptions they must give: `stacktail test` runs them.",
    )
    .such_as(TESTS_EXAMPLE)
    .more("They go the way of the app's files, through its settings and rules; what a rule or a filter keeps back is not found."),
];

/// `[user]`: field of Sentry's user = field of the record.
pub static USER_KEYS: &[Key] = &[
    Key::new("id", Kind::Field, "The field that holds the user's id.").such_as("\"user.id\""),
    Key::new(
        "email",
        Kind::Field,
        "The field that holds the e-mail address.",
    )
    .such_as("\"user.email\""),
    Key::new("username", Kind::Field, "The field that holds the name.").such_as("\"user.name\""),
    Key::new(
        "ip_address",
        Kind::Field,
        "The field that holds the IP address.",
    )
    .such_as("\"client_ip\""),
];

/// `[scrub]`.
pub static SCRUB_KEYS: &[Key] = &[
    Key::new("emails", Kind::Flag, "E-mail addresses too.").or("false"),
    Key::new("ip_addresses", Kind::Flag, "IP addresses too.").or("false"),
    Key::new("patterns", Kind::Removals, "What these regexes match.")
        .or("[]")
        .such_as("[\"ACME-\\\\d{8}\"]"),
];
