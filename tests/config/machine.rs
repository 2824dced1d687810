//! A host in memory, and files of the repository.

use std::path::{Path, PathBuf};

use stacktail::os::surroundings::MemorySurroundings;

/// The host file.
pub(crate) const HOST: &str = "/etc/stacktail/stacktail.toml";
/// The app's file.
pub(crate) const APP: &str = "/etc/stacktail/apps.d/example.toml";
/// The least that an app must say.
pub(crate) const MINIMAL: &str = "dsn = \"console\"\n[[files]]\npaths = [\"/var/log/a.log\"]\n";
/// No key of anybody.
pub(crate) const DSN: &str = "https://0123456789abcdef0123456789abcdef@sentry.example.org/42";

/// A host with these two files, and with all that examples name.
pub(crate) fn machine(host: &str, app: &str) -> MemorySurroundings {
    let mut machine = MemorySurroundings::default();
    machine.file(HOST, host);
    machine.file(APP, app);
    for dsn in [
        "/etc/stacktail/example.dsn",
        "/run/credentials/stacktail.service/example-dsn",
    ] {
        machine.file(dsn, DSN);
    }
    machine.file("/srv/example/REVISION", "example@1.4.2\n");
    let block = |kind: &str| format!("-----BEGIN {kind}-----\nAAAA\n-----END {kind}-----\n");
    for file in ["ca.pem", "client.pem"] {
        machine.file(&format!("/etc/stacktail/{file}"), &block("CERTIFICATE"));
    }
    machine.file("/etc/stacktail/client.key", &block("PRIVATE KEY"));
    machine.set("EXAMPLE_DSN", DSN);
    machine.set("EXAMPLE_VERSION", "example@1.4.2");
    machine.set(
        "CREDENTIALS_DIRECTORY",
        "/run/credentials/stacktail.service",
    );
    machine
}

/// A path of the repository.
pub(crate) fn path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

/// Holds a file of the repository to be `text`; with `STACKTAIL_BLESS` set, makes it so. `None`: it is.
pub(crate) fn differs(relative: &str, text: &str) -> Option<String> {
    let path = path(relative);
    if std::env::var_os("STACKTAIL_BLESS").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    if found == text {
        return None;
    }
    let lines = found.lines().zip(text.lines());
    let first = lines.clone().position(|(found, text)| found != text);
    let at = first.unwrap_or(lines.count());
    let line = |text: &str| text.lines().nth(at).unwrap_or("(its end)").to_owned();
    Some(format!(
        "{relative}:{}: STACKTAIL_BLESS=1 writes it anew\n  is:      {}\n  must be: {}",
        at + 1,
        line(&found),
        line(text)
    ))
}
