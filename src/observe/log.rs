//! The agent's own log: to stderr, one line an event, no colours, each marked as ours ([`super::own`]). `STACKTAIL_LOG` sets what is said (`info`, `debug`,
//! `stacktail::deliver=trace`); under systemd the journal puts the time to it.

use tracing_subscriber::EnvFilter;

use super::own::{Own, OwnLines};
use crate::os::env::variable;

/// The variable that sets the level.
pub const LOG_VARIABLE: &str = "STACKTAIL_LOG";

/// Starts logging; no line of it holds one of `openings`. A second call changes nothing. Gives back what is wrong with the filter, if anything: the log then runs
/// at `info`.
pub fn start<'a>(openings: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let own = Own::new(std::process::id(), openings);
    let wanted = variable(LOG_VARIABLE).unwrap_or_else(|| "info".to_owned());
    let (filter, wrong) = filter(&wanted);
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(move || OwnLines::new(own.clone(), std::io::stderr()))
        .with_ansi(false)
        .with_target(false);
    // systemd sets the variable for services whose stderr is the journal, which has its own clock.
    let _error_means_already_started = if variable("JOURNAL_STREAM").is_some() {
        builder.without_time().try_init()
    } else {
        builder.try_init()
    };
    std::panic::set_hook(Box::new(fell));
    wrong
}

/// A panic is a line of the log like others: what the runtime would print is a trace.
fn fell(panic: &std::panic::PanicHookInfo<'_>) {
    let at = panic.location().map(ToString::to_string);
    let why = panic.payload_as_str().unwrap_or("(no text)");
    tracing::error!(
        at = at.unwrap_or_default(),
        why,
        "a defect of stacktail: please report it"
    );
}

/// The filter, or the standard one and what is wrong.
fn filter(wanted: &str) -> (EnvFilter, Option<String>) {
    match EnvFilter::builder().parse(wanted) {
        Ok(filter) => (filter, None),
        Err(error) => {
            let wrong = format!("{LOG_VARIABLE} is not a filter ({error}): logging at `info`");
            (EnvFilter::new("info"), Some(wrong))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_filter_is_said_and_info_stands_in() {
        assert_eq!(filter("stacktail::deliver=debug,warn").1, None);
        let (filter, wrong) = filter("stacktail=loud");
        assert_eq!(filter.to_string(), "info");
        assert!(wrong.is_some_and(|wrong| wrong.contains(LOG_VARIABLE)));
    }
}
