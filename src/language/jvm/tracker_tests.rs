//! A sign a line: `+` belongs, `?` perhaps, `f` foreign, `.` ended; lines that begin with `#` have a header.

use super::*;

fn steps(lines: &[&str]) -> String {
    let mut follower = Follower::open(lines[0]).unwrap();
    crate::language::steps::steps(&mut follower, &lines[1..])
}

const INNER: &str = "\tat a.b.C.f(C.java:1)";
const MAIN: &str = "\tat a.b.C.main(C.java:9)";

#[test]
fn what_opens_a_trace() {
    for yes in [
        INNER,
        "at a.b(C.kt:1)",
        "Exception in thread \"main\" java.lang.Error",
        "Exception in thread \"\" java.lang.Error: x",
        "Exception: a.Error thrown from the UncaughtExceptionHandler in thread \"x\"",
        "a.b.C: x at a.b.C.f(C.java:1) at a.b.C.g(C.java:2)",
    ] {
        assert!(Follower::open(yes).is_some(), "{yes}");
    }
    for no in [
        "called (C.java:12)",
        "it stood at a.b.C.f(C.java:1)",
        "Exception in thread Thread-1 (run):",
        "Exception in thread \"x\":",
        "Exception in thread \"main",
        "\tat a.b.C.f(C.java:1) is where it stood",
    ] {
        assert!(Follower::open(no).is_none(), "{no}");
    }
}

#[test]
fn chains_belong() {
    let chain = [
        INNER,
        MAIN,
        "Caused by: a.B: one",
        "two",
        "",
        "Caused by: nothing known",
        INNER,
        "\t... 1 more",
        "\tSuppressed: a.C",
        "\t\tat a.b(C.java:2)",
        "\t\t... 3 common frames omitted",
        "Caused by: [CIRCULAR REFERENCE: a.B: one]",
        "started",
    ];
    assert_eq!(steps(&chain), "++???++++++.");
    let announced = [
        "Exception in thread \"main\" a.B: one",
        "two",
        "",
        MAIN,
        "x",
    ];
    assert_eq!(steps(&announced), "??+.");
    // Each line has the header of the first: one without is another's.
    let mut headed = Follower::open("Exception in thread \"main\" a.B: one").unwrap();
    headed.headed();
    let lines = ["#two", "a.C: x"];
    assert_eq!(crate::language::steps::steps(&mut headed, &lines), "?.");
    // It stands in a field whose record has the header.
    let mut field = Follower::open("Exception in thread \"main\" a.B: one").unwrap();
    field.headed();
    assert_eq!(
        crate::language::steps::steps(&mut field, &["two", MAIN]),
        "?+"
    );
    // A message that ends in what it quotes.
    let quoted = [INNER, MAIN, "", "Driver stacktrace:", INNER];
    assert_eq!(steps(&quoted), "+??+");
}

#[test]
fn the_next_trace_is_another() {
    assert_eq!(steps(&[INNER, "a.B: x"]), ".");
    assert_eq!(steps(&[INNER, "Boom: x"]), ".");
    assert_eq!(steps(&[INNER, MAIN, "anything"]), "+.");
    assert_eq!(steps(&[INNER, "Exception in thread \"x\" a.B"]), ".");
    assert_eq!(
        steps(&[
            "Exception in thread \"x\" a.B",
            "Exception in thread \"y\" a.B"
        ]),
        "."
    );
    assert_eq!(steps(&[INNER, MAIN, "#ERROR order failed", MAIN]), "+f.");
    assert_eq!(steps(&[INNER, "#ERROR failed: a.b.C: x"]), ".");
}

#[test]
fn a_class_without_frames_that_dies_again_is_another() {
    let first = "Exception in thread \"x\" a.B: one";
    assert_eq!(steps(&[first, "a.B: two", "Caused by: a.C: n"]), "?.");
    assert_eq!(steps(&[first, "a.B: two", INNER]), "?+");
    assert_eq!(steps(&[first, "a.C: two", "Caused by: a.C: n"]), "?+");
    let later = [first, "two", "a.B: three", "Caused by: a.C: n"];
    assert_eq!(steps(&later), "??+");
    let cause = [
        first,
        MAIN,
        "Caused by: a.C: n",
        "a.B: two",
        "Caused by: a.D",
    ];
    assert_eq!(steps(&cause), "++?+");
}

#[test]
fn records_of_others_stand_between() {
    assert_eq!(
        steps(&[
            INNER,
            "#INFO x",
            INNER,
            "printed",
            MAIN,
            "#y",
            "\t... 2 more"
        ]),
        "f+f+f+"
    );
    assert_eq!(
        steps(&[INNER, "Caused by: a.B: m", "#INFO x", INNER]),
        "+f+"
    );
    let stackless = "Exception in thread \"x\" a.B: m";
    assert_eq!(steps(&[stackless, "", "#INFO x"]), "?.");
    assert_eq!(steps(&[stackless, "#INFO x", "a.C: n"]), "f.");
    assert_eq!(steps(&[stackless, "two", "#INFO x", "three", MAIN]), "?f?+");
    assert_eq!(steps(&[stackless, "#INFO x", "#INFO y", MAIN]), "ff+");
    // The same header before each line.
    let prefixed = [
        INNER,
        "#\tat a.b(C.java:2)",
        "#Caused by: a.B: m",
        "#n",
        "#\tat a.b(C.java:2)",
        "#a.B: next",
    ];
    assert_eq!(steps(&prefixed), "++?+.");
}

#[test]
fn dumps_end_at_the_next_thread() {
    assert_eq!(
        steps(&[
            INNER,
            "\t- locked <0x0001> (a a.B)",
            INNER,
            "",
            "\"main\" #1 prio=5"
        ]),
        "++?."
    );
}

#[test]
fn waiting_has_an_end() {
    let mut lines = vec![INNER, "Caused by: a.B: m"];
    lines.resize(200, "more");
    assert!(steps(&lines).ends_with('.'));
    let mut records = vec![INNER];
    records.resize(200, "#INFO x");
    assert!(steps(&records).ends_with('.'));
}
