//! Prefixes as tools write them. In: lines. Out: what is left of them, and what their prefixes say.

use super::super::tests::utc;
use super::super::{Unwrapped, stream_of, unwrap};
use crate::config::layout::Format;
use crate::level::Level;

fn read(line: &str) -> Unwrapped<'_> {
    let found = unwrap(line.as_bytes(), &utc());
    assert_eq!(
        found.meta.stream,
        stream_of(line.as_bytes(), Format::Auto),
        "{line}"
    );
    found
}

/// Line, time, level, pid, `ident` or logger, text.
type Row = (
    &'static str,
    Option<&'static str>,
    Option<Level>,
    Option<u32>,
    Option<&'static str>,
    &'static str,
);

/// As rsyslogd 8.2302.0 and logger of util-linux 2.38.1 wrote them, but for date and host.
const SYSLOG: &[Row] = &[
    // RSYSLOG_TraditionalFileFormat.
    (
        "Nov 20 14:20:12 vm shop[14200]:   File \"/srv/a.py\", line 3, in run",
        Some("2026-11-20T14:20:12Z"),
        None,
        Some(14200),
        Some("shop"),
        "  File \"/srv/a.py\", line 3, in run",
    ),
    (
        "Nov 20 14:20:12 vm shop[14200]: ",
        Some("2026-11-20T14:20:12Z"),
        None,
        Some(14200),
        Some("shop"),
        "",
    ),
    (
        "Nov 20 14:20:12 vm shop[14200]: #011at com.acme.Foo.bar(Foo.java:12)",
        Some("2026-11-20T14:20:12Z"),
        None,
        Some(14200),
        Some("shop"),
        "\tat com.acme.Foo.bar(Foo.java:12)",
    ),
    (
        "Nov 20 14:20:12 vm shop[14200]: red #033[31mred#033[0m",
        Some("2026-11-20T14:20:12Z"),
        None,
        Some(14200),
        Some("shop"),
        "red red",
    ),
    (
        "Nov 20 14:20:12 vm py: oops#012Traceback (most recent call last):#012#011x",
        Some("2026-11-20T14:20:12Z"),
        None,
        None,
        Some("py"),
        "oops#012Traceback (most recent call last):#012\tx",
    ),
    (
        "Nov 20 14:20:12 vm 1 2026-11-20T14:20:12.163448+00:00 vm api 77 - [timeQuality tzKnown=\"1\" isSynced=\"0\"]     go()",
        Some("2026-11-20T14:20:12.163448Z"),
        None,
        Some(77),
        Some("api"),
        "    go()",
    ),
    // RSYSLOG_FileFormat.
    (
        "2026-11-20T14:20:12.159555+00:00 vm shop[14200]:   File \"/srv/a.py\", line 3, in run",
        Some("2026-11-20T14:20:12.159555Z"),
        None,
        Some(14200),
        Some("shop"),
        "  File \"/srv/a.py\", line 3, in run",
    ),
    (
        "2026-11-20T14:20:12.435674+01:00 vm kernel: [1.5] x",
        Some("2026-11-20T13:20:12.435674Z"),
        None,
        None,
        Some("kernel"),
        "[1.5] x",
    ),
    // RSYSLOG_SyslogProtocol23Format.
    (
        "<11>1 2026-11-20T14:20:12.159555+00:00 vm shop 14200 - -    File \"/srv/a.py\", line 3, in run",
        Some("2026-11-20T14:20:12.159555Z"),
        Some(Level::Error),
        Some(14200),
        Some("shop"),
        "  File \"/srv/a.py\", line 3, in run",
    ),
    (
        "<14>1 2026-11-20T14:20:12.159555+00:00 vm shop 14200 - -  #011at x",
        Some("2026-11-20T14:20:12.159555Z"),
        None,
        Some(14200),
        Some("shop"),
        "\tat x",
    ),
    // RSYSLOG_TraditionalForwardFormat.
    (
        "<11>Nov 20 14:20:12 vm shop[14200]: ValueError: bad",
        Some("2026-11-20T14:20:12Z"),
        Some(Level::Error),
        Some(14200),
        Some("shop"),
        "ValueError: bad",
    ),
    // logger --rfc5424, as it leaves the machine, and the examples of RFC 5424 and RFC 6587.
    (
        "<14>1 2026-11-20T14:20:12.163486+00:00 vm api 77 - [timeQuality tzKnown=\"1\" isSynced=\"0\"]   File \"x\"",
        Some("2026-11-20T14:20:12.163486Z"),
        None,
        Some(77),
        Some("api"),
        "  File \"x\"",
    ),
    (
        "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \u{feff}'su root' failed for lonvick on /dev/pts/8",
        Some("2003-10-11T22:14:15.003Z"),
        Some(Level::Fatal),
        None,
        Some("su"),
        "'su root' failed for lonvick on /dev/pts/8",
    ),
    (
        "95 <165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [a@1 b=\"]\\\"\\]\"][c@1] text",
        Some("2003-10-11T22:14:15.003Z"),
        None,
        None,
        Some("evntslog"),
        "text",
    ),
    // The machine's own socket, busybox.
    (
        "<13>Nov 20 14:20:12 shop[7]: x",
        Some("2026-11-20T14:20:12Z"),
        None,
        Some(7),
        Some("shop"),
        "x",
    ),
    (
        "<11>shop[9]: a",
        None,
        Some(Level::Error),
        Some(9),
        Some("shop"),
        "a",
    ),
    (
        "Nov  2 14:20:12 box daemon.err shop[7]: x",
        Some("2026-11-02T14:20:12Z"),
        Some(Level::Error),
        Some(7),
        Some("shop"),
        "x",
    ),
];

#[test]
fn syslog_lines_say_who_and_when() {
    for (line, time, level, pid, ident, text) in SYSLOG {
        let found = read(line);
        assert_eq!(String::from_utf8_lossy(&found.text), *text, "{line}");
        assert_eq!(
            found.meta.time.map(|t| t.to_string()).as_deref(),
            *time,
            "{line}"
        );
        assert_eq!((found.meta.level, found.meta.pid), (*level, *pid), "{line}");
        let field = found.meta.fields.iter().find(|(n, _)| n == "syslog_ident");
        assert_eq!(field.and_then(|(_, v)| v.as_str()), *ident, "{line}");
        assert!(found.wrapped && found.meta.stream != 0, "{line}");
    }
}

#[test]
fn a_second_blank_is_told_where_it_is_seen() {
    for (text, spaced) in [
        ("x", Some(false)),
        ("\tx", Some(false)),
        (" x", Some(true)),
        ("  x", None),
        (" ^", None),
    ] {
        let line = format!("<11>1 2026-11-20T15:49:24Z h app 12 - - {text}");
        assert_eq!(read(&line).meta.spaced, spaced, "{text:?}");
    }
    assert_eq!(read("Nov 20 15:49:24 h app[12]:  x").meta.spaced, None);
}

#[test]
fn structured_data_becomes_fields() {
    let found = read(
        r#"<165>1 2003-10-11T22:14:15.003Z h app 12 ID47 [ex@32473 iut="3" src="A\"p\]p"][trace@1 trace_id="0af7651916cd43dd8448eb211c80319c"] m"#,
    );
    let field = |name: &str| {
        let mut fields = found.meta.fields.iter();
        fields
            .find(|(n, _)| n == name)
            .and_then(|(_, v)| v.as_str())
    };
    assert_eq!((field("iut"), field("src")), (Some("3"), Some("A\"p]p")));
    assert_eq!(field("trace_id"), Some("0af7651916cd43dd8448eb211c80319c"));
    assert_eq!(found.meta.logger.as_deref(), Some("ID47"));
}

#[test]
fn names_before_a_bar_and_pods_are_cut_off() {
    for (line, text) in [
        ("web-1  | text", "text"),
        ("web-1 | text", "text"),
        ("shop_web_1    |   indented", "  indented"),
        ("web-1  | ", ""),
        ("web-1  |", ""),
        ("api  | text", "text"),
        ("web.1.x7kq2v@node-3    | text", "text"),
        ("\x1b[36mweb-1  | \x1b[0mtext", "text"),
        ("\x1b[36mweb-1  |\x1b[0m text", "text"),
        ("\x1b[33mapi | \x1b[0m\x1b[31mtext\x1b[0m", "text"),
        ("0|api  | text", "text"),
        ("12|api-worker | text", "text"),
        (
            "0|api  | 2026-11-20T15:49:24:     at f (a.js:1:2)",
            "    at f (a.js:1:2)",
        ),
        ("0|api  | 2026-11-20 15:49:24 +00:00: text", "text"),
        ("\x1b[32m0|api      | \x1b[39mtext", "text"),
        ("[pod/web-5d8f7c9b4-x2x7q/app] text", "text"),
        ("[pod/web-5d8f7c9b4-x2x7q/app] ", ""),
        ("[pod/web-5d8f7c9b4-x2x7q/app]", ""),
    ] {
        let found = read(line);
        assert_eq!(String::from_utf8_lossy(&found.text), text, "{line}");
        assert!(found.wrapped && found.meta.stream != 0, "{line}");
    }
}

#[test]
fn logcat_says_level_tag_and_ids() {
    for (line, time, thread, text) in [
        (
            "11-20 15:49:24.580  1234  1260 E AndroidRuntime: FATAL EXCEPTION: main",
            Some("2026-11-20T15:49:24.58Z"),
            Some("1260"),
            "FATAL EXCEPTION: main",
        ),
        (
            "11-20 15:49:24.580  1234  1260 E AndroidRuntime: \tat a.B.c(B.java:1)",
            Some("2026-11-20T15:49:24.58Z"),
            Some("1260"),
            "\tat a.B.c(B.java:1)",
        ),
        (
            "2026-11-20 15:49:24.580  1234  1260 E AndroidRuntime: x",
            Some("2026-11-20T15:49:24.58Z"),
            Some("1260"),
            "x",
        ),
        (
            "11-20 15:49:24.580 E/AndroidRuntime( 1234): x",
            Some("2026-11-20T15:49:24.58Z"),
            None,
            "x",
        ),
        ("E/AndroidRuntime( 1234): x", None, None, "x"),
    ] {
        let found = read(line);
        assert_eq!(String::from_utf8_lossy(&found.text), text, "{line}");
        assert_eq!(
            found.meta.time.map(|t| t.to_string()).as_deref(),
            time,
            "{line}"
        );
        assert_eq!(found.meta.thread.as_deref(), thread, "{line}");
        assert_eq!(
            found.meta.logger.as_deref(),
            Some("AndroidRuntime"),
            "{line}"
        );
        assert_eq!(
            (found.meta.level, found.meta.pid),
            (Some(Level::Error), Some(1234)),
            "{line}"
        );
    }
}

#[test]
fn what_looks_like_a_prefix_and_is_none_stays() {
    for line in [
        "foo | bar",
        "Foo  | bar",
        "A | B",
        "a sentence with two words  | and a bar",
        "Nov 20 was a Friday: it rained",
        "Nov 20 15:49:24 2026 release: done",
        "Nov 20 15:49:24 ERROR shop: failed",
        "Nov 20, 2026 3:49:24 PM com.acme.Foo bar",
        "Mon Nov 20 15:49:24 host x[1]: y",
        "2026-11-20T15:49:24.580Z INFO app: started",
        "2026-11-20T15:49:24.580Z shop.worker handler: started",
        "2026-11-20T15:49:24.580123+00:00 ERROR shop: failed",
        "2026-11-20 15:49:24,580 ERROR [12] shop: failed",
        "2026-11-20 15:49:24.580 ERROR 1234 --- [main] a.B : x",
        "2026-11-20 15:49:24.580  INFO 1234 --- [main] a.B : x",
        "<div>text</div>",
        "<999>1 x",
        "<module>",
        "12 <div>",
        "E/x",
        "[pod/x y/c] text",
        "[podium] text",
        "Traceback (most recent call last):",
        "ValueError: 1 | 2",
        "  | indented",
        "1|2|3",
        "0|api",
    ] {
        let found = read(line);
        assert_eq!(String::from_utf8_lossy(&found.text), line);
        assert_eq!((found.wrapped, found.meta.stream), (false, 0), "{line}");
    }
}

#[test]
fn streams_differ_by_whoever_wrote() {
    let of = |line: &str| stream_of(line.as_bytes(), Format::Auto);
    let lines = [
        "Nov 20 14:20:12 vm shop[1]: x",
        "Nov 20 14:20:12 vm shop[2]: x",
        "Nov 20 14:20:12 vm api[1]: x",
        "Nov 20 14:20:12 vx shop[1]: x",
        "web-1  | x",
        "web-2  | x",
        "0|web  | x",
        "1|web  | x",
        "[pod/a/b] x",
        "[pod/a/c] x",
        "2026-11-20T15:49:24.5Z stdout F web-1  | x",
        "2026-11-20T15:49:24.5Z stderr F web-1  | x",
        "2026-11-20T15:49:24.5Z stdout F web-2  | x",
        "2026-11-20T15:49:24.5Z stdout F x",
        "web-1  | Nov 20 14:20:12 vm shop[1]: x",
        "web-2  | Nov 20 14:20:12 vm shop[1]: x",
        "x",
    ];
    for (nth, one) in lines.iter().enumerate() {
        for other in lines.iter().skip(nth + 1) {
            assert_ne!(of(one), of(other), "{one} / {other}");
        }
    }
    // The time, the level and the text are no part of it.
    assert_eq!(of(lines[0]), of("Nov 21 15:00:00 vm shop[1]: other"));
    assert_eq!(
        of("<11>1 2026-11-20T14:20:12Z vm shop 1 - - x"),
        of("Nov 21 15:00:00 vm shop[1]: other")
    );
}

#[test]
fn prefixes_stand_within_wrappers_and_each_other() {
    let docker = |log: &str| {
        format!(r#"{{"log":"{log}\n","stream":"stderr","time":"2026-11-20T15:49:24.58Z"}}"#)
    };
    for line in [
        "2026-11-20T15:49:24.5Z stderr F web-1  | Nov 20 14:20:12 vm shop[7]: #011x".to_owned(),
        docker("web-1  | Nov 20 14:20:12 vm shop[7]: #011x"),
        docker(r"0|api  | \u003c14\u003eNov 20 14:20:12 vm shop[7]: \tx\r"),
        docker(
            r#"\u001b[36mweb-1  | \u001b[0m\u003c11\u003e1 2026-11-20T14:20:12Z vm shop 7 - [a b=\"\u00fc\"] \tx"#,
        ),
    ] {
        let found = read(&line);
        assert_eq!(String::from_utf8_lossy(&found.text), "\tx", "{line}");
        assert_eq!(found.meta.pid, Some(7), "{line}");
        assert_eq!(
            found.meta.time.unwrap().to_string(),
            "2026-11-20T14:20:12Z",
            "{line}"
        );
    }
    let part = read("2026-11-20T15:49:24.5Z stderr P web-1  | half");
    assert_eq!(
        (part.text.as_ref(), part.partial),
        (b"web-1  | half".as_slice(), true)
    );
}

/// Cut at each byte, and with each byte replaced: read without harm, and alike by both ways.
#[test]
fn mangled_prefixes_are_read_alike() {
    let docker = r#"{"log":"\u003c11\u003e1 2026-11-20T14:20:12Z vm shop 7 - [a b=\"c\"] x\n","stream":"stderr","time":"2026-11-20T15:49:24.58Z"}"#;
    let more = [
        "web-1  | Nov 20 14:20:12 vm shop[7]: x",
        "0|api  | 2026-11-20T15:49:24: x",
        "E/AndroidRuntime( 1234): x",
        "11-20 15:49:24.580  1234  1260 E A: x",
        "[pod/a/b] x",
        docker,
    ];
    let lines = SYSLOG.iter().map(|row| row.0).chain(more);
    for line in lines {
        for at in 0..line.len() {
            let cut = &line.as_bytes()[..at];
            assert_eq!(
                unwrap(cut, &utc()).meta.stream,
                stream_of(cut, Format::Auto)
            );
            for byte in [0, b' ', b'"', b'[', b'\\', b'|', 0x1b, 0xff] {
                let mut changed = line.as_bytes().to_vec();
                changed[at] = byte;
                assert_eq!(
                    unwrap(&changed, &utc()).meta.stream,
                    stream_of(&changed, Format::Auto)
                );
            }
        }
    }
}
