//! Whatever stands before each line, the same exceptions come out.

use std::path::{Path, PathBuf};

use stacktail::assemble::Record;
use stacktail::language::{Exception, LANGUAGES};

use crate::memory::records;

/// Its name, and what it makes of a line.
type Wrapper = (&'static str, fn(&str) -> String);

const ISO: &str = "2026-11-20T15:49:24.580123+00:00";

/// From the innermost to the outermost; `combined` puts them within each other.
const WRAPPERS: &[Wrapper] = &[
    ("syslog", |l| format!("Nov 20 15:49:24 vm shop[7]: {l}")),
    ("syslog without pid", |l| {
        format!("Nov 20 15:49:24 vm shop: {l}")
    }),
    ("syslog with PRI", |l| {
        format!("<14>Nov 20 15:49:24 vm shop[7]: {l}")
    }),
    ("syslog, ISO", |l| format!("{ISO} vm shop[7]: {l}")),
    ("syslog, tabs and colours written out", |l| {
        let line = l.replace('\t', "#011").replace('\x1b', "#033");
        format!("Nov 20 15:49:24 vm shop[7]: {line}")
    }),
    ("RFC 5424", |l| {
        format!("<14>1 {ISO} vm shop 7 ID1 [a@1 b=\"c ] d\"] {l}")
    }),
    ("RFC 5424 from rsyslog", |l| {
        format!("<14>1 {ISO} vm shop 7 - -  {l}")
    }),
    ("RFC 5424 with its length", |l| {
        format!("{} <14>1 {ISO} vm shop 7 - [a] {l}", l.len() + 60)
    }),
    ("compose", |l| format!("web-1  | {l}")),
    ("compose in colour", |l| {
        format!("\x1b[36mweb-1  | \x1b[0m{l}")
    }),
    ("pm2", |l| format!("0|api  | {l}")),
    ("pm2 with time", |l| {
        format!("0|api  | 2026-11-20T15:49:24: {l}")
    }),
    ("kubectl", |l| format!("[pod/web-5d8f7c9b4-x2x7q/app] {l}")),
    ("logcat", |l| {
        format!("11-20 15:49:24.580  1234  1260 E app     : {l}")
    }),
    ("logcat, brief", |l| format!("E/app ( 1234): {l}")),
    ("CRI", cri),
    ("docker", docker),
];

fn cri(line: &str) -> String {
    format!("2026-11-20T15:49:24.580123456Z stderr F {line}")
}

fn docker(line: &str) -> String {
    let log = serde_json::to_string(&format!("{line}\n")).unwrap();
    let log = log.replace('<', "\\u003c").replace('>', "\\u003e");
    format!("{{\"log\":{log},\"stream\":\"stderr\",\"time\":\"2026-11-20T15:49:24.58Z\"}}")
}

/// What real runtimes printed: the fixtures of the languages, and the texts of the parity cases.
fn fixtures() -> Vec<(PathBuf, String)> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut folders = vec![tests.join("language"), tests.join("parity/cases")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let ends_in = |kind: &str| path.extension().is_some_and(|e| e == kind);
            let is_log = ends_in("log") || (ends_in("txt") && name.starts_with("log"));
            if path.is_dir() {
                folders.push(path);
            } else if is_log && let Ok(text) = std::fs::read_to_string(&path) {
                found.push((path, text));
            }
        }
    }
    found
}

fn exceptions(text: &str) -> Vec<Vec<Exception>> {
    let exceptions = |record: &Record| {
        let language = LANGUAGES[usize::from(record.language)];
        language.parse(record).exceptions
    };
    records(text.as_bytes()).iter().map(exceptions).collect()
}

fn wrapped(text: &str, wrap: impl Fn(&str) -> String) -> String {
    text.lines().map(|line| wrap(line) + "\n").collect()
}

fn spaceless(exceptions: &[Vec<Exception>]) -> String {
    format!("{exceptions:?}").replace(' ', "")
}

#[test]
fn every_wrapper_gives_the_same_exceptions() {
    let mut seen = 0;
    for (path, text) in fixtures() {
        let plain = exceptions(&text);
        seen += plain.len();
        for (name, wrap) in WRAPPERS {
            let found = exceptions(&wrapped(&text, wrap));
            // A line of carets behind rsyslog's second space cannot be told from one that is a column further right.
            if *name == "RFC 5424 from rsyslog" {
                let (found, plain) = (spaceless(&found), spaceless(&plain));
                assert_eq!(found, plain, "{} in {name}", path.display());
            } else {
                assert_eq!(found, plain, "{} in {name}", path.display());
            }
        }
    }
    assert!(seen > 50, "only {seen} traces among the fixtures");
}

/// Every prefix within every other and within both containers, over one trace of each language's.
#[test]
fn wrappers_stand_within_each_other() {
    let text = include_str!("logs/mixed.log");
    let plain = exceptions(text);
    assert!(!plain.is_empty());
    let containers = [cri, docker];
    for (outer_name, outer) in WRAPPERS
        .iter()
        .filter(|(n, _)| ["compose", "pm2", "kubectl"].contains(n))
    {
        for (name, inner) in WRAPPERS.iter().take(8) {
            for container in containers {
                let found = exceptions(&wrapped(text, |line| container(&outer(&inner(line)))));
                assert_eq!(found, plain, "{name} within {outer_name}");
            }
        }
    }
}

/// Two services line by line in turn: each prefix tells them apart.
#[test]
fn two_of_a_kind_come_apart() {
    let trace = "Traceback (most recent call last):\n  File \"/srv/a.py\", line 3, in run\n    go()\nValueError: bad\n";
    let others: &[Wrapper] = &[
        ("syslog", |l| format!("Nov 20 15:49:24 vm shop[8]: {l}")),
        ("RFC 5424", |l| {
            format!("<14>1 {ISO} vm shop 8 ID1 [a@1 b=\"c\"] {l}")
        }),
        ("compose", |l| format!("db-1   | {l}")),
        ("pm2", |l| format!("1|api  | {l}")),
        ("kubectl", |l| format!("[pod/web-5d8f7c9b4-x2x7q/db] {l}")),
        ("logcat", |l| {
            format!("11-20 15:49:24.580  1234  1261 E app     : {l}")
        }),
    ];
    for (name, other) in others {
        let (_, one) = WRAPPERS.iter().find(|(n, _)| n == name).unwrap();
        let both: String = trace
            .lines()
            .map(|line| format!("{}\n{}\n", one(line), other(line)))
            .collect();
        let found = exceptions(&both);
        assert_eq!(found.len(), 2, "{name}");
        assert_eq!(found[0], exceptions(trace)[0], "{name}");
        assert_eq!(found[0], found[1], "{name}");
    }
}
