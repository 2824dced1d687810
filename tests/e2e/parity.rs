//! Every payload that `parse --output json` makes of the parity cases passes Relay's normaliser.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::relay;
use crate::support::home::stacktail;

const PARITY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/parity");

/// Cases whose text holds no stack: messages alone (Go's `log.Printf("%v", err)`, java.util.logging without the exception),
/// an error within a line of slog, and a framework that prints nothing.
const SILENT: &[&str] = &[
    "go/log_wrapped",
    "go/slog_text_join",
    "java/message_only",
    "node/express_route",
];

#[test]
fn what_parse_makes_of_the_parity_cases_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let languages = below(&Path::new(PARITY).join("cases"));
    assert!(!languages.is_empty(), "the parity cases are not here");
    let mut silent = Vec::new();
    for path in languages {
        let language = path.file_name().unwrap().to_string_lossy().into_owned();
        let app = folder.path().join(format!("{language}.toml"));
        fs::write(&app, settings(&language)).unwrap();
        let mut events = Vec::new();
        let cases = below(&path);
        for case in &cases {
            let found = parsed(&app, case);
            if found.is_empty() {
                let name = case.file_name().unwrap().to_string_lossy();
                silent.push(format!("{language}/{name}"));
            }
            events.extend(found);
        }
        println!(
            "parity, {language}: {} cases, {} events",
            cases.len(),
            events.len()
        );
        relay::accepts(&format!("parity cases, {language}"), &events);
    }
    assert_eq!(silent, SILENT, "cases in which nothing is found");
}

fn settings(language: &str) -> String {
    let program = Path::new(PARITY).join("program").join(language);
    format!(
        "project_root = \"/srv/app/{language}\"\nmin_level = \"debug\"\n[source_context]\nroots = [\"{0}\"]\nmap = {{ \"/srv/app/{language}\" = \"{0}\" }}\n",
        program.display()
    )
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn parsed(app: &Path, case: &Path) -> Vec<Value> {
    let without_sdk = case.join("log_nosdk.txt");
    let text = if without_sdk.exists() {
        without_sdk
    } else {
        case.join("log.txt")
    };
    let output = stacktail(&["parse", "--output", "json", "--app"])
        .arg(app)
        .arg(text)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}: {}",
        case.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    let lines = String::from_utf8(output.stdout).unwrap();
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}
