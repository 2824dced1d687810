//! `stacktail test`: the `[[tests]]` that app files carry. In: each test's text, through the agent's own pipeline with its app's
//! settings. Out: for each that fails, where it stands and what is different; an exit code that says whether any did. Looks at
//! nothing of the host but the configuration's files.

use std::path::PathBuf;
use std::process::ExitCode;

use jiff::tz::TimeZone;

use crate::assemble::Belief;
use crate::config::{self, App, Expected, Sample, Severity, Writing};
use crate::event::pretty::{culprit, harmless};
use crate::event::protocol::Event;
use crate::language::{self, LANGUAGES};
use crate::os::Clock as _;
use crate::os::clock::SystemClock;
use crate::os::stream::ByteStream;
use crate::os::surroundings::{Offline, SystemSurroundings};
use crate::pipeline::{Found, Pipeline, Settings};
use crate::source::stream::Stream;
use crate::source::{Input, Source as _};

use super::parse::Builders;

/// Arguments of `test`.
#[derive(Debug, Clone, clap::Args)]
pub struct TestArgs {
    /// The tests of this app alone
    #[arg(long, value_name = "NAME")]
    pub app: Option<String>,
    /// The host file [default: /etc/stacktail/stacktail.toml]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Runs the tests and prints what fails.
#[must_use]
pub fn run(args: &TestArgs) -> ExitCode {
    let host_file = super::host_file(args.config.as_ref());
    let reading = config::read(&host_file, &Offline(SystemSurroundings));
    let errors = |problem: &&config::Problem| problem.severity == Severity::Error;
    let mut bad = false;
    for problem in reading.problems.iter().filter(errors) {
        super::talk(&format!("{problem}\n\n"));
        bad = true;
    }
    let wanted = |app: &&App| args.app.as_ref().is_none_or(|name| *name == app.name);
    let apps: Vec<&App> = reading.apps.iter().filter(wanted).collect();
    if let Some(name) = args.app.as_ref().filter(|_| apps.is_empty()) {
        super::talk(&format!(
            "error: there is no usable app `{}`\n",
            harmless(name)
        ));
        return ExitCode::from(super::EXIT_USAGE);
    }
    let (mut run, mut failed) = (0, 0);
    for app in &apps {
        for sample in &app.samples {
            run += 1;
            match failure(app, sample) {
                Ok(None) => {}
                Ok(Some(told)) => {
                    failed += 1;
                    super::say(&told);
                }
                Err(error) => {
                    failed += 1;
                    super::talk(&format!("error: {error}\n"));
                }
            }
        }
    }
    let passed = run - failed;
    super::say(&format!("{run} tests: {passed} passed, {failed} failed\n"));
    ExitCode::from(match (bad, failed) {
        (true, _) => super::EXIT_USAGE,
        (false, 0) => 0,
        (false, _) => super::EXIT_PROBLEM,
    })
}

/// An exception that was found.
struct Seen {
    ty: String,
    value: String,
    culprit: String,
    language: &'static str,
    /// Why it would not be sent.
    refused: Option<&'static str>,
}

impl Seen {
    fn of(event: &Event, language: &'static str, refused: Option<&'static str>) -> Self {
        let values = event
            .exception
            .as_ref()
            .map_or(&[][..], |list| &list.values);
        let last = values.last();
        let message = || {
            let entry = event.logentry.as_ref()?;
            entry.formatted.clone().or_else(|| entry.message.clone())
        };
        Self {
            ty: last.and_then(|last| last.ty.clone()).unwrap_or_default(),
            value: match last {
                Some(last) => last.value.clone(),
                None => message(),
            }
            .unwrap_or_default(),
            culprit: culprit(event),
            language,
            refused,
        }
    }

    fn meets(&self, expected: &Expected) -> bool {
        let is = |asked: &Option<String>, seen: &str| {
            asked
                .as_ref()
                .is_none_or(|asked| asked.trim_end() == seen.trim_end())
        };
        let function = self.culprit.split(" (").next().unwrap_or_default();
        is(&expected.ty, &self.ty)
            && is(&expected.value, &self.value)
            && is(&expected.language, self.language)
            && (is(&expected.culprit, &self.culprit) || is(&expected.culprit, function))
    }

    fn line(&self) -> String {
        let Self {
            ty,
            value,
            culprit,
            language,
            refused,
        } = self;
        let refused = refused.map_or_else(String::new, |why| format!(", not sent: {why}"));
        format!(
            "type = {ty:?}, value = {value:?}, culprit = {culprit:?}, language = {language:?}{refused}"
        )
    }
}

/// What is different; `None`: nothing.
fn failure(app: &App, sample: &Sample) -> std::io::Result<Option<String>> {
    let (mut seen, mut kept_back): (Vec<Seen>, Vec<Seen>) = (Vec::new(), Vec::new());
    for one in found(app, sample)? {
        if one.refused.is_none() {
            seen.push(one);
        } else {
            kept_back.push(one);
        }
    }
    let mut lines = Vec::new();
    for expected in &sample.expected {
        let mut missing = expected.count;
        let met = seen.extract_if(.., |one| {
            missing > 0 && one.meets(expected) && {
                missing -= 1;
                true
            }
        });
        let _found: Vec<Seen> = met.collect();
        if missing > 0 {
            lines.push(format!("  - {missing} × {}\n", asked(expected)));
        }
    }
    lines.extend(seen.iter().map(|one| format!("  + {}\n", one.line())));
    if lines.is_empty() {
        return Ok(None);
    }
    lines.extend(kept_back.iter().map(|one| format!("    {}\n", one.line())));
    let (file, line) = (sample.file.display(), sample.line);
    let name = if sample.name.is_empty() {
        "a test"
    } else {
        &sample.name
    };
    let head = format!(
        "FAILED {}: {name}\n --> {file}:{line}  (- expected and not found, + found and not expected)\n",
        app.name
    );
    let told = head + &lines.concat();
    let told = told.lines().map(|line| harmless(line) + "\n");
    Ok(Some(told.collect()))
}

/// Only what is asked for.
fn asked(expected: &Expected) -> String {
    let fields = [
        ("type", &expected.ty),
        ("value", &expected.value),
        ("culprit", &expected.culprit),
        ("language", &expected.language),
    ];
    let said = fields.iter().filter_map(|(name, value)| {
        let value = value.as_ref()?;
        Some(format!("{name} = {value:?}"))
    });
    said.collect::<Vec<_>>().join(", ")
}

/// What the agent would make of the text.
fn found(app: &App, sample: &Sample) -> std::io::Result<Vec<Seen>> {
    let clock = SystemClock::new();
    let stream = ByteStream::holding(sample.text.as_bytes())?;
    let mut source =
        Stream::new(stream, PathBuf::from("test")).written(Writing::of(app.files.iter()));
    let mut pipeline = Pipeline::new(Settings {
        languages: LANGUAGES,
        zone: TimeZone::system(),
        belief: Belief::All,
        breadcrumbs: false,
        messages: vec![app.messages],
    });
    let mut builders = Builders::new(Some(app.clone()), true);
    let (mut input, mut found) = (Input::default(), Found::default());
    let mut seen = Vec::new();
    while let Some(piece) = source.next(clock.now(), &|_| false, &mut input) {
        let now = clock.now();
        pipeline.feed(&piece, &input, &mut source, now, &mut found);
        for record in found.records.drain(..) {
            let Some((trace, language)) = language::read(&record, app.messages) else {
                continue;
            };
            let built = builders.build(record, trace, language, "test".to_owned(), now.wall);
            let (candidate, refused) = built;
            let refused = refused.map(crate::policy::Reason::as_str);
            seen.push(Seen::of(&candidate.event, language.name(), refused));
        }
    }
    match source.take_error() {
        Some(error) => Err(error),
        None => Ok(seen),
    }
}
