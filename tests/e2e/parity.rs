//! Every payload that `parse --output json` makes of the parity cases passes Relay's normaliser.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::relay;
use crate::support::home::stacktail;

const PARITY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/parity");

#[test]
fn what_parse_makes_of_the_parity_cases_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let app = folder.path().join("case.toml");
    let program = Path::new(PARITY).join("program/python");
    let settings = format!(
        "project_root = \"/srv/app/python\"\nmin_level = \"debug\"\n[source_context]\nroots = [\"{0}\"]\nmap = {{ \"/srv/app/python\" = \"{0}\" }}\n",
        program.display()
    );
    fs::write(&app, settings).unwrap();
    let mut events = Vec::new();
    for case in cases() {
        let found = parsed(&app, &case);
        assert!(!found.is_empty(), "{}: nothing found", case.display());
        events.extend(found);
    }
    println!("parity: {} cases, {} events", cases().len(), events.len());
    relay::accepts("parity cases", &events);
}

/// Folders of cases whose language is read in this version.
fn cases() -> Vec<PathBuf> {
    let folder = Path::new(PARITY).join("cases/python");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    assert!(cases.len() > 20, "the parity cases are not here");
    cases
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
