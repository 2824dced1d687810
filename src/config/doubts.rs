//! What is valid and yet looks unmeant: keys that contradict each other or do nothing. In: an app's section, the app. Out:
//! warnings, each at its key.

use super::App;
use super::check::Checker;
use super::fault::Fault;
use super::meant;
use super::problem::Severity;
use super::setting::Section;

/// Tells what looks unmeant. Only of keys that the app's own file sets.
pub(super) fn tell(file: &mut Checker<'_>, section: &Section, app: &App) {
    let doubts = [
        ("send_in", sends_elsewhere(app)),
        ("dist", dist_alone(app)),
        ("messages", messages_below(app)),
        ("attach_stacktrace", nothing_to_attach_to(app)),
    ];
    for (key, fault) in doubts {
        if let (Some(span), Some(fault)) = (section.place(key), fault) {
            file.tell(Severity::Warning, key, &span, fault);
        }
    }
}

/// Not to send here is what `send_in` is for; a name that is nearly the same is a slip.
fn sends_elsewhere(app: &App) -> Option<Fault> {
    let names = &app.filters.send_in;
    if names.is_empty() || names.contains(&app.environment) {
        return None;
    }
    let near = meant::closest(&app.environment, names.iter().map(String::as_str))?;
    let message = format!(
        "nothing of this app is sent: `send_in` has \"{near}\", and its environment is \"{}\"",
        app.environment
    );
    Some(
        Fault::new(message, "events are counted and shown, not sent")
            .help("should they be the same?"),
    )
}

/// Sentry forgets it without a release.
fn dist_alone(app: &App) -> Option<Fault> {
    let alone =
        app.labels.dist.is_some() && app.release.is_none() && app.labels.release_field.is_none();
    alone.then(|| {
        Fault::new(
            "`dist` without a release is not sent",
            "tells builds of one release apart",
        )
        .help("set `release`, `release_file`, `release_env` or `release_field`")
    })
}

/// The minimum level is asked first.
fn messages_below(app: &App) -> Option<Fault> {
    let level = app.messages.filter(|level| *level < app.min_level)?;
    let (from, least) = (level.as_str(), app.min_level.as_str());
    let message =
        format!("`messages` from \"{from}\" up, and `min_level` drops what is below \"{least}\"");
    Some(
        Fault::new(message, "less severe ones are never sent")
            .help(format!("min_level = \"{from}\"?")),
    )
}

fn nothing_to_attach_to(app: &App) -> Option<Fault> {
    (app.attach_stacktrace && app.messages.is_none()).then(|| {
        Fault::new(
            "`attach_stacktrace` does nothing while `messages` is \"off\"",
            "is for message events",
        )
        .help("traces are sent as errors with their stacks anyhow")
    })
}
