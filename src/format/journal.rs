//! What the journal says of an entry beside its text. In: an entry's fields, named as `systemd.journal-fields(7)` and the
//! container runtimes name them. Out: thread, logger, process id and further fields of a [`Meta`].

use serde_json::Value;

use super::Meta;
use crate::bounds::FIELD_BYTES_MAX;
use crate::source::Entry;

/// Fields that are sent along: the journal's name, and the one under which an event shows it.
const SENT: &[(&str, &str)] = &[
    ("_SYSTEMD_UNIT", "unit"),
    ("_SYSTEMD_USER_UNIT", "user_unit"),
    ("SYSLOG_IDENTIFIER", "identifier"),
    ("_COMM", "comm"),
    ("_HOSTNAME", "host"),
    ("_BOOT_ID", "boot_id"),
    ("CONTAINER_NAME", "container_name"),
    ("CONTAINER_ID", "container_id"),
    ("CONTAINER_TAG", "container_tag"),
    ("IMAGE_NAME", "image_name"),
    ("CODE_FILE", "code_file"),
    ("CODE_LINE", "code_line"),
    ("CODE_FUNC", "code_func"),
    ("MESSAGE_ID", "message_id"),
];

/// The same of what the system tells of another's process or unit; from others they count for nothing.
const TOLD: &[(&str, &str)] = &[
    ("COREDUMP_SIGNAL", "coredump_signal"),
    ("COREDUMP_SIGNAL_NAME", "coredump_signal_name"),
    ("COREDUMP_TIMESTAMP", "coredump_timestamp"),
    ("COREDUMP_PID", "coredump_pid"),
    ("COREDUMP_TID", "coredump_tid"),
    ("COREDUMP_THREAD_NAME", "coredump_thread_name"),
    ("COREDUMP_UID", "coredump_uid"),
    ("COREDUMP_EXE", "coredump_exe"),
    ("COREDUMP_COMM", "coredump_comm"),
    ("COREDUMP_CMDLINE", "coredump_cmdline"),
    ("COREDUMP_CWD", "coredump_cwd"),
    ("COREDUMP_CGROUP", "coredump_cgroup"),
    ("COREDUMP_CONTAINER_CMDLINE", "coredump_container_cmdline"),
    ("COREDUMP_PACKAGE_NAME", "coredump_package_name"),
    ("COREDUMP_PACKAGE_VERSION", "coredump_package_version"),
    ("COREDUMP_FILENAME", "coredump_filename"),
    ("COREDUMP_UNIT", "coredump_unit"),
    ("COREDUMP_USER_UNIT", "coredump_user_unit"),
];

/// Every field of an entry that an event shows: what a source need not keep is not here.
#[must_use]
pub fn is_shown(name: &str) -> bool {
    let mut all = SENT.iter().chain(TOLD);
    all.any(|(known, _)| *known == name)
}

/// Fills in what the entry's fields say.
pub fn read(entry: &Entry, meta: &mut Meta) {
    let text = |name: &str| {
        let value = entry.fields.get(name)?;
        let value = value.get(..FIELD_BYTES_MAX).unwrap_or(value);
        Some(String::from_utf8_lossy(value).into_owned())
    };
    let pid = text("_PID").or_else(|| text("SYSLOG_PID"));
    meta.pid = pid.and_then(|pid| pid.parse().ok());
    // As python-systemd and the journal appenders of other loggers write them.
    meta.logger = text("LOGGER");
    meta.thread = text("THREAD_NAME");
    meta.host = text("_HOSTNAME");
    let told = TOLD.iter().filter(|_| entry.is_of_system());
    for (name, shown) in SENT.iter().chain(told) {
        if let Some(value) = text(name) {
            meta.fields
                .push(((*shown).to_owned(), Value::String(value)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Fields;

    #[test]
    fn fields_tell_process_logger_and_where_it_comes_from() {
        let mut fields = Fields::default();
        for (name, value) in [
            ("_PID", "71"),
            ("LOGGER", "shop.cart"),
            ("THREAD_NAME", "MainThread"),
            ("_SYSTEMD_UNIT", "shop.service"),
            ("CODE_LINE", "12"),
        ] {
            fields.push(name, value.as_bytes());
        }
        let entry = Entry {
            fields,
            ..Entry::default()
        };
        let mut meta = Meta::default();
        read(&entry, &mut meta);
        assert_eq!(meta.pid, Some(71));
        assert_eq!(meta.logger.as_deref(), Some("shop.cart"));
        assert_eq!(meta.thread.as_deref(), Some("MainThread"));
        let shown: Vec<_> = meta.fields.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(shown, ["unit", "code_line"]);
        assert!(is_shown("_SYSTEMD_UNIT") && !is_shown("_CAP_EFFECTIVE"));
    }
}
