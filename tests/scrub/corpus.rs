//! The corpus: secrets, shapes, look-alikes. Its README says how it is written.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// One secret in one shape.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) class: String,
    pub(crate) secret: String,
    pub(crate) text: String,
}

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scrub")
}

fn lines(name: &str) -> Vec<String> {
    let text = fs::read_to_string(folder().join(name)).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn pairs(name: &str) -> Vec<(String, String)> {
    let pair = |line: &String| {
        let (class, rest) = line.split_once('\t').unwrap();
        (class.to_owned(), rest.replace("\\n", "\n"))
    };
    lines(name).iter().map(pair).collect()
}

pub(crate) fn lookalikes() -> Vec<String> {
    lines("lookalikes.txt")
}

/// Class and secret.
pub(crate) fn secrets() -> Vec<(String, String)> {
    let whole = |(class, secret): (String, String)| (class, secret.replace('·', ""));
    pairs("secrets.txt").into_iter().map(whole).collect()
}

/// Shapes by class.
pub(crate) fn shapes() -> BTreeMap<String, Vec<String>> {
    let mut shapes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (class, shape) in pairs("shapes.txt") {
        shapes.entry(class).or_default().push(shape);
    }
    shapes
}

/// Every secret in every shape of its class.
pub(crate) fn cases() -> Vec<Case> {
    let shapes = shapes();
    let mut cases = Vec::new();
    for (class, secret) in secrets() {
        for shape in shapes.get(&class).unwrap() {
            let escaped = secret.replace('\n', "\\n");
            let text = shape.replace("{e}", &escaped).replace("{}", &secret);
            cases.push(Case {
                class: class.clone(),
                secret: secret.clone(),
                text,
            });
        }
    }
    cases
}

/// What must not stand anywhere: of each line of the secret every run of eight characters of its second half (a key's first
/// and last lines say only that it is one).
pub(crate) fn leaks(secret: &str) -> Vec<String> {
    let lines: Vec<Vec<char>> = secret
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .map(|line| line.chars().collect())
        .collect();
    let of_line = |line: &Vec<char>| {
        let from = if line.len() < 16 { 0 } else { line.len() / 2 };
        let half = line.get(from..).unwrap_or_default().to_vec();
        let width = half.len().min(8);
        let runs = half.windows(width.max(1)).map(|run| run.iter().collect());
        runs.collect::<Vec<String>>()
    };
    lines.iter().flat_map(of_line).collect()
}

#[test]
fn the_corpus_is_as_large_as_it_says() {
    let secrets = secrets();
    let shapes = shapes();
    assert!(secrets.len() >= 150, "{}", secrets.len());
    assert!(lookalikes().len() >= 150);
    for (class, _) in &secrets {
        let of_class = shapes.get(class).map_or(0, Vec::len);
        assert!(of_class >= 10, "{class}: {of_class} shapes");
    }
    let mut distinct = secrets.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), secrets.len());
}
