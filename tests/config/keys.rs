//! Every key of the table, in every place where it may stand, with valid and invalid values: of its own kind, and of every
//! other TOML type.

use std::path::Path;

use stacktail::config::keys::{
    APP_KEYS, DSN_KEYS, FILES_KEYS, HOST_KEYS, Key, Kind, OUTBOX_KEYS, SCRUB_KEYS, SOURCE_KEYS,
    Shape, USER_KEYS,
};
use stacktail::config::{Problem, Severity, read};

use crate::machine::{self, HOST, MINIMAL};

/// Where a key may stand.
pub(crate) struct Place {
    /// Its table, as in `[defaults.user]`; empty: at the top.
    pub(crate) table: &'static str,
    /// In the host file?
    pub(crate) host: bool,
    /// What may stand there.
    pub(crate) keys: &'static [Key],
}

/// Every place of the two files, but for lists of tables and `[defaults]` itself.
pub(crate) const PLACES: [Place; 8] = [
    Place {
        table: "",
        host: true,
        keys: HOST_KEYS,
    },
    Place {
        table: "outbox",
        host: true,
        keys: OUTBOX_KEYS,
    },
    Place {
        table: "defaults.user",
        host: true,
        keys: USER_KEYS,
    },
    Place {
        table: "defaults.scrub",
        host: true,
        keys: SCRUB_KEYS,
    },
    Place {
        table: "",
        host: false,
        keys: APP_KEYS,
    },
    Place {
        table: "user",
        host: false,
        keys: USER_KEYS,
    },
    Place {
        table: "scrub",
        host: false,
        keys: SCRUB_KEYS,
    },
    Place {
        table: "source_context",
        host: false,
        keys: SOURCE_KEYS,
    },
];

/// A file with this value, and the line of the key.
pub(crate) fn file(place: &Place, key: &Key, value: &str) -> (String, usize) {
    let line = format!("{} = {value}\n", key.name);
    let (mut before, mut after) = (String::new(), String::new());
    let is_dsn = place.table.is_empty() && DSN_KEYS.contains(&key.name);
    if !(place.host || is_dsn) {
        before.push_str("dsn = \"console\"\n");
    }
    if !place.host && key.name != "files" {
        after.push_str("[[files]]\npaths = [\"/var/log/a.log\"]\n");
    }
    if key.name == "map" {
        after.insert_str(0, "roots = [\"/srv/example\"]\n");
    }
    if key.name == "dist" {
        after.insert_str(0, "release = \"1\"\n");
    }
    if key.name == "attach_stacktrace" {
        after.insert_str(0, "messages = \"error\"\n");
    }
    // What the host reads for routes, and routes, need each other.
    if place.host && ["files", "journal"].contains(&key.name) {
        after.push_str("[[routes]]\napp = \"example\"\n");
    }
    if place.host && key.name == "routes" {
        after.push_str("[[files]]\npaths = [\"/var/log/a.log\"]\n");
    }
    if !place.table.is_empty() {
        before = format!("{before}[{}]\n", place.table);
    }
    let number = before.lines().count() + 1;
    (before + &line + &after, number)
}

fn problems(host: bool, text: &str) -> Vec<Problem> {
    let machine = if host {
        machine::machine(text, MINIMAL)
    } else {
        machine::machine("", text)
    };
    read(Path::new(HOST), &machine).problems
}

/// Values as TOML that a kind refuses although their type is right.
pub(crate) fn refused(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Name(_) | Kind::Path | Kind::PathOrOff => &["\"\"", "\" \"", "\"a\\nb\""],
        Kind::Count => &["0", "-1", "1.5"],
        Kind::Release => &["\"latest\"", "\"a/b\""],
        Kind::Dist => &["\"a b\""],
        Kind::Environment => &["\"none\"", "\"a/b\""],
        Kind::Environments => &["[3]", "[\"a/b\"]"],
        Kind::Receiver => &["\"https://sentry.io/1\"", "\"stdout\""],
        Kind::Variable => &["\"A-B\"", "\"$A\""],
        Kind::Credential => &["\"a/b\"", "\"..\""],
        Kind::App => &["\"\"", "\"Example\"", "\"example.toml\""],
        Kind::Folders => &["[\"/\"]", "[3]"],
        Kind::Tags => &["{ \"a b\" = \"x\" }", "{ a = 3 }"],
        Kind::Field => &["\".a\"", "\"a..b\""],
        Kind::TagFields => &["{ a = \"b.\" }", "{ \"a b\" = \"c\" }"],
        Kind::ExtraFields => &["{ a = \".\" }", "{ log_a = \"b\" }"],
        Kind::Contexts => &["{ a = 3 }", "{ trace = {} }"],
        Kind::FolderMap => &["{ \"/app\" = \"/\" }", "{ \"/app\" = 3 }"],
        Kind::Patterns => &["[\"(\"]", "[3]"],
        Kind::Removals => &["[\"(\"]", "[\"a*\"]"],
        Kind::TextPatterns => &["[\"/(/\"]", "[\"//\"]"],
        Kind::Globs => &["[\"/var/log/\"]", "[\"/proc/*\"]", "[\"[\"]"],
        Kind::Excludes => &["[\"[\"]", "[\"{a,b}\"]"],
        Kind::Units => &["[\"a b\"]", "[\"\"]"],
        Kind::Names => &["[\"\"]", "[3]"],
        Kind::Matches => &["[\"x\"]", "[\"a=b\"]"],
        Kind::Level => &["\"eror\"", "\"off\""],
        Kind::LevelOrOff => &["\"eror\"", "\"none\""],
        Kind::Fraction => &["1.5", "-1", "nan", "2"],
        Kind::Rate => &["\"10\"", "\"0/s\"", "\"1/day\""],
        Kind::Window => &["\"5\"", "\"0s\""],
        Kind::Duration => &["\"5\"", "\"off\""],
        Kind::Size => &["\"5\"", "\"0 B\""],
        Kind::StartAt => &["\"middle\""],
        Kind::Zone => &["\"Mars/Olympus\""],
        Kind::Choice(_) => &["\"nothing of it\""],
        Kind::Table(_) | Kind::Defaults => &["{ nothing_of_it = 1 }"],
        Kind::Tables(_) => &["[3]", "[{ nothing_of_it = 1 }]"],
        Kind::Header => &["\"(?<lvl>x)\"", "\"(\""],
        Kind::Condition => &["\"error.typ == 1\"", "\"(\""],
        Kind::Fingerprint => &["[]", "[3]"],
        Kind::Flag | Kind::Lines => &[],
    }
}

/// One value of each TOML type, and the shape it has.
pub(crate) const TYPES: [(&str, Option<Shape>); 6] = [
    ("\"text\"", Some(Shape::Text)),
    ("0.5", Some(Shape::Number)),
    ("true", Some(Shape::Flag)),
    ("[\"x\"]", Some(Shape::List)),
    ("{ x = \"y\" }", Some(Shape::Table)),
    ("2026-11-21", None),
];

/// All keys with their places; those of `[[files]]` and `[defaults]` are tried as inline tables.
fn each(mut with: impl FnMut(&Place, &Key)) {
    for place in &PLACES {
        place.keys.iter().for_each(|key| with(place, key));
    }
}

#[test]
fn every_key_takes_what_it_must() {
    let mut tried = 0;
    each(|place, key| {
        let inline = match key.kind {
            Kind::Table(_) | Kind::Defaults => Some("{}"),
            Kind::Tables(_) if key.name == "journal" => Some("[{ units = [\"a\"] }]"),
            // What a rule's table must hold stands in its example.
            Kind::Tables(_) if key.example.is_some() => None,
            Kind::Tables(_) => Some("[{ paths = [\"/l/*\"] }]"),
            _ => None,
        };
        let values = [key.default, key.example, inline];
        let values: Vec<_> = values.into_iter().flatten().collect();
        assert!(
            !values.is_empty(),
            "{} has neither default nor example",
            key.name
        );
        for value in values.into_iter().filter(|value| !value.contains("KEY@")) {
            // The folder of app files of the reference is there; examples of DSNs hold no key.
            let (text, _) = file(place, key, value);
            let told: Vec<_> = problems(place.host, &text)
                .iter()
                .map(ToString::to_string)
                .collect();
            assert!(told.is_empty(), "{text}\n{}", told.join("\n"));
            println!("{:<46} takes   {value}", named(place, key));
            tried += 1;
        }
    });
    println!("{tried} valid values of keys at all their places");
    assert!(tried > 70, "{tried}");
}

#[test]
fn every_key_refuses_what_it_cannot_be() {
    let mut tried = 0;
    each(|place, key| {
        let shape = Some(key.kind.shape());
        let others = TYPES.iter().filter(|(_, of)| *of != shape);
        // A whole number is a number; any table may be one of tags.
        let others = others.map(|(value, _)| *value);
        for value in refused(key.kind).iter().copied().chain(others) {
            let (text, line) = file(place, key, value);
            let problems = problems(place.host, &text);
            let here = problems.iter().find(|problem| {
                let at = problem
                    .place
                    .as_ref()
                    .is_some_and(|place| place.line == line);
                problem.severity == Severity::Error && at && told_of(problem, key)
            });
            let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
            assert!(
                here.is_some(),
                "not refused at line {line}:\n{text}\n{}",
                told.join("\n")
            );
            let why = here.map_or("", |problem| problem.message.as_str());
            println!("{:<46} refuses {value}: {why}", named(place, key));
            tried += 1;
        }
    });
    println!("{tried} invalid values of keys at all their places");
    assert!(tried > 350, "{tried}");
}

/// The key with its place, for the table that `--nocapture` shows.
fn named(place: &Place, key: &Key) -> String {
    let file = if place.host { "host" } else { "app" };
    let dot = if place.table.is_empty() { "" } else { "." };
    format!("{file}: {}{dot}{}", place.table, key.name)
}

/// Is the problem told of this key, or of what stands within it?
fn told_of(problem: &Problem, key: &Key) -> bool {
    problem.key.split('.').any(|part| part == key.name)
}

#[test]
fn every_key_of_files_takes_and_refuses() {
    let mut tried = 0;
    for key in FILES_KEYS {
        let paths = if key.name == "paths" {
            ""
        } else {
            "paths = [\"/l/*\"]\n"
        };
        let problems = |value: &str| {
            let text = format!(
                "dsn = \"console\"\n[[files]]\n{} = {value}\n{paths}",
                key.name
            );
            (problems(false, &text), text)
        };
        for value in [key.default, key.example].into_iter().flatten() {
            assert_eq!(problems(value).0, [], "{}", problems(value).1);
        }
        let shape = Some(key.kind.shape());
        let others = TYPES
            .iter()
            .filter(|(_, of)| *of != shape)
            .map(|(value, _)| *value);
        for value in refused(key.kind).iter().copied().chain(others) {
            let (problems, text) = problems(value);
            let refused = problems.iter().any(|problem| {
                problem.place.as_ref().is_some_and(|place| place.line == 3) && told_of(problem, key)
            });
            assert!(refused, "{text}");
            let why = problems
                .first()
                .map_or("", |problem| problem.message.as_str());
            println!("app: files.{:<35} refuses {value}: {why}", key.name);
            tried += 1;
        }
    }
    assert!(tried > 35, "{tried}");
}

#[test]
fn every_key_of_all_apps_may_be_a_default_and_no_other() {
    for key in APP_KEYS {
        let Some(value) = key
            .default
            .or(key.example)
            .filter(|value| !value.contains("KEY@"))
        else {
            continue;
        };
        let text = format!("[defaults]\n{} = {value}\n", key.name);
        let refused = problems(true, &text)
            .iter()
            .any(|problem| problem.severity == Severity::Error && told_of(problem, key));
        assert_eq!(refused, !key.in_defaults, "{text}");
    }
}
