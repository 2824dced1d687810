//! From a trace to an event. In: a record, its trace, the app. Out: a [`Candidate`] within all bounds.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::protocol::{Breadcrumb, Event, LogEntry, Sdk, Values};
use super::source::Sources;
use super::{Candidate, RecordFacts, clean, extra, id, labels, limits, stacks};
use crate::assemble::Record;
use crate::bounds::{AHEAD_MS_MAX, EVENT_AGE_DAYS_MAX};
use crate::config::{App, Labels, SourceContext};
use crate::language::{self, Language, Project, Trace};
use crate::level::Level;
use crate::source::AppIx;

/// What is known of the host.
#[derive(Debug, Clone, Default)]
pub struct HostFacts {
    /// Part of every event's id; stable.
    pub machine_id: Vec<u8>,
    /// Sent as `server_name`.
    pub server_name: Option<String>,
    /// Sent as `contexts.os`: `{"name": …, "version": …}`.
    pub os: Option<Value>,
}

/// Builds the events of one app.
#[derive(Debug, Clone)]
pub struct Builder {
    name: String,
    host: HostFacts,
    release: Option<String>,
    environment: Option<String>,
    tags: BTreeMap<String, String>,
    project_root: Option<String>,
    in_app_include: Vec<regex::Regex>,
    in_app_exclude: Vec<regex::Regex>,
    source_context: SourceContext,
    labels: Labels,
    messages: Option<Level>,
    unit_failures: bool,
    /// The app has rules, which ask for facts of records.
    has_rules: bool,
}

impl Builder {
    /// The app's settings, made ready.
    #[must_use]
    pub fn new(app: &App, host: HostFacts) -> Self {
        let root = app
            .project_root
            .as_deref()
            .map(|r| r.trim_end_matches('/'))
            .filter(|r| !r.is_empty());
        Self {
            name: app.name.clone(),
            release: app.release.as_deref().and_then(clean::release),
            environment: clean::environment(&app.environment),
            tags: app
                .tags
                .iter()
                .filter_map(|(key, value)| clean::tag(key, value))
                .collect(),
            project_root: root.map(str::to_owned),
            in_app_include: app.in_app_include.clone(),
            in_app_exclude: app.in_app_exclude.clone(),
            source_context: app.source_context.clone(),
            messages: app.messages,
            unit_failures: app.journals.iter().any(|table| table.unit_failures),
            has_rules: !app.rules.is_empty(),
            host: HostFacts {
                server_name: app
                    .labels
                    .server_name
                    .as_deref()
                    .or(host.server_name.as_deref())
                    .and_then(|n| clean::line(n, 256)),
                ..host
            },
            labels: Labels {
                logger: app.labels.logger.as_deref().and_then(logger_name),
                ..app.labels.clone()
            },
        }
    }

    /// What is read for nobody yet: events as they are before any app's settings, with their records' facts.
    #[must_use]
    pub fn of_nobody(host: HostFacts) -> Self {
        Self {
            has_rules: true,
            ..Self::new(&App::unsaid(""), host)
        }
    }

    /// The level from which the app asks for records without a trace.
    #[must_use]
    pub fn messages(&self) -> Option<Level> {
        self.messages
    }

    /// Does the app ask for units that failed?
    #[must_use]
    pub fn unit_failures(&self) -> bool {
        self.unit_failures
    }

    /// The event of one record. Resolves the trace for this app, reads source lines where the app allows it, keeps every
    /// bound.
    #[must_use]
    pub fn build(
        &self,
        app: AppIx,
        record: &Record,
        mut trace: Trace,
        language: &dyn Language,
        seen_at: String,
        now: Timestamp,
    ) -> Candidate {
        let event_id = id::event_id(
            &self.host.machine_id,
            &self.name,
            record.origin,
            record.head,
            record.ordinal,
        );
        self.resolve(&mut trace, language);
        let (timestamp, original) = clamp(record.meta.time.unwrap_or(record.time), now);
        let facts = self
            .has_rules
            .then(|| Box::new(RecordFacts::of(record, &trace)));
        let handled = trace.handled.unwrap_or(record.message.is_some());
        let fields = record.meta.fields.as_slice();
        let release = labels::release(&self.labels, fields).or_else(|| self.release.clone());
        let mut event = Event {
            event_id: id::hex(event_id),
            timestamp: seconds(timestamp),
            platform: trace.platform.unwrap_or(language.platform()).to_owned(),
            level: trace
                .sent_level
                .or(record.meta.level)
                .or(trace.level)
                .unwrap_or(Level::Error)
                .as_str()
                .to_owned(),
            server_name: self.server_name(record),
            release: release.clone(),
            dist: release.and(self.labels.dist.clone()),
            environment: self.environment.clone(),
            breadcrumbs: breadcrumbs(record),
            tags: self.tags(&trace, fields),
            extra: extra::extra(record, &trace, &self.labels, &seen_at, original),
            contexts: self.contexts(record, &trace),
            user: labels::user(&self.labels, fields),
            sdk: Some(Sdk {
                name: "stacktail".to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
            }),
            ..Event::default()
        };
        self.tell_logger(&mut event, record, &trace, handled);
        let told = trace.tells_handled.of(handled);
        let (exception, threads) = stacks::stacks(trace, told);
        event.exception = exception;
        event.threads = threads;
        limits::apply(&mut event);
        Candidate {
            app,
            event_id,
            record_time: record.time,
            event,
            handled,
            record: facts,
            seen_at,
        }
    }

    /// A logged exception carries logger and message; what nobody caught has neither.
    fn tell_logger(&self, event: &mut Event, record: &Record, trace: &Trace, handled: bool) {
        let logged = handled || trace.message.is_some();
        event.logger = match logger(record, trace) {
            Some(name) => logged.then_some(name),
            None => self.labels.logger.clone(),
        };
        if logged {
            event.logentry = logentry(record, trace);
        }
    }

    fn resolve(&self, trace: &mut Trace, language: &dyn Language) {
        let lines = language.source_lines();
        let sources = Sources::new(&self.source_context, language.source_extensions(), lines);
        let root = self.root_of(trace);
        let sources = sources.beneath(root.clone());
        let project = Project {
            root: root.as_deref(),
            file_exists: &|path| sources.exists(path),
            line: &|path, lineno| sources.line(path, lineno),
        };
        language.resolve(trace, &project);
        // Where the text prints source lines, a frame without one had none to print.
        let unprinted =
            !lines.printed_everywhere || trace.frames().all(|f| f.context_line.is_none());
        for frame in trace.frames_mut() {
            sources.fill(frame, unprinted);
            self.mark_in_app(frame);
        }
    }

    /// The project root as the trace sees it: as configured, or, for a container, what the mapping makes of it.
    fn root_of(&self, trace: &Trace) -> Option<String> {
        let root = self.project_root.as_deref()?;
        let holds = |root: &str| {
            let mut paths = trace.frames().filter_map(language::Frame::path);
            paths.any(|path| path.starts_with(root))
        };
        if holds(root) {
            return Some(root.to_owned());
        }
        let mapped = self.source_context.map.iter().filter_map(|(from, to)| {
            let rest = root.strip_prefix(to.to_str()?)?;
            Some(format!("{}{rest}", from.trim_end_matches('/')))
        });
        Some(
            mapped
                .into_iter()
                .find(|root| holds(root))
                .unwrap_or_else(|| root.to_owned()),
        )
    }

    fn mark_in_app(&self, frame: &mut language::Frame) {
        let names = [
            &frame.module,
            &frame.abs_path,
            &frame.filename,
            &frame.package,
        ];
        let hit = |list: &[regex::Regex]| {
            list.iter().any(|regex| {
                names
                    .iter()
                    .any(|name| name.as_deref().is_some_and(|n| regex.is_match(n)))
            })
        };
        if hit(&self.in_app_include) {
            frame.in_app = Some(true);
        } else if hit(&self.in_app_exclude) {
            frame.in_app = Some(false);
        }
    }

    /// The app's word, else the machine that the record is of (another's journal may be read here), else this one.
    fn server_name(&self, record: &Record) -> Option<String> {
        let told = record.meta.host.as_deref();
        let told = told.filter(|_| self.labels.server_name.is_none());
        let told = told.and_then(|name| clean::line(name, 256));
        told.or_else(|| self.host.server_name.clone())
    }

    /// The trace's, over them the app's and those that the record names.
    fn tags(&self, trace: &Trace, fields: &labels::Fields) -> BTreeMap<String, String> {
        let told = trace.tags.iter();
        let mut tags: BTreeMap<_, _> = told
            .filter_map(|(key, value)| clean::tag(key, value))
            .collect();
        tags.extend(labels::tags(&self.tags, &self.labels, fields));
        tags
    }

    fn contexts(&self, record: &Record, trace: &Trace) -> BTreeMap<String, Value> {
        let mut contexts = BTreeMap::new();
        if let Some(os) = &self.host.os {
            contexts.insert("os".to_owned(), os.clone());
        }
        let told = trace.contexts.iter();
        contexts.extend(told.map(|(name, object)| ((*name).to_owned(), object.clone().into())));
        let own = self.labels.contexts.iter();
        contexts.extend(own.map(|(name, object)| (name.clone(), object.clone().into())));
        let field = |names: &[&str], digits: usize| {
            let fields = record
                .meta
                .fields
                .iter()
                .filter(|(name, _)| names.contains(&name.as_str()));
            let mut values = fields.filter_map(|(_, value)| value.as_str());
            values.find(|v| {
                v.len() == digits
                    && v.bytes().all(|b| b.is_ascii_hexdigit())
                    && v.bytes().any(|b| b != b'0')
            })
        };
        let trace = field(&["trace_id", "traceId", "otelTraceID"], 32);
        let span = field(&["span_id", "spanId", "otelSpanID"], 16);
        if let (Some(trace), Some(span)) = (trace, span) {
            let ids = json!({"trace_id": trace.to_lowercase(), "span_id": span.to_lowercase(), "type": "trace"});
            contexts.insert("trace".to_owned(), ids);
        }
        contexts
    }
}

/// Every receiver takes timestamps of the last 29 days; what lies outside comes with the original.
fn clamp(time: Timestamp, now: Timestamp) -> (Timestamp, Option<Timestamp>) {
    let days = i64::try_from(EVENT_AGE_DAYS_MAX).unwrap_or(29);
    let oldest = now
        .checked_sub(SignedDuration::from_hours(days * 24))
        .unwrap_or(Timestamp::MIN);
    let ahead = i64::try_from(AHEAD_MS_MAX).unwrap_or(60_000);
    let newest = now
        .checked_add(SignedDuration::from_millis(ahead))
        .unwrap_or(Timestamp::MAX);
    if time < oldest {
        (oldest, Some(time))
    } else if time > newest {
        (now, Some(time))
    } else {
        (time, None)
    }
}

fn seconds(time: Timestamp) -> f64 {
    time.as_microsecond() as f64 / 1e6
}

fn logger(record: &Record, trace: &Trace) -> Option<String> {
    let name = trace.logger.as_deref().or(record.meta.logger.as_deref())?;
    logger_name(name)
}

fn logger_name(name: &str) -> Option<String> {
    clean::line(name, 64)
}

fn logentry(record: &Record, trace: &Trace) -> Option<LogEntry> {
    let header = record.message.as_deref().map(String::from_utf8_lossy);
    let text = trace.message.as_deref().or(header.as_deref())?;
    (!text.trim().is_empty()).then(|| LogEntry {
        message: None,
        formatted: Some(text.to_owned()),
    })
}

fn breadcrumbs(record: &Record) -> Option<Values<Breadcrumb>> {
    let crumb = |from: &crate::assemble::Breadcrumb| Breadcrumb {
        timestamp: from.time.map(seconds),
        ty: "default".to_owned(),
        category: from
            .logger
            .as_deref()
            .and_then(|name| clean::line(name, 128)),
        level: from.level.map(|level| level.as_str().to_owned()),
        message: Some(String::from_utf8_lossy(&from.message).into_owned()),
    };
    let values: Vec<Breadcrumb> = record.breadcrumbs.iter().map(crumb).collect();
    (!values.is_empty()).then_some(Values { values })
}

#[cfg(test)]
#[path = "build_tests.rs"]
mod tests;
