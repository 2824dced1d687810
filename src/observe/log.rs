//! The agent's own log: to stderr, one line an event, no colours. `STACKTAIL_LOG` sets what is said (`info`, `debug`,
//! `stacktail::deliver=trace`); under systemd the journal puts the time to it.

use tracing_subscriber::EnvFilter;

use crate::os::env::variable;

/// The variable that sets the level.
pub const LOG_VARIABLE: &str = "STACKTAIL_LOG";

/// Starts logging. A second call changes nothing. Gives back what is wrong with the filter, if anything: the log then runs
/// at `info`.
pub fn start() -> Option<String> {
    let wanted = variable(LOG_VARIABLE).unwrap_or_else(|| "info".to_owned());
    let (filter, wrong) = filter(&wanted);
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_target(false);
    // systemd sets the variable for services whose stderr is the journal, which has its own clock.
    let _error_means_already_started = if variable("JOURNAL_STREAM").is_some() {
        builder.without_time().try_init()
    } else {
        builder.try_init()
    };
    wrong
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
