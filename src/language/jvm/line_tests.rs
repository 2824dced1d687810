//! Lines in every dress. In: what runtimes print and what only looks like it. Out: which is which.

use super::*;

/// `class method file:line` of a frame, `.` where there is none.
fn read(text: &str) -> String {
    match frame(text) {
        None => ".".to_owned(),
        Some(f) => format!("{} {} {:?}", f.class, f.method, f.location),
    }
}

#[test]
fn frames_of_java() {
    let printed = [
        (
            "\tat com.acme.shop.OrderService.ship(OrderService.java:12)",
            "com.acme.shop.OrderService ship File(\"OrderService.java\", Some(12))",
        ),
        (
            "    at java.base/java.lang.Thread.run(Thread.java:840)",
            "java.lang.Thread run File(\"Thread.java\", Some(840))",
        ),
        (
            "at app//org.junit.Assert.fail(Assert.java:88)",
            "org.junit.Assert fail File(\"Assert.java\", Some(88))",
        ),
        (
            "at app/com.acme.shop@1.4/com.acme.Main.main(Main.java:3)",
            "com.acme.Main main File(\"Main.java\", Some(3))",
        ),
        (
            "at deployment.shop.war//com.acme.Main.main(Main.java:3)",
            "com.acme.Main main File(\"Main.java\", Some(3))",
        ),
        (
            "at java.base@17.0.1/jdk.internal.reflect.NativeMethodAccessorImpl.invoke0(Native Method)",
            "jdk.internal.reflect.NativeMethodAccessorImpl invoke0 Native",
        ),
        (
            "at com.acme.Main$$Lambda$14/0x0000000800c03000.run(Unknown Source)",
            "com.acme.Main$$Lambda$14/0x0000000800c03000 run Unknown(None)",
        ),
        (
            "at app//com.acme.Main$$Lambda/0x00007f1.run(Unknown Source)",
            "com.acme.Main$$Lambda/0x00007f1 run Unknown(None)",
        ),
        (
            "at com.acme.Main$$Lambda$1/531885035.run(Unknown Source)",
            "com.acme.Main$$Lambda$1/531885035 run Unknown(None)",
        ),
        (
            "at com.x.Foo.bar(Unknown Source:12)",
            "com.x.Foo bar Unknown(Some(12))",
        ),
        (
            "at a.b.c(SourceFile:3)",
            "a.b c File(\"SourceFile\", Some(3))",
        ),
        (
            "at com.x.S$$FastClassBySpringCGLIB$$1.invoke(<generated>)",
            "com.x.S$$FastClassBySpringCGLIB$$1 invoke File(\"<generated>\", None)",
        ),
        ("at com.x.S.f(S.java)", "com.x.S f File(\"S.java\", None)"),
    ];
    for (text, want) in printed {
        assert_eq!(read(text), want, "{text}");
    }
}

#[test]
fn frames_of_other_compilers() {
    let printed = [
        (
            "at user$eval__1.invokeStatic(NO_SOURCE_FILE:1)",
            "user$eval__1 invokeStatic File(\"NO_SOURCE_FILE\", Some(1))",
        ),
        (
            "at com.x.SpecKt.ships two orders (twice)(Spec.kt:9)",
            "com.x.SpecKt ships two orders (twice) File(\"Spec.kt\", Some(9))",
        ),
        (
            "at com.x.Id.constructor-impl(Id.kt:4)",
            "com.x.Id constructor-impl File(\"Id.kt\", Some(4))",
        ),
        (
            "at com.x.Größe.prüfen(Größe.java:14)",
            "com.x.Größe prüfen File(\"Größe.java\", Some(14))",
        ),
        (
            "at com.x.S.f(S.java:3) ~[shop-1.2.jar:1.2]",
            "com.x.S f File(\"S.java\", Some(3))",
        ),
        (
            "at com.x.S.f(S.java:3) [classes/:na] [2 skipped]",
            "com.x.S f File(\"S.java\", Some(3))",
        ),
        ("at com.x.S.f(S.java:3) ~[a [b].jar!/:?]", "."),
        (
            "at \u{8}\u{8}\u{8}(Coroutine boundary.\u{8}(\u{8})",
            "\u{8}\u{8}\u{8}(Coroutine boundary \u{8} File(\"\\u{8}\", None)",
        ),
    ];
    for (text, want) in printed {
        assert_eq!(read(text), want, "{text}");
    }
}

#[test]
fn what_only_looks_like_a_frame() {
    for text in [
        "at fn (/srv/x.js:1:2)",
        "at Object.<anonymous> (/srv/x.js:1:2)",
        "at Ns.Class.Method(String name, Int32 n)",
        "at Ns.Class.Method(String)",
        "at Ns.Class.Method() in /srv/F.cs:line 3",
        "at x.y(Z.java:1) it broke",
        "at noon (see Plan.java:12)",
        "at com.acme.Foo reported by x.y(Foo.java:12)",
        "see at x.y(Z.java:1)",
        "at (Z.java:1)",
        "at x.y()",
        "at x.y(Z.java:one)",
        "at x.y(Z.java:99999999999999)",
        "at",
        "",
    ] {
        assert_eq!(read(text), ".", "{text}");
    }
    for text in ["at A.was called(A.java:1)", "at a.b(My File.kt:2)"] {
        assert!(frame(text).is_some(), "{text}");
        assert!(strict_frame(text).is_none(), "{text}");
    }
}

#[test]
fn links_elisions_and_dumps() {
    assert_eq!(
        link("\tSuppressed: a.B: c"),
        Some((Link::Suppressed, "a.B: c"))
    );
    assert_eq!(link("Caused by: x"), Some((Link::Cause, "x")));
    assert_eq!(link("Wrapped by: x"), Some((Link::Wrapper, "x")));
    assert_eq!(link("It was Caused by: x"), None);
    assert_eq!(elided("\t... 12 more"), Some(Elided::Common(12)));
    assert_eq!(
        elided("\t... 4 common frames omitted"),
        Some(Elided::Common(4))
    );
    assert_eq!(elided("\t... 4 frames truncated"), Some(Elided::Lost));
    assert_eq!(elided("\t... suppressed 27 lines"), Some(Elided::Lost));
    assert_eq!(elided("... and 3 more"), None);
    assert!(is_circular("\t[CIRCULAR REFERENCE:java.lang.Exception: x]"));
    assert!(is_dump("\t- locked <0x00000000e0a1> (a java.lang.Object)"));
    assert!(is_dumped_thread(
        "\"main\" #1 prio=5 os_prio=0 cpu=70.08ms tid=0x7f nid=0x1 runnable"
    ));
    assert!(is_dumped_thread("\"Thread-1\":"));
    assert!(!is_dumped_thread("\"quoted\" words"));
}

#[test]
fn hostile_lines_cost_little() {
    let deep = " ".repeat(1 << 20) + "at a.b(C.java:1)";
    assert!(frame(&deep).is_some());
    let long = format!("at {}(C.java:1)", "a.".repeat(1 << 19));
    assert_eq!(frame(&long), None);
    let slashes = format!("at {}x.y(C.java:1)", "1/".repeat(1 << 18));
    assert!(frame(&slashes).is_some());
    let brackets = format!("at a.b(C.java:1){}", " [x]".repeat(1 << 17));
    assert_eq!(frame(&brackets), None);
    let open = format!("at a.b(C.java:1){}]", " [".repeat(1 << 18));
    let _ = frame(&open);
}
