//! One log of everything: the fixtures of all languages in all dresses, by seed, among ordinary lines, and the truth of it.
//! Every trace is found where it was put, as it is read alone, and `parse --output summary` counts exactly what was put in. Some
//! 100 KB; `STACKTAIL_MIXED_KIB` makes it larger.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test that cannot go on fails; it reads its own fixtures and prints its figures"
)]

#[path = "../support/dice.rs"]
#[expect(
    dead_code,
    reason = "shared by several suites, each of which needs a part"
)]
mod dice;
#[path = "../language/dress.rs"]
#[expect(
    dead_code,
    reason = "shared with another suite, which needs more of it"
)]
mod dress;
#[path = "../language/excused.rs"]
mod excused;
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
#[path = "../language/told.rs"]
#[expect(
    dead_code,
    reason = "shared with another suite, which needs more of it"
)]
mod told;
#[path = "../language/written.rs"]
mod written;

mod log;
mod summary;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use dice::Dice;
use log::Log;

/// KiB of the log, if the environment's `STACKTAIL_MIXED_KIB` does not say it.
const KIB: usize = 100;

#[test]
fn everything_is_found_and_nothing_else() {
    let mut log = Log::default();
    let asked = std::env::var("STACKTAIL_MIXED_KIB").ok();
    let kib = asked.and_then(|kib| kib.parse().ok()).unwrap_or(KIB);
    log.fill(&mut Dice::new(17), kib << 10);
    let folder = tempfile::tempdir().unwrap();
    let (file, truth) = (
        folder.path().join("mixed.log"),
        folder.path().join("mixed.truth"),
    );
    std::fs::write(&file, &log.text).unwrap();
    std::fs::write(&truth, log.truth()).unwrap();
    let (found, lost) = log.judge();
    let plain = log.plain(folder.path());
    let expected = summary::of(folder.path(), &plain);
    let counted = summary::of(folder.path(), &[file]);
    println!(
        "{} bytes, {} texts of {} fixtures, {} traces: {found} found where they were put",
        log.text.len(),
        log.texts.len(),
        log.fixtures(),
        log.traces(),
    );
    if !lost.is_empty() {
        let kept = folder.keep();
        let (count, lost) = (lost.len(), lost.join("\n"));
        panic!(
            "{count} texts of the log that is kept in {}:\n{lost}",
            kept.display()
        );
    }
    assert_eq!(counted.total, log.traces());
    assert_eq!(differences(&counted.classes, &expected.classes), "");
    assert!(log.fixtures() > 30 && log.traces() > 30);
}

/// Types that were not counted as often as they were put in.
fn differences(counted: &BTreeMap<String, u64>, expected: &BTreeMap<String, u64>) -> String {
    let mut text = String::new();
    let classes: std::collections::BTreeSet<&String> =
        counted.keys().chain(expected.keys()).collect();
    for class in classes {
        let (is, must) = (counted.get(class), expected.get(class));
        if is != must {
            writeln!(text, "{class}: {is:?}, not {must:?}").unwrap();
        }
    }
    text
}
