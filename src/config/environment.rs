//! Overrides of the host file by the environment: `STACKTAIL_OUTBOX__DSN_BYTES` is `dsn_bytes` in `[outbox]`. In: variables. Out:
//! their values laid over the host file's section, checked as if they stood in it, each with its place in the environment.
//!
//! Texts, numbers and flags, and single entries of tables of free names: `STACKTAIL_DEFAULTS__TAGS__TEAM` is `team` in `tags`.
//! A name is in capitals where the shell wants it so: it is taken in small letters. One that has capitals of its own
//! (`STACKTAIL_DEFAULTS__TAGS__kubernetes.Node`, from a unit file) is taken as it stands, unless all its letters are capitals.
//! An empty variable counts as not set. The value of a variable that is no key is never shown.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::check::Checker;
use super::fault::{Fault, not};
use super::key::Shape;
use super::keys::{APP_KEYS, DSN_KEYS, HOST_KEYS, Key, Kind, RELEASE_KEYS};
use super::meant;
use super::problem::Severity;
use super::setting::{Section, Setting};
use super::strays::not_shared;

/// What all of them begin with.
const PREFIX: &str = "STACKTAIL_";
/// Variables that are no keys: which file is read, what is logged.
const OTHERS: [&str; 2] = ["STACKTAIL_CONFIG", "STACKTAIL_LOG"];

/// Lays the environment over the host file's section.
pub(super) fn over(file: &mut Checker<'_>, section: &mut Section) {
    let mut variables = file.host.variables(PREFIX);
    variables.retain(|(name, value)| !OTHERS.contains(&name.as_str()) && !value.trim().is_empty());
    variables.sort();
    for (name, value) in variables {
        let path = name.strip_prefix(PREFIX).unwrap_or_default().to_lowercase();
        let parts: Vec<&str> = path.split("__").collect();
        if let Some(keys) = find(HOST_KEYS, &parts) {
            one(file, section, &keys, (&name, &value));
        } else if let Some((keys, entry)) = entry_of(&name, &parts) {
            one_entry(file, section, &keys, &entry, (&name, &value));
        } else {
            unknown(file, &name);
        }
    }
}

/// The keys that a path names, from the outermost on.
fn find(keys: &'static [Key], parts: &[&str]) -> Option<Vec<&'static Key>> {
    let (first, rest) = parts.split_first()?;
    let key = keys.iter().find(|key| key.name == *first)?;
    if rest.is_empty() {
        return Some(vec![key]);
    }
    let inner = match key.kind {
        Kind::Table(keys) => keys,
        Kind::Defaults => APP_KEYS,
        _ => return None,
    };
    let mut path = vec![key];
    path.extend(find(inner, rest)?);
    Some(path)
}

/// The table of free names that a path begins with, and the name of the entry in it that the path ends with.
fn entry_of(name: &str, parts: &[&str]) -> Option<(Vec<&'static Key>, String)> {
    let to = (1..parts.len()).find(|to| {
        let keys = parts.get(..*to).and_then(|parts| find(HOST_KEYS, parts));
        keys.is_some_and(|keys| keys.last().is_some_and(|key| has_entries(key)))
    })?;
    let keys = find(HOST_KEYS, parts.get(..to)?)?;
    let said = name.strip_prefix(PREFIX)?.splitn(to + 1, "__").last()?;
    let shouted = !said.contains(|c: char| c.is_ascii_lowercase());
    let entry = if shouted {
        said.to_lowercase()
    } else {
        said.to_owned()
    };
    (!entry.is_empty()).then_some((keys, entry))
}

/// Is it a table of texts under names that the operator chooses?
fn has_entries(key: &Key) -> bool {
    matches!(key.kind, Kind::Tags | Kind::TagFields | Kind::ExtraFields)
}

/// One variable that names a key.
fn one(
    file: &mut Checker<'_>,
    section: &mut Section,
    path: &[&'static Key],
    (name, value): (&str, &str),
) {
    let Some((key, tables)) = path.split_last() else {
        return;
    };
    let (name_span, value_span) = file.add_variable(name, value);
    let setting = file.within(&names(tables), |file| {
        if let Some(fault) = misplaced(key, tables, name) {
            file.tell(Severity::Error, key.name, &name_span, fault);
            return None;
        }
        match toml_value(key, value) {
            Ok(found) => {
                let found = Spanned::new(value_span.clone(), found);
                file.value(key, &found)
            }
            Err(fault) => {
                file.tell(Severity::Error, key.name, &value_span, fault);
                None
            }
        }
    });
    let Some(inner) = table_of(section, tables, &name_span) else {
        return;
    };
    for group in [DSN_KEYS, RELEASE_KEYS] {
        if group.contains(&key.name) {
            // What the file says in another way holds no more; two variables contradict each other.
            inner.forget(|name, span| group.contains(&name) && !file.is_variable(span));
        }
    }
    inner.present.insert(key.name, name_span);
    match setting {
        Some(setting) => inner.settings.insert(key.name, (setting, value_span)),
        None => inner.settings.remove(key.name),
    };
}

/// One variable that names an entry of a table of free names: it comes before the file's entry of that name, beside its others.
fn one_entry(
    file: &mut Checker<'_>,
    section: &mut Section,
    path: &[&'static Key],
    entry: &str,
    (name, value): (&str, &str),
) {
    let Some((key, tables)) = path.split_last() else {
        return;
    };
    let (name_span, value_span) = file.add_variable(name, value);
    let text = DeValue::String(value.trim().into());
    let mut table = DeTable::new();
    table.insert(
        Spanned::new(name_span.clone(), entry.into()),
        Spanned::new(value_span.clone(), text),
    );
    let table = Spanned::new(value_span.clone(), DeValue::Table(table));
    let set = file.within(&names(tables), |file| file.value(key, &table));
    let Some(inner) = table_of(section, tables, &name_span) else {
        return;
    };
    inner.present.entry(key.name).or_insert(name_span);
    let Some(Setting::Tags(mut entries)) = set else {
        return;
    };
    if let Some(Setting::Tags(known)) = inner.get(key.name) {
        let others = known.iter().filter(|(known, _)| known != entry);
        entries.extend(others.cloned());
    }
    let setting = (Setting::Tags(entries), value_span);
    inner.settings.insert(key.name, setting);
}

fn names(tables: &[&'static Key]) -> Vec<&'static str> {
    tables.iter().map(|table| table.name).collect()
}

/// The section of these tables, one within the other; `None` where one of them has another value.
fn table_of<'s>(
    section: &'s mut Section,
    tables: &[&'static Key],
    span: &Range<usize>,
) -> Option<&'s mut Section> {
    let mut inner = section;
    for table in tables {
        inner = inner.opened(table.name, span)?;
    }
    Some(inner)
}

/// What cannot be set by a variable, or not there.
fn misplaced(key: &Key, tables: &[&'static Key], name: &str) -> Option<Fault> {
    let in_defaults = tables
        .first()
        .is_some_and(|table| matches!(table.kind, Kind::Defaults));
    if in_defaults && tables.len() == 1 && !key.in_defaults {
        return Some(not_shared(key));
    }
    let (what, help) = match key.kind.shape() {
        Shape::List => ("a list", format!("set `{}` in the host file", key.name)),
        Shape::Table => {
            let inner = match key.kind {
                Kind::Table(keys) => keys.first(),
                Kind::Defaults => APP_KEYS.iter().find(|key| key.name == "environment"),
                _ => None,
            };
            let help = match inner {
                Some(inner) => format!("name a key in it: {name}__{}", inner.name.to_uppercase()),
                None if has_entries(key) => format!("name an entry of it: {name}__NAME=text"),
                None => format!("set `{}` in the host file", key.name),
            };
            ("a table", help)
        }
        _ => return None,
    };
    let message = format!("`{}` is {what}: a variable holds one value", key.name);
    Some(Fault::new(message, "texts, numbers, true and false only").help(help))
}

/// The variable's text as the type that the key takes.
fn toml_value<'v>(key: &Key, text: &'v str) -> Result<DeValue<'v>, Fault> {
    let parsed = || DeValue::parse(text.trim()).ok().map(Spanned::into_inner);
    match key.kind.shape() {
        Shape::Flag => match parsed() {
            Some(value @ DeValue::Boolean(_)) => Ok(value),
            _ => Err(not(key.name, "true or false", text, "true or false")),
        },
        Shape::Number => match parsed() {
            Some(value @ (DeValue::Integer(_) | DeValue::Float(_))) => Ok(value),
            _ => Err(not(key.name, "a number", text, "a number")),
        },
        _ => Ok(DeValue::String(text.into())),
    }
}

fn unknown(file: &mut Checker<'_>, name: &str) {
    let (span, _) = file.add_variable(name, "…");
    let mut names = vec!["CONFIG".to_owned(), "LOG".to_owned()];
    collect("", HOST_KEYS, &mut names);
    let said = name.strip_prefix(PREFIX).unwrap_or(name);
    let fault = Fault::new(
        format!(
            "the environment variable {} is not known",
            super::fault::brief(name)
        ),
        "passed over",
    );
    let fault = match meant::closest(said, names.iter().map(String::as_str)) {
        Some(meant) => fault.help(format!("did you mean {PREFIX}{meant}?")),
        None => fault.help(
            "a key of the host file in capitals, `__` before a key in a table: STACKTAIL_HOST_RATE, STACKTAIL_OUTBOX__DSN_BYTES",
        ),
    };
    file.tell(Severity::Warning, "", &span, fault);
}

/// All variables that set a key.
fn collect(prefix: &str, keys: &'static [Key], names: &mut Vec<String>) {
    for key in keys {
        let name = format!("{prefix}{}", key.name.to_uppercase());
        match key.kind {
            Kind::Table(inner) => collect(&format!("{name}__"), inner, names),
            Kind::Defaults => {
                let before = names.len();
                collect(&format!("{name}__"), APP_KEYS, names);
                let shared = |name: &String| {
                    let own = name.rsplit("__").next().unwrap_or_default().to_lowercase();
                    APP_KEYS
                        .iter()
                        .all(|key| key.name != own || key.in_defaults)
                };
                let tail = names.split_off(before);
                names.extend(tail.into_iter().filter(shared));
            }
            Kind::Tags | Kind::TagFields | Kind::ExtraFields => names.push(format!("{name}__NAME")),
            kind if matches!(kind.shape(), Shape::Text | Shape::Number | Shape::Flag) => {
                names.push(name);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::{Loaded, Problem, Receiver, load, read};
    use crate::limit::Limit;
    use crate::os::surroundings::MemorySurroundings;

    const HOST: &str = "/etc/stacktail.toml";
    const KEY: &str = "0123456789abcdef0123456789abcdef";

    fn machine(host: &str, variables: &[(&str, &str)]) -> MemorySurroundings {
        let mut machine = MemorySurroundings::default();
        machine.file(HOST, host);
        machine.file("/etc/apps.d/a.toml", "[[files]]\npaths = [\"/l/*\"]\n");
        machine.file("/etc/a.dsn", &format!("https://{KEY}@h.org/3"));
        for (name, value) in variables {
            machine.set(name, value);
        }
        machine
    }

    fn told(host: &str, variables: &[(&str, &str)]) -> String {
        let problems = read(Path::new(HOST), &machine(host, variables)).problems;
        let texts: Vec<_> = problems.iter().map(Problem::to_string).collect();
        texts.join("\n")
    }

    /// Each part is told, and no secret.
    fn holds(told: &str, parts: &[&str], secrets: [&str; 2]) {
        for part in parts {
            assert!(told.contains(part), "{part}\nnot in\n{told}");
        }
        for secret in secrets {
            assert!(!told.contains(secret), "{told}");
        }
    }

    #[test]
    fn variables_come_before_the_file() {
        let host = "host_rate = \"1/s\"\n[outbox]\ndsn_bytes = \"1 MiB\"\n[defaults]\ndsn_file = \"a.dsn\"\nsdk = true\n";
        let variables = [
            ("STACKTAIL_HOST_RATE", "off"),
            ("STACKTAIL_OUTBOX__HOST_BYTES", "2 MiB"),
            ("STACKTAIL_DEFAULTS__DSN", "console"),
            ("STACKTAIL_DEFAULTS__SAMPLE_RATE", "0.5"),
            ("STACKTAIL_DEFAULTS__SDK", "false"),
            ("STACKTAIL_DEFAULTS__SCRUB__EMAILS", "true"),
            ("STACKTAIL_DEFAULTS__USER__ID", "customer.id"),
            ("STACKTAIL_AGE_MAX", " "),
            ("STACKTAIL_CONFIG", "/x"),
            ("STACKTAIL_LOG", "debug"),
            ("STACKTAILS", "x"),
        ];
        let Loaded {
            config, problems, ..
        } = load(Path::new(HOST), &machine(host, &variables)).unwrap();
        assert_eq!(problems, []);
        assert_eq!(config.host.host_rate, Limit::Off);
        assert_eq!(
            (config.host.outbox_dsn_bytes, config.host.outbox_host_bytes),
            (1 << 20, 2 << 20)
        );
        let app = &config.apps[0];
        assert_eq!((&app.receiver, app.sample_rate), (&Receiver::Console, 0.5));
        assert!(!app.filters.sdk && app.scrubbing.emails);
        assert_eq!(
            app.labels.user,
            [("id".to_owned(), "customer.id".to_owned())]
        );
    }

    #[test]
    fn entries_of_tables_come_before_those_of_the_file_and_beside_them() {
        let host = "[defaults]\ndsn = \"console\"\ntags = { team = \"shop\", zone = \"a\" }\n";
        let variables = [
            ("STACKTAIL_DEFAULTS__TAGS__ZONE", "eu-1"),
            ("STACKTAIL_DEFAULTS__TAGS__CLOUD__REGION", " eu "),
            ("STACKTAIL_DEFAULTS__TAGS__k8s.Node", "n1"),
            ("STACKTAIL_DEFAULTS__TAGS__EMPTY", ""),
            ("STACKTAIL_DEFAULTS__TAG_FIELDS__CUSTOMER", "customer.id"),
            ("STACKTAIL_DEFAULTS__EXTRA_FIELDS__ORDER", "order.id"),
        ];
        let mut machine = machine(host, &variables);
        machine.file(
            "/etc/apps.d/a.toml",
            "tags = { zone = \"own\" }\n[[files]]\npaths = [\"/l/*\"]\n",
        );
        machine.file("/etc/apps.d/b.toml", "[[files]]\npaths = [\"/l/*\"]\n");
        let Loaded {
            config, problems, ..
        } = load(Path::new(HOST), &machine).unwrap();
        assert_eq!(problems, []);
        let tags = |app: usize| {
            let tags = config.apps[app].tags.iter();
            tags.map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
        };
        let [own, others] = [0, 1].map(tags);
        assert_eq!(
            own,
            ["cloud__region=eu", "k8s.Node=n1", "team=shop", "zone=own"]
        );
        assert_eq!(
            others,
            ["cloud__region=eu", "k8s.Node=n1", "team=shop", "zone=eu-1"]
        );
        let labels = &config.apps[0].labels;
        let pair = |name: &str, field: &str| vec![(name.to_owned(), field.to_owned())];
        assert_eq!(labels.tag_fields, pair("customer", "customer.id"));
        assert_eq!(labels.extra_fields, pair("order", "order.id"));
    }

    #[test]
    fn an_entry_that_is_wrong_is_told_in_its_variable_and_the_others_hold() {
        let told = told(
            "[defaults]\ndsn = \"console\"\n",
            &[
                ("STACKTAIL_DEFAULTS__TAGS__RELEASE", "1"),
                ("STACKTAIL_DEFAULTS__TAGS__A B", "1"),
                ("STACKTAIL_DEFAULTS__TAGS__", "nameless"),
                ("STACKTAIL_DEFAULTS__EXTRA_FIELDS__LOG_X", "x"),
                ("STACKTAIL_DEFAULTS__TAGZ__TEAM", "secret"),
            ],
        );
        let parts = [
            "a tag cannot be named `release`: Sentry sets it itself\n --> environment variable STACKTAIL_DEFAULTS__TAGS__RELEASE",
            "Sentry would drop the tag `a b`\n --> environment variable STACKTAIL_DEFAULTS__TAGS__A B",
            "`log_x` is a name of the agent's own\n --> environment variable STACKTAIL_DEFAULTS__EXTRA_FIELDS__LOG_X",
            "warning: the environment variable STACKTAIL_DEFAULTS__TAGS__ is not known",
            "did you mean STACKTAIL_DEFAULTS__TAGS__NAME?",
            "warning: the environment variable STACKTAIL_DEFAULTS__TAGZ__TEAM is not known",
        ];
        holds(&told, &parts, ["secret", "nameless"]);
    }

    #[test]
    fn what_is_wrong_is_told_in_its_variable() {
        let told = told(
            "host_rate = 3\n[defaults]\ndsn = \"console\"\n",
            &[
                ("STACKTAIL_HOST_RATE", "fast"),
                ("STACKTAIL_OUTBOX__DSN_BYTES", "1 GiB"),
                ("STACKTAIL_HOST_RAT", "secret"),
                ("STACKTAIL_DEFAULTS__TAGS", "a=b"),
                ("STACKTAIL_DEFAULTS__PROJECT_ROOT", "/x"),
                ("STACKTAIL_DEFAULTS", "x"),
                ("STACKTAIL_DEFAULTS__SDK", "yes"),
                ("STACKTAIL_DEFAULTS__DSN", &format!("https:/{KEY}@h/1")),
                ("STACKTAIL_DEFAULTS__DSN_ENV", "X"),
            ],
        );
        let parts = [
            "`host_rate` must be a text, found a whole number\n --> /etc/stacktail.toml:1:13",
            "`host_rate` is not a limit: \"fast\"\n --> environment variable STACKTAIL_HOST_RATE\n  |\n  | STACKTAIL_HOST_RATE=fast\n  |                     ^^^^ expected",
            "`outbox.dsn_bytes` is larger than `outbox.host_bytes`\n --> environment variable STACKTAIL_OUTBOX__DSN_BYTES",
            "warning: the environment variable STACKTAIL_HOST_RAT is not known",
            "did you mean STACKTAIL_HOST_RATE?",
            "`tags` is a table: a variable holds one value",
            "name an entry of it: STACKTAIL_DEFAULTS__TAGS__NAME=text",
            "`project_root` cannot be set for all apps",
            "STACKTAIL_DEFAULTS__ENVIRONMENT",
            "`sdk` is not true or false: \"yes\"",
            "`dsn` and `dsn_env` are both set\n --> environment variable STACKTAIL_DEFAULTS__DSN_ENV",
        ];
        holds(&told, &parts, ["secret", "01234567"]);
    }
}
