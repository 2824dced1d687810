//! Sentry's grouping (`newstyle:2026-01-20`) for exceptions, as far as log-derived events reach it: two variants, app
//! and system; events join where either agrees.
//!
//! Left out, because no event here can reach it: fingerprints, threads, templates, message parameterisation, function
//! normalisation of other platforms than Python, and the enhancement rules of other languages.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// What is hashed, as text, so that a difference can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grouping {
    /// `None` where no frame of the app contributes.
    pub app: Option<String>,
    /// All frames.
    pub system: String,
}

impl Grouping {
    /// Of an event with exceptions.
    pub(crate) fn of(event: &Value) -> Self {
        let platform = event["platform"].as_str().unwrap_or_default();
        let none = Vec::new();
        let sent = event["exception"]["values"].as_array().unwrap_or(&none);
        let chain = reduced(sent, platform);
        let any_app = chain.iter().any(|exception| frames(exception).any(in_app));
        let variant = |app_only| {
            let parts: Vec<String> = chain
                .iter()
                .map(|one| exception_part(one, platform, app_only))
                .collect();
            parts.join("\n== then\n")
        };
        Self {
            app: any_app.then(|| variant(true)),
            system: variant(false),
        }
    }

    /// One issue?
    pub(crate) fn joins(&self, other: &Self) -> bool {
        (self.app.is_some() && self.app == other.app) || self.system == other.system
    }
}

fn frames(exception: &Value) -> impl Iterator<Item = &Value> {
    exception["stacktrace"]["frames"]
        .as_array()
        .into_iter()
        .flatten()
}

fn exception_part(exception: &Value, platform: &str, app_only: bool) -> String {
    let mut part = String::new();
    if exception["mechanism"]["synthetic"] != Value::Bool(true) {
        part.extend([
            "type ",
            exception["type"].as_str().unwrap_or_default(),
            "\n",
        ]);
    }
    let mut contributed = false;
    let mut previous: Option<&Value> = None;
    for frame in frames(exception) {
        let recursion = previous.is_some_and(|previous| same_place(previous, frame));
        previous = Some(frame);
        if recursion || (app_only && !in_app(frame)) {
            continue;
        }
        contributed = true;
        part.push_str(&frame_part(frame, platform));
    }
    if !contributed {
        let value = exception["value"].as_str().unwrap_or_default();
        part.extend(["value ", &without_numbers(value), "\n"]);
    }
    part
}

fn frame_part(frame: &Value, platform: &str) -> String {
    let text = |key: &str| frame[key].as_str().filter(|text| !text.is_empty());
    let place = text("module")
        .map(str::to_owned)
        .or_else(|| text("filename").and_then(file_component));
    let mut part = format!(
        "{} {}",
        place.unwrap_or_default(),
        text("function").unwrap_or_default()
    );
    let with_source = ["javascript", "node", "python", "php", "ruby"].contains(&platform);
    if let Some(line) = text("context_line").filter(|_| with_source) {
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.chars().count() <= 120 {
            part.extend([" | ", &line]);
        }
    }
    part + "\n"
}

fn file_component(filename: &str) -> Option<String> {
    if filename.contains("://") || ["<anonymous>", "[native code]"].contains(&filename) {
        return None;
    }
    filename.rsplit(['/', '\\']).next().map(str::to_lowercase)
}

fn same_place(one: &Value, other: &Value) -> bool {
    [
        "abs_path", "package", "module", "filename", "function", "lineno", "colno",
    ]
    .iter()
    .all(|key| one[key] == other[key])
}

/// The SDK's word, overridden by the server's own rules.
fn in_app(frame: &Value) -> bool {
    let path = frame["abs_path"]
        .as_str()
        .or(frame["filename"].as_str())
        .unwrap_or_default();
    let library = [
        "/site-packages/",
        "/dist-packages/",
        "/node_modules/",
        "/vendor/",
        "/go/pkg/mod/",
        "/.local/share/",
    ];
    let not_app =
        library.iter().any(|folder| path.contains(folder)) || path.starts_with("/usr/local/lib/");
    frame["in_app"] == Value::Bool(true) && !not_app
}

fn without_numbers(value: &str) -> String {
    value
        .split(|at: char| at.is_ascii_digit())
        .filter(|piece| !piece.is_empty())
        .collect::<Vec<_>>()
        .join("<n>")
}

/// Where every exception carries a consistent id, groups are reduced to their distinct leaves (and the root, where these
/// are several) and a chain is followed from its root to first children; else the order is as sent.
fn reduced<'a>(sent: &'a [Value], platform: &str) -> Vec<&'a Value> {
    let as_sent: Vec<&Value> = sent.iter().collect();
    let mut by_id: BTreeMap<u64, &Value> = BTreeMap::new();
    let mut children: BTreeMap<u64, Vec<&Value>> = BTreeMap::new();
    for exception in sent.iter().rev() {
        let mechanism = &exception["mechanism"];
        let Some(id) = mechanism["exception_id"].as_u64() else {
            return as_sent;
        };
        by_id.insert(id, exception);
        if let Some(parent) = mechanism["parent_id"].as_u64() {
            children.entry(parent).or_default().push(exception);
        }
    }
    let Some(&root) = by_id.get(&0).filter(|_| sent.len() > 1) else {
        return as_sent;
    };
    let mut leaves = Vec::new();
    top_level(root, &children, &mut leaves);
    let mut seen = BTreeSet::new();
    leaves.retain(|leaf| seen.insert(exception_part(leaf, platform, false)));
    if let [one] = leaves.as_slice() {
        let mut path = vec![*one];
        while let Some(first) = path
            .last()
            .and_then(|last| children_of(last, &children).first())
        {
            path.push(first);
        }
        return path;
    }
    leaves.push(root);
    leaves
}

fn top_level<'a>(
    exception: &'a Value,
    children: &BTreeMap<u64, Vec<&'a Value>>,
    found: &mut Vec<&'a Value>,
) {
    if exception["mechanism"]["is_exception_group"] != Value::Bool(true) {
        found.push(exception);
        return;
    }
    for child in children_of(exception, children) {
        top_level(child, children, found);
    }
}

fn children_of<'m, 'a>(
    exception: &Value,
    children: &'m BTreeMap<u64, Vec<&'a Value>>,
) -> &'m [&'a Value] {
    let id = exception["mechanism"]["exception_id"].as_u64();
    id.and_then(|id| children.get(&id))
        .map_or(&[], Vec::as_slice)
}

mod tests {
    use serde_json::json;

    use super::*;

    fn event(frames: &Value) -> Value {
        json!({"platform": "python", "exception": {"values": [{"type": "E", "value": "v 1", "stacktrace": {"frames": frames}}]}})
    }

    #[test]
    fn line_numbers_and_paths_do_not_count_but_source_lines_do() {
        let one = event(
            &json!([{"function": "f", "module": "m", "abs_path": "/a/m.py", "lineno": 1, "context_line": "  g( )", "in_app": true}]),
        );
        let mut other = event(
            &json!([{"function": "f", "module": "m", "abs_path": "/b/m.py", "lineno": 9, "context_line": "g( )", "in_app": true}]),
        );
        assert!(Grouping::of(&one).joins(&Grouping::of(&other)));
        other["exception"]["values"][0]["stacktrace"]["frames"][0]["context_line"] = json!("h()");
        assert!(!Grouping::of(&one).joins(&Grouping::of(&other)));
    }

    #[test]
    fn either_variant_joins() {
        let app = json!({"function": "f", "module": "m", "in_app": true});
        let library = json!({"function": "x", "module": "l", "abs_path": "/v/site-packages/l.py", "in_app": true});
        let (short, long) = (event(&json!([app])), event(&json!([library, app])));
        assert!(Grouping::of(&short).joins(&Grouping::of(&long)));
        assert_ne!(Grouping::of(&short).system, Grouping::of(&long).system);
        assert_eq!(Grouping::of(&event(&json!([library]))).app, None);
    }

    #[test]
    fn a_chain_with_ids_differs_from_one_without() {
        let chain = |ids: bool| {
            let one = |name: &str, id: u64| {
                let mechanism = if ids {
                    json!({"type": "x", "exception_id": id, "parent_id": (id > 0).then_some(0)})
                } else {
                    json!({"type": "x"})
                };
                json!({"type": name, "mechanism": mechanism, "stacktrace": {"frames": [{"function": name, "in_app": true}]}})
            };
            json!({"platform": "python", "exception": {"values": [one("Inner", 1), one("Outer", 0)]}})
        };
        assert!(!Grouping::of(&chain(true)).joins(&Grouping::of(&chain(false))));
    }
}
