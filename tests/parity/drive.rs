//! Text to events, on the product's own way: `parse` without the printing.

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;
use stacktail::assemble::{Belief, Found, Record};
use stacktail::config::{App, SourceContext};
use stacktail::event::{Builder, HostFacts};
use stacktail::language::LANGUAGES;
use stacktail::level::Level;
use stacktail::os::Now;
use stacktail::os::stream::ByteStream;
use stacktail::pipeline::{Pipeline, Settings};
use stacktail::source::stream::Stream;
use stacktail::source::{Input, Source};

/// What the app's file would say.
pub(crate) struct Setting {
    /// `project_root`.
    pub(crate) root: String,
    /// Where the sources of that root are.
    pub(crate) program: PathBuf,
    pub(crate) in_app_include: &'static [&'static str],
}

/// The events of a text, read with the app's root and sources. Less severe records than errors are left out, as by the
/// default policy and by the SDK's logging integration.
pub(crate) fn events(text: &str, setting: &Setting) -> Vec<Value> {
    let builder = Builder::new(&app(setting), HostFacts::default());
    let now = Timestamp::from_second(1_795_190_400).unwrap();
    let mut out = Vec::new();
    for record in records(text, now) {
        let language = LANGUAGES[usize::from(record.language)];
        let trace = language.parse(&record);
        if trace.is_empty() || record.meta.level.is_some_and(|level| level < Level::Error) {
            continue;
        }
        let candidate = builder.build(0, &record, trace, language, "log.txt".to_owned(), now);
        out.push(serde_json::to_value(&candidate.event).unwrap());
    }
    out
}

fn records(text: &str, wall: Timestamp) -> Vec<Record> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.txt");
    std::fs::write(&path, text).unwrap();
    let mut source = Stream::new(ByteStream::open(&path).unwrap(), path);
    let mut pipeline = Pipeline::new(Settings {
        languages: LANGUAGES,
        zone: TimeZone::UTC,
        belief: Belief::All,
        breadcrumbs: true,
        messages: Vec::new(),
    });
    let (mut input, mut found) = (Input::default(), Found::default());
    let now = Now {
        wall,
        mono: Duration::ZERO,
    };
    while let Some(piece) = source.next(now, &|_| false, &mut input) {
        pipeline.feed(&piece, &input, &mut source, now, &mut found);
    }
    found.records
}

fn app(setting: &Setting) -> App {
    App {
        project_root: Some(setting.root.clone()),
        in_app_include: setting
            .in_app_include
            .iter()
            .map(|r| regex::Regex::new(r).unwrap())
            .collect(),
        source_context: SourceContext {
            roots: vec![setting.program.clone()],
            map: vec![(setting.root.clone(), setting.program.clone())],
        },
        ..App::unsaid("parity")
    }
}
