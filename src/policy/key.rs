//! What tells issues apart. In: a scrubbed event. Out: its issue key and its dedup key.
//!
//! The issue key follows Sentry's grouping (`newstyle:2026-01-20`) as far as an agent can know it: the fingerprint if one
//! is set; else per exception the type and the in-app frames (all where none is in-app); where no frame counts, the
//! parameterised value; for messages their parameterised first two lines.

use sha2::{Digest, Sha256};

use super::parameterise::parameterise;
use super::{DedupKey, IssueKey};
use crate::event::protocol::{Event, Exception, Frame};

/// Platforms whose source line counts in grouping.
const CONTEXT_PLATFORMS: &[&str] = &["javascript", "node", "python", "php", "ruby"];
/// Characters of a source line that count.
const CONTEXT_CHARS_MAX: usize = 120;

/// Both keys of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Keys {
    pub(super) issue: IssueKey,
    pub(super) dedup: DedupKey,
}

impl Keys {
    pub(super) fn of(app: &str, event: &Event) -> Self {
        let mut hash = Components::default();
        hash.put(b'a', app);
        fingerprint(event, &mut hash);
        let issue = hash.finish();
        let mut hash = Components::default();
        hash.0.update(issue);
        for exception in exceptions(event) {
            hash.put(b'v', exception.value.as_deref().unwrap_or_default());
        }
        if exceptions(event).is_empty() {
            hash.put(b'm', message(event));
        }
        Self {
            issue,
            dedup: hash.finish(),
        }
    }
}

/// A hash over components, each with its kind and length, so that no two lists of them run together.
#[derive(Default)]
struct Components(Sha256);

impl Components {
    fn put(&mut self, kind: u8, text: &str) {
        self.0.update([kind]);
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
    }

    fn finish(self) -> [u8; 16] {
        let mut key = [0; 16];
        for (to, from) in key.iter_mut().zip(self.0.finalize()) {
            *to = from;
        }
        // All zeros is the budget's window.
        if key == super::BUDGET_KEY {
            key = [1; 16];
        }
        key
    }
}

fn exceptions(event: &Event) -> &[Exception] {
    event
        .exception
        .as_ref()
        .map_or(&[], |exceptions| exceptions.values.as_slice())
}

fn message(event: &Event) -> &str {
    let entry = event.logentry.as_ref();
    entry
        .and_then(|entry| entry.message.as_deref().or(entry.formatted.as_deref()))
        .unwrap_or_default()
}

/// The user's own list; `{{ default }}`, or any other variable in it, brings the default components in.
fn fingerprint(event: &Event, hash: &mut Components) {
    let Some(parts) = event.fingerprint.as_ref().filter(|parts| !parts.is_empty()) else {
        return default_components(event, hash);
    };
    for part in parts {
        hash.put(b'p', part);
    }
    if parts.iter().any(|part| part.contains("{{")) {
        default_components(event, hash);
    }
}

fn default_components(event: &Event, hash: &mut Components) {
    let list = exceptions(event);
    if list.is_empty() {
        return hash.put(b'm', &parameterise(&first_lines(message(event))));
    }
    let with_context = CONTEXT_PLATFORMS.contains(&event.platform.as_str());
    for exception in list {
        exception_components(exception, with_context, hash);
    }
}

fn exception_components(exception: &Exception, with_context: bool, hash: &mut Components) {
    let mechanism = exception.mechanism.as_ref();
    let synthetic = mechanism.and_then(|mechanism| mechanism.synthetic) == Some(true);
    if !synthetic {
        hash.put(b't', exception.ty.as_deref().unwrap_or_default());
    }
    let frames = exception
        .stacktrace
        .as_ref()
        .map_or(&[][..], |trace| trace.frames.as_slice());
    let any_in_app = frames.iter().any(|frame| frame.in_app == Some(true));
    let mut last: Option<&Frame> = None;
    let mut counted = false;
    for frame in frames {
        if any_in_app && frame.in_app != Some(true) {
            continue;
        }
        if !last.is_some_and(|last| recursion(last, frame)) {
            counted |= frame_components(frame, with_context, hash);
        }
        last = Some(frame);
    }
    if !counted {
        let value = exception.value.as_deref().unwrap_or_default();
        hash.put(b'v', &parameterise(value));
    }
}

/// The same place again: collapsed, however deep.
fn recursion(last: &Frame, frame: &Frame) -> bool {
    last.abs_path == frame.abs_path
        && last.package == frame.package
        && last.module == frame.module
        && last.filename == frame.filename
        && last.function == frame.function
        && last.lineno == frame.lineno
        && last.colno == frame.colno
}

/// Tells whether the frame counts at all.
fn frame_components(frame: &Frame, with_context: bool, hash: &mut Components) -> bool {
    let place = place(frame);
    let function = frame.function.as_deref().unwrap_or_default();
    let context = if with_context {
        context(frame.context_line.as_deref().unwrap_or_default())
    } else {
        String::new()
    };
    let counts = !(place.is_empty() && function.is_empty() && context.is_empty());
    if counts {
        hash.put(b'f', &place);
        hash.put(b'n', function);
        hash.put(b'c', &context);
    }
    counts
}

/// The module, else the file's name in lower case; neither for what is no file.
fn place(frame: &Frame) -> String {
    if let Some(module) = frame.module.as_deref().filter(|module| !module.is_empty()) {
        return module.to_owned();
    }
    let file = frame.filename.as_deref().unwrap_or_default();
    let no_file = file.contains("://") || file.starts_with('<') || file == "[native code]";
    if no_file {
        return String::new();
    }
    let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
    name.to_lowercase()
}

/// The source line, its white space collapsed; empty where it is too long to be one.
fn context(line: &str) -> String {
    let mut text = String::new();
    for word in line.split_whitespace() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
    if text.chars().count() > CONTEXT_CHARS_MAX {
        text.clear();
    }
    text
}

/// The first two lines that say something.
fn first_lines(message: &str) -> String {
    let mut lines = message
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let mut text = lines.next().unwrap_or_default().to_owned();
    if let Some(second) = lines.next() {
        text.push('\n');
        text.push_str(second);
    }
    if lines.next().is_some() {
        text.push_str("...");
    }
    text
}
