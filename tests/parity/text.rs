//! What a log text carries: a value of the SDK's event counts as carried if the text holds it, white space and one level of
//! escaping aside.

use std::cell::RefCell;
use std::collections::HashMap;

use regex::Regex;
use serde_json::Value;

use crate::event::{basename, text_of};

/// One case's texts.
pub(crate) struct Text {
    whole: String,
    squeezed: String,
    seen: RefCell<HashMap<String, bool>>,
}

impl Text {
    /// All texts of a case: a value is looked up in each.
    pub(crate) fn new(logs: &[String]) -> Self {
        let raw = logs.join("\n");
        let plain = raw
            .replace("\\\\", "\\")
            .replace("\\n", "\n")
            .replace("\\t", "\t")
            .replace("\\\"", "\"")
            .replace("\\/", "/");
        let whole = format!("{raw}\n{plain}");
        Self {
            squeezed: squeeze(&whole),
            whole,
            seen: RefCell::default(),
        }
    }

    /// Does the text hold it?
    pub(crate) fn has(&self, wanted: Option<&str>) -> bool {
        let Some(wanted) = wanted.filter(|w| !w.is_empty()) else {
            return true;
        };
        if let Some(known) = self.seen.borrow().get(wanted) {
            return *known;
        }
        let found = self.whole.contains(wanted) || self.squeezed.contains(&squeeze(wanted));
        self.seen.borrow_mut().insert(wanted.to_owned(), found);
        found
    }

    /// Does it hold the last part of a name?
    pub(crate) fn tail(&self, name: Option<&str>) -> bool {
        let name = name.unwrap_or_default().trim_end_matches([')', '>']);
        self.has(name.rsplit(['.', ':', '#', '>', '\\', '$', '/']).next())
    }

    /// Does it hold the frame's file and line next to each other?
    pub(crate) fn frame(&self, frame: &Value) -> bool {
        let name = basename(frame);
        let line = frame["lineno"].as_u64().unwrap_or(0);
        let function = text_of(&frame["function"]);
        if name.is_empty() || line == 0 {
            let tail = function
                .unwrap_or_default()
                .rsplit(['.', ':', '#', '>', '\\'])
                .next()
                .unwrap_or_default();
            return !tail.is_empty() && self.whole.contains(tail);
        }
        let key = format!("frame\0{name}\0{line}");
        if let Some(known) = self.seen.borrow().get(&key) {
            return *known;
        }
        let pattern = format!(
            r#"{}([^\w\n]{{1,3}}(\s*:?\s*in |line |on line )?\s*{line}\b|",\s*"(line|lineno)":\s*{line}\b)"#,
            regex::escape(&name)
        );
        let found = Regex::new(&pattern).unwrap().is_match(&self.whole);
        self.seen.borrow_mut().insert(key, found);
        found
    }
}

/// White space does not count, as in Sentry's grouping.
pub(crate) fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
