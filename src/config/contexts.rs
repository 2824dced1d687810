//! Contexts. In: a table of tables. Out: a JSON object for each, within what receivers take unchanged.

use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::check::Checker;
use super::fault::{Fault, brief};
use super::keys::Key;
use super::lists::too_many;
use super::setting::Context;
use crate::bounds::{CONFIG_ITEMS_MAX, CONTEXT_BYTES_MAX, CONTEXT_DEPTH_MAX, CONTEXTS_BYTES_MAX};

/// Checks all contexts; `None` if one of them is wrong, which is told.
pub(super) fn check(
    file: &mut Checker<'_>,
    key: &'static Key,
    value: &Spanned<DeValue<'_>>,
) -> Option<Vec<Context>> {
    let Some(table) = value.get_ref().as_table() else {
        let fault = Fault::of_type(key.name, "a table", value.get_ref());
        file.tell_value(key, value, fault);
        return None;
    };
    if table.len() > CONFIG_ITEMS_MAX {
        file.tell_value(key, value, too_many(key));
        return None;
    }
    let mut valid = Vec::new();
    let mut sum = 0;
    for (name, inner) in table {
        match context(name.get_ref(), inner.get_ref()) {
            Ok((object, bytes)) => {
                sum += bytes;
                valid.push((name.get_ref().to_string(), object));
            }
            Err(fault) => file.tell_value(key, inner, fault),
        }
    }
    if sum > CONTEXTS_BYTES_MAX {
        let message = format!("`{}` is too large: {sum} bytes in all", key.name);
        let fault = Fault::new(
            message,
            format!("at most {CONTEXTS_BYTES_MAX} bytes as JSON"),
        );
        file.tell_value(key, value, fault);
        return None;
    }
    let all = valid.len() == table.len();
    all.then_some(valid)
}

/// The object, and its bytes as JSON.
fn context(name: &str, value: &DeValue<'_>) -> Result<(Map<String, Value>, usize), Fault> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
    if name.is_empty() || name.len() > 64 || !name.bytes().all(allowed) {
        let message = format!("a context cannot be named `{}`", brief(name));
        return Err(Fault::new(
            message,
            "its name: at most 64 letters, digits, `_`, `.` or `-`",
        ));
    }
    if name == "trace" {
        let fault = Fault::new(
            "the context `trace` cannot be fixed: unrelated events would become one trace",
            "choose another name",
        );
        return Err(
            fault.help("ids of traces are taken from the record's fields trace_id and span_id")
        );
    }
    let Some(table) = value.as_table() else {
        let fault = Fault::of_type(&format!("contexts.{name}"), "a table", value);
        return Err(fault.help(format!("as in `{name} = {{ key = \"value\" }}`")));
    };
    let object = object(table, 1).ok_or_else(|| {
        Fault::new(
            format!("the context `{name}` is nested too deeply"),
            format!("at most {CONTEXT_DEPTH_MAX} tables or lists within each other"),
        )
    })?;
    let bytes = serde_json::to_string(&object).map_or(0, |text| text.len());
    if bytes > CONTEXT_BYTES_MAX {
        return Err(Fault::new(
            format!("the context `{name}` is too large: {bytes} bytes"),
            format!("at most {CONTEXT_BYTES_MAX} bytes as JSON"),
        ));
    }
    Ok((object, bytes))
}

/// `None`: nested too deeply.
fn object(table: &DeTable<'_>, depth: usize) -> Option<Map<String, Value>> {
    let entries = table
        .iter()
        .map(|(name, value)| Some((name.get_ref().to_string(), json(value.get_ref(), depth)?)));
    entries.collect()
}

/// A TOML value as JSON; dates become texts, and so do numbers that JSON cannot hold.
pub(super) fn json(value: &DeValue<'_>, depth: usize) -> Option<Value> {
    if depth > CONTEXT_DEPTH_MAX {
        return None;
    }
    Some(match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Boolean(flag) => Value::Bool(*flag),
        DeValue::Integer(integer) => {
            let digits = integer.as_str().replace('_', "");
            let number = i64::from_str_radix(&digits, integer.radix());
            number.map_or_else(|_| Value::String(integer.as_str().to_owned()), Value::from)
        }
        DeValue::Float(float) => {
            let number = float.as_str().replace('_', "").parse::<f64>().ok();
            let number = number.and_then(serde_json::Number::from_f64);
            number.map_or_else(|| Value::String(float.as_str().to_owned()), Value::Number)
        }
        DeValue::Datetime(moment) => Value::String(moment.to_string()),
        DeValue::Array(list) => {
            let items = list.iter().map(|item| json(item.get_ref(), depth + 1));
            Value::Array(items.collect::<Option<_>>()?)
        }
        DeValue::Table(table) => Value::Object(object(table, depth + 1)?),
    })
}
