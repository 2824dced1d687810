//! A `backtrace` as loggers, Rails, Puma, Sidekiq, Sinatra and Rake print it. In: bare places, and the words above them.
//! Out: the chain.

use serde_json::Value;

use super::crash::{UNNAMED, frames};
use super::line::{self, Place};
use super::spoken::{dashed, is_error, named, rails};
use super::tracker::is_heading;
use super::value::{self, Said};
use super::version::Version;
use crate::assemble::Record;
use crate::language::{Exception, Frame, Trace};
use crate::level::Level;

/// Reads a record that opened at a bare place.
pub(super) fn read(record: &Record, lines: &[&str], preamble: &[&str]) -> Trace {
    let mut version = Version::default();
    let mut blocks: Vec<(Option<Said>, Vec<Place<'_>>)> = vec![(None, Vec::new())];
    let mut heading: Vec<&str> = Vec::new();
    for text in lines {
        if let Some(place) = line::listed(text) {
            version.place(&place);
            if !heading.is_empty() {
                let said = rails(&heading).or_else(|| caused(&heading));
                heading.clear();
                blocks.push((said, Vec::new()));
            }
            if let Some((_, places)) = blocks.last_mut() {
                places.push(place);
            }
        } else if is_heading(text) || !heading.is_empty() {
            heading.push(line::untagged(text));
        }
    }
    // Puma's words are the first line themselves.
    let own = lines.first().filter(|text| line::is_rack(text));
    let above = match own {
        Some(words) => Above::alone(record, words),
        None => {
            let places = blocks.first().map_or(0, |(_, places)| places.len());
            Above::of(record, preamble, places)
        }
    };
    if let Some((said, _)) = blocks.first_mut() {
        *said = above.said();
    }
    let rails = above.of_rails();
    let fatal = record.meta.level == Some(Level::Fatal) && rails;
    let mut trace = Trace {
        handled: Some(!fatal && own.is_none()),
        sent_level: (fatal || above.of_sidekiq()).then_some(Level::Error),
        message: above.message(),
        ..Trace::default()
    };
    for (said, places) in blocks {
        let Some(said) = said else {
            continue;
        };
        version.words(&said.message);
        trace.exceptions.push(Exception {
            module: Some(value::module(&said.class)),
            value: Some(said.value(version)),
            synthetic: said.class == UNNAMED,
            ty: said.class,
            frames: frames(None, &places),
            ..Exception::default()
        });
    }
    trace.exceptions.reverse();
    if rails {
        trace.frames_mut().for_each(cleaned);
    }
    trace
}

/// Rails prints paths relative to its root, whatever they were.
fn cleaned(frame: &mut Frame) {
    if frame.abs_path.as_deref().is_some_and(is_relative) {
        frame.filename = frame.abs_path.take();
    }
}

fn is_relative(path: &str) -> bool {
    !path.starts_with(['/', '<', '(']) && line::in_gem(path).is_none()
}

/// The words above the places.
struct Above<'a> {
    record: &'a Record,
    /// The header's message, then the lines below it.
    lines: Vec<String>,
    /// The header's message is the first of them.
    headed: bool,
    /// The header stands before the places themselves: the words are those of the record before.
    own: bool,
    /// How many places there are: without a class, a single one tells of no failure.
    places: usize,
}

impl<'a> Above<'a> {
    fn of(record: &'a Record, preamble: &[&str], places: usize) -> Self {
        let header = record.message.as_deref().map(line::text);
        let own = header.as_deref().is_some_and(|t| line::listed(t).is_some());
        let mut lines: Vec<String> = Vec::new();
        let apart = record.apart && preamble.iter().any(|text| !text.trim().is_empty());
        let headed = header.is_some() && !own && !apart;
        if let Some(header) = header.filter(|_| headed) {
            // A formatter may have `--` between the level and the words, as `Logger`'s own has.
            let words = header.strip_prefix("-- ").unwrap_or(&header);
            lines.push(line::untagged(words).to_owned());
        }
        lines.extend(preamble.iter().map(|text| line::untagged(text).to_owned()));
        if lines.iter().all(|text| text.trim().is_empty()) {
            lines = said_before(record, own).into_iter().collect();
        }
        while lines.last().is_some_and(|text| text.trim().is_empty()) {
            lines.pop();
        }
        Self {
            record,
            lines,
            headed,
            own,
            places,
        }
    }

    /// These words and no others.
    fn alone(record: &'a Record, words: &str) -> Self {
        Self {
            record,
            lines: vec![words.to_owned()],
            headed: false,
            own: false,
            places: 0,
        }
    }

    fn texts(&self) -> Vec<&str> {
        self.lines.iter().map(String::as_str).collect()
    }

    fn of_rails(&self) -> bool {
        rails(&self.texts()).is_some()
    }

    /// Sidekiq warns of jobs that failed, class and places in records of their own; its SDK sends errors.
    fn of_sidekiq(&self) -> bool {
        self.own && self.near().is_some() && self.record.meta.level == Some(Level::Warning)
    }

    /// Class and message.
    fn said(&self) -> Option<Said> {
        let texts = self.texts();
        if let Some(said) = rails(&texts)
            .or_else(|| self.behind())
            .or_else(|| self.near())
            .or_else(|| self.apart())
        {
            return Some(said);
        }
        if let Some(class) = self.field(CLASSES) {
            let message = self.field(MESSAGES).or_else(|| Some(texts.join("\n")));
            return Some(Said::new(&class, &message.unwrap_or_default()));
        }
        // The class alone where others write the message, which is the record's.
        let class = self.field(&["exception", "error"]);
        if let Some(class) = class.filter(|name| is_error(name) || self.is_beside(name)) {
            return Some(Said::new(&class, &texts.join("\n")));
        }
        let severe = self.record.meta.level >= Some(Level::Error) && self.places > 1;
        let words = texts.join("\n");
        (severe && !words.trim().is_empty()).then(|| Said::new(UNNAMED, words.trim()))
    }

    /// `message (Class)`, as `Logger` has it: of a header, or in a field by itself, all of what stands above the places is the
    /// message.
    fn behind(&self) -> Option<Said> {
        let (last, rest) = self.lines.split_last()?;
        let (message, class) = line::class_behind(last)?;
        let whole = self.headed || self.record.apart;
        if !whole || rest.is_empty() {
            return Some(Said::new(class, message));
        }
        Some(Said::new(class, &format!("{}\n{message}", rest.join("\n"))))
    }

    /// The nearest line that names a class; the lines below it are the message's.
    fn near(&self) -> Option<Said> {
        let named = |at: &usize| self.lines.get(*at).and_then(|text| named(text));
        let at = (0..self.lines.len()).rev().find(|at| named(at).is_some())?;
        let said = named(&at)?;
        let below = self.lines.get(at + 1..).unwrap_or_default();
        if below.is_empty() {
            return Some(said);
        }
        let message = format!("{}\n{}", said.message, below.join("\n"));
        let message = message.trim_end();
        Some(Said::new(
            &said.class,
            message.strip_suffix(':').unwrap_or(message),
        ))
    }

    /// `Class: message` above a list in a field by itself, where no prose can stand.
    fn apart(&self) -> Option<Said> {
        let (first, rest) = self.lines.split_first().filter(|_| self.record.apart)?;
        let (class, words) = first.split_once(": ").filter(|(c, _)| line::is_class(c))?;
        let words = std::iter::once(words).chain(rest.iter().map(String::as_str));
        let words: Vec<&str> = words.collect();
        Some(Said::new(class, &words.join("\n")))
    }

    /// Is it a class's name, and the message another?
    fn is_beside(&self, name: &str) -> bool {
        line::is_class(name) && self.record.apart && !self.lines.iter().any(|text| text == name)
    }

    fn field(&self, names: &[&str]) -> Option<String> {
        let fields = &self.record.meta.fields;
        let text = |name: &&str| {
            let value = fields.iter().find(|(key, _)| key == name).map(|(_, v)| v);
            value.and_then(Value::as_str).map(str::to_owned)
        };
        names.iter().find_map(text)
    }

    /// The log record's message, where it says more than the exception.
    fn message(&self) -> Option<String> {
        if !self.headed {
            return self.own.then(String::new);
        }
        let first = self.lines.first()?;
        let exception =
            rails(&self.texts()).is_some() || self.behind().is_some() || named(first).is_some();
        Some(if exception {
            String::new()
        } else {
            first.clone()
        })
    }
}

/// Rake's account of a cause.
fn caused(heading: &[&str]) -> Option<Said> {
    let (_, words) = heading.split_first()?;
    nearest(words)
}

fn nearest(lines: &[&str]) -> Option<Said> {
    let at = lines.iter().rposition(|text| named(text).is_some())?;
    let said = named(lines.get(at)?)?;
    let below = lines.get(at + 1..).unwrap_or_default();
    if below.is_empty() {
        return Some(said);
    }
    let message = format!("{}\n{}", said.message, below.join("\n"));
    let message = message.trim_end();
    let message = message.strip_suffix(':').unwrap_or(message);
    Some(Said::new(&said.class, message))
}

/// Fields in which loggers name the class.
const CLASSES: &[&str] = &[
    "exception.class",
    "error.class",
    "exception_class",
    "error_class",
    "error.type",
    "error.kind",
    "class",
];
/// Fields in which they put the message.
const MESSAGES: &[&str] = &[
    "exception.message",
    "error.message",
    "exception_message",
    "error_message",
    "error",
    "exception",
];

/// `logger.warn("Class: message")`, then `logger.warn(backtrace)`: the record above speaks of the places. So does a line of
/// Sinatra's, in which the class stands where others name the logger.
fn said_before(record: &Record, own: bool) -> Option<String> {
    let above = record.breadcrumbs.last()?;
    let text = line::text(&above.message);
    let class = above.logger.as_deref().filter(|name| is_error(name));
    if !own {
        let told = text.trim_end().ends_with(':');
        let named = || dashed(text.trim_end()).map(|_| text.to_string());
        let of_logger = class.map(|class| format!("{class} - {text}"));
        return of_logger.or_else(named).filter(|_| told);
    }
    let near = above.time.zip(record.meta.time);
    let near = near.is_some_and(|(above, own)| own.duration_since(above).as_secs().abs() <= 1);
    let as_bad = above.level >= record.meta.level && above.logger == record.meta.logger;
    (near && as_bad).then(|| line::untagged(&text).to_owned())
}
