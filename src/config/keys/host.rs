//! The rows of the host file (`stacktail.toml`).

use super::super::key::{Key, Kind};
use super::files::FILES_KEYS;
use super::routes::{ROUTE_EXAMPLE, ROUTE_KEYS};

/// Keys of the host file.
pub static HOST_KEYS: &[Key] = &[
    Key::new(
        "state_dir",
        Kind::Path,
        "Folder of the state file: positions, what waits to be sent, counts.",
    )
    .or("\"/var/lib/stacktail\""),
    Key::new(
        "apps_dir",
        Kind::Path,
        "Folder of the app files: one NAME.toml for each app.",
    )
    .or("\"apps.d\"")
    .more(
        "The file's name is the app's name: [a-z0-9_-], 64 characters at most. Where it is /etc/stacktail/apps.d, files of \
         /usr/lib/stacktail/apps.d and /run/stacktail/apps.d count too; of one name the last counts, and a link to /dev/null or an \
         empty file takes it away.",
    ),
    Key::new(
        "server_name",
        Kind::Name(256),
        "Sent as server_name; the host's own name if absent.",
    )
    .such_as("\"web-1\""),
    Key::new(
        "host_rate",
        Kind::Rate,
        "All apps together, by the time of the records.",
    )
    .or("\"3000/min\"")
    .more("Each app is guaranteed its equal part; what is left is shared."),
    Key::new(
        "send_rate",
        Kind::Rate,
        "Towards one receiver, by the wall clock: delays, never drops.",
    )
    .or("\"10/s\""),
    Key::new(
        "hold_max",
        Kind::Duration,
        "How long an event may wait for a receiver's own rate limit.",
    )
    .or("\"1h\"")
    .more("Then it is dropped, and counted."),
    Key::new(
        "age_max",
        Kind::Duration,
        "Nothing older is sent; older timestamps are not believed.",
    )
    .or("\"7d\""),
    Key::new(
        "admin",
        Kind::PathOrOff,
        "The socket on which `status` and `reload` ask the agent, or \"off\". Taken at the start.",
    )
    .such_as("\"/run/stacktail/admin.sock\"")
    .more("If absent: admin.sock in the unit's RuntimeDirectory=, without one in state_dir. The agent's user and group may speak to it."),
    Key::new(
        "outbox",
        Kind::Table(OUTBOX_KEYS),
        "Bounds of what waits on disk to be sent.",
    )
    .more("When an app's part is full, the files that feed only it are not read on: they are the buffer."),
    Key::new(
        "http",
        Kind::Table(super::super::transport::HTTP_KEYS),
        "How receivers are reached. Loopback addresses are reached directly.",
    ),
    Key::new(
        "defaults",
        Kind::Defaults,
        "Settings of all apps; an app's own come first.",
    )
    .more(
        "Tables (tags, contexts, user, tag_fields, extra_fields) are laid over each other, lists replace each other, but for \
         scrub.patterns: those of both are taken out.",
    ),
    Key::new(
        "files",
        Kind::Tables(FILES_KEYS),
        "Files that no app has to itself: whose a trace is, [[routes]] tell.",
    )
    .such_as("[{ paths = [\"/var/log/containers/*.log\"] }]")
    .more("Keys as in an app's file."),
    Key::new(
        "journal",
        Kind::Tables(super::JOURNAL_KEYS),
        "Entries of the journal that no app has to itself.",
    )
    .such_as("[{ priority = \"warning\" }]")
    .more("Keys as in an app's file."),
    Key::new(
        "routes",
        Kind::Tables(ROUTE_KEYS),
        "Whose a trace in the host's own files and journals is: the first that fits.",
    )
    .such_as(ROUTE_EXAMPLE)
    .more(
        "Conditions are those of an app's rules, over the event as it is before any app's settings, but for `app`. A route without \
         `when` takes all that is left; without one, what no route wants is dropped and counted as no_route. From there on the \
         event is the app's: its settings, its rules, its limits, its receiver. What an app's own file names is that app's whatever \
         the routes say, and what an app has read itself it does not get a second time.",
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
