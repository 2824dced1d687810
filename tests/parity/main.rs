//! Parity with the official SDKs: what is read from the text equals what the SDK sent for the same crash.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::many_single_char_names,
    reason = "a test that cannot go on fails; it reads its own cases and prints its table"
)]

mod align;
mod allow;
mod drive;
mod event;
mod judge;
mod scrubbed;
mod text;
mod typed;

use std::path::{Path, PathBuf};

use serde_json::Value;

use allow::Allowed;
use judge::{Difference, Table};
use text::Text;

/// Fields of which at least 98 % of what the text carries must be equal.
const NEARLY_ALL: &[&str] = &[
    "chain",
    "exc_count",
    "exc.type",
    "exc.value",
    "fr.function",
    "fr.lineno",
    "fr.filename",
    "fr.abs_path",
    "fr.module",
    "fr.in_app",
    "fr.context_line",
    "level",
];

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parity")
}

/// The languages with cases.
fn languages() -> Vec<String> {
    let folders = std::fs::read_dir(here().join("cases")).unwrap();
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name();
    let mut names: Vec<String> = folders
        .map(|entry| name(entry).to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn cases(language: &str) -> Vec<(String, PathBuf)> {
    let folder = here().join("cases").join(language);
    let mut cases: Vec<(String, PathBuf)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (
                format!("{language}/{}", path.file_name().unwrap().to_string_lossy()),
                path,
            )
        })
        .collect();
    cases.sort();
    cases
}

/// Our events of a case, the texts that they are made of.
fn ours(folder: &Path, language: &str) -> (Vec<Value>, Vec<String>) {
    let read = |file: &str| {
        std::fs::read(folder.join(file))
            .ok()
            .map(|b| String::from_utf8_lossy(&b).into_owned())
    };
    let logs: Vec<String> = ["log_nosdk.txt", "log.txt"]
        .iter()
        .filter_map(|file| read(file))
        .collect();
    // Rails runs in a folder of its own.
    let root = format!("/srv/app/{language}");
    let meta: Value = serde_json::from_str(&read("meta.json").unwrap()).unwrap();
    let below = meta["cwd"].as_str().and_then(|cwd| cwd.strip_prefix(&root));
    let below = below.unwrap_or_default().trim_start_matches('/');
    let program = here().join("program").join(language);
    let setting = drive::Setting {
        root: Path::new(&root)
            .join(below)
            .to_string_lossy()
            .trim_end_matches('/')
            .to_owned(),
        program: program.join(below),
        in_app_include: in_app_include(folder, language),
    };
    (drive::events(&logs[0], &setting), logs)
}

/// What the program told its SDK of its own packages.
fn in_app_include(folder: &Path, language: &str) -> &'static [&'static str] {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    match language {
        "java" if name.contains("in_app_include") => &["^com\\.acme"],
        "elixir" => &["^Elixir\\.Shop", "^shop$"],
        _ => &[],
    }
}

fn compare(name: &str, folder: &Path, language: &str) -> Table {
    let (ours, logs) = ours(folder, language);
    scrubbed::check(name, &ours);
    let sent = std::fs::read_to_string(folder.join("sdk.json")).unwrap();
    let theirs: Value = serde_json::from_str(&sent).unwrap();
    judge::compare(&ours, theirs.as_array().unwrap(), &Text::new(&logs), name)
}

/// A reason for a language as a whole covers only what the text does not carry.
fn reason(allowed: &[Allowed], difference: &Difference) -> Option<usize> {
    allowed.iter().position(|(case, field, _)| {
        let place = &difference.place;
        let of_case = |rest: &str| {
            let whole = !case.contains('/') && rest.starts_with('/') && !difference.carried;
            rest.is_empty() || rest.starts_with(['#', ' ']) || whole
        };
        place.strip_prefix(case).is_some_and(of_case)
            && (*field == "*" || field.trim_end_matches('?') == difference.field)
    })
}

fn show(difference: &Difference) -> String {
    let Difference {
        place,
        field,
        ours,
        theirs,
        carried,
    } = difference;
    let short = |value: &Value| value.to_string().chars().take(160).collect::<String>();
    let carried = if *carried { "" } else { " [not in text]" };
    format!(
        "  {place} {field}{carried}: {} | {}",
        short(ours),
        short(theirs)
    )
}

fn print(language: &str, table: &Table) {
    println!("{language:24} {:>18} {:>18}", "carried", "all");
    let percent = |equal: usize, of: usize| {
        if of == 0 {
            100.0
        } else {
            100.0 * equal as f64 / of as f64
        }
    };
    for (field, [carried, carried_equal, all, all_equal]) in &table.counts {
        let carried = format!("{:.1} ({carried})", percent(*carried_equal, *carried));
        let all = format!("{:.1} ({all})", percent(*all_equal, *all));
        println!("{field:24} {carried:>18} {all:>18}");
    }
}

fn equals_its_sdk(language: &str) {
    let only = std::env::var("STACKTAIL_PARITY").ok();
    let allowed = allow::of(language);
    let mut table = Table::default();
    for (name, folder) in cases(language) {
        if only.as_ref().is_none_or(|only| *only == name) {
            table.merge(compare(&name, &folder, language));
        }
    }
    print(language, &table);
    let mut needed = vec![false; allowed.len()];
    let mut unlisted = Vec::new();
    for difference in &table.differences {
        match reason(allowed, difference) {
            Some(at) => needed[at] = true,
            None => unlisted.push(show(difference)),
        }
        if only.is_some() {
            println!("{}", show(difference));
        }
    }
    assert!(
        unlisted.is_empty(),
        "{} differences without a reason:\n{}",
        unlisted.len(),
        unlisted.join("\n")
    );
    if only.is_none() {
        let idle: Vec<_> = allowed
            .iter()
            .zip(&needed)
            .filter(|(_, needed)| !**needed)
            .collect();
        assert!(idle.is_empty(), "reasons without a difference: {idle:?}");
        for (fields, floor) in [(NEARLY_ALL, 980), (&["group"][..], 950)] {
            for field in fields {
                if table.carried(field) == 0 && !table.never(field) {
                    let told = allowed
                        .iter()
                        .any(|(case, of, _)| *case == language && of == field);
                    assert!(told, "{field} is never carried, and no reason says why");
                }
                let permille = table.carried_permille(field);
                assert!(permille >= floor, "{field}: {permille} of a thousand");
            }
        }
    }
}

#[test]
fn python_equals_its_sdk() {
    equals_its_sdk("python");
}

#[test]
fn java_equals_its_sdk() {
    equals_its_sdk("java");
}

#[test]
fn node_equals_its_sdk() {
    equals_its_sdk("node");
}

#[test]
fn go_equals_its_sdk() {
    equals_its_sdk("go");
}

#[test]
fn ruby_equals_its_sdk() {
    equals_its_sdk("ruby");
}

#[test]
fn elixir_equals_its_sdk() {
    equals_its_sdk("elixir");
}

#[test]
fn php_equals_its_sdk() {
    equals_its_sdk("php");
}

#[test]
fn rust_equals_its_sdk() {
    equals_its_sdk("rust");
}

#[test]
fn every_payload_reads_back_with_sentry_types() {
    let mut payloads = 0;
    for language in languages() {
        for (name, folder) in cases(&language) {
            for event in ours(&folder, &language).0 {
                typed::check(&name, &event);
                payloads += 1;
            }
        }
    }
    assert!(payloads >= 100, "{payloads}");
}
