//! The log record around a stack. In: its header's message, its fields, the lines before the stack. Out: what it says of the
//! failure.

use serde_json::Value;

use super::line;
use crate::assemble::Record;

/// What a log record says.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// Its message.
    pub(super) said: Option<String>,
    /// The error in its fields.
    pub(super) error: Option<String>,
    /// The same with its stacks (zap's `errorVerbose`).
    pub(super) verbose: Option<String>,
    /// The innermost error's words, where they stand in the record's own line.
    pub(super) innermost: Option<String>,
    /// The line above the stack, where there is no record.
    above: Option<String>,
    /// The lines between a record that speaks of no panic and the stack.
    closer: Option<String>,
}

/// Fields in which loggers put the error, or what was recovered.
const ERRORS: &[&str] = &[
    "error",
    "err",
    "panic",
    "recovered",
    "recover",
    "reason",
    "cause",
    "exception",
];

pub(super) fn words(record: &Record, preamble: &[&str]) -> Words {
    // Where the stack's own first line has a header, it says nothing.
    let header = record.message.as_deref().map(String::from_utf8_lossy);
    let header = header.filter(|text| line::head(text.trim()).is_none());
    let filled = || {
        preamble
            .iter()
            .map(|l| l.trim_end())
            .filter(|l| !l.is_empty())
    };
    let told = |text: &str| text.contains("anic") || text.contains("ecover");
    let closer = match &header {
        Some(header) if !told(header) => Some(filled().collect::<Vec<&str>>().join("\n")),
        _ => None,
    };
    let said = header.map(|header| {
        let mut text = header.into_owned();
        for line in filled() {
            text.push('\n');
            text.push_str(line);
        }
        text
    });
    let unsaid = said.is_none() && preamble.is_empty();
    let above = filled().next_back().map(str::to_owned);
    let above = above.or_else(|| unsaid.then(|| said_before(record)).flatten());
    let console = said.map(console).unwrap_or_default();
    let field = |name: &str| console.fields.get(name)?.as_str().map(str::to_owned);
    Words {
        above,
        closer: closer.filter(|text| !text.is_empty()),
        error: error(record).or_else(|| ERRORS.iter().find_map(|name| field(name))),
        verbose: field("errorVerbose"),
        innermost: console.innermost,
        said: console.message,
    }
}

/// `log.Print("recovered: boom")`, then `log.Printf("%s", debug.Stack())`: the record above speaks of the stack's panic.
fn said_before(record: &Record) -> Option<String> {
    record.message.as_ref()?;
    let above = record.breadcrumbs.last()?;
    let near = above.time.zip(record.meta.time);
    let near = near.is_some_and(|(above, own)| own.duration_since(above).as_secs().abs() <= 1);
    let text = String::from_utf8_lossy(&above.message);
    let told = text.contains("anic") || text.contains("ecover");
    (near && told && above.logger == record.meta.logger).then(|| text.into_owned())
}

/// A record of zap's console encoder.
#[derive(Debug, Default)]
struct Console {
    message: Option<String>,
    fields: Value,
    /// The first line of `errorVerbose`, where its further lines were written out.
    innermost: Option<String>,
}

const VERBOSE: &str = "\"errorVerbose\": \"";

/// Level, caller, message and fields as JSON, tabs between; any other message is what it is.
fn console(said: String) -> Console {
    let mut parts: Vec<&str> = said.split('\t').collect();
    let mut console = Console::default();
    let json = parts
        .last()
        .filter(|last| parts.len() > 1 && last.starts_with('{'));
    if let Some((before, innermost)) = json.and_then(|json| json.split_once(VERBOSE)) {
        let whole = format!("{}}}", before.trim_end().trim_end_matches(','));
        console.fields = serde_json::from_str(&whole).unwrap_or_default();
        if json
            .and_then(|json| serde_json::from_str::<Value>(json).ok())
            .is_none()
        {
            console.innermost = Some(innermost.to_owned());
        }
    }
    if let Some(fields) = json.and_then(|json| serde_json::from_str(json).ok()) {
        console.fields = fields;
    }
    if console.fields.is_object() {
        parts.pop();
    }
    let levels = parts
        .first()
        .is_some_and(|p| p.len() <= 6 && p.bytes().all(|b| b.is_ascii_uppercase()));
    let level = usize::from(levels && parts.len() > 1);
    let caller = parts
        .get(level)
        .is_some_and(|p| parts.len() > level + 1 && line::location(p).is_some());
    console.message = if console.fields.is_object() || caller {
        let message = parts.get(level + usize::from(caller)..).unwrap_or_default();
        Some(message.join("\t"))
    } else {
        Some(said)
    };
    console
}

/// The error's text among the record's fields.
pub(super) fn error(record: &Record) -> Option<String> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(map) => map
            .get("message")
            .or(map.get("msg"))?
            .as_str()
            .map(str::to_owned),
        _ => None,
    };
    ERRORS.iter().find_map(|name| {
        let field = record.meta.fields.iter().find(|(key, _)| key == name);
        field
            .and_then(|(_, value)| text(value))
            .filter(|t| !t.is_empty())
    })
}

impl Words {
    /// What was recovered, as the words before the stack give it.
    pub(super) fn value(&self) -> String {
        if let Some(error) = self.innermost.as_ref().or(self.error.as_ref()) {
            return error.clone();
        }
        let text = [&self.closer, &self.said, &self.above]
            .into_iter()
            .find_map(Option::as_ref);
        text.map(|text| behind_panic(text.trim_end()))
            .unwrap_or_default()
            .to_owned()
    }
}

/// `recovered from panic: boom`, `http: panic: boom [recovered]`: what stands behind the word.
fn behind_panic(text: &str) -> &str {
    let lower = text.to_ascii_lowercase();
    let spoken = ["panic", "recover"]
        .iter()
        .filter_map(|word| lower.find(word))
        .min();
    let Some(word) = spoken else {
        return text;
    };
    let marks = [": ", ":\n", "=", " - ", "] "];
    let behind = text.get(word..).unwrap_or_default();
    let cut = marks
        .iter()
        .filter_map(|mark| Some((behind.find(mark)?, mark.len())))
        .min();
    let value = cut
        .and_then(|(at, len)| behind.get(at + len..))
        .map(str::trim);
    value.filter(|v| !v.is_empty()).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_behind_the_word() {
        for (text, value) in [
            ("recovered from panic: boom", "boom"),
            ("Panic recovered:\nboom", "boom"),
            ("request panic=boom: x", "boom: x"),
            ("handler failed: boom", "handler failed: boom"),
            ("panic in handler", "panic in handler"),
            ("gin: panic - a: b", "a: b"),
        ] {
            assert_eq!(behind_panic(text), value, "{text}");
        }
    }
}
