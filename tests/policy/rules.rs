//! `[[rules]]`: what they are told at load, what they do to events, what becomes of those that fail.

use std::fs;

use serde_json::json;
use stacktail::config::keys::APP_KEYS;
use stacktail::config::{App, Problem, load_app};
use stacktail::event::RecordFacts;
use stacktail::os::surroundings::SystemSurroundings;

use crate::support::{Run, candidate};

/// An app's file with this text behind what it needs.
fn load(text: &str) -> (Option<App>, Vec<Problem>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app0.toml");
    let whole = format!(
        "dsn = \"console\"\ndedup_window = \"off\"\nrate = \"off\"\nrate_per_issue = \"off\"\n[[files]]\npaths = [\"/x\"]\n{text}"
    );
    fs::write(&file, whole).unwrap();
    load_app(&file, &SystemSurroundings)
}

fn run(text: &str) -> Run {
    let (app, problems) = load(text);
    assert!(problems.is_empty(), "{problems:?}");
    Run::of(&app.unwrap())
}

/// The message, the place as column, the marked part, the help of the only problem.
fn told(text: &str) -> (String, String, String) {
    let (app, problems) = load(text);
    assert!(app.is_none());
    let [problem] = problems.as_slice() else {
        panic!("{problems:#?}");
    };
    let place = problem.place.as_ref().unwrap();
    let marked = place.text.chars().skip(place.indent).take(place.width);
    (
        problem.message.clone(),
        marked.collect(),
        problem.help.clone().unwrap_or_default(),
    )
}

fn counted(reason: &str, quantity: u64) -> Vec<(String, u64)> {
    vec![(reason.to_owned(), quantity)]
}

#[test]
fn a_rule_drops_as_before_send_does() {
    let mut run = run("[[rules]]\nwhen = 'error.type == \"TimeoutError\"'\ndrop = true\n");
    run.see(candidate(1, "TimeoutError", "x"));
    run.see(candidate(2, "ValueError", "x"));
    assert_eq!(run.sent().len(), 1);
    assert_eq!(run.ledger(), counted("rule", 1));
    assert_eq!(run.reports(), counted("before_send", 1));
}

#[test]
fn a_rule_samples_by_the_events_id() {
    let mut run = run("[[rules]]\nwhen = 'level == \"error\"'\nsample_rate = 0.25\n");
    for number in 0..100_u64 {
        let mut seen = candidate(number, "E", "x");
        let fraction = u64::MAX / 100 * number;
        seen.event_id[..8].copy_from_slice(&fraction.to_be_bytes());
        run.see(seen);
    }
    // From 0 to a hair below 25 of 100.
    assert_eq!(run.sent().len(), 26);
    assert_eq!(run.ledger(), counted("rule_sample_rate", 74));
    assert_eq!(run.reports(), counted("sample_rate", 74));
}

#[test]
fn a_rule_sets_and_later_rules_and_the_level_see_it() {
    let mut run = run("[[rules]]\nwhen = 'record.logger.startsWith(\"http\")'\n\
         set = { fingerprint = [\"{{ default }}\", \"http\"], level = \"fatal\", tags = { kind = \"net\" }, user = { id = \"batch\" }, \
         transaction = \"checkout\", logger = \"edge\" }\n\
         [[rules]]\nwhen = 'level == \"fatal\"'\nset = { tags = { page = \"yes\" } }\n\
         [[rules]]\nwhen = 'error.value == \"quiet\"'\nset = { level = \"info\" }\n");
    let with = |number, value: &str| {
        let mut seen = candidate(number, "TimeoutError", value);
        seen.record = Some(Box::new(RecordFacts {
            logger: "http.client".to_owned(),
            ..RecordFacts::default()
        }));
        seen
    };
    run.see(with(1, "loud"));
    run.see(with(2, "quiet"));
    let sent = run.sent();
    assert_eq!(sent.len(), 1);
    let event = &sent[0];
    assert_eq!(event.level, "fatal");
    assert_eq!(event.logger.as_deref(), Some("edge"));
    assert_eq!(event.transaction.as_deref(), Some("checkout"));
    assert_eq!(event.user.as_ref().unwrap().id.as_deref(), Some("batch"));
    assert_eq!(event.fingerprint.as_ref().unwrap().len(), 2);
    let tags: Vec<_> = event.tags.iter().map(|(k, v)| format!("{k}={v}")).collect();
    assert_eq!(tags, ["kind=net", "page=yes"]);
    assert_eq!(run.ledger(), counted("min_level", 1));
}

#[test]
fn every_name_that_is_documented_is_there() {
    let conditions = [
        r#"error.type == "E" && error.value == "password=hunter2" && error.module == "" && error.handled"#,
        r#"frames.size() == 1 && frames[0].function == "run" && frames[0].filename == "app/views.py" && frames[0].in_app"#,
        r#"frames.all(f, f.module == "" && f.package == "" && f.abs_path == "" && f.lineno == 0 && f.context_line == "")"#,
        r#"level == "error" && app == "app0" && source.path == "/var/log/app0.log" && source.name == "app0.log""#,
        r#"record.message == "m" && record.logger == "l" && record.level == "" && record.time.startsWith("2027-01") && record.thread == "t""#,
        r#"record.fields.tenant.id == 7 && record.fields["a.b"] == "c" && record.fields.list.exists(x, x == 2) && !has(record.fields.no)"#,
    ];
    let rules: Vec<String> = conditions
        .iter()
        .enumerate()
        .map(|(number, when)| {
            format!("[[rules]]\nwhen = '{when}'\nset = {{ tags = {{ t{number} = \"1\" }} }}\n")
        })
        .collect();
    let mut run = run(&rules.concat());
    let mut seen = candidate(1, "E", "password=hunter2");
    seen.record = Some(Box::new(RecordFacts {
        message: "m".to_owned(),
        logger: "l".to_owned(),
        level: String::new(),
        time: seen.record_time.to_string(),
        thread: "t".to_owned(),
        fields: vec![
            ("tenant".to_owned(), json!({"id": 7})),
            ("a.b".to_owned(), json!("c")),
            ("list".to_owned(), json!([1, 2, null, 1.5])),
        ],
    }));
    run.see(seen);
    assert!(run.failures.is_empty(), "{:?}", run.failures);
    assert_eq!(run.sent()[0].tags.len(), conditions.len());
}

#[test]
fn a_rule_that_fails_lets_the_event_pass_and_says_nothing_of_it() {
    let mut run = run(
        "[[rules]]\nwhen = 'record.fields.tenant == \"secret-tenant\"'\ndrop = true\n\
         [[rules]]\nwhen = 'error.value > 3'\ndrop = true\n",
    );
    run.see(candidate(1, "E", "hunter2"));
    run.see(candidate(2, "E", "hunter2"));
    assert_eq!(run.sent().len(), 2);
    assert!(run.ledger().is_empty());
    let why: Vec<_> = run
        .failures
        .iter()
        .map(|failure| failure.why.as_str())
        .collect();
    assert_eq!(why.len(), 4);
    assert_eq!(run.failures[1].rule, 1);
    assert!(why[0].contains("`tenant`") && why.iter().all(|why| !why.contains("hunter2")));
}

#[test]
fn what_is_wrong_with_a_rule_is_told_at_its_place() {
    let rule = |text: &str| told(&format!("[[rules]]\n{text}\n"));
    let (message, marked, help) = rule("when = 'erorr.type == \"x\"'\ndrop = true");
    assert!(message.contains("`erorr`"), "{message}");
    assert_eq!(
        (marked.as_str(), help.as_str()),
        ("erorr", "did you mean `error`?")
    );
    let (_, marked, _) = rule("when = \"error.value.matches('a(b')\"\ndrop = true");
    assert_eq!(marked, "(");
    let (message, _, help) = rule("when = 'level = 1'\ndrop = true");
    assert!(message.starts_with("`when` is not CEL"), "{message} {help}");
    let (message, marked, help) = rule("when = 'level == \"x\"'\ndrop = true\nsample_rate = 0.5");
    assert_eq!(message, "`drop` and `sample_rate` are both set");
    assert_eq!(
        (marked.as_str(), help.as_str()),
        ("sample_rate", "write a second `[[rules]]`")
    );
    assert_eq!(
        rule("when = 'level == \"x\"'").0,
        "a rule that does nothing"
    );
    assert_eq!(
        rule("drop = true").0,
        "a rule without `when` is for nothing"
    );
    assert_eq!(
        rule("when = 'level == \"x\"'\ndrop = false").0,
        "`drop = false` does nothing"
    );
    assert_eq!(
        rule("when = 'level == \"x\"'\nset = {}").0,
        "`set` gives nothing"
    );
    let (message, _, help) = rule("when = 'level == \"x\"'\nset = { levle = \"error\" }");
    assert_eq!(
        (message.as_str(), help.as_str()),
        ("unknown key `levle`", "did you mean `level`?")
    );
}

#[test]
fn the_example_of_the_reference_is_right() {
    let key = APP_KEYS.iter().find(|key| key.name == "rules").unwrap();
    // Before `[[files]]`, whose keys would follow else.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app0.toml");
    let example = key.example.unwrap();
    let whole = format!("dsn = \"console\"\nrules = {example}\n[[files]]\npaths = [\"/x\"]\n");
    fs::write(&file, whole).unwrap();
    let (app, problems) = load_app(&file, &SystemSurroundings);
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(app.unwrap().rules.len(), 3);
}
