//! What Sentry takes: DSNs, releases, environments. In: text. Out: the value, or why Sentry would drop it.

use super::fault::{Fault, brief};
use super::{Dsn, DsnError, Receiver, Spotlight, meant};

/// Sentry takes 200 bytes, without slashes; `latest`, `.` and `..` become null there.
pub(super) fn release(text: &str) -> Result<(), Fault> {
    let text = text.trim();
    let reserved = [".", "..", "latest"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word));
    if reserved
        || text.is_empty()
        || text.len() > 200
        || text.contains(['/', '\\'])
        || text.chars().any(char::is_control)
    {
        let expected = "as \"checkout@1.4.2\": at most 200 bytes, no `/` or `\\`, not `latest`";
        let fault = Fault::new(
            format!("Sentry would drop this release: \"{}\"", brief(text)),
            expected,
        );
        return Err(without_slashes(fault, text));
    }
    Ok(())
}

/// Sentry takes 64 bytes, without slashes; `none`, `.` and `..` become null there.
pub(super) fn environment(text: &str) -> Result<(), Fault> {
    let text = text.trim();
    let reserved = [".", "..", "none"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word));
    if reserved || text.len() > 64 || text.contains(['/', '\\']) {
        let expected = "at most 64 bytes, no `/` or `\\`, not `none`";
        let fault = Fault::new(
            format!("Sentry would drop this environment: \"{}\"", brief(text)),
            expected,
        );
        return Err(without_slashes(fault, text));
    }
    Ok(())
}

/// A receiver as it stands in a configuration: a DSN, `console`, `spotlight`, `file:/PATH`; or what is wrong with it.
///
/// # Errors
/// In words.
pub fn named(text: &str) -> Result<Receiver, String> {
    receiver(text).map_err(|fault| fault.message)
}

fn without_slashes(fault: Fault, text: &str) -> Fault {
    if text.contains(['/', '\\']) {
        let name = text.replace(['/', '\\'], "-");
        fault.help(format!("as \"{}\"?", brief(&name)))
    } else {
        fault
    }
}

/// Sentry takes 64 of `[a-zA-Z0-9_.-]`.
pub(super) fn dist(text: &str) -> Result<(), Fault> {
    let text = text.trim();
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
    if text.len() <= 64 && text.bytes().all(allowed) {
        return Ok(());
    }
    let fault = Fault::new(
        format!("Sentry would drop this dist: \"{}\"", brief(text)),
        "at most 64 letters, digits, `_`, `.` or `-`",
    );
    let other = |c: char| !(c.is_ascii_alphanumeric() || "_.-".contains(c));
    let (name, short) = (text.replace(other, "-"), text.chars().count() <= 64);
    Err(match short {
        true => fault.help(format!("as \"{name}\"?")),
        false => fault,
    })
}

/// A DSN, or the name of a receiver that is no server.
pub(super) fn receiver(text: &str) -> Result<Receiver, Fault> {
    match text.trim() {
        "console" => return Ok(Receiver::Console),
        text if Spotlight::is_meant(text) => {
            return Spotlight::parse(text)
                .map(Receiver::Spotlight)
                .ok_or_else(|| {
                    Fault::new(
                        "this is not where Spotlight listens",
                        "expected \"spotlight\", or \"spotlight:http://HOST:PORT/stream\"",
                    )
                });
        }
        text => {
            if let Some(path) = text.strip_prefix("file:") {
                return file(path);
            }
        }
    }
    Dsn::parse(text).map(Receiver::Dsn).map_err(|error| {
        let fault = Fault::new(
            error.to_string(),
            "expected https://KEY@HOST/PROJECT_ID, \"console\", \"spotlight\" or \"file:/PATH\"",
        );
        let by_name = meant::closest(text, ["console", "spotlight"].into_iter())
            .filter(|_| error == DsnError::SchemeMissing);
        let assigned = text
            .split("://")
            .next()
            .is_some_and(|scheme| scheme.contains('='));
        fault.help(match by_name {
            Some(name) => format!("did you mean \"{name}\"?"),
            None if assigned => "the DSN alone, without a name and `=` before it".to_owned(),
            None => "copy it whole from the project's settings (Client Keys)".to_owned(),
        })
    })
}

/// `file:/var/log/events.ndjson`.
fn file(path: &str) -> Result<Receiver, Fault> {
    // As URLs have it, too.
    let path = path
        .strip_prefix("//")
        .filter(|rest| rest.starts_with('/'))
        .unwrap_or(path);
    let names_a_file = path.starts_with('/') && !path.ends_with('/') && !path.contains("/../");
    if !names_a_file {
        let fault = Fault::new(
            "this names no file",
            "expected \"file:/PATH\", absolute, without `..`",
        );
        return Err(fault.help("for example \"file:/var/lib/stacktail/events.ndjson\""));
    }
    Ok(Receiver::File(path.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receivers_that_are_no_servers() {
        let read = |text: &str| receiver(text).map(|receiver| receiver.store_key());
        for (text, key) in [
            ("console", "console"),
            (" spotlight ", "spotlight"),
            (
                "spotlight:http://10.0.0.5:9000/stream",
                "spotlight:http://10.0.0.5:9000/stream",
            ),
            ("file:/var/lib/x.ndjson", "file:/var/lib/x.ndjson"),
            ("file:///var/lib/x.ndjson", "file:/var/lib/x.ndjson"),
        ] {
            assert_eq!(read(text).unwrap(), key, "{text}");
        }
        for text in [
            "file:x.ndjson",
            "file:",
            "file:/var/lib/",
            "file:/var/../etc/passwd",
            "spotlight:8969",
            "spotlight:ftp://h/stream",
        ] {
            assert!(receiver(text).is_err(), "{text}");
        }
        let help = |text: &str| receiver(text).unwrap_err().help.unwrap_or_default();
        assert_eq!(help("spotlihgt"), "did you mean \"spotlight\"?");
    }
}
