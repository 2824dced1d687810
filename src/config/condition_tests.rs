//! Tests of conditions: what is wrong at load and where, what is answered over values.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

fn fault(text: &str) -> Fault {
    Condition::compile("when", text).unwrap_err()
}

/// The part of the text that the fault is about.
fn at(text: &str) -> String {
    let within = fault(text).within.unwrap();
    text.get(within).unwrap().to_owned()
}

fn texts(pairs: &[(&str, &str)]) -> Value {
    let pairs = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
    Value::from(pairs.collect::<HashMap<String, Value>>())
}

fn values() -> Vec<(&'static str, Value)> {
    let frames = ["shop.views", "django.core"].map(|module| texts(&[("module", module)]));
    vec![
        (
            "error",
            texts(&[
                ("type", "TimeoutError"),
                ("value", "after 30 s"),
                ("module", ""),
            ]),
        ),
        ("frames", Value::from(frames.to_vec())),
        ("level", Value::from("error")),
        ("app", Value::from("shop")),
        (
            "record",
            texts(&[("logger", "http.client"), ("message", "x")]),
        ),
    ]
}

fn answer(text: &str) -> Result<bool, String> {
    Condition::compile("when", text).unwrap().holds(values())
}

#[test]
fn conditions_are_asked_over_their_values() {
    for text in [
        r#"error.type == "TimeoutError" && record.logger.startsWith("http")"#,
        r#"error.value.matches("^after [0-9]+ s$")"#,
        r#"matches(error.value, "30") && !error.value.matches("31")"#,
        r#"frames.exists(f, f.module.startsWith("django."))"#,
        r#"frames.all(f, f.module != "x") && frames.size() == 2"#,
        r#"level in ["error", "fatal"] && app == "shop""#,
        r#"["Timeout", "Reset"].exists(word, error.type.contains(word))"#,
        r#"has(record.thread) || frames[0].module == "shop.views""#,
        "size(error.value) < 100 ? true : false",
        r#"frames.map(f, f.module).exists(m, m == "django.core")"#,
        "optional.of(1).hasValue() && type(level) == string",
        r#"error["type"] == "TimeoutError""#,
    ] {
        assert_eq!(answer(text), Ok(true), "{text}");
    }
    assert_eq!(answer(r#"error.type == "E""#), Ok(false));
}

#[test]
fn an_error_at_run_time_holds_nothing_of_the_values() {
    for (text, why) in [
        (
            r#"record.thread == "main""#,
            "there is no `thread`; ask `has(…)` first",
        ),
        (
            "frames[7].module == level",
            "there is no such item in the list",
        ),
        ("error.value", "it gives string, not true or false"),
        ("1 / 0 == 1", "division by zero"),
        (
            "error.value > 3",
            "found no matching overload for '_>_' applied to '(string, int)'",
        ),
        (
            "level.contains(3)",
            "found no matching overload for 'contains' applied to 'string.(int)'",
        ),
    ] {
        assert_eq!(answer(text), Err(why.to_owned()), "{text}");
    }
}

#[test]
fn what_is_wrong_is_told_at_its_place() {
    for (text, part, help) in [
        ("erorr.type == \"x\"", "erorr", "did you mean `error`?"),
        (
            "error.tpye == \"x\"",
            "error.tpye",
            "did you mean `error.type`?",
        ),
        ("level.name == \"x\"", "level.name", ""),
        (
            "level == \"é\" && lvel == \"x\"",
            "lvel",
            "did you mean `level`?",
        ),
        (
            "record.message.startWith(\"x\")",
            "startWith",
            "did you mean `startsWith`?",
        ),
        (
            "frames.exists(f, g.module == \"x\")",
            "g",
            "there are: error, frames, level, record, app, source",
        ),
        (
            "error.value.matches(\"a(b\")",
            "(",
            "where the bracket itself is meant, a backslash before it (within double quotes two)",
        ),
        ("error.value.matches(error.type)", "matches", ""),
    ] {
        assert_eq!(at(text), part, "{text}: {:?}", fault(text));
        assert_eq!(fault(text).help.unwrap_or_default(), help, "{text}");
    }
}

#[test]
fn syntax_errors_have_their_column() {
    let fault = fault("level == ");
    assert!(
        fault.message.starts_with("`when` is not CEL: "),
        "{fault:?}"
    );
    assert!(fault.within.unwrap().start >= 8);
    let unclosed = Condition::compile("when", "level == (app && true").unwrap_err();
    assert!(
        unclosed.within.unwrap().start > 12,
        "{:?}",
        unclosed.message
    );
    for text in [
        "level = \"x\"",
        "\"x\"",
        "true",
        "level == 'x' app",
        "{",
        "Foo{a: 1} == 1",
    ] {
        assert!(Condition::compile("when", text).is_err(), "{text}");
    }
}

#[test]
fn lists_within_lists_are_bounded() {
    let three = "frames.exists(a, frames.exists(b, frames.exists(c, a == b && b == c)))";
    let two = "frames.exists(a, frames.exists(b, a.module == b.module))";
    let small = r#"["a", "b"].exists(w, frames.exists(f, f.module.contains(w)))"#;
    for text in [three, two] {
        assert!(fault(text).message.contains("too long"), "{text}");
    }
    assert_eq!(answer(small), Ok(true));
}

#[test]
fn only_what_is_named_is_wanted() {
    let condition = Condition::compile("when", "frames.exists(f, f.module == app)").unwrap();
    assert!(condition.wants("frames") && condition.wants("app"));
    assert!(!condition.wants("record") && !condition.wants("error"));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(parts in proptest::collection::vec(prop_oneof![
        Just("error"), Just("."), Just("type"), Just("frames"), Just("exists"), Just("("), Just(")"), Just("f"), Just(","),
        Just("matches"), Just("\"[a\""), Just("'x'"), Just("=="), Just("&&"), Just("?"), Just(":"), Just("["), Just("]"),
        Just("{"), Just("}"), Just("-"), Just("1"), Just(" "), Just("é"), Just("\\"), Just("has"), Just("optional"), Just("map"),
    ], 0..16)) {
        if let Ok(condition) = Condition::compile("when", &parts.concat()) {
            let _answer_or_reason = condition.holds(values());
        }
    }

    #[test]
    fn nor_does_any_other(text in "\\PC{0,40}") {
        let _compiled_or_fault = Condition::compile("when", &text);
    }
}
