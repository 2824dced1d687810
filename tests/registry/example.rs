//! The worked example works: one language more, and the rooms before it need no change.

use std::time::Duration;

use stacktail::assemble::{Belief, Found};
use stacktail::language::{LANGUAGES, Language, Project};
use stacktail::os::Now;
use stacktail::os::stream::ByteStream;
use stacktail::pipeline::{Pipeline, Settings};
use stacktail::source::stream::Stream;
use stacktail::source::{Input, Source};

use crate::lua::Lua;

/// The registry with one entry more.
static WITH_LUA: &[&dyn Language] = &[&stacktail::language::python::Python, &Lua];

#[test]
fn a_language_is_a_file_and_an_entry() {
    let log = "2026-11-21 14:00:00,000 INFO [7] shop.http: request handled\n".to_owned()
        + include_str!("lua/uncaught_54.log")
        + "2026-11-21 14:00:01,000 INFO [7] shop.http: request handled\n";
    let found = read(&log);
    assert_eq!(found.records.len(), 1);
    let record = &found.records[0];
    let language = WITH_LUA[usize::from(record.language)];
    let mut trace = language.parse(record);
    language.resolve(
        &mut trace,
        &Project {
            root: Some("/srv/app/lua"),
            file_exists: &|_| false,
            line: &|_, _| None,
        },
    );
    let exception = &trace.exceptions[0];
    let value = exception.value.as_deref();
    assert_eq!(value, Some("attempt to index a nil value (local 'order')"));
    let frames: Vec<(Option<&str>, Option<u32>, Option<bool>)> = exception
        .frames
        .iter()
        .map(|f| (f.function.as_deref(), f.lineno, f.in_app))
        .collect();
    let app = Some(true);
    assert_eq!(
        frames,
        [
            (Some("?"), None, None),
            (Some("main chunk"), Some(11), app),
            (Some("checkout"), Some(7), app),
            (Some("charge"), Some(3), app),
        ]
    );
}

#[test]
fn its_openings_keep_the_law() {
    let faults: Vec<String> = Lua
        .openings()
        .iter()
        .filter_map(|o| crate::laws::fault(o))
        .collect();
    assert!(faults.is_empty(), "{faults:?}");
    // The real one reads more shapes, from the same opening on.
    let real = LANGUAGES.iter().find(|l| l.name() == Lua.name()).unwrap();
    assert_eq!(real.openings(), Lua.openings());
}

/// The guide shows the example as it is compiled here: each block of it stands in the file, line for line.
#[test]
fn the_guide_quotes_what_is_compiled() {
    let guide = include_str!("../../CONTRIBUTING.md");
    let code = include_str!("lua/mod.rs").replace("stacktail::", "crate::");
    let blocks: Vec<&str> = guide
        .split("```rust\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        assert!(
            code.contains(block.trim_end()),
            "not in the example:\n{block}"
        );
    }
}

fn read(log: &str) -> Found {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.log");
    std::fs::write(&path, log).unwrap();
    let mut source = Stream::new(ByteStream::open(&path).unwrap(), path);
    let mut pipeline = Pipeline::new(Settings {
        languages: WITH_LUA,
        zone: jiff::tz::TimeZone::UTC,
        belief: Belief::All,
        breadcrumbs: true,
        messages: Vec::new(),
    });
    let (mut input, mut found) = (Input::default(), Found::default());
    let now = Now {
        wall: "2026-11-21T15:00:00Z".parse().unwrap(),
        mono: Duration::ZERO,
    };
    while let Some(piece) = source.next(now, &|_| false, &mut input) {
        pipeline.feed(&piece, &input, &mut source, now, &mut found);
    }
    found
}
