//! Making an event smaller. In: JSON that a receiver found too large. Out: smaller JSON, or `None` where nothing is left
//! to leave out.
//!
//! In the order of what is missed least: breadcrumbs, source context, variables, frames in the middle. What grouping is
//! made of (types, the frames at both ends) stays.

use serde_json::{Map, Value};

/// Frames left at each end of a stack.
const FRAMES_KEPT_EACH_END: usize = 25;

/// A longer text in `extra` goes with the variables.
const SHORT_BYTES: usize = 128;

/// Where the event says what was left out of it.
const LEFT_OUT: &str = "stacktail.left_out";

/// What it leaves out, and how.
type Step = (&'static str, fn(&mut Map<String, Value>));

/// After a refusal: leaves things out until a quarter is left, or nothing more can go.
pub(super) fn shrink(json: &[u8]) -> Option<Vec<u8>> {
    let goal = json.len() / 4;
    shrink_until(json, |small| small.len() <= goal)
}

/// Leaves out one thing after the other until it is small enough, or nothing more can go.
pub(super) fn shrink_until(json: &[u8], mut enough: impl FnMut(&[u8]) -> bool) -> Option<Vec<u8>> {
    let Ok(Value::Object(mut event)) = serde_json::from_slice(json) else {
        return None;
    };
    let steps: [Step; 4] = [
        ("breadcrumbs", leave_out_breadcrumbs),
        ("source context", leave_out_context),
        ("variables", leave_out_variables),
        ("middle frames", leave_out_middle_frames),
    ];
    let mut left_out = Vec::new();
    let mut smallest = serde_json::to_vec(&event).ok()?;
    for (name, step) in steps {
        step(&mut event);
        let small = serde_json::to_vec(&event).ok()?;
        if small.len() >= smallest.len() {
            continue;
        }
        left_out.push(name);
        smallest = small;
        if enough(&smallest) {
            break;
        }
    }
    if left_out.is_empty() {
        return None;
    }
    note(&mut event, &left_out);
    let small = serde_json::to_vec(&event).ok()?;
    (small.len() < json.len()).then_some(small)
}

/// Says what is not there, beside what an earlier step has said.
fn note(event: &mut Map<String, Value>, left_out: &[&str]) {
    let extra = event
        .entry("extra")
        .or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(extra) = extra {
        let said = extra
            .entry(LEFT_OUT)
            .or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(said) = said {
            said.extend(left_out.iter().map(|name| Value::from(*name)));
        }
    }
}

fn leave_out_breadcrumbs(event: &mut Map<String, Value>) {
    event.remove("breadcrumbs");
}

fn leave_out_context(event: &mut Map<String, Value>) {
    for_each_frames(event, &mut |frames| {
        for frame in frames.iter_mut().filter_map(Value::as_object_mut) {
            frame.remove("pre_context");
            frame.remove("post_context");
        }
    });
}

fn leave_out_variables(event: &mut Map<String, Value>) {
    for_each_frames(event, &mut |frames| {
        for frame in frames.iter_mut().filter_map(Value::as_object_mut) {
            frame.remove("vars");
        }
    });
    // Short facts, such as how many this one stands for, are worth more than they weigh.
    if let Some(Value::Object(extra)) = event.get_mut("extra") {
        extra.retain(|name, value| name == LEFT_OUT || is_short(value));
    }
}

fn is_short(value: &Value) -> bool {
    match value {
        Value::String(text) => text.len() <= SHORT_BYTES,
        Value::Array(_) | Value::Object(_) => false,
        _ => true,
    }
}

fn leave_out_middle_frames(event: &mut Map<String, Value>) {
    for_each_frames(event, &mut |frames| {
        let newest = frames.len().saturating_sub(FRAMES_KEPT_EACH_END);
        if newest > FRAMES_KEPT_EACH_END {
            frames.drain(FRAMES_KEPT_EACH_END..newest);
        }
    });
}

fn for_each_frames(event: &mut Map<String, Value>, change: &mut dyn FnMut(&mut Vec<Value>)) {
    for holder in ["exception", "threads"] {
        let values = event
            .get_mut(holder)
            .and_then(|holder| holder.get_mut("values"))
            .and_then(Value::as_array_mut);
        for value in values.into_iter().flatten() {
            let frames = value
                .get_mut("stacktrace")
                .and_then(|stack| stack.get_mut("frames"))
                .and_then(Value::as_array_mut);
            if let Some(frames) = frames {
                change(frames);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(frames: usize, line: usize) -> Value {
        let frames: Vec<Value> = (0..frames)
            .map(|n| {
                json!({"function": format!("f{n}"), "context_line": "x", "pre_context": ["y".repeat(line)],
                       "post_context": ["z".repeat(line)]})
            })
            .collect();
        json!({
            "exception": {"values": [{"type": "KeyError", "stacktrace": {"frames": frames}}]},
            "breadcrumbs": {"values": [{"message": "m".repeat(300)}]},
        })
    }

    fn shrunk(event: &Value) -> Option<Value> {
        shrink(&serde_json::to_vec(event).unwrap())
            .map(|json| serde_json::from_slice(&json).unwrap())
    }

    #[test]
    fn the_least_missed_goes_first_and_no_more_than_needed() {
        let small = shrunk(&event(1, 0)).unwrap();
        assert_eq!(
            small["extra"]["stacktail.left_out"],
            json!(["breadcrumbs", "source context"])
        );
        let mut chatty = event(1, 0);
        chatty["breadcrumbs"]["values"][0]["message"] = "m".repeat(3_000).into();
        let small = shrunk(&chatty).unwrap();
        assert_eq!(small["extra"]["stacktail.left_out"], json!(["breadcrumbs"]));
        assert!(small.to_string().contains("pre_context"));
    }

    #[test]
    fn what_was_left_out_before_stays_said_and_counts_stay() {
        let mut long = event(1_000, 20);
        long["extra"] = json!({"occurrences": 41, "dump": "d".repeat(20_000)});
        let json = serde_json::to_vec(&long).unwrap();
        let first = shrink_until(&json, |small| small.len() < json.len()).unwrap();
        let small: Value = serde_json::from_slice(&shrink(&first).unwrap()).unwrap();
        assert_eq!(
            small["extra"],
            json!({"occurrences": 41,
                   "stacktail.left_out": ["breadcrumbs", "source context", "variables", "middle frames"]})
        );
    }

    #[test]
    fn both_ends_of_a_long_stack_stay() {
        let small = shrunk(&event(1_000, 1)).unwrap();
        let frames = small["exception"]["values"][0]["stacktrace"]["frames"]
            .as_array()
            .unwrap();
        assert_eq!(frames.len(), 2 * FRAMES_KEPT_EACH_END);
        assert_eq!(frames[0]["function"], "f0");
        assert_eq!(frames[49]["function"], "f999");
        assert_eq!(frames[49]["context_line"], "x");
    }

    #[test]
    fn what_cannot_shrink_says_so() {
        assert_eq!(shrunk(&json!({"level": "error"})), None);
        assert_eq!(shrink(b"not json"), None);
        assert_eq!(shrink(b"[]"), None);
    }
}
