//! Values that stand in the file itself, in a file of their own, or in a variable: DSN and release. In: a section. Out: the
//! value, or problems. A file's or a variable's text is never quoted: it is a secret.

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::Receiver;
use super::check::Checker;
use super::fault::Fault;
use super::keys::{DSN_KEYS, RELEASE_KEYS};
use super::problem::Severity;
use super::sentry;
use super::setting::{Section, Setting};
use crate::bounds::VALUE_FILE_BYTES_MAX;

/// Everybody may read.
const OTHERS_READ: u32 = 0o004;

/// What a section says of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Given<T> {
    /// Nothing.
    Nothing,
    /// This.
    Value(T),
    /// Something that is wrong; a problem was told.
    Bad,
}

/// Where the section's events go. `mode`: permissions of the file it stands in.
pub(super) fn receiver(file: &mut Checker<'_>, section: &Section, mode: u32) -> Given<Receiver> {
    let Some(key) = one_of(file, section, DSN_KEYS) else {
        return nothing(section, DSN_KEYS);
    };
    let Some((setting, span)) = section.settings.get(key) else {
        return Given::Bad;
    };
    if file.host.offline() && !matches!(setting, Setting::Receiver(_)) {
        // It is there where the configuration will be; nothing is sent from here.
        return Given::Value(Receiver::Console);
    }
    let found = match setting {
        Setting::Receiver(receiver) => {
            let here = mode & OTHERS_READ != 0 && !file.is_variable(span);
            if here && matches!(receiver, Receiver::Dsn(_)) {
                warn_readable(file, key, span, "this file");
            }
            Ok(receiver.clone())
        }
        Setting::Path(path) => of_file(file, key, span, path),
        Setting::Text(name) if key == "dsn_credential" => {
            credential(file, name).and_then(|path| of_file(file, key, span, &path))
        }
        Setting::Text(name) => from_variable(file, name).and_then(|text| {
            sentry::receiver(&text).map_err(|fault| Fault {
                message: format!("the environment variable {name}: {}", fault.message),
                expected: format!("the variable must hold one DSN: {}", fault.expected),
                ..fault
            })
        }),
        _ => return Given::Bad,
    };
    match found {
        Ok(receiver) => {
            doubts(file, key, span, &receiver);
            Given::Value(receiver)
        }
        Err(fault) => {
            file.tell(Severity::Error, key, span, fault);
            Given::Bad
        }
    }
}

/// The receiver that a file holds.
fn of_file(
    file: &mut Checker<'_>,
    key: &str,
    span: &Range<usize>,
    path: &Path,
) -> Result<Receiver, Fault> {
    let (text, mode) = from_file(file, path).map_err(|fault| {
        fault.help(if key == "dsn_credential" {
            "`LoadCredential=NAME:PATH` in the service's unit puts it there"
        } else if path.to_string_lossy().contains(":/") {
            "the DSN itself is the value of `dsn`; here stands the path of a file"
        } else {
            "one line with the DSN in it, chmod 640, the group that of the agent"
        })
    })?;
    let receiver = sentry::receiver(&text).map_err(|fault| from(fault, path))?;
    if mode & OTHERS_READ != 0 {
        warn_readable(file, key, span, &path.display().to_string());
    }
    Ok(receiver)
}

/// Where systemd puts a service's credentials (systemd.exec(5), `LoadCredential=`).
const CREDENTIALS_VARIABLE: &str = "CREDENTIALS_DIRECTORY";

/// The same folder, for those who run `check` by hand while the service runs.
const SERVICE_CREDENTIALS: &str = "/run/credentials/stacktail.service";

/// The file of a systemd credential.
fn credential(file: &Checker<'_>, name: &str) -> Result<PathBuf, Fault> {
    let folder = file.host.variable(CREDENTIALS_VARIABLE);
    if let Some(folder) = folder.filter(|folder| folder.starts_with('/')) {
        return Ok(Path::new(&folder).join(name));
    }
    let running = Path::new(SERVICE_CREDENTIALS).join(name);
    if file.host.stamp(&running).is_some() {
        return Ok(running);
    }
    let message =
        format!("there are no systemd credentials here: ${CREDENTIALS_VARIABLE} is not set");
    let fault = Fault::new(message, "needs `LoadCredential=` in the unit");
    Err(fault.help(format!(
        "`LoadCredential={name}:PATH` in the service's unit; by hand: as root while the service runs"
    )))
}

/// The section's release. A release that cannot be read is no reason to send nothing: a warning.
pub(super) fn release(file: &mut Checker<'_>, section: &Section) -> Given<String> {
    let Some(key) = one_of(file, section, RELEASE_KEYS) else {
        return nothing(section, RELEASE_KEYS);
    };
    let Some((setting, span)) = section.settings.get(key) else {
        return Given::Bad;
    };
    if file.host.offline() && key != "release" {
        return Given::Value("offline".to_owned());
    }
    let found = match (key, setting) {
        (_, Setting::Path(path)) => from_file(file, path).map(|(text, _)| text),
        ("release_env", Setting::Text(name)) => from_variable(file, name),
        (_, Setting::Text(text)) => return Given::Value(text.clone()),
        _ => return Given::Bad,
    };
    let first_line = |text: String| text.lines().next().unwrap_or_default().trim().to_owned();
    match found
        .map(first_line)
        .and_then(|text| sentry::release(&text).map(|()| text))
    {
        Ok(text) => Given::Value(text),
        Err(fault) => {
            let fault = fault.help("events go out without a release until this is mended");
            file.tell(Severity::Warning, key, span, fault);
            Given::Nothing
        }
    }
}

fn nothing<T>(section: &Section, keys: &[&'static str]) -> Given<T> {
    let any = keys.iter().any(|key| section.place(key).is_some());
    if any { Given::Bad } else { Given::Nothing }
}

/// The one of the three that stands there; none if there are two, which is told.
fn one_of(
    file: &mut Checker<'_>,
    section: &Section,
    keys: &[&'static str],
) -> Option<&'static str> {
    let mut present: Vec<_> = keys
        .iter()
        .filter_map(|key| Some((section.place(key)?, *key)))
        .collect();
    present.sort_by_key(|(span, _)| span.start);
    let ((_, first), rest) = present.split_first()?;
    for (span, key) in rest {
        let fault = Fault::new(
            format!("`{first}` and `{key}` are both set"),
            "only one of them may be there",
        );
        file.tell(Severity::Error, key, span, fault);
    }
    rest.is_empty().then_some(*first)
}

/// A small file's text and mode.
fn from_file(file: &Checker<'_>, path: &Path) -> Result<(String, u32), Fault> {
    let read = file
        .host
        .read(path, VALUE_FILE_BYTES_MAX)
        .map_err(|error| {
            let message = format!("cannot read {}: {}", path.display(), plain(&error));
            Fault::new(message, "must be a file that the agent may read")
        })?;
    let text = String::from_utf8(read.bytes).map_err(|_| {
        Fault::new(
            format!("{} is not UTF-8 text", path.display()),
            "must hold one line of text",
        )
    })?;
    let text = text.trim().to_owned();
    if text.is_empty() {
        return Err(Fault::new(
            format!("{} is empty", path.display()),
            "must hold one line of text",
        ));
    }
    Ok((text, read.mode))
}

fn from_variable(file: &Checker<'_>, name: &str) -> Result<String, Fault> {
    let value = file
        .host
        .variable(name)
        .filter(|value| !value.trim().is_empty());
    value.ok_or_else(|| {
        let fault = Fault::new(
            format!("the environment variable {name} is not set"),
            "must be set and not empty",
        );
        fault.help("in a systemd unit: Environment= or EnvironmentFile=")
    })
}

/// The same fault, told of a file.
fn from(fault: Fault, path: &Path) -> Fault {
    let message = format!("{}: {}", path.display(), fault.message);
    Fault {
        message,
        expected: format!("the file must hold one DSN: {}", fault.expected),
        ..fault
    }
}

fn warn_readable(file: &mut Checker<'_>, key: &str, span: &Range<usize>, what: &str) {
    let fault = Fault::new(
        format!("everybody on this host may read the DSN in {what}"),
        "holds a secret",
    );
    let fault = fault.help("chmod 640, and give it to the group that the agent runs as");
    file.tell(Severity::Warning, key, span, fault);
}

fn doubts(file: &mut Checker<'_>, key: &str, span: &Range<usize>, receiver: &Receiver) {
    let Receiver::Dsn(dsn) = receiver else { return };
    for doubt in dsn.doubts() {
        file.tell(
            Severity::Warning,
            key,
            span,
            Fault::new(doubt, "fine for a receiver that is not Sentry"),
        );
    }
}

/// An error of the machine without its number.
#[must_use]
pub fn plain(error: &std::io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(at) => text.get(..at).unwrap_or_default().to_owned(),
        None => text,
    }
}
