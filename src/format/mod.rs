//! Wrappers of lines. In: one raw line. Out: its text, freed of wrapper and log header, with stream key, timestamp,
//! level, logger and fields.
//!
//! What a line is wrapped in is told by the line itself, so that reading can begin anywhere and come out the same.

mod calendar;
pub mod colour;
mod cri;
mod docker;
pub mod escape;
mod fixed;
pub mod journal;
pub mod json;
mod logfmt;
pub mod plain;
mod prefix;
pub mod time;
pub mod words;

use std::borrow::Cow;

use jiff::Timestamp;

use crate::bounds::{FIELDS_MAX, LINE_BYTES_MAX};
use crate::config::layout::Format;
use crate::level::Level;
pub use time::TimeContext;

/// A line freed of its wrapper (CRI, docker) and prefixes (syslog, compose, pm2, kubectl, logcat), its own log header still in the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Unwrapped<'a> {
    /// The text without its line end. Colour codes are gone.
    pub text: Cow<'a, [u8]>,
    /// What the wrapper says.
    pub meta: Meta,
    /// The text goes on in the stream's next line (CRI `P`, docker without `\n`).
    pub partial: bool,
    /// There was a wrapper: the line is a log line even without a header of its own.
    pub wrapped: bool,
}

/// What a wrapper or a log header says of a line.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Meta {
    /// Hash of what tells interleaved streams of one file apart (container, stdout/stderr); 0 where nothing does.
    pub stream: u64,
    /// When, as written. A timestamp without a zone is read in the lane's zone.
    pub time: Option<Timestamp>,
    /// How severe.
    pub level: Option<Level>,
    /// The logger's name.
    pub logger: Option<String>,
    /// The thread's name or id.
    pub thread: Option<String>,
    /// The process id.
    pub pid: Option<u32>,
    /// Further fields of the record, by name.
    pub fields: Vec<(String, serde_json::Value)>,
    /// The machine that it was written on, where the source vouches for that.
    pub host: Option<String>,
    /// Who gets it, where a lane's entries do not all go to the same apps.
    pub route: u16,
    /// Was a second blank before the text taken for the wrapper's? `None` where it may as well have been the text's, or where
    /// the wrapper never has one.
    pub spaced: Option<bool>,
}

impl Meta {
    /// This account where it says something, the outer one's where it does not. Stream, machine and route are the outer one's.
    #[must_use]
    pub fn over(self, outer: Self) -> Self {
        Self {
            stream: outer.stream,
            time: self.time.or(outer.time),
            level: self.level.or(outer.level),
            logger: self.logger.or(outer.logger),
            thread: self.thread.or(outer.thread),
            pid: self.pid.or(outer.pid),
            fields: merged(self.fields, outer.fields),
            host: outer.host,
            route: outer.route,
            spaced: outer.spaced,
        }
    }
}

/// A log header found at the start of a text, as `2026-11-20 15:49:24,580 - config - ERROR - message`.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// Time, level, logger, thread, pid.
    pub meta: Meta,
    /// Where in the text the message begins.
    pub message_at: usize,
    /// The message, and the level, stand on the next line ([`plain::second_line`]).
    pub goes_on: bool,
}

/// The fields of both, the inner one's where a name stands in both.
fn merged(mut inner: Fields, outer: Fields) -> Fields {
    if inner.is_empty() {
        return outer;
    }
    for (name, value) in outer {
        if inner.len() < FIELDS_MAX && inner.iter().all(|(known, _)| *known != name) {
            inner.push((name, value));
        }
    }
    inner
}

type Fields = Vec<(String, serde_json::Value)>;

/// The key of the stream that a raw line belongs to, told by the line alone, and by what the app says of its wrapper. Cheap: nothing is unescaped or parsed but the
/// prefixes themselves.
#[must_use]
pub fn stream_of(line: &[u8], format: Format) -> u64 {
    let line = trim(line);
    match (line.first(), format) {
        (Some(b'{'), Format::Auto | Format::Docker) => docker::stream(line).unwrap_or(0),
        (Some(b'0'..=b'9'), Format::Auto | Format::Cri) => {
            cri::stream(line).unwrap_or_else(|| prefix::key(line, format))
        }
        _ => prefix::key(line, format),
    }
}

/// Frees a raw line of its wrapper. `stream`: what [`stream_of`] said of it; most lines are of none, and have no wrapper.
#[must_use]
pub fn unwrap_of<'a>(line: &'a [u8], stream: u64, context: &TimeContext) -> Unwrapped<'a> {
    match text_of(line, stream) {
        Some(text) => Unwrapped {
            text,
            meta: Meta::default(),
            partial: false,
            wrapped: false,
        },
        None => unwrap(line, context),
    }
}

/// The text of a raw line that has no wrapper. `stream`: as of [`unwrap_of`].
#[must_use]
pub fn text_of(line: &[u8], stream: u64) -> Option<Cow<'_, [u8]>> {
    let trimmed = trim(line);
    let plain = stream == 0 && trimmed.first() != Some(&b'{');
    plain.then(|| colour::strip(trimmed))
}

/// Frees a raw line of its wrapper.
#[must_use]
pub fn unwrap<'a>(line: &'a [u8], context: &TimeContext) -> Unwrapped<'a> {
    let trimmed = trim(line);
    let format = context.format();
    let outer = match (trimmed.first(), format) {
        (Some(b'{'), Format::Auto | Format::Docker) => docker::unwrap(trimmed, context),
        (Some(b'0'..=b'9'), Format::Auto | Format::Cri) => cri::unwrap(trimmed, context),
        _ => None,
    };
    let mut found = outer.unwrap_or_else(|| Unwrapped {
        text: Cow::Borrowed(trimmed),
        meta: Meta::default(),
        partial: false,
        wrapped: false,
    });
    // The later parts of a line have no prefix of their own: its first part keeps it.
    if !found.partial && prefix::key(&found.text, format) != 0 {
        found = without_prefixes(found, context);
    }
    if trimmed.first() == Some(&b'{') {
        found.meta.stream = stream_of(line, format);
    }
    // A part may end within an escape: the whole line is freed of them once it is put together.
    if !found.partial {
        found.text = without_colour(found.text);
    }
    found
}

/// The text without the prefixes within its wrapper.
fn without_prefixes<'a>(found: Unwrapped<'a>, context: &TimeContext) -> Unwrapped<'a> {
    let Some(prefixes) = prefix::read(&found.text, context.format()) else {
        return found;
    };
    let (len, escaped) = (prefixes.len, prefixes.escaped());
    let stream = prefix::within(found.meta.stream, prefixes.key);
    let mut meta = prefixes.meta(context).over(found.meta);
    meta.stream = stream;
    meta.spaced = prefixes.spaced();
    let text = match found.text {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(len..).unwrap_or_default()),
        Cow::Owned(mut text) => {
            text.drain(..len.min(text.len()));
            Cow::Owned(text)
        }
    };
    Unwrapped {
        text: if escaped {
            prefix::controls(text)
        } else {
            text
        },
        meta,
        partial: false,
        wrapped: true,
    }
}

/// The text without terminal escapes, copied only where there are some.
fn without_colour(text: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => colour::strip(text),
        Cow::Owned(text) => Cow::Owned(colour::stripped(text)),
    }
}

/// The line without its line end, without a byte order mark or the NULs of a hole before it, cut at the bound.
fn trim(line: &[u8]) -> &[u8] {
    let line = line.get(..LINE_BYTES_MAX).unwrap_or(line);
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    if line.first() == Some(&0) {
        let nuls = line.iter().take_while(|b| **b == 0).count();
        return line.get(nuls..).unwrap_or_default();
    }
    line
}

/// A stable hash (FNV-1a) of what names a stream; never 0, which is the stream of lines that name none.
#[must_use]
pub fn stream_key<'a>(name: impl IntoIterator<Item = &'a u8>) -> u64 {
    let hash = name
        .into_iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
    hash.max(1)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn utc() -> TimeContext {
        TimeContext {
            zone: jiff::tz::TimeZone::UTC,
            near: "2026-11-20T16:00:00Z".parse().unwrap(),
            layout: None,
        }
    }

    #[test]
    fn line_ends_marks_holes_and_colours_are_gone() {
        for line in [
            "x\n",
            "x\r\n",
            "\u{feff}x\n",
            "\0\0\0x\n",
            "\x1b[31mx\x1b[0m\n",
            "x",
        ] {
            assert_eq!(
                unwrap(line.as_bytes(), &utc()).text.as_ref(),
                b"x",
                "{line:?}"
            );
        }
    }

    #[test]
    fn a_giant_line_is_cut() {
        let giant = vec![b'x'; LINE_BYTES_MAX + 5];
        assert_eq!(unwrap(&giant, &utc()).text.len(), LINE_BYTES_MAX);
    }

    #[test]
    fn every_wrapper_tells_its_stream_without_being_unwrapped() {
        for line in [
            "2026-11-20T15:49:24.5Z stdout F x\n",
            "{\"log\":\"x\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-20T15:49:24.5Z\"}\n",
            "{\"log\":\"broken\",\"stream\":\"stderr\"\n",
            "plain\n",
        ] {
            assert_eq!(
                unwrap(line.as_bytes(), &utc()).meta.stream,
                stream_of(line.as_bytes(), Format::Auto),
                "{line}"
            );
        }
    }
}
