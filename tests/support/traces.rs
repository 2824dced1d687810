//! Python tracebacks whose every occurrence can be told from every other.
//!
//! The value carries `TRC-<distinct>`, the header's message `occ=<occurrence>`: the first is what thinning may see, the
//! second is the truth that a receiver can be asked for.

use jiff::Timestamp;
use serde_json::Value;

/// How many frames each traceback has.
pub(crate) const FRAMES: usize = 4;
/// How many lines, the header among them.
pub(crate) const LINES: usize = 12;

/// The lines of one occurrence, header first, none with a line end.
///
/// Traces of the same `distinct` are equal but for their header; `distinct` traces share their frames in groups of five.
pub(crate) fn python(distinct: u32, occurrence: u64, at: Timestamp) -> Vec<String> {
    let issue = distinct / 5;
    let mut lines = vec![
        format!(
            "{} ERROR [101] shop.orders: failed occ={occurrence}",
            stamp(at)
        ),
        "Traceback (most recent call last):".to_owned(),
    ];
    for (at_line, function) in ["main", "dispatch", "place", "charge"].iter().enumerate() {
        let line = 10 * at_line + 7;
        lines.push(format!(
            "  File \"/srv/shop/shop/step{at_line}.py\", line {line}, in {function}_{issue}"
        ));
        lines.push(format!(
            "    return order.{function}({issue}, attempt={at_line})"
        ));
    }
    lines.push("           ^^^^^^^^^^^^^^^^^^^^^^^^".to_owned());
    lines.push(format!("ValueError: cannot charge TRC-{distinct:08}"));
    lines
}

/// `2026-11-21 10:00:00,123`, as Python's logging prints it.
pub(crate) fn stamp(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S,%3f").to_string()
}

/// One ordinary line.
pub(crate) fn ordinary(number: u64, at: Timestamp) -> String {
    format!(
        "{} INFO [101] shop.http: request handled req_id={:016x} bytes={number} latency=17ms shard=3 cache miss",
        stamp(at),
        number.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    )
}

/// The lines as one text with line ends.
pub(crate) fn text(lines: &[String]) -> String {
    lines
        .iter()
        .flat_map(|line| [line.as_str(), "\n"])
        .collect()
}

/// `line` as the container runtime writes it.
pub(crate) fn cri(stream: &str, line: &str, at: Timestamp) -> String {
    format!(
        "{} {stream} F {line}",
        at.strftime("%Y-%m-%dT%H:%M:%S.%9fZ")
    )
}

/// The number behind `TRC-` in the last exception's value.
pub(crate) fn distinct_of(event: &Value) -> Option<u32> {
    let value = last_exception(event)?["value"].as_str()?;
    number_behind(value, "TRC-").and_then(|number| u32::try_from(number).ok())
}

/// The number behind `occ=` in the log message.
pub(crate) fn occurrence_of(event: &Value) -> Option<u64> {
    let entry = &event["logentry"];
    let text = entry["formatted"].as_str().or(entry["message"].as_str())?;
    number_behind(text, "occ=")
}

/// Frames of the last exception.
pub(crate) fn frames_of(event: &Value) -> usize {
    last_exception(event)
        .and_then(|exception| exception["stacktrace"]["frames"].as_array())
        .map_or(0, Vec::len)
}

fn last_exception(event: &Value) -> Option<&Value> {
    event["exception"]["values"].as_array()?.last()
}

/// The decimal number right behind `mark`.
pub(crate) fn number_behind(text: &str, mark: &str) -> Option<u64> {
    let (_, rest) = text.split_once(mark)?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}
