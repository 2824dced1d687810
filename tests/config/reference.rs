//! The commented reference files in `config/` are made from the key table, and load: as they are, with every key at its
//! default, and with every key at its example.

use std::ops::Range;
use std::path::Path;

use stacktail::config::keys::{APP_KEYS, DSN_KEYS, HOST_KEYS, Key, Kind, RELEASE_KEYS};
use stacktail::config::load;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use crate::machine::{self, HOST};

const HOST_HEAD: &str = "/etc/stacktail/stacktail.toml: the host. Everything has a default: an empty file works.

Lines that begin with \"#key\" show a key at its default, or an example where it has none. Durations: \"500ms\", \"30s\", \"5m\", \
\"24h\", \"7d\", \"1h30m\". Sizes: \"512 KiB\", \"64 MiB\", \"1 GiB\". Limits: \"N/unit\" (a burst of N, refilled at N per unit; s, min, \
h) or \"off\". Relative paths begin in the folder of the file they stand in. `stacktail check` tells everything that is wrong, at \
its place.

Texts, numbers, true and false may come from the environment, which comes first: STACKTAIL_HOST_RATE, \
STACKTAIL_OUTBOX__DSN_BYTES, STACKTAIL_DEFAULTS__ENVIRONMENT. So may entries of tags, tag_fields and extra_fields: \
STACKTAIL_DEFAULTS__TAGS__TEAM.";

const APP_HEAD: &str = "/etc/stacktail/apps.d/example.toml: one app. The file's name is the app's name. Needed: a DSN, and one \
[[files]] with paths, or one [[journal]].

Lines that begin with \"#key\" show a key at its default, or an example where it has none; `# as` shows what it may look like.";

/// What an app needs stands there without its `#`.
const NEEDED: [&str; 3] = ["dsn_file", "paths", "units"];

/// Keys of which one alone may be set, and the word on it.
const GROUPS: [(&[&str], &str); 2] = [
    (
        DSN_KEYS,
        "Exactly one of these four (or one for all apps, in the host file's [defaults]).",
    ),
    (
        RELEASE_KEYS,
        "One of these three at most. Read at the start.",
    ),
];

fn reference(head: &str, keys: &'static [Key]) -> String {
    let mut text = comment(head);
    let is_table =
        |key: &&Key| matches!(key.kind, Kind::Table(_) | Kind::Tables(_) | Kind::Defaults);
    let there = || keys.iter();
    for key in there().filter(|key| !is_table(key)) {
        text.push('\n');
        if let Some((_, word)) = GROUPS.iter().find(|(group, _)| group[0] == key.name) {
            text.push_str(&comment(word));
        }
        text.push_str(&plain(key));
    }
    for key in there().filter(is_table) {
        text.push('\n');
        text.push_str(&comment(&told(key)));
        text.push_str(&table(key));
    }
    text
}

fn table(key: &Key) -> String {
    // Keys that only make sense together: shown as they stand together, out of reach of `taken_in`.
    if let Some(example) = key.example {
        return shown_together(key.name, example);
    }
    let (header, keys) = match key.kind {
        Kind::Table(keys) => (format!("[{}]\n", key.name), keys),
        Kind::Tables(keys) => (format!("[[{}]]\n", key.name), keys),
        _ => {
            let names = APP_KEYS.iter().filter(|key| key.in_defaults);
            let names: Vec<_> = names.map(|key| key.name).collect();
            let list = format!(
                "Keys of apps.d/*.toml that may stand here: {}.",
                names.join(", ")
            );
            return comment(&list) + "[defaults]\n#environment = \"production\"\n";
        }
    };
    let there = keys.iter();
    there.fold(header, |text, key| text + &plain(key))
}

/// The list of tables `example` as tables of the file, each line a comment.
fn shown_together(name: &str, example: &str) -> String {
    let text = format!("x = {example}");
    let table = DeTable::parse(&text).unwrap();
    let list = table.get_ref().get("x").unwrap().get_ref();
    let mut lines = Vec::new();
    for item in list.as_array().unwrap() {
        lines.push(format!("# [[{name}]]\n"));
        let mut pairs: Vec<_> = item.get_ref().as_table().unwrap().iter().collect();
        pairs.sort_by_key(|(key, _)| key.span().start);
        let shown = |value: Range<usize>| text.get(value).unwrap();
        let line = |(key, value): (&Spanned<DeString<'_>>, &Spanned<DeValue<'_>>)| {
            format!("# {} = {}\n", key.get_ref(), shown(value.span()))
        };
        lines.extend(pairs.into_iter().map(line));
    }
    lines.concat()
}

/// A key with its comment.
fn plain(key: &Key) -> String {
    let sign = if NEEDED.contains(&key.name) { "" } else { "#" };
    let shown = key.default.or(key.example).unwrap();
    let line = format!("{sign}{} = {shown}", key.name);
    let example = key.example.filter(|example| *example != shown);
    let line = match example {
        Some(example) => format!("{line:<40} # as {example}"),
        None => line,
    };
    format!("{}{line}\n", comment(&told(key)))
}

fn told(key: &Key) -> String {
    format!("{} {}", key.doc, key.more).trim_end().to_owned()
}

/// A text as comment, in lines of 120 characters.
fn comment(text: &str) -> String {
    let mut lines = String::new();
    for paragraph in text.lines() {
        let mut line = "#".to_owned();
        for word in paragraph.split_whitespace() {
            if line.len() + word.len() >= 120 {
                lines.push_str(&line);
                lines.push('\n');
                "#".clone_into(&mut line);
            }
            line.push(' ');
            line.push_str(word);
        }
        lines.push_str(&line);
        lines.push('\n');
    }
    lines
}

fn files() -> [(&'static str, String); 2] {
    [
        ("config/stacktail.toml", reference(HOST_HEAD, HOST_KEYS)),
        ("config/apps.d/example.toml", reference(APP_HEAD, APP_KEYS)),
    ]
}

#[test]
fn the_reference_files_are_those_of_the_key_table() {
    let complaints: Vec<_> = files()
        .iter()
        .filter_map(|(file, text)| machine::differs(file, text))
        .collect();
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

/// The file with every `#key` taken in: at its default, or at its example where `examples`. Of keys that exclude each other
/// the one stays that `file` needs.
fn taken_in(text: &str, examples: bool) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let key = line.strip_prefix('#').filter(|rest| {
            rest.starts_with(|c: char| c.is_ascii_lowercase()) && rest.contains(" = ")
        });
        let Some(key) = key else {
            lines.push(line.to_owned());
            continue;
        };
        let name = key.split(' ').next().unwrap();
        let excluded =
            DSN_KEYS.contains(&name) || (RELEASE_KEYS.contains(&name) && name != "release");
        if !excluded {
            let (shown, example) = key.split_once(" # as ").unwrap_or((key, ""));
            lines.push(match example {
                "" => shown.to_owned(),
                example if examples => format!("{name} = {example}"),
                _ => shown.to_owned(),
            });
        }
    }
    lines.join("\n")
}

#[test]
fn the_reference_files_load_at_their_defaults_and_at_their_examples() {
    let [host, app] =
        files().map(|(file, _)| std::fs::read_to_string(machine::path(file)).unwrap());
    let mut configs = Vec::new();
    for (host, app) in [
        (host.clone(), app.clone()),
        (taken_in(&host, false), taken_in(&app, false)),
        (taken_in(&host, true), taken_in(&app, true)),
    ] {
        let loaded = load(Path::new(HOST), &machine::machine(&host, &app)).unwrap();
        let told: Vec<_> = loaded.problems.iter().map(ToString::to_string).collect();
        assert!(told.is_empty(), "{}\n{app}", told.join("\n"));
        configs.push(loaded.config);
    }
    let [plain, _, examples] = configs.try_into().unwrap();
    assert!(plain.apps[0].labels.user.is_empty() && plain.apps[0].filters.send_in.is_empty());
    let app = &examples.apps[0];
    assert_eq!((app.labels.user.len(), app.labels.contexts.len()), (4, 1));
    assert_eq!(
        (
            app.filters.ignore_errors.len(),
            app.scrubbing.patterns.len()
        ),
        (2, 1)
    );
    assert_eq!(app.source_context.map.len(), 1);
}
