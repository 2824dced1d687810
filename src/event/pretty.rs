//! An event for people. In: an [`Event`]. Out: text for a terminal: what it is, where it came from, its frames with the
//! app's own marked.
//!
//! A log is written by strangers: what a terminal would obey is shown, not printed raw.

use crate::bounds::SHOWN_LINE_CHARS_MAX;
use std::fmt::Write as _;

use super::protocol::{Event, Exception, Frame};

/// Frames shown of one exception; those at both ends.
const FRAMES_SHOWN: usize = 12;

/// What an issue is called: the type and the first line of the value of the exception that was reported, or the message.
#[must_use]
pub fn title(event: &Event) -> String {
    let reported = event.exception.as_ref().and_then(|e| e.values.last());
    match reported {
        Some(exception) => title_of(exception),
        None => first_line(message(event).unwrap_or("(no message)")),
    }
}

fn title_of(exception: &Exception) -> String {
    let ty = first_line(exception.ty.as_deref().unwrap_or("Error"));
    let value = first_line(exception.value.as_deref().unwrap_or_default());
    if value.is_empty() {
        ty
    } else {
        format!("{ty}: {value}")
    }
}

fn message(event: &Event) -> Option<&str> {
    let entry = event.logentry.as_ref()?;
    entry.formatted.as_deref().or(entry.message.as_deref())
}

/// Where it happened: the crash frame of the app's own code, else the crash frame.
#[must_use]
pub fn culprit(event: &Event) -> String {
    let values = event.exception.as_ref().map_or(&[][..], |e| &e.values);
    let frames = values
        .iter()
        .rev()
        .filter_map(|e| e.stacktrace.as_ref())
        .flat_map(|s| s.frames.iter().rev())
        .chain(crashed_frames(event).iter().rev());
    let own = frames.clone().find(|f| f.in_app == Some(true));
    own.or_else(|| frames.clone().next())
        .map(|f| place(f, false))
        .unwrap_or_default()
}

/// Where it was read: file and offset.
#[must_use]
pub fn seen_at(event: &Event) -> String {
    let file = event
        .extra
        .get("log_source")
        .and_then(|v| v.as_str())
        .unwrap_or_default();
    match event
        .extra
        .get("log_offset")
        .and_then(serde_json::Value::as_u64)
    {
        Some(offset) => harmless(&format!("{file} at byte {offset}")),
        None => harmless(file),
    }
}

/// The event in black and white.
#[must_use]
pub fn plain(event: &Event) -> String {
    render(event, Ink::NONE)
}

/// The event in colour.
#[must_use]
pub fn coloured(event: &Event) -> String {
    render(event, Ink::ANSI)
}

/// Escape sequences, or nothing.
#[derive(Clone, Copy)]
struct Ink {
    bold: &'static str,
    red: &'static str,
    dim: &'static str,
    own: &'static str,
    off: &'static str,
}

impl Ink {
    const NONE: Self = Self {
        bold: "",
        red: "",
        dim: "",
        own: "",
        off: "",
    };
    const ANSI: Self = Self {
        bold: "\x1b[1m",
        red: "\x1b[1;31m",
        dim: "\x1b[2m",
        own: "\x1b[36m",
        off: "\x1b[0m",
    };
}

fn render(event: &Event, ink: Ink) -> String {
    let mut out = String::new();
    let Ink { red, off, dim, .. } = ink;
    // Writing into a String cannot fail.
    let _ = writeln!(out, "{red}{}{off}", title(event));
    let culprit = culprit(event);
    if !culprit.is_empty() {
        let _ = writeln!(out, "  in {culprit}");
    }
    let _ = writeln!(out, "  {dim}{}{off}", facts(event));
    let _ = writeln!(out, "  {dim}from {}{off}", seen_at(event));
    if let Some(carried) = carried(event) {
        let _ = writeln!(out, "  {carried}");
    }
    if let Some(said) = message(event).filter(|_| event.exception.is_some()) {
        let _ = writeln!(out, "  said: {}", first_line(said));
    }
    let values = event.exception.as_ref().map_or(&[][..], |e| &e.values);
    for (nth, exception) in values.iter().enumerate().rev() {
        chain(exception, nth + 1 == values.len(), ink, &mut out);
    }
    if values.is_empty() {
        stack(crashed_frames(event), ink, &mut out);
    }
    out
}

/// What an event stands for that was sent in place of repeats.
fn carried(event: &Event) -> Option<String> {
    let extra = |name: &str| event.extra.get(name);
    let count = extra("stacktail.occurrences")?.as_u64()?;
    let time = |name| extra(name).and_then(|time| time.as_str()).unwrap_or("?");
    Some(harmless(&format!(
        "stands for {count} occurrences, {} to {}",
        time("stacktail.first_seen"),
        time("stacktail.last_seen")
    )))
}

/// Level, time, logger, environment, release.
fn facts(event: &Event) -> String {
    let time = jiff::Timestamp::from_microsecond((event.timestamp * 1e6) as i64);
    let mut facts = vec![event.level.clone()];
    facts.extend(time.map(|t| t.to_string()));
    facts.extend(event.logger.as_ref().map(|l| format!("logger {l}")));
    facts.extend(event.environment.clone());
    facts.extend(event.release.clone());
    harmless(&facts.join(" · "))
}

/// The frames of a message that came with a stack.
fn crashed_frames(event: &Event) -> &[Frame] {
    let mut threads = event.threads.iter().flat_map(|list| &list.values);
    let crashed = threads.find(|thread| thread.crashed);
    crashed
        .and_then(|thread| thread.stacktrace.as_ref())
        .map_or(&[], |s| &s.frames)
}

fn chain(exception: &Exception, reported: bool, ink: Ink, out: &mut String) {
    if !reported {
        let how = match exception
            .mechanism
            .as_ref()
            .and_then(|m| m.source.as_deref())
        {
            Some(source) => format!("{}: ", first_line(source)),
            None => String::new(),
        };
        let _ = writeln!(out, "  {}{how}{}{}", ink.bold, title_of(exception), ink.off);
    }
    let frames = exception.stacktrace.as_ref().map_or(&[][..], |s| &s.frames);
    stack(frames, ink, out);
}

fn stack(frames: &[Frame], ink: Ink, out: &mut String) {
    let left_out = frames.len().saturating_sub(FRAMES_SHOWN);
    let top = FRAMES_SHOWN / 2;
    // The crash first, as people look for it.
    for (nth, frame) in frames.iter().rev().enumerate() {
        if left_out > 0 && nth == top {
            let _ = writeln!(out, "    {}… {left_out} frames …{}", ink.dim, ink.off);
        }
        if left_out == 0 || nth < top || nth >= top + left_out {
            line(frame, ink, out);
        }
    }
}

fn line(frame: &Frame, ink: Ink, out: &mut String) {
    let own = frame.in_app == Some(true);
    let (mark, colour) = if own {
        ("▸", ink.own)
    } else {
        (" ", ink.dim)
    };
    let _ = writeln!(out, "  {colour}{mark} {}{}", place(frame, true), ink.off);
    if own
        && let Some(source) = frame
            .context_line
            .as_deref()
            .map(str::trim)
            .filter(|s| !s.is_empty())
    {
        let _ = writeln!(out, "        {}", first_line(source));
    }
}

/// `function (file:line)`; with the module where `long`.
fn place(frame: &Frame, long: bool) -> String {
    let function = frame.function.as_deref().unwrap_or("?");
    let module = frame
        .module
        .as_deref()
        .filter(|_| long)
        .map(|m| format!("{m}."));
    let file = frame
        .filename
        .as_deref()
        .or(frame.abs_path.as_deref())
        .unwrap_or("?");
    let lineno = frame.lineno.map(|l| format!(":{l}")).unwrap_or_default();
    first_line(&format!(
        "{}{function} ({file}{lineno})",
        module.unwrap_or_default()
    ))
}

/// The first line that says something, harmless and bounded.
fn first_line(text: &str) -> String {
    let line = text
        .lines()
        .find(|l| !l.trim().is_empty())
        .unwrap_or_default();
    if line.len() <= SHOWN_LINE_CHARS_MAX {
        return harmless(line.trim());
    }
    let mut short: String = line.chars().take(SHOWN_LINE_CHARS_MAX).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    harmless(short.trim())
}

/// Shows what a terminal would obey.
#[must_use]
pub fn harmless(text: &str) -> String {
    if text.bytes().all(|b| matches!(b, b' '..=b'~')) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if turns || (c.is_control() && c != '\t') {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::protocol::{Stacktrace, Values};
    use super::*;

    fn event(value: &str, frames: usize) -> Event {
        let frame = |n: usize| Frame {
            function: Some(format!("f{n}")),
            filename: Some("shop/a.py".into()),
            lineno: Some(n as u32),
            in_app: n.is_multiple_of(2).then_some(true),
            context_line: Some("    go()".into()),
            ..Frame::default()
        };
        Event {
            level: "error".into(),
            exception: Some(Values {
                values: vec![Exception {
                    ty: Some("ValueError".into()),
                    value: Some(value.into()),
                    stacktrace: Some(Stacktrace {
                        frames: (0..frames).map(frame).collect(),
                    }),
                    ..Exception::default()
                }],
            }),
            ..Event::default()
        }
    }

    #[test]
    fn title_culprit_and_marked_frames() {
        let event = event("bad\nmore", 4);
        assert_eq!(title(&event), "ValueError: bad");
        assert_eq!(culprit(&event), "f2 (shop/a.py:2)");
        let text = plain(&event);
        assert!(
            text.contains("▸ f2 (shop/a.py:2)\n        go()\n"),
            "{text}"
        );
        assert!(text.contains("    f3 (shop/a.py:3)\n"), "{text}");
        assert!(!text.contains('\x1b'));
        assert!(coloured(&event).contains("\x1b[1;31mValueError"));
    }

    #[test]
    fn a_message_shows_the_stack_of_its_thread() {
        let mut event = event("x", 3);
        let chain = event.exception.take().unwrap().values.remove(0);
        let dead = super::super::protocol::Thread {
            crashed: true,
            stacktrace: chain.stacktrace,
            ..super::super::protocol::Thread::default()
        };
        event.threads = Some(Values { values: vec![dead] });
        event.logentry = Some(super::super::protocol::LogEntry {
            formatted: Some("customer 99 is missing\nmore".into()),
            ..super::super::protocol::LogEntry::default()
        });
        assert_eq!(title(&event), "customer 99 is missing");
        assert_eq!(culprit(&event), "f2 (shop/a.py:2)");
        let text = plain(&event);
        assert!(text.contains("▸ f2 (shop/a.py:2)"), "{text}");
        assert!(!text.contains("said:"), "{text}");
    }

    #[test]
    fn what_was_counted_is_said() {
        let mut event = event("x", 1);
        assert!(!plain(&event).contains("stands for"));
        let extra = [
            ("stacktail.occurrences", 12.into()),
            ("stacktail.first_seen", "2026-01-01T00:00:00Z".into()),
            ("stacktail.last_seen", "2026-01-01T00:05:00Z".into()),
        ];
        event.extra = extra.map(|(name, value)| (name.to_owned(), value)).into();
        let said = "\n  stands for 12 occurrences, 2026-01-01T00:00:00Z to 2026-01-01T00:05:00Z\n";
        assert!(plain(&event).contains(said), "{}", plain(&event));
    }

    #[test]
    fn long_stacks_show_both_ends() {
        let text = plain(&event("x", 100));
        assert!(
            text.contains("… 88 frames …") && text.contains("f99") && text.contains("f0 "),
            "{text}"
        );
        assert_eq!(text.matches("(shop/a.py").count(), 13);
    }

    #[test]
    fn what_a_terminal_would_obey_is_shown() {
        let text = plain(&event("\x1b]0;owned\x07\u{202e}x\u{9b}31m", 1));
        assert!(
            !text.contains(['\x1b', '\x07', '\u{202e}', '\u{9b}']),
            "{text}"
        );
        assert!(text.contains("\\u{1b}]0;owned"));
    }
}
