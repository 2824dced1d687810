//! Languages against what runtimes really printed: `<language>/<name>.log` is read, `<language>/<name>.json` is what must
//! come of it. `programs/` holds what was run, `README.md` how. `STACKTAIL_BLESS=1` writes the snapshots anew.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails, and it reads its own fixtures"
)]

#[path = "../parity/drive.rs"]
mod drive;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use stacktail::language::LANGUAGES;

/// Every language's, from the folder of its name.
fn fixtures() -> Vec<(&'static str, PathBuf)> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/language");
    let of = |name: &'static str| {
        let entries = std::fs::read_dir(here.join(name)).unwrap();
        entries.map(move |entry| (name, entry.unwrap().path()))
    };
    let mut logs: Vec<_> = LANGUAGES
        .iter()
        .flat_map(|language| of(language.name()))
        .filter(|(_, path)| path.extension().is_some_and(|e| e == "log"))
        .collect();
    logs.sort();
    logs
}

fn text(log: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(log).unwrap()).into_owned()
}

/// What is read from a text that a program of this language printed, short enough to be reviewed. All programs ran below
/// `/srv/app/<language>`.
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
    for (language, log) in fixtures() {
        let read = |text: &str| read(language, text);
        let found = serde_json::to_string_pretty(&read(&text(&log))).unwrap() + "\n";
        let snapshot = log.with_extension("json");
        if bless {
            std::fs::write(&snapshot, &found).unwrap();
        }
        if std::fs::read_to_string(&snapshot).unwrap_or_default() != found {
            changed.push(format!("{}\n{found}", log.display()));
        }
    }
    assert!(
        changed.is_empty(),
        "read otherwise than the snapshots say:\n{}",
        changed.join("\n")
    );
}

/// Each dress a text may wear gives the same traces.
#[test]
fn fixtures_in_other_dress() {
    for (language, log) in fixtures() {
        let read = |text: &str| read(language, text);
        let plain = text(&log);
        let once = read(&plain);
        let name = log.display();
        assert_eq!(read(&plain.replace('\n', "\r\n")), once, "{name} with CRLF");
        let twice: Vec<Value> = [&once, &once]
            .iter()
            .flat_map(|v| v.as_array().unwrap().clone())
            .collect();
        let between = "\n2026-11-20 15:49:23,377 INFO [x] a line between\n";
        assert_eq!(
            read(&format!("{plain}{between}{plain}")),
            json!(twice),
            "{name} twice"
        );
    }
}

/// Whatever is cut off or mixed in, reading ends and does not panic.
#[test]
fn mangled_fixtures_are_read_without_a_panic() {
    for (language, log) in fixtures() {
        let read = |text: &str| read(language, text);
        let whole = text(&log);
        let lines: Vec<&str> = whole.lines().collect();
        for cut in 0..lines.len() {
            let (head, tail) = lines.split_at(cut);
            read(&tail.join("\n"));
            read(&[tail, head].concat().join("\n"));
            let torn: Vec<&str> = lines
                .iter()
                .map(|l| l.get(..cut.min(l.len())).unwrap_or(l))
                .collect();
            read(&torn.join("\n"));
        }
    }
}
