//! Tests of the ignore lists: what is matched, and in which exception and frame.

use super::*;
use crate::event::protocol::{LogEntry, Thread, Values};

fn frame(file: &str, module: &str, in_app: bool) -> Frame {
    Frame {
        filename: Some(file.to_owned()),
        module: Some(module.to_owned()),
        in_app: Some(in_app),
        ..Frame::default()
    }
}

fn thrown(ty: &str, value: &str, frames: Vec<Frame>) -> Exception {
    Exception {
        ty: Some(ty.to_owned()),
        value: Some(value.to_owned()),
        module: Some("shop.errors".to_owned()),
        stacktrace: (!frames.is_empty()).then_some(Stacktrace { frames }),
        ..Exception::default()
    }
}

fn chain(values: Vec<Exception>) -> Event {
    Event {
        platform: "python".to_owned(),
        exception: Some(Values { values }),
        ..Event::default()
    }
}

fn ignoring(patterns: &[&str]) -> Filters {
    let pattern = |text: &&str| match text.strip_prefix('/') {
        Some(regex) => TextPattern::Regex(regex::Regex::new(regex.trim_end_matches('/')).unwrap()),
        None => TextPattern::Text((*text).to_owned()),
    };
    Filters {
        ignore_errors: patterns.iter().map(pattern).collect(),
        ..Filters::default()
    }
}

fn paths(allow: &[&str], deny: &[&str]) -> Filters {
    let regexes = |list: &[&str]| {
        let compiled = list.iter().map(|text| regex::Regex::new(text).unwrap());
        compiled.collect::<Vec<_>>()
    };
    Filters {
        allow_paths: regexes(allow),
        deny_paths: regexes(deny),
        ..Filters::default()
    }
}

#[test]
fn nothing_set_keeps_nothing_back() {
    let event = chain(vec![thrown("E", "v", vec![frame("a.py", "a", true)])]);
    assert_eq!(refusal(&Filters::default(), &event, true), None);
    assert_eq!(refusal(&Filters::default(), &event, false), None);
}

#[test]
fn errors_are_ignored_by_type_and_message_of_the_one_that_was_reported() {
    let event = chain(vec![
        thrown("CauseError", "inner", vec![]),
        thrown("BrokenPipeError", "[Errno 32] Broken pipe", vec![]),
    ]);
    for pattern in [
        "BrokenPipeError",
        "PipeErr",
        "Broken pipe",
        "BrokenPipeError: [Errno",
        "shop.errors.BrokenPipeError",
        "/^BrokenPipeError$/",
        "/^BrokenPipeError: .*32/",
        "/(?i)broken PIPE$/",
    ] {
        let refused = refusal(&ignoring(&["other", pattern]), &event, true);
        assert_eq!(refused, Some(Reason::IgnoreErrors), "{pattern}");
    }
    for pattern in [
        "CauseError",
        "inner",
        "brokenpipe",
        "/^Broken pipe/",
        "/^Pipe/",
    ] {
        assert_eq!(
            refusal(&ignoring(&[pattern]), &event, true),
            None,
            "{pattern}"
        );
    }
}

#[test]
fn a_message_is_matched_where_there_is_no_exception() {
    let said = LogEntry {
        formatted: Some("disk full".to_owned()),
        ..LogEntry::default()
    };
    let message = Event {
        logentry: Some(said),
        ..Event::default()
    };
    let ignored = ignoring(&["disk"]);
    assert_eq!(
        refusal(&ignored, &message, true),
        Some(Reason::IgnoreErrors)
    );
    let with_exception = Event {
        exception: Some(Values {
            values: vec![thrown("E", "v", vec![])],
        }),
        ..message
    };
    assert_eq!(refusal(&ignored, &with_exception, true), None);
}

#[test]
fn any_frame_allows_and_the_place_alone_denies() {
    let own = frame("app/views.py", "app.views", true);
    let library = frame("site-packages/requests/api.py", "requests.api", false);
    let event = chain(vec![thrown("E", "", vec![own, library])]);
    let verdict = |allow: &[&str], deny: &[&str]| refusal(&paths(allow, deny), &event, true);
    assert_eq!(verdict(&["^app/"], &[]), None);
    assert_eq!(verdict(&[r"^requests\."], &[]), None);
    assert_eq!(verdict(&["^other/"], &[]), Some(Reason::AllowPaths));
    assert_eq!(verdict(&[], &["^app/views"]), Some(Reason::DenyPaths));
    assert_eq!(verdict(&[], &[r"^app\.views$"]), Some(Reason::DenyPaths));
    assert_eq!(verdict(&[], &["^requests"]), None, "it happened in the app");
    assert_eq!(verdict(&["^app/"], &["^app/"]), Some(Reason::DenyPaths));
}

#[test]
fn without_an_own_frame_the_newest_is_the_place_and_without_frames_there_is_none() {
    let libraries = vec![frame("lib/a.py", "a", false), frame("lib/b.py", "b", false)];
    let event = chain(vec![thrown("E", "", libraries)]);
    let deny_b = paths(&[], &["b.py"]);
    assert_eq!(refusal(&deny_b, &event, true), Some(Reason::DenyPaths));
    assert_eq!(refusal(&paths(&[], &["a.py"]), &event, true), None);
    let frameless = chain(vec![thrown("E", "", vec![])]);
    assert_eq!(refusal(&paths(&["x"], &["."]), &frameless, true), None);
    let died = Thread {
        crashed: true,
        stacktrace: Some(Stacktrace {
            frames: vec![frame("main.go", "main", true)],
        }),
        ..Thread::default()
    };
    let message = Event {
        threads: Some(Values { values: vec![died] }),
        ..Event::default()
    };
    let deny_main = paths(&[], &["^main$"]);
    assert_eq!(
        refusal(&deny_main, &message, false),
        Some(Reason::DenyPaths)
    );
}

#[test]
fn beside_an_sdk_only_what_it_cannot_see_passes() {
    let filters = Filters {
        sdk: true,
        ..Filters::default()
    };
    let case = |platform: &str, ty: &str, framed: bool, handled: bool| {
        let frames = if framed {
            vec![frame("f", "m", true)]
        } else {
            vec![]
        };
        let event = Event {
            platform: platform.to_owned(),
            ..chain(vec![thrown(ty, "", frames)])
        };
        refusal(&filters, &event, handled).is_none()
    };
    // What an SDK's integrations and hooks report.
    assert!(!case("python", "ValueError", true, true));
    assert!(!case("python", "ValueError", true, false));
    assert!(!case("java", "RuntimeException", true, false));
    assert!(!case("node", "TypeError", true, false));
    assert!(!case("go", "*errors.errorString", true, true));
    assert!(!case("native", "panic", true, false));
    assert!(!case("python", "SIGNALError", true, true));
    // What ends a process before an SDK can do anything.
    assert!(case("go", "runtime.boundsError", true, false));
    assert!(case("python", "Fatal Python error", true, false));
    assert!(case("native", "SIGSEGV", true, false));
    assert!(case("java", "OutOfMemoryError", false, false));
    assert!(!case("python", "SIGnal", true, false));
}
