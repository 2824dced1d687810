//! Texts that look like traces and are none: each gives no event. `printed/` is what runtimes and tools printed, one file each;
//! `written/` is what people write, several texts a file; the rest is made here out of traces. `README.md` says how.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test that cannot go on fails; it reads its own fixtures and prints its tables"
)]

#[path = "../support/dice.rs"]
#[expect(
    dead_code,
    reason = "shared by several suites, each of which needs a part"
)]
mod dice;

#[path = "../language/fixtures.rs"]
#[expect(
    dead_code,
    reason = "shared with another suite, which needs more of it"
)]
mod fixtures;

#[path = "../property/memory.rs"]
#[expect(
    dead_code,
    reason = "shared with another suite, which needs more of it"
)]
mod memory;

mod known;
mod mutate;

use std::path::Path;

use stacktail::language::{self, LANGUAGES};

use dice::Dice;
use fixtures::{all, is_whole};
use known::KNOWN;
use memory::records;
use mutate::MUTATIONS;

/// What comes of a text: who claimed it, and the first words of it.
fn events(text: &str) -> Vec<String> {
    let found = records(text.as_bytes());
    let read = found.iter().filter_map(|record| {
        let (trace, language) = language::read(record, None)?;
        let said = match trace.exceptions.last() {
            Some(last) => format!("{}: {:?}", last.ty, last.value),
            None => format!("{:?}", trace.message),
        };
        Some(format!("{}: {said}", language.name()))
    });
    read.collect()
}

/// Prints how many there are; fails for one that gives an event and is not known to, and for one that is and does not.
fn verdict(title: &str, texts: &[(String, String)], least: usize) {
    let mut wrong = Vec::new();
    let mut excused = 0;
    let mut tried = vec![(false, false); KNOWN.len()];
    for (name, text) in texts {
        let events = events(text);
        if let Some(at) = KNOWN.iter().position(|(known, _)| covers(known, name)) {
            tried[at].0 = true;
            tried[at].1 |= !events.is_empty();
            excused += usize::from(!events.is_empty());
        } else if !events.is_empty() {
            wrong.push(format!("{name}: {events:?}\n{text}"));
        }
    }
    let count = texts.len();
    println!("{title}: {count} texts, {excused} known to give an event");
    assert!(
        wrong.is_empty(),
        "{title}: {} give an event:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    let whole = is_whole() && fixtures::only().is_none();
    for ((name, reason), (met, needed)) in KNOWN.iter().zip(tried) {
        let seldom = name.contains('*') && !whole;
        assert!(!met || needed || seldom, "not needed: {name}: {reason}");
    }
    assert!(count >= least, "{count} texts, not {least}");
}

/// `quoted: ruby/plain_31`, all of `quoted: ruby/*`, or `ruby/plain_31` whatever was done to it.
fn covers(known: &str, name: &str) -> bool {
    let (known, name) = match (known.strip_prefix("*: "), name.split_once(": ")) {
        (Some(known), Some((_, name))) => (known, name),
        _ => (known, name),
    };
    known
        .strip_suffix('*')
        .map_or(known == name, |begin| name.starts_with(begin))
}

/// The files of a folder beside this one, by name.
fn files(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/negatives")
        .join(folder);
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
        (name, text)
    };
    paths.iter().map(read).collect()
}

#[test]
fn printed() {
    verdict("printed", &files("printed"), 70);
}

#[test]
fn written() {
    let mut texts = Vec::new();
    for (file, text) in files("written") {
        for part in format!("\n{text}").split("\n==== ").skip(1) {
            let (name, text) = part.split_once('\n').unwrap();
            texts.push((format!("{file}: {name}"), format!("{text}\n")));
        }
    }
    verdict("written", &texts, 50);
}

/// What runtimes print before a trace, said in a sentence.
#[test]
fn openings_in_sentences() {
    let mut texts = Vec::new();
    for opening in LANGUAGES.iter().flat_map(|language| language.openings()) {
        let said = opening.trim();
        for (name, sentence) in [
            (
                "searched",
                format!("we looked for \"{said}\" in the log, and found it twice\n"),
            ),
            ("listed", format!("* `{said}`: how a crash begins\n")),
            (
                "logged",
                format!(
                    "2026-11-20 15:49:23,377 INFO shop.http: searching for '{said}' in 12 files\n"
                ),
            ),
            ("tested", format!("test says[{said}] ... ok\n")),
        ] {
            texts.push((format!("{name}: {said}"), sentence));
        }
    }
    verdict("openings in sentences", &texts, 200);
}

/// Traces, changed until they are none. Every tenth of the fixtures for each mutation; all behind the feature `e2e`.
#[test]
fn mutated() {
    let mut texts = Vec::new();
    for (nth, mutation) in MUTATIONS.iter().enumerate() {
        let mut dice = Dice::new(11 + nth as u64);
        for fixture in all() {
            let seed = dice.bits();
            if is_whole() || seed.is_multiple_of(10) {
                let text = (mutation.of)(&fixture.text, &mut Dice::new(seed));
                texts.push((format!("{}: {}", mutation.name, fixture.name), text));
            }
        }
    }
    verdict("mutated", &texts, 200);
}
