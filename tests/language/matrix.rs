//! Every fixture in every dress and every company: the same exceptions each time.

use crate::dice::Dice;
use crate::dress::{DRESSES, Dress, Line, Wear, Written, in_turn, put_on};
use crate::excused::is_settled;
use crate::fixtures::{Fixture, all, is_whole};
use crate::table::{Table, is_tried};
use crate::told::{self, Cut, Told};
use crate::written::written;

/// Lines that no trace takes in, of several services.
const ORDINARY: [&str; 3] = [
    "2026-11-20 15:49:23,377 INFO [101] shop.http: request handled bytes=17 latency=3",
    "2026-11-20 15:49:23.378 [http-nio-8080-exec-3] INFO  com.acme.orders.OrderService - order 17 accepted",
    "2026/11/20 15:49:23.379001 server.go:17: connection closed shard=4",
];

/// Fixtures longer than twice this are cut at their beginning, their end and some places between.
fn cut_everywhere() -> usize {
    if is_whole() { 20 } else { 4 }
}

fn key(fixture: &Fixture) -> (&'static str, &str) {
    (fixture.language(), &fixture.name)
}

fn same(found: &[Told], expected: &[Told]) -> Result<(), String> {
    if found == expected {
        return Ok(());
    }
    let differs = found
        .iter()
        .zip(expected)
        .find(|(found, expected)| found != expected);
    Err(match differs {
        None => format!("{} records, not {}", found.len(), expected.len()),
        Some((found, expected)) => format!(
            "\n    found {}\n    not   {}",
            short(found),
            short(expected)
        ),
    })
}

fn short(told: &Told) -> String {
    let one = |e: &stacktail::language::Exception| {
        let value: String = e.value.iter().flat_map(|v| v.chars()).take(120).collect();
        let last = e
            .frames
            .last()
            .map(|f| (&f.function, &f.context_line, &f.lineno));
        format!(
            "{}({value:?}) {} frames, last {last:?}",
            e.ty,
            e.frames.len()
        )
    };
    let all: Vec<String> = told.exceptions.iter().map(one).collect();
    format!("[{}] {}", told.language, all.join(" <- "))
}

#[test]
fn in_every_dress() {
    let mut table = Table::new("in every dress");
    for (nth, fixture) in all().iter().enumerate() {
        let alone = told::of(&fixture.text);
        let written = written(&fixture.text);
        for (_, dress) in DRESSES
            .iter()
            .enumerate()
            .filter(|(dress, _)| is_tried(nth, *dress))
        {
            let worn = told::of(&put_on(dress, &written));
            table.note(key(fixture), dress.name, same(&worn, &alone));
        }
        let entries = entries(fixture.text.lines().map(|line| (0, line)));
        table.note(
            key(fixture),
            "journal lines",
            same(&told::of_entries(entries), &alone),
        );
        let one = entries_of(&fixture.text);
        table.note(
            key(fixture),
            "journal entry",
            same(&told::of_entries(one), &alone),
        );
    }
    table.verdict();
}

#[test]
fn in_company() {
    let mut table = Table::new("in company");
    for fixture in all() {
        let alone = told::of(&fixture.text);
        let ordinary = ORDINARY.join("\n");
        let between = format!("{ordinary}\n{}{ordinary}\n", ended(&fixture.text));
        table.note(key(fixture), "between", same(&told::of(&between), &alone));
        let twice = [alone.clone(), alone.clone()].concat();
        let apart = format!("{0}{ordinary}\n{0}", ended(&fixture.text));
        table.note(key(fixture), "twice", same(&told::of(&apart), &twice));
        let in_a_row = ended(&fixture.text).repeat(2);
        table.note(
            key(fixture),
            "twice in a row",
            same(&told::of(&in_a_row), &twice),
        );
    }
    table.verdict();
}

#[test]
fn interleaved_with_another_stream() {
    let mut table = Table::new("interleaved");
    let streams: Vec<&Dress> = DRESSES.iter().filter(|dress| dress.tells_streams).collect();
    let mut dice = Dice::new(1);
    let partners: Vec<&Fixture> = all()
        .iter()
        .filter(|other| is_settled(other.language()))
        .collect();
    for (nth, fixture) in all().iter().enumerate() {
        let partner = partners[dice.within(0, partners.len() as u64) as usize];
        let [own, others] = [fixture, partner].map(|f| written(&f.text));
        let mixed = in_turn(&own, &others);
        for (_, dress) in streams
            .iter()
            .enumerate()
            .filter(|(dress, _)| is_tried(nth, *dress))
        {
            let Wear::Lines(wear) = dress.wear else {
                continue;
            };
            let text: String = mixed.iter().map(|line| wear(*line)).collect();
            // What a dress by itself changes is told by the other table.
            let alone = |written: &Written| told::of(&put_on(dress, written));
            let apart = [alone(&own), alone(&others)].concat();
            let outcome = same_set(told::of(&text), &apart);
            let outcome = outcome.map_err(|why| format!("with {}: {why}", partner.name));
            table.note(key(fixture), dress.name, outcome);
        }
        let apart = [told::of(&fixture.text), told::of(&partner.text)].concat();
        let entries = entries(mixed.iter().map(|line: &Line<'_>| (line.stream, line.text)));
        let outcome = same_set(told::of_entries(entries), &apart);
        table.note(key(fixture), "journal lines", outcome);
    }
    table.verdict();
}

#[test]
fn in_chunks() {
    let mut table = Table::new("in chunks");
    let mut dice = Dice::new(2);
    for fixture in all() {
        let alone = told::of(&fixture.text);
        let ends: Vec<usize> = crate::memory::line_ends(fixture.text.as_bytes());
        table.note(
            key(fixture),
            "line by line",
            same(&told::in_pieces(&fixture.text, &ends), &alone),
        );
        for _ in 0..3 {
            let cuts: Vec<usize> = ends
                .iter()
                .copied()
                .filter(|_| dice.fraction() < 0.3)
                .collect();
            let found = told::in_pieces(&fixture.text, &cuts);
            table.note(key(fixture), "random chunks", same(&found, &alone));
        }
    }
    table.verdict();
}

#[test]
fn cut_at_every_line() {
    let mut table = Table::new("cut at every line");
    let mut dice = Dice::new(3);
    for fixture in all() {
        let whole = told::of(&fixture.text);
        let ends = crate::memory::line_ends(fixture.text.as_bytes());
        let count = ends.len();
        for (nth, end) in ends.into_iter().enumerate() {
            let far = nth > cut_everywhere() && nth + cut_everywhere() < count;
            if far && dice.fraction() > 0.02 {
                continue;
            }
            let (head, tail) = fixture.text.split_at(end);
            let at = |why| format!("behind line {}: {why}", nth + 1);
            let begun = told::is_part(&told::of(head), &whole, Cut::End).map_err(at);
            table.note(key(fixture), "end cut off", begun);
            let ended = told::is_part(&told::of(tail), &whole, Cut::Beginning).map_err(at);
            table.note(key(fixture), "beginning cut off", ended);
        }
    }
    table.verdict();
}

/// Whatever is torn or moved, reading ends and does not panic.
#[test]
fn torn() {
    for fixture in all() {
        let lines: Vec<&str> = fixture.text.lines().collect();
        let step = lines.len().div_ceil(cut_everywhere());
        for cut in (0..lines.len()).step_by(step) {
            let (head, tail) = lines.split_at(cut);
            told::of(&[tail, head].concat().join("\n"));
            let torn = |line: &&str| line.chars().take(cut).collect::<String>();
            let torn: Vec<String> = lines.iter().map(torn).collect();
            told::of(&torn.join("\n"));
        }
    }
}

fn ended(text: &str) -> String {
    let end = if text.ends_with('\n') { "" } else { "\n" };
    format!("{text}{end}")
}

/// The same records, in whatever order they began.
fn same_set(mut found: Vec<Told>, expected: &[Told]) -> Result<(), String> {
    let mut expected = expected.to_vec();
    let order = |told: &Told| format!("{told:?}");
    found.sort_by_cached_key(order);
    expected.sort_by_cached_key(order);
    same(&found, &expected)
}

fn entry(number: usize, stream: usize, message: &str) -> stacktail::source::Entry {
    stacktail::source::Entry {
        number: number as u64 + 1,
        stream: format!("_PID={}", 812 + stream).into_bytes(),
        time: Some(crate::memory::modified()),
        priority: Some(6),
        message: message.into(),
        ..stacktail::source::Entry::default()
    }
}

fn entries<'a>(lines: impl Iterator<Item = (usize, &'a str)>) -> Vec<stacktail::source::Entry> {
    let entry = |(number, (stream, line))| entry(number, stream, line);
    lines.enumerate().map(entry).collect()
}

/// As a program that logs to the journal by itself sends it.
fn entries_of(text: &str) -> Vec<stacktail::source::Entry> {
    vec![entry(0, 0, text.strip_suffix('\n').unwrap_or(text))]
}
