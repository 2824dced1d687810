//! Overrides of the host file by the environment: `STACKTAIL_OUTBOX__DSN_BYTES` is `dsn_bytes` in `[outbox]`. In: variables. Out:
//! their values laid over the host file's section, checked as if they stood in it, each with its place in the environment.
//!
//! Texts, numbers and flags alone. An empty variable counts as not set. The value of a variable that is no key is never shown.

use toml::Spanned;
use toml::de::DeValue;

use super::check::Checker;
use super::fault::{Fault, not};
use super::key::Shape;
use super::keys::{APP_KEYS, DSN_KEYS, HOST_KEYS, Key, Kind, RELEASE_KEYS};
use super::meant;
use super::problem::Severity;
use super::setting::Section;
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
        match find(HOST_KEYS, &parts) {
            Some(keys) => one(file, section, &keys, (&name, &value)),
            None => unknown(file, &name),
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
    let outer: Vec<&'static str> = tables.iter().map(|table| table.name).collect();
    let setting = file.within(&outer, |file| {
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
    let mut inner = section;
    for table in tables {
        let Some(opened) = inner.opened(table.name, &name_span) else {
            return;
        };
        inner = opened;
    }
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
            let help = inner.map_or_else(
                || format!("set `{}` in the host file", key.name),
                |inner| format!("name a key in it: {name}__{}", inner.name.to_uppercase()),
            );
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
        for part in [
            "`host_rate` must be a text, found a whole number\n --> /etc/stacktail.toml:1:13",
            "`host_rate` is not a limit: \"fast\"\n --> environment variable STACKTAIL_HOST_RATE\n  |\n  | STACKTAIL_HOST_RATE=fast\n  |                     ^^^^ expected",
            "`outbox.dsn_bytes` is larger than `outbox.host_bytes`\n --> environment variable STACKTAIL_OUTBOX__DSN_BYTES",
            "warning: the environment variable STACKTAIL_HOST_RAT is not known",
            "did you mean STACKTAIL_HOST_RATE?",
            "`tags` is a table: a variable holds one value",
            "`project_root` cannot be set for all apps",
            "STACKTAIL_DEFAULTS__ENVIRONMENT",
            "`sdk` is not true or false: \"yes\"",
            "`dsn` and `dsn_env` are both set\n --> environment variable STACKTAIL_DEFAULTS__DSN_ENV",
        ] {
            assert!(told.contains(part), "{part}\nnot in\n{told}");
        }
        assert!(
            !told.contains("secret") && !told.contains("01234567"),
            "{told}"
        );
    }
}
