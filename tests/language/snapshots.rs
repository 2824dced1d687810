//! The event of each fixture, short enough to be reviewed: `<language>/<name>.json`.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::{drive, fixtures};

/// What is read from a text that a program of this language printed. All programs ran below `/srv/app/<language>`.
fn read(language: &str, text: &str) -> Value {
    let setting = drive::Setting {
        root: format!("/srv/app/{language}"),
        program: PathBuf::from("/nowhere"),
        in_app_include: &[],
    };
    let events = drive::events(text, &setting);
    events.iter().map(summary).collect()
}

fn summary(event: &Value) -> Value {
    let exceptions: Vec<Value> = event["exception"]["values"]
        .as_array()
        .unwrap_or(&Vec::new())
        .iter()
        .map(|e| {
            let frames = e["stacktrace"]["frames"].as_array().cloned().unwrap_or_default();
            let frames: Vec<String> = frames.iter().map(frame).collect();
            let mut mechanism = e["mechanism"].clone();
            mechanism.as_object_mut().unwrap().remove("type");
            json!({"type": e["type"], "module": e["module"], "value": e["value"], "mechanism": mechanism, "frames": frames})
        })
        .collect();
    json!({
        "level": event["level"],
        "logger": event["logger"],
        "message": event["logentry"]["formatted"],
        "thread": event["threads"]["values"][0]["name"],
        "exceptions": exceptions,
    })
}

fn frame(frame: &Value) -> String {
    let text = |name: &str| frame[name].as_str().unwrap_or("-").to_owned();
    let app = if frame["in_app"] == json!(true) {
        "app"
    } else {
        "lib"
    };
    let (module, function, file) = (text("module"), text("function"), text("filename"));
    let (line, source) = (&frame["lineno"], text("context_line"));
    format!("{app} {module} {function} {file}:{line} {source}")
}

#[test]
fn fixtures_read_as_they_did() {
    let bless = std::env::var_os("STACKTAIL_BLESS").is_some();
    let mut changed = Vec::new();
    for fixture in fixtures::all() {
        let read = read(fixture.language(), &fixture.text);
        let found = serde_json::to_string_pretty(&read).unwrap() + "\n";
        let snapshot = fixture.path.with_extension("json");
        if bless {
            std::fs::write(&snapshot, &found).unwrap();
        }
        if std::fs::read_to_string(&snapshot).unwrap_or_default() != found {
            changed.push(format!("{}\n{found}", fixture.name));
        }
    }
    assert!(
        changed.is_empty(),
        "read otherwise than the snapshots say:\n{}",
        changed.join("\n")
    );
}
