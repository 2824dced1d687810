//! `stacktail parse`: every exception in a file, unthinned. In: files or standard input. Out: events for people, as JSON
//! lines, or as one table.
//!
//! The same pipeline as the agent's; no configuration, no state, no network.

#[cfg(feature = "follow")]
mod follow;
mod output;
mod own;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jiff::tz::TimeZone;

use crate::assemble::{Belief, Counts, Found, Record};
use crate::config::layout::{FORMATS, Format, HeaderPattern, Layout, header_of};
use crate::config::{self, App, Writing};
use crate::language::{self, LANGUAGES};
use crate::level::Level;
use crate::os::clock::SystemClock;
use crate::os::stream::ByteStream;
use crate::os::surroundings::SystemSurroundings;
use crate::os::{Clock, Now};
use crate::pipeline::{Pipeline, Settings};
use crate::source::stream::Stream;
use crate::source::{Input, Source};
use output::Printer;
pub(super) use own::Builders;

/// Arguments of `parse`.
#[derive(Debug, Clone, clap::Args)]
pub struct ParseArgs {
    /// Files to read; `-` is standard input, and what is read where no file is named
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// An app's file: its project root, source context, release, tags and level apply
    #[arg(long, value_name = "APP.toml")]
    pub app: Option<PathBuf>,
    /// What lines are wrapped in, in place of what each line tells
    #[arg(long, value_name = "FORMAT", value_parser = clap::builder::PossibleValuesParser::new(FORMATS))]
    pub format: Option<String>,
    /// A regex for the header of lines in a home-made layout: (?<time>…), (?<level>…), (?<logger>…), (?<message>…) and others
    #[arg(long, value_name = "REGEX", value_parser = header_of)]
    pub header: Option<HeaderPattern>,
    /// How the exceptions are printed
    #[arg(long, value_enum, default_value_t = Output::Pretty)]
    pub output: Output,
    /// Go on with what is written to the files
    #[cfg(feature = "follow")]
    #[arg(long, short)]
    pub follow: bool,
}

/// How exceptions are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Output {
    /// For people: title, culprit, frames with the app's own marked
    Pretty,
    /// One Sentry event payload per line
    Json,
    /// One table of issues, and a tally
    Summary,
}

/// Reads everything that was named.
#[must_use]
pub fn run(args: &ParseArgs) -> ExitCode {
    let Ok(app) = args.app.as_deref().map(load).transpose() else {
        return ExitCode::from(super::EXIT_USAGE);
    };
    let mut parse = Parse::new(app, args.output);
    let format = args.format.as_deref().and_then(Format::named);
    if format.is_some() || args.header.is_some() {
        parse.writing.layout = Layout::of(format.unwrap_or_default(), args.header.clone());
    }
    #[cfg(feature = "follow")]
    if args.follow {
        return follow::run(&mut parse, &args.files);
    }
    let stdin = [PathBuf::from("-")];
    let files = if args.files.is_empty() {
        &stdin[..]
    } else {
        &args.files
    };
    let mut failed = false;
    for file in files {
        failed |= parse.file(file).is_err();
    }
    parse.finish();
    if failed {
        ExitCode::from(super::EXIT_PROBLEM)
    } else {
        ExitCode::SUCCESS
    }
}

/// The app's settings; what is wrong with them is said.
fn load(file: &Path) -> Result<App, ()> {
    let (app, problems) = config::load_app(file, &SystemSurroundings);
    for problem in problems {
        super::talk(&format!("{problem}\n"));
    }
    app.ok_or(())
}

/// Why a file could not be read was said.
#[derive(Debug)]
struct Unreadable;

fn trouble(file: &Path, error: &std::io::Error) -> Unreadable {
    let name = crate::event::pretty::harmless(&file.display().to_string());
    super::talk(&format!("stacktail: cannot read {name}: {error}\n"));
    Unreadable
}

/// What one run of the command has.
struct Parse {
    builders: Builders,
    printer: Printer,
    writing: Writing,
    /// The app asks for records without a trace, from this level on.
    messages: Option<Level>,
    clock: SystemClock,
    counts: Counts,
    cut_bytes: u64,
}

impl Parse {
    fn new(app: Option<App>, output: Output) -> Self {
        let writing = Writing::of(app.iter().flat_map(|app| &app.files));
        let messages = app.as_ref().and_then(|app| app.messages);
        Self {
            builders: Builders::new(app, output != Output::Summary),
            printer: Printer::new(output),
            writing,
            messages,
            clock: SystemClock::new(),
            counts: Counts::default(),
            cut_bytes: 0,
        }
    }

    fn pipeline(&self) -> Pipeline {
        Pipeline::new(Settings {
            languages: LANGUAGES,
            zone: TimeZone::system(),
            // Old logs are read on purpose.
            belief: Belief::All,
            breadcrumbs: self.printer.shows_events(),
            messages: vec![self.messages],
        })
    }

    /// Reads one file to its end.
    fn file(&mut self, file: &Path) -> Result<(), Unreadable> {
        let opened = if file == Path::new("-") {
            ByteStream::stdin()
        } else {
            ByteStream::open(file)
        };
        let stream = opened.map_err(|error| trouble(file, &error))?;
        let mut source = Stream::new(stream, file.to_path_buf()).written(self.writing.clone());
        let mut pipeline = self.pipeline();
        let (mut input, mut found) = (Input::default(), Found::default());
        while let Some(piece) = source.next(self.clock.now(), &|_| false, &mut input) {
            let now = self.clock.now();
            pipeline.feed(&piece, &input, &mut source, now, &mut found);
            self.take(file, &mut found, now);
        }
        self.cut_bytes += source.losses().iter().map(|l| l.quantity).sum::<u64>();
        match source.take_error() {
            Some(error) => Err(trouble(file, &error)),
            None => Ok(()),
        }
    }

    /// Prints what was found.
    fn take(&mut self, file: &Path, found: &mut Found, now: Now) {
        self.counts.add(&std::mem::take(&mut found.counts));
        for record in found.records.drain(..) {
            self.record(file, record, now);
        }
    }

    fn record(&mut self, file: &Path, record: Record, now: Now) {
        let Some((trace, language)) = language::read(&record, self.messages) else {
            return self.printer.without_exception();
        };
        let seen_at = file.display().to_string();
        let (candidate, refused) = self
            .builders
            .build(record, trace, language, seen_at, now.wall);
        match refused {
            Some(reason) => self.printer.refused(&candidate.event, reason),
            None => self.printer.event(&candidate.event),
        }
    }

    fn finish(&mut self) {
        self.printer.finish(&self.counts, self.cut_bytes);
    }
}
