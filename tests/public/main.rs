//! Traces as documentation, tutorials and reports show them: `<name>.txt` is read, `<name>.json` is what must come of it.
//! `README.md` tells where each is from, and what is wrong. `STACKTAIL_BLESS=1` writes the snapshots anew.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails; it reads its own files"
)]

#[path = "../parity/drive.rs"]
mod drive;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

fn texts() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/public");
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "txt"));
    paths.sort();
    paths
}

/// Type, value and frames of each exception, oldest call first.
fn read(text: &str) -> Value {
    let setting = drive::Setting {
        root: "/srv/shop".to_owned(),
        program: PathBuf::from("/nowhere"),
        in_app_include: &[],
    };
    let events = drive::events(text, &setting);
    events.iter().map(told).collect()
}

fn told(event: &Value) -> Value {
    let exceptions = event["exception"]["values"].as_array();
    let exceptions: Vec<Value> = exceptions
        .into_iter()
        .flatten()
        .map(|e| json!({"type": e["type"], "value": e["value"], "frames": frames(e)}))
        .collect();
    let threads = event["threads"]["values"].as_array();
    let crashed = threads.into_iter().flatten().find(|t| t["crashed"] == true);
    json!({
        "level": event["level"],
        "message": event["logentry"]["formatted"],
        "exceptions": exceptions,
        "crashed": crashed.map(frames),
    })
}

fn frames(of: &Value) -> Vec<String> {
    let frames = of["stacktrace"]["frames"].as_array();
    let frame = |frame: &Value| {
        let text = |name: &str| frame[name].as_str().unwrap_or("-").to_owned();
        let (module, function, file) = (text("module"), text("function"), text("filename"));
        format!("{module} {function} {file}:{}", frame["lineno"])
    };
    frames.into_iter().flatten().map(frame).collect()
}

#[test]
fn public_traces_read_as_they_should() {
    let bless = std::env::var_os("STACKTAIL_BLESS").is_some();
    let texts = texts();
    assert!(texts.len() >= 40, "{} texts", texts.len());
    let mut changed = Vec::new();
    for path in texts {
        let found = read(&std::fs::read_to_string(&path).unwrap());
        let found = serde_json::to_string_pretty(&found).unwrap() + "\n";
        let snapshot = path.with_extension("json");
        if bless {
            std::fs::write(&snapshot, &found).unwrap();
        }
        if std::fs::read_to_string(&snapshot).unwrap_or_default() != found {
            changed.push(format!("{}\n{found}", path.display()));
        }
    }
    assert!(
        changed.is_empty(),
        "read otherwise:\n{}",
        changed.join("\n")
    );
}

/// Each text has its source's address in the table.
#[test]
fn every_text_has_its_source() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/public");
    let table = std::fs::read_to_string(folder.join("README.md")).unwrap();
    for path in texts() {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let row = format!("| `{name}` | <https://");
        assert!(table.contains(&row), "{name} has no source");
    }
}
