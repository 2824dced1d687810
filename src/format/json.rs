//! JSON lines, and lines of `key=value` that say the same. In: a text that is one such record. Out: what its well-known keys
//! say, and the strings that may hold a trace.
//!
//! Keys are looked up by name, flat (`log.level`) or as objects within each other; nothing is guessed from values. What
//! does not parse (nested 128 deep, cut, not UTF-8) is a plain text.

mod keys;
mod stacks;
mod traces;

use serde_json::{Map, Value};

use super::time::{self, TimeContext};
use super::{Meta, colour, logfmt, words};
use crate::bounds::{FIELD_BYTES_MAX, FIELDS_MAX};
use crate::config::layout::Format;
use crate::level::Level;

/// One JSON object as a log record.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct JsonRecord {
    /// Time, level, logger, thread, pid, and the fields that are none of these.
    pub meta: Meta,
    /// The message.
    pub message: Option<String>,
    /// Strings in which a trace may stand, the likeliest first; the message is the last.
    pub texts: Vec<String>,
    /// A trace as structure: an array of objects where a traceback is expected.
    pub structured: Option<Value>,
}

/// May the text be a record? Told by its first bytes.
#[must_use]
pub fn begins(text: &[u8]) -> bool {
    match text.first() {
        Some(b'{') => true,
        Some(b'@') => text.starts_with(COOKIE),
        _ => logfmt::begins(text),
    }
}

/// The same, unless the app says that its lines are none.
#[must_use]
pub fn begins_in(text: &[u8], context: &TimeContext) -> bool {
    begins(text)
        && match context.format() {
            Format::Plain => false,
            Format::Logfmt => logfmt::begins(text),
            Format::Json => text.first() == Some(&b'{') || text.starts_with(COOKIE),
            _ => true,
        }
}

/// Before JSON in a syslog message (CEE, as rsyslog and syslog-ng have it).
const COOKIE: &[u8] = b"@cee:";

/// Reads the text as a record.
#[must_use]
pub fn record(text: &[u8], context: &TimeContext) -> Option<JsonRecord> {
    let json = match text.first()? {
        b'{' => text,
        b'@' => text.strip_prefix(COOKIE)?,
        _ => return logfmt::object(text).map(|object| of_object(object, context)),
    };
    match serde_json::from_slice(json) {
        Ok(Value::Object(object)) => Some(with_inner(of_object(object, context), context)),
        _ => None,
    }
}

/// A collector's record whose message is a record of its own: that one, and what the outer one says beside it.
fn with_inner(outer: JsonRecord, context: &TimeContext) -> JsonRecord {
    let message = outer.message.as_deref().map_or("", str::trim);
    let inner = if message.starts_with('{') && message.ends_with('}') {
        serde_json::from_str(message).ok()
    } else {
        logfmt::object(message.as_bytes())
    };
    let Some(inner) = inner.map(|inner| of_object(inner, context)) else {
        return outer;
    };
    JsonRecord {
        meta: inner.meta.over(outer.meta),
        ..inner
    }
}

/// A record behind a message on its line (winston's `simple`, zap's console): where its object begins.
#[must_use]
pub fn trailing(text: &[u8], context: &TimeContext) -> Option<(usize, JsonRecord)> {
    let text = text.trim_ascii_end();
    if !matches!(text.last(), Some(b'}' | b']')) || text.first() == Some(&b'{') {
        return None;
    }
    let at = memchr::memmem::find_iter(text, b"{\"").find(|at| {
        let before = at.checked_sub(1).and_then(|at| text.get(at));
        matches!(before, Some(b' ' | b'\t'))
    })?;
    let mut values = serde_json::Deserializer::from_slice(text.get(at..)?).into_iter::<Value>();
    let Ok(Value::Object(mut object)) = values.next()? else {
        return None;
    };
    // Monolog writes another one behind it, with what its processors add, or an empty list.
    match values.next() {
        None => {}
        Some(Ok(Value::Array(list))) if list.is_empty() => {}
        Some(Ok(Value::Object(more))) => object.extend(more),
        Some(_) => return None,
    }
    let over = values.next().is_none();
    over.then(|| (at, of_object(object, context)))
}

/// What an object's keys say.
fn of_object(mut object: Map<String, Value>, context: &TimeContext) -> JsonRecord {
    let gelf = object.contains_key("short_message") || object.contains_key("full_message");
    let message = keys::take(&mut object, keys::MESSAGE, Value::is_string).and_then(string);
    let message = message.map(plain);
    let structured = traces::take_structured(&mut object);
    let mut texts = traces::take(&mut object, structured.as_ref(), message.as_deref());
    texts.extend(message.clone());
    let ids = keys::ids(&mut object);
    let mut meta = Meta {
        stream: 0,
        time: keys::take(&mut object, keys::TIME, is_moment).and_then(|v| moment(&v, context)),
        level: level(&mut object, gelf),
        logger: keys::take(&mut object, keys::LOGGER, Value::is_string).and_then(string),
        thread: keys::take(&mut object, keys::THREAD, is_scalar).and_then(string),
        pid: keys::take(&mut object, keys::PID, is_count).and_then(|v| string(v)?.parse().ok()),
        fields: ids,
        host: None,
        route: 0,
        spaced: None,
    };
    meta.fields.extend(fields(object));
    meta.fields.truncate(FIELDS_MAX);
    JsonRecord {
        meta,
        message,
        texts,
        structured,
    }
}

fn is_scalar(value: &Value) -> bool {
    value.is_string() || value.is_number()
}

fn is_count(value: &Value) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    value.is_u64() || value.as_str().is_some_and(digits)
}

fn string(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The text without terminal escapes.
fn plain(text: String) -> String {
    match colour::strip(text.as_bytes()) {
        std::borrow::Cow::Owned(plain) => String::from_utf8_lossy(&plain).into_owned(),
        std::borrow::Cow::Borrowed(_) => text,
    }
}

/// A word, or a number on the scale of the logger that writes such keys.
fn level(object: &mut Map<String, Value>, gelf: bool) -> Option<Level> {
    match keys::take(object, keys::LEVEL, is_scalar) {
        Some(Value::String(word)) => match word.trim().parse::<i64>() {
            Ok(number) => words::numbered_level(number),
            Err(_) => words::level(word.trim().as_bytes()),
        },
        Some(Value::Number(number)) if gelf => words::priority_level(number.as_u64()? as u8),
        Some(Value::Number(number)) => words::numbered_level(number.as_i64()?),
        // Python's numbers are ten below those of pino and bunyan.
        _ => keys::take(object, keys::LEVEL_NUMBER, Value::is_i64)
            .and_then(|v| words::numbered_level(v.as_i64()?.checked_add(10)?)),
    }
}

/// log4j2's `instant` and Google's timestamps are objects of two numbers.
const MOMENTS: [(&str, &str); 2] = [("epochSecond", "nanoOfSecond"), ("seconds", "nanos")];

fn is_moment(value: &Value) -> bool {
    is_scalar(value)
        || MOMENTS
            .iter()
            .any(|(seconds, _)| value.get(seconds).is_some_and(Value::is_i64))
}

fn moment(value: &Value, context: &TimeContext) -> Option<jiff::Timestamp> {
    match value {
        Value::String(text) => time::stamp(text.as_bytes(), context)
            .map(|s| s.time)
            .or_else(|| time::epoch(text.parse().ok()?)),
        Value::Number(number) => time::epoch(number.as_f64()?),
        Value::Object(parts) => MOMENTS.iter().find_map(|(seconds, nanos)| {
            let nanos = parts.get(*nanos).and_then(Value::as_i64).unwrap_or(0);
            jiff::Timestamp::new(parts.get(*seconds)?.as_i64()?, i32::try_from(nanos).ok()?).ok()
        }),
        _ => None,
    }
}

fn fields(object: Map<String, Value>) -> impl Iterator<Item = (String, Value)> {
    let says = |value: &Value| match value {
        Value::Null => false,
        Value::Object(inner) => !inner.is_empty(),
        Value::String(text) => text.len() <= FIELD_BYTES_MAX,
        _ => true,
    };
    let kept = object.into_iter().filter(move |(_, value)| says(value));
    kept.filter(|(_, value)| value.is_string() || value.to_string().len() <= FIELD_BYTES_MAX)
        .take(FIELDS_MAX)
}

#[cfg(test)]
mod tests;
