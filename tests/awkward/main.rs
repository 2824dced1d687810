//! Awkward shapes, ten of each among the ordinary lines of several services: every trace exact, with its header. Two
//! services that write into one file line by line, without anything that tells them apart, are measured and printed.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test that cannot go on fails; it reads its own shapes and prints its tables"
)]

#[path = "../support/reading.rs"]
#[expect(
    dead_code,
    reason = "shared by several suites, each of which needs a part"
)]
mod reading;

mod corpus;
mod seen;
mod shapes;

use stacktail::language::LANGUAGES;

use corpus::{Corpus, Rows};
use dice::Dice;
use dress::{DRESSES, Dress, Line, Wear, in_turn, put_on};
use excused::{EXCUSED, is_settled};
use loggen::{Lang, ordinary};
use reading::written::written;
use reading::{dice, dress, excused, loggen, memory, told};
use seen::Seen;
use shapes::{Shape, occurrence};

const SERVICES: &[Lang] = &[Lang::Python, Lang::Java, Lang::Go, Lang::Node];
/// Of each shape.
const TIMES: usize = 10;

/// How many of each language are put into each dress: less where it takes long, which is unoptimised.
fn dressed_times() -> usize {
    if cfg!(feature = "e2e") {
        TIMES
    } else {
        TIMES / 3
    }
}

/// Ordinary lines without a word that a header of low level would be known by.
fn calm(seed: u64) -> impl Iterator<Item = String> {
    let lines = ordinary(SERVICES, seed).filter(|line| !line.contains("retry"));
    lines.map(|line| line + "\n")
}

fn print(title: &str, rows: &Rows) {
    let exact: usize = rows.values().map(|row| row.0).sum();
    let all: usize = rows.values().map(|row| row.1).sum();
    println!("{title}: {} shapes, {exact}/{all} exact", rows.len());
    for (name, (exact, all, _)) in rows {
        println!("  {name:52} {exact}/{all}");
    }
}

fn must_be_exact(rows: &Rows) {
    let broken: Vec<String> = rows
        .iter()
        .filter(|(_, (exact, all, _))| exact != all)
        .map(|(name, (exact, all, first))| format!("{name} {exact}/{all}:\n{first}"))
        .collect();
    assert!(
        broken.is_empty(),
        "{} rows:\n{}",
        broken.len(),
        broken.join("\n")
    );
}

#[test]
fn shapes_read_as_they_did() {
    let bless = std::env::var_os("STACKTAIL_BLESS").is_some();
    let mut changed = Vec::new();
    for shape in shapes::all()
        .iter()
        .filter(|shape| shape.name.starts_with("awkward/"))
    {
        let found: String = shape.truth.iter().map(Seen::line).collect();
        let snapshot = shape.path.with_extension("told");
        if bless {
            std::fs::write(&snapshot, &found).unwrap();
        }
        if std::fs::read_to_string(&snapshot).unwrap_or_default() != found {
            changed.push(format!("{}\n{found}", shape.name));
        }
    }
    assert!(
        changed.is_empty(),
        "read otherwise:\n{}",
        changed.join("\n")
    );
}

/// Every shape of this folder is read, and what the shapes show is all that is asked for.
#[test]
fn the_shapes_show_everything() {
    let shapes = shapes::all();
    for language in LANGUAGES
        .iter()
        .filter(|language| is_settled(language.name()))
    {
        let folder = format!("awkward/{}/", language.name());
        let here = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/awkward/shapes/");
        // A language may have its fixtures and its parity cases alone.
        let logs = std::fs::read_dir(format!("{here}{}", language.name()));
        let logs = logs.into_iter().flatten().filter(|log| {
            log.as_ref()
                .unwrap()
                .path()
                .extension()
                .is_some_and(|e| e == "log")
        });
        let read = shapes
            .iter()
            .filter(|shape| shape.name.starts_with(&folder))
            .count();
        assert_eq!(
            read,
            logs.count(),
            "{}: a shape without a trace",
            language.name()
        );
    }
    for (what, language, text) in SHOWN {
        let known = LANGUAGES.iter().any(|known| known.name() == *language);
        if !known || !is_settled(language) {
            continue;
        }
        let count = shapes
            .iter()
            .filter(|shape| shape.text.contains(text))
            .count();
        println!("{what}: {count} shapes");
        assert!(count > 0, "no shape shows {what}");
    }
}

/// What must be among the shapes, whose it is, and the text that shows it.
const SHOWN: &[(&str, &str, &str)] = &[
    ("carets", "python", "^^^^"),
    ("notes", "python", "counted by hand"),
    ("groups", "python", "+ Exception Group Traceback"),
    ("groups in groups", "python", "    +-+---------------- 1 -"),
    ("message lines", "python", "no till\nno receipt"),
    ("no message", "python", "\nSystemError\n"),
    (
        "a class that is no Error",
        "python",
        "OutOfStock: order 17:",
    ),
    ("another's crash behind", "python", "no receipt\npanic: "),
    ("another's crash quoted", "python", "till failed:\npanic: "),
    (
        "causes",
        "python",
        "The above exception was the direct cause",
    ),
    (
        "exception in thread",
        "python",
        "Exception in thread settler",
    ),
    (
        "exception in thread",
        "jvm",
        "Exception in thread \"settler",
    ),
    ("suppressed", "jvm", "Suppressed: "),
    ("circular", "jvm", "CIRCULAR REFERENCE"),
    (
        "no message",
        "jvm",
        "Caused by: java.lang.IllegalStateException\n",
    ),
    ("another's crash quoted", "jvm", "till failed\npanic: "),
    ("root cause first", "jvm", "Wrapped by: "),
    ("a class that is no Error", "jvm", "$OutOfStock"),
    ("message lines", "jvm", "Cause: nobody counted"),
    ("Spring Boot", "jvm", "4711 --- ["),
    ("java.util.logging", "jvm", "SEVERE: "),
    ("Tomcat", "jvm", "SEVERE [main]"),
    ("causes in braces", "javascript", "[cause]: "),
    ("properties in braces", "javascript", "errno: "),
    ("braces in braces", "javascript", "lines: [ { item: 'tea {'"),
    (
        "message lines",
        "javascript",
        "AggregateError: the till\nis open",
    ),
    ("no message", "javascript", "    OutOfStock\n        at "),
    ("errors in braces", "javascript", "[errors]: ["),
    ("a class that is no Error", "javascript", "OutOfStock: "),
    ("fatal error", "go", "fatal error: "),
    ("http: panic serving", "go", "http: panic serving "),
    ("message lines", "go", "\tgoroutine 17 [lost]:"),
    ("two panics", "go", "\tpanic: order 18:"),
    (
        "no goroutine",
        "go",
        "panic: assignment to entry in nil map\nTraceback",
    ),
    ("several goroutines", "go", "\n\ngoroutine "),
    ("a panic again", "go", "repanicked]"),
    ("logfmt", "go", "stack=\"goroutine "),
];

/// What the order is drawn with: `STACKTAIL_SEED=21` draws another, `STACKTAIL_SEED=21-30` ten of them.
fn seeds() -> std::ops::RangeInclusive<u64> {
    let Ok(asked) = std::env::var("STACKTAIL_SEED") else {
        return 11..=11;
    };
    let (from, to) = asked.split_once('-').unwrap_or((&asked, &asked));
    from.parse().unwrap()..=to.parse().unwrap()
}

#[test]
fn among_ordinary_lines() {
    let shapes = shapes::all();
    let read: Vec<_> = shapes
        .iter()
        .flat_map(|shape| (0..TIMES).map(move |time| (shape, occurrence(shape, time))))
        .collect();
    let mut rows = Rows::new();
    for seed in seeds() {
        let mut dice = Dice::new(seed);
        let mut order: Vec<_> = read.iter().collect();
        dice.shuffle(&mut order);
        let (mut corpus, mut lines) = (Corpus::default(), calm(12));
        for (shape, (text, truth)) in order {
            corpus.ordinary(&mut dice, &mut lines);
            corpus.occurrence(&shape.name, text, truth.clone());
        }
        corpus.ordinary(&mut dice, &mut lines);
        corpus.judge(&mut rows);
    }
    print("among ordinary lines", &rows);
    assert!(rows.len() >= 40, "only {} shapes", rows.len());
    must_be_exact(&rows);
}

/// Does a cell of the matrix say that this cannot hold?
fn is_excused(shape: &Shape, dress: &Dress) -> bool {
    let name = shape.name.replacen("fixture/", "", 1);
    EXCUSED.iter().any(|(fixture, worn, _)| {
        let begin = fixture.strip_suffix('*').unwrap_or(fixture);
        *worn == dress.name && name.starts_with(begin)
    })
}

/// An ordinary line in this dress; it is a trace alone that is printed further in.
fn dressed(dress: &Dress, streams: usize, number: usize, line: &str) -> String {
    let text = line.trim_end();
    match dress.wear {
        Wear::Lines(wear) if !["indented", "tabbed"].contains(&dress.name) => wear(Line {
            text,
            stream: number % streams,
            number,
            calm: true,
        }),
        _ => line.to_owned(),
    }
}

#[test]
fn in_every_dress() {
    let shapes = shapes::all();
    let mut rows = Rows::new();
    for dress in DRESSES {
        let mut dice = Dice::new(13);
        let mut corpus = Corpus::default();
        let mut lines = calm(14)
            .enumerate()
            .map(|(n, line)| dressed(dress, 2, n, &line));
        let settled = LANGUAGES
            .iter()
            .enumerate()
            .filter(|(_, language)| is_settled(language.name()));
        for (ix, language) in settled {
            let own: Vec<&Shape> = shapes
                .iter()
                .filter(|shape| shape.language == ix && !is_excused(shape, dress))
                .collect();
            // A language whose every fixture is excused here has none.
            let times = if own.is_empty() { 0 } else { dressed_times() };
            for time in 0..times {
                corpus.ordinary(&mut dice, &mut lines);
                let shape = own[dice.within(0, own.len() as u64) as usize];
                let (text, _) = occurrence(shape, time);
                let worn = put_on(dress, &written(&text));
                let row = format!("{}, {}", dress.name, language.name());
                corpus.occurrence(&row, &worn, seen::all(&worn));
            }
        }
        corpus.ordinary(&mut dice, &mut lines);
        corpus.judge(&mut rows);
    }
    print("in every dress", &rows);
    must_be_exact(&rows);
}

/// Lines of two services in turn, each line in this dress.
fn pair(dress: fn(Line<'_>) -> String, one: &str, other: &str) -> String {
    let [one, other] = [one, other].map(written);
    in_turn(&one, &other).into_iter().map(dress).collect()
}

/// Two occurrences of different shapes, and what is read of each alone in this dress.
fn two(shapes: &[Shape], dice: &mut Dice, time: usize) -> [(String, Vec<Seen>); 2] {
    let mut pick = |_| &shapes[dice.within(0, shapes.len() as u64) as usize];
    let one = pick(0);
    let mut other = pick(1);
    while other.name == one.name {
        other = pick(1);
    }
    [one, other].map(|shape| occurrence(shape, time))
}

#[test]
fn two_services_in_one_file() {
    let shapes = shapes::all();
    let mut rows = Rows::new();
    let telling = DRESSES.iter().filter(|dress| dress.tells_streams);
    for dress in telling {
        let Wear::Lines(wear) = dress.wear else {
            continue;
        };
        let mut dice = Dice::new(15);
        let mut corpus = Corpus::default();
        let mut lines = calm(16)
            .enumerate()
            .map(|(n, line)| dressed(dress, 2, n, &line));
        for time in 0..TIMES {
            corpus.ordinary(&mut dice, &mut lines);
            let [(one, _), (other, _)] = two(&shapes, &mut dice, time);
            let alone = [pair(wear, &one, ""), pair(wear, "", &other)];
            let truth = alone.iter().flat_map(|text| seen::all(text)).collect();
            corpus.occurrence(dress.name, &pair(wear, &one, &other), truth);
        }
        corpus.ordinary(&mut dice, &mut lines);
        corpus.judge(&mut rows);
    }
    print("two services, told apart", &rows);
    must_be_exact(&rows);
}

/// Nothing tells the lines apart but what they say. What is read of each pair is printed as it is; reading ends.
#[test]
fn two_services_that_nothing_tells_apart() {
    let shapes = shapes::all();
    let mut dice = Dice::new(17);
    let (mut corpus, mut lines) = (Corpus::default(), calm(18));
    for time in 0..10 * TIMES {
        corpus.ordinary(&mut dice, &mut lines);
        let [(one, first), (other, second)] = two(&shapes, &mut dice, time);
        let bare = |line: Line<'_>| format!("{}\n", line.text);
        let languages = [&first, &second].map(|seen| LANGUAGES[seen[0].told.language].name());
        let row = format!(
            "unprefixed, {}",
            if languages[0] == languages[1] {
                "one language"
            } else {
                "two languages"
            }
        );
        corpus.occurrence(&row, &pair(bare, &one, &other), [first, second].concat());
    }
    corpus.ordinary(&mut dice, &mut lines);
    let mut rows = Rows::new();
    corpus.judge(&mut rows);
    print(
        "two services, nothing tells them apart (measured only)",
        &rows,
    );
    assert_eq!(rows.values().map(|row| row.1).sum::<usize>(), 10 * TIMES);
}
