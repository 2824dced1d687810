//! What an app does not want sent: each list with its own reason in the ledger, and told the receiver as an SDK would.

use stacktail::config::{App, Filters, TextPattern};
use stacktail::level::Level;

use crate::app::app;
use crate::support::{Run, candidate};

fn filtered(filters: Filters) -> App {
    App { filters, ..app() }
}

fn regexes(text: &str) -> Vec<regex::Regex> {
    vec![regex::Regex::new(text).unwrap()]
}

/// Sees the error twice and another one once; gives back the run.
fn run(app: &App) -> Run {
    let mut run = Run::of(app);
    run.see(candidate(1, "BrokenPipeError", "gone"));
    run.see(candidate(2, "ValueError", "password=hunter2"));
    run.see(candidate(3, "BrokenPipeError", "gone"));
    run
}

fn counted(reason: &str, quantity: u64) -> Vec<(String, u64)> {
    vec![(reason.to_owned(), quantity)]
}

#[test]
fn ignored_errors_and_paths_are_told_as_event_processors() {
    let ignore_errors = vec![TextPattern::Text("BrokenPipe".to_owned())];
    let seen = run(&filtered(Filters {
        ignore_errors,
        ..Filters::default()
    }));
    assert_eq!(seen.sent().len(), 1);
    assert_eq!(seen.ledger(), counted("ignore_errors", 2));
    assert_eq!(seen.reports(), counted("event_processor", 2));
    let seen = run(&filtered(Filters {
        allow_paths: regexes("^other/"),
        ..Filters::default()
    }));
    assert!(seen.sent().is_empty());
    assert_eq!(seen.ledger(), counted("allow_paths", 3));
    assert_eq!(seen.reports(), counted("event_processor", 3));
    let seen = run(&filtered(Filters {
        deny_paths: regexes(r"views\.py$"),
        ..Filters::default()
    }));
    assert_eq!(seen.ledger(), counted("deny_paths", 3));
    assert_eq!(seen.reports(), counted("event_processor", 3));
    assert!(seen.shown.is_empty());
}

#[test]
fn an_environment_that_does_not_send_is_counted_and_shown_scrubbed() {
    let seen = run(&filtered(Filters {
        send_in: vec!["staging".to_owned(), "qa".to_owned()],
        ..Filters::default()
    }));
    assert!(seen.sent().is_empty());
    assert_eq!(seen.ledger(), counted("send_in", 3));
    assert!(seen.reports().is_empty());
    let texts: Vec<&str> = seen.shown.iter().map(|shown| shown.text.as_str()).collect();
    assert_eq!(texts.len(), 3);
    assert!(texts[1].starts_with("ValueError: password=[Filtered] in run (app/views.py)"));
    let sends = run(&filtered(Filters {
        send_in: vec!["production".to_owned()],
        ..Filters::default()
    }));
    assert_eq!(sends.sent().len(), 3);
}

#[test]
fn debug_sends_nothing_and_shows_everything_that_would_be_thinned() {
    let thinned = App {
        rate: stacktail::limit::Limit::parse("1/h").unwrap(),
        ..filtered(Filters {
            debug: true,
            send_in: vec!["staging".to_owned()],
            ..Filters::default()
        })
    };
    let seen = run(&thinned);
    assert!(seen.sent().is_empty());
    assert_eq!(seen.shown.len(), 3);
    assert_eq!(seen.ledger(), counted("debug", 3));
    assert!(seen.reports().is_empty());
}

#[test]
fn ignore_lists_come_before_the_level_and_what_is_shown() {
    let both = App {
        min_level: Level::Fatal,
        ..filtered(Filters {
            ignore_errors: vec![TextPattern::Text("BrokenPipe".to_owned())],
            debug: true,
            ..Filters::default()
        })
    };
    let seen = run(&both);
    let expected = [("ignore_errors".to_owned(), 2), ("min_level".to_owned(), 1)];
    assert_eq!(seen.ledger(), expected);
    assert!(seen.shown.is_empty());
}

#[test]
fn beside_an_sdk_nothing_goes_out_that_it_reports() {
    let mut seen = Run::of(&filtered(Filters {
        sdk: true,
        ..Filters::default()
    }));
    seen.see(candidate(1, "ValueError", "x"));
    let mut died = candidate(2, "Fatal Python error", "Segmentation fault");
    died.handled = false;
    seen.see(died);
    assert_eq!(seen.sent().len(), 1);
    assert_eq!(seen.ledger(), counted("sdk", 1));
    assert!(seen.reports().is_empty());
}
