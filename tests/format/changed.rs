//! Fixtures changed by chance, as a fuzzer would: nothing panics, and chunks give what the whole gives. Two seconds;
//! `STACKTAIL_FUZZ_SECONDS` for longer. What it tries depends on how long it runs, what it finds does not.

use std::time::{Duration, Instant};

use stacktail::language;
use stacktail::level::Level;

use crate::dice::Dice;
use crate::fixtures::{Fixture, all};
use crate::memory::{line_ends, records, records_cut};

/// Tried however slow the machine is.
const LEAST: u64 = 40;
const SHORTEST: usize = 12 << 10;

#[test]
fn changed_fixtures_never_panic_and_chunks_never_matter() {
    let seconds = std::env::var("STACKTAIL_FUZZ_SECONDS");
    let seconds = seconds.map_or(2, |text| text.parse().unwrap());
    let until = Instant::now() + Duration::from_secs(seconds);
    let short: Vec<&Fixture> = all().iter().filter(|f| f.text.len() < SHORTEST).collect();
    let (mut tried, mut found) = (0, 0);
    while tried < LEAST || Instant::now() < until {
        let mut dice = Dice::new(tried);
        let mut bytes = Vec::new();
        for _ in 0..dice.within(1, 3) {
            bytes.extend_from_slice(
                short[dice.within(0, short.len() as u64) as usize]
                    .text
                    .as_bytes(),
            );
        }
        for _ in 0..dice.within(1, 12) {
            change(&mut bytes, &mut dice, &short);
        }
        let whole = records(&bytes);
        found += whole.len();
        for record in &whole {
            let _ = language::read(record, Some(Level::Debug));
        }
        let cuts: Vec<usize> = line_ends(&bytes)
            .into_iter()
            .filter(|_| dice.fraction() < 0.3)
            .collect();
        let cut = records_cut(&bytes, &cuts).records;
        assert!(
            cut == whole,
            "seed {tried}, cut at {cuts:?}:\n{}\nat once {whole:#?}\nin chunks {cut:#?}",
            String::from_utf8_lossy(&bytes)
        );
        tried += 1;
    }
    println!("{tried} texts, {found} records");
    assert!(found > 20);
}

/// One of the changes that fuzzers make.
fn change(bytes: &mut Vec<u8>, dice: &mut Dice, others: &[&Fixture]) {
    if bytes.is_empty() {
        return;
    }
    let mut place = || dice.within(0, bytes.len() as u64) as usize;
    let (one, other) = (place(), place());
    let (from, to) = (one.min(other), one.max(other));
    let near = to.min(from + 80);
    match dice.within(0, 8) {
        0 => bytes[from] = dice.bits() as u8,
        1 => drop(bytes.drain(from..near)),
        2 => {
            let part = bytes[from..near].to_vec();
            bytes.splice(to..to, part);
        }
        3 => bytes[from..near].reverse(),
        4 => bytes.insert(from, *b"\n\r\t\0{[\"\x1b:#|\xff".get(to % 12).unwrap()),
        5 => bytes.truncate(to),
        6 => {
            let other = others[to % others.len()].text.as_bytes();
            let end = other.len().min(200);
            bytes.splice(from..from, other[..end].to_vec());
        }
        _ => {
            let line = line_ends(&bytes[from..])
                .first()
                .map_or(0, |end| from + end);
            bytes.splice(
                line..line,
                b"2026-11-20 15:49:24,580 ERROR shop: x\n".to_vec(),
            );
        }
    }
}
