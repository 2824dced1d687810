//! What must hold of every language, over the registry and the folders.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use stacktail::format::{TimeContext, json, plain, unwrap};
use stacktail::language::LANGUAGES;
use stacktail::scan::Scanner;

use crate::dress::{DRESSES, put_on_all};
use crate::excused::is_settled;
use crate::fixtures::{Fixture, all};
use crate::{memory, told};

/// What an opening must not hold: it would not survive XML, JSON or a colour code.
const FORBIDDEN: &[char] = &['<', '>', '&', '/', '"', '\\'];

/// An opening is a few words, in bytes.
const LONGEST: usize = 64;

/// What is wrong with an opening, if something is.
pub(crate) fn fault(opening: &str) -> Option<String> {
    let length = opening.len() < 4;
    let letter = opening
        .chars()
        .any(|c| FORBIDDEN.contains(&c) || c.is_control());
    let long = opening.len() > LONGEST;
    (length || letter || long).then(|| format!("{opening:?}"))
}

#[test]
fn names_are_unique_and_lower_case() {
    let names: Vec<&str> = LANGUAGES.iter().map(|language| language.name()).collect();
    let distinct: BTreeSet<&&str> = names.iter().collect();
    assert_eq!(distinct.len(), names.len(), "{names:?}");
    for name in names {
        let plain = name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        assert!(plain && !name.is_empty(), "{name}");
    }
}

#[test]
fn every_folder_of_src_is_registered() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/language");
    let mut found: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        // What all languages read lines with.
        .filter(|name| {
            !matches!(
                name.as_str(),
                "above" | "mod" | "message" | "seek" | "steps"
            )
        })
        .collect();
    found.sort();
    found.dedup();
    let mut names: Vec<&str> = LANGUAGES.iter().map(|language| language.name()).collect();
    names.sort_unstable();
    assert_eq!(found, names);
}

#[test]
fn every_language_has_fixtures_their_snapshots_and_their_origin() {
    for language in LANGUAGES {
        let own: Vec<&Fixture> = all()
            .iter()
            .filter(|f| f.language() == language.name())
            .collect();
        assert!(!own.is_empty(), "{} has no fixture", language.name());
        for fixture in &own {
            let snapshot = fixture.path.with_extension("json");
            assert!(snapshot.exists(), "{} has no snapshot", fixture.name);
        }
        let readme = own[0].path.with_file_name("README.md");
        assert!(readme.exists(), "nothing says what printed {}", own[0].name);
        let told = own
            .iter()
            .any(|fixture| !told::of(&fixture.text).is_empty());
        assert!(told, "no fixture of {} holds a trace", language.name());
    }
}

#[test]
fn every_opening_keeps_the_law_and_is_no_other_languages() {
    let mut seen = BTreeSet::new();
    for language in LANGUAGES {
        assert!(!language.openings().is_empty(), "{}", language.name());
        for opening in language.openings() {
            assert_eq!(fault(opening), None, "{}", language.name());
            assert!(seen.insert(opening), "{opening:?} is registered twice");
        }
    }
}

/// What real runtimes printed: the fixtures and the logs of the parity cases.
fn printed() -> Vec<String> {
    let mut texts: Vec<String> = all().iter().map(|fixture| fixture.text.clone()).collect();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parity/cases")];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(folder).unwrap();
        for path in entries.map(|entry| entry.unwrap().path()) {
            let log = path.extension().is_some_and(|e| e == "txt");
            if path.is_dir() {
                folders.push(path);
            } else if log {
                texts.push(lossy(&path));
            }
        }
    }
    texts
}

fn lossy(path: &PathBuf) -> String {
    String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned()
}

#[test]
fn every_opening_is_one_that_a_runtime_printed() {
    let printed = printed();
    for language in LANGUAGES
        .iter()
        .filter(|language| is_settled(language.name()))
    {
        for opening in language.openings() {
            let known = printed.iter().any(|text| text.contains(opening));
            assert!(known, "{}: nobody printed {opening:?}", language.name());
        }
    }
}

/// Wherever a fixture holds an opening, the scanner finds it in every wrapper as often.
#[test]
fn openings_survive_every_wrapper() {
    let scanners: Vec<(&str, Scanner)> = LANGUAGES
        .iter()
        .flat_map(|language| language.openings())
        .map(|opening| (*opening, Scanner::new(&[opening])))
        .collect();
    for fixture in all()
        .iter()
        .filter(|fixture| is_settled(fixture.language()))
    {
        let held = scanners
            .iter()
            .filter(|(opening, _)| fixture.text.contains(opening));
        let held: Vec<_> = held.collect();
        for dress in DRESSES {
            let worn = put_on_all(dress, &fixture.text);
            for (opening, scanner) in &held {
                let (before, after) = (
                    hits(scanner, fixture.text.as_bytes()),
                    hits(scanner, worn.as_bytes()),
                );
                assert!(
                    after >= before,
                    "{opening:?} of {} in {}: {after} of {before}",
                    fixture.name,
                    dress.name
                );
            }
        }
    }
}

fn hits(scanner: &Scanner, bytes: &[u8]) -> usize {
    let mut at = 0;
    let mut count = 0;
    let mut scan = scanner.over(bytes);
    while let Some(hit) = scan.next(at) {
        count += 1;
        at = hit + 1;
    }
    count
}

/// What each language's grammar is asked about a line: its text, its message behind a header or in JSON.
fn faces(line: &str) -> Vec<Vec<u8>> {
    let context = TimeContext {
        layout: None,
        zone: jiff::tz::TimeZone::UTC,
        near: memory::modified(),
    };
    let text = unwrap(line.as_bytes(), &context).text.into_owned();
    let mut faces = Vec::new();
    if let Some(record) = json::record(&text, &context) {
        let texts = record.texts.iter().chain(record.message.iter());
        faces.extend(
            texts
                .flat_map(|text| text.lines())
                .map(|line| line.as_bytes().to_vec()),
        );
    }
    if let Some(header) = plain::header(&text, &context) {
        faces.push(text[header.message_at..].to_vec());
    }
    faces.push(text);
    faces
}

fn has_opening(line: &str) -> bool {
    let mut openings = LANGUAGES.iter().flat_map(|language| language.openings());
    openings.any(|opening| line.contains(opening))
}

#[test]
fn no_fixture_is_claimed_by_another_language() {
    for fixture in all() {
        for told in told::of(&fixture.text) {
            let claimed = LANGUAGES[told.language].name();
            assert_eq!(claimed, fixture.language(), "{}", fixture.name);
        }
        for (nth, line) in fixture.text.lines().enumerate() {
            if !has_opening(line) {
                continue;
            }
            let opening: Vec<&str> = faces(line).iter().flat_map(|face| opened(face)).collect();
            let others = opening.iter().any(|name| *name != fixture.language());
            if !others {
                continue;
            }
            // Words that two languages share: what follows must tell that there is no trace of the other's.
            let rest: Vec<&str> = fixture.text.lines().skip(nth).collect();
            let claimed = told::of(&rest.join("\n"));
            let stranger = claimed
                .iter()
                .find(|told| LANGUAGES[told.language].name() != fixture.language());
            assert!(
                stranger.is_none(),
                "{opening:?} open on a line of {}: {line}",
                fixture.name
            );
        }
    }
}

/// The languages that would begin a trace with this text.
fn opened(face: &[u8]) -> Vec<&'static str> {
    let languages = LANGUAGES.iter().filter(|l| l.open(face).is_some());
    languages.map(|language| language.name()).collect()
}
