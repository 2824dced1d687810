//! Broken configurations, and what is said of them: `broken/NAME.toml` with its messages in `NAME.txt`. `host-*` are host files,
//! the others an app's. First lines may say what the host is like: `#! mode 644` of the file, `#! env NAME=value`,
//! `#! file PATH TEXT`.

use std::collections::BTreeSet;
use std::path::Path;

use stacktail::config::{Problem, read};
use stacktail::os::surroundings::MemorySurroundings;

use crate::machine::{self, APP, HOST, MINIMAL};

/// The key of the DSNs in these files.
const KEY: &str = "0123456789abcdef";

fn names(extension: &str) -> BTreeSet<String> {
    let folder = std::fs::read_dir(machine::path("tests/config/broken")).unwrap();
    let paths = folder.map(|entry| entry.unwrap().path());
    let of_kind = paths.filter(|path| path.extension().is_some_and(|ext| ext == extension));
    of_kind
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect()
}

fn host_of(name: &str, text: &str) -> MemorySurroundings {
    let is_host = name.starts_with("host-");
    let (host, app) = if is_host { (text, MINIMAL) } else { ("", text) };
    let mut machine = machine::machine(host, app);
    for line in text.lines().map_while(|line| line.strip_prefix("#! ")) {
        let (word, rest) = line.split_once(' ').unwrap();
        match word {
            "mode" => {
                let mode = u32::from_str_radix(rest, 8).unwrap();
                machine.file_with_mode(if is_host { HOST } else { APP }, text.as_bytes(), mode);
            }
            "env" => {
                let (name, value) = rest.split_once('=').unwrap();
                machine.set(name, value);
            }
            "file" => {
                let (path, text) = rest.split_once(' ').unwrap_or((rest, ""));
                machine.file(path, text);
            }
            word => unreachable!("{name}: `#! {word}`?"),
        }
    }
    machine
}

fn problems(name: &str) -> Vec<Problem> {
    let file = machine::path(&format!("tests/config/broken/{name}.toml"));
    let text = std::fs::read_to_string(file).unwrap();
    read(Path::new(HOST), &host_of(name, &text)).problems
}

#[test]
fn broken_configurations_are_told_as_they_were() {
    let names = names("toml");
    let mut complaints = Vec::new();
    for name in &names {
        let told: Vec<_> = problems(name).iter().map(ToString::to_string).collect();
        let text = told.join("\n\n") + "\n";
        let file = format!("tests/config/broken/{name}.txt");
        complaints.extend(machine::differs(&file, &text));
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
    assert_eq!(names, self::names("txt"), "each file has its messages");
    assert!(names.len() >= 60, "{}", names.len());
}

#[test]
fn each_says_where_what_and_what_to_do_and_no_secret() {
    for name in names("toml") {
        let problems = problems(&name);
        assert!(!problems.is_empty(), "{name}: nothing is wrong with it");
        for problem in problems {
            let text = problem.to_string();
            assert!(
                problem.help.is_some() || !problem.expected.is_empty(),
                "{name}: {text}"
            );
            for shown in [text, format!("{problem:?}")] {
                assert!(!shown.contains(KEY), "{name}: {shown}");
                assert!(!shown.contains('\u{1b}'), "{name}: {shown}");
            }
        }
    }
}
