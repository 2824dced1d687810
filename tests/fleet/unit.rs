//! The unit and its drop-ins, as systemd judges them without running them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const REPOSITORY: &str = env!("CARGO_MANIFEST_DIR");
/// The exposure that is allowed, in tenths.
const EXPOSURE_TENTHS: &str = "15";

fn unit() -> String {
    fs::read_to_string(Path::new(REPOSITORY).join("systemd/stacktail.service")).unwrap()
}

fn analyze(arguments: &[&str]) -> Output {
    Command::new("systemd-analyze")
        .args(arguments)
        .output()
        .expect("systemd-analyze")
}

/// The unit in a folder, with a binary that is there, and beside it the drop-in.
fn folder(drop_in: Option<(&str, &str)>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let binary = env!("CARGO_BIN_EXE_stacktail");
    let text = unit().replace("/usr/bin/stacktail", binary);
    fs::write(folder.path().join("stacktail.service"), text).unwrap();
    if let Some((name, text)) = drop_in {
        let beside = folder.path().join("stacktail.service.d");
        fs::create_dir(&beside).unwrap();
        fs::write(beside.join(name), text).unwrap();
    }
    folder
}

fn verify(folder: &Path) {
    let path = folder.join("stacktail.service");
    let output = analyze(&[
        "verify",
        "--man=no",
        "--recursive-errors=no",
        &path.to_string_lossy(),
    ]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{said}");
}

#[test]
fn systemd_finds_nothing_wrong() {
    verify(folder(None).path());
    // It would find something.
    let wrong = folder(Some(("wrong.conf", "[Service]\nNoSuchKey=yes\n")));
    let path = wrong.path().join("stacktail.service");
    let output = analyze(&["verify", "--man=no", &path.to_string_lossy()]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("NoSuchKey"));
}

#[test]
fn drop_ins_are_right_as_they_stand_and_with_what_they_propose() {
    let mut seen = 0;
    for entry in fs::read_dir(Path::new(REPOSITORY).join("packaging/drop-ins")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        verify(folder(Some((&name, &text))).path());
        let proposed: String = text
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(setting) if setting.starts_with(char::is_uppercase) => format!("{setting}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        verify(folder(Some((&name, &proposed))).path());
        seen += 1;
    }
    assert_eq!(seen, 4);
}

#[test]
fn what_is_left_open_is_little_and_explained() {
    let folder = folder(None);
    let path = folder.path().join("stacktail.service");
    let threshold = format!("--threshold={EXPOSURE_TENTHS}");
    let judged = |extra: &str| {
        analyze(&[
            "security",
            "--offline=yes",
            "--no-pager",
            extra,
            &path.to_string_lossy(),
        ])
    };
    let output = judged(&threshold);
    let text = String::from_utf8_lossy(&output.stdout);
    println!("{}", text.lines().last().unwrap_or_default());
    assert!(output.status.success(), "{text}");
    let output = judged("--json=short");
    let rows: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let unit = unit();
    let comments: Vec<&str> = unit.lines().filter(|line| line.starts_with('#')).collect();
    let open = rows.iter().filter(|row| row["exposure"].is_string());
    for row in open {
        let (name, exposure) = (row["name"].as_str().unwrap(), row["exposure"].as_str());
        if exposure == Some("0.0") {
            continue;
        }
        let (key, value) = name.split_once('=').unwrap();
        let wanted = match value.strip_prefix('~') {
            Some("AF_(INET|INET6)") => "AF_INET6".to_owned(),
            Some(family) => family.to_owned(),
            None => format!("{key}="),
        };
        let explained = comments.iter().any(|line| line.contains(&wanted));
        assert!(explained, "no comment of the unit names {wanted}: {row}");
    }
}
