//! What Sentry takes: DSNs, releases, environments. In: text. Out: the value, or why Sentry would drop it.

use super::fault::{Fault, brief};
use super::{Dsn, DsnError, Receiver, meant};

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
    Err(Fault::new(
        format!("Sentry would drop this dist: \"{}\"", brief(text)),
        "at most 64 letters, digits, `_`, `.` or `-`",
    ))
}

/// A DSN, or the name of a receiver that is no server.
pub(super) fn receiver(text: &str) -> Result<Receiver, Fault> {
    match text.trim() {
        "console" => return Ok(Receiver::Console),
        "spotlight" => {
            return Err(Fault::new(
                "the receiver `spotlight` is not supported yet by this version",
                "a DSN, or \"console\"",
            ));
        }
        _ => {}
    }
    Dsn::parse(text).map(Receiver::Dsn).map_err(|error| {
        let fault = Fault::new(
            error.to_string(),
            "expected https://KEY@HOST/PROJECT_ID, or \"console\"",
        );
        let by_name = error == DsnError::SchemeMissing
            && meant::closest(text, ["console"].into_iter()).is_some();
        let assigned = text
            .split("://")
            .next()
            .is_some_and(|scheme| scheme.contains('='));
        fault.help(if by_name {
            "did you mean \"console\"?"
        } else if assigned {
            "the DSN alone, without a name and `=` before it"
        } else {
            "copy it whole from the project's settings (Client Keys)"
        })
    })
}
