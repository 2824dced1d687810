//! The rows of where an app logs and where its source lies.

use super::super::key::{Key, Kind};
use super::super::layout::FORMATS;

/// `[[files]]`.
pub static FILES_KEYS: &[Key] = &[
    Key::new(
        "paths",
        Kind::Globs,
        "Globs over paths; at least one must be there.",
    )
    .such_as("[\"/var/log/example/*.log\"]")
    .more("`*`, `?` and `[a-z]` stay within one name, `**` stands for any number of folders."),
    Key::new(
        "exclude",
        Kind::Excludes,
        "Globs over the name, or over the whole path if they hold a slash.",
    )
    .or("[]")
    .such_as("[\"*.gz\"]"),
    Key::new(
        "start_at",
        Kind::StartAt,
        "For files there at first sight: \"end\", \"beginning\", or an age.",
    )
    .or("\"end\"")
    .more("An age (\"24h\"): from the beginning if the file was changed within it."),
    Key::new(
        "format",
        Kind::Choice(FORMATS),
        "What lines are wrapped in; \"auto\": each line tells.",
    )
    .or("\"auto\"")
    .more("plain, json, logfmt, cri, docker, syslog, compose, pm2, kubectl, logcat: then nothing else is looked for."),
    Key::new(
        "header",
        Kind::Header,
        "A regex for the header of a home-made layout, from the text's first byte on.",
    )
    .such_as("'(?<time>\\S+ \\S+) \\|(?<level>\\w+)\\| (?<logger>\\S+) (?<message>.*)'")
    .more("Its groups are named time, level, logger, thread, pid, host, process, request_id, trace_id, span_id, message; lines that it does not match are read as without it."),
    Key::new(
        "timezone",
        Kind::Zone,
        "Only for timestamps that carry none; the host's if absent.",
    )
    .such_as("\"Europe/Berlin\""),
    Key::new(
        "follow_symlinks",
        Kind::Flag,
        "Follow links whoever made them.",
    )
    .or("false")
    .more("Without it they are followed if root or the owner of the target made them."),
    Key::new(
        "poll",
        Kind::Flag,
        "For network file systems, which do not wake anybody.",
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
    .or("[]")
    .such_as("[\"/srv/example\"]"),
    Key::new(
        "map",
        Kind::FolderMap,
        "A path in the trace = the same folder on this host (containers).",
    )
    .or("{}")
    .such_as("{ \"/app\" = \"/srv/example\" }")
    .more("It must lie beneath one of the roots."),
];
