//! What tells issues apart. In: a scrubbed event. Out: its issue key and its dedup key.
//!
//! The issue key follows Sentry's grouping (`newstyle:2026-01-20`) as far as an agent can know it: the fingerprint if one
//! is set; else per exception the type and the in-app frames (all where none is in-app); where no frame counts, the
//! parameterised value; for messages their parameterised first two lines.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use super::parameterise::parameterise;
use super::{DedupKey, IssueKey};
use crate::bounds::GROUPED_LINE_CHARS_MAX;
use crate::event::protocol::{Event, Exception, Frame};

/// Platforms whose source line counts in grouping.
const CONTEXT_PLATFORMS: &[&str] = &["javascript", "node", "python", "php", "ruby"];

/// Both keys of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Keys {
    pub(super) issue: IssueKey,
    pub(super) dedup: DedupKey,
}

impl Keys {
    pub(super) fn of(app: &str, event: &Event) -> Self {
        let issue = issue(app, event);
        let mut hash = Components::new();
        hash.0.extend_from_slice(&issue);
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

/// The key of the event's issue alone.
pub(super) fn issue(app: &str, event: &Event) -> IssueKey {
    let mut hash = Components::new();
    hash.put(b'a', app);
    fingerprint(event, &mut hash);
    hash.finish()
}

/// A hash over components, each with its kind and length, so that no two lists of them run together. They are gathered and
/// hashed at once: many small pieces cost more than their bytes.
struct Components(Vec<u8>);

/// Room for nearly every event.
const COMPONENTS_BYTES: usize = 8 << 10;

impl Components {
    fn new() -> Self {
        Self(Vec::with_capacity(COMPONENTS_BYTES))
    }

    fn put(&mut self, kind: u8, text: &str) {
        self.0.push(kind);
        self.0.extend_from_slice(&(text.len() as u64).to_le_bytes());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn finish(self) -> [u8; 16] {
        let mut key = [0; 16];
        for (to, from) in key.iter_mut().zip(Sha256::digest(&self.0)) {
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
    last.lineno == frame.lineno
        && last.colno == frame.colno
        && last.function == frame.function
        && last.abs_path == frame.abs_path
        && last.package == frame.package
        && last.module == frame.module
        && last.filename == frame.filename
}

/// Tells whether the frame counts at all.
fn frame_components(frame: &Frame, with_context: bool, hash: &mut Components) -> bool {
    let place = place(frame);
    let function = frame.function.as_deref().unwrap_or_default();
    let context = if with_context {
        context(frame.context_line.as_deref().unwrap_or_default())
    } else {
        "".into()
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
fn place(frame: &Frame) -> Cow<'_, str> {
    if let Some(module) = frame.module.as_deref().filter(|module| !module.is_empty()) {
        return module.into();
    }
    let file = frame.filename.as_deref().unwrap_or_default();
    let no_file = file.contains("://") || file.starts_with('<') || file == "[native code]";
    if no_file {
        return "".into();
    }
    let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
    name.to_lowercase().into()
}

/// The source line, its white space collapsed; empty where it is too long to be one.
fn context(line: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(line);
    if !is_collapsed(line) {
        let mut collapsed = String::with_capacity(line.len());
        for word in line.split_whitespace() {
            if !collapsed.is_empty() {
                collapsed.push(' ');
            }
            collapsed.push_str(word);
        }
        text = collapsed.into();
    }
    let is_long = |text: &str| text.chars().count() > GROUPED_LINE_CHARS_MAX;
    if text.len() > GROUPED_LINE_CHARS_MAX && is_long(&text) {
        return "".into();
    }
    text
}

/// Does a line stand as its words and one blank between them, plainly enough to be seen byte by byte?
fn is_collapsed(line: &str) -> bool {
    let mut before = b' ';
    let plain = line.bytes().all(|byte| {
        let one = byte != b' ' || before != b' ';
        before = byte;
        one && matches!(byte, b' '..=b'~')
    });
    plain && (line.is_empty() || before != b' ')
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::protocol::{LogEntry, Mechanism, Stacktrace, Values};

    fn frame(module: &str, function: &str, line: u32) -> Frame {
        Frame {
            module: Some(module.to_owned()),
            function: Some(function.to_owned()),
            lineno: Some(line),
            in_app: Some(true),
            ..Frame::default()
        }
    }

    fn thrown(ty: &str, value: &str, frames: Vec<Frame>) -> Event {
        let exception = Exception {
            ty: Some(ty.to_owned()),
            value: Some(value.to_owned()),
            stacktrace: (!frames.is_empty()).then_some(Stacktrace { frames }),
            ..Exception::default()
        };
        Event {
            platform: "python".to_owned(),
            exception: Some(Values {
                values: vec![exception],
            }),
            ..Event::default()
        }
    }

    fn said(text: &str) -> Event {
        Event {
            logentry: Some(LogEntry {
                formatted: Some(text.to_owned()),
                ..LogEntry::default()
            }),
            ..Event::default()
        }
    }

    fn frames_mut(event: &mut Event) -> &mut Vec<Frame> {
        let exception = &mut event.exception.as_mut().unwrap().values[0];
        &mut exception.stacktrace.as_mut().unwrap().frames
    }

    fn issue(event: &Event) -> IssueKey {
        Keys::of("app", event).issue
    }

    #[test]
    fn the_value_tells_occurrences_apart_not_issues() {
        let one = thrown("E", "a", vec![frame("m", "f", 1)]);
        let two = thrown("E", "b", vec![frame("m", "f", 1)]);
        assert_eq!(issue(&one), issue(&two));
        assert_ne!(Keys::of("app", &one).dedup, Keys::of("app", &two).dedup);
        assert_ne!(issue(&one), Keys::of("other", &one).issue);
    }

    #[test]
    fn lines_and_recursion_and_foreign_frames_do_not_count() {
        let plain = thrown("E", "", vec![frame("m", "f", 1), frame("m", "g", 2)]);
        let mut deep = plain.clone();
        let frames = frames_mut(&mut deep);
        frames.insert(1, frame("m", "f", 1));
        frames.push(Frame {
            in_app: None,
            ..frame("lib", "h", 9)
        });
        assert_eq!(issue(&plain), issue(&deep));
        let mut moved = plain.clone();
        frames_mut(&mut moved)[1].lineno = Some(77);
        assert_eq!(issue(&plain), issue(&moved));
        let mut other = plain.clone();
        frames_mut(&mut other)[1].function = Some("other".to_owned());
        assert_ne!(issue(&plain), issue(&other));
    }

    #[test]
    fn where_no_frame_is_the_apps_all_count() {
        let library = |function: &str| {
            let one = Frame {
                in_app: Some(false),
                ..frame("lib", function, 1)
            };
            thrown("E", "", vec![one])
        };
        assert_ne!(issue(&library("f")), issue(&library("g")));
    }

    #[test]
    fn the_source_line_counts_where_sentry_counts_it() {
        let with = |line: &str, platform: &str| {
            let mut event = thrown("E", "", vec![frame("m", "f", 1)]);
            frames_mut(&mut event)[0].context_line = Some(line.to_owned());
            platform.clone_into(&mut event.platform);
            issue(&event)
        };
        assert_eq!(with("  a  =  b", "python"), with("a = b", "python"));
        assert_ne!(with("a", "python"), with("b", "python"));
        assert_eq!(with("a", "java"), with("b", "java"));
        let long = "x".repeat(121);
        assert_eq!(with(&long, "python"), with("", "python"));
    }

    #[test]
    fn a_file_stands_in_for_a_module_by_its_name() {
        let at = |file: &str| {
            let mut event = thrown("E", "", vec![frame("m", "f", 1)]);
            frames_mut(&mut event)[0].module = None;
            frames_mut(&mut event)[0].filename = Some(file.to_owned());
            issue(&event)
        };
        assert_eq!(at("/srv/a/Views.py"), at("b/views.py"));
        assert_ne!(at("views.py"), at("models.py"));
        assert_eq!(at("<stdin>"), at("<string>"));
    }

    #[test]
    fn a_made_up_type_does_not_count() {
        let synthetic = |ty: &str| {
            let mut event = thrown(ty, "", vec![frame("m", "f", 1)]);
            event.exception.as_mut().unwrap().values[0].mechanism = Some(Mechanism {
                synthetic: Some(true),
                ..Mechanism::default()
            });
            issue(&event)
        };
        assert_eq!(synthetic("A"), synthetic("B"));
    }

    #[test]
    fn without_frames_the_parameterised_text_counts() {
        assert_eq!(
            issue(&thrown("E", "id 1", vec![])),
            issue(&thrown("E", "id 2", vec![]))
        );
        assert_ne!(
            issue(&thrown("E", "id 1", vec![])),
            issue(&thrown("E", "no 1", vec![]))
        );
        let one = said("\nfirst 1\n\nsecond 2\nthird");
        let two = said("first 3\nsecond 4\nother");
        assert_eq!(issue(&one), issue(&two));
        assert_ne!(Keys::of("app", &one).dedup, Keys::of("app", &two).dedup);
        assert_ne!(issue(&said("first 1")), issue(&one));
    }

    #[test]
    fn a_fingerprint_decides_alone_unless_it_asks_for_more() {
        let with = |ty: &str, parts: &[&str]| {
            let mut event = thrown(ty, "", vec![frame("m", "f", 1)]);
            event.fingerprint = Some(parts.iter().map(ToString::to_string).collect());
            issue(&event)
        };
        assert_eq!(with("A", &["x"]), with("B", &["x"]));
        assert_ne!(with("A", &["x"]), with("A", &["y"]));
        assert_ne!(with("A", &["xy"]), with("A", &["x", "y"]));
        assert_ne!(
            with("A", &["{{ default }}", "x"]),
            with("B", &["{{ default }}", "x"])
        );
        assert_ne!(with("A", &[]), with("B", &[]));
    }
}
