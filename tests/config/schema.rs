//! The JSON Schema accepts what the validator accepts, and refuses what the file alone can tell. It is read by a small walker
//! that knows the keywords the schema uses and no others.

use serde_json::{Map, Value};
use stacktail::config::keys::{FILES_KEYS, Kind};
use stacktail::config::schema;
use toml::de::{DeTable, DeValue};

use crate::keys::{self, PLACES};
use crate::machine;

/// Where a value breaks a schema; `None`: nowhere.
fn breaks(schema: &Value, value: &Value, at: &str) -> Option<String> {
    let Some(object) = schema.as_object() else {
        return (schema == &Value::Bool(false)).then(|| format!("{at}: nothing may stand here"));
    };
    object.iter().find_map(|(keyword, wanted)| {
        let inner = || inner_breaks(object, keyword, wanted, value, at);
        let holds = keyword_holds(keyword, wanted, value);
        if holds == Some(false) {
            return Some(format!("{at}: {keyword} {wanted}"));
        }
        if holds.is_some() { None } else { inner() }
    })
}

/// Keywords that say it alone; `None`: another one.
fn keyword_holds(keyword: &str, wanted: &Value, value: &Value) -> Option<bool> {
    let length = || value.as_str().map(|text| text.chars().count() as u64);
    let at_most = |found: Option<u64>| found.is_none_or(|found| found <= wanted.as_u64().unwrap());
    let at_least = |found: Option<u64>| found.is_none_or(|found| found >= wanted.as_u64().unwrap());
    let items = || value.as_array().map(|list| list.len() as u64);
    let number = || value.as_f64();
    Some(match keyword {
        "$schema" | "title" | "description" | "default" | "examples" | "format" => true,
        "type" => match wanted.as_str().unwrap() {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "number" => value.is_number(),
            other => unreachable!("type {other}"),
        },
        "const" => value == wanted,
        "enum" => wanted.as_array().unwrap().contains(value),
        "minimum" => number().is_none_or(|found| found >= wanted.as_f64().unwrap()),
        "maximum" => number().is_none_or(|found| found <= wanted.as_f64().unwrap()),
        "minLength" => at_least(length()),
        "maxLength" => at_most(length()),
        "minItems" => at_least(items()),
        "maxItems" => at_most(items()),
        "maxProperties" => at_most(value.as_object().map(|object| object.len() as u64)),
        "pattern" => {
            let regex = regex::Regex::new(wanted.as_str().unwrap()).unwrap();
            value.as_str().is_none_or(|text| regex.is_match(text))
        }
        "required" => value.as_object().is_none_or(|object| {
            let names = wanted.as_array().unwrap().iter();
            names
                .into_iter()
                .all(|name| object.contains_key(name.as_str().unwrap()))
        }),
        "not" => breaks(wanted, value, "").is_some(),
        "anyOf" => wanted
            .as_array()
            .unwrap()
            .iter()
            .any(|one| breaks(one, value, "").is_none()),
        _ => return None,
    })
}

/// Keywords that look inside.
fn inner_breaks(
    schema: &Map<String, Value>,
    keyword: &str,
    wanted: &Value,
    value: &Value,
    at: &str,
) -> Option<String> {
    let nothing = Map::new();
    let entries = value.as_object().unwrap_or(&nothing);
    match keyword {
        "allOf" => wanted
            .as_array()
            .unwrap()
            .iter()
            .find_map(|one| breaks(one, value, at)),
        "items" => value
            .as_array()?
            .iter()
            .find_map(|item| breaks(wanted, item, at)),
        "propertyNames" => entries.keys().find_map(|name| {
            breaks(
                wanted,
                &Value::String(name.clone()),
                &format!("{at}.{name}"),
            )
        }),
        "properties" => {
            let known = wanted.as_object().unwrap();
            let both = known
                .iter()
                .filter_map(|(name, schema)| Some((name, schema, entries.get(name)?)));
            both.into_iter()
                .find_map(|(name, schema, value)| breaks(schema, value, &format!("{at}.{name}")))
        }
        "additionalProperties" => {
            let known = schema.get("properties").and_then(Value::as_object);
            let others = entries
                .iter()
                .filter(|(name, _)| known.is_none_or(|known| !known.contains_key(*name)));
            others
                .into_iter()
                .find_map(|(name, value)| breaks(wanted, value, &format!("{at}.{name}")))
        }
        other => unreachable!("keyword {other}"),
    }
}

/// A file as JSON; a date has no counterpart.
fn json(text: &str) -> Value {
    table(
        DeTable::parse(text)
            .unwrap_or_else(|error| unreachable!("{text}\n{error}"))
            .get_ref(),
    )
}

fn table(table: &DeTable<'_>) -> Value {
    let entries = table
        .iter()
        .map(|(name, inner)| (name.get_ref().to_string(), value(inner.get_ref())));
    Value::Object(entries.collect())
}

fn value(toml: &DeValue<'_>) -> Value {
    match toml {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Boolean(flag) => Value::Bool(*flag),
        DeValue::Integer(number) => number.as_str().parse::<i64>().unwrap().into(),
        // NaN has no counterpart either.
        DeValue::Float(number) => number.as_str().parse::<f64>().unwrap().into(),
        DeValue::Datetime(_) => Value::Null,
        DeValue::Array(list) => list.iter().map(|item| value(item.get_ref())).collect(),
        DeValue::Table(inner) => table(inner),
    }
}

fn schema_of(host: bool) -> Value {
    if host { schema::host() } else { schema::app() }
}

/// What a schema cannot tell: whether a regex compiles, a glob is safe, a zone is known, a folder lies beneath another.
fn beyond_a_schema(kind: Kind, value: &str) -> bool {
    match kind {
        Kind::Patterns | Kind::Removals | Kind::TextPatterns => {
            value.contains('(') || value.contains("a*")
        }
        Kind::Globs | Kind::Excludes => {
            value.contains("[\"[") || value.contains("proc") || value.contains('{')
        }
        Kind::Condition | Kind::Header => true,
        Kind::Zone => value.starts_with('"'),
        Kind::FolderMap => value.contains("\"/\"") || value.contains('x'),
        _ => false,
    }
}

#[test]
fn the_schema_accepts_and_refuses_what_the_validator_does() {
    let (mut accepted, mut refused) = (0, 0);
    for place in &PLACES {
        let schema = schema_of(place.host);
        for key in place.keys {
            for value in [key.default, key.example].into_iter().flatten() {
                let (text, _) = keys::file(place, key, value);
                assert_eq!(breaks(&schema, &json(&text), ""), None, "{text}");
                accepted += 1;
            }
            let others = keys::TYPES
                .iter()
                .filter(|(_, of)| *of != Some(key.kind.shape()));
            let values = keys::refused(key.kind).iter().copied();
            for value in values.chain(others.map(|(value, _)| *value)) {
                if beyond_a_schema(key.kind, value) {
                    continue;
                }
                let (text, _) = keys::file(place, key, value);
                let told = breaks(&schema, &json(&text), "");
                assert!(told.is_some_and(|told| told.contains(key.name)), "{text}");
                refused += 1;
            }
        }
    }
    assert!(accepted > 70 && refused > 300, "{accepted} {refused}");
}

#[test]
fn the_schema_knows_files_and_what_excludes_each_other() {
    let schema = schema::app();
    for key in FILES_KEYS {
        for value in keys::refused(key.kind) {
            let text = format!("[[files]]\n{} = {value}\n", key.name);
            let refused = breaks(&schema, &json(&text), "").is_some();
            assert_eq!(refused, !beyond_a_schema(key.kind, value), "{text}");
        }
    }
    for (text, fine) in [
        (
            "dsn = \"console\"\nrelease_field = \"v\"\nrelease = \"1\"\n",
            true,
        ),
        ("dsn = \"console\"\ndsn_env = \"X\"\n", false),
        ("dsn_file = \"x\"\ndsn_credential = \"x\"\n", false),
        ("release = \"1\"\nrelease_env = \"X\"\n", false),
        ("rules = []\n", true),
    ] {
        assert_eq!(breaks(&schema, &json(text), "").is_none(), fine, "{text}");
    }
    let host = schema::host();
    for text in [
        "[defaults]\nproject_root = \"/srv\"\n",
        "[defaults]\ndsn = \"console\"\ndsn_env = \"X\"\n",
    ] {
        assert!(breaks(&host, &json(text), "").is_some(), "{text}");
    }
}

#[test]
fn the_reference_files_and_the_demo_are_valid() {
    for (file, host) in [
        ("config/stacktail.toml", true),
        ("config/apps.d/example.toml", false),
        ("config/demo/stacktail.toml", true),
        ("config/demo/apps.d/checkout.toml", false),
        ("config/demo/apps.d/mailer.toml", false),
    ] {
        let text = std::fs::read_to_string(machine::path(file)).unwrap();
        assert_eq!(breaks(&schema_of(host), &json(&text), ""), None, "{file}");
    }
}

#[test]
fn the_command_prints_it() {
    for (of, schema) in [("host", schema::host()), ("app", schema::app())] {
        let mut command = assert_cmd::Command::cargo_bin("stacktail").unwrap();
        let done = command.args(["schema", of]).assert().success();
        let printed: Value = serde_json::from_slice(&done.get_output().stdout).unwrap();
        assert_eq!(printed, schema);
    }
}
