//! The doors between the rooms, and the habits of the house, held over the source text.
//!
//! Comments and unit tests (`mod tests`) are not looked at: a test may name any room.
#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "it is the source text that is tested"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Room, and the rooms it may name. Rows stand in the order in which data passes; a row names earlier rows alone.
const DOORS: &[(&str, &str)] = &[
    ("bounds", ""),
    ("level", ""),
    ("limit", "bounds"),
    ("os", "bounds"),
    ("config", "bounds level limit os"),
    ("source", "bounds os config"),
    // Bytes in, offsets out: no settings, no machine.
    ("scan", "bounds source"),
    // Of the configuration, the layout that an app fixes.
    ("format", "bounds level config source"),
    ("assemble", "bounds level os source scan format"),
    // No I/O: whether a file stands somewhere is asked through a function handed in.
    ("language", "bounds level source format assemble"),
    (
        "event",
        "bounds level os config source format assemble language",
    ),
    (
        "pipeline",
        "bounds level os config source scan format assemble language event",
    ),
    // Pure: record time and chance come in by value.
    (
        "policy",
        "bounds level limit os config source language event",
    ),
    ("route", "bounds level config source event policy"),
    (
        "store",
        "bounds level limit os config source event policy route",
    ),
    (
        "deliver",
        "bounds level limit os config source event policy route store",
    ),
    (
        "observe",
        "bounds level limit os config source pipeline policy route store deliver",
    ),
    ("agent", "*"),
    ("cli", "*"),
];

/// What rooms may not reach even within a room they may name, and why.
const LOCKED: &[(&str, &str, &str)] = &[
    (
        "assemble",
        "os::files",
        "reading back goes through the source",
    ),
    ("event", "os::env", "settings come from config"),
    ("policy", "os::files", "policy is pure"),
    ("policy", "os::clock", "policy runs on record time"),
];

/// Names that say nothing.
const EMPTY_NAMES: [&str; 7] = [
    "util", "utils", "common", "helper", "helpers", "manager", "misc",
];

/// Lines of a file before its unit tests.
const PRODUCTION_LINES: usize = 400;

/// A source file.
struct Source {
    /// From `src/` on.
    path: PathBuf,
    /// All of it.
    text: String,
    /// Comments blanked, unit tests cut off; line numbers stay.
    code: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders = vec![root.join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)
            .expect("src is readable")
            .flatten()
        {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                let text = std::fs::read_to_string(&path).expect("sources are UTF-8");
                let code = code_of(&text);
                let path = path
                    .strip_prefix(root)
                    .expect("beneath the root")
                    .to_path_buf();
                found.push(Source { path, text, code });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Unit tests in a file of their own.
fn is_test_file(path: &Path) -> bool {
    let stem = path
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default();
    stem == "tests"
        || stem.ends_with("_tests")
        || path.components().any(|part| part.as_os_str() == "tests")
}

/// The code of a file: line comments blanked, everything from its unit tests on cut off.
fn code_of(text: &str) -> String {
    let mut code = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let behind = lines
            .clone()
            .find(|next| !next.trim_start().starts_with("#["));
        let tests = behind.is_some_and(|next| {
            next.trim_start().starts_with("mod tests") && next.trim_end().ends_with('{')
        });
        if line.trim() == "#[cfg(test)]" && tests {
            break;
        }
        let comment = line.trim_start().starts_with("//");
        code.push_str(if comment { "" } else { line });
        code.push('\n');
    }
    code
}

/// The module path of a file: `src/store/open.rs` is `[store, open]`.
fn module_of(path: &Path) -> Vec<String> {
    let inside = path.strip_prefix("src").unwrap_or(path).with_extension("");
    let parts = inside
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned());
    parts
        .filter(|part| !matches!(part.as_str(), "mod" | "lib" | "main"))
        .collect()
}

/// Every path that the code names, from the crate's root on, with its line: `crate::a::b`, `super::…`, and what stands in
/// braces behind either.
fn named_paths(source: &Source) -> Vec<(usize, String)> {
    let module = module_of(&source.path);
    let code = &source.code;
    let mut found = Vec::new();
    for word in ["crate::", "super::"] {
        for (at, _) in code.match_indices(word) {
            let before = code.get(..at).unwrap_or_default();
            if before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':' || c == '$') {
                continue;
            }
            let line = before.matches('\n').count() + 1;
            let mut rest = code.get(at..).unwrap_or_default();
            let mut base = if word == "crate::" {
                Vec::new()
            } else {
                module.clone()
            };
            while let Some(tail) = rest.strip_prefix("super::") {
                base.pop();
                rest = tail;
            }
            rest = rest.strip_prefix("crate::").unwrap_or(rest);
            for path in heads(rest) {
                let full = base
                    .iter()
                    .cloned()
                    .chain([path])
                    .collect::<Vec<_>>()
                    .join("::");
                found.push((line, full));
            }
        }
    }
    found
}

/// The paths at the start of a text: `a::b`, or each of `{a::b, c}`.
fn heads(text: &str) -> Vec<String> {
    let is_path = |c: &char| c.is_alphanumeric() || matches!(c, '_' | ':');
    let Some(inside) = text.strip_prefix('{') else {
        return vec![text.chars().take_while(is_path).collect()];
    };
    let mut depth = 1;
    let mut paths = vec![String::new()];
    for c in inside.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => paths.push(String::new()),
            c if depth == 1 && is_path(&c) => paths
                .iter_mut()
                .last()
                .into_iter()
                .for_each(|path| path.push(c)),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    paths.retain(|path| !path.is_empty());
    paths
}

fn first(path: &str) -> &str {
    path.split("::").next().unwrap_or_default()
}

/// All complaints at once, or none.
fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn rooms_name_only_what_their_doors_open_to() {
    let doors: BTreeMap<_, _> = DOORS.iter().copied().collect();
    let mut complaints = Vec::new();
    let mut looked_at = 0;
    for source in sources()
        .iter()
        .filter(|source| !is_test_file(&source.path))
    {
        let Some(room) = module_of(&source.path).first().cloned() else {
            continue;
        };
        let Some(open) = doors.get(room.as_str()) else {
            complaints.push(format!(
                "{}:1: room `{room}` has no row in DOORS",
                source.path.display()
            ));
            continue;
        };
        for (line, path) in named_paths(source) {
            looked_at += 1;
            let at = format!("{}:{line}", source.path.display());
            let other = first(&path);
            let allowed =
                other == room || *open == "*" || open.split(' ').any(|name| name == other);
            if doors.contains_key(other) && !allowed {
                complaints.push(format!(
                    "{at}: `{room}` names `{path}`; it may name: {open}"
                ));
            }
            for (_, _, why) in LOCKED
                .iter()
                .filter(|(from, locked, _)| *from == room && path.starts_with(locked))
            {
                complaints.push(format!("{at}: `{room}` names `{path}`: {why}"));
            }
        }
    }
    none(&complaints);
    assert!(looked_at > 50, "the source text was not read");
}

#[test]
fn the_doors_lead_backwards() {
    for (at, (room, open)) in DOORS.iter().enumerate() {
        for other in open
            .split(' ')
            .filter(|other| !other.is_empty() && *other != "*")
        {
            let earlier = DOORS.iter().take(at).any(|(name, _)| *name == other);
            assert!(
                earlier,
                "`{room}` may name `{other}`, which is no earlier row"
            );
        }
    }
}

#[test]
fn every_file_says_what_it_is_and_is_short() {
    let mut complaints = Vec::new();
    for source in sources() {
        let path = source.path.display();
        if !source.text.starts_with("//! ") {
            complaints.push(format!(
                "{path}:1: a file begins with `//! ` and what comes in, what goes out"
            ));
        }
        let lines = source.code.lines().count();
        if lines > PRODUCTION_LINES && !is_test_file(&source.path) {
            complaints.push(format!(
                "{path}:{lines}: too long before its tests; {PRODUCTION_LINES} lines at most"
            ));
        }
        for part in module_of(&source.path) {
            if EMPTY_NAMES.contains(&part.as_str()) {
                complaints.push(format!(
                    "{path}:1: `{part}` says nothing; name what it does"
                ));
            }
        }
    }
    none(&complaints);
}

#[test]
fn bounds_stand_in_one_file() {
    let mut complaints = Vec::new();
    for source in sources()
        .iter()
        .filter(|source| source.path != Path::new("src/bounds.rs"))
    {
        for (at, line) in source.code.lines().enumerate() {
            let mut words = line.split_whitespace().skip_while(|word| *word != "const");
            if words
                .nth(1)
                .is_some_and(|name| name.trim_end_matches(':').ends_with("_MAX"))
            {
                complaints.push(format!(
                    "{}:{}: bounds stand in src/bounds.rs",
                    source.path.display(),
                    at + 1
                ));
            }
        }
    }
    none(&complaints);
}

/// The one file that may hold unsafe code: it calls libsystemd.
const UNSAFE_FILE: &str = "src/os/journald.rs";

#[test]
fn unsafe_code_stands_in_one_file() {
    let manifest = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .expect("Cargo.toml");
    assert!(manifest.contains("\nunsafe_code = \"deny\"\n"));
    let mut complaints = Vec::new();
    let mut allowed = 0;
    for source in sources() {
        let forms = [
            "unsafe {",
            "unsafe fn",
            "unsafe impl",
            "unsafe extern",
            "unsafe_code",
        ];
        let named: usize = forms
            .map(|form| source.text.matches(form).count())
            .iter()
            .sum();
        if source.path == Path::new(UNSAFE_FILE) {
            allowed = named;
        } else if named > 0 {
            let path = source.path.display();
            complaints.push(format!(
                "{path}:1: unsafe code stands in {UNSAFE_FILE} alone"
            ));
        }
    }
    none(&complaints);
    assert!(allowed > 0, "{UNSAFE_FILE} needs the exception no more");
}

#[test]
fn paths_are_read_as_rust_reads_them() {
    let text = "//! x\nuse crate::{a::b, c::{d, e}, f};\n// crate::hidden\nuse super::{g, super::h};\nfn f() { super::super::i(); }\n\
        #[cfg(test)]\nmod tests {\n    use crate::later;\n}\n";
    let path = PathBuf::from("src/store/open.rs");
    let source = Source {
        path,
        text: text.to_owned(),
        code: code_of(text),
    };
    let mut paths = named_paths(&source);
    paths.sort();
    let expected = [
        (2, "a::b"),
        (2, "c::"),
        (2, "f"),
        (4, "store::g"),
        (4, "store::h"),
        (4, "store::super::h"),
        (5, "i"),
    ];
    assert_eq!(paths, expected.map(|(line, path)| (line, path.to_owned())));
}
