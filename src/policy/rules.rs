//! `[[rules]]` over one event. In: an event as it was built, and what is known of its record. Out: the same with what rules
//! set, or why it is dropped; and the rules that failed.
//!
//! A rule that fails (a field that is not there, types that do not fit) is for nothing this time: the event passes.

use std::collections::HashMap;

use cel::Value;
use serde_json::Value as Json;

use super::{Reason, filter, fraction};
use crate::bounds::CONDITION_LIST_MAX;
use crate::config::condition::{Condition, NAMES};
use crate::config::rules::{Action, Rule, Set};
use crate::event::protocol::{Event, Frame, User};
use crate::event::{Candidate, RecordFacts};

/// A rule that gave no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFailure {
    /// Its place among the app's rules, from 0.
    pub rule: usize,
    /// Why; holds nothing of the event.
    pub why: String,
}

/// Asks the rules in their order; a later one sees what an earlier one has set.
pub(super) fn apply(
    rules: &[Rule],
    app: &str,
    candidate: &mut Candidate,
    failures: &mut Vec<RuleFailure>,
) -> Result<(), Reason> {
    for (rule, Rule { when, action }) in rules.iter().enumerate() {
        match holds(when, app, candidate) {
            Ok(true) => act(action, candidate)?,
            Ok(false) => {}
            Err(why) => failures.push(RuleFailure { rule, why }),
        }
    }
    Ok(())
}

/// Does the condition hold for this event of `app`?
///
/// # Errors
/// Why it gives no answer, in words that hold nothing of the event.
pub fn holds(when: &Condition, app: &str, candidate: &Candidate) -> Result<bool, String> {
    let names = NAMES.iter().map(|(name, _)| *name);
    let wanted = names.filter(|name| when.wants(name));
    when.holds(wanted.map(|name| (name, value(name, app, candidate))))
}

fn act(action: &Action, candidate: &mut Candidate) -> Result<(), Reason> {
    match action {
        Action::Drop => Err(Reason::Rule),
        Action::SampleRate(rate) if fraction(&candidate.event_id) >= *rate => {
            Err(Reason::RuleSampleRate)
        }
        Action::SampleRate(_) => Ok(()),
        Action::Set(given) => {
            set(given, &mut candidate.event);
            Ok(())
        }
    }
}

fn set(given: &Set, event: &mut Event) {
    if let Some(level) = given.level {
        level.as_str().clone_into(&mut event.level);
    }
    if !given.fingerprint.is_empty() {
        event.fingerprint = Some(given.fingerprint.clone());
    }
    event.tags.extend(given.tags.iter().cloned());
    if !given.user.is_empty() {
        let of = |name: &str| {
            let named = given.user.iter().find(|(key, _)| key == name);
            named.map(|(_, value)| value.clone())
        };
        event.user = Some(User {
            id: of("id"),
            email: of("email"),
            username: of("username"),
            ..User::default()
        });
    }
    if given.transaction.is_some() {
        event.transaction.clone_from(&given.transaction);
    }
    if given.logger.is_some() {
        event.logger.clone_from(&given.logger);
    }
}

/// What one of the names stands for.
fn value(name: &str, app: &str, candidate: &Candidate) -> Value {
    let event = &candidate.event;
    match name {
        "error" => error(candidate),
        "frames" => frames(event),
        "level" => text(&event.level),
        "record" => record(candidate.record.as_deref()),
        "app" => text(app),
        "source" => source(&candidate.seen_at),
        _ => Value::Null,
    }
}

fn text(text: &str) -> Value {
    Value::from(text)
}

fn maybe(part: Option<&String>) -> Value {
    text(part.map_or("", String::as_str))
}

fn map(pairs: impl IntoIterator<Item = (String, Value)>) -> Value {
    Value::from(pairs.into_iter().collect::<HashMap<String, Value>>())
}

fn named<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    map(pairs.map(|(name, value)| (name.to_owned(), value)))
}

/// The exception that was reported; of a message its text as the value.
fn error(candidate: &Candidate) -> Value {
    let exception = filter::reported(&candidate.event);
    let message = filter::message(&candidate.event).unwrap_or_default();
    let value = exception.map_or(message, |e| e.value.as_deref().unwrap_or_default());
    named([
        ("type", maybe(exception.and_then(|e| e.ty.as_ref()))),
        ("value", text(value)),
        ("module", maybe(exception.and_then(|e| e.module.as_ref()))),
        ("handled", Value::Bool(candidate.handled)),
    ])
}

/// The frames of the exception that was reported, else of the thread that died; the newest where there are too many.
fn frames(event: &Event) -> Value {
    let all = filter::stack(event).map_or(&[][..], |stack| stack.frames.as_slice());
    let most = usize::try_from(CONDITION_LIST_MAX).unwrap_or(usize::MAX);
    let newest = all.iter().skip(all.len().saturating_sub(most));
    Value::from(newest.map(frame).collect::<Vec<Value>>())
}

fn frame(frame: &Frame) -> Value {
    named([
        ("function", maybe(frame.function.as_ref())),
        ("module", maybe(frame.module.as_ref())),
        ("package", maybe(frame.package.as_ref())),
        ("filename", maybe(frame.filename.as_ref())),
        ("abs_path", maybe(frame.abs_path.as_ref())),
        ("lineno", Value::Int(frame.lineno.unwrap_or(0).into())),
        ("in_app", Value::Bool(frame.in_app == Some(true))),
        ("context_line", maybe(frame.context_line.as_ref())),
    ])
}

fn record(facts: Option<&RecordFacts>) -> Value {
    let nothing = RecordFacts::default();
    let facts = facts.unwrap_or(&nothing);
    let fields = facts.fields.iter();
    let fields = fields.map(|(name, value)| (name.clone(), json(value)));
    named([
        ("message", text(&facts.message)),
        ("logger", text(&facts.logger)),
        ("level", text(&facts.level)),
        ("time", text(&facts.time)),
        ("thread", text(&facts.thread)),
        ("fields", map(fields)),
    ])
}

/// A field's value; lists are cut, since macros go over them.
fn json(value: &Json) -> Value {
    let most = usize::try_from(CONDITION_LIST_MAX).unwrap_or(usize::MAX);
    match value {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Value::Int(whole),
            (None, Some(float)) => Value::Float(float),
            (None, None) => text(&number.to_string()),
        },
        Json::String(said) => text(said),
        Json::Array(list) => Value::from(list.iter().take(most).map(json).collect::<Vec<Value>>()),
        Json::Object(object) => {
            let pairs = object.iter().take(most);
            map(pairs.map(|(name, value)| (name.clone(), json(value))))
        }
    }
}

fn source(path: &str) -> Value {
    let name = path.rsplit('/').next().unwrap_or_default();
    named([("path", text(path)), ("name", text(name))])
}
