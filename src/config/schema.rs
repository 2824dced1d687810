//! The JSON Schema (2020-12) of the configuration files. In: the key table. Out: a schema that accepts whatever the validator
//! accepts, and refuses what can be told from the file alone: not whether a regex compiles, a zone or a file is there.

use serde_json::{Map, Value, json};
use toml::de::DeValue;

use super::contexts::json as as_json;
use super::keys::{APP_KEYS, DSN_KEYS, HOST_KEYS, Key, Kind, RELEASE_KEYS};
use super::lists::RESERVED_TAGS;
use crate::bounds::{CONFIG_ITEMS_MAX, CONFIG_TEXT_CHARS_MAX, LIMIT_COUNT_MAX};

/// The schema of `stacktail.toml`.
#[must_use]
pub fn host() -> Value {
    let mut schema = table(HOST_KEYS, |_| true);
    head(
        &mut schema,
        "stacktail.toml",
        "The host: defaults for apps, state folder, limits.",
    );
    schema
}

/// The schema of `apps.d/NAME.toml`.
#[must_use]
pub fn app() -> Value {
    let mut schema = table(APP_KEYS, |_| true);
    put(&mut schema, "allOf", json!(exclusions()));
    head(
        &mut schema,
        "apps.d/NAME.toml",
        "One app: where it logs, which project it belongs to.",
    );
    schema
}

fn head(schema: &mut Value, title: &str, description: &str) {
    put(
        schema,
        "$schema",
        json!("https://json-schema.org/draft/2020-12/schema"),
    );
    put(schema, "title", json!(title));
    put(schema, "description", json!(description));
}

fn put(schema: &mut Value, name: &str, value: Value) {
    if let Value::Object(object) = schema {
        object.insert(name.to_owned(), value);
    }
}

/// Of the keys that give a DSN, and of those that give a release, no two.
fn exclusions() -> Vec<Value> {
    let mut pairs = Vec::new();
    for group in [DSN_KEYS, RELEASE_KEYS] {
        for (at, one) in group.iter().enumerate() {
            let others = group.iter().skip(at + 1);
            pairs.extend(others.map(|other| json!({"not": {"required": [one, other]}})));
        }
    }
    pairs
}

/// A table with these keys and no others.
fn table(keys: &'static [Key], with: impl Fn(&Key) -> bool) -> Value {
    let there = keys.iter().filter(|key| with(key));
    let properties: Map<String, Value> = there
        .map(|key| (key.name.to_owned(), of_key(key)))
        .collect();
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}

fn of_key(key: &Key) -> Value {
    let mut schema = of_kind(key.kind);
    let told = format!("{} {}", key.doc, key.more);
    put(&mut schema, "description", json!(told.trim_end()));
    if let Some(default) = key.default.and_then(value_of) {
        put(&mut schema, "default", default);
    }
    if let Some(example) = key.example.and_then(value_of) {
        put(&mut schema, "examples", json!([example]));
    }
    schema
}

/// A value written as TOML.
fn value_of(toml: &str) -> Option<Value> {
    as_json(DeValue::parse(toml).ok()?.get_ref(), 0)
}

fn of_kind(kind: Kind) -> Value {
    match kind {
        Kind::Table(keys) => table(keys, |_| true),
        Kind::Tables(keys) => list(&table(keys, |_| true), 0),
        Kind::Defaults => {
            let mut schema = table(APP_KEYS, |key| key.in_defaults);
            put(&mut schema, "allOf", json!(exclusions()));
            schema
        }
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Count => json!({"type": "integer", "minimum": 1}),
        Kind::Lines => json!({"type": "string"}),
        Kind::Fraction => json!({"type": "number", "minimum": 0, "maximum": 1}),
        Kind::Fingerprint => list(&line(CONFIG_TEXT_CHARS_MAX), 1),
        Kind::Environments => list(&of_kind(Kind::Environment), 0),
        Kind::Folders => {
            let mut folder = line(CONFIG_TEXT_CHARS_MAX);
            put(&mut folder, "not", json!({"pattern": "^/+$"}));
            list(&folder, 0)
        }
        Kind::Patterns | Kind::Removals => {
            let mut regex = line(CONFIG_TEXT_CHARS_MAX);
            put(&mut regex, "format", json!("regex"));
            list(&regex, 0)
        }
        Kind::TextPatterns => {
            let mut pattern = line(CONFIG_TEXT_CHARS_MAX);
            put(&mut pattern, "not", json!({"const": "//"}));
            list(&pattern, 0)
        }
        Kind::Globs => {
            let mut glob = line(CONFIG_TEXT_CHARS_MAX);
            put(&mut glob, "not", json!({"pattern": "/\\s*$"}));
            list(&glob, 1)
        }
        Kind::Excludes | Kind::Names => list(&line(CONFIG_TEXT_CHARS_MAX), 0),
        Kind::Units => list(&pattern("^[A-Za-z0-9:_.\\\\@*?-]{1,255}$"), 0),
        Kind::Matches => list(&pattern("^[A-Z0-9_]+=[^\\u0000-\\u001f\\u007f]*$"), 0),
        Kind::Tags => entries(&tag_name(), &line(200)),
        Kind::TagFields => entries(&tag_name(), &of_kind(Kind::Field)),
        Kind::ExtraFields => {
            let name = json!({"minLength": 1, "maxLength": 200, "not": {"pattern": "^log_"}});
            entries(&name, &of_kind(Kind::Field))
        }
        Kind::Contexts => {
            let name = json!({"pattern": "^[a-zA-Z0-9_.-]{1,64}$", "not": {"const": "trace"}});
            entries(&name, &json!({"type": "object"}))
        }
        Kind::FolderMap => entries(&json!({"minLength": 1}), &line(CONFIG_TEXT_CHARS_MAX)),
        kind => text(kind),
    }
}

/// Kinds whose values are texts.
fn text(kind: Kind) -> Value {
    match kind {
        Kind::Name(chars) => line(chars),
        Kind::Release => named(200, &[".", "..", "[lL][aA][tT][eE][sS][tT]"]),
        Kind::Environment => named(64, &[".", "..", "[nN][oO][nN][eE]"]),
        Kind::Dist => pattern("^\\s*[a-zA-Z0-9_.-]{1,64}\\s*$"),
        Kind::Receiver => {
            let dsn = pattern(
                "^\\s*[hH][tT][tT][pP][sS]?://[A-Za-z0-9_.-]+(:[^\\s/?#@]*)?@[^\\s?#@]+/[A-Za-z0-9_-]+\\s*$",
            );
            json!({"anyOf": [{"const": "console"}, dsn]})
        }
        Kind::App => pattern("^[a-z0-9_-]{1,64}$"),
        Kind::Variable => pattern("^[A-Za-z_][A-Za-z0-9_]*$"),
        Kind::Credential => {
            let mut name = pattern("^[!-.0-9;-~]{1,255}$");
            put(&mut name, "not", json!({"enum": [".", ".."]}));
            name
        }
        Kind::Field => {
            let part = "[^.\\u0000-\\u001f\\u007f]*[^.\\s][^.\\u0000-\\u001f\\u007f]*";
            pattern(&format!("^{part}(\\.{part})*$"))
        }
        Kind::Level => json!({"enum": ["debug", "info", "warning", "error", "fatal"]}),
        Kind::LevelOrOff => json!({"enum": ["off", "debug", "info", "warning", "error", "fatal"]}),
        Kind::Rate => {
            let digits = LIMIT_COUNT_MAX.ilog10();
            let less = digits.saturating_sub(1);
            pattern(&format!(
                "^\\s*(0*([1-9][0-9]{{0,{less}}}|{LIMIT_COUNT_MAX})/(s|min|h)|off)\\s*$"
            ))
        }
        Kind::Duration => duration(),
        Kind::Window => json!({"anyOf": [pattern("^\\s*off\\s*$"), duration()]}),
        Kind::StartAt => json!({"anyOf": [pattern("^\\s*(end|beginning)\\s*$"), duration()]}),
        Kind::Size => pattern("^\\s*0*[1-9][0-9]*\\s*([bB]|[kKmMgG][iI]?[bB])\\s*$"),
        Kind::Choice(words) => json!({"enum": words}),
        _ => line(CONFIG_TEXT_CHARS_MAX),
    }
}

fn pattern(pattern: &str) -> Value {
    json!({"type": "string", "pattern": pattern})
}

/// One line of text, not empty.
fn line(chars: usize) -> Value {
    let any = "[^\\u0000-\\u001f\\u007f]*";
    let seen = "[^\\s\\u0000-\\u001f\\u007f]";
    json!({"type": "string", "maxLength": chars, "pattern": format!("^{any}{seen}{any}$")})
}

/// A name that Sentry takes: no slashes, none of the reserved ones.
fn named(chars: usize, reserved: &[&str]) -> Value {
    let words: Vec<_> = reserved
        .iter()
        .map(|word| word.replace('.', "\\."))
        .collect();
    let mut name = line(chars);
    let not = format!("[/\\\\]|^\\s*({})\\s*$", words.join("|"));
    put(&mut name, "not", json!({"pattern": not}));
    name
}

/// Units getting smaller, and not all of them zero.
fn duration() -> Value {
    let units = ["d", "h", "m", "s", "ms"].map(|unit| format!("([0-9]+\\s*{unit}\\s*)?"));
    let mut schema = pattern(&format!("^\\s*{}$", units.concat()));
    put(&mut schema, "allOf", json!([{"pattern": "[1-9]"}]));
    schema
}

fn list(items: &Value, least: usize) -> Value {
    json!({"type": "array", "items": items, "minItems": least, "maxItems": CONFIG_ITEMS_MAX})
}

fn entries(name: &Value, value: &Value) -> Value {
    json!({"type": "object", "propertyNames": name, "additionalProperties": value, "maxProperties": CONFIG_ITEMS_MAX})
}

fn tag_name() -> Value {
    json!({"pattern": "^[a-zA-Z0-9_.:-]{1,32}$", "not": {"enum": RESERVED_TAGS}})
}
